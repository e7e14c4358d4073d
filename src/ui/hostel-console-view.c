#define G_LOG_DOMAIN "hostel-console-view"

#include "config.h"

#include <string.h>

#include "hostel-connection.h"
#include "hostel-console-view.h"
#include "hostel-error.h"
#include "hostel-serial-log.h"

/* Of the log, when the page opens on a machine that has written already. */
#define REPLAY_SIZE (512 * 1024)

struct _HostelConsoleView
{
  AdwBin               parent_instance;

  HostelDomain        *domain;     /* owned */
  HostelConnection    *connection; /* owned, nullable */
  char                *device;     /* owned */
  HostelConsoleStream *stream;     /* owned */
  GCancellable        *cancellable;
  HostelTerminal      *terminal;   /* a child */
  GBytes              *replayed;   /* owned, nullable: the log, until live bytes have joined it */

  gboolean             activated;
  gboolean             loading;    /* the log */
};

G_DEFINE_FINAL_TYPE (HostelConsoleView, hostel_console_view, ADW_TYPE_BIN)

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
  TEXT_CHANGED,
  REFUSED,
  N_SIGNALS
};

static GParamSpec *properties[N_PROPS];
static guint signals[N_SIGNALS];

/* How much of the beginning of @live the log's end has already: both are cut from one stream. */
static gsize
count_overlap (GBytes *log,
               GBytes *live)
{
  gsize log_size;
  gsize live_size;
  const char *log_data = g_bytes_get_data (log, &log_size);
  const char *live_data = g_bytes_get_data (live, &live_size);

  for (gsize n = MIN (log_size, live_size); n > 0; n--)
    {
      if (memcmp (log_data + log_size - n, live_data, n) == 0)
        return n;
    }

  return 0;
}

static void
received_cb (HostelConsoleView *self,
             GBytes            *bytes)
{
  g_autoptr (GBytes) new_bytes = NULL;
  gsize overlap = 0;

  if (self->replayed != NULL)
    overlap = count_overlap (self->replayed, bytes);
  g_clear_pointer (&self->replayed, g_bytes_unref);

  new_bytes = g_bytes_new_from_bytes (bytes, overlap, g_bytes_get_size (bytes) - overlap);
  hostel_terminal_feed (self->terminal, new_bytes);
}

static void
input_cb (HostelConsoleView *self,
          GBytes            *bytes)
{
  HostelConsoleState state = hostel_console_view_get_state (self);
  const char *data = g_bytes_get_data (bytes, NULL);

  if (state == HOSTEL_CONSOLE_STATE_OPEN || state == HOSTEL_CONSOLE_STATE_OPENING)
    hostel_console_stream_write (self->stream, bytes);
  else if (*data != '\033')
    /* The terminal's own answers begin with ESC. */
    g_signal_emit (self, signals[REFUSED], 0);
}

static void
text_changed_cb (HostelConsoleView *self)
{
  g_signal_emit (self, signals[TEXT_CHANGED], 0);
}

static void
stream_notify_cb (HostelConsoleView *self,
                  GParamSpec        *pspec)
{
  if (g_str_equal (pspec->name, "state"))
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_STATE]);
  else if (g_str_equal (pspec->name, "error"))
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_ERROR]);
  else if (g_str_equal (pspec->name, "unsent"))
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_UNSENT]);
}

