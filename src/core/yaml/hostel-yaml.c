/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "hostel-yaml"

#include "config.h"

#include <string.h>
#include <yaml.h>

#include "hostel-yaml.h"

/* Below it, looking through all is faster than a table. */
#define MANY_KEYS 32

HostelYaml *
hostel_yaml_new (HostelYamlKind kind)
{
  HostelYaml *self = g_new0 (HostelYaml, 1);

  g_atomic_ref_count_init (&self->ref_count);
  self->kind = kind;
  self->weight = 1;

  if (kind == HOSTEL_YAML_MAPPING)
    self->keys = g_ptr_array_new_with_free_func ((GDestroyNotify) hostel_yaml_unref);
  if (kind != HOSTEL_YAML_SCALAR)
    self->children = g_ptr_array_new_with_free_func ((GDestroyNotify) hostel_yaml_unref);

  return self;
}

/* A literal block reads best for scripts and files, and is told apart from nothing else by a reader
 * where the text has no leading blanks and at most one line break at its end. */
static gboolean
fits_literal (const char *value)
{
  gsize length = strlen (value);

  if (strchr (value, '\n') == NULL || value[0] == ' ' || value[0] == '\n')
    return FALSE;

  if (length >= 2 && value[length - 1] == '\n' && strchr (" \n", value[length - 2]) != NULL)
    return FALSE;

  for (const char *c = value; *c != '\0'; c = g_utf8_next_char (c))
    {
      gunichar character = g_utf8_get_char (c);

      if (character == '\t' && (c == value || c[-1] == '\n'))
        return FALSE;

      /* YAML 1.1 takes these as line breaks too. */
      if (character == 0x85 || character == 0x2028 || character == 0x2029)
        return FALSE;
    }

  return TRUE;
}

/* Whether YAML 1.1's resolver can take a plain scalar for anything but a string
 * (https://yaml.org/type/): numbers, dates and sexagesimals begin with a digit, a sign or a dot and
 * have only these characters, the rest are these words. */
gboolean
hostel_yaml_is_ambiguous (const char *value)
{
  static const char * const words[] = {
    "", "y", "n", "yes", "no", "true", "false", "on", "off", "null", "~", "<<", "=", NULL
  };

  /* What begins as a document's end does, or ends as a key does, is written in quotes, and is no
   * number. */
  if (g_str_has_prefix (value, "---") || g_str_has_prefix (value, "...") || g_str_has_suffix (value, ":"))
    return FALSE;

  if (value[0] != '\0' && strchr ("-+.0123456789", value[0]) != NULL)
    return value[strspn (value, "-+.0123456789_: \tabcdefABCDEFxXtTzZinIN")] == '\0' &&
           strpbrk (value, "0123456789nN") != NULL;

  for (gsize i = 0; words[i] != NULL; i++)
    {
      if (g_ascii_strcasecmp (value, words[i]) == 0)
        return TRUE;
    }

  return FALSE;
}

/* Plain only where every reader of every YAML version agrees on it. */
static gboolean
fits_plain (const char *value)
{
  gsize length = strlen (value);

  if (length > 256 || hostel_yaml_is_ambiguous (value))
    return FALSE;

  if (!g_ascii_isalpha (value[0]) && value[0] != '/')
    return FALSE;

  for (gsize i = 0; i < length; i++)
    {
      if (!g_ascii_isalnum (value[i]) && strchr (" _-./@+=,", value[i]) == NULL)
        return FALSE;
    }

  return value[length - 1] != ' ';
}

/**
 * hostel_yaml_new_string:
 * @value: UTF-8; other bytes are kept for hostel_yaml_is_utf8() to find
 *
 * Returns: (transfer full): a scalar that every YAML reader takes for the string @value
 */
