/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "hostel-file"

#include "config.h"

#include <glib/gi18n.h>

#include "hostel-file.h"

/**
 * hostel_file_read:
 * @file: a file that a person chose
 * @max: how many bytes may be wanted of it
 * @pipes: whether it may be a pipe or a device, which a window would wait for
 * @length: (out): the bytes read, @max + 1 where there are more than @max
 * @error: set as GIO says, to %G_IO_ERROR_NOT_REGULAR_FILE for a pipe or a device
 *
 * Blocks: for a worker. The caller clears what may hold a secret.
 *
 * Returns: (transfer full) (nullable): the bytes, and a NUL behind them
 */
char *
hostel_file_read (GFile     *file,
                  gsize      max,
                  gboolean   pipes,
                  gsize     *length,
                  GError   **error)
{
  g_autoptr (GFileInputStream) stream = NULL;
  g_autofree char *text = NULL;

  g_return_val_if_fail (G_IS_FILE (file), NULL);
  g_return_val_if_fail (length != NULL, NULL);

  if (!pipes && g_file_query_file_type (file, G_FILE_QUERY_INFO_NONE, NULL) == G_FILE_TYPE_SPECIAL)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_NOT_REGULAR_FILE,
                           _("It is a pipe or a device."));
      return NULL;
    }

  text = g_malloc (max + 2);
  if ((stream = g_file_read (file, NULL, error)) == NULL ||
      !g_input_stream_read_all (G_INPUT_STREAM (stream), text, max + 1, length, NULL, error))
    return NULL;
  text[*length] = '\0';

  return g_steal_pointer (&text);
}
