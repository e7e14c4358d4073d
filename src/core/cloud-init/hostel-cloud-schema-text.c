/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "hostel-cloud-schema"

#include "config.h"

#include <glib/gi18n.h>
#include <string.h>

#include "hostel-cloud-schema-private.h"

/* Longer values say nothing more. */
#define MAX_SHOWN 40

JsonArray *
hostel_json_get_array (JsonObject *object,
                       const char *member)
{
  JsonNode *node = json_object_get_member (object, member);

  return node != NULL && JSON_NODE_HOLDS_ARRAY (node) ? json_node_get_array (node) : NULL;
}

JsonObject *
hostel_json_get_object (JsonObject *object,
                        const char *member)
{
  JsonNode *node = json_object_get_member (object, member);

  return node != NULL && JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
}

char *
hostel_cloud_schema_describe (const HostelCloudPlace *place)
{
  if (place->name == NULL)
    return g_strdup (_("The document"));

  return g_strdup_printf (place->item ? _("An item of “%s”") : _("“%s”"), place->name);
}

static const char *
describe_schema_type (const char *type)
{
  static const struct
  {
    const char *type;
    const char *text;
  } types[] = {
    { "null", N_("nothing") },           { "boolean", N_("true or false") },
    { "integer", N_("a whole number") }, { "number", N_("a number") },
    { "string", N_("text") },            { "array", N_("a list") },
    { "object", N_("a mapping of keys to values") },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (types); i++)
    {
      if (strcmp (types[i].type, type) == 0)
        return _(types[i].text);
    }

  return type;
}

static char *
describe_value (HostelYaml *value)
{
  switch (hostel_yaml_get_value_type (value))
    {
    case HOSTEL_YAML_TYPE_NULL:
      return g_strdup (_("nothing"));
    case HOSTEL_YAML_TYPE_ARRAY:
      return g_strdup (_("a list"));
    case HOSTEL_YAML_TYPE_OBJECT:
      return g_strdup (_("a mapping"));
    case HOSTEL_YAML_TYPE_OTHER:
      return g_strdup (_("a date or a set"));
    case HOSTEL_YAML_TYPE_BOOLEAN:
    case HOSTEL_YAML_TYPE_INTEGER:
    case HOSTEL_YAML_TYPE_NUMBER:
    case HOSTEL_YAML_TYPE_STRING:
    default:
      break;
    }

  if (g_utf8_strlen (value->value, -1) > MAX_SHOWN || strchr (value->value, '\n') != NULL)
    return g_strdup (_("a long text"));

  return g_strdup_printf (_("“%s”"), value->value);
}

static void
add_phrase (GPtrArray  *phrases,
            const char *phrase)
{
  if (!g_ptr_array_find_with_equal_func (phrases, phrase, g_str_equal, NULL))
    g_ptr_array_add (phrases, g_strdup (phrase));
}

/* What @schema takes, in words: its known values, else its types. */
void
hostel_cloud_schema_add_expected (JsonObject *schema,
                                  GPtrArray  *expected)
{
  JsonNode *type = json_object_get_member (schema, "type");
  JsonArray *values = hostel_json_get_array (schema, "enum");
  JsonArray *types = hostel_json_get_array (schema, "type");

  for (guint i = 0; values != NULL && i < json_array_get_length (values); i++)
    {
      JsonNode *value = json_array_get_element (values, i);
      g_autofree char *text = NULL;

      if (json_node_get_value_type (value) == G_TYPE_STRING)
        text = g_strdup_printf (_("“%s”"), json_node_get_string (value));
      else
        text = json_to_string (value, FALSE);

      add_phrase (expected, text);
    }

  for (guint i = 0; values == NULL && types != NULL && i < json_array_get_length (types); i++)
    add_phrase (expected, describe_schema_type (json_array_get_string_element (types, i)));

  if (values == NULL && types == NULL && type != NULL)
    add_phrase (expected, describe_schema_type (json_node_get_string (type)));
}

/* Takes nothing. "“packages” must be a list, not “vim”." */
char *
hostel_cloud_schema_wrong_type (const HostelCloudPlace *place,
                                HostelYaml             *value,
                                GPtrArray              *expected)
{
  g_autofree char *subject = hostel_cloud_schema_describe (place);
  g_autofree char *found = describe_value (value);
  g_autoptr (GString) list = g_string_new (NULL);

  for (guint i = 0; i < expected->len; i++)
    {
      if (i > 0)
        g_string_append (list, i + 1 == expected->len ? _(" or ") : ", ");
      g_string_append (list, g_ptr_array_index (expected, i));
    }

  return g_strdup_printf (_("%s must be %s, not %s."), subject, list->str, found);
}

