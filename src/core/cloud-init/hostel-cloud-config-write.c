/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "hostel-cloud-config"

#include "config.h"

#include <string.h>
#include <yaml.h>

#include "hostel-cloud-config-private.h"

/* The parsed tree with the form's changes in it. A field that says what the document said leaves it
 * alone, so that forms of writing which the form does not know survive. Nothing deprecated is
 * written: checked against the schema of cloud-init 22.4. */

static gboolean
strv_equal (const char * const *a,
            const char * const *b)
{
  if (a == NULL || b == NULL)
    return a == b;

  return g_strv_equal (a, b);
}

static void
write_string (HostelYaml *mapping,
              const char *key,
              const char *old,
              const char *value)
{
  if (g_strcmp0 (old, value) != 0)
    hostel_yaml_set_string (mapping, key, value);
}

/* @unset is the value that needs no key. */
static void
write_boolean (HostelYaml *mapping,
               const char *key,
               gboolean    old,
               gboolean    value,
               gboolean    unset)
{
  if (old == value)
    return;

  if (value == unset)
    hostel_yaml_remove (mapping, key);
  else
    hostel_yaml_set (mapping, key, hostel_yaml_new_boolean (value));
}

/* The item of @old about the same as @fresh that is shown by none of @values; %NULL where the form
 * knows all of an item. */
static HostelYaml *
find_changed (HostelYaml         *old,
              const char * const *values,
              HostelYaml         *fresh,
              HostelCloudItems    items)
{
  const char *device = hostel_yaml_lookup_string (fresh, "device");

  if (items != HOSTEL_CLOUD_ITEMS_FILE_SYSTEMS || !hostel_yaml_is_sequence (old))
    return NULL;

  for (guint i = 0; i < hostel_yaml_get_length (old); i++)
    {
      HostelYaml *item = hostel_yaml_get_child (old, i);
      g_autofree char *shown = hostel_cloud_read_item (item, items);

      if (shown != NULL && g_strcmp0 (hostel_yaml_lookup_string (item, "device"), device) == 0 &&
          !g_strv_contains (values, shown))
        return item;
    }

  return NULL;
}

static HostelYaml *
new_item (HostelYaml         *old,
          const char * const *values,
          const char         *value,
          HostelCloudItems    items)
{
  HostelYaml *fresh = hostel_cloud_new_item (value, items);
  HostelYaml *changed = find_changed (old, values, fresh, items);

  return changed != NULL ? hostel_cloud_merge_line (changed, fresh, items) : fresh;
}

/* Items of the old list that say the same stay as they were written; those that no string can show
 * keep their place among them. */
static HostelYaml *
build_list (HostelYaml         *old,
            const char * const *values,
            HostelCloudItems    items)
{
  static const char * const none[] = { NULL };
  HostelYaml *list = hostel_yaml_new (HOSTEL_YAML_SEQUENCE);
  const char * const *all;

  if (values == NULL)
    values = none;
  all = values;
  if (hostel_yaml_is_sequence (old))
    list->style = old->style;

  for (guint i = 0; hostel_yaml_is_sequence (old) && i < hostel_yaml_get_length (old); i++)
    {
      HostelYaml *item = hostel_yaml_get_child (old, i);
      g_autofree char *shown = hostel_cloud_read_item (item, items);
      gsize same = 0;

      while (shown != NULL && values[same] != NULL && strcmp (values[same], shown) != 0)
        same++;
      if (shown != NULL && values[same] == NULL)
        continue;

      for (; shown != NULL && same > 0; same--)
        hostel_yaml_append (list, new_item (old, all, *values++, items));
      hostel_yaml_append (list, hostel_yaml_ref (item));
      if (shown != NULL)
        values++;
    }

  for (; *values != NULL; values++)
    hostel_yaml_append (list, new_item (old, all, *values, items));

  return list;
}

