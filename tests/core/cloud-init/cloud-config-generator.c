/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Writes random cloud-configs for cloud-config-oracle.py, one JSON object a line: what was put in,
 * and the text that came out. usage: cloud-config-generator COUNT SEED */
#include "config.h"

#include <json-glib/json-glib.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "hostel-cloud-config.h"

/* A plain word mostly, else one of the named classes of strings that break careless writers. */
static char *
random_string (GRand *rand,
               char **class)
{
  static const struct { const char *class; const char *text; } texts[] = {
    { "quotes", "it's \"quoted\" \\ and `back`" },
    { "quotes", "'" },
    { "colon", "key: value" },
    { "colon", "ends with:" },
    { "comment", "echo one # two" },
    { "comment", "#first" },
    { "tab", "a\tb" },
    { "tab", "\tindented" },
    { "tab", "trailing\t" },
    { "spaces", "  leading" },
    { "spaces", "trailing  " },
    { "spaces", "   " },
    { "bool", "yes" },
    { "bool", "Off" },
    { "bool", "y" },
    { "null", "~" },
    { "null", "null" },
    { "int", "0x1" },
    { "int", "0777" },
    { "int", "1_000" },
    { "float", "1e3" },
    { "float", ".inf" },
    { "float", "5.10" },
    { "sexagesimal", "12:30:45" },
    { "timestamp", "2024-01-02" },
    { "timestamp", "2024-99-99" },
    { "merge", "<<" },
    { "value", "=" },
    { "indicator", "- item" },
    { "indicator", "? key" },
    { "indicator", "*alias" },
    { "indicator", "&anchor" },
    { "indicator", "!tag" },
    { "indicator", "%directive" },
    { "indicator", "@at" },
    { "indicator", "{flow: [a, b]}" },
    { "indicator", "| block" },
    { "indicator", "---" },
    { "indicator", "..." },
    { "emoji", "rocket \xf0\x9f\x9a\x80 \xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x92\xbb" },
    { "rtl", "\xd7\xa9\xd7\x9c\xd7\x95\xd7\x9d \xe2\x80\xae reversed" },
    { "unicode", "na\xc3\xafve \xe2\x80\xa8 line separator \xc2\x85 next line" },
    { "unicode", "\xef\xbb\xbf" "byte order mark \x7f delete \x01 control" },
    { "multi-line", "one\ntwo\n" },
    { "multi-line", "one\ntwo" },
    { "multi-line", "one\n\n\n" },
    { "multi-line", "\nstarts empty\n" },
    { "multi-line", "  indented\nthen not\n" },
    { "multi-line", "\ttab\n  spaces \n# hash\n---\n...\n" },
    { "multi-line", "trailing blank \nline\n" },
    { "multi-line", "\n" },
    { "multi-line", "carriage\r\nreturn\r" },
  };
  guint choice = g_rand_int_range (rand, 0, G_N_ELEMENTS (texts) + 12);

  if (choice < G_N_ELEMENTS (texts))
    {
      *class = g_strdup (texts[choice].class);
      return g_strdup (texts[choice].text);
    }

  if (choice == G_N_ELEMENTS (texts))
    {
      GString *text = g_string_new (NULL);

      *class = g_strdup ("10 KB");
      while (text->len < 10 * 1024)
        g_string_append_printf (text, "%s%s", texts[g_rand_int_range (rand, 0, 40)].text,
                                g_rand_int_range (rand, 0, 9) == 0 ? "\n" : " ");
      return g_string_free (text, FALSE);
    }

  *class = g_strdup ("plain");
  return g_strdup_printf ("word%u", g_rand_int (rand));
}

static char *
add_string (GRand       *rand,
            JsonBuilder *builder)
{
  g_autofree char *class = NULL;
  char *text = random_string (rand, &class);

  json_builder_add_string_value (builder, text);
  return text;
}

/* NULL, or one to four strings, which are also told to the builder. */
static char **
add_list (GRand       *rand,
          JsonBuilder *builder,
          gboolean     distinct)
{
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  int n = g_rand_int_range (rand, 0, 5);
  GStrvBuilder *strv = g_strv_builder_new ();
  char **list;

  json_builder_begin_array (builder);
  for (int i = 0; i < n; i++)
    {
      g_autofree char *class = NULL;
      g_autofree char *text = random_string (rand, &class);

      if (!g_hash_table_add (seen, g_strdup (text)) && distinct)
        continue;

      json_builder_add_string_value (builder, text);
      g_strv_builder_add (strv, text);
    }
  json_builder_end_array (builder);
  list = g_strv_builder_end (strv);
  g_strv_builder_unref (strv);

  return list;
}

