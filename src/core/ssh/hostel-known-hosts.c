/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "hostel-known-hosts"

#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include <glib/gi18n.h>
#include <glib/gstdio.h>

#include "hostel-error.h"
#include "hostel-known-hosts.h"
#include "hostel-ssh-command.h"
#include "hostel-ssh-key.h"

/**
 * hostel_known_hosts_dup_path:
 *
 * Returns: (transfer full): where the file is, whether it is there or not
 */
char *
hostel_known_hosts_dup_path (void)
{
  return g_build_filename (g_get_user_data_dir (), "hostel", "known_hosts", NULL);
}

/* Held while the file is read and replaced: a window and a hostel-cli may do that at once. */
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
is_of (const char *line,
       const char *alias)
{
  gsize length = strlen (alias);

  return strncmp (line, alias, length) == 0 && line[length] == ' ';
}

/* @public_key: NULL to leave it out */
static gboolean
replace (const char  *path,
         const char  *alias,
         const char  *public_key,
         GError     **error)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (GError) cause = NULL;
  g_autofree char *old = NULL;
  g_auto (GStrv) lines = NULL;

  if (!g_file_get_contents (path, &old, NULL, &cause) &&
      !g_error_matches (cause, G_FILE_ERROR, G_FILE_ERROR_NOENT))
    goto failed;

  lines = g_strsplit (old != NULL ? old : "", "\n", -1);
  for (guint i = 0; lines[i] != NULL; i++)
    if (*lines[i] != '\0' && !is_of (lines[i], alias))
      g_string_append_printf (text, "%s\n", lines[i]);
  if (public_key != NULL)
    g_string_append_printf (text, "%s %s\n", alias, public_key);

  g_clear_error (&cause);
  if (g_str_equal (text->str, old != NULL ? old : "") ||
      g_file_set_contents_full (path, text->str, text->len, G_FILE_SET_CONTENTS_CONSISTENT, 0600,
                                &cause))
    return TRUE;

failed:
  hostel_error_set (error, HOSTEL_ERROR_FAILED, _("Look whether the folder can be written."),
                    cause->message, _("“%s” cannot be written."), path);

  return FALSE;
}

static gboolean
change (const char  *alias,
        const char  *public_key,
        GError     **error)
{
  g_autofree char *path = hostel_known_hosts_dup_path ();
  int fd = lock (path);
  gboolean done = replace (path, alias, public_key, error);

  if (fd >= 0)
    close (fd);

  return done;
}

/**
 * hostel_known_hosts_add:
 * @alias: the machine's UUID
 * @public_key: "ssh-ed25519 AAAA…"
 * @error: (out) (optional): %HOSTEL_ERROR_INVALID where @alias or @public_key is something else
 *
 * Another key of @alias is replaced. Strangers write both: no pattern, marker or second line of
 * theirs gets into the file.
 *
 * Returns: whether the file has it
 */
gboolean
hostel_known_hosts_add (const char  *alias,
                        const char  *public_key,
                        GError     **error)
{
  g_autofree char *plain = NULL;

  g_return_val_if_fail (alias != NULL, FALSE);
  g_return_val_if_fail (public_key != NULL, FALSE);

  plain = hostel_ssh_key_dup_plain (public_key);
  if (plain == NULL || !hostel_ssh_command_is_host (alias))
    {
      hostel_error_set (error, HOSTEL_ERROR_INVALID, NULL, NULL,
                        _("The SSH host key of the machine is none."));
      return FALSE;
    }

  return change (alias, plain, error);
}

/**
 * hostel_known_hosts_remove:
 * @alias: the machine's UUID
 * @error: (out) (optional): where to put an error
 *
 * Returns: whether the file is without it
 */
gboolean
hostel_known_hosts_remove (const char  *alias,
                           GError     **error)
{
  g_return_val_if_fail (alias != NULL, FALSE);

  return change (alias, NULL, error);
}
