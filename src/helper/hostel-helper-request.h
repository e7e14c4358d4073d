/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <stdbool.h>
#include <sys/types.h>

/* What hostel-helper may be asked for; nothing else. */
typedef enum
{
  HOSTEL_HELPER_DISABLE_NESTED, /* MODULE: takes the next one back, as all that follow in pairs */
  HOSTEL_HELPER_ENABLE_NESTED,  /* MODULE: kvm_intel, kvm_amd */
  HOSTEL_HELPER_FORGET_MODULE,  /* MODULE */
  HOSTEL_HELPER_LOAD_MODULE,    /* MODULE: one of the modules of virtualization */
  HOSTEL_HELPER_JOIN_GROUP,     /* GROUP: libvirt, kvm */
  HOSTEL_HELPER_LEAVE_GROUP,    /* GROUP */
} HostelHelperVerb;

typedef struct
{
  HostelHelperVerb  verb;
  const char       *argument; /* one of our own strings, never the caller's */
  uid_t             uid;      /* who asked pkexec */
} HostelHelperRequest;

bool hostel_helper_parse (int                  argc,
                          char               **argv,
                          char               **envp,
                          HostelHelperRequest *request);
