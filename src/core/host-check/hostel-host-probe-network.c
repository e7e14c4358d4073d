/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "hostel-host-probe"

#include "config.h"

#include "hostel-host-probe.h"

#include <string.h>
#include <sys/stat.h>

#include <glib/gi18n.h>
#include <glib/gstdio.h>

/* What libvirt ships as "default". */
#define NETWORK 0xc0a87a00u /* 192.168.122.0 */
#define MASK 0xffffff00u
#define BRIDGE "virbr0"

static HostelHostRemedy *
module_remedy (HostelHostProbe *self,
               const char      *module)
{
  g_autofree char *command = g_strconcat ("sudo modprobe ", module, NULL);

  return hostel_host_probe_help (self, _("Load it, now and with the computer."), _("_Load"), command,
                                 "load-module", module);
}

/* The network of a line of /proc/net/route, in the order of bits that people write. */
static gboolean
route_collides (const char *line)
{
  char name[32];
  guint destination;
  guint gateway;
  guint flags;
  guint mask;

  if (sscanf (line, "%31s %x %x %x %*s %*s %*s %x", name, &destination, &gateway, &flags,
              &mask) != 5)
    return FALSE;

  destination = GUINT32_FROM_LE (destination);
  mask = GUINT32_FROM_LE (mask);
#if G_BYTE_ORDER == G_LITTLE_ENDIAN
  destination = GUINT32_SWAP_LE_BE (destination);
  mask = GUINT32_SWAP_LE_BE (mask);
#endif

  /* A route that covers everything is the way out, not a neighbour. */
  return mask >= 0xff000000u && !g_str_equal (name, BRIDGE) &&
         ((destination & mask & MASK) == (NETWORK & mask & MASK));
}

static void
probe_collision (HostelHostProbe *self)
{
  g_autofree char *text = NULL;
  g_autofree char *reason = NULL;
  g_auto (GStrv) lines = NULL;

  if (hostel_host_system_read (self->system, "/proc/net/route", &text, &reason) !=
      HOSTEL_HOST_FOUND)
    {
      hostel_host_probe_add (self, "network-collision", HOSTEL_CHECK_STATE_UNKNOWN, NULL, "%s",
                             reason);
      return;
    }

  lines = g_strsplit (text, "\n", -1);
  for (guint i = 0; lines[i]; i++)
    if (route_collides (lines[i]))
      {
        g_autofree char *device = g_strndup (lines[i], strcspn (lines[i], " \t"));

        hostel_host_probe_add (self, "network-collision", HOSTEL_CHECK_STATE_WARNING,
                               hostel_host_remedy_new (HOSTEL_HOST_REMEDY_COMMAND,
                                                       _("Give the default network other addresses, "
                                                         "such as 192.168.130.1."), NULL,
                                                       "virsh -c qemu:///system net-edit default",
                                                       NULL),
                               _("192.168.122.0/24 is reached by %s (/proc/net/route)"), device);
        return;
      }

  hostel_host_probe_add (self, "network-collision", HOSTEL_CHECK_STATE_GOOD, NULL, "%s",
                         _("192.168.122.0/24 is not used by another network (/proc/net/route)"));
}

static void
probe_forwarding (HostelHostProbe *self)
{
  const char *path = "/proc/sys/net/ipv4/ip_forward";
  g_autofree char *value = hostel_host_system_dup_line (self->system, path);
  gboolean bridge = hostel_host_system_has (self->system, "/sys/class/net/" BRIDGE);

  if (value == NULL || (*value != '0' && *value != '1'))
    hostel_host_probe_add (self, "forwarding", HOSTEL_CHECK_STATE_UNKNOWN, NULL,
                           _("%s cannot be read"), path);
  else if (*value == '1')
    hostel_host_probe_add (self, "forwarding", HOSTEL_CHECK_STATE_GOOD, NULL, "%s = 1", path);
  else
    hostel_host_probe_add (self, "forwarding",
                           bridge ? HOSTEL_CHECK_STATE_WARNING : HOSTEL_CHECK_STATE_NOT_APPLICABLE,
                           hostel_host_remedy_new (HOSTEL_HOST_REMEDY_COMMAND,
                                                   _("Something turned it off after the network was "
                                                     "started: turn it on again."), NULL,
                                                   "sudo sysctl net.ipv4.ip_forward=1", NULL),
                           bridge ? _("%s = 0, though the default network runs")
                                  : _("%s = 0; libvirt turns it on with a network"), path);
}

