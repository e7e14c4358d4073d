/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "hostel-yaml"

#include "config.h"

#include <string.h>
#include <yaml.h>

#include "hostel-yaml-rewrite-private.h"

/* Writes a changed tree into the text that the tree was parsed from, line by line: what did not
 * change keeps its bytes. Each function either adds edits or gives up, in which case its caller
 * writes anew what is around. */

gsize
hostel_yaml_rewrite_line_start (HostelYamlRewrite *self,
                                gsize              offset)
{
  while (offset > 0 && self->text[offset - 1] != '\n')
    offset--;

  return offset;
}

/* Behind the line break, or the end of the text. */
gsize
hostel_yaml_rewrite_line_end (HostelYamlRewrite *self,
                              gsize              offset)
{
  const char *end = memchr (self->text + offset, '\n', self->length - offset);

  return end != NULL ? (gsize) (end - self->text) + 1 : self->length;
}

/* Where the line's text ends, before its line break. */
static gsize
line_text_end (HostelYamlRewrite *self,
               gsize              offset)
{
  gsize end = hostel_yaml_rewrite_line_end (self, offset);

  while (end > offset && strchr ("\r\n", self->text[end - 1]) != NULL)
    end--;

  return end;
}

static gboolean
is_blank (HostelYamlRewrite *self,
          gsize              from,
          gsize              to)
{
  while (from < to && strchr (" \r\n", self->text[from]) != NULL)
    from++;

  return from == to;
}

/* Whether nothing but white space and a comment follows in the line. */
static gboolean
ends_line (HostelYamlRewrite *self,
           gsize              offset)
{
  gsize end = line_text_end (self, offset);
  gsize first = offset;

  while (first < end && self->text[first] == ' ')
    first++;

  return first == end || (self->text[first] == '#' && first > offset);
}

/* A block scalar ends where the next line begins. */
static gboolean
ends_at_line_start (HostelYamlRewrite *self,
                    HostelYaml        *node)
{
  return node->end > node->start && self->text[node->end - 1] == '\n';
}

/* The offset of the line behind @node; FALSE where something else of the document follows in its. */
static gboolean
find_next_line (HostelYamlRewrite *self,
                HostelYaml        *node,
                gsize             *offset)
{
  if (ends_at_line_start (self, node))
    *offset = node->end;
  else if (ends_line (self, node->end))
    *offset = hostel_yaml_rewrite_line_end (self, node->end);
  else
    return FALSE;

  return TRUE;
}

/* Where the dash of a block sequence's item stands. */
static gboolean
find_dash (HostelYamlRewrite *self,
           HostelYaml        *item,
           gsize             *dash)
{
  gsize offset = item->start;

  while (offset > 0 && strchr (" \r\n", self->text[offset - 1]) != NULL)
    offset--;

  if (offset == 0 || self->text[offset - 1] != '-')
    return FALSE;

  *dash = offset - 1;
  return TRUE;
}

static gboolean
is_in_block (HostelYaml *node)
{
  return node->kind == HOSTEL_YAML_SEQUENCE ? node->style == YAML_BLOCK_SEQUENCE_STYLE
                                            : node->style == YAML_BLOCK_MAPPING_STYLE;
}

static gboolean
is_block_scalar (HostelYaml *node)
{
  return node->kind == HOSTEL_YAML_SCALAR && (node->style == YAML_LITERAL_SCALAR_STYLE ||
                                              node->style == YAML_FOLDED_SCALAR_STYLE);
}

/* @text of lines, each but the first moved to the right; takes @text. */
static char *
indent (char *text,
        gsize columns)
{
  g_autofree char *source = text;
  g_autofree char *blanks = g_strnfill (columns, ' ');
  g_auto (GStrv) lines = g_strsplit (source, "\n", -1);
  GString *result = g_string_new (lines[0]);

  for (gsize i = 1; lines[0] != NULL && lines[i] != NULL; i++)
    g_string_append_printf (result, "\n%s%s", lines[i][0] != '\0' ? blanks : "", lines[i]);

  return g_string_free (result, FALSE);
}

/* "- item" or "key: value", without what stands before the blank or line break of the value. */
static char *
emit_value (HostelYaml *value,
            gboolean    item,
            gsize       columns)
{
  g_autoptr (HostelYaml) parent = hostel_yaml_new (item ? HOSTEL_YAML_SEQUENCE
                                                        : HOSTEL_YAML_MAPPING);
  g_autofree char *text = NULL;

  if (item)
    hostel_yaml_append (parent, hostel_yaml_ref (value));
  else
    hostel_yaml_set (parent, "k", hostel_yaml_ref (value));

  text = hostel_yaml_emit (parent, NULL);
  text[strlen (text) - 1] = '\0';

  return indent (g_strdup (text + (item ? 1 : 2)), columns);
}

