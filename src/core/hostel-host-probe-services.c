#define G_LOG_DOMAIN "hostel-host-probe"

#include "config.h"

#include "hostel-host-probe.h"

#include <errno.h>
#include <grp.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <glib/gi18n.h>
#include <glib/gstdio.h>

#define SERVICES "services"
#define ACCESS "access"

typedef enum
{
  SOCKET_ABSENT,
  SOCKET_OPEN,
  SOCKET_DENIED,
  SOCKET_DEAD,    /* the file is there, and nobody behind it */
  SOCKET_BUSY,    /* its queue is full: the daemon does not answer */
  SOCKET_UNKNOWN,
} SocketState;

/* Connecting to a socket that systemd listens on starts the daemon, which is what a client does; and
 * an idle daemon behind such a socket is a healthy one. Never waits. */
static SocketState
try_socket (const char *root,
            const char *path)
{
  g_autofree char *file = hostel_host_probe_path (root, path);
  struct sockaddr_un address = { .sun_family = AF_UNIX };
  SocketState state = SOCKET_UNKNOWN;
  int code = 0;
  int fd;

  if (!g_file_test (file, G_FILE_TEST_EXISTS))
    return SOCKET_ABSENT;
  if (g_strlcpy (address.sun_path, file, sizeof address.sun_path) >= sizeof address.sun_path)
    return SOCKET_UNKNOWN;
  if ((fd = socket (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)) < 0)
    return SOCKET_UNKNOWN;

  if (connect (fd, (struct sockaddr *) &address, sizeof address) != 0)
    code = errno;
  g_close (fd, NULL);

  switch (code)
    {
    case 0:            state = SOCKET_OPEN; break;
    case EACCES:
    case EPERM:        state = SOCKET_DENIED; break;
    case ECONNREFUSED:
    case ENOTSOCK:     state = SOCKET_DEAD; break;
    case EAGAIN:       state = SOCKET_BUSY; break;
    default:           break;
    }

  return state;
}

static gboolean
has_daemon (const char *root)
{
  return hostel_host_probe_exists (root, "/usr/sbin/libvirtd") ||
         hostel_host_probe_exists (root, "/usr/sbin/virtqemud") ||
         hostel_host_probe_exists (root, "/usr/bin/libvirtd") ||
         hostel_host_probe_exists (root, "/usr/bin/virtqemud");
}

static const char *
start_remedy (const char *root)
{
  if (!hostel_host_probe_exists (root, "/run/systemd/system"))
    return _("Start it: sudo virtlogd -d; sudo libvirtd -d");
  if (hostel_host_probe_exists (root, "/usr/lib/systemd/system/libvirtd.socket") ||
      hostel_host_probe_exists (root, "/lib/systemd/system/libvirtd.socket"))
    return _("Start it: sudo systemctl enable --now libvirtd.socket");

  return _("Start it: sudo systemctl enable --now virtqemud.socket virtnetworkd.socket "
           "virtstoraged.socket");
}

static void
probe_installed (HostelHostReport *report,
                 const char       *root)
{
  gboolean installed = has_daemon (root);

  hostel_host_probe_add (report, "libvirt", SERVICES, _("libvirt"),
                         installed ? HOSTEL_CHECK_STATE_GOOD : HOSTEL_CHECK_STATE_MISSING,
                         g_strdup (installed ? _("libvirtd or virtqemud is installed")
                                             : _("neither libvirtd nor virtqemud is installed")),
                         _("It is the service that keeps the machines."),
                         _("Install it: libvirt-daemon-system on Debian and Ubuntu, "
                           "libvirt-daemon-kvm on Fedora, libvirt on Arch."));
}

/* The first of the two flavours that is there: one daemon for all, or one for each driver. */
static SocketState
find_system_socket (const char  *root,
                    const char **path)
{
  static const char *paths[] = {
    "/run/libvirt/virtqemud-sock", "/run/libvirt/libvirt-sock",
    "/var/run/libvirt/virtqemud-sock", "/var/run/libvirt/libvirt-sock",
  };
  SocketState state = SOCKET_ABSENT;
  guint i;

  for (i = 0; i < G_N_ELEMENTS (paths); i++)
    {
      SocketState other = try_socket (root, paths[i]);

      if (other == SOCKET_ABSENT || (state != SOCKET_ABSENT && other != SOCKET_OPEN))
        continue;

      state = other;
      *path = paths[i];
      if (state == SOCKET_OPEN)
        break;
    }

  return state;
}

