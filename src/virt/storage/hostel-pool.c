/* SPDX-License-Identifier: GPL-3.0-or-later */
/* libvirt directly: libvirt-glib 4.0 neither finds a pool by its folder nor lists pools but into its
 * connection's own state; what is done with one goes through its GVirStoragePool. */
#define G_LOG_DOMAIN "hostel-pool"

#include "config.h"

#include <glib/gi18n.h>

#include "hostel-connection-call.h"
#include "hostel-pool.h"
#include "hostel-storage.h"
#include "hostel-xml.h"

struct _HostelPool
{
  GObject  parent_instance;

  char    *name;      /* owned */
  char    *path;      /* owned, nullable */
  guint64  capacity;  /* bytes, 0 while it is not active */
  guint64  available; /* bytes */
  guint    active : 1;
};

G_DEFINE_FINAL_TYPE (HostelPool, hostel_pool, G_TYPE_OBJECT)

/* What is to be done. */
typedef struct
{
  char          *name; /* owned */
  char          *path; /* owned, nullable: of a new one */
  HostelPoolAct  act;
} Request;

static void
request_free (gpointer data)
{
  Request *request = data;

  g_free (request->name);
  g_free (request->path);
  g_free (request);
}

static void
hostel_pool_finalize (GObject *object)
{
  HostelPool *self = HOSTEL_POOL (object);

  g_free (self->name);
  g_free (self->path);

  G_OBJECT_CLASS (hostel_pool_parent_class)->finalize (object);
}

static void
hostel_pool_class_init (HostelPoolClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = hostel_pool_finalize;
}

static void
hostel_pool_init (HostelPool *self)
{
}

const char *
hostel_pool_get_name (HostelPool *self)
{
  g_return_val_if_fail (HOSTEL_IS_POOL (self), NULL);

  return self->name;
}

const char *
hostel_pool_get_path (HostelPool *self)
{
  g_return_val_if_fail (HOSTEL_IS_POOL (self), NULL);

  return self->path;
}

gboolean
hostel_pool_is_active (HostelPool *self)
{
  g_return_val_if_fail (HOSTEL_IS_POOL (self), FALSE);

  return self->active;
}

guint64
hostel_pool_get_capacity (HostelPool *self)
{
  g_return_val_if_fail (HOSTEL_IS_POOL (self), 0);

  return self->capacity;
}

guint64
hostel_pool_get_available (HostelPool *self)
{
  g_return_val_if_fail (HOSTEL_IS_POOL (self), 0);

  return self->available;
}

static GVirStoragePool *
wrap (virStoragePoolPtr handle)
{
  return g_object_new (GVIR_TYPE_STORAGE_POOL, "handle", handle, NULL);
}

/* libvirt-gconfig 4.0 writes a pool's target and does not read it. */
static char *
dup_path (GVirStoragePool *pool)
{
  g_autoptr (GVirConfigStoragePool) config = gvir_storage_pool_get_config (pool, 0, NULL);
  g_autofree char *xml = config != NULL ? gvir_config_object_to_xml (GVIR_CONFIG_OBJECT (config)) : NULL;
  g_autoptr (xmlDoc) doc = xml != NULL ? hostel_xml_parse (xml) : NULL;

  return doc != NULL ? hostel_xml_dup_string (doc, NULL, "/pool/target/path") : NULL;
}

/* %NULL where it has gone since it was listed. */
static HostelPool *
read_pool (GVirStoragePool *pool)
{
  GVirStoragePoolInfo *info = gvir_storage_pool_get_info (pool, NULL);
  HostelPool *self;

  if (info == NULL)
    return NULL;

  self = g_object_new (HOSTEL_TYPE_POOL, NULL);
  self->name = g_strdup (gvir_storage_pool_get_name (pool));
  self->path = dup_path (pool);
  self->active = info->state == GVIR_STORAGE_POOL_STATE_RUNNING || info->state == GVIR_STORAGE_POOL_STATE_DEGRADED;
  if (self->active)
    {
      self->capacity = info->capacity;
      self->available = info->available;
    }
  g_boxed_free (GVIR_TYPE_STORAGE_POOL_INFO, info);

  return self;
}

