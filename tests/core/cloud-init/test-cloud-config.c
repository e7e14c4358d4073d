/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <string.h>

#include "hostel-cloud-config.h"
#include "hostel-cloud-summary.h"
#include "hostel-error.h"

#define HASH "$6$saltsalt$WCqN9q3EL4Z5ZOtFfSn8nWhsqb7Bn0fBw"
#define KEY "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8g"

static HostelCloudConfig *
parse (const char *text)
{
  g_autoptr (GError) error = NULL;
  HostelCloudConfig *config = hostel_cloud_config_new_from_string (text, -1, &error);

  g_assert_no_error (error);
  return config;
}

static void
assert_text (HostelCloudConfig *config,
             const char        *expected)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *text = hostel_cloud_config_to_string (config, &error);

  g_assert_no_error (error);
  g_assert_cmpstr (text, ==, expected);
}

/* What was written is read back as the same. */
static void
assert_reads_back (HostelCloudConfig *config)
{
  g_autofree char *text = hostel_cloud_config_to_string (config, NULL);
  g_autoptr (HostelCloudConfig) again = parse (text);

  g_assert_true (hostel_cloud_config_equal (config, again));
  assert_text (again, text);
}

static HostelCloudUser *
get_user (HostelCloudConfig *config,
          guint              position)
{
  /* The model holds it. */
  g_autoptr (HostelCloudUser) user =
    g_list_model_get_item (hostel_cloud_config_get_users (config), position);

  return user;
}

static void
test_empty (void)
{
  g_autoptr (HostelCloudConfig) config = hostel_cloud_config_new ();

  assert_text (config, "#cloud-config\n{}\n");
  assert_reads_back (config);
}

static void
test_form (void)
{
  g_autoptr (HostelCloudConfig) config = hostel_cloud_config_new ();
  g_autoptr (HostelCloudUser) alice = hostel_cloud_user_new ("alice");
  const char * const keys[] = { KEY " alice@laptop", NULL };
  const char * const groups[] = { "sudo", "adm", NULL };
  const char * const packages[] = { "htop", "nginx", NULL };
  const char * const commands[] = { "echo \"a: b\" # c", "touch /done", NULL };

  hostel_cloud_config_set_hostname (config, "web1");
  hostel_cloud_config_set_packages (config, packages);
  hostel_cloud_config_set_run_commands (config, commands);
  g_object_set (config, "package-update", TRUE, "time-zone", "Europe/Berlin", "grow-partition",
                FALSE, "power-state", HOSTEL_CLOUD_POWER_STATE_REBOOT, NULL);
  g_object_set (alice, "full-name", "Alice B.", "password-hash", HASH, "ssh-keys", keys, "sudo",
                TRUE, "shell", "/bin/bash", "groups", groups, NULL);
  hostel_cloud_config_add_user (config, alice);

  assert_text (config,
               "#cloud-config\n"
               "hostname: web1\n"
               "timezone: Europe/Berlin\n"
               "users:\n"
               "- default\n"
               "- name: alice\n"
               "  gecos: Alice B.\n"
               "  groups:\n"
               "  - sudo\n"
               "  - adm\n"
               "  sudo: 'ALL=(ALL) NOPASSWD:ALL'\n"
               "  shell: /bin/bash\n"
               "  passwd: '" HASH "'\n"
               "  lock_passwd: false\n"
               "  ssh_authorized_keys:\n"
               "  - " KEY " alice@laptop\n"
               "ssh_pwauth: true\n"
               "package_update: true\n"
               "packages:\n"
               "- htop\n"
               "- nginx\n"
               "growpart:\n"
               "  mode: 'off'\n"
               "runcmd:\n"
               "- 'echo \"a: b\" # c'\n"
               "- touch /done\n"
               "power_state:\n"
               "  mode: reboot\n");
  assert_reads_back (config);
}

