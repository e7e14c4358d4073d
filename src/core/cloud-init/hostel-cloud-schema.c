/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "hostel-cloud-schema"

#include "config.h"

#include <glib/gi18n.h>
#include <string.h>

#include "hostel-cloud-schema-rules-private.h"

/* The rules, evaluated as cloudinit/config/schema.py does it with Draft 4 and its ways with
 * "deprecated", "anyOf" and "oneOf". Formats are not looked at but for dates, for cloud-init's
 * validator does not know the others where it has no further modules. */

static void validate (HostelCloudRules       *rules,
                      JsonObject             *schema,
                      HostelYaml             *value,
                      const HostelCloudPlace *place,
                      GPtrArray              *problems);

static void
problem_free (gpointer data)
{
  HostelCloudProblem *problem = data;

  g_free (problem->message);
  g_free (problem->replacement);
  g_free (problem);
}

static GPtrArray *
problems_new (void)
{
  return g_ptr_array_new_with_free_func (problem_free);
}

/* Takes @message. */
static HostelCloudProblem *
add_problem (GPtrArray              *problems,
             const HostelCloudPlace *place,
             HostelYaml             *value,
             char                   *message)
{
  HostelCloudProblem *problem = g_new0 (HostelCloudProblem, 1);

  problem->at = place->at;
  problem->value = value;
  problem->message = message;
  g_ptr_array_add (problems, problem);

  return problem;
}

/* @format has one %s, for what @place is. */
static void
add_subject (HostelCloudRules       *rules,
             GPtrArray              *problems,
             const HostelCloudPlace *place,
             HostelYaml             *value,
             const char             *format)
{
  g_autofree char *subject = NULL;
  GString *message;

  if (rules->silent)
    {
      add_problem (problems, place, value, NULL);
      return;
    }

  subject = hostel_cloud_schema_describe (place);
  message = g_string_new (format);
  g_string_replace (message, "%s", subject, 1);
  add_problem (problems, place, value, g_string_free (message, FALSE));
}

static gboolean
has_errors (GPtrArray *problems)
{
  for (guint i = 0; i < problems->len; i++)
    {
      if (!((HostelCloudProblem *) g_ptr_array_index (problems, i))->accepted)
        return TRUE;
    }

  return FALSE;
}

/* What libyaml keeps as pairs is one value a key for Python: the last. Key -> its place, from 1. */
static GHashTable *
dup_members (HostelCloudRules *rules,
             HostelYaml       *mapping)
{
  GHashTable *members;

  if (mapping == rules->document && rules->members != NULL)
    return g_hash_table_ref (rules->members);

  members = g_hash_table_new (g_str_hash, g_str_equal);
  for (guint i = 0; i < hostel_yaml_get_length (mapping); i++)
    g_hash_table_insert (members, (char *) hostel_yaml_get_key (mapping, i), GUINT_TO_POINTER (i + 1));
  if (mapping == rules->document)
    rules->members = g_hash_table_ref (members);

  return members;
}

static gboolean
matches_pattern (HostelCloudRules *rules,
                 const char       *pattern,
                 const char       *text)
{
  GRegex *regex = g_hash_table_lookup (rules->patterns, pattern);

  if (regex == NULL)
    {
      regex = g_regex_new (pattern, G_REGEX_NEWLINE_LF | G_REGEX_OPTIMIZE, 0, NULL);
      g_assert (regex != NULL);
      g_hash_table_insert (rules->patterns, g_strdup (pattern), regex);
    }

  return g_regex_match (regex, text, 0, NULL);
}