static gboolean
in_group_file (const char *root,
               const char *group,
               const char *user,
               gboolean   *exists,
               gid_t      *gid)
{
  g_autofree char *text = hostel_host_probe_read (root, "/etc/group");
  g_auto (GStrv) lines = g_strsplit (text ? text : "", "\n", -1);
  guint i;

  *exists = FALSE;
  for (i = 0; lines[i]; i++)
    {
      g_auto (GStrv) fields = g_strsplit (lines[i], ":", 4);
      g_auto (GStrv) members = NULL;

      if (g_strv_length (fields) < 4 || !g_str_equal (fields[0], group))
        continue;

      *exists = TRUE;
      *gid = (gid_t) g_ascii_strtoull (fields[2], NULL, 10);
      members = g_strsplit (g_strstrip (fields[3]), ",", -1);

      return g_strv_contains ((const char * const *) members, user);
    }

  return FALSE;
}

static gboolean
in_process (gid_t gid)
{
  gid_t groups[256];
  int n = getgroups (G_N_ELEMENTS (groups), groups);
  int i;

  for (i = 0; i < n; i++)
    if (groups[i] == gid)
      return TRUE;

  return getegid () == gid;
}

/* On most distributions anybody may connect, and polkit then asks those who are not members. */
static gboolean
may_be_asked (const char *root)
{
  gboolean exists;
  gid_t gid = 0;

  in_group_file (root, "libvirt", "", &exists, &gid);

  return getuid () != 0 && exists && !in_process (gid);
}

static void
probe_system (HostelHostReport *report,
              const char       *root)
{
  /* As root there is no session to fall back to: both are the system's daemon. */
  HostelCheckState bad = getuid () == 0 ? HOSTEL_CHECK_STATE_MISSING : HOSTEL_CHECK_STATE_WARNING;
  HostelCheckState state = bad;
  const char *join = _("Become a member: sudo usermod -aG libvirt $USER, then log out and in. "
                       "Machines of your own need no such right.");
  const char *remedy = start_remedy (root);
  const char *path = "/run/libvirt/libvirt-sock";
  const char *finding;

  switch (find_system_socket (root, &path))
    {
    case SOCKET_OPEN:
      state = may_be_asked (root) ? HOSTEL_CHECK_STATE_NOTE : HOSTEL_CHECK_STATE_GOOD;
      finding = state == HOSTEL_CHECK_STATE_GOOD
                ? _("can be connected to")
                : _("can be connected to, but a password may be asked for");
      remedy = join;
      break;
    case SOCKET_DENIED:
      state = HOSTEL_CHECK_STATE_NOTE;
      finding = _("may not be opened by this user");
      remedy = join;
      break;
    case SOCKET_DEAD:
      finding = _("nothing answers behind it");
      break;
    case SOCKET_BUSY:
      state = HOSTEL_CHECK_STATE_WARNING;
      finding = _("takes no more connections: the daemon hangs");
      remedy = _("Restart it: sudo systemctl restart libvirtd");
      break;
    case SOCKET_ABSENT:
      finding = _("not there");
      break;
    case SOCKET_UNKNOWN:
    default:
      state = HOSTEL_CHECK_STATE_UNKNOWN;
      finding = _("cannot be tried");
      remedy = NULL;
    }

  hostel_host_probe_add (report, "libvirt-system", SERVICES, _("System Connection"), state,
                         g_strdup_printf ("%s: %s", path, finding),
                         _("qemu:///system has the machines that all users share."), remedy);
}

static void
probe_session (HostelHostReport *report,
               const char       *root)
{
  const char *title = _("Session Connection");
  gboolean installed = has_daemon (root);

  if (getuid () == 0)
    hostel_host_probe_add (report, "libvirt-session", SERVICES, title,
                           HOSTEL_CHECK_STATE_NOT_APPLICABLE,
                           g_strdup (_("for root it is the system's")), NULL, NULL);
  else
    hostel_host_probe_add (report, "libvirt-session", SERVICES, title,
                           installed ? HOSTEL_CHECK_STATE_GOOD : HOSTEL_CHECK_STATE_WARNING,
                           g_strdup (installed ? _("starts by itself when it is used")
                                               : _("no daemon to start")),
                           _("qemu:///session has the machines of this user alone."),
                           _("Install libvirt."));
}

