/* SPDX-License-Identifier: GPL-3.0-or-later */
/* libvirt directly: one connection and one raw stream for a console: GVirStream and a shared
 * connection do not hold. */
#define G_LOG_DOMAIN "hostel-console-session"

#include "config.h"

#include <glib/gi18n.h>

#include "hostel-console-transport.h"
#include "hostel-event-loop.h"
#include "hostel-virt-handle.h"

/* Why no thread waits in virStreamRecv(): before libvirt 10.0 a thread that waits there can miss that
 * another one wants to send ("rpc: fix race in waking up client event loop"), and what was typed
 * arrives when the guest says something next. So libvirt's event loop tells when there is something
 * to read, and only the writer waits inside of libvirt. That loop is the consoles' own. */

#define HOSTEL_TYPE_CONSOLE_LIBVIRT (hostel_console_libvirt_get_type ())
G_DECLARE_FINAL_TYPE (HostelConsoleLibvirt, hostel_console_libvirt, HOSTEL, CONSOLE_LIBVIRT,
                      HostelConsoleTransport)

struct _HostelConsoleLibvirt
{
  HostelConsoleTransport parent_instance;

  char          *uri;  /* owned */
  char          *uuid; /* owned */
  char          *name; /* owned, nullable: alias of the console or name of the channel */
  gboolean       channel;

  virDomainPtr   domain; /* owned, nullable */
  virStreamPtr   stream; /* owned, nullable */
  gboolean       watched;   /* the connection, for its end */
  gboolean       listening; /* to the stream, or to be again by await() */

  GMutex         mutex;  /* for all below */
  virConnectPtr  handle; /* owned, nullable */
};

G_DEFINE_FINAL_TYPE (HostelConsoleLibvirt, hostel_console_libvirt, HOSTEL_TYPE_CONSOLE_TRANSPORT)

static virConnectPtr
get_handle (HostelConsoleLibvirt *self)
{
  virConnectPtr handle;

  g_mutex_lock (&self->mutex);
  handle = self->handle;
  g_mutex_unlock (&self->mutex);

  return handle;
}

static void
set_handle (HostelConsoleLibvirt *self,
            virConnectPtr         handle)
{
  g_mutex_lock (&self->mutex);
  self->handle = handle;
  g_mutex_unlock (&self->mutex);
}

/* Reads virGetLastError() of this thread. */
static HostelConsoleState
explain_open_failure (HostelConsoleLibvirt  *self,
                      gboolean               force,
                      GError               **error)
{
  g_autofree char *details = g_strdup (virGetLastErrorMessage ());
  g_autoptr (GError) lost = NULL;
  int code = virGetLastErrorCode ();

  if (code == VIR_ERR_OPERATION_INVALID || code == VIR_ERR_NO_DOMAIN)
    {
      hostel_error_set (error, HOSTEL_ERROR_WRONG_STATE, _("Start it."), details,
                        _("The virtual machine is off."));
      return HOSTEL_CONSOLE_STATE_CLOSED;
    }

  hostel_virt_set_error (&lost, _("The console cannot be opened."));

  /* "Active console session exists for this domain": the text is in the daemon's language. */
  if (code == VIR_ERR_OPERATION_FAILED && !force && virDomainIsActive (self->domain) == 1)
    {
      hostel_error_set (error, HOSTEL_ERROR_TAKEN, _("Take it over, or close it there."),
                        details, _("Another program shows this console."));
      return HOSTEL_CONSOLE_STATE_TAKEN;
    }

  g_propagate_error (error, g_steal_pointer (&lost));

  return HOSTEL_CONSOLE_STATE_LOST;
}

/* From any thread. */
static void
connection_closed_cb (virConnectPtr  handle,
                      int            reason,
                      void          *user_data)
{
  hostel_console_transport_tell_broken (user_data);
}

static HostelConsoleState
hostel_console_libvirt_connect (HostelConsoleTransport  *transport,
                                GError                 **error)
{
  HostelConsoleLibvirt *self = HOSTEL_CONSOLE_LIBVIRT (transport);
  virConnectPtr handle;

  hostel_event_loop_serve_apart ();
  if (!(handle = hostel_virt_open (self->uri, error)))
    return HOSTEL_CONSOLE_STATE_LOST;

  set_handle (self, handle);
  /* Its test driver says that it watches, and neither does nor frees. */
  if (g_strcmp0 (virConnectGetType (handle), "TEST") != 0)
    {
      self->watched = virConnectRegisterCloseCallback (handle, connection_closed_cb,
                                                       g_object_ref (self), g_object_unref) == 0;
      if (!self->watched)
        g_object_unref (self);
    }

  return HOSTEL_CONSOLE_STATE_OPENING;
}

