#define G_LOG_DOMAIN "hostel-disk-users"

#include "config.h"

#include <glib/gi18n.h>

#include "hostel-disk-users.h"
#include "hostel-xml.h"

/* All files that a machine's definition names: disks with the backing files that a running one
 * tells, logs of consoles, and what it starts from. */
#define FILES                                                                                    \
  "/domain/devices/*//source/@file | /domain/devices/*//source/@dev | "                          \
  "/domain/devices/*/log/@file | /domain/os/nvram | /domain/os/loader | /domain/os/kernel | "    \
  "/domain/os/initrd"

struct _HostelDiskUsers
{
  virConnectPtr  handle;   /* borrowed, while it is read */
  GHashTable    *overlays; /* owned: path of a backing file -> GPtrArray of paths of its overlays */
  GHashTable    *domains;  /* owned: path -> GPtrArray of names of the machines that have it */
  GHashTable    *running;  /* owned: path -> UUID of a running machine */
};

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
read_pool (HostelDiskUsers   *self,
           virStoragePoolPtr  pool)
{
  virStorageVolPtr *volumes = NULL;
  int n = virStoragePoolListAllVolumes (pool, &volumes, 0);

  for (int i = 0; i < n; i++)
    {
      g_autofree char *path = virStorageVolGetPath (volumes[i]);
      g_autofree char *xml = virStorageVolGetXMLDesc (volumes[i], 0);
      g_autoptr (xmlDoc) doc = hostel_xml_parse (xml);
      g_autofree char *backing = NULL;

      if (path != NULL && doc != NULL &&
          (backing = hostel_xml_dup_string (doc, NULL, "/volume/backingStore/path")) != NULL)
        add_to (self->overlays, backing, path);
      virStorageVolFree (volumes[i]);
    }
  free (volumes);
}

static gboolean
read_pools (HostelDiskUsers  *self,
            GError          **error)
{
  virStoragePoolPtr *pools = NULL;
  int n = virConnectListAllStoragePools (self->handle, &pools,
                                         VIR_CONNECT_LIST_STORAGE_POOLS_ACTIVE);

  if (n < 0)
    {
      hostel_virt_set_error (error, _("The storage pools cannot be listed."));
      return FALSE;
    }

  for (int i = 0; i < n; i++)
    {
      read_pool (self, pools[i]);
      virStoragePoolFree (pools[i]);
    }
  free (pools);

  return TRUE;
}

static void
add_path (HostelDiskUsers *self,
          virDomainPtr     domain,
          const char      *path)
{
  char uuid[VIR_UUID_STRING_BUFLEN] = "";

  add_to (self->domains, path, virDomainGetName (domain));
  if (virDomainIsActive (domain) == 1 && virDomainGetUUIDString (domain, uuid) == 0)
    g_hash_table_insert (self->running, g_strdup (path), g_strdup (uuid));
}

static void
read_domain (HostelDiskUsers *self,
             virDomainPtr     domain)
{
  g_autofree char *xml = virDomainGetXMLDesc (domain, 0);
  g_autoptr (xmlDoc) doc = hostel_xml_parse (xml);
  g_autoptr (GPtrArray) volumes = NULL;
  g_auto (GStrv) paths = NULL;

  if (doc == NULL)
    return;

  paths = hostel_xml_dup_strings (doc, NULL, FILES);
  for (guint i = 0; paths[i] != NULL; i++)
    add_path (self, domain, paths[i]);

  volumes = hostel_xml_find_nodes (doc, "/domain/devices/disk/source[@pool and @volume]");
  for (guint i = 0; i < volumes->len; i++)
    {
      g_autofree char *pool_name = hostel_xml_dup_string (doc, volumes->pdata[i], "@pool");
      g_autofree char *name = hostel_xml_dup_string (doc, volumes->pdata[i], "@volume");
      g_autoptr (virStoragePool) pool = virStoragePoolLookupByName (self->handle, pool_name);
      g_autoptr (virStorageVol) volume = pool ? virStorageVolLookupByName (pool, name) : NULL;
      g_autofree char *path = volume ? virStorageVolGetPath (volume) : NULL;

      if (path != NULL)
        add_path (self, domain, path);
    }
}

static gboolean
read_domains (HostelDiskUsers  *self,
              GError          **error)
{
  virDomainPtr *domains = NULL;
  int n = virConnectListAllDomains (self->handle, &domains, 0);

  if (n < 0)
    {
      hostel_virt_set_error (error, _("Who uses the disks is not known."));
      return FALSE;
    }

  for (int i = 0; i < n; i++)
    {
      read_domain (self, domains[i]);
      virDomainFree (domains[i]);
    }
  free (domains);

  return TRUE;
}

static GHashTable *
new_table (GDestroyNotify free_value)
{
  return g_hash_table_new_full (g_str_hash, g_str_equal, g_free, free_value);
}

/**
 * hostel_disk_users_read:
 * @handle: a connection
 * @error: (out) (optional): where to put an error
 *
 * Reads all machines, and all volumes of the active pools for their backing files.
 *
 * Returns: (transfer full) (nullable): what was found
 */
HostelDiskUsers *
hostel_disk_users_read (virConnectPtr   handle,
                        GError        **error)
{
  g_autoptr (HostelDiskUsers) self = g_new0 (HostelDiskUsers, 1);

  self->handle = handle;
  self->overlays = new_table ((GDestroyNotify) g_ptr_array_unref);
  self->domains = new_table ((GDestroyNotify) g_ptr_array_unref);
  self->running = new_table (g_free);
  if (!read_pools (self, error) || !read_domains (self, error))
    return NULL;

  self->handle = NULL;

  return g_steal_pointer (&self);
}

void
hostel_disk_users_free (HostelDiskUsers *self)
{
  g_hash_table_unref (self->overlays);
  g_hash_table_unref (self->domains);
  g_hash_table_unref (self->running);
  g_free (self);
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
add_domains (HostelDiskUsers *self,
             const char      *path,
             GPtrArray       *users)
{
  GPtrArray *domains = g_hash_table_lookup (self->domains, path);

  for (guint i = 0; domains != NULL && i < domains->len; i++)
    add_user (users, domains->pdata[i]);

  return domains != NULL;
}

/**
 * hostel_disk_users_dup:
 * @path: of a file or device of the host
 *
 * Returns: (transfer full): sorted: the machines that have it or an overlay of it, and the overlays
 *   that no machine has
 */
GStrv
hostel_disk_users_dup (HostelDiskUsers *self,
                       const char      *path)
{
  GPtrArray *users = g_ptr_array_new ();
  GPtrArray *overlays = g_hash_table_lookup (self->overlays, path);

  for (guint i = 0; overlays != NULL && i < overlays->len; i++)
    {
      g_autofree char *volume = g_path_get_basename (overlays->pdata[i]);

      if (!add_domains (self, overlays->pdata[i], users))
        add_user (users, volume);
    }
  /* An installation disc is no backing file: machines have it as it is. */
  add_domains (self, path, users);

  g_ptr_array_sort (users, compare_names);
  g_ptr_array_add (users, NULL);

  return (GStrv) g_ptr_array_free (users, FALSE);
}

/**
 * hostel_disk_users_get_running:
 *
 * Returns: (transfer none) (nullable): the UUID of a running machine whose definition names @path
 */
const char *
hostel_disk_users_get_running (HostelDiskUsers *self,
                               const char      *path)
{
  return g_hash_table_lookup (self->running, path);
}