static gboolean
is_of_type (HostelYaml *value,
            const char *type)
{
  static const char * const names[] = {
    [HOSTEL_YAML_TYPE_NULL] = "null",     [HOSTEL_YAML_TYPE_BOOLEAN] = "boolean",
    [HOSTEL_YAML_TYPE_INTEGER] = "integer", [HOSTEL_YAML_TYPE_NUMBER] = "number",
    [HOSTEL_YAML_TYPE_STRING] = "string", [HOSTEL_YAML_TYPE_ARRAY] = "array",
    [HOSTEL_YAML_TYPE_OBJECT] = "object", [HOSTEL_YAML_TYPE_OTHER] = "",
  };
  HostelYamlType own = hostel_yaml_get_value_type (value);

  return strcmp (names[own], type) == 0 ||
         (own == HOSTEL_YAML_TYPE_INTEGER && strcmp (type, "number") == 0);
}

static gboolean
is_value (HostelYaml *value,
          JsonNode   *json)
{
  GType type = json_node_get_value_type (json);

  switch (hostel_yaml_get_value_type (value))
    {
    case HOSTEL_YAML_TYPE_STRING:
      return type == G_TYPE_STRING && strcmp (json_node_get_string (json), value->value) == 0;
    case HOSTEL_YAML_TYPE_BOOLEAN:
      /* yes, true and on; "on" and "off" are told apart by their second letter. */
      return type == G_TYPE_BOOLEAN &&
             json_node_get_boolean (json) == (strchr ("yYtT", value->value[0]) != NULL ||
                                              strchr ("nN", value->value[1]) != NULL);
    case HOSTEL_YAML_TYPE_INTEGER:
      return type == G_TYPE_INT64 && json_node_get_int (json) == hostel_yaml_get_integer (value);
    case HOSTEL_YAML_TYPE_NULL:
    case HOSTEL_YAML_TYPE_NUMBER:
    case HOSTEL_YAML_TYPE_ARRAY:
    case HOSTEL_YAML_TYPE_OBJECT:
    case HOSTEL_YAML_TYPE_OTHER:
    default:
      return FALSE;
    }
}

static gboolean
fits_type (JsonObject *schema,
           HostelYaml *value)
{
  JsonNode *type = json_object_get_member (schema, "type");
  JsonArray *types = hostel_json_get_array (schema, "type");

  if (type == NULL)
    return TRUE;

  if (types == NULL)
    return is_of_type (value, json_node_get_string (type));

  for (guint i = 0; i < json_array_get_length (types); i++)
    {
      if (is_of_type (value, json_array_get_string_element (types, i)))
        return TRUE;
    }

  return FALSE;
}

static gboolean
fits_enum (JsonObject *schema,
           HostelYaml *value)
{
  JsonArray *values = hostel_json_get_array (schema, "enum");

  if (values == NULL)
    return TRUE;

  for (guint i = 0; i < json_array_get_length (values); i++)
    {
      if (is_value (value, json_array_get_element (values, i)))
        return TRUE;
    }

  return FALSE;
}

static void
add_wrong_kind (HostelCloudRules       *rules,
                JsonObject             *schema,
                HostelYaml             *value,
                const HostelCloudPlace *place,
                GPtrArray              *problems)
{
  HostelCloudProblem *problem = add_problem (problems, place, value, NULL);

  problem->kind = TRUE;
  if (!rules->silent)
    {
      g_autoptr (GPtrArray) expected = g_ptr_array_new_with_free_func (g_free);

      hostel_cloud_schema_add_expected (schema, expected);
      problem->message = hostel_cloud_schema_wrong_type (place, value, expected);
    }
}