static int
compare_pools (gconstpointer a,
               gconstpointer b)
{
  HostelPool * const *first = a;
  HostelPool * const *second = b;

  return g_utf8_collate ((*first)->name, (*second)->name);
}

static void
list_worker (GTask         *task,
             virConnectPtr  handle,
             gpointer       task_data)
{
  virStoragePoolPtr *handles = NULL;
  int n = virConnectListAllStoragePools (handle, &handles, 0);
  GError *error = NULL;
  GPtrArray *pools;

  if (n < 0)
    {
      hostel_virt_set_error (&error, _("The storage pools cannot be listed."));
      g_task_return_error (task, error);
      return;
    }

  pools = g_ptr_array_new_with_free_func (g_object_unref);
  for (int i = 0; i < n; i++)
    {
      g_autoptr (GVirStoragePool) object = wrap (handles[i]);
      HostelPool *pool = read_pool (object);

      if (pool != NULL)
        g_ptr_array_add (pools, pool);
      virStoragePoolFree (handles[i]);
    }
  free (handles);
  g_ptr_array_sort (pools, compare_pools);
  g_task_return_pointer (task, pools, (GDestroyNotify) g_ptr_array_unref);
}

/**
 * hostel_pool_list_async:
 * @connection: a connected host
 * @cancellable: (nullable): ends the waiting
 * @callback: called on the main thread
 * @user_data: for @callback
 *
 * Reads the storage pools as the daemon knows them: none is started or refreshed.
 */
void
hostel_pool_list_async (HostelConnection    *connection,
                        GCancellable        *cancellable,
                        GAsyncReadyCallback  callback,
                        gpointer             user_data)
{
  GTask *task;

  g_return_if_fail (HOSTEL_IS_CONNECTION (connection));

  task = g_task_new (connection, cancellable, callback, user_data);
  g_task_set_source_tag (task, hostel_pool_list_async);
  hostel_connection_call (connection, task, list_worker);
}

/**
 * hostel_pool_list_finish:
 *
 * Returns: (transfer full) (nullable) (element-type HostelPool): the pools by name
 */
