/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <string.h>

#include "hostel-cloud-config.h"
#include "hostel-user-data.h"

/* Form and text are one document: what one view changes, the other shows, and no byte of a person's
 * text changes that no change was asked for. */

#define EXAMPLES "/usr/share/doc/cloud-init/examples"
#define KEY "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8g"
#define EDITS 10000

static char *
load (const char *path)
{
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GFileInputStream) raw = g_file_read (file, NULL, NULL);
  g_autoptr (GInputStream) stream = g_object_ref (G_INPUT_STREAM (raw));
  g_autoptr (GOutputStream) memory = g_memory_output_stream_new_resizable ();
  g_autoptr (GError) error = NULL;

  if (g_str_has_suffix (path, ".gz"))
    {
      g_autoptr (GZlibDecompressor) gzip = g_zlib_decompressor_new (G_ZLIB_COMPRESSOR_FORMAT_GZIP);

      g_object_unref (stream);
      stream = g_converter_input_stream_new (G_INPUT_STREAM (raw), G_CONVERTER (gzip));
    }

  g_output_stream_splice (memory, stream, G_OUTPUT_STREAM_SPLICE_NONE, NULL, &error);
  g_assert_no_error (error);
  g_output_stream_write_all (memory, "", 1, NULL, NULL, NULL);
  g_output_stream_close (memory, NULL, NULL);

  return g_memory_output_stream_steal_data (G_MEMORY_OUTPUT_STREAM (memory));
}

static char *
to_text (HostelCloudConfig *config)
{
  g_autoptr (GError) error = NULL;
  char *text = hostel_cloud_config_to_string (config, &error);

  g_assert_no_error (error);
  return text;
}

/* Whether @line begins an entry of the first level. */
static gboolean
begins_entry (const char *line)
{
  return g_ascii_isalpha (line[0]) || line[0] == '\'' || line[0] == '"';
}

static void
find_entry (char       **lines,
            const char  *key,
            guint       *from,
            guint       *to)
{
  gsize length = strlen (key);
  guint n = g_strv_length (lines);

  *from = *to = n;
  for (guint i = 0; i < n; i++)
    {
      if (strncmp (lines[i], key, length) != 0 || lines[i][length] != ':')
        continue;

      *from = i;
      for (*to = i + 1; *to < n && !begins_entry (lines[*to]); (*to)++)
        ;
    }
}

/* The lines that differ are all of the entry @key. */
static void
assert_only (const char *before,
             const char *after,
             const char *key)
{
  g_auto (GStrv) old = g_strsplit (before, "\n", -1);
  g_auto (GStrv) now = g_strsplit (after, "\n", -1);
  guint old_end = g_strv_length (old);
  guint now_end = g_strv_length (now);
  guint from = 0;
  guint entry_from;
  guint entry_to;

  g_assert_cmpstr (before, !=, after);
  while (from < old_end && from < now_end && strcmp (old[from], now[from]) == 0)
    from++;
  while (old_end > from && now_end > from && strcmp (old[old_end - 1], now[now_end - 1]) == 0)
    {
      old_end--;
      now_end--;
    }

  if (old_end > from)
    {
      find_entry (old, key, &entry_from, &entry_to);
      if (from < entry_from || old_end > entry_to)
        g_error ("lines %u to %u are not of “%s”: %s", from + 1, old_end, key, after);
    }
  find_entry (now, key, &entry_from, &entry_to);
  if (now_end > from && (from < entry_from || now_end > entry_to))
    g_error ("new lines %u to %u are not of “%s”: %s", from + 1, now_end, key, after);
}

static char **
with_one_more (char       **list,
               const char  *item)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  if (list != NULL)
    g_strv_builder_addv (builder, (const char **) list);
  g_strv_builder_add (builder, item);

  return g_strv_builder_end (builder);
}

/* Sets a property, looks at the lines, and sets it back. */
static void
assert_property (const char *text,
                 const char *property,
                 const char *key)
{
  g_autoptr (HostelCloudConfig) config = hostel_cloud_config_new_from_string (text, -1, NULL);
  GParamSpec *pspec = g_object_class_find_property (G_OBJECT_GET_CLASS (config), property);
  g_auto (GValue) old = G_VALUE_INIT;
  g_auto (GValue) now = G_VALUE_INIT;
  g_autofree char *changed = NULL;
  g_autofree char *again = NULL;

  g_value_init (&old, pspec->value_type);
  g_value_init (&now, pspec->value_type);
  g_object_get_property (G_OBJECT (config), property, &old);

  if (G_VALUE_HOLDS_STRING (&now))
    g_value_set_static_string (&now, "changed-1");
  else if (G_VALUE_HOLDS_BOOLEAN (&now))
    g_value_set_boolean (&now, !g_value_get_boolean (&old));
  else
    g_value_take_boxed (&now, with_one_more (g_value_get_boxed (&old), "one more"));

  g_object_set_property (G_OBJECT (config), property, &now);
  changed = to_text (config);
  assert_only (text, changed, key);

  g_object_set_property (G_OBJECT (config), property, &old);
  again = to_text (config);
  g_assert_cmpstr (again, ==, text);
}

