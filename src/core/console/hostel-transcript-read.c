/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "hostel-transcript"

#include "config.h"

#include <errno.h>
#include <unistd.h>

#include <glib/gi18n.h>

#include "hostel-error.h"
#include "hostel-transcript-private.h"

#define SCAN_SIZE (64 * 1024)

/**
 * hostel_transcript_peek:
 * @self: a transcript
 * @offset: where to begin
 * @max: how many bytes at most
 *
 * Returns: (transfer full) (nullable): what is there, from memory; %NULL where that is to be read
 *   from disk, or where there is nothing
 */
GBytes *
hostel_transcript_peek (HostelTranscript *self,
                        guint64           offset,
                        gsize             max)
{
  GBytes *bytes = NULL;
  guint64 tail_start;

  g_return_val_if_fail (HOSTEL_IS_TRANSCRIPT (self), NULL);

  g_mutex_lock (&self->mutex);
  tail_start = self->end - self->tail->len;
  if (offset >= tail_start && offset < self->end)
    bytes = g_bytes_new (self->tail->data + (offset - tail_start), MIN (max, self->end - offset));
  g_mutex_unlock (&self->mutex);

  return bytes;
}

/**
 * hostel_transcript_read:
 * @self: a transcript
 * @offset: where to begin
 * @max: how many bytes at most
 * @error: where the disk fails
 *
 * May wait for the disk.
 *
 * Returns: (transfer full) (nullable): what is there, empty at the end
 */
GBytes *
hostel_transcript_read (HostelTranscript  *self,
                        guint64            offset,
                        gsize              max,
                        GError           **error)
{
  g_autofree char *buffer = NULL;
  GBytes *bytes;
  guint64 end;
  gsize n_read = 0;

  g_return_val_if_fail (HOSTEL_IS_TRANSCRIPT (self), NULL);

  if ((bytes = hostel_transcript_peek (self, offset, max)))
    return bytes;

  end = hostel_transcript_get_end (self);
  max = offset < end && self->fd >= 0 ? MIN (max, end - offset) : 0;
  buffer = g_malloc (MAX (max, 1));
  while (n_read < max)
    {
      gssize size = pread (self->fd, buffer + n_read, max - n_read, offset + n_read);

      if (size < 0 && errno == EINTR)
        continue;
      if (size < 0)
        {
          hostel_error_set (error, HOSTEL_ERROR_FAILED, NULL, g_strerror (errno),
                            _("%s cannot be read."), self->path);
          return NULL;
        }
      if (size == 0)
        break;
      n_read += size;
    }

  return g_bytes_new_take (g_steal_pointer (&buffer), n_read);
}

typedef struct
{
  guint64 offset;
  gsize   max;
} ReadRequest;

static void
read_worker (GTask        *task,
             gpointer      source_object,
             gpointer      task_data,
             GCancellable *cancellable)
{
  ReadRequest *request = task_data;
  GError *error = NULL;
  GBytes *bytes = hostel_transcript_read (source_object, request->offset, request->max, &error);

  if (bytes != NULL)
    g_task_return_pointer (task, bytes, (GDestroyNotify) g_bytes_unref);
  else
    g_task_return_error (task, error);
}

/**
 * hostel_transcript_read_async:
 * @self: a transcript
 * @offset: where to begin
 * @max: how many bytes at most
 * @cancellable: (nullable): a cancellable
 * @callback: called in the caller's main context
 * @user_data: for @callback
 */
void
hostel_transcript_read_async (HostelTranscript    *self,
                              guint64              offset,
                              gsize                max,
                              GCancellable        *cancellable,
                              GAsyncReadyCallback  callback,
                              gpointer             user_data)
{
  g_autoptr (GTask) task = NULL;
  ReadRequest *request = g_new0 (ReadRequest, 1);

  g_return_if_fail (HOSTEL_IS_TRANSCRIPT (self));

  request->offset = offset;
  request->max = max;
  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, hostel_transcript_read_async);
  g_task_set_task_data (task, request, g_free);
  g_task_run_in_thread (task, read_worker);
}

GBytes *
hostel_transcript_read_finish (HostelTranscript  *self,
                               GAsyncResult      *result,
                               GError           **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

/**
 * hostel_transcript_find_lines:
 * @self: a transcript
 * @n_lines: how many lines
 * @offset: (out): where the last @n_lines lines begin
 *
 * Reads the file backwards as far as needed; may wait for the disk.
 *
 * Returns: %FALSE where the disk fails
 */
gboolean
hostel_transcript_find_lines (HostelTranscript *self,
                              guint             n_lines,
                              guint64          *offset)
{
  guint64 start;
  guint64 place;

  g_return_val_if_fail (HOSTEL_IS_TRANSCRIPT (self), FALSE);

  start = hostel_transcript_get_start (self);
  place = hostel_transcript_get_end (self);
  while (place > start)
    {
      gsize size = MIN (SCAN_SIZE, place - start);
      g_autoptr (GBytes) bytes = hostel_transcript_read (self, place - size, size, NULL);
      gsize n_read;
      const char *data;

      if (bytes == NULL)
        return FALSE;

      data = g_bytes_get_data (bytes, &n_read);
      for (gsize i = MIN (n_read, size); i > 0; i--)
        {
          if (data[i - 1] == '\n' && n_lines-- == 0)
            {
              *offset = place - size + i;
              return TRUE;
            }
        }
      place -= size;
    }

  *offset = start;

  return TRUE;
}
