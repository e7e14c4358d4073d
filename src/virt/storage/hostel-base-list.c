/* SPDX-License-Identifier: GPL-3.0-or-later */
/* libvirt directly: volumes of all pools in few calls; an object for each would be a call each. */
#define G_LOG_DOMAIN "hostel-base-list"

#include "config.h"

#include <glib/gi18n.h>

#include "hostel-base-list.h"
#include "hostel-base-name.h"
#include "hostel-connection-call.h"
#include "hostel-disk-users.h"
#include "hostel-storage.h"

#define DIGEST_LENGTH 64

static void
base_free (gpointer data)
{
  HostelBase *base = data;

  g_free (base->pool);
  g_free (base->volume);
  g_free (base->path);
  g_free (base->sha256);
  g_strfreev (base->users);
  g_free (base);
}

/* What one look at a host finds. */
typedef struct
{
  virConnectPtr  handle;   /* borrowed */
  GPtrArray     *bases;    /* owned, of HostelBase */
  GHashTable    *markers;  /* owned, a set: names of volumes with their marker */
} Look;

static void
look_clear (Look *look)
{
  g_clear_pointer (&look->bases, g_ptr_array_unref);
  g_clear_pointer (&look->markers, g_hash_table_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Look, look_clear)

static void
add_base (Look             *look,
          virStoragePoolPtr pool,
          virStorageVolPtr  volume,
          const char       *path)
{
  const char *name = virStorageVolGetName (volume);
  virStorageVolInfo info;
  HostelBase *base;

  if (g_str_has_suffix (name, HOSTEL_BASE_IMAGE_MARKER))
    {
      g_hash_table_add (look->markers,
                        g_strndup (name, strlen (name) - strlen (HOSTEL_BASE_IMAGE_MARKER)));
      return;
    }

  base = g_new0 (HostelBase, 1);
  base->pool = g_strdup (virStoragePoolGetName (pool));
  base->volume = g_strdup (name);
  base->path = g_strdup (path);
  base->sha256 = g_strndup (name + strlen (HOSTEL_BASE_IMAGE_PREFIX), DIGEST_LENGTH);
  if (virStorageVolGetInfo (volume, &info) == 0)
    base->allocation = info.allocation;
  g_ptr_array_add (look->bases, base);
}

static gboolean
read_pools (Look    *look,
            GError **error)
{
  virStoragePoolPtr *pools = NULL;
  int n = virConnectListAllStoragePools (look->handle, &pools,
                                         VIR_CONNECT_LIST_STORAGE_POOLS_ACTIVE);

  if (n < 0)
    {
      hostel_virt_set_error (error, _("The storage pools cannot be listed."));
      return FALSE;
    }

  for (int i = 0; i < n; i++)
    {
      virStorageVolPtr *volumes = NULL;
      int n_volumes = virStoragePoolListAllVolumes (pools[i], &volumes, 0);

      for (int j = 0; j < n_volumes; j++)
        {
          g_autofree char *path = virStorageVolGetPath (volumes[j]);

          if (path != NULL && hostel_base_image_is_base (virStorageVolGetName (volumes[j])))
            add_base (look, pools[i], volumes[j], path);
          virStorageVolFree (volumes[j]);
        }
      free (volumes);
      virStoragePoolFree (pools[i]);
    }
  free (pools);

  return TRUE;
}

static gboolean
look_at (Look    *look,
         GError **error)
{
  g_autoptr (HostelDiskUsers) users = NULL;

  look->bases = g_ptr_array_new_with_free_func (base_free);
  look->markers = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  if (!read_pools (look, error) || (users = hostel_disk_users_read (look->handle, error)) == NULL)
    return FALSE;

  for (guint i = 0; i < look->bases->len; i++)
    {
      HostelBase *base = look->bases->pdata[i];

      base->users = hostel_disk_users_dup (users, base->path);
    }

  return TRUE;
}

static void
list_worker (GTask         *task,
             virConnectPtr  handle,
             gpointer       task_data)
{
  g_auto (Look) look = { .handle = handle };
  GError *error = NULL;
  GPtrArray *whole;

  if (!look_at (&look, &error))
    {
      g_task_return_error (task, error);
      return;
    }

  /* One without its marker is being uploaded, or somebody's create will clean it up. */
  whole = g_ptr_array_new_with_free_func (base_free);
  for (guint i = look.bases->len; i > 0; i--)
    {
      HostelBase *base = g_ptr_array_steal_index (look.bases, i - 1);

      if (g_hash_table_contains (look.markers, base->volume))
        g_ptr_array_insert (whole, 0, base);
      else
        base_free (base);
    }
  g_task_return_pointer (task, whole, (GDestroyNotify) g_ptr_array_unref);
}

/**
 * hostel_base_list_async:
 * @connection: a connected host
 * @cancellable: (nullable): ends the waiting
 * @callback: called on the main thread
 * @user_data: for @callback
 *
 * Reads all volumes of the active pools and all machines: for a page that shows it.
 */
void
hostel_base_list_async (HostelConnection    *connection,
                        GCancellable        *cancellable,
                        GAsyncReadyCallback  callback,
                        gpointer             user_data)
{
  GTask *task;

  g_return_if_fail (HOSTEL_IS_CONNECTION (connection));

  task = g_task_new (connection, cancellable, callback, user_data);
  g_task_set_source_tag (task, hostel_base_list_async);
  hostel_connection_call (connection, task, list_worker);
}

/**
 * hostel_base_list_finish:
 *
 * Returns: (transfer full) (element-type HostelBase): the images that machines share
 */
GPtrArray *
hostel_base_list_finish (HostelConnection  *connection,
                         GAsyncResult      *result,
                         GError           **error)
{
  g_return_val_if_fail (g_task_is_valid (result, connection), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

/* Looks again: since the page was drawn somebody may have made a machine of it. */
static gboolean
check_unused (virConnectPtr      handle,
              virStoragePoolPtr  pool,
              const HostelBase  *base,
              GError           **error)
{
  g_autoptr (virStorageVol) volume = virStorageVolLookupByName (pool, base->volume);
  g_autofree char *path = volume != NULL ? virStorageVolGetPath (volume) : NULL;
  g_autoptr (HostelDiskUsers) users = NULL;
  g_auto (GStrv) names = NULL;
  g_autofree char *list = NULL;
  g_autofree char *reason = NULL;

  /* Somebody has removed it. */
  if (path == NULL)
    return TRUE;
  if ((users = hostel_disk_users_read_anew (handle, error)) == NULL)
    return FALSE;

  names = hostel_disk_users_dup (users, path);
  list = g_strjoinv (", ", names);
  reason = hostel_disk_users_dup_reason (users, path, NULL, NULL);
  if (*list == '\0' && reason == NULL)
    return TRUE;

  if (*list != '\0')
    hostel_error_set (error, HOSTEL_ERROR_WRONG_STATE,
                      _("Delete the machines first that were made of it."), NULL,
                      _("The image is used by %s."), list);
  else
    hostel_error_set (error, HOSTEL_ERROR_WRONG_STATE,
                      _("Make that readable, or remove what does not exist any more."), NULL,
                      _("The image stays. %s"), reason);

  return FALSE;
}

/* Without its marker nobody makes another machine of it; then it is seen whether somebody did just
 * before. */
static gboolean
remove_base (virConnectPtr      handle,
             const HostelBase  *base,
             GError           **error)
{
  g_autoptr (virStoragePool) pool = virStoragePoolLookupByName (handle, base->pool);
  g_autofree char *marker = g_strconcat (base->volume, HOSTEL_BASE_IMAGE_MARKER, NULL);

  if (pool == NULL)
    {
      hostel_virt_set_error (error, _("The storage pool “%s” is gone."), base->pool);
      return FALSE;
    }

  if (!check_unused (handle, pool, base, error) || !hostel_storage_delete_named (pool, marker, error))
    return FALSE;

  if (!check_unused (handle, pool, base, error))
    {
      HostelVolumeSpec spec = { .name = marker, .capacity = 0, .format = "raw" };
      g_autoptr (virStorageVol) again = hostel_storage_create_volume (pool, &spec, NULL);

      return FALSE;
    }

  return hostel_storage_delete_named (pool, base->volume, error);
}

static void
remove_worker (GTask         *task,
               virConnectPtr  handle,
               gpointer       task_data)
{
  GError *error = NULL;

  if (remove_base (handle, task_data, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

/**
 * hostel_base_remove_async:
 * @connection: a connected host
 * @base: one of its images
 * @callback: called on the main thread
 * @user_data: for @callback
 *
 * Removes an image that no machine uses. Takes no cancellable: "cancelled" would hide that it
 * happened.
 */
void
hostel_base_remove_async (HostelConnection    *connection,
                          const HostelBase    *base,
                          GAsyncReadyCallback  callback,
                          gpointer             user_data)
{
  GTask *task;
  HostelBase *copy;

  g_return_if_fail (HOSTEL_IS_CONNECTION (connection));
  g_return_if_fail (base != NULL);

  copy = g_new0 (HostelBase, 1);
  copy->pool = g_strdup (base->pool);
  copy->volume = g_strdup (base->volume);
  task = g_task_new (connection, NULL, callback, user_data);
  g_task_set_source_tag (task, hostel_base_remove_async);
  g_task_set_task_data (task, copy, base_free);
  hostel_connection_call (connection, task, remove_worker);
}

/**
 * hostel_base_remove_finish:
 * @error: set to %HOSTEL_ERROR_WRONG_STATE where a machine uses it
 *
 * Returns: whether it is gone
 */
gboolean
hostel_base_remove_finish (HostelConnection  *connection,
                           GAsyncResult      *result,
                           GError           **error)
{
  g_return_val_if_fail (g_task_is_valid (result, connection), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}
