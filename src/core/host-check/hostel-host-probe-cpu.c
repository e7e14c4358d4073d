/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "hostel-host-probe"

#include "config.h"

#include "hostel-host-probe.h"

#include <string.h>

#include <glib/gi18n.h>

static gboolean
has_word (const char *line,
          const char *word)
{
  gsize length = strlen (word);
  const char *p = line;

  while ((p = strstr (p, word)))
    {
      if ((p == line || g_ascii_isspace (p[-1]) || p[-1] == ':') &&
          (p[length] == '\0' || g_ascii_isspace (p[length])))
        return TRUE;
      p += length;
    }

  return FALSE;
}

static void
take_value (char       **field,
            const char  *value)
{
  if (**field != '\0')
    return;

  g_free (*field);
  *field = g_strstrip (g_strdup (value));
}

/* The keys are those of x86, ARM, s390 and POWER. */
static void
read_line (HostelHostCpu *cpu,
           const char    *line)
{
  const char *colon = strchr (line, ':');

  if (colon == NULL)
    return;

  if (g_str_has_prefix (line, "processor"))
    cpu->count++;
  else if (g_str_has_prefix (line, "model name") || g_str_has_prefix (line, "cpu\t\t:") ||
           g_str_has_prefix (line, "CPU part"))
    take_value (&cpu->model, colon + 1);
  else if (g_str_has_prefix (line, "vendor_id") || g_str_has_prefix (line, "CPU implementer"))
    take_value (&cpu->vendor, colon + 1);

  /* The keys that virt-host-validate reads, too. */
  if (!g_str_has_prefix (line, "flags") && !g_str_has_prefix (line, "Features") &&
      !g_str_has_prefix (line, "features") && !g_str_has_prefix (line, "facilities"))
    return;

  cpu->vmx |= has_word (colon, "vmx");
  cpu->svm |= has_word (colon, "svm");
  cpu->sie |= has_word (colon, "sie");
  cpu->sev |= has_word (colon, "sev");
  cpu->tdx |= has_word (colon, "tdx_host_platform");
  cpu->hypervisor |= has_word (colon, "hypervisor");
}

static void
read_cpu (HostelHostProbe *self)
{
  HostelHostCpu *cpu = &self->cpu;
  g_autofree char *text = NULL;
  g_auto (GStrv) lines = NULL;

  cpu->model = g_strdup ("");
  cpu->vendor = g_strdup ("");
  if (hostel_host_system_read (self->system, "/proc/cpuinfo", &text, &cpu->reason) !=
      HOSTEL_HOST_FOUND)
    return;
  if (*text == '\0')
    {
      cpu->reason = g_strdup_printf (_("%s: empty"), "/proc/cpuinfo");
      return;
    }

  lines = g_strsplit (text, "\n", -1);
  for (guint i = 0; lines[i]; i++)
    read_line (cpu, lines[i]);
}

static void
probe_model (HostelHostProbe *self)
{
  HostelHostCpu *cpu = &self->cpu;

  if (cpu->reason != NULL)
    hostel_host_probe_add (self, "cpu", HOSTEL_CHECK_STATE_UNKNOWN, NULL, "%s", cpu->reason);
  else
    hostel_host_probe_add (self, "cpu", HOSTEL_CHECK_STATE_GOOD, NULL,
                           ngettext ("%s, %u processor, %s", "%s, %u processors, %s", cpu->count),
                           *cpu->model ? cpu->model : _("an unnamed model"),
                           cpu->count, self->system->machine);
}

static char *
dup_container (HostelHostProbe *self)
{
  static const char *signs[] = {
    "/run/systemd/container", "/.dockerenv", "/run/.containerenv", "/.flatpak-info",
  };

  for (guint i = 0; i < G_N_ELEMENTS (signs); i++)
    if (hostel_host_system_has (self->system, signs[i]))
      return g_strdup (signs[i]);

  return NULL;
}

/* x86 has a flag, ARM and POWER a node, Xen a file, z/VM and KVM on s390 a line. */
static char *
dup_hypervisor_sign (HostelHostProbe *self)
{
  g_autofree char *type = hostel_host_system_dup_line (self->system, "/sys/hypervisor/type");
  g_autofree char *sysinfo = NULL;

  if (self->cpu.hypervisor)
    return g_strdup (_("flag “hypervisor” in /proc/cpuinfo"));
  if (hostel_host_system_has (self->system, "/proc/device-tree/hypervisor"))
    return g_strdup ("/proc/device-tree/hypervisor");
  if (type != NULL && *type != '\0')
    return g_strdup_printf ("/sys/hypervisor/type = %s", type);
  if (hostel_host_system_read (self->system, "/proc/sysinfo", &sysinfo, NULL) == HOSTEL_HOST_FOUND &&
      strstr (sysinfo, "VM00 Control Program") != NULL)
    return g_strdup (_("“VM00 Control Program” in /proc/sysinfo"));

  return NULL;
}

