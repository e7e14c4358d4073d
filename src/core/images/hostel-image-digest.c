/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "hostel-image"

#include "config.h"

#include "hostel-image.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <glib/gi18n.h>
#include <glib/gstdio.h>

#include "hostel-error.h"
#include "hostel-image-private.h"

#define CHUNK (1024 * 1024)
#define DIGEST_LENGTH 64

static char *
cache_file (const char *path)
{
  g_autofree char *key = g_compute_checksum_for_string (G_CHECKSUM_SHA256, path, -1);

  return g_build_filename (g_get_user_cache_dir (), "hostel", "digests", key, NULL);
}

/* All that changes when the file does. The time of the last status change cannot be set by anybody,
 * so that a file rewritten in place under its old date is noticed, too. */
static char *
describe (const struct stat *info)
{
  return g_strdup_printf ("%" G_GUINT64_FORMAT " %" G_GINT64_FORMAT ".%09ld "
                          "%" G_GINT64_FORMAT ".%09ld %" G_GUINT64_FORMAT ":%" G_GUINT64_FORMAT,
                          (guint64) info->st_size,
                          (gint64) info->st_mtim.tv_sec, info->st_mtim.tv_nsec,
                          (gint64) info->st_ctim.tv_sec, info->st_ctim.tv_nsec,
                          (guint64) info->st_dev, (guint64) info->st_ino);
}

static char *
cache_lookup (const char *file,
              const char *description)
{
  g_autofree char *contents = NULL;
  g_auto (GStrv) lines = NULL;

  if (!g_file_get_contents (file, &contents, NULL, NULL))
    return NULL;

  lines = g_strsplit (contents, "\n", 3);
  if (g_strv_length (lines) < 2 || strlen (lines[0]) != DIGEST_LENGTH ||
      strspn (lines[0], "0123456789abcdef") != DIGEST_LENGTH ||
      !g_str_equal (lines[1], description))
    return NULL;

  return g_strdup (lines[0]);
}

static void
cache_store (const char *file,
             const char *description,
             const char *digest)
{
  g_autofree char *directory = g_path_get_dirname (file);
  g_autofree char *contents = g_strdup_printf ("%s\n%s\n", digest, description);
  g_autoptr (GError) error = NULL;

  /* Without a cache it only takes longer the next time. */
  g_mkdir_with_parents (directory, 0700);
  if (!g_file_set_contents_full (file, contents, -1, G_FILE_SET_CONTENTS_CONSISTENT, 0600, &error))
    g_debug ("Cannot keep the digest: %s", error->message);
}

static gboolean
hash (int                   fd,
      GChecksum            *checksum,
      guint64               total,
      HostelProgressFunc    progress,
      gpointer              user_data,
      GCancellable         *cancellable,
      GError              **error)
{
  g_autofree guint8 *buffer = g_malloc (CHUNK);
  guint64 done = 0;
  gssize n;

  posix_fadvise (fd, 0, 0, POSIX_FADV_SEQUENTIAL);

  while ((n = read (fd, buffer, CHUNK)) != 0)
    {
      if (n < 0 && errno == EINTR)
        continue;
      if (n < 0)
        {
          hostel_error_set (error, HOSTEL_ERROR_FAILED, _("Check the disk that it is on."),
                            g_strerror (errno), _("The image cannot be read."));
          return FALSE;
        }
      if (g_cancellable_set_error_if_cancelled (cancellable, error))
        return FALSE;

      g_checksum_update (checksum, buffer, n);
      done += (guint64) n;
      if (progress)
        progress (MIN (done, total), total, user_data);
    }

  return TRUE;
}