static void
write_list (HostelYaml         *mapping,
            const char         *key,
            const char * const *old,
            const char * const *values,
            HostelCloudItems    items)
{
  g_autoptr (HostelYaml) list = NULL;

  if (strv_equal (old, values))
    return;

  list = build_list (hostel_yaml_lookup (mapping, key), values, items);
  if (hostel_yaml_get_length (list) == 0)
    hostel_yaml_remove (mapping, key);
  else
    hostel_yaml_set (mapping, key, g_steal_pointer (&list));
}

/* Adds the entry of @line, with what @old says of it beyond the line. */
static void
add_entry (HostelYaml       *mapping,
           HostelYaml       *old,
           const char       *line,
           HostelCloudItems  items)
{
  g_autofree char *name = NULL;
  g_autoptr (HostelYaml) fresh = hostel_cloud_new_entry (line, items, &name);
  HostelYaml *value = hostel_yaml_lookup (old, name);
  g_autofree char *shown = hostel_cloud_read_entry (name, value, items);

  if (g_strcmp0 (shown, line) == 0)
    hostel_yaml_set (mapping, name, hostel_yaml_ref (value));
  else
    hostel_yaml_set (mapping, name,
                     hostel_cloud_merge_line (value, g_steal_pointer (&fresh), items));
}

/* Those of the entries that the lines are about. */
static GHashTable *
dup_names (const char * const *values,
           HostelCloudItems    items)
{
  GHashTable *names = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (gsize i = 0; values != NULL && values[i] != NULL; i++)
    {
      char *name = NULL;
      g_autoptr (HostelYaml) value = hostel_cloud_new_entry (values[i], items, &name);

      g_hash_table_add (names, name);
    }

  return names;
}

/* As write_list() for a mapping, whose order means nothing. */
static void
write_mapping (HostelYaml         *root,
               const char         *key,
               const char * const *before,
               const char * const *values,
               HostelCloudItems    items)
{
  HostelYaml *old = hostel_yaml_lookup (root, key);
  g_autoptr (HostelYaml) mapping = NULL;
  g_autoptr (GHashTable) names = NULL;

  if (strv_equal (before, values))
    return;

  names = dup_names (values, items);

  mapping = hostel_yaml_is_mapping (old) ? hostel_yaml_copy (old)
                                         : hostel_yaml_new (HOSTEL_YAML_MAPPING);
  for (guint i = 0; hostel_yaml_is_mapping (old) && i < hostel_yaml_get_length (old); i++)
    {
      const char *name = hostel_yaml_get_key (old, i);
      g_autofree char *shown = hostel_cloud_read_entry (name, hostel_yaml_get_child (old, i),
                                                        items);

      if (shown != NULL && !g_hash_table_contains (names, name))
        hostel_yaml_remove (mapping, name);
    }
  for (gsize i = 0; values != NULL && values[i] != NULL; i++)
    add_entry (mapping, old, values[i], items);

  if (hostel_yaml_get_length (mapping) == 0)
    hostel_yaml_remove (root, key);
  else
    hostel_yaml_set (root, key, g_steal_pointer (&mapping));
}

/* The mapping under @key to be changed, in @root already; a new one where there is none. */
static HostelYaml *
edit_mapping (HostelYaml *root,
              const char *key)
{
  HostelYaml *old = hostel_yaml_lookup (root, key);
  HostelYaml *copy = hostel_yaml_is_mapping (old) ? hostel_yaml_copy (old)
                                                  : hostel_yaml_new (HOSTEL_YAML_MAPPING);

  hostel_yaml_set (root, key, copy);
  return copy;
}

/* A number, where @value is written as one: the schema takes bytes for a number only. */
static HostelYaml *
new_size (const char *value)
{
  guint64 bytes;

  if (value[0] != '0' && g_ascii_string_to_unsigned (value, 10, 0, G_MAXINT64, &bytes, NULL))
    return hostel_yaml_new_integer (bytes);

  return hostel_yaml_new_string (value);
}

