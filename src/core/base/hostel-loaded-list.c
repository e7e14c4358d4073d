/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "hostel-loaded-list"

#include "config.h"

#include "hostel-loaded-list.h"

typedef struct
{
  GMutex     lock;      /* for table; held while loading, so that it happens once */
  GPtrArray *table;     /* owned; NULL until loaded, never changed after that */
  gboolean   published; /* the main thread's view: the items are in the model */
} HostelLoadedListPrivate;

static void list_model_init (GListModelInterface *iface);

G_DEFINE_ABSTRACT_TYPE_WITH_CODE (HostelLoadedList, hostel_loaded_list, G_TYPE_OBJECT,
                                  G_ADD_PRIVATE (HostelLoadedList)
                                  G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, list_model_init))

static HostelLoadedListPrivate *
get_private (gpointer self)
{
  return hostel_loaded_list_get_instance_private (HOSTEL_LOADED_LIST (self));
}

static GType
hostel_loaded_list_get_item_type (GListModel *model)
{
  return HOSTEL_LOADED_LIST_GET_CLASS (model)->item_type;
}

static guint
hostel_loaded_list_get_n_items (GListModel *model)
{
  HostelLoadedListPrivate *priv = get_private (model);

  return priv->published ? priv->table->len : 0;
}

static gpointer
hostel_loaded_list_get_item (GListModel *model,
                             guint       position)
{
  if (position >= hostel_loaded_list_get_n_items (model))
    return NULL;

  return g_object_ref (g_ptr_array_index (get_private (model)->table, position));
}

static void
list_model_init (GListModelInterface *iface)
{
  iface->get_item_type = hostel_loaded_list_get_item_type;
  iface->get_n_items = hostel_loaded_list_get_n_items;
  iface->get_item = hostel_loaded_list_get_item;
}

static void
hostel_loaded_list_finalize (GObject *object)
{
  HostelLoadedListPrivate *priv = get_private (object);

  g_clear_pointer (&priv->table, g_ptr_array_unref);
  g_mutex_clear (&priv->lock);

  G_OBJECT_CLASS (hostel_loaded_list_parent_class)->finalize (object);
}

static void
hostel_loaded_list_class_init (HostelLoadedListClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = hostel_loaded_list_finalize;
}

static void
hostel_loaded_list_init (HostelLoadedList *self)
{
  g_mutex_init (&get_private (self)->lock);
}

static gboolean
publish_cb (gpointer user_data)
{
  HostelLoadedListPrivate *priv = get_private (user_data);

  if (!priv->published)
    {
      priv->published = TRUE;
      g_list_model_items_changed (G_LIST_MODEL (user_data), 0, 0, priv->table->len);
    }

  return G_SOURCE_REMOVE;
}

/**
 * hostel_loaded_list_get_table:
 * @self: a list
 *
 * Never loads and never waits: while another thread loads there is nothing to show yet. May be
 * called in any thread.
 *
 * Returns: (transfer none) (nullable): all items; %NULL until they are loaded
 */
GPtrArray *
hostel_loaded_list_get_table (HostelLoadedList *self)
{
  g_return_val_if_fail (HOSTEL_IS_LOADED_LIST (self), NULL);

  return g_atomic_pointer_get (&get_private (self)->table);
}

/**
 * hostel_loaded_list_load_sync:
 * @self: a list
 * @error: set where it cannot be loaded
 *
 * Loads the list, if that has not happened yet. Blocks on the disk: for workers, and for a command
 * that has nothing else to do. In whatever thread it is called, the items appear in the model in the
 * main one.
 *
 * Returns: %TRUE if the list is loaded
 */
gboolean
hostel_loaded_list_load_sync (HostelLoadedList  *self,
                              GError           **error)
{
  HostelLoadedListPrivate *priv;
  gboolean loaded;

  g_return_val_if_fail (HOSTEL_IS_LOADED_LIST (self), FALSE);

  priv = get_private (self);
  g_mutex_lock (&priv->lock);
  if (priv->table == NULL)
    g_atomic_pointer_set (&priv->table, HOSTEL_LOADED_LIST_GET_CLASS (self)->load (self, error));
  loaded = priv->table != NULL;
  g_mutex_unlock (&priv->lock);

  if (loaded)
    g_main_context_invoke_full (NULL, G_PRIORITY_DEFAULT, publish_cb, g_object_ref (self),
                                g_object_unref);

  return loaded;
}

static void
load_worker (GTask        *task,
             gpointer      source_object,
             gpointer      task_data,
             GCancellable *cancellable)
{
  GError *error = NULL;

  if (hostel_loaded_list_load_sync (source_object, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

/**
 * hostel_loaded_list_load_async:
 * @self: a list
 * @cancellable: (nullable): ends the waiting, not the loading
 * @callback: called in the main thread
 * @user_data: for @callback
 *
 * As hostel_loaded_list_load_sync(), in a worker. Calling it again is cheap.
 */
void
hostel_loaded_list_load_async (HostelLoadedList    *self,
                               GCancellable        *cancellable,
                               GAsyncReadyCallback  callback,
                               gpointer             user_data)
{
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (HOSTEL_IS_LOADED_LIST (self));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, hostel_loaded_list_load_async);

  if (get_private (self)->published)
    g_task_return_boolean (task, TRUE);
  else
    g_task_run_in_thread (task, load_worker);
}

gboolean
hostel_loaded_list_load_finish (HostelLoadedList  *self,
                                GAsyncResult      *result,
                                GError           **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}
