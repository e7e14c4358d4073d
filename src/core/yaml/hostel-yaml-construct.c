/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "hostel-yaml"

#include "config.h"

#include <glib/gi18n.h>
#include <string.h>
#include <yaml.h>

#include "hostel-yaml-parse-private.h"

/* yaml/constructor.py of PyYAML with the tags of cloudinit/safeyaml.py: what its loader cannot make of
 * the nodes is refused, in the order in which it comes to them, and merges are carried out. */
typedef struct
{
  GQueue      pending;   /* of HostelYaml: collections whose content comes later */
  GHashTable *flattened; /* of the children of mappings, set */
} Construct;

static void
append_pairs (GPtrArray  *keys,
              GPtrArray  *children,
              HostelYaml *source)
{
  for (guint i = 0; i < source->keys->len; i++)
    {
      g_ptr_array_add (keys, hostel_yaml_ref (g_ptr_array_index (source->keys, i)));
      g_ptr_array_add (children, hostel_yaml_ref (g_ptr_array_index (source->children, i)));
    }
}

static gboolean flatten (Construct   *self,
                         HostelYaml  *mapping,
                         GError     **error);

/* "<<: *defaults" (https://yaml.org/type/merge.html). Earlier mappings of a list count more, so they
 * come later. */
static gboolean
merge (Construct   *self,
       HostelYaml  *value,
       GPtrArray   *keys,
       GPtrArray   *children,
       GError     **error)
{
  if (value->kind == HOSTEL_YAML_MAPPING)
    {
      if (!flatten (self, value, error))
        return FALSE;
      append_pairs (keys, children, value);
      return TRUE;
    }

  for (guint i = 0; i < hostel_yaml_get_length (value); i++)
    {
      HostelYaml *item = hostel_yaml_get_child (value, i);

      if (item->kind != HOSTEL_YAML_MAPPING)
        return hostel_yaml_refuse (item->line, _("Merge a mapping."), error,
                                   _("Line %u merges something that is not a mapping."), item->line);
      if (!flatten (self, item, error))
        return FALSE;
    }
  if (value->kind != HOSTEL_YAML_SEQUENCE)
    return hostel_yaml_refuse (value->line, _("Merge a mapping."), error,
                               _("Line %u merges something that is not a mapping."), value->line);

  for (guint i = hostel_yaml_get_length (value); i > 0; i--)
    append_pairs (keys, children, hostel_yaml_get_child (value, i - 1));

  return TRUE;
}

/* Puts the arrays' content in place of the mapping's, whose arrays its aliases share. */
static void
replace_pairs (HostelYaml *mapping,
               GPtrArray  *keys,
               GPtrArray  *children)
{
  g_ptr_array_set_size (mapping->keys, 0);
  g_ptr_array_set_size (mapping->children, 0);
  g_ptr_array_extend_and_steal (mapping->keys, g_ptr_array_ref (keys));
  g_ptr_array_extend_and_steal (mapping->children, g_ptr_array_ref (children));
}

/* What is merged stands before the mapping's own keys, and the last of equal keys counts. */
static gboolean
flatten (Construct   *self,
         HostelYaml  *mapping,
         GError     **error)
{
  g_autoptr (GPtrArray) keys = NULL;
  g_autoptr (GPtrArray) children = NULL;
  g_autoptr (GPtrArray) own_keys = NULL;
  g_autoptr (GPtrArray) own_children = NULL;
  gboolean merges = FALSE;

  if (!g_hash_table_add (self->flattened, mapping->children))
    return TRUE;

  for (guint i = 0; !merges && i < mapping->keys->len; i++)
    merges = hostel_yaml_get_tag (g_ptr_array_index (mapping->keys, i)) == HOSTEL_YAML_TAG_MERGE;
  if (!merges)
    return TRUE;

  keys = g_ptr_array_new_with_free_func ((GDestroyNotify) hostel_yaml_unref);
  children = g_ptr_array_new_with_free_func ((GDestroyNotify) hostel_yaml_unref);
  own_keys = g_ptr_array_new ();
  own_children = g_ptr_array_new ();
  for (guint i = 0; i < mapping->keys->len; i++)
    {
      HostelYaml *key = g_ptr_array_index (mapping->keys, i);
      HostelYaml *value = g_ptr_array_index (mapping->children, i);

      if (hostel_yaml_get_tag (key) != HOSTEL_YAML_TAG_MERGE)
        {
          g_ptr_array_add (own_keys, key);
          g_ptr_array_add (own_children, value);
        }
      else if (!merge (self, value, keys, children, error))
        return FALSE;
    }

  for (guint i = 0; i < own_keys->len; i++)
    {
      g_ptr_array_add (keys, hostel_yaml_ref (g_ptr_array_index (own_keys, i)));
      g_ptr_array_add (children, hostel_yaml_ref (g_ptr_array_index (own_children, i)));
    }
  replace_pairs (mapping, keys, children);

  return TRUE;
}