/* Root exists already: his password goes through chpasswd; so do his keys through users. */
static void
test_root (void)
{
  g_autoptr (HostelCloudConfig) config = hostel_cloud_config_new ();
  const char * const keys[] = { KEY, NULL };

  g_object_set (config, "root-password-hash", HASH, "root-ssh-keys", keys, "root-login", TRUE, NULL);
  assert_text (config,
               "#cloud-config\n"
               "users:\n"
               "- default\n"
               "- name: root\n"
               "  ssh_authorized_keys:\n"
               "  - " KEY "\n"
               "chpasswd:\n"
               "  expire: false\n"
               "  users:\n"
               "  - name: root\n"
               "    password: '" HASH "'\n"
               "    type: hash\n"
               "ssh_pwauth: true\n"
               "disable_root: false\n");
  assert_reads_back (config);

  g_object_set (config, "root-password-hash", "", "root-ssh-keys", NULL, "root-login", FALSE, NULL);
  assert_text (config, "#cloud-config\n{}\n");

  /* An empty list of users would be against the schema. */
  g_object_set (config, "keep-default-user", FALSE, NULL);
  assert_text (config, "#cloud-config\nusers:\n- name: root\n");
  assert_reads_back (config);
}

/* ssh_pwauth follows the password choice, and only that. */
static void
test_ssh_pwauth (void)
{
  g_autoptr (HostelCloudConfig) config = parse ("#cloud-config\nssh_pwauth: false\nhostname: a\n");
  g_autoptr (HostelCloudUser) alice = hostel_cloud_user_new ("alice");

  hostel_cloud_config_add_user (config, alice);
  assert_text (config, "#cloud-config\nssh_pwauth: false\nhostname: a\nusers:\n- default\n"
                       "- name: alice\n");
  g_assert_true (hostel_cloud_user_set_password (alice, "secret", NULL));
  {
    g_autofree char *text = hostel_cloud_config_to_string (config, NULL);

    g_assert_nonnull (strstr (text, "ssh_pwauth: true"));
    g_assert_nonnull (strstr (text, "lock_passwd: false"));
    g_assert_nonnull (strstr (text, "passwd: '$6$"));
    g_assert_null (strstr (text, "secret"));
  }
  g_assert_true (hostel_cloud_user_set_password (alice, "", NULL));
  {
    g_autofree char *text = hostel_cloud_config_to_string (config, NULL);

    g_assert_null (strstr (text, "ssh_pwauth: true"));
    g_assert_null (strstr (text, "passwd: "));
  }
}

#define PERSONS \
  "#cloud-config\n" \
  "# my machine\n" \
  "hostname: old   # the name\n" \
  "\n" \
  "ntp: {enabled: true, servers: [a.example, b.example]}   # kept\n" \
  "users:\n" \
  "    - default\n" \
  "    -   name: bob\n" \
  "        uid: 1234\n" \
  "        groups: adm, sudo\n" \
  "        sudo: ['ALL=(ALL) NOPASSWD:ALL']\n" \
  "        plain_text_passwd: \"x\"\n" \
  "    - snapuser: who@example.org\n" \
  "# packages of the day\n" \
  "packages: [htop, [nginx, '1.2']]\n" \
  "\n" \
  "# the end\n" \
  "runcmd:\n" \
  "  - [ls, -l, \"it's\"]\n" \
  "  -   echo two\n" \
  "weird key?: ~\n"

/* A person's file that nobody changed is theirs, byte for byte. */
static void
test_unmodified (void)
{
  static const char * const texts[] = {
    PERSONS,
    "#cloud-config\n",
    "#cloud-config",
    "#cloud-config\n{}",
    "#cloud-config\r\nhostname: web1\r\n",
    "#cloud-config\n---\nhostname: web1\n...\n",
    "#cloud-config\nusers: default, alice\n",
    "#cloud-config\nusers:\n  alice: {gecos: A}\n  default: true\n",
    "#cloud-config\nusers: []\n",
    "#cloud-config\nusers:\n",
    "#cloud-config\nhostname: [what]\npackages: {a: b}\nruncmd: 5\nwrite_files: x\nchpasswd: []\n",
    "#cloud-config\nwrite_files:\n- path: /a\n  encoding: gz+b64\n  content: !!binary H4sI\n"
    "- {path: /b, content: 'x', defer: true}\n",
    "#cloud-config\nhostname: a\nhostname: b\n",
    "#cloud-config\na: &a {x: y}\nusers:\n- <<: *a\n  name: c\n",
    "#cloud-config\n? hostname\n: a\n",
    "#cloud-config\ngrowpart: {mode: off}\ndisable_root: no\n",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autoptr (HostelCloudConfig) config = parse (texts[i]);

      assert_text (config, texts[i]);
    }
}

