/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "hostel-domain-xml"

#include "config.h"

#include <glib/gi18n.h>

#include "hostel-boot-report.h"
#include "hostel-domain-metadata.h"
#include "hostel-domain-xml.h"
#include "hostel-error.h"
#include "hostel-ssh-key.h"
#include "hostel-xml.h"

/* PCI Express devices that can still be plugged in while the machine runs. */
#define SPARE_PORTS 2

typedef struct
{
  HostelMachineSpec         *spec;    /* borrowed, as all */
  HostelHostFacts           *facts;
  const HostelDomainVolumes *volumes;
  gboolean                   x86;
  gboolean                   installation; /* from a disc */
} Context;

static xmlNodePtr add (xmlNodePtr  parent,
                       const char *name,
                       ...) G_GNUC_NULL_TERMINATED;

/* A child element with attributes: name, value, name, value, NULL. */
static xmlNodePtr
add (xmlNodePtr  parent,
     const char *name,
     ...)
{
  xmlNodePtr node = xmlNewChild (parent, NULL, BAD_CAST name, NULL);
  const char *key;
  va_list args;

  va_start (args, name);
  while ((key = va_arg (args, const char *)))
    xmlNewProp (node, BAD_CAST key, BAD_CAST va_arg (args, const char *));
  va_end (args);

  return node;
}

/* xmlNewTextChild escapes, xmlNewChild would read entities in @text. */
static xmlNodePtr
add_text (xmlNodePtr  parent,
          const char *name,
          const char *text)
{
  return xmlNewTextChild (parent, NULL, BAD_CAST name, BAD_CAST text);
}

static xmlNodePtr
add_number (xmlNodePtr  parent,
            const char *name,
            guint64     number)
{
  g_autofree char *text = g_strdup_printf ("%" G_GUINT64_FORMAT, number);

  return add_text (parent, name, text);
}

static gboolean
has_serial_installer (const Context *context)
{
  return hostel_machine_spec_get_serial_installer (context->spec) != NULL;
}

/* Many installers draw: without a screen nothing would be seen of them. */
static gboolean
has_graphics (const Context *context)
{
  return (context->installation && !has_serial_installer (context)) ||
         hostel_machine_spec_get_graphics (context->spec);
}

/* The one family of systems in libosinfo's database that installs on neither a virtio disk nor a
 * virtio network card; drivers for both are a download of their own. */
static gboolean
knows_virtio (const Context *context)
{
  const char *os_id = hostel_machine_spec_get_os_id (context->spec);
  HostelOs *os = hostel_os_list_lookup (hostel_os_list_get_default (), os_id);

  return !context->installation || !context->x86 || os == NULL ||
         !g_str_equal (hostel_os_get_distro (os), "win");
}

static HostelNetworkKind
resolve_network (const Context *context)
{
  HostelNetworkKind kind = hostel_machine_spec_get_network_kind (context->spec);

  if (kind != HOSTEL_NETWORK_KIND_AUTOMATIC)
    return kind;

  return hostel_host_facts_get_session (context->facts) ? HOSTEL_NETWORK_KIND_USER
                                                        : HOSTEL_NETWORK_KIND_NETWORK;
}

static gboolean
resolve_efi (const Context *context)
{
  HostelImage *image = hostel_machine_spec_get_image (context->spec);

  switch (hostel_machine_spec_get_firmware (context->spec))
    {
    case HOSTEL_FIRMWARE_EFI:
      return TRUE;
    case HOSTEL_FIRMWARE_BIOS:
      return FALSE;
    case HOSTEL_FIRMWARE_AUTOMATIC:
    default:
      break;
    }

  /* QEMU's "virt" machines have no other firmware. */
  if (g_str_equal (hostel_host_facts_get_machine (context->facts), "virt"))
    return TRUE;

  return context->x86 && image != NULL && hostel_image_get_efi_bootable (image) &&
         !hostel_image_get_bios_bootable (image);
}

