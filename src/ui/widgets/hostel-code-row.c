/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "hostel-code-row"

#include "config.h"

#include <glib/gi18n.h>

#include "hostel-accessible.h"
#include "hostel-code-row.h"

struct _HostelCodeRow
{
  HostelExpanderRow  parent_instance;

  GtkWidget         *copy_button; /* borrowed: template children */
  GtkTextView       *view;
};

G_DEFINE_FINAL_TYPE (HostelCodeRow, hostel_code_row, HOSTEL_TYPE_EXPANDER_ROW)

static void
copy_action (GtkWidget  *widget,
             const char *action_name,
             GVariant   *parameter)
{
  HostelCodeRow *self = HOSTEL_CODE_ROW (widget);
  g_autofree char *text = hostel_code_row_dup_text (self);

  gdk_clipboard_set_text (gtk_widget_get_clipboard (widget), text);
  gtk_widget_activate_action (widget, "dialog.toast", "s", _("Copied"));
}

static void
title_changed_cb (HostelCodeRow *self)
{
  const char *title = adw_preferences_row_get_title (ADW_PREFERENCES_ROW (self));
  g_autofree char *copy = g_strdup_printf (_("Copy “%s”"), title);

  gtk_widget_set_tooltip_text (self->copy_button, copy);
  hostel_accessible_set_label (GTK_WIDGET (self->view), title);
  hostel_accessible_mend (GTK_WIDGET (self));
}

static void
hostel_code_row_class_init (HostelCodeRowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/hostel/Hostel/hostel-code-row.ui");
  gtk_widget_class_bind_template_child (widget_class, HostelCodeRow, copy_button);
  gtk_widget_class_bind_template_child (widget_class, HostelCodeRow, view);
  gtk_widget_class_install_action (widget_class, "code.copy", NULL, copy_action);
}

static void
hostel_code_row_init (HostelCodeRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  g_signal_connect (self, "notify::title", G_CALLBACK (title_changed_cb), NULL);
}

/**
 * hostel_code_row_set_text:
 * @text: (nullable): what to show
 */
void
hostel_code_row_set_text (HostelCodeRow *self,
                          const char    *text)
{
  g_return_if_fail (HOSTEL_IS_CODE_ROW (self));

  gtk_text_buffer_set_text (gtk_text_view_get_buffer (self->view), text != NULL ? text : "", -1);
}

/**
 * hostel_code_row_dup_text:
 *
 * Returns: (transfer full): what is shown
 */
char *
hostel_code_row_dup_text (HostelCodeRow *self)
{
  char *text;

  g_return_val_if_fail (HOSTEL_IS_CODE_ROW (self), NULL);

  g_object_get (gtk_text_view_get_buffer (self->view), "text", &text, NULL);

  return text;
}
