/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "hostel-console"

#include "config.h"

#include <glib/gi18n.h>

#include "hostel-connection.h"
#include "hostel-console.h"
#include "hostel-error.h"
#include "hostel-serial-log.h"

/* QEMU looks once a second whether somebody listens, and drops meanwhile what does not fit into the
 * pty: what comes in the first second is compared with the log. */
#define SETTLE_US (1200 * 1000)
#define AGAIN_MS 400
#define MAX_JOINS 8
/* A guest that prints for ever must not fill the disk. */
#define KEPT_MAX (G_GUINT64_CONSTANT (1) << 30)
/* After an error that nobody tells the end of. */
#define RETRY_S 3

struct _HostelConsole
{
  GObject                parent_instance;

  HostelDomain          *domain;      /* owned */
  HostelConnection      *connection;  /* owned, nullable */
  char                  *device;      /* owned */
  HostelTranscript      *transcript;  /* owned */
  HostelConsoleRecorder *recorder;    /* owned */
  HostelConsoleStream   *stream;      /* owned */
  GCancellable          *cancellable; /* owned */

  gboolean               activated;
  gboolean               joining;     /* a join is under way */
  gboolean               join_again;  /* when it has ended */
  gboolean               waits;       /* for the log, before the first open */
  gboolean               forced;      /* the last open */
  gboolean               was_open;
  gboolean               has_log;     /* it was read once */
  gboolean               let_go;      /* by hostel_console_close() */
  guint                  opening;     /* of the recorder, when the join began */
  guint                  n_joins;
  guint                  join_id;
  guint                  retry_id;
  gint64                 begun_time;
  gint64                 lost_time;   /* since when it is not open, 0 where it is or never was */
  HostelConsoleState     last_state;
};

G_DEFINE_FINAL_TYPE (HostelConsole, hostel_console, G_TYPE_OBJECT)

enum
{
  PROP_0,
  PROP_STATE,
  PROP_ERROR,
  PROP_UNSENT,
  N_PROPS
};

enum
{
  GROWN,
  N_SIGNALS
};

static GParamSpec *properties[N_PROPS];
static guint signals[N_SIGNALS];

static void join (HostelConsole *self);

static void
add_event (HostelConsole *self,
           const char    *text)
{
  hostel_transcript_add_mark (self->transcript, HOSTEL_TRANSCRIPT_MARK_EVENT, text);
  g_signal_emit (self, signals[GROWN], 0);
}

static gboolean
join_cb (gpointer user_data)
{
  HostelConsole *self = user_data;

  self->join_id = 0;
  join (self);

  return G_SOURCE_REMOVE;
}

static void
join_after (HostelConsole *self,
            guint          milliseconds)
{
  if (self->join_id == 0)
    self->join_id = g_timeout_add (milliseconds, join_cb, self);
}

static gboolean
is_open (HostelConsole *self)
{
  return hostel_console_get_state (self) == HOSTEL_CONSOLE_STATE_OPEN;
}

/* The recorder may tell of its first byte before the stream tells that it is open. */
static gboolean
brings_more (HostelConsole *self)
{
  return is_open (self) || hostel_console_get_state (self) == HOSTEL_CONSOLE_STATE_OPENING;
}

/* Nothing came, so nothing was missed. */
static void
settle (HostelConsole *self)
{
  gint64 left = self->begun_time + SETTLE_US - g_get_monotonic_time ();

  if (hostel_console_recorder_holds (self->recorder) || left > 0)
    join_after (self, MAX (left / 1000, 0) + 1);
  else
    hostel_console_recorder_release (self->recorder, self->opening, FALSE);
}

static void
open_where_possible_cb (HostelConsole *self)
{
  HostelConsoleState state = hostel_console_get_state (self);

  if (!self->activated || self->waits || self->stream == NULL
      || (state != HOSTEL_CONSOLE_STATE_CLOSED && state != HOSTEL_CONSOLE_STATE_LOST))
    return;
  if (!hostel_domain_get_present (self->domain) || !hostel_domain_is_active (self->domain))
    {
      /* What was lost just before the machine stopped is not to be had again, but to be started. */
      if (state == HOSTEL_CONSOLE_STATE_LOST)
        hostel_console_stream_close (self->stream);
      return;
    }
  if (self->connection != NULL
      && hostel_connection_get_state (self->connection) != HOSTEL_CONNECTION_STATE_CONNECTED)
    return;

  hostel_console_open (self, FALSE);
}

