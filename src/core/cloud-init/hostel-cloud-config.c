/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "hostel-cloud-config"

#include "config.h"

#include <glib/gi18n.h>
#include <string.h>

#include "hostel-cloud-config-private.h"
#include "hostel-error.h"
#include "hostel-property.h"

/**
 * HostelCloudConfig:
 *
 * The user-data document. The form's fields are properties; everything else that was parsed is kept
 * and written back, and what was not changed keeps its very text. The format is cloud-init's, see
 * https://cloudinit.readthedocs.io/en/latest/reference/modules.html
 *
 * Belongs to one thread.
 */
struct _HostelCloudConfig
{
  GObject              parent_instance;

  HostelCloudDocument  document; /* what was parsed */
  HostelCloudFields    fields;   /* what it is to become */
  GListStore          *users;    /* owned, of HostelCloudUser */
  GHashTable          *entries;  /* owned: user -> HostelYaml that it was read from */

  gboolean             parsing;
};

G_DEFINE_FINAL_TYPE (HostelCloudConfig, hostel_cloud_config, G_TYPE_OBJECT)

G_DEFINE_ENUM_TYPE (HostelCloudPowerState, hostel_cloud_power_state,
                    G_DEFINE_ENUM_VALUE (HOSTEL_CLOUD_POWER_STATE_NONE, "none"),
                    G_DEFINE_ENUM_VALUE (HOSTEL_CLOUD_POWER_STATE_POWER_OFF, "poweroff"),
                    G_DEFINE_ENUM_VALUE (HOSTEL_CLOUD_POWER_STATE_REBOOT, "reboot"),
                    G_DEFINE_ENUM_VALUE (HOSTEL_CLOUD_POWER_STATE_HALT, "halt"))

/* The properties of one kind follow each other as in the enumerations of the fields. */
enum
{
  PROP_0,
  PROP_STRINGS,
  PROP_BOOLEANS = PROP_STRINGS + HOSTEL_CLOUD_N_STRINGS,
  PROP_LISTS = PROP_BOOLEANS + HOSTEL_CLOUD_N_BOOLEANS,
  PROP_POWER_STATE = PROP_LISTS + HOSTEL_CLOUD_N_LISTS,
  N_PROPS
};

static const char * const string_names[HOSTEL_CLOUD_N_STRINGS] = {
  [HOSTEL_CLOUD_HOSTNAME] = "hostname",
  [HOSTEL_CLOUD_FQDN] = "fqdn",
  [HOSTEL_CLOUD_TIME_ZONE] = "time-zone",
  [HOSTEL_CLOUD_LOCALE] = "locale",
  [HOSTEL_CLOUD_FINAL_MESSAGE] = "final-message",
  [HOSTEL_CLOUD_ROOT_PASSWORD_HASH] = "root-password-hash",
  [HOSTEL_CLOUD_KEYBOARD_LAYOUT] = "keyboard-layout",
  [HOSTEL_CLOUD_SWAP_SIZE] = "swap-size",
  [HOSTEL_CLOUD_PHONE_HOME_URL] = "phone-home-url",
};

static const char * const boolean_names[HOSTEL_CLOUD_N_BOOLEANS] = {
  [HOSTEL_CLOUD_KEEP_DEFAULT_USER] = "keep-default-user",
  [HOSTEL_CLOUD_ROOT_LOGIN] = "root-login",
  [HOSTEL_CLOUD_PACKAGE_UPDATE] = "package-update",
  [HOSTEL_CLOUD_PACKAGE_UPGRADE] = "package-upgrade",
  [HOSTEL_CLOUD_GROW_PARTITION] = "grow-partition",
};

