/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "hostel-host-probe"

#include "config.h"

#include "hostel-host-bus.h"

#include <string.h>

#include <glib/gi18n.h>

#include "hostel-host-probe.h"

/* https://www.freedesktop.org/wiki/Software/systemd/dbus/ */
#define SYSTEMD "org.freedesktop.systemd1"
#define SYSTEMD_PATH "/org/freedesktop/systemd1"
/* https://www.freedesktop.org/software/polkit/docs/latest/ */
#define POLKIT "org.freedesktop.PolicyKit1"
#define POLKIT_PATH "/org/freedesktop/PolicyKit1/Authority"
#define MANAGE "org.libvirt.unix.manage"

/* Nothing is started by asking. */
static GVariant *
call (GDBusConnection  *bus,
      const char       *name,
      const char       *path,
      const char       *interface,
      const char       *method,
      GVariant         *parameters,
      const char       *type,
      GError          **error)
{
  return g_dbus_connection_call_sync (bus, name, path, interface, method, parameters,
                                      G_VARIANT_TYPE (type), G_DBUS_CALL_FLAGS_NO_AUTO_START,
                                      HOSTEL_HOST_ASK_MS, NULL, error);
}

static char *
dup_file_state (GDBusConnection  *bus,
                const char       *unit,
                GError          **error)
{
  g_autoptr (GVariant) reply = call (bus, SYSTEMD, SYSTEMD_PATH, SYSTEMD ".Manager",
                                     "GetUnitFileState", g_variant_new ("(s)", unit), "(s)", error);
  char *state = NULL;

  if (reply != NULL)
    g_variant_get (reply, "(s)", &state);

  return state;
}

static char *
dup_active_state (GDBusConnection *bus,
                  const char      *unit)
{
  g_autoptr (GVariant) reply = NULL;
  g_autoptr (GVariant) value = NULL;
  const char *path;

  reply = call (bus, SYSTEMD, SYSTEMD_PATH, SYSTEMD ".Manager", "LoadUnit",
                g_variant_new ("(s)", unit), "(o)", NULL);
  if (reply == NULL)
    return g_strdup ("unknown");

  g_variant_get (reply, "(&o)", &path);
  value = call (bus, SYSTEMD, path, "org.freedesktop.DBus.Properties", "Get",
                g_variant_new ("(ss)", SYSTEMD ".Unit", "ActiveState"), "(v)", NULL);
  if (value != NULL)
    {
      g_autoptr (GVariant) inner = NULL;

      g_variant_get (value, "(v)", &inner);
      if (g_variant_is_of_type (inner, G_VARIANT_TYPE_STRING))
        return g_variant_dup_string (inner, NULL);
    }

  return g_strdup ("unknown");
}

/* The socket first: an active one in front of an idle service is how it should be. */
static void
ask_systemd (HostelHostProbe *self,
             GDBusConnection *bus)
{
  const char * const *units = hostel_host_probe_units (self);
  g_autofree char *service = g_strdup_printf ("%.*s.service", (int) strcspn (units[0], "."),
                                              units[0]);
  g_autofree char *socket_file = NULL;
  g_autofree char *service_file = NULL;
  g_autofree char *active = NULL;
  g_autoptr (GError) error = NULL;
  gboolean enabled;
  gboolean runs;

  if ((socket_file = dup_file_state (bus, units[0], &error)) == NULL &&
      !g_dbus_error_is_remote_error (error))
    {
      hostel_host_probe_add (self, "libvirt-enabled", HOSTEL_CHECK_STATE_UNKNOWN, NULL, "systemd: %s",
                             error->message);
      return;
    }

  service_file = dup_file_state (bus, service, NULL);
  active = dup_active_state (bus, units[0]);
  runs = g_str_equal (active, "active");
  if (!runs)
    {
      g_autofree char *other = dup_active_state (bus, service);

      runs = g_str_equal (other, "active");
    }
  enabled = g_strcmp0 (socket_file, "enabled") == 0 || g_strcmp0 (service_file, "enabled") == 0;
  if (g_strcmp0 (socket_file, "masked") == 0)
    hostel_host_probe_add (self, "libvirt-enabled", HOSTEL_CHECK_STATE_WARNING,
                           hostel_host_probe_advise (_("Somebody forbade it: “systemctl unmask” "
                                                       "allows it again.")),
                           _("systemd: %s is masked"), units[0]);
  else
    hostel_host_probe_add (self, "libvirt-enabled",
                           enabled && runs ? HOSTEL_CHECK_STATE_GOOD
                           : runs ? HOSTEL_CHECK_STATE_NOTE : HOSTEL_CHECK_STATE_WARNING,
                           hostel_host_probe_start (self, units), _("systemd: %s is %s and %s"),
                           units[0], socket_file ? socket_file : _("not known"), active);
}

