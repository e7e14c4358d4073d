/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "hostel-cloud-config"

#include "config.h"

#include <glib/gi18n.h>
#include <string.h>

#include "hostel-cloud-config-private.h"
#include "hostel-error.h"
#include "hostel-user-data-private.h"

/* Every form that cloud-init takes is understood, deprecated ones included; see
 * https://cloudinit.readthedocs.io/en/latest/reference/modules.html for the keys. */

void
hostel_cloud_document_init (HostelCloudDocument *document)
{
  document->text = NULL;
  document->root = hostel_yaml_new (HOSTEL_YAML_MAPPING);
  document->users = hostel_yaml_new (HOSTEL_YAML_SEQUENCE);
  hostel_cloud_fields_init (&document->fields);
}

void
hostel_cloud_document_clear (HostelCloudDocument *document)
{
  g_clear_pointer (&document->text, g_free);
  g_clear_pointer (&document->root, hostel_yaml_unref);
  g_clear_pointer (&document->users, hostel_yaml_unref);
  hostel_cloud_fields_clear (&document->fields);
}

char **
hostel_cloud_read_list (HostelYaml       *list,
                        HostelCloudItems  items)
{
  g_autoptr (GPtrArray) strings = g_ptr_array_new_with_free_func (g_free);
  char *item;

  for (guint i = 0; i < hostel_yaml_get_length (list) && !hostel_yaml_is_mapping (list); i++)
    {
      if ((item = hostel_cloud_read_item (hostel_yaml_get_child (list, i), items)))
        g_ptr_array_add (strings, item);
    }

  /* "ssh_authorized_keys: KEY" */
  if (hostel_yaml_get_string (list) != NULL)
    g_ptr_array_add (strings, g_strdup (hostel_yaml_get_string (list)));

  if (strings->len == 0)
    return NULL;

  g_ptr_array_add (strings, NULL);
  return (char **) g_ptr_array_free (g_steal_pointer (&strings), FALSE);
}

/* As hostel_cloud_read_list() of the entries of a mapping. */
char **
hostel_cloud_read_mapping (HostelYaml       *mapping,
                           HostelCloudItems  items)
{
  g_autoptr (GPtrArray) lines = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; hostel_yaml_is_mapping (mapping) && i < hostel_yaml_get_length (mapping); i++)
    {
      const char *name = hostel_yaml_get_key (mapping, i);
      HostelYaml *value = hostel_yaml_get_child (mapping, i);
      char *line = NULL;

      /* Of a name that stands there twice the last one counts. */
      if (hostel_yaml_lookup (mapping, name) == value)
        line = hostel_cloud_read_entry (name, value, items);
      if (line != NULL)
        g_ptr_array_add (lines, line);
    }

  if (lines->len == 0)
    return NULL;

  g_ptr_array_add (lines, NULL);
  return (char **) g_ptr_array_free (g_steal_pointer (&lines), FALSE);
}

static void
append_words (HostelYaml *list,
              const char *words)
{
  g_auto (GStrv) names = g_strsplit (words != NULL ? words : "", ",", -1);

  for (gsize i = 0; names[i] != NULL; i++)
    {
      if (g_strstrip (names[i])[0] != '\0')
        hostel_yaml_append (list, hostel_yaml_new_string (names[i]));
    }
}

/* "users" may be a list, "a, b", or a mapping of names to users; cloud-init makes a list of it. */
static HostelYaml *
normalise_users (HostelYaml *users)
{
  HostelYaml *list;

  if (hostel_yaml_is_sequence (users))
    return hostel_yaml_ref (users);

  list = hostel_yaml_new (HOSTEL_YAML_SEQUENCE);
  append_words (list, hostel_yaml_get_string (users));

  for (guint i = 0; i < hostel_yaml_get_length (users); i++)
    {
      const char *name = hostel_yaml_get_key (users, i);
      HostelYaml *user = hostel_yaml_get_child (users, i);

      if (!hostel_yaml_is_mapping (user))
        {
          hostel_yaml_append (list, hostel_yaml_new_string (name));
          continue;
        }

      user = hostel_yaml_copy (user);
      hostel_yaml_set (user, "name", hostel_yaml_new_string (name));
      hostel_yaml_append (list, user);
    }

  return list;
}

/* "groups" may be a list, "a,b", or a mapping of names to members.
 *
 * Returns: (transfer full): it as a list */