static void
check_scalar (HostelCloudRules       *rules,
              JsonObject             *schema,
              HostelYaml             *value,
              const HostelCloudPlace *place,
              GPtrArray              *problems)
{
  HostelYamlType type = hostel_yaml_get_value_type (value);
  const char *pattern = json_object_get_string_member_with_default (schema, "pattern", NULL);
  const char *format = json_object_get_string_member_with_default (schema, "format", "");

  if (type == HOSTEL_YAML_TYPE_STRING && value->kind == HOSTEL_YAML_SCALAR)
    {
      if (pattern != NULL && !matches_pattern (rules, pattern, value->value))
        add_subject (rules, problems, place, value, _("%s is not written as cloud-init takes it."));

      if (strcmp (format, "date") == 0)
        {
          g_autofree char *stamp = g_strconcat (value->value, "T00:00:00Z", NULL);
          g_autoptr (GDateTime) date = g_date_time_new_from_iso8601 (stamp, NULL);

          if (date == NULL || !matches_pattern (rules, "^[0-9]{4}-[0-9]{2}-[0-9]{2}$",
                                                value->value))
            add_subject (rules, problems, place, value, _("%s must be a date such as 2032-09-01."));
        }
    }

  if (type == HOSTEL_YAML_TYPE_INTEGER && json_object_has_member (schema, "minimum") &&
      hostel_yaml_get_integer (value) < json_object_get_int_member (schema, "minimum"))
    add_subject (rules, problems, place, value, _("%s is too small a number."));
}

static gboolean
is_same_item (gconstpointer a,
              gconstpointer b)
{
  HostelYaml *item = (HostelYaml *) a;
  HostelYaml *other = (HostelYaml *) b;

  return hostel_yaml_get_value_type (item) == hostel_yaml_get_value_type (other) &&
         hostel_yaml_equal (item, other);
}

static guint
hash_item (gconstpointer item)
{
  return hostel_yaml_hash ((HostelYaml *) item);
}

static gboolean
has_repeats (HostelYaml *list)
{
  g_autoptr (GHashTable) items = g_hash_table_new (hash_item, is_same_item);

  for (guint i = 0; i < hostel_yaml_get_length (list); i++)
    {
      if (!g_hash_table_add (items, hostel_yaml_get_child (list, i)))
        return TRUE;
    }

  return FALSE;
}

static void
check_list (HostelCloudRules       *rules,
            JsonObject             *schema,
            HostelYaml             *value,
            const HostelCloudPlace *place,
            GPtrArray              *problems)
{
  JsonObject *items = hostel_json_get_object (schema, "items");
  guint length = hostel_yaml_get_length (value);

  if (length < json_object_get_int_member_with_default (schema, "minItems", 0))
    add_subject (rules, problems, place, value,
                 length == 0 ? _("%s is empty.") : _("%s has too few items."));

  if (length > json_object_get_int_member_with_default (schema, "maxItems", G_MAXUINT))
    add_subject (rules, problems, place, value, _("%s has too many items."));

  if (json_object_get_boolean_member_with_default (schema, "uniqueItems", FALSE) &&
      has_repeats (value))
    add_subject (rules, problems, place, value, _("%s has an item twice."));

  for (guint i = 0; items != NULL && i < length; i++)
    {
      HostelYaml *item = hostel_yaml_get_child (value, i);
      HostelCloudPlace inner = { item, place->name, TRUE, NULL };

      validate (rules, items, item, &inner, problems);
    }
}

/* Those of the keys that a person may be told to write; made once for a release. */
static GArray *
get_names (HostelCloudRules *rules,
           JsonObject       *properties)
{
  GArray *names = g_hash_table_lookup (rules->names, properties);
  g_autoptr (GList) known = NULL;

  if (names != NULL)
    return names;

  names = g_array_new (FALSE, FALSE, sizeof (HostelCloudName));
  g_hash_table_insert (rules->names, properties, names);
  known = json_object_get_members (properties);
  for (GList *l = known; l != NULL; l = l->next)
    {
      JsonObject *schema =
        hostel_cloud_rules_pick (rules, json_object_get_object_member (properties, l->data));
      const HostelCloudName name = hostel_cloud_schema_get_name (l->data);

      if (schema != NULL && !hostel_cloud_rules_is_deprecated (rules, schema))
        g_array_append_val (names, name);
    }

  return names;
}