static void
probe_hypervisor (HostelHostProbe *self)
{
  g_autofree char *container = dup_container (self);
  g_autofree char *sign = dup_hypervisor_sign (self);

  if (sign != NULL)
    self->cpu.hypervisor = TRUE;

  if (self->cpu.reason != NULL)
    hostel_host_probe_add (self, "hypervisor", HOSTEL_CHECK_STATE_UNKNOWN, NULL, "%s",
                           self->cpu.reason);
  else if (sign != NULL)
    hostel_host_probe_add (self, "hypervisor", HOSTEL_CHECK_STATE_NOTE, NULL,
                           _("A virtual machine itself: %s"), sign);
  else if (container != NULL)
    hostel_host_probe_add (self, "hypervisor", HOSTEL_CHECK_STATE_NOTE, NULL,
                           _("A container: %s"), container);
  else
    hostel_host_probe_add (self, "hypervisor", HOSTEL_CHECK_STATE_GOOD, NULL, "%s",
                           _("no sign of a hypervisor below this system"));
}

/* What the outer host has to be told, by whose machine this one is. */
static const struct
{
  const char *vendor; /* a part of /sys/class/dmi/id/sys_vendor */
  const char *text;
} outer[] = {
  { "QEMU", N_("On the outer host load KVM with nested=1, and give this machine the processor "
               "“host-passthrough”.") },
  { "Red Hat", N_("On the outer host load KVM with nested=1, and give this machine the processor "
                  "“host-passthrough”.") },
  { "VMware", N_("In VMware, turn on “Virtualize Intel VT-x/EPT or AMD-V/RVI” for this machine.") },
  { "innotek", N_("In VirtualBox, turn on “Enable Nested VT-x/AMD-V” for this machine.") },
  { "Microsoft", N_("On Hyper-V run: Set-VMProcessor -VMName NAME "
                    "-ExposeVirtualizationExtensions $true; on Azure choose a size that allows "
                    "nested virtualization.") },
  { "Google", N_("Make this instance anew with nested virtualization enabled.") },
  { "Amazon", N_("Choose an instance type that ends in “.metal”.") },
  { "Parallels", N_("In Parallels, turn on “Enable nested virtualization” for this machine.") },
  { "Xen", N_("Ask whoever runs the outer host for nested virtualization (nestedhvm=1).") },
};

static HostelHostRemedy *
outer_remedy (HostelHostProbe *self)
{
  g_autofree char *vendor =
    hostel_host_system_dup_line (self->system, "/sys/class/dmi/id/sys_vendor");

  for (guint i = 0; vendor != NULL && i < G_N_ELEMENTS (outer); i++)
    if (strstr (vendor, outer[i].vendor) != NULL)
      return hostel_host_probe_advise (_(outer[i].text));

  return hostel_host_probe_advise (_("Turn on nested virtualization on the outer host."));
}

static void
probe_virtualization (HostelHostProbe *self)
{
  const char *id = "cpu-virtualization";
  const char *flag = self->cpu.vmx ? "vmx" : self->cpu.svm ? "svm" : self->cpu.sie ? "sie" : NULL;
  gboolean shows = self->arch == HOSTEL_HOST_ARCH_X86 || self->arch == HOSTEL_HOST_ARCH_S390;

  if (self->cpu.reason != NULL)
    hostel_host_probe_add (self, id, HOSTEL_CHECK_STATE_UNKNOWN, NULL, "%s", self->cpu.reason);
  else if (self->arch == HOSTEL_HOST_ARCH_PPC)
    hostel_host_probe_add (self, id, HOSTEL_CHECK_STATE_GOOD, NULL, "%s",
                           _("every POWER processor has it"));
  else if (!shows)
    hostel_host_probe_add (self, id, HOSTEL_CHECK_STATE_NOT_APPLICABLE, NULL, "%s",
                           _("this architecture shows no flag for it"));
  else if (flag != NULL)
    hostel_host_probe_add (self, id, HOSTEL_CHECK_STATE_GOOD, NULL,
                           _("flag “%s” in /proc/cpuinfo"), flag);
  else
    hostel_host_probe_add (self, id, HOSTEL_CHECK_STATE_WARNING,
                           self->cpu.hypervisor ? outer_remedy (self) : NULL, "%s",
                           self->arch == HOSTEL_HOST_ARCH_S390
                           ? _("no “sie” in /proc/cpuinfo")
                           : _("neither “vmx” nor “svm” in /proc/cpuinfo"));
}