static void
add_metadata (const Context *context,
              xmlNodePtr     domain)
{
  xmlNodePtr metadata = add (domain, "metadata", NULL);
  const char *os_id = hostel_machine_spec_get_os_id (context->spec);
  g_autofree char *user = hostel_machine_spec_dup_login_user (context->spec);
  g_autofree char *login_key = NULL;
  xmlNodePtr node;
  xmlNsPtr ns;

  if (os_id != NULL && *os_id != '\0')
    {
      node = add (metadata, "libosinfo", NULL);
      ns = xmlNewNs (node, BAD_CAST HOSTEL_LIBOSINFO_METADATA_URI, BAD_CAST "libosinfo");
      xmlSetNs (node, ns);
      xmlSetNs (add (node, "os", "id", os_id, NULL), ns);
    }

  node = add (metadata, HOSTEL_DOMAIN_METADATA_ELEMENT, NULL);
  xmlSetNs (node, xmlNewNs (node, BAD_CAST HOSTEL_DOMAIN_METADATA_URI,
                            BAD_CAST HOSTEL_DOMAIN_METADATA_PREFIX));
  if ((login_key = hostel_ssh_key_dup_plain (hostel_machine_spec_get_login_key (context->spec))) != NULL)
    xmlNewProp (node, BAD_CAST HOSTEL_DOMAIN_METADATA_LOGIN_KEY, BAD_CAST login_key);
  if (user != NULL)
    xmlNewProp (node, BAD_CAST HOSTEL_DOMAIN_METADATA_USER, BAD_CAST user);
  if (context->volumes->host_key != NULL)
    xmlNewProp (node, BAD_CAST HOSTEL_DOMAIN_METADATA_SSH_HOST_KEY,
                BAD_CAST context->volumes->host_key);
  if (hostel_machine_spec_get_disk_kind (context->spec) == HOSTEL_DISK_KIND_IN_PLACE)
    xmlNewProp (node, BAD_CAST HOSTEL_DOMAIN_METADATA_IN_PLACE, BAD_CAST "yes");
  if (context->volumes->base != NULL)
    xmlNewProp (node, BAD_CAST HOSTEL_DOMAIN_METADATA_BASE, BAD_CAST context->volumes->base);
  if (resolve_network (context) == HOSTEL_NETWORK_KIND_USER && context->volumes->ssh_port != 0)
    {
      g_autofree char *port = g_strdup_printf ("%u", context->volumes->ssh_port);

      xmlNewProp (node, BAD_CAST HOSTEL_DOMAIN_METADATA_SSH_PORT, BAD_CAST port);
    }
}

/* cloud-init's ds-identify takes the system serial number "ds=nocloud" as the word that there is a
 * seed: https://docs.cloud-init.io/en/latest/reference/datasources/nocloud.html */
static void
add_smbios (xmlNodePtr domain)
{
  xmlNodePtr sysinfo = add (domain, "sysinfo", "type", "smbios", NULL);
  xmlNodePtr entry = add_text (add (sysinfo, "system", NULL), "entry", "ds=nocloud");

  xmlNewProp (entry, BAD_CAST "name", BAD_CAST "serial");
}

static gboolean
has_smbios (const Context *context)
{
  return context->x86 || g_str_equal (hostel_host_facts_get_arch (context->facts), "aarch64");
}

/* The disc's own boot loader would start the installer on a screen. */
static void
add_kernel (const Context *context,
            xmlNodePtr     os)
{
  g_autofree char *line =
    hostel_installer_dup_command_line (hostel_host_facts_get_arch (context->facts));

  add_text (os, "kernel", context->volumes->kernel);
  add_text (os, "initrd", context->volumes->initrd);
  add_text (os, "cmdline", line);
}

