/* SPDX-License-Identifier: GPL-3.0-or-later */
/* libvirt directly: runs in a worker on the bare connection; volumes by name. */
#define G_LOG_DOMAIN "hostel-base-image"

#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <linux/fs.h>

#include <glib/gi18n.h>

#include "hostel-base-image.h"
#include "hostel-create-undo.h"
#include "hostel-lock-file.h"
#include "hostel-uri.h"

/* How often a create looks whether the other one, which uploads the same image, is through. */
#define WAIT_MSEC 100

static gboolean
lookup (virStoragePoolPtr   pool,
        const char         *name,
        virStorageVolPtr   *volume,
        GError            **error)
{
  const char *pool_name = virStoragePoolGetName (pool);
  virErrorPtr last;

  if ((*volume = virStorageVolLookupByName (pool, name)) != NULL)
    return TRUE;

  last = virGetLastError ();
  if (last != NULL && last->code == VIR_ERR_NO_STORAGE_VOL)
    return TRUE;

  hostel_virt_set_error (error, _("The storage pool “%s” cannot be read."), pool_name);

  return FALSE;
}

/* The marker is looked for first: it is made last, so that one without a base is nothing. */
static gboolean
find_named (virStoragePoolPtr   pool,
            const char         *name,
            char              **path,
            GError            **error)
{
  g_autofree char *marker_name = g_strconcat (name, HOSTEL_BASE_IMAGE_MARKER, NULL);
  g_autoptr (virStorageVol) marker = NULL;
  g_autoptr (virStorageVol) base = NULL;

  *path = NULL;
  if (!lookup (pool, marker_name, &marker, error))
    return FALSE;
  if (marker == NULL)
    return TRUE;
  if (!lookup (pool, name, &base, error))
    return FALSE;

  if (base != NULL && (*path = virStorageVolGetPath (base)) == NULL)
    {
      hostel_virt_set_error (error, _("The base image “%s” cannot be read."), name);
      return FALSE;
    }

  return TRUE;
}

static char *
dup_name (const char *sha256,
          const char *format)
{
  return g_strdup_printf (HOSTEL_BASE_IMAGE_PREFIX "%s.%s", sha256, format);
}

/* "hostel-base-<sha256>-<uuid>.qcow2", made beside somebody else's unfinished one. */
static gboolean
find_second (virStoragePoolPtr   pool,
             const char         *sha256,
             char              **path,
             GError            **error)
{
  g_autofree char *prefix = g_strdup_printf (HOSTEL_BASE_IMAGE_PREFIX "%s-", sha256);
  g_auto (GStrv) names = hostel_storage_list_names (pool, error);

  *path = NULL;
  if (names == NULL)
    return FALSE;

  for (guint i = 0; names[i] != NULL && *path == NULL; i++)
    if (g_str_has_prefix (names[i], prefix) &&
        !g_str_has_suffix (names[i], HOSTEL_BASE_IMAGE_MARKER) &&
        !find_named (pool, names[i], path, error))
      return FALSE;

  return TRUE;
}

/**
 * hostel_base_image_find:
 * @pool: an active pool
 * @sha256: the image's digest, in hex
 * @format: "qcow2" or "raw"
 * @path: (out) (nullable): the base image's path, %NULL where there is none yet
 * @error: (out) (optional): where to put an error
 *
 * One whose upload was cut off has no marker and does not count. Three short calls.
 */
gboolean
hostel_base_image_find (virStoragePoolPtr   pool,
                        const char         *sha256,
                        const char         *format,
                        char              **path,
                        GError            **error)
{
  g_autofree char *name = dup_name (sha256, format);

  return find_named (pool, name, path, error);
}

