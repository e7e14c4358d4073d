/* SPDX-License-Identifier: GPL-3.0-or-later */
/* libvirt directly: who uses a file is asked in a worker, of every pool anew, by bare handles. */
#define G_LOG_DOMAIN "hostel-disk-users"

#include "config.h"

#include <errno.h>
#include <unistd.h>

#include <glib/gi18n.h>
#include <glib/gstdio.h>

#include "hostel-disk-file.h"
#include "hostel-disk-users-private.h"
#include "hostel-storage.h"
#include "hostel-xml.h"

/* A folder's name, so that libvirt does not take the pool for one that is there: it compares
 * letters. */
#define AGAIN "/."

/* A tape rewinds and a watchdog begins to count when it is opened. */
static const char * const not_looked_through[] = { "/dev", "/proc", "/sys", "/run", "/" };

static void
read_volume (HostelDiskUsers  *self,
             virStorageVolPtr  volume,
             gboolean          stays)
{
  g_autofree char *path = virStorageVolGetPath (volume);
  g_autofree char *xml = path != NULL ? virStorageVolGetXMLDesc (volume, 0) : NULL;
  g_autoptr (xmlDoc) doc = hostel_xml_parse (xml);
  g_auto (GStrv) backing = NULL;
  HostelDisk *disk;

  if (path == NULL)
    return;
  disk = hostel_disk_users_get_disk (self, path);
  if (stays && disk->volume == NULL)
    disk->volume = g_strdup (path);
  if (doc == NULL)
    return;

  disk->known = TRUE;
  backing = hostel_xml_dup_strings (doc, NULL, "/volume/backingStore/path");
  for (guint i = 0; backing[i] != NULL; i++)
    {
      g_auto (GStrv) below = hostel_disk_file_resolve (path, backing[i], self->local);

      for (guint j = 0; below[j] != NULL; j++)
        hostel_disk_users_add_below (self, path, below[j]);
    }
}

/* Everything in @pool, and what each volume says that it stands on. @stays: whether the pool does. */
gboolean
hostel_disk_users_read_pool (HostelDiskUsers   *self,
                             virStoragePoolPtr  pool,
                             gboolean           stays)
{
  virStorageVolPtr *volumes = NULL;
  int n = virStoragePoolListAllVolumes (pool, &volumes, 0);

  for (int i = 0; i < n; i++)
    read_volume (self, volumes[i], stays);

  /* When all are known, for one may stand on another. */
  for (int i = 0; i < n; i++)
    {
      g_autofree char *path = virStorageVolGetPath (volumes[i]);

      if (path != NULL)
        hostel_disk_users_follow (self, path, NULL, TRUE);
      virStorageVolFree (volumes[i]);
    }
  free (volumes);

  return n >= 0;
}

/* Through a pool that is there for that long: the daemon may read what this program may not. It
 * changes nothing in the folder. */
static gboolean
look_through (HostelDiskUsers *self,
              const char      *dir)
{
  g_autofree char *name = g_strdup_printf ("hostel-look-%08x", g_random_int ());
  g_autofree char *again = g_strconcat (dir, AGAIN, NULL);
  g_autofree char *xml = hostel_storage_dup_pool_xml (name, again);
  g_autoptr (virStoragePool) pool = virStoragePoolCreateXML (self->handle, xml, 0);
  gboolean done;

  if (pool == NULL)
    {
      g_debug ("%s: %s", dir, virGetLastErrorMessage ());
      return FALSE;
    }

  done = hostel_disk_users_read_pool (self, pool, FALSE);
  virStoragePoolDestroy (pool);

  return done;
}

static gboolean
may_look_through (const char *dir)
{
  for (guint i = 0; i < G_N_ELEMENTS (not_looked_through); i++)
    {
      gsize length = strlen (not_looked_through[i]);

      if (g_str_has_prefix (dir, not_looked_through[i]) &&
          (dir[length] == '\0' || (dir[length] == '/' && length > 1)))
        return FALSE;
    }

  return TRUE;
}

/**
 * hostel_disk_users_look:
 * @path: of a file that this program cannot read
 * @detached: whether it is not there, and the daemon would not see it either
 *
 * Has the daemon look at its folder, once; that of an active pool it knows.
 *
 * Returns: whether it is known now what is there
 */