/* @key of the mapping under @mapping_key; @required: nothing else in it means anything without it. */
static void
write_nested (HostelYaml *root,
              const char *mapping_key,
              const char *key,
              gboolean    required,
              const char *old,
              const char *value)
{
  HostelYaml *mapping;

  if (g_strcmp0 (old, value) == 0)
    return;

  mapping = edit_mapping (root, mapping_key);
  if (g_str_equal (key, "size") && value[0] != '\0')
    hostel_yaml_set (mapping, key, new_size (value));
  else
    hostel_yaml_set_string (mapping, key, value);
  if ((required && value[0] == '\0') || hostel_yaml_get_length (mapping) == 0)
    hostel_yaml_remove (root, mapping_key);
}

static void
write_nested_list (HostelYaml         *root,
                   const char         *mapping_key,
                   const char         *key,
                   const char * const *old,
                   const char * const *values)
{
  HostelYaml *mapping;

  if (strv_equal (old, values))
    return;

  mapping = edit_mapping (root, mapping_key);
  write_list (mapping, key, old, values, HOSTEL_CLOUD_ITEMS_PLAIN);
  if (hostel_yaml_get_length (mapping) == 0)
    hostel_yaml_remove (root, mapping_key);
}

static void
write_apt_sources (HostelYaml         *root,
                   const char * const *old,
                   const char * const *values)
{
  HostelYaml *apt;

  if (strv_equal (old, values))
    return;

  apt = edit_mapping (root, "apt");
  write_mapping (apt, "sources", old, values, HOSTEL_CLOUD_ITEMS_APT_SOURCES);
  if (hostel_yaml_get_length (apt) == 0)
    hostel_yaml_remove (root, "apt");
}

/* Whatever its form was, a list is written. */
static void
write_groups (HostelYaml         *root,
              const char * const *old,
              const char * const *values)
{
  g_autoptr (HostelYaml) groups = NULL;

  if (strv_equal (old, values))
    return;

  groups = hostel_cloud_dup_groups (root);
  hostel_yaml_set (root, "groups", g_steal_pointer (&groups));
  write_list (root, "groups", old, values, HOSTEL_CLOUD_ITEMS_GROUPS);
}

static void
remove_dashed (HostelYaml *entry,
               const char *key)
{
  g_autofree char *dashed = g_strdelimit (g_strdup (key), "_", '-');

  if (strcmp (dashed, key) != 0)
    hostel_yaml_remove (entry, dashed);
}

static void
write_user_list (HostelYaml         *entry,
                 const char         *key,
                 const char * const *old,
                 const char * const *values)
{
  g_autoptr (HostelYaml) list = NULL;

  if (strv_equal (old, values))
    return;

  list = build_list (hostel_cloud_user_lookup (entry, key), values, HOSTEL_CLOUD_ITEMS_PLAIN);
  remove_dashed (entry, key);
  if (hostel_yaml_get_length (list) == 0)
    hostel_yaml_remove (entry, key);
  else
    hostel_yaml_set (entry, key, g_steal_pointer (&list));
}

/* "passwd" is for users that cloud-init makes, and useradd sets it at once; without
 * "lock_passwd: false" cloud-init locks it again. */
static void
write_user_password (HostelYaml *entry,
                     const char *old,
                     const char *hash)
{
  const char *key = hostel_cloud_user_lookup (entry, "hashed_passwd") != NULL ? "hashed_passwd"
                                                                              : "passwd";

  if (strcmp (old, hash) == 0)
    return;

  remove_dashed (entry, "hashed_passwd");
  remove_dashed (entry, "lock_passwd");
  hostel_yaml_set_string (entry, key, hash);
  if (hash[0] != '\0')
    hostel_yaml_set (entry, "lock_passwd", hostel_yaml_new_boolean (FALSE));
  else
    hostel_yaml_remove (entry, "lock_passwd");
}