/* NULL, or lines of their own kind, none twice and none of a name that was there. */
static char **
add_lines (GRand              *rand,
           JsonBuilder        *builder,
           const char * const *lines)
{
  g_autoptr (GStrvBuilder) strv = g_strv_builder_new ();

  json_builder_begin_array (builder);
  for (gsize i = 0; lines[i] != NULL; i++)
    {
      if (g_rand_boolean (rand))
        continue;

      json_builder_add_string_value (builder, lines[i]);
      g_strv_builder_add (strv, lines[i]);
    }
  json_builder_end_array (builder);

  return g_strv_builder_end (strv);
}

static const char * const *
find_lines (const char *property)
{
  static const struct { const char *property; const char *lines[7]; } kinds[] = {
    { "mounts",
      { "/dev/vdb /srv", "LABEL=data /var/lib/data ext4 noatime 0 2", "10.0.0.1:/export /mnt nfs",
        "UUID=0b1c none swap sw", "share /home/alice/share virtiofs",
        "\u00e9:# /\u00e9 'auto' \"ro\"" } },
    { "groups", { "admins: alice, bob", "web", "yes", "9: 1" } },
    { "apt-sources",
      { "docker: deb [arch=amd64] https://example.org/d $RELEASE stable key=0x9DC858229FC7DD38",
        "1: ppa:me/it", "yes: deb-src https://example.org/# ./", "\u00e9: deb file:/a b 'c'" } },
    { "yum-repositories",
      { "tools: https://example.org/el9", "no: file:///srv/#1",
        "e_l: https://example.org/9 key=https://example.org/key" } },
    { "partitions", { "/dev/vdb gpt", "/dev/vdc mbr 50 50", "my_disk gpt 33 66" } },
    { "file-systems", { "/dev/vdb1 ext4", "/dev/vdc1 xfs my data: # 1", "my_disk.1 swap 1" } },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (kinds); i++)
    if (g_str_equal (kinds[i].property, property))
      return kinds[i].lines;

  return NULL;
}

static void
add_string_property (GRand       *rand,
                     JsonBuilder *builder,
                     GObject     *object,
                     const char  *name)
{
  /* The schema refuses any other. */
  static const char * const sizes[] = { "auto", "2G", "1.5G", "1073741824" };
  g_autofree char *text = NULL;

  if (g_rand_boolean (rand))
    return;

  json_builder_set_member_name (builder, name);
  if (g_str_equal (name, "swap-size"))
    {
      text = g_strdup (sizes[g_rand_int_range (rand, 0, G_N_ELEMENTS (sizes))]);
      json_builder_add_string_value (builder, text);
    }
  else
    {
      text = add_string (rand, builder);
    }
  g_object_set (object, name, text, NULL);
}

static void
add_boolean_property (GRand       *rand,
                      JsonBuilder *builder,
                      GObject     *object,
                      const char  *name)
{
  gboolean value = g_rand_boolean (rand);

  json_builder_set_member_name (builder, name);
  json_builder_add_boolean_value (builder, value);
  g_object_set (object, name, value, NULL);
}

static void
add_list_property (GRand       *rand,
                   JsonBuilder *builder,
                   GObject     *object,
                   const char  *name)
{
  const char * const *lines = HOSTEL_IS_CLOUD_CONFIG (object) ? find_lines (name) : NULL;
  g_auto (GStrv) list = NULL;

  json_builder_set_member_name (builder, name);
  if (lines != NULL)
    list = add_lines (rand, builder, lines);
  else
    /* The schema wants no server and no certificate twice. */
    list = add_list (rand, builder,
                     g_str_equal (name, "ntp-servers") || g_str_equal (name, "ca-certificates"));
  g_object_set (object, name, list, NULL);
}

static void
add_users (GRand             *rand,
           JsonBuilder       *builder,
           HostelCloudConfig *config)
{
  int n = g_rand_int_range (rand, 0, 4);

  json_builder_set_member_name (builder, "users");
  json_builder_begin_array (builder);
  for (int i = 0; i < n; i++)
    {
      g_autofree char *name = g_strdup_printf ("user%d", i);
      g_autoptr (HostelCloudUser) user = hostel_cloud_user_new (name);

      json_builder_begin_object (builder);
      json_builder_set_member_name (builder, "name");
      json_builder_add_string_value (builder, name);
      add_string_property (rand, builder, G_OBJECT (user), "full-name");
      add_string_property (rand, builder, G_OBJECT (user), "password-hash");
      add_string_property (rand, builder, G_OBJECT (user), "shell");
      add_boolean_property (rand, builder, G_OBJECT (user), "sudo");
      add_list_property (rand, builder, G_OBJECT (user), "ssh-keys");
      add_list_property (rand, builder, G_OBJECT (user), "ssh-import-ids");
      add_list_property (rand, builder, G_OBJECT (user), "groups");
      json_builder_end_object (builder);
      hostel_cloud_config_add_user (config, user);
    }
  json_builder_end_array (builder);
}

