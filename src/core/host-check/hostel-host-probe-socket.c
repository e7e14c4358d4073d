/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "hostel-host-probe"

#include "config.h"

#include "hostel-host-probe.h"

#include <string.h>
#include <unistd.h>

/* The flag and the state of a socket that listens, see unix_seq_show() in the kernel. */
#define LISTENS " 00010000 "

/* /proc/net/unix: "Num RefCount Protocol Flags Type St Inode Path" */
static gboolean
listens_in (const char *text,
            const char *path)
{
  gsize length = strlen (path);
  const char *p = text;

  while ((p = strstr (p, path)))
    {
      const char *line = p;
      g_autofree char *head = NULL;

      while (line > text && line[-1] != '\n')
        line--;
      head = g_strndup (line, (gsize) (p - line));
      if ((p[length] == '\0' || p[length] == '\n') && g_str_has_suffix (head, " ") &&
          strstr (head, LISTENS) != NULL)
        return TRUE;
      p += length;
    }

  return FALSE;
}

/*< private >
 * hostel_host_probe_try_socket:
 * @self: a run
 * @path: where a daemon listens, below /run
 *
 * Connecting to a socket that systemd listens on starts the daemon. The kernel's list of sockets
 * tells whether anybody listens, and an idle daemon behind such a socket is a healthy one.
 *
 * Returns: how far it is from an answer
 */
HostelHostSocket
hostel_host_probe_try_socket (HostelHostProbe *self,
                              const char      *path)
{
  g_autofree char *other = NULL;
  g_autofree char *text = NULL;
  HostelHostFind find = hostel_host_system_find (self->system, path, NULL);

  if (find == HOSTEL_HOST_ABSENT)
    return HOSTEL_HOST_SOCKET_ABSENT;
  /* A directory of its own keeps others out. */
  if (find == HOSTEL_HOST_UNKNOWN)
    return HOSTEL_HOST_SOCKET_UNKNOWN;

  if (hostel_host_system_read (self->system, "/proc/net/unix", &text, NULL) == HOSTEL_HOST_FOUND)
    {
      /* The name that was bound: /var/run is /run. */
      other = g_strconcat ("/var", path, NULL);
      if (!listens_in (text, path) && !listens_in (text, other))
        {
          /* In a container the socket may be the host's. */
          if (hostel_host_system_has (self->system, "/run/systemd/container") ||
              hostel_host_system_has (self->system, "/.dockerenv") ||
              hostel_host_system_has (self->system, "/run/.containerenv") ||
              hostel_host_system_has (self->system, "/.flatpak-info"))
            return HOSTEL_HOST_SOCKET_UNKNOWN;
          return HOSTEL_HOST_SOCKET_DEAD;
        }
    }

  return hostel_host_system_access (self->system, path, W_OK) == 0 ? HOSTEL_HOST_SOCKET_OPEN
                                                                   : HOSTEL_HOST_SOCKET_DENIED;
}

/*< private >
 * hostel_host_probe_runs:
 * @system: a system
 * @daemon: "libvirtd", "virtqemud", "virtnetworkd"…
 * @session: whether that of this user is meant
 *
 * Returns: whether that daemon runs already, so that a call to it starts nothing
 */
gboolean
hostel_host_probe_runs (const HostelHostSystem *system,
                        const char             *daemon,
                        gboolean                session)
{
  const char *directory = session ? system->runtime_dir : "/run";
  g_autofree char *file = NULL;
  g_autofree char *comm = NULL;
  g_autofree char *pid = NULL;
  g_autofree char *name = NULL;

  if (directory == NULL)
    return FALSE;

  file = session ? g_strdup_printf ("%s/libvirt/%s.pid", directory, daemon)
                 : g_strdup_printf ("%s/%s.pid", directory, daemon);
  if ((pid = hostel_host_system_dup_line (system, file)) == NULL ||
      g_ascii_strtoull (pid, NULL, 10) == 0)
    return FALSE;

  comm = g_strdup_printf ("/proc/%" G_GUINT64_FORMAT "/comm", g_ascii_strtoull (pid, NULL, 10));
  name = hostel_host_system_dup_line (system, comm);

  /* The kernel keeps 15 bytes. */
  return name != NULL && *name != '\0' && g_str_has_prefix (daemon, name);
}
