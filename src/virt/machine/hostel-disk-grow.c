/* SPDX-License-Identifier: GPL-3.0-or-later */
/* libvirt directly: libvirt-glib 4.0 finds no volume by its path, and has no block info. */
#define G_LOG_DOMAIN "hostel-disk-grow"

#include "config.h"

#include <glib/gi18n.h>

#include "hostel-connection-call.h"
#include "hostel-disk-grow.h"
#include "hostel-disk-users.h"
#include "hostel-machine-lock.h"
#include "hostel-storage.h"
#include "hostel-xml.h"

/* Disks that can be written: neither the seed nor a medium. */
#define DISKS "/domain/devices/disk[(@device = 'disk' or not(@device)) and not(readonly) and source]"
#define SECTOR G_GUINT64_CONSTANT (512)

typedef struct
{
  char    *uuid;   /* owned */
  char    *name;   /* owned */
  char    *target; /* owned, nullable: the disk that the machine boots from */
  guint64  bytes;
} Request;

/* One disk of the machine as it is now, or will be at the next start. */
typedef struct
{
  char    *target; /* owned: "vda" */
  char    *path;   /* owned, nullable: where it is; no path for an image on the network */
  guint64  order;  /* in which the firmware looks at it, G_MAXUINT64 where nobody said */
} Disk;

static void
request_free (gpointer data)
{
  Request *request = data;

  g_free (request->uuid);
  g_free (request->name);
  g_free (request->target);
  g_free (request);
}

static void
disk_free (gpointer data)
{
  Disk *disk = data;

  g_free (disk->target);
  g_free (disk->path);
  g_free (disk);
}

/**
 * hostel_disk_choice_free:
 * @self: (transfer full): a disk
 *
 * Frees @self.
 */
void
hostel_disk_choice_free (HostelDiskChoice *self)
{
  g_free (self->target);
  g_free (self->name);
  g_free (self);
}

/* libvirt keeps them in the order in which a firmware that was told nothing looks at them. */
static int
compare_order (gconstpointer a,
               gconstpointer b)
{
  const Disk *first = *(const Disk * const *) a;
  const Disk *second = *(const Disk * const *) b;

  return first->order < second->order ? -1 : first->order > second->order;
}

static GPtrArray *
read_disks (virConnectPtr  handle,
            xmlDocPtr      doc)
{
  GPtrArray *disks = g_ptr_array_new_with_free_func (disk_free);
  g_autoptr (GPtrArray) nodes = hostel_xml_find_nodes (doc, DISKS);

  for (guint i = 0; i < nodes->len; i++)
    {
      Disk *disk = g_new0 (Disk, 1);

      disk->target = hostel_xml_dup_string (doc, nodes->pdata[i], "target/@dev");
      disk->path = hostel_disk_users_dup_source (handle, doc, nodes->pdata[i]);
      disk->order = hostel_xml_get_uint64 (doc, nodes->pdata[i], "boot/@order");
      if (disk->order == 0)
        disk->order = G_MAXUINT64;
      g_ptr_array_add (disks, disk);
    }
  /* Stable. */
  g_ptr_array_sort (disks, compare_order);

  return disks;
}

/* The disk that it boots from first. */
static GPtrArray *
find_disks (virConnectPtr   handle,
            virDomainPtr    domain,
            const char     *name,
            GError        **error)
{
  g_autofree char *xml = virDomainGetXMLDesc (domain, 0);
  g_autoptr (xmlDoc) doc = hostel_xml_parse (xml);
  g_autoptr (GPtrArray) disks = NULL;

  if (doc == NULL)
    {
      hostel_virt_set_error (error, _("The definition of “%s” cannot be read."), name);
      return NULL;
    }

  disks = read_disks (handle, doc);
  if (disks->len > 0)
    return g_steal_pointer (&disks);

  hostel_error_set (error, HOSTEL_ERROR_UNSUPPORTED, NULL, NULL,
                    _("“%s” has no disk of its own that could be larger."), name);

  return NULL;
}

static char *
dup_names (GPtrArray *disks)
{
  GString *names = g_string_new (NULL);

  for (guint i = 0; i < disks->len; i++)
    {
      Disk *disk = disks->pdata[i];
      g_autofree char *name = disk->path != NULL ? g_path_get_basename (disk->path) : NULL;

      g_string_append_printf (names, name != NULL ? "%s%s (%s)" : "%s%s", i > 0 ? ", " : "",
                              disk->target, name);
    }

  return g_string_free (names, FALSE);
}

static Disk *
choose (GPtrArray      *disks,
        const Request  *request,
        GError        **error)
{
  g_autofree char *names = NULL;
  g_autofree char *remedy = NULL;

  for (guint i = 0; i < disks->len; i++)
    if (request->target == NULL ||
        g_str_equal (((Disk *) disks->pdata[i])->target, request->target))
      return disks->pdata[i];

  names = dup_names (disks);
  remedy = g_strdup_printf (_("It has %s."), names);
  hostel_error_set (error, HOSTEL_ERROR_INVALID, remedy, NULL,
                    _("“%s” has no disk “%s” that could be larger."), request->name,
                    request->target);

  return NULL;
}

