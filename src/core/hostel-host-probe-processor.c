#define G_LOG_DOMAIN "hostel-host-probe"

#include "config.h"

#include "hostel-host-probe.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/kvm.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/utsname.h>

#include <glib/gi18n.h>
#include <glib/gstdio.h>

#define GROUP "processor"
#define KVM_VERSION 12 /* the only one that there has ever been, says the kernel's KVM API */

typedef struct
{
  const char *root;
  char       *model;      /* owned, "" unknown */
  guint       count;
  gboolean    known;      /* cpuinfo could be read */
  gboolean    x86;
  gboolean    vmx;
  gboolean    svm;
  gboolean    hypervisor; /* we are a guest ourselves */
} Cpu;

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
read_cpu (Cpu        *cpu,
          const char *root)
{
  g_autofree char *text = hostel_host_probe_read (root, "/proc/cpuinfo");
  g_auto (GStrv) lines = NULL;
  guint i;

  memset (cpu, 0, sizeof *cpu);
  cpu->root = root;
  cpu->model = g_strdup ("");
  cpu->known = text != NULL && *text != '\0';
  lines = g_strsplit (text ? text : "", "\n", -1);

  for (i = 0; lines[i]; i++)
    {
      const char *colon = strchr (lines[i], ':');

      if (colon == NULL)
        continue;
      if (g_str_has_prefix (lines[i], "processor"))
        cpu->count++;
      if (g_str_has_prefix (lines[i], "model name") && *cpu->model == '\0')
        {
          g_free (cpu->model);
          cpu->model = g_strstrip (g_strdup (colon + 1));
        }
      if (!g_str_has_prefix (lines[i], "flags"))
        continue;

      cpu->x86 = TRUE;
      cpu->vmx |= has_word (colon, "vmx");
      cpu->svm |= has_word (colon, "svm");
      cpu->hypervisor |= has_word (colon, "hypervisor");
    }
}

static void
probe_model (HostelHostReport *report,
             const Cpu        *cpu)
{
  struct utsname name;

  if (!cpu->known)
    {
      hostel_host_probe_add (report, "cpu", GROUP, _("Processor"), HOSTEL_CHECK_STATE_UNKNOWN,
                             g_strdup (_("/proc/cpuinfo cannot be read")), NULL, NULL);
      return;
    }

  uname (&name);
  hostel_host_probe_add (report, "cpu", GROUP, _("Processor"), HOSTEL_CHECK_STATE_GOOD,
                         g_strdup_printf (ngettext ("%s, %u processor, %s", "%s, %u processors, %s",
                                                    cpu->count),
                                          *cpu->model ? cpu->model : _("an unnamed model"),
                                          cpu->count, name.machine),
                         NULL, NULL);
}

static void
probe_hypervisor (HostelHostReport *report,
                  const Cpu        *cpu)
{
  if (!cpu->x86)
    return;

  hostel_host_probe_add (report, "hypervisor", GROUP, _("Real Hardware"),
                         cpu->hypervisor ? HOSTEL_CHECK_STATE_NOTE : HOSTEL_CHECK_STATE_GOOD,
                         g_strdup (cpu->hypervisor ? _("flag “hypervisor” in /proc/cpuinfo")
                                                   : _("no flag “hypervisor” in /proc/cpuinfo")),
                         cpu->hypervisor ? _("This computer is a virtual machine itself.") : NULL,
                         NULL);
}

static void
probe_virtualization (HostelHostReport *report,
                      const Cpu        *cpu)
{
  const char *title = _("Hardware Virtualization");
  const char *why = _("With it machines run at nearly the speed of this computer.");

  if (!cpu->known)
    hostel_host_probe_add (report, "cpu-virtualization", GROUP, title, HOSTEL_CHECK_STATE_UNKNOWN,
                           g_strdup (_("/proc/cpuinfo cannot be read")), why, NULL);
  else if (!cpu->x86)
    hostel_host_probe_add (report, "cpu-virtualization", GROUP, title,
                           HOSTEL_CHECK_STATE_NOT_APPLICABLE,
                           g_strdup (_("this architecture shows no flag for it")), NULL, NULL);
  else if (cpu->vmx || cpu->svm)
    hostel_host_probe_add (report, "cpu-virtualization", GROUP, title, HOSTEL_CHECK_STATE_GOOD,
                           g_strdup_printf (_("flag “%s” in /proc/cpuinfo"),
                                            cpu->vmx ? "vmx" : "svm"), NULL, NULL);
  else
    hostel_host_probe_add (report, "cpu-virtualization", GROUP, title, HOSTEL_CHECK_STATE_WARNING,
                           g_strdup (_("neither “vmx” nor “svm” in /proc/cpuinfo")), why,
                           cpu->hypervisor
                             ? _("Turn on nested virtualization on the computer that runs this one.")
                             : _("Turn on Intel VT-x or AMD-V (SVM) in the firmware's settings."));
}

static void
probe_module (HostelHostReport *report,
              const Cpu        *cpu)
{
  static const char *modules[] = { "kvm_intel", "kvm_amd", "kvm" };
  g_autofree char *remedy = NULL;
  guint i;

  for (i = 0; i < G_N_ELEMENTS (modules); i++)
    {
      g_autofree char *path = g_strconcat ("/sys/module/", modules[i], NULL);

      if (!hostel_host_probe_exists (cpu->root, path))
        continue;

      hostel_host_probe_add (report, "kvm-module", GROUP, _("KVM Module"),
                             HOSTEL_CHECK_STATE_GOOD, g_steal_pointer (&path), NULL, NULL);
      return;
    }

  if (cpu->x86 && !cpu->vmx && !cpu->svm)
    {
      hostel_host_probe_add (report, "kvm-module", GROUP, _("KVM Module"),
                             HOSTEL_CHECK_STATE_NOT_APPLICABLE,
                             g_strdup (_("nothing for it to work with")), NULL, NULL);
      return;
    }

  remedy = g_strdup_printf (_("Load it: sudo modprobe %s"),
                            cpu->vmx ? "kvm_intel" : cpu->svm ? "kvm_amd" : "kvm");
  hostel_host_probe_add (report, "kvm-module", GROUP, _("KVM Module"), HOSTEL_CHECK_STATE_WARNING,
                         g_strdup (_("no /sys/module/kvm")),
                         _("The kernel gives hardware virtualization to programs by it."), remedy);
}

