/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "hostel-images-window"

#include "config.h"

#include <glib/gi18n.h>

#include "hostel-accessible.h"
#include "hostel-images-window.h"
#include "hostel-kept-images.h"
#include "hostel-pool-group.h"
#include "hostel-pool-page.h"
#include "hostel-shared-images.h"

struct _HostelImagesWindow
{
  AdwWindow parent_instance;

  AdwLeaflet         *leaflet; /* borrowed: template children */
  GtkWidget          *first;
  AdwPreferencesPage *page;
};

G_DEFINE_FINAL_TYPE (HostelImagesWindow, hostel_images_window, ADW_TYPE_WINDOW)

/* What is on its way into or out of the pool goes on while a person looks elsewhere. */
static HostelPoolPage *
find_page (HostelImagesWindow *self,
           HostelConnection   *connection,
           const char         *name)
{
  for (GtkWidget *child = gtk_widget_get_first_child (GTK_WIDGET (self->leaflet)); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    if (HOSTEL_IS_POOL_PAGE (child) &&
        hostel_pool_page_is_of (HOSTEL_POOL_PAGE (child), connection, name))
      return HOSTEL_POOL_PAGE (child);

  return NULL;
}

static void
opened_cb (HostelImagesWindow *self,
           HostelPool         *pool,
           HostelPoolGroup    *group)
{
  HostelConnection *connection = hostel_pool_group_get_connection (group);
  HostelPoolPage *page = find_page (self, connection, hostel_pool_get_name (pool));

  if (page == NULL)
    {
      page = hostel_pool_page_new (connection, pool);
      g_signal_connect_object (page, "changed", G_CALLBACK (hostel_pool_group_look), group,
                               G_CONNECT_SWAPPED);
      adw_leaflet_append (self->leaflet, GTK_WIDGET (page));
    }
  else
    hostel_pool_page_look (page);
  adw_leaflet_set_visible_child (self->leaflet, GTK_WIDGET (page));
  gtk_widget_child_focus (GTK_WIDGET (page), GTK_DIR_TAB_FORWARD);
}

static void
back_action (GtkWidget  *widget,
             const char *action_name,
             GVariant   *parameter)
{
  HostelImagesWindow *self = HOSTEL_IMAGES_WINDOW (widget);

  if (adw_leaflet_get_visible_child (self->leaflet) == self->first)
    gtk_window_close (GTK_WINDOW (self));
  else
    adw_leaflet_set_visible_child (self->leaflet, self->first);
}

static void
hostel_images_window_class_init (HostelImagesWindowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  g_type_ensure (HOSTEL_TYPE_KEPT_IMAGES);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/hostel/Hostel/hostel-images-window.ui");
  gtk_widget_class_bind_template_child (widget_class, HostelImagesWindow, page);
  gtk_widget_class_bind_template_child (widget_class, HostelImagesWindow, leaflet);
  gtk_widget_class_bind_template_child (widget_class, HostelImagesWindow, first);
  /* Back, and from the first page out. */
  gtk_widget_class_install_action (widget_class, "images.back", NULL, back_action);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "images.back", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Left, GDK_ALT_MASK, "images.back",
                                       NULL);
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

      GtkWidget *pools = hostel_pool_group_new (connection);

      g_signal_connect_object (pools, "opened", G_CALLBACK (opened_cb), self, G_CONNECT_SWAPPED);
      adw_preferences_page_add (self->page,
                                ADW_PREFERENCES_GROUP (hostel_shared_images_new (connection)));
      adw_preferences_page_add (self->page, ADW_PREFERENCES_GROUP (pools));
    }

  return self;
}