/* Without interaction: "challenge" means that a password would be asked for. */
static GVariant *
check_authorization (GDBusConnection  *bus,
                     GError          **error)
{
  GVariantBuilder subject;
  GVariantBuilder details;

  g_variant_builder_init (&subject, G_VARIANT_TYPE ("a{sv}"));
  g_variant_builder_add (&subject, "{sv}", "name",
                         g_variant_new_string (g_dbus_connection_get_unique_name (bus)));
  g_variant_builder_init (&details, G_VARIANT_TYPE ("a{ss}"));

  return call (bus, POLKIT, POLKIT_PATH, POLKIT ".Authority", "CheckAuthorization",
               g_variant_new ("((sa{sv})sa{ss}us)", "system-bus-name", &subject, MANAGE, &details, 0,
                              ""),
               "((bba{ss}))", error);
}

static void
ask_polkit (HostelHostProbe *self,
            GDBusConnection *bus)
{
  g_autoptr (GVariant) reply = NULL;
  g_autoptr (GError) error = NULL;
  gboolean authorized;
  gboolean challenge;

  if ((reply = check_authorization (bus, &error)) == NULL)
    {
      gboolean idle = g_error_matches (error, G_DBUS_ERROR, G_DBUS_ERROR_NAME_HAS_NO_OWNER) ||
                      g_error_matches (error, G_DBUS_ERROR, G_DBUS_ERROR_SERVICE_UNKNOWN);

      hostel_host_probe_add (self, "polkit", HOSTEL_CHECK_STATE_UNKNOWN, NULL, "polkit: %s",
                             idle ? _("does not run now, and checking starts nothing")
                                  : error->message);
      return;
    }

  g_variant_get (reply, "((bba{ss}))", &authorized, &challenge, NULL);
  if (authorized)
    hostel_host_probe_add (self, "polkit", HOSTEL_CHECK_STATE_GOOD, NULL, "polkit: %s: %s", MANAGE,
                           _("yes, without a password"));
  else if (challenge)
    hostel_host_probe_add (self, "polkit", HOSTEL_CHECK_STATE_NOTE,
                           hostel_host_probe_help (self, _("To be asked no more: join the group "
                                                           "“libvirt”, then log out and in."),
                                                   _("_Join"), "sudo usermod -aG libvirt $USER",
                                                   "join-group", "libvirt"),
                           "polkit: %s: %s", MANAGE, _("after a password"));
  else
    hostel_host_probe_add (self, "polkit", HOSTEL_CHECK_STATE_WARNING,
                           hostel_host_probe_help (self, _("Join the group “libvirt”, then log out "
                                                           "and in. Machines of your own need no "
                                                           "such right."),
                                                   _("_Join"), "sudo usermod -aG libvirt $USER",
                                                   "join-group", "libvirt"),
                           "polkit: %s: %s", MANAGE, _("no"));
}

/**
 * hostel_host_report_new_bus:
 * @system: a system
 *
 * Asks systemd and polkit on the system bus, without starting either: for a thread that may hang,
 * since the bus may.
 *
 * Returns: (transfer full): the checks that they decide, those alone
 */
HostelHostReport *
hostel_host_report_new_bus (const HostelHostSystem *system)
{
  HostelHostReport *report = hostel_host_report_new ();
  g_autoptr (GDBusConnection) bus = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *address = NULL;
  HostelHostProbe probe;

  g_return_val_if_fail (system != NULL, report);

  hostel_host_probe_init (&probe, report, system);
  /* One of its own: the shared one would end the program when the bus goes. */
  if ((address = g_dbus_address_get_for_bus_sync (G_BUS_TYPE_SYSTEM, NULL, &error)) != NULL)
    bus = g_dbus_connection_new_for_address_sync (address,
                                                  G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT |
                                                  G_DBUS_CONNECTION_FLAGS_MESSAGE_BUS_CONNECTION,
                                                  NULL, NULL, &error);

  if (bus != NULL)
    {
      if (probe.systemd)
        ask_systemd (&probe, bus);
      if (system->uid != 0)
        ask_polkit (&probe, bus);
      g_dbus_connection_close_sync (bus, NULL, NULL);
    }
  hostel_host_probe_clear (&probe);

  return report;
}
