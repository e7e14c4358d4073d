/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "hostel-yaml"

#include "config.h"

#include <string.h>
#include <yaml.h>

#include "hostel-yaml-scan-private.h"

/* The place of what may turn out to be a key, when a colon follows. */
typedef struct
{
  gsize           token_number;
  int             flow_level;
  gboolean        required;
  HostelYamlMark  mark;
} Key;

/* As the specification says. */
#define MAX_KEY_LENGTH 1024

static void
clear_token (gpointer data)
{
  HostelYamlToken *token = data;

  g_free (token->handle);
  g_free (token->text);
}

void
hostel_yaml_scanner_init (HostelYamlScanner *self,
                          const char        *text)
{
  memset (self, 0, sizeof *self);
  self->text = text;
  self->indent = -1;
  self->indents = g_array_new (FALSE, FALSE, sizeof (int));
  self->tokens = g_array_new (FALSE, TRUE, sizeof (HostelYamlToken));
  g_array_set_clear_func (self->tokens, clear_token);
  self->keys = g_array_new (FALSE, FALSE, sizeof (Key));
  self->allow_simple_key = TRUE;
}

void
hostel_yaml_scanner_clear (HostelYamlScanner *self)
{
  g_array_unref (self->indents);
  g_array_unref (self->tokens);
  g_array_unref (self->keys);
}

static HostelYamlToken *
insert_token (HostelYamlScanner   *self,
              guint                index,
              HostelYamlTokenType  type,
              HostelYamlMark       start)
{
  HostelYamlToken token = { .type = type, .start = start, .end = start };

  g_array_insert_val (self->tokens, index, token);
  return &g_array_index (self->tokens, HostelYamlToken, index);
}

static HostelYamlToken *
add_token (HostelYamlScanner   *self,
           HostelYamlTokenType  type)
{
  return insert_token (self, self->tokens->len, type, self->mark);
}

static Key *
oldest_key (HostelYamlScanner *self)
{
  return self->first_key < self->keys->len ? &g_array_index (self->keys, Key, self->first_key)
                                           : NULL;
}

/* Of this level; there is one at most, and it is the youngest. */
static Key *
find_key (HostelYamlScanner *self)
{
  Key *key = self->first_key < self->keys->len
               ? &g_array_index (self->keys, Key, self->keys->len - 1) : NULL;

  return key != NULL && key->flow_level == self->flow_level ? key : NULL;
}

static gboolean
fail_key (HostelYamlScanner *self)
{
  return hostel_yaml_scanner_fail (self, "could not find expected ':'");
}

/* A simple key ends in its line. */
static gboolean
drop_stale_keys (HostelYamlScanner *self)
{
  Key *key;

  while ((key = oldest_key (self)) != NULL &&
         (key->mark.line != self->mark.line || self->mark.index - key->mark.index > MAX_KEY_LENGTH))
    {
      if (key->required)
        return fail_key (self);
      self->first_key++;
    }
  if (key == NULL)
    {
      g_array_set_size (self->keys, 0);
      self->first_key = 0;
    }

  return TRUE;
}

static gboolean
remove_key (HostelYamlScanner *self)
{
  Key *key = find_key (self);

  if (key == NULL)
    return TRUE;
  if (key->required)
    return fail_key (self);

  g_array_set_size (self->keys, self->keys->len - 1);
  return TRUE;
}

static gboolean
save_key (HostelYamlScanner *self)
{
  Key key = {
    .token_number = self->tokens_taken + self->tokens->len - self->first_token,
    .flow_level = self->flow_level,
    .required = self->flow_level == 0 && self->indent == self->mark.column,
    .mark = self->mark,
  };

  if (!self->allow_simple_key)
    return TRUE;
  if (!remove_key (self))
    return FALSE;

  g_array_append_val (self->keys, key);
  return TRUE;
}

