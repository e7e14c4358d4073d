#include "config.h"

#include <string.h>

#include "hostel-os-list.h"

/* What the distributions' download pages offer, and the system that it is. Of two, the second is
 * for a database that does not know the release yet. */
static const struct
{
  const char *file_name;
  const char *short_id;
  const char *or_else;
} guesses[] = {
  { "debian-11-genericcloud-amd64.qcow2", "debian11", NULL },
  { "debian-12-genericcloud-amd64.qcow2", "debian12", "debian11" },
  { "debian-12-generic-arm64-20250428-2096.qcow2", "debian12", "debian11" },
  { "debian-13-nocloud-amd64-daily.raw", "debian13", "debian11" },
  { "debian-sid-genericcloud-amd64-daily.qcow2", "debiantesting", NULL },
  { "debian-trixie-genericcloud-amd64.qcow2", "debian13", "debian11" },
  { "Fedora-Cloud-Base-36-1.5.x86_64.qcow2", "fedora36", NULL },
  { "Fedora-Cloud-Base-37-1.7.aarch64.raw.xz", "fedora37", NULL },
  { "Fedora-Cloud-Base-Generic-42-1.1.x86_64.qcow2", "fedora42", "fedora-unknown" },
  { "Fedora-Cloud-Base-Generic.x86_64-40-1.14.qcow2", "fedora40", "fedora-unknown" },
  { "Fedora-Cloud-Base-UEFI-UKI-42-1.1.aarch64.qcow2", "fedora42", "fedora-unknown" },
  { "Fedora-Server-KVM-41-1.4.x86_64.qcow2", "fedora41", "fedora-unknown" },
  { "Fedora-Cloud-Base-Generic-Rawhide-20250101.n.0.x86_64.qcow2", "fedora-rawhide", NULL },
  { "jammy-server-cloudimg-amd64.img", "ubuntu22.04", NULL },
  { "focal-server-cloudimg-arm64.img", "ubuntu20.04", NULL },
  { "noble-server-cloudimg-amd64.img", "ubuntu24.04", "ubuntu22.10" },
  { "noble-minimal-cloudimg-amd64.img", "ubuntu24.04", "ubuntu22.10" },
  { "ubuntu-22.04-server-cloudimg-amd64.img", "ubuntu22.04", NULL },
  { "ubuntu-24.04-server-cloudimg-amd64.img", "ubuntu24.04", "ubuntu22.10" },
  { "CentOS-Stream-GenericCloud-9-20220919.0.x86_64.qcow2", "centos-stream9", NULL },
  { "CentOS-Stream-GenericCloud-9-latest.x86_64.qcow2", "centos-stream9", NULL },
  { "CentOS-Stream-GenericCloud-x86_64-10-20250101.0.x86_64.qcow2", "centos-stream10",
    "centos-stream9" },
  { "CentOS-7-x86_64-GenericCloud.qcow2", "centos7.0", NULL },
  { "Rocky-9-GenericCloud-Base-9.5-20241118.0.x86_64.qcow2", "rocky9", NULL },
  { "Rocky-9-GenericCloud.latest.x86_64.qcow2", "rocky9", NULL },
  { "Rocky-10-GenericCloud-Base.latest.x86_64.qcow2", "rocky10", "rocky-unknown" },
  { "AlmaLinux-9-GenericCloud-9.4-20240805.x86_64.qcow2", "almalinux9", NULL },
  { "AlmaLinux-10-GenericCloud-latest.x86_64_v2.qcow2", "almalinux10", "almalinux9" },
  { "openSUSE-Leap-15.3.x86_64-NoCloud.qcow2", "opensuse15.3", NULL },
  { "openSUSE-Leap-15.6-Minimal-VM.x86_64-Cloud.qcow2", "opensuse15.6", "opensuse15.4" },
  { "openSUSE-Tumbleweed-Minimal-VM.x86_64-Cloud.qcow2", "opensusetumbleweed", NULL },
  { "SLES15-SP4-Minimal-VM.x86_64-Cloud.qcow2", "sle15sp4", NULL },
  { "nocloud_alpine-3.17.0-x86_64-bios-cloudinit-r0.qcow2", "alpinelinux3.17", NULL },
  { "generic_alpine-3.22.1-x86_64-uefi-cloudinit-r0.qcow2", "alpinelinux3.22", "alpinelinux3.17" },
  { "Arch-Linux-x86_64-cloudimg.qcow2", "archlinux", NULL },
  { "rhel-9.1-x86_64-kvm.qcow2", "rhel9.1", NULL },
  { "rhel-9.6-x86_64-kvm.qcow2", "rhel9.6", "rhel9-unknown" },
  { "FreeBSD-13.1-RELEASE-amd64-BASIC-CLOUDINIT.ufs.qcow2", "freebsd13.1", NULL },
  { "cirros-0.5.2-x86_64-disk.img", "cirros0.5.2", NULL },
  { "/home/a b/Downloads/jammy-server-cloudimg-amd64 (1).img", "ubuntu22.04", NULL },
};

