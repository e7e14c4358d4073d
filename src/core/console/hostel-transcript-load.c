/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "hostel-transcript"

#include "config.h"

#include <string.h>

#include "hostel-transcript-private.h"

/*< private >
 * hostel_transcript_dup_marks_path:
 *
 * Returns: (transfer full): of the marks' file
 */
char *
hostel_transcript_dup_marks_path (HostelTranscript *self)
{
  return g_strdup_printf ("%.*smarks", (int) (strlen (self->path) - strlen ("raw")), self->path);
}

/*< private >
 * hostel_transcript_dup_marks_file:
 * @self: a transcript
 * @size: (out): how many bytes it has
 * @error: where the disk fails
 *
 * Returns: (transfer full) (nullable): what the marks' file has now
 */
char *
hostel_transcript_dup_marks_file (HostelTranscript  *self,
                                  gsize             *size,
                                  GError           **error)
{
  g_autofree char *path = NULL;
  char *bytes = NULL;

  g_return_val_if_fail (HOSTEL_IS_TRANSCRIPT (self), NULL);

  path = hostel_transcript_dup_marks_path (self);

  return g_file_get_contents (path, &bytes, size, error) ? bytes : NULL;
}

/* What DEVICE.marks told at the opening. */
typedef struct
{
  GPtrArray *marks; /* owned, of HostelTranscriptMark */
  guint64    start;
  guint64    log_offset;
  guint64    log_position;
  gboolean   has_log_position;
} OldMarks;

/* What a later version writes is passed over. */
static void
take_line (OldMarks                   *old,
           const HostelTranscriptLine *line)
{
  if (g_str_equal (line->word, "start"))
    old->start = MAX (old->start, line->offset);
  else if (g_str_equal (line->word, "log"))
    {
      old->log_offset = line->offset;
      old->log_position = g_ascii_strtoull (line->text, NULL, 10);
      old->has_log_position = TRUE;
    }
  else
    {
      for (guint i = 0; i < HOSTEL_TRANSCRIPT_N_KINDS; i++)
        {
          if (g_str_equal (line->word, hostel_transcript_kind_names[i]))
            g_ptr_array_add (old->marks, hostel_transcript_mark_new (line->offset, line->time, i,
                                                                     line->text));
        }
    }
}

/* What was written since the opening is in memory already. */
static void
read_old_marks (HostelTranscript *self,
                OldMarks         *old)
{
  gsize size;
  g_autofree char *bytes = hostel_transcript_dup_marks_file (self, &size, NULL);
  HostelTranscriptLines lines;
  HostelTranscriptLine line;

  if (bytes == NULL)
    return;

  lines.next = bytes;
  lines.end = bytes + MIN (size, self->old_size);
  while (hostel_transcript_lines_next (&lines, &line))
    {
      if (line.offset <= self->old_end)
        take_line (old, &line);
    }
}

static void
merge_locked (HostelTranscript *self,
              OldMarks         *old)
{
  g_ptr_array_extend_and_steal (old->marks, g_steal_pointer (&self->marks));
  self->marks = g_steal_pointer (&old->marks);
  self->start = MAX (self->start, old->start);
  if (!self->has_log_position && old->has_log_position)
    {
      self->log_offset = old->log_offset;
      self->log_position = old->log_position;
      self->has_log_position = TRUE;
    }
  g_atomic_int_set (&self->loaded, TRUE);
  hostel_transcript_make_room_locked (self);
}

/**
 * hostel_transcript_is_loaded:
 * @self: a transcript
 *
 * Returns: whether nothing waits for the marks of before any more
 */
gboolean
hostel_transcript_is_loaded (HostelTranscript *self)
{
  g_return_val_if_fail (HOSTEL_IS_TRANSCRIPT (self), FALSE);

  return g_atomic_int_get (&self->loaded);
}

/**
 * hostel_transcript_load:
 * @self: a transcript
 *
 * Reads the marks of before, if that has not happened yet. May wait for the disk, and so may all
 * that tells of marks, of the start or of the log's position until it has happened.
 */
void
hostel_transcript_load (HostelTranscript *self)
{
  g_return_if_fail (HOSTEL_IS_TRANSCRIPT (self));

  if (hostel_transcript_is_loaded (self))
    return;

  g_mutex_lock (&self->load_mutex);
  if (!hostel_transcript_is_loaded (self))
    {
      OldMarks old = { .marks = g_ptr_array_new_with_free_func (
                         (GDestroyNotify) hostel_transcript_mark_free) };

      read_old_marks (self, &old);
      g_mutex_lock (&self->mutex);
      merge_locked (self, &old);
      g_mutex_unlock (&self->mutex);
    }
  g_mutex_unlock (&self->load_mutex);
}

static void
load_worker (GTask        *task,
             gpointer      source_object,
             gpointer      task_data,
             GCancellable *cancellable)
{
  hostel_transcript_load (source_object);
  g_task_return_boolean (task, TRUE);
}

/**
 * hostel_transcript_load_async:
 * @self: a transcript
 * @cancellable: (nullable): ends the waiting, not the loading
 * @callback: called in the caller's main context
 * @user_data: for @callback
 *
 * As hostel_transcript_load(), in a worker.
 */
void
hostel_transcript_load_async (HostelTranscript    *self,
                              GCancellable        *cancellable,
                              GAsyncReadyCallback  callback,
                              gpointer             user_data)
{
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (HOSTEL_IS_TRANSCRIPT (self));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, hostel_transcript_load_async);
  if (hostel_transcript_is_loaded (self))
    g_task_return_boolean (task, TRUE);
  else
    g_task_run_in_thread (task, load_worker);
}

gboolean
hostel_transcript_load_finish (HostelTranscript  *self,
                               GAsyncResult      *result,
                               GError           **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}
