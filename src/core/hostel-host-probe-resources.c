#define G_LOG_DOMAIN "hostel-host-probe"

#include "config.h"

#include "hostel-host-probe.h"

#include <errno.h>
#include <string.h>
#include <sys/statvfs.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <glib/gi18n.h>

#define GIB (G_GUINT64_CONSTANT (1) << 30)

/* A dead network mount must not hold the whole report. */
#define STATVFS_TIMEOUT (200 * G_TIME_SPAN_MILLISECOND)

static char *
find_program (const char         *root,
              const char * const *directories,
              const char         *name)
{
  guint i;

  for (i = 0; directories[i]; i++)
    {
      g_autofree char *path = g_build_filename (directories[i], name, NULL);
      g_autofree char *file = hostel_host_probe_path (root, path);

      if (g_file_test (file, G_FILE_TEST_IS_EXECUTABLE))
        return g_steal_pointer (&path);
    }

  /* Nix and the like. */
  return g_str_equal (root, "/") ? g_find_program_in_path (name) : NULL;
}

static const char * const bin[] = { "/usr/bin", "/usr/local/bin", "/bin", "/usr/libexec", NULL };

static void
probe_emulator (HostelHostReport *report,
                const char       *root)
{
  struct utsname name;
  g_autofree char *binary = NULL;
  g_autofree char *found = NULL;

  uname (&name);
  if (g_str_equal (name.machine, "i686") || g_str_equal (name.machine, "i586"))
    binary = g_strdup ("qemu-system-i386");
  else
    binary = g_strconcat ("qemu-system-", name.machine, NULL);

  /* Red Hat's name for it. */
  if ((found = find_program (root, bin, binary)) == NULL)
    found = find_program (root, bin, "qemu-kvm");

  hostel_host_probe_add (report, "qemu", "qemu", _("QEMU"),
                         found ? HOSTEL_CHECK_STATE_GOOD : HOSTEL_CHECK_STATE_MISSING,
                         found ? g_strdup (found) : g_strdup_printf (_("no %s"), binary),
                         _("It is the program that runs a machine."),
                         _("Install QEMU for this processor: qemu-system-x86 on Debian and Ubuntu, "
                           "qemu-kvm on Fedora."));
}

static void
probe_qemu_img (HostelHostReport *report,
                const char       *root)
{
  g_autofree char *found = find_program (root, bin, "qemu-img");

  hostel_host_probe_add (report, "qemu-img", "qemu", _("qemu-img"),
                         found ? HOSTEL_CHECK_STATE_GOOD : HOSTEL_CHECK_STATE_MISSING,
                         found ? g_strdup (found) : g_strdup (_("no qemu-img")),
                         _("libvirt makes the machines' disks by it."),
                         _("Install qemu-utils (Debian, Ubuntu) or qemu-img (Fedora, Arch)."));
}

static char *
find_firmware (const char *root)
{
  static const char *paths[] = {
    "/usr/share/OVMF/OVMF_CODE_4M.fd", "/usr/share/OVMF/OVMF_CODE.fd",
    "/usr/share/AAVMF/AAVMF_CODE.fd",
    "/usr/share/edk2/ovmf/OVMF_CODE.fd", "/usr/share/edk2/aarch64/QEMU_EFI-pflash.raw",
    "/usr/share/edk2/x64/OVMF_CODE.4m.fd", "/usr/share/edk2-ovmf/x64/OVMF_CODE.fd",
    "/usr/share/qemu/ovmf-x86_64-code.bin", "/usr/share/qemu/edk2-x86_64-code.fd",
  };
  guint i;

  for (i = 0; i < G_N_ELEMENTS (paths); i++)
    if (hostel_host_probe_exists (root, paths[i]))
      return g_strdup (paths[i]);

  return NULL;
}

static void
probe_firmware (HostelHostReport *report,
                const char       *root)
{
  g_autofree char *found = find_firmware (root);
  struct utsname name;
  gboolean x86;

  uname (&name);
  x86 = g_str_equal (name.machine, "x86_64") || g_str_has_suffix (name.machine, "86");
  hostel_host_probe_add (report, "firmware", "qemu", _("EFI Firmware"),
                         found ? HOSTEL_CHECK_STATE_GOOD
                               : x86 ? HOSTEL_CHECK_STATE_NOTE : HOSTEL_CHECK_STATE_MISSING,
                         found ? g_strdup (found) : g_strdup (_("no OVMF, AAVMF or edk2 found")),
                         _("Some images boot by EFI alone."),
                         _("Install ovmf (Debian, Ubuntu) or edk2-ovmf (Fedora, Arch)."));
}