/* Waits for other creates of this user that upload the same image into the same pool. */
static HostelLockFile *
wait_for_lock (HostelCreateJournal  *journal,
               const char           *base_name,
               GCancellable         *cancellable,
               GError              **error)
{
  g_autofree char *key = g_strdup_printf ("%s\n%s\n%s", journal->uri, journal->pool, base_name);
  g_autofree char *digest = g_compute_checksum_for_string (G_CHECKSUM_SHA256, key, -1);
  g_autofree char *dir = hostel_create_journal_dup_dir ();
  g_autofree char *name = g_strconcat (digest, ".lock", NULL);
  g_autofree char *path = g_build_filename (dir, name, NULL);

  for (;;)
    {
      GPollFD poll_fd = { 0, };
      gboolean held = FALSE;
      HostelLockFile *lock = hostel_lock_file_try (path, &held, error);

      if (lock != NULL || !held)
        return lock;

      if (g_cancellable_set_error_if_cancelled (cancellable, error))
        return NULL;
      if (cancellable != NULL && g_cancellable_make_pollfd (cancellable, &poll_fd))
        {
          g_poll (&poll_fd, 1, WAIT_MSEC);
          g_cancellable_release_fd (cancellable);
        }
      else
        g_usleep (WAIT_MSEC * 1000);
    }
}

/* Where the daemon is this computer's and its file can be opened, a file system that shares blocks
 * (btrfs, XFS) needs no copy. It fails everywhere else, and then the upload is made. */
static gboolean
try_reflink (virStorageVolPtr volume,
             const char      *uri,
             int              source,
             guint64          size)
{
  g_autofree char *path = NULL;
  struct stat info;
  int fd;
  gboolean done;

  if (!hostel_uri_is_local (uri) || (path = virStorageVolGetPath (volume)) == NULL)
    return FALSE;

  if ((fd = open (path, O_WRONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)) < 0)
    return FALSE;

  done = fstat (fd, &info) == 0 && S_ISREG (info.st_mode) && (guint64) info.st_size == size &&
         ioctl (fd, FICLONE, source) == 0 && fsync (fd) == 0;
  close (fd);
  g_debug ("%s %s", path, done ? "shares the image's blocks" : "needs a copy");

  return done;
}

/* Whether what was uploaded is still what the digest was made of: a cached one costs a stat(), a
 * new one is made where the file's times have changed. */
static gboolean
check_unchanged (const HostelBaseRequest  *request,
                 GError                  **error)
{
  g_autofree char *sha256 = hostel_image_dup_sha256 (request->image, NULL, NULL,
                                                     request->cancellable, error);

  if (sha256 == NULL)
    return FALSE;
  if (g_str_equal (sha256, request->sha256))
    return TRUE;

  hostel_error_set (error, HOSTEL_ERROR_INVALID, _("Wait until the file is whole, then try again."),
                    NULL, _("The image changed while it was being copied."));

  return FALSE;
}

static gboolean
fill_volume (virConnectPtr             handle,
             virStorageVolPtr          volume,
             const char               *uri,
             int                       fd,
             guint64                   size,
             const HostelBaseRequest  *request,
             GError                  **error)
{
  if (!try_reflink (volume, uri, fd, size) &&
      !hostel_storage_upload_file (handle, volume, fd, size, request->progress,
                                   request->user_data, request->cancellable, error))
    return FALSE;

  return check_unchanged (request, error);
}

static char *
mark (virStoragePoolPtr   pool,
      virStorageVolPtr    volume,
      GError            **error)
{
  const char *name = virStorageVolGetName (volume);
  g_autofree char *marker_name = g_strconcat (name, HOSTEL_BASE_IMAGE_MARKER, NULL);
  HostelVolumeSpec spec = { .name = marker_name, .capacity = 0, .format = "raw" };
  g_autoptr (virStorageVol) marker = NULL;
  g_autoptr (virStorageVol) again = NULL;

  /* Somebody may have deleted it meanwhile. */
  if ((again = virStorageVolLookupByName (pool, name)) == NULL)
    {
      hostel_virt_set_error (error, _("The base image “%s” is gone."), name);
      return NULL;
    }

  if ((marker = hostel_storage_create_volume (pool, &spec, error)) == NULL)
    return NULL;

  return virStorageVolGetPath (volume);
}

