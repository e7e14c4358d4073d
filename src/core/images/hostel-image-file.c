/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "hostel-image"

#include "config.h"

#include <errno.h>
#include <unistd.h>

#include <glib/gi18n.h>

#include "hostel-error.h"
#include "hostel-image-private.h"
#include "hostel-shell.h"

/*< private >
 * hostel_image_file_read_at:
 * @file: an open file
 * @offset: where to read, in bytes
 * @buffer: room for @length bytes
 * @length: how many bytes
 *
 * Returns: %TRUE if all of them could be read
 */
gboolean
hostel_image_file_read_at (HostelImageFile *file,
                           guint64          offset,
                           gpointer         buffer,
                           gsize            length)
{
  guint8 *p = buffer;

  if (offset > G_MAXINT64 - length)
    return FALSE;

  while (length > 0)
    {
      gssize n = pread (file->fd, p, length, (off_t) offset);

      if (n < 0 && errno == EINTR)
        continue;
      if (n <= 0)
        return FALSE;

      p += n;
      offset += (guint64) n;
      length -= (gsize) n;
    }

  return TRUE;
}

/*< private >
 * hostel_image_file_damaged:
 * @file: a file
 * @details: what is wrong with it, for those who know the format
 * @error: set to %HOSTEL_ERROR_INVALID
 *
 * Returns: %FALSE
 */
gboolean
hostel_image_file_damaged (HostelImageFile  *file,
                           const char       *details,
                           GError          **error)
{
  hostel_error_set (error, HOSTEL_ERROR_INVALID,
                    _("Download or copy it again; “qemu-img check” tells more."), details,
                    _("“%s” is a damaged image."), file->name);

  return FALSE;
}

/*< private >
 * hostel_image_file_dup_word:
 * @file: a file
 *
 * Returns: (transfer full): the file in a command that can be pasted where the person is
 */
char *
hostel_image_file_dup_word (HostelImageFile *file)
{
  return hostel_shell_quote_path (file->path);
}