static void
add_os (const Context *context,
        xmlNodePtr     domain)
{
  const char *machine = hostel_host_facts_get_machine (context->facts);
  gboolean efi = resolve_efi (context);
  xmlNodePtr os = add (domain, "os", NULL);
  xmlNodePtr type;

  if (efi)
    xmlNewProp (os, BAD_CAST "firmware", BAD_CAST "efi");

  type = add_text (os, "type", "hvm");
  xmlNewProp (type, BAD_CAST "arch", BAD_CAST hostel_host_facts_get_arch (context->facts));
  if (*machine != '\0')
    xmlNewProp (type, BAD_CAST "machine", BAD_CAST machine);

  /* A firmware without enrolled keys boots signed and unsigned systems alike. */
  if (efi && context->x86)
    add (add (os, "firmware", NULL), "feature", "enabled", "no", "name", "enrolled-keys", NULL);

  if (has_serial_installer (context))
    add_kernel (context, os);

  /* A new disk does not boot, so that the disc does; after the installation the disk does. */
  add (os, "boot", "dev", "hd", NULL);
  if (context->installation)
    add (os, "boot", "dev", "cdrom", NULL);
  if (has_smbios (context) && !context->installation)
    add (os, "smbios", "mode", "sysinfo", NULL);

  /* SeaBIOS then writes to ttyS0, so that the boot menu and "no bootable device" are seen. */
  if (context->x86 && !efi)
    add (os, "bios", "useserial", "yes", NULL);
}

static void
add_processor (const Context *context,
               xmlNodePtr     domain)
{
  gboolean kvm = hostel_host_facts_get_kvm (context->facts);
  xmlNodePtr features = add (domain, "features", NULL);
  xmlNodePtr clock;

  if (context->x86 || resolve_efi (context))
    add (features, "acpi", NULL);
  if (context->x86)
    add (features, "apic", NULL);

  if (kvm)
    add (domain, "cpu", "mode", "host-passthrough", NULL);
  else if (hostel_host_facts_has_cpu_mode (context->facts, "maximum"))
    add (domain, "cpu", "mode", "maximum", NULL);

  clock = add (domain, "clock", "offset", "utc", NULL);
  if (context->x86)
    {
      add (clock, "timer", "name", "rtc", "tickpolicy", "catchup", NULL);
      add (clock, "timer", "name", "pit", "tickpolicy", "delay", NULL);
      add (clock, "timer", "name", "hpet", "present", "no", NULL);
    }

  add_text (domain, "on_poweroff", "destroy");
  /* Anything else would power the machine off at the first reboot, which cloud images do. Only an
   * installer that was started by its kernel would be started again. */
  add_text (domain, "on_reboot", has_serial_installer (context) ? "destroy" : "restart");
  add_text (domain, "on_crash", "destroy");

  if (context->x86)
    {
      xmlNodePtr pm = add (domain, "pm", NULL);

      add (pm, "suspend-to-mem", "enabled", "no", NULL);
      add (pm, "suspend-to-disk", "enabled", "no", NULL);
    }
}

/* Installers look for a CD-ROM, and have drivers for all. */
static void
add_medium (const Context *context,
            xmlNodePtr     devices)
{
  xmlNodePtr disk = add (devices, "disk", "type", "file", "device", "cdrom", NULL);

  add (disk, "driver", "name", "qemu", "type", "raw", NULL);
  add (disk, "source", "file", context->volumes->medium, NULL);
  add (disk, "target", "dev", knows_virtio (context) ? "sda" : "sdb", "bus",
       context->x86 ? "sata" : "scsi", NULL);
  add (disk, "readonly", NULL);
  if (!context->x86)
    add (devices, "controller", "type", "scsi", "model", "virtio-scsi", NULL);
}

/* An image that was made for a disk of 4096-byte sectors has its partitions at other places. */
static void
add_sector_size (const Context *context,
                 xmlNodePtr     disk)
{
  HostelImage *image = hostel_machine_spec_get_image (context->spec);
  g_autofree char *size = NULL;

  if (image == NULL || context->installation || hostel_image_get_sector_size (image) == 512)
    return;

  size = g_strdup_printf ("%u", hostel_image_get_sector_size (image));
  add (disk, "blockio", "logical_block_size", size, "physical_block_size", size, NULL);
}

