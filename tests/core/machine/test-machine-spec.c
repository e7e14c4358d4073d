/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <string.h>

#include <glib/gstdio.h>

#include "hostel-error.h"
#include "hostel-machine-spec.h"
#include "image-builder.h"

#define KEY "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIKPbcs9sa2DAbEFPiPB9nhsn6A+vsU+ZY6lqyE2DshQ2 me"
#define GIB (G_GUINT64_CONSTANT (1) << 30)

static HostelImage *image; /* of 64 MiB */

/* One that Create would take. */
static HostelMachineSpec *
make_spec (void)
{
  HostelMachineSpec *spec = hostel_machine_spec_new ();

  hostel_machine_spec_set_image (spec, image);
  hostel_machine_spec_set_name (spec, "web1");

  return spec;
}

/* What assert_field() and has_warning() validate against. */
static HostelMachineLimits limits;

static void
assert_field (HostelMachineSpec *spec,
              const char        *field,
              int                code)
{
  g_autoptr (GError) one = NULL;
  g_autoptr (GError) all = NULL;

  hostel_machine_spec_validate_field (spec, field, &limits, &one);
  hostel_machine_spec_validate (spec, &limits, &all);
  if (code < 0)
    {
      g_assert_no_error (one);
      g_assert_no_error (all);
      return;
    }

  g_test_message ("%s: %s", field, one ? one->message : "taken");
  g_assert_error (one, HOSTEL_ERROR, code);
  /* The first that is wrong of all is this one, and in the same words. */
  g_assert_error (all, HOSTEL_ERROR, code);
  g_assert_cmpstr (one->message, ==, all->message);
}

