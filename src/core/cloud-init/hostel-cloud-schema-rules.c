/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "hostel-cloud-schema"

#include "config.h"

#include "hostel-cloud-schema-rules-private.h"
#include "hostel-cloud-init-resources.h"

#include <string.h>

#define SCHEMA_PATH "/io/github/hostel/core/hostel-cloud-schema.json"

/**
 * hostel_cloud_schema_parse_release:
 * @text: such as "22.4.2" or "25.1.4-1~deb13"
 *
 * Returns: a number by which releases can be compared, without the third part; 0 where @text does
 *   not begin with one
 */
guint
hostel_cloud_schema_parse_release (const char *text)
{
  char *end;
  guint64 major = g_ascii_strtoull (text, &end, 10);

  if (end == text || *end != '.' || !g_ascii_isdigit (end[1]) || major > 99)
    return 0;

  return (guint) (major * 100 + MIN (g_ascii_strtoull (end + 1, NULL, 10), 99));
}

/* "22.4.2" as 2204; what is not given lies beyond @otherwise. */
static guint
get_release (JsonObject *schema,
             const char *member,
             guint       otherwise)
{
  const char *text = json_object_get_string_member_with_default (schema, member, NULL);

  return text != NULL ? hostel_cloud_schema_parse_release (text) : otherwise;
}

/* The part of @schema that counts for the release, or NULL where that does not know it at all.
 * Where a later schema was mended the earlier ones were wrong: cloud-init took it before. */
JsonObject *
hostel_cloud_rules_pick (HostelCloudRules *rules,
                         JsonObject       *schema)
{
  JsonArray *versions = hostel_json_get_array (schema, "versions");

  if (rules->release < get_release (schema, "added", 0) ||
      rules->release >= get_release (schema, "removed", G_MAXUINT) ||
      (rules->literal && rules->release < get_release (schema, "mended", 0)))
    return NULL;

  for (guint i = 0; versions != NULL && i < json_array_get_length (versions); i++)
    {
      JsonObject *child = json_array_get_object_element (versions, i);

      if (i + 1 == json_array_get_length (versions) ||
          rules->release < get_release (child, "removed", 0) ||
          (rules->literal && rules->release < get_release (child, "mended", 0)))
        return child;
    }

  return schema;
}

gboolean
hostel_cloud_rules_is_deprecated (HostelCloudRules *rules,
                                  JsonObject       *schema)
{
  return json_object_get_boolean_member_with_default (schema, "deprecated", FALSE) &&
         rules->release >= get_release (schema, "since", 0) &&
         rules->release < get_release (schema, "until", G_MAXUINT);
}

JsonObject *
hostel_cloud_rules_resolve (HostelCloudRules *rules,
                            JsonObject       *schema)
{
  const char *reference;

  while ((reference = json_object_get_string_member_with_default (schema, "$ref", NULL)))
    schema = json_object_get_object_member (rules->definitions, reference + strlen ("#/$defs/"));

  return schema;
}

static void
add_names (GPtrArray *names,
           JsonArray *array)
{
  for (guint i = 0; i < json_array_get_length (array); i++)
    g_ptr_array_add (names, (char *) json_array_get_string_element (array, i));
}

/* @part is the module that reads the key; one that several read was there with the oldest of them. */
static void
add_key (HostelCloudRules *rules,
         JsonObject       *part,
         const char       *key)
{
  const HostelCloudName name = hostel_cloud_schema_get_name (key);
  JsonObject *schema = hostel_json_get_object (json_object_get_object_member (part, "properties"), key);
  const char *first = json_object_get_string_member_with_default (part, "added", NULL);

  g_array_append_val (rules->keys, name);
  if (schema == NULL)
    return;

  if (first == NULL)
    first = json_object_get_string_member_with_default (schema, "added", NULL);
  if (!g_hash_table_contains (rules->first, key) || g_hash_table_lookup (rules->first, key) != NULL)
    g_hash_table_insert (rules->first, (char *) key, (char *) first);
}

/* Those that no module's schema has. */
static void
add_other_keys (HostelCloudRules *rules)
{
  JsonArray *also = json_object_get_array_member (rules->root, "also");

  for (guint i = 0; i < json_array_get_length (also); i++)
    {
      const char *key = json_array_get_string_element (also, i);
      const HostelCloudName name = hostel_cloud_schema_get_name (key);

      g_array_append_val (rules->keys, name);
      if (!g_hash_table_contains (rules->first, key))
        g_hash_table_insert (rules->first, (char *) key, NULL);
    }
}

/* Those of all releases. */
static void
add_keys (HostelCloudRules *rules)
{
  JsonArray *parts = json_object_get_array_member (rules->root, "allOf");

  for (guint i = 0; i < json_array_get_length (parts); i++)
    {
      JsonObject *part =
        hostel_cloud_rules_resolve (rules, json_array_get_object_element (parts, i));
      JsonObject *properties = hostel_json_get_object (part, "properties");
      g_autoptr (GList) names = properties != NULL ? json_object_get_members (properties) : NULL;

      for (GList *l = names; l != NULL; l = l->next)
        add_key (rules, part, l->data);
    }

  add_other_keys (rules);
}

/* Read once and kept: a check is made at each key press. Under the lock of hostel_cloud_check(). */
HostelCloudRules *
hostel_cloud_rules_get (void)
{
  static HostelCloudRules *rules;
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GError) error = NULL;
  const char *text;
  gsize length;

  if (rules != NULL)
    return rules;

  bytes = g_resource_lookup_data (hostel_cloud_init_get_resource (), SCHEMA_PATH,
                                  G_RESOURCE_LOOKUP_FLAGS_NONE, &error);
  g_assert_no_error (error);
  text = g_bytes_get_data (bytes, &length);

  rules = g_new0 (HostelCloudRules, 1);
  rules->parser = json_parser_new_immutable ();
  json_parser_load_from_data (rules->parser, text, length, &error);
  g_assert_no_error (error);
  rules->root = json_node_get_object (json_parser_get_root (rules->parser));
  rules->definitions = json_object_get_object_member (rules->root, "$defs");
  rules->keys = g_array_new (FALSE, FALSE, sizeof (HostelCloudName));
  rules->first = g_hash_table_new (g_str_hash, g_str_equal);
  rules->patterns = g_hash_table_new_full (g_str_hash, g_str_equal, g_free,
                                           (GDestroyNotify) g_regex_unref);
  add_keys (rules);
  rules->changes = g_ptr_array_new ();
  add_names (rules->changes, json_object_get_array_member (rules->root, "changes"));

  return rules;
}

/**
 * hostel_cloud_schema_get_changes:
 *
 * Returns: (transfer none) (element-type utf8): the releases of cloud-init that took or refused
 *   something else than the one before, the oldest first; under the lock of hostel_cloud_check()
 */
GPtrArray *
hostel_cloud_schema_get_changes (void)
{
  return hostel_cloud_rules_get ()->changes;
}