/* An item of "users": what @entry holds, with the changes of @user; @entry is NULL for a new one. */
static HostelYaml *
build_user (HostelYaml      *entry,
            HostelCloudUser *user)
{
  g_autoptr (HostelCloudUser) old = NULL;
  HostelYaml *copy;

  old = entry != NULL ? hostel_cloud_user_new_from_entry (entry) : hostel_cloud_user_new ("");
  copy = hostel_yaml_is_mapping (entry) ? hostel_yaml_copy (entry)
                                        : hostel_yaml_new (HOSTEL_YAML_MAPPING);
  if (!hostel_yaml_is_mapping (entry))
    hostel_yaml_set (copy, "name", hostel_yaml_new_string (hostel_cloud_user_get_name (user)));

  write_string (copy, "name", hostel_cloud_user_get_name (old), hostel_cloud_user_get_name (user));
  write_string (copy, "gecos", hostel_cloud_user_get_full_name (old),
                hostel_cloud_user_get_full_name (user));
  write_user_list (copy, "groups", hostel_cloud_user_get_groups (old),
                   hostel_cloud_user_get_groups (user));
  if (hostel_cloud_user_get_sudo (old) != hostel_cloud_user_get_sudo (user))
    hostel_yaml_set_string (copy, "sudo",
                            hostel_cloud_user_get_sudo (user) ? "ALL=(ALL) NOPASSWD:ALL" : "");
  write_string (copy, "shell", hostel_cloud_user_get_shell (old),
                hostel_cloud_user_get_shell (user));
  write_user_password (copy, hostel_cloud_user_get_password_hash (old),
                       hostel_cloud_user_get_password_hash (user));
  write_user_list (copy, "ssh_authorized_keys", hostel_cloud_user_get_ssh_keys (old),
                   hostel_cloud_user_get_ssh_keys (user));
  write_user_list (copy, "ssh_import_id", hostel_cloud_user_get_ssh_import_ids (old),
                   hostel_cloud_user_get_ssh_import_ids (user));

  /* "- alice" stays that short while nothing more is said of her. */
  if (entry != NULL && !hostel_yaml_is_mapping (entry) && hostel_yaml_get_length (copy) == 1 &&
      hostel_cloud_is_named (entry, hostel_cloud_user_get_name (user)))
    {
      hostel_yaml_unref (copy);
      return hostel_yaml_ref (entry);
    }

  return copy;
}

static HostelYaml *
build_root (HostelYaml         *entry,
            const char * const *old_keys,
            const char * const *keys)
{
  HostelYaml *copy = hostel_yaml_is_mapping (entry) ? hostel_yaml_copy (entry)
                                                    : hostel_yaml_new (HOSTEL_YAML_MAPPING);

  if (!hostel_yaml_is_mapping (entry))
    hostel_yaml_set (copy, "name", hostel_yaml_new_string ("root"));
  write_user_list (copy, "ssh_authorized_keys", old_keys, keys);

  return copy;
}

/* Item of the old "users" -> the first user that was read from it. */
static GHashTable *
dup_users_of_entries (GPtrArray  *users,
                      GHashTable *entries)
{
  GHashTable *by_entry = g_hash_table_new (NULL, NULL);

  for (guint i = users->len; i > 0; i--)
    {
      HostelCloudUser *user = g_ptr_array_index (users, i - 1);
      HostelYaml *entry = g_hash_table_lookup (entries, user);

      if (entry != NULL)
        g_hash_table_insert (by_entry, entry, user);
    }

  return by_entry;
}

/* The new "users" as a list: the old one's items in their order, each kept, changed or left out,
 * then what is new. */