static void
test_read_person (void)
{
  g_autoptr (HostelCloudConfig) config = parse (PERSONS);
  HostelCloudUser *bob = get_user (config, 0);
  g_auto (GStrv) commands = g_strdupv ((char **) hostel_cloud_config_get_run_commands (config));

  g_assert_cmpstr (hostel_cloud_config_get_hostname (config), ==, "old");
  g_assert_cmpuint (g_list_model_get_n_items (hostel_cloud_config_get_users (config)), ==, 1);
  g_assert_cmpstr (hostel_cloud_user_get_name (bob), ==, "bob");
  g_assert_true (hostel_cloud_user_get_sudo (bob));
  g_assert_true (g_strv_equal (hostel_cloud_user_get_groups (bob),
                               (const char * const []) { "adm", "sudo", NULL }));
  g_assert_cmpstr (commands[0], ==, "'ls' '-l' 'it'\\''s'");
  g_assert_cmpstr (commands[1], ==, "echo two");
  g_assert_true (g_strv_equal (hostel_cloud_config_get_packages (config),
                               (const char * const []) { "htop", NULL }));
}

/* Only the lines of what was changed become others, in the manner of the person. */
static void
test_modified (void)
{
  g_autoptr (HostelCloudConfig) config = parse (PERSONS);
  const char * const packages[] = { "vim", "htop", NULL };
  const char * const commands[] = { "'ls' '-l' 'it'\\''s'", "echo three", NULL };

  hostel_cloud_config_set_hostname (config, "yes");
  hostel_cloud_config_set_packages (config, packages);
  hostel_cloud_config_set_run_commands (config, commands);
  hostel_cloud_user_set_shell (get_user (config, 0), "/bin/zsh");
  g_object_set (config, "time-zone", "UTC", NULL);

  assert_text (config,
               "#cloud-config\n"
               "# my machine\n"
               "hostname: 'yes'   # the name\n"
               "\n"
               "ntp: {enabled: true, servers: [a.example, b.example]}   # kept\n"
               "users:\n"
               "    - default\n"
               "    -   name: bob\n"
               "        uid: 1234\n"
               "        groups: adm, sudo\n"
               "        sudo: ['ALL=(ALL) NOPASSWD:ALL']\n"
               "        plain_text_passwd: \"x\"\n"
               "        shell: /bin/zsh\n"
               "    - snapuser: who@example.org\n"
               "# packages of the day\n"
               "packages: [vim, htop, [nginx, '1.2']]\n"
               "\n"
               "# the end\n"
               "runcmd:\n"
               "  - [ls, -l, \"it's\"]\n"
               "  -   echo three\n"
               "weird key?: ~\n"
               "timezone: UTC\n");
  assert_reads_back (config);

  hostel_cloud_config_set_hostname (config, "old");
  hostel_cloud_config_set_packages (config, (const char * const []) { "htop", NULL });
  hostel_cloud_config_set_run_commands (config, (const char * const []) { commands[0], "echo two",
                                                                          NULL });
  hostel_cloud_user_set_shell (get_user (config, 0), "");
  g_object_set (config, "time-zone", "", NULL);
  assert_text (config, PERSONS);
}

/* Anchors and other rarities: never the text spliced wrongly. */
static void
test_modified_rare (void)
{
  static const char * const texts[] = {
    "#cloud-config\nhostname: &n a\nfqdn: *n\nntp: {x: *n}\n",
    "#cloud-config\n{hostname: a, ntp: {enabled: true}}\n",
    "#cloud-config\nhostname: a\nhostname: b\nntp: {enabled: true}\n",
    "#cloud-config\n? hostname\n: a\nntp: {enabled: true}\n",
    "#cloud-config\n---\nhostname: a\nntp: {enabled: true}\n...\n",
    "#cloud-config\r\nhostname: a\r\n# note\r\nntp: {enabled: true}\r\n",
    "#cloud-config\nfinal_message: |+\n  a\n\n\nhostname: a\nntp: {enabled: true}",
    "#cloud-config\n<<: {ntp: {enabled: true}}\nhostname: a\n",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autoptr (HostelCloudConfig) config = parse (texts[i]);
      g_autofree char *text = NULL;

      hostel_cloud_config_set_hostname (config, "changed");
      g_object_set (config, "final-message", "bye", NULL);
      text = hostel_cloud_config_to_string (config, NULL);
      g_assert_nonnull (strstr (text, "hostname: changed"));
      g_assert_nonnull (strstr (text, "ntp"));
      assert_reads_back (config);
    }
}

