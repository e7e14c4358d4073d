/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "hostel-console-view"

#include "config.h"

#include <glib/gi18n.h>

#include "hostel-console-answer.h"
#include "hostel-console-registry.h"
#include "hostel-console-view.h"

/* In one frame; it follows what this computer can draw. */
#define CHUNK_MIN (16 * 1024)
#define CHUNK_START (128 * 1024)
#define CHUNK_MAX (1024 * 1024)
/* A frame that took longer was one with too much in it. */
#define SLOW_FRAME_US 35000
/* Nobody reads a flood, and what draws takes the processors from those who bring it (with two of them,
 * a third of its speed): as long as it lasts only a taste of it is drawn, what is missing when it
 * stops. It starts with that much more in a frame, and has stopped when a look finds less. */
#define FLOOD_START (64 * 1024)
#define FLOOD_STOP (16 * 1024)
#define FLOOD_BEHIND (128 * 1024)
#define FLOOD_LOOK_MS 20
#define FLOOD_TASTE (64 * 1024)
#define FLOOD_TASTE_US (200 * 1000)
/* Who is farther behind sees only the lines that the terminal can still keep. */
#define BEHIND_MAX (4 * 1024 * 1024)

struct _HostelConsoleView
{
  AdwBin          parent_instance;

  HostelConsole  *console;     /* owned */
  GCancellable   *cancellable; /* owned */
  HostelTerminal *terminal;    /* a child */

  guint64         drawn;       /* a place in the transcript: what is before was fed */
  guint64         answer_from; /* nobody waits for answers to what is before */
  guint           next_mark;
  guint           n_lines;     /* that the terminal keeps */
  gsize           chunk;
  gint64          frame_time;  /* of the last frame, 0 where there was none just before */
  gint64          fed_time;    /* of the last taste of a flood */
  guint64         seen_end;    /* of the transcript, in the last frame or look */
  guint64         looked_from; /* where @drawn was after lines to skip were looked for last */
  guint64         looked_end;  /* and the end of the transcript, before */
  guint           tick_id;
  guint           flood_id;    /* looks whether a flood goes on; there is no @tick_id then */
  gboolean        slow;        /* a frame since the last piece was */
  gboolean        placed;      /* @drawn is known */
  gboolean        busy;        /* the disk is read */
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
  TYPED,
  N_SIGNALS
};

static GParamSpec *properties[N_PROPS];
static guint signals[N_SIGNALS];

static void draw_soon_cb (HostelConsoleView *self);

static char *
dup_time (gint64 time)
{
  g_autoptr (GDateTime) utc = g_date_time_new_from_unix_utc (time / G_USEC_PER_SEC);
  g_autoptr (GDateTime) local = utc != NULL ? g_date_time_to_local (utc) : NULL;

  return local != NULL ? g_date_time_format (local, "%x %X") : g_strdup ("");
}

static void
draw_mark (HostelConsoleView    *self,
           HostelTranscriptMark *mark)
{
  const char *text = mark->text;
  g_autofree char *when = NULL;
  g_autofree char *line = NULL;

  if (mark->kind == HOSTEL_TRANSCRIPT_MARK_BOOT)
    text = _("The machine starts");
  else if (mark->kind == HOSTEL_TRANSCRIPT_MARK_GAP)
    text = _("Output is missing here");

  /* What comes from the log came before the console was opened. */
  when = mark->time != 0 ? dup_time (mark->time) : NULL;
  line = when != NULL ? g_strdup_printf ("%s, %s", text, when) : g_strdup (text);
  hostel_terminal_mark (self->terminal, line, mark->kind != HOSTEL_TRANSCRIPT_MARK_BOOT);
}

/* Draws the marks up to @drawn. Returns where the next one is. */
static guint64
draw_marks (HostelConsoleView *self)
{
  HostelTranscript *transcript = hostel_console_get_transcript (self->console);

  for (;;)
    {
      g_autoptr (HostelTranscriptMark) mark = hostel_transcript_dup_mark (transcript,
                                                                          self->next_mark);

      if (mark == NULL)
        return G_MAXUINT64;
      if (mark->offset > self->drawn)
        return mark->offset;

      draw_mark (self, mark);
      self->next_mark++;
    }
}

static void
draw (HostelConsoleView *self,
      GBytes            *bytes)
{
  guint64 live_from = MAX (hostel_console_get_live_from (self->console), self->answer_from);

  if (self->drawn < live_from)
    hostel_terminal_replay (self->terminal, bytes);
  else
    hostel_terminal_feed (self->terminal, bytes);
  self->drawn += g_bytes_get_size (bytes);
}

