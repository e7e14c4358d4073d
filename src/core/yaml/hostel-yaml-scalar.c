/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "hostel-yaml"

#include "config.h"

#include <glib/gi18n.h>
#include <string.h>

#include "hostel-yaml-parse-private.h"

/* What yaml/constructor.py of PyYAML makes of a scalar, as far as whether it can: a value that has the
 * form of a number or a date, but is none, is an error there. */

/* More digits than that Python does not turn into a number; 60 to the power of that is no float. */
#define MAX_DIGITS 4300
#define MAX_SEXAGESIMAL_PARTS 174

static char *
without (const char *value,
         char        removed)
{
  GString *text = g_string_new (NULL);

  for (const char *c = value; *c != '\0'; c++)
    {
      if (*c != removed)
        g_string_append_c (text, *c);
    }

  return g_string_free (text, FALSE);
}

/* As int () of Python. */
static gboolean
is_integer (const char *value,
            const char *prefix,
            const char *digits)
{
  g_autofree char *text = g_strstrip (g_strdup (value));
  const char *c = text;

  if (*c == '-' || *c == '+')
    c++;
  if (prefix != NULL && g_ascii_strncasecmp (c, prefix, 2) == 0)
    c += 2;

  return *c != '\0' && c[strspn (c, digits)] == '\0' &&
         (strlen (digits) != 10 || strlen (c) <= MAX_DIGITS);
}

static gboolean
all_parts (const char *value,
           gboolean  (*is_number) (const char *part))
{
  g_auto (GStrv) parts = g_strsplit (value, ":", -1);

  for (gsize i = 0; parts[i] != NULL; i++)
    {
      if (!is_number (parts[i]))
        return FALSE;
    }

  return TRUE;
}

static gboolean
is_decimal (const char *value)
{
  return is_integer (value, NULL, "0123456789");
}

static gboolean
is_int (const char *value)
{
  g_autofree char *text = without (value, '_');
  const char *c = text;

  if (*c == '-' || *c == '+')
    c++;

  if (*c == '\0')
    return FALSE;
  if (g_str_has_prefix (c, "0b"))
    return is_integer (c + 2, "0b", "01");
  if (g_str_has_prefix (c, "0x"))
    return is_integer (c + 2, "0x", "0123456789abcdefABCDEF");
  if (*c == '0')
    return is_integer (c, "0o", "01234567");

  return strchr (c, ':') != NULL ? all_parts (c, is_decimal) : is_decimal (c);
}

/* As float () of Python. */
static gboolean
is_real (const char *value)
{
  return g_regex_match_simple ("^\\s*[-+]?(?:[0-9]+\\.?[0-9]*(?:e[-+]?[0-9]+)?"
                               "|\\.[0-9]+(?:e[-+]?[0-9]+)?|inf|infinity|nan)\\s*$", value,
                               G_REGEX_CASELESS, 0);
}

static gboolean
is_float (const char *value)
{
  g_autofree char *text = without (value, '_');
  const char *c = text;
  gsize parts = 1;

  if (*c == '-' || *c == '+')
    c++;
  if (g_ascii_strcasecmp (c, ".inf") == 0 || g_ascii_strcasecmp (c, ".nan") == 0)
    return TRUE;
  if (strchr (c, ':') == NULL)
    return is_real (c);

  for (const char *colon = c; (colon = strchr (colon, ':')) != NULL; colon++)
    parts++;

  return parts <= MAX_SEXAGESIMAL_PARTS && all_parts (c, is_real);
}

static gboolean
is_bool (const char *value)
{
  static const char * const words[] = { "yes", "no", "true", "false", "on", "off", NULL };
  g_autofree char *lower = g_ascii_strdown (value, -1);

  return g_strv_contains (words, lower);
}

static int
get_part (GMatchInfo *match,
          const char *name)
{
  g_autofree char *text = g_match_info_fetch_named (match, name);

  return text != NULL && *text != '\0' ? atoi (text) : 0;
}

