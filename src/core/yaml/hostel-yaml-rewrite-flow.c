/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "hostel-yaml"

#include "config.h"

#include <string.h>
#include <yaml.h>

#include "hostel-yaml-rewrite-private.h"

/* Changes of flow collections: an item comes, goes or becomes another, and what stands around it, comments
 * and line breaks too, stays. */

/* An item, or a pair with its key. */
typedef struct
{
  gsize    start;
  gsize    end;
  gsize    comma;     /* the one behind it */
  gboolean has_comma;
} Item;

/* Behind blanks, line breaks and comments. */
static gsize
skip_space (HostelYamlRewrite *self,
            gsize              offset)
{
  while (offset < self->length)
    {
      char c = self->text[offset];

      if (c == '#')
        offset = hostel_yaml_rewrite_line_end (self, offset);
      else if (c == ' ' || c == '\t' || c == '\n' || c == '\r')
        offset++;
      else
        break;
    }

  return offset;
}

static gboolean
is_blank (HostelYamlRewrite *self,
          gsize              from,
          gsize              to)
{
  while (from < to && self->text[from] == ' ')
    from++;

  return from >= to;
}

static Item
get_item (HostelYamlRewrite *self,
          HostelYaml        *old,
          guint              index)
{
  HostelYaml *child = hostel_yaml_get_child (old, index);
  HostelYaml *first = old->keys != NULL ? g_ptr_array_index (old->keys, index) : child;
  Item item = { .start = first->start, .end = MAX (first->end, child->end) };

  item.comma = skip_space (self, item.end);
  item.has_comma = item.comma < self->length && self->text[item.comma] == ',';
  return item;
}

/* The value, or the pair, in one line as it stands in a flow collection; %NULL where there is none. */
static char *
dup_inline (HostelYaml *now,
            guint       index)
{
  g_autoptr (HostelYaml) parent = hostel_yaml_new (now->kind);
  g_autofree char *text = NULL;

  parent->style = now->keys != NULL ? YAML_FLOW_MAPPING_STYLE : YAML_FLOW_SEQUENCE_STYLE;
  if (now->keys != NULL)
    g_ptr_array_add (parent->keys, hostel_yaml_ref (g_ptr_array_index (now->keys, index)));
  g_ptr_array_add (parent->children, hostel_yaml_ref (hostel_yaml_get_child (now, index)));
  text = hostel_yaml_emit (parent, NULL);
  if (strchr ("[{", text[0]) == NULL)
    return NULL;

  return g_strndup (text + 1, strlen (text) - 3);
}

/* Whether nothing but a comment follows behind the item and its comma in the line. */
static gboolean
ends_line (HostelYamlRewrite *self,
           const Item        *item)
{
  gsize behind = item->end;

  if (item->has_comma && item->comma < hostel_yaml_rewrite_line_end (self, item->end))
    behind = item->comma + 1;
  while (behind < self->length && self->text[behind] == ' ')
    behind++;

  return behind < self->length && strchr ("#\r\n", self->text[behind]) != NULL;
}

static gboolean
starts_line (HostelYamlRewrite *self,
             const Item        *item)
{
  return is_blank (self, hostel_yaml_rewrite_line_start (self, item->start), item->start);
}

/* The blanks before what stands in a line below the item. */
static char *
dup_indentation (HostelYamlRewrite *self,
                 HostelYaml        *old,
                 const Item        *item)
{
  gsize start = hostel_yaml_rewrite_line_start (self, item->start);
  gsize n = 0;

  /* Behind the bracket that opens it. */
  if (old->start >= start)
    return g_strnfill (g_utf8_strlen (self->text + start, item->start - start), ' ');

  while (self->text[start + n] == ' ')
    n++;

  return g_strnfill (n, ' ');
}

static gboolean
remove_item (HostelYamlRewrite *self,
             HostelYaml        *old,
             guint              index,
             gboolean           previous_stays)
{
  Item item = get_item (self, old, index);
  gsize start = item.start;
  gsize end = item.end;

  if (starts_line (self, &item) && ends_line (self, &item) &&
      (!item.has_comma || item.comma < hostel_yaml_rewrite_line_end (self, item.end)))
    {
      start = hostel_yaml_rewrite_line_start (self, start);
      end = hostel_yaml_rewrite_line_end (self, end);
    }
  else if (item.has_comma && skip_space (self, end) == item.comma && is_blank (self, end, item.comma))
    {
      end = item.comma + 1;
      while (self->text[end] == ' ' && strchr ("#\r\n", self->text[end + 1]) == NULL)
        end++;
    }
  else if (index > 0 && previous_stays)
    {
      Item previous = get_item (self, old, index - 1);

      if (previous.has_comma && is_blank (self, previous.comma + 1, item.start))
        start = previous.comma;
    }

  hostel_yaml_rewrite_lose_anchor (self, hostel_yaml_get_child (old, index));
  hostel_yaml_rewrite_add (self, start, end, g_strdup (""));
  return TRUE;
}