static guint64
get_size (virConnectPtr   handle,
          virDomainPtr    domain,
          const char     *name,
          const Disk     *disk,
          GError        **error)
{
  g_autoptr (virStorageVol) volume = NULL;
  virDomainBlockInfo info;
  virStorageVolInfo volume_info;

  if (virDomainGetBlockInfo (domain, disk->target, &info, 0) == 0)
    return info.capacity;

  hostel_virt_set_error (error, _("How large the disk of “%s” is cannot be read."), name);
  if (disk->path == NULL || (volume = virStorageVolLookupByPath (handle, disk->path)) == NULL ||
      virStorageVolGetInfo (volume, &volume_info) < 0)
    return 0;

  g_clear_error (error);

  return volume_info.capacity;
}

static gboolean
resize_volume (virConnectPtr   handle,
               const Request  *request,
               const char     *path,
               guint64         size,
               GError        **error)
{
  g_autoptr (virStorageVol) volume = path ? virStorageVolLookupByPath (handle, path) : NULL;

  if (volume == NULL)
    {
      hostel_error_set (error, HOSTEL_ERROR_UNSUPPORTED,
                        _("Start the machine, then try again."), path,
                        _("The disk of “%s” is in no storage pool of this host."), request->name);
      return FALSE;
    }

  if (virStorageVolResize (volume, size, 0) == 0)
    return TRUE;

  hostel_virt_set_error (error, _("The disk of “%s” cannot be made larger."), request->name);

  return FALSE;
}

static gboolean
check_size (const Request  *request,
            guint64         size,
            guint64         now,
            GError        **error)
{
  g_autofree char *text = g_format_size_full (now, G_FORMAT_SIZE_IEC_UNITS);

  if (size > now)
    return TRUE;

  /* libvirt would cut off what is there. */
  hostel_error_set (error, HOSTEL_ERROR_INVALID, _("Give a larger size."), NULL,
                    _("The disk of “%s” has %s already."), request->name, text);

  return FALSE;
}

/* What is under another machine's disk, or another machine's as well, must not change its size. */
static gboolean
check_users (virConnectPtr   handle,
             const Request  *request,
             const char     *path,
             GError        **error)
{
  g_autoptr (HostelDiskUsers) users = NULL;
  g_autofree char *need = NULL;

  if (path == NULL)
    return TRUE;
  if ((users = hostel_disk_users_read_anew (handle, error)) == NULL)
    return FALSE;
  if ((need = hostel_disk_users_dup_need (users, path, request->uuid, NULL)) == NULL)
    return TRUE;

  hostel_error_set (error, HOSTEL_ERROR_WRONG_STATE,
                    _("Look first at what needs it, and do without that."), NULL,
                    _("The disk of “%s” has to stay as it is. %s"), request->name, need);

  return FALSE;
}

static gboolean
grow (virConnectPtr   handle,
      virDomainPtr    domain,
      const Request  *request,
      gboolean       *live,
      GError        **error)
{
  g_autoptr (HostelMachineLock) lock =
    hostel_machine_lock_take (handle, request->uuid, request->name, error);
  g_autoptr (GPtrArray) disks = lock ? find_disks (handle, domain, request->name, error) : NULL;
  guint64 size = (request->bytes + SECTOR - 1) / SECTOR * SECTOR;
  guint64 now;
  Disk *disk;

  if (disks == NULL || (disk = choose (disks, request, error)) == NULL ||
      !check_users (handle, request, disk->path, error) ||
      (now = get_size (handle, domain, request->name, disk, error)) == 0 ||
      !check_size (request, size, now, error))
    return FALSE;

  *live = virDomainIsActive (domain) == 1;
  if (!*live)
    return resize_volume (handle, request, disk->path, size, error);

  if (virDomainBlockResize (domain, disk->target, size, VIR_DOMAIN_BLOCK_RESIZE_BYTES) == 0)
    return TRUE;

  hostel_virt_set_error (error, _("The disk of “%s” cannot be made larger."), request->name);

  return FALSE;
}

static void
grow_worker (GTask         *task,
             virConnectPtr  handle,
             gpointer       task_data)
{
  Request *request = task_data;
  GError *error = NULL;
  gboolean live = FALSE;
  g_autoptr (virDomain) domain =
    hostel_virt_lookup_domain (handle, request->uuid, request->name, &error);

  if (domain != NULL && grow (handle, domain, request, &live, &error))
    g_task_return_int (task, live);
  else
    g_task_return_error (task, error);
}

