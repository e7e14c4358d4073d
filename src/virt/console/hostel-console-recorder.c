/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "hostel-console-recorder"

#include "config.h"

#include <string.h>

#include "hostel-console-recorder.h"
#include "hostel-log-join.h"

/* While the log is read; what comes then is more than any log can be behind. */
#define HELD_MAX (16 * 1024 * 1024)
/* Of the transcript, to find it in the log. */
#define KEPT_MAX (256 * 1024)
#define HINT_SIZE 64
#define NEAR_SIZE 4096
/* SeaBIOS begins with it at each start of the machine, and does so twice. */
#define BOOT_PROLOGUE "\033c\033[?7l\033[2J"
#define BOOT_DISTANCE 512

struct _HostelConsoleRecorder
{
  GObject           parent_instance;

  HostelTranscript *transcript;  /* owned */
  GMainContext     *context;     /* owned */

  GMutex            mutex;       /* for all below */
  GByteArray       *held;        /* owned */
  gboolean          holding;
  guint             opening;     /* how often a console was opened */
  gboolean          grown_queued;
  gboolean          begun;       /* and not told yet */
  guint             matched;     /* of BOOT_PROLOGUE, by the last bytes */
  guint64           boot_end;    /* of the last prologue; 0 for none */
  guint64           live_from;
};

G_DEFINE_FINAL_TYPE (HostelConsoleRecorder, hostel_console_recorder, G_TYPE_OBJECT)