static void
assert_user_added (const char *text)
{
  g_autoptr (HostelCloudConfig) config = hostel_cloud_config_new_from_string (text, -1, NULL);
  g_autoptr (HostelCloudUser) user = hostel_cloud_user_new ("someone");
  g_autofree char *changed = NULL;

  hostel_cloud_user_set_ssh_keys (user, (const char * const []) { KEY, NULL });
  hostel_cloud_config_add_user (config, user);
  changed = to_text (config);
  assert_only (text, changed, "users");
}

static void
assert_document (const char *text)
{
  static const struct { const char *property; const char *key; } properties[] = {
    { "hostname", "hostname" }, { "fqdn", "fqdn" }, { "time-zone", "timezone" },
    { "locale", "locale" }, { "final-message", "final_message" },
    { "package-update", "package_update" }, { "package-upgrade", "package_upgrade" },
    { "root-login", "disable_root" }, { "packages", "packages" }, { "run-commands", "runcmd" },
    { "boot-commands", "bootcmd" }, { "default-user-ssh-keys", "ssh_authorized_keys" },
    { "grow-partition", "growpart" }, { "keep-default-user", "users" },
    { "keyboard-layout", "keyboard" }, { "swap-size", "swap" }, { "phone-home-url", "phone_home" },
    { "ntp-servers", "ntp" }, { "mounts", "mounts" }, { "ca-certificates", "ca_certs" },
    { "groups", "groups" }, { "apt-sources", "apt" }, { "yum-repositories", "yum_repos" },
    { "partitions", "disk_setup" }, { "file-systems", "fs_setup" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (properties); i++)
    assert_property (text, properties[i].property, properties[i].key);
  assert_user_added (text);
}

static void
test_examples (void)
{
  g_autoptr (GDir) dir = g_dir_open (EXAMPLES, 0, NULL);
  guint others = 0;
  guint n = 0;
  const char *name;

  if (dir == NULL)
    {
      g_test_skip ("cloud-init's documentation is not installed");
      return;
    }

  while ((name = g_dir_read_name (dir)))
    {
      g_autofree char *path = g_build_filename (EXAMPLES, name, NULL);
      g_autoptr (HostelCloudConfig) config = NULL;
      g_autoptr (GError) error = NULL;
      g_autoptr (GBytes) bytes = NULL;
      g_autofree char *text = NULL;
      g_autofree char *written = NULL;

      if (g_file_test (path, G_FILE_TEST_IS_DIR))
        continue;

      text = load (path);
      bytes = g_bytes_new_static (text, strlen (text));
      if (hostel_user_data_get_kind (bytes) != HOSTEL_USER_DATA_CLOUD_CONFIG)
        {
          others++;
          continue;
        }

      g_test_message ("%s", name);
      config = hostel_cloud_config_new_from_string (text, -1, &error);
      if (config == NULL)
        {
          g_test_message ("%s", error->message);
          continue;
        }
      written = to_text (config);
      g_assert_cmpstr (written, ==, text);
      assert_document (text);
      n++;
    }

  g_test_message ("%u cloud-configs, %u of other kinds", n, others);
  g_assert_cmpuint (n, >=, 20);
}

/* Hands have written these. */
static const char * const documents[] = {
  "#cloud-config\n# my machine\nhostname: old   # the name\n\nusers:\n    - default\n"
  "    -   name: bob\n        groups: adm, sudo\n        sudo: ['ALL=(ALL) NOPASSWD:ALL']\n"
  "    - snapuser: who@example.org\n# packages of the day\npackages: [htop, [nginx, '1.2']]\n\n"
  "# the end\nruncmd:\n  - [ls, -l, \"it's\"]\n  -   echo two\n  # last\nweird key?: ~\n",
  "#cloud-config\r\nhostname: web1\r\n# note\r\npackages:\r\n- a\r\n- b # two\r\n",
  "#cloud-config\nhostname: &n a # anchored\nfqdn: *n\nntp: {servers: [*n]}\n",
  "#cloud-config\nbase: &b {shell: /bin/sh}\nusers:\n- <<: *b\n  name: a\n- {name: c, gecos: C}\n",
  "#cloud-config\nwrite_files:\n- path: /a\n  content: |\n    one\n\n    two\n\n- path: /b\n"
  "  content: >-\n    folded\n    text\n\nfinal_message: |+\n  bye\n\n\nruncmd:\n- |\n  if true\n"
  "  then\n    ls\n  fi",
  "#cloud-config\n---\nusers: default, alice\ngrowpart: {mode: auto}\n...\n",
  "#cloud-config\n# nothing yet\n",
  "#cloud-config\n{}\n",
  "#cloud-config\ngroups: # of all\n- admins\n- web: [carol]\n- odd: {}\n- {}\n- []\napt:\n  # ours\n  sources:\n"
  "    docker: # theirs\n      source: deb https://example.org/d $RELEASE stable\n      key: |\n"
  "        -----BEGIN\n      filename: d.list\n    none: {keyid: 9DC858229FC7DD38}\nyum_repos:\n"
  "  tools: {baseurl: 'https://example.org/el9', enabled: false}\ndisk_setup:\n  /dev/vdb:\n"
  "    table_type: gpt\n    layout: [33, [66, 82]]\n  /dev/vdc:\n    layout: true\n    overwrite: true\n"
  "fs_setup:\n- {device: /dev/vdc1, filesystem: ext4, partition: auto} # why\n- cmd: mkfs\n",
  "#cloud-config\ngroups: {web: [carol], admins: root}\n",
  "#cloud-config\npackages:\n-\n  htop\n-   # why\n  nginx\nruncmd:\n- - ls\n  - -l\n- - id\n",
};

static void
test_documents (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (documents); i++)
    {
      g_autoptr (HostelCloudConfig) config = hostel_cloud_config_new_from_string (documents[i], -1,
                                                                                  NULL);
      g_autofree char *text = to_text (config);

      g_assert_cmpstr (text, ==, documents[i]);
    }

  assert_document (documents[0]);
  assert_document (documents[1]);
  assert_document (documents[4]);
  assert_document (documents[6]);
  assert_document (documents[8]);
  assert_document (documents[9]);
}

