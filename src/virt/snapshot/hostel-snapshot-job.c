/* SPDX-License-Identifier: GPL-3.0-or-later */
/* libvirt directly: a connection of its own is closed in the thread that opened it. */
#define G_LOG_DOMAIN "hostel-snapshot"

#include "config.h"

#include <glib/gi18n.h>

#include "hostel-connection-call.h"
#include "hostel-machine-lock.h"
#include "hostel-snapshot-job.h"
#include "hostel-snapshot-name.h"
#include "hostel-snapshot-steps-private.h"

/* For the host to answer at all, and to rewrite its tables; memory takes its own time. */
#define SECONDS 300

typedef enum
{
  TAKE,
  LOOK_BACK,
  GO_BACK,
  LOOK_DELETE,
  DELETE,
} Act;

/* What the thread is to do. It may outlive who asked. */
typedef struct
{
  Act           act;
  char         *uri;         /* owned, as all */
  char         *uuid;
  char         *machine;     /* its name */
  char         *name;        /* the snapshot's, nullable */
  char         *text;        /* a note, or the name of what is kept; nullable */
  GCancellable *cancellable; /* nullable */
  gint          seconds;     /* atomic: more than SECONDS */
} Order;

/* Who asked. */
typedef struct
{
  GTask *inner;    /* owned */
  guint  timer;    /* 0 none */
  guint  waited;   /* seconds, when the timer fires */
  gboolean over;   /* has returned */
} Wait;

static void
order_free (gpointer data)
{
  Order *order = data;

  g_free (order->uri);
  g_free (order->uuid);
  g_free (order->machine);
  g_free (order->name);
  g_free (order->text);
  g_clear_object (&order->cancellable);
  g_free (order);
}

static void
wait_free (gpointer data)
{
  Wait *wait = data;

  g_clear_handle_id (&wait->timer, g_source_remove);
  g_clear_object (&wait->inner);
  g_free (wait);
}

static GStrv
run (Order               *order,
     HostelSnapshotWork  *work,
     GError             **error)
{
  switch (order->act)
    {
    case TAKE:
      return hostel_snapshot_run_take (work, order->name, order->text, error);
    case LOOK_BACK:
      return hostel_snapshot_run_look_back (work, order->name, error);
    case GO_BACK:
      return hostel_snapshot_run_go_back (work, order->name, order->text, error);
    case LOOK_DELETE:
      return hostel_snapshot_run_look_delete (work, order->name, error);
    case DELETE:
    default:
      return hostel_snapshot_run_delete (work, order->name, error);
    }
}

static GStrv
run_locked (Order          *order,
            virConnectPtr   handle,
            GError        **error)
{
  g_autoptr (virDomain) domain = hostel_virt_lookup_domain (handle, order->uuid, order->machine, error);
  g_autoptr (HostelMachineLock) lock =
    domain != NULL ? hostel_machine_lock_take (handle, order->uuid, order->machine, error) : NULL;
  HostelSnapshotWork work = {
    .handle = handle,
    .domain = domain,
    .name = order->machine,
    .cancellable = order->cancellable,
    .seconds = &order->seconds,
  };

  if (lock == NULL)
    return NULL;

  g_strlcpy (work.uuid, order->uuid, sizeof work.uuid);

  return run (order, &work, error);
}

static gpointer
work_in_thread (gpointer data)
{
  g_autoptr (GTask) inner = data;
  Order *order = g_task_get_task_data (inner);
  GError *error = NULL;
  virConnectPtr handle = hostel_virt_open (order->uri, &error);
  GStrv told = handle != NULL ? run_locked (order, handle, &error) : NULL;

  /* Before it is told: the program may end then, in the middle of the closing. */
  if (handle != NULL)
    virConnectClose (handle);
  if (told != NULL)
    g_task_return_pointer (inner, told, (GDestroyNotify) g_strfreev);
  else
    g_task_return_error (inner, error);

  return NULL;
}

static void
on_worked_cb (GObject      *object,
              GAsyncResult *result,
              gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  Wait *wait = g_task_get_task_data (task);
  GError *error = NULL;
  GStrv told = g_task_propagate_pointer (G_TASK (result), &error);

  if (wait->over)
    {
      g_strfreev (told);
      g_clear_error (&error);
      return;
    }

  wait->over = TRUE;
  g_clear_handle_id (&wait->timer, g_source_remove);
  /* libvirt tells of none of this. */
  hostel_connection_refresh (hostel_domain_get_connection (HOSTEL_DOMAIN (object)),
                             hostel_domain_get_uuid (HOSTEL_DOMAIN (object)));
  if (told != NULL)
    g_task_return_pointer (task, told, (GDestroyNotify) g_strfreev);
  else
    g_task_return_error (task, error);
}

static gboolean
on_late_cb (gpointer user_data)
{
  GTask *task = user_data;
  Wait *wait = g_task_get_task_data (task);
  Order *order = g_task_get_task_data (wait->inner);
  guint longest = SECONDS + (guint) g_atomic_int_get (&order->seconds);

  wait->timer = 0;
  if (wait->waited < longest)
    {
      wait->timer = g_timeout_add_seconds (longest - wait->waited, on_late_cb, task);
      wait->waited = longest;
      return G_SOURCE_REMOVE;
    }

  wait->over = TRUE;
  g_task_return_error (task, hostel_error_new (HOSTEL_ERROR_TIMED_OUT,
                                               _("It may still come to its end: look at the list later."), NULL,
                                               _("The host has not answered in %u seconds about the snapshot of "
                                                 "“%s”."), longest, order->machine));

  return G_SOURCE_REMOVE;
}

