/* SPDX-License-Identifier: GPL-3.0-or-later */
/* libvirt directly: libvirt-glib 4.0 finds no pool by its folder; a create is made in a worker by bare
 * handles. */
#define G_LOG_DOMAIN "hostel-storage"

#include "config.h"

#include <glib/gi18n.h>

#include "hostel-disk-users.h"
#include "hostel-storage.h"
#include "hostel-uri.h"
#include "hostel-xml.h"

#define SYSTEM_POOL_PATH "/var/lib/libvirt/images"
/* A volume's name is a file's: 255 bytes, of which the UUID and the suffix take 50. */
#define MAX_STEM 64
#define REFRESH_TRIES 20
#define REFRESH_WAIT_USEC (100 * 1000)

/**
 * hostel_storage_dup_volume_name:
 * @stem: the machine's name, any text
 * @uuid: the machine's UUID
 * @suffix: ".qcow2", "-seed.iso"...
 *
 * Returns: (transfer full): a volume's name that contains the UUID and can be a file's name: what
 *   is neither a letter, a digit, a dot, a dash nor an underscore becomes an underscore
 */
char *
hostel_storage_dup_volume_name (const char *stem,
                                const char *uuid,
                                const char *suffix)
{
  g_autofree char *clean = g_strndup (stem, MAX_STEM);

  g_return_val_if_fail (uuid != NULL && suffix != NULL, NULL);

  g_strcanon (clean, G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS "._-", '_');
  if (*clean == '.' || *clean == '-')
    *clean = '_';

  return g_strdup_printf ("%s-%s%s", clean, uuid, suffix);
}

/**
 * hostel_storage_dup_pool_xml:
 * @name: of a pool
 * @path: a directory of the host
 *
 * Returns: (transfer full): the definition of a pool of that directory
 */
char *
hostel_storage_dup_pool_xml (const char *name,
                             const char *path)
{
  g_autoptr (xmlDoc) doc = xmlNewDoc (BAD_CAST "1.0");
  xmlNodePtr pool = xmlNewNode (NULL, BAD_CAST "pool");
  xmlNodePtr target;

  xmlDocSetRootElement (doc, pool);
  xmlNewProp (pool, BAD_CAST "type", BAD_CAST "dir");
  xmlNewTextChild (pool, NULL, BAD_CAST "name", BAD_CAST name);
  target = xmlNewChild (pool, NULL, BAD_CAST "target", NULL);
  xmlNewTextChild (target, NULL, BAD_CAST "path", BAD_CAST path);

  return hostel_xml_to_string (doc);
}

/* The one pool that is ever made here. */
static virStoragePoolPtr
define_default_pool (virConnectPtr   handle,
                     gboolean        session,
                     GError        **error)
{
  g_autofree char *path = session
    ? g_build_filename (g_get_user_data_dir (), "libvirt", "images", NULL)
    : g_strdup (SYSTEM_POOL_PATH);
  g_autofree char *uri = virConnectGetURI (handle);
  g_autofree char *xml = hostel_storage_dup_pool_xml (HOSTEL_STORAGE_DEFAULT_POOL, path);
  virStoragePoolPtr pool;

  if (session && (uri == NULL || !hostel_uri_is_local (uri)))
    {
      hostel_error_set (error, HOSTEL_ERROR_NOT_FOUND,
                        _("Make it on that host: virsh pool-define-as default dir --target "
                          "DIRECTORY, pool-build, pool-start, pool-autostart."),
                        NULL, _("That host has no storage pool named “default”."));
      return NULL;
    }

  /* The directory may be a pool under another name: virt-install calls it "images". */
  if ((pool = virStoragePoolLookupByTargetPath (handle, path)) != NULL ||
      (pool = virStoragePoolDefineXML (handle, xml, 0)) != NULL)
    return pool;

  hostel_virt_set_error (error, _("The storage pool “default” cannot be made at “%s”."), path);

  /* Another program may have made it a moment ago. */
  if ((pool = virStoragePoolLookupByName (handle, HOSTEL_STORAGE_DEFAULT_POOL)) != NULL)
    g_clear_error (error);

  return pool;
}

