/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "hostel-image"

#include "config.h"

#include "hostel-image-store.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <archive.h>
#include <archive_entry.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>

#include "hostel-error.h"

#define PIECE (64 * 1024)
#define SPACE_STEP (G_GUINT64_CONSTANT (64) << 20)
#define RESERVE (G_GUINT64_CONSTANT (64) << 20)
/* A disk of zeros packs to a thousandth; more than that is made to fill somebody's disk. */
#define MAX_RATIO 20000

static const struct
{
  const char *magic;
  gsize       length;
  const char *suffix;
} packings[] = {
  { "\x1f\x8b", 2, ".gz" },
  { "BZh", 3, ".bz2" },
  { "\xfd" "7zXZ\0", 6, ".xz" },
  { "\x28\xb5\x2f\xfd", 4, ".zst" },
};

/**
 * hostel_image_is_packed:
 * @path: a file
 *
 * Returns: whether its first bytes are those of gzip, bzip2, xz or zstd
 */
gboolean
hostel_image_is_packed (const char *path)
{
  char bytes[6] = { 0 };
  int fd = g_open (path, O_RDONLY | O_CLOEXEC | O_NONBLOCK, 0);
  gssize n;

  if (fd < 0)
    return FALSE;
  n = read (fd, bytes, sizeof bytes);
  g_close (fd, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (packings); i++)
    if (n >= (gssize) packings[i].length &&
        memcmp (bytes, packings[i].magic, packings[i].length) == 0)
      return TRUE;

  return FALSE;
}

/**
 * hostel_image_dup_unpacked_name:
 * @name: "disk.qcow2.xz"
 *
 * Returns: (transfer full): "disk.qcow2"
 */
char *
hostel_image_dup_unpacked_name (const char *name)
{
  for (guint i = 0; i < G_N_ELEMENTS (packings); i++)
    if (g_str_has_suffix (name, packings[i].suffix) && strlen (name) > strlen (packings[i].suffix))
      return g_strndup (name, strlen (name) - strlen (packings[i].suffix));

  return g_strdup (name);
}

static gboolean
write_failed (int      code,
              GError **error)
{
  if (code == ENOSPC || code == EDQUOT)
    hostel_error_set (error, HOSTEL_ERROR_NO_SPACE, _("Free some space, then try again."),
                      g_strerror (code), _("The disk is too full to unpack the image."));
  else
    hostel_error_set (error, HOSTEL_ERROR_FAILED, _("Look whether the disk is in order."),
                      g_strerror (code), _("The unpacked image cannot be written."));

  return FALSE;
}

/* Zeros become a hole. */
static gboolean
write_piece (int            fd,
             const guint8  *data,
             gsize          length,
             GError       **error)
{
  if (data[0] == 0 && memcmp (data, data + 1, length - 1) == 0)
    return lseek (fd, (off_t) length, SEEK_CUR) >= 0 || write_failed (errno, error);

  while (length > 0)
    {
      gssize n = write (fd, data, length);

      if (n < 0 && errno == EINTR)
        continue;
      if (n < 0)
        return write_failed (errno, error);
      data += n;
      length -= (gsize) n;
    }

  return TRUE;
}

static gboolean
has_space (int fd)
{
  struct statvfs info;

  return fstatvfs (fd, &info) != 0 || (guint64) info.f_bavail * info.f_frsize > SPACE_STEP + RESERVE;
}

static gboolean
damaged (struct archive  *archive,
         GError         **error)
{
  hostel_error_set (error, HOSTEL_ERROR_INVALID, _("Download or copy it again."),
                    archive != NULL ? archive_error_string (archive) : NULL,
                    _("The packed image is damaged."));

  return FALSE;
}

static gboolean
copy_all (struct archive       *archive,
          int                   fd,
          guint64               packed_size,
          HostelProgressFunc    progress,
          gpointer              user_data,
          GCancellable         *cancellable,
          GError              **error)
{
  g_autofree guint8 *buffer = g_malloc (PIECE);
  guint64 done = 0;
  guint64 checked = 0;
  la_ssize_t n;

  while ((n = archive_read_data (archive, buffer, PIECE)) > 0)
    {
      if (g_cancellable_set_error_if_cancelled (cancellable, error))
        return FALSE;
      if (done >= checked)
        {
          if (!has_space (fd))
            return write_failed (ENOSPC, error);
          checked = done + SPACE_STEP;
        }
      if (done / MAX_RATIO > packed_size)
        return damaged (NULL, error);
      if (!write_piece (fd, buffer, (gsize) n, error))
        return FALSE;

      done += (guint64) n;
      if (progress)
        progress (MIN ((guint64) archive_filter_bytes (archive, -1), packed_size), packed_size,
                  user_data);
    }

  if (n < 0 || done == 0)
    return damaged (archive, error);

  return (ftruncate (fd, (off_t) done) == 0 && fsync (fd) == 0) || write_failed (errno, error);
}

static gboolean
unpack_to (const char           *path,
           int                   fd,
           HostelProgressFunc    progress,
           gpointer              user_data,
           GCancellable         *cancellable,
           GError              **error)
{
  struct archive *archive = archive_read_new ();
  struct archive_entry *entry;
  struct stat info;
  gboolean done;

  archive_read_support_filter_gzip (archive);
  archive_read_support_filter_bzip2 (archive);
  archive_read_support_filter_xz (archive);
  archive_read_support_filter_zstd (archive);
  archive_read_support_format_raw (archive);
  if (g_stat (path, &info) == 0 &&
      archive_read_open_filename (archive, path, PIECE) == ARCHIVE_OK &&
      archive_read_next_header (archive, &entry) == ARCHIVE_OK)
    done = copy_all (archive, fd, (guint64) info.st_size, progress, user_data, cancellable, error);
  else
    done = damaged (archive, error);
  archive_read_free (archive);

  return done;
}

/**
 * hostel_image_unpack:
 * @path: a file for which hostel_image_is_packed() is true
 * @target: the file to be, made anew
 * @progress: (nullable): called in this thread, with bytes of @path
 * @user_data: for @progress
 * @cancellable: (nullable): to stop it
 * @error: set to %HOSTEL_ERROR_INVALID for a damaged file, %HOSTEL_ERROR_NO_SPACE, or
 *   %G_IO_ERROR_CANCELLED
 *
 * Blocks. Where it fails, nothing is left of @target.
 */
gboolean
hostel_image_unpack (const char           *path,
                     const char           *target,
                     HostelProgressFunc    progress,
                     gpointer              user_data,
                     GCancellable         *cancellable,
                     GError              **error)
{
  int fd = g_open (target, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
  gboolean done;

  if (fd < 0)
    return write_failed (errno, error);

  done = unpack_to (path, fd, progress, user_data, cancellable, error);
  g_close (fd, NULL);
  if (!done)
    g_unlink (target);

  return done;
}
