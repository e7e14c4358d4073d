/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "hostel-console-stream"

#include "config.h"

#include "hostel-console-session.h"
#include "hostel-console-stream.h"

struct _HostelConsoleStream
{
  GObject                parent_instance;

  char                  *uri;      /* owned */
  char                  *uuid;     /* owned */
  char                  *device;   /* owned, nullable */
  gboolean               channel;
  HostelConsoleMakeFunc  make_transport; /* NULL: libvirt's */
  gpointer               make_data;      /* borrowed */

  HostelConsoleSession  *session;  /* owned, nullable: threads, connection of the last open */
  HostelConsoleRecorder *recorder; /* owned, nullable */
  HostelConsoleState     state;
  GError                *error;    /* owned, nullable */
  gsize                  unsent;
  gboolean               flowing;
};

G_DEFINE_ENUM_TYPE (HostelConsoleState, hostel_console_state,
                    G_DEFINE_ENUM_VALUE (HOSTEL_CONSOLE_STATE_CLOSED, "closed"),
                    G_DEFINE_ENUM_VALUE (HOSTEL_CONSOLE_STATE_OPENING, "opening"),
                    G_DEFINE_ENUM_VALUE (HOSTEL_CONSOLE_STATE_OPEN, "open"),
                    G_DEFINE_ENUM_VALUE (HOSTEL_CONSOLE_STATE_TAKEN, "taken"),
                    G_DEFINE_ENUM_VALUE (HOSTEL_CONSOLE_STATE_LOST, "lost"))

G_DEFINE_FINAL_TYPE (HostelConsoleStream, hostel_console_stream, G_TYPE_OBJECT)

enum
{
  PROP_0,
  PROP_URI,
  PROP_UUID,
  PROP_DEVICE,
  PROP_STATE,
  PROP_ERROR,
  PROP_UNSENT,
  N_PROPS
};

enum
{
  RECEIVED,
  N_SIGNALS
};

static GParamSpec *properties[N_PROPS];
static guint signals[N_SIGNALS];

static void
set_state (HostelConsoleStream *self,
           HostelConsoleState   state,
           const GError        *error)
{
  gboolean error_changed = error != NULL || self->error != NULL;

  if (self->state == state && !error_changed)
    return;

  if (self->state == state && error != NULL && self->error != NULL
      && g_error_matches (self->error, error->domain, error->code)
      && g_str_equal (self->error->message, error->message))
    return;

  g_object_freeze_notify (G_OBJECT (self));

  g_clear_error (&self->error);
  if (error != NULL)
    self->error = g_error_copy (error);
  if (error_changed)
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_ERROR]);

  if (self->state != state)
    {
      self->state = state;
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_STATE]);
    }

  g_object_thaw_notify (G_OBJECT (self));
}

static void
set_unsent (HostelConsoleStream *self,
            gsize                unsent)
{
  if (self->unsent == unsent)
    return;

  self->unsent = unsent;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_UNSENT]);
}

static void
session_update_cb (HostelConsoleUpdate *update,
                   gpointer             user_data)
{
  g_autoptr (HostelConsoleStream) self = g_object_ref (user_data);
  HostelConsoleSession *session = self->session;

  /* A handler may close, or open anew: then the rest is about a session that is gone. */
  if (update->received != NULL)
    g_signal_emit (self, signals[RECEIVED], 0, update->received);
  if (self->session != session)
    return;

  set_unsent (self, update->unsent);
  if (self->session != session)
    return;

  set_state (self, update->state, update->error);
}

static void
stop_session (HostelConsoleStream *self)
{
  g_clear_pointer (&self->session, hostel_console_session_stop);
  set_unsent (self, 0);
}

static void
hostel_console_stream_dispose (GObject *object)
{
  HostelConsoleStream *self = HOSTEL_CONSOLE_STREAM (object);

  g_clear_pointer (&self->session, hostel_console_session_stop);
  g_clear_object (&self->recorder);

  G_OBJECT_CLASS (hostel_console_stream_parent_class)->dispose (object);
}

static void
hostel_console_stream_finalize (GObject *object)
{
  HostelConsoleStream *self = HOSTEL_CONSOLE_STREAM (object);

  g_clear_pointer (&self->uri, g_free);
  g_clear_pointer (&self->uuid, g_free);
  g_clear_pointer (&self->device, g_free);
  g_clear_error (&self->error);

  G_OBJECT_CLASS (hostel_console_stream_parent_class)->finalize (object);
}

