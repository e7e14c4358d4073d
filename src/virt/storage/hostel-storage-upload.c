/* SPDX-License-Identifier: GPL-3.0-or-later */
/* libvirt directly: streams with holes, which libvirt-glib 4.0 does not know. */
#define G_LOG_DOMAIN "hostel-storage"

#include "config.h"

#include <errno.h>
#include <unistd.h>

#include <glib/gi18n.h>

#include "hostel-storage.h"

/* The largest message that every daemon takes, see virStreamSend(). */
#define CHUNK (256 * 1024)

/* One upload of a file. */
typedef struct
{
  int                  fd;
  guint64              size;
  guint64              done;
  HostelProgressFunc   progress;    /* nullable */
  gpointer             user_data;
  GCancellable        *cancellable; /* nullable */
  int                  read_errno;  /* of our own reading, 0 none */
} Upload;

static gboolean
finish_stream (virStreamPtr   stream,
               const char    *name,
               GError       **error)
{
  if (virStreamFinish (stream) == 0)
    return TRUE;

  hostel_virt_set_error (error, _("The upload of “%s” was cut off."), name);

  return FALSE;
}

/**
 * hostel_storage_upload_bytes:
 *
 * Writes @bytes to the start of @volume, for what is small.
 */
gboolean
hostel_storage_upload_bytes (virConnectPtr      handle,
                             virStorageVolPtr   volume,
                             GBytes            *bytes,
                             GError           **error)
{
  g_autoptr (virStream) stream = virStreamNew (handle, 0);
  const char *name = virStorageVolGetName (volume);
  gsize size;
  const char *data = g_bytes_get_data (bytes, &size);

  if (stream == NULL || virStorageVolUpload (volume, stream, 0, size, 0) < 0)
    {
      hostel_virt_set_error (error, _("“%s” cannot be uploaded."), name);
      return FALSE;
    }

  for (gsize sent = 0; sent < size;)
    {
      int n = virStreamSend (stream, data + sent, MIN (CHUNK, size - sent));

      if (n < 0)
        {
          hostel_virt_set_error (error, _("The upload of “%s” was cut off."), name);
          virStreamAbort (stream);
          return FALSE;
        }
      sent += n;
    }

  return finish_stream (stream, name, error);
}

/**
 * hostel_storage_download_bytes:
 * @max: how many bytes are too many
 * @error: (out) (optional): where to put an error
 *
 * Reads a small volume whole.
 *
 * Returns: (transfer full) (nullable): its bytes
 */
GBytes *
hostel_storage_download_bytes (virConnectPtr      handle,
                               virStorageVolPtr   volume,
                               gsize              max,
                               GError           **error)
{
  const char *name = virStorageVolGetName (volume);
  g_autoptr (virStream) stream = virStreamNew (handle, 0);
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  g_autofree char *buffer = g_malloc (CHUNK);
  int n;

  if (stream == NULL || virStorageVolDownload (volume, stream, 0, 0, 0) < 0)
    {
      hostel_virt_set_error (error, _("“%s” cannot be downloaded."), name);
      return NULL;
    }

  while ((n = virStreamRecv (stream, buffer, CHUNK)) > 0 && bytes->len + n <= max)
    g_byte_array_append (bytes, (const guint8 *) buffer, n);
  if (n != 0)
    {
      hostel_virt_set_error (error, _("The download of “%s” was cut off."), name);
      virStreamAbort (stream);
      return NULL;
    }
  virStreamFinish (stream);

  return g_byte_array_free_to_bytes (g_steal_pointer (&bytes));
}

/**
 * hostel_storage_download_part:
 * @offset: where to begin
 * @length: how many bytes are enough
 * @error: (out) (optional): where to put an error
 *
 * Returns: (transfer full) (nullable): these bytes of a volume, fewer where it has fewer
 */
GBytes *
hostel_storage_download_part (virConnectPtr      handle,
                              virStorageVolPtr   volume,
                              guint64            offset,
                              gsize              length,
                              GError           **error)
{
  const char *name = virStorageVolGetName (volume);
  g_autoptr (virStream) stream = virStreamNew (handle, 0);
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  g_autofree char *buffer = g_malloc (length);
  int n = -1;

  if (stream == NULL || virStorageVolDownload (volume, stream, offset, length, 0) < 0)
    {
      hostel_virt_set_error (error, _("“%s” cannot be downloaded."), name);
      return NULL;
    }

  while (bytes->len < length && (n = virStreamRecv (stream, buffer, length - bytes->len)) > 0)
    g_byte_array_append (bytes, (const guint8 *) buffer, n);
  if (n < 0)
    hostel_virt_set_error (error, _("The download of “%s” was cut off."), name);
  virStreamAbort (stream);

  return n < 0 ? NULL : g_byte_array_free_to_bytes (g_steal_pointer (&bytes));
}

/**
 * hostel_storage_download_head:
 * @length: how many bytes are enough
 * @error: (out) (optional): where to put an error
 *
 * Returns: (transfer full) (nullable): the first bytes of a volume, fewer where it has fewer
 */
GBytes *
hostel_storage_download_head (virConnectPtr      handle,
                              virStorageVolPtr   volume,
                              gsize              length,
                              GError           **error)
{
  return hostel_storage_download_part (handle, volume, 0, length, error);
}

