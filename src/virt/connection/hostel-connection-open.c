/* SPDX-License-Identifier: GPL-3.0-or-later */
/* libvirt directly: libvirt's own events bring bare handles. */
#define G_LOG_DOMAIN "hostel-connection"

#include "config.h"

#include <glib/gi18n.h>

#include "hostel-connection-private.h"
#include "hostel-listing.h"
#include "hostel-uri.h"

#define FIRST_RETRY_MS 500
#define LAST_RETRY_MS 30000
/* A daemon's socket is there before it listens: so many tries after it has appeared. */
#define N_TRIES_AFTER_SOCKET 4

/* One attempt to connect, from the main thread to a worker and back. */
typedef struct
{
  HostelLink    *link;    /* owned */
  HostelWorker  *worker;  /* owned */
  char          *uri;     /* owned */
  guint          serial;
  HostelSession *session; /* owned, the result */
  GArray        *infos;   /* owned, the first list */
  GError        *error;   /* owned */
} Attempt;

/* Answers everyone who waits for the first list. */
static void
finish_waiting (HostelConnection *self,
                const GError     *error)
{
  g_autoptr (GPtrArray) waiting = g_steal_pointer (&self->waiting);

  self->waiting = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < waiting->len; i++)
    {
      GTask *task = g_ptr_array_index (waiting, i);

      if (error)
        g_task_return_error (task, g_error_copy (error));
      else
        g_task_return_boolean (task, TRUE);
    }
}

static gboolean
on_retry (gpointer data)
{
  HostelConnection *self = data;

  self->retry_id = 0;
  hostel_connection_connect (self);

  return G_SOURCE_REMOVE;
}

static void
schedule_retry (HostelConnection *self,
                guint             milliseconds)
{
  g_clear_handle_id (&self->retry_id, g_source_remove);
  self->retry_id = g_timeout_add (milliseconds, on_retry, self);
}

static void
schedule_next_retry (HostelConnection *self)
{
  self->retry_ms = CLAMP (self->retry_ms, FIRST_RETRY_MS, LAST_RETRY_MS);
  schedule_retry (self, self->retry_ms);
  self->retry_ms *= 2;
}

/* The daemon's socket has appeared, or become ours to open. */
static void
on_socket (gpointer data)
{
  HostelConnection *self = data;

  if (self->session || self->opening)
    return;

  g_debug ("%s: the socket has appeared", self->uri);
  self->tries_left = N_TRIES_AFTER_SOCKET;
  self->retry_ms = FIRST_RETRY_MS;
  schedule_retry (self, 100);
}

static void
watch_socket (HostelConnection *self)
{
  g_auto (GStrv) sockets = NULL;

  if (self->socket_watch)
    return;

  sockets = hostel_uri_dup_sockets (self->uri);
  if (*sockets)
    self->socket_watch = hostel_socket_watch_new ((const char * const *) sockets, on_socket, self);
}

/* The connection broke, was refused again, or never came to be. @error: (transfer full) */
static void
handle_no_connection (HostelConnection *self,
                      GError           *error)
{
  hostel_call_watch_reset (self->call_watch);
  hostel_domain_list_drop_handles (self->domains);
  g_clear_pointer (&self->session, hostel_session_unref);

  if (self->loaded)
    {
      hostel_connection_set_state (self, HOSTEL_CONNECTION_STATE_LOST, error);
      schedule_next_retry (self);
      watch_socket (self);
      return;
    }

  hostel_connection_set_state (self, HOSTEL_CONNECTION_STATE_FAILED, error);
  watch_socket (self);
  if (self->tries_left > 0)
    {
      self->tries_left--;
      schedule_next_retry (self);
    }
  finish_waiting (self, self->error);
}

static void
attempt_free (gpointer data)
{
  Attempt *attempt = data;

  /* The handles first: the session is closed in the worker. */
  g_clear_pointer (&attempt->infos, g_array_unref);
  g_clear_pointer (&attempt->session, hostel_session_unref);
  g_clear_error (&attempt->error);
  hostel_link_unref (attempt->link);
  hostel_worker_unref (attempt->worker);
  g_free (attempt->uri);
  g_free (attempt);
}

