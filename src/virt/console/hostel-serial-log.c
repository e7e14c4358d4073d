/* SPDX-License-Identifier: GPL-3.0-or-later */
/* libvirt directly: a download in pieces, from the end; libvirt-glib 4.0 finds no volume by its path. */
#define G_LOG_DOMAIN "hostel-serial-log"

#include "config.h"

#include <string.h>

#include <glib/gi18n.h>

#include "hostel-connection-call.h"
#include "hostel-serial-log.h"
#include "hostel-xml.h"

#define CHUNK_SIZE (64 * 1024)
/* Older ones that virtlogd keeps; more than its default of 3 can be set. */
#define MAX_PARTS 10
#define TRIES 3
/* What virtlogd keeps where nobody told it another size. */
#define MAX_JOIN (8 * 1024 * 1024)
/* At one look; what is older of a log that grows faster tells nothing about now. */
#define MAX_FOLLOWED (4 * 1024 * 1024)

typedef struct
{
  char                  *uuid;
  char                  *name;
  char                  *device;
  gsize                  max;
  HostelConsoleRecorder *recorder; /* owned, nullable */
  guint                  opening;
  gboolean               final;
  guint64                offset; /* of a log that is followed: from where, then to where */
} Request;

static void
request_free (Request *request)
{
  g_free (request->uuid);
  g_free (request->name);
  g_free (request->device);
  g_clear_object (&request->recorder);
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

  xpath = g_strdup_printf ("/domain/devices/%s[%u]/log/@file", kind, number + 1);
  doc = hostel_xml_parse (xml);
  free (xml);

  return doc != NULL ? hostel_xml_dup_string (doc, NULL, xpath) : NULL;
}

static guint64
get_size (virStorageVolPtr volume)
{
  virStorageVolInfo info;

  return virStorageVolGetInfo (volume, &info) == 0 ? info.capacity : 0;
}

/* Appends to @bytes what the volume has from @begin to @size; *@end is the place where they end. */
static gboolean
download_range (virConnectPtr     handle,
                virStorageVolPtr  volume,
                guint64           begin,
                guint64           size,
                GByteArray       *bytes,
                guint64          *end,
                GError          **error)
{
  g_autofree char *buffer = g_malloc (CHUNK_SIZE);
  g_autoptr (virStream) stream = NULL;
  int n_read = -1;

  *end = begin;
  if (begin >= size)
    return TRUE;

  if ((stream = virStreamNew (handle, 0)) != NULL &&
      virStorageVolDownload (volume, stream, begin, size - begin, 0) == 0)
    {
      while ((n_read = virStreamRecv (stream, buffer, CHUNK_SIZE)) > 0)
        {
          g_byte_array_append (bytes, (const guint8 *) buffer, n_read);
          *end += n_read;
        }
      if (n_read == 0)
        n_read = virStreamFinish (stream);
      else
        virStreamAbort (stream);
    }

  if (n_read < 0)
    hostel_virt_set_error (error, _("The console’s log cannot be read."));

  return n_read >= 0;
}

/* Appends to @bytes the last @max bytes that the volume has now; the log grows meanwhile, and what
 * comes later is not waited for. @end: the place in the volume where they end. */
static gboolean
download (virConnectPtr     handle,
          virStorageVolPtr  volume,
          gsize             max,
          GByteArray       *bytes,
          guint64          *end,
          GError          **error)
{
  guint64 size = get_size (volume);

  return download_range (handle, volume, size - MIN (size, max), size, bytes, end, error);
}

static virStorageVolPtr
open_volume (virConnectPtr   handle,
             Request        *request,
             char          **path,
             GError        **error)
{
  g_autoptr (virDomain) domain = NULL;
  virStorageVolPtr volume;

  if (!(domain = hostel_virt_lookup_domain (handle, request->uuid, request->name, error)))
    return NULL;

  *path = dup_log_path (domain, request->device);
  if (*path == NULL || **path == '\0' || !(volume = virStorageVolLookupByPath (handle, *path)))
    {
      hostel_error_set (error, HOSTEL_ERROR_NOT_FOUND, NULL, *path,
                        _("This console keeps no log."));
      return NULL;
    }

  return volume;
}

static void
refresh_pool_of (virStorageVolPtr volume)
{
  g_autoptr (virStoragePool) pool = virStoragePoolLookupByVolume (volume);

  if (pool != NULL)
    virStoragePoolRefresh (pool, 0);
}

/* virtlogd calls the parts FILE.0, the newest, to FILE.2. The pool learns of them when it is
 * refreshed. Ends where they have @max bytes. */
static GPtrArray *
find_older (virConnectPtr      handle,
            virStorageVolPtr   newest,
            const char        *path,
            guint64            max)
{
  GPtrArray *parts = g_ptr_array_new_with_free_func ((GDestroyNotify) virStorageVolFree);
  gboolean refreshed = FALSE;
  guint64 size = 0;

  for (int i = 0; i < MAX_PARTS && size < max; i++)
    {
      g_autofree char *part_path = g_strdup_printf ("%s.%d", path, i);
      virStorageVolPtr part = virStorageVolLookupByPath (handle, part_path);

      if (part == NULL && !refreshed)
        {
          refresh_pool_of (newest);
          refreshed = TRUE;
          part = virStorageVolLookupByPath (handle, part_path);
        }
      if (part == NULL)
        break;

      size += get_size (part);
      g_ptr_array_add (parts, part);
    }

  return parts;
}

