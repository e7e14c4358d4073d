/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "hostel-clone-plan.h"
#include "hostel-create-journal.h"
#include "hostel-host-key.h"
#include "hostel-machine-lock.h"
#include "hostel-progress.h"

G_BEGIN_DECLS

/* After the clone's name and UUID. */
#define HOSTEL_CLONE_VARIABLES_SUFFIX "_VARS.fd"

/* What a clone does in a thread of its own, with a connection of its own. */
typedef struct
{
  /* set before, constant from then on; all owned */
  char                *uri;
  char                *parent_uuid;
  char                *parent_name;
  char                *uuid;
  char                *name;
  gboolean             linked;
  gboolean             exact;
  GCancellable        *cancellable; /* nullable */
  HostelProgressFunc   progress;
  gpointer             progress_data;

  /* what the steps found and made */
  virDomainPtr         parent;
  HostelMachineLock   *lock;
  HostelCreateJournal *journal;
  virStoragePoolPtr    pool;
  HostelClonePlan     *plan;
  HostelHostKey       *host_key;    /* nullable */
  GBytes              *seed;        /* nullable: it has none */
  GBytes              *variables;   /* nullable */
  char                *seed_target;
  char                *seed_path;
  char                *log_path;
  char                *variables_path;
  guint                n_fronts;    /* disks of the machine that are overlays by now */
} HostelCloneWork;

HostelCloneWork *hostel_clone_work_new  (void);
void             hostel_clone_work_free (HostelCloneWork  *self);
gboolean         hostel_clone_work_run  (HostelCloneWork  *self,
                                         GError          **error);
/* The steps' parts. */
gboolean         hostel_clone_work_look (HostelCloneWork  *self,
                                         virConnectPtr     handle,
                                         GError          **error);
gboolean         hostel_clone_work_copy_disk (HostelCloneWork  *self,
                                              virConnectPtr     handle,
                                              HostelCloneDisk  *disk,
                                              guint64           before,
                                              guint64           total,
                                              GError          **error);

G_END_DECLS
