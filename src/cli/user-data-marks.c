/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "hostel-cli"

#include "config.h"

#include <glib/gi18n.h>

#include "hostel-cloud-check.h"
#include "hostel-error.h"
#include "user-data-marks.h"

/* As compilers do, so that editors find the line. */
static guint
print_marks (const char *name,
             GPtrArray  *marks)
{
  guint errors = 0;

  for (guint i = 0; i < marks->len; i++)
    {
      HostelCloudMark *mark = g_ptr_array_index (marks, i);

      if (mark->kind == HOSTEL_CLOUD_MARK_ERROR)
        errors++;
      g_printerr (mark->kind == HOSTEL_CLOUD_MARK_ERROR ? _("%s:%u: error: %s\n")
                                                        : _("%s:%u: warning: %s\n"),
                  name, mark->line, mark->message);
    }

  return errors;
}

/**
 * hostel_cli_report_marks:
 * @name: of the file, as it was typed
 * @user_data: what is in it
 * @os_id: (nullable): libosinfo's id of the system that it is for
 * @strict: whether errors are refused
 * @error: return location for a #GError
 *
 * Prints on standard error what cloud-init and the system's tools would refuse, and what should be
 * looked at, with the lines. What is no text is not judged.
 *
 * Returns: %FALSE with a %HOSTEL_ERROR_INVALID where there are errors and @strict
 */
gboolean
hostel_cli_report_marks (const char  *name,
                         GBytes      *user_data,
                         const char  *os_id,
                         gboolean     strict,
                         GError     **error)
{
  const HostelCloudTarget target = hostel_cloud_target_for_os (os_id);
  g_autofree char *shown = g_filename_display_name (name);
  g_autofree char *text = NULL;
  g_autoptr (GPtrArray) marks = NULL;
  gsize size;
  const char *data = g_bytes_get_data (user_data, &size);
  guint errors;

  if (data == NULL || !g_utf8_validate_len (data, size, NULL))
    return TRUE;

  text = g_strndup (data, size);
  marks = hostel_cloud_check_for (text, -1, &target);
  errors = print_marks (shown, marks);
  if (errors == 0)
    return TRUE;

  if (strict)
    {
      hostel_error_set (error, HOSTEL_ERROR_INVALID, _("Mend it, or leave out --strict."), NULL,
                        _("The user-data has errors."));
      return FALSE;
    }

  g_printerr (_("Note: %s\n"), _("The first boot will not do all of this; with --strict such "
                                 "user-data is refused."));

  return TRUE;
}