static void
unwind_indent (HostelYamlScanner *self,
               int                column)
{
  while (self->flow_level == 0 && self->indent > column)
    {
      add_token (self, HOSTEL_YAML_TOKEN_BLOCK_END);
      self->indent = g_array_index (self->indents, int, self->indents->len - 1);
      g_array_set_size (self->indents, self->indents->len - 1);
    }
}

static gboolean
add_indent (HostelYamlScanner *self,
            int                column)
{
  if (self->indent >= column)
    return FALSE;

  g_array_append_val (self->indents, self->indent);
  self->indent = column;
  return TRUE;
}

/* Blanks, line breaks and comments; no tabs. */
static void
skip_to_token (HostelYamlScanner *self)
{
  if (self->mark.offset == 0 && g_str_has_prefix (self->text, "\xef\xbb\xbf"))
    hostel_yaml_scanner_forward (self, 1);

  while (TRUE)
    {
      guint line = self->mark.line;

      if (!hostel_yaml_scan_end_of_line (self) || self->mark.line == line)
        return;
      if (self->flow_level == 0)
        self->allow_simple_key = TRUE;
    }
}

static gboolean
fetch_end (HostelYamlScanner *self)
{
  unwind_indent (self, -1);
  if (!remove_key (self))
    return FALSE;

  self->allow_simple_key = FALSE;
  g_array_set_size (self->keys, 0);
  self->first_key = 0;
  add_token (self, HOSTEL_YAML_TOKEN_STREAM_END);
  self->done = TRUE;
  return TRUE;
}

static gboolean
fetch_directive (HostelYamlScanner *self)
{
  unwind_indent (self, -1);
  if (!remove_key (self))
    return FALSE;

  self->allow_simple_key = FALSE;
  return hostel_yaml_scan_directive (self, add_token (self, HOSTEL_YAML_TOKEN_DIRECTIVE));
}

/* One of the signs that are a token in themselves. */
static gboolean
add_sign (HostelYamlScanner   *self,
          HostelYamlTokenType  type,
          gsize                length)
{
  HostelYamlToken *token = add_token (self, type);

  hostel_yaml_scanner_forward (self, length);
  token->end = self->mark;
  return TRUE;
}

static gboolean
fetch_separator (HostelYamlScanner *self)
{
  gboolean start = *hostel_yaml_scanner_rest (self) == '-';

  unwind_indent (self, -1);
  if (!remove_key (self))
    return FALSE;

  self->allow_simple_key = FALSE;
  return add_sign (self, start ? HOSTEL_YAML_TOKEN_DOCUMENT_START : HOSTEL_YAML_TOKEN_DOCUMENT_END, 3);
}

static gboolean
fetch_flow_start (HostelYamlScanner   *self,
                  HostelYamlTokenType  type)
{
  if (!save_key (self))
    return FALSE;

  self->flow_level++;
  self->allow_simple_key = TRUE;
  return add_sign (self, type, 1);
}

static gboolean
fetch_flow_end (HostelYamlScanner   *self,
                HostelYamlTokenType  type)
{
  if (!remove_key (self))
    return FALSE;

  self->flow_level--;
  self->allow_simple_key = FALSE;
  return add_sign (self, type, 1);
}

static gboolean
fetch_flow_entry (HostelYamlScanner *self)
{
  self->allow_simple_key = TRUE;

  return remove_key (self) && add_sign (self, HOSTEL_YAML_TOKEN_FLOW_ENTRY, 1);
}

static gboolean
fetch_block_entry (HostelYamlScanner *self)
{
  if (self->flow_level == 0 && !self->allow_simple_key)
    return hostel_yaml_scanner_fail (self, "sequence entries are not allowed here");
  if (self->flow_level == 0 && add_indent (self, self->mark.column))
    add_token (self, HOSTEL_YAML_TOKEN_BLOCK_SEQUENCE_START);

  self->allow_simple_key = TRUE;
  return remove_key (self) && add_sign (self, HOSTEL_YAML_TOKEN_BLOCK_ENTRY, 1);
}

