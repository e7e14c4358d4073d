/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <string.h>

#include "hostel-cloud-config.h"
#include "hostel-cloud-merge.h"
#include "hostel-error.h"

#define BASE \
  "#cloud-config\n" \
  "hostname: linux01\n" \
  "users:\n" \
  "- default\n" \
  "- name: pat\n" \
  "  gecos: Pat\n" \
  "  ssh_authorized_keys: [ssh-ed25519 AAAA one, ssh-ed25519 BBBB two]\n" \
  "timezone: Europe/Paris\n"

#define FRESH \
  "#cloud-config\n" \
  "# Of the recipe.\n" \
  "hostname: linux01\n" \
  "users:\n" \
  "- default\n" \
  "- name: pat\n" \
  "  gecos: Pat\n" \
  "  ssh_authorized_keys: [ssh-ed25519 AAAA one, ssh-ed25519 BBBB two]\n" \
  "packages: [nginx]  # the server\n" \
  "runcmd:\n" \
  "- systemctl enable nginx\n"

static const struct
{
  const char *what;
  const char *edited;
  const char *has[5];
  const char *lacks[3];
} cases[] = {
  { "nothing", BASE, { "# Of the recipe.", "name: pat" }, { NULL } },
  { "name and password",
    "#cloud-config\nhostname: linux01\nusers:\n- default\n- name: anna\n  gecos: Pat\n"
    "  passwd: $6$hash\n  lock_passwd: false\n"
    "  ssh_authorized_keys: [ssh-ed25519 AAAA one, ssh-ed25519 BBBB two]\ntimezone: Europe/Paris\n",
    { "name: anna", "passwd: $6$hash", "lock_passwd: false", "AAAA one", "[nginx]" }, { "pat\n" } },
  { "key taken out",
    "#cloud-config\nhostname: linux01\nusers:\n- default\n- name: pat\n  gecos: Pat\n"
    "  ssh_authorized_keys: [ssh-ed25519 AAAA one]\ntimezone: Europe/Paris\n",
    { "AAAA one" }, { "BBBB" } },
  { "all keys taken out",
    "#cloud-config\nhostname: linux01\nusers:\n- default\n- name: pat\n  gecos: Pat\n"
    "timezone: Europe/Paris\n",
    { "name: pat" }, { "AAAA", "BBBB" } },
  { "host name and packages",
    BASE "packages: [htop, nginx]\nfqdn: a.example.org\n",
    { "htop", "nginx", "a.example.org", "the server", "enable nginx" }, { NULL } },
  { "another user",
    "#cloud-config\nhostname: linux01\nusers:\n- default\n- name: pat\n  gecos: Pat\n"
    "  ssh_authorized_keys: [ssh-ed25519 AAAA one, ssh-ed25519 BBBB two]\n- name: eve\n"
    "timezone: Europe/Paris\n",
    { "name: pat", "name: eve" }, { NULL } },
  { "what no form has",
    BASE "write_files:\n- {path: /etc/motd, content: hello}\nsnap: {commands: [a b]}\n",
    { "/etc/motd", "snap:", "# the server" }, { NULL } },
  { "a value that the recipe has too",
    BASE "runcmd: [reboot]\n", { "reboot", "systemctl enable nginx" }, { NULL } },
};

static void
test_cases (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autofree char *merged = hostel_cloud_merge (FRESH, BASE, cases[i].edited, &error);
      g_autofree char *again = NULL;
      g_autoptr (HostelCloudConfig) config = NULL;

      g_assert_no_error (error);
      g_test_message ("%s", cases[i].what);
      for (guint j = 0; j < G_N_ELEMENTS (cases[i].has) && cases[i].has[j] != NULL; j++)
        if (strstr (merged, cases[i].has[j]) == NULL)
          g_error ("“%s” is not in:\n%s", cases[i].has[j], merged);
      for (guint j = 0; j < G_N_ELEMENTS (cases[i].lacks) && cases[i].lacks[j] != NULL; j++)
        if (strstr (merged, cases[i].lacks[j]) != NULL)
          g_error ("“%s” is in:\n%s", cases[i].lacks[j], merged);

      config = hostel_cloud_config_new_from_string (merged, -1, &error);
      g_assert_no_error (error);

      /* What has been brought over is not brought twice. */
      again = hostel_cloud_merge (merged, FRESH, merged, &error);
      g_assert_no_error (error);
      g_assert_cmpstr (again, ==, merged);
    }
}

static void
test_same (void)
{
  g_autofree char *merged = hostel_cloud_merge (FRESH, BASE, BASE, NULL);
  g_autofree char *empty = hostel_cloud_merge ("", "", "#cloud-config\npackages: [a]\n", NULL);
  g_autofree char *none = hostel_cloud_merge ("", BASE, "", NULL);

  g_assert_cmpstr (merged, ==, FRESH);
  g_assert_nonnull (strstr (empty, "#cloud-config\npackages:"));
  g_assert_cmpstr (none, ==, "");
}

static void
test_unreadable (void)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (hostel_cloud_merge (FRESH, BASE, "users: [\n", &error));
  g_assert_error (error, HOSTEL_ERROR, HOSTEL_ERROR_INVALID);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/cloud-merge/cases", test_cases);
  g_test_add_func ("/cloud-merge/same", test_same);
  g_test_add_func ("/cloud-merge/unreadable", test_unreadable);

  return g_test_run ();
}
