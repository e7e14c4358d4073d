/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "hostel-host-probe"

#include "config.h"

#include "hostel-host-probe.h"

#include <string.h>

#include <glib/gi18n.h>

#define WANTS "/etc/systemd/system/sockets.target.wants/"

static const char * const monolithic_units[] = { "libvirtd.socket", "virtlogd.socket", NULL };
static const char * const modular_units[] = {
  "virtqemud.socket", "virtnetworkd.socket", "virtstoraged.socket", "virtnodedevd.socket",
  "virtsecretd.socket", "virtnwfilterd.socket", "virtinterfaced.socket", "virtlogd.socket", NULL
};

static gboolean
has_daemon (HostelHostProbe *self,
            const char      *name)
{
  g_autofree char *sbin = g_strconcat ("/usr/sbin/", name, NULL);
  g_autofree char *bin = g_strconcat ("/usr/bin/", name, NULL);

  return hostel_host_system_has (self->system, sbin) || hostel_host_system_has (self->system, bin);
}

static gboolean
is_unit_enabled (HostelHostProbe *self,
                 const char      *unit)
{
  g_autofree char *path = g_strconcat (WANTS, unit, NULL);
  g_autofree char *file = hostel_host_system_dup_path (self->system, path);

  return g_file_test (file, G_FILE_TEST_IS_SYMLINK) || g_file_test (file, G_FILE_TEST_EXISTS);
}

/* Both can be installed: Debian ships libvirtd, Fedora the many, and the file for the other. */
static gboolean
is_modular (HostelHostProbe *self)
{
  if (!has_daemon (self, "virtqemud"))
    return FALSE;
  if (!has_daemon (self, "libvirtd"))
    return TRUE;
  if (is_unit_enabled (self, "libvirtd.socket") || is_unit_enabled (self, "libvirtd.service"))
    return FALSE;

  return is_unit_enabled (self, "virtqemud.socket") ||
         hostel_host_system_has (self->system, "/run/libvirt/virtqemud-sock");
}

/*< private >
 * hostel_host_probe_units:
 * @self: a run
 *
 * Returns: (transfer none): the sockets that this flavour of libvirt wants enabled, the most
 *   important one first
 */
const char * const *
hostel_host_probe_units (HostelHostProbe *self)
{
  return is_modular (self) ? modular_units : monolithic_units;
}

static gboolean
is_installed (HostelHostProbe *self)
{
  return has_daemon (self, "libvirtd") || has_daemon (self, "virtqemud");
}

static void
probe_installed (HostelHostProbe *self)
{
  gboolean one = has_daemon (self, "libvirtd");
  gboolean many = has_daemon (self, "virtqemud");

  hostel_host_probe_add (self, "libvirt",
                         one || many ? HOSTEL_CHECK_STATE_GOOD : HOSTEL_CHECK_STATE_MISSING,
                         hostel_host_probe_install (self, HOSTEL_HOST_NEED_LIBVIRT), "%s",
                         one && many ? _("libvirtd and virtqemud are installed")
                         : one ? _("libvirtd is installed (one daemon for all)")
                         : many ? _("virtqemud is installed (a daemon for each task)")
                                : _("neither libvirtd nor virtqemud is installed"));
}

/* Of the two flavours' sockets the one that is nearest to an answer. */
static HostelHostSocket
find_system_socket (HostelHostProbe  *self,
                    const char      **path)
{
  static const char *paths[] = { "/run/libvirt/virtqemud-sock", "/run/libvirt/libvirt-sock" };
  static const int ranks[] = {
    [HOSTEL_HOST_SOCKET_OPEN] = 0, [HOSTEL_HOST_SOCKET_DENIED] = 1, [HOSTEL_HOST_SOCKET_UNKNOWN] = 2,
    [HOSTEL_HOST_SOCKET_DEAD] = 3, [HOSTEL_HOST_SOCKET_ABSENT] = 4,
  };
  HostelHostSocket best = HOSTEL_HOST_SOCKET_ABSENT;

  *path = paths[1];
  for (guint i = 0; i < G_N_ELEMENTS (paths); i++)
    {
      HostelHostSocket socket = hostel_host_probe_try_socket (self, paths[i]);

      if (ranks[socket] < ranks[best])
        {
          best = socket;
          *path = paths[i];
        }
    }

  return best;
}