/* The labels of installation discs, likewise, and where on x86 the installer's kernel is. */
static const struct
{
  const char *volume_id;
  const char *short_id;
  const char *or_else;
  const char *kernel;
} discs[] = {
  { "Debian 11.6.0 amd64 n", "debian11", NULL, "install.amd/vmlinuz" },
  { "Debian 12.5.0 amd64 n", "debian12", "debian11", "install.amd/vmlinuz" },
  { "Debian 13.1.0 amd64 1", "debian13", "debian11", "install.amd/vmlinuz" },
  { "Debian testing amd64 n", "debiantesting", NULL, "install.amd/vmlinuz" },
  { "Fedora-S-dvd-x86_64-37", "fedora37", NULL, "isolinux/vmlinuz" },
  { "Fedora-S-dvd-x86_64-42", "fedora42", "fedora-unknown", "images/pxeboot/vmlinuz" },
  { "Fedora-WS-Live-37-1-7", "fedora37", NULL, NULL },
  { "Ubuntu-Server 22.04.3 LTS amd64", "ubuntu22.04", NULL, "casper/vmlinuz" },
  { "Ubuntu-Server 24.04.2 LTS amd64", "ubuntu24.04", "ubuntu22.10", "casper/vmlinuz" },
  { "Ubuntu 24.04.2 LTS amd64", "ubuntu24.04", "ubuntu22.10", NULL },
  { "CentOS-Stream-9-BaseOS-x86_64", "centos-stream9", NULL, "images/pxeboot/vmlinuz" },
  { "Rocky-9-4-x86_64-dvd", "rocky9", "rocky-unknown", "isolinux/vmlinuz" },
  { "AlmaLinux-9-4-x86_64-dvd", "almalinux9", NULL, "isolinux/vmlinuz" },
  { "openSUSE-Leap-15.6-DVD-x86_64710", "opensuse15.6", "opensuse15.4",
    "boot/x86_64/loader/linux" },
  { "alpine-std 3.22.0 x86_64", "alpinelinux3.22", "alpinelinux3.17", NULL },
  { "ARCH_202501", "archlinux", NULL, NULL },
  { "14_1_RELEASE_AMD64_CD", "freebsd14.1", "freebsd13.1", NULL },
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

static void
assert_expected (HostelOsList *list,
                 HostelOs     *os,
                 const char   *expected,
                 const char   *or_else)
{
  gboolean known = hostel_os_list_lookup (list, expected) != NULL;

  if (!known && or_else != NULL)
    expected = or_else;
  g_assert_nonnull (os);
  /* A newer database may know a newer "newest". */
  if (known || strstr (expected, "unknown"))
    g_assert_cmpstr (hostel_os_get_short_id (os), ==, expected);
  else
    g_assert_cmpint (strverscmp (hostel_os_get_short_id (os), expected), >=, 0);
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
      assert_expected (list, os, guesses[i].short_id, guesses[i].or_else);
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
      assert_expected (list, os, discs[i].short_id, discs[i].or_else);
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
  g_test_add_func ("/os-list/guess", test_guess);
  g_test_add_func ("/os-list/discs", test_discs);
  g_test_add_func ("/os-list/resources", test_resources);
  g_test_add_func ("/os-list/with-images", test_with_images);

  return g_test_run ();
}