static char *
dup_backend (HostelHostProbe *self)
{
  g_autofree char *text = NULL;
  g_auto (GStrv) lines = NULL;

  hostel_host_system_read (self->system, "/etc/libvirt/network.conf", &text, NULL);
  lines = g_strsplit (text ? text : "", "\n", -1);
  for (guint i = 0; lines[i]; i++)
    if (g_str_has_prefix (g_strstrip (lines[i]), "firewall_backend"))
      return g_strdup (strstr (lines[i], "nftables") ? "nftables" : "iptables");

  /* The file came with the choice, in libvirt 10.4, and with it nftables as the default. */
  return g_strdup (text != NULL ? "nftables" : "iptables");
}

static gboolean
is_ufw_enabled (HostelHostProbe *self)
{
  g_autofree char *text = NULL;

  hostel_host_system_read (self->system, "/etc/ufw/ufw.conf", &text, NULL);

  return text != NULL && (g_str_has_prefix (text, "ENABLED=yes") ||
                          strstr (text, "\nENABLED=yes") != NULL);
}

/* Docker drops what it does not know, and nftables' rules do not speak for iptables':
 * https://github.com/moby/moby/issues/52612 */
static void
probe_firewall (HostelHostProbe *self)
{
  gboolean docker = hostel_host_system_has (self->system, "/sys/class/net/docker0") ||
                    hostel_host_system_has (self->system, "/run/docker.sock");
  gboolean ufw = is_ufw_enabled (self);
  g_autofree char *backend = dup_backend (self);
  const char *other = docker ? "Docker" : "ufw";

  if (!docker && !ufw)
    hostel_host_probe_add (self, "firewall", HOSTEL_CHECK_STATE_GOOD, NULL,
                           _("libvirt uses %s, and neither Docker nor ufw is there"), backend);
  else if (g_str_equal (backend, "nftables"))
    hostel_host_probe_add (self, "firewall", HOSTEL_CHECK_STATE_WARNING,
                           hostel_host_remedy_new (HOSTEL_HOST_REMEDY_COMMAND,
                                                   _("If machines do not reach the Internet: let "
                                                     "libvirt use iptables, and restart it."), NULL,
                                                   "echo 'firewall_backend = \"iptables\"' | sudo "
                                                   "tee -a /etc/libvirt/network.conf", NULL),
                           _("%s uses iptables, libvirt nftables (/etc/libvirt/network.conf)"),
                           other);
  else
    hostel_host_probe_add (self, "firewall", HOSTEL_CHECK_STATE_NOTE,
                           hostel_host_probe_advise (_("If machines do not reach the Internet, "
                                                       "restart the default network.")),
                           _("%s is there; libvirt uses %s, too"), other, backend);
}

static char *
find_bridge_helper (HostelHostProbe *self)
{
  static const char *paths[] = {
    "/usr/lib/qemu/qemu-bridge-helper", "/usr/libexec/qemu-bridge-helper",
    "/usr/lib/qemu-bridge-helper", "/usr/libexec/qemu/qemu-bridge-helper",
  };

  for (guint i = 0; i < G_N_ELEMENTS (paths); i++)
    if (hostel_host_system_has (self->system, paths[i]))
      return g_strdup (paths[i]);

  return NULL;
}

