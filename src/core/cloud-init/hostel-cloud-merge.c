/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "hostel-cloud-merge"

#include "config.h"

#include <string.h>

#include "hostel-cloud-config-private.h"
#include "hostel-cloud-merge.h"

static void merge_mapping (HostelYaml *fresh,
                           HostelYaml *base,
                           HostelYaml *edited);

static gboolean
has_item (HostelYaml *list,
          HostelYaml *item,
          guint      *position)
{
  for (guint i = 0; list != NULL && i < hostel_yaml_get_length (list); i++)
    if (hostel_yaml_equal (hostel_yaml_get_child (list, i), item))
      {
        if (position != NULL)
          *position = i;
        return TRUE;
      }

  return FALSE;
}

/* The one that the form shows: not "default", not root. */
static HostelYaml *
find_form_user (HostelYaml *users)
{
  for (guint i = 0; users != NULL && i < hostel_yaml_get_length (users); i++)
    {
      HostelYaml *entry = hostel_yaml_get_child (users, i);

      if (hostel_yaml_is_mapping (entry) && hostel_cloud_is_user_entry (entry))
        return entry;
    }

  return NULL;
}

/* What was put into the list and what was taken out of it, but for @old and @now of the two. */
static void
merge_list (HostelYaml *fresh,
            HostelYaml *base,
            HostelYaml *edited,
            HostelYaml *old,
            HostelYaml *now)
{
  guint position;

  for (guint i = 0; base != NULL && i < hostel_yaml_get_length (base); i++)
    {
      HostelYaml *item = hostel_yaml_get_child (base, i);

      if (item != old && !has_item (edited, item, NULL) && has_item (fresh, item, &position))
        g_ptr_array_remove_index (fresh->children, position);
    }

  for (guint i = 0; i < hostel_yaml_get_length (edited); i++)
    {
      HostelYaml *item = hostel_yaml_get_child (edited, i);

      if (item != now && !has_item (base, item, NULL) && !has_item (fresh, item, NULL))
        hostel_yaml_append (fresh, hostel_yaml_copy (item));
    }
}

/* Whoever is in the form is the same user in all three, whatever the name. */
static void
merge_users (HostelYaml *fresh,
             HostelYaml *base,
             HostelYaml *edited)
{
  HostelYaml *new_user = find_form_user (fresh);
  HostelYaml *old_user = find_form_user (base);
  HostelYaml *user = find_form_user (edited);

  if (user == NULL || new_user == NULL || old_user == NULL)
    {
      merge_list (fresh, base, edited, NULL, NULL);
      return;
    }

  merge_mapping (new_user, old_user, user);
  merge_list (fresh, base, edited, old_user, user);
}

static void
merge_value (HostelYaml *fresh,
             const char *key,
             HostelYaml *base,
             HostelYaml *edited)
{
  HostelYaml *value = hostel_yaml_lookup (fresh, key);

  if (value != NULL && hostel_yaml_is_mapping (value) && hostel_yaml_is_mapping (edited))
    {
      merge_mapping (value, base, edited);
      return;
    }
  if (value != NULL && hostel_yaml_is_sequence (value) && hostel_yaml_is_sequence (edited) &&
      (base == NULL || hostel_yaml_is_sequence (base)))
    {
      if (g_str_equal (key, "users"))
        merge_users (value, base, edited);
      else
        merge_list (value, base, edited, NULL, NULL);
      return;
    }

  hostel_yaml_set (fresh, key, hostel_yaml_copy (edited));
}

static void
merge_mapping (HostelYaml *fresh,
               HostelYaml *base,
               HostelYaml *edited)
{
  if (base != NULL && !hostel_yaml_is_mapping (base))
    base = NULL;

  for (guint i = 0; base != NULL && i < hostel_yaml_get_length (base); i++)
    {
      const char *key = hostel_yaml_get_key (base, i);
      HostelYaml *value = key != NULL ? hostel_yaml_lookup (fresh, key) : NULL;

      if (value != NULL && hostel_yaml_lookup (edited, key) == NULL &&
          hostel_yaml_equal (value, hostel_yaml_get_child (base, i)))
        hostel_yaml_remove (fresh, key);
    }

  for (guint i = 0; i < hostel_yaml_get_length (edited); i++)
    {
      const char *key = hostel_yaml_get_key (edited, i);
      HostelYaml *value = hostel_yaml_get_child (edited, i);
      HostelYaml *old = base != NULL && key != NULL ? hostel_yaml_lookup (base, key) : NULL;

      if (key != NULL && (old == NULL || !hostel_yaml_equal (old, value)))
        merge_value (fresh, key, old, value);
    }
}

/* What is no mapping has nothing in it. */
static HostelYaml *
parse (const char  *text,
       GError     **error)
{
  HostelYaml *root = hostel_yaml_parse (text, strlen (text), error);

  if (root == NULL || hostel_yaml_is_mapping (root))
    return root;
  hostel_yaml_unref (root);

  return hostel_yaml_new (HOSTEL_YAML_MAPPING);
}

/**
 * hostel_cloud_merge:
 * @fresh: a document that is to take the place of @base
 * @base: the document that was edited
 * @edited: what a person has made of it
 * @error: (out) (optional): set to %HOSTEL_ERROR_INVALID where one of them cannot be read
 *
 * What a person has entered is not lost by choosing something else: each difference between @base
 * and @edited, at any depth, is made in @fresh too, and wins over what stands there. The users that
 * the form shows are one and the same. @fresh keeps its text where nothing was entered.
 *
 * Returns: (transfer full) (nullable): the document
 */
char *
hostel_cloud_merge (const char  *fresh,
                    const char  *base,
                    const char  *edited,
                    GError     **error)
{
  g_autoptr (HostelYaml) fresh_root = parse (fresh, error);
  g_autoptr (HostelYaml) base_root = fresh_root != NULL ? parse (base, error) : NULL;
  g_autoptr (HostelYaml) edited_root = base_root != NULL ? parse (edited, error) : NULL;
  g_autoptr (HostelYaml) merged = NULL;
  char *text;

  if (edited_root == NULL)
    return NULL;

  /* A copy would share what is deeper. */
  merged = parse (fresh, NULL);
  merge_mapping (merged, base_root, edited_root);
  if (hostel_yaml_equal (merged, fresh_root))
    return g_strdup (fresh);

  /* There is no text to keep in an empty one, not even the first line. */
  text = hostel_yaml_get_length (fresh_root) > 0 ? hostel_yaml_rewrite (fresh, fresh_root, merged)
                                                 : NULL;

  return text != NULL ? text : hostel_yaml_emit (merged, "#cloud-config");
}
