/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "hostel-host-check.h"

G_BEGIN_DECLS

/* A directory that stands for a computer's "/", built from the words of tests/fixtures/host. */
typedef struct
{
  char              *name;     /* of the case */
  char              *root;
  HostelHostSystem   system;   /* for hostel_host_report_new_local () */
  char              *kvm;      /* what /dev/kvm is to say */
  GHashTable        *denied;   /* paths that this user may not use */
  HostelHostSpace    space;
  gboolean           space_hangs;
  GArray            *groups;
  GPtrArray         *expected; /* of lines, "word rest" */
} HostTree;

GPtrArray *host_tree_load_cases (const char *directory);
HostTree  *host_tree_new        (const char *directory,
                                 const char *name);
char      *host_tree_place      (HostTree   *tree,
                                 const char *path);
void       host_tree_free       (HostTree   *tree);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HostTree, host_tree_free)

G_END_DECLS