static void
probe_device (HostelHostReport *report,
              const char       *root,
              const char       *id,
              const char       *title,
              const char       *path,
              HostelCheckState  otherwise,
              const char       *why,
              const char       *remedy)
{
  gboolean exists = hostel_host_probe_exists (root, path);

  hostel_host_probe_add (report, id, "network", title,
                         exists ? HOSTEL_CHECK_STATE_GOOD : otherwise,
                         exists ? g_strdup (path) : g_strdup_printf (_("no %s"), path), why, remedy);
}

static void
probe_network (HostelHostReport *report,
               const char       *root)
{
  g_autofree char *passt = find_program (root, bin, "passt");

  probe_device (report, root, "tun", _("TUN Device"), "/dev/net/tun", HOSTEL_CHECK_STATE_WARNING,
                _("The system's networks connect machines by it."),
                _("Load it: sudo modprobe tun"));
  probe_device (report, root, "vhost-net", _("Network Acceleration"), "/dev/vhost-net",
                HOSTEL_CHECK_STATE_NOTE, _("With it a machine's network is faster."),
                _("Load it: sudo modprobe vhost_net"));
  hostel_host_probe_add (report, "passt", "network", _("passt"),
                         passt ? HOSTEL_CHECK_STATE_GOOD : HOSTEL_CHECK_STATE_NOTE,
                         passt ? g_strdup (passt) : g_strdup (_("no passt")),
                         _("It connects a user's own machines; without it QEMU does, more slowly."),
                         _("Install passt."));
}

static guint64
meminfo_value (const char *text,
               const char *key)
{
  const char *line = text ? strstr (text, key) : NULL;

  return line ? g_ascii_strtoull (line + strlen (key), NULL, 10) * 1024 : 0;
}

static void
probe_memory (HostelHostReport *report,
              const char       *root)
{
  g_autofree char *text = hostel_host_probe_read (root, "/proc/meminfo");
  guint64 total = meminfo_value (text, "MemTotal:");
  guint64 available = meminfo_value (text, "MemAvailable:");
  g_autofree char *total_text = g_format_size_full (total, G_FORMAT_SIZE_IEC_UNITS);
  g_autofree char *available_text = g_format_size_full (available, G_FORMAT_SIZE_IEC_UNITS);

  if (total == 0)
    {
      hostel_host_probe_add (report, "memory", "qemu", _("Memory"), HOSTEL_CHECK_STATE_UNKNOWN,
                             g_strdup (_("/proc/meminfo cannot be read")), NULL, NULL);
      return;
    }

  hostel_host_probe_add (report, "memory", "qemu", _("Memory"),
                         available < GIB ? HOSTEL_CHECK_STATE_WARNING : HOSTEL_CHECK_STATE_GOOD,
                         g_strdup_printf (_("%s of %s available"), available_text, total_text),
                         _("Most cloud images want 1 GiB."),
                         _("Close other programs or shut down a machine."));
}

typedef struct
{
  GMutex          lock;
  GCond           cond;
  int             references;
  char           *path;   /* owned */
  gboolean        done;
  int             code;   /* errno, 0 fine */
  struct statvfs  info;
} Space;

static void
space_unref (Space *space)
{
  if (!g_atomic_int_dec_and_test (&space->references))
    return;

  g_mutex_clear (&space->lock);
  g_cond_clear (&space->cond);
  g_free (space->path);
  g_free (space);
}

static gpointer
space_thread (gpointer data)
{
  Space *space = data;
  g_autofree char *path = g_strdup (space->path);
  struct statvfs info = { 0 };
  int code;

  /* The pool's directory is made with the pool: until then its parent's file system counts. */
  while ((code = statvfs (path, &info) == 0 ? 0 : errno) == ENOENT && strlen (path) > 1)
    {
      char *parent = g_path_get_dirname (path);

      g_free (path);
      path = parent;
    }

  g_mutex_lock (&space->lock);
  space->done = TRUE;
  space->code = code;
  space->info = info;
  g_cond_signal (&space->cond);
  g_mutex_unlock (&space->lock);
  space_unref (space);

  return NULL;
}

