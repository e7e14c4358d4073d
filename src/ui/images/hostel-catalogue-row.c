/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "hostel-catalogue-row"

#include "config.h"

#include <glib/gi18n.h>

#include "hostel-accessible.h"
#include "hostel-catalogue-row.h"
#include "hostel-error.h"
#include "hostel-image-fetches.h"

struct _HostelCatalogueRow
{
  AdwPreferencesRow  parent_instance;

  GtkLabel          *title;           /* borrowed: template children */
  GtkLabel          *subtitle;
  AdwAvatar         *avatar;
  GtkWidget         *check;
  GtkWidget         *download_button;
  GtkButton         *pause_button;
  GtkWidget         *cancel_button;
  GtkProgressBar    *progress;

  HostelImageEntry  *entry;           /* owned */
  HostelStoredImage *stored;          /* owned, nullable */
  GError            *error;           /* owned, nullable: why the last fetch failed */
  guint              selected : 1;
  guint              choose_when_here : 1;
};

G_DEFINE_FINAL_TYPE (HostelCatalogueRow, hostel_catalogue_row, ADW_TYPE_PREFERENCES_ROW)

enum { CHOSEN, N_SIGNALS };

static guint signals[N_SIGNALS];

static HostelImageFetch *
get_fetch (HostelCatalogueRow *self)
{
  return hostel_image_fetches_lookup (hostel_image_fetches_get_default (), self->entry);
}

static char *
dup_state (HostelCatalogueRow *self)
{
  HostelImageFetch *fetch = get_fetch (self);
  const char *remedy;

  if (fetch != NULL)
    return hostel_image_fetch_dup_text (fetch);

  if (self->error != NULL)
    {
      remedy = hostel_error_get_remedy (self->error);
      return g_strjoin (" ", self->error->message, remedy, NULL);
    }

  if (self->stored != NULL)
    {
      g_autofree char *size = g_format_size (hostel_stored_image_get_size (self->stored));
      g_autofree char *trust = hostel_stored_image_dup_trust_text (self->stored);

      return g_strdup_printf (_("Downloaded, %s · %s"), size, trust);
    }

  if (hostel_image_entry_get_end_of_life (self->entry))
    return g_strdup (_("Gets no security updates any more"));
  if (*hostel_image_entry_get_checksums_url (self->entry) == '\0')
    return g_strdup (_("No published checksum"));

  return g_strdup (_("Not downloaded yet"));
}

static void
show_progress (HostelCatalogueRow *self,
               HostelImageFetch   *fetch)
{
  HostelDownload *download = hostel_image_fetch_get_download (fetch);
  double fraction = hostel_image_fetch_get_fraction (fetch);
  gboolean paused = download != NULL &&
                    hostel_download_get_state (download) == HOSTEL_DOWNLOAD_STATE_PAUSED;

  if (fraction >= 0)
    gtk_progress_bar_set_fraction (self->progress, CLAMP (fraction, 0, 1));
  else
    gtk_progress_bar_pulse (self->progress);

  gtk_widget_set_sensitive (GTK_WIDGET (self->pause_button),
                            hostel_image_fetch_get_stage (fetch) ==
                            HOSTEL_IMAGE_FETCH_STAGE_DOWNLOAD);
  gtk_button_set_icon_name (self->pause_button, paused ? "media-playback-start-symbolic"
                                                       : "media-playback-pause-symbolic");
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->pause_button), paused ? _("Resume") : _("Pause"));
}

static void
update (HostelCatalogueRow *self)
{
  HostelImageFetch *fetch = get_fetch (self);
  g_autofree char *state = dup_state (self);

  gtk_label_set_label (self->subtitle, state);
  hostel_accessible_set_description (GTK_WIDGET (self), state);
  gtk_widget_set_css_classes (GTK_WIDGET (self->subtitle),
                              (const char *[]) { "caption",
                                                 fetch == NULL && self->error ? "error" : "dim-label",
                                                 NULL });
  gtk_widget_set_visible (self->download_button, fetch == NULL && self->stored == NULL);
  gtk_widget_set_visible (GTK_WIDGET (self->pause_button), fetch != NULL);
  gtk_widget_set_visible (self->cancel_button, fetch != NULL);
  gtk_widget_set_visible (GTK_WIDGET (self->progress), fetch != NULL);
  gtk_widget_set_visible (self->check, fetch == NULL && self->stored != NULL);
  gtk_widget_set_opacity (self->check, self->selected ? 1.0 : 0.0);
  if (fetch != NULL)
    show_progress (self, fetch);
}