static void
test_default (void)
{
  g_autoptr (HostelMachineSpec) spec = make_spec ();
  g_autoptr (HostelMachineSpec) other = hostel_machine_spec_new ();
  g_autofree char *network = NULL;
  g_autoptr (GError) error = NULL;

  limits = (HostelMachineLimits) { 0 };
  hostel_machine_spec_validate (spec, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (g_uuid_string_is_valid (hostel_machine_spec_get_uuid (spec)));
  g_assert_cmpstr (hostel_machine_spec_get_uuid (spec), !=, hostel_machine_spec_get_uuid (other));
  g_assert_true (g_regex_match_simple ("^52:54:00(:[0-9a-f]{2}){3}$",
                                       hostel_machine_spec_get_mac (spec), 0, 0));
  g_assert_cmpuint (hostel_machine_spec_get_memory (spec), ==, 2048);
  g_assert_cmpuint (hostel_machine_spec_get_vcpus (spec), ==, 2);
  g_assert_cmpuint (hostel_machine_spec_get_disk_size (spec), ==, 10 * GIB);
  g_assert_true (hostel_machine_spec_get_start (spec));
  g_assert_nonnull (hostel_machine_spec_get_cloud_config (spec));
  g_object_get (spec, "network", &network, NULL);
  g_assert_cmpstr (network, ==, "");

  assert_field (other, "image", HOSTEL_ERROR_INVALID);
}

static void
test_name (void)
{
  static const char *bad[] = {
    "", "a/b", "../x", "a\nb", "<b>&\"'", ".x", "-x", " ", "a\x01", "\xff",
  };
  static const char *taken[] = { "web1", "web01", "web02", NULL };
  g_autoptr (HostelMachineSpec) spec = make_spec ();
  g_autofree char *longer = g_strnfill (300, 'x');
  g_autoptr (GError) error = NULL;
  guint i;

  limits = (HostelMachineLimits) { 0 };
  for (i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      hostel_machine_spec_set_name (spec, bad[i]);
      assert_field (spec, "name", HOSTEL_ERROR_INVALID);
    }
  hostel_machine_spec_set_name (spec, longer);
  assert_field (spec, "name", HOSTEL_ERROR_INVALID);
  hostel_machine_spec_set_name (spec, NULL);
  g_assert_cmpstr (hostel_machine_spec_get_name (spec), ==, "");

  hostel_machine_spec_set_name (spec, "web1");
  assert_field (spec, "name", -1);
  limits.taken_names = taken;
  assert_field (spec, "name", HOSTEL_ERROR_EXISTS);
  hostel_machine_spec_validate_field (spec, "name", &limits, &error);
  g_assert_nonnull (strstr (hostel_error_get_remedy (error), "web03"));
}

static void
test_numbers (void)
{
  g_autoptr (HostelMachineSpec) spec = make_spec ();

  limits = (HostelMachineLimits) { .memory = 8192, .vcpus = 4 };
  hostel_machine_spec_apply_host (spec, &limits);

  hostel_machine_spec_set_memory (spec, 0);
  assert_field (spec, "memory", HOSTEL_ERROR_INVALID);
  hostel_machine_spec_set_memory (spec, 8193);
  assert_field (spec, "memory", HOSTEL_ERROR_INVALID);
  hostel_machine_spec_set_memory (spec, G_MAXUINT);
  assert_field (spec, "memory", HOSTEL_ERROR_INVALID);
  hostel_machine_spec_set_memory (spec, 8192);
  assert_field (spec, "memory", -1);

  hostel_machine_spec_set_vcpus (spec, 0);
  assert_field (spec, "vcpus", HOSTEL_ERROR_INVALID);
  hostel_machine_spec_set_vcpus (spec, 256);
  assert_field (spec, "vcpus", HOSTEL_ERROR_INVALID);
  hostel_machine_spec_set_vcpus (spec, 255);
  assert_field (spec, "vcpus", -1);

  hostel_machine_spec_set_disk_size (spec, IMAGE_VIRTUAL_SIZE - 512);
  assert_field (spec, "disk-size", HOSTEL_ERROR_INVALID);
  hostel_machine_spec_set_disk_size (spec, G_MAXUINT64);
  assert_field (spec, "disk-size", HOSTEL_ERROR_INVALID);
  hostel_machine_spec_set_disk_size (spec, IMAGE_VIRTUAL_SIZE);
  assert_field (spec, "disk-size", -1);
  hostel_machine_spec_set_disk_size (spec, 0);
  assert_field (spec, "disk-size", -1);
}

static void
test_network (void)
{
  static const char *networks[] = { "default", "lab", NULL };
  g_autoptr (HostelMachineSpec) spec = make_spec ();

  limits = (HostelMachineLimits) { 0 };
  hostel_machine_spec_set_network (spec, HOSTEL_NETWORK_KIND_NETWORK, "");
  assert_field (spec, "network", HOSTEL_ERROR_INVALID);
  hostel_machine_spec_set_network (spec, HOSTEL_NETWORK_KIND_NETWORK, "nowhere");
  assert_field (spec, "network", -1);
  limits.networks = networks;
  assert_field (spec, "network", HOSTEL_ERROR_NOT_FOUND);
  assert_field (spec, "network-kind", HOSTEL_ERROR_NOT_FOUND);
  hostel_machine_spec_set_network (spec, HOSTEL_NETWORK_KIND_NETWORK, "lab");
  assert_field (spec, "network", -1);
  hostel_machine_spec_set_network (spec, HOSTEL_NETWORK_KIND_USER, "nowhere");
  assert_field (spec, "network", -1);
}

static void
test_cloud_config (void)
{
  static const char *half[] = { "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAILZ6z2kZ", NULL };
  static const char *whole[] = { KEY, NULL };
  g_autoptr (HostelMachineSpec) spec = make_spec ();
  HostelCloudConfig *config = hostel_machine_spec_get_cloud_config (spec);
  g_autoptr (HostelCloudUser) user = hostel_cloud_user_new ("");

  limits = (HostelMachineLimits) { 0 };
  hostel_cloud_config_add_user (config, user);
  assert_field (spec, "cloud-config", -1);

  hostel_cloud_user_set_ssh_keys (user, whole);
  assert_field (spec, "cloud-config", HOSTEL_ERROR_INVALID);
  hostel_cloud_user_set_name (user, "alice");
  assert_field (spec, "cloud-config", -1);
  hostel_cloud_user_set_ssh_keys (user, half);
  assert_field (spec, "cloud-config", HOSTEL_ERROR_INVALID);
  hostel_cloud_user_set_ssh_keys (user, whole);

  hostel_cloud_config_set_hostname (config, "not a host");
  assert_field (spec, "cloud-config", HOSTEL_ERROR_INVALID);
  hostel_cloud_config_set_hostname (config, "web");
  assert_field (spec, "cloud-config", -1);
}

static void
test_user_data (void)
{
  static const char text[] = "#cloud-config\n# mine\nhostname:   web \n";
  g_autoptr (HostelMachineSpec) spec = make_spec ();
  g_autoptr (GBytes) good = g_bytes_new_static (text, strlen (text));
  g_autoptr (GBytes) bad = g_bytes_new_static ("hostname: web\n", 14);
  g_autoptr (GBytes) written = NULL;
  g_autoptr (GBytes) kept = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_false (hostel_machine_spec_set_user_data (spec, bad, &error));
  g_assert_error (error, HOSTEL_ERROR, HOSTEL_ERROR_INVALID);
  g_assert_null (hostel_machine_spec_get_user_data (spec));
  g_clear_error (&error);

  written = hostel_machine_spec_dup_user_data (spec, &error);
  g_assert_no_error (error);
  g_assert_true (g_str_has_prefix (g_bytes_get_data (written, NULL), "#cloud-config\n"));

  g_assert_true (hostel_machine_spec_set_user_data (spec, good, &error));
  g_assert_no_error (error);
  kept = hostel_machine_spec_dup_user_data (spec, &error);
  g_assert_true (g_bytes_equal (kept, good));

  /* What the form holds does not count beside it. */
  hostel_cloud_config_set_hostname (hostel_machine_spec_get_cloud_config (spec), "not a host");
  assert_field (spec, "cloud-config", -1);
}

static void
test_hostname (void)
{
  g_autoptr (HostelMachineSpec) spec = make_spec ();
  g_autofree char *first = NULL;
  g_autofree char *second = NULL;

  hostel_machine_spec_set_name (spec, "My Web_1");
  first = hostel_machine_spec_dup_local_hostname (spec);
  g_assert_cmpstr (first, ==, "my-web-1");

  hostel_cloud_config_set_hostname (hostel_machine_spec_get_cloud_config (spec), "box");
  second = hostel_machine_spec_dup_local_hostname (spec);
  g_assert_cmpstr (second, ==, "box");
}

static gboolean
has_warning (HostelMachineSpec *spec,
             const char        *word)
{
  g_auto (GStrv) warnings = hostel_machine_spec_dup_warnings (spec, &limits);
  guint i;

  for (i = 0; warnings[i]; i++)
    if (strstr (warnings[i], word))
      return TRUE;

  return FALSE;
}

static void
test_warnings (void)
{
  g_autoptr (HostelMachineSpec) spec = make_spec ();
  GError *error = NULL;

  hostel_os_list_load_sync (hostel_os_list_get_default (), &error);
  g_assert_no_error (error);

  hostel_machine_spec_set_memory (spec, 1024);
  limits = (HostelMachineLimits) { .memory = 8192, .memory_free = 2000, .vcpus = 2,
                                   .arch = "x86_64" };
  g_assert_false (has_warning (spec, "free"));
  g_assert_false (has_warning (spec, "processors"));
  g_assert_false (has_warning (spec, "aarch64"));
  limits.arch = "s390x";
  g_assert_true (has_warning (spec, "s390x"));
  g_assert_false (has_warning (spec, "boot loader"));

  hostel_machine_spec_set_memory (spec, 2001);
  g_assert_true (has_warning (spec, "free"));
  hostel_machine_spec_set_vcpus (spec, 3);
  g_assert_true (has_warning (spec, "processors"));
  /* Told, not refused. */
  assert_field (spec, "memory", -1);
  assert_field (spec, "vcpus", -1);

  hostel_machine_spec_set_memory (spec, 512);
  hostel_machine_spec_set_os_id (spec, "http://fedoraproject.org/fedora/36");
  g_assert_true (has_warning (spec, "Fedora Linux 36 needs at least 1024"));
}

static void
test_apply_os (void)
{
  g_autoptr (HostelMachineSpec) spec = make_spec ();
  HostelOs *os = hostel_os_list_lookup (hostel_os_list_get_default (), "fedora36");

  g_assert_nonnull (os);
  hostel_machine_spec_apply_os (spec, os);
  g_assert_cmpuint (hostel_machine_spec_get_memory (spec), ==, 2048);
  g_assert_cmpuint (hostel_machine_spec_get_disk_size (spec), ==, 20 * GIB);
  g_assert_cmpstr (hostel_machine_spec_get_os_id (spec), ==, hostel_os_get_id (os));

  limits = (HostelMachineLimits) { .memory = 3000, .vcpus = 1 };
  hostel_machine_spec_apply_host (spec, &limits);
  g_assert_cmpuint (hostel_machine_spec_get_memory (spec), ==, 1500);
  g_assert_cmpuint (hostel_machine_spec_get_vcpus (spec), ==, 1);

  /* Another system of which nothing is known. */
  hostel_machine_spec_apply_os (spec, NULL);
  g_assert_cmpstr (hostel_machine_spec_get_os_id (spec), ==, "");
  g_assert_cmpuint (hostel_machine_spec_get_disk_size (spec), ==, 10 * GIB);
}

/* What nobody has chosen follows image, system, recipe and host, and is never refused. */
static void
test_sizes (void)
{
  static const struct { HostelMachineNeeds needs; HostelMachineSizes sizes; } cases[] = {
    { { .image_size = 0 }, { 2048, 2, 10 * GIB } },
    { { .installation = TRUE }, { 2048, 2, 20 * GIB } },
    { { .system = { 4096, 1, 15 * GIB } }, { 4096, 2, 15 * GIB } },
    { { .system = { 4096, 4, 15 * GIB }, .recipe = { 1024, 1, 1 * GIB } }, { 4096, 4, 15 * GIB } },
    { { .recipe = { 6144, 8, 30 * GIB } }, { 6144, 8, 30 * GIB } },
    { { .image_size = 47 * GIB }, { 2048, 2, 47 * GIB } },
    /* Half of the host is the host's, unless the system needs it. */
    { { .system = { 4096, 4, 0 }, .host_memory = 5000, .host_vcpus = 3 }, { 2500, 3, 10 * GIB } },
    { { .system = { 4096, 4, 0 }, .system_memory = 3000, .host_memory = 5000 }, { 3000, 4, 10 * GIB } },
    { { .system = { 4096, 4, 0 }, .system_memory = 3000, .host_memory = 2500 }, { 2500, 4, 10 * GIB } },
    { { .host_memory = 300, .host_vcpus = 1 }, { 256, 1, 10 * GIB } },
    { { .host_memory = 200 }, { 200, 2, 10 * GIB } },
    { { .system = { 128, 1, 0 }, .host_memory = 200 }, { 128, 2, 10 * GIB } },
    { { .host_memory = G_GUINT64_CONSTANT (1) << 40 }, { 2048, 2, 10 * GIB } },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      HostelMachineSizes sizes = { 0 };

      g_test_message ("case %u", i);
      hostel_machine_sizes_set_default (&sizes, &cases[i].needs);
      g_assert_cmpuint (sizes.memory, ==, cases[i].sizes.memory);
      g_assert_cmpuint (sizes.vcpus, ==, cases[i].sizes.vcpus);
      g_assert_cmpuint (sizes.disk_size, ==, cases[i].sizes.disk_size);
    }
}

static void
test_chosen (void)
{
  static const HostelMachineSizes recipe = { 8192, 6, 40 * GIB };
  g_autoptr (HostelMachineSpec) spec = make_spec ();

  limits = (HostelMachineLimits) { 0 };
  /* Chosen, also where it is what would have been the default. */
  hostel_machine_spec_set_vcpus (spec, 2);
  hostel_machine_spec_set_memory (spec, 700);
  hostel_machine_spec_apply_sizes (spec, &recipe);
  g_assert_cmpuint (hostel_machine_spec_get_memory (spec), ==, 700);
  g_assert_cmpuint (hostel_machine_spec_get_vcpus (spec), ==, 2);
  g_assert_cmpuint (hostel_machine_spec_get_disk_size (spec), ==, 40 * GIB);

  /* A person's own value is judged, not lowered; a default is lowered. */
  limits = (HostelMachineLimits) { .memory = 600 };
  hostel_machine_spec_apply_host (spec, &limits);
  g_assert_cmpuint (hostel_machine_spec_get_memory (spec), ==, 700);
  assert_field (spec, "memory", HOSTEL_ERROR_INVALID);
  hostel_machine_spec_set_chosen (spec, HOSTEL_MACHINE_SIZE_VCPUS);
  g_assert_cmpuint (hostel_machine_spec_get_memory (spec), ==, 300);
  assert_field (spec, "memory", -1);
  g_assert_cmpuint (hostel_machine_spec_get_chosen (spec), ==, HOSTEL_MACHINE_SIZE_VCPUS);

  hostel_machine_spec_apply_sizes (spec, NULL);
  g_assert_cmpuint (hostel_machine_spec_get_disk_size (spec), ==, 10 * GIB);
}

static void
test_free_name (void)
{
  static const char *taken[] = { "fedora01", "fedora02", "web01", NULL };
  static const struct { const char *stem; const char *name; } cases[] = {
    { "fedora", "fedora03" }, { "fedora42", "fedora03" }, { "ubuntu24.04", "ubuntu01" },
    { "web1", "web02" }, { "", "machine01" }, { "<b>", "b01" }, { "123", "machine01" },
  };
  guint i;

  for (i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *name = hostel_machine_spec_dup_free_name (cases[i].stem, taken);

      g_assert_cmpstr (name, ==, cases[i].name);
      g_assert_true (hostel_machine_name_check (name, NULL));
    }
}

static void
count_cb (guint *count)
{
  (*count)++;
}

static void
test_changed (void)
{
  g_autoptr (HostelMachineSpec) spec = make_spec ();
  HostelCloudConfig *old = g_object_ref (hostel_machine_spec_get_cloud_config (spec));
  g_autoptr (HostelCloudConfig) config = hostel_cloud_config_new ();
  g_autoptr (HostelNetworkConfig) network = hostel_network_config_new ("52:54:00:00:00:01");
  guint count = 0;

  g_signal_connect_swapped (spec, "changed", G_CALLBACK (count_cb), &count);
  hostel_machine_spec_set_name (spec, "web1");
  g_assert_cmpuint (count, ==, 0);
  hostel_machine_spec_set_name (spec, "web2");
  g_assert_cmpuint (count, ==, 1);

  hostel_cloud_config_set_hostname (old, "a");
  g_assert_cmpuint (count, ==, 2);
  g_object_set (spec, "cloud-config", config, "network-config", network, NULL);
  count = 0;
  hostel_cloud_config_set_hostname (old, "b");
  g_assert_cmpuint (count, ==, 0);
  hostel_cloud_config_set_hostname (config, "b");
  g_assert_cmpuint (count, ==, 1);
  g_object_set (network, "gateway", "192.0.2.1", NULL);
  g_assert_cmpuint (count, ==, 2);
  g_object_unref (old);
}

static char *
dup_seed_text (HostelMachineSpec *spec)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = hostel_machine_spec_dup_seed_user_data (spec, &error);

  g_assert_no_error (error);

  return g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
}

