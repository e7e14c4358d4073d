/* SPDX-License-Identifier: GPL-3.0-or-later */
/* libvirt directly: libvirt-glib 4.0 finds no volume by its path, and makes one in a worker by bare
 * handles. */
#define G_LOG_DOMAIN "hostel-device-source"

#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <glib/gi18n.h>

#include "hostel-device-source.h"
#include "hostel-disk-users.h"
#include "hostel-image.h"
#include "hostel-storage.h"
#include "hostel-uri.h"

#define OWN_DISKS "/domain/devices/disk[source and not(readonly) and (not(@device) or @device = 'disk')]"
/* Where the descriptors of ISO 9660 and UDF are, one in each 2,048 bytes. */
#define DESCRIPTORS (32 * 1024)
#define DESCRIPTOR 2048
#define N_DESCRIPTORS 8
/* What an empty qcow2 takes. */
#define FIRST_BYTES (G_GUINT64_CONSTANT (1) << 20)
#define NAME_TRIES 1000

void
hostel_device_source_clear (HostelDeviceSource *self)
{
  g_clear_pointer (&self->path, g_free);
  g_clear_pointer (&self->format, g_free);
  g_clear_pointer (&self->pool, g_free);
  g_clear_pointer (&self->volume, g_free);
}

static gboolean
is_local (virConnectPtr handle)
{
  g_autofree char *uri = virConnectGetURI (handle);

  return uri != NULL && hostel_uri_is_local (uri);
}

static gboolean
check_absolute (const char  *file,
                GError     **error)
{
  if (g_path_is_absolute (file))
    return TRUE;

  hostel_error_set (error, HOSTEL_ERROR_INVALID, _("Give its whole path, from “/” on."), NULL,
                    _("“%s” is no path on the host."), file);

  return FALSE;
}

/* "raw" for whatever a hypervisor is not to look into. */
static gboolean
read_volume (HostelDeviceSource  *self,
             virStorageVolPtr     volume,
             const char          *file,
             GError             **error)
{
  g_autofree char *xml = virStorageVolGetXMLDesc (volume, 0);
  g_autoptr (xmlDoc) doc = hostel_xml_parse (xml);
  g_autofree char *format = doc != NULL ? hostel_xml_dup_string (doc, NULL, "/volume/target/format/@type") : NULL;
  virStorageVolInfo info;

  if (doc == NULL || virStorageVolGetInfo (volume, &info) < 0)
    {
      hostel_virt_set_error (error, _("“%s” cannot be read."), file);
      return FALSE;
    }
  if (info.type != VIR_STORAGE_VOL_FILE && info.type != VIR_STORAGE_VOL_BLOCK)
    {
      hostel_error_set (error, HOSTEL_ERROR_UNSUPPORTED, _("Name a disk image."), NULL,
                        _("“%s” is neither a file nor a device."), file);
      return FALSE;
    }

  self->path = virStorageVolGetPath (volume);
  self->block = info.type == VIR_STORAGE_VOL_BLOCK;
  self->format = g_strdup (format != NULL && g_str_equal (format, "qcow2") ? "qcow2" : "raw");

  return self->path != NULL;
}

static gboolean
read_file (HostelDeviceSource  *self,
           const char          *file,
           GError             **error)
{
  g_autoptr (HostelImage) image = hostel_image_new_from_path (file, error);

  if (image == NULL)
    return FALSE;

  self->path = g_strdup (file);
  self->format = g_strdup (hostel_image_get_format (image) == HOSTEL_IMAGE_FORMAT_QCOW2 ? "qcow2" : "raw");

  return TRUE;
}

/**
 * hostel_device_source_find_disk:
 * @self: (out): where it goes
 * @handle: a connection
 * @file: of the host
 * @error: %HOSTEL_ERROR_WRONG_STATE where somebody needs it as it is, ...
 *
 * Returns: whether a machine can have @file as its disk
 */
gboolean
hostel_device_source_find_disk (HostelDeviceSource  *self,
                                virConnectPtr        handle,
                                const char          *file,
                                GError             **error)
{
  g_autoptr (virStorageVol) volume = NULL;
  g_autoptr (HostelDiskUsers) users = NULL;
  g_autofree char *need = NULL;

  if (!check_absolute (file, error) || (users = hostel_disk_users_read_anew (handle, error)) == NULL)
    return FALSE;
  if ((need = hostel_disk_users_dup_need (users, file, NULL, NULL)) != NULL)
    {
      hostel_error_set (error, HOSTEL_ERROR_WRONG_STATE, _("Give the machine a disk of its own."), NULL,
                        _("“%s” is not free. %s"), file, need);
      return FALSE;
    }
  if ((volume = virStorageVolLookupByPath (handle, file)) != NULL)
    return read_volume (self, volume, file, error);
  if (is_local (handle))
    return read_file (self, file, error);

  hostel_error_set (error, HOSTEL_ERROR_NOT_FOUND, _("Name a volume of one of its storage pools."), NULL,
                    _("No storage pool of the host has “%s”."), file);

  return FALSE;
}