static void
add_unknown_key (HostelCloudRules       *rules,
                 JsonObject             *properties,
                 GHashTable             *members,
                 const HostelCloudPlace *place,
                 GPtrArray              *problems)
{
  g_autofree char *message = NULL;
  HostelCloudProblem *problem;
  const char *near = NULL;

  if (rules->silent)
    {
      add_problem (problems, place, place->at, NULL);
      return;
    }

  if (properties != NULL)
    near = hostel_cloud_schema_find_near (get_names (rules, properties), members, place->name);
  if (near != NULL)
    message = g_strdup_printf (_("cloud-init does not know “%s” here. Is “%s” meant?"), place->name,
                               near);
  else
    message = g_strdup_printf (_("cloud-init does not know “%s” here."), place->name);

  problem = add_problem (problems, place, place->at, g_steal_pointer (&message));
  problem->replacement = g_strdup (near);
}

/* Whether a rule of patternProperties is about the key; its value is looked at then. */
static gboolean
check_patterns (HostelCloudRules       *rules,
                JsonObject             *patterns,
                HostelYaml             *value,
                const HostelCloudPlace *place,
                GPtrArray              *problems)
{
  JsonObjectIter iter;
  const char *pattern;
  JsonNode *schema;
  gboolean matched = FALSE;

  if (patterns == NULL)
    return FALSE;

  json_object_iter_init (&iter, patterns);
  while (json_object_iter_next (&iter, &pattern, &schema))
    {
      if (hostel_cloud_rules_pick (rules, json_node_get_object (schema)) == NULL ||
          !matches_pattern (rules, pattern, place->name))
        continue;

      matched = TRUE;
      validate (rules, json_node_get_object (schema), value, place, problems);
    }

  return matched;
}

/* Each module has a schema of its own for the whole document, which says nothing of the other keys. */
static void
check_known_members (HostelCloudRules *rules,
                     JsonObject       *properties,
                     HostelYaml       *value,
                     GHashTable       *members,
                     GPtrArray        *problems)
{
  JsonObjectIter iter;
  const char *name;
  JsonNode *schema;

  if (properties == NULL)
    return;

  json_object_iter_init (&iter, properties);
  while (json_object_iter_next (&iter, &name, &schema))
    {
      guint number = GPOINTER_TO_UINT (g_hash_table_lookup (members, name));
      HostelCloudPlace place = { NULL, name, FALSE, members };

      if (number == 0 || !JSON_NODE_HOLDS_OBJECT (schema) ||
          hostel_cloud_rules_pick (rules, json_node_get_object (schema)) == NULL)
        continue;

      place.at = g_ptr_array_index (value->keys, number - 1);
      validate (rules, json_node_get_object (schema), hostel_yaml_get_child (value, number - 1),
                &place, problems);
    }
}

static void
check_members (HostelCloudRules *rules,
               JsonObject       *schema,
               HostelYaml       *value,
               GHashTable       *members,
               GPtrArray        *problems)
{
  JsonObject *properties = hostel_json_get_object (schema, "properties");
  JsonObject *patterns = hostel_json_get_object (schema, "patternProperties");
  JsonObject *others = hostel_json_get_object (schema, "additionalProperties");
  JsonNode *open = json_object_get_member (schema, "additionalProperties");
  gboolean closed = open != NULL && others == NULL && !json_node_get_boolean (open);

  if (!closed && others == NULL && patterns == NULL)
    {
      check_known_members (rules, properties, value, members, problems);
      return;
    }

  for (guint i = 0; i < hostel_yaml_get_length (value); i++)
    {
      const char *key = hostel_yaml_get_key (value, i);
      HostelYaml *child = hostel_yaml_get_child (value, i);
      HostelCloudPlace place = { g_ptr_array_index (value->keys, i), key, FALSE, members };
      JsonObject *known = properties != NULL ? hostel_json_get_object (properties, key) : NULL;
      gboolean matched;

      if (GPOINTER_TO_UINT (g_hash_table_lookup (members, key)) != i + 1)
        continue;

      if (known != NULL && hostel_cloud_rules_pick (rules, known) == NULL)
        known = NULL;
      if (known != NULL)
        validate (rules, known, child, &place, problems);
      matched = check_patterns (rules, patterns, child, &place, problems);

      if (known != NULL || matched)
        continue;
      if (others != NULL)
        validate (rules, others, child, &place, problems);
      else if (closed)
        add_unknown_key (rules, properties, members, &place, problems);
    }
}

