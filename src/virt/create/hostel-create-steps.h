/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "hostel-create-journal.h"
#include "hostel-host-facts.h"
#include "hostel-host-key.h"
#include "hostel-image.h"
#include "hostel-machine-spec.h"
#include "hostel-seed.h"
#include "hostel-vendor-data.h"
#include "hostel-virt-handle.h"

G_BEGIN_DECLS

/* For the files of src/virt alone: what the steps of a create do in a worker. One step runs at a
 * time, but for the volumes, which fill fields of their own. */

typedef struct
{
  gatomicrefcount      ref_count;

  /* set before the first step, constant from then on */
  char                *uri;
  gboolean             session;
  char                *uuid;
  char                *name;
  char                *pool;        /* by name */
  HostelImage         *image;
  guint64              capacity;    /* of the disk, in bytes */
  gboolean             start;
  gboolean             installation; /* from a disc: an empty disk and no seed */
  gboolean             serial_installer; /* by the disc's kernel */
  HostelDiskKind       disk_kind;
  gboolean             with_host_key; /* the guest gets its SSH host key from here */
  HostelSeed          *contents;    /* of the seed, but for the vendor-data */
  HostelLogin         *login;       /* what its users get, nullable */
  HostelVendorDataFlags vendor_flags;
  HostelProgressFunc   progress;
  gpointer             progress_data;
  GCancellable        *cancellable; /* nullable */

  /* what the steps found and made */
  HostelCreateJournal *journal;
  HostelHostFacts     *facts;
  GStrv                taken_names;      /* when it began */
  HostelHostKey       *host_key;    /* the guest's, nullable */
  GBytes              *seed;
  char                *sha256;
  char                *base_path;
  char                *disk_path;
  char                *seed_path;
  char                *log_path;
  char                *kernel_path; /* the installer's, NULL without */
  char                *initrd_path;
  char                *network;     /* to be started before define, NULL none */
  char                *xml;
} HostelCreateWork;

HostelCreateWork *hostel_create_work_new       (void);
HostelCreateWork *hostel_create_work_ref       (HostelCreateWork *self);
void              hostel_create_work_unref     (HostelCreateWork *self);
const char       *hostel_create_work_get_format (HostelCreateWork *self);

/* In a worker of the connection. */
typedef gboolean (*HostelCreateStepFunc) (HostelCreateWork  *self,
                                          virConnectPtr      handle,
                                          GError           **error);

gboolean hostel_create_work_check (HostelCreateWork  *self,
                                   virConnectPtr      handle,
                                   GError           **error);
gboolean hostel_create_work_open (HostelCreateWork  *self,
                                  virConnectPtr      handle,
                                  GError           **error);
gboolean hostel_create_work_copy (HostelCreateWork  *self,
                                  virConnectPtr      handle,
                                  GError           **error);
gboolean hostel_create_work_find_base (HostelCreateWork  *self,
                                       virConnectPtr      handle,
                                       GError           **error);
gboolean hostel_create_work_make_disk (HostelCreateWork  *self,
                                       virConnectPtr      handle,
                                       GError           **error);
gboolean hostel_create_work_make_seed (HostelCreateWork  *self,
                                       virConnectPtr      handle,
                                       GError           **error);
gboolean hostel_create_work_make_log (HostelCreateWork  *self,
                                      virConnectPtr      handle,
                                      GError           **error);
gboolean hostel_create_work_fill_seed (HostelCreateWork  *self,
                                       virConnectPtr      handle,
                                       GError           **error);
gboolean hostel_create_work_define (HostelCreateWork  *self,
                                    virConnectPtr      handle,
                                    GError           **error);
gboolean hostel_create_work_start (HostelCreateWork  *self,
                                   virConnectPtr      handle,
                                   GError           **error);
gboolean hostel_create_work_resume (HostelCreateWork  *self,
                                    virConnectPtr      handle,
                                    GError           **error);
gboolean hostel_create_work_undo (HostelCreateWork  *self,
                                  virConnectPtr      handle,
                                  GError           **error);

gboolean hostel_create_work_take_image (HostelCreateWork *self,
                                        virConnectPtr     handle,
                                        GError          **error);
/* In a thread of their own: they take as long as the image is large. */
gboolean hostel_create_work_digest (HostelCreateWork  *self,
                                    virConnectPtr      none,
                                    GError           **error);
gboolean hostel_create_work_upload (HostelCreateWork  *self,
                                    virConnectPtr      none,
                                    GError           **error);
gboolean hostel_create_work_make_installer (HostelCreateWork  *self,
                                            virConnectPtr      none,
                                            GError           **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HostelCreateWork, hostel_create_work_unref)

G_END_DECLS