static void
assert_way_in (HostelMachineSpec *spec,
               const char        *user,
               const char        *sentence)
{
  g_autofree char *name = hostel_machine_spec_dup_login_user (spec);
  g_autofree char *way_in = hostel_machine_spec_dup_way_in (spec);

  g_assert_cmpstr (name, ==, user);
  g_test_message ("%s", way_in);
  g_assert_nonnull (strstr (way_in, sentence));
}

/* A form with a name alone: nobody is locked out, and nobody gets a shell without arrow keys. */
static void
test_login_form (void)
{
  g_autoptr (HostelMachineSpec) spec = make_spec ();
  HostelCloudConfig *config = hostel_machine_spec_get_cloud_config (spec);
  g_autoptr (HostelCloudUser) user = hostel_cloud_user_new ("alice");
  g_autofree char *none = NULL;
  g_autofree char *text = NULL;
  g_autofree char *known = NULL;
  g_autofree char *shown = NULL;
  g_autoptr (HostelLogin) login = NULL;

  hostel_cloud_config_add_user (config, user);
  assert_way_in (spec, NULL, "Nobody");
  none = dup_seed_text (spec);
  g_assert_null (strstr (none, "ssh-ed25519"));

  g_object_set (spec, "login-key", KEY, NULL);
  assert_way_in (spec, "alice", "“alice” over SSH, with Hostel’s own key");
  text = dup_seed_text (spec);
  g_assert_nonnull (strstr (text, KEY));
  g_assert_null (strstr (text, "shell"));
  /* The image is of no known family: bash is looked for in the guest. */
  login = hostel_machine_spec_dup_login (spec);
  g_assert_cmpstr (login->shell_users[0], ==, "alice");
  g_assert_null (login->key_users[0]);

  hostel_machine_spec_set_os_id (spec, "http://debian.org/debian/12");
  known = dup_seed_text (spec);
  g_assert_nonnull (strstr (known, "shell: /bin/bash"));
  /* The form's own document stays as it is. */
  shown = hostel_cloud_config_to_string (config, NULL);
  g_assert_null (strstr (shown, KEY));
  g_assert_null (strstr (shown, "/bin/bash"));

  hostel_machine_spec_set_os_id (spec, "http://alpinelinux.org/alpinelinux/3.19");
  g_clear_pointer (&known, g_free);
  known = dup_seed_text (spec);
  g_assert_null (strstr (known, "bash"));
}