static gboolean
refuse_kind (HostelYaml  *node,
             GError     **error)
{
  return hostel_yaml_refuse (node->line, _("Remove the tag."), error,
                             _("Line %u has a tag for another kind of value."), node->line);
}

/* "!!str {=: text}" is that text. */
static gboolean
become_scalar (HostelYaml    *node,
               HostelYamlTag  tag,
               GError       **error)
{
  HostelYaml *value = node;

  while (value != NULL && value->kind == HOSTEL_YAML_MAPPING)
    {
      HostelYaml *next = NULL;

      for (guint i = 0; next == NULL && i < value->keys->len; i++)
        {
          if (hostel_yaml_get_tag (g_ptr_array_index (value->keys, i)) == HOSTEL_YAML_TAG_VALUE)
            next = g_ptr_array_index (value->children, i);
        }
      value = next;
    }
  if (value == NULL || value->kind != HOSTEL_YAML_SCALAR || tag == HOSTEL_YAML_TAG_TIMESTAMP)
    return refuse_kind (node, error);

  node->value = g_strdup (value->value);
  node->kind = HOSTEL_YAML_SCALAR;
  node->style = YAML_SINGLE_QUOTED_SCALAR_STYLE;
  g_clear_pointer (&node->keys, g_ptr_array_unref);
  g_clear_pointer (&node->children, g_ptr_array_unref);
  return TRUE;
}

static gboolean
construct_scalar (HostelYaml    *node,
                  HostelYamlTag  tag,
                  GError       **error)
{
  if (node->kind == HOSTEL_YAML_SEQUENCE)
    return refuse_kind (node, error);
  if (node->kind == HOSTEL_YAML_MAPPING && !become_scalar (node, tag, error))
    return FALSE;

  return hostel_yaml_check_scalar (node, tag, error);
}

static gboolean
refuse_tag (HostelYaml  *node,
            GError     **error)
{
  g_autofree char *shown = hostel_yaml_shorten (node->tag != NULL ? node->tag : node->value);

  if (node->tag == NULL)
    return hostel_yaml_refuse (node->line, _("Put it in quotes."), error,
                               _("Line %u has a lone “%s”, which cloud-init does not take."),
                               node->line, shown);

  return hostel_yaml_refuse (node->line, _("Remove the tag."), error,
                             _("Line %u has the tag “%s”, which cloud-init does not know."),
                             node->line, shown);
}

/* Scalars at once; of a collection its content comes later, and its kind is looked at then. */
static gboolean
construct_node (Construct   *self,
                HostelYaml  *node,
                GError     **error)
{
  HostelYamlTag tag = hostel_yaml_get_tag (node);

  switch (tag)
    {
    case HOSTEL_YAML_TAG_NULL:
    case HOSTEL_YAML_TAG_BOOL:
    case HOSTEL_YAML_TAG_INT:
    case HOSTEL_YAML_TAG_FLOAT:
    case HOSTEL_YAML_TAG_TIMESTAMP:
    case HOSTEL_YAML_TAG_BINARY:
    case HOSTEL_YAML_TAG_STR:
      return construct_scalar (node, tag, error);

    case HOSTEL_YAML_TAG_SEQ:
    case HOSTEL_YAML_TAG_OMAP:
    case HOSTEL_YAML_TAG_PAIRS:
    case HOSTEL_YAML_TAG_MAP:
    case HOSTEL_YAML_TAG_SET:
      g_queue_push_tail (&self->pending, node);
      return TRUE;

    case HOSTEL_YAML_TAG_MERGE:
    case HOSTEL_YAML_TAG_VALUE:
    case HOSTEL_YAML_TAG_UNKNOWN:
    default:
      return refuse_tag (node, error);
    }
}

