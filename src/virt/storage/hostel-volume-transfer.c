/* SPDX-License-Identifier: GPL-3.0-or-later */
/* libvirt directly: streams with holes, which libvirt-glib 4.0 does not know. */
#define G_LOG_DOMAIN "hostel-volume"

#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <glib/gi18n.h>
#include <glib/gstdio.h>

#include "hostel-progress.h"
#include "hostel-storage.h"
#include "hostel-volume-private.h"

/* One file on its way, in a thread of its own with a connection of its own: it takes as long as the
 * file is large, and no other call shall wait behind the data. */
typedef struct _Transfer Transfer;

typedef gboolean (*TransferFunc) (Transfer  *transfer,
                                  GError   **error);

struct _Transfer
{
  char           *uri;         /* owned, as all */
  char           *pool;
  char           *name;        /* of the volume */
  char           *path;        /* of the file of this computer */
  HostelProgress *progress;
  GCancellable   *cancellable; /* nullable */
  TransferFunc    func;
  int             fd;          /* of a download */
  guint64         done;
  guint64         total;
  int             write_errno;
};

static void
transfer_free (gpointer data)
{
  Transfer *transfer = data;

  g_free (transfer->uri);
  g_free (transfer->pool);
  g_free (transfer->name);
  g_free (transfer->path);
  g_clear_pointer (&transfer->progress, hostel_progress_free);
  g_clear_object (&transfer->cancellable);
  g_free (transfer);
}

static void
set_file_error (GError     **error,
                const char  *path,
                int          saved_errno,
                const char  *remedy)
{
  g_autofree char *name = g_filename_display_name (path);

  hostel_error_set (error, saved_errno == ENOSPC ? HOSTEL_ERROR_NO_SPACE : HOSTEL_ERROR_FAILED,
                    remedy, g_strerror (saved_errno), _("“%s”: %s."), name,
                    g_strerror (saved_errno));
}

static int
open_source (const char  *path,
             struct stat *info,
             GError     **error)
{
  int fd = open (path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);

  if (fd < 0 || fstat (fd, info) < 0)
    set_file_error (error, path, errno, _("Choose another file."));
  else if (!S_ISREG (info->st_mode))
    {
      g_autofree char *name = g_filename_display_name (path);

      hostel_error_set (error, HOSTEL_ERROR_INVALID, _("Choose another file."), NULL,
                        _("“%s” is not a file."), name);
    }
  else
    return fd;

  if (fd >= 0)
    close (fd);

  return -1;
}

static gboolean
fill_new (virConnectPtr       handle,
          virStoragePoolPtr   pool,
          Transfer           *transfer,
          int                 fd,
          guint64             size,
          GError            **error)
{
  /* Raw, whatever is in it: the daemon finds the format out when it looks at the file. */
  const HostelVolumeSpec spec = { .name = transfer->name, .capacity = size, .format = "raw" };
  g_autoptr (virStorageVol) taken = virStorageVolLookupByName (pool, transfer->name);
  g_autoptr (virStorageVol) volume = NULL;

  if (taken != NULL)
    {
      hostel_error_set (error, HOSTEL_ERROR_EXISTS,
                        _("Rename the file, or delete that one first."), NULL,
                        _("There is a “%s” already."), transfer->name);
      return FALSE;
    }

  if ((volume = hostel_storage_create_volume (pool, &spec, error)) == NULL)
    return FALSE;

  if (!hostel_storage_upload_file (handle, volume, fd, size, hostel_progress_take,
                                   transfer->progress, transfer->cancellable, error))
    {
      virStorageVolDelete (volume, 0);
      return FALSE;
    }
  virStoragePoolRefresh (pool, 0);

  return TRUE;
}

static gboolean
upload (Transfer  *transfer,
        GError   **error)
{
  g_autoptr (virConnect) handle = hostel_virt_open (transfer->uri, error);
  g_autoptr (virStoragePool) pool = NULL;
  struct stat info;
  gboolean done;
  int fd;

  if (handle == NULL)
    return FALSE;

  if ((pool = virStoragePoolLookupByName (handle, transfer->pool)) == NULL)
    {
      hostel_virt_set_error (error, _("The storage pool “%s” is gone."), transfer->pool);
      return FALSE;
    }

  if ((fd = open_source (transfer->path, &info, error)) < 0)
    return FALSE;

  done = hostel_storage_check_space (pool, (guint64) info.st_blocks * 512, error) &&
         fill_new (handle, pool, transfer, fd, info.st_size, error);
  close (fd);

  return done;
}