static void
check_mapping (HostelCloudRules       *rules,
               JsonObject             *schema,
               HostelYaml             *value,
               const HostelCloudPlace *place,
               GPtrArray              *problems)
{
  g_autoptr (GHashTable) members = dup_members (rules, value);
  JsonArray *required = hostel_json_get_array (schema, "required");

  for (guint i = 0; required != NULL && i < json_array_get_length (required); i++)
    {
      const char *name = json_array_get_string_element (required, i);
      g_autofree char *subject = NULL;

      if (g_hash_table_contains (members, name))
        continue;

      if (!rules->silent)
        subject = hostel_cloud_schema_describe (place);
      add_problem (problems, place, value,
                   rules->silent ? NULL : g_strdup_printf (_("%s lacks “%s”."), subject, name));
    }

  if (g_hash_table_size (members) < json_object_get_int_member_with_default (schema,
                                                                             "minProperties", 0))
    add_subject (rules, problems, place, value, _("%s has nothing in it that cloud-init could do."));

  check_members (rules, schema, value, members, problems);
}

/* Without words: most forms are tried and dropped. */
static GPtrArray *
try_form (HostelCloudRules       *rules,
          JsonObject             *schema,
          HostelYaml             *value,
          const HostelCloudPlace *place)
{
  GPtrArray *report = problems_new ();
  gboolean silent = rules->silent;

  rules->silent = TRUE;
  validate (rules, schema, value, place, report);
  rules->silent = silent;

  return report;
}

/* What is wrong with the form that counts, with the words now; @report is what try_form() said. */
static void
add_report (HostelCloudRules       *rules,
            JsonObject             *schema,
            GPtrArray              *report,
            HostelYaml             *value,
            const HostelCloudPlace *place,
            GPtrArray              *problems)
{
  if (rules->silent)
    g_ptr_array_extend_and_steal (problems, g_ptr_array_ref (report));
  else if (report->len > 0)
    validate (rules, schema, value, place, problems);
}

/* Of several forms that a value could have had, the one that was meant: of its kind, and with the
 * fewest problems. Where none is of its kind the kinds are told. */
static void
report_alternatives (HostelCloudRules       *rules,
                     JsonArray              *schemas,
                     GPtrArray              *reports,
                     HostelYaml             *value,
                     const HostelCloudPlace *place,
                     GPtrArray              *problems)
{
  g_autoptr (GPtrArray) expected = g_ptr_array_new_with_free_func (g_free);
  GPtrArray *best = NULL;
  JsonObject *form = NULL;

  for (guint i = 0; i < reports->len; i++)
    {
      GPtrArray *report = g_ptr_array_index (reports, i);
      gboolean kind = FALSE;

      if (hostel_cloud_rules_pick (rules, json_array_get_object_element (schemas, i)) == NULL)
        continue;

      for (guint j = 0; j < report->len; j++)
        {
          HostelCloudProblem *problem = g_ptr_array_index (report, j);

          kind |= problem->kind && problem->value == value;
        }

      if (kind)
        {
          JsonObject *schema = json_array_get_object_element (schemas, i);

          if (rules->silent)
            continue;
          schema = hostel_cloud_rules_resolve (rules, hostel_cloud_rules_pick (rules, schema));
          hostel_cloud_schema_add_expected (schema, expected);
        }
      else if (best == NULL || report->len < best->len)
        {
          best = report;
          form = json_array_get_object_element (schemas, i);
        }
    }

  if (best != NULL)
    add_report (rules, form, best, value, place, problems);
  else
    add_problem (problems, place, value, rules->silent
                   ? NULL
                   : hostel_cloud_schema_wrong_type (place, value, expected))->kind = TRUE;
}