static gboolean
construct_key (Construct   *self,
               HostelYaml  *key,
               GError     **error)
{
  /* In a mapping a lone "=" is that text. */
  if (hostel_yaml_get_tag (key) == HOSTEL_YAML_TAG_VALUE && key->kind == HOSTEL_YAML_SCALAR)
    return TRUE;
  if (!construct_node (self, key, error))
    return FALSE;

  if (key->kind != HOSTEL_YAML_SCALAR || hostel_yaml_get_tag (key) >= HOSTEL_YAML_TAG_SEQ)
    return hostel_yaml_refuse (key->line, _("Use plain words as keys."), error,
                               _("Line %u has a list or a mapping as a key."), key->line);

  return TRUE;
}

static gboolean
construct_mapping (Construct   *self,
                   HostelYaml  *node,
                   GError     **error)
{
  if (node->kind != HOSTEL_YAML_MAPPING)
    return refuse_kind (node, error);
  if (!flatten (self, node, error))
    return FALSE;

  for (guint i = 0; i < node->keys->len; i++)
    {
      if (!construct_key (self, g_ptr_array_index (node->keys, i), error) ||
          !construct_node (self, g_ptr_array_index (node->children, i), error))
        return FALSE;
    }

  return TRUE;
}

static gboolean
construct_sequence (Construct   *self,
                    HostelYaml  *node,
                    GError     **error)
{
  if (node->kind != HOSTEL_YAML_SEQUENCE)
    return refuse_kind (node, error);

  for (guint i = 0; i < node->children->len; i++)
    {
      if (!construct_node (self, g_ptr_array_index (node->children, i), error))
        return FALSE;
    }

  return TRUE;
}

/* Of !!omap and !!pairs: mappings of one pair each, which are no mappings in themselves. */
static gboolean
construct_pairs (Construct   *self,
                 HostelYaml  *node,
                 GError     **error)
{
  if (node->kind != HOSTEL_YAML_SEQUENCE)
    return refuse_kind (node, error);

  for (guint i = 0; i < node->children->len; i++)
    {
      HostelYaml *item = g_ptr_array_index (node->children, i);

      if (item->kind != HOSTEL_YAML_MAPPING || item->keys->len != 1)
        return hostel_yaml_refuse (item->line, _("Write “- key: value”."), error,
                                   _("Line %u has to be one pair."), item->line);
      if (!construct_node (self, g_ptr_array_index (item->keys, 0), error) ||
          !construct_node (self, g_ptr_array_index (item->children, 0), error))
        return FALSE;
    }

  return TRUE;
}

static gboolean
construct_collection (Construct   *self,
                      HostelYaml  *node,
                      GError     **error)
{
  HostelYamlTag tag = hostel_yaml_get_tag (node);

  if (tag == HOSTEL_YAML_TAG_MAP || tag == HOSTEL_YAML_TAG_SET)
    return construct_mapping (self, node, error);
  if (tag == HOSTEL_YAML_TAG_OMAP || tag == HOSTEL_YAML_TAG_PAIRS)
    return construct_pairs (self, node, error);

  return construct_sequence (self, node, error);
}

gboolean
hostel_yaml_construct (HostelYaml  *root,
                       GError     **error)
{
  Construct self = { .pending = G_QUEUE_INIT };
  gboolean good = construct_node (&self, root, error);
  g_autoptr (GHashTable) seen = g_hash_table_new (NULL, NULL);
  HostelYaml *node;

  self.flattened = g_hash_table_new (NULL, NULL);
  while (good && (node = g_queue_pop_head (&self.pending)) != NULL)
    {
      /* What an alias stands for has been here already, or will be. */
      if (node->children == NULL || g_hash_table_add (seen, node->children))
        good = construct_collection (&self, node, error);
    }
  g_queue_clear (&self.pending);
  g_hash_table_unref (self.flattened);

  return good;
}
