#define G_LOG_DOMAIN "hostel-yaml"

#include "config.h"

#include <glib/gi18n.h>
#include <string.h>
#include <yaml.h>

#include "hostel-error.h"
#include "hostel-yaml.h"

/* The state of one parse. libyaml counts positions in characters; a cursor that mostly moves on
 * turns them into bytes. */
typedef struct
{
  yaml_parser_t  parser;
  const char    *text;
  const char    *end;
  const char    *cursor;
  gsize          cursor_index;
  gboolean       ascii;         /* each character is a byte */
  const char    *checked;       /* white space up to here was looked through for tabs */
  GHashTable    *anchors;       /* name -> HostelYaml, or NULL while the node is open */
  guint          aliased_nodes;
} Parse;

static gsize
byte_offset (Parse             *parse,
             const yaml_mark_t *mark)
{
  if (parse->ascii)
    return MIN (mark->index, (gsize) (parse->end - parse->text));

  if (mark->index < parse->cursor_index)
    {
      parse->cursor = parse->text;
      parse->cursor_index = 0;
    }

  while (parse->cursor_index < mark->index && parse->cursor < parse->end)
    {
      parse->cursor = g_utf8_next_char (parse->cursor);
      parse->cursor_index++;
    }

  return parse->cursor - parse->text;
}

static guint
line_of (Parse      *parse,
         const char *place)
{
  guint line = 1;

  for (const char *c = parse->text; c < place; c++)
    {
      if (*c == '\n')
        line++;
    }

  return line;
}

static void
set_tab_error (guint    line,
               GError **error)
{
  hostel_error_set (error, HOSTEL_ERROR_INVALID, _("Use spaces instead of the tab."), NULL,
                    _("Line %u has a tab, which YAML does not take between its words."), line);
  hostel_error_set_line (error, line);
}

/* PyYAML, which cloud-init uses, takes a tab only inside quotes, blocks and comments; libyaml
 * accepts more of them. */
static gboolean
check_tabs (Parse       *parse,
            const char  *to,
            GError     **error)
{
  for (const char *c = parse->checked; c < to; c++)
    {
      if (*c == '#' && (c == parse->text || strchr (" \n\r", c[-1]) != NULL))
        c += strcspn (c, "\n") - 1;
      else if (*c == '\t')
        {
          set_tab_error (line_of (parse, c), error);
          return FALSE;
        }
    }

  parse->checked = MAX (parse->checked, to);
  return TRUE;
}

static gboolean
set_parser_error (Parse   *parse,
                  GError **error)
{
  yaml_parser_t *parser = &parse->parser;
  const char *place = parse->text + byte_offset (parse, &parser->problem_mark);
  const char *start = place;
  guint line = parser->problem_mark.line + 1;
  g_autofree char *details = NULL;

  while (start > parse->text && start[-1] != '\n')
    start--;
  start += strspn (start, " ");

  if (*start == '\t' || (place < parse->end && *place == '\t'))
    {
      set_tab_error (line, error);
      return FALSE;
    }

  details = g_strdup_printf ("%s%s%s", parser->context != NULL ? parser->context : "",
                             parser->context != NULL ? ", " : "",
                             parser->problem != NULL ? parser->problem : "unknown error");
  hostel_error_set (error, HOSTEL_ERROR_INVALID,
                    _("Look at its indentation, quotes and colons."), details,
                    _("Line %u is not valid YAML."), line);
  hostel_error_set_line (error, line);
  return FALSE;
}

static gboolean
next_event (Parse         *parse,
            yaml_event_t  *event,
            GError       **error)
{
  if (!yaml_parser_parse (&parse->parser, event))
    return set_parser_error (parse, error);

  return TRUE;
}

/* A name of any length, for a message. */
static char *
shorten (const char *name)
{
  if (g_utf8_strlen (name, -1) <= 40)
    return g_strdup (name);

  return g_utf8_substring (name, 0, 40);
}

