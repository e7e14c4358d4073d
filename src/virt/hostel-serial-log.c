#define G_LOG_DOMAIN "hostel-serial-log"

#include "config.h"

#include <string.h>

#include <glib/gi18n.h>

#include "hostel-serial-log.h"
#include "hostel-virt-private.h"
#include "hostel-xml.h"

#define CHUNK_SIZE (64 * 1024)

typedef struct
{
  char  *uuid;
  char  *name;
  char  *device;
  gsize  max;
} Request;

static void
request_free (Request *request)
{
  g_free (request->uuid);
  g_free (request->name);
  g_free (request->device);
  g_free (request);
}

/* An alias is there only while the machine runs, so "serial0" is the first of its kind, too. Of
 * several consoles the first is the serial line again. */
static char *
dup_log_path (virDomainPtr  domain,
              const char   *device)
{
  g_autofree char *kind = g_strdup (device != NULL ? device : "serial0");
  char *digits = kind + strcspn (kind, "0123456789");
  guint number = g_ascii_strtoull (digits, NULL, 10);
  g_autofree char *xpath = NULL;
  g_autoptr (xmlDoc) doc = NULL;
  char *xml;

  *digits = '\0';
  if (!g_str_equal (kind, "serial") && !g_str_equal (kind, "console"))
    return NULL;

  if (!(xml = virDomainGetXMLDesc (domain, 0)))
    return NULL;

  xpath = g_strdup_printf ("string(/domain/devices/%s[%u]/log/@file)", kind, number + 1);
  doc = hostel_xml_parse (xml);
  free (xml);

  return doc != NULL ? hostel_xml_dup_string (doc, NULL, xpath) : NULL;
}

/* The log grows meanwhile: what comes after @max is not waited for. */
static GBytes *
download_tail (virConnectPtr     handle,
               virStorageVolPtr  volume,
               gsize             max,
               GError          **error)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  g_autofree char *buffer = g_malloc (CHUNK_SIZE);
  virStorageVolInfo info;
  g_autoptr (virStream) stream = NULL;
  guint64 offset;
  int n_read = -1;

  if (virStorageVolGetInfo (volume, &info) == 0 && (stream = virStreamNew (handle, 0)))
    {
      offset = info.capacity > max ? info.capacity - max : 0;
      if (info.capacity == 0)
        return g_bytes_new (NULL, 0);

      if (virStorageVolDownload (volume, stream, offset, info.capacity - offset, 0) == 0)
        {
          while ((n_read = virStreamRecv (stream, buffer, CHUNK_SIZE)) > 0)
            g_byte_array_append (bytes, (const guint8 *) buffer, n_read);
          if (n_read == 0)
            n_read = virStreamFinish (stream);
          else
            virStreamAbort (stream);
        }
    }

  if (n_read < 0)
    {
      hostel_virt_set_error (error, _("The console’s log cannot be read."));
      return NULL;
    }

  return g_byte_array_free_to_bytes (g_steal_pointer (&bytes));
}

static void
load_call (GTask         *task,
           virConnectPtr  handle,
           gpointer       task_data)
{
  Request *request = task_data;
  g_autoptr (virDomain) domain = NULL;
  g_autoptr (virStorageVol) volume = NULL;
  g_autofree char *path = NULL;
  GError *error = NULL;
  GBytes *bytes;

  if (!(domain = hostel_virt_lookup_domain (handle, request->uuid, request->name, &error)))
    {
      g_task_return_error (task, error);
      return;
    }

  path = dup_log_path (domain, request->device);
  if (path == NULL || *path == '\0' || !(volume = virStorageVolLookupByPath (handle, path)))
    {
      g_task_return_error (task, hostel_error_new (HOSTEL_ERROR_NOT_FOUND, NULL, path,
                                                   _("This console keeps no log.")));
      return;
    }

  if ((bytes = download_tail (handle, volume, request->max, &error)))
    g_task_return_pointer (task, bytes, (GDestroyNotify) g_bytes_unref);
  else
    g_task_return_error (task, error);
}

/**
 * hostel_serial_log_load_async:
 * @domain: a domain, running or not
 * @device: (nullable): the alias of a serial or console device; %NULL for the first serial line
 * @max: how many bytes of its end to load
 * @cancellable: (nullable): a cancellable
 * @callback: called on the main thread
 * @user_data: for @callback
 *
 * Reads what is there now. Works on any connection, as virStorageVolDownload() brings it.
 */
void
hostel_serial_log_load_async (HostelDomain        *domain,
                              const char          *device,
                              gsize                max,
                              GCancellable        *cancellable,
                              GAsyncReadyCallback  callback,
                              gpointer             user_data)
{
  g_autoptr (GTask) task = NULL;
  HostelConnection *connection;
  Request *request;

  g_return_if_fail (HOSTEL_IS_DOMAIN (domain));

  task = g_task_new (domain, cancellable, callback, user_data);
  g_task_set_source_tag (task, hostel_serial_log_load_async);

  request = g_new0 (Request, 1);
  request->uuid = g_strdup (hostel_domain_get_uuid (domain));
  request->name = g_strdup (hostel_domain_get_name (domain));
  request->device = g_strdup (device);
  request->max = max;
  g_task_set_task_data (task, request, (GDestroyNotify) request_free);

  if ((connection = hostel_domain_get_connection (domain)))
    hostel_connection_call (connection, g_steal_pointer (&task), load_call);
  else
    g_task_return_new_error (task, HOSTEL_ERROR, HOSTEL_ERROR_DISCONNECTED,
                             _("The connection is gone."));
}

/**
 * hostel_serial_log_load_finish:
 * @domain: the domain
 * @result: the result
 * @error: %HOSTEL_ERROR_NOT_FOUND where the device has no log or its file is in no pool
 *
 * Returns: (transfer full): the end of the log, maybe empty
 */
GBytes *
hostel_serial_log_load_finish (HostelDomain  *domain,
                               GAsyncResult  *result,
                               GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, domain), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