/**
 * hostel_storage_start_pool:
 *
 * Starts @pool and makes its folder where it is not there. A libvirt before 1.3.1 does the two one
 * after the other.
 *
 * Returns: whether it was started; else libvirt's last error says why
 */
gboolean
hostel_storage_start_pool (virStoragePoolPtr pool)
{
  if (virStoragePoolCreate (pool, VIR_STORAGE_POOL_CREATE_WITH_BUILD) == 0)
    return TRUE;
  if (!hostel_virt_is_unknown_flag ())
    return FALSE;

  virStoragePoolBuild (pool, VIR_STORAGE_POOL_BUILD_NEW);

  return virStoragePoolCreate (pool, VIR_STORAGE_POOL_CREATE_NORMAL) == 0;
}

static gboolean
start_default_pool (virStoragePoolPtr   pool,
                    GError            **error)
{
  const char *name = virStoragePoolGetName (pool);

  if (!hostel_storage_start_pool (pool))
    {
      hostel_virt_set_error (error, _("The storage pool “%s” cannot be started."), name);
      if (virStoragePoolIsActive (pool) != 1)
        return FALSE;
      /* Another program has started it. */
      g_clear_error (error);
    }

  virStoragePoolSetAutostart (pool, TRUE);

  return TRUE;
}

/**
 * hostel_storage_get_pool:
 * @handle: a connection
 * @name: (nullable): the chosen pool, "" or %NULL for the default one
 * @session: whether it is a session's daemon
 * @error: (out) (optional): %HOSTEL_ERROR_NOT_FOUND, %HOSTEL_ERROR_WRONG_STATE or
 *   %HOSTEL_ERROR_UNSUPPORTED
 *
 * The chosen pool as it is, which must be active; else "default"; else the pool that has its
 * directory; else "default" is defined, built, started and set to autostart. It stays, whatever
 * becomes of the machine.
 *
 * Returns: (transfer full) (nullable): the active pool
 */
virStoragePoolPtr
hostel_storage_get_pool (virConnectPtr   handle,
                         const char     *name,
                         gboolean        session,
                         GError        **error)
{
  g_autoptr (virStoragePool) pool = NULL;
  gboolean is_default = name == NULL || *name == '\0' ||
                        g_str_equal (name, HOSTEL_STORAGE_DEFAULT_POOL);
  virStoragePoolInfo info;

  if (is_default)
    name = HOSTEL_STORAGE_DEFAULT_POOL;

  if ((pool = virStoragePoolLookupByName (handle, name)) == NULL)
    {
      virErrorPtr last = virGetLastError ();

      if (last == NULL || last->code != VIR_ERR_NO_STORAGE_POOL || !is_default)
        {
          hostel_virt_set_error (error, _("There is no storage pool named “%s”."), name);
          return NULL;
        }
      if ((pool = define_default_pool (handle, session, error)) == NULL)
        return NULL;
    }

  if (virStoragePoolGetInfo (pool, &info) < 0)
    {
      hostel_virt_set_error (error, _("The storage pool “%s” cannot be read."), name);
      return NULL;
    }
  if (info.state == VIR_STORAGE_POOL_RUNNING)
    return g_steal_pointer (&pool);

  if (is_default)
    return start_default_pool (pool, error) ? g_steal_pointer (&pool) : NULL;

  hostel_error_set (error, HOSTEL_ERROR_WRONG_STATE,
                    _("Start it on the images page, or choose another one."), NULL,
                    _("The storage pool “%s” is not active."), name);

  return NULL;
}

/**
 * hostel_storage_refresh:
 *
 * A pool that somebody is making a volume in cannot be refreshed for a moment: tries for some
 * seconds.
 *
 * Returns: whether the daemon has looked at @pool
 */