static char *
upload (virConnectPtr             handle,
        virStoragePoolPtr         pool,
        HostelCreateJournal      *journal,
        const char               *name,
        const HostelBaseRequest  *request,
        GError                  **error)
{
  g_autoptr (virStorageVol) volume = NULL;
  g_autofree char *path = NULL;
  HostelVolumeSpec spec = { .name = name, .format = "raw" };
  struct stat info;
  const char *image_path = hostel_image_get_path (request->image);
  int fd = open (image_path, O_RDONLY | O_CLOEXEC);

  if (fd < 0 || fstat (fd, &info) < 0)
    {
      hostel_error_set (error, HOSTEL_ERROR_NOT_FOUND, _("Choose the image again."),
                        g_strerror (errno), _("The image “%s” cannot be opened."),
                        image_path);
      if (fd >= 0)
        close (fd);
      return NULL;
    }

  /* A raw volume of the file's size, whatever is in it: a sparse upload into a qcow2 volume would
   * leave stale bytes of that volume's own header in the holes. */
  spec.capacity = info.st_size;
  if (hostel_storage_check_space (pool, info.st_size, error) &&
      hostel_create_journal_set_base (journal, name, error) &&
      (volume = hostel_storage_create_volume (pool, &spec, error)) != NULL)
    {
      if (fill_volume (handle, volume, journal->uri, fd, info.st_size, request, error))
        path = mark (pool, volume, error);
      if (path == NULL)
        virStorageVolDelete (volume, 0);
    }
  close (fd);

  if (path != NULL && !hostel_create_journal_set_base (journal, "", error))
    g_clear_pointer (&path, g_free);

  return g_steal_pointer (&path);
}

/* Under the lock: no other create of this user's makes a volume of that name. One that is there
 * without its marker is either left over by a killed create of ours, which its journal tells, or
 * being uploaded by somebody else, which nobody can tell from here: theirs is left alone. */
static char *
find_or_upload (virConnectPtr             handle,
                virStoragePoolPtr         pool,
                HostelCreateJournal      *journal,
                const char               *name,
                const HostelBaseRequest  *request,
                GError                  **error)
{
  g_autoptr (virStorageVol) unfinished = NULL;
  g_autofree char *second = NULL;
  g_autofree char *path = NULL;

  if (!find_named (pool, name, &path, error))
    return NULL;
  if (path != NULL)
    return g_steal_pointer (&path);

  if (!lookup (pool, name, &unfinished, error))
    return NULL;
  if (unfinished != NULL)
    {
      g_clear_pointer (&unfinished, virStorageVolFree);
      hostel_create_undo_left (handle, journal->uri);
      if (!lookup (pool, name, &unfinished, error))
        return NULL;
    }
  if (unfinished == NULL)
    {
      g_autofree char *stray = g_strconcat (name, HOSTEL_BASE_IMAGE_MARKER, NULL);

      /* A marker whose base somebody deleted would vouch for what we are about to upload. */
      return hostel_storage_delete_named (pool, stray, error)
               ? upload (handle, pool, journal, name, request, error)
               : NULL;
    }

  if (!find_second (pool, request->sha256, &path, error))
    return NULL;
  if (path != NULL)
    return g_steal_pointer (&path);

  g_debug ("%s is unfinished and not ours: a copy of our own", name);
  second = g_strdup_printf (HOSTEL_BASE_IMAGE_PREFIX "%s-%s.%s", request->sha256, journal->uuid,
                            request->format);

  return upload (handle, pool, journal, second, request, error);
}

/**
 * hostel_base_image_ensure:
 * @handle: a connection of the caller's own: the data goes through it
 * @journal: the create's
 * @session: whether it is a session's daemon
 * @request: the image
 * @error: (out) (optional): %HOSTEL_ERROR_NO_SPACE, %HOSTEL_ERROR_INVALID where the file changes
 *   meanwhile, %G_IO_ERROR_CANCELLED
 *
 * Gets the image into the pool, once whatever the number of machines made of it, at the same time
 * or later. What a failed or cancelled upload has left is deleted before this returns.
 *
 * Returns: (transfer full) (nullable): the path of the base image
 */
char *
hostel_base_image_ensure (virConnectPtr             handle,
                          HostelCreateJournal      *journal,
                          gboolean                  session,
                          const HostelBaseRequest  *request,
                          GError                  **error)
{
  g_autofree char *name = dup_name (request->sha256, request->format);
  g_autoptr (HostelLockFile) lock = NULL;
  g_autoptr (virStoragePool) pool = NULL;

  if ((lock = wait_for_lock (journal, name, request->cancellable, error)) == NULL)
    return NULL;
  if ((pool = hostel_storage_get_pool (handle, journal->pool, session, error)) == NULL)
    return NULL;

  return find_or_upload (handle, pool, journal, name, request, error);
}