static void
adopt (HostelConnection *self,
       Attempt          *attempt)
{
  self->session = g_steal_pointer (&attempt->session);
  self->retry_ms = FIRST_RETRY_MS;
  self->tries_left = 0;
  g_clear_pointer (&self->socket_watch, hostel_socket_watch_free);

  g_object_ref (self);
  hostel_domain_list_merge (self->domains, attempt->infos);
  hostel_connection_set_state (self, HOSTEL_CONNECTION_STATE_CONNECTED, NULL);
  hostel_connection_set_loaded (self, TRUE);
  finish_waiting (self, NULL);
  g_object_unref (self);
}

static gboolean
attempt_done (gpointer data)
{
  Attempt *attempt = data;
  HostelConnection *self = attempt->link->connection;

  /* Closed meanwhile, or its session broke at once and that was told already */
  if (self == NULL || self->serial != attempt->serial)
    return G_SOURCE_REMOVE;

  self->opening = FALSE;
  if (attempt->error)
    handle_no_connection (self, g_steal_pointer (&attempt->error));
  else
    adopt (self, attempt);

  return G_SOURCE_REMOVE;
}

static void
on_lifecycle (HostelConnection *self,
              guint             serial,
              virDomainPtr      domain,
              int               event,
              int               detail)
{
  char uuid[VIR_UUID_STRING_BUFLEN];

  if (serial != self->serial)
    return;

  hostel_domain_list_lifecycle (self->domains, domain, event, detail);
  if (event == VIR_DOMAIN_EVENT_STARTED && virDomainGetUUIDString (domain, uuid) == 0)
    hostel_connection_tell_started (self, uuid);
}

static void
on_details_changed (HostelConnection *self,
                    guint             serial,
                    virDomainPtr      handle)
{
  char uuid[VIR_UUID_STRING_BUFLEN];
  HostelDomain *domain;

  if (serial != self->serial || virDomainGetUUIDString (handle, uuid) < 0)
    return;

  if ((domain = hostel_domain_list_lookup (self->domains, uuid)))
    hostel_domain_details_changed (domain);
}

static void
on_closed (HostelConnection *self,
           guint             serial,
           int               reason)
{
  GError *error;

  /* While it is opening the attempt itself tells. */
  if (serial != self->serial || self->session == NULL)
    return;

  g_debug ("%s: closed, reason %d", self->uri, reason);
  error = hostel_error_new (HOSTEL_ERROR_DISCONNECTED,
                            _("It is connected again as soon as that is possible."),
                            NULL, _("The connection to %s was lost."), self->title);
  handle_no_connection (self, error);
}

static const HostelSessionFuncs session_funcs = {
  .lifecycle = on_lifecycle,
  .details_changed = on_details_changed,
  .closed = on_closed,
};

static void
run_attempt (gpointer data)
{
  Attempt *attempt = data;

  attempt->session = hostel_session_open (attempt->uri, attempt->serial, attempt->link,
                                          attempt->worker, &session_funcs, &attempt->error);
  /* After the events are asked for: nothing is missed between the two. */
  if (attempt->session)
    attempt->infos = hostel_listing_read (hostel_session_get_gvir (attempt->session),
                                          &attempt->error);

  /* Not g_main_context_invoke(): while no loop runs it would call from this thread. */
  g_idle_add_full (G_PRIORITY_DEFAULT, attempt_done, attempt, attempt_free);
}

/**
 * hostel_connection_connect:
 * @self: a connection
 *
 * Starts an attempt, unless one is out or there is a session.
 */
void
hostel_connection_connect (HostelConnection *self)
{
  Attempt *attempt;

  g_clear_handle_id (&self->retry_id, g_source_remove);
  if (self->opening || self->session)
    return;

  attempt = g_new0 (Attempt, 1);
  attempt->link = hostel_link_ref (self->link);
  attempt->worker = hostel_worker_ref (self->worker);
  attempt->uri = g_strdup (self->uri);
  attempt->serial = ++self->serial;

  self->opening = TRUE;
  hostel_domain_list_begin_merge (self->domains);
  if (!self->loaded)
    hostel_connection_set_state (self, HOSTEL_CONNECTION_STATE_CONNECTING, NULL);
  hostel_worker_push (self->worker, run_attempt, attempt);
}

/**
 * hostel_connection_drop:
 * @self: a connection
 *
 * Lets the session and everything that would bring another one go.
 */
