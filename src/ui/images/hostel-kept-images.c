/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "hostel-kept-images"

#include "config.h"

#include <glib/gi18n.h>

#include "hostel-accessible.h"
#include "hostel-error.h"
#include "hostel-file-choice.h"
#include "hostel-image-fetches.h"
#include "hostel-kept-images.h"
#include "hostel-kept-row.h"

struct _HostelKeptImages
{
  AdwPreferencesGroup   parent_instance;

  GtkListBox           *list;          /* borrowed: template children */
  AdwActionRow         *empty_row;
  AdwActionRow         *import_row;
  GtkWidget            *import_button;

  GCancellable         *cancellable;   /* owned: the import under way, nullable */
  char                 *import_name;   /* owned, nullable */
  guint                 disposed : 1;
};

G_DEFINE_FINAL_TYPE (HostelKeptImages, hostel_kept_images, ADW_TYPE_PREFERENCES_GROUP)

static void load (HostelKeptImages *self);

static void
show_import (HostelKeptImages *self,
             const char       *text,
             const GError     *error)
{
  g_autofree char *markup = text != NULL ? g_markup_escape_text (text, -1) : NULL;

  gtk_widget_set_visible (GTK_WIDGET (self->import_row), text != NULL || error != NULL);
  gtk_widget_set_sensitive (self->import_button, self->cancellable == NULL);
  if (error != NULL)
    {
      const char *remedy = hostel_error_get_remedy (error);
      g_autofree char *sentence = g_strjoin (" ", error->message, remedy, NULL);

      g_free (markup);
      markup = g_markup_escape_text (sentence, -1);
    }
  adw_action_row_set_subtitle (self->import_row, markup != NULL ? markup : "");
}

static void
import_progress_cb (guint64  done,
                    guint64  total,
                    gpointer user_data)
{
  HostelKeptImages *self = user_data;
  g_autofree char *text = NULL;

  if (self->disposed)
    return;

  text = g_strdup_printf (_("Importing… %u %%"), total > 0 ? (guint) (done * 100 / total) : 0);
  show_import (self, text, NULL);
}

static void
imported_cb (GObject      *object,
             GAsyncResult *result,
             gpointer      user_data)
{
  g_autoptr (HostelKeptImages) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (HostelStoredImage) image = hostel_image_store_finish (result, &error);

  g_clear_object (&self->cancellable);
  if (self->disposed)
    return;

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    g_clear_error (&error);
  show_import (self, NULL, error);
  load (self);
}

static void
import (HostelKeptImages *self,
        const char       *path)
{
  g_autofree char *name = g_filename_display_basename (path);
  g_autofree char *markup = g_markup_escape_text (name, -1);

  self->cancellable = g_cancellable_new ();
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->import_row), markup);
  show_import (self, _("Importing…"), NULL);
  hostel_image_store_import_async (path, import_progress_cb, self, self->cancellable, imported_cb,
                                   g_object_ref (self));
}

static void
file_chosen (GtkWidget *widget,
             GFile     *file)
{
  HostelKeptImages *self = HOSTEL_KEPT_IMAGES (widget);

  if (self->cancellable == NULL)
    import (self, g_file_peek_path (file));
}

static void
import_action (GtkWidget  *widget,
               const char *action_name,
               GVariant   *parameter)
{
  HostelKeptImages *self = HOSTEL_KEPT_IMAGES (widget);
  GtkFileChooserNative *chooser = NULL;

  if (self->cancellable == NULL)
    chooser = hostel_file_choice_new (widget, _("Import a Disk Image"),
                                      GTK_FILE_CHOOSER_ACTION_OPEN, _("_Import"), file_chosen);
  if (chooser != NULL)
    gtk_native_dialog_show (GTK_NATIVE_DIALOG (chooser));
}

static void
stop_action (GtkWidget  *widget,
             const char *action_name,
             GVariant   *parameter)
{
  HostelKeptImages *self = HOSTEL_KEPT_IMAGES (widget);

  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
  else
    show_import (self, NULL, NULL);
}