/* The first alternative that fits counts, with its deprecations; with "oneOf" no other may fit. */
static void
check_alternatives (HostelCloudRules       *rules,
                    JsonArray              *schemas,
                    gboolean                one,
                    HostelYaml             *value,
                    const HostelCloudPlace *place,
                    GPtrArray              *problems)
{
  g_autoptr (GPtrArray) reports =
    g_ptr_array_new_with_free_func ((GDestroyNotify) g_ptr_array_unref);
  GPtrArray *first = NULL;
  JsonObject *form = NULL;

  for (guint i = 0; schemas != NULL && i < json_array_get_length (schemas); i++)
    {
      JsonObject *schema = json_array_get_object_element (schemas, i);
      GPtrArray *report = try_form (rules, schema, value, place);

      g_ptr_array_add (reports, report);
      if (hostel_cloud_rules_pick (rules, schema) == NULL || has_errors (report))
        continue;

      if (first != NULL)
        {
          add_subject (rules, problems, place, value,
                       _("%s mixes forms of which cloud-init takes only one."));
          return;
        }

      first = report;
      form = schema;
      if (!one)
        break;
    }

  if (first != NULL)
    add_report (rules, form, first, value, place, problems);
  else if (reports->len > 0)
    report_alternatives (rules, schemas, reports, value, place, problems);
}

static void
check_deprecated (HostelCloudRules       *rules,
                  JsonObject             *schema,
                  HostelYaml             *value,
                  const HostelCloudPlace *place,
                  GPtrArray              *problems)
{
  HostelCloudProblem *problem;
  const char *replacement;

  if (!hostel_cloud_rules_is_deprecated (rules, schema))
    return;

  problem = add_problem (problems, place, value, rules->silent
                           ? NULL : hostel_cloud_schema_deprecated (place, schema));
  problem->accepted = TRUE;
  replacement = json_object_get_string_member_with_default (schema, "replacement", NULL);
  if (place->siblings != NULL && replacement != NULL &&
      !g_hash_table_contains (place->siblings, replacement))
    problem->replacement = g_strdup (replacement);
}

/* A form that must not be: the schemas forbid two spellings of one key at once. */
static void
check_not (HostelCloudRules       *rules,
           JsonObject             *schema,
           HostelYaml             *value,
           const HostelCloudPlace *place,
           GPtrArray              *problems)
{
  JsonObject *forbidden = hostel_json_get_object (schema, "not");
  g_autoptr (GPtrArray) report = NULL;

  if (forbidden == NULL)
    return;

  report = try_form (rules, forbidden, value, place);
  if (!has_errors (report))
    add_subject (rules, problems, place, value,
                 _("%s mixes forms of which cloud-init takes only one."));
}

static void
validate (HostelCloudRules       *rules,
          JsonObject             *schema,
          HostelYaml             *value,
          const HostelCloudPlace *place,
          GPtrArray              *problems)
{
  JsonArray *all;
  JsonArray *one;
  JsonArray *any;

  if ((schema = hostel_cloud_rules_pick (rules, schema)) == NULL)
    return;

  all = hostel_json_get_array (schema, "allOf");
  one = hostel_json_get_array (schema, "oneOf");
  any = hostel_json_get_array (schema, "anyOf");

  if (json_object_has_member (schema, "$ref"))
    validate (rules, hostel_cloud_rules_resolve (rules, schema), value, place, problems);

  for (guint i = 0; all != NULL && i < json_array_get_length (all); i++)
    validate (rules, json_array_get_object_element (all, i), value, place, problems);

  if (!fits_type (schema, value) || !fits_enum (schema, value))
    {
      add_wrong_kind (rules, schema, value, place, problems);
      return;
    }

  check_alternatives (rules, one, TRUE, value, place, problems);
  check_alternatives (rules, any, FALSE, value, place, problems);
  check_not (rules, schema, value, place, problems);

  if (value->kind == HOSTEL_YAML_MAPPING && value->tag == NULL)
    check_mapping (rules, schema, value, place, problems);
  else if (value->kind == HOSTEL_YAML_SEQUENCE)
    check_list (rules, schema, value, place, problems);
  else
    check_scalar (rules, schema, value, place, problems);

  check_deprecated (rules, schema, value, place, problems);
}