static void
add_disks (const Context *context,
           xmlNodePtr     devices)
{
  xmlNodePtr disk = add (devices, "disk", "type", "file", "device", "disk", NULL);

  add (disk, "driver", "name", "qemu", "type", context->volumes->disk_format, "discard", "unmap",
       "detect_zeroes", "unmap", NULL);
  add (disk, "source", "file", context->volumes->disk, NULL);
  add_sector_size (context, disk);
  if (knows_virtio (context))
    add (disk, "target", "dev", "vda", "bus", "virtio", NULL);
  else
    add (disk, "target", "dev", "sda", "bus", "sata", NULL);

  if (context->installation)
    {
      add_medium (context, devices);
      return;
    }

  /* A virtio disk and no CD-ROM: kernels of cloud images have no SATA driver, or find it too late.
   * cloud-init looks for the label on any block device. */
  disk = add (devices, "disk", "type", "file", "device", "disk", NULL);
  add (disk, "driver", "name", "qemu", "type", "raw", NULL);
  add (disk, "source", "file", context->volumes->seed, NULL);
  add (disk, "target", "dev", "vdb", "bus", "virtio", NULL);
  add (disk, "readonly", NULL);
  add_text (disk, "serial", "cidata");
}

static void
add_controllers (const Context *context,
                 xmlNodePtr     devices)
{
  /* disk, seed, network, serial, balloon, rng; then video and two input devices */
  guint ports = (has_graphics (context) ? 9 : 6) + SPARE_PORTS;

  if (!g_str_equal (hostel_host_facts_get_arch (context->facts), "s390x"))
    add (devices, "controller", "type", "usb", "model", "none", NULL);

  /* libvirt would add a dozen: each costs QEMU's start and the guest's boot. */
  if (context->x86 || g_str_equal (hostel_host_facts_get_machine (context->facts), "virt"))
    {
      add (devices, "controller", "type", "pci", "index", "0", "model", "pcie-root", NULL);
      for (guint i = 1; i <= ports; i++)
        {
          g_autofree char *index = g_strdup_printf ("%u", i);

          add (devices, "controller", "type", "pci", "index", index, "model", "pcie-root-port",
               NULL);
        }
    }
}

static void
add_port_forward (const Context *context,
                  xmlNodePtr     interface)
{
  g_autofree char *port = g_strdup_printf ("%u", context->volumes->ssh_port);
  xmlNodePtr forward;

  if (context->volumes->ssh_port == 0)
    return;

  forward = add (interface, "portForward", "proto", "tcp", "address", "127.0.0.1", NULL);
  add (forward, "range", "start", port, "to", "22", NULL);
}

static void
add_interface (const Context *context,
               xmlNodePtr     devices)
{
  HostelNetworkKind kind = resolve_network (context);
  const char *backend = hostel_host_facts_get_user_network_backend (context->facts);
  const char *network = hostel_machine_spec_get_network (context->spec);
  gboolean user = kind == HOSTEL_NETWORK_KIND_USER;
  xmlNodePtr interface;

  if (kind == HOSTEL_NETWORK_KIND_NONE)
    return;

  interface = add (devices, "interface", "type", user ? "user" : "network", NULL);
  add (interface, "mac", "address", hostel_machine_spec_get_mac (context->spec), NULL);
  if (!user)
    add (interface, "source", "network", network && *network ? network : "default", NULL);
  add (interface, "model", "type", knows_virtio (context) ? "virtio" : "e1000e", NULL);
  if (user && g_str_equal (backend, "passt"))
    {
      add (interface, "backend", "type", "passt", NULL);
      add_port_forward (context, interface);
    }
}

static void
add_channel (const Context *context,
             xmlNodePtr     devices,
             const char    *name)
{
  const char *machine = hostel_machine_spec_get_name (context->spec);
  xmlNodePtr channel;

  /* Without the channel the machine can do less; with it, it could not start. */
  if (!hostel_host_facts_has_room_for_channel (context->facts, machine, name))
    {
      g_debug ("%s: no room for the channel %s", machine, name);
      return;
    }

  channel = add (devices, "channel", "type", "unix", NULL);
  add (channel, "target", "type", "virtio", "name", name, NULL);
}

