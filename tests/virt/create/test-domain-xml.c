/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <glib/gstdio.h>
#include <string.h>

#include "disc-builder.h"
#include "hostel-boot-report.h"
#include "hostel-domain-metadata.h"
#include "hostel-domain-xml.h"
#include "hostel-error.h"
#include "hostel-virt-install.h"
#include "hostel-xml.h"
#include "image-builder.h"

#define LOGIN_KEY "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIKPbcs9sa2DAbEFPiPB9nhsn6A+vsU+ZY6lqyE2DshQ2"

static const HostelDomainVolumes volumes = {
  .disk = "/pool/a \"b\" & <c>.qcow2",
  .seed = "/pool/seed.iso",
  .serial_log = "/pool/serial.log",
  .medium = "/pool/hostel-base-5678.raw",
  .kernel = "/pool/web-kernel",
  .initrd = "/pool/web-initrd",
  .base = "hostel-base-1234.qcow2",
  .ssh_port = 22022,
};

static HostelHostFacts *
new_facts (const char *arch,
           gboolean    kvm,
           gboolean    session,
           gboolean    passt,
           gboolean    efi)
{
  g_autofree char *capabilities =
    g_strdup_printf ("<capabilities><host><cpu><arch>%s</arch></cpu></host><guest>"
                     "<os_type>hvm</os_type><arch name='%s'><emulator>/usr/bin/qemu-system-%s"
                     "</emulator><domain type='qemu'/>%s</arch></guest></capabilities>",
                     arch, arch, arch, kvm ? "<domain type='kvm'/>" : "");
  g_autofree char *domain =
    g_strdup_printf ("<domainCapabilities><os><enum name='firmware'>%s</enum></os><cpu>"
                     "<mode name='maximum' supported='yes'/></cpu></domainCapabilities>",
                     efi ? "<value>efi</value>" : "");
  const HostelHostData data = {
    .uri = session ? "qemu:///session" : "qemu:///system",
    .capabilities = capabilities,
    .domain_capabilities = domain,
    .session = session,
    .has_passt = passt,
    .version = 9000000,
  };
  g_autoptr (GError) error = NULL;
  HostelHostFacts *facts = hostel_host_facts_new_from_data (&data, &error);

  g_assert_no_error (error);

  return facts;
}

static HostelMachineSpec *
new_spec (const char *name)
{
  HostelMachineSpec *spec = hostel_machine_spec_new ();
  g_autoptr (HostelCloudUser) user = hostel_cloud_user_new ("alice");

  hostel_machine_spec_set_name (spec, name);
  hostel_machine_spec_set_memory (spec, 1536);
  hostel_machine_spec_set_vcpus (spec, 3);
  hostel_machine_spec_set_os_id (spec, "http://debian.org/debian/12");
  hostel_cloud_config_add_user (hostel_machine_spec_get_cloud_config (spec), user);
  g_object_set (spec, "login-key", LOGIN_KEY " hostel", NULL);

  return spec;
}

static xmlDocPtr
build (HostelMachineSpec *spec,
       HostelHostFacts   *facts)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *xml = hostel_domain_xml_build (spec, facts, &volumes, &error);
  xmlDocPtr doc;

  g_assert_no_error (error);
  doc = hostel_xml_parse (xml);
  g_assert_nonnull (doc);

  return doc;
}

static void
assert_text (xmlDocPtr   doc,
             const char *xpath,
             const char *expected)
{
  g_autofree char *text = hostel_xml_dup_string (doc, NULL, xpath);

  if (g_strcmp0 (text, expected) != 0)
    g_error ("%s is %s and not %s", xpath, text ? text : "not there", expected);
}

static guint
count (xmlDocPtr   doc,
       const char *xpath)
{
  g_autoptr (GPtrArray) nodes = hostel_xml_find_nodes (doc, xpath);

  return nodes->len;
}

