/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "hostel-yaml"

#include "config.h"

#include <string.h>

#include "hostel-yaml-rewrite-private.h"

/* Longer lists are compared at their ends only: nobody moves things about in them by a form. */
#define MAX_COMPARISONS 40000

static void
clear_edit (gpointer data)
{
  g_free (((HostelYamlEdit *) data)->text);
}

/* Forgets the edits made after the first @n_edits. */
void
hostel_yaml_rewrite_take_back (HostelYamlRewrite *self,
                               guint              n_edits)
{
  g_array_set_size (self->edits, n_edits);
}

/* The keys that stand in the text of the mapping itself. */
GHashTable *
hostel_yaml_rewrite_dup_own (HostelYaml *mapping)
{
  GHashTable *own = g_hash_table_new (g_str_hash, g_str_equal);

  for (guint i = 0; i < hostel_yaml_get_length (mapping); i++)
    {
      HostelYaml *key = g_ptr_array_index (mapping->keys, i);

      if (key->start >= mapping->start && key->start <= mapping->end)
        g_hash_table_add (own, key->value);
    }

  return own;
}

static gboolean
same_item (HostelYaml *old,
           guint       i,
           HostelYaml *now,
           guint       j)
{
  return hostel_yaml_equal (hostel_yaml_get_child (old, i), hostel_yaml_get_child (now, j));
}

/* The longest common subsequence of the items between @start and the ends. */
static void
match_middle (HostelYaml *old,
              guint       old_end,
              HostelYaml *now,
              guint       now_end,
              guint       start,
              GArray     *matches)
{
  guint n = old_end - start;
  guint m = now_end - start;
  g_autofree guint *lengths = NULL;
  guint i = 0;
  guint j = 0;

  if (n == 0 || m == 0 || n > MAX_COMPARISONS / m)
    return;

  lengths = g_new0 (guint, (n + 1) * (m + 1));
#define LENGTH(i, j) lengths[(i) * (m + 1) + (j)]
  for (i = n; i > 0; i--)
    {
      for (j = m; j > 0; j--)
        {
          if (same_item (old, start + i - 1, now, start + j - 1))
            LENGTH (i - 1, j - 1) = LENGTH (i, j) + 1;
          else
            LENGTH (i - 1, j - 1) = MAX (LENGTH (i, j - 1), LENGTH (i - 1, j));
        }
    }

  i = j = 0;
  while (i < n && j < m)
    {
      HostelYamlMatch match = { start + i, start + j };

      if (LENGTH (i, j) == LENGTH (i + 1, j))
        i++;
      else if (LENGTH (i, j) == LENGTH (i, j + 1))
        j++;
      else
        {
          g_array_append_val (matches, match);
          i++;
          j++;
        }
    }
#undef LENGTH
}

/* The items that stayed, in their order. */
GArray *
hostel_yaml_rewrite_match (HostelYaml *old,
                           HostelYaml *now)
{
  GArray *matches = g_array_new (FALSE, FALSE, sizeof (HostelYamlMatch));
  guint old_end = hostel_yaml_get_length (old);
  guint now_end = hostel_yaml_get_length (now);
  guint start = 0;
  HostelYamlMatch match;

  for (; start < old_end && start < now_end && same_item (old, start, now, start); start++)
    {
      match.old = match.now = start;
      g_array_append_val (matches, match);
    }

  while (old_end > start && now_end > start && same_item (old, old_end - 1, now, now_end - 1))
    {
      old_end--;
      now_end--;
    }

  match_middle (old, old_end, now, now_end, start, matches);

  for (; old_end < hostel_yaml_get_length (old); old_end++, now_end++)
    {
      match.old = old_end;
      match.now = now_end;
      g_array_append_val (matches, match);
    }

  return matches;
}

static int
compare_edits (gconstpointer a,
               gconstpointer b)
{
  const HostelYamlEdit *one = a;
  const HostelYamlEdit *two = b;

  if (one->start != two->start)
    return one->start < two->start ? -1 : 1;

  return one->end < two->end ? -1 : one->end > two->end;
}

/* Of edits in their order. */
static gboolean
is_edited (HostelYamlRewrite *self,
           gsize              place)
{
  guint from = 0;
  guint to = self->edits->len;

  while (from < to)
    {
      guint middle = from + (to - from) / 2;

      if (g_array_index (self->edits, HostelYamlEdit, middle).start <= place)
        from = middle + 1;
      else
        to = middle;
    }

  return from > 0 && place < g_array_index (self->edits, HostelYamlEdit, from - 1).end;
}

/* The first alias of each name whose text stays. */
static void
collect_aliases (HostelYamlRewrite *self,
                 HostelYaml        *node,
                 GHashTable        *aliases)
{
  if (node->alias)
    {
      HostelYaml *first = g_hash_table_lookup (aliases, node->anchor);

      if ((first == NULL || node->start < first->start) && !is_edited (self, node->start))
        g_hash_table_insert (aliases, node->anchor, node);
      return;
    }

  for (guint i = 0; i < hostel_yaml_get_length (node); i++)
    collect_aliases (self, hostel_yaml_get_child (node, i), aliases);
}