static void
choose (HostelCatalogueRow *self)
{
  g_signal_emit (self, signals[CHOSEN], 0, hostel_stored_image_get_path (self->stored));
}

static void
fetch_changed_cb (HostelCatalogueRow *self,
                  HostelImageEntry   *entry)
{
  if (entry == self->entry)
    update (self);
}

static void
fetch_ended_cb (HostelCatalogueRow *self,
                HostelImageEntry   *entry,
                HostelStoredImage  *image,
                const GError       *error)
{
  gboolean wanted = self->choose_when_here;

  if (entry != self->entry)
    return;

  self->choose_when_here = FALSE;
  g_clear_error (&self->error);
  if (error != NULL)
    self->error = g_error_copy (error);
  if (image != NULL)
    g_set_object (&self->stored, image);
  update (self);
  if (image != NULL && wanted)
    choose (self);
}

static void
choose_action (GtkWidget  *widget,
               const char *action_name,
               GVariant   *parameter)
{
  hostel_catalogue_row_activate (HOSTEL_CATALOGUE_ROW (widget));
}

static void
pause_action (GtkWidget  *widget,
              const char *action_name,
              GVariant   *parameter)
{
  HostelImageFetch *fetch = get_fetch (HOSTEL_CATALOGUE_ROW (widget));
  HostelDownload *download = fetch != NULL ? hostel_image_fetch_get_download (fetch) : NULL;

  if (download == NULL)
    return;

  if (hostel_download_get_state (download) == HOSTEL_DOWNLOAD_STATE_PAUSED)
    hostel_download_resume (download);
  else
    hostel_download_pause (download);
}

static void
cancel_action (GtkWidget  *widget,
               const char *action_name,
               GVariant   *parameter)
{
  HostelCatalogueRow *self = HOSTEL_CATALOGUE_ROW (widget);

  self->choose_when_here = FALSE;
  hostel_image_fetches_cancel (hostel_image_fetches_get_default (), self->entry);
}

static void
hostel_catalogue_row_finalize (GObject *object)
{
  HostelCatalogueRow *self = HOSTEL_CATALOGUE_ROW (object);

  g_clear_object (&self->entry);
  g_clear_object (&self->stored);
  g_clear_error (&self->error);

  G_OBJECT_CLASS (hostel_catalogue_row_parent_class)->finalize (object);
}

