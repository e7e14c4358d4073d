/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "hostel-cloud-secrets"

#include "config.h"

#include <string.h>

#include "hostel-cloud-secrets-private.h"
#include "hostel-cloud-secrets.h"

typedef struct
{
  GPtrArray  *places;  /* of char *: what was left out */
  GHashTable *anchors; /* set: names of what was left out, which may stand elsewhere */
  GHashTable *done;    /* children of a collection -> the node without secrets */
  gboolean    more;    /* an anchor came in that could stand before */
} Strip;

static HostelYaml *strip (Strip      *self,
                          HostelYaml *node,
                          const char *place,
                          const char *parent,
                          gboolean    top);

/* An alias of a secret is one, and so is what it stands for, with what that has in it. */
static void
note_anchors (Strip      *self,
              HostelYaml *node)
{
  gboolean added = node->anchor != NULL && g_hash_table_add (self->anchors, g_strdup (node->anchor));

  self->more |= added;
  /* Once for all the aliases of one name. */
  if (node->alias && !added)
    return;

  for (guint i = 0; i < hostel_yaml_get_length (node); i++)
    note_anchors (self, hostel_yaml_get_child (node, i));
}

static void
leave_out (Strip      *self,
           HostelYaml *node,
           const char *place)
{
  note_anchors (self, node);
  g_ptr_array_add (self->places, g_strdup (place));
}

static gboolean
is_left_out (Strip      *self,
             HostelYaml *node)
{
  if (node->anchor != NULL && g_hash_table_contains (self->anchors, node->anchor))
    return TRUE;

  return node->kind == HOSTEL_YAML_SCALAR && hostel_cloud_secret_is_value (node->value);
}

/* Lists of options of file systems, however deep. */
static gboolean
is_mounts (const char *key)
{
  return g_str_equal (key, "mounts") || g_str_equal (key, "mount_default_fields");
}

/* A text with an address or options without who logs in to it, or the node itself. */
static HostelYaml *
clean_text (Strip      *self,
            HostelYaml *node,
            const char *place,
            const char *parent)
{
  g_autofree char *clean = NULL;
  HostelYaml *copy;

  if (parent == NULL || hostel_cloud_secret_is_free (parent))
    return hostel_yaml_ref (node);
  if ((clean = hostel_cloud_secret_dup_clean (node->value, is_mounts (parent))) == NULL)
    return hostel_yaml_ref (node);

  leave_out (self, node, place);
  copy = hostel_yaml_new_string (clean);
  if (copy->style != node->style && strchr (clean, '\n') == NULL)
    copy->style = node->style;
  return copy;
}

static HostelYaml *
strip_sequence (Strip      *self,
                HostelYaml *node,
                const char *place,
                const char *parent)
{
  HostelYaml *copy = hostel_yaml_new (HOSTEL_YAML_SEQUENCE);

  copy->style = node->style;
  copy->tag = g_strdup (node->tag);
  for (guint i = 0; i < node->children->len; i++)
    {
      HostelYaml *child = hostel_yaml_get_child (node, i);
      g_autofree char *inside = g_strdup_printf ("%s[%u]", place, i);

      if (is_left_out (self, child))
        leave_out (self, child, inside);
      else
        hostel_yaml_append (copy, strip (self, child, inside, parent, FALSE));
    }

  return copy;
}

static HostelYaml *
strip_mapping (Strip      *self,
               HostelYaml *node,
               const char *place,
               const char *parent,
               gboolean    top)
{
  HostelYaml *copy = hostel_yaml_new (HOSTEL_YAML_MAPPING);

  copy->style = node->style;
  copy->tag = g_strdup (node->tag);
  for (guint i = 0; i < node->children->len; i++)
    {
      HostelYaml *key = g_ptr_array_index (node->keys, i);
      HostelYaml *child = hostel_yaml_get_child (node, i);
      g_autofree char *inside = g_strconcat (place, top ? "" : ".", key->value, NULL);
      /* "mounts" and "content" are told from below, whatever stands between. */
      const char *name = parent != NULL && (is_mounts (parent) ||
                                            hostel_cloud_secret_is_free (parent)) ? parent : key->value;

      if (hostel_cloud_secret_is_key (node, key->value, parent, top) || is_left_out (self, child))
        {
          leave_out (self, child, inside);
          continue;
        }
      g_ptr_array_add (copy->keys, hostel_yaml_ref (key));
      g_ptr_array_add (copy->children, strip (self, child, inside, name, FALSE));
    }

  return copy;
}