static const char * const list_names[HOSTEL_CLOUD_N_LISTS] = {
  [HOSTEL_CLOUD_ROOT_SSH_KEYS] = "root-ssh-keys",
  [HOSTEL_CLOUD_DEFAULT_USER_SSH_KEYS] = "default-user-ssh-keys",
  [HOSTEL_CLOUD_PACKAGES] = "packages",
  [HOSTEL_CLOUD_BOOT_COMMANDS] = "boot-commands",
  [HOSTEL_CLOUD_RUN_COMMANDS] = "run-commands",
  [HOSTEL_CLOUD_NTP_SERVERS] = "ntp-servers",
  [HOSTEL_CLOUD_MOUNTS] = "mounts",
  [HOSTEL_CLOUD_CA_CERTIFICATES] = "ca-certificates",
  [HOSTEL_CLOUD_GROUPS] = "groups",
  [HOSTEL_CLOUD_APT_SOURCES] = "apt-sources",
  [HOSTEL_CLOUD_YUM_REPOSITORIES] = "yum-repositories",
  [HOSTEL_CLOUD_PARTITIONS] = "partitions",
  [HOSTEL_CLOUD_FILE_SYSTEMS] = "file-systems",
};

static GParamSpec *properties[N_PROPS];

enum
{
  CHANGED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

void
hostel_cloud_fields_init (HostelCloudFields *fields)
{
  memset (fields, 0, sizeof *fields);

  for (guint i = 0; i < HOSTEL_CLOUD_N_STRINGS; i++)
    fields->strings[i] = g_strdup ("");

  fields->booleans[HOSTEL_CLOUD_KEEP_DEFAULT_USER] = TRUE;
  fields->booleans[HOSTEL_CLOUD_GROW_PARTITION] = TRUE;
  fields->files = g_ptr_array_new_with_free_func ((GDestroyNotify) hostel_cloud_file_free);
}

void
hostel_cloud_fields_clear (HostelCloudFields *fields)
{
  for (guint i = 0; i < HOSTEL_CLOUD_N_STRINGS; i++)
    g_clear_pointer (&fields->strings[i], g_free);

  for (guint i = 0; i < HOSTEL_CLOUD_N_LISTS; i++)
    g_clear_pointer (&fields->lists[i], g_strfreev);

  g_clear_pointer (&fields->files, g_ptr_array_unref);
}

static void
changed_cb (HostelCloudConfig *self)
{
  if (self->parsing)
    return;

  g_signal_emit (self, signals[CHANGED], 0);
}

static void
set_string (HostelCloudConfig *self,
            HostelCloudString  field,
            const char        *value)
{
  if (!hostel_property_set_string (&self->fields.strings[field], value))
    return;

  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_STRINGS + field]);
  changed_cb (self);
}

static void
set_boolean (HostelCloudConfig  *self,
             HostelCloudBoolean  field,
             gboolean            value)
{
  if (!hostel_property_set_boolean (&self->fields.booleans[field], value))
    return;

  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_BOOLEANS + field]);
  changed_cb (self);
}

static void
set_list (HostelCloudConfig  *self,
          HostelCloudList     field,
          const char * const *value)
{
  if (!hostel_property_set_strv (&self->fields.lists[field], value))
    return;

  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_LISTS + field]);
  changed_cb (self);
}

static void
set_power_state (HostelCloudConfig     *self,
                 HostelCloudPowerState  power_state)
{
  if (self->fields.power_state == power_state)
    return;

  self->fields.power_state = power_state;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_POWER_STATE]);
  changed_cb (self);
}

static void
hostel_cloud_config_dispose (GObject *object)
{
  HostelCloudConfig *self = HOSTEL_CLOUD_CONFIG (object);

  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->users)); i++)
    {
      g_autoptr (HostelCloudUser) user = g_list_model_get_item (G_LIST_MODEL (self->users), i);

      g_signal_handlers_disconnect_by_func (user, changed_cb, self);
    }

  g_hash_table_remove_all (self->entries);
  self->parsing = TRUE;
  g_list_store_remove_all (self->users);

  G_OBJECT_CLASS (hostel_cloud_config_parent_class)->dispose (object);
}

static void
hostel_cloud_config_finalize (GObject *object)
{
  HostelCloudConfig *self = HOSTEL_CLOUD_CONFIG (object);

  hostel_cloud_document_clear (&self->document);
  hostel_cloud_fields_clear (&self->fields);
  g_clear_pointer (&self->entries, g_hash_table_unref);
  g_clear_object (&self->users);

  G_OBJECT_CLASS (hostel_cloud_config_parent_class)->finalize (object);
}