static HostelYaml *
build_users (HostelCloudDocument     *document,
             const HostelCloudFields *fields,
             GPtrArray               *users,
             GHashTable              *entries)
{
  HostelYaml *list = hostel_yaml_new (HOSTEL_YAML_SEQUENCE);
  g_autoptr (GHashTable) by_entry = dup_users_of_entries (users, entries);
  const char * const *old_keys =
    (const char * const *) document->fields.lists[HOSTEL_CLOUD_ROOT_SSH_KEYS];
  const char * const *keys = (const char * const *) fields->lists[HOSTEL_CLOUD_ROOT_SSH_KEYS];
  gboolean keep_default = fields->booleans[HOSTEL_CLOUD_KEEP_DEFAULT_USER];
  gboolean was_empty = hostel_yaml_lookup (document->root, "users") != NULL &&
                       hostel_yaml_get_length (document->users) == 0;
  gboolean root_written = FALSE;

  if (keep_default && !document->fields.booleans[HOSTEL_CLOUD_KEEP_DEFAULT_USER])
    hostel_yaml_append (list, hostel_yaml_new_string ("default"));

  for (guint i = 0; i < hostel_yaml_get_length (document->users); i++)
    {
      HostelYaml *entry = hostel_yaml_get_child (document->users, i);
      HostelCloudUser *user = g_hash_table_lookup (by_entry, entry);

      if (user != NULL)
        hostel_yaml_append (list, build_user (entry, user));
      else if (hostel_cloud_is_named (entry, "root") && hostel_yaml_is_mapping (entry))
        {
          hostel_yaml_append (list, build_root (entry, old_keys, keys));
          root_written = TRUE;
        }
      else if (hostel_cloud_is_named (entry, "default") ? keep_default
                                                        : !hostel_cloud_is_user_entry (entry))
        hostel_yaml_append (list, hostel_yaml_ref (entry));
    }

  if (keep_default && hostel_yaml_lookup (document->root, "users") == NULL)
    hostel_yaml_append (list, hostel_yaml_new_string ("default"));

  for (guint i = 0; i < users->len; i++)
    {
      if (g_hash_table_lookup (entries, g_ptr_array_index (users, i)) == NULL)
        hostel_yaml_append (list, build_user (NULL, g_ptr_array_index (users, i)));
    }

  /* An empty list is against the schema, so it is only kept where a person wrote it; root exists in
   * every image, and its password is locked there already. */
  if (!root_written && (keys != NULL || (hostel_yaml_get_length (list) == 0 && !was_empty)))
    hostel_yaml_append (list, build_root (NULL, NULL, keys));

  return list;
}

static void
write_users (HostelYaml              *root,
             HostelCloudDocument     *document,
             const HostelCloudFields *fields,
             GPtrArray               *users,
             GHashTable              *entries)
{
  g_autoptr (HostelYaml) list = build_users (document, fields, users, entries);
  HostelYaml *old = hostel_yaml_lookup (document->root, "users");
  gboolean only_default = hostel_yaml_get_length (list) == 1 &&
                          hostel_cloud_is_named (hostel_yaml_get_child (list, 0), "default");

  if (old == NULL ? only_default : hostel_yaml_equal (list, document->users))
    return;

  hostel_yaml_set (root, "users", g_steal_pointer (&list));
}

/* "passwd" in "users" counts for new users only, and root is none: chpasswd, which takes hashes
 * in this form since cloud-init 22.3. */
static void
write_root_password (HostelYaml              *root,
                     HostelCloudDocument     *document,
                     const HostelCloudFields *fields)
{
  const char *hash = fields->strings[HOSTEL_CLOUD_ROOT_PASSWORD_HASH];
  HostelYaml *old = hostel_cloud_find_root_password (document->root);
  HostelYaml *old_users = hostel_yaml_lookup (hostel_yaml_lookup (root, "chpasswd"), "users");
  HostelYaml *chpasswd;
  HostelYaml *users;

  if (strcmp (document->fields.strings[HOSTEL_CLOUD_ROOT_PASSWORD_HASH], hash) == 0)
    return;

  users = hostel_yaml_new (HOSTEL_YAML_SEQUENCE);
  for (guint i = 0; hostel_yaml_is_sequence (old_users) &&
                    i < hostel_yaml_get_length (old_users); i++)
    {
      if (hostel_yaml_get_child (old_users, i) != old)
        hostel_yaml_append (users, hostel_yaml_ref (hostel_yaml_get_child (old_users, i)));
    }

  if (hash[0] != '\0')
    {
      HostelYaml *entry = hostel_yaml_new (HOSTEL_YAML_MAPPING);

      hostel_yaml_set_string (entry, "name", "root");
      hostel_yaml_set_string (entry, "password", hash);
      hostel_yaml_set_string (entry, "type", "hash");
      hostel_yaml_append (users, entry);
    }

  chpasswd = edit_mapping (root, "chpasswd");
  if (hostel_yaml_lookup (chpasswd, "expire") == NULL)
    hostel_yaml_set (chpasswd, "expire", hostel_yaml_new_boolean (FALSE));

  if (hostel_yaml_get_length (users) > 0)
    {
      hostel_yaml_set (chpasswd, "users", users);
      return;
    }

  hostel_yaml_unref (users);
  hostel_yaml_remove (chpasswd, "users");
  if (hostel_yaml_get_length (chpasswd) == 1)
    hostel_yaml_remove (root, "chpasswd");
}

