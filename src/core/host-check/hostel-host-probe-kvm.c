/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "hostel-host-probe"

#include "config.h"

#include "hostel-host-probe.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include <glib/gi18n.h>
#include <glib/gstdio.h>

#define KVM_VERSION 12 /* the only one that there has ever been, says the kernel's KVM API */

static gboolean
lacks_flag (HostelHostProbe *self)
{
  const HostelHostCpu *cpu = &self->cpu;

  switch (self->arch)
    {
    case HOSTEL_HOST_ARCH_X86:  return !cpu->vmx && !cpu->svm;
    case HOSTEL_HOST_ARCH_S390: return !cpu->sie;
    case HOSTEL_HOST_ARCH_ARM:
    case HOSTEL_HOST_ARCH_PPC:
    case HOSTEL_HOST_ARCH_OTHER:
    default:                    return FALSE;
    }
}

static const char *
get_module (HostelHostProbe *self)
{
  switch (self->arch)
    {
    case HOSTEL_HOST_ARCH_X86: return self->cpu.svm ? "kvm_amd" : "kvm_intel";
    case HOSTEL_HOST_ARCH_PPC: return "kvm_hv";
    case HOSTEL_HOST_ARCH_S390:
    case HOSTEL_HOST_ARCH_ARM:
    case HOSTEL_HOST_ARCH_OTHER:
    default:                   return "kvm";
    }
}

static HostelHostRemedy *
load_remedy (HostelHostProbe *self,
             const char      *module)
{
  g_autofree char *command = g_strconcat ("sudo modprobe ", module, NULL);

  return hostel_host_probe_help (self, _("Load it, now and with the computer."), _("_Load"), command,
                                 "load-module", module);
}

static void
probe_module (HostelHostProbe *self)
{
  const char *module = get_module (self);
  g_autofree char *path = g_strconcat ("/sys/module/", module, NULL);

  if (hostel_host_system_has (self->system, path) ||
      (self->arch != HOSTEL_HOST_ARCH_X86 && hostel_host_system_has (self->system, "/dev/kvm")))
    hostel_host_probe_add (self, "kvm-module", HOSTEL_CHECK_STATE_GOOD, NULL, "%s",
                           hostel_host_system_has (self->system, path)
                           ? path : _("built into the kernel"));
  else if (self->cpu.reason != NULL)
    hostel_host_probe_add (self, "kvm-module", HOSTEL_CHECK_STATE_UNKNOWN, NULL, "%s",
                           self->cpu.reason);
  else if (lacks_flag (self))
    hostel_host_probe_add (self, "kvm-module", HOSTEL_CHECK_STATE_NOT_APPLICABLE, NULL, "%s",
                           _("nothing for it to work with"));
  else
    hostel_host_probe_add (self, "kvm-module", HOSTEL_CHECK_STATE_WARNING,
                           load_remedy (self, module), _("%s is not there"), path);
}

static void
probe_device (HostelHostProbe *self)
{
  g_autofree char *reason = NULL;
  int code;

  hostel_host_probe_add_device (self, "kvm-device", "/dev/kvm",
                                lacks_flag (self) ? HOSTEL_CHECK_STATE_NOT_APPLICABLE
                                                  : HOSTEL_CHECK_STATE_WARNING,
                                lacks_flag (self) ? NULL : load_remedy (self, get_module (self)));

  if (hostel_host_system_find (self->system, "/dev/kvm", &reason) != HOSTEL_HOST_FOUND)
    {
      hostel_host_probe_add (self, "kvm-access", HOSTEL_CHECK_STATE_NOT_APPLICABLE, NULL, "%s",
                             reason);
      return;
    }

  code = hostel_host_system_access (self->system, "/dev/kvm", R_OK | W_OK);
  if (code == 0)
    hostel_host_probe_add (self, "kvm-access", HOSTEL_CHECK_STATE_GOOD, NULL,
                           _("%s may be read and written by this user"), "/dev/kvm");
  else
    hostel_host_probe_add (self, "kvm-access", HOSTEL_CHECK_STATE_WARNING,
                           hostel_host_probe_help (self, _("Join the group “kvm”, then log out and "
                                                           "in."),
                                                   _("_Join"), "sudo usermod -aG kvm $USER",
                                                   "join-group", "kvm"),
                           "/dev/kvm: %s", g_strerror (code));
}

