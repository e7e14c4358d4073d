/* SPDX-License-Identifier: GPL-3.0-or-later */
/* libvirt directly: libvirt-glib 4.0 has no pool of a volume and no handle of one found by its path. */
#define G_LOG_DOMAIN "hostel-volume"

#include "config.h"

#include <glib/gi18n.h>

#include "hostel-base-name.h"
#include "hostel-connection-call.h"
#include "hostel-disk-users.h"
#include "hostel-storage.h"
#include "hostel-volume-private.h"
#include "hostel-xml.h"

struct _HostelVolume
{
  GObject  parent_instance;

  char    *pool;       /* owned, as all */
  char    *name;
  char    *path;
  char    *format;
  GStrv    users;
  guint64  capacity;   /* bytes */
  guint64  allocation; /* bytes */
};

G_DEFINE_FINAL_TYPE (HostelVolume, hostel_volume, G_TYPE_OBJECT)

/* What is to be done. */
typedef struct
{
  char     *pool;    /* owned, as all */
  char     *name;    /* nullable: all */
  guint64   bytes;   /* 0: delete */
  gboolean  refresh;
} Request;

static void
request_free (gpointer data)
{
  Request *request = data;

  g_free (request->pool);
  g_free (request->name);
  g_free (request);
}

static void
hostel_volume_finalize (GObject *object)
{
  HostelVolume *self = HOSTEL_VOLUME (object);

  g_free (self->pool);
  g_free (self->name);
  g_free (self->path);
  g_free (self->format);
  g_strfreev (self->users);

  G_OBJECT_CLASS (hostel_volume_parent_class)->finalize (object);
}

static void
hostel_volume_class_init (HostelVolumeClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = hostel_volume_finalize;
}

static void
hostel_volume_init (HostelVolume *self)
{
}

const char *
hostel_volume_get_pool (HostelVolume *self)
{
  return self->pool;
}

const char *
hostel_volume_get_name (HostelVolume *self)
{
  g_return_val_if_fail (HOSTEL_IS_VOLUME (self), NULL);

  return self->name;
}

const char *
hostel_volume_get_path (HostelVolume *self)
{
  g_return_val_if_fail (HOSTEL_IS_VOLUME (self), NULL);

  return self->path;
}

const char *
hostel_volume_get_format (HostelVolume *self)
{
  g_return_val_if_fail (HOSTEL_IS_VOLUME (self), NULL);

  return self->format;
}

guint64
hostel_volume_get_capacity (HostelVolume *self)
{
  g_return_val_if_fail (HOSTEL_IS_VOLUME (self), 0);

  return self->capacity;
}

guint64
hostel_volume_get_allocation (HostelVolume *self)
{
  g_return_val_if_fail (HOSTEL_IS_VOLUME (self), 0);

  return self->allocation;
}

const char * const *
hostel_volume_get_users (HostelVolume *self)
{
  g_return_val_if_fail (HOSTEL_IS_VOLUME (self), NULL);

  return (const char * const *) self->users;
}

/**
 * hostel_volume_can_resize:
 *
 * Returns: whether it is of a kind that can be made larger: a disk, and not an image that machines
 *   are made from
 */
gboolean
hostel_volume_can_resize (HostelVolume *self)
{
  g_return_val_if_fail (HOSTEL_IS_VOLUME (self), FALSE);

  return !hostel_base_image_is_base (self->name) &&
         (g_str_equal (self->format, "qcow2") || g_str_equal (self->format, "raw"));
}

/**
 * hostel_volume_look_up:
 *
 * Returns: (transfer full) (nullable): the volume of that name, for worker threads
 */
virStorageVolPtr
hostel_volume_look_up (virConnectPtr   handle,
                       const char     *pool_name,
                       const char     *name,
                       GError        **error)
{
  g_autoptr (virStoragePool) pool = virStoragePoolLookupByName (handle, pool_name);
  virStorageVolPtr volume = NULL;

  if (pool == NULL)
    hostel_virt_set_error (error, _("The storage pool “%s” is gone."), pool_name);
  else if ((volume = virStorageVolLookupByName (pool, name)) == NULL)
    hostel_virt_set_error (error, _("“%s” is gone."), name);

  return volume;
}