HostelYaml *
hostel_cloud_dup_groups (HostelYaml *root)
{
  HostelYaml *groups = hostel_yaml_lookup (root, "groups");
  HostelYaml *list;

  if (hostel_yaml_is_sequence (groups))
    return hostel_yaml_ref (groups);

  list = hostel_yaml_new (HOSTEL_YAML_SEQUENCE);
  append_words (list, hostel_yaml_get_string (groups));
  for (guint i = 0; hostel_yaml_is_mapping (groups) && i < hostel_yaml_get_length (groups); i++)
    {
      HostelYaml *group = hostel_yaml_new (HOSTEL_YAML_MAPPING);

      hostel_yaml_set (group, hostel_yaml_get_key (groups, i),
                       hostel_yaml_ref (hostel_yaml_get_child (groups, i)));
      hostel_yaml_append (list, group);
    }

  return list;
}

static const char *
entry_name (HostelYaml *entry)
{
  return hostel_yaml_is_mapping (entry) ? hostel_yaml_lookup_string (entry, "name")
                                        : hostel_yaml_get_string (entry);
}

gboolean
hostel_cloud_is_named (HostelYaml *entry,
                       const char *name)
{
  return g_strcmp0 (entry_name (entry), name) == 0;
}

gboolean
hostel_cloud_is_user_entry (HostelYaml *entry)
{
  const char *name = entry_name (entry);

  return name != NULL && strcmp (name, "default") != 0 && strcmp (name, "root") != 0 &&
         strchr (name, ',') == NULL;
}

/* cloud-init takes "ssh-authorized-keys" for "ssh_authorized_keys". */
HostelYaml *
hostel_cloud_user_lookup (HostelYaml *entry,
                          const char *key)
{
  HostelYaml *value = hostel_yaml_lookup (entry, key);
  g_autofree char *dashed = NULL;

  if (value != NULL || strchr (key, '_') == NULL)
    return value;

  dashed = g_strdelimit (g_strdup (key), "_", '-');
  return hostel_yaml_lookup (entry, dashed);
}

static gboolean
grants_all (HostelYaml *sudo)
{
  const char *rule = hostel_yaml_get_string (sudo);

  if (rule != NULL)
    return strstr (rule, "NOPASSWD:") != NULL && g_str_has_prefix (rule, "ALL=(ALL") &&
           g_str_has_suffix (rule, "ALL");

  for (guint i = 0; i < hostel_yaml_get_length (sudo) && hostel_yaml_is_sequence (sudo); i++)
    {
      if (grants_all (hostel_yaml_get_child (sudo, i)))
        return TRUE;
    }

  return FALSE;
}

static char **
read_groups (HostelYaml *groups)
{
  g_autoptr (HostelYaml) list = NULL;

  if (hostel_yaml_get_string (groups) == NULL)
    return hostel_cloud_read_list (groups, HOSTEL_CLOUD_ITEMS_PLAIN);

  list = hostel_yaml_new (HOSTEL_YAML_SEQUENCE);
  append_words (list, hostel_yaml_get_string (groups));
  return hostel_cloud_read_list (list, HOSTEL_CLOUD_ITEMS_PLAIN);
}

/* An item of "users" as the form knows it. */
HostelCloudUser *
hostel_cloud_user_new_from_entry (HostelYaml *entry)
{
  HostelCloudUser *user = hostel_cloud_user_new (entry_name (entry));
  const char *hash = hostel_yaml_get_string (hostel_cloud_user_lookup (entry, "hashed_passwd"));
  g_auto (GStrv) keys = NULL;
  g_auto (GStrv) ids = NULL;
  g_auto (GStrv) groups = NULL;

  if (!hostel_yaml_is_mapping (entry))
    return user;

  if (hash == NULL)
    hash = hostel_yaml_lookup_string (entry, "passwd");

  keys = hostel_cloud_read_list (hostel_cloud_user_lookup (entry, "ssh_authorized_keys"),
                                 HOSTEL_CLOUD_ITEMS_PLAIN);
  ids = hostel_cloud_read_list (hostel_cloud_user_lookup (entry, "ssh_import_id"),
                                HOSTEL_CLOUD_ITEMS_PLAIN);
  groups = read_groups (hostel_yaml_lookup (entry, "groups"));

  hostel_cloud_user_set_full_name (user, hostel_yaml_lookup_string (entry, "gecos"));
  hostel_cloud_user_set_password_hash (user, hash);
  hostel_cloud_user_set_shell (user, hostel_yaml_lookup_string (entry, "shell"));
  hostel_cloud_user_set_sudo (user, grants_all (hostel_yaml_lookup (entry, "sudo")));
  hostel_cloud_user_set_ssh_keys (user, (const char * const *) keys);
  hostel_cloud_user_set_ssh_import_ids (user, (const char * const *) ids);
  hostel_cloud_user_set_groups (user, (const char * const *) groups);

  return user;
}