/* The system's machines run as QEMU's user, who is a member of the device's group: what root may is
 * no proof. */
static gboolean
is_closed_to_qemu (HostelHostProbe *self)
{
  g_autofree char *file = hostel_host_system_dup_path (self->system, "/dev/kvm");
  GStatBuf info;

  return self->system->uid == 0 && g_stat (file, &info) == 0 &&
         (info.st_mode & 0060) != 0060 && (info.st_mode & 0006) != 0006;
}

static const char *
absent_cause (HostelHostProbe *self)
{
  if (lacks_flag (self) && self->cpu.hypervisor)
    return _("this computer is a virtual machine whose host does not allow it");
  if (lacks_flag (self))
    return _("the processor has no hardware virtualization, or the firmware keeps it off");

  return _("the kernel’s KVM module is not loaded");
}

/* What open(2) and the ioctls say is the truth; all else explains it. */
static void
probe_usable (HostelHostProbe *self)
{
  HostelHostKvm kvm;
  g_autofree char *evidence = NULL;
  HostelHostRemedy *remedy = NULL;
  const char *cause = NULL;

  hostel_host_system_ask_kvm (self->system, &kvm);
  if (kvm.open_code == ENOENT || kvm.open_code == ENOTDIR || kvm.open_code == ENODEV ||
      kvm.open_code == ENXIO)
    {
      evidence = g_strdup_printf (_("%s cannot be opened: %s"), "/dev/kvm",
                                  g_strerror (kvm.open_code));
      cause = absent_cause (self);
    }
  else if (kvm.open_code != 0)
    {
      evidence = g_strdup_printf (_("%s cannot be opened: %s"), "/dev/kvm",
                                  g_strerror (kvm.open_code));
      cause = _("this user may not use /dev/kvm");
      remedy = hostel_host_probe_help (self, _("Join the group “kvm”, then log out and in."),
                                       _("_Join"), "sudo usermod -aG kvm $USER", "join-group", "kvm");
    }
  else if (kvm.version != KVM_VERSION)
    {
      evidence = g_strdup_printf (_("%s is not a KVM device"), "/dev/kvm");
      cause = _("/dev/kvm is not what it should be");
    }
  else if (kvm.create_code == EBUSY)
    {
      evidence = g_strdup_printf ("KVM_CREATE_VM: %s", g_strerror (EBUSY));
      cause = _("another hypervisor holds the processor");
      remedy = hostel_host_probe_advise (_("Stop the machines of the other hypervisor, such as "
                                           "VirtualBox."));
    }
  else if (kvm.create_code != 0)
    {
      evidence = g_strdup_printf ("KVM_CREATE_VM: %s", g_strerror (kvm.create_code));
      cause = _("the kernel refuses to make a virtual machine");
    }
  else if (is_closed_to_qemu (self))
    {
      evidence = g_strdup (_("root may use /dev/kvm, its group and others may not"));
      cause = _("QEMU’s user may not use /dev/kvm");
      remedy = hostel_host_remedy_new (HOSTEL_HOST_REMEDY_COMMAND,
                                       _("Give the device to the group “kvm”, then restart libvirt."),
                                       NULL, "sudo chgrp kvm /dev/kvm && sudo chmod 660 /dev/kvm",
                                       NULL);
    }
  else
    evidence = g_strdup_printf (_("KVM_GET_API_VERSION = %d, KVM_CREATE_VM works"), kvm.version);

  hostel_host_probe_add_cause (self, HOSTEL_HOST_CHECK_KVM,
                               cause ? HOSTEL_CHECK_STATE_WARNING : HOSTEL_CHECK_STATE_GOOD,
                               cause, remedy, evidence);
}