static void
test_machine (void)
{
  g_autoptr (HostelMachineSpec) spec = new_spec ("fedora01");
  g_autoptr (HostelHostFacts) facts = new_facts ("x86_64", FALSE, FALSE, FALSE, FALSE);
  g_autoptr (xmlDoc) doc = build (spec, facts);
  g_autoptr (HostelDomainMetadata) metadata = NULL;

  assert_text (doc, "/domain/@type", "qemu");
  assert_text (doc, "/domain/name", "fedora01");
  assert_text (doc, "/domain/uuid", hostel_machine_spec_get_uuid (spec));
  assert_text (doc, "/domain/memory[@unit='MiB']", "1536");
  assert_text (doc, "/domain/vcpu", "3");
  assert_text (doc, "/domain/cpu/@mode", "maximum");
  assert_text (doc, "/domain/os/type/@machine", "q35");
  assert_text (doc, "/domain/os/bios/@useserial", "yes");
  assert_text (doc, "/domain/on_reboot", "restart");
  assert_text (doc, "/domain/sysinfo/system/entry[@name='serial']", "ds=nocloud");
  assert_text (doc, "/domain/os/smbios/@mode", "sysinfo");

  /* The seed is a read-only virtio disk that cloud kernels can see, and no CD-ROM. */
  assert_text (doc, "//disk[1]/source/@file", volumes.disk);
  assert_text (doc, "//disk[1]/driver/@type", "qcow2");
  assert_text (doc, "//disk[1]/driver/@discard", "unmap");
  assert_text (doc, "//disk[2]/source/@file", volumes.seed);
  assert_text (doc, "//disk[2]/target/@bus", "virtio");
  assert_text (doc, "//disk[2]/serial", "cidata");
  g_assert_cmpuint (count (doc, "//disk[2]/readonly"), ==, 1);
  g_assert_cmpuint (count (doc, "//disk[@device='cdrom']"), ==, 0);

  assert_text (doc, "//interface/@type", "network");
  assert_text (doc, "//interface/source/@network", "default");
  assert_text (doc, "//interface/mac/@address", hostel_machine_spec_get_mac (spec));
  assert_text (doc, "//serial/log/@file", volumes.serial_log);
  assert_text (doc, "//serial/log/@append", "on");
  assert_text (doc, "//console[2]/target/@type", "virtio");
  g_assert_cmpuint (count (doc, "//channel/target[@name='" HOSTEL_BOOT_REPORT_CHANNEL "']"), ==, 1);
  g_assert_cmpuint (count (doc, "//channel/target[@name='org.qemu.guest_agent.0']"), ==, 1);
  assert_text (doc, "//memballoon/@freePageReporting", "on");
  assert_text (doc, "//controller[@type='usb']/@model", "none");
  g_assert_cmpuint (count (doc, "//graphics | //video"), ==, 0);
  g_assert_cmpuint (count (doc, "//controller[@model='pcie-root-port']"), <=, 8);

  metadata = hostel_domain_metadata_read (xmlDocGetRootElement (doc));
  g_assert_cmpstr (metadata->os_id, ==, "http://debian.org/debian/12");
  g_assert_cmpstr (metadata->user, ==, "alice");
  g_assert_cmpstr (metadata->login_key, ==, LOGIN_KEY);
  g_assert_cmpstr (metadata->base, ==, volumes.base);
  g_assert_cmpuint (metadata->ssh_port, ==, 0);
}

