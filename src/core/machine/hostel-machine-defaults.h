/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The sizes of a machine, as bits: which of them a person has chosen. */
typedef enum
{
  HOSTEL_MACHINE_SIZE_MEMORY = 1 << 0,
  HOSTEL_MACHINE_SIZE_VCPUS  = 1 << 1,
  HOSTEL_MACHINE_SIZE_DISK   = 1 << 2,
} HostelMachineSize;

#define HOSTEL_MACHINE_SIZE_ALL \
  (HOSTEL_MACHINE_SIZE_MEMORY | HOSTEL_MACHINE_SIZE_VCPUS | HOSTEL_MACHINE_SIZE_DISK)

/* The sizes themselves; 0 where nothing is known or asked for. */
typedef struct
{
  guint   memory;    /* MiB */
  guint   vcpus;
  guint64 disk_size; /* bytes */
} HostelMachineSizes;

/* What the sizes have to fit; 0 where it is not known. */
typedef struct
{
  HostelMachineSizes system;         /* recommended for the image's system */
  guint              system_memory;  /* MiB: the least that it runs in */
  HostelMachineSizes recipe;         /* what the chosen recipe asks for */
  guint64            image_size;     /* bytes: the image's disk */
  gboolean           installation;   /* from a disc, onto an empty disk */
  guint64            host_memory;    /* MiB */
  guint              host_vcpus;
} HostelMachineNeeds;

void hostel_machine_sizes_set_default (HostelMachineSizes       *self,
                                       const HostelMachineNeeds *needs);

G_END_DECLS
