#define G_LOG_DOMAIN "hostel-delete-job"

#include "config.h"

#include <glib/gi18n.h>

#include "hostel-base-name.h"
#include "hostel-boot-pending.h"
#include "hostel-connection-call.h"
#include "hostel-create-journal.h"
#include "hostel-delete-job.h"
#include "hostel-delete-plan.h"
#include "hostel-known-hosts.h"
#include "hostel-transcript.h"

/* A pool that somebody is making a volume in cannot be refreshed for a moment. */
#define REFRESH_TRIES 20
#define REFRESH_WAIT_USEC (100 * 1000)

struct _HostelDeleteJob
{
  GObject parent_instance;

  HostelConnection *connection; /* owned */
  char             *uuid;       /* owned */
  char             *name;       /* owned */
};

G_DEFINE_FINAL_TYPE (HostelDeleteJob, hostel_delete_job, G_TYPE_OBJECT)

/* For one call in a worker. */
typedef struct
{
  char     *uuid;
  char     *name;
  gboolean  with_disks;
} Request;

static void
request_free (Request *request)
{
  g_free (request->uuid);
  g_free (request->name);
  g_free (request);
}

static void
hostel_delete_job_finalize (GObject *object)
{
  HostelDeleteJob *self = HOSTEL_DELETE_JOB (object);

  g_clear_object (&self->connection);
  g_free (self->uuid);
  g_free (self->name);

  G_OBJECT_CLASS (hostel_delete_job_parent_class)->finalize (object);
}

static void
hostel_delete_job_class_init (HostelDeleteJobClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = hostel_delete_job_finalize;
}

static void
hostel_delete_job_init (HostelDeleteJob *self)
{
}

/**
 * hostel_delete_job_new:
 * @domain: the machine
 *
 * Returns: (transfer full): a job that has not done anything yet
 */
HostelDeleteJob *
hostel_delete_job_new (HostelDomain *domain)
{
  HostelDeleteJob *self;

  g_return_val_if_fail (HOSTEL_IS_DOMAIN (domain), NULL);

  self = g_object_new (HOSTEL_TYPE_DELETE_JOB, NULL);
  self->connection = g_object_ref (hostel_domain_get_connection (domain));
  self->uuid = g_strdup (hostel_domain_get_uuid (domain));
  self->name = g_strdup (hostel_domain_get_name (domain));

  return self;
}

static void
call (HostelDeleteJob     *self,
      gpointer             tag,
      HostelCallFunc       func,
      gboolean             with_disks,
      GCancellable        *cancellable,
      GAsyncReadyCallback  callback,
      gpointer             user_data)
{
  Request *request = g_new0 (Request, 1);
  GTask *task = g_task_new (self, cancellable, callback, user_data);

  request->uuid = g_strdup (self->uuid);
  request->name = g_strdup (self->name);
  request->with_disks = with_disks;
  g_task_set_source_tag (task, tag);
  g_task_set_task_data (task, request, (GDestroyNotify) request_free);
  hostel_connection_call (self->connection, task, func);
}

static void
plan_worker (GTask         *task,
             virConnectPtr  handle,
             gpointer       task_data)
{
  Request *request = task_data;
  GError *error = NULL;
  g_autoptr (virDomain) domain =
    hostel_virt_lookup_domain (handle, request->uuid, request->name, &error);
  GPtrArray *disks = domain ? hostel_delete_plan_new (handle, domain, &error) : NULL;

  if (disks != NULL)
    g_task_return_pointer (task, disks, (GDestroyNotify) g_ptr_array_unref);
  else
    g_task_return_error (task, error);
}

/**
 * hostel_delete_job_plan_async:
 * @cancellable: (nullable): gives the answer up, harms nothing
 * @callback: called on the main thread
 * @user_data: for @callback
 *
 * Finds the disks and who else uses them; changes nothing.
 */
void
hostel_delete_job_plan_async (HostelDeleteJob     *self,
                              GCancellable        *cancellable,
                              GAsyncReadyCallback  callback,
                              gpointer             user_data)
{
  g_return_if_fail (HOSTEL_IS_DELETE_JOB (self));

  call (self, hostel_delete_job_plan_async, plan_worker, FALSE, cancellable, callback, user_data);
}

/**
 * hostel_delete_job_plan_finish:
 *
 * Returns: (transfer full) (nullable) (element-type HostelDeleteDisk): the disks, the seed and the
 *   serial's log with them
 */