static void
read_cb (GObject      *source,
         GAsyncResult *result,
         gpointer      user_data)
{
  g_autoptr (HostelConsoleView) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = NULL;

  bytes = hostel_transcript_read_finish (HOSTEL_TRANSCRIPT (source), result, &error);
  self->busy = FALSE;
  if (g_cancellable_is_cancelled (self->cancellable))
    return;

  /* What cannot be read is passed over. */
  if (bytes == NULL || g_bytes_get_size (bytes) == 0)
    self->drawn = hostel_transcript_get_end (HOSTEL_TRANSCRIPT (source));
  else
    draw (self, bytes);
  draw_soon_cb (self);
}

static void
place_worker (GTask        *task,
              gpointer      source_object,
              gpointer      task_data,
              GCancellable *cancellable)
{
  HostelTranscript *transcript = task_data;
  guint64 *place = g_new0 (guint64, 1);

  /* It does not change while the view is busy. */
  if (!hostel_transcript_find_lines (transcript, HOSTEL_CONSOLE_VIEW (source_object)->n_lines,
                                     place))
    *place = hostel_transcript_get_end (transcript);
  g_task_return_pointer (task, place, g_free);
}

static void
placed_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  HostelConsoleView *self = HOSTEL_CONSOLE_VIEW (source);
  HostelTranscript *transcript;
  g_autofree guint64 *place = g_task_propagate_pointer (G_TASK (result), NULL);

  self->busy = FALSE;
  if (place == NULL || g_cancellable_is_cancelled (self->cancellable))
    return;

  self->placed = TRUE;
  self->drawn = MAX (self->drawn, *place);
  /* What was skipped is no reason to look again. */
  self->looked_from = self->drawn;
  transcript = hostel_console_get_transcript (self->console);
  self->next_mark = hostel_transcript_find_mark (transcript, self->next_mark, self->drawn);
  draw_soon_cb (self);
}

/* What would have left the terminal's history before anybody saw it is not drawn. */
static void
find_place (HostelConsoleView *self)
{
  HostelTranscript *transcript = hostel_console_get_transcript (self->console);
  g_autoptr (GTask) task = g_task_new (self, self->cancellable, placed_cb, NULL);

  self->busy = TRUE;
  self->looked_end = hostel_transcript_get_end (transcript);
  self->n_lines = hostel_terminal_get_n_lines (self->terminal);
  g_task_set_source_tag (task, find_place);
  g_task_set_task_data (task, g_object_ref (transcript), g_object_unref);
  g_task_run_in_thread (task, place_worker);
}

/* A terminal draws its text when it finds the time: any frame since the last piece may tell that it
 * was too large. */
static void
watch_frame (HostelConsoleView *self,
             gint64             now)
{
  if (self->frame_time != 0 && now - self->frame_time > SLOW_FRAME_US)
    self->slow = TRUE;
  self->frame_time = now;
}

static void
adapt_chunk (HostelConsoleView *self)
{
  self->chunk = self->slow ? MAX (self->chunk / 2, CHUNK_MIN) : MIN (self->chunk * 2, CHUNK_MAX);
  self->slow = FALSE;
}

/* %FALSE where the disk has to be read first. */
static gboolean
draw_piece (HostelConsoleView *self,
            gsize              size)
{
  HostelTranscript *transcript = hostel_console_get_transcript (self->console);
  guint64 next = MIN (draw_marks (self), self->drawn + size);
  g_autoptr (GBytes) bytes = hostel_transcript_peek (transcript, self->drawn, next - self->drawn);

  if (bytes != NULL)
    {
      draw (self, bytes);
      return TRUE;
    }

  self->busy = TRUE;
  hostel_transcript_read_async (transcript, self->drawn, next - self->drawn, self->cancellable,
                                read_cb, g_object_ref (self));

  return FALSE;
}

/* How much came since the last look. */
static guint64
look_at_end (HostelConsoleView *self,
             guint64            end)
{
  guint64 more = end - self->seen_end;

  self->seen_end = end;

  return more;
}

/* Looks for lines to skip, where enough has changed since the last look: @since bytes. %TRUE where it
 * does. */
static gboolean
catch_up (HostelConsoleView *self,
          guint64            end,
          guint64            since)
{
  if (end - self->drawn <= BEHIND_MAX || since <= BEHIND_MAX / 4)
    return FALSE;

  find_place (self);

  return TRUE;
}

