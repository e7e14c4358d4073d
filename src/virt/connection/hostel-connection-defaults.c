/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "hostel-connection"

#include "config.h"

#include <grp.h>
#include <sys/stat.h>
#include <unistd.h>

#include "hostel-connection.h"
#include "hostel-uri.h"

/* Debian keeps the socket for the group; Fedora lets everybody connect, and its polkit rule asks
 * all but that group for a password. */
static gboolean
is_open_to_us (const char *path)
{
  struct group *group;
  struct stat status;

  if (stat (path, &status) < 0 || access (path, R_OK | W_OK) < 0)
    return FALSE;

  if ((status.st_mode & S_IWOTH) == 0)
    return TRUE;

  return (group = getgrnam ("libvirt")) != NULL && group_member (group->gr_gid);
}

/**
 * hostel_connection_dup_default_uris:
 *
 * The URIs to open where nobody has chosen, found without talking to a daemon: qemu:///system
 * where its socket can be opened without a password, and qemu:///session, which needs no rights
 * and starts by itself. As root both are one daemon.
 *
 * Returns: (transfer full): one or two URIs
 */
GStrv
hostel_connection_dup_default_uris (void)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_auto (GStrv) sockets = NULL;

  if (geteuid () == 0)
    {
      g_strv_builder_add (builder, "qemu:///system");
      return g_strv_builder_end (builder);
    }

  g_strv_builder_add (builder, "qemu:///session");
  sockets = hostel_uri_dup_sockets ("qemu:///system");
  for (guint i = 0; sockets[i]; i++)
    if (is_open_to_us (sockets[i]))
      {
        g_strv_builder_add (builder, "qemu:///system");
        break;
      }

  return g_strv_builder_end (builder);
}