/* %NULL where it has gone since it was listed, and for what stands beside another one. */
static HostelVolume *
read_volume (virStorageVolPtr  handle,
             const char       *pool,
             HostelDiskUsers  *users)
{
  const char *name = virStorageVolGetName (handle);
  g_autofree char *path = virStorageVolGetPath (handle);
  g_autofree char *xml = virStorageVolGetXMLDesc (handle, 0);
  g_autoptr (xmlDoc) doc = hostel_xml_parse (xml);
  HostelVolume *self;

  if (path == NULL || doc == NULL ||
      (hostel_base_image_is_base (name) && g_str_has_suffix (name, HOSTEL_BASE_IMAGE_MARKER)))
    return NULL;

  self = g_object_new (HOSTEL_TYPE_VOLUME, NULL);
  self->pool = g_strdup (pool);
  self->name = g_strdup (name);
  self->format = hostel_xml_dup_string (doc, NULL, "/volume/target/format/@type");
  if (self->format == NULL)
    self->format = g_strdup ("");
  self->capacity = hostel_xml_get_uint64 (doc, NULL, "/volume/capacity");
  self->allocation = hostel_xml_get_uint64 (doc, NULL, "/volume/allocation");
  self->users = hostel_disk_users_dup (users, path);
  self->path = g_steal_pointer (&path);

  return self;
}

static int
compare_volumes (gconstpointer a,
                 gconstpointer b)
{
  HostelVolume * const *first = a;
  HostelVolume * const *second = b;

  return g_utf8_collate ((*first)->name, (*second)->name);
}

static GPtrArray *
list (virConnectPtr   handle,
      const Request  *request,
      GError        **error)
{
  g_autoptr (virStoragePool) pool = virStoragePoolLookupByName (handle, request->pool);
  g_autoptr (HostelDiskUsers) users = NULL;
  g_autoptr (GPtrArray) volumes = g_ptr_array_new_with_free_func (g_object_unref);
  virStorageVolPtr *handles = NULL;
  int n = -1;

  if (pool == NULL)
    {
      hostel_virt_set_error (error, _("The storage pool “%s” is gone."), request->pool);
      return NULL;
    }

  if ((request->refresh && virStoragePoolRefresh (pool, 0) < 0) ||
      (n = virStoragePoolListAllVolumes (pool, &handles, 0)) < 0)
    hostel_virt_set_error (error, _("The storage pool “%s” cannot be listed."), request->pool);
  else
    users = hostel_disk_users_read (handle, error);

  for (int i = 0; i < n; i++)
    {
      HostelVolume *volume = users != NULL ? read_volume (handles[i], request->pool, users) : NULL;

      if (volume != NULL)
        g_ptr_array_add (volumes, volume);
      virStorageVolFree (handles[i]);
    }
  free (handles);
  g_ptr_array_sort (volumes, compare_volumes);

  return users != NULL ? g_steal_pointer (&volumes) : NULL;
}

static void
list_worker (GTask         *task,
             virConnectPtr  handle,
             gpointer       task_data)
{
  GError *error = NULL;
  GPtrArray *volumes = list (handle, task_data, &error);

  if (volumes != NULL)
    g_task_return_pointer (task, volumes, (GDestroyNotify) g_ptr_array_unref);
  else
    g_task_return_error (task, error);
}

