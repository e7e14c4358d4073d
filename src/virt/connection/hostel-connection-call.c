/* SPDX-License-Identifier: GPL-3.0-or-later */
/* libvirt directly: the workers hand out the bare connection. */
#define G_LOG_DOMAIN "hostel-connection"

#include "config.h"

#include <glib/gi18n.h>

#include "hostel-connection-private.h"
#include "hostel-listing.h"

/* One call of hostel_connection_call(), from the main thread to a worker and back. */
typedef struct
{
  HostelConnection *connection; /* owned: it takes the answer into account */
  HostelSession    *session;    /* owned */
  GTask            *task;       /* owned, released on the main thread: so are its objects then */
  HostelCallFunc    func;
  guint             generation;
} Call;

static void
call_free (gpointer data)
{
  Call *call = data;

  /* The task's data may have handles of the session, which is closed in the worker. */
  g_object_unref (call->task);
  hostel_session_unref (call->session);
  g_object_unref (call->connection);
  g_free (call);
}

static gboolean
call_done (gpointer data)
{
  Call *call = data;

  hostel_call_watch_end (call->connection->call_watch, call->generation);

  return G_SOURCE_REMOVE;
}

static void
run_call (gpointer data)
{
  Call *call = data;

  virResetLastError ();
  call->func (call->task, hostel_session_get_handle (call->session),
              g_task_get_task_data (call->task));
  g_idle_add_full (G_PRIORITY_DEFAULT, call_done, call, call_free);
}

/**
 * hostel_connection_call:
 * @self: a connection
 * @task: (transfer full): what @func returns its result through
 * @func: run in a thread of the connection's own pool of 4
 *
 * Calls that the daemon leaves unanswered for 3 s make the connection "not responding" (a long one
 * does not, as long as the daemon answers a probe). To be called on the main thread. @task returns
 * %HOSTEL_ERROR_DISCONNECTED where there is no connection.
 */
void
hostel_connection_call (HostelConnection *self,
                        GTask            *task,
                        HostelCallFunc    func)
{
  Call *call;

  g_return_if_fail (HOSTEL_IS_CONNECTION (self));
  g_return_if_fail (G_IS_TASK (task));
  g_return_if_fail (func != NULL);

  if (self->session == NULL)
    {
      g_task_return_error (
        task, hostel_error_new (HOSTEL_ERROR_DISCONNECTED,
                                _("Try again when the host is connected."), NULL,
                                _("There is no connection to %s."), self->title));
      g_object_unref (task);
      return;
    }

  call = g_new0 (Call, 1);
  call->connection = g_object_ref (self);
  call->session = hostel_session_ref (self->session);
  call->task = task;
  call->func = func;
  call->generation = hostel_call_watch_begin (self->call_watch, self->session);
  hostel_worker_push (self->worker, run_call, call);
}

/**
 * hostel_domain_call:
 * @self: a domain
 * @task: (transfer full): what @func returns its result through
 * @func: run in a thread of the connection's
 *
 * As hostel_connection_call(), also where the connection is gone.
 */
void
hostel_domain_call (HostelDomain   *self,
                    GTask          *task,
                    HostelCallFunc  func)
{
  HostelConnection *connection = hostel_domain_get_connection (self);

  if (connection)
    {
      hostel_connection_call (connection, task, func);
      return;
    }

  g_task_return_error (task, hostel_error_new (HOSTEL_ERROR_DISCONNECTED,
                                               _("Connect to its host again."), NULL,
                                               _("The connection of “%s” was closed."),
                                               hostel_domain_get_name (self)));
  g_object_unref (task);
}

static void
refresh_worker (GTask         *task,
                virConnectPtr  handle,
                gpointer       task_data)
{
  GError *error = NULL;
  GArray *infos;

  if ((infos = hostel_listing_refresh (handle, task_data, &error)))
    g_task_return_pointer (task, infos, (GDestroyNotify) g_array_unref);
  else
    g_task_return_error (task, error);
}

static void
on_refreshed_cb (GObject      *object,
                 GAsyncResult *result,
                 gpointer      user_data)
{
  HostelConnection *self = HOSTEL_CONNECTION (object);
  guint serial = GPOINTER_TO_UINT (user_data);
  g_autoptr (GError) error = NULL;
  g_autoptr (GArray) infos = g_task_propagate_pointer (G_TASK (result), &error);

  if (error)
    g_debug ("%s: %s", self->uri, error->message);

  /* A new session begins with a list of its own. */
  if (serial == self->serial && self->session)
    hostel_domain_list_refreshed (self->domains, infos);
}

/**
 * hostel_connection_refresh_many:
 * @self: a connection
 * @uuids: the domains
 *
 * One job in the worker for all of them; the answer goes to the list.
 */
void
hostel_connection_refresh_many (HostelConnection   *self,
                                const char * const *uuids)
{
  GTask *task = g_task_new (self, NULL, on_refreshed_cb, GUINT_TO_POINTER (self->serial));

  g_task_set_task_data (task, g_strdupv ((GStrv) uuids), (GDestroyNotify) g_strfreev);
  hostel_connection_call (self, task, refresh_worker);
}

/**
 * hostel_connection_refresh:
 * @self: a connection
 * @uuid: the domain
 *
 * Looks at one domain again, for what no event tells (a managed save that was removed).
 */
void
hostel_connection_refresh (HostelConnection *self,
                           const char       *uuid)
{
  if (self->session)
    hostel_domain_list_refresh_one (self->domains, uuid);
}