static void
test_login_default_user (void)
{
  g_autoptr (HostelMachineSpec) spec = make_spec ();

  g_object_set (spec, "login-key", KEY, NULL);
  assert_way_in (spec, NULL, "the image’s own user");
  hostel_machine_spec_set_os_id (spec, "http://debian.org/debian/12");
  assert_way_in (spec, "debian", "Hostel’s own key");
  g_object_set (hostel_machine_spec_get_cloud_config (spec), "keep-default-user", FALSE, NULL);
  assert_way_in (spec, NULL, "");
}

/* A person's own document is not changed; who of it gets the key gets it by a script. */
static void
test_login_own_document (void)
{
  static const char document[] = "#cloud-config\nusers: [default, {name: carol}, {name: 'x; reboot'}]\n";
  g_autoptr (HostelMachineSpec) spec = make_spec ();
  g_autoptr (GBytes) bytes = g_bytes_new_static (document, strlen (document));
  g_autoptr (GBytes) script = g_bytes_new_static ("#!/bin/sh\n:\n", 12);
  g_autoptr (HostelLogin) login = NULL;
  g_autofree char *text = NULL;

  g_object_set (spec, "login-key", KEY, NULL);
  g_assert_true (hostel_machine_spec_set_user_data (spec, bytes, NULL));
  text = dup_seed_text (spec);
  g_assert_cmpstr (text, ==, document);
  login = hostel_machine_spec_dup_login (spec);
  g_assert_cmpstr (login->key_users[0], ==, "carol");
  g_assert_null (login->key_users[1]);
  g_assert_null (login->shell_users[0]);
  assert_way_in (spec, "carol", "Hostel’s own key");

  g_assert_true (hostel_machine_spec_set_user_data (spec, script, NULL));
  g_assert_null (hostel_machine_spec_dup_login (spec));
  assert_way_in (spec, NULL, "in your document");
}

