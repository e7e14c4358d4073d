#define G_LOG_DOMAIN "hostel-connection"

#include "config.h"

#include <glib/gi18n.h>

#include "hostel-call-watch.h"
#include "hostel-connection-private.h"
#include "hostel-listing.h"
#include "hostel-socket-watch.h"
#include "hostel-uri.h"

#define FIRST_RETRY_MS 500
#define LAST_RETRY_MS 30000
/* A daemon's socket is there before it listens: so many tries after it has appeared. */
#define N_TRIES_AFTER_SOCKET 4

struct _HostelConnection
{
  GObject                parent_instance;

  char                  *uri;         /* owned, never NULL */
  char                  *title;       /* owned, never NULL */
  HostelConnectionState  state;
  GError                *error;       /* owned, nullable */
  gboolean               loaded;

  HostelLink            *link;        /* owned */
  HostelWorker          *worker;      /* owned */
  HostelSession         *session;     /* owned, NULL while there is no connection */
  guint                  serial;      /* of the session, or of the attempt to get one */
  gboolean               opening;     /* an attempt is out */
  HostelDomainList      *domains;     /* owned */
  HostelCallWatch       *call_watch;  /* owned */
  HostelSocketWatch     *socket_watch; /* owned, nullable */
  GPtrArray             *waiting;     /* owned, of GTask, owned: hostel_connection_open_async() */

  guint                  retry_id;
  guint                  retry_ms;
  guint                  tries_left;  /* after a FAILED daemon's socket has appeared */
};

static void hostel_connection_iface_init (GListModelInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (HostelConnection, hostel_connection, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL,
                                                      hostel_connection_iface_init))

G_DEFINE_ENUM_TYPE (HostelConnectionState, hostel_connection_state,
                    G_DEFINE_ENUM_VALUE (HOSTEL_CONNECTION_STATE_CLOSED, "closed"),
                    G_DEFINE_ENUM_VALUE (HOSTEL_CONNECTION_STATE_CONNECTING, "connecting"),
                    G_DEFINE_ENUM_VALUE (HOSTEL_CONNECTION_STATE_CONNECTED, "connected"),
                    G_DEFINE_ENUM_VALUE (HOSTEL_CONNECTION_STATE_NOT_RESPONDING, "not-responding"),
                    G_DEFINE_ENUM_VALUE (HOSTEL_CONNECTION_STATE_LOST, "lost"),
                    G_DEFINE_ENUM_VALUE (HOSTEL_CONNECTION_STATE_FAILED, "failed"))

enum { PROP_0, PROP_URI, PROP_TITLE, PROP_STATE, PROP_ERROR, PROP_LOADED, N_PROPS };

static GParamSpec *properties[N_PROPS];

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

static void start_attempt (HostelConnection *self);

static void
set_state (HostelConnection      *self,
           HostelConnectionState  state,
           GError                *error)
{
  g_autoptr (GError) old_error = g_steal_pointer (&self->error);
  HostelConnectionState old_state = self->state;

  self->error = error;
  self->state = state;

  g_object_freeze_notify (G_OBJECT (self));
  if (old_error != NULL || error != NULL)
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_ERROR]);
  if (old_state != state)
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_STATE]);
  g_object_thaw_notify (G_OBJECT (self));
}

static void
set_loaded (HostelConnection *self,
            gboolean          loaded)
{
  if (self->loaded == loaded)
    return;

  self->loaded = loaded;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_LOADED]);
}

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
  start_attempt (self);

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
  schedule_retry (self, self->retry_ms);
  self->retry_ms = MIN (self->retry_ms * 2, LAST_RETRY_MS);
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
  g_clear_pointer (&self->session, hostel_session_unref);

  if (self->loaded)
    {
      set_state (self, HOSTEL_CONNECTION_STATE_LOST, error);
      schedule_next_retry (self);
      watch_socket (self);
      return;
    }

  set_state (self, HOSTEL_CONNECTION_STATE_FAILED, error);
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

  g_clear_pointer (&attempt->session, hostel_session_unref);
  g_clear_pointer (&attempt->infos, g_array_unref);
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
  set_state (self, HOSTEL_CONNECTION_STATE_CONNECTED, NULL);
  set_loaded (self, TRUE);
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
  if (serial == self->serial)
    hostel_domain_list_lifecycle (self->domains, domain, event, detail);
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
    attempt->infos = hostel_listing_read (hostel_session_get_handle (attempt->session),
                                          &attempt->error);

  /* Not g_main_context_invoke(): while no loop runs it would call from this thread. */
  g_idle_add_full (G_PRIORITY_DEFAULT, attempt_done, attempt, attempt_free);
}

static void
start_attempt (HostelConnection *self)
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
    set_state (self, HOSTEL_CONNECTION_STATE_CONNECTING, NULL);
  hostel_worker_push (self->worker, run_attempt, attempt);
}

