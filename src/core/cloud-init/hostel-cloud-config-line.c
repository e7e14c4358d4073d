/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "hostel-cloud-config"

#include "config.h"

#include <string.h>
#include <yaml.h>

#include "hostel-cloud-config-private.h"

/* An item of the document as the one line that the form shows of it, and back. Only what the line
 * tells as it is has one: all else is %NULL here, is not in the form, and stays in the document. */

#define KEY_WORD "key="

static const char * const apt_keys[] = { "source", "keyid", NULL };
static const char * const yum_keys[] = { "baseurl", "gpgkey", NULL };
static const char * const partition_keys[] = { "table_type", "layout", NULL };
static const char * const file_system_keys[] = { "device", "filesystem", "label", NULL };

static gboolean
is_word (const char *text)
{
  return text != NULL && *text != '\0' && strpbrk (text, " \t\r\n") == NULL;
}

/* Whether it stays as it is at the end of a line. */
static gboolean
is_rest (const char *text)
{
  return text != NULL && *text != '\0' && strpbrk (text, "\t\r\n") == NULL &&
         !g_ascii_isspace (text[0]) && !g_ascii_isspace (text[strlen (text) - 1]);
}

/* Returns: (transfer full): the words of @line, none of them empty */
static GStrv
split_words (const char *line,
             const char *separators)
{
  g_auto (GStrv) words = g_strsplit_set (line, separators, -1);
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  for (gsize i = 0; words[i] != NULL; i++)
    if (*words[i] != '\0')
      g_strv_builder_add (builder, words[i]);

  return g_strv_builder_end (builder);
}

/* @line is "NAME: REST"; both are stripped, and without a colon all of it is the name. */
static void
split_name (const char  *line,
            char       **name,
            char       **rest)
{
  const char *colon = strstr (line, ": ");

  *name = g_strstrip (colon != NULL ? g_strndup (line, colon - line) : g_strdup (line));
  *rest = g_strstrip (g_strdup (colon != NULL ? colon + 2 : ""));
}

/* cloud-init hands a command that is a list to the shell with each word in single quotes
 * (util.shellify). */
static char *
read_words (HostelYaml       *item,
            HostelCloudItems  items)
{
  g_autoptr (GString) line = g_string_new (NULL);

  if (!hostel_yaml_is_sequence (item) || hostel_yaml_get_length (item) == 0)
    return NULL;

  for (guint i = 0; i < hostel_yaml_get_length (item); i++)
    {
      const char *word = hostel_yaml_get_string (hostel_yaml_get_child (item, i));
      g_autofree char *quoted = NULL;

      /* A field that is null has no place in a line, nor has one with a blank. */
      if (word == NULL || (items == HOSTEL_CLOUD_ITEMS_FSTAB && !is_word (word)))
        return NULL;

      quoted = items == HOSTEL_CLOUD_ITEMS_FSTAB ? g_strdup (word) : g_shell_quote (word);
      g_string_append_printf (line, "%s%s", i > 0 ? " " : "", quoted);
    }

  return g_strdup (line->str);
}

static gboolean
is_group_word (const char *text)
{
  return is_word (text) && strpbrk (text, ",:") == NULL;
}

/* "NAME", or "NAME: MEMBER, MEMBER". */
static char *
read_group (HostelYaml *item)
{
  const char *name = hostel_yaml_get_string (item);
  HostelYaml *members;
  g_autoptr (GString) line = NULL;

  if (!hostel_yaml_is_mapping (item))
    return is_group_word (name) ? g_strdup (name) : NULL;
  if (hostel_yaml_get_length (item) != 1)
    return NULL;

  name = hostel_yaml_get_key (item, 0);
  members = hostel_yaml_get_child (item, 0);
  if (!is_group_word (name) || hostel_yaml_is_mapping (members))
    return NULL;
  if (is_group_word (hostel_yaml_get_string (members)))
    return g_strdup_printf ("%s: %s", name, hostel_yaml_get_string (members));

  line = g_string_new (name);
  for (guint i = 0; i < hostel_yaml_get_length (members); i++)
    {
      const char *member = hostel_yaml_get_string (hostel_yaml_get_child (members, i));

      if (!is_group_word (member))
        return NULL;
      g_string_append_printf (line, "%s %s", i == 0 ? ":" : ",", member);
    }

  return hostel_yaml_get_length (members) > 0 ? g_strdup (line->str) : NULL;
}

/* "DEVICE TYPE", and a label, which may have blanks. */
static char *
read_file_system (HostelYaml *item)
{
  const char *device = hostel_yaml_lookup_string (item, "device");
  const char *type = hostel_yaml_lookup_string (item, "filesystem");
  const char *label = hostel_yaml_lookup_string (item, "label");

  if (!is_word (device) || !is_word (type))
    return NULL;
  if (hostel_yaml_lookup (item, "label") == NULL)
    return g_strdup_printf ("%s %s", device, type);

  return is_rest (label) ? g_strdup_printf ("%s %s %s", device, type, label) : NULL;
}