static void
start (HostelDomain        *domain,
       Act                  act,
       const char          *name,
       const char          *text,
       GCancellable        *cancellable,
       GAsyncReadyCallback  callback,
       gpointer             user_data)
{
  /* Without the cancellable: what was done in spite of a late cancel has to be told of. */
  GTask *task = g_task_new (domain, NULL, callback, user_data);
  Wait *wait = g_new0 (Wait, 1);
  Order *order = g_new0 (Order, 1);

  order->act = act;
  order->uri = g_strdup (hostel_connection_get_uri (hostel_domain_get_connection (domain)));
  order->uuid = g_strdup (hostel_domain_get_uuid (domain));
  order->machine = g_strdup (hostel_domain_get_name (domain));
  order->name = g_strdup (name);
  order->text = g_strdup (text);
  g_set_object (&order->cancellable, cancellable);

  g_task_set_source_tag (task, start);
  g_task_set_task_data (task, wait, wait_free);
  wait->inner = g_task_new (domain, NULL, on_worked_cb, task);
  g_task_set_source_tag (wait->inner, work_in_thread);
  g_task_set_task_data (wait->inner, order, order_free);
  wait->waited = SECONDS;
  wait->timer = g_timeout_add_seconds (SECONDS, on_late_cb, task);
  g_thread_unref (g_thread_new ("hostel-snapshot", work_in_thread, g_object_ref (wait->inner)));
}

static gboolean
return_invalid (HostelDomain        *domain,
                const char          *name,
                const char          *note,
                GAsyncReadyCallback  callback,
                gpointer             user_data)
{
  GError *error = NULL;

  if ((name == NULL || hostel_snapshot_name_check (name, &error)) &&
      (note == NULL || hostel_snapshot_note_check (note, &error)))
    return FALSE;

  g_task_report_error (domain, callback, user_data, start, error);

  return TRUE;
}

/**
 * hostel_snapshot_take_async:
 * @domain: a machine
 * @name: (nullable): the snapshot's name, %NULL for one by the time
 * @note: (nullable): a note
 * @cancellable: (nullable): heeded until the host has begun: that cannot be stopped
 * @callback: called on the main thread
 * @user_data: for @callback
 *
 * Keeps the disks of a machine that is off, disks and memory of one that is on, within the disks' own files.
 */
void
hostel_snapshot_take_async (HostelDomain        *domain,
                            const char          *name,
                            const char          *note,
                            GCancellable        *cancellable,
                            GAsyncReadyCallback  callback,
                            gpointer             user_data)
{
  g_return_if_fail (HOSTEL_IS_DOMAIN (domain));

  if (!return_invalid (domain, name, note, callback, user_data))
    start (domain, TAKE, name, note, cancellable, callback, user_data);
}

void
hostel_snapshot_look_back_async (HostelDomain        *domain,
                                 const char          *name,
                                 GAsyncReadyCallback  callback,
                                 gpointer             user_data)
{
  g_return_if_fail (HOSTEL_IS_DOMAIN (domain));
  g_return_if_fail (name != NULL);

  start (domain, LOOK_BACK, name, NULL, NULL, callback, user_data);
}

/**
 * hostel_snapshot_go_back_async:
 * @domain: a machine
 * @name: a snapshot
 * @keep: (nullable): the name of a snapshot of what is now, taken first
 * @cancellable: (nullable): heeded until the host has begun
 * @callback: called on the main thread
 * @user_data: for @callback
 *
 * The machine is on or off then, as it was; its definition is that of then.
 */
void
hostel_snapshot_go_back_async (HostelDomain        *domain,
                               const char          *name,
                               const char          *keep,
                               GCancellable        *cancellable,
                               GAsyncReadyCallback  callback,
                               gpointer             user_data)
{
  g_return_if_fail (HOSTEL_IS_DOMAIN (domain));
  g_return_if_fail (name != NULL);

  if (!return_invalid (domain, keep, NULL, callback, user_data))
    start (domain, GO_BACK, name, keep, cancellable, callback, user_data);
}

void
hostel_snapshot_look_delete_async (HostelDomain        *domain,
                                   const char          *name,
                                   GAsyncReadyCallback  callback,
                                   gpointer             user_data)
{
  g_return_if_fail (HOSTEL_IS_DOMAIN (domain));
  g_return_if_fail (name != NULL);

  start (domain, LOOK_DELETE, name, NULL, NULL, callback, user_data);
}

void
hostel_snapshot_delete_async (HostelDomain        *domain,
                              const char          *name,
                              GCancellable        *cancellable,
                              GAsyncReadyCallback  callback,
                              gpointer             user_data)
{
  g_return_if_fail (HOSTEL_IS_DOMAIN (domain));
  g_return_if_fail (name != NULL);

  start (domain, DELETE, name, NULL, cancellable, callback, user_data);
}

/**
 * hostel_snapshot_finish:
 * @error: (out) (optional): %HOSTEL_ERROR_INVALID, %HOSTEL_ERROR_EXISTS, %HOSTEL_ERROR_NOT_FOUND,
 *   %HOSTEL_ERROR_WRONG_STATE, %HOSTEL_ERROR_UNSUPPORTED, %HOSTEL_ERROR_NO_SPACE, %HOSTEL_ERROR_TIMED_OUT, ... or
 *   %G_IO_ERROR_CANCELLED, and nothing was done
 *
 * Returns: (transfer full) (nullable): sentences
 */
GStrv
hostel_snapshot_finish (HostelDomain  *domain,
                        GAsyncResult  *result,
                        GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, domain), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