/* The tags that PyYAML's SafeLoader constructs; with any other cloud-init rejects the document. */
static gboolean
tag_is_known (const char *tag)
{
  static const char * const known[] = {
    "str", "int", "bool", "float", "null", "seq", "map", "binary", "timestamp", "set", "omap",
    "pairs", NULL
  };

  if (tag == NULL || strcmp (tag, "!") == 0)
    return TRUE;

  return g_str_has_prefix (tag, "tag:yaml.org,2002:") &&
         g_strv_contains (known, tag + strlen ("tag:yaml.org,2002:"));
}

static HostelYaml *
node_new (Parse               *parse,
          HostelYamlKind       kind,
          const yaml_event_t  *event,
          int                  style,
          const yaml_char_t   *tag,
          const yaml_char_t   *anchor,
          GError             **error)
{
  HostelYaml *node;

  if (!tag_is_known ((const char *) tag))
    {
      g_autofree char *shown = shorten ((const char *) tag);

      hostel_error_set (error, HOSTEL_ERROR_INVALID, _("Remove the tag."), NULL,
                        _("Line %zu has the tag “%s”, which cloud-init does not know."),
                        event->start_mark.line + 1, shown);
      hostel_error_set_line (error, event->start_mark.line + 1);
      return NULL;
    }

  node = hostel_yaml_new (kind);
  node->style = style;
  /* "!" only says that a scalar is no number; quotes say the same and every emitter writes them. */
  if (tag != NULL && strcmp ((const char *) tag, "!") != 0)
    node->tag = g_strdup ((const char *) tag);
  node->line = event->start_mark.line + 1;
  node->column = event->start_mark.column;
  node->start = byte_offset (parse, &event->start_mark);
  node->end = node->start;

  /* Known already, but open: an alias inside it would be a node that contains itself. */
  if (anchor != NULL)
    {
      node->anchor = g_strdup ((const char *) anchor);
      g_hash_table_insert (parse->anchors, g_strdup ((const char *) anchor), NULL);
    }

  return node;
}

static void
close_node (Parse             *parse,
            HostelYaml        *node,
            const yaml_char_t *anchor)
{
  if (anchor != NULL)
    g_hash_table_insert (parse->anchors, g_strdup ((const char *) anchor), hostel_yaml_ref (node));
}

static HostelYaml *
read_scalar (Parse         *parse,
             yaml_event_t  *event,
             GError       **error)
{
  g_autoptr (HostelYaml) node = NULL;
  int style = event->data.scalar.style;

  node = node_new (parse, HOSTEL_YAML_SCALAR, event, style, event->data.scalar.tag,
                   event->data.scalar.anchor, error);
  if (node == NULL)
    return NULL;

  if (memchr (event->data.scalar.value, '\0', event->data.scalar.length) != NULL)
    {
      hostel_error_set (error, HOSTEL_ERROR_INVALID, _("Remove it."), NULL,
                        _("Line %u holds a NUL character."), node->line);
      hostel_error_set_line (error, node->line);
      return NULL;
    }

  node->value = g_strdup ((const char *) event->data.scalar.value);
  node->end = byte_offset (parse, &event->end_mark);
  if (event->data.scalar.tag != NULL && node->tag == NULL && style == YAML_PLAIN_SCALAR_STYLE)
    node->style = YAML_SINGLE_QUOTED_SCALAR_STYLE;

  if (style == YAML_PLAIN_SCALAR_STYLE)
    {
      if (!check_tabs (parse, parse->text + node->end, error))
        return NULL;
    }
  else
    {
      if (!check_tabs (parse, parse->text + node->start, error))
        return NULL;
      parse->checked = MAX (parse->checked, parse->text + node->end);
    }

  close_node (parse, node, event->data.scalar.anchor);
  return g_steal_pointer (&node);
}