char *
hostel_cloud_read_item (HostelYaml       *item,
                        HostelCloudItems  items)
{
  if (items == HOSTEL_CLOUD_ITEMS_GROUPS)
    return read_group (item);
  if (items == HOSTEL_CLOUD_ITEMS_FILE_SYSTEMS)
    return read_file_system (item);
  if (item->kind == HOSTEL_YAML_SCALAR)
    return g_strdup (hostel_yaml_get_string (item));

  return items == HOSTEL_CLOUD_ITEMS_PLAIN ? NULL : read_words (item, items);
}

/* "NAME: ADDRESS", and "key=" with what proves what comes from there. */
static char *
read_repository (const char         *name,
                 HostelYaml         *value,
                 const char * const *keys)
{
  const char *address = hostel_yaml_lookup_string (value, keys[0]);
  const char *key = hostel_yaml_lookup_string (value, keys[1]);

  if (!is_rest (address) || strstr (address, " " KEY_WORD) != NULL ||
      g_str_has_prefix (address, KEY_WORD))
    return NULL;
  if (hostel_yaml_lookup (value, keys[1]) == NULL)
    return g_strdup_printf ("%s: %s", name, address);

  return is_word (key) ? g_strdup_printf ("%s: %s " KEY_WORD "%s", name, address, key) : NULL;
}

/* "DEVICE TABLE", and the sizes of the partitions in percent where there is more than one. */
static char *
read_partitions (const char *device,
                 HostelYaml *value)
{
  const char *table = hostel_yaml_lookup_string (value, "table_type");
  HostelYaml *layout = hostel_yaml_lookup (value, "layout");
  g_autoptr (GString) line = g_string_new (device);
  gboolean whole;

  if (hostel_yaml_lookup (value, "table_type") != NULL && !is_word (table))
    return NULL;

  /* The default of cloud-init's module disk_setup. */
  g_string_append_printf (line, " %s", table != NULL ? table : "mbr");
  if (!hostel_yaml_is_sequence (layout))
    return hostel_yaml_get_boolean (layout, &whole) && whole ? g_strdup (line->str) : NULL;

  for (guint i = 0; i < hostel_yaml_get_length (layout); i++)
    {
      HostelYaml *size = hostel_yaml_get_child (layout, i);

      if (hostel_yaml_get_value_type (size) != HOSTEL_YAML_TYPE_INTEGER)
        return NULL;
      g_string_append_printf (line, " %" G_GINT64_FORMAT, hostel_yaml_get_integer (size));
    }

  return hostel_yaml_get_length (layout) > 0 ? g_strdup (line->str) : NULL;
}

/* As hostel_cloud_read_item() of an entry of a mapping. */
char *
hostel_cloud_read_entry (const char       *name,
                         HostelYaml       *value,
                         HostelCloudItems  items)
{
  if (!is_word (name) || !hostel_yaml_is_mapping (value))
    return NULL;

  if (items == HOSTEL_CLOUD_ITEMS_PARTITIONS)
    return read_partitions (name, value);

  return read_repository (name, value,
                          items == HOSTEL_CLOUD_ITEMS_APT_SOURCES ? apt_keys : yum_keys);
}

static HostelYaml *
new_words (const char *line)
{
  g_auto (GStrv) words = split_words (line, " \t\n");
  HostelYaml *item = hostel_yaml_new (HOSTEL_YAML_SEQUENCE);

  item->style = YAML_FLOW_SEQUENCE_STYLE;
  for (gsize i = 0; words[i] != NULL; i++)
    hostel_yaml_append (item, hostel_yaml_new_string (words[i]));

  return item;
}

static HostelYaml *
new_group (const char *line)
{
  g_autofree char *name = NULL;
  g_autofree char *rest = NULL;
  g_auto (GStrv) members = NULL;
  HostelYaml *list;
  HostelYaml *item;

  split_name (line, &name, &rest);
  members = split_words (rest, " ,\t");
  if (members[0] == NULL)
    return hostel_yaml_new_string (name);

  list = hostel_yaml_new_strv ((const char * const *) members);
  list->style = YAML_FLOW_SEQUENCE_STYLE;
  item = hostel_yaml_new (HOSTEL_YAML_MAPPING);
  hostel_yaml_set (item, name, list);

  return item;
}

/* The first @n words of @line, what is left is the last one; "" where there is none. */
static GStrv
split_line (const char *line,
            gsize       n)
{
  g_auto (GStrv) words = split_words (line, " \t\n");
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  gsize length = g_strv_length (words);
  g_autofree char *rest = g_strjoinv (" ", words + MIN (n, length));

  for (gsize i = 0; i < n; i++)
    g_strv_builder_add (builder, i < length ? words[i] : "");
  g_strv_builder_add (builder, rest);

  return g_strv_builder_end (builder);
}