static void
on_responding_changed (gpointer data,
                       gboolean responding)
{
  HostelConnection *self = data;

  if (self->session)
    set_state (self, responding ? HOSTEL_CONNECTION_STATE_CONNECTED
                                : HOSTEL_CONNECTION_STATE_NOT_RESPONDING, NULL);
}

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

  hostel_session_unref (call->session);
  g_object_unref (call->task);
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
on_refreshed (GObject      *object,
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

static void
refresh (HostelConnection   *self,
         const char * const *uuids)
{
  GTask *task = g_task_new (self, NULL, on_refreshed, GUINT_TO_POINTER (self->serial));

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

static GType
hostel_connection_get_item_type (GListModel *model)
{
  return HOSTEL_TYPE_DOMAIN;
}

static guint
hostel_connection_get_n_items (GListModel *model)
{
  return hostel_domain_list_get_length (HOSTEL_CONNECTION (model)->domains);
}

static gpointer
hostel_connection_get_item (GListModel *model,
                            guint       position)
{
  HostelDomain *domain = hostel_domain_list_get (HOSTEL_CONNECTION (model)->domains, position);

  return domain ? g_object_ref (domain) : NULL;
}

static void
hostel_connection_iface_init (GListModelInterface *iface)
{
  iface->get_item_type = hostel_connection_get_item_type;
  iface->get_n_items = hostel_connection_get_n_items;
  iface->get_item = hostel_connection_get_item;
}

static void
hostel_connection_constructed (GObject *object)
{
  HostelConnection *self = HOSTEL_CONNECTION (object);

  G_OBJECT_CLASS (hostel_connection_parent_class)->constructed (object);

  self->title = hostel_uri_dup_title (self->uri);
}

static void
drop_session (HostelConnection *self)
{
  self->serial++;
  self->opening = FALSE;
  g_clear_handle_id (&self->retry_id, g_source_remove);
  g_clear_pointer (&self->socket_watch, hostel_socket_watch_free);
  hostel_call_watch_reset (self->call_watch);
  g_clear_pointer (&self->session, hostel_session_unref);
}

static void
hostel_connection_dispose (GObject *object)
{
  HostelConnection *self = HOSTEL_CONNECTION (object);

  drop_session (self);
  self->link->connection = NULL;

  G_OBJECT_CLASS (hostel_connection_parent_class)->dispose (object);
}

static void
hostel_connection_finalize (GObject *object)
{
  HostelConnection *self = HOSTEL_CONNECTION (object);

  hostel_domain_list_free (self->domains);
  hostel_call_watch_free (self->call_watch);
  hostel_link_unref (self->link);
  hostel_worker_unref (self->worker);
  g_ptr_array_unref (self->waiting);
  g_clear_error (&self->error);
  g_free (self->title);
  g_free (self->uri);

  G_OBJECT_CLASS (hostel_connection_parent_class)->finalize (object);
}

static void
hostel_connection_get_property (GObject    *object,
                                guint       prop_id,
                                GValue     *value,
                                GParamSpec *pspec)
{
  HostelConnection *self = HOSTEL_CONNECTION (object);

  switch (prop_id)
    {
    case PROP_URI:
      g_value_set_string (value, self->uri);
      break;
    case PROP_TITLE:
      g_value_set_string (value, self->title);
      break;
    case PROP_STATE:
      g_value_set_enum (value, self->state);
      break;
    case PROP_ERROR:
      g_value_set_boxed (value, self->error);
      break;
    case PROP_LOADED:
      g_value_set_boolean (value, self->loaded);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
hostel_connection_set_property (GObject      *object,
                                guint         prop_id,
                                const GValue *value,
                                GParamSpec   *pspec)
{
  HostelConnection *self = HOSTEL_CONNECTION (object);

  switch (prop_id)
    {
    case PROP_URI:
      self->uri = g_value_dup_string (value);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
hostel_connection_class_init (HostelConnectionClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->constructed = hostel_connection_constructed;
  object_class->dispose = hostel_connection_dispose;
  object_class->finalize = hostel_connection_finalize;
  object_class->get_property = hostel_connection_get_property;
  object_class->set_property = hostel_connection_set_property;

  properties[PROP_URI] =
    g_param_spec_string ("uri", NULL, NULL, "",
                         G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);
  properties[PROP_TITLE] =
    g_param_spec_string ("title", NULL, NULL, "", G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  properties[PROP_STATE] =
    g_param_spec_enum ("state", NULL, NULL, HOSTEL_TYPE_CONNECTION_STATE,
                       HOSTEL_CONNECTION_STATE_CLOSED,
                       G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  properties[PROP_ERROR] =
    g_param_spec_boxed ("error", NULL, NULL, G_TYPE_ERROR,
                        G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  properties[PROP_LOADED] =
    g_param_spec_boolean ("loaded", NULL, NULL, FALSE,
                          G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
hostel_connection_init (HostelConnection *self)
{
  hostel_virt_init ();

  self->link = hostel_link_new (self);
  self->worker = hostel_worker_new ();
  self->domains = hostel_domain_list_new (self, self->link, refresh);
  self->call_watch = hostel_call_watch_new (on_responding_changed, self);
  self->waiting = g_ptr_array_new_with_free_func (g_object_unref);
  self->retry_ms = FIRST_RETRY_MS;
}

/**
 * hostel_connection_new:
 * @uri: a libvirt URI
 *
 * Returns: (transfer full): a connection in the state %HOSTEL_CONNECTION_STATE_CLOSED
 */
HostelConnection *
hostel_connection_new (const char *uri)
{
  g_return_val_if_fail (uri != NULL, NULL);

  return g_object_new (HOSTEL_TYPE_CONNECTION, "uri", uri, NULL);
}

const char *
hostel_connection_get_uri (HostelConnection *self)
{
  g_return_val_if_fail (HOSTEL_IS_CONNECTION (self), NULL);

  return self->uri;
}

/**
 * hostel_connection_get_title:
 * @self: a connection
 *
 * Returns: (transfer none): what a person calls that host, translated
 */
const char *
hostel_connection_get_title (HostelConnection *self)
{
  g_return_val_if_fail (HOSTEL_IS_CONNECTION (self), NULL);

  return self->title;
}

/**
 * hostel_connection_is_session:
 * @self: a connection
 *
 * Returns: %TRUE where the machines are those of one user, without root's networks
 */
gboolean
hostel_connection_is_session (HostelConnection *self)
{
  g_return_val_if_fail (HOSTEL_IS_CONNECTION (self), FALSE);

  return hostel_uri_is_session (self->uri);
}

HostelConnectionState
hostel_connection_get_state (HostelConnection *self)
{
  g_return_val_if_fail (HOSTEL_IS_CONNECTION (self), HOSTEL_CONNECTION_STATE_CLOSED);

  return self->state;
}

/**
 * hostel_connection_get_error:
 * @self: a connection
 *
 * Returns: (transfer none) (nullable): why it is lost or failed
 */
const GError *
hostel_connection_get_error (HostelConnection *self)
{
  g_return_val_if_fail (HOSTEL_IS_CONNECTION (self), NULL);

  return self->error;
}

gboolean
hostel_connection_get_loaded (HostelConnection *self)
{
  g_return_val_if_fail (HOSTEL_IS_CONNECTION (self), FALSE);

  return self->loaded;
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

  if (self->loaded)
    {
      g_task_return_boolean (task, TRUE);
      g_object_unref (task);
      return;
    }

  g_ptr_array_add (self->waiting, task);
  start_attempt (self);
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
  start_attempt (self);
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
  drop_session (self);
  hostel_domain_list_clear (self->domains);
  set_loaded (self, FALSE);
  set_state (self, HOSTEL_CONNECTION_STATE_CLOSED, NULL);
  error = g_error_new (G_IO_ERROR, G_IO_ERROR_CANCELLED, _("The connection was closed."));
  finish_waiting (self, error);
  g_object_unref (self);
}

/**
 * hostel_connection_lookup_uuid:
 * @self: a connection
 * @uuid: a UUID as libvirt writes it
 *
 * Returns: (transfer none) (nullable): the domain
 */
HostelDomain *
hostel_connection_lookup_uuid (HostelConnection *self,
                               const char       *uuid)
{
  g_return_val_if_fail (HOSTEL_IS_CONNECTION (self), NULL);
  g_return_val_if_fail (uuid != NULL, NULL);

  return hostel_domain_list_lookup (self->domains, uuid);
}

/**
 * hostel_connection_lookup_name:
 * @self: a connection
 * @name: a domain's name
 *
 * Returns: (transfer none) (nullable): the domain
 */
HostelDomain *
hostel_connection_lookup_name (HostelConnection *self,
                               const char       *name)
{
  HostelDomain *domain;

  g_return_val_if_fail (HOSTEL_IS_CONNECTION (self), NULL);
  g_return_val_if_fail (name != NULL, NULL);

  for (guint i = 0; (domain = hostel_domain_list_get (self->domains, i)); i++)
    if (g_str_equal (hostel_domain_get_name (domain), name))
      return domain;

  return NULL;
}

/**
 * hostel_connection_dup_names:
 * @self: a connection
 *
 * Returns: (transfer full): the names that are taken
 */
GStrv
hostel_connection_dup_names (HostelConnection *self)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  HostelDomain *domain;

  g_return_val_if_fail (HOSTEL_IS_CONNECTION (self), NULL);

  for (guint i = 0; (domain = hostel_domain_list_get (self->domains, i)); i++)
    g_strv_builder_add (builder, hostel_domain_get_name (domain));

  return g_strv_builder_end (builder);
}
