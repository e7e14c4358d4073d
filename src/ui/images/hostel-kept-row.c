/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "hostel-kept-row"

#include "config.h"

#include <glib/gi18n.h>

#include "hostel-accessible.h"
#include "hostel-error.h"
#include "hostel-image-fetches.h"
#include "hostel-kept-row.h"
#include "hostel-removal-dialog.h"

struct _HostelKeptRow
{
  AdwActionRow       parent_instance;

  GtkWidget         *update_button; /* borrowed: template children */
  GtkWidget         *menu_button;

  HostelStoredImage *image;         /* owned */
  HostelImageEntry  *entry;         /* owned, nullable: where a newer one comes from */
  GCancellable      *cancellable;   /* owned: ends with the row */
  guint              newer : 1;
};

G_DEFINE_FINAL_TYPE (HostelKeptRow, hostel_kept_row, ADW_TYPE_ACTION_ROW)

enum { REMOVED, N_SIGNALS };

static guint signals[N_SIGNALS];

static void
show_text (HostelKeptRow *self,
           const char    *text)
{
  g_autofree char *markup = g_markup_escape_text (text, -1);

  adw_action_row_set_subtitle (ADW_ACTION_ROW (self), markup);
  hostel_accessible_set_description (GTK_WIDGET (self), text);
}

static void
update (HostelKeptRow *self)
{
  g_autofree char *size = g_format_size (hostel_stored_image_get_size (self->image));
  g_autofree char *trust = hostel_stored_image_dup_trust_text (self->image);
  g_autoptr (GDateTime) date =
    g_date_time_new_from_unix_local (hostel_stored_image_get_verified (self->image));
  g_autofree char *day = date != NULL ? g_date_time_format (date, "%x") : g_strdup ("");
  g_autofree char *text = NULL;

  /* Translators: "350 MB · Signed by the distribution · verified 11/25/26". */
  text = g_strdup_printf (_("%s · %s · verified %s"), size, trust, day);
  if (self->newer)
    {
      g_autofree char *old = g_steal_pointer (&text);

      text = g_strdup_printf (_("%s · A newer version is there"), old);
    }
  show_text (self, text);
  gtk_widget_set_visible (self->update_button, self->newer);
}

static void
show_error (HostelKeptRow *self,
            const GError  *error)
{
  const char *remedy = hostel_error_get_remedy (error);
  g_autofree char *text = g_strjoin (" ", error->message, remedy, NULL);

  show_text (self, text);
}

static void
verify_progress_cb (guint64  done,
                    guint64  total,
                    gpointer user_data)
{
  HostelKeptRow *self = user_data;
  g_autofree char *text = NULL;

  if (g_cancellable_is_cancelled (self->cancellable))
    return;

  text = g_strdup_printf (_("Verifying… %u %%"), total > 0 ? (guint) (done * 100 / total) : 0);
  show_text (self, text);
}

static void
verified_cb (GObject      *object,
             GAsyncResult *result,
             gpointer      user_data)
{
  g_autoptr (HostelKeptRow) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (HostelStoredImage) image = hostel_image_store_finish (result, &error);

  if (g_cancellable_is_cancelled (self->cancellable))
    return;

  gtk_widget_action_set_enabled (GTK_WIDGET (self), "row.verify", TRUE);
  if (image == NULL)
    {
      show_error (self, error);
      return;
    }
  g_set_object (&self->image, image);
  update (self);
}

static void
verify_action (GtkWidget  *widget,
               const char *action_name,
               GVariant   *parameter)
{
  HostelKeptRow *self = HOSTEL_KEPT_ROW (widget);

  gtk_widget_action_set_enabled (widget, "row.verify", FALSE);
  show_text (self, _("Verifying…"));
  hostel_image_store_verify_async (self->image, verify_progress_cb, self, self->cancellable,
                                   verified_cb, g_object_ref (self));
}

static void
removed_cb (GObject      *object,
            GAsyncResult *result,
            gpointer      user_data)
{
  g_autoptr (HostelKeptRow) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (HostelStoredImage) image = hostel_image_store_finish (result, &error);

  if (image != NULL)
    g_signal_emit (self, signals[REMOVED], 0);
  else if (!g_cancellable_is_cancelled (self->cancellable))
    show_error (self, error);
}

static void
remove_response_cb (HostelKeptRow *self,
                    const char    *response)
{
  if (g_str_equal (response, "remove"))
    hostel_image_store_remove_async (self->image, removed_cb, g_object_ref (self));
}

static void
remove_action (GtkWidget  *widget,
               const char *action_name,
               GVariant   *parameter)
{
  HostelKeptRow *self = HOSTEL_KEPT_ROW (widget);
  g_autofree char *size = g_format_size (hostel_stored_image_get_size (self->image));
  g_autofree char *body = g_strdup_printf (_("It frees %s. Machines that were made of it keep "
                                             "working: they have a copy of their own."), size);
  GtkWidget *dialog;

  dialog = hostel_removal_dialog_ask (widget, hostel_stored_image_get_name (self->image),
                                             body);
  g_signal_connect_object (dialog, "response", G_CALLBACK (remove_response_cb), self,
                           G_CONNECT_SWAPPED);
}

static void
update_action (GtkWidget  *widget,
               const char *action_name,
               GVariant   *parameter)
{
  HostelKeptRow *self = HOSTEL_KEPT_ROW (widget);

  self->newer = FALSE;
  update (self);
  hostel_image_fetches_start (hostel_image_fetches_get_default (), self->entry);
}