/* Both enabled at once fight for the same sockets. */
static void
probe_conflict (HostelHostReport *report,
                const char       *root)
{
  const char *wants = "/etc/systemd/system/sockets.target.wants/";
  g_autofree char *one = g_strconcat (wants, "libvirtd.socket", NULL);
  g_autofree char *many = g_strconcat (wants, "virtqemud.socket", NULL);
  g_autofree char *one_file = hostel_host_probe_path (root, one);
  g_autofree char *many_file = hostel_host_probe_path (root, many);
  gboolean both = g_file_test (one_file, G_FILE_TEST_IS_SYMLINK) &&
                  g_file_test (many_file, G_FILE_TEST_IS_SYMLINK);

  hostel_host_probe_add (report, "libvirt-flavour", SERVICES, _("One Kind of Daemon"),
                         both ? HOSTEL_CHECK_STATE_WARNING : HOSTEL_CHECK_STATE_GOOD,
                         both ? g_strdup_printf (_("%s and %s are both enabled"), "libvirtd.socket",
                                                 "virtqemud.socket")
                              : g_strdup (_("libvirtd and virtqemud are not enabled together")),
                         _("Enabled together, each hides the other's machines."),
                         _("Disable one: sudo systemctl disable --now libvirtd.socket"));
}

static void
probe_log (HostelHostReport *report,
           const char       *root)
{
  const char *path = "/run/libvirt/virtlogd-sock";
  SocketState state = try_socket (root, path);
  gboolean good = state == SOCKET_OPEN || state == SOCKET_DENIED;

  if (getuid () != 0 && state == SOCKET_ABSENT)
    {
      hostel_host_probe_add (report, "virtlogd", SERVICES, _("Log Daemon"),
                             HOSTEL_CHECK_STATE_NOT_APPLICABLE,
                             g_strdup (_("a session starts its own")), NULL, NULL);
      return;
    }

  hostel_host_probe_add (report, "virtlogd", SERVICES, _("Log Daemon"),
                         good ? HOSTEL_CHECK_STATE_GOOD : HOSTEL_CHECK_STATE_WARNING,
                         good ? g_strdup (path) : g_strdup_printf (_("no %s"), path),
                         _("It writes what a machine's serial console says."),
                         _("Start it: sudo systemctl enable --now virtlogd.socket"));
}

static void
probe_group (HostelHostReport *report,
             const char       *root,
             const char       *group,
             const char       *why)
{
  g_autofree char *id = g_strconcat ("group-", group, NULL);
  g_autofree char *title = g_strdup_printf (_("Group “%s”"), group);
  g_autofree char *join = NULL;
  const char *user = g_get_user_name ();
  gboolean exists;
  gid_t gid = 0;
  gboolean listed = in_group_file (root, group, user, &exists, &gid);

  if (getuid () == 0 || !exists)
    {
      hostel_host_probe_add (report, id, ACCESS, title, HOSTEL_CHECK_STATE_NOT_APPLICABLE,
                             g_strdup (getuid () == 0 ? _("root needs no group")
                                                      : _("there is no such group")), NULL, NULL);
      return;
    }

  if (in_process (gid))
    hostel_host_probe_add (report, id, ACCESS, title, HOSTEL_CHECK_STATE_GOOD,
                           g_strdup_printf (_("%s is a member"), user), NULL, NULL);
  else if (listed)
    hostel_host_probe_add (report, id, ACCESS, title, HOSTEL_CHECK_STATE_WARNING,
                           g_strdup_printf (_("%s is a member by /etc/group, but not in this "
                                              "session"), user),
                           why, _("Log out and in again."));
  else
    {
      join = g_strdup_printf (_("If you need it: sudo usermod -aG %s %s, then log out and in."),
                              group, user);
      hostel_host_probe_add (report, id, ACCESS, title, HOSTEL_CHECK_STATE_NOTE,
                             g_strdup_printf (_("%s is not a member"), user), why, join);
    }
}

/*< private >
 * hostel_host_probe_services:
 * @report: where to add the checks
 * @root: "/" or a fixture's directory
 *
 * libvirt's daemons and whether this user may use them.
 */
void
hostel_host_probe_services (HostelHostReport *report,
                            const char       *root)
{
  probe_installed (report, root);
  probe_system (report, root);
  probe_session (report, root);
  probe_conflict (report, root);
  probe_log (report, root);
  probe_group (report, root, "libvirt", _("Its members may use qemu:///system without a password."));
  probe_group (report, root, "kvm", _("On some systems its members alone may use /dev/kvm."));
}