static HostelYaml *
new_file_system (const char *line)
{
  g_auto (GStrv) fields = split_line (line, 2);
  HostelYaml *item = hostel_yaml_new (HOSTEL_YAML_MAPPING);

  for (gsize i = 0; file_system_keys[i] != NULL; i++)
    hostel_yaml_set_string (item, file_system_keys[i], fields[i]);

  return item;
}

HostelYaml *
hostel_cloud_new_item (const char       *line,
                       HostelCloudItems  items)
{
  if (items == HOSTEL_CLOUD_ITEMS_FSTAB)
    return new_words (line);
  if (items == HOSTEL_CLOUD_ITEMS_GROUPS)
    return new_group (line);
  if (items == HOSTEL_CLOUD_ITEMS_FILE_SYSTEMS)
    return new_file_system (line);

  return hostel_yaml_new_string (line);
}

static HostelYaml *
new_repository (const char         *name,
                const char         *text,
                const char * const *keys)
{
  HostelYaml *value = hostel_yaml_new (HOSTEL_YAML_MAPPING);
  g_autofree char *address = g_strdup (text);
  char *key = strrchr (address, ' ');
  gboolean has_key = key != NULL && g_str_has_prefix (key + 1, KEY_WORD);

  if (has_key)
    *key = '\0';
  /* Without its name cloud-init warns. */
  if (keys == yum_keys)
    hostel_yaml_set_string (value, "name", name);
  hostel_yaml_set (value, keys[0], hostel_yaml_new_string (g_strchomp (address)));
  if (has_key && keys == yum_keys)
    hostel_yaml_set (value, "gpgcheck", hostel_yaml_new_boolean (TRUE));
  if (has_key)
    hostel_yaml_set_string (value, keys[1], key + 1 + strlen (KEY_WORD));

  return value;
}

static HostelYaml *
new_partitions (const char * const *words)
{
  HostelYaml *value = hostel_yaml_new (HOSTEL_YAML_MAPPING);
  HostelYaml *layout = hostel_yaml_new (HOSTEL_YAML_SEQUENCE);
  guint64 size;

  layout->style = YAML_FLOW_SEQUENCE_STYLE;
  for (gsize i = 1; words[0] != NULL && words[i] != NULL; i++)
    if (g_ascii_string_to_unsigned (words[i], 10, 0, G_MAXINT32, &size, NULL))
      hostel_yaml_append (layout, hostel_yaml_new_integer (size));

  hostel_yaml_set_string (value, "table_type", words[0] != NULL ? words[0] : "");
  if (hostel_yaml_get_length (layout) == 0)
    {
      hostel_yaml_unref (layout);
      layout = hostel_yaml_new_boolean (TRUE);
    }
  hostel_yaml_set (value, "layout", layout);

  return value;
}

/* As hostel_cloud_new_item() of an entry of a mapping, with its name in @name. */
HostelYaml *
hostel_cloud_new_entry (const char        *line,
                        HostelCloudItems   items,
                        char             **name)
{
  g_autofree char *rest = NULL;
  g_auto (GStrv) words = NULL;

  if (items == HOSTEL_CLOUD_ITEMS_PARTITIONS)
    {
      words = split_words (line, " \t\n");
      *name = g_strdup (words[0] != NULL ? words[0] : "");

      return new_partitions ((const char * const *) words + (words[0] != NULL));
    }

  split_name (line, name, &rest);

  return new_repository (*name, rest,
                         items == HOSTEL_CLOUD_ITEMS_APT_SOURCES ? apt_keys : yum_keys);
}

/* What @old says beyond its line, with the line of @fresh, which it takes. */
HostelYaml *
hostel_cloud_merge_line (HostelYaml       *old,
                         HostelYaml       *fresh,
                         HostelCloudItems  items)
{
  const char * const *keys = items == HOSTEL_CLOUD_ITEMS_APT_SOURCES ? apt_keys :
                             items == HOSTEL_CLOUD_ITEMS_YUM_REPOSITORIES ? yum_keys :
                             items == HOSTEL_CLOUD_ITEMS_PARTITIONS ? partition_keys
                                                                    : file_system_keys;
  g_autoptr (HostelYaml) taken = fresh;
  HostelYaml *copy;

  if (!hostel_yaml_is_mapping (old))
    return g_steal_pointer (&taken);

  copy = hostel_yaml_copy (old);
  for (gsize i = 0; keys[i] != NULL; i++)
    {
      HostelYaml *value = hostel_yaml_lookup (fresh, keys[i]);
      HostelYaml *before = hostel_yaml_lookup (copy, keys[i]);

      if (value == NULL)
        hostel_yaml_remove (copy, keys[i]);
      else if (before == NULL || !hostel_yaml_equal (before, value))
        hostel_yaml_set (copy, keys[i], hostel_yaml_ref (value));
    }

  /* A key in the document counts before one that is fetched by its fingerprint. */
  if (hostel_yaml_lookup (copy, "keyid") != NULL && hostel_yaml_lookup (old, "keyid") == NULL)
    hostel_yaml_remove (copy, "key");

  return copy;
}
