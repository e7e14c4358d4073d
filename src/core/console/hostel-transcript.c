/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "hostel-transcript"

#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <glib/gi18n.h>
#include <glib/gstdio.h>

#include "hostel-error.h"
#include "hostel-transcript-private.h"

/* Two files: DEVICE.raw is what the guest wrote, byte for byte, and nothing else. DEVICE.marks has a
 * line for each thing that is known about a place in it; hostel-transcript-line.c tells how. A place
 * keeps its offset for ever: room is made by a hole in the file.
 *
 * DEVICE.marks grows for years. What it had at the opening is read by the first that needs it, in
 * its thread, and put before what came meanwhile. */

/* What the terminal is fed from without a look at the disk. */
#define TAIL_MAX (4 * 1024 * 1024)
#define TAIL_KEPT (2 * 1024 * 1024)
/* How exactly times are kept; a line of 30 bytes each. */
#define TIME_STEP_US (G_USEC_PER_SEC / 10)
#define BLOCK_SIZE 4096

G_DEFINE_FINAL_TYPE (HostelTranscript, hostel_transcript, G_TYPE_OBJECT)

const char * const hostel_transcript_kind_names[] = {
  [HOSTEL_TRANSCRIPT_MARK_BOOT] = "boot",
  [HOSTEL_TRANSCRIPT_MARK_GAP] = "gap",
  [HOSTEL_TRANSCRIPT_MARK_EVENT] = "event",
};

void
hostel_transcript_mark_free (HostelTranscriptMark *mark)
{
  g_free (mark->text);
  g_free (mark);
}

HostelTranscriptMark *
hostel_transcript_mark_new (guint64                   offset,
                            gint64                    time,
                            HostelTranscriptMarkKind  kind,
                            const char               *text)
{
  HostelTranscriptMark *mark = g_new0 (HostelTranscriptMark, 1);

  mark->offset = offset;
  mark->time = time;
  mark->kind = kind;
  mark->text = g_strdup (text != NULL ? text : "");

  return mark;
}

static void
hostel_transcript_finalize (GObject *object)
{
  HostelTranscript *self = HOSTEL_TRANSCRIPT (object);

  if (self->fd >= 0)
    close (self->fd);
  if (self->marks_fd >= 0)
    close (self->marks_fd);
  g_clear_pointer (&self->path, g_free);
  g_clear_error (&self->error);
  g_byte_array_unref (self->tail);
  g_ptr_array_unref (self->marks);
  g_mutex_clear (&self->mutex);
  g_mutex_clear (&self->load_mutex);

  G_OBJECT_CLASS (hostel_transcript_parent_class)->finalize (object);
}

static void
hostel_transcript_class_init (HostelTranscriptClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = hostel_transcript_finalize;
}

static void
hostel_transcript_init (HostelTranscript *self)
{
  g_mutex_init (&self->load_mutex);
  g_mutex_init (&self->mutex);
  self->fd = -1;
  self->marks_fd = -1;
  self->tail = g_byte_array_new ();
  self->marks = g_ptr_array_new_with_free_func ((GDestroyNotify) hostel_transcript_mark_free);
}

static void
keep_errno (HostelTranscript *self,
            int               code)
{
  if (self->error != NULL)
    return;

  if (code == ENOSPC || code == EDQUOT)
    hostel_error_set (&self->error, HOSTEL_ERROR_NO_SPACE, _("Make room; it goes on by itself."),
                      g_strerror (code), _("The disk is full: the console is not recorded."));
  else
    hostel_error_set (&self->error, HOSTEL_ERROR_FAILED, NULL, g_strerror (code),
                      _("The console cannot be recorded in %s."), self->path);
}

static void
write_mark_line (HostelTranscript *self,
                 guint64           offset,
                 gint64            time,
                 const char       *word,
                 const char       *text)
{
  const HostelTranscriptLine line = { offset, time, word, text };
  g_autofree char *bytes = NULL;
  gsize length;

  if (self->marks_fd < 0)
    return;

  bytes = hostel_transcript_line_format (&line);
  length = strlen (bytes);
  if (write (self->marks_fd, bytes, length) != (gssize) length)
    keep_errno (self, errno);
}