static void
hostel_cloud_config_get_property (GObject    *object,
                                  guint       prop_id,
                                  GValue     *value,
                                  GParamSpec *pspec)
{
  HostelCloudConfig *self = HOSTEL_CLOUD_CONFIG (object);

  if (prop_id == PROP_POWER_STATE)
    g_value_set_enum (value, self->fields.power_state);
  else if (prop_id >= PROP_LISTS && prop_id < PROP_POWER_STATE)
    g_value_set_boxed (value, self->fields.lists[prop_id - PROP_LISTS]);
  else if (prop_id >= PROP_BOOLEANS && prop_id < PROP_LISTS)
    g_value_set_boolean (value, self->fields.booleans[prop_id - PROP_BOOLEANS]);
  else if (prop_id >= PROP_STRINGS && prop_id < PROP_BOOLEANS)
    g_value_set_string (value, self->fields.strings[prop_id - PROP_STRINGS]);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
}

static void
hostel_cloud_config_set_property (GObject      *object,
                                  guint         prop_id,
                                  const GValue *value,
                                  GParamSpec   *pspec)
{
  HostelCloudConfig *self = HOSTEL_CLOUD_CONFIG (object);

  if (prop_id == PROP_POWER_STATE)
    set_power_state (self, g_value_get_enum (value));
  else if (prop_id >= PROP_LISTS && prop_id < PROP_POWER_STATE)
    set_list (self, prop_id - PROP_LISTS, g_value_get_boxed (value));
  else if (prop_id >= PROP_BOOLEANS && prop_id < PROP_LISTS)
    set_boolean (self, prop_id - PROP_BOOLEANS, g_value_get_boolean (value));
  else if (prop_id >= PROP_STRINGS && prop_id < PROP_BOOLEANS)
    set_string (self, prop_id - PROP_STRINGS, g_value_get_string (value));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
}

static void
install_properties (GObjectClass *object_class)
{
  GParamFlags flags = G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;
  HostelCloudFields defaults;

  hostel_cloud_fields_init (&defaults);

  for (guint i = 0; i < HOSTEL_CLOUD_N_STRINGS; i++)
    properties[PROP_STRINGS + i] =
      g_param_spec_string (string_names[i], NULL, NULL, "", flags);

  for (guint i = 0; i < HOSTEL_CLOUD_N_BOOLEANS; i++)
    properties[PROP_BOOLEANS + i] =
      g_param_spec_boolean (boolean_names[i], NULL, NULL, defaults.booleans[i], flags);

  for (guint i = 0; i < HOSTEL_CLOUD_N_LISTS; i++)
    properties[PROP_LISTS + i] =
      g_param_spec_boxed (list_names[i], NULL, NULL, G_TYPE_STRV, flags);

  properties[PROP_POWER_STATE] =
    g_param_spec_enum ("power-state", NULL, NULL, HOSTEL_TYPE_CLOUD_POWER_STATE,
                       HOSTEL_CLOUD_POWER_STATE_NONE, flags);

  g_object_class_install_properties (object_class, N_PROPS, properties);
  hostel_cloud_fields_clear (&defaults);
}

