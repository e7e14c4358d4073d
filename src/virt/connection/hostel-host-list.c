/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "hostel-host-list"

#include "config.h"

#include "hostel-host-list.h"

struct _HostelHostList
{
  GObject parent_instance;

  GListStore *connections; /* owned, of HostelConnection */
};

static void hostel_host_list_model_init (GListModelInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (HostelHostList, hostel_host_list, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL,
                                                      hostel_host_list_model_init))

static GType
hostel_host_list_get_item_type (GListModel *model)
{
  return HOSTEL_TYPE_CONNECTION;
}

static guint
hostel_host_list_get_n_items (GListModel *model)
{
  return g_list_model_get_n_items (G_LIST_MODEL (HOSTEL_HOST_LIST (model)->connections));
}

static gpointer
hostel_host_list_get_item (GListModel *model,
                           guint       position)
{
  return g_list_model_get_item (G_LIST_MODEL (HOSTEL_HOST_LIST (model)->connections), position);
}

static void
hostel_host_list_model_init (GListModelInterface *iface)
{
  iface->get_item_type = hostel_host_list_get_item_type;
  iface->get_n_items = hostel_host_list_get_n_items;
  iface->get_item = hostel_host_list_get_item;
}

static void
hostel_host_list_finalize (GObject *object)
{
  HostelHostList *self = HOSTEL_HOST_LIST (object);

  g_clear_object (&self->connections);

  G_OBJECT_CLASS (hostel_host_list_parent_class)->finalize (object);
}

static void
hostel_host_list_class_init (HostelHostListClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->finalize = hostel_host_list_finalize;
}

static void
hostel_host_list_init (HostelHostList *self)
{
  self->connections = g_list_store_new (HOSTEL_TYPE_CONNECTION);
  g_signal_connect_object (self->connections, "items-changed",
                           G_CALLBACK (g_list_model_items_changed), self, G_CONNECT_SWAPPED);
}

/**
 * hostel_host_list_new:
 *
 * Returns: (transfer full): an empty list
 */
HostelHostList *
hostel_host_list_new (void)
{
  return g_object_new (HOSTEL_TYPE_HOST_LIST, NULL);
}

static HostelConnection *
host_list_find (HostelHostList *self,
                const char     *uri,
                guint          *position)
{
  GListModel *model = G_LIST_MODEL (self->connections);
  guint n_items = g_list_model_get_n_items (model);

  for (guint i = 0; i < n_items; i++)
    {
      g_autoptr (HostelConnection) connection = g_list_model_get_item (model, i);

      if (g_str_equal (hostel_connection_get_uri (connection), uri))
        {
          if (position != NULL)
            *position = i;
          return connection; /* the store holds it */
        }
    }

  return NULL;
}

/**
 * hostel_host_list_lookup:
 * @self: the list
 * @uri: a libvirt URI, compared byte for byte
 *
 * Returns: (transfer none) (nullable): the connection of that URI
 */
HostelConnection *
hostel_host_list_lookup (HostelHostList *self,
                         const char     *uri)
{
  g_return_val_if_fail (HOSTEL_IS_HOST_LIST (self), NULL);
  g_return_val_if_fail (uri != NULL, NULL);

  return host_list_find (self, uri, NULL);
}

/**
 * hostel_host_list_add:
 * @self: the list
 * @uri: a libvirt URI
 *
 * Puts a host at the end of the list. It is not opened yet, see hostel_host_list_open().
 *
 * Returns: (transfer none): the connection, the one there is where the URI is in the list already
 */
HostelConnection *
hostel_host_list_add (HostelHostList *self,
                      const char     *uri)
{
  g_autoptr (HostelConnection) added = NULL;
  HostelConnection *connection;

  g_return_val_if_fail (HOSTEL_IS_HOST_LIST (self), NULL);
  g_return_val_if_fail (uri != NULL, NULL);

  if ((connection = host_list_find (self, uri, NULL)))
    return connection;

  added = hostel_connection_new (uri);
  g_list_store_append (self->connections, added);

  return added; /* the store holds it */
}

/**
 * hostel_host_list_insert:
 * @self: the list
 * @uri: a libvirt URI
 * @position: where it is to stand, at the end where the list is shorter
 *
 * As hostel_host_list_add(), for a host that comes back to its place.
 *
 * Returns: (transfer none): the connection
 */