static void
joined_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr (HostelConsole) self = user_data;
  g_autoptr (GError) error = NULL;
  int verdict = hostel_serial_log_join_finish (HOSTEL_DOMAIN (source), result, &error);

  self->joining = FALSE;
  if (g_cancellable_is_cancelled (self->cancellable))
    return;

  self->has_log = self->has_log || verdict >= 0;
  /* A daemon that has just come back may not have its storage pools yet. */
  if (verdict < 0 && self->has_log && brings_more (self) && self->n_joins < MAX_JOINS)
    join_after (self, AGAIN_MS);
  else if (verdict < 0)
    {
      gboolean gap = self->n_joins > 1
                     || (self->was_open && hostel_transcript_get_end (self->transcript) > 0);

      g_debug ("no log of %s: %s", self->device, error->message);
      hostel_console_recorder_release (self->recorder, self->opening, gap);
    }
  else if (verdict == HOSTEL_CONSOLE_JOIN_QUIET)
    settle (self);
  else if (verdict == HOSTEL_CONSOLE_JOIN_NOT_YET)
    join_after (self, AGAIN_MS);

  if (is_open (self))
    self->was_open = TRUE;
  if (self->waits)
    {
      self->waits = FALSE;
      open_where_possible_cb (self);
    }
  if (self->join_again)
    join (self);
}

/* Brings in what the log has and the transcript has not. */
static void
join (HostelConsole *self)
{
  gboolean final;

  self->join_again = self->joining;
  if (self->joining)
    return;

  self->joining = TRUE;
  self->opening = hostel_console_recorder_get_opening (self->recorder);
  self->n_joins++;
  final = self->n_joins >= MAX_JOINS || !brings_more (self);
  hostel_serial_log_join_async (self->domain, self->device, self->recorder, final,
                                self->cancellable, joined_cb, g_object_ref (self));
}

static void
begun_cb (HostelConsole *self)
{
  self->begun_time = g_get_monotonic_time ();
  self->n_joins = 0;
  join (self);
}

static void
grown_cb (HostelConsole *self)
{
  g_signal_emit (self, signals[GROWN], 0);
}

/* Without a reference: a console that is no more has cancelled it. */
static void
loaded_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  if (hostel_transcript_load_finish (HOSTEL_TRANSCRIPT (source), result, NULL))
    grown_cb (user_data);
}

static void
tell_back (HostelConsole *self)
{
  guint seconds = (g_get_monotonic_time () - self->lost_time) / G_USEC_PER_SEC;
  g_autofree char *text = NULL;

  if (self->lost_time == 0)
    return;

  if (self->last_state == HOSTEL_CONSOLE_STATE_TAKEN && self->forced)
    text = g_strdup (_("Taken over"));
  else if (self->last_state == HOSTEL_CONSOLE_STATE_TAKEN)
    text = g_strdup (_("Given back by the other program"));
  else if (self->last_state == HOSTEL_CONSOLE_STATE_CLOSED && !self->let_go)
    text = g_strdup (_("The machine was started"));
  else
    text = g_strdup_printf (ngettext ("Connected again after %u second",
                                      "Connected again after %u seconds", seconds), seconds);
  add_event (self, text);
  self->lost_time = 0;
  self->let_go = FALSE;
}

static gboolean
retry_cb (gpointer user_data)
{
  HostelConsole *self = user_data;

  self->retry_id = 0;
  open_where_possible_cb (self);

  return G_SOURCE_REMOVE;
}

/* One line says what happened, and what was written last is fetched from the log. */
static void
tell_end (HostelConsole      *self,
          HostelConsoleState  state)
{
  self->lost_time = g_get_monotonic_time ();
  self->n_joins = 0;
  join (self);

  if (state == HOSTEL_CONSOLE_STATE_TAKEN)
    add_event (self, _("Taken by another program"));
  else if (state == HOSTEL_CONSOLE_STATE_LOST)
    add_event (self, _("Connection lost"));
}

static void
state_changed (HostelConsole *self)
{
  HostelConsoleState state = hostel_console_get_state (self);

  if (state == HOSTEL_CONSOLE_STATE_OPEN)
    {
      tell_back (self);
      self->last_state = state;
    }
  else if (state != HOSTEL_CONSOLE_STATE_OPENING)
    {
      if (self->last_state == HOSTEL_CONSOLE_STATE_OPEN)
        tell_end (self, state);
      if (state == HOSTEL_CONSOLE_STATE_LOST && self->retry_id == 0)
        self->retry_id = g_timeout_add_seconds (RETRY_S, retry_cb, self);
      self->last_state = state;
    }

  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_STATE]);
}

static void
stream_notify_cb (HostelConsole *self,
                  GParamSpec    *pspec)
{
  if (g_str_equal (pspec->name, "state"))
    state_changed (self);
  else if (g_str_equal (pspec->name, "error"))
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_ERROR]);
  else if (g_str_equal (pspec->name, "unsent"))
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_UNSENT]);
}