HostelYaml *
hostel_yaml_new_string (const char *value)
{
  HostelYaml *self = hostel_yaml_new (HOSTEL_YAML_SCALAR);

  self->value = g_strdup (value);
  if (!g_utf8_validate (value, -1, NULL))
    self->style = YAML_DOUBLE_QUOTED_SCALAR_STYLE;
  else if (fits_plain (value))
    self->style = YAML_PLAIN_SCALAR_STYLE;
  else if (fits_literal (value))
    self->style = YAML_LITERAL_SCALAR_STYLE;
  else if (strpbrk (value, "\n\r\t") != NULL)
    self->style = YAML_DOUBLE_QUOTED_SCALAR_STYLE;
  else
    self->style = YAML_SINGLE_QUOTED_SCALAR_STYLE;

  return self;
}

static HostelYaml *
new_plain (char *value)
{
  HostelYaml *self = hostel_yaml_new (HOSTEL_YAML_SCALAR);

  self->value = value;
  self->style = YAML_PLAIN_SCALAR_STYLE;

  return self;
}

HostelYaml *
hostel_yaml_new_boolean (gboolean value)
{
  return new_plain (g_strdup (value ? "true" : "false"));
}

HostelYaml *
hostel_yaml_new_integer (gint64 value)
{
  return new_plain (g_strdup_printf ("%" G_GINT64_FORMAT, value));
}

HostelYaml *
hostel_yaml_new_strv (const char * const *values)
{
  HostelYaml *self = hostel_yaml_new (HOSTEL_YAML_SEQUENCE);

  for (gsize i = 0; values != NULL && values[i] != NULL; i++)
    hostel_yaml_append (self, hostel_yaml_new_string (values[i]));

  return self;
}

HostelYaml *
hostel_yaml_ref (HostelYaml *self)
{
  g_atomic_ref_count_inc (&self->ref_count);

  return self;
}

void
hostel_yaml_unref (HostelYaml *self)
{
  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;

  g_clear_pointer (&self->tag, g_free);
  g_clear_pointer (&self->anchor, g_free);
  g_clear_pointer (&self->value, g_free);
  g_clear_pointer (&self->index, g_hash_table_unref);
  g_clear_pointer (&self->keys, g_ptr_array_unref);
  g_clear_pointer (&self->children, g_ptr_array_unref);
  g_free (self);
}

/**
 * hostel_yaml_copy:
 *
 * Returns: (transfer full): a node of its own that shares its children with @self, to be changed
 */
HostelYaml *
hostel_yaml_copy (HostelYaml *self)
{
  HostelYaml *copy = hostel_yaml_new (self->kind);

  copy->style = self->style;
  copy->tag = g_strdup (self->tag);
  copy->value = g_strdup (self->value);

  for (guint i = 0; i < hostel_yaml_get_length (self); i++)
    {
      if (self->keys != NULL)
        g_ptr_array_add (copy->keys, hostel_yaml_ref (g_ptr_array_index (self->keys, i)));
      g_ptr_array_add (copy->children, hostel_yaml_ref (g_ptr_array_index (self->children, i)));
    }

  return copy;
}

static gboolean
is_plain (HostelYaml *self)
{
  return self->kind == HOSTEL_YAML_SCALAR && self->tag == NULL &&
         (self->style == YAML_PLAIN_SCALAR_STYLE || self->style == YAML_ANY_SCALAR_STYLE);
}

gboolean
hostel_yaml_is_null (HostelYaml *self)
{
  if (self == NULL)
    return TRUE;

  return is_plain (self) && (self->value[0] == '\0' || strcmp (self->value, "~") == 0 ||
                             g_ascii_strcasecmp (self->value, "null") == 0);
}

static gboolean
scalar_equal (HostelYaml *self,
              HostelYaml *other)
{
  if (hostel_yaml_is_null (self) || hostel_yaml_is_null (other))
    return hostel_yaml_is_null (self) && hostel_yaml_is_null (other);

  if (strcmp (self->value, other->value) != 0)
    return FALSE;

  return is_plain (self) == is_plain (other) || !hostel_yaml_is_ambiguous (self->value);
}

/**
 * hostel_yaml_equal:
 *
 * Returns: whether a reader gets the same from both; how they are written does not count, nor the
 *   order of keys
 */
