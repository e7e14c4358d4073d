/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "hostel-download"

#include "config.h"

#include "hostel-download-private.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <glib/gi18n.h>
#include <glib/gstdio.h>

#include "hostel-error.h"

#define GROUP "Download"
#define READ_SIZE (1024 * 1024)
/* What is left to everybody else on that disk. */
#define RESERVE (G_GUINT64_CONSTANT (64) << 20)

static char *
dup_part_path (const char *path)
{
  return g_strconcat (path, ".part", NULL);
}

static char *
dup_note_path (const char *path)
{
  return g_strconcat (path, ".part.ini", NULL);
}

static char *
take_string (GKeyFile   *note,
             const char *key)
{
  char *value = g_key_file_get_string (note, GROUP, key, NULL);

  return value != NULL ? value : g_strdup ("");
}

static gboolean
fail (HostelDownloadPart  *self,
      int                  code,
      GError             **error)
{
  g_autofree char *name = g_filename_display_name (self->path);

  if (code == ENOSPC || code == EDQUOT)
    hostel_error_set (error, HOSTEL_ERROR_NO_SPACE, _("Free some space, then try again."),
                      g_strerror (code), _("The disk is full: “%s” cannot be written."), name);
  else if (code == EACCES || code == EPERM || code == EROFS)
    hostel_error_set (error, HOSTEL_ERROR_DENIED, _("Look who owns that folder."),
                      g_strerror (code), _("You may not write “%s”."), name);
  else
    hostel_error_set (error, HOSTEL_ERROR_FAILED, _("Look whether the disk is in order."),
                      g_strerror (code), _("“%s” cannot be written."), name);

  return FALSE;
}

/* The note tells how much had reached the disk when it was written. What the file has beyond that
 * may, after a loss of power, be anything. */
static void
read_note (HostelDownloadPart *self,
           const char         *url,
           const char         *digest)
{
  g_autoptr (GKeyFile) note = g_key_file_new ();
  g_autofree char *noted_url = NULL;
  g_autofree char *noted_digest = NULL;
  struct stat info;
  guint64 length;

  if (!g_key_file_load_from_file (note, self->note_path, G_KEY_FILE_NONE, NULL))
    return;

  noted_url = take_string (note, "url");
  noted_digest = take_string (note, "digest");
  length = g_key_file_get_uint64 (note, GROUP, "length", NULL);
  if (!g_str_equal (noted_url, url) || !g_str_equal (noted_digest, digest) ||
      fstat (self->fd, &info) != 0 || (guint64) info.st_size < length)
    return;

  g_free (self->validator);
  self->validator = take_string (note, "validator");
  self->total = g_key_file_get_uint64 (note, GROUP, "total", NULL);
  self->length = *self->validator != '\0' ? length : 0;
}

/*< private >
 * hostel_download_part_open:
 * @path: the whole file's, whose folder is there
 * @url: where it comes from
 * @digest: what it must become, "" unknown
 * @error: set to %HOSTEL_ERROR_EXISTS where somebody else downloads it just now
 *
 * What an earlier download of the same file has left is gone on with.
 */
