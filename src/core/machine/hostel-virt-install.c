/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "hostel-virt-install"

#include "config.h"

#include <string.h>

#include <glib/gi18n.h>

#include "hostel-os-list.h"
#include "hostel-virt-install.h"

static void
add (GString    *command,
     const char *option,
     const char *format,
     ...) G_GNUC_PRINTF (3, 4);

static void
add (GString    *command,
     const char *option,
     const char *format,
     ...)
{
  g_autofree char *value = NULL;
  g_autofree char *quoted = NULL;
  va_list args;

  va_start (args, format);
  value = g_strdup_vprintf (format, args);
  va_end (args);

  /* Quotes only where the shell needs them. */
  if (*value != '\0' && strspn (value, G_CSET_a_2_z G_CSET_A_2_Z "0123456789_-+=:,./@%") == strlen (value))
    quoted = g_strdup (value);
  else
    quoted = g_shell_quote (value);

  g_string_append_printf (command, " \\\n  %s %s", option, quoted);
}

/* virt-install's suboptions end at a comma; two stand for one. */
static char *
escape_commas (const char *text)
{
  g_auto (GStrv) parts = g_strsplit (text, ",", -1);

  return g_strjoinv (",,", parts);
}

/* A new disk, and the disc that installs on it. */
static void
add_installation (GString           *command,
                  HostelMachineSpec *spec,
                  const char        *host_arch)
{
  guint64 size = hostel_machine_spec_get_disk_size (spec);
  g_autofree char *path =
    escape_commas (hostel_image_get_path (hostel_machine_spec_get_image (spec)));
  const HostelInstallerFiles *files = hostel_machine_spec_get_serial_installer (spec);
  char number[G_ASCII_DTOSTR_BUF_SIZE];
  g_autofree char *line = NULL;

  if (size == 0)
    size = HOSTEL_MACHINE_SPEC_INSTALL_DISK;
  g_ascii_formatd (number, sizeof number, "%.10g", (double) size / (double) (1 << 30));
  add (command, "--disk", "size=%s,bus=virtio", number);
  if (files == NULL)
    {
      add (command, "--cdrom", "%s", path);
      return;
    }

  line = hostel_installer_dup_command_line (host_arch);
  add (command, "--location", "%s,kernel=%s,initrd=%s", path, files->kernel, files->initrd);
  add (command, "--extra-args", "%s", line);
}

static void
add_disks (GString           *command,
           HostelMachineSpec *spec,
           const char        *host_arch)
{
  HostelImage *image = hostel_machine_spec_get_image (spec);
  const char *format = "qcow2";
  g_autofree char *path = NULL;
  guint64 size;
  guint64 gib = G_GUINT64_CONSTANT (1) << 30;

  if (hostel_machine_spec_is_installation (spec))
    {
      add_installation (command, spec, host_arch);
      return;
    }

  if (image != NULL)
    {
      char number[G_ASCII_DTOSTR_BUF_SIZE];

      if (hostel_image_get_format (image) == HOSTEL_IMAGE_FORMAT_RAW)
        format = "raw";
      size = MAX (hostel_machine_spec_get_disk_size (spec), hostel_image_get_virtual_size (image));
      path = escape_commas (hostel_image_get_path (image));
      /* virt-install counts in GiB, and with a file that exists it ignores size: only an overlay
       * is as large as asked. */
      g_ascii_formatd (number, sizeof number, "%.10g", (double) size / (double) gib);
      add (command, "--disk", "size=%s,backing_store=%s,backing_format=%s,bus=virtio%s",
           number, path, format,
           hostel_image_get_sector_size (image) == 512
             ? "" : ",blockio.logical_block_size=4096,blockio.physical_block_size=4096");
    }

  /* Not by --cloud-init: its seed is a SATA CD-ROM, for which some cloud kernels have no driver,
   * and it is gone after the first boot. */
  add (command, "--disk", "path=seed.iso,device=disk,bus=virtio,format=raw,readonly=on");
}