gboolean
hostel_yaml_equal (HostelYaml *self,
                   HostelYaml *other)
{
  if (self == other)
    return TRUE;

  if (self == NULL || other == NULL || self->kind != other->kind ||
      g_strcmp0 (self->tag, other->tag) != 0 ||
      hostel_yaml_get_length (self) != hostel_yaml_get_length (other))
    return FALSE;

  if (self->kind == HOSTEL_YAML_SCALAR)
    return scalar_equal (self, other);

  for (guint i = 0; i < self->children->len; i++)
    {
      HostelYaml *counterpart = g_ptr_array_index (other->children, i);

      /* Mostly the order is the same, and a lookup for each key would take long in a big mapping. */
      if (self->keys != NULL && !scalar_equal (g_ptr_array_index (self->keys, i),
                                               g_ptr_array_index (other->keys, i)))
        counterpart = hostel_yaml_lookup (other, hostel_yaml_get_key (self, i));

      if (counterpart == NULL ||
          !hostel_yaml_equal (g_ptr_array_index (self->children, i), counterpart))
        return FALSE;
    }

  return TRUE;
}

/**
 * hostel_yaml_hash:
 *
 * Returns: a number that is the same for nodes that hostel_yaml_equal() takes for the same
 */
guint
hostel_yaml_hash (HostelYaml *self)
{
  guint hash = self->kind + 31 * hostel_yaml_get_length (self);

  if (self->kind == HOSTEL_YAML_SCALAR)
    return hostel_yaml_is_null (self) ? 0 : g_str_hash (self->value);

  for (guint i = 0; i < self->children->len; i++)
    {
      guint child = hostel_yaml_hash (g_ptr_array_index (self->children, i));

      /* The order of keys does not count. */
      if (self->keys != NULL)
        hash += 33 * hostel_yaml_hash (g_ptr_array_index (self->keys, i)) ^ child;
      else
        hash = 33 * hash + child;
    }

  return hash;
}

gboolean
hostel_yaml_is_mapping (HostelYaml *self)
{
  return self != NULL && self->kind == HOSTEL_YAML_MAPPING;
}

gboolean
hostel_yaml_is_sequence (HostelYaml *self)
{
  return self != NULL && self->kind == HOSTEL_YAML_SEQUENCE;
}

/* Nodes made by the program may hold any bytes; libyaml refuses to write them. */
gboolean
hostel_yaml_is_utf8 (HostelYaml *self)
{
  if (self->kind == HOSTEL_YAML_SCALAR)
    return g_utf8_validate (self->value, -1, NULL);

  for (guint i = 0; i < self->children->len; i++)
    {
      if (self->keys != NULL && !hostel_yaml_is_utf8 (g_ptr_array_index (self->keys, i)))
        return FALSE;

      if (!hostel_yaml_is_utf8 (g_ptr_array_index (self->children, i)))
        return FALSE;
    }

  return TRUE;
}

/**
 * hostel_yaml_get_string:
 * @self: (nullable): a node
 *
 * Returns: (nullable): the scalar's text, %NULL for null and for anything that is no scalar
 */
const char *
hostel_yaml_get_string (HostelYaml *self)
{
  if (self == NULL || self->kind != HOSTEL_YAML_SCALAR || hostel_yaml_is_null (self))
    return NULL;

  return self->value;
}

/**
 * hostel_yaml_get_boolean:
 * @self: (nullable): a node
 * @value: (out): the value
 *
 * Takes what cloud-init's util.is_true() and is_false() take.
 *
 * Returns: whether @self is a boolean
 */
gboolean
hostel_yaml_get_boolean (HostelYaml *self,
                         gboolean   *value)
{
  static const char * const yes[] = { "true", "yes", "on", "1", NULL };
  static const char * const no[] = { "false", "no", "off", "0", NULL };
  const char *text = hostel_yaml_get_string (self);

  for (gsize i = 0; text != NULL && yes[i] != NULL; i++)
    {
      if (g_ascii_strcasecmp (text, yes[i]) == 0 || g_ascii_strcasecmp (text, no[i]) == 0)
        {
          *value = g_ascii_strcasecmp (text, yes[i]) == 0;
          return TRUE;
        }
    }

  return FALSE;
}

