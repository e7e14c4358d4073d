/* SPDX-License-Identifier: GPL-3.0-or-later */
/* libvirt directly: events of our own: gvir_connection_open() calls libvirt in the main thread at
 * each. */
#define G_LOG_DOMAIN "hostel-session"

#include "config.h"

#include "hostel-session.h"

#define N_EVENTS 6

/* What a callback of libvirt's needs to find the connection. */
typedef struct
{
  HostelLink               *link; /* owned */
  const HostelSessionFuncs *funcs;
  guint                     serial;
  int                       reason;
} Watch;

struct _HostelSession
{
  gatomicrefcount  ref_count;
  HostelWorker    *worker;      /* owned */
  GVirConnection  *gvir;        /* owned; has the only reference on the handle that is ours */
  virConnectPtr    handle;      /* borrowed from gvir */
  int              event_ids[N_EVENTS]; /* -1 where the driver has no such event */
  Watch           *close_watch; /* owned: a driver without this event would never free it */
};

static Watch *
watch_new (HostelLink               *link,
           const HostelSessionFuncs *funcs,
           guint                     serial)
{
  Watch *watch = g_new0 (Watch, 1);

  watch->link = hostel_link_ref (link);
  watch->funcs = funcs;
  watch->serial = serial;

  return watch;
}

static void
watch_free (void *data)
{
  Watch *watch = data;

  hostel_link_unref (watch->link);
  g_free (watch);
}

/* Domain events come by a timeout of the main loop, see virObjectEventStateQueue(): these callbacks
 * run on the main thread and make no libvirt call that talks to the daemon. */
static int
on_lifecycle (virConnectPtr  handle,
              virDomainPtr   domain,
              int            event,
              int            detail,
              void          *data)
{
  Watch *watch = data;

  if (watch->link->connection)
    watch->funcs->lifecycle (watch->link->connection, watch->serial, domain, event, detail);

  return 0;
}

static void
tell_details_changed (Watch        *watch,
                      virDomainPtr  domain)
{
  if (watch->link->connection)
    watch->funcs->details_changed (watch->link->connection, watch->serial, domain);
}

static void
on_metadata_changed (virConnectPtr  handle,
                     virDomainPtr   domain,
                     int            type,
                     const char    *uri,
                     void          *data)
{
  tell_details_changed (data, domain);
}

static void
on_reboot (virConnectPtr  handle,
           virDomainPtr   domain,
           void          *data)
{
  tell_details_changed (data, domain);
}

/* The guest's agent knows addresses that no lease tells. */
static void
on_agent (virConnectPtr  handle,
          virDomainPtr   domain,
          int            state,
          int            reason,
          void          *data)
{
  tell_details_changed (data, domain);
}

static void
on_device (virConnectPtr  handle,
           virDomainPtr   domain,
           const char    *alias,
           void          *data)
{
  tell_details_changed (data, domain);
}

static const struct
{
  int                               id;
  virConnectDomainEventGenericCallback callback;
} events[N_EVENTS] = {
  { VIR_DOMAIN_EVENT_ID_LIFECYCLE, VIR_DOMAIN_EVENT_CALLBACK (on_lifecycle) },
  { VIR_DOMAIN_EVENT_ID_METADATA_CHANGE, VIR_DOMAIN_EVENT_CALLBACK (on_metadata_changed) },
  { VIR_DOMAIN_EVENT_ID_REBOOT, VIR_DOMAIN_EVENT_CALLBACK (on_reboot) },
  { VIR_DOMAIN_EVENT_ID_AGENT_LIFECYCLE, VIR_DOMAIN_EVENT_CALLBACK (on_agent) },
  { VIR_DOMAIN_EVENT_ID_DEVICE_ADDED, VIR_DOMAIN_EVENT_CALLBACK (on_device) },
  { VIR_DOMAIN_EVENT_ID_DEVICE_REMOVED, VIR_DOMAIN_EVENT_CALLBACK (on_device) },
};

static gboolean
tell_closed (gpointer data)
{
  Watch *watch = data;

  if (watch->link->connection)
    watch->funcs->closed (watch->link->connection, watch->serial, watch->reason);

  return G_SOURCE_REMOVE;
}

/* Unlike the domains' events this one comes in whatever thread met the end of the connection. */
static void
on_closed (virConnectPtr  handle,
           int            reason,
           void          *data)
{
  Watch *watch = data;
  Watch *copy = watch_new (watch->link, watch->funcs, watch->serial);

  copy->reason = reason;
  g_idle_add_full (G_PRIORITY_DEFAULT, tell_closed, copy, watch_free);
}

