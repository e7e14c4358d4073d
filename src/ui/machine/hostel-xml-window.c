/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "hostel-xml-window"

#include "config.h"

#include <glib/gi18n.h>

#include "hostel-accessible.h"
#include "hostel-error.h"
#include "hostel-xml-window.h"

struct _HostelXmlWindow
{
  AdwWindow parent_instance;

  AdwToastOverlay *toasts;
  AdwWindowTitle  *title;
  GtkStack        *stack;
  GtkTextView     *text;
  AdwStatusPage   *error_page;
};

G_DEFINE_FINAL_TYPE (HostelXmlWindow, hostel_xml_window, ADW_TYPE_WINDOW)

static void
show_error (HostelXmlWindow *self,
            const GError    *error)
{
  const char *remedy = hostel_error_get_remedy (error);
  g_autofree char *text = g_strconcat (error->message, remedy ? " " : NULL, remedy, NULL);
  g_autofree char *markup = g_markup_escape_text (text, -1);

  adw_status_page_set_description (self->error_page, markup);
  gtk_stack_set_visible_child_name (self->stack, "error");
}

static void
loaded_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr (HostelXmlWindow) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autofree char *xml = hostel_domain_dup_xml_finish (HOSTEL_DOMAIN (source), result, &error);

  if (self->stack == NULL)
    return; /* closed meanwhile */

  if (xml == NULL)
    {
      show_error (self, error);
      return;
    }

  gtk_text_buffer_set_text (gtk_text_view_get_buffer (self->text), xml, -1);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "xml.copy", TRUE);
  gtk_stack_set_visible_child_name (self->stack, "xml");
  gtk_widget_grab_focus (GTK_WIDGET (self->text));
}

static void
copy (GtkWidget  *widget,
      const char *action_name,
      GVariant   *parameter)
{
  HostelXmlWindow *self = HOSTEL_XML_WINDOW (widget);
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (self->text);
  g_autofree char *xml = NULL;

  g_object_get (buffer, "text", &xml, NULL);
  gdk_clipboard_set_text (gtk_widget_get_clipboard (widget), xml);
  adw_toast_overlay_add_toast (self->toasts, adw_toast_new (_("Domain XML copied")));
}

static void
hostel_xml_window_dispose (GObject *object)
{
  HOSTEL_XML_WINDOW (object)->stack = NULL;

  G_OBJECT_CLASS (hostel_xml_window_parent_class)->dispose (object);
}

static void
hostel_xml_window_class_init (HostelXmlWindowClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = hostel_xml_window_dispose;

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/hostel/Hostel/hostel-xml-window.ui");
  gtk_widget_class_bind_template_child (widget_class, HostelXmlWindow, toasts);
  gtk_widget_class_bind_template_child (widget_class, HostelXmlWindow, title);
  gtk_widget_class_bind_template_child (widget_class, HostelXmlWindow, stack);
  gtk_widget_class_bind_template_child (widget_class, HostelXmlWindow, text);
  gtk_widget_class_bind_template_child (widget_class, HostelXmlWindow, error_page);

  gtk_widget_class_install_action (widget_class, "xml.copy", NULL, copy);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "window.close", NULL);
}

static void
hostel_xml_window_init (HostelXmlWindow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "xml.copy", FALSE);
  hostel_accessible_mend (GTK_WIDGET (self));
}

/**
 * hostel_xml_window_new:
 * @parent: the window that it stands on
 * @domain: the machine
 *
 * Returns: (transfer none): a window that reads the XML and shows it
 */
HostelXmlWindow *
hostel_xml_window_new (GtkWindow    *parent,
                       HostelDomain *domain)
{
  HostelXmlWindow *self;

  g_return_val_if_fail (GTK_IS_WINDOW (parent), NULL);
  g_return_val_if_fail (HOSTEL_IS_DOMAIN (domain), NULL);

  self = g_object_new (HOSTEL_TYPE_XML_WINDOW, "transient-for", parent, NULL);
  adw_window_title_set_subtitle (self->title, hostel_domain_get_name (domain));
  hostel_domain_dup_xml_async (domain, loaded_cb, g_object_ref (self));

  return self;
}