static void
test_users_forms (void)
{
  g_autoptr (HostelCloudConfig) words = parse ("#cloud-config\nusers: default, alice\n");
  g_autoptr (HostelCloudConfig) mapping =
    parse ("#cloud-config\nusers:\n  alice: {gecos: A, uid: 5}\n  default: true\n");
  g_autoptr (HostelCloudConfig) none = parse ("#cloud-config\nusers: []\n");
  gboolean keep;

  g_assert_cmpstr (hostel_cloud_user_get_name (get_user (words, 0)), ==, "alice");
  hostel_cloud_user_set_sudo (get_user (words, 0), TRUE);
  assert_text (words, "#cloud-config\nusers:\n- default\n- name: alice\n"
                      "  sudo: 'ALL=(ALL) NOPASSWD:ALL'\n");

  hostel_cloud_user_set_shell (get_user (mapping, 0), "/bin/sh");
  assert_text (mapping, "#cloud-config\nusers:\n- {gecos: A, uid: 5, name: alice, shell: /bin/sh}\n"
                        "- default\n");

  g_object_get (none, "keep-default-user", &keep, NULL);
  g_assert_false (keep);
  g_object_set (none, "keep-default-user", TRUE, NULL);
  assert_text (none, "#cloud-config\nusers:\n- default\n");
}

static void
test_remove_user (void)
{
  g_autoptr (HostelCloudConfig) config = parse (PERSONS);
  g_autofree char *text = NULL;

  hostel_cloud_config_remove_user (config, get_user (config, 0));
  text = hostel_cloud_config_to_string (config, NULL);
  g_assert_null (strstr (text, "bob"));
  g_assert_nonnull (strstr (text, "- snapuser: who@example.org"));
  g_assert_nonnull (strstr (text, "- default"));
}

static void
test_files (void)
{
  g_autoptr (HostelCloudConfig) config =
    parse ("#cloud-config\nwrite_files:\n- path: /etc/a\n  content: aGk=\n  encoding: b64\n"
           "  defer: true\n- path: /etc/z\n  encoding: gzip\n  content: H4sI\n");
  GPtrArray *files = hostel_cloud_config_get_files (config);
  g_autoptr (GPtrArray) changed = g_ptr_array_new_with_free_func ((GDestroyNotify)
                                                                  hostel_cloud_file_free);
  g_autoptr (GBytes) script = g_bytes_new_static ("#!/bin/sh\necho hi\n", 18);
  g_autoptr (GBytes) binary = g_bytes_new_static ("\xff\0x", 3);
  HostelCloudFile *file = g_ptr_array_index (files, 0);

  g_assert_cmpuint (files->len, ==, 1);
  g_assert_cmpmem (g_bytes_get_data (file->content, NULL), g_bytes_get_size (file->content), "hi",
                   2);

  g_ptr_array_add (changed, hostel_cloud_file_copy (file));
  g_ptr_array_add (changed, hostel_cloud_file_new ("/usr/bin/x", script));
  g_ptr_array_add (changed, hostel_cloud_file_new ("/bin", binary));
  hostel_cloud_config_set_files (config, changed);
  assert_text (config, "#cloud-config\nwrite_files:\n- path: /etc/z\n  encoding: gzip\n"
                       "  content: H4sI\n- path: /etc/a\n  content: aGk=\n  encoding: b64\n"
                       "  defer: true\n- path: /usr/bin/x\n  content: |\n    #!/bin/sh\n"
                       "    echo hi\n- path: /bin\n  encoding: b64\n  content: /wB4\n");
  assert_reads_back (config);
}

