#pragma once

#include "hostel-connection.h"

G_BEGIN_DECLS

/* One disk of the machine and what deleting it means. */
typedef struct
{
  char     *path;
  guint64   allocation;  /* bytes that deleting it frees */
  gboolean  deletable;   /* writable, not shared, in a pool, not a base image */
  char     *reason;      /* nullable: why it stays ("Used by web2.") */
} HostelDeleteDisk;

#define HOSTEL_TYPE_DELETE_JOB (hostel_delete_job_get_type ())

/* Deletes a domain: stops it, undefines it with everything that libvirt keeps for it (nvram,
 * managed save, snapshot and checkpoint metadata), and with its disks where asked. Seed, overlay
 * and serial log of ours go with the disks; a base image stays. */
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
gboolean         hostel_delete_job_run_finish   (HostelDeleteJob      *self,
                                                 GAsyncResult         *result,
                                                 GError              **error);

G_END_DECLS