HostelConnection *
hostel_host_list_insert (HostelHostList *self,
                         const char     *uri,
                         guint           position)
{
  g_autoptr (HostelConnection) added = NULL;
  HostelConnection *connection;
  guint n;

  g_return_val_if_fail (HOSTEL_IS_HOST_LIST (self), NULL);
  g_return_val_if_fail (uri != NULL, NULL);

  if ((connection = host_list_find (self, uri, NULL)))
    return connection;

  n = g_list_model_get_n_items (G_LIST_MODEL (self->connections));
  added = hostel_connection_new (uri);
  g_list_store_insert (self->connections, MIN (position, n), added);

  return added; /* the store holds it */
}

/**
 * hostel_host_list_add_all:
 * @self: the list
 * @uris: (array zero-terminated=1): libvirt URIs
 *
 * As hostel_host_list_add() for each; empty ones are left out.
 */
void
hostel_host_list_add_all (HostelHostList     *self,
                          const char * const *uris)
{
  g_return_if_fail (HOSTEL_IS_HOST_LIST (self));
  g_return_if_fail (uris != NULL);

  for (gsize i = 0; uris[i] != NULL; i++)
    {
      if (uris[i][0] != '\0')
        hostel_host_list_add (self, uris[i]);
    }
}

/**
 * hostel_host_list_remove:
 * @self: the list
 * @uri: a libvirt URI
 *
 * Takes the host from the list and closes its connection; its machines are not touched.
 *
 * Returns: whether it was in the list
 */
gboolean
hostel_host_list_remove (HostelHostList *self,
                         const char     *uri)
{
  g_autoptr (HostelConnection) connection = NULL;
  guint position;

  g_return_val_if_fail (HOSTEL_IS_HOST_LIST (self), FALSE);
  g_return_val_if_fail (uri != NULL, FALSE);

  if (!(connection = host_list_find (self, uri, &position)))
    return FALSE;

  g_object_ref (connection);
  g_list_store_remove (self->connections, position);
  hostel_connection_close (connection);

  return TRUE;
}

/**
 * hostel_host_list_dup_uris:
 * @self: the list
 *
 * Returns: (transfer full) (array zero-terminated=1): the URIs, in order
 */
GStrv
hostel_host_list_dup_uris (HostelHostList *self)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  GListModel *model;

  g_return_val_if_fail (HOSTEL_IS_HOST_LIST (self), NULL);

  model = G_LIST_MODEL (self->connections);
  for (guint i = 0; i < g_list_model_get_n_items (model); i++)
    {
      g_autoptr (HostelConnection) connection = g_list_model_get_item (model, i);

      g_strv_builder_add (builder, hostel_connection_get_uri (connection));
    }

  return g_strv_builder_end (builder);
}

/**
 * hostel_host_list_open:
 * @self: the list
 *
 * Starts every connection that is closed. Returns at once; each connection's state tells how it
 * goes.
 */
void
hostel_host_list_open (HostelHostList *self)
{
  GListModel *model;

  g_return_if_fail (HOSTEL_IS_HOST_LIST (self));

  model = G_LIST_MODEL (self->connections);
  for (guint i = 0; i < g_list_model_get_n_items (model); i++)
    {
      g_autoptr (HostelConnection) connection = g_list_model_get_item (model, i);

      if (hostel_connection_get_state (connection) == HOSTEL_CONNECTION_STATE_CLOSED)
        hostel_connection_open_async (connection, NULL, NULL, NULL);
    }
}

/**
 * hostel_host_list_close:
 * @self: the list
 *
 * Closes every connection and keeps the list.
 */
void
hostel_host_list_close (HostelHostList *self)
{
  GListModel *model;

  g_return_if_fail (HOSTEL_IS_HOST_LIST (self));

  model = G_LIST_MODEL (self->connections);
  for (guint i = 0; i < g_list_model_get_n_items (model); i++)
    {
      g_autoptr (HostelConnection) connection = g_list_model_get_item (model, i);

      hostel_connection_close (connection);
    }
}

/**
 * hostel_host_list_settled:
 * @self: the list
 *
 * Returns: %TRUE when every host's first list is in or its first attempt has failed, so that a
 *   machine that is not in the list is nowhere
 */
gboolean
hostel_host_list_settled (HostelHostList *self)
{
  GListModel *model;

  g_return_val_if_fail (HOSTEL_IS_HOST_LIST (self), FALSE);

  model = G_LIST_MODEL (self->connections);
  for (guint i = 0; i < g_list_model_get_n_items (model); i++)
    {
      g_autoptr (HostelConnection) connection = g_list_model_get_item (model, i);

      if (!hostel_connection_get_loaded (connection) &&
          hostel_connection_get_state (connection) != HOSTEL_CONNECTION_STATE_FAILED)
        return FALSE;
    }

  return TRUE;
}