static int
open_stream (HostelConsoleLibvirt *self,
             virDomainPtr          domain,
             virStreamPtr          stream,
             gboolean              force)
{
  if (self->channel)
    return virDomainOpenChannel (domain, self->name, stream,
                                 force ? VIR_DOMAIN_CHANNEL_FORCE : 0);

  return virDomainOpenConsole (domain, self->name, stream, force ? VIR_DOMAIN_CONSOLE_FORCE : 0);
}

static HostelConsoleState
hostel_console_libvirt_open (HostelConsoleTransport  *transport,
                             gboolean                 force,
                             GError                 **error)
{
  HostelConsoleLibvirt *self = HOSTEL_CONSOLE_LIBVIRT (transport);
  virConnectPtr handle = get_handle (self);
  HostelConsoleState state;

  if (self->domain == NULL && !(self->domain = virDomainLookupByUUIDString (handle, self->uuid)))
    return explain_open_failure (self, TRUE, error);

  self->stream = virStreamNew (handle, VIR_STREAM_NONBLOCK);
  if (self->stream != NULL && open_stream (self, self->domain, self->stream, force) == 0)
    return HOSTEL_CONSOLE_STATE_OPEN;

  state = explain_open_failure (self, force, error);
  g_clear_pointer (&self->stream, virStreamFree);

  return state;
}

/* By libvirt's event loop, in its thread. */
static void
readable_cb (virStreamPtr  stream,
             int           events,
             void         *user_data)
{
  /* Not again before await(): libvirt repeats it in every turn. */
  virStreamEventUpdateCallback (stream, 0);
  hostel_console_transport_tell_readable (user_data);
}

static void
hostel_console_libvirt_await (HostelConsoleTransport *transport)
{
  HostelConsoleLibvirt *self = HOSTEL_CONSOLE_LIBVIRT (transport);

  if (self->listening)
    virStreamEventUpdateCallback (self->stream, VIR_STREAM_EVENT_READABLE);
  else
    virStreamEventAddCallback (self->stream, VIR_STREAM_EVENT_READABLE, readable_cb,
                               g_object_ref (self), NULL);
  self->listening = TRUE;
}

static gssize
hostel_console_libvirt_receive (HostelConsoleTransport *transport,
                                char                   *buffer,
                                gsize                   size)
{
  /* -2 where nothing is there, as HOSTEL_CONSOLE_TRANSPORT_NOTHING is. */
  return virStreamRecv (HOSTEL_CONSOLE_LIBVIRT (transport)->stream, buffer, size);
}

/* virStreamSend() waits as long as the guest does not read. */
static gssize
hostel_console_libvirt_send (HostelConsoleTransport *transport,
                             const char             *data,
                             gsize                   size)
{
  return virStreamSend (HOSTEL_CONSOLE_LIBVIRT (transport)->stream, data, size);
}

static gboolean
done_cb (gpointer user_data)
{
  return G_SOURCE_REMOVE;
}

/* libvirt 9.0 never calls the function that is to free a stream callback's data
 * (remoteStreamCallbackFree() asks for a callback that is NULL), so it gets none. The callback may
 * run just now, in the event loop's thread: what is queued there comes after it. */
static void
queue_unref (HostelConsoleLibvirt *self)
{
  g_autoptr (GSource) source = g_idle_source_new ();

  g_source_set_priority (source, G_PRIORITY_DEFAULT);
  g_source_set_static_name (source, "hostel-console-unref");
  g_source_set_callback (source, done_cb, self, g_object_unref);
  g_source_attach (source, hostel_event_loop_get_apart ());
}

static void
hostel_console_libvirt_end (HostelConsoleTransport *transport)
{
  HostelConsoleLibvirt *self = HOSTEL_CONSOLE_LIBVIRT (transport);

  if (self->listening)
    {
      virStreamEventRemoveCallback (self->stream);
      self->listening = FALSE;
      queue_unref (self);
    }
  /* Tells the daemon where it does not know yet, and costs nothing where it does. */
  virStreamAbort (self->stream);
  g_clear_pointer (&self->stream, virStreamFree);
}

static gboolean
hostel_console_libvirt_is_alive (HostelConsoleTransport *transport)
{
  return virConnectIsAlive (get_handle (HOSTEL_CONSOLE_LIBVIRT (transport))) == 1;
}

