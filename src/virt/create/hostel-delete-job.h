/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "hostel-connection.h"

G_BEGIN_DECLS

typedef enum
{
  HOSTEL_DELETE_DISK,      /* what the machine writes to */
  HOSTEL_DELETE_MEDIUM,    /* what it only reads: a seed, a disc */
  HOSTEL_DELETE_BELOW,     /* what a disk of it stands on */
  HOSTEL_DELETE_LOG,
  HOSTEL_DELETE_KERNEL,
  HOSTEL_DELETE_INITRD,
  HOSTEL_DELETE_MEMORY,    /* of a snapshot */
  HOSTEL_DELETE_NAMED,     /* has its UUID in its name, and nothing else */
  HOSTEL_DELETE_VARIABLES, /* its firmware's: libvirt deletes them with the definition */
  HOSTEL_DELETE_TPM,       /* the state of an emulated one, as well */
  HOSTEL_DELETE_STATE,     /* what else libvirt keeps for it: always goes */
} HostelDeleteKind;

/* One file of the machine and what deleting the machine means for it. */
typedef struct
{
  HostelDeleteKind  kind;
  char             *path;        /* nullable: of what libvirt keeps at a place of its own */
  char             *label;       /* the path, or what it is */
  guint64           allocation;  /* bytes that deleting it frees, 0 not known */
  gboolean          deletable;   /* the machine's alone; after the delete: it is gone */
  char             *reason;      /* nullable: a sentence: why it stays ("Used by web2.") */
  char             *remedy;      /* nullable: a command that removes it by hand */
} HostelDeleteDisk;

#define HOSTEL_TYPE_DELETE_JOB (hostel_delete_job_get_type ())

/* Deletes a domain: stops it, undefines it with everything that libvirt keeps for it (saved state,
 * snapshot and checkpoint metadata), and with its files where asked. What anybody else needs, what
 * is not shown to be the machine's, and what is not known stays. */
G_DECLARE_FINAL_TYPE (HostelDeleteJob, hostel_delete_job, HOSTEL, DELETE_JOB, GObject)

HostelDeleteJob *hostel_delete_job_new          (HostelDomain         *domain);
/* Finds the disks and who else uses them. Returns: (element-type HostelDeleteDisk) */
void             hostel_delete_job_plan_async   (HostelDeleteJob      *self,
                                                 GCancellable         *cancellable,
                                                 GAsyncReadyCallback   callback,
                                                 gpointer              user_data);
GPtrArray       *hostel_delete_job_plan_finish  (HostelDeleteJob      *self,
                                                 GAsyncResult         *result,
                                                 GError              **error);
void             hostel_delete_job_run_async    (HostelDeleteJob      *self,
                                                 gboolean              with_disks,
                                                 GAsyncReadyCallback   callback,
                                                 gpointer              user_data);
/* What became of each file; with an error the files that were to go are among those that stay. */
gboolean         hostel_delete_job_run_finish   (HostelDeleteJob      *self,
                                                 GAsyncResult         *result,
                                                 GPtrArray           **disks,
                                                 GError              **error);

G_END_DECLS