static gboolean
any_password (const char *root_hash,
              GPtrArray  *users)
{
  for (guint i = 0; i < users->len; i++)
    {
      if (hostel_cloud_user_get_password_hash (g_ptr_array_index (users, i))[0] != '\0')
        return TRUE;
    }

  return root_hash[0] != '\0';
}

/* Many images forbid password logins over SSH. A person who sets a password means to use it. */
static void
write_ssh_pwauth (HostelYaml              *root,
                  HostelCloudDocument     *document,
                  const HostelCloudFields *fields,
                  GPtrArray               *users)
{
  g_autoptr (GPtrArray) old_users = g_ptr_array_new_with_free_func (g_object_unref);
  gboolean old;
  gboolean now;

  for (guint i = 0; i < hostel_yaml_get_length (document->users); i++)
    {
      HostelYaml *entry = hostel_yaml_get_child (document->users, i);

      if (hostel_cloud_is_user_entry (entry))
        g_ptr_array_add (old_users, hostel_cloud_user_new_from_entry (entry));
    }

  old = any_password (document->fields.strings[HOSTEL_CLOUD_ROOT_PASSWORD_HASH], old_users);
  now = any_password (fields->strings[HOSTEL_CLOUD_ROOT_PASSWORD_HASH], users);

  if (old != now && now)
    hostel_yaml_set (root, "ssh_pwauth", hostel_yaml_new_boolean (TRUE));
  else if (old != now)
    hostel_yaml_remove (root, "ssh_pwauth");
}

static gboolean
is_text (GBytes *content)
{
  gsize size;
  const char *data = g_bytes_get_data (content, &size);

  return size == 0 || (memchr (data, '\0', size) == NULL && g_utf8_validate (data, size, NULL));
}

static HostelYaml *
build_file (HostelYaml            *entry,
            const HostelCloudFile *file)
{
  HostelYaml *copy = entry != NULL ? hostel_yaml_copy (entry)
                                   : hostel_yaml_new (HOSTEL_YAML_MAPPING);
  gsize size;
  const guchar *data = g_bytes_get_data (file->content, &size);
  g_autofree char *text = is_text (file->content) ? g_strndup (size > 0 ? (const char *) data : "",
                                                               size)
                                                  : g_base64_encode (data, size);

  hostel_yaml_set (copy, "path", hostel_yaml_new_string (file->path));
  hostel_yaml_set_string (copy, "owner", file->owner);
  hostel_yaml_set_string (copy, "permissions", file->permissions);
  if (file->append)
    hostel_yaml_set (copy, "append", hostel_yaml_new_boolean (TRUE));
  else
    hostel_yaml_remove (copy, "append");

  hostel_yaml_set_string (copy, "encoding", is_text (file->content) ? "" : "b64");
  hostel_yaml_set (copy, "content", hostel_yaml_new_string (text));

  return copy;
}

static gboolean
file_equal (const HostelCloudFile *a,
            const HostelCloudFile *b)
{
  return strcmp (a->path, b->path) == 0 && strcmp (a->owner, b->owner) == 0 &&
         strcmp (a->permissions, b->permissions) == 0 && a->append == b->append &&
         g_bytes_equal (a->content, b->content);
}

static gboolean
files_equal (GPtrArray *a,
             GPtrArray *b)
{
  for (guint i = 0; a->len == b->len && i < a->len; i++)
    {
      if (!file_equal (g_ptr_array_index (a, i), g_ptr_array_index (b, i)))
        return FALSE;
    }

  return a->len == b->len;
}

