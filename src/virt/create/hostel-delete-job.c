/* SPDX-License-Identifier: GPL-3.0-or-later */
/* libvirt directly: libvirt-glib 4.0 undefines without the flags that keep or drop variables,
 * snapshots and saved state. */
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

struct _HostelDeleteJob
{
  GObject parent_instance;

  HostelConnection *connection; /* owned */
  char             *uuid;       /* owned */
  char             *name;       /* owned */
  GHashTable       *shown;      /* owned, nullable, a set: paths that were said to go */
};

G_DEFINE_FINAL_TYPE (HostelDeleteJob, hostel_delete_job, G_TYPE_OBJECT)

/* For one call in a worker. */
typedef struct
{
  char       *uuid;
  char       *name;
  GHashTable *shown;      /* nullable */
  gboolean    with_disks;
  GPtrArray  *disks;      /* what becomes of each */
  gboolean    gone;       /* the machine is */
} Request;

static void
request_free (Request *request)
{
  g_free (request->uuid);
  g_free (request->name);
  g_clear_pointer (&request->shown, g_hash_table_unref);
  g_clear_pointer (&request->disks, g_ptr_array_unref);
  g_free (request);
}

static void
hostel_delete_job_finalize (GObject *object)
{
  HostelDeleteJob *self = HOSTEL_DELETE_JOB (object);

  g_clear_object (&self->connection);
  g_free (self->uuid);
  g_free (self->name);
  g_clear_pointer (&self->shown, g_hash_table_unref);

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
  if (self->shown != NULL)
    request->shown = g_hash_table_ref (self->shown);
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
 * Finds the files and who else needs them; changes nothing.
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

static GHashTable *
dup_deletable (GPtrArray *disks)
{
  GHashTable *paths = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (guint i = 0; i < disks->len; i++)
    {
      HostelDeleteDisk *disk = g_ptr_array_index (disks, i);

      if (disk->deletable && disk->path != NULL)
        g_hash_table_add (paths, g_strdup (disk->path));
    }

  return paths;
}

/**
 * hostel_delete_job_plan_finish:
 *
 * What is shown here as going is all that hostel_delete_job_run_async() will delete.
 *
 * Returns: (transfer full) (nullable) (element-type HostelDeleteDisk): all files that are connected
 *   with the machine, and what becomes of each
 */
GPtrArray *
hostel_delete_job_plan_finish (HostelDeleteJob  *self,
                               GAsyncResult     *result,
                               GError          **error)
{
  GPtrArray *disks;

  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  if ((disks = g_task_propagate_pointer (G_TASK (result), error)) != NULL)
    {
      g_clear_pointer (&self->shown, g_hash_table_unref);
      self->shown = dup_deletable (disks);
    }

  return disks;
}

/* In the order in which drivers and older libvirts do not know them. */
static const unsigned int undefine_flags[] = {
  VIR_DOMAIN_UNDEFINE_TPM | VIR_DOMAIN_UNDEFINE_KEEP_TPM,
  VIR_DOMAIN_UNDEFINE_CHECKPOINTS_METADATA,
  VIR_DOMAIN_UNDEFINE_NVRAM | VIR_DOMAIN_UNDEFINE_KEEP_NVRAM,
  VIR_DOMAIN_UNDEFINE_SNAPSHOTS_METADATA,
  VIR_DOMAIN_UNDEFINE_MANAGED_SAVE,
};

/* What a driver does not know it has nothing of, or refuses the next time with another reason. */
static int
undefine (virDomainPtr  domain,
          unsigned int *flags)
{
  int result = virDomainUndefineFlags (domain, *flags);

  for (guint i = 0; i < G_N_ELEMENTS (undefine_flags); i++)
    {
      if (result == 0 || !hostel_virt_is_unknown_flag ())
        return result;
      *flags &= ~undefine_flags[i];
      result = virDomainUndefineFlags (domain, *flags);
    }

  return result < 0 && hostel_virt_is_unknown_flag () ? virDomainUndefine (domain) : result;
}

static HostelDeleteDisk *
find_kind (GPtrArray        *disks,
           HostelDeleteKind  kind)
{
  for (guint i = 0; disks != NULL && i < disks->len; i++)
    {
      HostelDeleteDisk *disk = g_ptr_array_index (disks, i);

      if (disk->kind == kind)
        return disk;
    }

  return NULL;
}

static gboolean
remove_domain (virDomainPtr     domain,
               const Request   *request,
               GError         **error)
{
  HostelDeleteDisk *variables = find_kind (request->disks, HOSTEL_DELETE_VARIABLES);
  HostelDeleteDisk *tpm = find_kind (request->disks, HOSTEL_DELETE_TPM);
  /* What somebody else has undefined meanwhile tells neither, and is refused below. */
  gboolean persistent = virDomainIsPersistent (domain) != 0;
  unsigned int flags = VIR_DOMAIN_UNDEFINE_MANAGED_SAVE | VIR_DOMAIN_UNDEFINE_SNAPSHOTS_METADATA |
                       VIR_DOMAIN_UNDEFINE_CHECKPOINTS_METADATA;

  flags |= variables != NULL && variables->deletable ? VIR_DOMAIN_UNDEFINE_NVRAM
                                                     : VIR_DOMAIN_UNDEFINE_KEEP_NVRAM;
  flags |= tpm != NULL && tpm->deletable ? VIR_DOMAIN_UNDEFINE_TPM : VIR_DOMAIN_UNDEFINE_KEEP_TPM;

  if (virDomainIsActive (domain) == 1 && virDomainDestroy (domain) < 0 &&
      virDomainIsActive (domain) == 1)
    {
      hostel_virt_set_error (error, _("“%s” cannot be stopped."), request->name);
      return FALSE;
    }

  if (persistent && undefine (domain, &flags) < 0)
    {
      hostel_virt_set_error (error, _("“%s” cannot be deleted."), request->name);
      return FALSE;
    }

  /* A libvirt before 8.9 always deletes it. */
  if (tpm != NULL && (flags & VIR_DOMAIN_UNDEFINE_KEEP_TPM) == 0)
    tpm->deletable = TRUE;

  return TRUE;
}

/* What was not shown as going, or was to be kept, stays. */
static void
restrict_plan (Request *request)
{
  for (guint i = 0; i < request->disks->len; i++)
    {
      HostelDeleteDisk *disk = g_ptr_array_index (request->disks, i);

      if (!disk->deletable || disk->kind == HOSTEL_DELETE_STATE)
        continue;
      if (!request->with_disks)
        disk->deletable = FALSE;
      else if (disk->path != NULL && request->shown != NULL &&
               !g_hash_table_contains (request->shown, disk->path))
        {
          disk->deletable = FALSE;
          disk->reason = g_strdup (_("It was not among what was to be deleted."));
        }
    }
}

static void
add_left (GString                *list,
          const HostelDeleteDisk *disk)
{
  if (list->len > 0)
    g_string_append (list, "; ");
  g_string_append (list, disk->path);
  if (disk->reason != NULL)
    g_string_append_printf (list, " (%s)", disk->reason);
}

static gboolean
delete_disk (virConnectPtr     handle,
             HostelDiskUsers  *users,
             HostelDeleteDisk *disk,
             GString          *list)
{
  g_autoptr (virStorageVol) volume = hostel_delete_plan_lookup (handle, users, disk->path);

  if (volume == NULL || virStorageVolDelete (volume, 0) == 0)
    return TRUE;

  disk->deletable = FALSE;
  disk->reason = g_strdup (virGetLastErrorMessage ());
  add_left (list, disk);

  return FALSE;
}

/* One round: whatever nothing stands on any more. */
static gboolean
delete_round (virConnectPtr    handle,
              const Request   *request,
              HostelDiskUsers *users,
              GHashTable      *left,
              GHashTable      *gone,
              GString         *list)
{
  gboolean progress = FALSE;

  for (guint i = 0; i < request->disks->len; i++)
    {
      HostelDeleteDisk *disk = g_ptr_array_index (request->disks, i);
      g_autofree char *need = NULL;
      g_autofree char *id = NULL;

      if (!g_hash_table_contains (left, disk))
        continue;
      need = disk->kind == HOSTEL_DELETE_DISK
               ? hostel_disk_users_dup_reason (users, disk->path, request->uuid, gone)
               : hostel_disk_users_dup_need (users, disk->path, request->uuid, gone);
      if (need != NULL)
        {
          g_free (disk->reason);
          disk->reason = g_steal_pointer (&need);
          continue;
        }

      g_clear_pointer (&disk->reason, g_free);
      g_hash_table_remove (left, disk);
      id = hostel_disk_users_dup_id (users, disk->path);
      if (delete_disk (handle, users, disk, list))
        g_hash_table_add (gone, g_steal_pointer (&id));
      progress = TRUE;
    }

  return progress;
}

/* Looks once more who needs them: since the plan was made another machine may have come. */
static gboolean
delete_disks (virConnectPtr    handle,
              const Request   *request,
              GError         **error)
{
  g_autoptr (HostelDiskUsers) users = hostel_disk_users_read_anew (handle, error);
  g_autoptr (GHashTable) left = g_hash_table_new (NULL, NULL);
  g_autoptr (GHashTable) gone = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GString) list = g_string_new (NULL);
  GHashTableIter iter;
  gpointer key;

  for (guint i = 0; i < request->disks->len; i++)
    {
      HostelDeleteDisk *disk = g_ptr_array_index (request->disks, i);

      if (disk->deletable && disk->kind < HOSTEL_DELETE_VARIABLES)
        g_hash_table_add (left, disk);
    }

  while (users != NULL && delete_round (handle, request, users, left, gone, list))
    continue;

  g_hash_table_iter_init (&iter, left);
  while (g_hash_table_iter_next (&iter, &key, NULL))
    {
      HostelDeleteDisk *disk = key;

      disk->deletable = FALSE;
      g_clear_pointer (&disk->remedy, g_free);
      add_left (list, disk);
    }
  if (users == NULL)
    return FALSE;
  if (list->len == 0)
    return TRUE;

  hostel_error_set (error, HOSTEL_ERROR_FAILED,
                    _("Delete them yourself when nothing needs them any more."), NULL,
                    _("“%s” is deleted, but these files of it are left: %s"), request->name,
                    list->str);

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
  g_autoptr (virDomain) domain =
    hostel_virt_lookup_domain (handle, request->uuid, request->name, &error);

  if (domain != NULL)
    request->disks = hostel_delete_plan_new (handle, domain, &error);
  /* What cannot be looked at stays. */
  if (domain != NULL && request->disks == NULL && !request->with_disks)
    {
      g_debug ("%s", error->message);
      g_clear_error (&error);
      request->disks = g_ptr_array_new ();
    }
  if (request->disks != NULL)
    restrict_plan (request);

  if (error == NULL && remove_domain (domain, request, &error))
    {
      request->gone = TRUE;
      /* A killed create's clean-up must not take the disks for its own. */
      hostel_create_journal_forget (request->uuid);
      forget (request->uuid);
      if (request->with_disks)
        delete_disks (handle, request, &error);
    }

  if (error == NULL)
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

/**
 * hostel_delete_job_run_async:
 * @with_disks: whether the files that the plan calls deletable go too
 * @callback: called on the main thread
 * @user_data: for @callback
 *
 * Stops the machine if it runs, and undefines it. Where a plan was shown, nothing goes that was not
 * in it; and what has come to be needed since does not go either. Takes no cancellable: "cancelled"
 * would hide that it happened.
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
 * @disks: (out) (optional) (nullable) (transfer full) (element-type HostelDeleteDisk): what became
 *   of each file: "deletable" are those that are gone; %NULL where the machine is still there
 *
 * Returns: whether all is gone that was to go; the error names the files that are left
 */
gboolean
hostel_delete_job_run_finish (HostelDeleteJob  *self,
                              GAsyncResult     *result,
                              GPtrArray       **disks,
                              GError          **error)
{
  Request *request;

  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  request = g_task_get_task_data (G_TASK (result));
  if (disks != NULL)
    *disks = request->gone ? g_steal_pointer (&request->disks) : NULL;

  return g_task_propagate_boolean (G_TASK (result), error);
}
