/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "hostel-clone"

#include "config.h"

#include <glib/gi18n.h>

#include "hostel-clone-job.h"
#include "hostel-clone-steps.h"
#include "hostel-connection.h"
#include "hostel-error.h"
#include "hostel-machine-name.h"

/* libvirt tells of a new domain within milliseconds. */
#define LIST_SECONDS 10

/* The data of the task that the caller knows. */
typedef struct
{
  HostelCloneWork  *work;       /* owned, as the next two */
  HostelProgress   *progress;
  HostelConnection *connection;
  guint             wait_id;    /* one-shot timer, 0 none */
  gulong            handler;    /* on "connection", 0 none */
} Job;

static void
job_free (gpointer data)
{
  Job *job = data;

  g_clear_handle_id (&job->wait_id, g_source_remove);
  g_clear_signal_handler (&job->handler, job->connection);
  g_clear_pointer (&job->work, hostel_clone_work_free);
  g_clear_pointer (&job->progress, hostel_progress_free);
  g_clear_object (&job->connection);
  g_free (job);
}

/* Takes the task where the clone is in the list. */
static gboolean
return_clone (GTask *task)
{
  Job *job = g_task_get_task_data (task);
  HostelDomain *clone = hostel_connection_lookup_uuid (job->connection, job->work->uuid);

  if (clone == NULL)
    return FALSE;

  g_clear_handle_id (&job->wait_id, g_source_remove);
  g_clear_signal_handler (&job->handler, job->connection);
  g_task_return_pointer (task, g_object_ref (clone), g_object_unref);
  g_object_unref (task);

  return TRUE;
}

static void
on_items_changed_cb (GTask *task)
{
  return_clone (task);
}

static gboolean
on_list_timeout_cb (gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Job *job = g_task_get_task_data (task);

  job->wait_id = 0;
  g_clear_signal_handler (&job->handler, job->connection);
  g_task_return_error (task, hostel_error_new (HOSTEL_ERROR_TIMED_OUT,
                                               _("Look at the list when the connection is back."), NULL,
                                               _("The machine “%s” was created, but the host does not "
                                                 "tell of it."), job->work->name));

  return G_SOURCE_REMOVE;
}

static void
on_worked_cb (GObject      *object,
              GAsyncResult *result,
              gpointer      user_data)
{
  GTask *task = user_data;
  Job *job = g_task_get_task_data (task);
  GError *error = NULL;

  if (!g_task_propagate_boolean (G_TASK (result), &error))
    {
      g_task_return_error (task, error);
      g_object_unref (task);
      return;
    }
  if (return_clone (task))
    return;

  job->handler = g_signal_connect_swapped (job->connection, "items-changed",
                                           G_CALLBACK (on_items_changed_cb), task);
  job->wait_id = g_timeout_add_seconds (LIST_SECONDS, on_list_timeout_cb, task);
}

static gpointer
work_in_thread (gpointer data)
{
  g_autoptr (GTask) inner = data;
  HostelCloneWork *work = g_task_get_task_data (inner);
  GError *error = NULL;

  if (hostel_clone_work_run (work, &error))
    g_task_return_boolean (inner, TRUE);
  else
    g_task_return_error (inner, error);

  return NULL;
}

static HostelCloneWork *
new_work (HostelDomain     *domain,
          const char       *name,
          HostelCloneFlags  flags,
          HostelProgress   *progress,
          GCancellable     *cancellable)
{
  HostelConnection *connection = hostel_domain_get_connection (domain);
  HostelCloneWork *work = hostel_clone_work_new ();

  work->uri = g_strdup (hostel_connection_get_uri (connection));
  work->parent_uuid = g_strdup (hostel_domain_get_uuid (domain));
  work->parent_name = g_strdup (hostel_domain_get_name (domain));
  work->uuid = g_uuid_string_random ();
  work->name = g_strdup (name);
  work->linked = !(flags & HOSTEL_CLONE_INDEPENDENT);
  work->exact = (flags & HOSTEL_CLONE_EXACT) != 0;
  work->progress = hostel_progress_take;
  work->progress_data = progress;
  g_set_object (&work->cancellable, cancellable);

  return work;
}

/**
 * hostel_clone_job_async:
 * @domain: a machine that is off
 * @name: the clone's name
 * @flags: what kind of clone
 * @progress: (nullable): called on the main thread while disks are copied
 * @progress_data: for @progress
 * @cancellable: (nullable): undoes all; without effect once the clone is there, and not before the
 *   host has copied the disk that it is at
 * @callback: called on the main thread, when the clone is there or nothing is left of it
 * @user_data: for @callback
 *
 * Main thread.
 */
void
hostel_clone_job_async (HostelDomain        *domain,
                        const char          *name,
                        HostelCloneFlags     flags,
                        HostelProgressFunc   progress,
                        gpointer             progress_data,
                        GCancellable        *cancellable,
                        GAsyncReadyCallback  callback,
                        gpointer             user_data)
{
  /* Without the cancellable: a clone that was made in spite of a late cancel has to be told of. */
  GTask *task;
  GTask *inner;
  Job *job;
  GError *error = NULL;

  g_return_if_fail (HOSTEL_IS_DOMAIN (domain));
  g_return_if_fail (name != NULL);

  task = g_task_new (domain, NULL, callback, user_data);
  g_task_set_source_tag (task, hostel_clone_job_async);
  if (!hostel_machine_name_check (name, &error))
    {
      g_task_return_error (task, error);
      g_object_unref (task);
      return;
    }

  job = g_new0 (Job, 1);
  job->connection = g_object_ref (hostel_domain_get_connection (domain));
  job->progress = hostel_progress_new (task, progress, progress_data);
  job->work = new_work (domain, name, flags, job->progress, cancellable);
  g_task_set_task_data (task, job, job_free);

  inner = g_task_new (domain, NULL, on_worked_cb, task);
  g_task_set_source_tag (inner, work_in_thread);
  g_task_set_task_data (inner, job->work, NULL);
  g_thread_unref (g_thread_new ("hostel-clone", work_in_thread, inner));
}

/**
 * hostel_clone_job_finish:
 * @error: (out) (optional): the cause: %HOSTEL_ERROR_EXISTS, %HOSTEL_ERROR_INVALID,
 *   %HOSTEL_ERROR_WRONG_STATE, %HOSTEL_ERROR_UNSUPPORTED, %HOSTEL_ERROR_NO_SPACE, ... or
 *   %G_IO_ERROR_CANCELLED
 *
 * Returns: (transfer full) (nullable): the clone, in the connection's list
 */
HostelDomain *
hostel_clone_job_finish (HostelDomain  *domain,
                         GAsyncResult  *result,
                         GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, domain), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