/* It needs root's rights, and leave to use the bridge. */
static void
probe_bridge_helper (HostelHostProbe *self)
{
  g_autofree char *path = find_bridge_helper (self);
  g_autofree char *file = path ? hostel_host_system_dup_path (self->system, path) : NULL;
  g_autofree char *conf = NULL;
  GStatBuf info;
  gboolean allowed;
  gboolean setuid;

  if (path == NULL)
    {
      hostel_host_probe_add (self, "bridge-helper", HOSTEL_CHECK_STATE_NOT_APPLICABLE, NULL, "%s",
                             _("not installed"));
      return;
    }

  hostel_host_system_read (self->system, "/etc/qemu/bridge.conf", &conf, NULL);
  allowed = conf != NULL && (strstr (conf, "allow " BRIDGE) || strstr (conf, "allow all"));
  setuid = g_stat (file, &info) == 0 && (info.st_mode & S_ISUID) != 0;
  hostel_host_probe_add (self, "bridge-helper",
                         allowed && setuid ? HOSTEL_CHECK_STATE_GOOD
                                           : HOSTEL_CHECK_STATE_NOT_APPLICABLE, NULL,
                         "%s: %s, %s", path, setuid ? _("set-user-ID") : _("not set-user-ID"),
                         allowed ? _("allowed by /etc/qemu/bridge.conf")
                                 : _("no “allow virbr0” in /etc/qemu/bridge.conf"));
}

static void
probe_program (HostelHostProbe  *self,
               const char       *id,
               HostelHostNeed    need,
               HostelCheckState  otherwise)
{
  g_autofree char *path = hostel_host_system_find_program (self->system, id);

  if (path != NULL)
    hostel_host_probe_add (self, id, HOSTEL_CHECK_STATE_GOOD, NULL, "%s", path);
  else
    hostel_host_probe_add (self, id, otherwise, hostel_host_probe_install (self, need),
                           _("no %s"), id);
}

/* From files; where libvirt answers, its word replaces this one. Only root sees the definition. */
static void
probe_default_network (HostelHostProbe *self)
{
  const char *definition = "/etc/libvirt/qemu/networks/default.xml";
  const char *arguments[] = { "default", NULL };
  g_autofree char *reason = NULL;
  HostelHostFind find;

  if (hostel_host_system_has (self->system, "/sys/class/net/" BRIDGE))
    {
      hostel_host_probe_add (self, "default-network", HOSTEL_CHECK_STATE_GOOD, NULL, "%s",
                             "/sys/class/net/" BRIDGE);
      return;
    }

  find = hostel_host_system_find (self->system, definition, &reason);
  if (find == HOSTEL_HOST_UNKNOWN || self->system->uid != 0)
    hostel_host_probe_add (self, "default-network", HOSTEL_CHECK_STATE_UNKNOWN, NULL, "%s",
                           _("libvirt was not asked"));
  else
    hostel_host_probe_add (self, "default-network", HOSTEL_CHECK_STATE_WARNING,
                           hostel_host_remedy_new (HOSTEL_HOST_REMEDY_NETWORK,
                                                   _("Start it, now and with the computer."),
                                                   _("_Start"),
                                                   find == HOSTEL_HOST_FOUND
                                                   ? "virsh -c qemu:///system net-start default"
                                                   : NULL, arguments),
                           find == HOSTEL_HOST_FOUND ? _("%s is there, and no bridge " BRIDGE)
                                                     : _("%s is not there"), definition);
}

/*< private >
 * hostel_host_probe_network:
 * @self: a run
 *
 * How machines get to the network.
 */
void
hostel_host_probe_network (HostelHostProbe *self)
{
  hostel_host_probe_add_device (self, "tun", "/dev/net/tun", HOSTEL_CHECK_STATE_WARNING,
                                module_remedy (self, "tun"));
  hostel_host_probe_add_device (self, "vhost-net", "/dev/vhost-net", HOSTEL_CHECK_STATE_NOTE,
                                module_remedy (self, "vhost_net"));
  probe_default_network (self);
  probe_collision (self);
  probe_forwarding (self);
  probe_program (self, "dnsmasq", HOSTEL_HOST_NEED_DNSMASQ, HOSTEL_CHECK_STATE_WARNING);
  probe_firewall (self);
  probe_program (self, "passt", HOSTEL_HOST_NEED_PASST, HOSTEL_CHECK_STATE_NOTE);
  probe_bridge_helper (self);
}