static gboolean
delete_volume (virConnectPtr     handle,
               virStorageVolPtr  volume,
               const char       *path,
               GError          **error)
{
  const char *name = virStorageVolGetName (volume);
  g_autoptr (HostelDiskUsers) disk_users = hostel_disk_users_read_anew (handle, error);
  g_autoptr (virStoragePool) pool = virStoragePoolLookupByVolume (volume);
  g_auto (GStrv) users = NULL;
  g_autofree char *list = NULL;
  g_autofree char *reason = NULL;
  g_autofree char *marker = NULL;

  if (disk_users == NULL)
    return FALSE;

  /* Since the page was drawn somebody may have made a machine of it. */
  users = hostel_disk_users_dup (disk_users, path);
  if (users[0] != NULL)
    {
      list = g_strjoinv (", ", users);
      hostel_error_set (error, HOSTEL_ERROR_WRONG_STATE, _("Delete the machines first."), NULL,
                        _("“%s” is used by %s."), name, list);
      return FALSE;
    }
  if ((reason = hostel_disk_users_dup_reason (disk_users, path, NULL, NULL)) != NULL)
    {
      hostel_error_set (error, HOSTEL_ERROR_WRONG_STATE,
                        _("Make that readable, or remove what does not exist any more."), NULL,
                        _("“%s” stays. %s"), name, reason);
      return FALSE;
    }

  marker = g_strconcat (name, HOSTEL_BASE_IMAGE_MARKER, NULL);
  if (hostel_base_image_is_base (name) && pool != NULL &&
      !hostel_storage_delete_named (pool, marker, error))
    return FALSE;

  if (virStorageVolDelete (volume, 0) == 0)
    return TRUE;

  hostel_virt_set_error (error, _("“%s” cannot be deleted."), name);

  return FALSE;
}

static gboolean
resize_running (virConnectPtr   handle,
                const char     *uuid,
                const char     *path,
                guint64         bytes,
                GError        **error)
{
  g_autoptr (virDomain) domain = hostel_virt_lookup_domain (handle, uuid, path, error);
  const char *name = domain ? virDomainGetName (domain) : NULL;

  if (domain == NULL)
    return FALSE;
  if (virDomainBlockResize (domain, path, bytes, VIR_DOMAIN_BLOCK_RESIZE_BYTES) == 0)
    return TRUE;

  hostel_virt_set_error (error, _("The disk of “%s” cannot be made larger."), name);

  return FALSE;
}

static gboolean
resize (virConnectPtr      handle,
        virStorageVolPtr   volume,
        const char        *path,
        guint64            bytes,
        GError           **error)
{
  const char *name = virStorageVolGetName (volume);
  g_autoptr (HostelDiskUsers) users = hostel_disk_users_read_anew (handle, error);
  g_autofree char *has = NULL;
  g_autofree char *need = NULL;
  const char *owner;
  virStorageVolInfo info;

  if (users == NULL)
    return FALSE;

  if (virStorageVolGetInfo (volume, &info) < 0)
    {
      hostel_virt_set_error (error, _("“%s” cannot be read."), name);
      return FALSE;
    }
  if (bytes <= info.capacity)
    {
      /* What is cut off may be a file system. */
      has = g_format_size_full (info.capacity, G_FORMAT_SIZE_IEC_UNITS);
      hostel_error_set (error, HOSTEL_ERROR_INVALID, _("Give a larger size."), NULL,
                        _("“%s” has %s already."), name, has);
      return FALSE;
    }

  owner = hostel_disk_users_get_owner (users, path);
  if ((need = hostel_disk_users_dup_need (users, path, owner, NULL)) != NULL)
    {
      hostel_error_set (error, HOSTEL_ERROR_WRONG_STATE,
                        _("Give the others a disk of their own first."), NULL,
                        _("“%s” cannot be made larger. %s"), name, need);
      return FALSE;
    }
  if (hostel_disk_users_get_running (users, path) != NULL)
    return resize_running (handle, owner, path, bytes, error);
  if (virStorageVolResize (volume, bytes, 0) == 0)
    return TRUE;

  hostel_virt_set_error (error, _("“%s” cannot be made larger."), name);

  return FALSE;
}