/* NULL where the form cannot show it, as compressed content or a file to be fetched. */
HostelCloudFile *
hostel_cloud_read_file (HostelYaml *entry)
{
  const char *path = hostel_yaml_lookup_string (entry, "path");
  const char *encoding = hostel_yaml_lookup_string (entry, "encoding");
  HostelYaml *text = hostel_yaml_lookup (entry, "content");
  g_autoptr (GBytes) content = NULL;
  HostelCloudFile *file;
  gsize size;

  if (path == NULL || hostel_yaml_lookup (entry, "source") != NULL ||
      (text != NULL && (text->kind != HOSTEL_YAML_SCALAR || text->tag != NULL)))
    return NULL;

  if (text == NULL || hostel_yaml_is_null (text))
    content = g_bytes_new (NULL, 0);
  else if (encoding == NULL || strcmp (encoding, "text/plain") == 0)
    content = g_bytes_new (text->value, strlen (text->value));
  else if (strcmp (encoding, "b64") == 0 || strcmp (encoding, "base64") == 0)
    {
      guchar *data = g_base64_decode (text->value, &size);

      content = g_bytes_new_take (data, size);
    }
  else
    return NULL;

  file = hostel_cloud_file_new (path, content);
  if (hostel_yaml_lookup_string (entry, "owner") != NULL)
    {
      g_free (file->owner);
      file->owner = g_strdup (hostel_yaml_lookup_string (entry, "owner"));
    }
  if (hostel_yaml_lookup_string (entry, "permissions") != NULL)
    {
      g_free (file->permissions);
      file->permissions = g_strdup (hostel_yaml_lookup_string (entry, "permissions"));
    }
  hostel_yaml_get_boolean (hostel_yaml_lookup (entry, "append"), &file->append);

  return file;
}

/* The name of the module's key since cloud-init 22.3, or the one before where @root has that. */
const char *
hostel_cloud_find_ca_key (HostelYaml *root)
{
  if (hostel_yaml_lookup (root, "ca_certs") == NULL && hostel_yaml_lookup (root, "ca-certs") != NULL)
    return "ca-certs";

  return "ca_certs";
}

/* The item of chpasswd.users with root's hash. */
HostelYaml *
hostel_cloud_find_root_password (HostelYaml *root)
{
  HostelYaml *users = hostel_yaml_lookup (hostel_yaml_lookup (root, "chpasswd"), "users");

  for (guint i = 0; hostel_yaml_is_sequence (users) && i < hostel_yaml_get_length (users); i++)
    {
      HostelYaml *user = hostel_yaml_get_child (users, i);
      const char *type = hostel_yaml_lookup_string (user, "type");

      if (hostel_cloud_is_named (user, "root") && (type == NULL || strcmp (type, "hash") == 0))
        return user;
    }

  return NULL;
}

static void
read_string (HostelCloudFields *fields,
             HostelCloudString  field,
             const char        *value)
{
  if (value == NULL)
    return;

  g_free (fields->strings[field]);
  fields->strings[field] = g_strdup (value);
}

static void
read_growpart (HostelCloudFields *fields,
               HostelYaml        *root)
{
  HostelYaml *mode = hostel_yaml_lookup (hostel_yaml_lookup (root, "growpart"), "mode");
  gboolean value;

  if (hostel_yaml_get_boolean (mode, &value) && !value)
    fields->booleans[HOSTEL_CLOUD_GROW_PARTITION] = FALSE;
}