/* The new items, behind the old one before @index, in lines of their own where those are. */
static gboolean
insert_items (HostelYamlRewrite *self,
              HostelYaml        *old,
              guint              index,
              HostelYaml        *now,
              guint              from,
              guint              to)
{
  gboolean first = index == 0;
  Item item = get_item (self, old, first ? 0 : index - 1);
  gboolean lines = first ? starts_line (self, &item) : ends_line (self, &item);
  g_autofree char *indentation = dup_indentation (self, old, &item);
  gsize below = hostel_yaml_rewrite_line_end (self, item.end);

  if (!first && lines && !item.has_comma)
    hostel_yaml_rewrite_add (self, item.end, item.end, g_strdup (","));

  for (; from < to; from++)
    {
      g_autofree char *text = dup_inline (now, from);
      gboolean comma = item.has_comma || from + 1 < to;

      if (text == NULL)
        return FALSE;
      if (first)
        hostel_yaml_rewrite_add (self, item.start, item.start,
                                 g_strconcat (text, lines ? ",\n" : ", ", lines ? indentation : "", NULL));
      else if (lines)
        hostel_yaml_rewrite_add (self, below, below,
                                 g_strconcat (indentation, text, comma ? ",\n" : "\n", NULL));
      else
        hostel_yaml_rewrite_add (self, item.end, item.end, g_strconcat (", ", text, NULL));
    }

  return TRUE;
}

static gboolean
change_item (HostelYamlRewrite *self,
             HostelYaml        *old,
             HostelYaml        *now)
{
  guint n_edits = self->edits->len;
  g_autoptr (HostelYaml) list = NULL;
  g_autofree char *text = NULL;

  if (hostel_yaml_equal (old, now) || hostel_yaml_rewrite_inside (self, old, now))
    return TRUE;

  hostel_yaml_rewrite_take_back (self, n_edits);
  list = hostel_yaml_new (HOSTEL_YAML_SEQUENCE);
  hostel_yaml_append (list, hostel_yaml_ref (now));
  if (old->end == old->start || (text = dup_inline (list, 0)) == NULL)
    return FALSE;

  hostel_yaml_rewrite_lose_anchor (self, old);
  hostel_yaml_rewrite_add (self, old->start, old->end, g_steal_pointer (&text));
  return TRUE;
}

/* Old and new items between two that stayed: changed in their order, the rest new or gone. */
static gboolean
change_run (HostelYamlRewrite *self,
            HostelYaml        *old,
            guint              old_from,
            guint              old_to,
            HostelYaml        *now,
            guint              now_from,
            guint              now_to)
{
  guint first;

  for (; old_from < old_to && now_from < now_to; old_from++, now_from++)
    {
      if (!change_item (self, hostel_yaml_get_child (old, old_from), hostel_yaml_get_child (now, now_from)))
        return FALSE;
    }

  for (first = old_from; old_from < old_to; old_from++)
    remove_item (self, old, old_from, old_from == first);

  return now_from == now_to || insert_items (self, old, old_from, now, now_from, now_to);
}

static gboolean
change_sequence (HostelYamlRewrite *self,
                 HostelYaml        *old,
                 HostelYaml        *now)
{
  g_autoptr (GArray) matches = hostel_yaml_rewrite_match (old, now);
  guint old_from = 0;
  guint now_from = 0;

  for (guint i = 0; i < matches->len; i++)
    {
      HostelYamlMatch *match = &g_array_index (matches, HostelYamlMatch, i);

      if (!change_run (self, old, old_from, match->old, now, now_from, match->now))
        return FALSE;
      old_from = match->old + 1;
      now_from = match->now + 1;
    }

  return change_run (self, old, old_from, hostel_yaml_get_length (old), now, now_from,
                     hostel_yaml_get_length (now));
}

/* Keys that stay keep their order, and new ones stand behind them. */
static gboolean
change_mapping (HostelYamlRewrite *self,
                HostelYaml        *old,
                HostelYaml        *now)
{
  gboolean previous_stays = FALSE;
  guint kept = 0;

  for (guint i = 0; i < old->keys->len; i++)
    {
      HostelYaml *key = g_ptr_array_index (old->keys, i);
      HostelYaml *child = hostel_yaml_get_child (old, i);
      HostelYaml *value = hostel_yaml_lookup (now, key->value);

      /* Merged from elsewhere, or written twice. */
      if (key->start < old->start || key->start > old->end || hostel_yaml_lookup (old, key->value) != child)
        return FALSE;
      if (value != NULL && !change_item (self, child, value))
        return FALSE;
      if (value == NULL)
        remove_item (self, old, i, previous_stays);

      previous_stays = value != NULL;
      kept += value != NULL ? 1 : 0;
    }

  for (guint i = 0; i < kept; i++)
    {
      if (hostel_yaml_lookup (old, hostel_yaml_get_key (now, i)) == NULL)
        return FALSE;
    }

  /* Nothing to stand behind. */
  if (kept < now->keys->len && !previous_stays)
    return FALSE;

  return kept == now->keys->len || insert_items (self, old, old->keys->len, now, kept, now->keys->len);
}

/**
 * hostel_yaml_rewrite_flow:
 *
 * Returns: whether @old, a flow collection, could become @now item by item
 */
gboolean
hostel_yaml_rewrite_flow (HostelYamlRewrite *self,
                          HostelYaml        *old,
                          HostelYaml        *now)
{
  guint length = hostel_yaml_get_length (old);

  if (length > 0)
    return old->keys != NULL ? change_mapping (self, old, now) : change_sequence (self, old, now);

  /* A comment may stand between the brackets. */
  if (strchr ("[{", self->text[old->start]) == NULL || is_blank (self, old->start + 1, old->end - 1))
    return FALSE;
  for (guint i = 0; i < hostel_yaml_get_length (now); i++)
    {
      g_autofree char *text = dup_inline (now, i);

      if (text == NULL)
        return FALSE;
      hostel_yaml_rewrite_add (self, old->start + 1, old->start + 1,
                               g_strconcat (i > 0 ? ", " : "", text, NULL));
    }

  return TRUE;
}