static void
hostel_catalogue_row_class_init (HostelCatalogueRowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = hostel_catalogue_row_finalize;

  signals[CHOSEN] =
    g_signal_new ("chosen", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST,
                  0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/hostel/Hostel/hostel-catalogue-row.ui");
  gtk_widget_class_bind_template_child (widget_class, HostelCatalogueRow, title);
  gtk_widget_class_bind_template_child (widget_class, HostelCatalogueRow, subtitle);
  gtk_widget_class_bind_template_child (widget_class, HostelCatalogueRow, avatar);
  gtk_widget_class_bind_template_child (widget_class, HostelCatalogueRow, check);
  gtk_widget_class_bind_template_child (widget_class, HostelCatalogueRow, download_button);
  gtk_widget_class_bind_template_child (widget_class, HostelCatalogueRow, pause_button);
  gtk_widget_class_bind_template_child (widget_class, HostelCatalogueRow, cancel_button);
  gtk_widget_class_bind_template_child (widget_class, HostelCatalogueRow, progress);
  /* A row has no action of its own for assistive technology. */
  gtk_widget_class_install_action (widget_class, "row.choose", NULL, choose_action);
  gtk_widget_class_install_action (widget_class, "row.pause", NULL, pause_action);
  gtk_widget_class_install_action (widget_class, "row.cancel", NULL, cancel_action);
}

static void
hostel_catalogue_row_init (HostelCatalogueRow *self)
{
  HostelImageFetches *fetches = hostel_image_fetches_get_default ();

  gtk_widget_init_template (GTK_WIDGET (self));
  hostel_accessible_mend (GTK_WIDGET (self));
  g_signal_connect_object (fetches, "changed", G_CALLBACK (fetch_changed_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (fetches, "ended", G_CALLBACK (fetch_ended_cb), self,
                           G_CONNECT_SWAPPED);
}

static char *
dup_title (HostelImageEntry *entry)
{
  HostelImageCatalogue *catalogue = hostel_image_catalogue_get_default ();

  /* This computer's architecture goes without saying. */
  if (hostel_image_catalogue_lookup (catalogue, hostel_image_entry_get_id (entry)) == entry)
    return g_strdup (hostel_image_entry_get_name (entry));

  return g_strdup_printf ("%s (%s)", hostel_image_entry_get_name (entry),
                          hostel_image_entry_get_arch (entry));
}

/**
 * hostel_catalogue_row_new:
 * @entry: an image of the catalogue
 *
 * Returns: (transfer floating): a new row
 */
GtkWidget *
hostel_catalogue_row_new (HostelImageEntry *entry)
{
  HostelCatalogueRow *self;
  g_autofree char *title = NULL;
  g_autofree char *download = NULL;
  g_autofree char *cancel = NULL;

  g_return_val_if_fail (HOSTEL_IS_IMAGE_ENTRY (entry), NULL);

  self = g_object_new (HOSTEL_TYPE_CATALOGUE_ROW, NULL);
  self->entry = g_object_ref (entry);
  title = dup_title (entry);
  gtk_label_set_label (self->title, title);
  hostel_accessible_set_label (GTK_WIDGET (self), title);
  adw_avatar_set_text (self->avatar, hostel_image_entry_get_name (entry));
  gtk_widget_set_tooltip_text (GTK_WIDGET (self), hostel_image_entry_get_url (entry));
  download = g_strdup_printf (_("Download %s"), title);
  gtk_widget_set_tooltip_text (self->download_button, download);
  hostel_accessible_set_label (self->download_button, download);
  cancel = g_strdup_printf (_("Cancel the Download of %s"), title);
  gtk_widget_set_tooltip_text (self->cancel_button, cancel);
  hostel_accessible_set_label (self->cancel_button, cancel);
  update (self);

  return GTK_WIDGET (self);
}

HostelImageEntry *
hostel_catalogue_row_get_entry (HostelCatalogueRow *self)
{
  g_return_val_if_fail (HOSTEL_IS_CATALOGUE_ROW (self), NULL);

  return self->entry;
}

HostelStoredImage *
hostel_catalogue_row_get_stored (HostelCatalogueRow *self)
{
  g_return_val_if_fail (HOSTEL_IS_CATALOGUE_ROW (self), NULL);

  return self->stored;
}

/**
 * hostel_catalogue_row_set_stored:
 * @image: (nullable): what is kept of it
 */
void
hostel_catalogue_row_set_stored (HostelCatalogueRow *self,
                                 HostelStoredImage  *image)
{
  g_return_if_fail (HOSTEL_IS_CATALOGUE_ROW (self));

  if (g_set_object (&self->stored, image))
    update (self);
}

/**
 * hostel_catalogue_row_set_selected:
 * @selected: whether this is the image that is chosen
 */
void
hostel_catalogue_row_set_selected (HostelCatalogueRow *self,
                                   gboolean            selected)
{
  g_return_if_fail (HOSTEL_IS_CATALOGUE_ROW (self));

  self->selected = selected;
  gtk_widget_set_opacity (self->check, selected ? 1.0 : 0.0);
  gtk_accessible_update_state (GTK_ACCESSIBLE (self),
                               GTK_ACCESSIBLE_STATE_SELECTED, selected,
                               -1);
}

/**
 * hostel_catalogue_row_activate:
 *
 * Chooses the image, which is fetched first where it is not here.
 */
void
hostel_catalogue_row_activate (HostelCatalogueRow *self)
{
  g_return_if_fail (HOSTEL_IS_CATALOGUE_ROW (self));

  if (self->stored != NULL)
    {
      choose (self);
      return;
    }

  self->choose_when_here = TRUE;
  g_clear_error (&self->error);
  hostel_image_fetches_start (hostel_image_fetches_get_default (), self->entry);
}