static void
test_refused (void)
{
  static const char * const texts[] = {
    "#!/bin/sh\n", "## template: jinja\n#cloud-config\n", "MIME-Version: 1.0\n", "#include\nx\n",
    "hostname: a\n", "#cloud-config\n- a\n", "#cloud-config\n\thostname: a\n", "",
    "#cloud-config\na: [\n",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autoptr (HostelCloudConfig) config = parse (PERSONS);
      g_autoptr (GError) error = NULL;

      g_assert_false (hostel_cloud_config_parse (config, texts[i], -1, &error));
      g_assert_error (error, HOSTEL_ERROR, HOSTEL_ERROR_INVALID);
      g_assert_nonnull (hostel_error_get_remedy (error));
      /* And nothing changed. */
      assert_text (config, PERSONS);
    }
}

static void
test_not_utf8 (void)
{
  g_autoptr (HostelCloudConfig) config = hostel_cloud_config_new ();
  g_autoptr (GError) error = NULL;

  hostel_cloud_config_set_run_commands (config, (const char * const []) { "echo \xff", NULL });
  g_assert_null (hostel_cloud_config_to_string (config, &error));
  g_assert_error (error, HOSTEL_ERROR, HOSTEL_ERROR_INVALID);
  g_assert_nonnull (strstr (error->message, "runcmd"));
}

static void
count_changed (guint *count)
{
  (*count)++;
}

static void
count_notify (GObject    *object,
              GParamSpec *pspec,
              guint      *count)
{
  (*count)++;
}

/* The Review page hears "changed"; the form is bound to the properties and to the first user. */
static void
test_notify (void)
{
  g_autoptr (HostelCloudConfig) config = hostel_cloud_config_new ();
  g_autoptr (HostelCloudUser) user = hostel_cloud_user_new ("alice");
  g_autofree char *text = NULL;
  guint changed = 0;
  guint hostnames = 0;
  guint names = 0;

  g_signal_connect_swapped (config, "changed", G_CALLBACK (count_changed), &changed);
  g_signal_connect (config, "notify::hostname", G_CALLBACK (count_notify), &hostnames);
  g_signal_connect (user, "notify::name", G_CALLBACK (count_notify), &names);

  hostel_cloud_config_set_hostname (config, "a");
  hostel_cloud_config_set_hostname (config, "a");
  g_assert_cmpuint (changed, ==, 1);
  g_assert_cmpuint (hostnames, ==, 1);

  hostel_cloud_config_add_user (config, user);
  hostel_cloud_user_set_sudo (user, TRUE);
  g_assert_cmpuint (changed, ==, 3);
  text = hostel_cloud_config_to_string (config, NULL);
  g_assert_nonnull (strstr (text, "NOPASSWD"));

  /* Text that was edited comes as one change, to the same objects. */
  g_assert_true (hostel_cloud_config_parse (config, "#cloud-config\nhostname: b\nusers: [carol]\n",
                                            -1, NULL));
  g_assert_cmpuint (changed, ==, 4);
  g_assert_cmpuint (hostnames, ==, 2);
  g_assert_cmpuint (names, ==, 1);
  g_assert_true (get_user (config, 0) == user);
  g_assert_cmpstr (hostel_cloud_user_get_name (user), ==, "carol");
  g_assert_false (hostel_cloud_user_get_sudo (user));

  /* A user that left is no part of it any more. */
  hostel_cloud_config_remove_user (config, user);
  changed = 0;
  hostel_cloud_user_set_name (user, "dave");
  g_assert_cmpuint (changed, ==, 0);
}

static void
assert_field (const char *field,
              const char *value,
              gboolean    fits)
{
  g_autoptr (GError) error = NULL;

  if (hostel_cloud_config_check_field (field, value, &error) != fits)
    g_error ("%s: “%s” %s", field, value, fits ? error->message : "is taken");
  if (!fits)
    {
      g_assert_error (error, HOSTEL_ERROR, HOSTEL_ERROR_INVALID);
      g_assert_nonnull (hostel_error_get_remedy (error));
      g_assert_null (strchr (error->message, '\n'));
    }
}

