#define G_LOG_DOMAIN "hostel-cloud-config"

#include "config.h"

#include <string.h>
#include <yaml.h>

#include "hostel-cloud-config-private.h"

/* Writes a changed document into the text it was read from: entries of the first level that did not
 * change keep their bytes, comments included. */

static char *
emit_pair (HostelYaml *root,
           guint       index)
{
  g_autoptr (HostelYaml) pair = hostel_yaml_new (HOSTEL_YAML_MAPPING);

  g_ptr_array_add (pair->keys, hostel_yaml_ref (g_ptr_array_index (root->keys, index)));
  g_ptr_array_add (pair->children, hostel_yaml_ref (g_ptr_array_index (root->children, index)));

  return hostel_yaml_emit (pair, NULL);
}

static gboolean
is_block_mapping (HostelYaml *root)
{
  /* Nothing but comments: what is new can follow them. */
  if (root->style == YAML_ANY_MAPPING_STYLE)
    return root->keys->len == 0;

  if (root->style != YAML_BLOCK_MAPPING_STYLE)
    return FALSE;

  for (guint i = 0; i < root->keys->len; i++)
    {
      HostelYaml *key = g_ptr_array_index (root->keys, i);

      /* Pairs of a merge stand elsewhere in the text; "? key" does not begin with the key. */
      if (key->column != 0 || (i > 0 &&
                               key->start <= ((HostelYaml *) root->keys->pdata[i - 1])->start))
        return FALSE;
    }

  return TRUE;
}

/* Where the empty lines and comments begin that stand between an entry and the next one. */
static gsize
find_tail (const char *text,
           gsize       value_end,
           gsize       next)
{
  gsize tail = next;

  while (tail > value_end)
    {
      gsize line = tail - 1;
      const char *first;

      while (line > value_end && text[line - 1] != '\n')
        line--;

      first = text + line + strspn (text + line, " ");
      if (text[tail - 1] != '\n' || (line > 0 && text[line - 1] != '\n') ||
          (*first != '#' && *first != '\n' && *first != '\r'))
        break;

      tail = line;
    }

  return tail;
}

static char *
splice (HostelCloudDocument *document,
        HostelYaml          *root)
{
  HostelYaml *old = document->root;
  GString *text = g_string_new_len (document->text,
                                    old->keys->len > 0
                                      ? ((HostelYaml *) old->keys->pdata[0])->start
                                      : strlen (document->text));

  for (guint i = 0; i < old->keys->len; i++)
    {
      HostelYaml *key = g_ptr_array_index (old->keys, i);
      HostelYaml *value = g_ptr_array_index (old->children, i);
      gsize next = i + 1 < old->keys->len ? ((HostelYaml *) old->keys->pdata[i + 1])->start
                                          : strlen (document->text);
      HostelYaml *now = hostel_yaml_lookup (root, key->value);
      gsize tail;

      if (now != NULL && hostel_yaml_equal (value, now))
        {
          g_string_append_len (text, document->text + key->start, next - key->start);
          continue;
        }

      for (guint j = 0; now != NULL && j < root->children->len; j++)
        {
          g_autofree char *pair = NULL;

          if (root->children->pdata[j] != now)
            continue;

          pair = emit_pair (root, j);
          g_string_append (text, pair);
          break;
        }

      tail = find_tail (document->text, MAX (value->end, key->end), next);
      g_string_append_len (text, document->text + tail, next - tail);
    }

  for (guint i = 0; i < root->keys->len; i++)
    {
      g_autofree char *pair = NULL;

      if (hostel_yaml_lookup (old, hostel_yaml_get_key (root, i)) != NULL)
        continue;

      if (text->len > 0 && text->str[text->len - 1] != '\n')
        g_string_append_c (text, '\n');
      pair = emit_pair (root, i);
      g_string_append (text, pair);
    }

  return g_string_free (text, FALSE);
}

/* Anchors, a second way of writing a key and other rarities may defeat the splicing: so its result
 * is read again and counts only where it says what it should. */
char *
hostel_cloud_document_write (HostelCloudDocument *document,
                             HostelYaml          *root)
{
  if (document->text != NULL && hostel_yaml_equal (document->root, root))
    return g_strdup (document->text);

  if (document->text != NULL && is_block_mapping (document->root))
    {
      g_autofree char *text = splice (document, root);
      g_autoptr (HostelYaml) again = hostel_yaml_parse (text, strlen (text), NULL);

      if (again != NULL && hostel_yaml_equal (again, root))
        return g_steal_pointer (&text);
    }

  return hostel_yaml_emit (root, "#cloud-config");
}