/* What the first use of an anchor referred to stays there. */
static void
test_anchor (void)
{
  g_autoptr (HostelCloudConfig) config = hostel_cloud_config_new_from_string (documents[2], -1, NULL);
  g_autofree char *text = NULL;

  hostel_cloud_config_set_hostname (config, "b");
  text = to_text (config);
  g_assert_cmpstr (text, ==, "#cloud-config\nhostname: b # anchored\nfqdn: &n a\n"
                             "ntp: {servers: [*n]}\n");
}

static char *
random_word (GRand *rand)
{
  static const char * const words[] = {
    "web1", "yes", "it's", "a: b", "# no", "two words", "1.5", "", "\"q\"", "- x", "line\ntwo\n",
    "ends\n\n", "é", "*a", "{x}", "[y", "null", "trailing ", "  leading", "tab\tinside",
  };

  return g_strdup (words[g_rand_int_range (rand, 0, G_N_ELEMENTS (words))]);
}

/* What is a line of its own kind is no word. */
static char *
random_item (GRand      *rand,
             const char *property)
{
  static const struct { const char *property; const char *lines[3]; } kinds[] = {
    { "mounts", { "LABEL=data /srv ext4 noatime 0 2", "/dev/vdb1 /srv", "a b" } },
    { "groups", { "admins", "admins: alice, bob", "web: carol" } },
    { "apt-sources", { "docker: deb https://example.org/d $RELEASE stable", "ppa: ppa:me/it",
                       "docker: deb https://example.org/e stable main key=9DC858229FC7DD38" } },
    { "yum-repositories", { "tools: https://example.org/el9", "it's: file:///srv/#1",
                            "tools: https://example.org/9 key=https://example.org/key" } },
    { "partitions", { "/dev/vdb gpt", "/dev/vdb mbr 50 50", "/dev/vdc gpt 33 66" } },
    { "file-systems", { "/dev/vdb1 ext4", "/dev/vdb1 xfs my data", "/dev/vdc1 ext4 # 1" } },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (kinds); i++)
    if (g_str_equal (kinds[i].property, property))
      return g_strdup (kinds[i].lines[g_rand_int_range (rand, 0, 3)]);

  return random_word (rand);
}