static gboolean
download_older (virConnectPtr      handle,
                GPtrArray         *parts,
                gsize              max,
                GByteArray        *bytes,
                GError           **error)
{
  guint64 before = 0;
  guint64 end;

  /* The oldest comes first, and of it what the others leave room for. */
  for (guint i = 0; i < parts->len; i++)
    before += get_size (parts->pdata[i]);
  for (guint i = parts->len; i > 0; i--)
    {
      before -= MIN (before, get_size (parts->pdata[i - 1]));
      if (before < max && !download (handle, parts->pdata[i - 1], max - before, bytes, &end,
                                      error))
        return FALSE;
    }

  return TRUE;
}

/* The last @max bytes of all parts, the oldest first; where the log was rotated while they were
 * read, once more. A stranger's log can be as large as the disk. */
static GByteArray *
download_all (virConnectPtr      handle,
              virStorageVolPtr   newest,
              const char        *path,
              gsize              max,
              guint64           *newest_end,
              GError           **error)
{
  for (guint tries = 0;; tries++)
    {
      g_autoptr (GByteArray) bytes = g_byte_array_new ();
      guint64 size = get_size (newest);
      gsize left = size < max ? max - size : 0;
      g_autoptr (GPtrArray) older = find_older (handle, newest, path, left);

      if (!download_older (handle, older, left, bytes, error) ||
          !download (handle, newest, max, bytes, newest_end, error))
        return NULL;

      if (*newest_end >= size || tries == TRIES)
        return g_steal_pointer (&bytes);
    }
}

static void
load_call (GTask         *task,
           virConnectPtr  handle,
           gpointer       task_data)
{
  Request *request = task_data;
  g_autoptr (virStorageVol) volume = NULL;
  g_autoptr (GByteArray) bytes = NULL;
  g_autofree char *path = NULL;
  GError *error = NULL;
  guint64 newest_end;

  if (!(volume = open_volume (handle, request, &path, &error))
      || !(bytes = download_all (handle, volume, path, request->max, &newest_end, &error)))
    {
      g_task_return_error (task, error);
      return;
    }

  if (bytes->len > request->max)
    g_byte_array_remove_range (bytes, 0, bytes->len - request->max);
  g_task_return_pointer (task, g_byte_array_free_to_bytes (g_steal_pointer (&bytes)),
                         (GDestroyNotify) g_bytes_unref);
}

/* A log that is shorter than it was has been rotated: its end is in the newest of the older parts. */
static gboolean
download_rest (virConnectPtr      handle,
               virStorageVolPtr   newest,
               const char        *path,
               guint64            begin,
               GByteArray        *bytes,
               GError           **error)
{
  g_autofree char *part_path = g_strconcat (path, ".0", NULL);
  g_autoptr (virStorageVol) part = NULL;
  guint64 end;

  refresh_pool_of (newest);
  part = virStorageVolLookupByPath (handle, part_path);

  return part == NULL || download_range (handle, part, begin, get_size (part), bytes, &end, error);
}

static void
follow_call (GTask         *task,
             virConnectPtr  handle,
             gpointer       task_data)
{
  Request *request = task_data;
  g_autoptr (virStorageVol) volume = NULL;
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  g_autofree char *path = NULL;
  GError *error = NULL;
  guint64 begin = request->offset;
  guint64 size = 0;

  if ((volume = open_volume (handle, request, &path, &error)) != NULL)
    {
      size = get_size (volume);
      if (size < begin && download_rest (handle, volume, path, begin, bytes, &error))
        begin = 0;
      else if (size > MAX_FOLLOWED)
        begin = MAX (begin, size - MAX_FOLLOWED);
    }

  if (error == NULL && download_range (handle, volume, begin, size, bytes, &request->offset, &error))
    g_task_return_pointer (task, g_byte_array_free_to_bytes (g_steal_pointer (&bytes)),
                           (GDestroyNotify) g_bytes_unref);
  else
    g_task_return_error (task, error);
}

static void
join_call (GTask         *task,
           virConnectPtr  handle,
           gpointer       task_data)
{
  Request *request = task_data;
  g_autoptr (virStorageVol) volume = NULL;
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  g_autofree char *path = NULL;
  GError *error = NULL;
  HostelConsoleJoin join;
  guint64 newest_end;

  if (!(volume = open_volume (handle, request, &path, &error))
      || !download (handle, volume, MAX_JOIN, bytes, &newest_end, &error))
    {
      g_task_return_error (task, error);
      return;
    }

  join = hostel_console_recorder_join (request->recorder, (const char *) bytes->data, bytes->len,
                                       newest_end, FALSE, request->opening, request->final);
  if (join == HOSTEL_CONSOLE_JOIN_NEED_MORE)
    {
      g_byte_array_unref (bytes);
      if (!(bytes = download_all (handle, volume, path, MAX_JOIN, &newest_end, &error)))
        {
          g_task_return_error (task, error);
          return;
        }
      join = hostel_console_recorder_join (request->recorder, (const char *) bytes->data,
                                           bytes->len, newest_end, TRUE, request->opening,
                                           request->final);
    }

  g_task_return_int (task, join);
}