/* An empty disk and the disc, booted in this order: the disc only until the disk boots. */
static void
test_installation (void)
{
  g_autoptr (GByteArray) bytes = image_build_iso (TRUE, FALSE);
  g_autofree char *dir = g_dir_make_tmp ("hostel-xml-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (dir, "disc.iso", NULL);
  g_autoptr (HostelMachineSpec) spec = new_spec ("web");
  g_autoptr (HostelHostFacts) facts = new_facts ("x86_64", FALSE, FALSE, FALSE, FALSE);
  g_autoptr (HostelImage) image = NULL;
  g_autoptr (xmlDoc) doc = NULL;
  g_autoptr (xmlDoc) windows = NULL;
  g_autofree char *command = NULL;
  g_auto (GStrv) warnings = NULL;

  g_assert_true (g_file_set_contents (path, (const char *) bytes->data, bytes->len, NULL));
  image = hostel_image_new_from_path (path, NULL);
  hostel_machine_spec_set_image (spec, image);
  doc = build (spec, facts);

  assert_text (doc, "/domain/os/boot[1]/@dev", "hd");
  assert_text (doc, "/domain/os/boot[2]/@dev", "cdrom");
  assert_text (doc, "//disk[1]/source/@file", volumes.disk);
  assert_text (doc, "//disk[2]/@device", "cdrom");
  assert_text (doc, "//disk[2]/source/@file", volumes.medium);
  g_assert_cmpuint (count (doc, "//disk[2]/readonly"), ==, 1);
  g_assert_cmpuint (count (doc, "//disk[serial='cidata'] | //sysinfo | //os/smbios"), ==, 0);
  g_assert_cmpuint (count (doc, "//graphics"), ==, 1);
  assert_text (doc, "//disk[1]/target/@bus", "virtio");

  /* A system that brings no virtio drivers. */
  g_assert_true (hostel_os_list_load_sync (hostel_os_list_get_default (), NULL));
  hostel_machine_spec_set_os_id (spec, "win10");
  windows = build (spec, facts);
  assert_text (windows, "//disk[1]/target/@bus", "sata");
  assert_text (windows, "//disk[1]/target/@dev", "sda");
  assert_text (windows, "//disk[2]/target/@dev", "sdb");
  assert_text (windows, "//interface/model/@type", "e1000e");
  hostel_machine_spec_set_os_id (spec, "");

  command = hostel_machine_spec_dup_virt_install_command (spec, "qemu:///system", FALSE, TRUE, "");
  g_assert_nonnull (strstr (command, "--cdrom"));
  g_assert_null (strstr (command, "seed.iso"));
  warnings = hostel_machine_spec_dup_warnings (spec, NULL);
  g_assert_cmpuint (g_strv_length (warnings), ==, 0);
  g_unlink (path);
  g_rmdir (dir);
}

/* By the disc's kernel, in text; asked for of any other disc it changes nothing. */
static void
test_serial_installer (void)
{
  g_autofree char *dir = g_dir_make_tmp ("hostel-xml-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (dir, "disc.iso", NULL);
  g_autoptr (GBytes) bytes = g_bytes_new_static ("file", 4);
  g_autoptr (HostelMachineSpec) spec = new_spec ("web");
  g_autoptr (HostelHostFacts) facts = new_facts ("x86_64", FALSE, FALSE, FALSE, FALSE);
  g_autoptr (HostelHostFacts) arm = new_facts ("aarch64", FALSE, FALSE, FALSE, TRUE);
  g_autoptr (HostelImage) image = NULL;
  g_autoptr (xmlDoc) before = NULL;
  g_autoptr (xmlDoc) doc = NULL;
  g_autoptr (xmlDoc) arm_doc = NULL;
  g_autofree char *command = NULL;

  disc_build (path, "Debian 11.6.0 amd64 n", "install.amd/vmlinuz", bytes, "install.amd/initrd.gz",
              bytes);
  image = hostel_image_new_from_path (path, NULL);
  g_object_set (spec, "serial-installer", TRUE, NULL);
  before = build (spec, facts);
  g_assert_cmpuint (count (before, "//kernel"), ==, 0);

  hostel_machine_spec_set_image (spec, image);
  doc = build (spec, facts);
  assert_text (doc, "/domain/os/kernel", volumes.kernel);
  assert_text (doc, "/domain/os/initrd", volumes.initrd);
  assert_text (doc, "/domain/os/cmdline", "console=ttyS0");
  /* Its reboot would start the installer once more. */
  assert_text (doc, "/domain/on_reboot", "destroy");
  assert_text (doc, "//disk[2]/@device", "cdrom");
  g_assert_cmpuint (count (doc, "//graphics | //video"), ==, 0);

  arm_doc = build (spec, arm);
  assert_text (arm_doc, "/domain/os/cmdline", "console=ttyAMA0");

  command = hostel_machine_spec_dup_virt_install_command (spec, "qemu:///system", FALSE, TRUE, "");
  g_assert_nonnull (strstr (command, ",kernel=install.amd/vmlinuz,initrd=install.amd/initrd.gz"));
  g_assert_nonnull (strstr (command, "--extra-args console=ttyS0"));
  g_assert_nonnull (strstr (command, "--graphics none"));
  g_assert_null (strstr (command, "--cdrom"));

  g_object_set (spec, "serial-installer", FALSE, NULL);
  g_clear_pointer (&doc, xmlFreeDoc);
  doc = build (spec, facts);
  g_assert_cmpuint (count (doc, "//kernel"), ==, 0);
  assert_text (doc, "/domain/on_reboot", "restart");
  g_assert_cmpuint (count (doc, "//graphics"), ==, 1);
  g_unlink (path);
  g_rmdir (dir);
}

static void
test_session (void)
{
  g_autoptr (HostelMachineSpec) spec = new_spec ("web");
  g_autoptr (HostelHostFacts) slirp = new_facts ("x86_64", TRUE, TRUE, FALSE, FALSE);
  g_autoptr (HostelHostFacts) passt = new_facts ("x86_64", TRUE, TRUE, TRUE, FALSE);
  g_autoptr (xmlDoc) doc = build (spec, slirp);
  g_autoptr (HostelDomainMetadata) metadata =
    hostel_domain_metadata_read (xmlDocGetRootElement (doc));

  g_assert_true (hostel_domain_xml_uses_user_network (spec, slirp));
  g_assert_null (hostel_domain_xml_get_network (spec, slirp));
  assert_text (doc, "/domain/@type", "kvm");
  assert_text (doc, "/domain/cpu/@mode", "host-passthrough");
  assert_text (doc, "//interface/@type", "user");
  g_assert_cmpuint (count (doc, "//interface/portForward"), ==, 0);
  g_assert_cmpuint (metadata->ssh_port, ==, volumes.ssh_port);

  xmlFreeDoc (g_steal_pointer (&doc));
  doc = build (spec, passt);
  assert_text (doc, "//interface/backend/@type", "passt");
  assert_text (doc, "//interface/portForward[@address='127.0.0.1']/range/@start", "22022");
  assert_text (doc, "//interface/portForward/range/@to", "22");
}

static void
test_networks (void)
{
  g_autoptr (HostelMachineSpec) spec = new_spec ("web");
  g_autoptr (HostelHostFacts) facts = new_facts ("x86_64", TRUE, TRUE, FALSE, FALSE);
  g_autoptr (xmlDoc) named = NULL;
  g_autoptr (xmlDoc) none = NULL;

  hostel_machine_spec_set_network (spec, HOSTEL_NETWORK_KIND_NETWORK, "lab");
  g_assert_cmpstr (hostel_domain_xml_get_network (spec, facts), ==, "lab");
  named = build (spec, facts);
  assert_text (named, "//interface/source/@network", "lab");

  hostel_machine_spec_set_network (spec, HOSTEL_NETWORK_KIND_NONE, NULL);
  none = build (spec, facts);
  g_assert_cmpuint (count (none, "//interface"), ==, 0);
}

static void
test_firmware (void)
{
  g_autoptr (HostelMachineSpec) spec = new_spec ("web");
  g_autoptr (HostelHostFacts) without = new_facts ("x86_64", TRUE, FALSE, FALSE, FALSE);
  g_autoptr (HostelHostFacts) with = new_facts ("x86_64", TRUE, FALSE, FALSE, TRUE);
  g_autoptr (HostelHostFacts) arm = new_facts ("aarch64", TRUE, FALSE, FALSE, TRUE);
  g_autoptr (GError) error = NULL;
  g_autoptr (xmlDoc) bios = build (spec, with);
  g_autoptr (xmlDoc) efi = NULL;
  g_autoptr (xmlDoc) virt = build (spec, arm);

  g_assert_cmpuint (count (bios, "/domain/os[@firmware]"), ==, 0);

  g_object_set (spec, "firmware", HOSTEL_FIRMWARE_EFI, NULL);
  g_assert_null (hostel_domain_xml_build (spec, without, &volumes, &error));
  g_assert_error (error, HOSTEL_ERROR, HOSTEL_ERROR_HOST_LACKS);
  g_assert_nonnull (hostel_error_get_remedy (error));

  efi = build (spec, with);
  assert_text (efi, "/domain/os/@firmware", "efi");
  g_assert_cmpuint (count (efi, "/domain/os/bios"), ==, 0);

  assert_text (virt, "/domain/os/@firmware", "efi");
  assert_text (virt, "/domain/os/type/@machine", "virt");
  g_assert_cmpuint (count (virt, "//apic | //timer"), ==, 0);
}

static void
test_graphics (void)
{
  g_autoptr (HostelMachineSpec) spec = new_spec ("web");
  g_autoptr (HostelHostFacts) facts = new_facts ("x86_64", TRUE, FALSE, FALSE, FALSE);
  g_autoptr (xmlDoc) doc = NULL;

  g_object_set (spec, "graphics", TRUE, NULL);
  doc = build (spec, facts);
  assert_text (doc, "//graphics/@type", "vnc");
  /* Nobody on the network gets the screen. */
  assert_text (doc, "//graphics/listen/@type", "none");
}

static void
test_place_holders (void)
{
  g_autoptr (HostelMachineSpec) spec = new_spec ("web");
  g_autoptr (HostelHostFacts) facts = new_facts ("x86_64", TRUE, FALSE, FALSE, FALSE);
  g_autofree char *xml = hostel_domain_xml_build (spec, facts, NULL, NULL);

  g_assert_nonnull (strstr (xml, "DISK"));
  g_assert_nonnull (strstr (xml, "SEED"));
}

/* The user-data has the hash; the definition, which everybody who may list machines can read, has
 * neither. */
static void
test_secrets (void)
{
  g_autoptr (HostelMachineSpec) spec = new_spec ("web");
  g_autoptr (HostelHostFacts) facts = new_facts ("x86_64", TRUE, FALSE, FALSE, FALSE);
  GListModel *users = hostel_cloud_config_get_users (hostel_machine_spec_get_cloud_config (spec));
  g_autoptr (HostelCloudUser) user = g_list_model_get_item (users, 0);
  g_autofree char *xml = NULL;

  g_assert_true (hostel_cloud_user_set_password (user, "correct horse", NULL));
  xml = hostel_domain_xml_build (spec, facts, &volumes, NULL);
  g_assert_null (strstr (xml, "correct horse"));
  g_assert_null (strstr (xml, hostel_cloud_user_get_password_hash (user)));
}

typedef struct
{
  char      *dir;
  GPtrArray *argv;
} Validation;

static void
add_file (Validation        *validation,
          HostelMachineSpec *spec,
          HostelHostFacts   *facts,
          gboolean           with_volumes)
{
  g_autofree char *name = g_strdup_printf ("%u.xml", validation->argv->len);
  char *path = g_build_filename (validation->dir, name, NULL);
  g_autoptr (GError) error = NULL;
  g_autofree char *xml = hostel_domain_xml_build (spec, facts, with_volumes ? &volumes : NULL,
                                                  &error);

  g_assert_no_error (error);
  g_assert_true (g_file_set_contents (path, xml, -1, NULL));
  g_ptr_array_add (validation->argv, path);
}

static void
add_variants (Validation        *validation,
              HostelMachineSpec *spec,
              const char        *arch)
{
  const HostelNetworkKind kinds[] = { HOSTEL_NETWORK_KIND_AUTOMATIC, HOSTEL_NETWORK_KIND_NETWORK,
                                      HOSTEL_NETWORK_KIND_USER, HOSTEL_NETWORK_KIND_NONE };

  for (guint bits = 0; bits < 32; bits++)
    {
      g_autoptr (HostelHostFacts) facts = new_facts (arch, bits & 1, bits & 2, bits & 4, TRUE);

      g_object_set (spec,
                    "firmware", bits & 8 ? HOSTEL_FIRMWARE_EFI : HOSTEL_FIRMWARE_AUTOMATIC,
                    "graphics", (bits & 16) != 0,
                    NULL);
      for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
        {
          hostel_machine_spec_set_network (spec, kinds[i], "a&b");
          add_file (validation, spec, facts, TRUE);
        }
      add_file (validation, spec, facts, FALSE);
    }
}

/* The image's partitions are found on a disk of its own sectors only. */
static void
add_large_sectors (Validation *validation)
{
  g_autoptr (GByteArray) bytes = image_build_raw (FALSE, FALSE, FALSE);
  g_autofree char *path = g_build_filename (validation->dir, "large.raw", NULL);
  g_autoptr (HostelMachineSpec) spec = new_spec ("large");
  g_autoptr (HostelHostFacts) facts = new_facts ("x86_64", TRUE, FALSE, FALSE, TRUE);
  g_autoptr (HostelImage) image = NULL;
  g_autoptr (xmlDoc) doc = NULL;
  g_autofree char *command = NULL;

  memcpy (bytes->data + 4096, "EFI PART", 8);
  g_assert_true (g_file_set_contents (path, (const char *) bytes->data, bytes->len, NULL));
  image = hostel_image_new_from_path (path, NULL);
  g_unlink (path);
  hostel_machine_spec_set_image (spec, image);

  doc = build (spec, facts);
  assert_text (doc, "//disk[1]/blockio/@logical_block_size", "4096");
  assert_text (doc, "//disk[1]/blockio/@physical_block_size", "4096");
  assert_text (doc, "/domain/os/@firmware", "efi");
  g_assert_cmpuint (count (doc, "//blockio"), ==, 1);
  command = hostel_machine_spec_dup_virt_install_command (spec, "qemu:///system", FALSE, TRUE, "");
  g_assert_nonnull (strstr (command, "blockio.logical_block_size=4096"));
  add_file (validation, spec, facts, TRUE);
}

static void
remove_files (Validation *validation)
{
  for (guint i = 0; i < validation->argv->len; i++)
    if (validation->argv->pdata[i] != NULL && g_str_has_prefix (validation->argv->pdata[i],
                                                                validation->dir))
      g_unlink (validation->argv->pdata[i]);
  g_rmdir (validation->dir);
}

/* What virt-xml-validate runs, for all files at once: it reads libvirt's 60 schemas each time. */
#define SCHEMA "/usr/share/libvirt/schemas/domain.rng"

static void
test_schema (void)
{
  static const char * const names[] = { "plain", "<b>&\"'", "a]]>b", "ünï cödé 日本",
                                        "&amp;", "-rf", "a;$(x)`y`" };
  static const char * const archs[] = { "x86_64", "aarch64", "s390x", "ppc64le", "riscv64" };
  g_autoptr (GPtrArray) argv = g_ptr_array_new_with_free_func (g_free);
  g_autofree char *dir = g_dir_make_tmp ("hostel-xml-XXXXXX", NULL);
  Validation validation = { dir, argv };
  g_autofree char *program = g_find_program_in_path ("xmllint");
  g_autofree char *errors = NULL;
  g_autoptr (GError) error = NULL;
  int status;

  if (program == NULL || !g_file_test (SCHEMA, G_FILE_TEST_EXISTS))
    {
      g_test_skip ("needs xmllint and libvirt's schemas");
      g_rmdir (dir);
      return;
    }

  g_ptr_array_add (argv, g_strdup (program));
  g_ptr_array_add (argv, g_strdup ("--noout"));
  g_ptr_array_add (argv, g_strdup ("--relaxng"));
  g_ptr_array_add (argv, g_strdup (SCHEMA));
  for (guint i = 0; i < G_N_ELEMENTS (archs); i++)
    {
      g_autoptr (HostelMachineSpec) spec = new_spec ("matrix");

      add_variants (&validation, spec, archs[i]);
    }
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autoptr (HostelMachineSpec) spec = new_spec (names[i]);
      g_autoptr (HostelHostFacts) facts = new_facts ("x86_64", TRUE, FALSE, FALSE, FALSE);
      g_autoptr (xmlDoc) doc = build (spec, facts);

      assert_text (doc, "/domain/name", names[i]);
      add_file (&validation, spec, facts, TRUE);
    }
  add_large_sectors (&validation);
  g_ptr_array_add (argv, NULL);

  g_assert_true (g_spawn_sync (NULL, (char **) argv->pdata, NULL, G_SPAWN_STDOUT_TO_DEV_NULL, NULL,
                               NULL, NULL, &errors, &status, &error));
  remove_files (&validation);
  if (!g_spawn_check_wait_status (status, NULL))
    g_error ("%.2000s", errors);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/domain-xml/machine", test_machine);
  g_test_add_func ("/domain-xml/installation", test_installation);
#ifdef __x86_64__
  g_test_add_func ("/domain-xml/serial-installer", test_serial_installer);
#endif
  g_test_add_func ("/domain-xml/session", test_session);
  g_test_add_func ("/domain-xml/networks", test_networks);
  g_test_add_func ("/domain-xml/firmware", test_firmware);
  g_test_add_func ("/domain-xml/graphics", test_graphics);
  g_test_add_func ("/domain-xml/place-holders", test_place_holders);
  g_test_add_func ("/domain-xml/secrets", test_secrets);
  g_test_add_func ("/domain-xml/schema", test_schema);

  return g_test_run ();
}