static void
probe_system (HostelHostProbe *self)
{
  /* As root there is no session to fall back to: both are the system's daemon. */
  HostelCheckState bad = self->system->uid == 0 ? HOSTEL_CHECK_STATE_MISSING
                                                : HOSTEL_CHECK_STATE_WARNING;
  const char * const *units = hostel_host_probe_units (self);
  const char *path;
  const char *finding;
  HostelCheckState state = bad;
  HostelHostRemedy *remedy = NULL;

  switch (find_system_socket (self, &path))
    {
    case HOSTEL_HOST_SOCKET_OPEN:
      state = HOSTEL_CHECK_STATE_GOOD;
      finding = _("can be connected to");
      break;
    case HOSTEL_HOST_SOCKET_DENIED:
      state = HOSTEL_CHECK_STATE_NOTE;
      finding = _("may not be opened by this user");
      remedy = hostel_host_probe_help (self, _("Join the group “libvirt”, then log out and in. "
                                               "Machines of your own need no such right."),
                                       _("_Join"), "sudo usermod -aG libvirt $USER", "join-group",
                                       "libvirt");
      break;
    case HOSTEL_HOST_SOCKET_DEAD:
      finding = _("nothing listens behind it");
      break;
    case HOSTEL_HOST_SOCKET_ABSENT:
      finding = _("not there");
      break;
    case HOSTEL_HOST_SOCKET_UNKNOWN:
    default:
      state = HOSTEL_CHECK_STATE_UNKNOWN;
      finding = _("cannot be seen from here");
    }

  if (state == bad)
    remedy = is_installed (self) ? hostel_host_probe_start (self, units)
                                 : hostel_host_probe_install (self, HOSTEL_HOST_NEED_LIBVIRT);
  hostel_host_probe_add (self, "libvirt-system", state, remedy, "%s: %s", path, finding);
}

/* From files; where systemd answers, its word replaces this one. */
static void
probe_enabled (HostelHostProbe *self)
{
  const char * const *units = hostel_host_probe_units (self);
  g_autofree char *service = g_strndup (units[0], strcspn (units[0], "."));
  g_autofree char *link = g_strdup_printf ("/etc/systemd/system/multi-user.target.wants/%s.service",
                                           service);
  g_autofree char *file = hostel_host_system_dup_path (self->system, link);

  if (!self->systemd || !is_installed (self))
    hostel_host_probe_add (self, "libvirt-enabled", HOSTEL_CHECK_STATE_NOT_APPLICABLE, NULL, "%s",
                           self->systemd ? _("nothing to start") : _("systemd is not in charge"));
  else if (is_unit_enabled (self, units[0]) || g_file_test (file, G_FILE_TEST_IS_SYMLINK))
    hostel_host_probe_add (self, "libvirt-enabled", HOSTEL_CHECK_STATE_GOOD, NULL,
                           _("%s is enabled"), units[0]);
  else
    hostel_host_probe_add (self, "libvirt-enabled", HOSTEL_CHECK_STATE_NOTE,
                           hostel_host_probe_start (self, units), _("%s is not enabled"), units[0]);
}

static void
probe_session (HostelHostProbe *self)
{
  if (self->system->uid == 0)
    hostel_host_probe_add (self, "libvirt-session", HOSTEL_CHECK_STATE_NOT_APPLICABLE, NULL, "%s",
                           _("for root it is the system’s"));
  else
    hostel_host_probe_add (self, "libvirt-session",
                           is_installed (self) ? HOSTEL_CHECK_STATE_GOOD
                                               : HOSTEL_CHECK_STATE_WARNING,
                           hostel_host_probe_install (self, HOSTEL_HOST_NEED_LIBVIRT), "%s",
                           is_installed (self) ? _("starts by itself when it is used")
                                               : _("no daemon to start"));
}

/* Both enabled at once fight for the same machines. */
static void
probe_flavour (HostelHostProbe *self)
{
  const char *losers[] = { "libvirtd.socket", "libvirtd-ro.socket", "libvirtd-admin.socket",
                           "libvirtd.service", NULL };
  gboolean one = is_unit_enabled (self, "libvirtd.socket");
  gboolean many = is_unit_enabled (self, "virtqemud.socket");
  gboolean listen_one = hostel_host_probe_try_socket (self, "/run/libvirt/libvirt-sock") ==
                        HOSTEL_HOST_SOCKET_OPEN && hostel_host_probe_runs (self->system, "libvirtd",
                                                                           FALSE);
  gboolean listen_many = hostel_host_probe_runs (self->system, "virtqemud", FALSE);
  gboolean proxy = is_unit_enabled (self, "virtproxyd.socket");
  HostelHostRemedy *remedy =
    hostel_host_remedy_new (HOSTEL_HOST_REMEDY_REPLACE,
                            _("Turn off the single daemon. Machines that it runs go on, and are seen "
                              "again after a restart."), _("_Turn Off libvirtd"),
                            "sudo systemctl disable --now libvirtd.socket libvirtd-ro.socket "
                            "libvirtd-admin.socket libvirtd.service", losers);

  if ((one && many) || (listen_one && listen_many))
    hostel_host_probe_add (self, "libvirt-flavour", HOSTEL_CHECK_STATE_WARNING, remedy,
                           one && many ? _("%s and %s are both enabled") : _("%s and %s both run"),
                           one && many ? "libvirtd.socket" : "libvirtd",
                           one && many ? "virtqemud.socket" : "virtqemud");
  else if (one && proxy)
    hostel_host_probe_add (self, "libvirt-flavour", HOSTEL_CHECK_STATE_WARNING, remedy,
                           _("%s and %s are both enabled"), "libvirtd.socket", "virtproxyd.socket");
  else
    {
      g_object_unref (remedy);
      hostel_host_probe_add (self, "libvirt-flavour", HOSTEL_CHECK_STATE_GOOD, NULL, "%s",
                             !is_installed (self) ? _("none is installed")
                             : is_modular (self) ? _("a daemon for each task")
                                                 : _("one daemon for all"));
    }
}

