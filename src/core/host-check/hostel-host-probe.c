/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "hostel-host-probe"

#include "config.h"

#include "hostel-host-probe.h"

#include <string.h>

#include <glib/gi18n.h>

static HostelHostArch
get_arch (const char *machine)
{
  if (g_str_equal (machine, "x86_64") ||
      (strlen (machine) == 4 && g_str_has_prefix (machine, "i") && g_str_has_suffix (machine, "86")))
    return HOSTEL_HOST_ARCH_X86;
  if (g_str_has_prefix (machine, "arm") || g_str_equal (machine, "aarch64"))
    return HOSTEL_HOST_ARCH_ARM;
  if (g_str_has_prefix (machine, "s390"))
    return HOSTEL_HOST_ARCH_S390;
  if (g_str_has_prefix (machine, "ppc64"))
    return HOSTEL_HOST_ARCH_PPC;

  return HOSTEL_HOST_ARCH_OTHER;
}

static HostelHostDistro
find_distro (const HostelHostSystem *system)
{
  g_autofree char *text = NULL;

  if (hostel_host_system_read (system, "/etc/os-release", &text, NULL) != HOSTEL_HOST_FOUND)
    hostel_host_system_read (system, "/usr/lib/os-release", &text, NULL);

  return hostel_host_distro_from_text (text ? text : "");
}

/*< private >
 * hostel_host_probe_init:
 * @self: (out caller-allocates): a run
 * @report: where its checks go
 * @system: where it looks; both borrowed
 */
void
hostel_host_probe_init (HostelHostProbe        *self,
                        HostelHostReport       *report,
                        const HostelHostSystem *system)
{
  memset (self, 0, sizeof *self);
  self->system = system;
  self->report = report;
  self->arch = get_arch (system->machine);
  self->distro = find_distro (system);
  /* As sd_booted(3) has it. */
  self->systemd = hostel_host_system_has (system, "/run/systemd/system");
  self->packagekit =
    hostel_host_system_has (system, "/usr/share/dbus-1/system-services/"
                                    "org.freedesktop.PackageKit.service");
  self->helper = hostel_host_system_has (system, HELPER_PATH) &&
                 hostel_host_system_has (system, POLICY_PATH) &&
                 hostel_host_system_has (system, "/usr/bin/pkexec");
}

/*< private >
 * hostel_host_probe_clear:
 * @self: a run
 */
void
hostel_host_probe_clear (HostelHostProbe *self)
{
  g_clear_pointer (&self->cpu.reason, g_free);
  g_clear_pointer (&self->cpu.model, g_free);
  g_clear_pointer (&self->cpu.vendor, g_free);
}

/*< private >
 * hostel_host_probe_add_cause:
 * @self: a run
 * @id: one of the catalogue's
 * @state: how it is
 * @cause: (nullable): see hostel_host_check_new_entry()
 * @remedy: (transfer full) (nullable): left out where nothing is known to be wrong
 * @evidence: what was found, in which names of people are hidden
 */
void
hostel_host_probe_add_cause (HostelHostProbe  *self,
                             const char       *id,
                             HostelCheckState  state,
                             const char       *cause,
                             HostelHostRemedy *remedy,
                             const char       *evidence)
{
  gboolean bad = state == HOSTEL_CHECK_STATE_MISSING || state == HOSTEL_CHECK_STATE_WARNING ||
                 state == HOSTEL_CHECK_STATE_NOTE;
  g_autofree char *redacted = hostel_host_system_redact (self->system, evidence);
  g_autoptr (HostelHostCheck) check = NULL;

  if (!bad)
    g_clear_object (&remedy);
  check = hostel_host_check_new_entry (id, state, redacted, cause, remedy);
  hostel_host_report_add (self->report, check);
}

/*< private >
 * hostel_host_probe_add:
 *
 * As hostel_host_probe_add_cause(), without a cause and with the evidence as by printf().
 */
void
hostel_host_probe_add (HostelHostProbe  *self,
                       const char       *id,
                       HostelCheckState  state,
                       HostelHostRemedy *remedy,
                       const char       *format,
                       ...)
{
  g_autofree char *evidence = NULL;
  va_list args;

  va_start (args, format);
  evidence = g_strdup_vprintf (format, args);
  va_end (args);

  hostel_host_probe_add_cause (self, id, state, NULL, remedy, evidence);
}

/*< private >
 * hostel_host_probe_add_device:
 * @self: a run
 * @id: one of the catalogue's
 * @path: what should be there
 * @otherwise: the state where it is not
 * @remedy: (transfer full) (nullable): what to do then
 */
