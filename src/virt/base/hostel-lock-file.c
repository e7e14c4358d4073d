/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "hostel-lock-file"

#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <glib/gi18n.h>

#include "hostel-error.h"
#include "hostel-lock-file.h"

struct _HostelLockFile
{
  char *path;
  int   fd;
};

/* Whether @path still names the file that is open at @fd: a holder unlinks before it lets go, so
 * that a lock on a file without a name is worth nothing. */
static gboolean
is_current (int         fd,
            const char *path)
{
  struct stat open_file;
  struct stat named_file;

  return fstat (fd, &open_file) == 0 && stat (path, &named_file) == 0 &&
         open_file.st_dev == named_file.st_dev && open_file.st_ino == named_file.st_ino;
}

int
hostel_lock_file_open (const char *path,
                       int         flags)
{
  int fd = open (path, O_RDWR | O_CLOEXEC | O_NOFOLLOW | flags, 0600);

  if (fd < 0)
    return -1;

  if (flock (fd, LOCK_EX | LOCK_NB) < 0 || !is_current (fd, path))
    {
      int saved = errno == EWOULDBLOCK ? EWOULDBLOCK : EAGAIN;

      close (fd);
      errno = saved;
      return -1;
    }

  return fd;
}

void
hostel_lock_file_set_error (GError     **error,
                            const char  *path)
{
  int saved = errno;

  hostel_error_set (error, saved == ENOSPC || saved == EDQUOT ? HOSTEL_ERROR_NO_SPACE
                                                              : HOSTEL_ERROR_FAILED,
                    saved == ENOSPC || saved == EDQUOT
                      ? _("Free some space there, then try again.")
                      : _("Make that directory writable, or set XDG_STATE_HOME to one that is."),
                    g_strerror (saved),
                    _("The note that lets an interrupted create be cleaned up cannot be kept at "
                      "“%s”."), path);
}

/**
 * hostel_lock_file_try:
 * @path: the lock's file, made where it is missing
 * @held_by_other: (out): whether another holder has it, in this process or in another
 *
 * Does not wait.
 *
 * Returns: (transfer full) (nullable): the lock; %NULL with @error, or with @held_by_other
 */
HostelLockFile *
hostel_lock_file_try (const char  *path,
                      gboolean    *held_by_other,
                      GError     **error)
{
  HostelLockFile *self;
  int fd;

  g_return_val_if_fail (path != NULL, NULL);

  *held_by_other = FALSE;
  if ((fd = hostel_lock_file_open (path, O_CREAT)) < 0)
    {
      if (errno == EWOULDBLOCK || errno == EAGAIN)
        *held_by_other = TRUE;
      else
        hostel_lock_file_set_error (error, path);
      return NULL;
    }

  self = g_new0 (HostelLockFile, 1);
  self->path = g_strdup (path);
  self->fd = fd;

  return self;
}

/**
 * hostel_lock_file_free:
 *
 * Lets go of the lock; its file goes first.
 */
void
hostel_lock_file_free (HostelLockFile *self)
{
  if (self == NULL)
    return;

  unlink (self->path);
  close (self->fd);
  g_free (self->path);
  g_free (self);
}