static void
read_power_state (HostelCloudFields *fields,
                  HostelYaml        *root)
{
  HostelYaml *power_state = hostel_yaml_lookup (root, "power_state");
  const char *mode = hostel_yaml_lookup_string (power_state, "mode");

  if (g_strcmp0 (mode, "poweroff") == 0)
    fields->power_state = HOSTEL_CLOUD_POWER_STATE_POWER_OFF;
  else if (g_strcmp0 (mode, "reboot") == 0)
    fields->power_state = HOSTEL_CLOUD_POWER_STATE_REBOOT;
  else if (g_strcmp0 (mode, "halt") == 0)
    fields->power_state = HOSTEL_CLOUD_POWER_STATE_HALT;
}

static void
read_users (HostelCloudDocument *document)
{
  HostelCloudFields *fields = &document->fields;

  if (hostel_yaml_lookup (document->root, "users") == NULL)
    return;

  fields->booleans[HOSTEL_CLOUD_KEEP_DEFAULT_USER] = FALSE;

  for (guint i = 0; i < hostel_yaml_get_length (document->users); i++)
    {
      HostelYaml *entry = hostel_yaml_get_child (document->users, i);

      if (hostel_cloud_is_named (entry, "default"))
        fields->booleans[HOSTEL_CLOUD_KEEP_DEFAULT_USER] = TRUE;
      else if (hostel_cloud_is_named (entry, "root") && hostel_yaml_is_mapping (entry))
        {
          g_strfreev (fields->lists[HOSTEL_CLOUD_ROOT_SSH_KEYS]);
          fields->lists[HOSTEL_CLOUD_ROOT_SSH_KEYS] =
            hostel_cloud_read_list (hostel_cloud_user_lookup (entry, "ssh_authorized_keys"),
                                    HOSTEL_CLOUD_ITEMS_PLAIN);
        }
    }
}

static void
read_files (HostelCloudFields *fields,
            HostelYaml        *files)
{
  HostelCloudFile *file;

  for (guint i = 0; hostel_yaml_is_sequence (files) && i < hostel_yaml_get_length (files); i++)
    {
      if ((file = hostel_cloud_read_file (hostel_yaml_get_child (files, i))))
        g_ptr_array_add (fields->files, file);
    }
}