/* Takes @text. */
void
hostel_yaml_rewrite_add (HostelYamlRewrite *self,
                         gsize              start,
                         gsize              end,
                         char              *text)
{
  HostelYamlEdit edit = { start, end, text };

  g_array_append_val (self->edits, edit);
}

/* One line, as inside a flow collection, in which nothing has another meaning than in a block; FALSE
 * where there is none. */
static gboolean
add_inline (HostelYamlRewrite *self,
            HostelYaml        *old,
            HostelYaml        *value)
{
  g_autoptr (HostelYaml) parent = hostel_yaml_new (HOSTEL_YAML_SEQUENCE);
  g_autofree char *text = NULL;

  parent->style = YAML_FLOW_SEQUENCE_STYLE;
  hostel_yaml_append (parent, hostel_yaml_ref (value));
  text = hostel_yaml_emit (parent, NULL);
  if (text[0] != '[')
    return FALSE;

  hostel_yaml_rewrite_add (self, old->start, old->end, g_strndup (text + 1, strlen (text) - 3));
  return TRUE;
}

/* The text of an anchored value that goes away stays at its first alias. */
void
hostel_yaml_rewrite_lose_anchor (HostelYamlRewrite *self,
                                 HostelYaml        *old)
{
  if (old->anchor != NULL && !old->alias)
    g_ptr_array_add (self->lost_anchors, old);
}

/* What follows "key:" or "-": @from is behind that sign. */
static gboolean
replace_value (HostelYamlRewrite *self,
               gsize              from,
               HostelYaml        *old,
               HostelYaml        *now,
               gboolean           item,
               gsize              columns)
{
  g_autofree char *text = emit_value (now, item, columns);
  gsize to = MAX (old->end, from);

  /* The empty lines behind a block are no part of it to a reader. */
  if (ends_at_line_start (self, old))
    {
      while (to > from && strchr (" \r\n", self->text[to - 1]) != NULL)
        to--;
    }
  else if (!ends_line (self, to))
    return FALSE;

  if (strchr (text, '\n') != NULL)
    {
      /* A comment behind the key stays there; one behind the old value has no place. */
      if (text[0] == '\n' && hostel_yaml_rewrite_line_start (self, old->start) > from)
        from = line_text_end (self, from);
      to = line_text_end (self, to);
    }

  hostel_yaml_rewrite_lose_anchor (self, old);
  hostel_yaml_rewrite_add (self, from, to, g_steal_pointer (&text));
  return TRUE;
}

static gboolean
edit_scalar (HostelYamlRewrite *self,
             HostelYaml        *old,
             HostelYaml        *now)
{
  g_autoptr (HostelYaml) styled = NULL;
  gboolean quoted = old->style == YAML_SINGLE_QUOTED_SCALAR_STYLE ||
                    old->style == YAML_DOUBLE_QUOTED_SCALAR_STYLE;

  /* Nothing is not replaced by something in its place: a blank has to stand between. */
  if (is_block_scalar (old) || is_block_scalar (now) || old->end == old->start || old->tag != NULL ||
      memchr (self->text + old->start, '\n', old->end - old->start) != NULL)
    return FALSE;

  styled = hostel_yaml_copy (now);
  if (quoted && (now->style != YAML_PLAIN_SCALAR_STYLE || !hostel_yaml_is_ambiguous (now->value)))
    styled->style = old->style;

  hostel_yaml_rewrite_lose_anchor (self, old);
  return add_inline (self, old, styled);
}

/* Item by item, else it is written anew, in one line. */
static gboolean
edit_flow (HostelYamlRewrite *self,
           HostelYaml        *old,
           HostelYaml        *now)
{
  guint n_edits = self->edits->len;

  if (hostel_yaml_rewrite_flow (self, old, now))
    return TRUE;

  hostel_yaml_rewrite_take_back (self, n_edits);
  if (is_in_block (now) || now->style == YAML_ANY_MAPPING_STYLE)
    return FALSE;

  return add_inline (self, old, now);
}

static gboolean
find_colon (HostelYamlRewrite *self,
            HostelYaml        *key,
            gsize             *colon)
{
  gsize offset = key->end;

  while (offset < self->length && self->text[offset] == ' ')
    offset++;

  *colon = offset;
  return offset < self->length && self->text[offset] == ':';
}

/* A pair that stands in the mapping itself, not in one that was merged into it. */
static gboolean
is_own_key (HostelYaml *mapping,
            HostelYaml *key)
{
  return key->start >= mapping->start && key->start <= mapping->end;
}

