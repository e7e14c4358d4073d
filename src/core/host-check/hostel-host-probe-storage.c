/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "hostel-host-probe"

#include "config.h"

#include "hostel-host-probe.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include <glib/gi18n.h>
#include <glib/gstdio.h>

#define GIB (G_GUINT64_CONSTANT (1) << 30)
#define SYSTEM_POOL "/var/lib/libvirt/images"
#define YEAR (365 * 24 * 3600)

static char *
dup_pool_directory (HostelHostProbe *self)
{
  /* Where libvirt puts the pool "default" of the system's and of a user's own connection. */
  if (self->system->uid == 0 || self->system->data_dir == NULL)
    return g_strdup (SYSTEM_POOL);

  return g_build_filename (self->system->data_dir, "libvirt", "images", NULL);
}

/* From files; where libvirt answers, its word replaces this one. */
static void
probe_pool (HostelHostProbe *self)
{
  const char *arguments[] = { "default", NULL };
  g_autofree char *definition = NULL;
  g_autofree char *reason = NULL;

  if (self->system->uid == 0)
    definition = g_strdup ("/etc/libvirt/storage/default.xml");
  else
    definition = g_build_filename (self->system->config_dir ? self->system->config_dir : "/",
                                   "libvirt", "storage", "default.xml", NULL);

  switch (hostel_host_system_find (self->system, definition, &reason))
    {
    case HOSTEL_HOST_FOUND:
      hostel_host_probe_add (self, "pool", HOSTEL_CHECK_STATE_GOOD, NULL, "%s", definition);
      break;
    case HOSTEL_HOST_ABSENT:
      hostel_host_probe_add (self, "pool", HOSTEL_CHECK_STATE_NOTE,
                             hostel_host_remedy_new (HOSTEL_HOST_REMEDY_POOL,
                                                     _("Make it now; else it comes with the first "
                                                       "machine."), _("_Make"), NULL, arguments),
                             _("%s is not there"), definition);
      break;
    case HOSTEL_HOST_UNKNOWN:
    default:
      hostel_host_probe_add (self, "pool", HOSTEL_CHECK_STATE_UNKNOWN, NULL, "%s", reason);
    }
}

/* The user that Debian, Fedora and the others run QEMU as. */
static gboolean
is_qemu_user (HostelHostProbe *self,
              uid_t            uid)
{
  g_autofree char *text = NULL;
  g_auto (GStrv) lines = NULL;

  hostel_host_system_read (self->system, "/etc/passwd", &text, NULL);
  lines = g_strsplit (text ? text : "", "\n", -1);
  for (guint i = 0; lines[i]; i++)
    {
      g_auto (GStrv) fields = g_strsplit (lines[i], ":", 4);

      if (g_strv_length (fields) == 4 &&
          (g_str_equal (fields[0], "qemu") || g_str_equal (fields[0], "libvirt-qemu")) &&
          g_ascii_strtoull (fields[2], NULL, 10) == uid)
        return TRUE;
    }

  return FALSE;
}

static void
probe_pool_path (HostelHostProbe *self)
{
  static const char *steps[] = { "/var", "/var/lib", "/var/lib/libvirt", SYSTEM_POOL };

  for (guint i = 0; i < G_N_ELEMENTS (steps); i++)
    {
      g_autofree char *file = hostel_host_system_dup_path (self->system, steps[i]);
      g_autofree char *command = g_strdup_printf ("sudo chmod o+x %s", steps[i]);
      GStatBuf info;

      if (g_stat (file, &info) != 0)
        {
          hostel_host_probe_add (self, "pool-path",
                                 errno == ENOENT ? HOSTEL_CHECK_STATE_NOT_APPLICABLE
                                                 : HOSTEL_CHECK_STATE_UNKNOWN, NULL,
                                 "%s: %s", steps[i], g_strerror (errno));
          return;
        }
      if ((info.st_mode & S_IXOTH) != 0 ||
          ((info.st_mode & S_IXUSR) != 0 && is_qemu_user (self, info.st_uid)))
        continue;

      hostel_host_probe_add (self, "pool-path", HOSTEL_CHECK_STATE_WARNING,
                             hostel_host_remedy_new (HOSTEL_HOST_REMEDY_COMMAND,
                                                     _("Let others pass through that folder."), NULL,
                                                     command, NULL),
                             _("%s: mode %04o, closed to QEMU’s user"), steps[i],
                             (guint) info.st_mode & 07777);
      return;
    }

  hostel_host_probe_add (self, "pool-path", HOSTEL_CHECK_STATE_GOOD, NULL,
                         _("every folder on the way to %s can be passed"), SYSTEM_POOL);
}