static void
set_stream (HostelConsoleView   *self,
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

  g_signal_connect_object (stream, "received", G_CALLBACK (received_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (stream, "notify", G_CALLBACK (stream_notify_cb), self,
                           G_CONNECT_SWAPPED);
}

/* A machine that starts opens its console again, and so does a daemon that is back. Taken by
 * somebody else it stays. */
static void
open_where_possible (HostelConsoleView *self)
{
  HostelConsoleState state = hostel_console_view_get_state (self);
  const GError *error = hostel_console_view_get_error (self);
  gboolean wanted = state == HOSTEL_CONSOLE_STATE_CLOSED
                    || (state == HOSTEL_CONSOLE_STATE_LOST && error != NULL
                        && g_error_matches (error, HOSTEL_ERROR, HOSTEL_ERROR_DISCONNECTED));

  if (!self->activated || self->loading || !wanted
      || !hostel_domain_get_present (self->domain) || !hostel_domain_is_active (self->domain))
    return;
  if (self->connection != NULL
      && hostel_connection_get_state (self->connection) != HOSTEL_CONNECTION_STATE_CONNECTED)
    return;

  hostel_console_view_open (self, FALSE);
}

static void
log_loaded_cb (GObject      *source,
               GAsyncResult *result,
               gpointer      user_data)
{
  g_autoptr (HostelConsoleView) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = NULL;

  bytes = hostel_serial_log_load_finish (HOSTEL_DOMAIN (source), result, &error);
  if (g_cancellable_is_cancelled (self->cancellable))
    return;

  if (bytes == NULL)
    g_debug ("no log of %s: %s", self->device, error->message);
  else if (self->loading && g_bytes_get_size (bytes) > 0)
    {
      hostel_terminal_replay (self->terminal, bytes);
      self->replayed = g_steal_pointer (&bytes);
    }

  self->loading = FALSE;
  hostel_console_stream_set_flowing (self->stream, TRUE);
  open_where_possible (self);
}

static void
hostel_console_view_dispose (GObject *object)
{
  HostelConsoleView *self = HOSTEL_CONSOLE_VIEW (object);

  g_cancellable_cancel (self->cancellable);
  set_stream (self, NULL);
  g_clear_object (&self->connection);
  g_clear_object (&self->domain);
  g_clear_pointer (&self->replayed, g_bytes_unref);

  G_OBJECT_CLASS (hostel_console_view_parent_class)->dispose (object);
}

static void
hostel_console_view_finalize (GObject *object)
{
  HostelConsoleView *self = HOSTEL_CONSOLE_VIEW (object);

  g_clear_object (&self->cancellable);
  g_clear_pointer (&self->device, g_free);

  G_OBJECT_CLASS (hostel_console_view_parent_class)->finalize (object);
}

static void
hostel_console_view_get_property (GObject    *object,
                                  guint       prop_id,
                                  GValue     *value,
                                  GParamSpec *pspec)
{
  HostelConsoleView *self = HOSTEL_CONSOLE_VIEW (object);

  switch (prop_id)
    {
    case PROP_STATE:
      g_value_set_enum (value, hostel_console_view_get_state (self));
      break;

    case PROP_ERROR:
      g_value_set_boxed (value, hostel_console_view_get_error (self));
      break;

    case PROP_UNSENT:
      g_value_set_uint64 (value, hostel_console_view_get_unsent (self));
      break;

    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static gboolean
hostel_console_view_grab_focus (GtkWidget *widget)
{
  return gtk_widget_grab_focus (GTK_WIDGET (HOSTEL_CONSOLE_VIEW (widget)->terminal));
}

static void
hostel_console_view_class_init (HostelConsoleViewClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  object_class->dispose = hostel_console_view_dispose;
  object_class->finalize = hostel_console_view_finalize;
  object_class->get_property = hostel_console_view_get_property;
  GTK_WIDGET_CLASS (klass)->grab_focus = hostel_console_view_grab_focus;

  properties[PROP_STATE] = g_param_spec_enum ("state", NULL, NULL, HOSTEL_TYPE_CONSOLE_STATE,
                                              HOSTEL_CONSOLE_STATE_CLOSED, flags);
  properties[PROP_ERROR] = g_param_spec_boxed ("error", NULL, NULL, G_TYPE_ERROR, flags);
  properties[PROP_UNSENT] = g_param_spec_uint64 ("unsent", NULL, NULL, 0, G_MAXUINT64, 0, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  signals[TEXT_CHANGED] = g_signal_new ("text-changed", G_TYPE_FROM_CLASS (klass),
                                        G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[REFUSED] = g_signal_new ("refused", G_TYPE_FROM_CLASS (klass),
                                   G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
hostel_console_view_init (HostelConsoleView *self)
{
  GtkWidget *scrolled = gtk_scrolled_window_new ();

  self->cancellable = g_cancellable_new ();
  self->terminal = hostel_terminal_new ();
  g_signal_connect_object (self->terminal, "input", G_CALLBACK (input_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->terminal, "text-changed", G_CALLBACK (text_changed_cb), self,
                           G_CONNECT_SWAPPED);

  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scrolled),
                                  GTK_POLICY_NEVER, GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scrolled), GTK_WIDGET (self->terminal));
  adw_bin_set_child (ADW_BIN (self), scrolled);
}

/**
 * hostel_console_view_new:
 * @domain: a machine
 * @device: the alias of one of its consoles, "serial0"
 *
 * Opens nothing before hostel_console_view_activate() or hostel_console_view_adopt().
 *
 * Returns: (transfer floating): a view
 */
HostelConsoleView *
hostel_console_view_new (HostelDomain *domain,
                         const char   *device)
{
  g_autoptr (HostelConsoleStream) stream = NULL;
  HostelConsoleView *self;

  g_return_val_if_fail (HOSTEL_IS_DOMAIN (domain), NULL);
  g_return_val_if_fail (device != NULL, NULL);

  self = g_object_new (HOSTEL_TYPE_CONSOLE_VIEW, NULL);
  self->domain = g_object_ref (domain);
  self->device = g_strdup (device);
  g_set_object (&self->connection, hostel_domain_get_connection (domain));

  stream = hostel_console_stream_new (self->connection != NULL
                                        ? hostel_connection_get_uri (self->connection) : "",
                                      hostel_domain_get_uuid (domain), device);
  set_stream (self, stream);

  g_signal_connect_object (domain, "notify::state", G_CALLBACK (open_where_possible), self,
                           G_CONNECT_SWAPPED);
  if (self->connection != NULL)
    g_signal_connect_object (self->connection, "notify::state", G_CALLBACK (open_where_possible),
                             self, G_CONNECT_SWAPPED);

  return self;
}

const char *
hostel_console_view_get_device (HostelConsoleView *self)
{
  g_return_val_if_fail (HOSTEL_IS_CONSOLE_VIEW (self), NULL);

  return self->device;
}

HostelTerminal *
hostel_console_view_get_terminal (HostelConsoleView *self)
{
  g_return_val_if_fail (HOSTEL_IS_CONSOLE_VIEW (self), NULL);

  return self->terminal;
}

HostelConsoleState
hostel_console_view_get_state (HostelConsoleView *self)
{
  g_return_val_if_fail (HOSTEL_IS_CONSOLE_VIEW (self), HOSTEL_CONSOLE_STATE_CLOSED);

  return self->stream != NULL ? hostel_console_stream_get_state (self->stream)
                              : HOSTEL_CONSOLE_STATE_CLOSED;
}

const GError *
hostel_console_view_get_error (HostelConsoleView *self)
{
  g_return_val_if_fail (HOSTEL_IS_CONSOLE_VIEW (self), NULL);

  return self->stream != NULL ? hostel_console_stream_get_error (self->stream) : NULL;
}

guint64
hostel_console_view_get_unsent (HostelConsoleView *self)
{
  g_return_val_if_fail (HOSTEL_IS_CONSOLE_VIEW (self), 0);

  return self->stream != NULL ? hostel_console_stream_get_unsent (self->stream) : 0;
}

/**
 * hostel_console_view_activate:
 * @self: a view
 *
 * The first time: shows the end of the log, and joins the live console where the machine runs. The
 * console is opened before the log is read, so that nothing between them is missed.
 */
void
hostel_console_view_activate (HostelConsoleView *self)
{
  g_return_if_fail (HOSTEL_IS_CONSOLE_VIEW (self));

  if (self->activated)
    return;

  self->activated = TRUE;
  open_where_possible (self);
  self->loading = TRUE;
  hostel_serial_log_load_async (self->domain, self->device, REPLAY_SIZE, self->cancellable,
                                log_loaded_cb, g_object_ref (self));
}

/**
 * hostel_console_view_adopt:
 * @self: a view
 * @stream: (transfer none): this console, opened before the machine wrote its first byte
 *
 * Shows it from its first byte on, and opens it again whenever the machine runs.
 */
void
hostel_console_view_adopt (HostelConsoleView   *self,
                           HostelConsoleStream *stream)
{
  g_return_if_fail (HOSTEL_IS_CONSOLE_VIEW (self));
  g_return_if_fail (HOSTEL_IS_CONSOLE_STREAM (stream));

  self->activated = TRUE;
  self->loading = FALSE;
  set_stream (self, stream);
  hostel_console_stream_set_flowing (stream, TRUE);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_ERROR]);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_STATE]);
}

/**
 * hostel_console_view_open:
 * @self: a view
 * @force: take it from another program
 */
void
hostel_console_view_open (HostelConsoleView *self,
                          gboolean           force)
{
  g_return_if_fail (HOSTEL_IS_CONSOLE_VIEW (self));

  self->activated = TRUE;
  if (self->stream == NULL)
    return;

  if (!self->loading && self->replayed == NULL)
    hostel_terminal_begin (self->terminal);
  hostel_console_stream_open (self->stream, force);
}