static void
edit_list (GRand             *rand,
           HostelCloudConfig *config)
{
  static const char * const names[] = {
    "packages", "run-commands", "boot-commands", "root-ssh-keys", "default-user-ssh-keys",
    "ntp-servers", "ca-certificates", "mounts", "groups", "apt-sources", "yum-repositories",
    "partitions", "file-systems"
  };
  const char *name = names[g_rand_int_range (rand, 0, G_N_ELEMENTS (names))];
  g_autoptr (GPtrArray) items = g_ptr_array_new_with_free_func (g_free);
  g_auto (GStrv) old = NULL;

  g_object_get (config, name, &old, NULL);
  for (gsize i = 0; old != NULL && old[i] != NULL; i++)
    {
      if (g_rand_int_range (rand, 0, 4) != 0)
        g_ptr_array_add (items, g_strdup (old[i]));
    }
  if (g_rand_boolean (rand))
    g_ptr_array_insert (items, g_rand_int_range (rand, 0, items->len + 1),
                        random_item (rand, name));
  g_ptr_array_add (items, NULL);

  g_object_set (config, name, items->len > 1 ? items->pdata : NULL, NULL);
}

static void
edit_user (GRand             *rand,
           HostelCloudConfig *config)
{
  GListModel *users = hostel_cloud_config_get_users (config);
  guint n = g_list_model_get_n_items (users);
  g_autofree char *word = random_word (rand);
  g_autoptr (HostelCloudUser) user = NULL;

  if (n == 0 || (n < 4 && g_rand_int_range (rand, 0, 4) == 0))
    {
      user = hostel_cloud_user_new ("new");
      hostel_cloud_config_add_user (config, user);
      return;
    }

  user = g_list_model_get_item (users, g_rand_int_range (rand, 0, n));
  switch (g_rand_int_range (rand, 0, 5))
    {
    case 0:
      hostel_cloud_config_remove_user (config, user);
      break;
    case 1:
      hostel_cloud_user_set_full_name (user, word);
      break;
    case 2:
      hostel_cloud_user_set_sudo (user, g_rand_boolean (rand));
      break;
    case 3:
      hostel_cloud_user_set_ssh_keys (user, (const char * const []) { KEY, NULL });
      break;
    default:
      hostel_cloud_user_set_shell (user, word);
    }
}

static void
edit_form (GRand             *rand,
           HostelCloudConfig *config)
{
  static const char * const strings[] = {
    "hostname", "fqdn", "time-zone", "locale", "final-message", "root-password-hash",
    "keyboard-layout", "swap-size", "phone-home-url"
  };
  static const char * const booleans[] = {
    "keep-default-user", "root-login", "package-update", "package-upgrade", "grow-partition"
  };
  g_autofree char *word = random_word (rand);

  switch (g_rand_int_range (rand, 0, 4))
    {
    case 0:
      g_object_set (config, strings[g_rand_int_range (rand, 0, G_N_ELEMENTS (strings))], word, NULL);
      break;
    case 1:
      g_object_set (config, booleans[g_rand_int_range (rand, 0, G_N_ELEMENTS (booleans))],
                    g_rand_boolean (rand), NULL);
      break;
    case 2:
      edit_list (rand, config);
      break;
    default:
      edit_user (rand, config);
    }
}

/* As somebody types: a line more, a line less, other characters. */
static char *
edit_text (GRand      *rand,
           const char *text)
{
  static const char * const lines[] = {
    "packages: [one, two]\n", "# a comment\n", "hostname: typed\n", "users:\n- typed\n", "\n",
    "ntp:\n  enabled: true\n", "  - item\n", "- item\n", "runcmd:\n  - ls\n  - 'id'\n", "  key: v\n",
  };
  GString *edited = g_string_new (text);
  gsize at = g_rand_int_range (rand, 13, edited->len + 1);
  gsize line = at;

  while (line > 13 && edited->str[line - 1] != '\n')
    line--;

  switch (g_rand_int_range (rand, 0, 3))
    {
    case 0:
      g_string_insert (edited, line, lines[g_rand_int_range (rand, 0, G_N_ELEMENTS (lines))]);
      break;
    case 1:
      g_string_erase (edited, line, MIN (strcspn (edited->str + line, "\n") + 1,
                                         edited->len - line));
      break;
    default:
      g_string_insert_c (edited, at, "abc -:#'\n"[g_rand_int_range (rand, 0, 9)]);
    }

  return g_string_free (edited, FALSE);
}