/* Another Hostel that writes the same transcript would tear it: the second keeps it in memory. */
static void
open_files (HostelTranscript *self,
            const char       *directory,
            const char       *uuid,
            const char       *device)
{
  g_autofree char *folder = g_build_filename (directory, uuid, NULL);
  g_autofree char *raw_name = g_strconcat (device, ".raw", NULL);
  g_autofree char *marks_path = NULL;
  struct stat status;

  self->path = g_build_filename (folder, raw_name, NULL);
  if (g_mkdir_with_parents (folder, 0700) != 0
      || (self->fd = g_open (self->path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600)) < 0)
    {
      keep_errno (self, errno);
      return;
    }

  if (fstat (self->fd, &status) == 0)
    self->old_end = self->end = status.st_size;
  marks_path = hostel_transcript_dup_marks_path (self);
  if (g_stat (marks_path, &status) == 0)
    self->old_size = status.st_size;

  if (flock (self->fd, LOCK_EX | LOCK_NB) != 0)
    {
      close (self->fd);
      self->fd = -1;
      self->start = self->end;
      hostel_error_set (&self->error, HOSTEL_ERROR_TAKEN, NULL, NULL,
                        _("Another program records this console."));
      return;
    }

  self->marks_fd = g_open (marks_path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW,
                           0600);
  if (self->marks_fd < 0)
    keep_errno (self, errno);
}

static char *
dup_directory (const char *directory)
{
  return directory != NULL ? g_strdup (directory)
                           : g_build_filename (g_get_user_state_dir (), "hostel", "consoles", NULL);
}

/**
 * hostel_transcript_open:
 * @directory: (nullable): where transcripts are kept; %NULL for the user's own place,
 *   $XDG_STATE_HOME/hostel/consoles
 * @uuid: the domain's
 * @device: the console's alias, "serial0"
 *
 * Opens what was kept before, or begins. Its files are readable by the user alone. Where they can
 * be neither made nor written it is kept in memory, as far as that reaches:
 * hostel_transcript_dup_error() tells why. Does not read: what needs the marks of before does, or
 * hostel_transcript_load_async() for those who must not wait.
 *
 * Returns: (transfer full): a transcript
 */
HostelTranscript *
hostel_transcript_open (const char *directory,
                        const char *uuid,
                        const char *device)
{
  HostelTranscript *self;
  g_autofree char *base = NULL;

  g_return_val_if_fail (uuid != NULL && strchr (uuid, '/') == NULL, NULL);
  g_return_val_if_fail (device != NULL && strchr (device, '/') == NULL, NULL);

  base = dup_directory (directory);
  self = g_object_new (HOSTEL_TYPE_TRANSCRIPT, NULL);
  open_files (self, base, uuid, device);
  self->loaded = self->old_size == 0;

  return self;
}

/**
 * hostel_transcript_dup_error:
 * @self: a transcript
 *
 * Returns: (transfer full) (nullable): why it is not on disk, or not all of it
 */
GError *
hostel_transcript_dup_error (HostelTranscript *self)
{
  GError *error;

  g_return_val_if_fail (HOSTEL_IS_TRANSCRIPT (self), NULL);

  g_mutex_lock (&self->mutex);
  error = self->error != NULL ? g_error_copy (self->error) : NULL;
  g_mutex_unlock (&self->mutex);

  return error;
}

/**
 * hostel_transcript_dup_path:
 * @self: a transcript
 *
 * Returns: (transfer full) (nullable): the file with the bytes
 */
char *
hostel_transcript_dup_path (HostelTranscript *self)
{
  g_return_val_if_fail (HOSTEL_IS_TRANSCRIPT (self), NULL);

  return g_strdup (self->path);
}

/**
 * hostel_transcript_set_limit:
 * @self: a transcript
 * @limit: how many bytes to keep at least, 0 for all
 *
 * Of more than that, and an eighth, the oldest are given up.
 */
void
hostel_transcript_set_limit (HostelTranscript *self,
                             guint64           limit)
{
  g_return_if_fail (HOSTEL_IS_TRANSCRIPT (self));

  g_mutex_lock (&self->mutex);
  self->limit = limit;
  g_mutex_unlock (&self->mutex);
}

guint64
hostel_transcript_get_start (HostelTranscript *self)
{
  guint64 start;

  g_return_val_if_fail (HOSTEL_IS_TRANSCRIPT (self), 0);

  hostel_transcript_load (self);
  g_mutex_lock (&self->mutex);
  start = self->fd >= 0 ? self->start : self->end - self->tail->len;
  g_mutex_unlock (&self->mutex);

  return start;
}

guint64
hostel_transcript_get_end (HostelTranscript *self)
{
  guint64 end;

  g_return_val_if_fail (HOSTEL_IS_TRANSCRIPT (self), 0);

  g_mutex_lock (&self->mutex);
  end = self->end;
  g_mutex_unlock (&self->mutex);

  return end;
}

