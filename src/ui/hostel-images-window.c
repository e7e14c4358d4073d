#define G_LOG_DOMAIN "hostel-images-window"

#include "config.h"

#include <glib/gi18n.h>

#include "hostel-accessible.h"
#include "hostel-images-window.h"
#include "hostel-kept-images.h"
#include "hostel-shared-images.h"

struct _HostelImagesWindow
{
  AdwWindow parent_instance;

  AdwPreferencesPage *page; /* borrowed: a template child */
};

G_DEFINE_FINAL_TYPE (HostelImagesWindow, hostel_images_window, ADW_TYPE_WINDOW)

static void
hostel_images_window_class_init (HostelImagesWindowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  g_type_ensure (HOSTEL_TYPE_KEPT_IMAGES);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/hostel/Hostel/hostel-images-window.ui");
  gtk_widget_class_bind_template_child (widget_class, HostelImagesWindow, page);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "window.close", NULL);
}

static void
hostel_images_window_init (HostelImagesWindow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  hostel_accessible_mend (GTK_WIDGET (self));
}

/**
 * hostel_images_window_new:
 * @parent: the window that it stands on
 * @hosts: a list of HostelConnection
 *
 * Returns: (transfer none): a window that reads the images and shows them
 */
HostelImagesWindow *
hostel_images_window_new (GtkWindow  *parent,
                          GListModel *hosts)
{
  HostelImagesWindow *self;

  g_return_val_if_fail (parent == NULL || GTK_IS_WINDOW (parent), NULL);
  g_return_val_if_fail (G_IS_LIST_MODEL (hosts), NULL);

  self = g_object_new (HOSTEL_TYPE_IMAGES_WINDOW, "transient-for", parent, NULL);
  for (guint i = 0; i < g_list_model_get_n_items (hosts); i++)
    {
      g_autoptr (HostelConnection) connection = g_list_model_get_item (hosts, i);

      adw_preferences_page_add (self->page,
                                ADW_PREFERENCES_GROUP (hostel_shared_images_new (connection)));
    }

  return self;
}

/**
 * hostel_images_window_ask_removal:
 * @row: the row that asks
 * @name: of the image
 * @body: what removing it means
 *
 * Returns: (transfer none): a dialog that has been shown; its "response" is `remove` or `keep`
 */
GtkWidget *
hostel_images_window_ask_removal (GtkWidget  *row,
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