/* A node of its own, since it has a place of its own in the text. */
static HostelYaml *
alias_new (Parse              *parse,
           const yaml_event_t *event,
           HostelYaml         *node)
{
  HostelYaml *alias = hostel_yaml_copy (node);

  alias->alias = TRUE;
  alias->anchor = g_strdup ((const char *) event->data.alias.anchor);
  alias->weight = node->weight;
  alias->line = event->start_mark.line + 1;
  alias->column = event->start_mark.column;
  alias->start = byte_offset (parse, &event->start_mark);
  alias->end = byte_offset (parse, &event->end_mark);

  return alias;
}

static HostelYaml *
read_alias (Parse         *parse,
            yaml_event_t  *event,
            GError       **error)
{
  const char *name = (const char *) event->data.alias.anchor;
  guint line = event->start_mark.line + 1;
  HostelYaml *node = g_hash_table_lookup (parse->anchors, name);

  if (node == NULL)
    {
      g_autofree char *shown = shorten (name);

      hostel_error_set (error, HOSTEL_ERROR_INVALID, _("Define the anchor above its first use."),
                        NULL, _("Line %u uses “*%s”, which is not defined before it."), line,
                        shown);
      hostel_error_set_line (error, line);
      return NULL;
    }

  if (node->weight > HOSTEL_YAML_MAX_ALIASED_NODES - parse->aliased_nodes)
    {
      hostel_error_set (error, HOSTEL_ERROR_INVALID, _("Write the values out."), NULL,
                        _("Line %u repeats values by aliases until there are more than %d."), line,
                        HOSTEL_YAML_MAX_ALIASED_NODES);
      hostel_error_set_line (error, line);
      return NULL;
    }

  parse->aliased_nodes += node->weight;
  return alias_new (parse, event, node);
}

static gboolean
is_merge_key (HostelYaml *key)
{
  return key->style == YAML_PLAIN_SCALAR_STYLE && key->tag == NULL && strcmp (key->value, "<<") == 0;
}

static void
merge_pairs (HostelYaml *into,
             HostelYaml *source,
             guint       index)
{
  for (guint i = 0; i < hostel_yaml_get_length (source); i++)
    {
      g_ptr_array_insert (into->keys, index + i,
                          hostel_yaml_ref (g_ptr_array_index (source->keys, i)));
      g_ptr_array_insert (into->children, index + i,
                          hostel_yaml_ref (g_ptr_array_index (source->children, i)));
    }
}

/* "<<: *defaults" (https://yaml.org/type/merge.html), as PyYAML does it: what is merged stands
 * before the mapping's own keys, and the last of equal keys counts. */
static gboolean
resolve_merges (HostelYaml  *mapping,
                GError     **error)
{
  for (guint i = 0; i < mapping->keys->len; )
    {
      g_autoptr (HostelYaml) value = NULL;
      guint line = ((HostelYaml *) g_ptr_array_index (mapping->keys, i))->line;

      if (!is_merge_key (g_ptr_array_index (mapping->keys, i)))
        {
          i++;
          continue;
        }

      value = hostel_yaml_ref (g_ptr_array_index (mapping->children, i));
      g_ptr_array_remove_index (mapping->keys, i);
      g_ptr_array_remove_index (mapping->children, i);

      if (hostel_yaml_is_mapping (value))
        merge_pairs (mapping, value, 0);
      else if (!hostel_yaml_is_sequence (value))
        goto invalid;

      /* Earlier mappings of a list count more, so they come later. */
      for (guint j = 0; hostel_yaml_is_sequence (value) && j < value->children->len; j++)
        {
          if (!hostel_yaml_is_mapping (hostel_yaml_get_child (value, j)))
            goto invalid;
          merge_pairs (mapping, hostel_yaml_get_child (value, j), 0);
        }

      i += hostel_yaml_is_mapping (value) ? hostel_yaml_get_length (value) : 0;
      continue;

    invalid:
      hostel_error_set (error, HOSTEL_ERROR_INVALID, _("Merge a mapping."), NULL,
                        _("Line %u merges something that is not a mapping."), line);
      hostel_error_set_line (error, line);
      return FALSE;
    }

  return TRUE;
}