guint
hostel_yaml_get_length (HostelYaml *self)
{
  return self != NULL && self->children != NULL ? self->children->len : 0;
}

HostelYaml *
hostel_yaml_get_child (HostelYaml *self,
                       guint       index)
{
  return g_ptr_array_index (self->children, index);
}

const char *
hostel_yaml_get_key (HostelYaml *self,
                     guint       index)
{
  return ((HostelYaml *) g_ptr_array_index (self->keys, index))->value;
}

/* Takes @child. */
void
hostel_yaml_append (HostelYaml *self,
                    HostelYaml *child)
{
  g_assert (self->kind == HOSTEL_YAML_SEQUENCE);

  g_ptr_array_add (self->children, child);
}

/* In a big mapping each lookup would take as long as that is. */
static void
index_keys (HostelYaml *self)
{
  if (self->index != NULL && self->indexed > self->keys->len)
    g_clear_pointer (&self->index, g_hash_table_unref);
  if (self->index == NULL)
    {
      self->index = g_hash_table_new (g_str_hash, g_str_equal);
      self->indexed = 0;
    }
  for (; self->indexed < self->keys->len; self->indexed++)
    g_hash_table_replace (self->index, (char *) hostel_yaml_get_key (self, self->indexed),
                          GUINT_TO_POINTER (self->indexed + 1));
}

/* Of keys written twice the last one counts, as in PyYAML. */
static gboolean
find_key (HostelYaml *self,
          const char *key,
          guint      *index)
{
  guint length = hostel_yaml_get_length (self);

  if (length > MANY_KEYS)
    {
      index_keys (self);
      length = GPOINTER_TO_UINT (g_hash_table_lookup (self->index, key));
      *index = length - 1;
      return length > 0;
    }

  for (guint i = length; i > 0; i--)
    {
      if (strcmp (hostel_yaml_get_key (self, i - 1), key) == 0)
        {
          *index = i - 1;
          return TRUE;
        }
    }

  return FALSE;
}

/**
 * hostel_yaml_lookup:
 * @self: (nullable): a node
 *
 * Returns: (transfer none) (nullable): the value under @key, %NULL also where @self is no mapping
 */
HostelYaml *
hostel_yaml_lookup (HostelYaml *self,
                    const char *key)
{
  guint index;

  if (!hostel_yaml_is_mapping (self) || !find_key (self, key, &index))
    return NULL;

  return g_ptr_array_index (self->children, index);
}

const char *
hostel_yaml_lookup_string (HostelYaml *self,
                           const char *key)
{
  return hostel_yaml_get_string (hostel_yaml_lookup (self, key));
}

/* Takes @child, and puts it where the key stands already, else at the end. */
void
hostel_yaml_set (HostelYaml *self,
                 const char *key,
                 HostelYaml *child)
{
  guint index;

  g_assert (self->kind == HOSTEL_YAML_MAPPING);

  if (find_key (self, key, &index))
    {
      hostel_yaml_unref (g_ptr_array_index (self->children, index));
      g_ptr_array_index (self->children, index) = child;
      return;
    }

  g_ptr_array_add (self->keys, hostel_yaml_new_string (key));
  g_ptr_array_add (self->children, child);
}

/* Sets a string; "" and NULL remove the key. */
void
hostel_yaml_set_string (HostelYaml *self,
                        const char *key,
                        const char *value)
{
  if (value == NULL || value[0] == '\0')
    hostel_yaml_remove (self, key);
  else
    hostel_yaml_set (self, key, hostel_yaml_new_string (value));
}

void
hostel_yaml_remove (HostelYaml *self,
                    const char *key)
{
  for (guint i = hostel_yaml_get_length (self); i > 0; i--)
    {
      if (strcmp (hostel_yaml_get_key (self, i - 1), key) != 0)
        continue;

      g_clear_pointer (&self->index, g_hash_table_unref);
      g_ptr_array_remove_index (self->keys, i - 1);
      g_ptr_array_remove_index (self->children, i - 1);
    }
}