static void
probe_drivers (HostelHostProbe *self)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_auto (GStrv) absent = NULL;
  g_autofree char *list = NULL;

  if (!is_modular (self))
    {
      hostel_host_probe_add (self, "libvirt-drivers", HOSTEL_CHECK_STATE_NOT_APPLICABLE, NULL, "%s",
                             _("one daemon does it all"));
      return;
    }

  for (guint i = 0; modular_units[i]; i++)
    {
      g_autofree char *daemon = g_strndup (modular_units[i], strcspn (modular_units[i], "."));
      g_autofree char *path = g_strdup_printf ("/run/libvirt/%.*s-sock", (int) strlen (daemon),
                                               daemon);

      if (hostel_host_probe_try_socket (self, path) == HOSTEL_HOST_SOCKET_ABSENT)
        g_strv_builder_add (builder, modular_units[i]);
    }

  absent = g_strv_builder_end (builder);
  list = g_strjoinv (", ", absent);
  if (*absent == NULL)
    hostel_host_probe_add (self, "libvirt-drivers", HOSTEL_CHECK_STATE_GOOD, NULL, "%s",
                           _("all of them listen in /run/libvirt"));
  else
    hostel_host_probe_add (self, "libvirt-drivers", HOSTEL_CHECK_STATE_WARNING,
                           hostel_host_probe_start (self, (const char * const *) absent),
                           _("no socket of %s"), list);
}

static void
probe_sidekick (HostelHostProbe  *self,
                const char       *daemon,
                HostelCheckState  otherwise)
{
  g_autofree char *path = g_strdup_printf ("/run/libvirt/%s-sock", daemon);
  g_autofree char *unit = g_strconcat (daemon, ".socket", NULL);
  const char *units[] = { unit, NULL };
  HostelHostSocket socket = hostel_host_probe_try_socket (self, path);

  if (socket == HOSTEL_HOST_SOCKET_OPEN || socket == HOSTEL_HOST_SOCKET_DENIED)
    hostel_host_probe_add (self, daemon, HOSTEL_CHECK_STATE_GOOD, NULL, "%s", path);
  else if (socket == HOSTEL_HOST_SOCKET_UNKNOWN)
    hostel_host_probe_add (self, daemon, HOSTEL_CHECK_STATE_UNKNOWN, NULL,
                           _("%s cannot be seen from here"), path);
  else if (self->system->uid != 0 && !self->systemd)
    hostel_host_probe_add (self, daemon, HOSTEL_CHECK_STATE_NOT_APPLICABLE, NULL, "%s",
                           _("a session starts its own"));
  else
    hostel_host_probe_add (self, daemon, is_installed (self) ? otherwise
                                                             : HOSTEL_CHECK_STATE_NOT_APPLICABLE,
                           hostel_host_probe_start (self, units), _("no %s"), path);
}

static void
probe_init (HostelHostProbe *self)
{
  g_autofree char *comm = hostel_host_system_dup_line (self->system, "/proc/1/comm");

  if (self->systemd)
    hostel_host_probe_add (self, "init", HOSTEL_CHECK_STATE_GOOD, NULL, "systemd");
  else
    hostel_host_probe_add (self, "init", HOSTEL_CHECK_STATE_NOTE,
                           hostel_host_probe_advise (_("Start libvirt by the means of this system; "
                                                       "the buttons here need systemd.")),
                           _("not systemd: process 1 is “%s”"), comm ? comm : "?");
}

/*< private >
 * hostel_host_probe_services:
 * @self: a run
 *
 * libvirt's daemons, found without starting one.
 */
void
hostel_host_probe_services (HostelHostProbe *self)
{
  probe_installed (self);
  probe_system (self);
  probe_enabled (self);
  probe_session (self);
  probe_flavour (self);
  probe_drivers (self);
  probe_sidekick (self, "virtlogd", HOSTEL_CHECK_STATE_WARNING);
  probe_sidekick (self, "virtlockd", HOSTEL_CHECK_STATE_NOT_APPLICABLE);
  probe_init (self);
}