static void
check_document_key (HostelCloudRules *rules,
                    HostelYaml       *root,
                    HostelYaml       *value,
                    HostelCloudPlace *place,
                    GPtrArray        *problems)
{
  gpointer first = NULL;
  gboolean known = g_hash_table_lookup_extended (rules->first, place->name, NULL, &first);
  HostelCloudProblem *problem;
  const char *near = NULL;
  char *message;

  if (known && (first == NULL || rules->release >= hostel_cloud_schema_parse_release (first)))
    return;

  if (rules->silent)
    {
      add_problem (problems, place, value, NULL)->accepted = TRUE;
      return;
    }

  if (!known)
    near = hostel_cloud_schema_find_near (rules->keys, NULL, place->name);
  if (near != NULL && hostel_yaml_lookup (root, near) != NULL)
    near = NULL;

  if (known)
    message = g_strdup_printf (_("cloud-init before %s does not know “%s”, and does nothing."),
                               (const char *) first, place->name);
  else if (near != NULL)
    message = g_strdup_printf (_("cloud-init does not know “%s”. Is “%s” meant?"), place->name,
                               near);
  else
    message = g_strdup_printf (_("cloud-init does not know “%s”."), place->name);

  problem = add_problem (problems, place, value, message);
  problem->accepted = TRUE;
  problem->replacement = g_strdup (near);
}

/* cloud-init 22.4 takes any key of the document, and later releases do not; nothing comes of it in
 * either. */
static void
check_document_keys (HostelCloudRules *rules,
                     HostelYaml       *root,
                     GPtrArray        *problems)
{
  for (guint i = 0; i < hostel_yaml_get_length (root); i++)
    {
      const char *key = hostel_yaml_get_key (root, i);
      HostelCloudPlace place = { g_ptr_array_index (root->keys, i), key, FALSE, NULL };

      /* Keys that begin so are a convention for anchors. */
      if (!g_str_has_prefix (key, "x-") && key[0] != '.' && key[0] != '_')
        check_document_key (rules, root, hostel_yaml_get_child (root, i), &place, problems);
    }
}

/**
 * hostel_cloud_schema_check:
 * @root: a document's mapping
 * @release: of cloud-init, from hostel_cloud_schema_parse_release()
 * @literal: as its schema says, faults included that were mended later
 * @silent: only whether and where: the problems have no messages
 *
 * Under the lock of hostel_cloud_check().
 *
 * Returns: (transfer full) (element-type HostelCloudProblem): what cloud-init's schema says of it,
 *   in no order; valid as long as @root is
 */
GPtrArray *
hostel_cloud_schema_check (HostelYaml *root,
                           guint       release,
                           gboolean    literal,
                           gboolean    silent)
{
  GPtrArray *problems = problems_new ();
  HostelCloudPlace place = { root, NULL, FALSE, NULL };
  HostelCloudRules *rules = hostel_cloud_rules_get ();

  rules->release = release;
  rules->literal = literal;
  rules->silent = silent;
  rules->document = root;
  rules->names = g_hash_table_new_full (NULL, NULL, NULL, (GDestroyNotify) g_array_unref);
  validate (rules, rules->root, root, &place, problems);
  check_document_keys (rules, root, problems);
  rules->document = NULL;
  g_clear_pointer (&rules->members, g_hash_table_unref);
  g_clear_pointer (&rules->names, g_hash_table_unref);

  return problems;
}
