/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "hostel-tell"

#include "config.h"

#include "hostel-error.h"
#include "hostel-tell.h"

/**
 * hostel_tell:
 * @widget: the main window or what is in it
 * @text: what happened, plain text
 *
 * Shown in a toast.
 */
void
hostel_tell (GtkWidget  *widget,
             const char *text)
{
  g_return_if_fail (GTK_IS_WIDGET (widget));
  g_return_if_fail (text != NULL);

  gtk_widget_activate_action (widget, "win.toast", "s", text);
}

/**
 * hostel_tell_undo:
 * @widget: the main window or what is in it
 * @text: what was done, plain text
 * @action: the full name of the action that undoes it, such as "machine.undo-change"
 *
 * Shown in a toast with an Undo.
 */
void
hostel_tell_undo (GtkWidget  *widget,
                  const char *text,
                  const char *action)
{
  g_return_if_fail (GTK_IS_WIDGET (widget));
  g_return_if_fail (text != NULL);
  g_return_if_fail (action != NULL);

  gtk_widget_activate_action (widget, "win.toast-undo", "(ss)", text, action);
}

/**
 * hostel_tell_error:
 * @widget: the main window or what is in it
 * @title: what did not work, plain text without a full stop
 * @error: why; nothing is shown for %G_IO_ERROR_CANCELLED
 *
 * Told in a toast; its Details show cause, remedy and the library's own text.
 */
void
hostel_tell_error (GtkWidget    *widget,
                   const char   *title,
                   const GError *error)
{
  const char *remedy;
  const char *details;

  g_return_if_fail (GTK_IS_WIDGET (widget));
  g_return_if_fail (title != NULL);
  g_return_if_fail (error != NULL);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;

  g_debug ("%s: %s", title, error->message);
  remedy = hostel_error_get_remedy (error);
  details = hostel_error_get_details (error);
  gtk_widget_activate_action (widget, "win.tell-error", "(ssss)", title, error->message,
                              remedy ? remedy : "", details ? details : "");
}