static void
add_consoles (const Context *context,
              xmlNodePtr     devices)
{
  xmlNodePtr node = add (devices, "serial", "type", "pty", NULL);

  /* What the guest wrote before anybody looked, and what a crashed one wrote last. */
  add (node, "log", "file", context->volumes->serial_log, "append", "on", NULL);
  add (node, "target", "port", "0", NULL);

  node = add (devices, "console", "type", "pty", NULL);
  add (node, "target", "type", "serial", "port", "0", NULL);
  node = add (devices, "console", "type", "pty", NULL);
  add (node, "target", "type", "virtio", "port", "1", NULL);

  add_channel (context, devices, "org.qemu.guest_agent.0");
  add_channel (context, devices, HOSTEL_BOOT_REPORT_CHANNEL);
}

/* Without a listener: the display is handed over as a file descriptor by libvirt. */
static void
add_graphics (xmlNodePtr devices)
{
  xmlNodePtr graphics = add (devices, "graphics", "type", "vnc", NULL);

  add (graphics, "listen", "type", "none", NULL);
  add (add (devices, "video", NULL), "model", "type", "virtio", NULL);
  add (devices, "input", "type", "tablet", "bus", "virtio", NULL);
  add (devices, "input", "type", "keyboard", "bus", "virtio", NULL);
}

static void
add_devices (const Context *context,
             xmlNodePtr     domain)
{
  xmlNodePtr devices = add (domain, "devices", NULL);
  const char *emulator = hostel_host_facts_get_emulator (context->facts);
  xmlNodePtr rng;
  xmlNodePtr backend;

  if (*emulator != '\0')
    add_text (devices, "emulator", emulator);

  add_disks (context, devices);
  add_controllers (context, devices);
  add_interface (context, devices);
  add_consoles (context, devices);
  if (has_graphics (context))
    add_graphics (devices);

  add (devices, "memballoon", "model", "virtio", "freePageReporting", "on", NULL);
  rng = add (devices, "rng", "model", "virtio", NULL);
  backend = add_text (rng, "backend", "/dev/urandom");
  xmlNewProp (backend, BAD_CAST "model", BAD_CAST "random");
}

static void
add_memory (const Context *context,
            xmlNodePtr     domain)
{
  guint memory = hostel_machine_spec_get_memory (context->spec);

  xmlNewProp (add_number (domain, "memory", memory), BAD_CAST "unit", BAD_CAST "MiB");
  xmlNewProp (add_number (domain, "currentMemory", memory), BAD_CAST "unit", BAD_CAST "MiB");
  add_number (domain, "vcpu", hostel_machine_spec_get_vcpus (context->spec));
}

static gboolean
check (const Context  *context,
       GError        **error)
{
  if (resolve_efi (context) && !hostel_host_facts_get_efi (context->facts))
    {
      hostel_error_set (error, HOSTEL_ERROR_HOST_LACKS,
                        _("Install it on that host (on Debian: the package ovmf, on ARM "
                          "qemu-efi-aarch64)."),
                        NULL, _("This machine boots by UEFI, and the host has no UEFI firmware for "
                                "virtual machines."));
      return FALSE;
    }

  return TRUE;
}

/**
 * hostel_domain_xml_build:
 * @spec: what was asked for
 * @facts: what the host can do
 * @volumes: (nullable): where the volumes are; members that are %NULL get a place-holder
 * @error: (out) (optional): %HOSTEL_ERROR_HOST_LACKS where the machine needs a firmware that the
 *   host lacks
 *
 * The one definition of a machine, by libxml2's tree: no connection is needed, nothing is changed.
 * Defaults that libvirt fills in (addresses, aliases, the versioned machine type) are left to it.
 *
 * Returns: (transfer full) (nullable): the domain XML
 */