static gboolean
get_space (const char *path,
           guint64    *available)
{
  Space *space = g_new0 (Space, 1);
  gint64 end = g_get_monotonic_time () + STATVFS_TIMEOUT;
  gboolean known;

  g_mutex_init (&space->lock);
  g_cond_init (&space->cond);
  space->references = 2;
  space->path = g_strdup (path);
  g_thread_unref (g_thread_new ("hostel-statvfs", space_thread, space));

  g_mutex_lock (&space->lock);
  while (!space->done && g_cond_wait_until (&space->cond, &space->lock, end))
    ;
  known = space->done && space->code == 0;
  *available = known ? (guint64) space->info.f_bavail * space->info.f_frsize : 0;
  g_mutex_unlock (&space->lock);
  space_unref (space);

  return known;
}

static void
probe_space (HostelHostReport *report,
             const char       *root)
{
  g_autofree char *directory = NULL;
  g_autofree char *path = NULL;
  g_autofree char *size = NULL;
  HostelCheckState state = HOSTEL_CHECK_STATE_GOOD;
  guint64 available;

  /* Where libvirt puts the pool "default" of the system's and of a user's own connection. */
  if (getuid () == 0)
    directory = g_strdup ("/var/lib/libvirt/images");
  else
    directory = g_build_filename (g_get_user_data_dir (), "libvirt", "images", NULL);
  path = hostel_host_probe_path (root, directory);

  if (!get_space (path, &available))
    {
      hostel_host_probe_add (report, "space", "storage", _("Free Space"),
                             HOSTEL_CHECK_STATE_UNKNOWN,
                             g_strdup_printf (_("%s gives no answer"), directory), NULL, NULL);
      return;
    }

  if (available < 2 * GIB)
    state = HOSTEL_CHECK_STATE_WARNING;
  else if (available < 10 * GIB)
    state = HOSTEL_CHECK_STATE_NOTE;

  size = g_format_size_full (available, G_FORMAT_SIZE_IEC_UNITS);
  hostel_host_probe_add (report, "space", "storage", _("Free Space"), state,
                         g_strdup_printf (_("%s in %s"), size, directory),
                         _("A cloud image takes about 1 GiB, and its machine grows."),
                         _("Free some space, or use a storage pool on another disk."));
}

static void
probe_osinfo (HostelHostReport *report,
              const char       *root)
{
  gboolean exists = hostel_host_probe_exists (root, "/usr/share/osinfo/os");

  hostel_host_probe_add (report, "osinfo", "storage", _("List of Operating Systems"),
                         exists ? HOSTEL_CHECK_STATE_GOOD : HOSTEL_CHECK_STATE_NOTE,
                         g_strdup (exists ? "/usr/share/osinfo/os" : _("no /usr/share/osinfo/os")),
                         _("By it an image's system is known, and what it needs."),
                         _("Install osinfo-db."));
}

static void
probe_security (HostelHostReport *report,
                const char       *root)
{
  g_autofree char *apparmor = hostel_host_probe_read (root, "/sys/module/apparmor/parameters/enabled");
  g_autofree char *selinux = hostel_host_probe_read (root, "/sys/fs/selinux/enforce");

  if (selinux)
    hostel_host_probe_add (report, "confinement", "security", _("Confinement"),
                           HOSTEL_CHECK_STATE_GOOD,
                           g_strdup_printf ("SELinux, /sys/fs/selinux/enforce = %.1s", selinux),
                           NULL, NULL);
  else if (apparmor && *apparmor == 'Y')
    hostel_host_probe_add (report, "confinement", "security", _("Confinement"),
                           HOSTEL_CHECK_STATE_GOOD,
                           g_strdup ("AppArmor, /sys/module/apparmor/parameters/enabled = Y"),
                           NULL, NULL);
  else
    hostel_host_probe_add (report, "confinement", "security", _("Confinement"),
                           HOSTEL_CHECK_STATE_NOTE, g_strdup (_("neither SELinux nor AppArmor")),
                           _("They keep a machine that broke out of QEMU away from the rest."),
                           NULL);
}

/*< private >
 * hostel_host_probe_resources:
 * @report: where to add the checks
 * @root: "/" or a fixture's directory
 *
 * What the host has installed, and how much memory and space is left.
 */
void
hostel_host_probe_resources (HostelHostReport *report,
                             const char       *root)
{
  probe_network (report, root);
  probe_space (report, root);
  probe_osinfo (report, root);
  probe_emulator (report, root);
  probe_qemu_img (report, root);
  probe_firmware (report, root);
  probe_memory (report, root);
  probe_security (report, root);
}