static void
hostel_console_libvirt_close (HostelConsoleTransport *transport)
{
  HostelConsoleLibvirt *self = HOSTEL_CONSOLE_LIBVIRT (transport);
  virConnectPtr handle = get_handle (self);

  if (handle == NULL)
    return;

  g_clear_pointer (&self->domain, virDomainFree);
  if (self->watched)
    virConnectUnregisterCloseCallback (handle, connection_closed_cb);
  set_handle (self, NULL);
  virConnectClose (handle);
}

/* Nothing of libvirt closes a connection from outside but this: with a count of 0 the client drops it
 * itself after one idle second, whatever waits in it. */
static void
drop_connection (virConnectPtr handle)
{
  virConnectSetKeepAlive (handle, 1, 0);
}

/* A daemon that has our bytes for a guest that does not read neither answers virStreamAbort() nor
 * sees that we are gone; a console left like that crashes libvirtd 9.0 when somebody takes it by
 * force (daemonStreamEvent() on a freed client). But it lets go of what we sent when the console is
 * taken while we are still there, so we take it ourselves. The abort of that stream waits for the
 * guest, too, and is ended by dropping its connection, which has nothing unread. */
static void
take_from_ourselves (HostelConsoleLibvirt *self)
{
  g_autoptr (virConnect) handle = hostel_virt_open (self->uri, NULL);
  g_autoptr (virDomain) domain = NULL;
  g_autoptr (virStream) stream = NULL;

  if (handle == NULL
      || !(domain = virDomainLookupByUUIDString (handle, self->uuid))
      || !(stream = virStreamNew (handle, VIR_STREAM_NONBLOCK))
      || open_stream (self, domain, stream, TRUE) < 0)
    return;

  drop_connection (handle);
  virStreamAbort (stream);
}

static void
hostel_console_libvirt_drop (HostelConsoleTransport *transport,
                             gboolean                has_written)
{
  HostelConsoleLibvirt *self = HOSTEL_CONSOLE_LIBVIRT (transport);
  virConnectPtr handle = NULL;

  hostel_event_loop_serve_apart ();
  g_mutex_lock (&self->mutex);
  if (self->handle != NULL && virConnectRef (self->handle) == 0)
    handle = self->handle;
  g_mutex_unlock (&self->mutex);
  if (handle == NULL)
    return;

  if (has_written)
    take_from_ourselves (self);
  else
    drop_connection (handle);
  virConnectClose (handle);
}

static void
hostel_console_libvirt_finalize (GObject *object)
{
  HostelConsoleLibvirt *self = HOSTEL_CONSOLE_LIBVIRT (object);

  g_clear_pointer (&self->uri, g_free);
  g_clear_pointer (&self->uuid, g_free);
  g_clear_pointer (&self->name, g_free);
  g_mutex_clear (&self->mutex);

  G_OBJECT_CLASS (hostel_console_libvirt_parent_class)->finalize (object);
}

static void
hostel_console_libvirt_class_init (HostelConsoleLibvirtClass *klass)
{
  HostelConsoleTransportClass *transport_class = HOSTEL_CONSOLE_TRANSPORT_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = hostel_console_libvirt_finalize;
  transport_class->connect = hostel_console_libvirt_connect;
  transport_class->open = hostel_console_libvirt_open;
  transport_class->await = hostel_console_libvirt_await;
  transport_class->receive = hostel_console_libvirt_receive;
  transport_class->send = hostel_console_libvirt_send;
  transport_class->end = hostel_console_libvirt_end;
  transport_class->is_alive = hostel_console_libvirt_is_alive;
  transport_class->close = hostel_console_libvirt_close;
  transport_class->drop = hostel_console_libvirt_drop;
}

static void
hostel_console_libvirt_init (HostelConsoleLibvirt *self)
{
  g_mutex_init (&self->mutex);
}

/**
 * hostel_console_libvirt_new:
 * @uri: a libvirt URI
 * @uuid: of the domain
 * @name: (nullable): the console's alias or the channel's target name; %NULL for the first console
 * @channel: whether @name is a channel's
 *
 * Returns: (transfer full): a transport on a connection of its own, which is not open yet
 */
HostelConsoleTransport *
hostel_console_libvirt_new (const char *uri,
                            const char *uuid,
                            const char *name,
                            gboolean    channel)
{
  HostelConsoleLibvirt *self = g_object_new (HOSTEL_TYPE_CONSOLE_LIBVIRT, NULL);

  self->uri = g_strdup (uri);
  self->uuid = g_strdup (uuid);
  self->name = g_strdup (name);
  self->channel = channel;

  return HOSTEL_CONSOLE_TRANSPORT (self);
}
