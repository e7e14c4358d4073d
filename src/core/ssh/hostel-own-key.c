/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "hostel-own-key"

#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <glib/gi18n.h>
#include <glib/gstdio.h>

#include "hostel-error.h"
#include "hostel-host-key.h"
#include "hostel-own-key.h"
#include "hostel-ssh-key.h"

/**
 * hostel_own_key_dup_path:
 *
 * Returns: (transfer full): where the private key is, whether it is there or not; the public one is
 *   beside it, with ".pub"
 */
char *
hostel_own_key_dup_path (void)
{
  return g_build_filename (g_get_user_data_dir (), "hostel", "id_ed25519", NULL);
}

/* Held while the key is looked for and made: a window and a hostel-cli may do that at once. */
static int
lock (const char *path)
{
  g_autofree char *dir = g_path_get_dirname (path);
  g_autofree char *lock_path = g_strconcat (path, ".lock", NULL);
  int fd;

  g_mkdir_with_parents (dir, 0700);
  fd = open (lock_path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  while (fd >= 0 && flock (fd, LOCK_EX) < 0 && errno == EINTR)
    ;

  return fd;
}

static gboolean
set_error (GError     **error,
           const char  *path,
           const char  *details)
{
  hostel_error_set (error, HOSTEL_ERROR_FAILED, _("Look whether the folder can be written."), details,
                    _("Hostel’s own SSH key “%s” cannot be made."), path);

  return FALSE;
}

static char *
run_ssh_keygen (const char * const  *argv,
                GError             **error)
{
  g_autoptr (GError) cause = NULL;
  g_autofree char *output = NULL;
  g_autoptr (GSubprocess) process =
    g_subprocess_newv (argv, G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_SILENCE, &cause);

  if (process != NULL && g_subprocess_communicate_utf8 (process, NULL, NULL, &output, NULL, &cause) &&
      g_subprocess_get_successful (process))
    return g_steal_pointer (&output);

  hostel_error_set (error, HOSTEL_ERROR_HOST_LACKS, _("Install OpenSSH’s client."),
                    cause != NULL ? cause->message : NULL, _("Hostel’s own SSH key cannot be made."));

  return NULL;
}

/* On the disk whole before it has its name. What was left of an attempt that ended half-way is
 * overwritten, and thrown away. */
static gboolean
write_file (const char  *path,
            const char  *text,
            int          mode,
            GError     **error)
{
  g_autofree char *new_path = g_strconcat (path, ".new", NULL);
  gsize length = strlen (text);
  int fd = open (new_path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, mode);
  gboolean done = fd >= 0 && fchmod (fd, mode) == 0 && write (fd, text, length) == (gssize) length &&
                  fsync (fd) == 0 && g_rename (new_path, path) == 0;
  int saved = errno;

  if (fd >= 0)
    close (fd);
  if (!done)
    g_unlink (new_path);

  return done || set_error (error, path, g_strerror (saved));
}

/* The private key comes last, and makes it count. */
static gboolean
make (const char  *path,
      const char  *public_path,
      GError     **error)
{
  g_autoptr (HostelHostKey) key = hostel_host_key_new (error);
  g_autofree char *public_text = NULL;

  if (key == NULL)
    return FALSE;

  public_text = g_strconcat (key->public_key, " hostel\n", NULL);

  return write_file (public_path, public_text, 0644, error) &&
         write_file (path, key->private_key, 0600, error);
}

/* From the private key itself: a public one of another key would lock everybody out. */
static char *
read_public (const char  *path,
             GError     **error)
{
  const char *argv[] = { "ssh-keygen", "-y", "-P", "", "-f", path, NULL };
  g_autofree char *line = run_ssh_keygen (argv, error);
  g_autofree char *plain = NULL;

  if (line == NULL || !hostel_ssh_key_check (g_strstrip (line), error))
    return NULL;

  plain = hostel_ssh_key_dup_plain (line);

  return g_strconcat (plain, " hostel", NULL);
}

/**
 * hostel_own_key_read:
 *
 * Returns: (transfer full) (nullable): "ssh-ed25519 AAAA…" of the key where it has been made
 */
char *
hostel_own_key_read (void)
{
  g_autofree char *path = hostel_own_key_dup_path ();
  g_autofree char *public_path = g_strconcat (path, ".pub", NULL);
  g_autofree char *text = NULL;

  if (!g_file_test (path, G_FILE_TEST_EXISTS) || !g_file_get_contents (public_path, &text, NULL, NULL))
    return NULL;

  return hostel_ssh_key_dup_plain (g_strstrip (text));
}

/**
 * hostel_own_key_ensure:
 * @error: (out) (optional): %HOSTEL_ERROR_HOST_LACKS where there is no ssh-keygen
 *
 * Makes the key where there is none. Blocks for some milliseconds: for a worker.
 *
 * Returns: (transfer full) (nullable): its public half, a line for authorized_keys
 */
char *
hostel_own_key_ensure (GError **error)
{
  g_autofree char *path = hostel_own_key_dup_path ();
  g_autofree char *public_path = g_strconcat (path, ".pub", NULL);
  g_autofree char *line = NULL;
  g_autofree char *text = NULL;
  g_autofree char *left = g_strconcat (path, ".new", NULL);
  int fd = lock (path);
  struct stat info;

  g_unlink (left);
  if (fd < 0)
    set_error (error, path, g_strerror (errno));
  else if (g_file_test (path, G_FILE_TEST_EXISTS) || make (path, public_path, error))
    {
      /* ssh takes no key that others can read. */
      if (g_stat (path, &info) == 0 && (info.st_mode & 0077) != 0)
        g_chmod (path, 0600);
      line = read_public (path, error);
    }

  if (line != NULL)
    {
      text = g_strconcat (line, "\n", NULL);
      if (!g_file_test (public_path, G_FILE_TEST_EXISTS))
        write_file (public_path, text, 0644, NULL);
    }
  if (fd >= 0)
    close (fd);

  return g_steal_pointer (&line);
}