/* With the mutex held. What failed to be written stays a hole: offsets hold, and a terminal ignores
 * NUL. */
static void
write_locked (HostelTranscript *self,
              const char       *data,
              gsize             size)
{
  guint64 offset = self->end;

  while (size > 0)
    {
      gssize written = pwrite (self->fd, data, size, offset);

      if (written < 0 && errno == EINTR)
        continue;
      if (written <= 0)
        {
          if (!self->failing)
            self->failed_at = offset;
          self->failing = TRUE;
          keep_errno (self, errno);
          return;
        }

      if (self->failing)
        {
          g_autofree char *text = g_strdup_printf ("%" G_GUINT64_FORMAT, offset - self->failed_at);

          write_mark_line (self, self->failed_at, g_get_real_time (), "gap", text);
          g_ptr_array_add (self->marks, hostel_transcript_mark_new (offset, g_get_real_time (),
                                                                    HOSTEL_TRANSCRIPT_MARK_GAP,
                                                                    text));
          self->failing = FALSE;
          g_clear_error (&self->error);
        }
      data += written;
      size -= written;
      offset += written;
    }
}

/*< private >
 * hostel_transcript_make_room_locked:
 * @self: a transcript, with the mutex held
 *
 * Gives up the oldest, where there is more than the limit.
 */
void
hostel_transcript_make_room_locked (HostelTranscript *self)
{
  guint64 start;

  /* Where it starts is not known before. */
  if (!self->loaded || self->limit == 0 || self->fd < 0
      || self->end - self->start <= self->limit + self->limit / 8)
    return;

  start = (self->end - self->limit) / BLOCK_SIZE * BLOCK_SIZE;
  if (start <= self->start)
    return;

  /* A file system without holes keeps it all. */
  if (fallocate (self->fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, 0, start) == 0)
    {
      self->start = start;
      write_mark_line (self, start, g_get_real_time (), "start", "");
    }
}

/**
 * hostel_transcript_append:
 * @self: a transcript
 * @data: what the guest wrote
 * @size: of @data, in bytes
 *
 * Writes to the file at once; does not wait until it is on the disk.
 */
void
hostel_transcript_append (HostelTranscript *self,
                          const void       *data,
                          gsize             size)
{
  gint64 now = g_get_real_time ();

  g_return_if_fail (HOSTEL_IS_TRANSCRIPT (self));

  if (size == 0)
    return;

  g_mutex_lock (&self->mutex);
  if (now < self->last_time || now - self->last_time >= TIME_STEP_US)
    {
      self->last_time = now;
      write_mark_line (self, self->end, now, "time", "");
    }
  if (self->fd >= 0)
    write_locked (self, data, size);
  self->end += size;

  g_byte_array_append (self->tail, data, size);
  if (self->tail->len > TAIL_MAX)
    g_byte_array_remove_range (self->tail, 0, self->tail->len - TAIL_KEPT);
  hostel_transcript_make_room_locked (self);
  g_mutex_unlock (&self->mutex);
}

static void
add_mark (HostelTranscript         *self,
          HostelTranscriptMarkKind  kind,
          const char               *text,
          gint64                    time)
{
  HostelTranscriptMark *mark;

  g_mutex_lock (&self->mutex);
  mark = hostel_transcript_mark_new (self->end, time, kind, text);
  write_mark_line (self, mark->offset, mark->time, hostel_transcript_kind_names[kind], mark->text);
  g_ptr_array_add (self->marks, mark);
  g_mutex_unlock (&self->mutex);
}

/**
 * hostel_transcript_add_mark:
 * @self: a transcript
 * @kind: what of
 * @text: (nullable): more about it, one line
 *
 * Marks the end as it is now.
 */
void
hostel_transcript_add_mark (HostelTranscript         *self,
                            HostelTranscriptMarkKind  kind,
                            const char               *text)
{
  g_return_if_fail (HOSTEL_IS_TRANSCRIPT (self));

  add_mark (self, kind, text, g_get_real_time ());
}

/**
 * hostel_transcript_add_old_mark:
 * @self: a transcript
 * @kind: what of
 * @text: (nullable): more about it, one line
 *
 * As hostel_transcript_add_mark(), where the time is not known.
 */
void
hostel_transcript_add_old_mark (HostelTranscript         *self,
                                HostelTranscriptMarkKind  kind,
                                const char               *text)
{
  g_return_if_fail (HOSTEL_IS_TRANSCRIPT (self));

  add_mark (self, kind, text, 0);
}

