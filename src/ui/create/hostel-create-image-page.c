/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "hostel-create-image-page"

#include "config.h"

#include <glib/gi18n.h>

#include "hostel-accessible.h"
#include "hostel-catalogue-group.h"
#include "hostel-create-image-page.h"
#include "hostel-field.h"
#include "hostel-file-choice.h"
#include "hostel-image-row.h"
#include "hostel-image-text.h"
#include "hostel-path-completion.h"
#include "hostel-path-text.h"
#include "hostel-recent-images.h"

/* Long enough that a file is not looked at for every letter, short enough to seem at once. */
#define LOOK_DELAY_MS 150

struct _HostelCreateImagePage
{
  HostelCreatePage      parent_instance;

  AdwEntryRow          *path_row;        /* borrowed: template children */
  GtkWidget            *choose_button;
  AdwPreferencesGroup  *recent_group;
  HostelCatalogueGroup *catalogue_group;

  GPtrArray            *recent_rows;     /* owned, of borrowed HostelImageRow */
  GCancellable         *cancellable;     /* owned, nullable: the look under way */
  guint                 look_source;
  guint                 next_when_good : 1; /* Enter was pressed before the verdict */
};

G_DEFINE_FINAL_TYPE (HostelCreateImagePage, hostel_create_image_page, HOSTEL_TYPE_CREATE_PAGE)

static HostelCreateModel *
get_model (HostelCreateImagePage *self)
{
  return hostel_create_page_get_model (HOSTEL_CREATE_PAGE (self));
}

static void
mark_chosen (HostelCreateImagePage *self,
             const char            *path)
{
  guint i;

  for (i = 0; i < self->recent_rows->len; i++)
    {
      HostelImageRow *row = g_ptr_array_index (self->recent_rows, i);

      hostel_image_row_set_selected (row, g_strcmp0 (hostel_image_row_get_path (row), path) == 0);
    }
  hostel_catalogue_group_set_chosen (self->catalogue_group, path);
}

static void
show_problem (HostelCreateImagePage *self,
              const char            *error,
              const char            *problem)
{
  hostel_field_set_message (self->path_row, error, NULL);
  hostel_create_page_set_problem (HOSTEL_CREATE_PAGE (self), problem);
}

static void
loaded_cb (GObject      *object,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr (HostelCreateImagePage) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (HostelImage) image = hostel_image_load_finish (result, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED) || get_model (self) == NULL)
    return;

  g_clear_object (&self->cancellable);
  if (image != NULL)
    {
      hostel_create_model_set_image (get_model (self), image);
      mark_chosen (self, hostel_image_get_path (image));
      if (self->next_when_good)
        gtk_widget_activate_action (GTK_WIDGET (self), "dialog.next", NULL);
      self->next_when_good = FALSE;
      return;
    }

  hostel_field_set_error (self->path_row, error, NULL);
  hostel_create_page_set_problem (HOSTEL_CREATE_PAGE (self), error->message);
}

static void
look (HostelCreateImagePage *self)
{
  g_autofree char *path = hostel_path_expand (gtk_editable_get_text (GTK_EDITABLE (self->path_row)));

  if (*path == '\0')
    {
      show_problem (self, NULL, _("Choose an image first."));
      return;
    }
  if (!g_path_is_absolute (path))
    {
      show_problem (self, _("Write the whole path, from “/” or “~/” on."),
                    _("The image's path is not complete."));
      return;
    }

  self->cancellable = g_cancellable_new ();
  hostel_image_load_async (path, self->cancellable, loaded_cb, g_object_ref (self));
}

static gboolean
look_cb (gpointer user_data)
{
  HostelCreateImagePage *self = user_data;

  self->look_source = 0;
  look (self);

  return G_SOURCE_REMOVE;
}

static void
cancel_look (HostelCreateImagePage *self)
{
  g_clear_handle_id (&self->look_source, g_source_remove);
  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
}