/* What one view holds is what the other reads. */
static void
assert_agree (HostelCloudConfig *config,
              const char        *text)
{
  g_autoptr (HostelCloudConfig) other = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *again = NULL;

  other = hostel_cloud_config_new_from_string (text, -1, &error);
  if (other == NULL || !hostel_cloud_config_equal (config, other))
    g_error ("%s: [%s]", error != NULL ? error->message : "the views do not agree", text);

  again = to_text (other);
  g_assert_cmpstr (again, ==, text);
}

static void
test_in_turn (void)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (20240229);
  g_autoptr (HostelCloudConfig) config = NULL;
  guint refused = 0;

  for (guint i = 0; i < EDITS; i++)
    {
      g_autofree char *text = NULL;
      g_autofree char *before = NULL;

      if (config == NULL || i % 40 == 0)
        {
          g_clear_object (&config);
          config = hostel_cloud_config_new_from_string (documents[i / 40 % G_N_ELEMENTS (documents)],
                                                        -1, NULL);
        }

      before = to_text (config);
      if (i % 2 == 0)
        edit_form (rand, config);
      else
        {
          g_autofree char *edited = edit_text (rand, before);

          if (hostel_cloud_config_parse (config, edited, -1, NULL))
            {
              text = to_text (config);
              g_assert_cmpstr (text, ==, edited);
              continue;
            }

          /* Text that cannot be read leaves the form as it was. */
          refused++;
          text = to_text (config);
          g_assert_cmpstr (text, ==, before);
          continue;
        }

      text = to_text (config);
      assert_agree (config, text);
    }

  g_test_message ("%d edits, %u texts refused", EDITS, refused);
}

/* In a flow list an item comes and goes, and every comment around it stays. */
static void
test_flow (void)
{
  static const struct
  {
    const char *text;
    const char *packages; /* with blanks between them */
    const char *expected;
  } cases[] = {
    { "packages: [\n  git,  # a\n  'vim',  # b\n  # c\n  mc,\n]\n", "git vim mc new",
      "packages: [\n  git,  # a\n  'vim',  # b\n  # c\n  mc,\n  new,\n]\n" },
    { "packages: [\n  git,  # a\n  mc  # b\n  # c\n]\n", "git mc new",
      "packages: [\n  git,  # a\n  mc,  # b\n  new\n  # c\n]\n" },
    { "packages: [\n  git,  # a\n  vim,  # b\n  mc,  # c\n]\n", "git mc",
      "packages: [\n  git,  # a\n  mc,  # c\n]\n" },
    { "packages: [\n  git,  # a\n  mc,  # c\n]\n", "new git mc",
      "packages: [\n  new,\n  git,  # a\n  mc,  # c\n]\n" },
    { "packages: [git,  # a\n           mc]  # c\n", "git mc new",
      "packages: [git,  # a\n           mc, new]  # c\n" },
    { "packages: [ git,vim , mc ] # c\n", "git mc", "packages: [ git,mc ] # c\n" },
    { "packages: [git, mc, ] # c\n", "git mc new", "packages: [git, mc, new, ] # c\n" },
    { "packages: [ # a\n]\n", "new", "packages: [new # a\n]\n" },
    { "packages: [\r\n  git, # a\r\n]\r\n", "git new",
      "packages: [\r\n  git, # a\r\n  new,\r\n]\r\n" },
    { "{hostname: a, # a\n  packages: [git # b\n  ]} # c\n", "git new",
      "{hostname: a, # a\n  packages: [git, # b\n             new\n  ]} # c\n" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      const char *head = strchr (cases[i].text, '\r') != NULL ? "#cloud-config\r\n" : "#cloud-config\n";
      g_autofree char *text = g_strconcat (head, cases[i].text, NULL);
      g_autofree char *expected = g_strconcat (head, cases[i].expected, NULL);
      g_auto (GStrv) packages = g_strsplit (cases[i].packages, " ", -1);
      g_autoptr (HostelCloudConfig) config = hostel_cloud_config_new_from_string (text, -1, NULL);
      g_autofree char *written = NULL;

      g_assert_nonnull (config);
      hostel_cloud_config_set_packages (config, (const char * const *) packages);
      written = to_text (config);
      g_assert_cmpstr (written, ==, expected);
    }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/cloud-edits/documents", test_documents);
  g_test_add_func ("/cloud-edits/flow", test_flow);
  g_test_add_func ("/cloud-edits/anchor", test_anchor);
  g_test_add_func ("/cloud-edits/examples", test_examples);
  g_test_add_func ("/cloud-edits/in-turn", test_in_turn);

  return g_test_run ();
}