static void
call (GTask          *owned_task,
      HostelDomain   *domain,
      Request        *request,
      const char     *device,
      HostelCallFunc  func)
{
  g_autoptr (GTask) task = owned_task;
  HostelConnection *connection = hostel_domain_get_connection (domain);

  request->uuid = g_strdup (hostel_domain_get_uuid (domain));
  request->name = g_strdup (hostel_domain_get_name (domain));
  request->device = g_strdup (device);
  g_task_set_task_data (task, request, (GDestroyNotify) request_free);

  if (connection != NULL)
    hostel_connection_call (connection, g_steal_pointer (&task), func);
  else
    g_task_return_new_error (task, HOSTEL_ERROR, HOSTEL_ERROR_DISCONNECTED,
                             _("The connection is gone."));
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
  GTask *task;
  Request *request;

  g_return_if_fail (HOSTEL_IS_DOMAIN (domain));

  task = g_task_new (domain, cancellable, callback, user_data);
  g_task_set_source_tag (task, hostel_serial_log_load_async);
  request = g_new0 (Request, 1);
  request->max = max;
  call (task, domain, request, device, load_call);
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

/**
 * hostel_serial_log_join_async:
 * @domain: a domain, running or not
 * @device: (nullable): the alias of a serial or console device; %NULL for the first serial line
 * @recorder: whose transcript gets what the log has more
 * @final: see hostel_console_recorder_join()
 * @cancellable: (nullable): a cancellable
 * @callback: called on the main thread
 * @user_data: for @callback
 *
 * Reads the newest part of the log, and the older ones where the transcript ends in none of it.
 */
void
hostel_serial_log_join_async (HostelDomain          *domain,
                              const char            *device,
                              HostelConsoleRecorder *recorder,
                              gboolean               final,
                              GCancellable          *cancellable,
                              GAsyncReadyCallback    callback,
                              gpointer               user_data)
{
  GTask *task;
  Request *request;

  g_return_if_fail (HOSTEL_IS_DOMAIN (domain));
  g_return_if_fail (HOSTEL_IS_CONSOLE_RECORDER (recorder));

  task = g_task_new (domain, cancellable, callback, user_data);
  g_task_set_source_tag (task, hostel_serial_log_join_async);
  request = g_new0 (Request, 1);
  request->recorder = g_object_ref (recorder);
  request->opening = hostel_console_recorder_get_opening (recorder);
  request->final = final;
  call (task, domain, request, device, join_call);
}

/**
 * hostel_serial_log_join_finish:
 * @domain: the domain
 * @result: the result
 * @error: %HOSTEL_ERROR_NOT_FOUND where the device has no log or its file is in no pool
 *
 * Returns: a HostelConsoleJoin, -1 on error
 */
int
hostel_serial_log_join_finish (HostelDomain  *domain,
                               GAsyncResult  *result,
                               GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, domain), -1);

  return g_task_propagate_int (G_TASK (result), error);
}

/**
 * hostel_serial_log_follow_async:
 * @domain: a domain, running or not
 * @offset: how far the first serial line's log was read before, 0 for the first time
 * @cancellable: (nullable): a cancellable
 * @callback: called on the main thread
 * @user_data: for @callback
 *
 * Reads what is there now and was not before.
 */
void
hostel_serial_log_follow_async (HostelDomain        *domain,
                                guint64              offset,
                                GCancellable        *cancellable,
                                GAsyncReadyCallback  callback,
                                gpointer             user_data)
{
  GTask *task;
  Request *request;

  g_return_if_fail (HOSTEL_IS_DOMAIN (domain));

  task = g_task_new (domain, cancellable, callback, user_data);
  g_task_set_source_tag (task, hostel_serial_log_follow_async);
  request = g_new0 (Request, 1);
  request->offset = offset;
  call (task, domain, request, NULL, follow_call);
}

/**
 * hostel_serial_log_follow_finish:
 * @domain: the domain
 * @result: the result
 * @offset: (out): for the next time; unchanged on error
 * @error: %HOSTEL_ERROR_NOT_FOUND where the device has no log or its file is in no pool
 *
 * Returns: (transfer full): what came, maybe nothing
 */
GBytes *
hostel_serial_log_follow_finish (HostelDomain  *domain,
                                 GAsyncResult  *result,
                                 guint64       *offset,
                                 GError       **error)
{
  Request *request;
  GBytes *bytes;

  g_return_val_if_fail (g_task_is_valid (result, domain), NULL);

  request = g_task_get_task_data (G_TASK (result));
  bytes = g_task_propagate_pointer (G_TASK (result), error);
  if (bytes != NULL)
    *offset = request->offset;

  return bytes;
}
