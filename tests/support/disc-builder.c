/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <fcntl.h>
#include <unistd.h>

#include <archive.h>
#include <archive_entry.h>
#include <glib/gstdio.h>

#include "disc-builder.h"

static void
add (struct archive *archive,
     const char     *path,
     GBytes         *contents)
{
  struct archive_entry *entry = archive_entry_new ();
  gsize size;
  const void *data = g_bytes_get_data (contents, &size);

  archive_entry_set_pathname (entry, path);
  archive_entry_set_filetype (entry, AE_IFREG);
  archive_entry_set_perm (entry, 0444);
  archive_entry_set_size (entry, (gint64) size);
  g_assert_cmpint (archive_write_header (archive, entry), ==, ARCHIVE_OK);
  g_assert_cmpint (archive_write_data (archive, data, size), ==, (gssize) size);
  archive_entry_free (entry);
}

/* libarchive would make capitals and "_" of it, as the standard wants and few discs do. */
static void
write_label (const char *path,
             const char *volume_id)
{
  char label[33];
  int fd = g_open (path, O_WRONLY | O_CLOEXEC, 0);

  g_snprintf (label, sizeof label, "%-32s", volume_id);
  g_assert_cmpint (pwrite (fd, label, 32, 16 * 2048 + 40), ==, 32);
  g_close (fd, NULL);
}

void
disc_build (const char *path,
            const char *volume_id,
            const char *kernel_path,
            GBytes     *kernel,
            const char *initrd_path,
            GBytes     *initrd)
{
  struct archive *archive = archive_write_new ();
  g_autofree guint8 *zeros = g_malloc0 (2048);
  g_autoptr (GBytes) loader = g_bytes_new (zeros, 2048);

  archive_write_set_format_iso9660 (archive);
  archive_write_set_option (archive, NULL, "boot", "boot/loader");
  archive_write_set_option (archive, NULL, "boot-type", "no-emulation");
  g_assert_cmpint (archive_write_open_filename (archive, path), ==, ARCHIVE_OK);
  add (archive, "boot/loader", loader);
  add (archive, kernel_path, kernel);
  add (archive, initrd_path, initrd);
  g_assert_cmpint (archive_write_close (archive), ==, ARCHIVE_OK);
  archive_write_free (archive);
  write_label (path, volume_id);
}
