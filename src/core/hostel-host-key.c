#define G_LOG_DOMAIN "hostel-host-key"

#include "config.h"

#include <string.h>

#include <glib/gi18n.h>
#include <glib/gstdio.h>

#include "hostel-error.h"
#include "hostel-host-key.h"

static char *
read_key (const char  *path,
          GError     **error)
{
  g_autoptr (GError) cause = NULL;
  char *text = NULL;

  if (!g_file_get_contents (path, &text, NULL, &cause))
    hostel_error_set (error, HOSTEL_ERROR_FAILED, NULL, cause->message,
                      _("The SSH host key cannot be read."));

  return text;
}

static gboolean
run_ssh_keygen (const char  *path,
                GError     **error)
{
  g_autoptr (GError) cause = NULL;
  g_autoptr (GSubprocess) process =
    g_subprocess_new (G_SUBPROCESS_FLAGS_STDOUT_SILENCE | G_SUBPROCESS_FLAGS_STDERR_SILENCE, &cause,
                      "ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "", "-f", path, NULL);

  if (process != NULL && g_subprocess_wait_check (process, NULL, &cause))
    return TRUE;

  hostel_error_set (error, HOSTEL_ERROR_HOST_LACKS, _("Install OpenSSH’s client."), cause->message,
                    _("An SSH host key cannot be made."));

  return FALSE;
}

/**
 * hostel_host_key_new:
 * @error: (out) (optional): %HOSTEL_ERROR_HOST_LACKS where there is no ssh-keygen
 *
 * Makes an Ed25519 key, which every OpenSSH since 6.5 (2014) takes. Blocks for some milliseconds:
 * for a worker. The file that ssh-keygen(1) writes is in a directory of this user alone, in memory
 * where the session has one, and gone when this returns.
 *
 * Returns: (transfer full) (nullable): a new key
 */
HostelHostKey *
hostel_host_key_new (GError **error)
{
  g_autofree char *dir = g_build_filename (g_get_user_runtime_dir (), "hostel-key-XXXXXX", NULL);
  g_autofree char *private_path = NULL;
  g_autofree char *public_path = NULL;
  g_autoptr (HostelHostKey) self = NULL;

  g_mkdir_with_parents (g_get_user_runtime_dir (), 0700);
  if (g_mkdtemp (dir) == NULL)
    {
      hostel_error_set (error, HOSTEL_ERROR_FAILED, NULL, dir,
                        _("There is no place for a new SSH host key."));
      return NULL;
    }

  private_path = g_build_filename (dir, "key", NULL);
  public_path = g_build_filename (dir, "key.pub", NULL);
  if (run_ssh_keygen (private_path, error))
    {
      self = g_new0 (HostelHostKey, 1);
      self->private_key = read_key (private_path, error);
      if (self->private_key != NULL)
        self->public_key = read_key (public_path, error);
    }
  g_unlink (private_path);
  g_unlink (public_path);
  g_rmdir (dir);

  if (self == NULL || self->public_key == NULL)
    return NULL;

  g_strstrip (self->public_key);

  return g_steal_pointer (&self);
}

void
hostel_host_key_free (HostelHostKey *self)
{
  if (self->private_key != NULL)
    explicit_bzero (self->private_key, strlen (self->private_key));
  g_free (self->private_key);
  g_free (self->public_key);
  g_free (self);
}