static void
test_check_field (void)
{
  static const struct { const char *field; const char *good[5]; const char *bad[8]; } cases[] = {
    { "hostname", { "web1", "Web-1", "a.b", "" },
      { "-a", "a-", "a_b", "a b", "a\n", "\xc3\xa4", "<b>&\"'" } },
    { "fqdn", { "web1.example.org", "a.b", "" }, { "web1", ".a", "a..b", "a b.c" } },
    { "time-zone", { "Europe/Berlin", "UTC", "" }, { "Europe/Berlim", "../etc/passwd", "a b" } },
    { "locale", { "de_DE.UTF-8", "C.UTF-8", "en_US" }, { "de DE", "x;y", "../x" } },
    { "packages", { "htop", "g++", "libc6:i386", "@core" }, { "-y", "a b", "a;b", "$(x)" } },
    { "run-commands", { "ls", "echo '  x'\n" }, { "", "  ", "\xff" } },
    { "user-name", { "alice", "_x", "a1-b_c", "first.last", "Ops" },
      { "", "-alice", "a/b", "root", "default", "a b", "a:b" } },
    { "user-full-name", { "Alice B.", "\xc3\x84", "" }, { "a:b", "a\nb" } },
    { "user-password", { "secret", "a:b \"'" }, { "", "a\nb" } },
    { "user-shell", { "/bin/bash", "" }, { "bash", "/bin/a b" } },
    { "user-groups", { "sudo", "Domain.Users" }, { "a b", "1", "a:b" } },
    { "groups", { "admins", "admins: alice, bob", "a: b c", "" }, { "a b", "a:", "1", "a: b: c" } },
    { "apt-sources",
      { "docker: deb [arch=amd64 signed-by=$KEY_FILE] https://example.org $RELEASE stable",
        "x: deb http://a ./ key=9DC858229FC7DD38", "p: ppa:me/it" },
      { "deb http://a b c", "x: deb http://a", "x: http://a", "x: deb http://a b key=file",
        "x: deb http://a b key=" } },
    { "yum-repositories",
      { "tools: https://example.org/el9", "tools: file:///a key=https://example.org/key" },
      { "https://example.org/el9", "tools: example.org", "a b: http://a",
        "tools: http://a key=9DC858229FC7DD38" } },
    { "partitions", { "/dev/vdb gpt", "/dev/vdb mbr 50 50" },
      { "/dev/vdb", "/dev/vdb bsd", "/dev/vdb gpt 0", "/dev/vdb gpt half" } },
    { "file-systems", { "/dev/vdb1 ext4", "/dev/vdb1 xfs my data" }, { "/dev/vdb1", "/dev/vdb1 4" } },
    { "user-ssh-keys", { KEY, "" }, { "ssh-ed25519", "x" } },
    { "user-ssh-import-ids", { "gh:alice", "lp:a-b", "alice" }, { "gh:", "x:alice", "gh:a b" } },
  };
  g_autofree char *long_label = g_strnfill (64, 'a');
  g_autofree char *long_name = g_strnfill (33, 'a');

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      for (gsize j = 0; j < G_N_ELEMENTS (cases[i].good) && cases[i].good[j] != NULL; j++)
        assert_field (cases[i].field, cases[i].good[j], TRUE);
      for (gsize j = 0; j < G_N_ELEMENTS (cases[i].bad) && cases[i].bad[j] != NULL; j++)
        assert_field (cases[i].field, cases[i].bad[j], FALSE);
    }

  assert_field ("hostname", long_label, FALSE);
  assert_field ("user-name", long_name, FALSE);
}

static void
test_same_item (void)
{
  g_assert_true (hostel_cloud_config_is_same_item ("apt-sources", "a: ppa:x/y", " a: ppa:z/z"));
  g_assert_false (hostel_cloud_config_is_same_item ("apt-sources", "a: ppa:x/y", "ab: ppa:x/y"));
  g_assert_true (hostel_cloud_config_is_same_item ("partitions", "/dev/vdb gpt", "/dev/vdb mbr 1"));
  g_assert_false (hostel_cloud_config_is_same_item ("partitions", "/dev/vdb gpt", "/dev/vdbx gpt"));
  g_assert_false (hostel_cloud_config_is_same_item ("run-commands", "ls", "ls"));
}