static gboolean
report (Transfer *transfer,
        guint64   bytes)
{
  transfer->done += bytes;
  hostel_progress_take (transfer->done, transfer->total, transfer->progress);

  return !g_cancellable_is_cancelled (transfer->cancellable);
}

static int
write_data (virStreamPtr  stream,
            const char   *data,
            size_t        size,
            void         *user_data)
{
  Transfer *transfer = user_data;

  for (size_t written = 0; written < size;)
    {
      ssize_t n = write (transfer->fd, data + written, size - written);

      if (n < 0 && errno == EINTR)
        continue;
      if (n < 0)
        {
          transfer->write_errno = errno;
          return -1;
        }
      written += n;
    }

  return report (transfer, size) ? (int) size : -1;
}

static int
write_hole (virStreamPtr  stream,
            long long     length,
            void         *user_data)
{
  Transfer *transfer = user_data;
  off_t end = lseek (transfer->fd, length, SEEK_CUR);

  if (end < 0 || ftruncate (transfer->fd, end) < 0)
    {
      transfer->write_errno = errno;
      return -1;
    }

  return report (transfer, length) ? 0 : -1;
}

/* Without holes where they cannot be told (libvirt before 3.4, other drivers). */
static int
begin_download (virStorageVolPtr volume,
                virStreamPtr     stream)
{
  int result =
    virStorageVolDownload (volume, stream, 0, 0, VIR_STORAGE_VOL_DOWNLOAD_SPARSE_STREAM);

  return result < 0 && hostel_virt_is_unknown_flag ()
           ? virStorageVolDownload (volume, stream, 0, 0, 0) : result;
}

static gboolean
receive (virConnectPtr      handle,
         virStorageVolPtr   volume,
         Transfer          *transfer,
         GError           **error)
{
  g_autoptr (virStream) stream = virStreamNew (handle, 0);
  virStorageVolInfo info = { 0, };

  if (virStorageVolGetInfoFlags (volume, &info, VIR_STORAGE_VOL_GET_PHYSICAL) == 0)
    transfer->total = info.allocation;

  if (stream == NULL || begin_download (volume, stream) < 0)
    {
      hostel_virt_set_error (error, _("“%s” cannot be downloaded."), transfer->name);
      return FALSE;
    }

  /* It breaks off the stream itself where it fails. */
  if (virStreamSparseRecvAll (stream, write_data, write_hole, transfer) < 0)
    {
      if (g_cancellable_set_error_if_cancelled (transfer->cancellable, error))
        return FALSE;
      if (transfer->write_errno != 0)
        set_file_error (error, transfer->path, transfer->write_errno,
                        _("Free some space, or choose another folder."));
      else
        hostel_virt_set_error (error, _("The download of “%s” was cut off."), transfer->name);
      return FALSE;
    }

  if (virStreamFinish (stream) == 0)
    return TRUE;

  hostel_virt_set_error (error, _("The download of “%s” was cut off."), transfer->name);

  return FALSE;
}

/* The file is whole or as it was before. */
static gboolean
download (Transfer  *transfer,
          GError   **error)
{
  g_autoptr (virConnect) handle = hostel_virt_open (transfer->uri, error);
  g_autoptr (virStorageVol) volume = NULL;
  g_autofree char *partial = g_strconcat (transfer->path, ".XXXXXX", NULL);
  gboolean done;

  if (handle == NULL ||
      (volume = hostel_volume_look_up (handle, transfer->pool, transfer->name, error)) == NULL)
    return FALSE;

  if ((transfer->fd = g_mkstemp_full (partial, O_WRONLY | O_CLOEXEC, 0600)) < 0)
    {
      set_file_error (error, transfer->path, errno, _("Choose another folder."));
      return FALSE;
    }

  done = receive (handle, volume, transfer, error);
  if (done && (fsync (transfer->fd) < 0 || g_rename (partial, transfer->path) < 0))
    {
      set_file_error (error, transfer->path, errno, _("Choose another folder."));
      done = FALSE;
    }
  close (transfer->fd);
  if (!done)
    g_unlink (partial);

  return done;
}