GPtrArray *
hostel_pool_list_finish (HostelConnection  *connection,
                         GAsyncResult      *result,
                         GError           **error)
{
  g_return_val_if_fail (g_task_is_valid (result, connection), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

static gboolean
check_new (virConnectPtr   handle,
           const Request  *request,
           GError        **error)
{
  g_autoptr (virStoragePool) named = virStoragePoolLookupByName (handle, request->name);
  g_autoptr (virStoragePool) placed = virStoragePoolLookupByTargetPath (handle, request->path);

  if (named != NULL)
    hostel_error_set (error, HOSTEL_ERROR_EXISTS, _("Choose another name."), NULL,
                      _("There is a storage pool named “%s” already."), request->name);
  else if (placed != NULL)
    hostel_error_set (error, HOSTEL_ERROR_EXISTS, _("Use that one, or choose another folder."),
                      NULL, _("The folder is the storage pool “%s” already."),
                      virStoragePoolGetName (placed));

  return named == NULL && placed == NULL;
}

static gboolean
create (virConnectPtr   handle,
        const Request  *request,
        GError        **error)
{
  g_autofree char *xml = hostel_storage_dup_pool_xml (request->name, request->path);
  g_autoptr (virStoragePool) pool = NULL;

  if (!check_new (handle, request, error))
    return FALSE;

  if ((pool = virStoragePoolDefineXML (handle, xml, 0)) == NULL)
    {
      hostel_virt_set_error (error, _("The storage pool “%s” cannot be made."), request->name);
      return FALSE;
    }

  if (!hostel_storage_start_pool (pool))
    {
      hostel_virt_set_error (error, _("The storage pool “%s” cannot be started."), request->name);
      virStoragePoolUndefine (pool);
      return FALSE;
    }
  virStoragePoolSetAutostart (pool, TRUE);

  return TRUE;
}

static gboolean
act (virStoragePoolPtr   handle,
     const Request      *request,
     GError            **error)
{
  g_autoptr (GVirStoragePool) pool = wrap (handle);
  gboolean active = gvir_storage_pool_get_active (pool);
  gboolean persistent = gvir_storage_pool_get_persistent (pool);

  if (request->act == HOSTEL_POOL_ACT_START)
    {
      /* Where its folder is not there, it is made. */
      if (active || gvir_storage_pool_start (pool, 0, NULL) || hostel_storage_start_pool (handle))
        return TRUE;
      hostel_virt_set_error (error, _("The storage pool “%s” cannot be started."), request->name);
      return FALSE;
    }

  if (active && !gvir_storage_pool_stop (pool, NULL))
    {
      hostel_virt_set_error (error, _("The storage pool “%s” cannot be stopped."), request->name);
      return FALSE;
    }

  /* One that is not persistent went by being stopped. */
  if (request->act == HOSTEL_POOL_ACT_REMOVE && persistent && !gvir_storage_pool_undefine (pool, NULL))
    {
      hostel_virt_set_error (error, _("The storage pool “%s” cannot be removed."), request->name);
      return FALSE;
    }

  return TRUE;
}

static void
act_worker (GTask         *task,
            virConnectPtr  handle,
            gpointer       task_data)
{
  Request *request = task_data;
  GError *error = NULL;
  gboolean done = FALSE;

  if (request->path != NULL)
    done = create (handle, request, &error);
  else
    {
      g_autoptr (virStoragePool) pool = virStoragePoolLookupByName (handle, request->name);

      if (pool == NULL)
        hostel_virt_set_error (&error, _("The storage pool “%s” is gone."), request->name);
      else
        done = act (pool, request, &error);
    }

  if (done)
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static void
call (HostelConnection    *connection,
      Request             *request,
      GAsyncReadyCallback  callback,
      gpointer             user_data)
{
  GTask *task = g_task_new (connection, NULL, callback, user_data);

  g_task_set_source_tag (task, hostel_pool_finish);
  g_task_set_task_data (task, request, request_free);
  hostel_connection_call (connection, task, act_worker);
}

/**
 * hostel_pool_create_async:
 * @connection: a connected host
 * @name: of the new pool
 * @path: an absolute path on the host, made where it is not there
 * @callback: called on the main thread
 * @user_data: for @callback
 *
 * Makes a folder of the host a storage pool that is started now and with the daemon. It gets
 * %HOSTEL_ERROR_EXISTS where the name or the folder is taken. Where it cannot be started, it is not
 * left defined.
 */
void
hostel_pool_create_async (HostelConnection    *connection,
                          const char          *name,
                          const char          *path,
                          GAsyncReadyCallback  callback,
                          gpointer             user_data)
{
  Request *request;

  g_return_if_fail (HOSTEL_IS_CONNECTION (connection));
  g_return_if_fail (name != NULL && path != NULL);

  request = g_new0 (Request, 1);
  request->name = g_strdup (name);
  request->path = g_strdup (path);
  call (connection, request, callback, user_data);
}

/**
 * hostel_pool_act_async:
 * @connection: a connected host
 * @pool: one of its pools
 * @act: what to do
 * @callback: called on the main thread
 * @user_data: for @callback
 *
 * What is so already is no error. Takes no cancellable: "cancelled" would hide that it happened.
 */
void
hostel_pool_act_async (HostelConnection    *connection,
                       HostelPool          *pool,
                       HostelPoolAct        act,
                       GAsyncReadyCallback  callback,
                       gpointer             user_data)
{
  Request *request;

  g_return_if_fail (HOSTEL_IS_CONNECTION (connection));
  g_return_if_fail (HOSTEL_IS_POOL (pool));

  request = g_new0 (Request, 1);
  request->name = g_strdup (pool->name);
  request->act = act;
  call (connection, request, callback, user_data);
}

/**
 * hostel_pool_finish:
 *
 * Returns: whether it was done
 */
gboolean
hostel_pool_finish (HostelConnection  *connection,
                    GAsyncResult      *result,
                    GError           **error)
{
  g_return_val_if_fail (g_task_is_valid (result, connection), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}
