/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "hostel-device-xml-private.h"
#include "hostel-hardware-private.h"

#define MACHINE(type, devices) \
  "<domain><os><type machine='" type "'>hvm</type></os><devices>" devices "</devices></domain>"
#define DISK(target, bus) "<disk type='file' device='disk'><target dev='" target "' bus='" bus "'/></disk>"
#define DRIVE(target, bus) "<disk type='file' device='cdrom'><target dev='" target "' bus='" bus "'/><readonly/></disk>"

static void
assert_bus (const char *stored,
            const char *live,
            const char *device,
            const char *expected)
{
  g_autoptr (xmlDoc) stored_doc = hostel_xml_parse (stored);
  g_autoptr (xmlDoc) live_doc = hostel_xml_parse (live);
  g_autofree char *bus = hostel_device_xml_dup_bus (stored_doc, live_doc, device);

  g_assert_cmpstr (bus, ==, expected);
}

static void
test_bus (void)
{
  static const char scsi[] = MACHINE ("pc-q35-7.2", "<controller type='scsi' model='virtio-scsi'/>");

  assert_bus (MACHINE ("pc-q35-7.2", ""), NULL, "disk", "virtio");
  /* A system without virtio drivers sees what it has drivers for. */
  assert_bus (MACHINE ("pc-q35-7.2", DISK ("sda", "sata")), NULL, "disk", "sata");
  assert_bus (MACHINE ("pc-q35-7.2", DRIVE ("sda", "sata")), NULL, "disk", "virtio");
  assert_bus (MACHINE ("pc-q35-7.2", ""), NULL, "cdrom", "sata");
  assert_bus (MACHINE ("pc-i440fx-7.2", ""), NULL, "cdrom", "ide");
  assert_bus (MACHINE ("virt-7.2", ""), NULL, "cdrom", "scsi");
  assert_bus (MACHINE ("pc-q35-7.2", DRIVE ("sda", "usb")), NULL, "cdrom", "usb");
  assert_bus (scsi, scsi, "cdrom", "scsi");
  assert_bus (NULL, scsi, "disk", "virtio");
}

static void
assert_target (const char *stored,
               const char *live,
               const char *bus,
               const char *expected)
{
  g_autoptr (xmlDoc) stored_doc = hostel_xml_parse (stored);
  g_autoptr (xmlDoc) live_doc = hostel_xml_parse (live);
  g_autofree char *target = hostel_device_xml_dup_target (stored_doc, live_doc, bus);

  g_assert_cmpstr (target, ==, expected);
}

/* Neither what runs nor what will run may have it. */
static void
test_target (void)
{
  g_autoptr (GString) many = g_string_new ("<domain><devices>");

  assert_target (MACHINE ("pc", DISK ("vda", "virtio")), NULL, "virtio", "vdb");
  assert_target (MACHINE ("pc", DISK ("vda", "virtio") DISK ("vdc", "virtio")),
                 MACHINE ("pc", DISK ("vda", "virtio") DISK ("vdb", "virtio")), "virtio", "vdd");
  assert_target (MACHINE ("pc", DISK ("sda", "sata")), NULL, "scsi", "sdb");
  assert_target (MACHINE ("pc", ""), NULL, "ide", "hda");
  assert_target (MACHINE ("pc", ""), NULL, "xen", NULL);

  for (int i = 0; i < 26; i++)
    g_string_append_printf (many, "<disk><target dev='vd%c'/></disk>", 'a' + i);
  g_string_append (many, "</devices></domain>");
  assert_target (many->str, NULL, "virtio", "vdaa");
}

static void
test_disk (void)
{
  g_autofree char *disk =
    hostel_device_xml_dup_disk (&(HostelDiskSpec) { .device = "disk", .path = "/a&b/<c>'\".qcow2", .format = "qcow2",
                                                    .bus = "virtio", .target = "vdb" });
  g_autofree char *drive = hostel_device_xml_dup_disk (&(HostelDiskSpec) { .device = "cdrom", .format = "raw",
                                                                           .bus = "sata", .target = "sda" });
  g_autoptr (xmlDoc) doc = hostel_xml_parse (disk);
  g_autofree char *path = hostel_xml_dup_string (doc, NULL, "/disk/source/@file");

  g_assert_cmpstr (path, ==, "/a&b/<c>'\".qcow2");
  g_assert_null (strstr (drive, "<source"));
  g_assert_nonnull (strstr (drive, "<readonly/>"));
}

/* All that others wrote into a device stays. */
static void
test_change (void)
{
  g_autoptr (xmlDoc) doc =
    hostel_xml_parse ("<domain xmlns:q='urn:q'><devices>"
                      "<disk type='file' device='cdrom'><driver name='qemu' type='raw' cache='none'/>"
                      "<source file='/old.iso' index='3'/><backingStore/><target dev='sda' bus='sata' tray='open'/>"
                      "<readonly/><alias name='ua-mine'/><q:own/></disk>"
                      "<interface type='network'><mac address='52:54:00:00:00:01'/><source network='a' bridge='b'/>"
                      "<target dev='vnet3'/><model type='virtio'/><link state='down'/><mtu size='1400'/>"
                      "<boot order='2'/></interface></devices></domain>");
  xmlNode *disk = hostel_hardware_find_node (doc, "sda", NULL);
  xmlNode *nic = hostel_hardware_find_node (doc, "52:54:00:00:00:01", NULL);
  g_autofree char *empty = hostel_device_xml_dup_medium (disk, NULL, FALSE);
  g_autofree char *other = hostel_device_xml_dup_medium (disk, "/dev/sr0", TRUE);
  g_autofree char *up = hostel_device_xml_dup_link (nic, TRUE);
  g_autofree char *user = hostel_device_xml_dup_connection (nic, "user", NULL);

  g_assert_null (strstr (empty, "old.iso"));
  for (guint i = 0; i < 2; i++)
    {
      const char *text = i == 0 ? empty : other;

      g_assert_nonnull (strstr (text, "cache=\"none\""));
      g_assert_nonnull (strstr (text, "ua-mine"));
      g_assert_nonnull (strstr (text, "tray=\"open\""));
      g_assert_nonnull (strstr (text, "urn:q"));
    }
  g_assert_nonnull (strstr (other, "type=\"block\""));
  g_assert_nonnull (strstr (other, "<source dev=\"/dev/sr0\"/>"));
  g_assert_null (strstr (up, "down"));
  g_assert_nonnull (strstr (up, "vnet3"));
  g_assert_null (strstr (user, "vnet3"));
  g_assert_null (strstr (user, "<source"));
  g_assert_nonnull (strstr (user, "1400"));
  g_assert_nonnull (strstr (user, "state=\"down\""));
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/device-xml/bus", test_bus);
  g_test_add_func ("/device-xml/target", test_target);
  g_test_add_func ("/device-xml/disk", test_disk);
  g_test_add_func ("/device-xml/change", test_change);

  return g_test_run ();
}