static void
add_files (GRand             *rand,
           JsonBuilder       *builder,
           HostelCloudConfig *config)
{
  g_autoptr (GPtrArray) files =
    g_ptr_array_new_with_free_func ((GDestroyNotify) hostel_cloud_file_free);
  int n = g_rand_int_range (rand, 0, 3);

  json_builder_set_member_name (builder, "files");
  json_builder_begin_array (builder);
  for (int i = 0; i < n; i++)
    {
      HostelCloudFile *file;
      g_autofree char *path = g_strdup_printf ("/etc/file%d", i);
      g_autofree char *content = NULL;
      g_autoptr (GBytes) bytes = NULL;

      json_builder_begin_object (builder);
      json_builder_set_member_name (builder, "path");
      json_builder_add_string_value (builder, path);
      if (g_rand_int_range (rand, 0, 4) == 0)
        {
          guint8 data[257];

          for (gsize j = 0; j < sizeof data; j++)
            data[j] = g_rand_int (rand);
          data[0] = 0xff;
          content = g_base64_encode (data, sizeof data);
          bytes = g_bytes_new (data, sizeof data);
          json_builder_set_member_name (builder, "base64");
          json_builder_add_string_value (builder, content);
        }
      else
        {
          json_builder_set_member_name (builder, "content");
          content = add_string (rand, builder);
          bytes = g_bytes_new (content, strlen (content));
        }

      file = hostel_cloud_file_new (path, bytes);
      if (g_rand_boolean (rand))
        {
          g_free (file->permissions);
          file->permissions = g_strdup ("0644");
          file->append = TRUE;
        }
      json_builder_set_member_name (builder, "append");
      json_builder_add_boolean_value (builder, file->append);
      json_builder_end_object (builder);
      g_ptr_array_add (files, file);
    }
  json_builder_end_array (builder);
  hostel_cloud_config_set_files (config, files);
}

static void
generate (GRand *rand)
{
  static const char * const strings[] = {
    "hostname", "fqdn", "time-zone", "locale", "final-message", "root-password-hash",
    "keyboard-layout", "swap-size", "phone-home-url"
  };
  static const char * const booleans[] = {
    "keep-default-user", "root-login", "package-update", "package-upgrade", "grow-partition"
  };
  static const char * const lists[] = {
    "root-ssh-keys", "default-user-ssh-keys", "packages", "boot-commands", "run-commands",
    "ntp-servers", "mounts", "ca-certificates", "groups", "apt-sources", "yum-repositories",
    "partitions", "file-systems"
  };
  g_autoptr (HostelCloudConfig) config = hostel_cloud_config_new ();
  g_autoptr (HostelCloudConfig) again = NULL;
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autoptr (JsonNode) root = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;
  g_autofree char *line = NULL;
  int power_state = g_rand_int_range (rand, 0, 4);

  json_builder_begin_object (builder);
  for (gsize i = 0; i < G_N_ELEMENTS (strings); i++)
    add_string_property (rand, builder, G_OBJECT (config), strings[i]);
  for (gsize i = 0; i < G_N_ELEMENTS (booleans); i++)
    add_boolean_property (rand, builder, G_OBJECT (config), booleans[i]);
  for (gsize i = 0; i < G_N_ELEMENTS (lists); i++)
    add_list_property (rand, builder, G_OBJECT (config), lists[i]);
  add_users (rand, builder, config);
  add_files (rand, builder, config);
  g_object_set (config, "power-state", power_state, NULL);
  json_builder_set_member_name (builder, "power-state");
  json_builder_add_int_value (builder, power_state);

  if ((text = hostel_cloud_config_to_string (config, &error)) == NULL)
    g_error ("%s", error->message);

  /* Our own reader is one of the readers. */
  if ((again = hostel_cloud_config_new_from_string (text, -1, &error)) == NULL)
    g_error ("%s in: %s", error->message, text);
  if (!hostel_cloud_config_equal (config, again))
    g_error ("Not equal after reading back: %s", text);

  json_builder_set_member_name (builder, "text");
  json_builder_add_string_value (builder, text);
  json_builder_end_object (builder);
  root = json_builder_get_root (builder);
  line = json_to_string (root, FALSE);
  /* Not g_print(): it changes what the locale cannot show. */
  puts (line);
}

int
main (int    argc,
      char **argv)
{
  g_autoptr (GRand) rand = NULL;

  if (argc != 3)
    return 2;

  rand = g_rand_new_with_seed (atoi (argv[2]));
  for (int i = 0; i < atoi (argv[1]); i++)
    generate (rand);

  return 0;
}