/* A day and a time that there are. */
static gboolean
is_timestamp (const char *value)
{
  g_autoptr (GMatchInfo) match = NULL;
  g_autoptr (GRegex) pattern =
    g_regex_new ("^(?<year>[0-9]{4})-(?<month>[0-9]{1,2})-(?<day>[0-9]{1,2})"
                 "(?:(?:[Tt]|[ \\t]+)(?<hour>[0-9]{1,2}):(?<minute>[0-9]{2}):(?<second>[0-9]{2})"
                 "(?:\\.[0-9]*)?(?:[ \\t]*(?:Z|[-+](?<zone>[0-9]{1,2})(?::(?<rest>[0-9]{2}))?))?)?$",
                 0, 0, NULL);

  if (!g_regex_match (pattern, value, 0, &match))
    return FALSE;

  return get_part (match, "year") >= 1 &&
         g_date_valid_dmy (get_part (match, "day"), get_part (match, "month"),
                           get_part (match, "year")) &&
         get_part (match, "hour") < 24 && get_part (match, "minute") < 60 &&
         get_part (match, "second") < 60 &&
         get_part (match, "zone") * 60 + get_part (match, "rest") < 24 * 60;
}

/* As binascii.a2b_base64 () of Python: what is no base64 is passed over, but the end has to fit. */
static gboolean
is_base64 (const char *value)
{
  guint quad = 0;
  guint pads = 0;

  for (const char *c = value; *c != '\0'; c++)
    {
      if ((guchar) *c >= 0x80)
        return FALSE;
    }

  for (const char *c = value; *c != '\0'; c++)
    {
      if (*c == '=')
        {
          if (quad >= 2 && quad + ++pads >= 4)
            return TRUE;
        }
      else if (g_ascii_isalnum (*c) || *c == '+' || *c == '/')
        {
          pads = 0;
          quad = (quad + 1) % 4;
        }
    }

  return quad == 0;
}

static gboolean
refuse (HostelYaml  *node,
        const char  *format,
        const char  *remedy,
        GError     **error)
{
  g_autofree char *shown = hostel_yaml_shorten (node->value);
  g_autoptr (GString) message = g_string_new (format);
  g_autofree char *line = g_strdup_printf ("%u", node->line);

  g_string_replace (message, "%u", line, 1);
  g_string_replace (message, "%s", shown, 1);

  return hostel_yaml_refuse (node->line, remedy, error, "%s", message->str);
}

/* Whether PyYAML can make @tag of the text of @node. */
gboolean
hostel_yaml_check_scalar (HostelYaml     *node,
                          HostelYamlTag   tag,
                          GError        **error)
{
  switch (tag)
    {
    case HOSTEL_YAML_TAG_BOOL:
      return is_bool (node->value) ||
             refuse (node, _("Line %u has “%s”, which is neither true nor false."),
                     _("Write true or false."), error);
    case HOSTEL_YAML_TAG_INT:
      return is_int (node->value) ||
             refuse (node, _("Line %u has “%s”, which cloud-init cannot read as a number."),
                     _("Put it in quotes, or correct it."), error);
    case HOSTEL_YAML_TAG_FLOAT:
      return is_float (node->value) ||
             refuse (node, _("Line %u has “%s”, which cloud-init cannot read as a number."),
                     _("Put it in quotes, or correct it."), error);
    case HOSTEL_YAML_TAG_TIMESTAMP:
      return is_timestamp (node->value) ||
             refuse (node, _("Line %u has “%s”, a date that does not exist."),
                     _("Put it in quotes, or correct it."), error);
    case HOSTEL_YAML_TAG_BINARY:
      return is_base64 (node->value) ||
             refuse (node, _("Line %u has binary data that is not complete base64."),
                     _("Encode it again."), error);
    case HOSTEL_YAML_TAG_NULL:
    case HOSTEL_YAML_TAG_STR:
    case HOSTEL_YAML_TAG_SEQ:
    case HOSTEL_YAML_TAG_OMAP:
    case HOSTEL_YAML_TAG_PAIRS:
    case HOSTEL_YAML_TAG_MAP:
    case HOSTEL_YAML_TAG_SET:
    case HOSTEL_YAML_TAG_MERGE:
    case HOSTEL_YAML_TAG_VALUE:
    case HOSTEL_YAML_TAG_UNKNOWN:
    default:
      return TRUE;
    }
}