static void
probe_other (HostelHostProbe *self)
{
  static const struct { const char *module; const char *name; } others[] = {
    { "vboxdrv", "VirtualBox" }, { "vmmon", "VMware" }, { "xen_privcmd", "Xen" },
    { "kqemu", "kqemu" }, { "acrn", "ACRN" },
  };
  HostelHostKvm kvm;

  hostel_host_system_ask_kvm (self->system, &kvm);
  for (guint i = 0; i < G_N_ELEMENTS (others); i++)
    {
      g_autofree char *path = g_strconcat ("/sys/module/", others[i].module, NULL);

      if (!hostel_host_system_has (self->system, path))
        continue;

      hostel_host_probe_add (self, "other-hypervisor",
                             kvm.create_code == EBUSY ? HOSTEL_CHECK_STATE_WARNING
                                                      : HOSTEL_CHECK_STATE_NOTE,
                             hostel_host_probe_advise (_("Do not run machines of both at the same "
                                                         "time.")),
                             "%s: %s", others[i].name, path);
      return;
    }

  if (kvm.create_code == EBUSY)
    hostel_host_probe_add (self, "other-hypervisor", HOSTEL_CHECK_STATE_WARNING, NULL,
                           "KVM_CREATE_VM: %s", g_strerror (EBUSY));
  else
    hostel_host_probe_add (self, "other-hypervisor", HOSTEL_CHECK_STATE_GOOD, NULL, "%s",
                           _("no module of VirtualBox, VMware or Xen in /sys/module"));
}

static void
probe_nested (HostelHostProbe *self)
{
  static const char *paths[] = {
    "/sys/module/kvm_intel/parameters/nested",
    "/sys/module/kvm_amd/parameters/nested",
    "/sys/module/kvm_hv/parameters/nested",
    "/sys/module/kvm/parameters/nested",
  };

  for (guint i = 0; i < G_N_ELEMENTS (paths); i++)
    {
      g_autofree char *value = NULL;
      g_autofree char *reason = NULL;
      g_autofree char *command = NULL;
      HostelHostFind find = hostel_host_system_read (self->system, paths[i], &value, &reason);
      const char *module = self->cpu.svm ? "kvm_amd" : "kvm_intel";

      if (find == HOSTEL_HOST_ABSENT)
        continue;
      if (find == HOSTEL_HOST_UNKNOWN || *value == '\0')
        {
          hostel_host_probe_add (self, "nested", HOSTEL_CHECK_STATE_UNKNOWN, NULL, "%s",
                                 reason ? reason : paths[i]);
          return;
        }

      command = g_strdup_printf ("echo options %s nested=1 | sudo tee "
                                 "/etc/modprobe.d/hostel-nested.conf", module);
      hostel_host_probe_add (self, "nested",
                             strchr ("1Yy", *value) ? HOSTEL_CHECK_STATE_GOOD
                                                    : HOSTEL_CHECK_STATE_NOTE,
                             hostel_host_probe_help (self, _("Turn it on; it counts when the module "
                                                             "is loaded anew."), _("_Turn On"),
                                                     command, "enable-nested", module),
                             "%s = %.8s", paths[i], value);
      return;
    }

  hostel_host_probe_add (self, "nested", HOSTEL_CHECK_STATE_NOT_APPLICABLE, NULL, "%s",
                         _("no KVM module with that parameter"));
}

/*< private >
 * hostel_host_probe_kvm:
 * @self: a run, after hostel_host_probe_cpu()
 *
 * KVM as this user finds it.
 */
void
hostel_host_probe_kvm (HostelHostProbe *self)
{
  probe_module (self);
  probe_device (self);
  probe_usable (self);
  probe_other (self);
  probe_nested (self);
}
