#define G_LOG_DOMAIN "hostel-yaml"

#include "config.h"

#include <string.h>
#include <yaml.h>

#include "hostel-yaml.h"

/* yaml/resolver.py of PyYAML, by which cloud-init reads: other YAML readers differ, above all in
 * yes and no, in octal numbers and in times of day. */
static const struct
{
  HostelYamlType  type;
  const char     *pattern;
} resolvers[] = {
  { HOSTEL_YAML_TYPE_BOOLEAN,
    "^(?:yes|Yes|YES|no|No|NO|true|True|TRUE|false|False|FALSE|on|On|ON|off|Off|OFF)$" },
  { HOSTEL_YAML_TYPE_NUMBER,
    "^(?:[-+]?(?:[0-9][0-9_]*)\\.[0-9_]*(?:[eE][-+][0-9]+)?"
    "|\\.[0-9][0-9_]*(?:[eE][-+][0-9]+)?"
    "|[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+\\.[0-9_]*"
    "|[-+]?\\.(?:inf|Inf|INF)|\\.(?:nan|NaN|NAN))$" },
  { HOSTEL_YAML_TYPE_INTEGER,
    "^(?:[-+]?0b[0-1_]+|[-+]?0[0-7_]+|[-+]?(?:0|[1-9][0-9_]*)|[-+]?0x[0-9a-fA-F_]+"
    "|[-+]?[1-9][0-9_]*(?::[0-5]?[0-9])+)$" },
  { HOSTEL_YAML_TYPE_NULL, "^(?:~|null|Null|NULL|)$" },
  { HOSTEL_YAML_TYPE_OTHER,
    "^(?:[0-9]{4}-[0-9]{2}-[0-9]{2}"
    "|[0-9]{4}-[0-9][0-9]?-[0-9][0-9]?(?:[Tt]|[ \\t]+)[0-9][0-9]?:[0-9]{2}:[0-9]{2}"
    "(?:\\.[0-9]*)?(?:[ \\t]*(?:Z|[-+][0-9][0-9]?(?::[0-9][0-9])?))?)$" },
};

#define TAG_PREFIX "tag:yaml.org,2002:"

static HostelYamlType
type_of_tag (HostelYaml *self)
{
  static const struct
  {
    const char     *tag;
    HostelYamlType  type;
  } tags[] = {
    { "str", HOSTEL_YAML_TYPE_STRING },   { "binary", HOSTEL_YAML_TYPE_STRING },
    { "int", HOSTEL_YAML_TYPE_INTEGER },  { "float", HOSTEL_YAML_TYPE_NUMBER },
    { "bool", HOSTEL_YAML_TYPE_BOOLEAN }, { "null", HOSTEL_YAML_TYPE_NULL },
    { "seq", HOSTEL_YAML_TYPE_ARRAY },    { "map", HOSTEL_YAML_TYPE_OBJECT },
    { "omap", HOSTEL_YAML_TYPE_ARRAY },   { "pairs", HOSTEL_YAML_TYPE_ARRAY },
  };
  const char *name = self->tag;

  if (g_str_has_prefix (name, TAG_PREFIX))
    name += strlen (TAG_PREFIX);

  for (gsize i = 0; i < G_N_ELEMENTS (tags); i++)
    {
      if (strcmp (tags[i].tag, name) == 0)
        return tags[i].type;
    }

  return HOSTEL_YAML_TYPE_OTHER;
}

static HostelYamlType
type_of_plain (const char *value)
{
  static GRegex *patterns[G_N_ELEMENTS (resolvers)];
  static gsize ready;

  if (g_once_init_enter (&ready))
    {
      for (gsize i = 0; i < G_N_ELEMENTS (resolvers); i++)
        patterns[i] = g_regex_new (resolvers[i].pattern,
                                   G_REGEX_OPTIMIZE | G_REGEX_DOLLAR_ENDONLY, 0, NULL);
      g_once_init_leave (&ready, 1);
    }

  /* The first characters of all the patterns; text begins with another one most of the time. */
  if (value[0] != '\0' && strchr ("yYnNtTfFoO~-+.0123456789", value[0]) == NULL)
    return HOSTEL_YAML_TYPE_STRING;

  for (gsize i = 0; i < G_N_ELEMENTS (resolvers); i++)
    {
      if (g_regex_match (patterns[i], value, 0, NULL))
        return resolvers[i].type;
    }

  return HOSTEL_YAML_TYPE_STRING;
}

/**
 * hostel_yaml_get_value_type:
 * @self: a node
 *
 * Returns: what PyYAML makes of @self, in the words of a JSON schema; dates and sets are none of
 *   them
 */
HostelYamlType
hostel_yaml_get_value_type (HostelYaml *self)
{
  if (self->tag != NULL)
    return type_of_tag (self);

  if (self->kind == HOSTEL_YAML_SEQUENCE)
    return HOSTEL_YAML_TYPE_ARRAY;
  if (self->kind == HOSTEL_YAML_MAPPING)
    return HOSTEL_YAML_TYPE_OBJECT;

  if (self->style != YAML_PLAIN_SCALAR_STYLE && self->style != YAML_ANY_SCALAR_STYLE)
    return HOSTEL_YAML_TYPE_STRING;

  return type_of_plain (self->value);
}

/**
 * hostel_yaml_get_integer:
 * @self: a node of %HOSTEL_YAML_TYPE_INTEGER
 *
 * Returns: its value, as far as 64 bits hold it
 */
gint64
hostel_yaml_get_integer (HostelYaml *self)
{
  g_autofree char *digits = g_strdup (self->value);
  char *to = digits;
  gboolean negative;
  gint64 value;
  const char *rest;

  for (const char *c = digits; *c != '\0'; c++)
    {
      if (*c != '_')
        *to++ = *c;
    }
  *to = '\0';

  negative = digits[0] == '-';
  rest = digits + (negative || digits[0] == '+' ? 1 : 0);
  if (g_str_has_prefix (rest, "0b"))
    value = g_ascii_strtoll (rest + 2, NULL, 2);
  else
    value = g_ascii_strtoll (rest, (char **) &rest, 0);

  /* Hours, minutes and seconds. */
  while (*rest == ':' && value < G_MAXINT64 / 60 - 60)
    value = value * 60 + g_ascii_strtoll (rest + 1, (char **) &rest, 10);

  return negative ? -value : value;
}