/* How to get into the firmware's set-up, by who made the computer. */
static const struct
{
  const char *vendor; /* a part of /sys/class/dmi/id/sys_vendor, or of board_vendor */
  const char *key;
} firmware_keys[] = {
  { "LENOVO", "F1" }, { "Dell", "F2" }, { "HP", "F10" }, { "Hewlett", "F10" }, { "ASUS", "F2" },
  { "Acer", "F2" }, { "Micro-Star", "Delete" }, { "Gigabyte", "Delete" }, { "ASRock", "F2" },
  { "Framework", "F2" }, { "Intel", "F2" }, { "Supermicro", "Delete" }, { "TOSHIBA", "F2" },
  { "SAMSUNG", "F2" }, { "FUJITSU", "F2" }, { "HUAWEI", "F2" }, { "Razer", "F1" },
  { "System76", "F2" }, { "TUXEDO", "F2" },
};

static HostelHostRemedy *
firmware_remedy (HostelHostProbe *self)
{
  gboolean amd = strstr (self->cpu.vendor, "AMD") != NULL;
  const char *setting = amd ? "SVM Mode" : "Intel Virtualization Technology (VT-x)";
  g_autofree char *system =
    hostel_host_system_dup_line (self->system, "/sys/class/dmi/id/sys_vendor");
  g_autofree char *board =
    hostel_host_system_dup_line (self->system, "/sys/class/dmi/id/board_vendor");
  g_autofree char *text = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (firmware_keys); i++)
    if ((system != NULL && strcasestr (system, firmware_keys[i].vendor) != NULL) ||
        (board != NULL && strcasestr (board, firmware_keys[i].vendor) != NULL))
      {
        text = g_strdup_printf (_("Restart, press %s at the first picture, and turn on “%s” in the "
                                  "firmware set-up (%s)."), firmware_keys[i].key, setting,
                                system != NULL && *system ? system : board);
        return hostel_host_probe_advise (text);
      }

  text = g_strdup_printf (_("Restart, open the firmware set-up (often Delete, F2 or F10 at the first "
                            "picture), and turn on “%s”."), setting);

  return hostel_host_probe_advise (text);
}

/* All of AMD's of this century's second decade have it, and of Intel's all but cheap ones of the
 * first. */
static gboolean
surely_capable (const HostelHostCpu *cpu)
{
  static const char *names[] = {
    "Core(TM) i", "Core(TM) Ultra", "Xeon", "EPYC", "Ryzen", "Opteron", "Threadripper", "AMD FX",
  };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    if (strstr (cpu->model, names[i]) != NULL)
      return TRUE;

  return FALSE;
}

/* Kernels hide the flag where the firmware keeps the feature off. */
static void
probe_firmware (HostelHostProbe *self)
{
  const char *id = "firmware-lock";
  gboolean refused = (self->cpu.vmx || self->cpu.svm) &&
                     hostel_host_system_has (self->system, "/sys/module/kvm") &&
                     !hostel_host_system_has (self->system, "/sys/module/kvm_intel") &&
                     !hostel_host_system_has (self->system, "/sys/module/kvm_amd") &&
                     !hostel_host_system_has (self->system, "/dev/kvm");

  if (self->cpu.reason != NULL)
    hostel_host_probe_add (self, id, HOSTEL_CHECK_STATE_UNKNOWN, NULL, "%s", self->cpu.reason);
  else if (self->arch != HOSTEL_HOST_ARCH_X86)
    hostel_host_probe_add (self, id, HOSTEL_CHECK_STATE_NOT_APPLICABLE, NULL, "%s",
                           _("this architecture has no such setting"));
  else if (self->cpu.hypervisor)
    hostel_host_probe_add (self, id, HOSTEL_CHECK_STATE_NOT_APPLICABLE, NULL, "%s",
                           _("in a virtual machine the outer host decides"));
  else if (refused)
    hostel_host_probe_add (self, id, HOSTEL_CHECK_STATE_WARNING, firmware_remedy (self), "%s",
                           _("the kernel has /sys/module/kvm, but the processor’s own module was "
                             "refused"));
  else if (self->cpu.vmx || self->cpu.svm)
    hostel_host_probe_add (self, id, HOSTEL_CHECK_STATE_GOOD, NULL, "%s",
                           _("hardware virtualization is on"));
  else if (surely_capable (&self->cpu))
    hostel_host_probe_add (self, id, HOSTEL_CHECK_STATE_WARNING, firmware_remedy (self),
                           _("%s has hardware virtualization, and the kernel does not see it"),
                           self->cpu.model);
  else
    hostel_host_probe_add (self, id, HOSTEL_CHECK_STATE_NOTE, firmware_remedy (self),
                           _("%s may have hardware virtualization that is off"),
                           *self->cpu.model ? self->cpu.model : _("The processor"));
}

/*< private >
 * hostel_host_probe_cpu:
 * @self: a run
 *
 * What the processor can do, and whether somebody keeps it from doing it.
 */
void
hostel_host_probe_cpu (HostelHostProbe *self)
{
  read_cpu (self);
  probe_model (self);
  probe_hypervisor (self);
  probe_virtualization (self);
  probe_firmware (self);
}