static void
add_network (GString           *command,
             HostelMachineSpec *spec,
             gboolean           session)
{
  g_autofree char *network = NULL;

  switch (hostel_machine_spec_get_network_kind (spec))
    {
    case HOSTEL_NETWORK_KIND_NETWORK:
      network = escape_commas (hostel_machine_spec_get_network (spec));
      add (command, "--network", "network=%s,model=virtio", network);
      break;

    case HOSTEL_NETWORK_KIND_AUTOMATIC:
      if (session)
        add (command, "--network", "user,model=virtio");
      else
        add (command, "--network", "network=default,model=virtio");
      break;

    case HOSTEL_NETWORK_KIND_USER:
      add (command, "--network", "user,model=virtio");
      break;

    case HOSTEL_NETWORK_KIND_NONE:
    default:
      add (command, "--network", "none");
      break;
    }
}

/* Detection does not look into a disk image: the system must be named, and by a name that is in the
 * same database as ours. */
static const char *
get_osinfo (HostelMachineSpec *spec)
{
  const char *id = hostel_machine_spec_get_os_id (spec);
  HostelOs *os = *id != '\0' ? hostel_os_list_lookup (hostel_os_list_get_default (), id) : NULL;

  return os != NULL && !hostel_os_is_newer (os) ? hostel_os_get_short_id (os) : "linux2022";
}

static char *
quote (const char *text)
{
  return g_shell_quote (text);
}

static void
add_seed (GString           *command,
          HostelMachineSpec *spec)
{
  g_autofree char *hostname = hostel_machine_spec_dup_local_hostname (spec);
  g_autofree char *quoted_hostname = quote (hostname);
  g_autofree char *instance_id = quote (hostel_machine_spec_get_uuid (spec));

  g_string_append_printf (command, "# %s\n", _("Save the user-data as “user-data” first."));
  g_string_append_printf (command,
                          "printf 'instance-id: %%s\\nlocal-hostname: %%s\\n' %s %s > meta-data\n",
                          instance_id, quoted_hostname);
  g_string_append (command,
                   "xorrisofs -quiet -output seed.iso -volid cidata -joliet -rock "
                   "user-data meta-data\n");
}

/**
 * hostel_machine_spec_dup_virt_install_command:
 * @spec: what would be created
 * @uri: the libvirt URI of the host
 * @session: whether that is a user's session
 * @kvm: whether the host has KVM
 *
 * The same machine by virt-install, with the pitfalls of the usual command avoided: an overlay, so
 * that the disk has its size; the system by name; and the seed as a disk that stays. As few people
 * have one program for the seed, xorrisofs makes it of the files user-data and meta-data.
 *
 * @host_arch: the host's architecture, "" where it is not known
 *
 * Returns: (transfer full): lines for a shell, to be run where the user-data was saved
 */
char *
hostel_machine_spec_dup_virt_install_command (HostelMachineSpec *spec,
                                              const char        *uri,
                                              gboolean           session,
                                              gboolean           kvm,
                                              const char        *host_arch)
{
  gboolean installation;
  GString *command;

  g_return_val_if_fail (HOSTEL_IS_MACHINE_SPEC (spec), NULL);
  g_return_val_if_fail (uri != NULL, NULL);

  installation = hostel_machine_spec_is_installation (spec);
  command = g_string_new (NULL);
  if (!installation)
    add_seed (command, spec);
  g_string_append (command, "virt-install");

  add (command, "--connect", "%s", uri);
  add (command, "--name", "%s", hostel_machine_spec_get_name (spec));
  add (command, "--uuid", "%s", hostel_machine_spec_get_uuid (spec));
  add (command, "--memory", "%u", hostel_machine_spec_get_memory (spec));
  add (command, "--vcpus", "%u", hostel_machine_spec_get_vcpus (spec));
  if (!kvm)
    add (command, "--virt-type", "qemu");
  add (command, "--osinfo", "name=%s", get_osinfo (spec));
  if (!installation)
    g_string_append (command, " \\\n  --import");
  if (hostel_machine_spec_get_firmware (spec) == HOSTEL_FIRMWARE_EFI)
    add (command, "--boot", "uefi");
  add_disks (command, spec, host_arch);
  if (!installation)
    add (command, "--sysinfo", "system.serial=ds=nocloud");
  add_network (command, spec, session);
  add (command, "--graphics",
       installation && hostel_machine_spec_get_serial_installer (spec) == NULL ? "vnc" : "none");
  add (command, "--serial", "pty");
  add (command, "--console", "pty,target_type=virtio");
  g_string_append_c (command, '\n');

  return g_string_free (command, FALSE);
}
