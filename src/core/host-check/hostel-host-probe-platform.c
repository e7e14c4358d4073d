/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "hostel-host-probe"

#include "config.h"

#include "hostel-host-probe.h"

#include <fcntl.h>
#include <linux/bpf.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <glib/gi18n.h>
#include <glib/gstdio.h>

#define TABLES "/sys/firmware/acpi/tables/"
#define GROUPS "/sys/kernel/iommu_groups"

static void
probe_iommu (HostelHostProbe *self)
{
  const char *table = self->cpu.vmx ? TABLES "DMAR" : self->cpu.svm ? TABLES "IVRS"
                      : self->arch == HOSTEL_HOST_ARCH_ARM ? TABLES "IORT" : NULL;
  g_auto (GStrv) devices = hostel_host_system_list (self->system, "/sys/bus/pci/devices");

  if (self->arch == HOSTEL_HOST_ARCH_PPC)
    hostel_host_probe_add (self, "iommu", HOSTEL_CHECK_STATE_GOOD, NULL, "%s",
                           _("every POWER computer has it"));
  else if (self->arch == HOSTEL_HOST_ARCH_S390)
    hostel_host_probe_add (self, "iommu",
                           *devices ? HOSTEL_CHECK_STATE_GOOD : HOSTEL_CHECK_STATE_NOT_APPLICABLE,
                           NULL, ngettext ("%u PCI device", "%u PCI devices",
                                           g_strv_length (devices)), g_strv_length (devices));
  else if (table == NULL)
    hostel_host_probe_add (self, "iommu", HOSTEL_CHECK_STATE_NOT_APPLICABLE, NULL, "%s",
                           _("only with hardware virtualization"));
  else
    hostel_host_probe_add_device (self, "iommu", table, HOSTEL_CHECK_STATE_NOTE,
                                  hostel_host_probe_advise (_("If you need it: turn on VT-d or "
                                                              "AMD-Vi in the firmware set-up.")));
}

/* As virt-host-validate has it: a group is a directory there. */
static void
probe_iommu_enabled (HostelHostProbe *self)
{
  g_auto (GStrv) groups = hostel_host_system_list (self->system, GROUPS);
  guint n = g_strv_length (groups);
  g_autofree char *reason = NULL;

  switch (hostel_host_system_find (self->system, GROUPS, &reason))
    {
    case HOSTEL_HOST_ABSENT:
      hostel_host_probe_add (self, "iommu-enabled", HOSTEL_CHECK_STATE_NOT_APPLICABLE, NULL, "%s",
                             reason);
      return;
    case HOSTEL_HOST_UNKNOWN:
      hostel_host_probe_add (self, "iommu-enabled", HOSTEL_CHECK_STATE_UNKNOWN, NULL, "%s", reason);
      return;
    case HOSTEL_HOST_FOUND:
    default:
      hostel_host_probe_add (self, "iommu-enabled",
                             n > 0 ? HOSTEL_CHECK_STATE_GOOD : HOSTEL_CHECK_STATE_NOTE,
                             hostel_host_probe_advise (_("If you need it: add intel_iommu=on (Intel) "
                                                         "or iommu=pt (AMD) to the kernel’s "
                                                         "command line.")),
                             ngettext ("%u group in " GROUPS, "%u groups in " GROUPS, n), n);
    }
}

static gboolean
is_on (HostelHostProbe *self,
       const char      *path)
{
  g_autofree char *value = hostel_host_system_dup_line (self->system, path);

  return value != NULL && *value != '\0' && strchr ("1Yy", *value) != NULL;
}

static char *
dup_secure_guest (HostelHostProbe *self)
{
  g_autofree char *cmdline = hostel_host_system_dup_line (self->system, "/proc/cmdline");

  if (self->cpu.sev && is_on (self, "/sys/module/kvm_amd/parameters/sev") &&
      hostel_host_system_has (self->system, "/dev/sev"))
    return g_strdup_printf ("AMD SEV%s%s: /dev/sev",
                            is_on (self, "/sys/module/kvm_amd/parameters/sev_es") ? ", SEV-ES" : "",
                            is_on (self, "/sys/module/kvm_amd/parameters/sev_snp") ? ", SEV-SNP"
                                                                                  : "");
  if (is_on (self, "/sys/module/kvm_intel/parameters/tdx"))
    return g_strdup ("Intel TDX: /sys/module/kvm_intel/parameters/tdx");
  if (self->arch == HOSTEL_HOST_ARCH_S390 &&
      hostel_host_system_has (self->system, "/sys/firmware/uv") &&
      cmdline != NULL && strstr (cmdline, "prot_virt=1") != NULL)
    return g_strdup ("IBM Secure Execution: /sys/firmware/uv, prot_virt=1");

  return NULL;
}

