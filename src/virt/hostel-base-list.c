#define G_LOG_DOMAIN "hostel-base-list"

#include "config.h"

#include <glib/gi18n.h>

#include "hostel-base-image.h"
#include "hostel-base-list.h"
#include "hostel-virt-private.h"
#include "hostel-xml.h"

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
  GHashTable    *overlays; /* owned: path of a base -> GPtrArray of paths of its overlays */
  GHashTable    *domains;  /* owned: path -> GPtrArray of names of the machines that have it */
  GHashTable    *markers;  /* owned, a set: names of volumes with their marker */
} Look;

static void
look_clear (Look *look)
{
  g_clear_pointer (&look->bases, g_ptr_array_unref);
  g_clear_pointer (&look->overlays, g_hash_table_unref);
  g_clear_pointer (&look->domains, g_hash_table_unref);
  g_clear_pointer (&look->markers, g_hash_table_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Look, look_clear)

static void
add_to (GHashTable *table,
        const char *key,
        const char *value)
{
  GPtrArray *values = g_hash_table_lookup (table, key);

  if (values == NULL)
    {
      values = g_ptr_array_new_with_free_func (g_free);
      g_hash_table_insert (table, g_strdup (key), values);
    }
  g_ptr_array_add (values, g_strdup (value));
}

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

static void
read_volume (Look             *look,
             virStoragePoolPtr pool,
             virStorageVolPtr  volume)
{
  g_autofree char *path = virStorageVolGetPath (volume);
  g_autofree char *xml = NULL;
  g_autoptr (xmlDoc) doc = NULL;
  g_autofree char *backing = NULL;

  if (path == NULL)
    return;

  if (hostel_base_image_is_base (virStorageVolGetName (volume)))
    add_base (look, pool, volume, path);
  else if ((xml = virStorageVolGetXMLDesc (volume, 0)) != NULL &&
           (doc = hostel_xml_parse (xml)) != NULL &&
           (backing = hostel_xml_dup_string (doc, NULL, "/volume/backingStore/path")) != NULL)
    add_to (look->overlays, backing, path);
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
          read_volume (look, pools[i], volumes[j]);
          virStorageVolFree (volumes[j]);
        }
      free (volumes);
      virStoragePoolFree (pools[i]);
    }
  free (pools);

  return TRUE;
}

/* The backing files that a running machine's definition tells count, too. */
static gboolean
read_domains (Look    *look,
              GError **error)
{
  virDomainPtr *domains = NULL;
  int n = virConnectListAllDomains (look->handle, &domains, 0);

  if (n < 0)
    {
      hostel_virt_set_error (error, _("Who uses the images is not known."));
      return FALSE;
    }

  for (int i = 0; i < n; i++)
    {
      g_autofree char *xml = virDomainGetXMLDesc (domains[i], 0);
      g_autoptr (xmlDoc) doc = hostel_xml_parse (xml);
      g_auto (GStrv) paths = NULL;

      if (doc != NULL)
        paths = hostel_xml_dup_strings (doc, NULL, "/domain/devices/disk//source/@file");
      for (guint j = 0; paths != NULL && paths[j] != NULL; j++)
        add_to (look->domains, paths[j], virDomainGetName (domains[i]));
      virDomainFree (domains[i]);
    }
  free (domains);

  return TRUE;
}

static void
add_user (GPtrArray  *users,
          const char *name)
{
  if (!g_ptr_array_find_with_equal_func (users, name, g_str_equal, NULL))
    g_ptr_array_add (users, g_strdup (name));
}

static int
compare_names (gconstpointer a,
               gconstpointer b)
{
  return g_utf8_collate (*(const char * const *) a, *(const char * const *) b);
}

/* Whether any machine has @path. */
static gboolean
add_domains (Look       *look,
             const char *path,
             GPtrArray  *users)
{
  GPtrArray *domains = g_hash_table_lookup (look->domains, path);

  for (guint i = 0; domains != NULL && i < domains->len; i++)
    add_user (users, domains->pdata[i]);

  return domains != NULL;
}

static void
find_users (Look       *look,
            HostelBase *base)
{
  GPtrArray *users = g_ptr_array_new ();
  GPtrArray *overlays = g_hash_table_lookup (look->overlays, base->path);

  for (guint i = 0; overlays != NULL && i < overlays->len; i++)
    {
      g_autofree char *volume = g_path_get_basename (overlays->pdata[i]);

      if (!add_domains (look, overlays->pdata[i], users))
        add_user (users, volume);
    }
  /* An installation disc is no backing file: machines have it as it is. */
  add_domains (look, base->path, users);

  g_ptr_array_sort (users, compare_names);
  g_ptr_array_add (users, NULL);
  base->users = (GStrv) g_ptr_array_free (users, FALSE);
}

static gboolean
look_at (Look    *look,
         GError **error)
{
  look->bases = g_ptr_array_new_with_free_func (base_free);
  look->overlays = g_hash_table_new_full (g_str_hash, g_str_equal, g_free,
                                          (GDestroyNotify) g_ptr_array_unref);
  look->domains = g_hash_table_new_full (g_str_hash, g_str_equal, g_free,
                                         (GDestroyNotify) g_ptr_array_unref);
  look->markers = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  if (!read_pools (look, error) || !read_domains (look, error))
    return FALSE;

  for (guint i = 0; i < look->bases->len; i++)
    find_users (look, look->bases->pdata[i]);

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

static HostelBase *
find (Look             *look,
      const HostelBase *wanted)
{
  for (guint i = 0; i < look->bases->len; i++)
    {
      HostelBase *base = look->bases->pdata[i];

      if (g_str_equal (base->pool, wanted->pool) && g_str_equal (base->volume, wanted->volume))
        return base;
    }

  return NULL;
}

/* Looks again: since the page was drawn somebody may have made a machine of it. */
static gboolean
check_unused (virConnectPtr      handle,
              const HostelBase  *wanted,
              GError           **error)
{
  g_auto (Look) look = { .handle = handle };
  HostelBase *base;
  g_autofree char *users = NULL;

  if (!look_at (&look, error))
    return FALSE;
  base = find (&look, wanted);
  if (base == NULL || base->users[0] == NULL)
    return TRUE;

  users = g_strjoinv (", ", base->users);
  hostel_error_set (error, HOSTEL_ERROR_WRONG_STATE,
                    _("Delete the machines first that were made of it."), NULL,
                    _("The image is used by %s."), users);

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

  if (!check_unused (handle, base, error) || !hostel_storage_delete_named (pool, marker, error))
    return FALSE;

  if (!check_unused (handle, base, error))
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