/* The old items that the form shows, by their path, the first one at the front of its queue; what it
 * does not show goes into @list. */
static GHashTable *
sort_files (HostelYaml *old,
            HostelYaml *list)
{
  GHashTable *by_path = g_hash_table_new_full (g_str_hash, g_str_equal, g_free,
                                               (GDestroyNotify) g_queue_free);

  for (guint i = 0; hostel_yaml_is_sequence (old) && i < hostel_yaml_get_length (old); i++)
    {
      HostelYaml *entry = hostel_yaml_get_child (old, i);
      HostelCloudFile *shown = hostel_cloud_read_file (entry);
      GQueue *queue;

      if (shown == NULL)
        {
          hostel_yaml_append (list, hostel_yaml_ref (entry));
          continue;
        }
      if ((queue = g_hash_table_lookup (by_path, shown->path)) == NULL)
        g_hash_table_insert (by_path, g_strdup (shown->path), queue = g_queue_new ());
      g_queue_push_tail (queue, entry);
      hostel_cloud_file_free (shown);
    }

  return by_path;
}

static void
write_files (HostelYaml              *root,
             HostelCloudDocument     *document,
             const HostelCloudFields *fields)
{
  HostelYaml *old = hostel_yaml_lookup (document->root, "write_files");
  g_autoptr (GHashTable) by_path = NULL;
  g_autoptr (HostelYaml) list = NULL;

  if (files_equal (document->fields.files, fields->files))
    return;

  list = hostel_yaml_new (HOSTEL_YAML_SEQUENCE);
  by_path = sort_files (old, list);
  for (guint i = 0; i < fields->files->len; i++)
    {
      HostelCloudFile *file = g_ptr_array_index (fields->files, i);
      GQueue *queue = g_hash_table_lookup (by_path, file->path);
      HostelYaml *entry = queue != NULL ? g_queue_pop_head (queue) : NULL;
      HostelCloudFile *shown = entry != NULL ? hostel_cloud_read_file (entry) : NULL;

      if (shown != NULL && file_equal (shown, file))
        hostel_yaml_append (list, hostel_yaml_ref (entry));
      else
        hostel_yaml_append (list, build_file (entry, file));
      hostel_cloud_file_free (shown);
    }

  if (hostel_yaml_get_length (list) == 0)
    hostel_yaml_remove (root, "write_files");
  else
    hostel_yaml_set (root, "write_files", g_steal_pointer (&list));
}

static void
write_growpart (HostelYaml              *root,
                HostelCloudDocument     *document,
                const HostelCloudFields *fields)
{
  gboolean grow = fields->booleans[HOSTEL_CLOUD_GROW_PARTITION];
  HostelYaml *growpart;

  if (document->fields.booleans[HOSTEL_CLOUD_GROW_PARTITION] == grow)
    return;

  growpart = edit_mapping (root, "growpart");
  /* A string: the boolean is deprecated. */
  hostel_yaml_set_string (growpart, "mode", grow ? "" : "off");
  if (hostel_yaml_get_length (growpart) == 0)
    hostel_yaml_remove (root, "growpart");
}

static void
write_power_state (HostelYaml              *root,
                   HostelCloudDocument     *document,
                   const HostelCloudFields *fields)
{
  static const char * const modes[] = { "", "poweroff", "reboot", "halt" };

  if (document->fields.power_state == fields->power_state)
    return;

  if (fields->power_state == HOSTEL_CLOUD_POWER_STATE_NONE)
    hostel_yaml_remove (root, "power_state");
  else
    hostel_yaml_set_string (edit_mapping (root, "power_state"), "mode",
                            modes[fields->power_state]);
}

#define STRING(field) document->fields.strings[field], fields->strings[field]
#define BOOLEAN(field) document->fields.booleans[field], fields->booleans[field]
#define LIST(field) (const char * const *) document->fields.lists[field], \
                    (const char * const *) fields->lists[field]