static void
fetch_changed_cb (HostelKeptRow    *self,
                  HostelImageEntry *entry)
{
  HostelImageFetch *fetch;
  g_autofree char *text = NULL;

  if (entry != self->entry ||
      (fetch = hostel_image_fetches_lookup (hostel_image_fetches_get_default (), entry)) == NULL)
    return;

  text = hostel_image_fetch_dup_text (fetch);
  show_text (self, text);
}

static void
fetch_ended_cb (HostelKeptRow     *self,
                HostelImageEntry  *entry,
                HostelStoredImage *image,
                const GError      *error)
{
  if (entry != self->entry)
    return;

  if (error != NULL)
    show_error (self, error);
  else
    update (self);
}

static void
newer_cb (GObject      *object,
          GAsyncResult *result,
          gpointer      user_data)
{
  g_autoptr (HostelKeptRow) self = user_data;
  g_autoptr (GError) error = NULL;
  gboolean newer = FALSE;
  gboolean known = hostel_image_fetch_newer_finish (HOSTEL_IMAGE_FETCH (object), result, &newer,
                                                    &error);

  if (g_cancellable_is_cancelled (self->cancellable))
    return;

  if (!known)
    {
      show_error (self, error);
      return;
    }
  self->newer = newer;
  update (self);
}

static void
hostel_kept_row_dispose (GObject *object)
{
  g_cancellable_cancel (HOSTEL_KEPT_ROW (object)->cancellable);

  G_OBJECT_CLASS (hostel_kept_row_parent_class)->dispose (object);
}

static void
hostel_kept_row_finalize (GObject *object)
{
  HostelKeptRow *self = HOSTEL_KEPT_ROW (object);

  g_clear_object (&self->image);
  g_clear_object (&self->entry);
  g_clear_object (&self->cancellable);

  G_OBJECT_CLASS (hostel_kept_row_parent_class)->finalize (object);
}

static void
hostel_kept_row_class_init (HostelKeptRowClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = hostel_kept_row_dispose;
  object_class->finalize = hostel_kept_row_finalize;

  signals[REMOVED] =
    g_signal_new ("removed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST,
                  0, NULL, NULL, NULL, G_TYPE_NONE, 0);

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/hostel/Hostel/hostel-kept-row.ui");
  gtk_widget_class_bind_template_child (widget_class, HostelKeptRow, update_button);
  gtk_widget_class_bind_template_child (widget_class, HostelKeptRow, menu_button);
  gtk_widget_class_install_action (widget_class, "row.verify", NULL, verify_action);
  gtk_widget_class_install_action (widget_class, "row.update", NULL, update_action);
  gtk_widget_class_install_action (widget_class, "row.remove", NULL, remove_action);
}

static void
hostel_kept_row_init (HostelKeptRow *self)
{
  HostelImageFetches *fetches = hostel_image_fetches_get_default ();

  gtk_widget_init_template (GTK_WIDGET (self));
  hostel_accessible_mend (GTK_WIDGET (self));
  self->cancellable = g_cancellable_new ();
  g_signal_connect_object (fetches, "changed", G_CALLBACK (fetch_changed_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (fetches, "ended", G_CALLBACK (fetch_ended_cb), self,
                           G_CONNECT_SWAPPED);
}

/**
 * hostel_kept_row_new:
 * @image: an image of the store
 *
 * Returns: (transfer floating): a new row
 */
GtkWidget *
hostel_kept_row_new (HostelStoredImage *image)
{
  HostelImageCatalogue *catalogue = hostel_image_catalogue_get_default ();
  HostelKeptRow *self;
  HostelImageEntry *entry;
  g_autofree char *key = NULL;
  g_autofree char *markup = NULL;
  g_autofree char *tip = NULL;
  g_autofree char *menu = NULL;

  g_return_val_if_fail (HOSTEL_IS_STORED_IMAGE (image), NULL);

  self = g_object_new (HOSTEL_TYPE_KEPT_ROW, NULL);
  self->image = g_object_ref (image);
  key = g_strjoin ("/", hostel_stored_image_get_id (image), hostel_stored_image_get_arch (image),
                   NULL);
  if ((entry = hostel_image_catalogue_lookup (catalogue, key)) != NULL)
    self->entry = g_object_ref (entry);

  markup = g_markup_escape_text (hostel_stored_image_get_name (image), -1);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self), markup);
  hostel_accessible_set_label (GTK_WIDGET (self), hostel_stored_image_get_name (image));
  gtk_widget_set_tooltip_text (GTK_WIDGET (self), hostel_stored_image_get_path (image));
  /* Translators: the tooltip of a button, of an image. */
  tip = g_strdup_printf (_("Download the Newer Version of %s"), hostel_stored_image_get_name (image));
  gtk_widget_set_tooltip_text (self->update_button, tip);
  hostel_accessible_set_label (self->update_button, tip);
  /* Translators: the name of a menu, of an image. */
  menu = g_strdup_printf (_("Menu of %s"), hostel_stored_image_get_name (image));
  gtk_widget_set_tooltip_text (self->menu_button, menu);
  hostel_accessible_set_label (self->menu_button, menu);
  update (self);

  return GTK_WIDGET (self);
}

/**
 * hostel_kept_row_look_for_newer:
 *
 * Asks the server what it publishes now.
 */
void
hostel_kept_row_look_for_newer (HostelKeptRow *self)
{
  g_autoptr (HostelImageFetch) fetch = NULL;

  g_return_if_fail (HOSTEL_IS_KEPT_ROW (self));

  if (self->entry == NULL || *hostel_image_entry_get_checksums_url (self->entry) == '\0')
    return;

  fetch = hostel_image_fetch_new (self->entry);
  show_text (self, _("Looking for a newer version…"));
  hostel_image_fetch_newer_async (fetch, self->image, self->cancellable, newer_cb,
                                  g_object_ref (self));
}
