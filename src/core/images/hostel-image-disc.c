/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "hostel-image"

#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <archive.h>
#include <archive_entry.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>

#include "hostel-error.h"
#include "hostel-image-disc.h"
#include "hostel-image-private.h"

#define BLOCK (64 * 1024)
/* A distribution's DVD has some 10,000 files. */
#define MAX_ENTRIES 200000
/* The largest initial RAM disk of libosinfo's discs is some 200 MiB. */
#define MAX_FILE (G_GINT64_CONSTANT (1) << 30)

typedef struct archive Archive;

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Archive, archive_read_free)

/* libarchive reads with the descriptor's own position; nobody else uses it. */
static Archive *
open_disc (int fd)
{
  g_autoptr (Archive) archive = archive_read_new ();

  if (lseek (fd, 0, SEEK_SET) != 0 ||
      archive_read_support_format_iso9660 (archive) != ARCHIVE_OK ||
      archive_read_open_fd (archive, fd, BLOCK) != ARCHIVE_OK)
    return NULL;

  return g_steal_pointer (&archive);
}

/* A name that this locale cannot write is only warned of. */
static gboolean
read_header (Archive               *archive,
             struct archive_entry **entry)
{
  int result = archive_read_next_header (archive, entry);

  return result == ARCHIVE_OK || result == ARCHIVE_WARN;
}

/* Without Rock Ridge or Joliet a disc has capital letters only. */
static gboolean
is_file (struct archive_entry *entry,
         const char           *name)
{
  const char *path = archive_entry_pathname (entry);

  while (path != NULL && (*path == '/' || g_str_has_prefix (path, "./")))
    path += *path == '/' ? 1 : 2;

  return path != NULL && archive_entry_filetype (entry) == AE_IFREG &&
         g_ascii_strcasecmp (path, name) == 0;
}

/* Ticks off what is in the disc: @found has two bits for each of @places. */
static void
tick_off (struct archive_entry *entry,
          GPtrArray            *places,
          guint8               *found)
{
  for (guint i = 0; i < places->len; i++)
    {
      const HostelInstallerFiles *files = g_ptr_array_index (places, i);

      found[i] |= (is_file (entry, files->kernel) ? 1 : 0) |
                  (is_file (entry, files->initrd) ? 2 : 0);
    }
}

/*< private >
 * hostel_image_file_find_installer:
 * @file: an open disc
 * @places: (element-type HostelInstallerFiles): where they may be, the surest place first
 *
 * Returns: (transfer full) (nullable): the place where both files are
 */
HostelInstallerFiles *
hostel_image_file_find_installer (HostelImageFile *file,
                                  GPtrArray       *places)
{
  g_autofree guint8 *found = g_new0 (guint8, places->len + 1);
  g_autoptr (Archive) archive = places->len > 0 ? open_disc (file->fd) : NULL;
  struct archive_entry *entry;

  for (guint i = 0; archive != NULL && i < MAX_ENTRIES; i++)
    {
      if (!read_header (archive, &entry))
        break;
      tick_off (entry, places, found);
      if (found[0] == 3)
        break;
    }

  for (guint i = 0; i < places->len; i++)
    if (found[i] == 3)
      {
        const HostelInstallerFiles *files = g_ptr_array_index (places, i);

        return hostel_installer_files_new (files->kernel, files->initrd);
      }

  return NULL;
}

static int
open_temporary (GError **error)
{
  g_autofree char *path = g_build_filename (g_get_user_cache_dir (), "hostel", "disc-XXXXXX", NULL);
  g_autofree char *dir = g_path_get_dirname (path);
  int fd;

  if (g_mkdir_with_parents (dir, 0700) < 0 ||
      (fd = g_mkstemp_full (path, O_RDWR | O_CLOEXEC, 0600)) < 0)
    {
      hostel_error_set (error, HOSTEL_ERROR_FAILED,
                        _("Make that directory writable, or set XDG_CACHE_HOME to one that is."),
                        g_strerror (errno), _("Nothing can be written to “%s”."), dir);
      return -1;
    }
  g_unlink (path);

  return fd;
}

static void
set_copy_error (Archive  *archive,
                GError  **error)
{
  int code = archive != NULL ? archive_errno (archive) : 0;
  gboolean full = code == ENOSPC || code == EDQUOT;

  hostel_error_set (error, full ? HOSTEL_ERROR_NO_SPACE : HOSTEL_ERROR_INVALID,
                    full ? _("Free some space, then try again.")
                         : _("Download or copy the disc again."),
                    archive != NULL ? archive_error_string (archive) : NULL,
                    _("The installer’s kernel cannot be read from the disc."));
}

static struct archive_entry *
find_entry (Archive      *archive,
            const char   *name,
            GCancellable *cancellable)
{
  struct archive_entry *entry;

  for (guint i = 0; i < MAX_ENTRIES && !g_cancellable_is_cancelled (cancellable); i++)
    {
      if (!read_header (archive, &entry))
        return NULL;
      if (is_file (entry, name))
        return entry;
    }

  return NULL;
}

static int
copy_file (Archive       *archive,
           const char    *name,
           GCancellable  *cancellable,
           GError       **error)
{
  struct archive_entry *entry = find_entry (archive, name, cancellable);
  int fd;

  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return -1;

  if (entry == NULL || archive_entry_size (entry) <= 0 || archive_entry_size (entry) > MAX_FILE)
    {
      set_copy_error (archive, error);
      return -1;
    }

  if ((fd = open_temporary (error)) >= 0 && archive_read_data_into_fd (archive, fd) != ARCHIVE_OK)
    {
      set_copy_error (archive, error);
      g_close (fd, NULL);
      return -1;
    }

  return fd;
}

/**
 * hostel_image_disc_open_file:
 * @path: an installation disc
 * @name: a file in it, as hostel_image_get_installer() has it
 * @size: (out): its bytes
 * @cancellable: (nullable): looked at until the file is found
 * @error: set to %HOSTEL_ERROR_INVALID where the disc has no such file or is damaged,
 *   %HOSTEL_ERROR_NO_SPACE, %HOSTEL_ERROR_FAILED where there is no place for temporary files, or
 *   %G_IO_ERROR_CANCELLED
 *
 * Copies the file to a temporary one without a name, which is gone when it is closed. Blocks: for a
 * worker.
 *
 * Returns: a file descriptor, to be closed by the caller; -1 on error
 */
int
hostel_image_disc_open_file (const char    *path,
                             const char    *name,
                             guint64       *size,
                             GCancellable  *cancellable,
                             GError       **error)
{
  Archive *archive = NULL;
  struct stat info;
  int fd = -1;
  int disc;

  g_return_val_if_fail (path != NULL, -1);
  g_return_val_if_fail (name != NULL, -1);

  disc = g_open (path, O_RDONLY | O_CLOEXEC | O_NONBLOCK, 0);
  if (disc >= 0 && (archive = open_disc (disc)) != NULL)
    fd = copy_file (archive, name, cancellable, error);
  else
    set_copy_error (NULL, error);

  if (archive != NULL)
    archive_read_free (archive);
  if (disc >= 0)
    g_close (disc, NULL);
  if (fd >= 0 && fstat (fd, &info) == 0)
    *size = (guint64) info.st_size;

  return fd;
}