static void
probe_nested (HostelHostReport *report,
              const Cpu        *cpu)
{
  static const char *paths[] = {
    "/sys/module/kvm_intel/parameters/nested",
    "/sys/module/kvm_amd/parameters/nested",
  };
  guint i;

  for (i = 0; i < G_N_ELEMENTS (paths); i++)
    {
      g_autofree char *value = hostel_host_probe_read (cpu->root, paths[i]);
      gboolean on;

      if (value == NULL)
        continue;

      on = *value == '1' || *value == 'Y' || *value == 'y';
      hostel_host_probe_add (report, "nested", GROUP, _("Nested Virtualization"),
                             on ? HOSTEL_CHECK_STATE_GOOD : HOSTEL_CHECK_STATE_NOTE,
                             g_strdup_printf ("%s = %.8s", paths[i], value),
                             _("With it a machine can run machines of its own."), NULL);
      return;
    }

  hostel_host_probe_add (report, "nested", GROUP, _("Nested Virtualization"),
                         HOSTEL_CHECK_STATE_NOT_APPLICABLE,
                         g_strdup (_("no KVM module with that parameter")), NULL, NULL);
}

/* What open(2) and the ioctls say is the truth; groups and modes only explain it. */
static HostelCheckState
try_kvm (const char  *device,
         char       **evidence,
         const char **remedy)
{
  int fd = g_open (device, O_RDWR | O_CLOEXEC | O_NONBLOCK | O_NOCTTY, 0);
  int version;
  int vm;

  if (fd < 0)
    {
      int code = errno;

      *evidence = g_strdup_printf (_("%s cannot be opened: %s"), "/dev/kvm", g_strerror (code));
      if (code == EACCES || code == EPERM)
        *remedy = _("Become a member of the group that owns it: sudo usermod -aG kvm $USER, then "
                    "log out and in.");
      else if (code == ENOENT)
        *remedy = _("Turn on hardware virtualization and load the KVM module.");
      return HOSTEL_CHECK_STATE_WARNING;
    }

  version = ioctl (fd, KVM_GET_API_VERSION, 0);
  if (version != KVM_VERSION)
    {
      *evidence = g_strdup_printf (_("%s is not a KVM device"), "/dev/kvm");
      g_close (fd, NULL);
      return HOSTEL_CHECK_STATE_WARNING;
    }

  vm = ioctl (fd, KVM_CREATE_VM, 0);
  if (vm < 0)
    {
      int code = errno;

      *evidence = g_strdup_printf (_("KVM_CREATE_VM fails: %s"), g_strerror (code));
      if (code == EBUSY)
        *remedy = _("Stop the other hypervisor that holds the processor, such as VirtualBox.");
      g_close (fd, NULL);
      return HOSTEL_CHECK_STATE_WARNING;
    }

  *evidence = g_strdup_printf (_("KVM_GET_API_VERSION = %d, KVM_CREATE_VM works"), version);
  g_close (vm, NULL);
  g_close (fd, NULL);

  return HOSTEL_CHECK_STATE_GOOD;
}

static void
probe_kvm (HostelHostReport *report,
           const Cpu        *cpu)
{
  g_autofree char *device = hostel_host_probe_path (cpu->root, "/dev/kvm");
  const char *remedy = NULL;
  char *evidence = NULL;
  HostelCheckState state;
  GStatBuf info;

  if (g_stat (device, &info) != 0)
    hostel_host_probe_add (report, "kvm-device", GROUP, _("KVM Device"),
                           errno == ENOENT || errno == ENOTDIR ? HOSTEL_CHECK_STATE_WARNING
                                                               : HOSTEL_CHECK_STATE_UNKNOWN,
                           g_strdup_printf ("/dev/kvm: %s", g_strerror (errno)),
                           _("QEMU uses hardware virtualization by it."),
                           _("Turn on hardware virtualization and load the KVM module."));
  else
    hostel_host_probe_add (report, "kvm-device", GROUP, _("KVM Device"), HOSTEL_CHECK_STATE_GOOD,
                           g_strdup_printf (_("/dev/kvm, mode %04o, group %u"),
                                            (guint) info.st_mode & 07777, (guint) info.st_gid),
                           NULL, NULL);

  state = try_kvm (device, &evidence, &remedy);
  hostel_host_probe_add (report, HOSTEL_HOST_CHECK_KVM, GROUP, _("KVM Usable"), state, evidence,
                         _("Without it every instruction is emulated, about ten times slower."),
                         remedy);
}

/*< private >
 * hostel_host_probe_processor:
 * @report: where to add the checks
 * @root: "/" or a fixture's directory
 *
 * The processor and KVM, as this user finds them.
 */
void
hostel_host_probe_processor (HostelHostReport *report,
                             const char       *root)
{
  Cpu cpu;

  read_cpu (&cpu, root);
  probe_model (report, &cpu);
  probe_hypervisor (report, &cpu);
  probe_virtualization (report, &cpu);
  probe_module (report, &cpu);
  probe_nested (report, &cpu);
  probe_kvm (report, &cpu);
  g_free (cpu.model);
}