static void
probe_secure_guest (HostelHostProbe *self)
{
  g_autofree char *found = dup_secure_guest (self);

  if (found != NULL)
    hostel_host_probe_add (self, "secure-guest", HOSTEL_CHECK_STATE_GOOD, NULL, "%s", found);
  else if (self->cpu.sev || self->cpu.tdx)
    hostel_host_probe_add (self, "secure-guest", HOSTEL_CHECK_STATE_NOTE,
                           hostel_host_probe_advise (_("If you need it: turn it on in the firmware "
                                                       "set-up, and load KVM with sev=1 or "
                                                       "tdx=1.")),
                           "%s", _("the processor has it, and KVM does not offer it"));
  else
    hostel_host_probe_add (self, "secure-guest", HOSTEL_CHECK_STATE_NOT_APPLICABLE, NULL, "%s",
                           _("neither AMD SEV, Intel TDX nor IBM Secure Execution"));
}

/*< private >
 * hostel_host_probe_platform:
 * @self: a run, after hostel_host_probe_cpu()
 *
 * What the platform adds: device assignment, confidential machines.
 */
void
hostel_host_probe_platform (HostelHostProbe *self)
{
  probe_iommu (self);
  probe_iommu_enabled (self);
  probe_secure_guest (self);
}

/* The controllers of version 1, each at a mount of its own. */
static gboolean
is_mounted (const char *mounts,
            const char *controller)
{
  g_auto (GStrv) lines = g_strsplit (mounts, "\n", -1);

  for (guint i = 0; lines[i]; i++)
    {
      g_auto (GStrv) fields = g_strsplit (lines[i], " ", 6);
      g_auto (GStrv) options = NULL;

      if (g_strv_length (fields) < 4 || !g_str_equal (fields[2], "cgroup"))
        continue;
      options = g_strsplit (fields[3], ",", -1);
      if (g_strv_contains ((const char * const *) options, controller))
        return TRUE;
    }

  return FALSE;
}

static char *
dup_unified (const char *mounts)
{
  g_auto (GStrv) lines = g_strsplit (mounts, "\n", -1);

  for (guint i = 0; lines[i]; i++)
    {
      g_auto (GStrv) fields = g_strsplit (lines[i], " ", 6);

      if (g_strv_length (fields) >= 4 && g_str_equal (fields[2], "cgroup2"))
        return g_strdup (fields[1]);
    }

  return NULL;
}

/* As libvirt asks, which only root may: whether device filters can be attached. */
static gboolean
has_device_filter (HostelHostProbe *self,
                   const char      *unified)
{
  g_autofree char *path = hostel_host_system_dup_path (self->system, unified);
  union bpf_attr attr;
  int fd = g_open (path, O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0);
  long status;

  if (fd < 0)
    return FALSE;

  memset (&attr, 0, sizeof attr);
  attr.query.target_fd = (guint) fd;
  attr.query.attach_type = BPF_CGROUP_DEVICE;
  status = syscall (SYS_bpf, BPF_PROG_QUERY, &attr, sizeof attr);
  g_close (fd, NULL);

  return status == 0;
}

static gboolean
kernel_has_filter (HostelHostProbe *self)
{
  g_autofree char *release = hostel_host_system_dup_line (self->system, "/proc/sys/kernel/osrelease");
  static const char *formats[] = { "/boot/config-", "/lib/modules/" };

  for (guint i = 0; release != NULL && i < G_N_ELEMENTS (formats); i++)
    {
      g_autofree char *path = g_strconcat (formats[i], release, i ? "/config" : "", NULL);
      g_autofree char *text = NULL;

      if (hostel_host_system_read (self->system, path, &text, NULL) == HOSTEL_HOST_FOUND)
        return strstr (text, "CONFIG_CGROUP_BPF=y") != NULL;
    }

  return FALSE;
}