/* What a line of the form says is changed, what it does not say stays. */
static void
test_lines (void)
{
  g_autoptr (HostelCloudConfig) config =
    parse ("#cloud-config\napt:\n  sources:\n    docker:\n      source: deb https://a b c\n"
           "      key: |\n        -----BEGIN\n      filename: d.list # why\n    odd: {key: x}\n"
           "yum_repos:\n  tools: {baseurl: 'http://a', enabled: false}\nfs_setup:\n"
           "- {device: /dev/vdb, filesystem: ext4, partition: auto}\ngroups: web, admins\n");
  g_auto (GStrv) sources = NULL;
  g_auto (GStrv) groups = NULL;
  g_autofree char *text = NULL;

  g_object_get (config, "apt-sources", &sources, "groups", &groups, NULL);
  g_assert_cmpuint (g_strv_length (sources), ==, 1);
  g_assert_cmpstr (sources[0], ==, "docker: deb https://a b c");
  g_assert_cmpuint (g_strv_length (groups), ==, 2);

  g_object_set (config,
                "apt-sources", (const char * const []) { "docker: deb https://new b c", NULL },
                "yum-repositories", (const char * const []) { "tools: http://b key=http://k", NULL },
                "file-systems", (const char * const []) { "/dev/vdb xfs data", "/dev/vdc ext4", NULL },
                "partitions", (const char * const []) { "/dev/vdb gpt 50 50", NULL },
                "groups", (const char * const []) { "web: carol", "admins", NULL }, NULL);
  text = hostel_cloud_config_to_string (config, NULL);
  g_assert_cmpstr (text, ==,
                   "#cloud-config\napt:\n  sources:\n    docker:\n      source: 'deb https://new b c'\n"
                   "      key: |\n        -----BEGIN\n      filename: d.list # why\n    odd: {key: x}\n"
                   "yum_repos:\n  tools: {baseurl: 'http://b', enabled: false, gpgkey: 'http://k'}\n"
                   "fs_setup:\n- {device: /dev/vdb, filesystem: xfs, partition: auto, label: data}\n"
                   "- device: /dev/vdc\n  filesystem: ext4\ngroups:\n- web: [carol]\n- admins\n"
                   "disk_setup:\n  /dev/vdb:\n    table_type: gpt\n    layout: [50, 50]\n");

  /* A key that is given in place of the one in the document takes its place. */
  g_object_set (config, "apt-sources",
                (const char * const []) { "docker: deb https://new b c key=9DC858229FC7DD38", NULL },
                "yum-repositories", NULL, "file-systems", NULL, "partitions", NULL, "groups", NULL,
                NULL);
  g_free (text);
  text = hostel_cloud_config_to_string (config, NULL);
  g_assert_cmpstr (text, ==,
                   "#cloud-config\napt:\n  sources:\n    docker:\n      source: 'deb https://new b c'\n"
                   "      filename: d.list # why\n      keyid: '9DC858229FC7DD38'\n    odd: {key: x}\n");
}

static guint
count_warnings (HostelCloudConfig *config)
{
  g_auto (GStrv) warnings = hostel_cloud_config_dup_warnings (config);

  return g_strv_length (warnings);
}

static void
test_warnings (void)
{
  g_autoptr (HostelCloudConfig) config = hostel_cloud_config_new ();
  g_autoptr (HostelCloudConfig) person = parse (PERSONS);
  g_autoptr (HostelCloudUser) user = hostel_cloud_user_new ("alice");
  g_auto (GStrv) warnings = hostel_cloud_config_dup_warnings (config);

  g_assert_nonnull (strstr (warnings[0], "log in"));
  hostel_cloud_config_add_user (config, user);
  g_assert_cmpuint (count_warnings (config), ==, 1);
  hostel_cloud_user_set_ssh_keys (user, (const char * const []) { KEY, NULL });
  g_assert_cmpuint (count_warnings (config), ==, 0);
  hostel_cloud_user_set_name (user, "");
  g_assert_cmpuint (count_warnings (config), ==, 1);
  g_assert_cmpuint (count_warnings (person), ==, 0);
}