static void
hostel_console_stream_get_property (GObject    *object,
                                    guint       prop_id,
                                    GValue     *value,
                                    GParamSpec *pspec)
{
  HostelConsoleStream *self = HOSTEL_CONSOLE_STREAM (object);

  switch (prop_id)
    {
    case PROP_URI:
      g_value_set_string (value, self->uri);
      break;

    case PROP_UUID:
      g_value_set_string (value, self->uuid);
      break;

    case PROP_DEVICE:
      g_value_set_string (value, self->device);
      break;

    case PROP_STATE:
      g_value_set_enum (value, self->state);
      break;

    case PROP_ERROR:
      g_value_set_boxed (value, self->error);
      break;

    case PROP_UNSENT:
      g_value_set_uint64 (value, self->unsent);
      break;

    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
hostel_console_stream_class_init (HostelConsoleStreamClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  object_class->dispose = hostel_console_stream_dispose;
  object_class->finalize = hostel_console_stream_finalize;
  object_class->get_property = hostel_console_stream_get_property;

  properties[PROP_URI] = g_param_spec_string ("uri", NULL, NULL, NULL, flags);
  properties[PROP_UUID] = g_param_spec_string ("uuid", NULL, NULL, NULL, flags);
  properties[PROP_DEVICE] = g_param_spec_string ("device", NULL, NULL, NULL, flags);
  properties[PROP_STATE] = g_param_spec_enum ("state", NULL, NULL, HOSTEL_TYPE_CONSOLE_STATE,
                                              HOSTEL_CONSOLE_STATE_CLOSED, flags);
  properties[PROP_ERROR] = g_param_spec_boxed ("error", NULL, NULL, G_TYPE_ERROR, flags);
  properties[PROP_UNSENT] = g_param_spec_uint64 ("unsent", NULL, NULL, 0, G_MAXUINT64, 0, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  /**
   * HostelConsoleStream::received:
   * @self: the stream
   * @bytes: what the guest has written, in order, without loss; cut anywhere, also inside of a
   *   character or an escape sequence
   *
   * Emitted on the main thread, at most once in a turn of the main loop and with 1 MiB at most.
   */
  signals[RECEIVED] = g_signal_new ("received",
                                    G_TYPE_FROM_CLASS (klass),
                                    G_SIGNAL_RUN_LAST,
                                    0, NULL, NULL, NULL,
                                    G_TYPE_NONE, 1, G_TYPE_BYTES);
}

static void
hostel_console_stream_init (HostelConsoleStream *self)
{
}

static HostelConsoleStream *
stream_new (const char *uri,
            const char *uuid,
            const char *device,
            gboolean    channel)
{
  HostelConsoleStream *self = g_object_new (HOSTEL_TYPE_CONSOLE_STREAM, NULL);

  self->uri = g_strdup (uri);
  self->uuid = g_strdup (uuid);
  self->device = g_strdup (device);
  self->channel = channel;

  return self;
}

/**
 * hostel_console_stream_new:
 * @uri: a libvirt URI
 * @uuid: the domain's
 * @device: (nullable): the alias of a serial or console device, %NULL for the first
 *
 * Main thread, as all functions of this type. Opens nothing yet.
 *
 * Returns: (transfer full): a closed stream
 */
HostelConsoleStream *
hostel_console_stream_new (const char *uri,
                           const char *uuid,
                           const char *device)
{
  g_return_val_if_fail (uri != NULL, NULL);
  g_return_val_if_fail (uuid != NULL, NULL);

  return stream_new (uri, uuid, device, FALSE);
}

/**
 * hostel_console_stream_new_channel:
 * @uri: a libvirt URI
 * @uuid: the domain's
 * @name: the target name of a virtio-serial channel, see virDomainOpenChannel()
 *
 * Returns: (transfer full): a closed stream
 */
HostelConsoleStream *
hostel_console_stream_new_channel (const char *uri,
                                   const char *uuid,
                                   const char *name)
{
  g_return_val_if_fail (uri != NULL, NULL);
  g_return_val_if_fail (uuid != NULL, NULL);
  g_return_val_if_fail (name != NULL, NULL);

  return stream_new (uri, uuid, name, TRUE);
}

/**
 * hostel_console_stream_new_for_transport:
 * @make: makes what each open uses
 * @user_data: for @make, as long as the stream lives
 *
 * Returns: (transfer full): a closed stream that does without libvirt
 */
HostelConsoleStream *
hostel_console_stream_new_for_transport (HostelConsoleMakeFunc make,
                                         gpointer              user_data)
{
  HostelConsoleStream *self = stream_new ("", "", NULL, FALSE);

  self->make_transport = make;
  self->make_data = user_data;

  return self;
}

HostelConsoleState
hostel_console_stream_get_state (HostelConsoleStream *self)
{
  g_return_val_if_fail (HOSTEL_IS_CONSOLE_STREAM (self), HOSTEL_CONSOLE_STATE_CLOSED);

  return self->state;
}

/**
 * hostel_console_stream_get_error:
 * @self: a stream
 *
 * Returns: (transfer none) (nullable): why it is TAKEN or LOST, or not opened
 */
const GError *
hostel_console_stream_get_error (HostelConsoleStream *self)
{
  g_return_val_if_fail (HOSTEL_IS_CONSOLE_STREAM (self), NULL);

  return self->error;
}

const char *
hostel_console_stream_get_device (HostelConsoleStream *self)
{
  g_return_val_if_fail (HOSTEL_IS_CONSOLE_STREAM (self), NULL);

  return self->device;
}

/**
 * hostel_console_stream_get_unsent:
 * @self: a stream
 *
 * Returns: bytes that were written and that the daemon has not taken yet; about 300 kB more may
 *   wait in sockets and in the daemon
 */
gsize
hostel_console_stream_get_unsent (HostelConsoleStream *self)
{
  g_return_val_if_fail (HOSTEL_IS_CONSOLE_STREAM (self), 0);

  return self->unsent;
}

static HostelConsoleTransport *
make_transport (HostelConsoleStream *self)
{
  if (self->make_transport != NULL)
    return self->make_transport (self->make_data);

  return hostel_console_libvirt_new (self->uri, self->uuid, self->device, self->channel);
}

/**
 * hostel_console_stream_open:
 * @self: a stream
 * @force: take it from another client
 *
 * Returns at once; "state" tells the rest. Does nothing where it is open or opening.
 */
void
hostel_console_stream_open (HostelConsoleStream *self,
                            gboolean             force)
{
  g_return_if_fail (HOSTEL_IS_CONSOLE_STREAM (self));

  if (self->state == HOSTEL_CONSOLE_STATE_OPENING || self->state == HOSTEL_CONSOLE_STATE_OPEN)
    return;

  stop_session (self);
  self->session = hostel_console_session_start (make_transport (self), force, self->flowing,
                                                session_update_cb, self);
  if (self->recorder != NULL)
    hostel_console_session_set_recorder (self->session, self->recorder);
  set_state (self, HOSTEL_CONSOLE_STATE_OPENING, NULL);
}

/**
 * hostel_console_stream_close:
 * @self: a stream
 *
 * Lets go of the console at once, for this object; the threads leave when the daemon has answered.
 * What is unsent is dropped.
 */
void
hostel_console_stream_close (HostelConsoleStream *self)
{
  g_return_if_fail (HOSTEL_IS_CONSOLE_STREAM (self));

  stop_session (self);
  set_state (self, HOSTEL_CONSOLE_STATE_CLOSED, NULL);
}

/**
 * hostel_console_stream_set_recorder:
 * @self: a stream
 * @recorder: takes what is received
 *
 * Also what was received and not emitted yet.
 */
void
hostel_console_stream_set_recorder (HostelConsoleStream   *self,
                                    HostelConsoleRecorder *recorder)
{
  g_return_if_fail (HOSTEL_IS_CONSOLE_STREAM (self));
  g_return_if_fail (HOSTEL_IS_CONSOLE_RECORDER (recorder));

  if (!g_set_object (&self->recorder, recorder))
    return;

  if (self->session != NULL)
    hostel_console_session_set_recorder (self->session, recorder);
}

void
hostel_console_stream_set_flowing (HostelConsoleStream *self,
                                   gboolean             flowing)
{
  g_return_if_fail (HOSTEL_IS_CONSOLE_STREAM (self));

  flowing = !!flowing;
  if (self->flowing == flowing)
    return;

  self->flowing = flowing;
  if (self->session != NULL)
    hostel_console_session_set_flowing (self->session, flowing);
}

/**
 * hostel_console_stream_write:
 * @self: a stream that is OPEN or OPENING
 * @bytes: what the guest is to read
 *
 * Queues it whole, however long; the bytes arrive unchanged and in order. In other states nobody
 * would ever read it, and it is not taken: see "state" first.
 */
void
hostel_console_stream_write (HostelConsoleStream *self,
                             GBytes              *bytes)
{
  g_return_if_fail (HOSTEL_IS_CONSOLE_STREAM (self));
  g_return_if_fail (bytes != NULL);

  if (self->state != HOSTEL_CONSOLE_STATE_OPEN && self->state != HOSTEL_CONSOLE_STATE_OPENING)
    {
      g_debug ("%" G_GSIZE_FORMAT " bytes for a console that is not open",
               g_bytes_get_size (bytes));
      return;
    }

  set_unsent (self, hostel_console_session_write (self->session, bytes));
}
