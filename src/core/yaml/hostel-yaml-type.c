/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "hostel-yaml"

#include "config.h"

#include <string.h>
#include <yaml.h>

#include "hostel-yaml.h"

#define TAG_PREFIX "tag:yaml.org,2002:"

/* What cloud-init's loader has a constructor for: that of cloudinit/safeyaml.py. */
static HostelYamlTag
find_tag (const char *tag)
{
  static const struct
  {
    const char    *name;
    HostelYamlTag  tag;
  } tags[] = {
    { "null", HOSTEL_YAML_TAG_NULL },     { "bool", HOSTEL_YAML_TAG_BOOL },
    { "int", HOSTEL_YAML_TAG_INT },       { "float", HOSTEL_YAML_TAG_FLOAT },
    { "binary", HOSTEL_YAML_TAG_BINARY }, { "timestamp", HOSTEL_YAML_TAG_TIMESTAMP },
    { "str", HOSTEL_YAML_TAG_STR },       { "python/unicode", HOSTEL_YAML_TAG_STR },
    { "seq", HOSTEL_YAML_TAG_SEQ },       { "omap", HOSTEL_YAML_TAG_OMAP },
    { "pairs", HOSTEL_YAML_TAG_PAIRS },   { "map", HOSTEL_YAML_TAG_MAP },
    { "set", HOSTEL_YAML_TAG_SET },       { "merge", HOSTEL_YAML_TAG_MERGE },
    { "value", HOSTEL_YAML_TAG_VALUE },
  };

  if (!g_str_has_prefix (tag, TAG_PREFIX))
    return HOSTEL_YAML_TAG_UNKNOWN;

  for (gsize i = 0; i < G_N_ELEMENTS (tags); i++)
    {
      if (strcmp (tags[i].name, tag + strlen (TAG_PREFIX)) == 0)
        return tags[i].tag;
    }

  return HOSTEL_YAML_TAG_UNKNOWN;
}

/* yaml/resolver.py of PyYAML, by which cloud-init reads: other YAML readers differ, above all in
 * yes and no, in octal numbers and in times of day. */
static HostelYamlTag
find_number (const char *value)
{
  static const struct
  {
    HostelYamlTag  tag;
    const char    *pattern;
  } resolvers[] = {
    { HOSTEL_YAML_TAG_FLOAT,
      "^(?:[-+]?(?:[0-9][0-9_]*)\\.[0-9_]*(?:[eE][-+][0-9]+)?"
      "|\\.[0-9][0-9_]*(?:[eE][-+][0-9]+)?"
      "|[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+\\.[0-9_]*"
      "|[-+]?\\.(?:inf|Inf|INF)|\\.(?:nan|NaN|NAN))$" },
    { HOSTEL_YAML_TAG_INT,
      "^(?:[-+]?0b[0-1_]+|[-+]?0[0-7_]+|[-+]?(?:0|[1-9][0-9_]*)|[-+]?0x[0-9a-fA-F_]+"
      "|[-+]?[1-9][0-9_]*(?::[0-5]?[0-9])+)$" },
    { HOSTEL_YAML_TAG_TIMESTAMP,
      "^(?:[0-9]{4}-[0-9]{2}-[0-9]{2}"
      "|[0-9]{4}-[0-9][0-9]?-[0-9][0-9]?(?:[Tt]|[ \\t]+)[0-9][0-9]?:[0-9]{2}:[0-9]{2}"
      "(?:\\.[0-9]*)?(?:[ \\t]*(?:Z|[-+][0-9][0-9]?(?::[0-9][0-9])?))?)$" },
  };
  static GRegex *patterns[G_N_ELEMENTS (resolvers)];
  static gsize ready;

  if (g_once_init_enter (&ready))
    {
      for (gsize i = 0; i < G_N_ELEMENTS (resolvers); i++)
        patterns[i] = g_regex_new (resolvers[i].pattern, G_REGEX_OPTIMIZE, 0, NULL);
      g_once_init_leave (&ready, 1);
    }

  for (gsize i = 0; i < G_N_ELEMENTS (resolvers); i++)
    {
      if (g_regex_match (patterns[i], value, 0, NULL))
        return resolvers[i].tag;
    }

  return HOSTEL_YAML_TAG_STR;
}

static HostelYamlTag
find_word (const char *value)
{
  static const char * const words[] = {
    "yes", "Yes", "YES", "no", "No", "NO", "true", "True", "TRUE", "false", "False", "FALSE",
    "on", "On", "ON", "off", "Off", "OFF", NULL
  };
  static const char * const nothing[] = { "", "~", "null", "Null", "NULL", NULL };

  if (g_strv_contains (words, value))
    return HOSTEL_YAML_TAG_BOOL;
  if (g_strv_contains (nothing, value))
    return HOSTEL_YAML_TAG_NULL;
  if (strcmp (value, "<<") == 0)
    return HOSTEL_YAML_TAG_MERGE;
  if (strcmp (value, "=") == 0)
    return HOSTEL_YAML_TAG_VALUE;

  return HOSTEL_YAML_TAG_STR;
}

/**
 * hostel_yaml_get_tag:
 * @self: a node
 *
 * Returns: the tag that PyYAML gives it
 */
HostelYamlTag
hostel_yaml_get_tag (HostelYaml *self)
{
  if (self->tag != NULL)
    return find_tag (self->tag);

  if (self->kind == HOSTEL_YAML_SEQUENCE)
    return HOSTEL_YAML_TAG_SEQ;
  if (self->kind == HOSTEL_YAML_MAPPING)
    return HOSTEL_YAML_TAG_MAP;

  if (self->style != YAML_PLAIN_SCALAR_STYLE && self->style != YAML_ANY_SCALAR_STYLE)
    return HOSTEL_YAML_TAG_STR;

  return self->value[0] != '\0' && strchr ("-+.0123456789", self->value[0]) != NULL
           ? find_number (self->value) : find_word (self->value);
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
  switch (hostel_yaml_get_tag (self))
    {
    case HOSTEL_YAML_TAG_NULL:
      return HOSTEL_YAML_TYPE_NULL;
    case HOSTEL_YAML_TAG_BOOL:
      return HOSTEL_YAML_TYPE_BOOLEAN;
    case HOSTEL_YAML_TAG_INT:
      return HOSTEL_YAML_TYPE_INTEGER;
    case HOSTEL_YAML_TAG_FLOAT:
      return HOSTEL_YAML_TYPE_NUMBER;
    case HOSTEL_YAML_TAG_STR:
    case HOSTEL_YAML_TAG_BINARY:
      return HOSTEL_YAML_TYPE_STRING;
    case HOSTEL_YAML_TAG_SEQ:
    case HOSTEL_YAML_TAG_OMAP:
    case HOSTEL_YAML_TAG_PAIRS:
      return HOSTEL_YAML_TYPE_ARRAY;
    case HOSTEL_YAML_TAG_MAP:
      return HOSTEL_YAML_TYPE_OBJECT;
    case HOSTEL_YAML_TAG_TIMESTAMP:
    case HOSTEL_YAML_TAG_SET:
    case HOSTEL_YAML_TAG_MERGE:
    case HOSTEL_YAML_TAG_VALUE:
    case HOSTEL_YAML_TAG_UNKNOWN:
    default:
      return HOSTEL_YAML_TYPE_OTHER;
    }
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