/* Nothing that a form does is slow, whatever document it works on. */
static void
test_cost (void)
{
  g_autoptr (GString) text = g_string_new ("#cloud-config\nruncmd:\n");
  g_autoptr (HostelCloudConfig) config = NULL;
  gint64 start;

  while (text->len < 500 * 1024)
    g_string_append (text, "- echo some command that is long enough to be like a real one\n");

  config = parse (text->str);
  start = g_get_monotonic_time ();
  for (guint i = 0; i < 1000; i++)
    hostel_cloud_config_set_hostname (config, i % 2 ? "a" : "b");
  g_assert_cmpint (g_get_monotonic_time () - start, <, G_USEC_PER_SEC / 10);
}

static void
assert_summary (const char *body,
                const char *expected)
{
  g_autofree char *text = g_strconcat ("#cloud-config\n", body, NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (HostelCloudConfig) config = hostel_cloud_config_new_from_string (text, -1, &error);
  g_auto (GStrv) summary = NULL;
  g_autofree char *told = NULL;

  g_assert_no_error (error);
  summary = hostel_cloud_config_dup_summary (config);
  told = g_strjoinv ("\n", summary);
  g_assert_cmpstr (told, ==, expected);
}

static void
test_summary (void)
{
  assert_summary ("", "");
  assert_summary ("runcmd: [date, [ls, -l]]\nbootcmd:\n - x\nhostname: web1\n"
                  "packages: [a, b, c, d, e, f]\npower_state: {mode: reboot}\n",
                  "Runs a command early at each start.\n"
                  "Calls the machine “web1”.\n"
                  "Installs a, b, c, d and 2 more.\n"
                  "Runs 2 commands at the end of the first start.\n"
                  "Restarts when all is done.");
  assert_summary ("users:\n - name: bob\n   passwd: $6$secret\n   lock_passwd: false\n"
                  "   sudo: ALL=(ALL) NOPASSWD:ALL\n - name: eve\nssh_pwauth: true\n"
                  "chpasswd: {users: [{name: root, password: $6$secret}]}\n",
                  "Creates the user “bob”, who logs in with a password and may do everything.\n"
                  "Creates the user “eve”, who cannot log in.\n"
                  "Leaves out the image’s own user.\n"
                  "Sets root’s password.\n"
                  "Lets users log in over SSH with their password.");
  assert_summary ("disk_setup: {/dev/vdc: {layout: true}}\nwrite_files: [{path: /etc/motd}]\n"
                  "ca_certs: {trusted: [x]}\npackages: [vim, git]\n",
                  "Writes /etc/motd.\n"
                  "Partitions disks. What is on them is lost.\n"
                  "Trusts further certificate authorities.\n"
                  "Installs vim and git.");
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/cloud-config/empty", test_empty);
  g_test_add_func ("/cloud-config/form", test_form);
  g_test_add_func ("/cloud-config/root", test_root);
  g_test_add_func ("/cloud-config/ssh-pwauth", test_ssh_pwauth);
  g_test_add_func ("/cloud-config/unmodified", test_unmodified);
  g_test_add_func ("/cloud-config/read-person", test_read_person);
  g_test_add_func ("/cloud-config/modified", test_modified);
  g_test_add_func ("/cloud-config/modified-rare", test_modified_rare);
  g_test_add_func ("/cloud-config/users-forms", test_users_forms);
  g_test_add_func ("/cloud-config/remove-user", test_remove_user);
  g_test_add_func ("/cloud-config/files", test_files);
  g_test_add_func ("/cloud-config/refused", test_refused);
  g_test_add_func ("/cloud-config/not-utf8", test_not_utf8);
  g_test_add_func ("/cloud-config/notify", test_notify);
  g_test_add_func ("/cloud-config/check-field", test_check_field);
  g_test_add_func ("/cloud-config/lines", test_lines);
  g_test_add_func ("/cloud-config/same-item", test_same_item);
  g_test_add_func ("/cloud-config/warnings", test_warnings);
  g_test_add_func ("/cloud-config/summary", test_summary);
  g_test_add_func ("/cloud-config/cost", test_cost);

  return g_test_run ();
}