static void
hostel_cloud_config_class_init (HostelCloudConfigClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = hostel_cloud_config_dispose;
  object_class->finalize = hostel_cloud_config_finalize;
  object_class->get_property = hostel_cloud_config_get_property;
  object_class->set_property = hostel_cloud_config_set_property;

  install_properties (object_class);

  signals[CHANGED] =
    g_signal_new ("changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                  G_TYPE_NONE, 0);
}

static void
hostel_cloud_config_init (HostelCloudConfig *self)
{
  hostel_cloud_document_init (&self->document);
  hostel_cloud_fields_init (&self->fields);
  self->users = g_list_store_new (HOSTEL_TYPE_CLOUD_USER);
  self->entries = g_hash_table_new_full (NULL, NULL, NULL, (GDestroyNotify) hostel_yaml_unref);
}

/**
 * hostel_cloud_config_new:
 *
 * Returns: (transfer full): an empty document: the image's own user is kept, nothing else is set
 */
HostelCloudConfig *
hostel_cloud_config_new (void)
{
  return g_object_new (HOSTEL_TYPE_CLOUD_CONFIG, NULL);
}

/**
 * hostel_cloud_config_new_from_string:
 * @text: a cloud-config document
 * @length: of @text in bytes, or -1 where it ends with a NUL
 * @error: return location for a #GError
 *
 * Returns: (transfer full): the document, or %NULL with @error as of hostel_cloud_config_parse()
 */
HostelCloudConfig *
hostel_cloud_config_new_from_string (const char  *text,
                                     gssize       length,
                                     GError     **error)
{
  g_autoptr (HostelCloudConfig) self = hostel_cloud_config_new ();

  if (!hostel_cloud_config_parse (self, text, length, error))
    return NULL;

  return g_steal_pointer (&self);
}

static void
append_user (HostelCloudConfig *self,
             HostelCloudUser   *user)
{
  g_signal_connect_object (user, "notify", G_CALLBACK (changed_cb), self, G_CONNECT_SWAPPED);
  g_list_store_append (self->users, user);
}

static void
remove_user_at (HostelCloudConfig *self,
                guint              position)
{
  g_autoptr (HostelCloudUser) user = g_list_model_get_item (G_LIST_MODEL (self->users), position);

  g_signal_handlers_disconnect_by_func (user, changed_cb, self);
  g_hash_table_remove (self->entries, user);
  g_list_store_remove (self->users, position);
}

/* A form is bound to a user: its object stays, and follows. */
static void
take_over_user (HostelCloudUser *user,
                HostelCloudUser *source)
{
  g_object_set (user,
                "name", hostel_cloud_user_get_name (source),
                "full-name", hostel_cloud_user_get_full_name (source),
                "password-hash", hostel_cloud_user_get_password_hash (source),
                "ssh-keys", hostel_cloud_user_get_ssh_keys (source),
                "ssh-import-ids", hostel_cloud_user_get_ssh_import_ids (source),
                "sudo", hostel_cloud_user_get_sudo (source),
                "shell", hostel_cloud_user_get_shell (source),
                "groups", hostel_cloud_user_get_groups (source),
                NULL);
}

static void
read_users (HostelCloudConfig *self)
{
  guint position = 0;

  g_hash_table_remove_all (self->entries);

  for (guint i = 0; i < hostel_yaml_get_length (self->document.users); i++)
    {
      HostelYaml *entry = hostel_yaml_get_child (self->document.users, i);
      g_autoptr (HostelCloudUser) source = NULL;
      g_autoptr (HostelCloudUser) user = NULL;

      if (!hostel_cloud_is_user_entry (entry))
        continue;

      source = hostel_cloud_user_new_from_entry (entry);
      if ((user = g_list_model_get_item (G_LIST_MODEL (self->users), position)))
        take_over_user (user, source);
      else
        append_user (self, user = g_object_ref (source));

      g_hash_table_insert (self->entries, user, hostel_yaml_ref (entry));
      position++;
    }

  while (g_list_model_get_n_items (G_LIST_MODEL (self->users)) > position)
    remove_user_at (self, position);
}

/**
 * hostel_cloud_config_parse:
 * @text: a cloud-config document
 * @length: of @text in bytes, or -1 where it ends with a NUL
 * @error: return location for a #GError
 *
 * Replaces everything by what @text says. The user objects are kept by their position, so that a
 * form that is bound to one follows.
 *
 * Returns: %TRUE, or %FALSE with a %HOSTEL_ERROR_INVALID that names the line, and nothing changed
 */
gboolean
hostel_cloud_config_parse (HostelCloudConfig  *self,
                           const char         *text,
                           gssize              length,
                           GError            **error)
{
  HostelCloudDocument document;
  HostelCloudFields *fields = &document.fields;

  g_return_val_if_fail (HOSTEL_IS_CLOUD_CONFIG (self), FALSE);
  g_return_val_if_fail (text != NULL, FALSE);

  if (!hostel_cloud_document_parse (&document, text, length < 0 ? strlen (text) : (gsize) length,
                                    error))
    return FALSE;

  g_object_freeze_notify (G_OBJECT (self));
  self->parsing = TRUE;

  for (guint i = 0; i < HOSTEL_CLOUD_N_STRINGS; i++)
    set_string (self, i, fields->strings[i]);
  for (guint i = 0; i < HOSTEL_CLOUD_N_BOOLEANS; i++)
    set_boolean (self, i, fields->booleans[i]);
  for (guint i = 0; i < HOSTEL_CLOUD_N_LISTS; i++)
    set_list (self, i, (const char * const *) fields->lists[i]);
  set_power_state (self, fields->power_state);
  hostel_cloud_config_set_files (self, fields->files);

  hostel_cloud_document_clear (&self->document);
  self->document = document;
  read_users (self);

  self->parsing = FALSE;
  changed_cb (self);
  g_object_thaw_notify (G_OBJECT (self));

  return TRUE;
}

/* Only UTF-8 can be written; a command line may hold anything. */
static gboolean
check_utf8 (HostelYaml  *root,
            GError     **error)
{
  for (guint i = 0; i < hostel_yaml_get_length (root); i++)
    {
      if (hostel_yaml_is_utf8 (hostel_yaml_get_child (root, i)))
        continue;

      hostel_error_set (error, HOSTEL_ERROR_INVALID, _("Type it again."), NULL,
                        _("What “%s” holds is not valid UTF-8 text."),
                        hostel_yaml_get_key (root, i));
      return FALSE;
    }

  return TRUE;
}

static GPtrArray *
dup_users (HostelCloudConfig *self)
{
  GPtrArray *users = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->users)); i++)
    g_ptr_array_add (users, g_list_model_get_item (G_LIST_MODEL (self->users), i));

  return users;
}

