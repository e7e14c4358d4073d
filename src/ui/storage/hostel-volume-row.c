/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "hostel-volume-row"

#include "config.h"

#include <glib/gi18n.h>

#include "hostel-accessible.h"
#include "hostel-pool-page.h"
#include "hostel-size-text.h"
#include "hostel-volume-row.h"
#include "hostel-volume-text.h"

struct _HostelVolumeRow
{
  GtkBox        parent_instance;

  GtkLabel     *title;       /* borrowed: template children */
  GtkLabel     *subtitle;
  GtkWidget    *menu_button;

  HostelVolume *volume;      /* owned, nullable */
};

G_DEFINE_FINAL_TYPE (HostelVolumeRow, hostel_volume_row, GTK_TYPE_BOX)

enum { PROP_0, PROP_VOLUME, N_PROPS };

static GParamSpec *properties[N_PROPS];

static char *
dup_text (HostelVolume *volume)
{
  const char * const *users = hostel_volume_get_users (volume);
  const char *format = hostel_volume_get_format (volume);
  g_autofree char *allocation = hostel_size_to_display (hostel_volume_get_allocation (volume));
  g_autofree char *capacity = hostel_size_to_display (hostel_volume_get_capacity (volume));
  g_autofree char *size = NULL;
  g_autofree char *text = NULL;

  /* Translators: of a disk file, what it takes now and how large it can become. */
  if (hostel_volume_get_capacity (volume) > hostel_volume_get_allocation (volume))
    size = g_strdup_printf (_("%s of %s"), allocation, capacity);
  else
    size = g_steal_pointer (&allocation);
  text = *format != '\0' ? g_strdup_printf ("%s · %s", format, size) : g_steal_pointer (&size);

  /* Translators: of a file that no machine uses. */
  return users[0] != NULL ? hostel_volume_text_dup_use (text, users)
                          : g_strdup_printf (_("%s · not used"), text);
}

static void
update (HostelVolumeRow *self)
{
  const char *name = hostel_volume_get_name (self->volume);
  g_autofree char *text = dup_text (self->volume);
  g_autofree char *menu = g_strdup_printf (_("Menu of %s"), name);
  gboolean used = hostel_volume_get_users (self->volume)[0] != NULL;

  gtk_label_set_text (self->title, name);
  gtk_label_set_text (self->subtitle, text);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->title), hostel_volume_get_path (self->volume));
  gtk_widget_set_tooltip_text (self->menu_button, menu);
  hostel_accessible_set_label (self->menu_button, menu);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "volume.resize",
                                 hostel_volume_can_resize (self->volume));
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "volume.delete", !used);
}

static void
verb_action (GtkWidget  *widget,
             const char *action_name,
             GVariant   *parameter)
{
  HostelVolumeRow *self = HOSTEL_VOLUME_ROW (widget);
  GtkWidget *page = gtk_widget_get_ancestor (widget, HOSTEL_TYPE_POOL_PAGE);

  if (self->volume == NULL || page == NULL)
    return;

  if (g_str_equal (action_name, "volume.download"))
    hostel_pool_page_download (HOSTEL_POOL_PAGE (page), self->volume);
  else if (g_str_equal (action_name, "volume.resize"))
    hostel_pool_page_resize (HOSTEL_POOL_PAGE (page), self->volume);
  else
    hostel_pool_page_delete (HOSTEL_POOL_PAGE (page), self->volume);
}

static void
hostel_volume_row_get_property (GObject    *object,
                                guint       prop_id,
                                GValue     *value,
                                GParamSpec *pspec)
{
  switch (prop_id)
    {
    case PROP_VOLUME:
      g_value_set_object (value, HOSTEL_VOLUME_ROW (object)->volume);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
hostel_volume_row_set_property (GObject      *object,
                                guint         prop_id,
                                const GValue *value,
                                GParamSpec   *pspec)
{
  switch (prop_id)
    {
    case PROP_VOLUME:
      hostel_volume_row_set_volume (HOSTEL_VOLUME_ROW (object), g_value_get_object (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
hostel_volume_row_finalize (GObject *object)
{
  g_clear_object (&HOSTEL_VOLUME_ROW (object)->volume);

  G_OBJECT_CLASS (hostel_volume_row_parent_class)->finalize (object);
}

static void
hostel_volume_row_class_init (HostelVolumeRowClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->get_property = hostel_volume_row_get_property;
  object_class->set_property = hostel_volume_row_set_property;
  object_class->finalize = hostel_volume_row_finalize;

  properties[PROP_VOLUME] =
    g_param_spec_object ("volume", NULL, NULL, HOSTEL_TYPE_VOLUME,
                         G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/hostel/Hostel/hostel-volume-row.ui");
  gtk_widget_class_bind_template_child (widget_class, HostelVolumeRow, title);
  gtk_widget_class_bind_template_child (widget_class, HostelVolumeRow, subtitle);
  gtk_widget_class_bind_template_child (widget_class, HostelVolumeRow, menu_button);
  gtk_widget_class_install_action (widget_class, "volume.download", NULL, verb_action);
  gtk_widget_class_install_action (widget_class, "volume.resize", NULL, verb_action);
  gtk_widget_class_install_action (widget_class, "volume.delete", NULL, verb_action);
}

static void
hostel_volume_row_init (HostelVolumeRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  hostel_accessible_mend (GTK_WIDGET (self));
}

/**
 * hostel_volume_row_get_volume:
 *
 * Returns: (transfer none) (nullable): what it shows
 */
HostelVolume *
hostel_volume_row_get_volume (HostelVolumeRow *self)
{
  g_return_val_if_fail (HOSTEL_IS_VOLUME_ROW (self), NULL);

  return self->volume;
}

/**
 * hostel_volume_row_set_volume:
 * @volume: (nullable): what to show
 */
void
hostel_volume_row_set_volume (HostelVolumeRow *self,
                              HostelVolume    *volume)
{
  g_return_if_fail (HOSTEL_IS_VOLUME_ROW (self));
  g_return_if_fail (volume == NULL || HOSTEL_IS_VOLUME (volume));

  if (!g_set_object (&self->volume, volume))
    return;

  if (volume != NULL)
    update (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_VOLUME]);
}