char *
hostel_domain_xml_build (HostelMachineSpec          *spec,
                         HostelHostFacts            *facts,
                         const HostelDomainVolumes  *volumes,
                         GError                    **error)
{
  HostelDomainVolumes all = {
    .disk = "/DISK.qcow2",
    .disk_format = "qcow2",
    .seed = "/SEED.iso",
    .serial_log = "/SERIAL.log",
    .medium = "/MEDIUM.iso",
    .kernel = "/KERNEL",
    .initrd = "/INITRD",
  };
  Context context = { spec, facts, &all, FALSE, hostel_machine_spec_is_installation (spec) };
  g_autoptr (xmlDoc) doc = NULL;
  xmlNodePtr domain;

  g_return_val_if_fail (HOSTEL_IS_MACHINE_SPEC (spec), NULL);
  g_return_val_if_fail (HOSTEL_IS_HOST_FACTS (facts), NULL);

  if (volumes != NULL)
    {
      all.disk = volumes->disk ? volumes->disk : all.disk;
      all.disk_format = volumes->disk_format ? volumes->disk_format : all.disk_format;
      all.seed = volumes->seed ? volumes->seed : all.seed;
      all.serial_log = volumes->serial_log ? volumes->serial_log : all.serial_log;
      all.medium = volumes->medium ? volumes->medium : all.medium;
      all.kernel = volumes->kernel ? volumes->kernel : all.kernel;
      all.initrd = volumes->initrd ? volumes->initrd : all.initrd;
      all.base = volumes->base;
      all.ssh_port = volumes->ssh_port;
      all.host_key = volumes->host_key;
    }
  context.x86 = g_str_equal (hostel_host_facts_get_arch (facts), "x86_64");

  if (!check (&context, error))
    return NULL;

  doc = xmlNewDoc (BAD_CAST "1.0");
  domain = xmlNewNode (NULL, BAD_CAST "domain");
  xmlDocSetRootElement (doc, domain);
  xmlNewProp (domain, BAD_CAST "type", BAD_CAST hostel_host_facts_get_domain_type (facts));

  add_text (domain, "name", hostel_machine_spec_get_name (spec));
  add_text (domain, "uuid", hostel_machine_spec_get_uuid (spec));
  add_metadata (&context, domain);
  add_memory (&context, domain);
  if (has_smbios (&context) && !context.installation)
    add_smbios (domain);
  add_os (&context, domain);
  add_processor (&context, domain);
  add_devices (&context, domain);

  return hostel_xml_to_string (doc);
}

/**
 * hostel_domain_xml_uses_user_network:
 *
 * Returns: whether the machine's network is user-mode, which no address of its own reaches: it
 *   needs a port of the host
 */
gboolean
hostel_domain_xml_uses_user_network (HostelMachineSpec *spec,
                                     HostelHostFacts   *facts)
{
  const HostelDomainVolumes none = { NULL, };
  const Context context = { spec, facts, &none, FALSE };

  g_return_val_if_fail (HOSTEL_IS_MACHINE_SPEC (spec), FALSE);
  g_return_val_if_fail (HOSTEL_IS_HOST_FACTS (facts), FALSE);

  return resolve_network (&context) == HOSTEL_NETWORK_KIND_USER;
}

/**
 * hostel_domain_xml_get_network:
 *
 * Returns: (nullable): the libvirt network that the machine needs, %NULL where it needs none
 */
const char *
hostel_domain_xml_get_network (HostelMachineSpec *spec,
                               HostelHostFacts   *facts)
{
  const HostelDomainVolumes none = { NULL, };
  const Context context = { spec, facts, &none, FALSE };
  const char *network;

  g_return_val_if_fail (HOSTEL_IS_MACHINE_SPEC (spec), NULL);
  g_return_val_if_fail (HOSTEL_IS_HOST_FACTS (facts), NULL);

  if (resolve_network (&context) != HOSTEL_NETWORK_KIND_NETWORK)
    return NULL;

  network = hostel_machine_spec_get_network (spec);

  return network != NULL && *network != '\0' ? network : "default";
}