/* Private: the document as a tree with all changes in it. */
HostelYaml *
hostel_cloud_config_dup_tree (HostelCloudConfig *self)
{
  g_autoptr (GPtrArray) users = dup_users (self);

  return hostel_cloud_document_apply (&self->document, &self->fields, users, self->entries);
}

/**
 * hostel_cloud_config_to_string:
 * @error: return location for a #GError
 *
 * Writes the document. What was parsed and not changed since is written byte for byte; of what was
 * changed only the entries of the document's first level in which it stands are written anew.
 *
 * Returns: (transfer full): UTF-8 that begins with "#cloud-config", or %NULL with a
 *   %HOSTEL_ERROR_INVALID
 */
char *
hostel_cloud_config_to_string (HostelCloudConfig  *self,
                               GError            **error)
{
  g_autoptr (HostelYaml) root = NULL;
  g_autofree char *text = NULL;

  g_return_val_if_fail (HOSTEL_IS_CLOUD_CONFIG (self), NULL);

  root = hostel_cloud_config_dup_tree (self);
  if (!check_utf8 (root, error))
    return NULL;

  text = hostel_cloud_document_write (&self->document, root);

  if (strlen (text) > HOSTEL_CLOUD_CONFIG_MAX_SIZE)
    {
      hostel_error_set (error, HOSTEL_ERROR_INVALID,
                        _("Let the machine fetch large files itself."), NULL,
                        _("The user-data would be larger than %d KiB."),
                        HOSTEL_CLOUD_CONFIG_MAX_SIZE / 1024);
      return NULL;
    }

  return g_steal_pointer (&text);
}

/**
 * hostel_cloud_config_equal:
 *
 * Returns: whether cloud-init gets the same from both documents
 */
gboolean
hostel_cloud_config_equal (HostelCloudConfig *self,
                           HostelCloudConfig *other)
{
  g_autoptr (HostelYaml) tree = NULL;
  g_autoptr (HostelYaml) other_tree = NULL;

  g_return_val_if_fail (HOSTEL_IS_CLOUD_CONFIG (self), FALSE);
  g_return_val_if_fail (HOSTEL_IS_CLOUD_CONFIG (other), FALSE);

  tree = hostel_cloud_config_dup_tree (self);
  other_tree = hostel_cloud_config_dup_tree (other);

  return hostel_yaml_equal (tree, other_tree);
}

/**
 * hostel_cloud_config_get_users:
 *
 * Returns: (transfer none): the users without root and without the image's own
 */
GListModel *
hostel_cloud_config_get_users (HostelCloudConfig *self)
{
  g_return_val_if_fail (HOSTEL_IS_CLOUD_CONFIG (self), NULL);

  return G_LIST_MODEL (self->users);
}

/**
 * hostel_cloud_config_add_user:
 * @user: a user that is in no document yet; later changes of it are changes of the document
 */
