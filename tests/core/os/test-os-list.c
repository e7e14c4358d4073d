/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <string.h>

#include "hostel-os-list.h"

/* What the distributions' download pages offer, and the system that it is, whether the database
 * knows the release yet or not. */
static const struct
{
  const char *file_name;
  const char *short_id;
} guesses[] = {
  { "debian-11-genericcloud-amd64.qcow2", "debian11" },
  { "debian-12-genericcloud-amd64.qcow2", "debian12" },
  { "debian-12-generic-arm64-20250428-2096.qcow2", "debian12" },
  { "debian-13-nocloud-amd64-daily.raw", "debian13" },
  { "debian-13.1.0-amd64-netinst.iso", "debian13" },
  { "debian-14-generic-amd64.qcow2", "debian14" },
  { "debian-sid-genericcloud-amd64-daily.qcow2", "debiantesting" },
  { "debian-trixie-genericcloud-amd64.qcow2", "debian13" },
  { "Fedora-Cloud-Base-36-1.5.x86_64.qcow2", "fedora36" },
  { "Fedora-Cloud-Base-37-1.7.aarch64.raw.xz", "fedora37" },
  { "Fedora-Cloud-Base-Generic-42-1.1.x86_64.qcow2", "fedora42" },
  { "Fedora-Cloud-Base-Generic.x86_64-40-1.14.qcow2", "fedora40" },
  { "Fedora-Cloud-Base-UEFI-UKI-42-1.1.aarch64.qcow2", "fedora42" },
  { "Fedora-Server-KVM-41-1.4.x86_64.qcow2", "fedora41" },
  { "Fedora-Cloud-Base-Generic-Rawhide-20250101.n.0.x86_64.qcow2", "fedora-rawhide" },
  { "jammy-server-cloudimg-amd64.img", "ubuntu22.04" },
  { "focal-server-cloudimg-arm64.img", "ubuntu20.04" },
  { "noble-server-cloudimg-amd64.img", "ubuntu24.04" },
  { "noble-minimal-cloudimg-amd64.img", "ubuntu24.04" },
  { "ubuntu-22.04-server-cloudimg-amd64.img", "ubuntu22.04" },
  { "ubuntu-24.04-server-cloudimg-amd64.img", "ubuntu24.04" },
  { "ubuntu-24.04.3-live-server-amd64.iso", "ubuntu24.04" },
  { "resolute-server-cloudimg-amd64.img", "ubuntu26.04" },
  { "CentOS-Stream-GenericCloud-9-20220919.0.x86_64.qcow2", "centos-stream9" },
  { "CentOS-Stream-GenericCloud-9-latest.x86_64.qcow2", "centos-stream9" },
  { "CentOS-Stream-GenericCloud-x86_64-10-20250101.0.x86_64.qcow2", "centos-stream10" },
  { "CentOS-7-x86_64-GenericCloud.qcow2", "centos7.0" },
  { "Rocky-9-GenericCloud-Base-9.5-20241118.0.x86_64.qcow2", "rocky9" },
  { "Rocky-9-GenericCloud.latest.x86_64.qcow2", "rocky9" },
  { "Rocky-10-GenericCloud-Base.latest.x86_64.qcow2", "rocky10" },
  { "AlmaLinux-9-GenericCloud-9.4-20240805.x86_64.qcow2", "almalinux9" },
  { "AlmaLinux-10-GenericCloud-latest.x86_64_v2.qcow2", "almalinux10" },
  { "openSUSE-Leap-15.3.x86_64-NoCloud.qcow2", "opensuse15.3" },
  { "openSUSE-Leap-15.6-Minimal-VM.x86_64-Cloud.qcow2", "opensuse15.6" },
  { "openSUSE-Leap-16.0-Minimal-VM.x86_64-Cloud.qcow2", "opensuse16.0" },
  { "openSUSE-Tumbleweed-Minimal-VM.x86_64-Cloud.qcow2", "opensusetumbleweed" },
  { "SLES15-SP4-Minimal-VM.x86_64-Cloud.qcow2", "sle15sp4" },
  { "nocloud_alpine-3.17.0-x86_64-bios-cloudinit-r0.qcow2", "alpinelinux3.17" },
  { "generic_alpine-3.22.1-x86_64-uefi-cloudinit-r0.qcow2", "alpinelinux3.22" },
  { "Arch-Linux-x86_64-cloudimg.qcow2", "archlinux" },
  { "rhel-9.1-x86_64-kvm.qcow2", "rhel9.1" },
  { "rhel-9.6-x86_64-kvm.qcow2", "rhel9.6" },
  { "rhel-10.0-x86_64-kvm.qcow2", "rhel10.0" },
  { "OL10U0_x86_64-kvm-b1.qcow2", "ol10.0" },
  { "FreeBSD-15.0-RELEASE-amd64-BASIC-CLOUDINIT.zfs.qcow2", "freebsd15.0" },
  { "FreeBSD-13.1-RELEASE-amd64-BASIC-CLOUDINIT.ufs.qcow2", "freebsd13.1" },
  { "cirros-0.5.2-x86_64-disk.img", "cirros0.5.2" },
  { "/home/a b/Downloads/jammy-server-cloudimg-amd64 (1).img", "ubuntu22.04" },
};