static void
newer_action (GtkWidget  *widget,
              const char *action_name,
              GVariant   *parameter)
{
  HostelKeptImages *self = HOSTEL_KEPT_IMAGES (widget);

  for (GtkWidget *child = gtk_widget_get_first_child (GTK_WIDGET (self->list)); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    if (HOSTEL_IS_KEPT_ROW (child))
      hostel_kept_row_look_for_newer (HOSTEL_KEPT_ROW (child));
}

static void
show_empty (HostelKeptImages *self)
{
  gboolean empty = TRUE;

  for (GtkWidget *child = gtk_widget_get_first_child (GTK_WIDGET (self->list)); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    if (HOSTEL_IS_KEPT_ROW (child))
      empty = FALSE;
  gtk_widget_set_visible (GTK_WIDGET (self->empty_row), empty);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "images.newer", !empty);
}

static void
clear (HostelKeptImages *self)
{
  GtkWidget *child = gtk_widget_get_first_child (GTK_WIDGET (self->list));

  while (child != NULL)
    {
      GtkWidget *next = gtk_widget_get_next_sibling (child);

      if (HOSTEL_IS_KEPT_ROW (child))
        gtk_list_box_remove (self->list, child);
      child = next;
    }
}

static void
removed_cb (HostelKeptImages *self,
            GtkWidget        *row)
{
  gtk_list_box_remove (self->list, row);
  show_empty (self);
}

static void
loaded_cb (GObject      *object,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr (HostelKeptImages) self = user_data;
  g_autoptr (GPtrArray) images = hostel_image_store_list_finish (result, NULL);

  if (self->disposed || images == NULL)
    return;

  clear (self);
  for (guint i = 0; i < images->len; i++)
    {
      GtkWidget *row = hostel_kept_row_new (images->pdata[i]);

      g_signal_connect_object (row, "removed", G_CALLBACK (removed_cb), self, G_CONNECT_SWAPPED);
      gtk_list_box_append (self->list, row);
    }
  show_empty (self);
}

static void
load (HostelKeptImages *self)
{
  hostel_image_store_list_async (NULL, loaded_cb, g_object_ref (self));
}

static void
fetch_ended_cb (HostelKeptImages  *self,
                HostelImageEntry  *entry,
                HostelStoredImage *image,
                const GError      *error)
{
  if (image != NULL)
    load (self);
}

static void
hostel_kept_images_dispose (GObject *object)
{
  HostelKeptImages *self = HOSTEL_KEPT_IMAGES (object);

  self->disposed = TRUE;
  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);

  G_OBJECT_CLASS (hostel_kept_images_parent_class)->dispose (object);
}

static void
hostel_kept_images_class_init (HostelKeptImagesClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = hostel_kept_images_dispose;

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/hostel/Hostel/hostel-kept-images.ui");
  gtk_widget_class_bind_template_child (widget_class, HostelKeptImages, list);
  gtk_widget_class_bind_template_child (widget_class, HostelKeptImages, empty_row);
  gtk_widget_class_bind_template_child (widget_class, HostelKeptImages, import_row);
  gtk_widget_class_bind_template_child (widget_class, HostelKeptImages, import_button);
  gtk_widget_class_install_action (widget_class, "images.import", NULL, import_action);
  gtk_widget_class_install_action (widget_class, "images.stop-import", NULL, stop_action);
  gtk_widget_class_install_action (widget_class, "images.newer", NULL, newer_action);
}

static void
hostel_kept_images_init (HostelKeptImages *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  hostel_accessible_mend (GTK_WIDGET (self));
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "images.newer", FALSE);
  g_signal_connect_object (hostel_image_fetches_get_default (), "ended",
                           G_CALLBACK (fetch_ended_cb), self, G_CONNECT_SWAPPED);
  load (self);
}