void
hostel_cloud_config_add_user (HostelCloudConfig *self,
                              HostelCloudUser   *user)
{
  g_return_if_fail (HOSTEL_IS_CLOUD_CONFIG (self));
  g_return_if_fail (HOSTEL_IS_CLOUD_USER (user));
  g_return_if_fail (!g_list_store_find (self->users, user, NULL));

  append_user (self, user);
  changed_cb (self);
}

/**
 * hostel_cloud_config_remove_user:
 * @user: one of hostel_cloud_config_get_users()
 */
void
hostel_cloud_config_remove_user (HostelCloudConfig *self,
                                 HostelCloudUser   *user)
{
  guint position;

  g_return_if_fail (HOSTEL_IS_CLOUD_CONFIG (self));
  g_return_if_fail (HOSTEL_IS_CLOUD_USER (user));

  if (!g_list_store_find (self->users, user, &position))
    return;

  remove_user_at (self, position);
  changed_cb (self);
}

/**
 * hostel_cloud_config_get_files:
 *
 * Returns: (transfer none) (element-type HostelCloudFile): the files to write, never %NULL; to
 *   change them use hostel_cloud_config_set_files()
 */
GPtrArray *
hostel_cloud_config_get_files (HostelCloudConfig *self)
{
  g_return_val_if_fail (HOSTEL_IS_CLOUD_CONFIG (self), NULL);

  return self->fields.files;
}

/**
 * hostel_cloud_config_set_files:
 * @files: (nullable) (transfer none) (element-type HostelCloudFile): copied
 */
void
hostel_cloud_config_set_files (HostelCloudConfig *self,
                               GPtrArray         *files)
{
  GPtrArray *copies;

  g_return_if_fail (HOSTEL_IS_CLOUD_CONFIG (self));

  copies = g_ptr_array_new_with_free_func ((GDestroyNotify) hostel_cloud_file_free);
  for (guint i = 0; files != NULL && i < files->len; i++)
    g_ptr_array_add (copies, hostel_cloud_file_copy (g_ptr_array_index (files, i)));

  g_ptr_array_unref (self->fields.files);
  self->fields.files = copies;
  changed_cb (self);
}

/**
 * hostel_cloud_config_get_hostname:
 *
 * Returns: the host name, never %NULL
 */
const char *
hostel_cloud_config_get_hostname (HostelCloudConfig *self)
{
  g_return_val_if_fail (HOSTEL_IS_CLOUD_CONFIG (self), "");

  return self->fields.strings[HOSTEL_CLOUD_HOSTNAME];
}

void
hostel_cloud_config_set_hostname (HostelCloudConfig *self,
                                  const char        *hostname)
{
  g_return_if_fail (HOSTEL_IS_CLOUD_CONFIG (self));

  set_string (self, HOSTEL_CLOUD_HOSTNAME, hostname);
}

/**
 * hostel_cloud_config_get_packages:
 *
 * Returns: (nullable): the packages to install, %NULL when there are none
 */
const char * const *
hostel_cloud_config_get_packages (HostelCloudConfig *self)
{
  g_return_val_if_fail (HOSTEL_IS_CLOUD_CONFIG (self), NULL);

  return (const char * const *) self->fields.lists[HOSTEL_CLOUD_PACKAGES];
}

void
hostel_cloud_config_set_packages (HostelCloudConfig  *self,
                                  const char * const *packages)
{
  g_return_if_fail (HOSTEL_IS_CLOUD_CONFIG (self));

  set_list (self, HOSTEL_CLOUD_PACKAGES, packages);
}

/**
 * hostel_cloud_config_get_run_commands:
 *
 * Returns: (nullable): shell command lines for the end of the first boot, %NULL for none
 */
const char * const *
hostel_cloud_config_get_run_commands (HostelCloudConfig *self)
{
  g_return_val_if_fail (HOSTEL_IS_CLOUD_CONFIG (self), NULL);

  return (const char * const *) self->fields.lists[HOSTEL_CLOUD_RUN_COMMANDS];
}

void
hostel_cloud_config_set_run_commands (HostelCloudConfig  *self,
                                      const char * const *commands)
{
  g_return_if_fail (HOSTEL_IS_CLOUD_CONFIG (self));

  set_list (self, HOSTEL_CLOUD_RUN_COMMANDS, commands);
}
