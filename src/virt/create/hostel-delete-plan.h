/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "hostel-delete-job.h"
#include "hostel-disk-users.h"
#include "hostel-virt-handle.h"

G_BEGIN_DECLS

/* For the files of src/virt alone. Every function blocks: for a worker. */

/* What is known of a machine while its files are looked for. */
typedef struct
{
  virConnectPtr    handle;   /* borrowed */
  virDomainPtr     domain;   /* borrowed */
  HostelDiskUsers *users;    /* owned */
  char             uuid[VIR_UUID_STRING_BUFLEN];
  GPtrArray       *disks;    /* owned: of HostelDeleteDisk */
  GHashTable      *seen;     /* owned, a set: their ids */
  GHashTable      *names;    /* owned, a set: ids of their names, which are more where there are hard links */
  GHashTable      *pools;    /* owned, a set: names of the pools that hold disks of the machine */
  gboolean         in_place; /* the machine's disk is a person's own image */
} HostelDeletePlan;

GPtrArray        *hostel_delete_plan_new     (virConnectPtr      handle,
                                              virDomainPtr       domain,
                                              GError           **error);
void              hostel_delete_plan_collect (HostelDeletePlan  *plan,
                                              xmlDocPtr          doc);
virStorageVolPtr  hostel_delete_plan_lookup  (virConnectPtr      handle,
                                              HostelDiskUsers   *users,
                                              const char        *path);
HostelDeleteDisk *hostel_delete_disk_new     (HostelDeleteKind   kind,
                                              const char        *path);

G_END_DECLS