void
hostel_host_probe_add_device (HostelHostProbe  *self,
                              const char       *id,
                              const char       *path,
                              HostelCheckState  otherwise,
                              HostelHostRemedy *remedy)
{
  g_autofree char *reason = NULL;

  switch (hostel_host_system_find (self->system, path, &reason))
    {
    case HOSTEL_HOST_FOUND:
      hostel_host_probe_add (self, id, HOSTEL_CHECK_STATE_GOOD, remedy, "%s", path);
      break;
    case HOSTEL_HOST_ABSENT:
      hostel_host_probe_add (self, id, otherwise, remedy, _("%s is not there"), path);
      break;
    case HOSTEL_HOST_UNKNOWN:
    default:
      hostel_host_probe_add (self, id, HOSTEL_CHECK_STATE_UNKNOWN, remedy, "%s", reason);
    }
}

/*< private >
 * hostel_host_probe_advise:
 * @text: one translated sentence
 *
 * Returns: (transfer full): a remedy that a person has to carry out
 */
HostelHostRemedy *
hostel_host_probe_advise (const char *text)
{
  return hostel_host_remedy_new (HOSTEL_HOST_REMEDY_TEXT, text, NULL, NULL, NULL);
}

/*< private >
 * hostel_host_probe_install:
 * @self: a run
 * @need: what lacks
 *
 * Returns: (transfer full): a remedy in the names of this distribution
 */
HostelHostRemedy *
hostel_host_probe_install (HostelHostProbe *self,
                           HostelHostNeed   need)
{
  const char * const *packages = hostel_host_distro_packages (self->distro, self->arch, need);
  g_autofree char *names = g_strjoinv (_(", "), (GStrv) packages);
  g_autofree char *command = hostel_host_distro_command (self->distro, need, packages);
  g_autofree char *text = g_strdup_printf (_("Install %s."), names);
  HostelHostRemedyKind kind = HOSTEL_HOST_REMEDY_COMMAND;

  if (self->packagekit && self->distro != HOSTEL_HOST_DISTRO_OTHER)
    kind = HOSTEL_HOST_REMEDY_PACKAGES;
  else if (command == NULL)
    kind = HOSTEL_HOST_REMEDY_TEXT;

  return hostel_host_remedy_new (kind, text, _("_Install"), command, packages);
}

/*< private >
 * hostel_host_probe_start:
 * @self: a run
 * @units: systemd's names, the first of which names the daemon
 *
 * Returns: (transfer full): a remedy for the service manager of this computer
 */
HostelHostRemedy *
hostel_host_probe_start (HostelHostProbe    *self,
                         const char * const *units)
{
  g_autofree char *daemon = g_strndup (units[0], strcspn (units[0], "."));
  g_autofree char *names = g_strjoinv (" ", (GStrv) units);
  g_autofree char *command = NULL;

  if (self->systemd)
    {
      command = g_strconcat ("sudo systemctl enable --now ", names, NULL);
      return hostel_host_remedy_new (HOSTEL_HOST_REMEDY_UNITS, _("Start it, now and with the "
                                                                 "computer."),
                                     _("_Start"), command, units);
    }

  if (hostel_host_system_has (self->system, "/run/openrc"))
    command = g_strdup_printf ("sudo rc-update add %s && sudo rc-service %s start", daemon, daemon);
  else if (hostel_host_system_has (self->system, "/run/runit"))
    command = g_strdup_printf ("sudo ln -s /etc/sv/%s /var/service/", daemon);
  else
    command = g_strdup_printf ("sudo %s --daemon", daemon);

  return hostel_host_remedy_new (HOSTEL_HOST_REMEDY_COMMAND, _("Start it by this command."), NULL,
                                 command, NULL);
}

/*< private >
 * hostel_host_probe_help:
 * @self: a run
 * @text: what to do, one translated sentence
 * @label: for a button
 * @command: the same thing for a terminal
 * @verb: of hostel-helper
 * @argument: (nullable): what that takes
 *
 * Returns: (transfer full): a remedy that hostel-helper carries out where it is installed, else the
 *   command
 */
HostelHostRemedy *
hostel_host_probe_help (HostelHostProbe *self,
                        const char      *text,
                        const char      *label,
                        const char      *command,
                        const char      *verb,
                        const char      *argument)
{
  const char *arguments[] = { verb, argument, NULL };

  return hostel_host_remedy_new (self->helper ? HOSTEL_HOST_REMEDY_HELPER
                                              : HOSTEL_HOST_REMEDY_COMMAND,
                                 text, label, command, arguments);
}