GPtrArray *
hostel_delete_job_plan_finish (HostelDeleteJob  *self,
                               GAsyncResult     *result,
                               GError          **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

/* All that libvirt keeps for a machine beside its definition. Drivers that know fewer of the flags
 * refuse them all. */
static int
undefine (virDomainPtr domain)
{
  const unsigned int all = VIR_DOMAIN_UNDEFINE_MANAGED_SAVE |
                           VIR_DOMAIN_UNDEFINE_SNAPSHOTS_METADATA |
                           VIR_DOMAIN_UNDEFINE_CHECKPOINTS_METADATA |
                           VIR_DOMAIN_UNDEFINE_NVRAM |
                           VIR_DOMAIN_UNDEFINE_TPM;
  const unsigned int common = all & ~VIR_DOMAIN_UNDEFINE_TPM;
  virErrorPtr last;
  int result = virDomainUndefineFlags (domain, all);

  last = virGetLastError ();
  if (result < 0 && last != NULL && last->code == VIR_ERR_INVALID_ARG)
    result = virDomainUndefineFlags (domain, common);

  return result;
}

static gboolean
remove_domain (virDomainPtr   domain,
               const char    *name,
               GError       **error)
{
  gboolean persistent = virDomainIsPersistent (domain) == 1;

  if (virDomainIsActive (domain) == 1 && virDomainDestroy (domain) < 0 &&
      virDomainIsActive (domain) == 1)
    {
      hostel_virt_set_error (error, _("“%s” cannot be stopped."), name);
      return FALSE;
    }

  if (persistent && undefine (domain) < 0)
    {
      hostel_virt_set_error (error, _("“%s” cannot be deleted."), name);
      return FALSE;
    }

  return TRUE;
}

static void
refresh (virStoragePoolPtr pool)
{
  for (int i = 0; i < REFRESH_TRIES && virStoragePoolRefresh (pool, 0) < 0; i++)
    g_usleep (REFRESH_WAIT_USEC);
}

static gboolean
is_kept (GPtrArray  *disks,
         const char *path)
{
  for (guint i = 0; i < disks->len; i++)
    {
      HostelDeleteDisk *disk = g_ptr_array_index (disks, i);

      if (!disk->deletable && g_str_equal (disk->path, path))
        return TRUE;
    }

  return FALSE;
}

/* virtlogd has renamed full logs to …-serial.log.0 and so on behind the pool's back: they become
 * volumes by a refresh. */
static void
delete_rest (virStoragePoolPtr  pool,
             const char        *uuid,
             GPtrArray         *disks,
             GString           *failed)
{
  virStorageVolPtr *volumes = NULL;
  int n;

  refresh (pool);
  n = virStoragePoolListAllVolumes (pool, &volumes, 0);
  for (int i = 0; i < n; i++)
    {
      const char *name = virStorageVolGetName (volumes[i]);
      g_autofree char *path = NULL;

      if (strstr (name, uuid) != NULL && !hostel_base_image_is_base (name) &&
          (path = virStorageVolGetPath (volumes[i])) != NULL && !is_kept (disks, path) &&
          virStorageVolDelete (volumes[i], 0) < 0)
        g_string_append_printf (failed, " %s", path);
      virStorageVolFree (volumes[i]);
    }
  free (volumes);
}

static gboolean
delete_disks (virConnectPtr   handle,
              const char     *uuid,
              const char     *name,
              GPtrArray      *disks,
              GError        **error)
{
  g_autoptr (GString) failed = g_string_new (NULL);
  g_autoptr (virStoragePool) own_pool = NULL;

  for (guint i = 0; i < disks->len; i++)
    {
      HostelDeleteDisk *disk = g_ptr_array_index (disks, i);
      g_autoptr (virStorageVol) volume = virStorageVolLookupByPath (handle, disk->path);

      if (volume == NULL)
        continue;
      if (own_pool == NULL && strstr (disk->path, uuid) != NULL)
        own_pool = virStoragePoolLookupByVolume (volume);
      if (disk->deletable && virStorageVolDelete (volume, 0) < 0)
        g_string_append_printf (failed, " %s", disk->path);
    }

  if (own_pool != NULL)
    delete_rest (own_pool, uuid, disks, failed);

  if (failed->len == 0)
    return TRUE;

  hostel_virt_set_error (error, _("“%s” is deleted, but these files of it are left:%s"), name,
                         failed->str);

  return FALSE;
}

/* What its consoles have written may hold secrets: it goes with the machine, and so does its key. */
static void
forget (const char *uuid)
{
  g_autoptr (GError) error = NULL;

  hostel_boot_pending_remove (uuid);
  if (!hostel_transcript_remove (NULL, uuid, &error))
    g_message ("%s", error->message);
  g_clear_error (&error);
  if (!hostel_known_hosts_remove (uuid, &error))
    g_message ("%s", error->message);
}

static void
run_worker (GTask         *task,
            virConnectPtr  handle,
            gpointer       task_data)
{
  Request *request = task_data;
  GError *error = NULL;
  g_autoptr (GPtrArray) disks = NULL;
  g_autoptr (virDomain) domain =
    hostel_virt_lookup_domain (handle, request->uuid, request->name, &error);

  if (domain != NULL && request->with_disks)
    disks = hostel_delete_plan_new (handle, domain, &error);

  if (error == NULL && remove_domain (domain, request->name, &error))
    {
      /* A killed create's clean-up must not take the disks for its own. */
      hostel_create_journal_forget (request->uuid);
      forget (request->uuid);
      if (disks != NULL)
        delete_disks (handle, request->uuid, request->name, disks, &error);
    }

  if (error == NULL)
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

/**
 * hostel_delete_job_run_async:
 * @with_disks: whether the disks that the plan calls deletable go too
 * @callback: called on the main thread
 * @user_data: for @callback
 *
 * Stops the machine if it runs, and undefines it. Takes no cancellable: "cancelled" would hide that
 * it happened.
 */
void
hostel_delete_job_run_async (HostelDeleteJob     *self,
                             gboolean             with_disks,
                             GAsyncReadyCallback  callback,
                             gpointer             user_data)
{
  g_return_if_fail (HOSTEL_IS_DELETE_JOB (self));

  call (self, hostel_delete_job_run_async, run_worker, with_disks, NULL, callback, user_data);
}

/**
 * hostel_delete_job_run_finish:
 *
 * Returns: whether all is gone that was to go; the error names the files that are left
 */
gboolean
hostel_delete_job_run_finish (HostelDeleteJob  *self,
                              GAsyncResult     *result,
                              GError          **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}