static void
set_stream (HostelConsole       *self,
            HostelConsoleStream *stream)
{
  if (self->stream != NULL)
    {
      g_signal_handlers_disconnect_by_data (self->stream, self);
      hostel_console_stream_close (self->stream);
    }

  g_set_object (&self->stream, stream);
  if (stream == NULL)
    return;

  hostel_console_stream_set_recorder (stream, self->recorder);
  g_signal_connect_object (stream, "notify", G_CALLBACK (stream_notify_cb), self,
                           G_CONNECT_SWAPPED);
}

static void
hostel_console_dispose (GObject *object)
{
  HostelConsole *self = HOSTEL_CONSOLE (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_handle_id (&self->join_id, g_source_remove);
  g_clear_handle_id (&self->retry_id, g_source_remove);
  set_stream (self, NULL);
  if (self->recorder != NULL)
    g_signal_handlers_disconnect_by_data (self->recorder, self);
  g_clear_object (&self->recorder);
  g_clear_object (&self->connection);

  G_OBJECT_CLASS (hostel_console_parent_class)->dispose (object);
}

static void
hostel_console_finalize (GObject *object)
{
  HostelConsole *self = HOSTEL_CONSOLE (object);

  g_clear_object (&self->domain);
  g_clear_object (&self->transcript);
  g_clear_object (&self->cancellable);
  g_clear_pointer (&self->device, g_free);

  G_OBJECT_CLASS (hostel_console_parent_class)->finalize (object);
}

static void
hostel_console_get_property (GObject    *object,
                             guint       prop_id,
                             GValue     *value,
                             GParamSpec *pspec)
{
  HostelConsole *self = HOSTEL_CONSOLE (object);

  switch (prop_id)
    {
    case PROP_STATE:
      g_value_set_enum (value, hostel_console_get_state (self));
      break;
    case PROP_ERROR:
      g_value_set_boxed (value, hostel_console_get_error (self));
      break;
    case PROP_UNSENT:
      g_value_set_uint64 (value, hostel_console_get_unsent (self));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
hostel_console_class_init (HostelConsoleClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  object_class->dispose = hostel_console_dispose;
  object_class->finalize = hostel_console_finalize;
  object_class->get_property = hostel_console_get_property;

  properties[PROP_STATE] = g_param_spec_enum ("state", NULL, NULL, HOSTEL_TYPE_CONSOLE_STATE,
                                              HOSTEL_CONSOLE_STATE_CLOSED, flags);
  properties[PROP_ERROR] = g_param_spec_boxed ("error", NULL, NULL, G_TYPE_ERROR, flags);
  properties[PROP_UNSENT] = g_param_spec_uint64 ("unsent", NULL, NULL, 0, G_MAXUINT64, 0, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  signals[GROWN] = g_signal_new ("grown", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST,
                                 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
hostel_console_init (HostelConsole *self)
{
  self->cancellable = g_cancellable_new ();
}

/**
 * hostel_console_new:
 * @domain: a machine
 * @device: the alias of one of its consoles, "serial0"
 *
 * Opens the transcript, and no console before hostel_console_activate() or
 * hostel_console_adopt().
 *
 * Returns: (transfer full): a console
 */
HostelConsole *
hostel_console_new (HostelDomain *domain,
                    const char   *device)
{
  g_autoptr (HostelConsoleStream) stream = NULL;
  HostelConsole *self;

  g_return_val_if_fail (HOSTEL_IS_DOMAIN (domain), NULL);
  g_return_val_if_fail (device != NULL, NULL);

  self = g_object_new (HOSTEL_TYPE_CONSOLE, NULL);
  self->domain = g_object_ref (domain);
  self->device = g_strdup (device);
  g_set_object (&self->connection, hostel_domain_get_connection (domain));
  self->transcript = hostel_transcript_open (NULL, hostel_domain_get_uuid (domain), device);
  hostel_transcript_set_limit (self->transcript, KEPT_MAX);
  hostel_transcript_load_async (self->transcript, self->cancellable, loaded_cb, self);
  self->recorder = hostel_console_recorder_new (self->transcript);
  g_signal_connect_object (self->recorder, "begun", G_CALLBACK (begun_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->recorder, "grown", G_CALLBACK (grown_cb), self,
                           G_CONNECT_SWAPPED);

  stream = hostel_console_stream_new (self->connection != NULL
                                        ? hostel_connection_get_uri (self->connection) : "",
                                      hostel_domain_get_uuid (domain), device);
  set_stream (self, stream);

  g_signal_connect_object (domain, "notify::state", G_CALLBACK (open_where_possible_cb), self,
                           G_CONNECT_SWAPPED);
  if (self->connection != NULL)
    g_signal_connect_object (self->connection, "notify::state", G_CALLBACK (open_where_possible_cb),
                             self, G_CONNECT_SWAPPED);

  return self;
}

/**
 * hostel_console_get_transcript:
 * @self: a console
 *
 * Returns: (transfer none): all that it has written
 */
HostelTranscript *
hostel_console_get_transcript (HostelConsole *self)
{
  g_return_val_if_fail (HOSTEL_IS_CONSOLE (self), NULL);

  return self->transcript;
}

/**
 * hostel_console_get_live_from:
 * @self: a console
 *
 * Returns: the place in the transcript from which on somebody may wait for an answer
 */
guint64
hostel_console_get_live_from (HostelConsole *self)
{
  g_return_val_if_fail (HOSTEL_IS_CONSOLE (self), 0);

  return hostel_console_recorder_get_live_from (self->recorder);
}

const char *
hostel_console_get_device (HostelConsole *self)
{
  g_return_val_if_fail (HOSTEL_IS_CONSOLE (self), NULL);

  return self->device;
}

HostelConsoleState
hostel_console_get_state (HostelConsole *self)
{
  g_return_val_if_fail (HOSTEL_IS_CONSOLE (self), HOSTEL_CONSOLE_STATE_CLOSED);

  return self->stream != NULL ? hostel_console_stream_get_state (self->stream)
                              : HOSTEL_CONSOLE_STATE_CLOSED;
}

/**
 * hostel_console_get_error:
 * @self: a console
 *
 * Returns: (transfer none) (nullable): why it is TAKEN or LOST, or not opened
 */
const GError *
hostel_console_get_error (HostelConsole *self)
{
  g_return_val_if_fail (HOSTEL_IS_CONSOLE (self), NULL);

  return self->stream != NULL ? hostel_console_stream_get_error (self->stream) : NULL;
}

guint64
hostel_console_get_unsent (HostelConsole *self)
{
  g_return_val_if_fail (HOSTEL_IS_CONSOLE (self), 0);

  return self->stream != NULL ? hostel_console_stream_get_unsent (self->stream) : 0;
}

gboolean
hostel_console_is_activated (HostelConsole *self)
{
  g_return_val_if_fail (HOSTEL_IS_CONSOLE (self), FALSE);

  return self->activated;
}

/**
 * hostel_console_activate:
 * @self: a console
 *
 * The first time: reads the log, and opens the console where the machine runs, now and whenever it
 * is started later.
 */
void
hostel_console_activate (HostelConsole *self)
{
  g_return_if_fail (HOSTEL_IS_CONSOLE (self));

  if (self->activated)
    return;

  self->activated = TRUE;
  open_where_possible_cb (self);
  if (hostel_console_get_state (self) == HOSTEL_CONSOLE_STATE_CLOSED)
    {
      self->waits = TRUE;
      join (self);
    }
}

/**
 * hostel_console_adopt:
 * @self: a console
 * @stream: (transfer none): this console, opened before the machine wrote its first byte
 *
 * Records it from its first byte on, and opens it again whenever the machine runs.
 */
void
hostel_console_adopt (HostelConsole       *self,
                      HostelConsoleStream *stream)
{
  g_return_if_fail (HOSTEL_IS_CONSOLE (self));
  g_return_if_fail (HOSTEL_IS_CONSOLE_STREAM (stream));

  self->activated = TRUE;
  set_stream (self, stream);
  state_changed (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_ERROR]);
}

/**
 * hostel_console_open:
 * @self: a console
 * @force: take it from another program
 */
void
hostel_console_open (HostelConsole *self,
                     gboolean       force)
{
  g_return_if_fail (HOSTEL_IS_CONSOLE (self));

  self->activated = TRUE;
  self->forced = force;
  g_clear_handle_id (&self->retry_id, g_source_remove);
  if (self->stream != NULL)
    hostel_console_stream_open (self->stream, force);
}

/**
 * hostel_console_close:
 * @self: a console
 *
 * Lets go of it until hostel_console_open(), so that another program can have it.
 */
void
hostel_console_close (HostelConsole *self)
{
  g_return_if_fail (HOSTEL_IS_CONSOLE (self));

  self->activated = FALSE;
  self->let_go = TRUE;
  g_clear_handle_id (&self->retry_id, g_source_remove);
  if (self->stream != NULL)
    hostel_console_stream_close (self->stream);
}

/**
 * hostel_console_write:
 * @self: a console
 * @bytes: what the guest is to read
 *
 * See hostel_console_stream_write().
 */
void
hostel_console_write (HostelConsole *self,
                      GBytes        *bytes)
{
  g_return_if_fail (HOSTEL_IS_CONSOLE (self));

  if (self->stream != NULL)
    hostel_console_stream_write (self->stream, bytes);
}
