/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "hostel-host-probe"

#include "config.h"

#include "hostel-host-probe.h"

#include <errno.h>
#include <string.h>

#include <glib/gi18n.h>

typedef struct
{
  gboolean exists;
  gboolean listed; /* this user is a member by the file */
  gid_t    gid;
} Group;

static gboolean
read_group (HostelHostProbe  *self,
            const char       *name,
            Group            *group,
            char            **reason)
{
  g_autofree char *text = NULL;
  g_auto (GStrv) lines = NULL;

  memset (group, 0, sizeof *group);
  if (hostel_host_system_read (self->system, "/etc/group", &text, reason) != HOSTEL_HOST_FOUND)
    return FALSE;

  lines = g_strsplit (text, "\n", -1);
  for (guint i = 0; lines[i]; i++)
    {
      g_auto (GStrv) fields = g_strsplit (lines[i], ":", 4);
      g_auto (GStrv) members = NULL;

      if (g_strv_length (fields) < 4 || !g_str_equal (fields[0], name))
        continue;

      members = g_strsplit (g_strstrip (fields[3]), ",", -1);
      group->exists = TRUE;
      group->gid = (gid_t) g_ascii_strtoull (fields[2], NULL, 10);
      group->listed = self->system->user != NULL &&
                      g_strv_contains ((const char * const *) members, self->system->user);
      break;
    }

  return TRUE;
}

static void
probe_group (HostelHostProbe *self,
             const char      *name,
             gboolean         needed)
{
  g_autofree char *id = g_strconcat ("group-", name, NULL);
  g_autofree char *command = g_strdup_printf ("sudo usermod -aG %s $USER", name);
  g_autofree char *text = g_strdup_printf (_("If you need it: join the group “%s”, then log out and "
                                             "in."), name);
  g_autofree char *reason = NULL;
  Group group;

  if (self->system->uid == 0)
    hostel_host_probe_add (self, id, HOSTEL_CHECK_STATE_NOT_APPLICABLE, NULL, "%s",
                           _("root needs no group"));
  else if (!read_group (self, name, &group, &reason))
    hostel_host_probe_add (self, id, HOSTEL_CHECK_STATE_UNKNOWN, NULL, "%s", reason);
  else if (!group.exists)
    hostel_host_probe_add (self, id, HOSTEL_CHECK_STATE_NOT_APPLICABLE, NULL, "%s",
                           _("there is no such group"));
  else if (hostel_host_system_is_member (self->system, group.gid))
    hostel_host_probe_add (self, id, HOSTEL_CHECK_STATE_GOOD, NULL, "%s",
                           _("this login is a member"));
  else if (group.listed)
    hostel_host_probe_add (self, id, HOSTEL_CHECK_STATE_WARNING,
                           hostel_host_probe_advise (_("Log out and in again; on some desktops "
                                                       "only a restart is enough.")), "%s",
                           _("a member by /etc/group, but not in this login"));
  else
    hostel_host_probe_add (self, id, needed ? HOSTEL_CHECK_STATE_NOTE
                                            : HOSTEL_CHECK_STATE_NOT_APPLICABLE,
                           hostel_host_probe_help (self, text, _("_Join"), command, "join-group",
                                                   name), "%s",
                           needed ? _("not a member") : _("not a member, and there is no need"));
}

static void
probe_polkit (HostelHostProbe *self)
{
  const char *action = "/usr/share/polkit-1/actions/org.libvirt.unix.policy";

  if (self->system->uid == 0)
    hostel_host_probe_add (self, "polkit", HOSTEL_CHECK_STATE_NOT_APPLICABLE, NULL, "%s",
                           _("root is not asked"));
  else if (!hostel_host_system_has (self->system, action))
    hostel_host_probe_add (self, "polkit", HOSTEL_CHECK_STATE_NOT_APPLICABLE, NULL,
                           _("no %s: the socket’s rights decide"), action);
  else
    hostel_host_probe_add (self, "polkit", HOSTEL_CHECK_STATE_UNKNOWN, NULL, "%s",
                           _("polkit was not asked"));
}

/*< private >
 * hostel_host_probe_access:
 * @self: a run
 *
 * Whether this user may use libvirt and KVM, as far as files tell.
 */
void
hostel_host_probe_access (HostelHostProbe *self)
{
  HostelHostKvm kvm;

  hostel_host_system_ask_kvm (self->system, &kvm);
  probe_polkit (self);
  probe_group (self, "libvirt", TRUE);
  probe_group (self, "kvm", kvm.open_code == EACCES || kvm.open_code == EPERM);
}