enum
{
  GROWN,
  BEGUN,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static void
hostel_console_recorder_finalize (GObject *object)
{
  HostelConsoleRecorder *self = HOSTEL_CONSOLE_RECORDER (object);

  g_clear_object (&self->transcript);
  g_clear_pointer (&self->context, g_main_context_unref);
  g_byte_array_unref (self->held);
  g_mutex_clear (&self->mutex);

  G_OBJECT_CLASS (hostel_console_recorder_parent_class)->finalize (object);
}

static void
hostel_console_recorder_class_init (HostelConsoleRecorderClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = hostel_console_recorder_finalize;

  signals[GROWN] = g_signal_new ("grown", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST,
                                 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[BEGUN] = g_signal_new ("begun", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST,
                                 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
hostel_console_recorder_init (HostelConsoleRecorder *self)
{
  g_mutex_init (&self->mutex);
  self->held = g_byte_array_new ();
  self->context = g_main_context_ref_thread_default ();
}

/**
 * hostel_console_recorder_new:
 * @transcript: where all goes
 *
 * Returns: (transfer full): a recorder that holds nothing back
 */
HostelConsoleRecorder *
hostel_console_recorder_new (HostelTranscript *transcript)
{
  HostelConsoleRecorder *self;

  g_return_val_if_fail (HOSTEL_IS_TRANSCRIPT (transcript), NULL);

  self = g_object_new (HOSTEL_TYPE_CONSOLE_RECORDER, NULL);
  self->transcript = g_object_ref (transcript);

  return self;
}

static gboolean
tell_cb (gpointer user_data)
{
  HostelConsoleRecorder *self = user_data;
  gboolean begun;

  g_mutex_lock (&self->mutex);
  self->grown_queued = FALSE;
  begun = self->begun;
  self->begun = FALSE;
  g_mutex_unlock (&self->mutex);

  if (begun)
    g_signal_emit (self, signals[BEGUN], 0);
  g_signal_emit (self, signals[GROWN], 0);

  return G_SOURCE_REMOVE;
}

/* With the mutex held. */
static void
queue_tell_locked (HostelConsoleRecorder *self)
{
  g_autoptr (GSource) source = NULL;

  if (self->grown_queued)
    return;

  self->grown_queued = TRUE;
  source = g_idle_source_new ();
  g_source_set_priority (source, G_PRIORITY_DEFAULT);
  g_source_set_static_name (source, "hostel-console-recorder");
  g_source_set_callback (source, tell_cb, g_object_ref (self), g_object_unref);
  g_source_attach (source, self->context);
}

/* How many bytes of @data go up to the end of a boot prologue; 0 where none ends in it. */
static gsize
find_boot (HostelConsoleRecorder *self,
           const char            *data,
           gsize                  size)
{
  for (gsize i = 0; i < size; i++)
    {
      /* Most of it, at once. */
      if (self->matched == 0)
        {
          const char *escape = memchr (data + i, '\033', size - i);

          if (escape == NULL)
            return 0;
          i = escape - data;
        }

      /* Of all that it begins with only an escape may be the begin of another one. */
      if (data[i] != BOOT_PROLOGUE[self->matched] && self->matched > 0
          && BOOT_PROLOGUE[self->matched - 1] == '\033')
        self->matched = 1;
      if (data[i] == BOOT_PROLOGUE[self->matched])
        self->matched++;
      else
        self->matched = data[i] == '\033' ? 1 : 0;

      if (self->matched == strlen (BOOT_PROLOGUE))
        {
          self->matched = 0;
          return i + 1;
        }
    }

  return 0;
}

/* With the mutex held. */
static void
mark_boot_locked (HostelConsoleRecorder *self,
                  gboolean               old)
{
  guint64 end = hostel_transcript_get_end (self->transcript);
  gboolean again = self->boot_end != 0 && end - self->boot_end < BOOT_DISTANCE;

  self->boot_end = end;
  if (again)
    return;

  if (old)
    hostel_transcript_add_old_mark (self->transcript, HOSTEL_TRANSCRIPT_MARK_BOOT, NULL);
  else
    hostel_transcript_add_mark (self->transcript, HOSTEL_TRANSCRIPT_MARK_BOOT, NULL);
}

/* With the mutex held. @old: it comes from the log, nobody knows when it was. */
static void
append_locked (HostelConsoleRecorder *self,
               const char            *data,
               gsize                  size,
               gboolean               old)
{
  gsize n_bytes;

  while (size > 0 && (n_bytes = find_boot (self, data, size)) > 0)
    {
      hostel_transcript_append (self->transcript, data, n_bytes);
      mark_boot_locked (self, old);
      data += n_bytes;
      size -= n_bytes;
    }
  hostel_transcript_append (self->transcript, data, size);
  queue_tell_locked (self);
}

/**
 * hostel_console_recorder_begin:
 * @self: a recorder
 *
 * A console was opened, and its first byte comes next: what it brings is held back until
 * hostel_console_recorder_join() or hostel_console_recorder_release().
 */
void
hostel_console_recorder_begin (HostelConsoleRecorder *self)
{
  g_return_if_fail (HOSTEL_IS_CONSOLE_RECORDER (self));

  g_mutex_lock (&self->mutex);
  self->holding = TRUE;
  self->opening++;
  self->begun = TRUE;
  queue_tell_locked (self);
  g_mutex_unlock (&self->mutex);
}

/* With the mutex held. */
static void
let_go_locked (HostelConsoleRecorder *self,
               gsize                  skip)
{
  self->holding = FALSE;
  self->live_from = hostel_transcript_get_end (self->transcript);
  append_locked (self, (const char *) self->held->data + skip, self->held->len - skip, FALSE);
  g_byte_array_set_size (self->held, 0);
}

/**
 * hostel_console_recorder_take:
 * @self: a recorder
 * @data: what the console has brought
 * @size: its size in bytes
 */
void
hostel_console_recorder_take (HostelConsoleRecorder *self,
                              const char            *data,
                              gsize                  size)
{
  g_return_if_fail (HOSTEL_IS_CONSOLE_RECORDER (self));

  g_mutex_lock (&self->mutex);
  if (self->holding)
    {
      g_byte_array_append (self->held, (const guint8 *) data, size);
      if (self->held->len > HELD_MAX)
        let_go_locked (self, 0);
    }
  else
    append_locked (self, data, size, FALSE);
  g_mutex_unlock (&self->mutex);
}

/* What was let go beside a gap stands between the log's bytes and the place that was noted. */
static gboolean
is_near (const char *kept,
         gsize       kept_size,
         const char *hint,
         gsize       hint_size)
{
  gsize size = MIN (kept_size, NEAR_SIZE);

  return hint_size == HINT_SIZE && memmem (kept + kept_size - size, size, hint, hint_size) != NULL;
}

/* Where the log was not rotated since the transcript noted a place in it: how many bytes of @log
 * are before that place, if it is in @log and what is before it is the same in both. */
static gboolean
find_note (HostelConsoleRecorder *self,
           GBytes                *kept,
           const char            *log,
           gsize                  log_size,
           guint64                position,
           gsize                 *noted,
           gsize                 *since)
{
  gsize kept_size;
  const char *kept_data = g_bytes_get_data (kept, &kept_size);
  guint64 offset;
  guint64 note;
  gsize size;

  if (!hostel_transcript_get_log_position (self->transcript, &offset, &note)
      || note > position || position - note > log_size)
    return FALSE;

  *noted = log_size - (position - note);
  *since = hostel_transcript_get_end (self->transcript) - offset;
  if (*since > kept_size)
    return FALSE;

  size = MIN (MIN (kept_size - *since, *noted), HINT_SIZE);

  return size == 0
         || memcmp (log + *noted - size, kept_data + kept_size - *since - size, size) == 0
         || is_near (kept_data, kept_size - *since, log + *noted - size, size);
}

static gboolean
ends_at (const char *kept,
         gsize       kept_size,
         const char *log,
         gsize       log_size,
         gsize       end)
{
  gsize size = MIN (kept_size, HINT_SIZE);

  return end <= log_size && end >= size
         && (size == 0 || memcmp (log + end - size, kept + kept_size - size, size) == 0);
}

/* With the mutex held. */
static gboolean
find_end_locked (HostelConsoleRecorder *self,
                 const char            *log,
                 gsize                  log_size,
                 guint64                position,
                 gsize                 *end)
{
  guint64 kept_end = hostel_transcript_get_end (self->transcript);
  guint64 kept_start = MAX (hostel_transcript_get_start (self->transcript),
                            kept_end - MIN (kept_end, KEPT_MAX));
  g_autoptr (GBytes) kept = hostel_transcript_read (self->transcript, kept_start,
                                                    kept_end - kept_start, NULL);
  const char *kept_data;
  gsize kept_size;
  gsize noted;
  gsize since;
  gboolean has_note;

  *end = 0;
  if (kept == NULL)
    return FALSE;

  kept_data = g_bytes_get_data (kept, &kept_size);
  has_note = find_note (self, kept, log, log_size, position, &noted, &since);
  if (has_note && ends_at (kept_data, kept_size, log, log_size, noted + since))
    *end = noted + since;
  else if (hostel_log_join_find_end (kept_data, kept_size, log, log_size, end))
    return TRUE;
  else if (has_note)
    {
      /* After a gap there may be too little to be sure of it anywhere but here. */
      hostel_log_join_find_end (kept_data + kept_size - since, since,
                                log + noted, log_size - noted, end);
      *end += noted;
    }
  else
    return FALSE;

  return TRUE;
}

static void
add_gap_locked (HostelConsoleRecorder *self)
{
  hostel_transcript_add_mark (self->transcript, HOSTEL_TRANSCRIPT_MARK_GAP, NULL);
}

/**
 * hostel_console_recorder_join:
 * @self: a recorder
 * @log: (array length=log_size): the end of the console's log, read after the console was opened
 * @log_size: its size in bytes
 * @position: where @log ends in the log's newest file, which may have more before than @log
 * @complete: whether the log has no older parts than @log
 * @opening: hostel_console_recorder_get_opening() of before @log was asked for
 * @final: whether to do without, where the log does not reach what is held back: nothing has come for
 *   some time, so that the log has what there is
 *
 * Brings into the transcript what the log has more than it, then what was held back and is not in
 * the log. Takes some time. A log that was asked for before the console was opened again cannot tell
 * what is missing now: nothing happens.
 *
 * Returns: whether that was all; only for DONE and QUIET something has changed
 */
HostelConsoleJoin
hostel_console_recorder_join (HostelConsoleRecorder *self,
                              const char            *log,
                              gsize                  log_size,
                              guint64                position,
                              gboolean               complete,
                              guint                  opening,
                              gboolean               final)
{
  HostelConsoleJoin join = HOSTEL_CONSOLE_JOIN_DONE;
  gboolean known;
  gboolean meets;
  gsize end;
  gsize skip;

  g_return_val_if_fail (HOSTEL_IS_CONSOLE_RECORDER (self), HOSTEL_CONSOLE_JOIN_DONE);

  /* Nobody is to wait for the disk at the mutex. */
  hostel_transcript_load (self->transcript);
  g_mutex_lock (&self->mutex);
  if (opening != self->opening)
    {
      g_mutex_unlock (&self->mutex);
      return HOSTEL_CONSOLE_JOIN_NOT_YET;
    }

  known = find_end_locked (self, log, log_size, position, &end);
  meets = hostel_log_join_find_live (log, log_size, (const char *) self->held->data,
                                     self->held->len, &skip);

  if (!complete && (!known || hostel_transcript_get_end (self->transcript) == 0))
    join = HOSTEL_CONSOLE_JOIN_NEED_MORE;
  else if (!meets && !final)
    join = HOSTEL_CONSOLE_JOIN_NOT_YET;
  else
    {
      /* A log that was never rotated has all since the machine started. */
      if (!known && log_size != position)
        add_gap_locked (self);
      append_locked (self, log + end, log_size - end, TRUE);
      hostel_transcript_set_log_position (self->transcript, position);
      if (!meets && hostel_log_join_has_all (log, log_size, (const char *) self->held->data, self->held->len))
        skip = self->held->len;
      else if (!meets)
        add_gap_locked (self);
      if (self->held->len == 0 && !final && self->holding)
        {
          self->live_from = hostel_transcript_get_end (self->transcript);
          join = HOSTEL_CONSOLE_JOIN_QUIET;
        }
      else
        let_go_locked (self, skip);
    }
  g_mutex_unlock (&self->mutex);

  return join;
}

/**
 * hostel_console_recorder_release:
 * @self: a recorder
 * @gap: whether something is missing before what was held back
 *
 * There is no log, or nothing to wait for.
 */
void
hostel_console_recorder_release (HostelConsoleRecorder *self,
                                 guint                  opening,
                                 gboolean               gap)
{
  g_return_if_fail (HOSTEL_IS_CONSOLE_RECORDER (self));

  g_mutex_lock (&self->mutex);
  if (self->holding && opening == self->opening)
    {
      if (gap)
        add_gap_locked (self);
      let_go_locked (self, 0);
    }
  g_mutex_unlock (&self->mutex);
}

/**
 * hostel_console_recorder_get_opening:
 * @self: a recorder
 *
 * Returns: how often a console was opened; what was asked for before is not for what is held back
 *   after it
 */
guint
hostel_console_recorder_get_opening (HostelConsoleRecorder *self)
{
  guint opening;

  g_return_val_if_fail (HOSTEL_IS_CONSOLE_RECORDER (self), 0);

  g_mutex_lock (&self->mutex);
  opening = self->opening;
  g_mutex_unlock (&self->mutex);

  return opening;
}

/**
 * hostel_console_recorder_holds:
 * @self: a recorder
 *
 * Returns: whether there are bytes that are held back
 */
gboolean
hostel_console_recorder_holds (HostelConsoleRecorder *self)
{
  gboolean holds;

  g_return_val_if_fail (HOSTEL_IS_CONSOLE_RECORDER (self), FALSE);

  g_mutex_lock (&self->mutex);
  holds = self->holding && self->held->len > 0;
  g_mutex_unlock (&self->mutex);

  return holds;
}

/**
 * hostel_console_recorder_get_live_from:
 * @self: a recorder
 *
 * Returns: the place in the transcript from which on somebody may wait for an answer
 */
guint64
hostel_console_recorder_get_live_from (HostelConsoleRecorder *self)
{
  guint64 live_from;

  g_return_val_if_fail (HOSTEL_IS_CONSOLE_RECORDER (self), 0);

  g_mutex_lock (&self->mutex);
  live_from = self->live_from;
  g_mutex_unlock (&self->mutex);

  return live_from;
}