gboolean
hostel_storage_refresh (virStoragePoolPtr pool)
{
  for (int i = 0; i < REFRESH_TRIES; i++)
    {
      if (virStoragePoolRefresh (pool, 0) == 0)
        return TRUE;
      g_usleep (REFRESH_WAIT_USEC);
    }

  return virStoragePoolRefresh (pool, 0) == 0;
}

/**
 * hostel_storage_check_space:
 * @pool: an active pool
 * @bytes: what is going to be written
 * @error: (out) (optional): %HOSTEL_ERROR_NO_SPACE
 *
 * The daemon's figure is as old as the last change that went through it: where it is too small, the
 * pool is refreshed and asked once more, and only then.
 */
gboolean
hostel_storage_check_space (virStoragePoolPtr   pool,
                            guint64             bytes,
                            GError            **error)
{
  g_autofree char *needed = g_format_size_full (bytes, G_FORMAT_SIZE_IEC_UNITS);
  g_autofree char *available = NULL;
  virStoragePoolInfo info;

  if (virStoragePoolGetInfo (pool, &info) < 0 || info.available >= bytes)
    return TRUE;

  if (virStoragePoolRefresh (pool, 0) < 0 || virStoragePoolGetInfo (pool, &info) < 0 ||
      info.available >= bytes)
    return TRUE;

  available = g_format_size_full (info.available, G_FORMAT_SIZE_IEC_UNITS);
  hostel_error_set (error, HOSTEL_ERROR_NO_SPACE,
                    _("Free some space there, or choose another storage pool."), NULL,
                    _("The storage pool “%s” has %s free, and %s is needed to begin with."),
                    virStoragePoolGetName (pool), available, needed);

  return FALSE;
}

static char *
dup_volume_xml (const HostelVolumeSpec *spec)
{
  g_autoptr (xmlDoc) doc = xmlNewDoc (BAD_CAST "1.0");
  g_autofree char *capacity = g_strdup_printf ("%" G_GUINT64_FORMAT, spec->capacity);
  xmlNodePtr volume = xmlNewNode (NULL, BAD_CAST "volume");
  xmlNodePtr target;
  xmlNodePtr node;

  xmlDocSetRootElement (doc, volume);
  xmlNewTextChild (volume, NULL, BAD_CAST "name", BAD_CAST spec->name);
  node = xmlNewTextChild (volume, NULL, BAD_CAST "capacity", BAD_CAST capacity);
  xmlNewProp (node, BAD_CAST "unit", BAD_CAST "bytes");
  xmlNewTextChild (volume, NULL, BAD_CAST "allocation", BAD_CAST "0");

  target = xmlNewChild (volume, NULL, BAD_CAST "target", NULL);
  node = xmlNewChild (target, NULL, BAD_CAST "format", NULL);
  xmlNewProp (node, BAD_CAST "type", BAD_CAST spec->format);
  /* The hypervisor is let in by libvirt itself when the machine starts. */
  node = xmlNewChild (target, NULL, BAD_CAST "permissions", NULL);
  xmlNewTextChild (node, NULL, BAD_CAST "mode", BAD_CAST "0600");
  if (g_str_equal (spec->format, "qcow2"))
    xmlNewTextChild (target, NULL, BAD_CAST "compat", BAD_CAST "1.1");

  if (spec->backing_path != NULL)
    {
      xmlNodePtr backing = xmlNewChild (volume, NULL, BAD_CAST "backingStore", NULL);

      xmlNewTextChild (backing, NULL, BAD_CAST "path", BAD_CAST spec->backing_path);
      node = xmlNewChild (backing, NULL, BAD_CAST "format", NULL);
      xmlNewProp (node, BAD_CAST "type", BAD_CAST spec->backing_format);
    }

  return hostel_xml_to_string (doc);
}

/**
 * hostel_storage_create_volume:
 *
 * Readable and writable by nobody but its owner; sparse. A volume of that name is an error, never
 * overwritten.
 *
 * Returns: (transfer full) (nullable): the volume
 */
