/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "hostel-yaml"

#include "config.h"

#include <glib/gi18n.h>
#include <string.h>
#include <yaml.h>

#include "hostel-error.h"
#include "hostel-yaml-parse-private.h"

/* Tokens to nodes: yaml/parser.py and yaml/composer.py of PyYAML in one. */
typedef struct
{
  HostelYamlScanner   scanner;
  HostelYamlComposer  composer;
  GHashTable         *handles; /* of tags -> prefix */
} Parse;

/* What may stand where a node is read. */
typedef enum
{
  IN_FLOW     = 0,
  IN_BLOCK    = 1 << 0,
  INDENTLESS  = 1 << 1, /* a list without more indentation than its key */
} Place;

static HostelYaml *read_node (Parse   *parse,
                              Place    place,
                              guint    depth,
                              GError **error);

static void
clear_properties (HostelYamlProperties *properties)
{
  g_free (properties->anchor);
  g_free (properties->tag);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (HostelYamlProperties, clear_properties)

static HostelYamlToken *
peek (Parse *parse)
{
  return hostel_yaml_scanner_peek (&parse->scanner);
}

static gboolean
next_is (Parse               *parse,
         HostelYamlTokenType  type)
{
  return peek (parse)->type == type;
}

/* @types end with HOSTEL_YAML_TOKEN_ERROR, which is none of them. */
static gboolean
next_is_any (Parse                     *parse,
             const HostelYamlTokenType *types)
{
  HostelYamlTokenType type = peek (parse)->type;

  for (; *types != HOSTEL_YAML_TOKEN_ERROR; types++)
    {
      if (*types == type)
        return TRUE;
    }

  return FALSE;
}

/* Its end, which is all that counts of a sign. */
static HostelYamlMark
skip (Parse *parse)
{
  HostelYamlMark end = peek (parse)->end;

  hostel_yaml_scanner_skip (&parse->scanner);
  return end;
}

static gboolean
starts_with_tab (Parse                *parse,
                 const HostelYamlMark *mark)
{
  const char *place = parse->scanner.text + mark->offset;
  const char *start = place;

  while (start > parse->scanner.text && strchr ("\n\r", start[-1]) == NULL)
    start--;
  start += strspn (start, " ");

  return *place == '\t' || (*start == '\t' && start < place);
}

/* The sentence for what PyYAML says at @mark. */
static gboolean
fail (Parse                *parse,
      const HostelYamlMark *mark,
      const char           *problem,
      GError              **error)
{
  guint line = mark->line + 1;

  if (strstr (problem, "NUL") != NULL)
    return hostel_yaml_refuse (line, _("Remove it."), error, _("Line %u holds a NUL character."),
                               line);
  if (strstr (problem, "half a character") != NULL)
    return hostel_yaml_refuse (line, _("Write the character itself."), error,
                               _("Line %u has an escape sequence that is no character in UTF-8."),
                               line);
  if (starts_with_tab (parse, mark))
    return hostel_yaml_refuse (line, _("Use spaces instead of the tab."), error,
                               _("Line %u has a tab, which YAML does not take between its words."),
                               line);

  hostel_error_set (error, HOSTEL_ERROR_INVALID, _("Look at its indentation, quotes and colons."),
                    problem, _("Line %u is not valid YAML."), line);
  hostel_error_set_line (error, line);
  return FALSE;
}

/* The scanner's error, where there is one, else that the next token stands in a wrong place. */
static gboolean
unexpected (Parse       *parse,
            const char  *expected,
            GError     **error)
{
  HostelYamlToken *token = peek (parse);

  return fail (parse, &token->start,
               token->type == HOSTEL_YAML_TOKEN_ERROR ? parse->scanner.problem : expected, error);
}

static HostelYaml *
new_empty (HostelYamlMark mark)
{
  HostelYaml *node = hostel_yaml_new (HOSTEL_YAML_SCALAR);

  node->value = g_strdup ("");
  node->style = YAML_PLAIN_SCALAR_STYLE;
  node->start = node->end = mark.offset;
  node->line = mark.line + 1;
  node->column = mark.column;

  return node;
}

/* Takes @child; FALSE where there is none. */
static gboolean
add_child (HostelYaml *node,
           gboolean    key,
           HostelYaml *child)
{
  if (child == NULL)
    return FALSE;

  node->end = MAX (node->end, child->end);
  node->weight += MIN (child->weight, G_MAXUINT / 2 - node->weight);
  g_ptr_array_add (key ? node->keys : node->children, child);
  return TRUE;
}

/* In full; @handle is NULL for "!<...>" and "!". */
static gboolean
resolve_tag (Parse                 *parse,
             HostelYamlProperties  *properties,
             const char            *handle,
             const char            *suffix,
             HostelYamlMark         mark,
             GError               **error)
{
  const char *prefix = handle != NULL ? g_hash_table_lookup (parse->handles, handle) : "";

  if (prefix == NULL)
    return fail (parse, &mark, "found undefined tag handle", error);

  properties->tag = g_strconcat (prefix, suffix, NULL);
  return TRUE;
}

/* A tag and an anchor, in any order. */
static gboolean
read_properties (Parse                 *parse,
                 HostelYamlProperties  *properties,
                 GError               **error)
{
  g_autofree char *handle = NULL;
  g_autofree char *suffix = NULL;
  HostelYamlMark mark = { 0 };

  properties->start = peek (parse)->start;
  properties->end = properties->start;

  while ((next_is (parse, HOSTEL_YAML_TOKEN_TAG) && suffix == NULL) ||
         (next_is (parse, HOSTEL_YAML_TOKEN_ANCHOR) && properties->anchor == NULL))
    {
      HostelYamlToken *token = peek (parse);

      if (token->type == HOSTEL_YAML_TOKEN_ANCHOR)
        properties->anchor = g_steal_pointer (&token->text);
      else
        {
          handle = g_steal_pointer (&token->handle);
          suffix = g_steal_pointer (&token->text);
          mark = token->start;
        }
      properties->end = skip (parse);
    }

  return suffix == NULL || next_is (parse, HOSTEL_YAML_TOKEN_ERROR) ||
         resolve_tag (parse, properties, handle, suffix, mark, error);
}

static gboolean
read_block_sequence (Parse       *parse,
                     HostelYaml  *node,
                     gboolean     indentless,
                     guint        depth,
                     GError     **error)
{
  static const HostelYamlTokenType ends[] = {
    HOSTEL_YAML_TOKEN_BLOCK_ENTRY, HOSTEL_YAML_TOKEN_BLOCK_END, HOSTEL_YAML_TOKEN_ERROR
  };
  static const HostelYamlTokenType indentless_ends[] = {
    HOSTEL_YAML_TOKEN_BLOCK_ENTRY, HOSTEL_YAML_TOKEN_KEY, HOSTEL_YAML_TOKEN_VALUE,
    HOSTEL_YAML_TOKEN_BLOCK_END, HOSTEL_YAML_TOKEN_ERROR
  };

  if (!indentless)
    skip (parse);
  while (next_is (parse, HOSTEL_YAML_TOKEN_BLOCK_ENTRY))
    {
      HostelYamlMark end = skip (parse);

      if (!add_child (node, FALSE, next_is_any (parse, indentless ? indentless_ends : ends)
                                     ? new_empty (end) : read_node (parse, IN_BLOCK, depth, error)))
        return FALSE;
    }
  if (indentless)
    return TRUE;

  if (!next_is (parse, HOSTEL_YAML_TOKEN_BLOCK_END))
    return unexpected (parse, "expected the end of the list", error);
  skip (parse);
  return TRUE;
}

static HostelYaml *
read_block_part (Parse   *parse,
                 guint    depth,
                 GError **error)
{
  static const HostelYamlTokenType ends[] = {
    HOSTEL_YAML_TOKEN_KEY, HOSTEL_YAML_TOKEN_VALUE, HOSTEL_YAML_TOKEN_BLOCK_END,
    HOSTEL_YAML_TOKEN_ERROR
  };
  HostelYamlMark end = skip (parse);

  return next_is_any (parse, ends) ? new_empty (end)
                                   : read_node (parse, IN_BLOCK | INDENTLESS, depth, error);
}

static gboolean
read_block_mapping (Parse       *parse,
                    HostelYaml  *node,
                    guint        depth,
                    GError     **error)
{
  skip (parse);
  while (next_is (parse, HOSTEL_YAML_TOKEN_KEY))
    {
      if (!add_child (node, TRUE, read_block_part (parse, depth, error)) ||
          !add_child (node, FALSE, next_is (parse, HOSTEL_YAML_TOKEN_VALUE)
                                     ? read_block_part (parse, depth, error)
                                     : new_empty (peek (parse)->start)))
        return FALSE;
    }

  if (!next_is (parse, HOSTEL_YAML_TOKEN_BLOCK_END))
    return unexpected (parse, "expected the end of the mapping", error);
  skip (parse);
  return TRUE;
}

/* "key: value" with @end for what ends the collection, the value being optional. */
static gboolean
read_flow_pair (Parse                *parse,
                HostelYaml           *node,
                HostelYamlTokenType   end,
                guint                 depth,
                GError              **error)
{
  const HostelYamlTokenType key_ends[] = {
    HOSTEL_YAML_TOKEN_VALUE, HOSTEL_YAML_TOKEN_FLOW_ENTRY, end, HOSTEL_YAML_TOKEN_ERROR
  };
  HostelYamlMark mark = skip (parse);

  if (!add_child (node, TRUE, next_is_any (parse, key_ends) ? new_empty (mark)
                                                            : read_node (parse, IN_FLOW, depth, error)))
    return FALSE;

  if (!next_is (parse, HOSTEL_YAML_TOKEN_VALUE))
    return add_child (node, FALSE, new_empty (peek (parse)->start));

  mark = skip (parse);
  return add_child (node, FALSE, next_is_any (parse, key_ends + 1)
                                   ? new_empty (mark) : read_node (parse, IN_FLOW, depth, error));
}

/* "[a: b]" has a mapping in it. */
static HostelYaml *
read_single_pair (Parse   *parse,
                  guint    depth,
                  GError **error)
{
  HostelYamlProperties none = { .start = peek (parse)->start };
  g_autoptr (HostelYaml) node = NULL;

  node = hostel_yaml_compose_node (&parse->composer, HOSTEL_YAML_MAPPING, YAML_FLOW_MAPPING_STYLE,
                                   &none, error);
  if (!read_flow_pair (parse, node, HOSTEL_YAML_TOKEN_FLOW_SEQUENCE_END, depth, error))
    return NULL;

  return g_steal_pointer (&node);
}

static gboolean
read_flow_item (Parse       *parse,
                HostelYaml  *node,
                guint        depth,
                GError     **error)
{
  gboolean key = next_is (parse, HOSTEL_YAML_TOKEN_KEY);

  if (node->kind == HOSTEL_YAML_SEQUENCE)
    return add_child (node, FALSE, key ? read_single_pair (parse, depth + 1, error)
                                       : read_node (parse, IN_FLOW, depth, error));
  if (key)
    return read_flow_pair (parse, node, HOSTEL_YAML_TOKEN_FLOW_MAPPING_END, depth, error);

  return add_child (node, TRUE, read_node (parse, IN_FLOW, depth, error)) &&
         add_child (node, FALSE, new_empty (peek (parse)->start));
}

static gboolean
read_flow (Parse       *parse,
           HostelYaml  *node,
           guint        depth,
           GError     **error)
{
  HostelYamlTokenType end = node->kind == HOSTEL_YAML_SEQUENCE
                              ? HOSTEL_YAML_TOKEN_FLOW_SEQUENCE_END
                              : HOSTEL_YAML_TOKEN_FLOW_MAPPING_END;

  skip (parse);
  for (gboolean first = TRUE; !next_is (parse, end); first = FALSE)
    {
      if (!first && !next_is (parse, HOSTEL_YAML_TOKEN_FLOW_ENTRY))
        return unexpected (parse, "expected a comma or the closing bracket", error);
      if (!first)
        skip (parse);
      if (!first && next_is (parse, end))
        break;
      if (!read_flow_item (parse, node, depth, error))
        return FALSE;
    }

  /* The bracket belongs to the node. */
  node->end = skip (parse).offset;
  return TRUE;
}

static HostelYaml *
read_scalar (Parse                 *parse,
             HostelYamlProperties  *properties,
             GError               **error)
{
  HostelYamlToken *token = peek (parse);
  HostelYaml *node = hostel_yaml_compose_node (&parse->composer, HOSTEL_YAML_SCALAR, token->style,
                                               properties, error);

  if (node == NULL)
    return NULL;

  node->value = g_steal_pointer (&token->text);
  /* An alias of a long text costs its length again. */
  node->weight += strlen (node->value) / 64;
  node->end = skip (parse).offset;
  hostel_yaml_compose_close (&parse->composer, node);
  return node;
}

/* Nothing but a tag or an anchor. */
static HostelYaml *
read_empty (Parse                 *parse,
            HostelYamlProperties  *properties,
            GError               **error)
{
  HostelYaml *node = hostel_yaml_compose_node (&parse->composer, HOSTEL_YAML_SCALAR,
                                               YAML_PLAIN_SCALAR_STYLE, properties, error);

  if (node == NULL)
    return NULL;

  node->value = g_strdup ("");
  node->end = properties->end.offset;
  hostel_yaml_compose_close (&parse->composer, node);
  return node;
}

static HostelYaml *
read_collection (Parse                 *parse,
                 HostelYamlProperties  *properties,
                 guint                  depth,
                 GError               **error)
{
  HostelYamlTokenType type = peek (parse)->type;
  gboolean mapping = type == HOSTEL_YAML_TOKEN_FLOW_MAPPING_START ||
                     type == HOSTEL_YAML_TOKEN_BLOCK_MAPPING_START;
  gboolean flow = type == HOSTEL_YAML_TOKEN_FLOW_MAPPING_START ||
                  type == HOSTEL_YAML_TOKEN_FLOW_SEQUENCE_START;
  g_autoptr (HostelYaml) node = NULL;
  gboolean good;

  if (depth >= HOSTEL_YAML_MAX_DEPTH)
    {
      guint line = properties->start.line + 1;

      hostel_yaml_refuse (line, _("Nest less."), error,
                          _("Line %u is nested more than %d levels deep."), line,
                          HOSTEL_YAML_MAX_DEPTH);
      return NULL;
    }

  node = hostel_yaml_compose_node (&parse->composer,
                                   mapping ? HOSTEL_YAML_MAPPING : HOSTEL_YAML_SEQUENCE,
                                   mapping ? (flow ? YAML_FLOW_MAPPING_STYLE : YAML_BLOCK_MAPPING_STYLE)
                                           : (flow ? YAML_FLOW_SEQUENCE_STYLE : YAML_BLOCK_SEQUENCE_STYLE),
                                   properties, error);
  if (node == NULL)
    return NULL;

  if (flow)
    good = read_flow (parse, node, depth + 1, error);
  else if (mapping)
    good = read_block_mapping (parse, node, depth + 1, error);
  else
    good = read_block_sequence (parse, node, type == HOSTEL_YAML_TOKEN_BLOCK_ENTRY, depth + 1, error);
  if (!good)
    return NULL;

  hostel_yaml_compose_close (&parse->composer, node);
  return g_steal_pointer (&node);
}

static HostelYaml *
read_alias (Parse   *parse,
            GError **error)
{
  HostelYaml *node = hostel_yaml_compose_alias (&parse->composer, peek (parse), error);

  if (node != NULL)
    skip (parse);

  return node;
}

static HostelYaml *
read_node (Parse   *parse,
           Place    place,
           guint    depth,
           GError **error)
{
  g_auto (HostelYamlProperties) properties = { 0 };
  HostelYamlTokenType type;

  if (next_is (parse, HOSTEL_YAML_TOKEN_ALIAS))
    return read_alias (parse, error);
  if (!read_properties (parse, &properties, error))
    return NULL;

  type = peek (parse)->type;
  if (type == HOSTEL_YAML_TOKEN_SCALAR)
    return read_scalar (parse, &properties, error);
  if (type == HOSTEL_YAML_TOKEN_FLOW_SEQUENCE_START || type == HOSTEL_YAML_TOKEN_FLOW_MAPPING_START ||
      ((place & IN_BLOCK) && (type == HOSTEL_YAML_TOKEN_BLOCK_SEQUENCE_START ||
                              type == HOSTEL_YAML_TOKEN_BLOCK_MAPPING_START)) ||
      ((place & INDENTLESS) && type == HOSTEL_YAML_TOKEN_BLOCK_ENTRY))
    return read_collection (parse, &properties, depth, error);

  if (type != HOSTEL_YAML_TOKEN_ERROR && (properties.tag != NULL || properties.anchor != NULL))
    return read_empty (parse, &properties, error);

  unexpected (parse, "expected a value", error);
  return NULL;
}

static gboolean
read_directive (Parse     *parse,
                gboolean  *has_version,
                GError   **error)
{
  HostelYamlToken *token = peek (parse);

  if (g_str_equal (token->handle, "YAML"))
    {
      if (*has_version)
        return fail (parse, &token->start, "found duplicate YAML directive", error);
      if (strspn (token->text, "0") + 1 != strlen (token->text) || !g_str_has_suffix (token->text, "1"))
        return fail (parse, &token->start, "found incompatible YAML document", error);
      *has_version = TRUE;
    }
  else if (token->handle[0] == '!')
    {
      if (g_hash_table_contains (parse->handles, token->handle))
        return fail (parse, &token->start, "duplicate tag handle", error);
      g_hash_table_insert (parse->handles, g_strdup (token->handle), g_strdup (token->text));
    }

  skip (parse);
  return TRUE;
}

/* The directives before "---", and what holds without them. */
static gboolean
read_document_start (Parse   *parse,
                     GError **error)
{
  gboolean has_version = FALSE;

  g_hash_table_remove_all (parse->handles);
  while (next_is (parse, HOSTEL_YAML_TOKEN_DIRECTIVE))
    {
      if (!read_directive (parse, &has_version, error))
        return FALSE;
    }
  if (!g_hash_table_contains (parse->handles, "!"))
    g_hash_table_insert (parse->handles, g_strdup ("!"), g_strdup ("!"));
  if (!g_hash_table_contains (parse->handles, "!!"))
    g_hash_table_insert (parse->handles, g_strdup ("!!"), g_strdup ("tag:yaml.org,2002:"));

  return TRUE;
}

static HostelYaml *
read_document (Parse   *parse,
               GError **error)
{
  static const HostelYamlTokenType explicit[] = {
    HOSTEL_YAML_TOKEN_DIRECTIVE, HOSTEL_YAML_TOKEN_DOCUMENT_START, HOSTEL_YAML_TOKEN_STREAM_END,
    HOSTEL_YAML_TOKEN_ERROR
  };
  static const HostelYamlTokenType empty[] = {
    HOSTEL_YAML_TOKEN_DIRECTIVE, HOSTEL_YAML_TOKEN_DOCUMENT_START, HOSTEL_YAML_TOKEN_DOCUMENT_END,
    HOSTEL_YAML_TOKEN_STREAM_END, HOSTEL_YAML_TOKEN_ERROR
  };
  gboolean implicit = !next_is_any (parse, explicit);

  if (next_is (parse, HOSTEL_YAML_TOKEN_STREAM_END))
    return new_empty ((HostelYamlMark) { 0 });

  if (!read_document_start (parse, error))
    return NULL;
  if (implicit)
    return read_node (parse, IN_BLOCK, 0, error);

  if (!next_is (parse, HOSTEL_YAML_TOKEN_DOCUMENT_START))
    {
      unexpected (parse, "expected the document's start", error);
      return NULL;
    }
  skip (parse);

  return next_is_any (parse, empty) ? new_empty (peek (parse)->start)
                                    : read_node (parse, IN_BLOCK, 0, error);
}

/* Nothing follows the first document. */
static gboolean
read_end (Parse   *parse,
          GError **error)
{
  guint line;

  while (next_is (parse, HOSTEL_YAML_TOKEN_DOCUMENT_END))
    skip (parse);
  if (next_is (parse, HOSTEL_YAML_TOKEN_STREAM_END))
    return TRUE;

  line = peek (parse)->start.line + 1;
  if (!next_is (parse, HOSTEL_YAML_TOKEN_ERROR) && !read_document_start (parse, error))
    return FALSE;
  if (!next_is (parse, HOSTEL_YAML_TOKEN_DOCUMENT_START))
    return unexpected (parse, "expected the document's start", error);

  return hostel_yaml_refuse (line, _("Keep only one of them."), error,
                             _("Line %u begins a second YAML document."), line);
}

static gboolean
check_late (Parse   *parse,
            GError **error)
{
  return parse->scanner.late_problem == NULL ||
         fail (parse, &parse->scanner.late_problem_mark, parse->scanner.late_problem, error);
}

/* What PyYAML takes for a character of text. */
static gboolean
is_printable (gunichar c)
{
  return c == '\t' || c == '\n' || c == '\r' || (c >= 0x20 && c <= 0x7e) || c == 0x85 ||
         (c >= 0xa0 && c <= 0xfffd) || c >= 0x10000;
}

static guint
line_of (const char *text,
         const char *place)
{
  HostelYamlScanner scanner = { .text = text };

  hostel_yaml_scanner_move_to (&scanner, place);
  return scanner.mark.line + 1;
}

/* @text ends with a NUL after @length bytes. */
static gboolean
check_characters (const char  *text,
                  gsize        length,
                  GError     **error)
{
  const char *end;

  if (!g_utf8_validate_len (text, length, &end))
    {
      g_autofree char *before = g_strndup (text, end - text);
      guint line = line_of (before, before + strlen (before));

      if (end < text + length && *end == '\0')
        return hostel_yaml_refuse (line, _("Remove it."), error,
                                   _("Line %u is not valid UTF-8 text: it holds a NUL character."),
                                   line);
      return hostel_yaml_refuse (line, _("Save the text as UTF-8."), error,
                                 _("Line %u is not valid UTF-8 text."), line);
    }

  for (const char *c = text; *c != '\0'; c = g_utf8_next_char (c))
    {
      if (!is_printable (g_utf8_get_char (c)))
        return hostel_yaml_refuse (line_of (text, c), _("Remove it."), error,
                                   _("Line %u holds the character U+%04X, which YAML does not take."),
                                   line_of (text, c), g_utf8_get_char (c));
    }

  return TRUE;
}

/**
 * hostel_yaml_parse:
 * @text: one document of UTF-8
 * @length: of @text in bytes
 * @error: return location for a #GError
 *
 * Parses YAML as PyYAML with cloud-init's loader does, which reads it in the guest: what that
 * refuses is refused, at the line that it names. Beyond that, values that contain themselves and
 * characters that no UTF-8 text can hold are refused. Takes time in proportion to @length, whatever
 * the aliases in it; nesting and aliases have limits.
 *
 * Returns: (transfer full): the root, a null scalar where the document is empty; or %NULL with a
 *   %HOSTEL_ERROR_INVALID that names the line
 */
HostelYaml *
hostel_yaml_parse (const char  *text,
                   gsize        length,
                   GError     **error)
{
  g_autofree char *copy = NULL;
  g_autoptr (HostelYaml) root = NULL;
  Parse parse = { 0 };
  gboolean good;

  g_return_val_if_fail (text != NULL, NULL);

  /* The bytes of a file end without a NUL. */
  copy = g_malloc (length + 1);
  memcpy (copy, text, length);
  copy[length] = '\0';
  if (!check_characters (copy, length, error))
    return NULL;

  hostel_yaml_scanner_init (&parse.scanner, copy);
  parse.composer.anchors = g_hash_table_new (g_str_hash, g_str_equal);
  parse.handles = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);

  root = read_document (&parse, error);
  good = root != NULL && read_end (&parse, error) && hostel_yaml_construct (root, error) &&
         check_late (&parse, error);

  g_hash_table_unref (parse.handles);
  g_hash_table_unref (parse.composer.anchors);
  hostel_yaml_scanner_clear (&parse.scanner);

  return good ? g_steal_pointer (&root) : NULL;
}