/**
 * hostel_transcript_get_log_position:
 * @self: a transcript
 * @offset: (out): a place in the transcript
 * @position: (out): the size of the console's log there
 *
 * Returns: %FALSE where it was never told
 */
gboolean
hostel_transcript_get_log_position (HostelTranscript *self,
                                    guint64          *offset,
                                    guint64          *position)
{
  gboolean known;

  g_return_val_if_fail (HOSTEL_IS_TRANSCRIPT (self), FALSE);

  hostel_transcript_load (self);
  g_mutex_lock (&self->mutex);
  known = self->has_log_position;
  *offset = self->log_offset;
  *position = self->log_position;
  g_mutex_unlock (&self->mutex);

  return known;
}

/**
 * hostel_transcript_set_log_position:
 * @self: a transcript
 * @position: the size of the console's log whose last byte is the transcript's last
 */
void
hostel_transcript_set_log_position (HostelTranscript *self,
                                    guint64           position)
{
  g_autofree char *text = g_strdup_printf ("%" G_GUINT64_FORMAT, position);

  g_return_if_fail (HOSTEL_IS_TRANSCRIPT (self));

  g_mutex_lock (&self->mutex);
  self->log_offset = self->end;
  self->log_position = position;
  self->has_log_position = TRUE;
  write_mark_line (self, self->end, g_get_real_time (), "log", text);
  g_mutex_unlock (&self->mutex);
}

guint
hostel_transcript_get_n_marks (HostelTranscript *self)
{
  guint n_marks;

  g_return_val_if_fail (HOSTEL_IS_TRANSCRIPT (self), 0);

  hostel_transcript_load (self);
  g_mutex_lock (&self->mutex);
  n_marks = self->marks->len;
  g_mutex_unlock (&self->mutex);

  return n_marks;
}

/**
 * hostel_transcript_dup_mark:
 * @self: a transcript
 * @index: of a mark, in the order of places
 *
 * Returns: (transfer full) (nullable): the mark, %NULL beyond the last
 */
HostelTranscriptMark *
hostel_transcript_dup_mark (HostelTranscript *self,
                            guint             index)
{
  HostelTranscriptMark *copy = NULL;

  g_return_val_if_fail (HOSTEL_IS_TRANSCRIPT (self), NULL);

  hostel_transcript_load (self);
  g_mutex_lock (&self->mutex);
  if (index < self->marks->len)
    {
      HostelTranscriptMark *mark = g_ptr_array_index (self->marks, index);

      copy = hostel_transcript_mark_new (mark->offset, mark->time, mark->kind, mark->text);
    }
  g_mutex_unlock (&self->mutex);

  return copy;
}

/**
 * hostel_transcript_find_mark:
 * @self: a transcript
 * @index: of the first mark that is looked at
 * @offset: a place
 *
 * Returns: the index of the first mark from @index on that is not before @offset; the number of
 *   marks where there is none
 */
guint
hostel_transcript_find_mark (HostelTranscript *self,
                             guint             index,
                             guint64           offset)
{
  g_return_val_if_fail (HOSTEL_IS_TRANSCRIPT (self), 0);

  hostel_transcript_load (self);
  g_mutex_lock (&self->mutex);
  for (; index < self->marks->len; index++)
    {
      HostelTranscriptMark *mark = g_ptr_array_index (self->marks, index);

      if (mark->offset >= offset)
        break;
    }
  g_mutex_unlock (&self->mutex);

  return index;
}

/**
 * hostel_transcript_remove:
 * @directory: (nullable): as for hostel_transcript_open()
 * @uuid: of a domain that is no more
 * @error: where a file cannot be removed
 *
 * Removes what all its consoles have written.
 */
gboolean
hostel_transcript_remove (const char  *directory,
                          const char  *uuid,
                          GError     **error)
{
  g_autofree char *base = dup_directory (directory);
  g_autofree char *folder = NULL;
  g_autoptr (GDir) dir = NULL;
  const char *name;

  g_return_val_if_fail (uuid != NULL && strchr (uuid, '/') == NULL && *uuid != '.', FALSE);

  folder = g_build_filename (base, uuid, NULL);
  if (!(dir = g_dir_open (folder, 0, NULL)))
    return TRUE;

  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);

      if (g_unlink (path) != 0)
        break;
    }
  if (g_rmdir (folder) == 0)
    return TRUE;

  hostel_error_set (error, HOSTEL_ERROR_FAILED, NULL, g_strerror (errno),
                    _("%s cannot be removed."), folder);

  return FALSE;
}