static gboolean
remove_pair (HostelYamlRewrite *self,
             HostelYaml        *key,
             HostelYaml        *value)
{
  gsize start = hostel_yaml_rewrite_line_start (self, key->start);
  gsize end;

  if (!is_blank (self, start, key->start) ||
      !find_next_line (self, value->end > key->end ? value : key, &end))
    return FALSE;

  hostel_yaml_rewrite_add (self, start, end, g_strdup (""));
  return TRUE;
}

static gboolean
edit_pair (HostelYamlRewrite *self,
           HostelYaml        *key,
           HostelYaml        *old,
           HostelYaml        *now)
{
  guint n_edits = self->edits->len;
  gsize colon;

  if (hostel_yaml_equal (old, now))
    return TRUE;

  if (!self->coarse && hostel_yaml_rewrite_inside (self, old, now))
    return TRUE;

  hostel_yaml_rewrite_take_back (self, n_edits);
  return find_colon (self, key, &colon) &&
         replace_value (self, colon + 1, old, now, FALSE, key->column);
}

static gboolean
add_pairs (HostelYamlRewrite *self,
           HostelYaml        *old,
           HostelYaml        *now,
           HostelYaml        *last_key,
           HostelYaml        *last_value)
{
  g_autoptr (GHashTable) own = hostel_yaml_rewrite_dup_own (old);
  g_autofree char *blanks = g_strnfill (last_key->column, ' ');
  HostelYaml *last = last_value->end > last_key->end ? last_value : last_key;
  gsize place;

  for (guint i = 0; i < now->keys->len; i++)
    {
      g_autoptr (HostelYaml) pair = NULL;
      HostelYaml *standing = hostel_yaml_lookup (old, hostel_yaml_get_key (now, i));
      g_autofree char *text = NULL;

      if (standing != NULL && (g_hash_table_contains (own, hostel_yaml_get_key (now, i)) ||
                               hostel_yaml_equal (standing, hostel_yaml_get_child (now, i))))
        continue;

      place = hostel_yaml_rewrite_line_start (self, old->start);
      if (self->prepend ? !is_blank (self, place, old->start)
                        : !find_next_line (self, last, &place))
        return FALSE;

      pair = hostel_yaml_new (HOSTEL_YAML_MAPPING);
      hostel_yaml_set (pair, hostel_yaml_get_key (now, i),
                       hostel_yaml_ref (hostel_yaml_get_child (now, i)));
      text = indent (hostel_yaml_emit (pair, NULL), last_key->column);
      hostel_yaml_rewrite_add (self, place, place, g_strconcat (blanks, text, NULL));
    }

  return TRUE;
}

static gboolean
edit_mapping (HostelYamlRewrite *self,
              HostelYaml        *old,
              HostelYaml        *now)
{
  HostelYaml *last_key = NULL;
  HostelYaml *last_value = NULL;

  if (hostel_yaml_get_length (now) == 0 && !self->may_empty)
    return FALSE;
  self->may_empty = FALSE;

  for (guint i = 0; i < old->keys->len; i++)
    {
      HostelYaml *key = g_ptr_array_index (old->keys, i);
      HostelYaml *value = g_ptr_array_index (old->children, i);
      HostelYaml *counterpart = hostel_yaml_lookup (now, key->value);

      if (!is_own_key (old, key))
        {
          if (counterpart == NULL)
            return FALSE;
          continue;
        }
      if (last_key != NULL && key->column != last_key->column)
        return FALSE;

      if (counterpart == NULL ? !remove_pair (self, key, value)
                              : hostel_yaml_lookup (old, key->value) == value &&
                                !edit_pair (self, key, value, counterpart))
        return FALSE;

      last_key = key;
      last_value = value;
    }

  return last_key != NULL && add_pairs (self, old, now, last_key, last_value);
}

static gboolean
edit_item (HostelYamlRewrite *self,
           HostelYaml        *old,
           HostelYaml        *now)
{
  guint n_edits = self->edits->len;
  gsize dash;

  if (hostel_yaml_rewrite_inside (self, old, now))
    return TRUE;

  hostel_yaml_rewrite_take_back (self, n_edits);
  return find_dash (self, old, &dash) &&
         replace_value (self, dash + 1, old, now, TRUE, dash - hostel_yaml_rewrite_line_start (self, dash));
}

static gboolean
remove_item (HostelYamlRewrite *self,
             HostelYaml        *item)
{
  gsize start;
  gsize end;
  gsize dash;

  if (!find_dash (self, item, &dash))
    return FALSE;

  start = hostel_yaml_rewrite_line_start (self, dash);
  if (!is_blank (self, start, dash) || !find_next_line (self, item, &end))
    return FALSE;

  hostel_yaml_rewrite_lose_anchor (self, item);
  hostel_yaml_rewrite_add (self, start, MAX (end, hostel_yaml_rewrite_line_end (self, dash)), g_strdup (""));
  return TRUE;
}