HostelDownloadPart *
hostel_download_part_open (const char  *path,
                           const char  *url,
                           const char  *digest,
                           GError     **error)
{
  g_autoptr (HostelDownloadPart) self = g_new0 (HostelDownloadPart, 1);

  self->path = g_strdup (path);
  self->part_path = dup_part_path (path);
  self->note_path = dup_note_path (path);
  self->url = g_strdup (url);
  self->digest = g_strdup (digest);
  self->validator = g_strdup ("");
  self->fd = g_open (self->part_path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (self->fd < 0)
    {
      fail (self, errno, error);
      return NULL;
    }

  if (flock (self->fd, LOCK_EX | LOCK_NB) != 0)
    {
      g_autofree char *name = g_path_get_basename (path);

      hostel_error_set (error, HOSTEL_ERROR_EXISTS, _("Wait until it is there."), NULL,
                        _("“%s” is being downloaded already."), name);
      return NULL;
    }

  read_note (self, url, digest);
  if (ftruncate (self->fd, (off_t) self->length) != 0)
    {
      fail (self, errno, error);
      return NULL;
    }

  return g_steal_pointer (&self);
}

void
hostel_download_part_free (HostelDownloadPart *self)
{
  if (self->fd >= 0)
    g_close (self->fd, NULL);
  g_free (self->path);
  g_free (self->part_path);
  g_free (self->note_path);
  g_free (self->url);
  g_free (self->digest);
  g_free (self->validator);
  g_free (self);
}

/*< private >
 * hostel_download_part_reset:
 *
 * Begins again from the first byte.
 */
gboolean
hostel_download_part_reset (HostelDownloadPart  *self,
                            GError             **error)
{
  g_unlink (self->note_path);
  self->length = 0;
  self->total = 0;
  g_free (self->validator);
  self->validator = g_strdup ("");

  return ftruncate (self->fd, 0) == 0 || fail (self, errno, error);
}

void
hostel_download_part_set_source (HostelDownloadPart *self,
                                 const char         *validator,
                                 guint64             total)
{
  g_autofree char *old = self->validator;

  self->validator = g_strdup (validator);
  self->total = total;
}

/*< private >
 * hostel_download_part_check_space:
 * @error: set to %HOSTEL_ERROR_NO_SPACE
 *
 * Returns: whether the rest has room on its disk
 */
gboolean
hostel_download_part_check_space (HostelDownloadPart  *self,
                                  GError             **error)
{
  g_autofree char *needed = NULL;
  g_autofree char *available = NULL;
  struct statvfs info;
  guint64 room;

  if (self->total <= self->length || fstatvfs (self->fd, &info) != 0)
    return TRUE;

  room = (guint64) info.f_bavail * info.f_frsize;
  if (room >= RESERVE && room - RESERVE >= self->total - self->length)
    return TRUE;

  needed = g_format_size_full (self->total - self->length, G_FORMAT_SIZE_IEC_UNITS);
  available = g_format_size_full (room, G_FORMAT_SIZE_IEC_UNITS);
  hostel_error_set (error, HOSTEL_ERROR_NO_SPACE,
                    _("Remove images that are not needed, or free some space otherwise."), NULL,
                    _("The download needs %s, and the disk has %s free."), needed, available);

  return FALSE;
}

gboolean
hostel_download_part_write (HostelDownloadPart  *self,
                            gconstpointer        data,
                            gsize                length,
                            GError             **error)
{
  const guint8 *p = data;

  while (length > 0)
    {
      gssize n = pwrite (self->fd, p, length, (off_t) self->length);

      if (n < 0 && errno == EINTR)
        continue;
      if (n < 0)
        return fail (self, errno, error);
      p += n;
      length -= (gsize) n;
      self->length += (guint64) n;
    }

  return TRUE;
}

/*< private >
 * hostel_download_part_sync:
 *
 * Brings what is there to the disk, then the note that says so: in this order, whatever happens.
 */
gboolean
hostel_download_part_sync (HostelDownloadPart  *self,
                           GError             **error)
{
  g_autoptr (GKeyFile) note = g_key_file_new ();
  g_autofree char *text = NULL;
  gsize length;

  /* It could not be gone on with anyway. */
  if (*self->validator == '\0')
    return TRUE;
  if (fdatasync (self->fd) != 0)
    return fail (self, errno, error);

  g_key_file_set_string (note, GROUP, "url", self->url);
  g_key_file_set_string (note, GROUP, "digest", self->digest);
  g_key_file_set_string (note, GROUP, "validator", self->validator);
  g_key_file_set_uint64 (note, GROUP, "total", self->total);
  g_key_file_set_uint64 (note, GROUP, "length", self->length);
  text = g_key_file_to_data (note, &length, NULL);

  return g_file_set_contents_full (self->note_path, text, (gssize) length,
                                   G_FILE_SET_CONTENTS_CONSISTENT | G_FILE_SET_CONTENTS_DURABLE,
                                   0600, error);
}

/*< private >
 * hostel_download_part_hash:
 * @first: gets all bytes that are there
 * @second: (nullable): gets them too
 */
gboolean
hostel_download_part_hash (HostelDownloadPart  *self,
                           GChecksum           *first,
                           GChecksum           *second,
                           GCancellable        *cancellable,
                           GError             **error)
{
  g_autofree guint8 *buffer = g_malloc (READ_SIZE);
  guint64 done = 0;

  while (done < self->length)
    {
      gssize n = pread (self->fd, buffer, MIN (READ_SIZE, self->length - done), (off_t) done);

      if (n < 0 && errno == EINTR)
        continue;
      if (n <= 0)
        return fail (self, n < 0 ? errno : EIO, error);
      if (g_cancellable_set_error_if_cancelled (cancellable, error))
        return FALSE;
      g_checksum_update (first, buffer, n);
      if (second != NULL)
        g_checksum_update (second, buffer, n);
      done += (guint64) n;
    }

  return TRUE;
}

/*< private >
 * hostel_download_part_commit:
 *
 * The whole file gets its name, and only now, and only when all of it is on the disk.
 */
gboolean
hostel_download_part_commit (HostelDownloadPart  *self,
                             GError             **error)
{
  g_autofree char *folder = g_path_get_dirname (self->path);
  int fd;

  if (fsync (self->fd) != 0 || g_rename (self->part_path, self->path) != 0)
    return fail (self, errno, error);

  if ((fd = g_open (folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0)) >= 0)
    {
      fsync (fd);
      g_close (fd, NULL);
    }
  g_unlink (self->note_path);

  return TRUE;
}

/**
 * hostel_download_get_partial:
 * @path: the whole file's
 *
 * Returns: how many bytes of an interrupted download are there, 0 for none
 */
guint64
hostel_download_get_partial (const char *path)
{
  g_autofree char *note_path = dup_note_path (path);
  g_autoptr (GKeyFile) note = g_key_file_new ();

  g_return_val_if_fail (path != NULL, 0);

  return g_key_file_load_from_file (note, note_path, G_KEY_FILE_NONE, NULL)
           ? g_key_file_get_uint64 (note, GROUP, "length", NULL)
           : 0;
}

/**
 * hostel_download_discard:
 * @path: the whole file's, which stays if it is there
 *
 * Removes what an interrupted download has left.
 */
void
hostel_download_discard (const char *path)
{
  g_autofree char *part_path = dup_part_path (path);
  g_autofree char *note_path = dup_note_path (path);

  g_return_if_fail (path != NULL);

  g_unlink (note_path);
  g_unlink (part_path);
}