void
hostel_connection_drop (HostelConnection *self)
{
  self->serial++;
  self->opening = FALSE;
  g_clear_handle_id (&self->retry_id, g_source_remove);
  g_clear_pointer (&self->socket_watch, hostel_socket_watch_free);
  hostel_call_watch_reset (self->call_watch);
  hostel_domain_list_drop_handles (self->domains);
  g_clear_pointer (&self->session, hostel_session_unref);
}

static gboolean
on_cancelled (GCancellable *cancellable,
              gpointer      user_data)
{
  GTask *task = user_data;
  HostelConnection *self = g_task_get_source_object (task);

  if (g_ptr_array_find (self->waiting, task, NULL))
    {
      g_task_return_error_if_cancelled (task);
      g_ptr_array_remove (self->waiting, task);
    }

  return G_SOURCE_REMOVE;
}

static void
release_source (gpointer data)
{
  GSource *source = data;

  g_source_destroy (source);
  g_source_unref (source);
}

static void
watch_cancellable (GTask        *task,
                   GCancellable *cancellable)
{
  GSource *source = g_cancellable_source_new (cancellable);

  /* Borrowed: the task has the source, and destroys it. */
  g_source_set_callback (source, G_SOURCE_FUNC (on_cancelled), task, NULL);
  g_source_attach (source, NULL);
  g_task_set_task_data (task, source, release_source);
}

/**
 * hostel_connection_open_async:
 * @self: a connection
 * @cancellable: (nullable): ends the waiting, not the opening; see hostel_connection_close()
 * @callback: called when the first list is in
 * @user_data: handed to @callback
 *
 * Opens, and keeps open until hostel_connection_close(): a connection that breaks comes back by
 * itself. Where it is open already @callback is called at once.
 */
void
hostel_connection_open_async (HostelConnection    *self,
                              GCancellable        *cancellable,
                              GAsyncReadyCallback  callback,
                              gpointer             user_data)
{
  GTask *task;

  g_return_if_fail (HOSTEL_IS_CONNECTION (self));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, hostel_connection_open_async);

  if (self->loaded || g_cancellable_is_cancelled (cancellable))
    {
      g_task_return_boolean (task, TRUE);
      g_object_unref (task);
      return;
    }

  g_ptr_array_add (self->waiting, task);
  if (cancellable)
    watch_cancellable (task, cancellable);
  hostel_connection_connect (self);
}

/**
 * hostel_connection_open_finish:
 * @self: a connection
 * @result: the callback's
 * @error: return location for an error
 *
 * Returns: %FALSE with the first attempt's error, which names what is missing on this host and what
 *   to do about it
 */
gboolean
hostel_connection_open_finish (HostelConnection  *self,
                               GAsyncResult      *result,
                               GError           **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

/**
 * hostel_connection_retry:
 * @self: a connection
 *
 * Tries now what would be tried later, or was given up. Does nothing where there is a connection,
 * or an attempt is out.
 */
void
hostel_connection_retry (HostelConnection *self)
{
  g_return_if_fail (HOSTEL_IS_CONNECTION (self));

  if (self->state != HOSTEL_CONNECTION_STATE_LOST && self->state != HOSTEL_CONNECTION_STATE_FAILED)
    return;

  self->retry_ms = FIRST_RETRY_MS;
  hostel_connection_connect (self);
}

/**
 * hostel_connection_wait_closed:
 *
 * For the end of a program: a second at most, until what was closed is closed. The daemon of libvirt 9.0 has been seen
 * to crash as it took back the events of a client, where that one ended at the same moment.
 */
void
hostel_connection_wait_closed (void)
{
  hostel_session_wait_closed (1000);
}

/**
 * hostel_connection_close:
 * @self: a connection
 *
 * Closes and forgets the list. Calls that are out end in their own time, with their own results.
 */
void
hostel_connection_close (HostelConnection *self)
{
  g_autoptr (GError) error = NULL;

  g_return_if_fail (HOSTEL_IS_CONNECTION (self));

  if (self->state == HOSTEL_CONNECTION_STATE_CLOSED)
    return;

  g_object_ref (self);
  hostel_connection_drop (self);
  hostel_domain_list_clear (self->domains);
  hostel_connection_set_loaded (self, FALSE);
  hostel_connection_set_state (self, HOSTEL_CONNECTION_STATE_CLOSED, NULL);
  error = g_error_new (G_IO_ERROR, G_IO_ERROR_CANCELLED, _("The connection was closed."));
  finish_waiting (self, error);
  g_object_unref (self);
}