static HostelYaml *read_node (Parse         *parse,
                              yaml_event_t  *event,
                              guint          depth,
                              GError       **error);

/* Reads the next node of @parent; *@done where there is none any more. */
static HostelYaml *
read_next (Parse       *parse,
           HostelYaml  *parent,
           guint        depth,
           gboolean    *done,
           GError     **error)
{
  HostelYaml *node = NULL;
  yaml_event_t event;

  if (!next_event (parse, &event, error))
    return NULL;

  *done = event.type == YAML_SEQUENCE_END_EVENT || event.type == YAML_MAPPING_END_EVENT;
  if (*done)
    {
      /* Of flow collections the bracket belongs to the node. */
      if (parent->style == YAML_FLOW_SEQUENCE_STYLE || parent->style == YAML_FLOW_MAPPING_STYLE)
        parent->end = byte_offset (parse, &event.end_mark);
    }
  else if ((node = read_node (parse, &event, depth, error)) != NULL)
    {
      parent->end = MAX (parent->end, node->end);
      parent->weight += node->weight;
    }

  yaml_event_delete (&event);
  return node;
}

static gboolean
read_children (Parse       *parse,
               HostelYaml  *parent,
               guint        depth,
               GError     **error)
{
  gboolean mapping = parent->kind == HOSTEL_YAML_MAPPING;
  gboolean done = FALSE;
  HostelYaml *node;

  while ((node = read_next (parse, parent, depth, &done, error)) != NULL)
    {
      if (mapping && parent->keys->len == parent->children->len)
        {
          g_ptr_array_add (parent->keys, node);
          if (node->kind != HOSTEL_YAML_SCALAR)
            {
              hostel_error_set (error, HOSTEL_ERROR_INVALID, _("Use plain words as keys."), NULL,
                                _("Line %u has a list or a mapping as a key."), node->line);
              hostel_error_set_line (error, node->line);
              return FALSE;
            }
        }
      else
        g_ptr_array_add (parent->children, node);
    }

  return done;
}

static HostelYaml *
read_collection (Parse         *parse,
                 yaml_event_t  *event,
                 guint          depth,
                 GError       **error)
{
  g_autoptr (HostelYaml) node = NULL;
  gboolean mapping = event->type == YAML_MAPPING_START_EVENT;
  const yaml_char_t *anchor = mapping ? event->data.mapping_start.anchor
                                      : event->data.sequence_start.anchor;

  if (depth >= HOSTEL_YAML_MAX_DEPTH)
    {
      hostel_error_set (error, HOSTEL_ERROR_INVALID, _("Nest less."), NULL,
                        _("Line %zu is nested more than %d levels deep."),
                        event->start_mark.line + 1, HOSTEL_YAML_MAX_DEPTH);
      hostel_error_set_line (error, event->start_mark.line + 1);
      return NULL;
    }

  if (mapping)
    node = node_new (parse, HOSTEL_YAML_MAPPING, event, event->data.mapping_start.style,
                     event->data.mapping_start.tag, anchor, error);
  else
    node = node_new (parse, HOSTEL_YAML_SEQUENCE, event, event->data.sequence_start.style,
                     event->data.sequence_start.tag, anchor, error);

  if (node == NULL || !read_children (parse, node, depth + 1, error))
    return NULL;

  if (mapping && !resolve_merges (node, error))
    return NULL;

  close_node (parse, node, anchor);
  return g_steal_pointer (&node);
}

static HostelYaml *
read_node (Parse         *parse,
           yaml_event_t  *event,
           guint          depth,
           GError       **error)
{
  if (event->type == YAML_SCALAR_EVENT)
    return read_scalar (parse, event, error);

  if (event->type == YAML_ALIAS_EVENT)
    return read_alias (parse, event, error);

  return read_collection (parse, event, depth, error);
}