static gboolean
fetch_key (HostelYamlScanner *self)
{
  if (self->flow_level == 0 && !self->allow_simple_key)
    return hostel_yaml_scanner_fail (self, "mapping keys are not allowed here");
  if (self->flow_level == 0 && add_indent (self, self->mark.column))
    add_token (self, HOSTEL_YAML_TOKEN_BLOCK_MAPPING_START);

  self->allow_simple_key = self->flow_level == 0;
  return remove_key (self) && add_sign (self, HOSTEL_YAML_TOKEN_KEY, 1);
}

static gboolean
fetch_value (HostelYamlScanner *self)
{
  Key *found = find_key (self);

  if (found != NULL)
    {
      Key key = *found;
      guint index = self->first_token + key.token_number - self->tokens_taken;

      g_array_set_size (self->keys, self->keys->len - 1);
      insert_token (self, index, HOSTEL_YAML_TOKEN_KEY, key.mark);
      if (self->flow_level == 0 && add_indent (self, key.mark.column))
        insert_token (self, index, HOSTEL_YAML_TOKEN_BLOCK_MAPPING_START, key.mark);
      self->allow_simple_key = FALSE;
    }
  else
    {
      if (self->flow_level == 0 && !self->allow_simple_key)
        return hostel_yaml_scanner_fail (self, "mapping values are not allowed here");
      if (self->flow_level == 0 && add_indent (self, self->mark.column))
        add_token (self, HOSTEL_YAML_TOKEN_BLOCK_MAPPING_START);
      self->allow_simple_key = self->flow_level == 0;
    }

  return add_sign (self, HOSTEL_YAML_TOKEN_VALUE, 1);
}

static gboolean
fetch_name (HostelYamlScanner   *self,
            HostelYamlTokenType  type)
{
  if (!save_key (self))
    return FALSE;

  self->allow_simple_key = FALSE;
  return hostel_yaml_scan_name (self, add_token (self, type));
}

static gboolean
fetch_tag (HostelYamlScanner *self)
{
  if (!save_key (self))
    return FALSE;

  self->allow_simple_key = FALSE;
  return hostel_yaml_scan_tag (self, add_token (self, HOSTEL_YAML_TOKEN_TAG));
}

static gboolean
fetch_scalar (HostelYamlScanner *self,
              int                style)
{
  gboolean block = style == YAML_LITERAL_SCALAR_STYLE || style == YAML_FOLDED_SCALAR_STYLE;
  g_autoptr (GString) value = g_string_new (NULL);
  HostelYamlToken *token;
  gboolean good;

  if (block ? !remove_key (self) : !save_key (self))
    return FALSE;

  /* A line break in a plain scalar allows it again. */
  self->allow_simple_key = block;
  token = add_token (self, HOSTEL_YAML_TOKEN_SCALAR);
  token->style = style;
  if (block)
    good = hostel_yaml_scan_block (self, value, &token->end);
  else if (style == YAML_PLAIN_SCALAR_STYLE)
    good = hostel_yaml_scan_plain (self, value, &token->end);
  else if ((good = hostel_yaml_scan_quoted (self, value)))
    token->end = self->mark;
  token->text = g_strndup (value->str, value->len);

  return good;
}

static gboolean
is_plain (HostelYamlScanner *self,
          const char        *c)
{
  if (hostel_yaml_is_blank (c))
    return FALSE;
  if (strchr ("-?:,[]{}#&*!|>'\"%@`", *c) == NULL)
    return TRUE;

  return !hostel_yaml_is_blank (c + 1) &&
         (*c == '-' || (self->flow_level == 0 && (*c == '?' || *c == ':')));
}