static const char *
get_text (JsonObject *schema,
          const char *member)
{
  return json_object_get_string_member_with_default (schema, member, NULL);
}

char *
hostel_cloud_schema_deprecated (const HostelCloudPlace *place,
                                JsonObject             *schema)
{
  const char *replacement = get_text (schema, "replacement");
  const char *advice = get_text (schema, "advice");
  const char *since = get_text (schema, "since");
  g_autofree char *subject = hostel_cloud_schema_describe (place);

  if (replacement != NULL && since != NULL)
    return g_strdup_printf (_("%s is deprecated since cloud-init %s. Write “%s” instead."), subject,
                            since, replacement);

  if (replacement != NULL)
    return g_strdup_printf (_("%s is deprecated. Write “%s” instead."), subject, replacement);

  /* cloud-init's documentation exists in English only. */
  if (advice != NULL && since != NULL)
    return g_strdup_printf (_("This form of %s is deprecated since cloud-init %s. cloud-init says: "
                              "%s"), subject, since, advice);

  if (advice != NULL)
    return g_strdup_printf (_("This form of %s is deprecated. cloud-init says: %s"), subject,
                            advice);

  return g_strdup_printf (_("%s is deprecated."), subject);
}

static gboolean
is_same_letter (char x,
                char y)
{
  return g_ascii_tolower (x) == y || ((x == '-' || x == '_') && (y == '-' || y == '_'));
}

/* The edits that make @a of @b, "-" and "_" being the same; @most stands for that many or more, and for
 * nothing further is it looked. */
static guint
distance (const char *a,
          const char *b,
          gsize       length,
          guint       most)
{
  guint row[2 * MAX_SHOWN + 1];
  guint least = 0;

  for (gsize j = 0; j <= length; j++)
    row[j] = j;

  for (gsize i = 0; a[i] != '\0' && least < most; i++)
    {
      gsize from = i > most ? i - most : 0;
      guint diagonal = row[from];

      if (from == 0)
        row[0] = i + 1;
      else
        row[from] = most;
      least = row[from];
      for (gsize j = from; j < MIN (length, i + most); j++)
        {
          guint change = diagonal + (is_same_letter (a[i], b[j]) ? 0 : 1);

          diagonal = row[j + 1];
          row[j + 1] = MIN (change, MIN (diagonal, row[j]) + 1);
          least = MIN (least, row[j + 1]);
        }
    }

  return least < most ? row[length] : most;
}

/* A bit for each letter, some sharing one. */
static guint64
get_letters (const char *name)
{
  guint64 letters = 0;

  for (; *name != '\0'; name++)
    letters |= G_GUINT64_CONSTANT (1) << ((*name == '_' ? '-' : g_ascii_tolower (*name)) & 63);

  return letters;
}

/* Each letter that only one of two names has takes an edit; to count them is far faster than to look for
 * all the edits. */
static gboolean
is_far (const HostelCloudName *a,
        const HostelCloudName *b,
        guint                  least)
{
  return a->length >= b->length + least || b->length >= a->length + least ||
         (guint) __builtin_popcountll (a->letters & ~b->letters) >= least ||
         (guint) __builtin_popcountll (b->letters & ~a->letters) >= least;
}

HostelCloudName
hostel_cloud_schema_get_name (const char *text)
{
  return (HostelCloudName) { text, strlen (text), get_letters (text) };
}

/**
 * hostel_cloud_schema_find_near:
 * @names: (element-type HostelCloudName): keys that are known
 * @taken: (nullable): a set of those of them that cannot be meant
 * @text: one that is not
 *
 * Returns: (nullable): the one of @names that was meant, %NULL where none is near
 */
const char *
hostel_cloud_schema_find_near (GArray     *names,
                               GHashTable *taken,
                               const char *text)
{
  const HostelCloudName own = hostel_cloud_schema_get_name (text);
  const char *nearest = NULL;
  guint least = MIN (own.length / 3, 3) + 1;

  if (own.length > MAX_SHOWN)
    return NULL;

  for (guint i = 0; i < names->len; i++)
    {
      const HostelCloudName *name = &g_array_index (names, HostelCloudName, i);
      guint edits;

      if (is_far (&own, name, least) || name->length > 2 * MAX_SHOWN ||
          (taken != NULL && g_hash_table_contains (taken, name->text)))
        continue;

      edits = distance (text, name->text, name->length, least);
      if (edits < least)
        {
          least = edits;
          nearest = name->text;
        }
    }

  return nearest;
}