/* The labels of installation discs, likewise, and where on x86 the installer's kernel is. */
static const struct
{
  const char *volume_id;
  const char *short_id;
  const char *kernel;
} discs[] = {
  { "Debian 11.6.0 amd64 n", "debian11", "install.amd/vmlinuz" },
  { "Debian 12.5.0 amd64 n", "debian12", "install.amd/vmlinuz" },
  { "Debian 13.1.0 amd64 1", "debian13", "install.amd/vmlinuz" },
  { "Debian testing amd64 n", "debiantesting", "install.amd/vmlinuz" },
  { "Fedora-S-dvd-x86_64-37", "fedora37", "isolinux/vmlinuz" },
  { "Fedora-S-dvd-x86_64-42", "fedora42", "images/pxeboot/vmlinuz" },
  { "Fedora-WS-Live-37-1-7", "fedora37", NULL },
  { "Ubuntu-Server 22.04.3 LTS amd64", "ubuntu22.04", "casper/vmlinuz" },
  { "Ubuntu-Server 24.04.2 LTS amd64", "ubuntu24.04", "casper/vmlinuz" },
  { "Ubuntu 24.04.2 LTS amd64", "ubuntu24.04", NULL },
  { "CentOS-Stream-9-BaseOS-x86_64", "centos-stream9", "images/pxeboot/vmlinuz" },
  { "Rocky-9-4-x86_64-dvd", "rocky9", "isolinux/vmlinuz" },
  { "AlmaLinux-9-4-x86_64-dvd", "almalinux9", "isolinux/vmlinuz" },
  { "openSUSE-Leap-15.6-DVD-x86_64710", "opensuse15.6",
    "boot/x86_64/loader/linux" },
  { "alpine-std 3.22.0 x86_64", "alpinelinux3.22", NULL },
  { "ARCH_202501", "archlinux", NULL },
  { "14_1_RELEASE_AMD64_CD", "freebsd14.1", NULL },
};

/* Nothing is better than a wrong guess. */
static const char *unknown[] = {
  "disk.qcow2", "", "my-server.img", "focal.img", "noble-thoughts.qcow2", "debian", "fedora.qcow2",
  "\xff\xfe.qcow2", "windows-11.qcow2",
};

static HostelOsList *
get_loaded (void)
{
  HostelOsList *list = hostel_os_list_get_default ();
  g_autoptr (GError) error = NULL;

  hostel_os_list_load_sync (list, &error);
  g_assert_no_error (error);

  return list;
}

static void
loaded_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  guint *loaded = user_data;
  g_autoptr (GError) error = NULL;

  g_assert_true (hostel_os_list_load_finish (HOSTEL_OS_LIST (source), result, &error));
  g_assert_no_error (error);
  (*loaded)++;
}

/* Runs first: twice at once, while the main loop goes on and nothing is waited for. */
static void
test_async (void)
{
  HostelOsList *list = hostel_os_list_get_default ();
  guint loaded = 0;
  guint turns = 0;

  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (list)), ==, 0);
  g_assert_null (hostel_os_list_lookup (list, "debian11"));

  hostel_os_list_load_async (list, NULL, loaded_cb, &loaded);
  hostel_os_list_load_async (list, NULL, loaded_cb, &loaded);
  while (loaded < 2)
    {
      hostel_os_list_guess (list, "debian-11-genericcloud-amd64.qcow2");
      g_main_context_iteration (NULL, FALSE);
      turns++;
    }

  /* A guess that waited for the loading would have left time for two or three. */
  g_assert_cmpuint (turns, >, 20);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (list)), >, 300);
}