static HostelYaml *
null_node_new (void)
{
  HostelYaml *node = hostel_yaml_new (HOSTEL_YAML_SCALAR);

  node->value = g_strdup ("");
  node->style = YAML_PLAIN_SCALAR_STYLE;

  return node;
}

/* The stream's start, at most one document, the stream's end. */
static HostelYaml *
read_stream (Parse   *parse,
             GError **error)
{
  g_autoptr (HostelYaml) root = NULL;

  while (TRUE)
    {
      yaml_event_t event;
      yaml_event_type_t type;
      gboolean failed = FALSE;

      if (!next_event (parse, &event, error))
        return NULL;

      type = event.type;
      if (type == YAML_DOCUMENT_START_EVENT && root != NULL)
        {
          hostel_error_set (error, HOSTEL_ERROR_INVALID, _("Keep only one of them."), NULL,
                            _("Line %zu begins a second YAML document."),
                            event.start_mark.line + 1);
          hostel_error_set_line (error, event.start_mark.line + 1);
          failed = TRUE;
        }
      else if (type == YAML_SCALAR_EVENT || type == YAML_ALIAS_EVENT ||
               type == YAML_SEQUENCE_START_EVENT || type == YAML_MAPPING_START_EVENT)
        failed = (root = read_node (parse, &event, 0, error)) == NULL;

      yaml_event_delete (&event);

      if (failed)
        return NULL;
      if (type == YAML_STREAM_END_EVENT)
        break;
    }

  if (!check_tabs (parse, parse->end, error))
    return NULL;

  return root != NULL ? g_steal_pointer (&root) : null_node_new ();
}

static gboolean
check_encoding (const char  *text,
                gsize        length,
                GError     **error)
{
  const char *end;

  if (g_str_has_prefix (text, "\xef\xbb\xbf"))
    {
      hostel_error_set (error, HOSTEL_ERROR_INVALID, _("Save the text as UTF-8 without it."), NULL,
                        _("The text begins with a byte order mark."));
      return FALSE;
    }

  if (g_utf8_validate (text, length, &end))
    return TRUE;

  hostel_error_set (error, HOSTEL_ERROR_INVALID, _("Save the text as UTF-8."), NULL,
                    _("Line %u is not valid UTF-8 text."), line_of (&(Parse) { .text = text }, end));
  hostel_error_set_line (error, line_of (&(Parse) { .text = text }, end));
  return FALSE;
}

static gboolean
is_ascii (const char *text,
          gsize       length)
{
  guchar bits = 0;

  for (gsize i = 0; i < length; i++)
    bits |= (guchar) text[i];

  return bits < 0x80;
}

static void
unref_nullable (gpointer data)
{
  if (data != NULL)
    hostel_yaml_unref (data);
}

/**
 * hostel_yaml_parse:
 * @text: one document of UTF-8
 * @length: of @text in bytes
 * @error: return location for a #GError
 *
 * Parses YAML as strictly as PyYAML, which reads it in the guest. Takes time in proportion to
 * @length, whatever the aliases in it; nesting and aliases have limits.
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
  Parse parse = { 0 };
  HostelYaml *root;

  g_return_val_if_fail (text != NULL, NULL);

  /* The bytes of a file end without a NUL, which even g_str_has_prefix() looks for. */
  copy = g_strndup (text, length);
  if (!check_encoding (copy, length, error))
    return NULL;

  parse.text = copy;
  parse.end = copy + length;
  parse.cursor = copy;
  parse.ascii = is_ascii (copy, length);
  parse.checked = copy;

  if (!yaml_parser_initialize (&parse.parser))
    g_error ("libyaml cannot start");

  parse.anchors = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, unref_nullable);
  yaml_parser_set_encoding (&parse.parser, YAML_UTF8_ENCODING);
  yaml_parser_set_input_string (&parse.parser, (const unsigned char *) copy, length);
  root = read_stream (&parse, error);
  yaml_parser_delete (&parse.parser);
  g_hash_table_unref (parse.anchors);

  return root;
}