static void
path_changed_cb (HostelCreateImagePage *self)
{
  cancel_look (self);
  self->next_when_good = FALSE;
  if (get_model (self) == NULL)
    return;

  if (*gtk_editable_get_text (GTK_EDITABLE (self->path_row)) != '\0')
    hostel_create_model_touch (get_model (self));
  hostel_create_model_set_image (get_model (self), NULL);
  mark_chosen (self, NULL);
  show_problem (self, NULL, _("Looking at the image…"));
  self->look_source = g_timeout_add (LOOK_DELAY_MS, look_cb, self);
}

static void
entry_activated_cb (HostelCreateImagePage *self)
{
  if (self->look_source != 0 || self->cancellable != NULL)
    self->next_when_good = TRUE;
  else
    gtk_widget_activate_action (GTK_WIDGET (self), "dialog.next", NULL);
}

static void
file_chosen (GtkWidget *widget,
             GFile     *file)
{
  hostel_create_image_page_set_path (HOSTEL_CREATE_IMAGE_PAGE (widget), g_file_peek_path (file));
}

static void
choose_action (GtkWidget  *widget,
               const char *action_name,
               GVariant   *parameter)
{
  GtkFileChooserNative *chooser =
    hostel_file_choice_new (widget, _("Choose a Disk Image"), GTK_FILE_CHOOSER_ACTION_OPEN, NULL,
                            file_chosen);
  g_autoptr (GtkFileFilter) images = gtk_file_filter_new ();
  g_autoptr (GtkFileFilter) all = gtk_file_filter_new ();

  if (chooser == NULL)
    return;

  gtk_file_filter_set_name (images, _("Disk Images"));
  gtk_file_filter_add_suffix (images, "qcow2");
  gtk_file_filter_add_suffix (images, "img");
  gtk_file_filter_add_suffix (images, "raw");
  gtk_file_filter_add_suffix (images, "iso");
  gtk_file_chooser_add_filter (GTK_FILE_CHOOSER (chooser), images);
  gtk_file_filter_set_name (all, _("All Files"));
  gtk_file_filter_add_pattern (all, "*");
  gtk_file_chooser_add_filter (GTK_FILE_CHOOSER (chooser), all);

  gtk_native_dialog_show (GTK_NATIVE_DIALOG (chooser));
}

static void
recent_chosen_cb (HostelCreateImagePage *self,
                  HostelImageRow        *row)
{
  hostel_create_image_page_set_path (self, hostel_image_row_get_path (row));
}

static void
recent_forgotten_cb (HostelCreateImagePage *self,
                     HostelImageRow        *row)
{
  hostel_recent_images_remove (hostel_image_row_get_path (row));
  g_ptr_array_remove (self->recent_rows, row);
  adw_preferences_group_remove (self->recent_group, GTK_WIDGET (row));
  gtk_widget_set_visible (GTK_WIDGET (self->recent_group), self->recent_rows->len > 0);
}

static void
fill_recent (HostelCreateImagePage *self)
{
  g_auto (GStrv) paths = hostel_recent_images_dup ();
  guint i;

  for (i = 0; paths[i] != NULL; i++)
    {
      GtkWidget *row = hostel_image_row_new (paths[i]);

      g_signal_connect_object (row, "chosen", G_CALLBACK (recent_chosen_cb), self,
                               G_CONNECT_SWAPPED);
      g_signal_connect_object (row, "forgotten", G_CALLBACK (recent_forgotten_cb), self,
                               G_CONNECT_SWAPPED);
      adw_preferences_group_add (self->recent_group, row);
      g_ptr_array_add (self->recent_rows, row);
    }

  gtk_widget_set_visible (GTK_WIDGET (self->recent_group), i > 0);
}

static void
catalogue_chosen_cb (HostelCreateImagePage *self,
                     const char            *path)
{
  hostel_create_image_page_set_path (self, path);
}

static void
hostel_create_image_page_bind (HostelCreatePage *page)
{
  HostelCreateImagePage *self = HOSTEL_CREATE_IMAGE_PAGE (page);

  hostel_create_page_set_problem (page, _("Choose an image first."));
  fill_recent (self);
}