/* Newer releases than the database of Debian 12 knows, as libosinfo has them since then. */
static const struct
{
  const char *id;
  const char *short_id;
  const char *name;
} newer[] = {
  { "http://debian.org/debian/13", "debian13", "Debian 13" },
  { "http://ubuntu.com/ubuntu/24.04", "ubuntu24.04", "Ubuntu 24.04 LTS" },
  { "http://ubuntu.com/ubuntu/25.04", "ubuntu25.04", "Ubuntu 25.04" },
  { "http://ubuntu.com/ubuntu/25.10", "ubuntu25.10", "Ubuntu 25.10" },
  { "http://fedoraproject.org/fedora/42", "fedora42", "Fedora Linux 42" },
  { "http://redhat.com/rhel/10.0", "rhel10.0", "Red Hat Enterprise Linux 10.0" },
  { "http://centos.org/centos-stream/10", "centos-stream10", "CentOS Stream 10" },
  { "http://almalinux.org/almalinux/10", "almalinux10", "AlmaLinux 10" },
  { "http://rockylinux.org/rocky/10", "rocky10", "Rocky Linux 10" },
  { "http://oracle.com/ol/9.4", "ol9.4", "Oracle Linux 9.4" },
  { "http://opensuse.org/opensuse/15.6", "opensuse15.6", "openSUSE Leap 15.6" },
  { "http://alpinelinux.org/alpinelinux/3.21", "alpinelinux3.21", "Alpine Linux 3.21" },
  { "http://freebsd.org/freebsd/14.2", "freebsd14.2", "FreeBSD 14.2" },
};

/* What nobody has released, and no distribution would call so. */
static const char *never[] = {
  "debian", "debian0", "debian13x", "debian13.1", "debian1000", "ubuntu24.05", "ubuntu24.04.1",
  "fedora-9", "http://debian.org/debian/", "http://debian.org/debian/13\n", "debian13\n",
  "http://debian.org/debian/13/x", "rhel10", "mydebian13", "opensuse16",
};

static void
test_newer (void)
{
  HostelOsList *list = get_loaded ();

  for (guint i = 0; i < G_N_ELEMENTS (newer); i++)
    {
      HostelOs *os = hostel_os_list_lookup (list, newer[i].id);

      g_test_message ("%s", newer[i].id);
      g_assert_nonnull (os);
      g_assert_true (os == hostel_os_list_lookup (list, newer[i].short_id));
      g_assert_cmpstr (hostel_os_get_id (os), ==, newer[i].id);
      g_assert_cmpstr (hostel_os_get_short_id (os), ==, newer[i].short_id);
      g_assert_cmpstr (hostel_os_get_name (os), ==, newer[i].name);
      g_assert_true (g_str_has_suffix (newer[i].id, hostel_os_get_version (os)));
      g_assert_cmpstr (hostel_os_get_distro (os), !=, "");
    }

  /* What they need is taken from an older one. */
  g_assert_cmpuint (hostel_os_get_memory (hostel_os_list_lookup (list, "debian13")), >, 0);
  g_assert_cmpuint (hostel_os_get_memory (hostel_os_list_lookup (list, "fedora42")), >=, 1024);

  for (guint i = 0; i < G_N_ELEMENTS (never); i++)
    {
      g_autofree char *shown = g_strescape (never[i], NULL);

      g_test_message ("%s", shown);
      g_assert_null (hostel_os_list_lookup (list, never[i]));
    }
}

static void
test_guess (void)
{
  HostelOsList *list = get_loaded ();
  guint i;

  for (i = 0; i < G_N_ELEMENTS (guesses); i++)
    {
      HostelOs *os = hostel_os_list_guess (list, guesses[i].file_name);

      g_test_message ("%s: %s", guesses[i].file_name, os ? hostel_os_get_short_id (os) : "-");
      g_assert_nonnull (os);
      g_assert_true (g_str_equal (hostel_os_get_short_id (os), guesses[i].short_id) ||
                     os == hostel_os_list_lookup (list, guesses[i].short_id));
    }

  for (i = 0; i < G_N_ELEMENTS (unknown); i++)
    {
      g_autofree char *printed = g_strescape (unknown[i], NULL);

      g_test_message ("%s", printed);
      g_assert_null (hostel_os_list_guess (list, unknown[i]));
    }
}