gboolean
hostel_disk_users_look (HostelDiskUsers *self,
                        const char      *path,
                        gboolean         detached)
{
  g_autofree char *dir = g_path_get_dirname (path);
  gpointer value;

  if (!self->anew || !g_path_is_absolute (path) || !may_look_through (dir) ||
      (detached && !g_hash_table_contains (self->looked, dir)))
    return FALSE;

  if (!g_hash_table_lookup_extended (self->looked, dir, NULL, &value))
    {
      /* First, so that what is found there does not lead back here. */
      g_hash_table_insert (self->looked, g_strdup (dir), GINT_TO_POINTER (FALSE));
      value = GINT_TO_POINTER (look_through (self, dir));
      g_hash_table_insert (self->looked, g_strdup (dir), value);
    }

  return GPOINTER_TO_INT (value);
}

/* Where the daemon is of no help. */
static gboolean
scan_folder (HostelDiskUsers *self,
             const char      *folder)
{
  g_autoptr (GDir) dir = self->local && folder != NULL ? g_dir_open (folder, 0, NULL) : NULL;
  const char *name;

  if (dir == NULL)
    return FALSE;

  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);

      if (g_file_test (path, G_FILE_TEST_IS_REGULAR))
        hostel_disk_users_follow (self, path, NULL, TRUE);
    }

  return TRUE;
}

static char *
dup_folder (virStoragePoolPtr pool)
{
  g_autofree char *xml = virStoragePoolGetXMLDesc (pool, 0);
  g_autoptr (xmlDoc) doc = hostel_xml_parse (xml);

  return doc != NULL ? hostel_xml_dup_string (doc, NULL, "/pool/target/path") : NULL;
}

/* libvirt stops a pool whose folder it does not find when it refreshes it. */
static gboolean
refresh (HostelDiskUsers   *self,
         virStoragePoolPtr  pool,
         const char        *folder)
{
  if (!self->anew || (self->local && folder != NULL && g_path_is_absolute (folder) &&
                      g_access (folder, F_OK) != 0))
    return TRUE;

  return hostel_storage_refresh (pool);
}

static void
add_pool (HostelDiskUsers   *self,
          virStoragePoolPtr  pool)
{
  const char *name = virStoragePoolGetName (pool);
  g_autofree char *folder = dup_folder (pool);
  gboolean active = virStoragePoolIsActive (pool) == 1;
  g_autofree char *message = NULL;

  if (active && refresh (self, pool, folder) && hostel_disk_users_read_pool (self, pool, TRUE))
    {
      if (folder != NULL)
        {
          g_hash_table_insert (self->looked, g_strdup (folder), GINT_TO_POINTER (TRUE));
          /* libvirt passes over names with control characters in them. */
          scan_folder (self, folder);
        }
      return;
    }
  message = g_strdup (virGetLastErrorMessage ());

  /* What is not started has no volumes; a folder can be looked at all the same. */
  if (self->anew && !scan_folder (self, folder) && active && virStoragePoolIsActive (pool) == 1)
    hostel_disk_users_add_unknown (self, NULL,
                                   g_strdup_printf (_("The storage pool “%s” cannot be read now, "
                                                      "and a disk there may need it (%s)."), name,
                                                    message));
}

gboolean
hostel_disk_users_read_pools (HostelDiskUsers  *self,
                              GError          **error)
{
  virStoragePoolPtr *pools = NULL;
  int n = virConnectListAllStoragePools (self->handle, &pools, 0);
  virErrorPtr last = n < 0 ? virGetLastError () : NULL;

  if (n < 0)
    {
      /* Hosts of other kinds keep no storage. */
      if (last != NULL && last->code == VIR_ERR_NO_SUPPORT)
        return TRUE;
      hostel_virt_set_error (error, _("The storage pools cannot be listed."));
      return FALSE;
    }

  for (int i = 0; i < n; i++)
    {
      add_pool (self, pools[i]);
      virStoragePoolFree (pools[i]);
    }
  free (pools);

  return TRUE;
}