/* What other places of the document refer to moves to the first of them. */
static void
move_anchors (HostelYamlRewrite *self,
              HostelYaml        *root)
{
  g_autoptr (GHashTable) aliases = g_hash_table_new (g_str_hash, g_str_equal);

  if (self->lost_anchors->len == 0)
    return;

  g_array_sort (self->edits, compare_edits);
  collect_aliases (self, root, aliases);
  for (guint i = 0; i < self->lost_anchors->len; i++)
    {
      HostelYaml *node = g_ptr_array_index (self->lost_anchors, i);
      HostelYaml *alias = g_hash_table_lookup (aliases, node->anchor);
      HostelYamlEdit edit;

      if (alias == NULL || alias->start < node->end)
        continue;

      edit.start = alias->start;
      edit.end = alias->end;
      edit.text = g_strndup (self->text + node->start, node->end - node->start);
      g_array_append_val (self->edits, edit);
    }
}

/* Whole lines that are added need a line to begin with. */
static void
append_edit (GString        *result,
             HostelYamlEdit *edit,
             const char     *line_break)
{
  g_auto (GStrv) lines = NULL;
  g_autofree char *text = NULL;

  if (edit->start == edit->end && edit->text[0] != '\0' &&
      edit->text[strlen (edit->text) - 1] == '\n' && result->len > 0 &&
      result->str[result->len - 1] != '\n')
    g_string_append (result, line_break);

  lines = g_strsplit (edit->text, "\n", -1);
  text = g_strjoinv (line_break, lines);
  g_string_append (result, text);
}

static char *
apply (HostelYamlRewrite *self)
{
  const char *first_break = memchr (self->text, '\n', self->length);
  const char *line_break = first_break != NULL && first_break > self->text &&
                           first_break[-1] == '\r' ? "\r\n" : "\n";
  GString *result = g_string_sized_new (self->length + 256);
  gsize done = 0;

  g_array_sort (self->edits, compare_edits);

  for (guint i = 0; i < self->edits->len; i++)
    {
      HostelYamlEdit *edit = &g_array_index (self->edits, HostelYamlEdit, i);

      if (edit->start < done)
        {
          g_string_free (result, TRUE);
          return NULL;
        }

      g_string_append_len (result, self->text + done, edit->start - done);
      append_edit (result, edit, line_break);
      done = edit->end;
    }

  g_string_append_len (result, self->text + done, self->length - done);
  return g_string_free (result, FALSE);
}

static gboolean
says (const char *text,
      HostelYaml *root)
{
  g_autoptr (HostelYaml) again = hostel_yaml_parse (text, strlen (text), NULL);

  if (again == NULL)
    return FALSE;

  return hostel_yaml_equal (again, root) ||
         (hostel_yaml_is_null (again) && hostel_yaml_get_length (root) == 0);
}

static char *
try_rewrite (const char *text,
             HostelYaml *old,
             HostelYaml *now,
             gboolean    coarse,
             gboolean    prepend)
{
  HostelYamlRewrite self = {
    .text = text, .length = strlen (text), .coarse = coarse, .prepend = prepend
  };
  g_autofree char *result = NULL;

  self.edits = g_array_new (FALSE, FALSE, sizeof (HostelYamlEdit));
  g_array_set_clear_func (self.edits, clear_edit);
  self.lost_anchors = g_ptr_array_new ();

  if (hostel_yaml_rewrite_edit (&self, old, now))
    {
      move_anchors (&self, old);
      result = apply (&self);
    }

  g_array_unref (self.edits);
  g_ptr_array_unref (self.lost_anchors);

  return result != NULL && says (result, now) ? g_steal_pointer (&result) : NULL;
}

/**
 * hostel_yaml_rewrite:
 * @text: a document
 * @old: the mapping that @text was parsed to, with its places in @text
 * @now: what it is to become; shares the nodes with @old that did not change
 *
 * Writes a change into a person's text: only the lines in which something changed become others.
 * Comments, order, quotes, anchors and line breaks elsewhere keep their bytes. Rarities of YAML may
 * defeat that, so the result is read again and counts only where it says what it should.
 *
 * Returns: (transfer full) (nullable): the new text, or %NULL where it has to be written anew
 */
char *
hostel_yaml_rewrite (const char *text,
                     HostelYaml *old,
                     HostelYaml *now)
{
  char *result = NULL;

  g_return_val_if_fail (text != NULL, NULL);
  g_return_val_if_fail (hostel_yaml_is_mapping (old), NULL);
  g_return_val_if_fail (hostel_yaml_is_mapping (now), NULL);

  /* A line behind a block at the end of a text without a line break would change that block. */
  for (guint i = 0; result == NULL && i < 4; i++)
    result = try_rewrite (text, old, now, i >= 2, i % 2 == 1);

  return result;
}