static gboolean
flood_cb (gpointer user_data)
{
  HostelConsoleView *self = HOSTEL_CONSOLE_VIEW (user_data);
  guint64 end = hostel_transcript_get_end (hostel_console_get_transcript (self->console));
  gint64 now = g_get_monotonic_time ();

  if (look_at_end (self, end) < FLOOD_STOP)
    {
      self->flood_id = 0;
      if (!self->busy && !catch_up (self, end, end - self->looked_end))
        draw_soon_cb (self);
      return G_SOURCE_REMOVE;
    }

  if (!self->busy && !catch_up (self, end, self->drawn - self->looked_from)
      && now - self->fed_time >= FLOOD_TASTE_US)
    {
      self->fed_time = now;
      draw_piece (self, FLOOD_TASTE);
    }

  return G_SOURCE_CONTINUE;
}

static gboolean
tick_cb (GtkWidget     *widget,
         GdkFrameClock *clock,
         gpointer       user_data)
{
  HostelConsoleView *self = HOSTEL_CONSOLE_VIEW (widget);
  guint64 end = hostel_transcript_get_end (hostel_console_get_transcript (self->console));
  gboolean flood = look_at_end (self, end) > FLOOD_START && end - self->drawn > FLOOD_BEHIND;

  if (flood)
    {
      self->fed_time = g_get_monotonic_time ();
      self->flood_id = g_timeout_add (FLOOD_LOOK_MS, flood_cb, self);
    }
  else if (!self->busy && !catch_up (self, end, end - self->looked_end))
    {
      draw_marks (self);
      watch_frame (self, gdk_frame_clock_get_frame_time (clock));
      if (self->drawn < end)
        {
          adapt_chunk (self);
          if (draw_piece (self, self->chunk))
            return G_SOURCE_CONTINUE;
        }
    }

  self->tick_id = 0;
  self->frame_time = 0;

  return G_SOURCE_REMOVE;
}

/* Nothing is drawn that nobody sees, and nothing whose marks are not known yet: the console tells
 * when they are. */
static void
draw_soon_cb (HostelConsoleView *self)
{
  if (!hostel_transcript_is_loaded (hostel_console_get_transcript (self->console)))
    return;
  if (!gtk_widget_get_mapped (GTK_WIDGET (self)) || self->busy || self->tick_id != 0
      || self->flood_id != 0)
    return;

  if (!self->placed)
    find_place (self);
  else
    self->tick_id = gtk_widget_add_tick_callback (GTK_WIDGET (self), tick_cb, NULL, NULL);
}

static void
hostel_console_view_map (GtkWidget *widget)
{
  HostelConsoleView *self = HOSTEL_CONSOLE_VIEW (widget);

  GTK_WIDGET_CLASS (hostel_console_view_parent_class)->map (widget);

  if (self->placed)
    self->answer_from = hostel_transcript_get_end (hostel_console_get_transcript (self->console));
  draw_soon_cb (self);
}

static void
hostel_console_view_unmap (GtkWidget *widget)
{
  HostelConsoleView *self = HOSTEL_CONSOLE_VIEW (widget);

  if (self->tick_id != 0)
    gtk_widget_remove_tick_callback (widget, self->tick_id);
  self->tick_id = 0;
  self->frame_time = 0;
  g_clear_handle_id (&self->flood_id, g_source_remove);

  GTK_WIDGET_CLASS (hostel_console_view_parent_class)->unmap (widget);
}

static void
input_cb (HostelConsoleView *self,
          GBytes            *bytes)
{
  HostelConsoleState state = hostel_console_view_get_state (self);
  gsize size;
  const char *data = g_bytes_get_data (bytes, &size);
  gboolean typed = !hostel_console_is_answer (data, size);

  if (state == HOSTEL_CONSOLE_STATE_OPEN || state == HOSTEL_CONSOLE_STATE_OPENING)
    hostel_console_write (self->console, bytes);
  else if (typed)
    g_signal_emit (self, signals[REFUSED], 0);

  if (typed)
    g_signal_emit (self, signals[TYPED], 0, bytes);
}

static void
text_changed_cb (HostelConsoleView *self)
{
  g_signal_emit (self, signals[TEXT_CHANGED], 0);
}