static void
change_worker (GTask         *task,
               virConnectPtr  handle,
               gpointer       task_data)
{
  Request *request = task_data;
  GError *error = NULL;
  g_autoptr (virStorageVol) volume =
    hostel_volume_look_up (handle, request->pool, request->name, &error);
  g_autofree char *path = volume ? virStorageVolGetPath (volume) : NULL;

  if (volume != NULL && path == NULL)
    hostel_virt_set_error (&error, _("“%s” is gone."), request->name);
  else if (volume != NULL && request->bytes > 0)
    resize (handle, volume, path, request->bytes, &error);
  else if (volume != NULL)
    delete_volume (handle, volume, path, &error);

  if (error == NULL)
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

/**
 * hostel_volume_list_async:
 * @connection: a connected host
 * @pool: one of its pools, active
 * @refresh: whether the daemon is to look at the directory first, for what came without it
 * @cancellable: (nullable): ends the waiting
 * @callback: called on the main thread
 * @user_data: for @callback
 *
 * Reads the volumes of @pool, and all machines for who uses them.
 */
void
hostel_volume_list_async (HostelConnection    *connection,
                          HostelPool          *pool,
                          gboolean             refresh,
                          GCancellable        *cancellable,
                          GAsyncReadyCallback  callback,
                          gpointer             user_data)
{
  Request *request;
  GTask *task;

  g_return_if_fail (HOSTEL_IS_CONNECTION (connection));
  g_return_if_fail (HOSTEL_IS_POOL (pool));

  request = g_new0 (Request, 1);
  request->pool = g_strdup (hostel_pool_get_name (pool));
  request->refresh = refresh;
  task = g_task_new (connection, cancellable, callback, user_data);
  g_task_set_source_tag (task, hostel_volume_list_async);
  g_task_set_task_data (task, request, request_free);
  hostel_connection_call (connection, task, list_worker);
}

/**
 * hostel_volume_list_finish:
 *
 * Returns: (transfer full) (nullable) (element-type HostelVolume): the volumes by name
 */
GPtrArray *
hostel_volume_list_finish (HostelConnection  *connection,
                           GAsyncResult      *result,
                           GError           **error)
{
  g_return_val_if_fail (g_task_is_valid (result, connection), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
change (HostelConnection    *connection,
        HostelVolume        *volume,
        guint64              bytes,
        GAsyncReadyCallback  callback,
        gpointer             user_data)
{
  GTask *task = g_task_new (connection, NULL, callback, user_data);
  Request *request = g_new0 (Request, 1);

  request->pool = g_strdup (volume->pool);
  request->name = g_strdup (volume->name);
  request->bytes = bytes;
  g_task_set_source_tag (task, hostel_volume_finish);
  g_task_set_task_data (task, request, request_free);
  hostel_connection_call (connection, task, change_worker);
}

/**
 * hostel_volume_resize_async:
 * @connection: a connected host
 * @volume: one of its volumes
 * @bytes: how large it is to be
 * @callback: called on the main thread
 * @user_data: for @callback
 *
 * A running machine that has it sees the new size at once. It gets %HOSTEL_ERROR_INVALID where
 * @bytes is not larger than what it has. Takes no cancellable: "cancelled" would hide that it
 * happened.
 */
void
hostel_volume_resize_async (HostelConnection    *connection,
                            HostelVolume        *volume,
                            guint64              bytes,
                            GAsyncReadyCallback  callback,
                            gpointer             user_data)
{
  g_return_if_fail (HOSTEL_IS_CONNECTION (connection));
  g_return_if_fail (HOSTEL_IS_VOLUME (volume));
  g_return_if_fail (bytes > 0);

  change (connection, volume, bytes, callback, user_data);
}

/**
 * hostel_volume_delete_async:
 * @connection: a connected host
 * @volume: one of its volumes
 * @callback: called on the main thread
 * @user_data: for @callback
 *
 * It gets %HOSTEL_ERROR_WRONG_STATE where a machine or another volume uses it. Takes no
 * cancellable.
 */
void
hostel_volume_delete_async (HostelConnection    *connection,
                            HostelVolume        *volume,
                            GAsyncReadyCallback  callback,
                            gpointer             user_data)
{
  g_return_if_fail (HOSTEL_IS_CONNECTION (connection));
  g_return_if_fail (HOSTEL_IS_VOLUME (volume));

  change (connection, volume, 0, callback, user_data);
}

/**
 * hostel_volume_finish:
 * @error: also set to %G_IO_ERROR_CANCELLED by an upload or download
 *
 * Returns: whether it was done
 */
gboolean
hostel_volume_finish (HostelConnection  *connection,
                      GAsyncResult      *result,
                      GError           **error)
{
  g_return_val_if_fail (g_task_is_valid (result, connection), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}
