/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "hostel-image-row"

#include "config.h"

#include <glib/gi18n.h>

#include "hostel-accessible.h"
#include "hostel-image-row.h"
#include "hostel-image-text.h"

struct _HostelImageRow
{
  AdwActionRow parent_instance;

  GtkWidget    *check;         /* borrowed: template child */
  GtkWidget    *forget_button; /* borrowed: template child */

  char         *path;          /* owned */
  GCancellable *cancellable;   /* owned */
};

G_DEFINE_FINAL_TYPE (HostelImageRow, hostel_image_row, ADW_TYPE_ACTION_ROW)

enum { CHOSEN, FORGOTTEN, N_SIGNALS };

static guint signals[N_SIGNALS];

static void
set_verdict (HostelImageRow *self,
             const char     *text,
             gboolean        usable)
{
  g_autofree char *markup = g_markup_escape_text (text, -1);

  adw_action_row_set_subtitle (ADW_ACTION_ROW (self), markup);
  hostel_accessible_set_description (GTK_WIDGET (self), text);
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (self), usable);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "row.choose", usable);
  /* A file that is gone is of no use here; one that is fine stays by itself. */
  gtk_widget_set_visible (self->forget_button, !usable);
}

static void
loaded_cb (GObject      *object,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr (HostelImageRow) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (HostelImage) image = hostel_image_load_finish (result, &error);
  g_autofree char *text = NULL;

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;

  if (image != NULL)
    text = hostel_image_dup_description (image, NULL);
  set_verdict (self, image != NULL ? text : error->message, image != NULL);
}

static void
choose_action (GtkWidget  *widget,
               const char *action_name,
               GVariant   *parameter)
{
  g_signal_emit (widget, signals[CHOSEN], 0);
}

static void
forget_action (GtkWidget  *widget,
               const char *action_name,
               GVariant   *parameter)
{
  g_signal_emit (widget, signals[FORGOTTEN], 0);
}

static void
hostel_image_row_activate (AdwActionRow *row)
{
  g_signal_emit (row, signals[CHOSEN], 0);
}

static void
hostel_image_row_dispose (GObject *object)
{
  HostelImageRow *self = HOSTEL_IMAGE_ROW (object);

  g_cancellable_cancel (self->cancellable);

  G_OBJECT_CLASS (hostel_image_row_parent_class)->dispose (object);
}

static void
hostel_image_row_finalize (GObject *object)
{
  HostelImageRow *self = HOSTEL_IMAGE_ROW (object);

  g_clear_object (&self->cancellable);
  g_clear_pointer (&self->path, g_free);

  G_OBJECT_CLASS (hostel_image_row_parent_class)->finalize (object);
}

static void
hostel_image_row_class_init (HostelImageRowClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = hostel_image_row_dispose;
  object_class->finalize = hostel_image_row_finalize;
  ADW_ACTION_ROW_CLASS (klass)->activate = hostel_image_row_activate;

  signals[CHOSEN] =
    g_signal_new ("chosen", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST,
                  0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[FORGOTTEN] =
    g_signal_new ("forgotten", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST,
                  0, NULL, NULL, NULL, G_TYPE_NONE, 0);

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/hostel/Hostel/hostel-image-row.ui");
  gtk_widget_class_bind_template_child (widget_class, HostelImageRow, check);
  gtk_widget_class_bind_template_child (widget_class, HostelImageRow, forget_button);
  /* A row has no action of its own for assistive technology. */
  gtk_widget_class_install_action (widget_class, "row.choose", NULL, choose_action);
  gtk_widget_class_install_action (widget_class, "row.forget", NULL, forget_action);
}

static void
hostel_image_row_init (HostelImageRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  hostel_accessible_mend (GTK_WIDGET (self));

  self->cancellable = g_cancellable_new ();
}

/**
 * hostel_image_row_new:
 * @path: absolute path of an image
 *
 * Looks at the file at once, in a worker.
 *
 * Returns: (transfer floating): a new row
 */
GtkWidget *
hostel_image_row_new (const char *path)
{
  HostelImageRow *self;
  g_autofree char *name = NULL;
  g_autofree char *markup = NULL;

  g_return_val_if_fail (path != NULL, NULL);

  self = g_object_new (HOSTEL_TYPE_IMAGE_ROW, NULL);
  self->path = g_strdup (path);
  name = g_filename_display_basename (path);
  markup = g_markup_escape_text (name, -1);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self), markup);
  hostel_accessible_set_label (GTK_WIDGET (self), name);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self), path);

  hostel_image_load_async (path, self->cancellable, loaded_cb, g_object_ref (self));

  return GTK_WIDGET (self);
}

/**
 * hostel_image_row_get_path:
 *
 * Returns: absolute path of the image
 */
const char *
hostel_image_row_get_path (HostelImageRow *self)
{
  g_return_val_if_fail (HOSTEL_IS_IMAGE_ROW (self), NULL);

  return self->path;
}

/**
 * hostel_image_row_set_selected:
 * @selected: whether this is the image that is chosen
 */
void
hostel_image_row_set_selected (HostelImageRow *self,
                               gboolean        selected)
{
  g_return_if_fail (HOSTEL_IS_IMAGE_ROW (self));

  gtk_widget_set_opacity (self->check, selected ? 1.0 : 0.0);
  gtk_accessible_update_state (GTK_ACCESSIBLE (self),
                               GTK_ACCESSIBLE_STATE_SELECTED, selected,
                               -1);
}