static gboolean
is_disc (const guint8 *bytes,
         gsize         length)
{
  static const char * const magic[] = { "CD001", "BEA01", "NSR02", "NSR03" };

  for (gsize at = DESCRIPTORS; at + DESCRIPTOR <= length; at += DESCRIPTOR)
    for (guint i = 0; i < G_N_ELEMENTS (magic); i++)
      if (memcmp (bytes + at + 1, magic[i], 5) == 0)
        return TRUE;

  return FALSE;
}

static gboolean
read_disc (const char  *file,
           guint8      *bytes,
           gsize       *length,
           GError     **error)
{
  int fd = open (file, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  int saved = errno;
  struct stat info;

  if (fd < 0)
    {
      hostel_error_set (error, saved == ENOENT ? HOSTEL_ERROR_NOT_FOUND : HOSTEL_ERROR_DENIED,
                        saved == ENOENT ? _("Check the path.") : _("Ask its owner for the right to read it."),
                        g_strerror (saved), saved == ENOENT ? _("There is no file “%s”.")
                                                            : _("You may not read “%s”."), file);
      return FALSE;
    }

  *length = fstat (fd, &info) == 0 && S_ISREG (info.st_mode) ? MAX (pread (fd, bytes, *length, 0), 0) : 0;
  close (fd);

  return TRUE;
}

static gboolean
read_disc_volume (virConnectPtr      handle,
                  virStorageVolPtr   volume,
                  guint8            *bytes,
                  gsize             *length,
                  GError           **error)
{
  g_autoptr (GBytes) head = hostel_storage_download_head (handle, volume, *length, error);
  gconstpointer data;

  if (head == NULL)
    return FALSE;

  data = g_bytes_get_data (head, length);
  if (*length > 0)
    memcpy (bytes, data, *length);

  return TRUE;
}

/**
 * hostel_device_source_find_disc:
 * @self: (out): where it goes
 * @handle: a connection
 * @file: of the host
 * @error: %HOSTEL_ERROR_INVALID where it is no disc, ...
 *
 * Several machines may read one disc.
 *
 * Returns: whether a drive can have @file in it
 */
gboolean
hostel_device_source_find_disc (HostelDeviceSource  *self,
                                virConnectPtr        handle,
                                const char          *file,
                                GError             **error)
{
  guint8 bytes[DESCRIPTORS + N_DESCRIPTORS * DESCRIPTOR];
  gsize length = sizeof bytes;
  g_autoptr (virStorageVol) volume = NULL;

  if (!check_absolute (file, error))
    return FALSE;

  if ((volume = virStorageVolLookupByPath (handle, file)) != NULL)
    {
      if (!read_volume (self, volume, file, error) || !read_disc_volume (handle, volume, bytes, &length, error))
        return FALSE;
    }
  else if (!is_local (handle))
    {
      hostel_error_set (error, HOSTEL_ERROR_NOT_FOUND, _("Name a volume of one of its storage pools."), NULL,
                        _("No storage pool of the host has “%s”."), file);
      return FALSE;
    }
  else if (!read_disc (file, bytes, &length, error))
    return FALSE;

  if (!is_disc (bytes, length))
    {
      hostel_error_set (error, HOSTEL_ERROR_INVALID, _("Choose an ISO file."), NULL,
                        _("“%s” is no image of a CD or DVD."), file);
      return FALSE;
    }

  if (self->path == NULL)
    self->path = g_strdup (file);
  g_free (self->format);
  self->format = g_strdup ("raw");

  return TRUE;
}

/* Where the machine has its first disk, else the host's default one. */
static virStoragePoolPtr
find_pool (virConnectPtr   handle,
           xmlDoc         *machine,
           GError        **error)
{
  g_autoptr (GPtrArray) disks = hostel_xml_find_nodes (machine, OWN_DISKS);
  g_autofree char *uri = virConnectGetURI (handle);

  for (guint i = 0; i < disks->len; i++)
    {
      g_autofree char *path = hostel_disk_users_dup_source (handle, machine, disks->pdata[i]);
      g_autoptr (virStorageVol) volume = path != NULL ? virStorageVolLookupByPath (handle, path) : NULL;
      virStoragePoolPtr pool = volume != NULL ? virStoragePoolLookupByVolume (volume) : NULL;

      if (pool != NULL)
        return pool;
    }

  return hostel_storage_get_pool (handle, NULL, uri != NULL && hostel_uri_is_session (uri), error);
}

/* Files can be qcow2; what is a device is as it is. */
static gboolean
has_files (virStoragePoolPtr pool)
{
  static const char * const kinds[] = { "dir", "fs", "netfs", "gluster", "vstorage", NULL };
  g_autofree char *xml = virStoragePoolGetXMLDesc (pool, 0);
  g_autoptr (xmlDoc) doc = hostel_xml_parse (xml);
  g_autofree char *kind = doc != NULL ? hostel_xml_dup_string (doc, NULL, "/pool/@type") : NULL;

  return kind != NULL && g_strv_contains (kinds, kind);
}

static char *
dup_free_name (virStoragePoolPtr  pool,
               const char        *stem,
               const char        *suffix)
{
  for (guint i = 1; i <= NAME_TRIES; i++)
    {
      g_autofree char *name = i == 1 ? g_strconcat (stem, suffix, NULL) : g_strdup_printf ("%s-%u%s", stem, i, suffix);
      g_autoptr (virStorageVol) volume = virStorageVolLookupByName (pool, name);

      if (volume == NULL)
        return g_steal_pointer (&name);
    }

  return NULL;
}

/**
 * hostel_device_source_create:
 * @self: (out): where it goes
 * @handle: a connection
 * @lock: the machine's, which notes it
 * @machine: the machine's XML
 * @stem: what its name begins with
 * @bytes: how large it is for the guest
 * @error: %HOSTEL_ERROR_NO_SPACE, ...
 *
 * Makes an empty volume where the machine has its disks.
 *
 * Returns: whether it is there
 */
gboolean
hostel_device_source_create (HostelDeviceSource  *self,
                             virConnectPtr        handle,
                             HostelMachineLock   *lock,
                             xmlDoc              *machine,
                             const char          *stem,
                             guint64              bytes,
                             GError             **error)
{
  g_autoptr (virStoragePool) pool = find_pool (handle, machine, error);
  g_autoptr (virStorageVol) volume = NULL;
  const char *noted[] = { NULL, NULL };
  HostelVolumeSpec spec = { .capacity = bytes };
  virStorageVolInfo info;

  if (pool == NULL)
    return FALSE;

  spec.format = has_files (pool) ? "qcow2" : "raw";
  self->format = g_strdup (spec.format);
  self->pool = g_strdup (virStoragePoolGetName (pool));
  self->volume = dup_free_name (pool, stem, g_str_equal (spec.format, "qcow2") ? ".qcow2" : "");
  if (self->volume == NULL)
    {
      hostel_error_set (error, HOSTEL_ERROR_EXISTS, _("Look at the storage pool, and delete what nobody needs."), NULL,
                        _("The storage pool “%s” has too many disks of that name."), self->pool);
      return FALSE;
    }

  spec.name = self->volume;
  noted[0] = self->volume;
  if (!hostel_storage_check_space (pool, g_str_equal (spec.format, "qcow2") ? FIRST_BYTES : bytes, error) ||
      !hostel_machine_lock_note (lock, self->pool, noted, error) ||
      (volume = hostel_storage_create_volume (pool, &spec, error)) == NULL)
    {
      g_clear_pointer (&self->volume, g_free);
      return FALSE;
    }

  self->path = virStorageVolGetPath (volume);
  self->block = virStorageVolGetInfo (volume, &info) == 0 && info.type == VIR_STORAGE_VOL_BLOCK;

  return TRUE;
}

void
hostel_device_source_undo (HostelDeviceSource *self,
                           virConnectPtr       handle)
{
  g_autoptr (virStoragePool) pool = self->volume != NULL ? virStoragePoolLookupByName (handle, self->pool) : NULL;
  g_autoptr (virStorageVol) volume = pool != NULL ? virStorageVolLookupByName (pool, self->volume) : NULL;

  if (volume != NULL && !hostel_storage_delete_unnamed (handle, volume))
    g_debug ("“%s” stays: %s", self->volume, virGetLastErrorMessage ());
}