static gpointer
run_in_thread (gpointer data)
{
  g_autoptr (GTask) task = data;
  Transfer *transfer = g_task_get_task_data (task);
  GError *error = NULL;

  if (transfer->func (transfer, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);

  return NULL;
}

/* Takes @transfer. */
static void
start (HostelConnection    *connection,
       TransferFunc         func,
       Transfer            *transfer,
       HostelProgressFunc   progress,
       gpointer             progress_data,
       GCancellable        *cancellable,
       GAsyncReadyCallback  callback,
       gpointer             user_data)
{
  /* Without the cancellable: the task returns when the work has ended and nothing is left over. */
  GTask *task = g_task_new (connection, NULL, callback, user_data);

  transfer->uri = g_strdup (hostel_connection_get_uri (connection));
  transfer->progress = hostel_progress_new (task, progress, progress_data);
  if (cancellable != NULL)
    transfer->cancellable = g_object_ref (cancellable);
  transfer->func = func;
  g_task_set_source_tag (task, hostel_volume_finish);
  g_task_set_task_data (task, transfer, transfer_free);
  g_thread_unref (g_thread_new ("hostel-volume", run_in_thread, task));
}

/**
 * hostel_volume_upload_async:
 * @connection: a connected host
 * @pool: one of its pools, active
 * @path: a file of this computer; the volume gets its name
 * @progress: (nullable): called on the main thread, with bytes
 * @progress_data: for @progress
 * @cancellable: (nullable): to stop it
 * @callback: called on the main thread
 * @user_data: for @callback
 *
 * The volume is whole or not there. It gets %HOSTEL_ERROR_EXISTS where one of that name is there.
 */
void
hostel_volume_upload_async (HostelConnection    *connection,
                            HostelPool          *pool,
                            const char          *path,
                            HostelProgressFunc   progress,
                            gpointer             progress_data,
                            GCancellable        *cancellable,
                            GAsyncReadyCallback  callback,
                            gpointer             user_data)
{
  Transfer *transfer;

  g_return_if_fail (HOSTEL_IS_CONNECTION (connection));
  g_return_if_fail (HOSTEL_IS_POOL (pool));
  g_return_if_fail (path != NULL);

  transfer = g_new0 (Transfer, 1);
  transfer->pool = g_strdup (hostel_pool_get_name (pool));
  transfer->name = g_path_get_basename (path);
  transfer->path = g_strdup (path);
  start (connection, upload, transfer, progress, progress_data, cancellable, callback, user_data);
}

/**
 * hostel_volume_download_async:
 * @connection: a connected host
 * @volume: one of its volumes
 * @path: a file of this computer, replaced when all is there
 * @progress: (nullable): called on the main thread, with bytes
 * @progress_data: for @progress
 * @cancellable: (nullable): to stop it
 * @callback: called on the main thread
 * @user_data: for @callback
 *
 * Holes of the volume stay holes of the file, which only this user can read.
 */
void
hostel_volume_download_async (HostelConnection    *connection,
                              HostelVolume        *volume,
                              const char          *path,
                              HostelProgressFunc   progress,
                              gpointer             progress_data,
                              GCancellable        *cancellable,
                              GAsyncReadyCallback  callback,
                              gpointer             user_data)
{
  Transfer *transfer;

  g_return_if_fail (HOSTEL_IS_CONNECTION (connection));
  g_return_if_fail (HOSTEL_IS_VOLUME (volume));
  g_return_if_fail (path != NULL);

  transfer = g_new0 (Transfer, 1);
  transfer->pool = g_strdup (hostel_volume_get_pool (volume));
  transfer->name = g_strdup (hostel_volume_get_name (volume));
  transfer->path = g_strdup (path);
  start (connection, download, transfer, progress, progress_data, cancellable, callback, user_data);
}
