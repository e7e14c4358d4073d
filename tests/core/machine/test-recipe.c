/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <string.h>

#include <glib/gstdio.h>

#include "hostel-cloud-check.h"
#include "hostel-cloud-secrets.h"
#include "hostel-error.h"
#include "hostel-recipe.h"
#include "whole-stacks.h"

#define KEY "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8g"

static HostelRecipe *
parse (const char  *text,
       GError     **error)
{
  g_autoptr (GBytes) bytes = g_bytes_new_static (text, strlen (text));

  return hostel_recipe_new_from_bytes ("test", bytes, error);
}

static void
assert_shell_reads (const char *command)
{
  const char *argv[] = { "sh", "-n", "-c", command, NULL };
  int status;

  g_assert_true (g_spawn_sync (NULL, (char **) argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL,
                               NULL, &status, NULL));
  if (status != 0)
    g_error ("sh does not read: %s", command);
}

/* Each that comes with the program is taken by cloud-init's rules, its commands are shell, and its
 * texts can be translated. */
static void
test_shipped (void)
{
  g_autoptr (GPtrArray) recipes = hostel_recipe_list ();
  g_autofree char *path = g_test_build_filename (G_TEST_DIST, "..", "src", "core", "machine",
                                                 "hostel-recipe-list.c", NULL);
  g_autofree char *source = NULL;

  g_assert_true (g_file_get_contents (path, &source, NULL, NULL));
  g_assert_cmpuint (recipes->len, ==, 6);
  for (guint i = 0; i < recipes->len; i++)
    {
      HostelRecipe *recipe = recipes->pdata[i];
      const char *user_data = hostel_recipe_get_user_data (recipe);
      g_autoptr (GPtrArray) marks = hostel_cloud_check (user_data, -1);
      g_autoptr (HostelCloudConfig) config = NULL;
      g_autoptr (GError) error = NULL;
      g_autofree char *title = g_strdup_printf ("N_(\"%s\")", hostel_recipe_get_title (recipe));
      g_autofree char *description = g_strdup_printf ("N_(\"%s\")",
                                                      hostel_recipe_get_description (recipe));

      g_assert_null (hostel_recipe_get_path (recipe));
      g_assert_nonnull (strstr (source, title));
      g_assert_nonnull (strstr (source, description));
      for (guint j = 0; j < marks->len; j++)
        {
          HostelCloudMark *mark = marks->pdata[j];

          /* That nobody can log in is what the form is for. */
          if (mark->kind == HOSTEL_CLOUD_MARK_ERROR)
            g_error ("%s:%u: %s", hostel_recipe_get_id (recipe), mark->line, mark->message);
        }

      config = hostel_cloud_config_new_from_string (user_data, -1, &error);
      g_assert_no_error (error);
      for (guint j = 0; hostel_cloud_config_get_run_commands (config)[j] != NULL; j++)
        assert_shell_reads (hostel_cloud_config_get_run_commands (config)[j]);
    }
}

static void
test_round_trip (void)
{
  g_autoptr (HostelRecipe) recipe =
    parse ("recipe: 1\ntitle: 'A \"b\": c'\ndescription: d\nmemory: 2048\nvcpus: 3\n"
           "disk: 12 GiB\nimage: debian-12\nuser-data: |\n  #cloud-config\n  # kept\n"
           "  packages: [nginx]\n", NULL);
  g_autoptr (HostelRecipe) again = NULL;
  g_autofree char *text = NULL;

  g_assert_nonnull (recipe);
  text = hostel_recipe_to_string (recipe);
  again = parse (text, NULL);
  g_assert_nonnull (again);
  g_assert_cmpstr (hostel_recipe_get_title (again), ==, "A \"b\": c");
  g_assert_cmpstr (hostel_recipe_get_description (again), ==, "d");
  g_assert_cmpuint (hostel_recipe_get_memory (again), ==, 2048);
  g_assert_cmpuint (hostel_recipe_get_vcpus (again), ==, 3);
  g_assert_cmpuint (hostel_recipe_get_disk_size (again), ==, G_GUINT64_CONSTANT (12) << 30);
  g_assert_cmpstr (hostel_recipe_get_image (again), ==, "debian-12");
  g_assert_cmpstr (hostel_recipe_get_user_data (again), ==,
                   "#cloud-config\n# kept\npackages: [nginx]\n");
  /* A person can read it. */
  g_assert_nonnull (strstr (text, "\nuser-data: |\n  #cloud-config\n  # kept\n"));
}