static void
register_events (HostelSession            *self,
                 HostelLink               *link,
                 const HostelSessionFuncs *funcs,
                 guint                     serial)
{
  Watch *watch;

  for (guint i = 0; i < N_EVENTS; i++)
    {
      watch = watch_new (link, funcs, serial);
      self->event_ids[i] = virConnectDomainEventRegisterAny (self->handle, NULL, events[i].id,
                                                             events[i].callback, watch, watch_free);
      if (self->event_ids[i] < 0)
        {
          g_debug ("no domain events of kind %d: %s", events[i].id, virGetLastErrorMessage ());
          watch_free (watch);
        }
    }

  self->close_watch = watch_new (link, funcs, serial);
  virConnectRegisterCloseCallback (self->handle, on_closed, self->close_watch, NULL);
}

/**
 * hostel_session_open:
 * @uri: a libvirt URI
 * @serial: a number that the events carry, so that those of an earlier session are known as such
 * @link: the connection
 * @worker: its threads
 * @funcs: what gets the events
 * @error: return location for an error
 *
 * Opens and registers for events. Blocks: for a thread of @worker.
 *
 * Returns: (transfer full) (nullable): the opened handle, or %NULL with @error set
 */
HostelSession *
hostel_session_open (const char                *uri,
                     guint                      serial,
                     HostelLink                *link,
                     HostelWorker              *worker,
                     const HostelSessionFuncs  *funcs,
                     GError                   **error)
{
  HostelSession *self;
  virConnectPtr handle;

  if ((handle = hostel_virt_open (uri, error)) == NULL)
    return NULL;

  self = g_new0 (HostelSession, 1);
  g_atomic_ref_count_init (&self->ref_count);
  self->worker = hostel_worker_ref (worker);
  /* Wrapped, never opened by GVirConnection: gvir_connection_open() registers an event handler of
   * its own that makes calls on the main thread and warns at every rename. */
  self->gvir = g_object_new (GVIR_TYPE_CONNECTION, "uri", uri, "handle", handle, NULL);
  self->handle = handle;
  virConnectClose (handle);
  register_events (self, link, funcs, serial);

  return self;
}

/* How many are being closed, for hostel_session_wait_closed(). */
static GMutex closing_mutex;
static GCond closing_cond;
static guint n_closing;

static void
count_closing (int by)
{
  g_mutex_lock (&closing_mutex);
  n_closing += by;
  g_cond_broadcast (&closing_cond);
  g_mutex_unlock (&closing_mutex);
}

static void
close_in_worker (gpointer data)
{
  HostelSession *self = data;

  /* Each callback holds a reference on the handle. */
  virConnectUnregisterCloseCallback (self->handle, on_closed);
  watch_free (self->close_watch);
  for (guint i = 0; i < N_EVENTS; i++)
    if (self->event_ids[i] >= 0)
      virConnectDomainEventDeregisterAny (self->handle, self->event_ids[i]);

  g_object_unref (self->gvir);
  hostel_worker_unref (self->worker);
  g_free (self);
  count_closing (-1);
}

/**
 * hostel_session_ref:
 * @self: a session
 *
 * From any thread.
 *
 * Returns: (transfer full): @self
 */
HostelSession *
hostel_session_ref (HostelSession *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  g_atomic_ref_count_inc (&self->ref_count);

  return self;
}

/**
 * hostel_session_unref:
 * @self: (transfer full): a session
 *
 * From any thread; the last one has it closed in the worker, since virConnectClose() waits for the
 * daemon.
 */
void
hostel_session_unref (HostelSession *self)
{
  g_return_if_fail (self != NULL);

  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;

  count_closing (1);
  hostel_worker_push (self->worker, close_in_worker, self);
}

/**
 * hostel_session_wait_closed:
 * @milliseconds: the longest to wait
 *
 * Until all that are being closed are closed.
 */
void
hostel_session_wait_closed (guint milliseconds)
{
  gint64 end = g_get_monotonic_time () + milliseconds * G_TIME_SPAN_MILLISECOND;

  g_mutex_lock (&closing_mutex);
  while (n_closing > 0 && g_cond_wait_until (&closing_cond, &closing_mutex, end))
    continue;
  g_mutex_unlock (&closing_mutex);
}

/**
 * hostel_session_get_handle:
 * @self: a session
 *
 * Returns: (transfer none): the handle, for worker threads
 */
virConnectPtr
hostel_session_get_handle (HostelSession *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->handle;
}

/**
 * hostel_session_get_gvir:
 * @self: a session
 *
 * Returns: (transfer none): libvirt-glib's object of it, for worker threads
 */
GVirConnection *
hostel_session_get_gvir (HostelSession *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->gvir;
}