static void
read_fields (HostelCloudDocument *document)
{
  HostelCloudFields *fields = &document->fields;
  HostelYaml *root = document->root;
  HostelYaml *certificates = hostel_yaml_lookup (root, hostel_cloud_find_ca_key (root));
  g_autoptr (HostelYaml) groups = hostel_cloud_dup_groups (root);
  gboolean disable_root = TRUE;

  read_string (fields, HOSTEL_CLOUD_HOSTNAME, hostel_yaml_lookup_string (root, "hostname"));
  read_string (fields, HOSTEL_CLOUD_FQDN, hostel_yaml_lookup_string (root, "fqdn"));
  read_string (fields, HOSTEL_CLOUD_TIME_ZONE, hostel_yaml_lookup_string (root, "timezone"));
  read_string (fields, HOSTEL_CLOUD_LOCALE, hostel_yaml_lookup_string (root, "locale"));
  read_string (fields, HOSTEL_CLOUD_FINAL_MESSAGE,
               hostel_yaml_lookup_string (root, "final_message"));
  read_string (fields, HOSTEL_CLOUD_ROOT_PASSWORD_HASH,
               hostel_yaml_lookup_string (hostel_cloud_find_root_password (root), "password"));

  read_string (fields, HOSTEL_CLOUD_KEYBOARD_LAYOUT,
               hostel_yaml_lookup_string (hostel_yaml_lookup (root, "keyboard"), "layout"));
  read_string (fields, HOSTEL_CLOUD_SWAP_SIZE,
               hostel_yaml_lookup_string (hostel_yaml_lookup (root, "swap"), "size"));
  read_string (fields, HOSTEL_CLOUD_PHONE_HOME_URL,
               hostel_yaml_lookup_string (hostel_yaml_lookup (root, "phone_home"), "url"));

  hostel_yaml_get_boolean (hostel_yaml_lookup (root, "disable_root"), &disable_root);
  fields->booleans[HOSTEL_CLOUD_ROOT_LOGIN] = !disable_root;
  hostel_yaml_get_boolean (hostel_yaml_lookup (root, "package_update"),
                           &fields->booleans[HOSTEL_CLOUD_PACKAGE_UPDATE]);
  hostel_yaml_get_boolean (hostel_yaml_lookup (root, "package_upgrade"),
                           &fields->booleans[HOSTEL_CLOUD_PACKAGE_UPGRADE]);

  fields->lists[HOSTEL_CLOUD_DEFAULT_USER_SSH_KEYS] =
    hostel_cloud_read_list (hostel_yaml_lookup (root, "ssh_authorized_keys"), HOSTEL_CLOUD_ITEMS_PLAIN);
  fields->lists[HOSTEL_CLOUD_PACKAGES] =
    hostel_cloud_read_list (hostel_yaml_lookup (root, "packages"), HOSTEL_CLOUD_ITEMS_PLAIN);
  fields->lists[HOSTEL_CLOUD_BOOT_COMMANDS] =
    hostel_cloud_read_list (hostel_yaml_lookup (root, "bootcmd"), HOSTEL_CLOUD_ITEMS_COMMANDS);
  fields->lists[HOSTEL_CLOUD_RUN_COMMANDS] =
    hostel_cloud_read_list (hostel_yaml_lookup (root, "runcmd"), HOSTEL_CLOUD_ITEMS_COMMANDS);

  fields->lists[HOSTEL_CLOUD_NTP_SERVERS] =
    hostel_cloud_read_list (hostel_yaml_lookup (hostel_yaml_lookup (root, "ntp"), "servers"),
                            HOSTEL_CLOUD_ITEMS_PLAIN);

  fields->lists[HOSTEL_CLOUD_MOUNTS] =
    hostel_cloud_read_list (hostel_yaml_lookup (root, "mounts"), HOSTEL_CLOUD_ITEMS_FSTAB);
  fields->lists[HOSTEL_CLOUD_CA_CERTIFICATES] =
    hostel_cloud_read_list (hostel_yaml_lookup (certificates, "trusted"), HOSTEL_CLOUD_ITEMS_PLAIN);

  fields->lists[HOSTEL_CLOUD_GROUPS] = hostel_cloud_read_list (groups, HOSTEL_CLOUD_ITEMS_GROUPS);
  fields->lists[HOSTEL_CLOUD_APT_SOURCES] =
    hostel_cloud_read_mapping (hostel_yaml_lookup (hostel_yaml_lookup (root, "apt"), "sources"),
                               HOSTEL_CLOUD_ITEMS_APT_SOURCES);
  fields->lists[HOSTEL_CLOUD_YUM_REPOSITORIES] =
    hostel_cloud_read_mapping (hostel_yaml_lookup (root, "yum_repos"),
                               HOSTEL_CLOUD_ITEMS_YUM_REPOSITORIES);
  fields->lists[HOSTEL_CLOUD_PARTITIONS] =
    hostel_cloud_read_mapping (hostel_yaml_lookup (root, "disk_setup"),
                               HOSTEL_CLOUD_ITEMS_PARTITIONS);
  fields->lists[HOSTEL_CLOUD_FILE_SYSTEMS] =
    hostel_cloud_read_list (hostel_yaml_lookup (root, "fs_setup"), HOSTEL_CLOUD_ITEMS_FILE_SYSTEMS);

  read_growpart (fields, root);
  read_power_state (fields, root);
  read_users (document);
  read_files (fields, hostel_yaml_lookup (root, "write_files"));
}

/* Fills @document, which needs no initialisation, only where it returns TRUE. */
gboolean
hostel_cloud_document_parse (HostelCloudDocument  *document,
                             const char           *text,
                             gsize                 length,
                             GError              **error)
{
  g_autoptr (GBytes) bytes = g_bytes_new_static (text, length);
  g_autoptr (HostelYaml) root = NULL;

  if (!hostel_user_data_read (bytes, &root, error))
    return FALSE;

  if (hostel_user_data_get_kind (bytes) != HOSTEL_USER_DATA_CLOUD_CONFIG)
    {
      hostel_error_set (error, HOSTEL_ERROR_INVALID,
                        _("Use the file as it is instead of editing it in the form."), NULL,
                        _("This user-data is not a cloud-config."));
      return FALSE;
    }

  hostel_cloud_document_init (document);
  document->text = g_strndup (text, length);
  if (hostel_yaml_is_mapping (root))
    {
      hostel_yaml_unref (document->root);
      document->root = g_steal_pointer (&root);
    }

  hostel_yaml_unref (document->users);
  document->users = normalise_users (hostel_yaml_lookup (document->root, "users"));
  read_fields (document);

  return TRUE;
}