static void
probe_unified (HostelHostProbe *self,
               const char      *unified)
{
  static const struct { const char *id; const char *name; } controllers[] = {
    { "cgroup-cpu", "cpu" }, { "cgroup-cpuset", "cpuset" }, { "cgroup-memory", "memory" },
    { "cgroup-blkio", "io" },
  };
  g_autofree char *path = g_build_filename (unified, "cgroup.controllers", NULL);
  g_autofree char *text = NULL;
  g_autofree char *reason = NULL;
  g_auto (GStrv) names = NULL;
  gboolean known = hostel_host_system_read (self->system, path, &text, &reason) == HOSTEL_HOST_FOUND;

  names = g_strsplit (text ? text : "", " ", -1);
  for (guint i = 0; i < G_N_ELEMENTS (controllers); i++)
    {
      gboolean has = g_strv_contains ((const char * const *) names, controllers[i].name);

      hostel_host_probe_add (self, controllers[i].id,
                             !known ? HOSTEL_CHECK_STATE_UNKNOWN
                             : has ? HOSTEL_CHECK_STATE_GOOD : HOSTEL_CHECK_STATE_WARNING,
                             hostel_host_probe_advise (_("Use a kernel with this controller.")),
                             "%s%s%s", known ? path : reason, known ? ": " : "",
                             known ? text : "");
    }

  hostel_host_probe_add (self, "cgroup-cpuacct", HOSTEL_CHECK_STATE_GOOD, NULL, "%s",
                         _("a part of every control group of version 2"));
  if (self->system->uid == 0 && g_str_equal (self->system->root, "/"))
    hostel_host_probe_add (self, "cgroup-devices",
                           has_device_filter (self, unified) ? HOSTEL_CHECK_STATE_GOOD
                                                             : HOSTEL_CHECK_STATE_WARNING,
                           hostel_host_probe_advise (_("Use a kernel with CONFIG_CGROUP_BPF.")),
                           "BPF_PROG_QUERY, BPF_CGROUP_DEVICE: %s", unified);
  else
    /* virt-host-validate says it lacks, for everybody but root. */
    hostel_host_probe_add (self, "cgroup-devices",
                           kernel_has_filter (self) ? HOSTEL_CHECK_STATE_GOOD
                                                    : HOSTEL_CHECK_STATE_UNKNOWN,
                           NULL, "%s", kernel_has_filter (self) ? "CONFIG_CGROUP_BPF=y"
                                                                : _("only root can ask for it"));
}

/*< private >
 * hostel_host_probe_cgroups:
 * @self: a run
 *
 * The controllers that virt-host-validate looks for, of either version of control groups.
 */
void
hostel_host_probe_cgroups (HostelHostProbe *self)
{
  static const char *names[] = { "cpu", "cpuacct", "cpuset", "memory", "devices", "blkio" };
  g_autofree char *mounts = NULL;
  g_autofree char *reason = NULL;
  g_autofree char *unified = NULL;
  gboolean known = hostel_host_system_read (self->system, "/proc/mounts", &mounts, &reason) ==
                   HOSTEL_HOST_FOUND;

  unified = dup_unified (known ? mounts : "");
  if (unified != NULL && !is_mounted (mounts, "cpu") && !is_mounted (mounts, "memory"))
    {
      probe_unified (self, unified);
      return;
    }

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *id = g_strconcat ("cgroup-", names[i], NULL);
      HostelCheckState state = !known ? HOSTEL_CHECK_STATE_UNKNOWN
                               : is_mounted (mounts, names[i]) ? HOSTEL_CHECK_STATE_GOOD
                                                               : HOSTEL_CHECK_STATE_WARNING;

      hostel_host_probe_add (self, id, state,
                             hostel_host_probe_advise (_("Use a kernel with this controller, and "
                                                         "mount it.")),
                             known ? _("/proc/mounts, cgroup version 1, “%s”") : "%s",
                             known ? names[i] : reason);
    }
}