/* Behind the old item before @index, else before the first. */
static gboolean
insert_item (HostelYamlRewrite *self,
             HostelYaml        *old,
             guint              index,
             HostelYaml        *now)
{
  HostelYaml *neighbour = hostel_yaml_get_child (old, index > 0 ? index - 1 : 0);
  g_autofree char *text = NULL;
  g_autofree char *blanks = NULL;
  gsize columns;
  gsize place;
  gsize dash;

  if (!find_dash (self, neighbour, &dash) || !is_blank (self, hostel_yaml_rewrite_line_start (self, dash), dash))
    return FALSE;

  place = hostel_yaml_rewrite_line_start (self, dash);
  columns = dash - place;
  if (index > 0 && !find_next_line (self, neighbour, &place))
    return FALSE;
  if (index > 0)
    place = MAX (place, hostel_yaml_rewrite_line_end (self, dash));

  text = emit_value (now, TRUE, columns);
  blanks = g_strnfill (columns, ' ');
  hostel_yaml_rewrite_add (self, place, place, g_strconcat (blanks, "-", text, "\n", NULL));
  return TRUE;
}

/* Old and new items between two that stayed: changed in their order, the rest new or gone. */
static gboolean
edit_run (HostelYamlRewrite *self,
          HostelYaml        *old,
          guint              old_from,
          guint              old_to,
          HostelYaml        *now,
          guint              now_from,
          guint              now_to)
{
  for (; old_from < old_to && now_from < now_to; old_from++, now_from++)
    {
      if (!edit_item (self, hostel_yaml_get_child (old, old_from),
                      hostel_yaml_get_child (now, now_from)))
        return FALSE;
    }

  for (; old_from < old_to; old_from++)
    {
      if (!remove_item (self, hostel_yaml_get_child (old, old_from)))
        return FALSE;
    }

  for (; now_from < now_to; now_from++)
    {
      if (!insert_item (self, old, old_from, hostel_yaml_get_child (now, now_from)))
        return FALSE;
    }

  return TRUE;
}

static gboolean
edit_sequence (HostelYamlRewrite *self,
               HostelYaml        *old,
               HostelYaml        *now)
{
  g_autoptr (GArray) matches = NULL;
  guint old_from = 0;
  guint now_from = 0;

  if (hostel_yaml_get_length (now) == 0)
    return FALSE;

  matches = hostel_yaml_rewrite_match (old, now);
  for (guint i = 0; i < matches->len; i++)
    {
      HostelYamlMatch *match = &g_array_index (matches, HostelYamlMatch, i);

      if (!edit_run (self, old, old_from, match->old, now, now_from, match->now))
        return FALSE;
      old_from = match->old + 1;
      now_from = match->now + 1;
    }

  return edit_run (self, old, old_from, hostel_yaml_get_length (old), now, now_from,
                   hostel_yaml_get_length (now));
}

/* Without what stands around @old. */
gboolean
hostel_yaml_rewrite_inside (HostelYamlRewrite *self,
                            HostelYaml        *old,
                            HostelYaml        *now)
{
  if (old->alias || old->kind != now->kind || g_strcmp0 (old->tag, now->tag) != 0)
    return FALSE;

  if (old->kind == HOSTEL_YAML_SCALAR)
    return edit_scalar (self, old, now);

  if (!is_in_block (old))
    return edit_flow (self, old, now);

  return old->kind == HOSTEL_YAML_MAPPING ? edit_mapping (self, old, now)
                                          : edit_sequence (self, old, now);
}

/* The edits for the whole document. */
gboolean
hostel_yaml_rewrite_edit (HostelYamlRewrite *self,
                          HostelYaml        *old,
                          HostelYaml        *now)
{
  /* Nothing but comments: what is new can follow them. */
  if (old->style == YAML_ANY_MAPPING_STYLE && hostel_yaml_get_length (old) == 0)
    {
      hostel_yaml_rewrite_add (self, self->length, self->length, hostel_yaml_emit (now, NULL));
      return TRUE;
    }

  if (!is_in_block (old))
    {
      g_autofree char *text = NULL;

      if (!self->coarse && hostel_yaml_rewrite_flow (self, old, now))
        return TRUE;

      hostel_yaml_rewrite_take_back (self, 0);
      if (hostel_yaml_rewrite_line_start (self, old->start) != old->start || !ends_line (self, old->end))
        return FALSE;
      text = hostel_yaml_emit (now, NULL);
      text[strlen (text) - 1] = '\0';
      hostel_yaml_rewrite_add (self, old->start, old->end, g_steal_pointer (&text));
      return TRUE;
    }

  self->may_empty = TRUE;
  return edit_mapping (self, old, now);
}
