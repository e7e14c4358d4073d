/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "hostel-user-data-file"

#include "config.h"

#include <glib/gi18n.h>

#include "hostel-cloud-config.h"
#include "hostel-error.h"
#include "hostel-file.h"
#include "hostel-user-data-file.h"

static void
load_worker (GTask        *task,
             gpointer      source_object,
             gpointer      task_data,
             GCancellable *cancellable)
{
  g_autofree char *name = g_file_get_basename (source_object);
  g_autoptr (GError) error = NULL;
  gsize length = 0;
  g_autofree char *text =
    hostel_file_read (source_object, HOSTEL_CLOUD_CONFIG_MAX_SIZE, FALSE, &length, &error);

  if (text == NULL)
    {
      g_task_return_error (task,
                           hostel_error_new (HOSTEL_ERROR_NOT_FOUND, _("Choose another file."),
                                             error->message, _("“%s” could not be read."), name));
      return;
    }

  if (length > HOSTEL_CLOUD_CONFIG_MAX_SIZE)
    {
      g_task_return_error (task,
                           hostel_error_new (HOSTEL_ERROR_INVALID, _("Choose another file."), NULL,
                                             _("“%s” is larger than user-data can be, 1 MiB."),
                                             name));
      return;
    }

  g_task_return_pointer (task, g_bytes_new_take (g_steal_pointer (&text), length),
                         (GDestroyNotify) g_bytes_unref);
}

/**
 * hostel_user_data_file_load_async:
 * @file: a person's own user-data
 * @callback: called on the main thread
 *
 * Reads @file in a worker, HOSTEL_CLOUD_CONFIG_MAX_SIZE bytes of it at most.
 */
void
hostel_user_data_file_load_async (GFile               *file,
                                  GAsyncReadyCallback  callback,
                                  gpointer             user_data)
{
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (G_IS_FILE (file));

  task = g_task_new (file, NULL, callback, user_data);
  g_task_set_source_tag (task, hostel_user_data_file_load_async);
  g_task_run_in_thread (task, load_worker);
}

/**
 * hostel_user_data_file_load_finish:
 * @error: set to %HOSTEL_ERROR where the file cannot be read or is too large
 *
 * Returns: (transfer full): the bytes, or %NULL
 */
GBytes *
hostel_user_data_file_load_finish (GFile         *file,
                                   GAsyncResult  *result,
                                   GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, file), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