static void
test_refused (void)
{
  static const struct
  {
    const char *text;
    guint       line;
  } cases[] = {
    { "", 0 },
    { "a string", 0 },
    { "#cloud-config\npackages: []\n", 0 },
    { "title: x\n", 0 },
    { "recipe: 2\ntitle: x\n", 1 },
    { "recipe: one\ntitle: x\n", 1 },
    { "recipe: 1\n", 0 },
    { "recipe: 1\ntitle: x\nmemroy: 1\n", 3 },
    { "recipe: 1\ntitle: x\n\nmemory: lots\n", 4 },
    { "recipe: 1\ntitle: x\nmemory: 1\n", 3 },
    { "recipe: 1\ntitle: x\nvcpus: 0\n", 3 },
    { "recipe: 1\ntitle: x\nvcpus: [1]\n", 3 },
    { "recipe: 1\ntitle: x\ndisk: 4\n", 3 },
    { "recipe: 1\ntitle: [x]\n", 2 },
    { "recipe: 1\ntitle: x\nuser-data: hello\n", 3 },
    { "recipe: 1\ntitle: x\n  bad: [\n", 0 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;

      if (parse (cases[i].text, &error) != NULL)
        g_error ("taken: %s", cases[i].text);
      g_assert_error (error, HOSTEL_ERROR, HOSTEL_ERROR_INVALID);
      if (cases[i].line > 0)
        g_assert_cmpuint (hostel_error_get_line (error), ==, cases[i].line);
    }
}

/* What is in nobody's recipe, and what stays as it was. */
static void
test_secrets (void)
{
  const char *text =
    "#cloud-config\n"
    "# my machines\n"
    "password: word1\n"
    "hostname: word14\n"
    "ssh_pwauth: true\n"
    "users:\n"
    "  - default\n"
    "  - name: alice # me\n"
    "    passwd: $6$word2\n"
    "    hashed_passwd: $6$word3\n"
    "    plain_text_passwd: word4\n"
    "    plain-text-passwd: word5\n"
    "    ssh-authorized-keys: [word6]\n"
    "    ssh_authorized_keys:\n"
    "      - word7\n"
    "    ssh_import_id: [gh:word8]\n"
    "    sudo: ALL=(ALL) NOPASSWD:ALL\n"
    "chpasswd:\n"
    "  users:\n"
    "    - {name: root, password: word9, type: text}\n"
    "ssh_keys: {rsa_private: word10}\n"
    "ssh_authorized_keys: [word11]\n"
    "ubuntu_pro:\n"
    "  token: word12\n"
    "  enable: [fips]\n"
    "rh_subscription: {username: u, password: word13}\n"
    "packages: [nginx]   # as it was\n";
  g_autoptr (GError) error = NULL;
  g_autofree char *stripped = hostel_cloud_secrets_strip (text, strlen (text), &error);
  g_autofree char *again = NULL;
  const char *plain = "#cloud-config\nusers: {}\npackages:   [ a,b ]\n";

  g_assert_no_error (error);
  g_assert_null (strstr (stripped, "word"));
  g_assert_null (strstr (stripped, "pwauth"));
  g_assert_nonnull (strstr (stripped, "# my machines\n"));
  g_assert_nonnull (strstr (stripped, "  - name: alice # me\n"));
  g_assert_nonnull (strstr (stripped, "    sudo: ALL=(ALL) NOPASSWD:ALL\n"));
  g_assert_nonnull (strstr (stripped, "enable: [fips]"));
  g_assert_nonnull (strstr (stripped, "packages: [nginx]   # as it was\n"));

  again = hostel_cloud_secrets_strip (plain, strlen (plain), &error);
  g_assert_cmpstr (again, ==, plain);
}

/* What is called "geheim" is a secret in a field whose meaning is known; "kept" is none. */
static const char * const documents[] = {
  "autoinstall:\n  identity: {hostname: kept, username: kept, password: geheim}\n"
  "  ssh: {install-server: true, authorized-keys: [geheim]}\n"
  "  storage:\n    layout: {name: lvm, password: geheim}\n"
  "    config: [{type: dm_crypt, key: geheim, volume: kept}]\n"
  "  network: {wifis: {w0: {access-points: {kept: {password: geheim}}}}}\n"
  "  proxy: http://me:geheim@kept.example.org:8080\n"
  "  ubuntu-pro: {token: geheim}\n"
  "  user-data:\n    users: [{name: kept, passwd: geheim, ssh_authorized_keys: [geheim]}]\n"
  "    chpasswd: {list: \"a:geheim\"}\n",
  "system_info: {default_user: {name: kept, plain_text_passwd: geheim, hashed-passwd: geheim}}\n",
  "yum_repos: {kept: {baseurl: 'https://u:geheim@kept.example.org/', password: geheim}}\n",
  "zypper: {repos: [{id: kept, baseurl: 'https://u:geheim@kept/'}]}\n"
  "apt:\n  sources:\n    kept: {source: 'deb https://geheim:geheim@kept.example.org/ a b', key: kept}\n"
  "  https_proxy: https://geheim@kept/\n"
  "  debconf_selections: {a: 'pkg pkg/root_password password geheim'}\n",
  "mounts:\n- [//kept/share, /srv, cifs, 'ro,username=geheim,password=geheim,kept=1']\n"
  "- [kept, /mnt, cifs, 'pass=geheim']\n- //kept/x /y cifs rw,password=geheim 0 0\n",
  "spacewalk: {server: kept, activation_key: geheim}\nrh_subscription: {org: kept, activation-key: geheim}\n"
  "chef: {server_url: kept, validation_key: geheim, encrypted_data_bag_secret: geheim}\n"
  "salt_minion: {private_key: geheim, public_key: kept}\npuppet: {csr_attributes: {x: geheim}}\n"
  "landscape: {client: {registration_key: geheim}}\nlxd: {init: {trust_password: geheim}, preseed: "
  "\"config:\\n  core.trust_password: geheim\\n\"}\nmcollective: {conf: {x: geheim}}\n"
  "wireguard: {interfaces: [{content: geheim}]}\nrandom_seed: {data: geheim}\n"
  "reporting: {maas: {type: kept, consumer_key: geheim, token_key: geheim, token_secret: geheim}}\n",
  /* Kairos */
  "stages:\n  initramfs:\n  - name: kept\n    users: {kairos: {passwd: geheim, groups: [kept]}}\n"
  "    authorized_keys: {kairos: [geheim]}\n    commands: [kept]\n"
  "k3s: {enabled: true, env: {K3S_TOKEN: geheim, KEPT: kept}, args: [--token=geheim, --kept=kept]}\n"
  "p2p: {network_token: geheim}\n",
  "x-kept: kept\nx-base: &w geheim\npassword: *w\npackages: [kept]\n",
  "password: &w geheim\nx-later: [kept, *w]\n",
  "x-defaults: &d {shell: kept, passwd: geheim}\nusers:\n- <<: *d\n  name: kept\n",
  "x-root: '$6$geheim'\nx-key: |\n  -----BEGIN RSA PRIVATE KEY-----\n  geheim\nkept: kept\n",
  "write_files:\n- path: kept\n  content: |\n    -----BEGIN PRIVATE KEY-----\n    geheim\n"
  "- {path: kept, source: {uri: 'https://u:geheim@kept/', headers: {Authorization: geheim}}}\n",
  "{\"pass\\x77ord\": \"geheim\", \"kept\": 1}\n",
  "salt_minion: {conf: {master: kept}, pillar: {db: geheim}}\n"
  "mount_default_fields: [~, ~, cifs, 'kept=1,password=geheim', '0', '2']\n"
  "snap: {assertions: {x: \"type: system-user\\npassword: geheim\\n\", y: kept}}\n"
  "write_files: [{path: kept, source: {uri: 'https://kept/', headers: {Cookie: geheim}}}]\n"
  "phone_home: {url: 'https://kept/?kept=1&access_token=geheim&kept=2#kept', tries: kept}\n"
  "x-kept: [{url: 'https://kept/?sig=geheim'}, {url: 'https://kept/?apiKey=geheim&kept=kept'}]\n"
  "autoinstall: {network: {modems: {kept: {sim-pin: geheim}}}}\n"
  "x-names: {pass: geheim, pwd: geheim, dbPass: geheim, adminPassword: geheim, APIKey: geheim, "
  "db-pwd: geheim, passphrase2: kept, bypass: kept, compass: kept}\n",
};

static guint
count (const char *text,
       const char *word)
{
  guint n = 0;

  for (const char *c = text; (c = strstr (c, word)) != NULL; c++)
    n++;

  return n;
}

static void
test_secret_kinds (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (documents); i++)
    {
      g_autofree char *text = g_strconcat ("#cloud-config\n# kept\n", documents[i], NULL);
      g_autoptr (GError) error = NULL;
      g_auto (GStrv) places = NULL;
      g_autofree char *stripped = hostel_cloud_secrets_strip_listed (text, strlen (text), &places,
                                                                     &error);

      g_assert_no_error (error);
      if (strstr (stripped, "geheim") != NULL)
        g_error ("a secret is left: %s", stripped);
      if (count (stripped, "kept") < count (text, "kept") - (strstr (text, "<<") != NULL ? 1 : 0))
        g_error ("too much is gone: %s", stripped);
      g_assert_cmpuint (g_strv_length (places), >, 0);
    }
}

