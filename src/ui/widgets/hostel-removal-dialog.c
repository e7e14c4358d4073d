/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "hostel-removal-dialog"

#include "config.h"

#include <adwaita.h>
#include <glib/gi18n.h>

#include "hostel-accessible.h"
#include "hostel-removal-dialog.h"

/**
 * hostel_removal_dialog_ask:
 * @row: the row that asks
 * @name: of what is to go
 * @body: what removing it means
 *
 * Returns: (transfer none): a dialog that has been shown; its "response" is `remove` or `keep`
 */
GtkWidget *
hostel_removal_dialog_ask (GtkWidget  *row,
                           const char *name,
                           const char *body)
{
  g_autofree char *heading = NULL;
  GtkWidget *dialog;

  g_return_val_if_fail (GTK_IS_WIDGET (row), NULL);
  g_return_val_if_fail (name != NULL, NULL);

  heading = g_strdup_printf (_("Remove “%s”?"), name);
  dialog = adw_message_dialog_new (GTK_WINDOW (gtk_widget_get_root (row)), heading, body);
  adw_message_dialog_add_responses (ADW_MESSAGE_DIALOG (dialog), "keep", _("_Keep"),
                                    "remove", _("_Remove"), NULL);
  adw_message_dialog_set_response_appearance (ADW_MESSAGE_DIALOG (dialog), "remove",
                                              ADW_RESPONSE_DESTRUCTIVE);
  adw_message_dialog_set_default_response (ADW_MESSAGE_DIALOG (dialog), "keep");
  adw_message_dialog_set_close_response (ADW_MESSAGE_DIALOG (dialog), "keep");
  hostel_accessible_mend (dialog);
  gtk_window_present (GTK_WINDOW (dialog));

  return dialog;
}