static GPtrArray *
list (virConnectPtr   handle,
      virDomainPtr    domain,
      const char     *name,
      GError        **error)
{
  g_autoptr (GPtrArray) choices =
    g_ptr_array_new_with_free_func ((GDestroyNotify) hostel_disk_choice_free);
  g_autoptr (GPtrArray) disks = find_disks (handle, domain, name, error);
  g_autoptr (GError) cause = NULL;

  for (guint i = 0; disks != NULL && i < disks->len; i++)
    {
      Disk *disk = disks->pdata[i];
      guint64 size;
      HostelDiskChoice *choice;

      g_clear_error (&cause);
      if ((size = get_size (handle, domain, name, disk, &cause)) == 0)
        continue;

      choice = g_new0 (HostelDiskChoice, 1);
      choice->target = g_strdup (disk->target);
      choice->name = disk->path != NULL ? g_path_get_basename (disk->path) : g_strdup ("");
      choice->size = size;
      g_ptr_array_add (choices, choice);
    }
  if (choices->len > 0)
    return g_steal_pointer (&choices);

  if (cause != NULL)
    g_propagate_error (error, g_steal_pointer (&cause));

  return NULL;
}

static void
list_worker (GTask         *task,
             virConnectPtr  handle,
             gpointer       task_data)
{
  Request *request = task_data;
  GError *error = NULL;
  GPtrArray *choices = NULL;
  g_autoptr (virDomain) domain =
    hostel_virt_lookup_domain (handle, request->uuid, request->name, &error);

  if (domain != NULL)
    choices = list (handle, domain, request->name, &error);
  if (choices != NULL)
    g_task_return_pointer (task, choices, (GDestroyNotify) g_ptr_array_unref);
  else
    g_task_return_error (task, error);
}

static void
call (HostelDomain        *domain,
      gpointer             tag,
      const char          *target,
      guint64              bytes,
      HostelCallFunc       worker,
      GCancellable        *cancellable,
      GAsyncReadyCallback  callback,
      gpointer             user_data)
{
  GTask *task = g_task_new (domain, cancellable, callback, user_data);
  Request *request = g_new0 (Request, 1);

  request->uuid = g_strdup (hostel_domain_get_uuid (domain));
  request->name = g_strdup (hostel_domain_get_name (domain));
  request->target = g_strdup (target);
  request->bytes = bytes;
  g_task_set_source_tag (task, tag);
  g_task_set_task_data (task, request, request_free);
  hostel_connection_call (hostel_domain_get_connection (domain), task, worker);
}

/**
 * hostel_disk_grow_async:
 * @domain: a machine, running or not
 * @target: (nullable): the disk, "vda"; %NULL for the one that it boots from
 * @bytes: the size that the disk is to have, rounded up to whole sectors
 * @callback: called on the main thread
 * @user_data: for @callback
 *
 * Takes no cancellable: "cancelled" would hide that it happened. A disk is never made smaller.
 */
void
hostel_disk_grow_async (HostelDomain        *domain,
                        const char          *target,
                        guint64              bytes,
                        GAsyncReadyCallback  callback,
                        gpointer             user_data)
{
  g_return_if_fail (HOSTEL_IS_DOMAIN (domain));
  g_return_if_fail (bytes > 0);

  call (domain, hostel_disk_grow_async, target, bytes, grow_worker, NULL, callback, user_data);
}

/**
 * hostel_disk_grow_finish:
 * @live: (out): whether the machine ran: then its system sees the new size at once, and a cloud
 *   image's file system takes it at the next start
 * @error: set to %HOSTEL_ERROR_INVALID where the size is not larger, ...
 *
 * Returns: whether the disk is larger now
 */
gboolean
hostel_disk_grow_finish (HostelDomain  *domain,
                         GAsyncResult  *result,
                         gboolean      *live,
                         GError       **error)
{
  gssize value;

  g_return_val_if_fail (g_task_is_valid (result, domain), FALSE);

  value = g_task_propagate_int (G_TASK (result), error);
  *live = value > 0;

  return value >= 0;
}

/**
 * hostel_disk_list_async:
 * @domain: a machine
 * @cancellable: (nullable): ends the waiting
 * @callback: called on the main thread
 * @user_data: for @callback
 */
void
hostel_disk_list_async (HostelDomain        *domain,
                        GCancellable        *cancellable,
                        GAsyncReadyCallback  callback,
                        gpointer             user_data)
{
  g_return_if_fail (HOSTEL_IS_DOMAIN (domain));

  call (domain, hostel_disk_list_async, NULL, 0, list_worker, cancellable, callback, user_data);
}

/**
 * hostel_disk_list_finish:
 *
 * Returns: (transfer full) (nullable) (element-type HostelDiskChoice): the disks that can become
 *   larger, the one that it boots from first, at least one
 */
GPtrArray *
hostel_disk_list_finish (HostelDomain  *domain,
                         GAsyncResult  *result,
                         GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, domain), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