int
main (int    argc,
      char **argv)
{
  g_autoptr (GByteArray) bytes = image_build_qcow2 (3);
  g_autofree char *folder = NULL;
  g_autofree char *path = NULL;
  int status;

  g_test_init (&argc, &argv, NULL);
  folder = g_dir_make_tmp ("hostel-spec-XXXXXX", NULL);
  path = g_build_filename (folder, "server-amd64.qcow2", NULL);
  g_assert_true (g_file_set_contents (path, (char *) bytes->data, bytes->len, NULL));
  image = hostel_image_new_from_path (path, NULL);
  g_assert_nonnull (image);

  g_test_add_func ("/machine-spec/default", test_default);
  g_test_add_func ("/machine-spec/name", test_name);
  g_test_add_func ("/machine-spec/numbers", test_numbers);
  g_test_add_func ("/machine-spec/network", test_network);
  g_test_add_func ("/machine-spec/cloud-config", test_cloud_config);
  g_test_add_func ("/machine-spec/user-data", test_user_data);
  g_test_add_func ("/machine-spec/hostname", test_hostname);
  g_test_add_func ("/machine-spec/warnings", test_warnings);
  g_test_add_func ("/machine-spec/apply-os", test_apply_os);
  g_test_add_func ("/machine-spec/sizes", test_sizes);
  g_test_add_func ("/machine-spec/chosen", test_chosen);
  g_test_add_func ("/machine-spec/free-name", test_free_name);
  g_test_add_func ("/machine-spec/changed", test_changed);
  g_test_add_func ("/machine-spec/login-form", test_login_form);
  g_test_add_func ("/machine-spec/login-default-user", test_login_default_user);
  g_test_add_func ("/machine-spec/login-own-document", test_login_own_document);

  status = g_test_run ();
  g_object_unref (image);
  g_unlink (path);
  g_rmdir (folder);

  return status;
}
