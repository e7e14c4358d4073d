/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "hostel-transcript-times"

#include "config.h"

#include <string.h>

#include "hostel-transcript-private.h"
#include "hostel-transcript-times.h"

/* As wide as a time. */
#define UNKNOWN "[                   ] "

typedef struct
{
  guint64 offset;
  gint64  time;
} Step;

struct _HostelTranscriptTimes
{
  GArray   *steps; /* owned, of Step, in order */
  guint64   end;   /* what comes from here on comes now */
  gboolean  in_line;
};

/**
 * hostel_transcript_times_new:
 * @transcript: (nullable): a transcript; %NULL: all comes now
 * @error: where the disk fails
 *
 * Reads the times from disk. What comes later is taken as coming when it is stamped.
 *
 * Returns: (transfer full) (nullable): its times; any thread, one at a time
 */
HostelTranscriptTimes *
hostel_transcript_times_new (HostelTranscript  *transcript,
                             GError           **error)
{
  g_autoptr (HostelTranscriptTimes) self = g_new0 (HostelTranscriptTimes, 1);
  g_autofree char *bytes = NULL;
  gsize size;
  HostelTranscriptLines lines;
  HostelTranscriptLine line;

  self->steps = g_array_new (FALSE, FALSE, sizeof (Step));
  if (transcript == NULL)
    return g_steal_pointer (&self);

  self->end = hostel_transcript_get_end (transcript);
  bytes = hostel_transcript_dup_marks_file (transcript, &size, error);
  if (bytes == NULL)
    return NULL;

  lines.next = bytes;
  lines.end = bytes + size;
  while (hostel_transcript_lines_next (&lines, &line))
    {
      Step step = { line.offset, line.time };

      if (g_str_equal (line.word, "time"))
        g_array_append_val (self->steps, step);
    }

  return g_steal_pointer (&self);
}

void
hostel_transcript_times_free (HostelTranscriptTimes *self)
{
  if (self == NULL)
    return;

  g_array_unref (self->steps);
  g_free (self);
}

/**
 * hostel_transcript_times_lookup:
 * @self: times
 * @offset: of a byte
 *
 * Returns: when it came, in µs since 1970; 0 where that is not known
 */
gint64
hostel_transcript_times_lookup (HostelTranscriptTimes *self,
                                guint64                offset)
{
  guint low = 0;
  guint high;

  g_return_val_if_fail (self != NULL, 0);

  if (offset >= self->end)
    return g_get_real_time ();

  high = self->steps->len;
  while (low < high)
    {
      guint middle = (low + high) / 2;

      if (g_array_index (self->steps, Step, middle).offset <= offset)
        low = middle + 1;
      else
        high = middle;
    }

  return low > 0 ? g_array_index (self->steps, Step, low - 1).time : 0;
}

static void
append_time (GString *output,
             gint64   time)
{
  g_autoptr (GDateTime) utc = g_date_time_new_from_unix_utc (time / G_USEC_PER_SEC);
  g_autoptr (GDateTime) local = NULL;
  g_autofree char *text = NULL;

  if (time == 0 || utc == NULL)
    {
      g_string_append (output, UNKNOWN);
      return;
    }

  local = g_date_time_to_local (utc);
  text = g_date_time_format (local, "[%Y-%m-%d %H:%M:%S] ");
  g_string_append (output, text);
}

/**
 * hostel_transcript_times_stamp:
 * @self: times
 * @offset: of the first byte of @data
 * @data: what follows what was stamped last
 * @size: its size in bytes
 * @output: what it is appended to, with the local time in front of each line
 */
void
hostel_transcript_times_stamp (HostelTranscriptTimes *self,
                               guint64                offset,
                               const char            *data,
                               gsize                  size,
                               GString               *output)
{
  const char *end = data + size;
  const char *from = data;

  g_return_if_fail (self != NULL);

  while (from < end)
    {
      const char *feed = memchr (from, '\n', end - from);
      const char *until = feed != NULL ? feed + 1 : end;

      if (!self->in_line)
        append_time (output, hostel_transcript_times_lookup (self, offset + (from - data)));
      g_string_append_len (output, from, until - from);
      self->in_line = feed == NULL;
      from = until;
    }
}
