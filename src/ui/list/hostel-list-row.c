/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "hostel-list-row"

#include "config.h"

#include "hostel-domain-row.h"
#include "hostel-host-row.h"
#include "hostel-list-row.h"

struct _HostelListRow
{
  GtkWidget parent_instance;

  GObject   *item;  /* owned, nullable */
  GtkWidget *child; /* owned as a child, nullable; kept while rows of its kind are shown */
};

G_DEFINE_FINAL_TYPE (HostelListRow, hostel_list_row, GTK_TYPE_WIDGET)

enum
{
  PROP_0,
  PROP_ITEM,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

static void
hostel_list_row_dispose (GObject *object)
{
  HostelListRow *self = HOSTEL_LIST_ROW (object);

  g_clear_pointer (&self->child, gtk_widget_unparent);
  g_clear_object (&self->item);

  G_OBJECT_CLASS (hostel_list_row_parent_class)->dispose (object);
}

static void
hostel_list_row_get_property (GObject    *object,
                              guint       prop_id,
                              GValue     *value,
                              GParamSpec *pspec)
{
  switch (prop_id)
    {
    case PROP_ITEM:
      g_value_set_object (value, HOSTEL_LIST_ROW (object)->item);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
hostel_list_row_set_property (GObject      *object,
                              guint         prop_id,
                              const GValue *value,
                              GParamSpec   *pspec)
{
  switch (prop_id)
    {
    case PROP_ITEM:
      hostel_list_row_set_item (HOSTEL_LIST_ROW (object), g_value_get_object (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
hostel_list_row_class_init (HostelListRowClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = hostel_list_row_dispose;
  object_class->get_property = hostel_list_row_get_property;
  object_class->set_property = hostel_list_row_set_property;

  properties[PROP_ITEM] =
    g_param_spec_object ("item", NULL, NULL, G_TYPE_OBJECT,
                         G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
}

static void
hostel_list_row_init (HostelListRow *self)
{
}

/* The kind of a row seldom changes while the list is scrolled: machines are many, hosts few. */
static void
ensure_child (HostelListRow *self,
              GType          type)
{
  if (self->child != NULL && G_OBJECT_TYPE (self->child) == type)
    return;

  g_clear_pointer (&self->child, gtk_widget_unparent);
  self->child = g_object_new (type, NULL);
  gtk_widget_set_parent (self->child, GTK_WIDGET (self));
}

/**
 * hostel_list_row_get_item:
 * @self: the row
 *
 * Returns: (transfer none) (nullable) (type GObject): the host or machine that it shows
 */
gpointer
hostel_list_row_get_item (HostelListRow *self)
{
  g_return_val_if_fail (HOSTEL_IS_LIST_ROW (self), NULL);

  return self->item;
}

/**
 * hostel_list_row_set_item:
 * @self: the row
 * @item: (nullable) (type GObject): a HostelConnection or HostelDomain
 */
void
hostel_list_row_set_item (HostelListRow *self,
                          gpointer       item)
{
  g_return_if_fail (HOSTEL_IS_LIST_ROW (self));
  g_return_if_fail (item == NULL || HOSTEL_IS_DOMAIN (item) || HOSTEL_IS_CONNECTION (item));

  if (!g_set_object (&self->item, item))
    return;

  if (HOSTEL_IS_CONNECTION (item))
    {
      ensure_child (self, HOSTEL_TYPE_HOST_ROW);
      hostel_host_row_set_connection (HOSTEL_HOST_ROW (self->child), item);
    }
  else if (HOSTEL_IS_DOMAIN (item))
    {
      ensure_child (self, HOSTEL_TYPE_DOMAIN_ROW);
      hostel_domain_row_set_domain (HOSTEL_DOMAIN_ROW (self->child), item);
    }
  else if (HOSTEL_IS_DOMAIN_ROW (self->child))
    hostel_domain_row_set_domain (HOSTEL_DOMAIN_ROW (self->child), NULL);
  else if (HOSTEL_IS_HOST_ROW (self->child))
    hostel_host_row_set_connection (HOSTEL_HOST_ROW (self->child), NULL);

  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_ITEM]);
}