static void
console_notify_cb (HostelConsoleView *self,
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
hostel_console_view_dispose (GObject *object)
{
  HostelConsoleView *self = HOSTEL_CONSOLE_VIEW (object);

  g_cancellable_cancel (self->cancellable);
  if (self->console != NULL)
    g_signal_handlers_disconnect_by_data (self->console, self);

  G_OBJECT_CLASS (hostel_console_view_parent_class)->dispose (object);
}

static void
hostel_console_view_finalize (GObject *object)
{
  HostelConsoleView *self = HOSTEL_CONSOLE_VIEW (object);

  g_clear_object (&self->cancellable);
  g_clear_object (&self->console);

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
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  object_class->dispose = hostel_console_view_dispose;
  object_class->finalize = hostel_console_view_finalize;
  object_class->get_property = hostel_console_view_get_property;
  widget_class->grab_focus = hostel_console_view_grab_focus;
  widget_class->map = hostel_console_view_map;
  widget_class->unmap = hostel_console_view_unmap;

  properties[PROP_STATE] = g_param_spec_enum ("state", NULL, NULL, HOSTEL_TYPE_CONSOLE_STATE,
                                              HOSTEL_CONSOLE_STATE_CLOSED, flags);
  properties[PROP_ERROR] = g_param_spec_boxed ("error", NULL, NULL, G_TYPE_ERROR, flags);
  properties[PROP_UNSENT] = g_param_spec_uint64 ("unsent", NULL, NULL, 0, G_MAXUINT64, 0, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  signals[TEXT_CHANGED] = g_signal_new ("text-changed", G_TYPE_FROM_CLASS (klass),
                                        G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[TYPED] = g_signal_new ("typed", G_TYPE_FROM_CLASS (klass),
                                 G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE,
                                 1, G_TYPE_BYTES);
  signals[REFUSED] = g_signal_new ("refused", G_TYPE_FROM_CLASS (klass),
                                   G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
hostel_console_view_init (HostelConsoleView *self)
{
  GtkWidget *scrolled = gtk_scrolled_window_new ();

  self->cancellable = g_cancellable_new ();
  self->chunk = CHUNK_START;
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
  HostelConsoleView *self;

  g_return_val_if_fail (HOSTEL_IS_DOMAIN (domain), NULL);
  g_return_val_if_fail (device != NULL, NULL);

  self = g_object_new (HOSTEL_TYPE_CONSOLE_VIEW, NULL);
  self->console = hostel_console_registry_get (domain, device);
  g_signal_connect_object (self->console, "notify", G_CALLBACK (console_notify_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->console, "grown", G_CALLBACK (draw_soon_cb), self,
                           G_CONNECT_SWAPPED);

  return self;
}

/**
 * hostel_console_view_get_console:
 * @self: a view
 *
 * Returns: (transfer none): what it shows
 */
HostelConsole *
hostel_console_view_get_console (HostelConsoleView *self)
{
  g_return_val_if_fail (HOSTEL_IS_CONSOLE_VIEW (self), NULL);

  return self->console;
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

  return hostel_console_get_state (self->console);
}

const GError *
hostel_console_view_get_error (HostelConsoleView *self)
{
  g_return_val_if_fail (HOSTEL_IS_CONSOLE_VIEW (self), NULL);

  return hostel_console_get_error (self->console);
}

guint64
hostel_console_view_get_unsent (HostelConsoleView *self)
{
  g_return_val_if_fail (HOSTEL_IS_CONSOLE_VIEW (self), 0);

  return hostel_console_get_unsent (self->console);
}

/**
 * hostel_console_view_activate:
 * @self: a view
 *
 * See hostel_console_activate().
 */
void
hostel_console_view_activate (HostelConsoleView *self)
{
  g_return_if_fail (HOSTEL_IS_CONSOLE_VIEW (self));

  hostel_console_activate (self->console);
}

/**
 * hostel_console_view_adopt:
 * @self: a view
 * @stream: (transfer none): this console, opened before the machine wrote its first byte
 *
 * See hostel_console_adopt().
 */
void
hostel_console_view_adopt (HostelConsoleView   *self,
                           HostelConsoleStream *stream)
{
  g_return_if_fail (HOSTEL_IS_CONSOLE_VIEW (self));
  g_return_if_fail (HOSTEL_IS_CONSOLE_STREAM (stream));

  hostel_console_adopt (self->console, stream);
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

  hostel_console_open (self->console, force);
}

/**
 * hostel_console_view_write:
 * @self: a view
 * @bytes: what its guest is to get, as if it were typed
 *
 * Where the console is not open nothing is sent.
 */
void
hostel_console_view_write (HostelConsoleView *self,
                           GBytes            *bytes)
{
  g_return_if_fail (HOSTEL_IS_CONSOLE_VIEW (self));
  g_return_if_fail (bytes != NULL);

  if (hostel_console_view_get_state (self) == HOSTEL_CONSOLE_STATE_OPEN)
    hostel_console_write (self->console, bytes);
}
