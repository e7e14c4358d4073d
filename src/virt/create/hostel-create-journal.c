/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "hostel-create-journal"

#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <glib/gi18n.h>

#include "hostel-create-journal.h"
#include "hostel-error.h"
#include "hostel-lock-file.h"

#define GROUP "create"
#define SUFFIX ".journal"
#define NEW_SUFFIX ".new"
#define LOCK_SUFFIX ".lock"

/**
 * hostel_create_journal_dup_dir:
 *
 * Returns: (transfer full): where the journals are, $XDG_STATE_HOME/hostel/creates
 */
char *
hostel_create_journal_dup_dir (void)
{
  return g_build_filename (g_get_user_state_dir (), "hostel", "creates", NULL);
}

static gboolean
sync_directory (const char *dir)
{
  int fd = open (dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  gboolean synced;

  if (fd < 0)
    return FALSE;

  synced = fsync (fd) == 0;
  close (fd);

  return synced;
}

static gboolean
write_all (int         fd,
           const char *text,
           gsize       length)
{
  while (length > 0)
    {
      ssize_t n = write (fd, text, length);

      if (n < 0 && errno == EINTR)
        continue;
      if (n <= 0)
        return FALSE;
      text += n;
      length -= n;
    }

  return TRUE;
}

/* Written beside the old one and renamed over it, so that a journal is never half a journal. The
 * new file is locked before it gets the name, hence never seen unlocked while its job lives. */
static gboolean
journal_write (HostelCreateJournal  *self,
               gboolean              sync,
               GError              **error)
{
  g_autoptr (GKeyFile) file = g_key_file_new ();
  g_autofree char *dir = g_path_get_dirname (self->path);
  g_autofree char *new_path = g_strconcat (self->path, NEW_SUFFIX, NULL);
  g_autofree char *text = NULL;
  gsize length;
  int fd = -1;

  g_key_file_set_string (file, GROUP, "uri", self->uri);
  g_key_file_set_string (file, GROUP, "pool", self->pool);
  g_key_file_set_string (file, GROUP, "uuid", self->uuid);
  g_key_file_set_string_list (file, GROUP, "volumes", (const char * const *) self->volumes,
                              g_strv_length (self->volumes));
  g_key_file_set_string (file, GROUP, "base", self->base);
  g_key_file_set_boolean (file, GROUP, "defined", self->defined);
  text = g_key_file_to_data (file, &length, NULL);

  /* A clean-up that runs between our open and our lock takes the file for left over: once more. */
  for (int i = 0; i < 5; i++)
    if ((fd = hostel_lock_file_open (new_path, O_CREAT | O_EXCL)) >= 0 ||
        (errno != EAGAIN && errno != EWOULDBLOCK))
      break;
  if (fd < 0)
    {
      hostel_lock_file_set_error (error, new_path);
      return FALSE;
    }

  if (!write_all (fd, text, length) || (sync && fsync (fd) < 0) ||
      rename (new_path, self->path) < 0 || (sync && !sync_directory (dir)))
    {
      hostel_lock_file_set_error (error, self->path);
      unlink (new_path);
      close (fd);
      return FALSE;
    }

  if (self->fd >= 0)
    close (self->fd);
  self->fd = fd;

  return TRUE;
}

/* A file that was never given its final name, or a lock whose holder was killed: nothing was done
 * under the first, nothing holds the second. */
static void
remove_left_over (const char *path)
{
  int fd = hostel_lock_file_open (path, 0);

  if (fd < 0)
    return;

  unlink (path);
  close (fd);
}

/**
 * hostel_create_journal_new:
 * @uri: the connection's
 * @pool: the pool that gets the volumes, by name
 * @uuid: the machine's
 * @error: (out) (optional): %HOSTEL_ERROR_FAILED or %HOSTEL_ERROR_NO_SPACE
 *
 * Writes the journal, has it on the disk, and holds its lock. Blocks: for a worker. Nothing secret
 * is in it.
 *
 * Returns: (transfer full) (nullable): the journal
 */
HostelCreateJournal *
hostel_create_journal_new (const char  *uri,
                           const char  *pool,
                           const char  *uuid,
                           GError     **error)
{
  g_autoptr (HostelCreateJournal) self = NULL;
  g_autofree char *dir = hostel_create_journal_dup_dir ();
  g_autofree char *name = NULL;

  g_return_val_if_fail (uri != NULL && pool != NULL && uuid != NULL, NULL);

  name = g_strconcat (uuid, SUFFIX, NULL);
  self = g_new0 (HostelCreateJournal, 1);
  self->fd = -1;
  self->uri = g_strdup (uri);
  self->pool = g_strdup (pool);
  self->uuid = g_strdup (uuid);
  self->volumes = g_new0 (char *, 1);
  self->base = g_strdup ("");
  self->path = g_build_filename (dir, name, NULL);

  if (g_mkdir_with_parents (dir, 0700) < 0)
    {
      hostel_lock_file_set_error (error, dir);
      return NULL;
    }

  return journal_write (self, TRUE, error) ? g_steal_pointer (&self) : NULL;
}

/**
 * hostel_create_journal_set_pool:
 * @pool: the pool that gets the volumes, where it turned out to be another one
 *
 * To be called before the first volume is made.
 */
gboolean
hostel_create_journal_set_pool (HostelCreateJournal  *self,
                                const char           *pool,
                                GError              **error)
{
  g_return_val_if_fail (self != NULL, FALSE);
  g_return_val_if_fail (pool != NULL, FALSE);

  if (g_str_equal (self->pool, pool))
    return TRUE;

  g_free (self->pool);
  self->pool = g_strdup (pool);

  return journal_write (self, TRUE, error);
}

/**
 * hostel_create_journal_set_volumes:
 * @volumes: the names of what is going to be made; none of them is there yet
 *
 * To be called before the first volume is made: a clean-up deletes these and no others.
 */
gboolean
hostel_create_journal_set_volumes (HostelCreateJournal  *self,
                                   const char * const   *volumes,
                                   GError              **error)
{
  g_return_val_if_fail (self != NULL, FALSE);
  g_return_val_if_fail (volumes != NULL, FALSE);

  g_strfreev (self->volumes);
  self->volumes = g_strdupv ((char **) volumes);

  return journal_write (self, TRUE, error);
}

/**
 * hostel_create_journal_set_base:
 * @base: the base image's volume whose upload begins, "" when it is over
 *
 * To be called before the volume is made.
 */
gboolean
hostel_create_journal_set_base (HostelCreateJournal  *self,
                                const char           *base,
                                GError              **error)
{
  g_return_val_if_fail (self != NULL, FALSE);
  g_return_val_if_fail (base != NULL, FALSE);

  g_free (self->base);
  self->base = g_strdup (base);

  return journal_write (self, TRUE, error);
}

/**
 * hostel_create_journal_set_defined:
 *
 * From here on a clean-up deletes nothing: where the machine is gone, a person has deleted it, and
 * may have kept its disks. Only the program's death is provided for, hence no fsync().
 */
void
hostel_create_journal_set_defined (HostelCreateJournal *self)
{
  g_autoptr (GError) error = NULL;

  g_return_if_fail (self != NULL);

  self->defined = TRUE;
  if (!journal_write (self, FALSE, &error))
    g_debug ("%s", error->message);
}

/**
 * hostel_create_journal_forget:
 * @uuid: of a machine that a person deletes
 *
 * Removes the journal that a killed create of it may have left.
 */
void
hostel_create_journal_forget (const char *uuid)
{
  g_autofree char *dir = hostel_create_journal_dup_dir ();
  g_autofree char *name = g_strconcat (uuid, SUFFIX, NULL);
  g_autofree char *path = g_build_filename (dir, name, NULL);

  remove_left_over (path);
}

/**
 * hostel_create_journal_remove:
 *
 * The create is over and has left nothing that would have to be cleaned up: the file goes. The lock
 * is held until hostel_create_journal_free().
 */
void
hostel_create_journal_remove (HostelCreateJournal *self)
{
  g_return_if_fail (self != NULL);

  unlink (self->path);
}

/**
 * hostel_create_journal_free:
 *
 * Lets go of the lock. Where the file is still there, the next clean-up takes it up.
 */
void
hostel_create_journal_free (HostelCreateJournal *self)
{
  if (self == NULL)
    return;

  if (self->fd >= 0)
    close (self->fd);
  g_free (self->uri);
  g_free (self->pool);
  g_free (self->uuid);
  g_strfreev (self->volumes);
  g_free (self->base);
  g_free (self->path);
  g_free (self);
}

static HostelCreateJournal *
journal_take (const char *path)
{
  g_autoptr (HostelCreateJournal) self = g_new0 (HostelCreateJournal, 1);
  g_autoptr (GKeyFile) file = g_key_file_new ();

  self->path = g_strdup (path);
  if ((self->fd = hostel_lock_file_open (path, 0)) < 0)
    return NULL;

  if (g_key_file_load_from_file (file, path, G_KEY_FILE_NONE, NULL))
    {
      self->uri = g_key_file_get_string (file, GROUP, "uri", NULL);
      self->pool = g_key_file_get_string (file, GROUP, "pool", NULL);
      self->uuid = g_key_file_get_string (file, GROUP, "uuid", NULL);
      self->volumes = g_key_file_get_string_list (file, GROUP, "volumes", NULL, NULL);
      self->base = g_key_file_get_string (file, GROUP, "base", NULL);
      self->defined = g_key_file_get_boolean (file, GROUP, "defined", NULL);
    }

  /* One of before there was such a list deletes nothing. */
  if (self->volumes == NULL)
    self->volumes = g_new0 (char *, 1);
  if (self->uri == NULL || self->pool == NULL || self->uuid == NULL || self->base == NULL ||
      !g_uuid_string_is_valid (self->uuid))
    {
      g_debug ("%s is no journal of ours", path);
      return NULL;
    }

  return g_steal_pointer (&self);
}

/**
 * hostel_create_journal_take_left:
 * @uri: a connection's
 *
 * The journals of creates on @uri whose program has ended, locked for the caller. Blocks: for a
 * worker.
 *
 * Returns: (transfer full) (element-type HostelCreateJournal): the journals, mostly none
 */
GPtrArray *
hostel_create_journal_take_left (const char *uri)
{
  GPtrArray *journals =
    g_ptr_array_new_with_free_func ((GDestroyNotify) hostel_create_journal_free);
  g_autofree char *dir_path = hostel_create_journal_dup_dir ();
  g_autoptr (GDir) dir = g_dir_open (dir_path, 0, NULL);
  const char *name;

  g_return_val_if_fail (uri != NULL, journals);

  while (dir != NULL && (name = g_dir_read_name (dir)))
    {
      g_autofree char *path = g_build_filename (dir_path, name, NULL);

      if (g_str_has_suffix (name, SUFFIX))
        {
          g_autoptr (HostelCreateJournal) journal = journal_take (path);

          if (journal != NULL && g_str_equal (journal->uri, uri))
            g_ptr_array_add (journals, g_steal_pointer (&journal));
        }
      else if (g_str_has_suffix (name, NEW_SUFFIX) || g_str_has_suffix (name, LOCK_SUFFIX))
        remove_left_over (path);
    }

  return journals;
}
