#define G_LOG_DOMAIN "hostel-disk-grow"

#include "config.h"

#include <glib/gi18n.h>

#include "hostel-connection-call.h"
#include "hostel-disk-grow.h"
#include "hostel-storage.h"
#include "hostel-xml.h"

/* The first disk that can be written: neither the seed nor a medium. */
#define DISK "/domain/devices/disk[(@device = 'disk' or not(@device)) and not(readonly)][1]"
#define SECTOR G_GUINT64_CONSTANT (512)

typedef struct
{
  char    *uuid;  /* owned */
  char    *name;  /* owned */
  guint64  bytes; /* 0: only tell how large it is */
} Request;

static void
request_free (gpointer data)
{
  Request *request = data;

  g_free (request->uuid);
  g_free (request->name);
  g_free (request);
}

/* Its target, "vda", and where it is; the machine's definition of now, or of the next start. */
static gboolean
find_disk (virDomainPtr   domain,
           const char    *name,
           char         **target,
           char         **path,
           GError       **error)
{
  g_autofree char *xml = virDomainGetXMLDesc (domain, 0);
  g_autoptr (xmlDoc) doc = hostel_xml_parse (xml);

  if (doc == NULL)
    {
      hostel_virt_set_error (error, _("The definition of “%s” cannot be read."), name);
      return FALSE;
    }

  *target = hostel_xml_dup_string (doc, NULL, DISK "/target/@dev");
  *path = hostel_xml_dup_string (doc, NULL, DISK "/source/@file");
  if (*path == NULL)
    *path = hostel_xml_dup_string (doc, NULL, DISK "/source/@dev");
  if (*target != NULL && *path != NULL)
    return TRUE;

  hostel_error_set (error, HOSTEL_ERROR_UNSUPPORTED, NULL, NULL,
                    _("“%s” has no disk of its own that could be larger."), name);

  return FALSE;
}

static guint64
get_size (virDomainPtr   domain,
          const char    *name,
          const char    *target,
          GError       **error)
{
  virDomainBlockInfo info;

  if (virDomainGetBlockInfo (domain, target, &info, 0) == 0)
    return info.capacity;

  hostel_virt_set_error (error, _("How large the disk of “%s” is cannot be read."), name);

  return 0;
}

static gboolean
resize_volume (virConnectPtr   handle,
               const Request  *request,
               const char     *path,
               guint64         size,
               GError        **error)
{
  g_autoptr (virStorageVol) volume = virStorageVolLookupByPath (handle, path);

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

static gboolean
grow (virConnectPtr   handle,
      virDomainPtr    domain,
      const Request  *request,
      gboolean       *live,
      GError        **error)
{
  g_autofree char *target = NULL;
  g_autofree char *path = NULL;
  guint64 size = (request->bytes + SECTOR - 1) / SECTOR * SECTOR;
  guint64 now;

  if (!find_disk (domain, request->name, &target, &path, error) ||
      (now = get_size (domain, request->name, target, error)) == 0 ||
      !check_size (request, size, now, error))
    return FALSE;

  *live = virDomainIsActive (domain) == 1;
  if (!*live)
    return resize_volume (handle, request, path, size, error);

  if (virDomainBlockResize (domain, target, size, VIR_DOMAIN_BLOCK_RESIZE_BYTES) == 0)
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

static void
size_worker (GTask         *task,
             virConnectPtr  handle,
             gpointer       task_data)
{
  Request *request = task_data;
  GError *error = NULL;
  g_autofree char *target = NULL;
  g_autofree char *path = NULL;
  guint64 size = 0;
  g_autoptr (virDomain) domain =
    hostel_virt_lookup_domain (handle, request->uuid, request->name, &error);

  if (domain != NULL && find_disk (domain, request->name, &target, &path, &error))
    size = get_size (domain, request->name, target, &error);
  if (size > 0)
    g_task_return_int (task, (gssize) size);
  else
    g_task_return_error (task, error);
}

static void
call (HostelDomain        *domain,
      gpointer             tag,
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
  request->bytes = bytes;
  g_task_set_source_tag (task, tag);
  g_task_set_task_data (task, request, request_free);
  hostel_connection_call (hostel_domain_get_connection (domain), task, worker);
}

/**
 * hostel_disk_grow_async:
 * @domain: a machine, running or not
 * @bytes: the size that its first disk is to have, rounded up to whole sectors
 * @callback: called on the main thread
 * @user_data: for @callback
 *
 * Takes no cancellable: "cancelled" would hide that it happened. A disk is never made smaller.
 */
void
hostel_disk_grow_async (HostelDomain        *domain,
                        guint64              bytes,
                        GAsyncReadyCallback  callback,
                        gpointer             user_data)
{
  g_return_if_fail (HOSTEL_IS_DOMAIN (domain));
  g_return_if_fail (bytes > 0);

  call (domain, hostel_disk_grow_async, bytes, grow_worker, NULL, callback, user_data);
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
 * hostel_disk_size_async:
 * @domain: a machine
 * @cancellable: (nullable): ends the waiting
 * @callback: called on the main thread
 * @user_data: for @callback
 */
void
hostel_disk_size_async (HostelDomain        *domain,
                        GCancellable        *cancellable,
                        GAsyncReadyCallback  callback,
                        gpointer             user_data)
{
  g_return_if_fail (HOSTEL_IS_DOMAIN (domain));

  call (domain, hostel_disk_size_async, 0, size_worker, cancellable, callback, user_data);
}

/**
 * hostel_disk_size_finish:
 *
 * Returns: how large its first disk is, in bytes, 0 on error
 */
guint64
hostel_disk_size_finish (HostelDomain  *domain,
                         GAsyncResult  *result,
                         GError       **error)
{
  gssize value;

  g_return_val_if_fail (g_task_is_valid (result, domain), 0);

  value = g_task_propagate_int (G_TASK (result), error);

  return value > 0 ? (guint64) value : 0;
}
