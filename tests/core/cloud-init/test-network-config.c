/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <string.h>
#include <unistd.h>

#include "hostel-error.h"
#include "hostel-network-config.h"

static const char * const servers[] = { "192.0.2.53", "2001:db8::53", NULL };

static HostelNetworkConfig *
static_config_new (void)
{
  return g_object_new (HOSTEL_TYPE_NETWORK_CONFIG,
                       "mac", "52:54:00:AB:cd:ef",
                       "address", "192.0.2.5/24",
                       "gateway", "192.0.2.1",
                       "search", "example.org, example.net",
                       "dns", servers,
                       "dhcp4", FALSE,
                       NULL);
}

static void
test_dhcp (void)
{
  g_autoptr (HostelNetworkConfig) config = hostel_network_config_new ("52:54:00:12:34:56");
  g_autoptr (GError) error = NULL;
  g_autofree char *text = hostel_network_config_to_string (config, &error);

  g_assert_no_error (error);
  g_assert_cmpstr (text, ==,
                   "version: 2\nethernets:\n  eth0:\n    match:\n      macaddress: "
                   "'52:54:00:12:34:56'\n    set-name: eth0\n    dhcp4: true\n    dhcp6: false\n");
}

static void
test_round_trip (void)
{
  g_autoptr (HostelNetworkConfig) config = static_config_new ();
  g_autoptr (HostelNetworkConfig) again = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *text = hostel_network_config_to_string (config, &error);
  g_autofree char *text_again = NULL;

  g_assert_no_error (error);
  again = hostel_network_config_new_from_string (text, &error);
  g_assert_no_error (error);
  text_again = hostel_network_config_to_string (again, &error);
  g_assert_cmpstr (text, ==, text_again);
  g_assert_nonnull (strstr (text, "via: '192.0.2.1'"));
  g_assert_null (strstr (text, "gateway4"));
}

static void
test_refused (void)
{
  static const char * const refused[][2] = {
    { "mac", "" }, { "mac", "52:54:00:12:34" }, { "mac", "52:54:00:12:34:5g" },
    { "address", "192.0.2.5" }, { "address", "192.0.2.5/33" }, { "address", "192.0.2.500/24" },
    { "address", "x\ny: z" }, { "address", "192.0.2.5/ 24" }, { "gateway", "192.0.2" },
    { "gateway", "2001:db8::1" }, { "gateway", "host" }, { "search", "a b\nc" },
    { "search", "{x}" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (refused); i++)
    {
      g_autoptr (HostelNetworkConfig) config = static_config_new ();
      g_autoptr (GError) error = NULL;

      g_object_set (config, refused[i][0], refused[i][1], NULL);
      if (hostel_network_config_validate (config, &error))
        g_error ("taken: %s %s", refused[i][0], refused[i][1]);
      g_assert_error (error, HOSTEL_ERROR, HOSTEL_ERROR_INVALID);
      g_assert_null (hostel_network_config_to_string (config, NULL));
    }
}

static void
test_no_address (void)
{
  g_autoptr (HostelNetworkConfig) config = hostel_network_config_new ("52:54:00:12:34:56");
  g_autoptr (GError) error = NULL;

  g_object_set (config, "dhcp4", FALSE, NULL);
  g_assert_false (hostel_network_config_validate (config, &error));
  g_assert_nonnull (strstr (error->message, "no address"));
}

static void
test_foreign (void)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (hostel_network_config_new_from_string ("version: 1\nconfig: []\n", &error));
  g_assert_error (error, HOSTEL_ERROR, HOSTEL_ERROR_UNSUPPORTED);
  g_clear_error (&error);
  g_assert_null (hostel_network_config_new_from_string ("version: 2\nethernets: {a: {}, b: {}}\n",
                                                        &error));
  g_assert_error (error, HOSTEL_ERROR, HOSTEL_ERROR_UNSUPPORTED);
  g_clear_error (&error);
  g_assert_null (hostel_network_config_new_from_string ("\t", &error));
  g_assert_error (error, HOSTEL_ERROR, HOSTEL_ERROR_INVALID);
}

/* cloud-init itself turns the document into each distribution's own files. */
static void
test_cloud_init (void)
{
  static const struct { const char *renderer; const char *distribution; const char *file; } outputs[] = {
    { "eni", "debian", "etc/network/interfaces.d/50-cloud-init" },
    { "netplan", "ubuntu", "etc/netplan/50-cloud-init.yaml" },
    { "networkd", "arch", "etc/systemd/network/10-cloud-init-eth0.network" },
    { "sysconfig", "rhel", "etc/sysconfig/network-scripts/ifcfg-eth0" },
  };
  g_autofree char *program = g_find_program_in_path ("cloud-init");
  g_autofree char *directory = g_dir_make_tmp ("hostel-network-XXXXXX", NULL);
  g_autofree char *input = g_build_filename (directory, "network-config", NULL);
  g_autofree char *clean_up = g_strdup_printf ("rm -rf '%s'", directory);
  g_autoptr (HostelNetworkConfig) config = static_config_new ();
  g_autofree char *text = hostel_network_config_to_string (config, NULL);

  g_assert_true (g_file_set_contents (input, text, -1, NULL));
  for (gsize i = 0; program != NULL && i < G_N_ELEMENTS (outputs); i++)
    {
      g_autofree char *command =
        g_strdup_printf ("%s devel net-convert -p %s -k yaml -O %s -D %s -d %s/%s "
                         "-m eth0,52:54:00:ab:cd:ef", program, input, outputs[i].renderer,
                         outputs[i].distribution, directory, outputs[i].renderer);
      g_autofree char *path = g_build_filename (directory, outputs[i].renderer, outputs[i].file,
                                                NULL);
      g_autofree char *stderr_text = NULL;
      g_autofree char *content = NULL;
      int status;

      g_assert_true (g_spawn_command_line_sync (command, NULL, &stderr_text, &status, NULL));
      if (status != 0 || !g_file_get_contents (path, &content, NULL, NULL))
        g_error ("%s: %s", command, stderr_text);
      g_assert_nonnull (strstr (content, "192.0.2.5"));
      g_assert_nonnull (strstr (content, "192.0.2.1"));
      g_assert_nonnull (strstr (content, "192.0.2.53"));
      g_assert_null (strstr (stderr_text, "eprecat"));
    }

  g_assert_true (g_spawn_command_line_sync (clean_up, NULL, NULL, NULL, NULL));
  if (program == NULL)
    g_test_skip ("cloud-init is not installed");
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/network-config/dhcp", test_dhcp);
  g_test_add_func ("/network-config/round-trip", test_round_trip);
  g_test_add_func ("/network-config/refused", test_refused);
  g_test_add_func ("/network-config/no-address", test_no_address);
  g_test_add_func ("/network-config/foreign", test_foreign);
  g_test_add_func ("/network-config/cloud-init", test_cloud_init);

  return g_test_run ();
}