static gboolean
fetch_text (HostelYamlScanner *self,
            const char        *c)
{
  switch (*c)
    {
    case '*':
      return fetch_name (self, HOSTEL_YAML_TOKEN_ALIAS);
    case '&':
      return fetch_name (self, HOSTEL_YAML_TOKEN_ANCHOR);
    case '!':
      return fetch_tag (self);
    case '\'':
      return fetch_scalar (self, YAML_SINGLE_QUOTED_SCALAR_STYLE);
    case '"':
      return fetch_scalar (self, YAML_DOUBLE_QUOTED_SCALAR_STYLE);
    default:
      break;
    }

  if (*c == '|' && self->flow_level == 0)
    return fetch_scalar (self, YAML_LITERAL_SCALAR_STYLE);
  if (*c == '>' && self->flow_level == 0)
    return fetch_scalar (self, YAML_FOLDED_SCALAR_STYLE);
  if (is_plain (self, c))
    return fetch_scalar (self, YAML_PLAIN_SCALAR_STYLE);

  return hostel_yaml_scanner_fail (self, "found a character that cannot start any token");
}

static gboolean
fetch_more (HostelYamlScanner *self)
{
  const char *c;
  gboolean spaced;

  skip_to_token (self);
  if (!drop_stale_keys (self))
    return FALSE;
  unwind_indent (self, self->mark.column);

  c = hostel_yaml_scanner_rest (self);
  if (*c == '\0')
    return fetch_end (self);
  if (self->mark.column == 0 && *c == '%')
    return fetch_directive (self);
  if (self->mark.column == 0 && hostel_yaml_at_separator (self))
    return fetch_separator (self);

  switch (*c)
    {
    case '[':
      return fetch_flow_start (self, HOSTEL_YAML_TOKEN_FLOW_SEQUENCE_START);
    case '{':
      return fetch_flow_start (self, HOSTEL_YAML_TOKEN_FLOW_MAPPING_START);
    case ']':
      return fetch_flow_end (self, HOSTEL_YAML_TOKEN_FLOW_SEQUENCE_END);
    case '}':
      return fetch_flow_end (self, HOSTEL_YAML_TOKEN_FLOW_MAPPING_END);
    case ',':
      return fetch_flow_entry (self);
    default:
      break;
    }

  spaced = hostel_yaml_is_blank (c + 1);
  if (*c == '-' && spaced)
    return fetch_block_entry (self);
  if (*c == '?' && (self->flow_level != 0 || spaced))
    return fetch_key (self);
  if (*c == ':' && (self->flow_level != 0 || spaced))
    return fetch_value (self);

  return fetch_text (self, c);
}

static gboolean
needs_more (HostelYamlScanner *self)
{
  Key *key;

  if (self->done)
    return FALSE;
  if (self->first_token == self->tokens->len)
    return TRUE;

  key = oldest_key (self);
  return key != NULL && key->token_number == self->tokens_taken;
}

/* What could be read before an error comes first, as in PyYAML. */
static HostelYamlToken *
add_error (HostelYamlScanner *self)
{
  g_array_set_size (self->tokens, 0);
  self->first_token = 0;
  self->done = TRUE;
  insert_token (self, 0, HOSTEL_YAML_TOKEN_ERROR, self->problem_mark);

  return &g_array_index (self->tokens, HostelYamlToken, 0);
}

/* The next token, which stays @self's until it is skipped; the end stays the next one. */
HostelYamlToken *
hostel_yaml_scanner_peek (HostelYamlScanner *self)
{
  while (self->first_token == self->tokens->len || self->keys->len > 0)
    {
      if (!self->done && self->first_token < self->tokens->len && !drop_stale_keys (self))
        return add_error (self);
      if (!needs_more (self))
        break;
      if (!fetch_more (self))
        return add_error (self);
    }

  return &g_array_index (self->tokens, HostelYamlToken, self->first_token);
}

void
hostel_yaml_scanner_skip (HostelYamlScanner *self)
{
  HostelYamlToken *token = &g_array_index (self->tokens, HostelYamlToken, self->first_token);

  if (token->type == HOSTEL_YAML_TOKEN_ERROR || token->type == HOSTEL_YAML_TOKEN_STREAM_END)
    return;

  self->first_token++;
  self->tokens_taken++;
  if (self->first_token == self->tokens->len || self->first_token >= 4096)
    {
      g_array_remove_range (self->tokens, 0, self->first_token);
      self->first_token = 0;
    }
}