static void
hostel_create_image_page_refresh (HostelCreatePage *page)
{
  HostelCreateImagePage *self = HOSTEL_CREATE_IMAGE_PAGE (page);
  HostelCreateModel *model = hostel_create_page_get_model (page);
  HostelImage *image = hostel_machine_spec_get_image (hostel_create_model_get_spec (model));
  g_autofree char *text = NULL;

  if (image == NULL)
    return;

  text = hostel_image_dup_description (image, hostel_create_model_get_os (model));
  hostel_field_set_message (self->path_row, NULL, text);
  hostel_create_page_set_problem (page, NULL);
}

static void
hostel_create_image_page_focus_first (HostelCreatePage *page)
{
  HostelCreateImagePage *self = HOSTEL_CREATE_IMAGE_PAGE (page);

  gtk_widget_grab_focus (GTK_WIDGET (self->path_row));
}

static void
hostel_create_image_page_dispose (GObject *object)
{
  HostelCreateImagePage *self = HOSTEL_CREATE_IMAGE_PAGE (object);

  cancel_look (self);

  G_OBJECT_CLASS (hostel_create_image_page_parent_class)->dispose (object);
}

static void
hostel_create_image_page_finalize (GObject *object)
{
  HostelCreateImagePage *self = HOSTEL_CREATE_IMAGE_PAGE (object);

  g_clear_pointer (&self->recent_rows, g_ptr_array_unref);

  G_OBJECT_CLASS (hostel_create_image_page_parent_class)->finalize (object);
}

static void
hostel_create_image_page_class_init (HostelCreateImagePageClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  HostelCreatePageClass *page_class = HOSTEL_CREATE_PAGE_CLASS (klass);

  object_class->dispose = hostel_create_image_page_dispose;
  object_class->finalize = hostel_create_image_page_finalize;
  page_class->bind = hostel_create_image_page_bind;
  page_class->concerns = HOSTEL_CREATE_CONCERN_IMAGE;
  page_class->refresh = hostel_create_image_page_refresh;
  page_class->focus_first = hostel_create_image_page_focus_first;

  g_type_ensure (HOSTEL_TYPE_CATALOGUE_GROUP);

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/hostel/Hostel/hostel-create-image-page.ui");
  gtk_widget_class_bind_template_child (widget_class, HostelCreateImagePage, path_row);
  gtk_widget_class_bind_template_child (widget_class, HostelCreateImagePage, choose_button);
  gtk_widget_class_bind_template_child (widget_class, HostelCreateImagePage, recent_group);
  gtk_widget_class_bind_template_child (widget_class, HostelCreateImagePage, catalogue_group);
  gtk_widget_class_bind_template_callback (widget_class, path_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, entry_activated_cb);
  gtk_widget_class_bind_template_callback (widget_class, catalogue_chosen_cb);
  gtk_widget_class_install_action (widget_class, "image.choose", NULL, choose_action);
}

static void
hostel_create_image_page_init (HostelCreateImagePage *self)
{
  self->recent_rows = g_ptr_array_new ();

  gtk_widget_init_template (GTK_WIDGET (self));
  hostel_accessible_mend (GTK_WIDGET (self));
  hostel_field_prepare (self->path_row);
  hostel_path_completion_attach (GTK_EDITABLE (self->path_row));
}

/**
 * hostel_create_image_page_set_path:
 * @path: absolute path of a file
 *
 * Chooses @path, as if it had been typed, and looks at it at once.
 */
void
hostel_create_image_page_set_path (HostelCreateImagePage *self,
                                   const char            *path)
{
  g_autofree char *shown = NULL;

  g_return_if_fail (HOSTEL_IS_CREATE_IMAGE_PAGE (self));
  g_return_if_fail (path != NULL);

  shown = hostel_path_shorten (path);
  hostel_field_set_text (self->path_row, shown);
  cancel_look (self);
  look (self);
}