/* Returns a new tree; @entries tells from which item of document->users a user was read. */
HostelYaml *
hostel_cloud_document_apply (HostelCloudDocument     *document,
                             const HostelCloudFields *fields,
                             GPtrArray               *users,
                             GHashTable              *entries)
{
  HostelYaml *root = hostel_yaml_copy (document->root);

  /* "{}" grows into something readable. */
  if (hostel_yaml_get_length (root) == 0)
    root->style = 0;

  write_string (root, "hostname", STRING (HOSTEL_CLOUD_HOSTNAME));
  write_string (root, "fqdn", STRING (HOSTEL_CLOUD_FQDN));
  write_string (root, "timezone", STRING (HOSTEL_CLOUD_TIME_ZONE));
  write_string (root, "locale", STRING (HOSTEL_CLOUD_LOCALE));
  write_nested (root, "keyboard", "layout", TRUE, STRING (HOSTEL_CLOUD_KEYBOARD_LAYOUT));
  write_nested_list (root, "ntp", "servers", LIST (HOSTEL_CLOUD_NTP_SERVERS));
  write_mapping (root, "disk_setup", LIST (HOSTEL_CLOUD_PARTITIONS), HOSTEL_CLOUD_ITEMS_PARTITIONS);
  write_list (root, "fs_setup", LIST (HOSTEL_CLOUD_FILE_SYSTEMS), HOSTEL_CLOUD_ITEMS_FILE_SYSTEMS);
  write_list (root, "mounts", LIST (HOSTEL_CLOUD_MOUNTS), HOSTEL_CLOUD_ITEMS_FSTAB);
  write_nested_list (root, hostel_cloud_find_ca_key (root), "trusted",
                     LIST (HOSTEL_CLOUD_CA_CERTIFICATES));
  write_nested (root, "swap", "size", FALSE, STRING (HOSTEL_CLOUD_SWAP_SIZE));
  write_groups (root, LIST (HOSTEL_CLOUD_GROUPS));
  write_users (root, document, fields, users, entries);
  write_list (root, "ssh_authorized_keys", LIST (HOSTEL_CLOUD_DEFAULT_USER_SSH_KEYS),
              HOSTEL_CLOUD_ITEMS_PLAIN);
  write_root_password (root, document, fields);
  write_ssh_pwauth (root, document, fields, users);
  write_boolean (root, "disable_root", !document->fields.booleans[HOSTEL_CLOUD_ROOT_LOGIN],
                 !fields->booleans[HOSTEL_CLOUD_ROOT_LOGIN], TRUE);
  write_boolean (root, "package_update", BOOLEAN (HOSTEL_CLOUD_PACKAGE_UPDATE), FALSE);
  write_boolean (root, "package_upgrade", BOOLEAN (HOSTEL_CLOUD_PACKAGE_UPGRADE), FALSE);
  write_apt_sources (root, LIST (HOSTEL_CLOUD_APT_SOURCES));
  write_mapping (root, "yum_repos", LIST (HOSTEL_CLOUD_YUM_REPOSITORIES),
                 HOSTEL_CLOUD_ITEMS_YUM_REPOSITORIES);
  write_list (root, "packages", LIST (HOSTEL_CLOUD_PACKAGES), HOSTEL_CLOUD_ITEMS_PLAIN);
  write_files (root, document, fields);
  write_growpart (root, document, fields);
  write_list (root, "bootcmd", LIST (HOSTEL_CLOUD_BOOT_COMMANDS), HOSTEL_CLOUD_ITEMS_COMMANDS);
  write_list (root, "runcmd", LIST (HOSTEL_CLOUD_RUN_COMMANDS), HOSTEL_CLOUD_ITEMS_COMMANDS);
  write_nested (root, "phone_home", "url", TRUE, STRING (HOSTEL_CLOUD_PHONE_HOME_URL));
  write_string (root, "final_message", STRING (HOSTEL_CLOUD_FINAL_MESSAGE));
  write_power_state (root, document, fields);

  return root;
}
