/* SPDX-License-Identifier: GPL-3.0-or-later */
/* libvirt directly: volumes by path, and bytes of them. */
#define G_LOG_DOMAIN "hostel-snapshot"

#include "config.h"

#include <fcntl.h>
#include <unistd.h>

#include <glib/gi18n.h>

#include "hostel-disk-users.h"
#include "hostel-snapshot-steps-private.h"
#include "hostel-snapshot-table.h"
#include "hostel-storage.h"
#include "hostel-uri.h"
#include "hostel-volume-proof.h"

/* What an entry of a table has at most: 40 bytes, 1 KiB of extras, an id and a name. */
#define ENTRY_BYTES 1600
#define MAX_TABLE (8 * 1024 * 1024)

static void
disk_free (gpointer data)
{
  HostelSnapshotDisk *disk = data;

  g_free (disk->target);
  g_free (disk->path);
  g_clear_pointer (&disk->table, g_ptr_array_unref);
  g_free (disk);
}

static GBytes *
read_file (const char *path,
           guint64     offset,
           gsize       length)
{
  g_autofree guint8 *buffer = g_malloc (length);
  int fd = open (path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
  gssize n = fd >= 0 ? pread (fd, buffer, length, (off_t) offset) : -1;

  if (fd >= 0)
    close (fd);

  return n >= 0 ? g_bytes_new (buffer, n) : NULL;
}

/* By the daemon, which may read it; where it is in no pool, by this program. */
static GBytes *
read_part (const HostelSnapshotWork *work,
           const char               *path,
           guint64                   offset,
           gsize                     length)
{
  g_autoptr (virStorageVol) volume = virStorageVolLookupByPath (work->handle, path);
  g_autofree char *uri = NULL;

  if (volume != NULL)
    return hostel_storage_download_part (work->handle, volume, offset, length, NULL);

  uri = virConnectGetURI (work->handle);

  return uri != NULL && hostel_uri_is_local (uri) ? read_file (path, offset, length) : NULL;
}

static GPtrArray *
read_table (const HostelSnapshotWork *work,
            const char               *path)
{
  g_autoptr (GBytes) head = read_part (work, path, 0, HOSTEL_SNAPSHOT_TABLE_HEAD);
  g_autoptr (GBytes) body = NULL;
  guint64 offset;
  guint n;

  if (head == NULL ||
      !hostel_snapshot_table_find (g_bytes_get_data (head, NULL), g_bytes_get_size (head), &n, &offset))
    return NULL;
  if (n > 0)
    body = read_part (work, path, offset, MIN ((gsize) n * ENTRY_BYTES, MAX_TABLE));
  if (n > 0 && body == NULL)
    return NULL;

  return hostel_snapshot_table_parse (body != NULL ? g_bytes_get_data (body, NULL) : NULL,
                                      body != NULL ? g_bytes_get_size (body) : 0, n);
}

/**
 * hostel_snapshot_disks_read:
 * @doc: a machine, or a snapshot
 * @xpath: its disks
 * @error: (out) (optional): where one cannot be looked into
 *
 * Returns: (transfer full) (nullable) (element-type HostelSnapshotDisk): each with its table
 */
GPtrArray *
hostel_snapshot_disks_read (const HostelSnapshotWork  *work,
                            xmlDocPtr                  doc,
                            const char                *xpath,
                            GError                   **error)
{
  g_autoptr (GPtrArray) disks = g_ptr_array_new_with_free_func (disk_free);
  g_autoptr (GPtrArray) nodes = hostel_xml_find_nodes (doc, xpath);

  for (guint i = 0; i < nodes->len; i++)
    {
      HostelSnapshotDisk *disk = g_new0 (HostelSnapshotDisk, 1);

      g_ptr_array_add (disks, disk);
      disk->target = hostel_xml_dup_string (doc, nodes->pdata[i], "target/@dev");
      disk->path = hostel_disk_users_dup_source (work->handle, doc, nodes->pdata[i]);
      disk->table = disk->path != NULL ? read_table (work, disk->path) : NULL;
      if (disk->table != NULL)
        continue;

      hostel_error_set (error, HOSTEL_ERROR_UNSUPPORTED,
                        _("Look whether it is there, and in an active storage pool."), disk->path,
                        _("The disk %s of “%s” cannot be read, or is no qcow2 file: what is in it is not known."),
                        disk->target, work->name);
      return NULL;
    }

  return g_steal_pointer (&disks);
}

/**
 * hostel_snapshot_disks_check_own:
 * @disks: (element-type HostelSnapshotDisk): files that are going to be written to
 * @error: (out) (optional): %HOSTEL_ERROR_WRONG_STATE, who else needs one
 */
gboolean
hostel_snapshot_disks_check_own (const HostelSnapshotWork  *work,
                                 GPtrArray                 *disks,
                                 GError                   **error)
{
  g_autoptr (HostelDiskUsers) users = hostel_disk_users_read_anew (work->handle, error);

  if (users == NULL)
    return FALSE;

  for (guint i = 0; i < disks->len; i++)
    {
      HostelSnapshotDisk *disk = disks->pdata[i];
      g_autofree char *need = hostel_disk_users_dup_need (users, disk->path, work->uuid, NULL);

      if (need == NULL)
        continue;

      hostel_error_set (error, HOSTEL_ERROR_WRONG_STATE,
                        _("Look first at what needs it, and do without that."), disk->path,
                        _("The disk %s of “%s” is not its alone. %s"), disk->target, work->name, need);
      return FALSE;
    }

  return TRUE;
}

/**
 * hostel_snapshot_disks_check_space:
 * @bytes: what the first disk is going to grow by, the others by little
 */
gboolean
hostel_snapshot_disks_check_space (const HostelSnapshotWork  *work,
                                   GPtrArray                 *disks,
                                   guint64                    bytes,
                                   GError                   **error)
{
  for (guint i = 0; i < disks->len; i++)
    {
      HostelSnapshotDisk *disk = disks->pdata[i];
      g_autoptr (virStorageVol) volume = virStorageVolLookupByPath (work->handle, disk->path);
      g_autoptr (virStoragePool) pool = volume != NULL ? virStoragePoolLookupByVolume (volume) : NULL;

      if (pool != NULL && !hostel_storage_check_space (pool, bytes, error))
        return FALSE;
    }

  return TRUE;
}

guint
hostel_snapshot_disks_count (GPtrArray  *disks,
                             const char *name)
{
  guint count = 0;

  for (guint i = 0; i < disks->len; i++)
    count += hostel_snapshot_table_count (((HostelSnapshotDisk *) disks->pdata[i])->table, name) > 0;

  return count;
}

gboolean
hostel_snapshot_disks_are_twofold (GPtrArray  *disks,
                                   const char *name)
{
  for (guint i = 0; i < disks->len; i++)
    if (hostel_snapshot_table_count (((HostelSnapshotDisk *) disks->pdata[i])->table, name) > 1)
      return TRUE;

  return FALSE;
}

gboolean
hostel_snapshot_disks_have_number (GPtrArray  *disks,
                                   const char *name)
{
  for (guint i = 0; i < disks->len; i++)
    if (hostel_snapshot_table_has_id (((HostelSnapshotDisk *) disks->pdata[i])->table, name))
      return TRUE;

  return FALSE;
}

/**
 * hostel_snapshot_delete_seeds:
 * @doc: a machine or a snapshot that was
 * @xpath: paths of its disks that are only read
 *
 * A seed of before user-data was applied is there for the snapshots' sake alone, and the seed of after that for the
 * machine's alone: one that nobody names any more goes.
 */
void
hostel_snapshot_delete_seeds (const HostelSnapshotWork *work,
                              xmlDocPtr                 doc,
                              const char               *xpath)
{
  g_auto (GStrv) paths = hostel_xml_dup_strings (doc, NULL, xpath);

  for (guint i = 0; paths[i] != NULL; i++)
    {
      g_autoptr (virStorageVol) volume = virStorageVolLookupByPath (work->handle, paths[i]);

      if (volume != NULL && hostel_volume_proof_is_seed (work->handle, volume, work->uuid))
        hostel_storage_delete_unnamed (work->handle, volume);
    }
}