static gboolean
has_kernel (GPtrArray  *places,
            const char *kernel)
{
  for (guint i = 0; i < places->len; i++)
    if (g_str_equal (((HostelInstallerFiles *) places->pdata[i])->kernel, kernel))
      return TRUE;

  return FALSE;
}

static void
test_discs (void)
{
  HostelOsList *list = get_loaded ();
  HostelDiscLabel other = { .volume_id = "HOLIDAYS_2019" };

  for (guint i = 0; i < G_N_ELEMENTS (discs); i++)
    {
      HostelDiscLabel label = { .system_id = "LINUX" };
      g_autoptr (GPtrArray) places = NULL;
      HostelOs *os;

      g_strlcpy (label.volume_id, discs[i].volume_id, sizeof label.volume_id);
      os = hostel_os_list_guess_disc (list, &label);
      g_test_message ("%s: %s", label.volume_id, os ? hostel_os_get_short_id (os) : "-");
      g_assert_nonnull (os);
      g_assert_cmpstr (hostel_os_get_short_id (os), ==, discs[i].short_id);
#ifdef __x86_64__
      places = hostel_os_list_dup_disc_files (list, &label, os);
      if (discs[i].kernel != NULL)
        g_assert_true (has_kernel (places, discs[i].kernel));
      else
        g_assert_cmpuint (places->len, ==, 0);
#endif
    }

  g_assert_null (hostel_os_list_guess_disc (list, &other));
  *other.volume_id = '\0';
  g_assert_null (hostel_os_list_guess_disc (list, &other));
}

static void
test_resources (void)
{
  HostelOsList *list = get_loaded ();
  HostelOs *os = hostel_os_list_lookup (list, "http://fedoraproject.org/fedora/36");

  g_assert_nonnull (os);
  g_assert_true (os == hostel_os_list_lookup (list, "fedora36"));
  g_assert_cmpstr (hostel_os_get_name (os), ==, "Fedora Linux 36");
  g_assert_cmpuint (hostel_os_get_memory (os), ==, 2048);
  g_assert_cmpuint (hostel_os_get_memory_minimum (os), ==, 1024);
  g_assert_cmpuint (hostel_os_get_disk_size (os), ==, G_GUINT64_CONSTANT (20) << 30);
  g_assert_cmpuint (hostel_os_get_vcpus (os), >=, 1);

  /* libosinfo says nothing about these, so they take after their family. */
  os = hostel_os_list_lookup (list, "rocky9-unknown");
  if (os)
    g_assert_cmpuint (hostel_os_get_memory (os), >=, 1024);

  g_assert_null (hostel_os_list_lookup (list, "no-such-system"));
  g_assert_null (hostel_os_list_lookup (list, ""));
  g_assert_null (hostel_os_list_lookup (list, NULL));
}

static void
test_with_images (void)
{
  g_autoptr (GListModel) model = hostel_os_list_dup_with_images (get_loaded ());
  g_autofree char *before = NULL;
  guint i;

  g_assert_cmpuint (g_list_model_get_n_items (model), >, 10);
  for (i = 0; i < g_list_model_get_n_items (model); i++)
    {
      g_autoptr (HostelOs) os = g_list_model_get_item (model, i);
      const char *date = hostel_os_get_release_date (os);

      g_assert_true (g_str_has_prefix (hostel_os_get_image_url (os), "http"));
      g_assert_false (g_str_has_suffix (hostel_os_get_image_url (os), ".vmdk"));
      if (before)
        g_assert_cmpstr (date, <=, before);
      g_free (before);
      before = g_strdup (date);
    }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/os-list/async", test_async);
  g_test_add_func ("/os-list/newer", test_newer);
  g_test_add_func ("/os-list/guess", test_guess);
  g_test_add_func ("/os-list/discs", test_discs);
  g_test_add_func ("/os-list/resources", test_resources);
  g_test_add_func ("/os-list/with-images", test_with_images);

  return g_test_run ();
}
