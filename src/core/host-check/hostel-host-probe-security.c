/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "hostel-host-probe"

#include "config.h"

#include "hostel-host-probe.h"

#include <string.h>

#include <glib/gi18n.h>

static void
probe_confinement (HostelHostProbe *self)
{
  const char *selinux_path = "/sys/fs/selinux/enforce";
  const char *apparmor_path = "/sys/module/apparmor/parameters/enabled";
  g_autofree char *selinux = hostel_host_system_dup_line (self->system, selinux_path);
  g_autofree char *apparmor = hostel_host_system_dup_line (self->system, apparmor_path);

  if (selinux != NULL && *selinux != '\0')
    hostel_host_probe_add (self, "confinement",
                           *selinux == '1' ? HOSTEL_CHECK_STATE_GOOD : HOSTEL_CHECK_STATE_NOTE,
                           hostel_host_probe_advise (_("SELinux only warns: set it to enforcing in "
                                                       "/etc/selinux/config.")),
                           "SELinux, %s = %.1s", selinux_path, selinux);
  else if (apparmor != NULL && *apparmor == 'Y')
    hostel_host_probe_add (self, "confinement", HOSTEL_CHECK_STATE_GOOD, NULL,
                           "AppArmor, %s = Y", apparmor_path);
  else
    hostel_host_probe_add (self, "confinement", HOSTEL_CHECK_STATE_NOTE, NULL, "%s",
                           _("neither SELinux nor AppArmor"));
}

static gboolean
is_denial (const char *line)
{
  return (strstr (line, "apparmor=\"DENIED\"") != NULL &&
          (strstr (line, "profile=\"libvirt") != NULL || strstr (line, "profile=\"virt") != NULL)) ||
         (strstr (line, "avc:  denied") != NULL &&
          (strstr (line, ":svirt") != NULL || strstr (line, ":virtqemud_t") != NULL ||
           strstr (line, ":virtd_t") != NULL));
}

/* The log that this user may read tells; the journal is for those who may read that. */
static void
probe_denials (HostelHostProbe *self)
{
  static const char *logs[] = {
    "/var/log/audit/audit.log", "/var/log/kern.log", "/var/log/messages", "/var/log/syslog",
  };
  gboolean read = FALSE;
  g_autofree char *unknown = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (logs); i++)
    {
      g_autofree char *text = NULL;
      g_autofree char *reason = NULL;
      g_auto (GStrv) lines = NULL;
      const char *last = NULL;
      guint count = 0;
      HostelHostFind find = hostel_host_system_read_tail (self->system, logs[i], &text, &reason);

      if (find == HOSTEL_HOST_UNKNOWN && unknown == NULL)
        unknown = g_steal_pointer (&reason);
      if (find != HOSTEL_HOST_FOUND)
        continue;

      read = TRUE;
      lines = g_strsplit (text, "\n", -1);
      for (guint n = 0; lines[n]; n++)
        if (is_denial (lines[n]))
          {
            last = lines[n];
            count++;
          }
      if (count == 0)
        continue;

      hostel_host_probe_add (self, "denials", HOSTEL_CHECK_STATE_WARNING,
                             hostel_host_probe_advise (_("Where a machine does not start, keep its "
                                                         "disks in a storage pool, whose files are "
                                                         "labelled for it.")),
                             ngettext ("%u denial in %s, the last one: %.300s",
                                       "%u denials in %s, the last one: %.300s", count),
                             count, logs[i], last);
      return;
    }

  if (read)
    hostel_host_probe_add (self, "denials", HOSTEL_CHECK_STATE_GOOD, NULL, "%s",
                           _("none in the logs below /var/log"));
  else if (unknown != NULL)
    hostel_host_probe_add (self, "denials", HOSTEL_CHECK_STATE_UNKNOWN, NULL, "%s", unknown);
  else
    hostel_host_probe_add (self, "denials", HOSTEL_CHECK_STATE_NOT_APPLICABLE, NULL, "%s",
                           _("no such log below /var/log"));
}

/*< private >
 * hostel_host_probe_security:
 * @self: a run
 *
 * Whether machines are kept apart from the rest.
 */
void
hostel_host_probe_security (HostelHostProbe *self)
{
  probe_confinement (self);
  probe_denials (self);
}