/* Magic numbers of statfs(2). */
static const struct
{
  guint64           type;
  const char       *name;
  HostelCheckState  state;
} file_systems[] = {
  { 0xef53, "ext4", HOSTEL_CHECK_STATE_GOOD },
  { 0x58465342, "XFS", HOSTEL_CHECK_STATE_GOOD },
  { 0x9123683e, "Btrfs", HOSTEL_CHECK_STATE_NOTE },
  { 0x2fc12fc1, "ZFS", HOSTEL_CHECK_STATE_GOOD },
  { 0xf2f52010, "F2FS", HOSTEL_CHECK_STATE_GOOD },
  { 0x794c7630, "overlay", HOSTEL_CHECK_STATE_NOTE },
  { 0x01021994, "tmpfs", HOSTEL_CHECK_STATE_WARNING },
  { 0x6969, "NFS", HOSTEL_CHECK_STATE_NOTE },
  { 0x65735546, "FUSE", HOSTEL_CHECK_STATE_NOTE },
};

static void
probe_file_system (HostelHostProbe       *self,
                   const char            *directory,
                   const HostelHostSpace *space)
{
  for (guint i = 0; i < G_N_ELEMENTS (file_systems); i++)
    {
      const char *text = _("Keep the pool on a local disk.");
      gboolean btrfs = g_str_equal (file_systems[i].name, "Btrfs");
      gboolean memory = g_str_equal (file_systems[i].name, "tmpfs");

      if (file_systems[i].type != space->type)
        continue;

      if (btrfs)
        text = _("libvirt turns copy-on-write off for a pool that it makes; for an older one: "
                 "chattr +C, before disks are in it.");
      else if (memory)
        text = _("Disks here are lost when the computer is turned off: use another pool.");
      hostel_host_probe_add (self, "file-system", file_systems[i].state,
                             hostel_host_probe_advise (text), "%s: %s", directory,
                             file_systems[i].name);
      return;
    }

  hostel_host_probe_add (self, "file-system", HOSTEL_CHECK_STATE_GOOD, NULL,
                         _("%s: type 0x%x"), directory, (guint) space->type);
}

static void
probe_space (HostelHostProbe *self)
{
  g_autofree char *directory = dup_pool_directory (self);
  g_autofree char *size = NULL;
  HostelCheckState state = HOSTEL_CHECK_STATE_GOOD;
  HostelHostSpace space;
  int code = hostel_host_system_get_space (self->system, directory, &space);

  if (code != 0)
    {
      hostel_host_probe_add (self, "space", HOSTEL_CHECK_STATE_UNKNOWN, NULL, "%s: %s", directory,
                             g_strerror (code));
      hostel_host_probe_add (self, "file-system", HOSTEL_CHECK_STATE_UNKNOWN, NULL, "%s: %s",
                             directory, g_strerror (code));
      return;
    }

  if (space.available < 2 * GIB || (space.inodes > 0 && space.inodes_free < 100))
    state = HOSTEL_CHECK_STATE_WARNING;
  else if (space.available < 10 * GIB)
    state = HOSTEL_CHECK_STATE_NOTE;

  size = g_format_size_full (space.available, G_FORMAT_SIZE_IEC_UNITS);
  hostel_host_probe_add (self, "space", state,
                         hostel_host_probe_advise (_("Free some space, or use a storage pool on "
                                                     "another disk.")),
                         space.inodes > 0 && space.inodes_free < 100
                         ? _("%s in %s, but no room for more files") : _("%s in %s"),
                         size, directory);
  probe_file_system (self, directory, &space);
}

/* VERSION has the day of the release, as "20221203" or "v20221203". */
static void
probe_osinfo (HostelHostProbe *self)
{
  const char *path = "/usr/share/osinfo/VERSION";
  g_autofree char *version = hostel_host_system_dup_line (self->system, path);
  g_autoptr (GDateTime) date = NULL;
  guint number;

  if (!hostel_host_system_has (self->system, "/usr/share/osinfo/os"))
    {
      hostel_host_probe_add (self, "osinfo", HOSTEL_CHECK_STATE_NOTE,
                             hostel_host_probe_install (self, HOSTEL_HOST_NEED_OSINFO),
                             _("%s is not there"), "/usr/share/osinfo/os");
      return;
    }

  number = version ? (guint) g_ascii_strtoull (version + (*version == 'v'), NULL, 10) : 0;
  if (number > 20000000 && number < 30000000)
    date = g_date_time_new_utc ((int) number / 10000, (int) number / 100 % 100, (int) number % 100,
                                0, 0, 0);
  if (date == NULL)
    hostel_host_probe_add (self, "osinfo", HOSTEL_CHECK_STATE_UNKNOWN, NULL,
                           _("%s does not tell its date"), path);
  else
    hostel_host_probe_add (self, "osinfo",
                           hostel_host_system_get_now (self->system) - g_date_time_to_unix (date) >
                           YEAR ? HOSTEL_CHECK_STATE_WARNING : HOSTEL_CHECK_STATE_GOOD,
                           hostel_host_remedy_new (HOSTEL_HOST_REMEDY_COMMAND,
                                                   _("Fetch a newer list for yourself; without it "
                                                     "newer systems are not known."), NULL,
                                                   "osinfo-db-import --user --latest", NULL),
                           "%s: %s", path, version);
}

/*< private >
 * hostel_host_probe_storage:
 * @self: a run
 *
 * Where disks are kept, and how much fits.
 */
void
hostel_host_probe_storage (HostelHostProbe *self)
{
  probe_pool (self);
  probe_pool_path (self);
  probe_space (self);
  probe_osinfo (self);
}
