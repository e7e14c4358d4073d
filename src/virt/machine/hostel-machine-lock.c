/* SPDX-License-Identifier: GPL-3.0-or-later */
/* libvirt directly: runs in a worker on the bare connection, and deletes volumes by name. */
#define G_LOG_DOMAIN "hostel-machine-lock"

#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include <glib/gi18n.h>

#include "hostel-lock-file.h"
#include "hostel-machine-lock.h"
#include "hostel-storage.h"

#define GROUP "machine"
#define SUFFIX ".lock"
/* One that is just let go of looks held for a moment. */
#define TRIES 5
#define TRY_USEC (20 * 1000)
#define MAX_NOTE 4096

struct _HostelMachineLock
{
  char *path; /* owned */
  char *uri;  /* owned */
  int   fd;
};

static char *
dup_dir (void)
{
  return g_build_filename (g_get_user_state_dir (), "hostel", "machines", NULL);
}

static int
open_file (const char *path,
           int         flags)
{
  int fd;

  for (int i = 1; (fd = hostel_lock_file_open (path, flags)) < 0 && errno == EAGAIN && i < TRIES; i++)
    g_usleep (TRY_USEC);

  return fd;
}

static GKeyFile *
read_note (int fd)
{
  g_autoptr (GKeyFile) note = g_key_file_new ();
  char text[MAX_NOTE];
  ssize_t size = pread (fd, text, sizeof text, 0);

  if (size <= 0 || !g_key_file_load_from_data (note, text, size, G_KEY_FILE_NONE, NULL))
    return NULL;

  return g_steal_pointer (&note);
}

/* Nobody named it before the program was killed; what somebody names is theirs. */
static gboolean
delete_left (virConnectPtr  handle,
             const char    *pool_name,
             const char    *name)
{
  g_autoptr (virStoragePool) pool = virStoragePoolLookupByName (handle, pool_name);
  g_autoptr (virStorageVol) volume = pool ? virStorageVolLookupByName (pool, name) : NULL;

  return volume != NULL ? hostel_storage_delete_unnamed (handle, volume) : pool != NULL;
}

/* Whether nothing is left of it. */
static gboolean
undo (virConnectPtr  handle,
      const char    *uri,
      int            fd)
{
  g_autoptr (GKeyFile) note = read_note (fd);
  g_autofree char *noted_uri = NULL;
  g_autofree char *pool = NULL;
  g_auto (GStrv) volumes = NULL;
  gboolean done = TRUE;

  if (note == NULL)
    return TRUE;

  noted_uri = g_key_file_get_string (note, GROUP, "uri", NULL);
  pool = g_key_file_get_string (note, GROUP, "pool", NULL);
  volumes = g_key_file_get_string_list (note, GROUP, "volumes", NULL, NULL);
  if (noted_uri == NULL || pool == NULL || volumes == NULL)
    return TRUE;
  if (!g_str_equal (noted_uri, uri))
    return FALSE;

  for (guint i = 0; volumes[i] != NULL; i++)
    done = delete_left (handle, pool, volumes[i]) && done;

  return done;
}

/**
 * hostel_machine_lock_take:
 * @handle: a connection
 * @uuid: the machine's
 * @name: the machine's, for the error alone
 * @error: (out) (optional): %HOSTEL_ERROR_WRONG_STATE where another program has it
 *
 * Does not wait. What a holder that was killed has left is deleted. Blocks: for a worker.
 *
 * Returns: (transfer full) (nullable): the lock
 */
HostelMachineLock *
hostel_machine_lock_take (virConnectPtr   handle,
                          const char     *uuid,
                          const char     *name,
                          GError        **error)
{
  g_autoptr (HostelMachineLock) self = g_new0 (HostelMachineLock, 1);
  g_autofree char *uri = virConnectGetURI (handle);
  g_autofree char *dir = dup_dir ();
  g_autofree char *file = g_strconcat (uuid, SUFFIX, NULL);

  self->path = g_build_filename (dir, file, NULL);
  self->uri = g_strdup (uri != NULL ? uri : "");
  self->fd = -1;
  if (g_mkdir_with_parents (dir, 0700) < 0 || (self->fd = open_file (self->path, O_CREAT)) < 0)
    {
      if (errno == EAGAIN)
        hostel_error_set (error, HOSTEL_ERROR_WRONG_STATE,
                          _("Wait until it is done, then look at the machine and try again."), NULL,
                          _("Another program is changing “%s” at this moment."), name);
      else
        hostel_lock_file_set_error (error, self->path);
      return NULL;
    }

  undo (handle, self->uri, self->fd);

  return g_steal_pointer (&self);
}

/**
 * hostel_machine_lock_note:
 * @pool: a pool's name
 * @volumes: of volumes of ours in it, of which each goes where no machine names it: one that is
 *   going to be made, and one that it takes the place of
 * @error: (out) (optional): why it cannot be noted
 *
 * To be called before the first of them is made.
 */
gboolean
hostel_machine_lock_note (HostelMachineLock   *self,
                          const char          *pool,
                          const char * const  *volumes,
                          GError             **error)
{
  g_autoptr (GKeyFile) note = g_key_file_new ();
  g_autofree char *text = NULL;
  gsize length;

  g_return_val_if_fail (self != NULL, FALSE);

  g_key_file_set_string (note, GROUP, "uri", self->uri);
  g_key_file_set_string (note, GROUP, "pool", pool);
  g_key_file_set_string_list (note, GROUP, "volumes", volumes, g_strv_length ((GStrv) volumes));
  text = g_key_file_to_data (note, &length, NULL);
  if (ftruncate (self->fd, 0) == 0 && pwrite (self->fd, text, length, 0) == (ssize_t) length &&
      fsync (self->fd) == 0)
    return TRUE;

  hostel_lock_file_set_error (error, self->path);

  return FALSE;
}

/**
 * hostel_machine_lock_free:
 *
 * Lets go of it; what was noted is named by the machine or gone.
 */
void
hostel_machine_lock_free (HostelMachineLock *self)
{
  if (self->fd >= 0)
    {
      unlink (self->path);
      close (self->fd);
    }
  g_free (self->path);
  g_free (self->uri);
  g_free (self);
}

/**
 * hostel_machine_lock_undo_left:
 * @handle: a connection
 *
 * Deletes what holders that were killed have left on this host. Where there is nothing, no call is
 * made.
 */
void
hostel_machine_lock_undo_left (virConnectPtr handle)
{
  g_autofree char *dir_path = dup_dir ();
  g_autofree char *uri = virConnectGetURI (handle);
  g_autoptr (GDir) dir = g_dir_open (dir_path, 0, NULL);
  const char *name;

  while (uri != NULL && dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (dir_path, name, NULL);
      int fd = hostel_lock_file_open (path, 0);

      if (fd < 0)
        continue;

      if (undo (handle, uri, fd))
        unlink (path);
      close (fd);
    }
}