/* What nobody can look through for a person is seen by one before it is a file. */
static void
test_unread (void)
{
  g_autoptr (HostelMachineSpec) spec = hostel_machine_spec_new ();
  g_autoptr (GBytes) script = g_bytes_new_static ("#!/bin/sh\nTOKEN=word\n", 21);
  g_autoptr (HostelRecipe) recipe = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_true (hostel_machine_spec_set_user_data (spec, script, NULL));
  recipe = hostel_recipe_new ("Unread", NULL, spec, &error);
  g_assert_no_error (error);
  g_assert_true (hostel_recipe_get_unread (recipe));
  g_assert_false (hostel_recipe_save (recipe, &error));
  g_assert_error (error, HOSTEL_ERROR, HOSTEL_ERROR_INVALID);
  g_clear_error (&error);

  hostel_recipe_set_read (recipe);
  g_assert_true (hostel_recipe_save (recipe, &error));
  g_assert_no_error (error);
  g_assert_cmpint (g_unlink (hostel_recipe_get_path (recipe)), ==, 0);
}

static HostelMachineSpec *
new_spec (void)
{
  HostelMachineSpec *spec = hostel_machine_spec_new ();
  HostelCloudConfig *config = hostel_machine_spec_get_cloud_config (spec);
  g_autoptr (HostelCloudUser) user = hostel_cloud_user_new ("alice");

  hostel_cloud_user_set_ssh_keys (user, (const char * const []) { KEY, NULL });
  g_assert_true (hostel_cloud_user_set_password (user, "correct horse", NULL));
  hostel_cloud_config_add_user (config, user);
  hostel_cloud_config_set_hostname (config, "web1");
  hostel_machine_spec_set_memory (spec, 1024);
  hostel_machine_spec_set_vcpus (spec, 4);

  return spec;
}