/* Nodes that nothing was taken from stay the same ones, which keep their text. */
static HostelYaml *
strip (Strip      *self,
       HostelYaml *node,
       const char *place,
       const char *parent,
       gboolean    top)
{
  guint n = self->places->len;
  HostelYaml *copy;

  if (node->kind == HOSTEL_YAML_SCALAR)
    return clean_text (self, node, place, parent);

  /* What an alias stands for is looked at once. */
  if ((copy = g_hash_table_lookup (self->done, node->children)) != NULL)
    return hostel_yaml_ref (copy->children == node->children ? node : copy);

  copy = node->kind == HOSTEL_YAML_MAPPING ? strip_mapping (self, node, place, parent, top)
                                           : strip_sequence (self, node, place, parent);
  if (self->places->len == n)
    {
      hostel_yaml_unref (copy);
      copy = hostel_yaml_ref (node);
    }
  g_hash_table_insert (self->done, node->children, hostel_yaml_ref (copy));

  return copy;
}

static void
clear_places (gpointer data)
{
  g_ptr_array_set_size (data, 0);
}

/* Until nothing more is known for a secret: an alias may stand behind what it is one of. */
static HostelYaml *
strip_all (Strip      *self,
           HostelYaml *root)
{
  HostelYaml *now = NULL;

  do
    {
      g_clear_pointer (&now, hostel_yaml_unref);
      clear_places (self->places);
      g_hash_table_remove_all (self->done);
      self->more = FALSE;
      now = strip (self, root, "", NULL, TRUE);
    }
  while (self->more);

  return now;
}

/* The text of @now with as much of @text as can stay. */
static char *
write_out (const char *text,
           HostelYaml *old,
           HostelYaml *now)
{
  char *result = hostel_yaml_rewrite (text, old, now);
  g_autofree char *header = NULL;

  if (result != NULL)
    return result;

  header = g_strndup (text, strcspn (text, "\r\n"));
  return hostel_yaml_emit (now, *header == '#' ? header : "#cloud-config");
}

/**
 * hostel_cloud_secrets_strip_listed:
 * @text: a cloud-config
 * @length: its length in bytes
 * @places: (out) (transfer full): what was left out, such as "users[0].passwd"
 * @error: (out) (optional): %HOSTEL_ERROR_INVALID where it is no YAML
 *
 * Comments and everything else stay as they are. What a person has put into a file or a command is
 * not known for a secret, unless it is a private key.
 *
 * Returns: (transfer full) (nullable): the document without them
 */
char *
hostel_cloud_secrets_strip_listed (const char   *text,
                                   gsize         length,
                                   GStrv        *places,
                                   GError      **error)
{
  g_autofree char *whole = g_strndup (text, length);
  g_autoptr (HostelYaml) old = hostel_yaml_parse (whole, strlen (whole), error);
  g_autoptr (HostelYaml) now = NULL;
  Strip self = { 0 };

  *places = g_new0 (char *, 1);
  if (old == NULL)
    return NULL;
  if (!hostel_yaml_is_mapping (old))
    return g_steal_pointer (&whole);

  self.places = g_ptr_array_new_with_free_func (g_free);
  self.anchors = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self.done = g_hash_table_new_full (NULL, NULL, NULL, (GDestroyNotify) hostel_yaml_unref);
  now = strip_all (&self, old);

  g_ptr_array_add (self.places, NULL);
  g_strfreev (*places);
  *places = (GStrv) g_ptr_array_free (self.places, FALSE);
  g_hash_table_unref (self.anchors);
  g_hash_table_unref (self.done);

  return now == old ? g_steal_pointer (&whole) : write_out (whole, old, now);
}

/**
 * hostel_cloud_secrets_strip:
 *
 * As hostel_cloud_secrets_strip_listed(), without the list.
 */
char *
hostel_cloud_secrets_strip (const char  *text,
                            gsize        length,
                            GError     **error)
{
  g_auto (GStrv) places = NULL;

  return hostel_cloud_secrets_strip_listed (text, length, &places, error);
}