virStorageVolPtr
hostel_storage_create_volume (virStoragePoolPtr        pool,
                              const HostelVolumeSpec  *spec,
                              GError                 **error)
{
  const char *pool_name = virStoragePoolGetName (pool);
  g_autofree char *xml = dup_volume_xml (spec);
  virStorageVolPtr volume = virStorageVolCreateXML (pool, xml, 0);

  if (volume == NULL)
    hostel_virt_set_error (error, _("The volume “%s” cannot be made in the storage pool “%s”."),
                           spec->name, pool_name);

  return volume;
}

/**
 * hostel_storage_copy_volume:
 * @source: with all that it stands on
 *
 * The same, filled with what @source holds. Takes as long as that is large.
 *
 * Returns: (transfer full) (nullable): the volume
 */
virStorageVolPtr
hostel_storage_copy_volume (virStoragePoolPtr        pool,
                            const HostelVolumeSpec  *spec,
                            virStorageVolPtr         source,
                            GError                 **error)
{
  const char *pool_name = virStoragePoolGetName (pool);
  g_autofree char *xml = dup_volume_xml (spec);
  virStorageVolPtr volume = virStorageVolCreateXMLFrom (pool, xml, source, 0);

  if (volume == NULL)
    hostel_virt_set_error (error, _("The disk cannot be copied to “%s” in the storage pool “%s”."),
                           spec->name, pool_name);

  return volume;
}

/**
 * hostel_storage_list_names:
 *
 * Without a refresh: what the daemon knows.
 *
 * Returns: (transfer full) (nullable): the names of all volumes of @pool
 */
GStrv
hostel_storage_list_names (virStoragePoolPtr   pool,
                           GError            **error)
{
  const char *name = virStoragePoolGetName (pool);
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  virStorageVolPtr *volumes = NULL;
  int n = virStoragePoolListAllVolumes (pool, &volumes, 0);

  if (n < 0)
    {
      hostel_virt_set_error (error, _("The storage pool “%s” cannot be listed."), name);
      return NULL;
    }

  for (int i = 0; i < n; i++)
    {
      g_strv_builder_add (builder, virStorageVolGetName (volumes[i]));
      virStorageVolFree (volumes[i]);
    }
  free (volumes);

  return g_strv_builder_end (builder);
}

/**
 * hostel_storage_delete_named:
 *
 * Returns: %TRUE when no volume of that name is there any more
 */
gboolean
hostel_storage_delete_named (virStoragePoolPtr   pool,
                             const char         *name,
                             GError            **error)
{
  g_autoptr (virStorageVol) volume = virStorageVolLookupByName (pool, name);
  virErrorPtr last;

  if (volume != NULL && virStorageVolDelete (volume, 0) == 0)
    return TRUE;

  last = virGetLastError ();
  if (last != NULL && last->code == VIR_ERR_NO_STORAGE_VOL)
    return TRUE;

  hostel_virt_set_error (error, _("The volume “%s” cannot be deleted."), name);

  return FALSE;
}

/**
 * hostel_storage_delete_unnamed:
 * @handle: a connection
 * @volume: a volume that the caller has made, as is recorded or as its content says
 *
 * Looks at all machines and disks anew first.
 *
 * Returns: %TRUE when it is gone, or somebody needs it and it stays
 */
gboolean
hostel_storage_delete_unnamed (virConnectPtr    handle,
                               virStorageVolPtr volume)
{
  g_autofree char *path = virStorageVolGetPath (volume);
  g_autoptr (HostelDiskUsers) users = hostel_disk_users_read_anew (handle, NULL);
  g_autofree char *need = NULL;

  if (path == NULL || users == NULL)
    return FALSE;

  if ((need = hostel_disk_users_dup_need (users, path, NULL, NULL)) != NULL)
    {
      g_debug ("%s stays: %s", path, need);
      return TRUE;
    }

  return virStorageVolDelete (volume, 0) == 0;
}