/* A machine's set-up to a file and back into another form: sizes and document, and whoever fills in
 * the form logs in. */
static void
test_apply (void)
{
  g_autoptr (HostelMachineSpec) spec = new_spec ();
  g_autoptr (HostelMachineSpec) other = hostel_machine_spec_new ();
  g_autoptr (HostelRecipe) recipe = NULL;
  g_autoptr (HostelRecipe) small = NULL;
  g_autoptr (HostelRecipe) script = NULL;
  g_autoptr (HostelRecipe) users = NULL;
  g_autoptr (HostelCloudUser) user = NULL;
  g_autoptr (HostelCloudUser) deploy = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;
  HostelCloudConfig *config = hostel_machine_spec_get_cloud_config (spec);

  hostel_cloud_config_set_packages (config, (const char * const []) { "nginx", NULL });
  recipe = hostel_recipe_new ("Web & More!", NULL, spec, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (hostel_recipe_get_id (recipe), ==, "web-more");
  text = hostel_recipe_to_string (recipe);
  g_assert_null (strstr (text, "$6$"));
  g_assert_null (strstr (text, "ssh-ed25519"));
  g_assert_null (strstr (text, "web1"));

  g_assert_true (hostel_recipe_apply (recipe, other, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (hostel_machine_spec_get_vcpus (other), ==, 4);
  g_assert_cmpstr (hostel_cloud_config_get_packages (hostel_machine_spec_get_cloud_config (other))[0],
                   ==, "nginx");

  /* Never smaller than what the image's system needs; the form's own user and host name stay. */
  small = parse ("recipe: 1\ntitle: x\nmemory: 512\nvcpus: 1\ndisk: 12 GiB\n"
                 "user-data: |\n  #cloud-config\n  packages: [git]\n", NULL);
  g_assert_true (hostel_recipe_apply (small, spec, &error));
  g_assert_cmpuint (hostel_machine_spec_get_memory (spec), ==, 1024);
  g_assert_cmpuint (hostel_machine_spec_get_vcpus (spec), ==, 4);
  g_assert_cmpuint (hostel_machine_spec_get_disk_size (spec), ==, G_GUINT64_CONSTANT (12) << 30);
  user = g_list_model_get_item (hostel_cloud_config_get_users (config), 0);
  g_assert_cmpstr (hostel_cloud_user_get_name (user), ==, "alice");
  g_assert_cmpstr (hostel_cloud_user_get_ssh_keys (user)[0], ==, KEY);
  g_assert_cmpstr (hostel_cloud_config_get_hostname (config), ==, "web1");
  g_assert_cmpstr (hostel_cloud_config_get_packages (config)[0], ==, "git");

  /* A recipe's user is logged in to with the form's keys. */
  users = parse ("recipe: 1\ntitle: x\nuser-data: |\n  #cloud-config\n  users: [{name: deploy}]\n", NULL);
  g_assert_true (hostel_recipe_apply (users, spec, &error));
  deploy = g_list_model_get_item (hostel_cloud_config_get_users (config), 0);
  g_assert_cmpuint (g_list_model_get_n_items (hostel_cloud_config_get_users (config)), ==, 1);
  g_assert_cmpstr (hostel_cloud_user_get_name (deploy), ==, "deploy");
  g_assert_cmpstr (hostel_cloud_user_get_ssh_keys (deploy)[0], ==, KEY);

  script = parse ("recipe: 1\ntitle: x\nuser-data: |\n  #!/bin/sh\n  echo hello\n", NULL);
  g_assert_true (hostel_recipe_apply (script, spec, &error));
  g_assert_cmpmem (g_bytes_get_data (hostel_machine_spec_get_user_data (spec), NULL),
                   g_bytes_get_size (hostel_machine_spec_get_user_data (spec)),
                   "#!/bin/sh\necho hello\n", strlen ("#!/bin/sh\necho hello\n"));
  g_assert_true (hostel_recipe_apply (users, spec, &error));
  g_assert_null (hostel_machine_spec_get_user_data (spec));
}

static void
test_files (void)
{
  g_autoptr (HostelMachineSpec) spec = new_spec ();
  g_autoptr (HostelRecipe) recipe = hostel_recipe_new ("My Own", "mine", spec, NULL);
  g_autoptr (HostelRecipe) found = NULL;
  g_autoptr (HostelRecipe) from_path = NULL;
  g_autoptr (HostelRecipe) shipped = NULL;
  g_autoptr (HostelRecipe) overridden = NULL;
  g_autoptr (GPtrArray) all = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *dir = g_build_filename (g_get_user_data_dir (), "hostel", "recipes", NULL);
  g_autofree char *bad = g_build_filename (dir, "bad.yaml", NULL);
  g_autofree char *own = g_build_filename (dir, "web-server.yaml", NULL);
  GStatBuf info;

  g_assert_true (hostel_recipe_save (recipe, &error));
  g_assert_no_error (error);
  g_assert_false (hostel_recipe_save (recipe, &error));
  g_assert_error (error, HOSTEL_ERROR, HOSTEL_ERROR_EXISTS);
  g_clear_error (&error);
  g_assert_cmpint (g_stat (hostel_recipe_get_path (recipe), &info), ==, 0);
  g_assert_cmpint (info.st_mode & 0077, ==, 0);

  /* One that is broken hides none of the others. */
  g_assert_true (g_file_set_contents (bad, "recipe: [", -1, NULL));
  all = hostel_recipe_list ();
  g_assert_cmpuint (all->len, ==, 7);
  found = hostel_recipe_find ("my-own", &error);
  g_assert_no_error (error);
  g_assert_cmpstr (hostel_recipe_get_title (found), ==, "My Own");
  from_path = hostel_recipe_find (hostel_recipe_get_path (recipe), &error);
  g_assert_no_error (error);
  g_assert_cmpstr (hostel_recipe_get_id (from_path), ==, "my-own");

  g_assert_null (hostel_recipe_find ("bad", &error));
  g_assert_error (error, HOSTEL_ERROR, HOSTEL_ERROR_NOT_FOUND);
  g_clear_error (&error);
  g_assert_null (hostel_recipe_find (bad, &error));
  g_assert_error (error, HOSTEL_ERROR, HOSTEL_ERROR_INVALID);
  g_clear_error (&error);

  /* A person's own wins over the program's. */
  shipped = hostel_recipe_find ("web-server", NULL);
  g_assert_cmpstr (hostel_recipe_get_title (shipped), ==, "Web Server");
  g_assert_true (g_file_set_contents (own, "recipe: 1\ntitle: Mine\n", -1, NULL));
  overridden = hostel_recipe_find ("web-server", NULL);
  g_assert_cmpstr (hostel_recipe_get_title (overridden), ==, "Mine");
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);

  g_test_add_func ("/recipe/shipped", test_shipped);
  g_test_add_func ("/recipe/round-trip", test_round_trip);
  g_test_add_func ("/recipe/refused", test_refused);
  g_test_add_func ("/recipe/secrets", test_secrets);
  g_test_add_func ("/recipe/secret-kinds", test_secret_kinds);
  g_test_add_func ("/recipe/unread", test_unread);
  g_test_add_func ("/recipe/apply", test_apply);
  g_test_add_func ("/recipe/files", test_files);

  return g_test_run ();
}