static int
read_source (virStreamPtr  stream,
             char         *buffer,
             size_t        size,
             void         *data)
{
  Upload *upload = data;
  ssize_t n;

  if (g_cancellable_is_cancelled (upload->cancellable))
    return -1;

  do
    n = read (upload->fd, buffer, size);
  while (n < 0 && errno == EINTR);

  if (n < 0)
    {
      upload->read_errno = errno;
      return -1;
    }

  upload->done += n;
  if (upload->progress)
    upload->progress (upload->done, upload->size, upload->user_data);

  return n;
}

/* How far data or a hole goes on from here. The position must not move. */
static int
find_extent (virStreamPtr  stream,
             int          *in_data,
             long long    *length,
             void         *data)
{
  Upload *upload = data;
  off_t here = lseek (upload->fd, 0, SEEK_CUR);
  off_t next = lseek (upload->fd, here, SEEK_DATA);

  /* ENXIO: nothing but a hole up to the end, or the end itself. */
  if (next < 0 && errno != ENXIO)
    goto failed;

  *in_data = next == here;
  if (*in_data)
    next = lseek (upload->fd, here, SEEK_HOLE);
  else if (next < 0)
    next = MAX (here, (off_t) upload->size);
  if (next < 0)
    goto failed;

  *length = next - here;
  if (lseek (upload->fd, here, SEEK_SET) < 0)
    goto failed;

  return 0;

failed:
  upload->read_errno = errno;

  return -1;
}

static int
skip_hole (virStreamPtr  stream,
           long long     length,
           void         *data)
{
  Upload *upload = data;

  if (g_cancellable_is_cancelled (upload->cancellable))
    return -1;

  if (lseek (upload->fd, length, SEEK_CUR) < 0)
    {
      upload->read_errno = errno;
      return -1;
    }

  upload->done += length;
  if (upload->progress)
    upload->progress (upload->done, upload->size, upload->user_data);

  return 0;
}

static gboolean
has_holes (int     fd,
           guint64 size)
{
  off_t hole = lseek (fd, 0, SEEK_HOLE);

  return lseek (fd, 0, SEEK_SET) == 0 && hole >= 0 && (guint64) hole < size;
}

static int
send_all (virStreamPtr  stream,
          Upload       *upload)
{
  g_autofree char *buffer = g_malloc (CHUNK);
  int n;

  /* virStreamSendAll() would send a quarter of that at a time. */
  while ((n = read_source (stream, buffer, CHUNK, upload)) > 0)
    for (int sent = 0; sent < n;)
      {
        int more = virStreamSend (stream, buffer + sent, n - sent);

        if (more < 0)
          return -1;
        sent += more;
      }

  if (n < 0)
    virStreamAbort (stream);

  return n;
}

static void
set_upload_error (GError       **error,
                  const Upload  *upload,
                  const char    *name)
{
  if (g_cancellable_set_error_if_cancelled (upload->cancellable, error))
    return;

  if (upload->read_errno != 0)
    hostel_error_set (error, HOSTEL_ERROR_FAILED,
                      _("Look whether the disk that holds it is in order."),
                      g_strerror (upload->read_errno), _("The image cannot be read."));
  else
    hostel_virt_set_error (error, _("The upload of “%s” was cut off."), name);
}

/* Holes are sent as zeros where they cannot be sent as holes (libvirt before 3.4, other drivers). */
static int
begin_upload (virStorageVolPtr  volume,
              virStreamPtr      stream,
              guint64           size,
              gboolean         *sparse)
{
  int result = virStorageVolUpload (volume, stream, 0, size,
                                    *sparse ? VIR_STORAGE_VOL_UPLOAD_SPARSE_STREAM : 0);

  if (result == 0 || !*sparse || !hostel_virt_is_unknown_flag ())
    return result;

  *sparse = FALSE;

  return virStorageVolUpload (volume, stream, 0, size, 0);
}

/**
 * hostel_storage_upload_file:
 * @handle: a connection, best one of its own: other calls would wait behind the data
 * @volume: an empty raw volume of @size bytes
 * @fd: the file, from whose start it is read
 * @size: the file's size
 * @progress: (nullable): called in this thread
 * @cancellable: (nullable): breaks off between two pieces
 *
 * Holes of the file stay holes of the volume. What a broken off upload leaves in @volume is the
 * caller's to delete.
 */
gboolean
hostel_storage_upload_file (virConnectPtr         handle,
                            virStorageVolPtr      volume,
                            int                   fd,
                            guint64               size,
                            HostelProgressFunc    progress,
                            gpointer              user_data,
                            GCancellable         *cancellable,
                            GError              **error)
{
  g_autoptr (virStream) stream = virStreamNew (handle, 0);
  Upload upload = { fd, size, 0, progress, user_data, cancellable, 0 };
  const char *name = virStorageVolGetName (volume);
  gboolean sparse = has_holes (fd, size);
  int result;

  if (stream == NULL || begin_upload (volume, stream, size, &sparse) < 0)
    {
      hostel_virt_set_error (error, _("“%s” cannot be uploaded."), name);
      return FALSE;
    }

  /* It breaks off the stream itself where it fails. */
  result = sparse ? virStreamSparseSendAll (stream, read_source, find_extent, skip_hole, &upload)
                  : send_all (stream, &upload);
  if (result < 0)
    {
      set_upload_error (error, &upload, name);
      return FALSE;
    }

  if (upload.done != size)
    {
      virStreamAbort (stream);
      hostel_error_set (error, HOSTEL_ERROR_INVALID,
                        _("Wait until the file is whole, then try again."), NULL,
                        _("The image changed while it was being copied."));
      return FALSE;
    }

  return finish_stream (stream, name, error);
}