static char *
digest_of_open_file (int                   fd,
                     const char           *path,
                     HostelProgressFunc    progress,
                     gpointer              user_data,
                     GCancellable         *cancellable,
                     GError              **error)
{
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  g_autofree char *cache = cache_file (path);
  g_autofree char *before = NULL;
  g_autofree char *after = NULL;
  struct stat info = { 0 };
  guint64 size;
  char *digest;

  if (fstat (fd, &info) != 0 || !S_ISREG (info.st_mode))
    {
      hostel_error_set (error, HOSTEL_ERROR_INVALID, _("Choose it again."), NULL,
                        _("“%s” is not a regular file any more."), path);
      return NULL;
    }

  before = describe (&info);
  size = (guint64) info.st_size;
  if ((digest = cache_lookup (cache, before)))
    {
      if (progress)
        progress (size, size, user_data);
      return digest;
    }

  if (!hash (fd, checksum, size, progress, user_data, cancellable, error))
    return NULL;

  /* A digest of half the old and half the new content would name a base image for ever. */
  if (fstat (fd, &info) == 0)
    after = describe (&info);
  if (g_strcmp0 (before, after) != 0)
    {
      hostel_error_set (error, HOSTEL_ERROR_FAILED, _("Try again when its download is complete."),
                        NULL, _("The image changed while it was read."));
      return NULL;
    }

  cache_store (cache, before, g_checksum_get_string (checksum));

  return g_strdup (g_checksum_get_string (checksum));
}

/**
 * hostel_image_dup_sha256:
 * @self: an image
 * @progress: (nullable) (scope call): called in this thread after each MiB, with bytes
 * @user_data: for @progress
 * @cancellable: (nullable): to stop it
 * @error: set to a %HOSTEL_ERROR, or to %G_IO_ERROR_CANCELLED
 *
 * The digest of the whole file. It is kept under $XDG_CACHE_HOME/hostel/digests for as long as the
 * file's path, size, times and inode stay what they were. Blocks for as long as reading the file
 * takes: for a worker.
 *
 * Returns: (transfer full): 64 hexadecimal digits, lower case
 */
char *
hostel_image_dup_sha256 (HostelImage          *self,
                         HostelProgressFunc    progress,
                         gpointer              user_data,
                         GCancellable         *cancellable,
                         GError              **error)
{
  const char *path;
  char *digest;
  int fd;

  g_return_val_if_fail (HOSTEL_IS_IMAGE (self), NULL);

  path = hostel_image_get_path (self);
  if ((fd = g_open (path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY, 0)) < 0)
    {
      hostel_error_set (error, HOSTEL_ERROR_NOT_FOUND, _("Choose it again."), g_strerror (errno),
                        _("“%s” cannot be read any more."), path);
      return NULL;
    }

  digest = digest_of_open_file (fd, path, progress, user_data, cancellable, error);
  g_close (fd, NULL);

  return digest;
}

/**
 * hostel_image_hash_file:
 * @path: a file
 * @progress: (nullable) (scope call): called in this thread after each MiB, with bytes
 * @user_data: for @progress
 * @cancellable: (nullable): to stop it
 * @error: set to a %HOSTEL_ERROR, or to %G_IO_ERROR_CANCELLED
 *
 * As hostel_image_dup_sha256(), but reads the file whatever was kept about it: a disk that loses
 * bytes changes no time. Blocks.
 *
 * Returns: (transfer full): 64 hexadecimal digits, lower case
 */
char *
hostel_image_hash_file (const char           *path,
                        HostelProgressFunc    progress,
                        gpointer              user_data,
                        GCancellable         *cancellable,
                        GError              **error)
{
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  struct stat info = { 0 };
  gboolean done;
  int fd;

  g_return_val_if_fail (path != NULL, NULL);

  if ((fd = g_open (path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY, 0)) < 0)
    {
      hostel_error_set (error, HOSTEL_ERROR_NOT_FOUND, _("Choose it again."), g_strerror (errno),
                        _("“%s” cannot be read any more."), path);
      return NULL;
    }

  done = fstat (fd, &info) == 0 &&
         hash (fd, checksum, (guint64) info.st_size, progress, user_data, cancellable, error);
  g_close (fd, NULL);

  return done ? g_strdup (g_checksum_get_string (checksum)) : NULL;
}

/*< private >
 * hostel_image_keep_digest:
 * @path: a file that was just made, and that nobody else writes
 * @sha256: its digest
 *
 * Spares the first machine that is made of it the reading.
 */
void
hostel_image_keep_digest (const char *path,
                          const char *sha256)
{
  g_autofree char *cache = cache_file (path);
  g_autofree char *description = NULL;
  struct stat info;

  if (g_stat (path, &info) != 0)
    return;

  description = describe (&info);
  cache_store (cache, description, sha256);
}
