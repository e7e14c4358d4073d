/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "hostel-cloud-user"

#include "config.h"

#include "hostel-cloud-user.h"
#include "hostel-password.h"
#include "hostel-property.h"
#include "hostel-ssh-key.h"

/**
 * HostelCloudUser:
 *
 * One entry of cloud-init's "users". A password is kept only as its hash.
 */
struct _HostelCloudUser
{
  GObject   parent_instance;

  char     *name;           /* owned, never NULL */
  char     *full_name;      /* owned, never NULL */
  char     *password_hash;  /* owned, never NULL */
  char     *shell;          /* owned, never NULL */
  char    **ssh_keys;       /* owned, NULL when empty */
  char    **ssh_import_ids; /* owned, NULL when empty */
  char    **groups;         /* owned, NULL when empty */
  gboolean  sudo;
};

G_DEFINE_FINAL_TYPE (HostelCloudUser, hostel_cloud_user, G_TYPE_OBJECT)

enum
{
  PROP_0,
  PROP_NAME,
  PROP_FULL_NAME,
  PROP_PASSWORD_HASH,
  PROP_SSH_KEYS,
  PROP_SSH_IMPORT_IDS,
  PROP_SUDO,
  PROP_SHELL,
  PROP_GROUPS,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

static void
hostel_cloud_user_finalize (GObject *object)
{
  HostelCloudUser *self = HOSTEL_CLOUD_USER (object);

  g_clear_pointer (&self->name, g_free);
  g_clear_pointer (&self->full_name, g_free);
  g_clear_pointer (&self->password_hash, g_free);
  g_clear_pointer (&self->shell, g_free);
  g_clear_pointer (&self->ssh_keys, g_strfreev);
  g_clear_pointer (&self->ssh_import_ids, g_strfreev);
  g_clear_pointer (&self->groups, g_strfreev);

  G_OBJECT_CLASS (hostel_cloud_user_parent_class)->finalize (object);
}

static void
hostel_cloud_user_get_property (GObject    *object,
                                guint       prop_id,
                                GValue     *value,
                                GParamSpec *pspec)
{
  HostelCloudUser *self = HOSTEL_CLOUD_USER (object);

  switch (prop_id)
    {
    case PROP_NAME:
      g_value_set_string (value, self->name);
      break;

    case PROP_FULL_NAME:
      g_value_set_string (value, self->full_name);
      break;

    case PROP_PASSWORD_HASH:
      g_value_set_string (value, self->password_hash);
      break;

    case PROP_SSH_KEYS:
      g_value_set_boxed (value, self->ssh_keys);
      break;

    case PROP_SSH_IMPORT_IDS:
      g_value_set_boxed (value, self->ssh_import_ids);
      break;

    case PROP_SUDO:
      g_value_set_boolean (value, self->sudo);
      break;

    case PROP_SHELL:
      g_value_set_string (value, self->shell);
      break;

    case PROP_GROUPS:
      g_value_set_boxed (value, self->groups);
      break;

    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
hostel_cloud_user_set_property (GObject      *object,
                                guint         prop_id,
                                const GValue *value,
                                GParamSpec   *pspec)
{
  HostelCloudUser *self = HOSTEL_CLOUD_USER (object);

  switch (prop_id)
    {
    case PROP_NAME:
      hostel_cloud_user_set_name (self, g_value_get_string (value));
      break;

    case PROP_FULL_NAME:
      hostel_cloud_user_set_full_name (self, g_value_get_string (value));
      break;

    case PROP_PASSWORD_HASH:
      hostel_cloud_user_set_password_hash (self, g_value_get_string (value));
      break;

    case PROP_SSH_KEYS:
      hostel_cloud_user_set_ssh_keys (self, g_value_get_boxed (value));
      break;

    case PROP_SSH_IMPORT_IDS:
      hostel_cloud_user_set_ssh_import_ids (self, g_value_get_boxed (value));
      break;

    case PROP_SUDO:
      hostel_cloud_user_set_sudo (self, g_value_get_boolean (value));
      break;

    case PROP_SHELL:
      hostel_cloud_user_set_shell (self, g_value_get_string (value));
      break;

    case PROP_GROUPS:
      hostel_cloud_user_set_groups (self, g_value_get_boxed (value));
      break;

    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
hostel_cloud_user_class_init (HostelCloudUserClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GParamFlags flags = G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;

  object_class->finalize = hostel_cloud_user_finalize;
  object_class->get_property = hostel_cloud_user_get_property;
  object_class->set_property = hostel_cloud_user_set_property;

  properties[PROP_NAME] = g_param_spec_string ("name", NULL, NULL, "", flags);
  properties[PROP_FULL_NAME] = g_param_spec_string ("full-name", NULL, NULL, "", flags);
  properties[PROP_PASSWORD_HASH] = g_param_spec_string ("password-hash", NULL, NULL, "", flags);
  properties[PROP_SSH_KEYS] = g_param_spec_boxed ("ssh-keys", NULL, NULL, G_TYPE_STRV, flags);
  properties[PROP_SSH_IMPORT_IDS] =
    g_param_spec_boxed ("ssh-import-ids", NULL, NULL, G_TYPE_STRV, flags);
  properties[PROP_SUDO] = g_param_spec_boolean ("sudo", NULL, NULL, FALSE, flags);
  properties[PROP_SHELL] = g_param_spec_string ("shell", NULL, NULL, "", flags);
  properties[PROP_GROUPS] = g_param_spec_boxed ("groups", NULL, NULL, G_TYPE_STRV, flags);

  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
hostel_cloud_user_init (HostelCloudUser *self)
{
  self->name = g_strdup ("");
  self->full_name = g_strdup ("");
  self->password_hash = g_strdup ("");
  self->shell = g_strdup ("");
}

static void
set_string (HostelCloudUser  *self,
            guint             prop_id,
            char            **field,
            const char       *value)
{
  if (hostel_property_set_string (field, value))
    g_object_notify_by_pspec (G_OBJECT (self), properties[prop_id]);
}

static void
set_strv (HostelCloudUser      *self,
          guint                 prop_id,
          char               ***field,
          const char * const   *value)
{
  if (hostel_property_set_strv (field, value))
    g_object_notify_by_pspec (G_OBJECT (self), properties[prop_id]);
}

/**
 * hostel_cloud_user_new:
 * @name: (nullable): the login name
 *
 * Returns: (transfer full): a user without password, keys or rights
 */
HostelCloudUser *
hostel_cloud_user_new (const char *name)
{
  return g_object_new (HOSTEL_TYPE_CLOUD_USER, "name", name, NULL);
}

/**
 * hostel_cloud_user_get_name:
 *
 * Returns: the login name, never %NULL
 */
const char *
hostel_cloud_user_get_name (HostelCloudUser *self)
{
  g_return_val_if_fail (HOSTEL_IS_CLOUD_USER (self), "");

  return self->name;
}

void
hostel_cloud_user_set_name (HostelCloudUser *self,
                            const char      *name)
{
  g_return_if_fail (HOSTEL_IS_CLOUD_USER (self));

  set_string (self, PROP_NAME, &self->name, name);
}

/**
 * hostel_cloud_user_get_full_name:
 *
 * Returns: what goes into the GECOS field, never %NULL
 */
const char *
hostel_cloud_user_get_full_name (HostelCloudUser *self)
{
  g_return_val_if_fail (HOSTEL_IS_CLOUD_USER (self), "");

  return self->full_name;
}

void
hostel_cloud_user_set_full_name (HostelCloudUser *self,
                                 const char      *full_name)
{
  g_return_if_fail (HOSTEL_IS_CLOUD_USER (self));

  set_string (self, PROP_FULL_NAME, &self->full_name, full_name);
}

/**
 * hostel_cloud_user_get_password_hash:
 *
 * Returns: a crypt(5) hash, or "" for a user who cannot log in with a password
 */
const char *
hostel_cloud_user_get_password_hash (HostelCloudUser *self)
{
  g_return_val_if_fail (HOSTEL_IS_CLOUD_USER (self), "");

  return self->password_hash;
}

void
hostel_cloud_user_set_password_hash (HostelCloudUser *self,
                                     const char      *hash)
{
  g_return_if_fail (HOSTEL_IS_CLOUD_USER (self));

  set_string (self, PROP_PASSWORD_HASH, &self->password_hash, hash);
}

/**
 * hostel_cloud_user_set_password:
 * @password: (nullable): the password in clear text; %NULL or "" removes it
 * @error: return location for a #GError
 *
 * Hashes @password and keeps the hash only. The caller wipes @password.
 *
 * Returns: %TRUE, or %FALSE with @error set and the hash as it was
 */
gboolean
hostel_cloud_user_set_password (HostelCloudUser  *self,
                                const char       *password,
                                GError          **error)
{
  g_autofree char *hash = NULL;

  g_return_val_if_fail (HOSTEL_IS_CLOUD_USER (self), FALSE);

  if (password != NULL && password[0] != '\0' &&
      (hash = hostel_password_hash (password, error)) == NULL)
    return FALSE;

  hostel_cloud_user_set_password_hash (self, hash);
  return TRUE;
}

/**
 * hostel_cloud_user_get_ssh_keys:
 *
 * Returns: (nullable): lines for authorized_keys, %NULL when there are none
 */
const char * const *
hostel_cloud_user_get_ssh_keys (HostelCloudUser *self)
{
  g_return_val_if_fail (HOSTEL_IS_CLOUD_USER (self), NULL);

  return (const char * const *) self->ssh_keys;
}

/**
 * hostel_cloud_user_set_ssh_keys:
 * @keys: (nullable): lines for authorized_keys
 *
 * A private key among them is never stored; hostel_ssh_key_check() tells the person why.
 */
void
hostel_cloud_user_set_ssh_keys (HostelCloudUser    *self,
                                const char * const *keys)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_auto (GStrv) kept = NULL;

  g_return_if_fail (HOSTEL_IS_CLOUD_USER (self));

  for (gsize i = 0; keys != NULL && keys[i] != NULL; i++)
    {
      if (!hostel_ssh_key_is_private (keys[i]))
        g_strv_builder_add (builder, keys[i]);
    }

  kept = g_strv_builder_end (builder);
  set_strv (self, PROP_SSH_KEYS, &self->ssh_keys, (const char * const *) kept);
}

/**
 * hostel_cloud_user_get_ssh_import_ids:
 *
 * Returns: (nullable): accounts whose keys the guest fetches, such as "gh:alice"
 */
const char * const *
hostel_cloud_user_get_ssh_import_ids (HostelCloudUser *self)
{
  g_return_val_if_fail (HOSTEL_IS_CLOUD_USER (self), NULL);

  return (const char * const *) self->ssh_import_ids;
}

void
hostel_cloud_user_set_ssh_import_ids (HostelCloudUser    *self,
                                      const char * const *ids)
{
  g_return_if_fail (HOSTEL_IS_CLOUD_USER (self));

  set_strv (self, PROP_SSH_IMPORT_IDS, &self->ssh_import_ids, ids);
}

/**
 * hostel_cloud_user_get_sudo:
 *
 * Returns: whether the user may do everything by sudo without a password
 */
gboolean
hostel_cloud_user_get_sudo (HostelCloudUser *self)
{
  g_return_val_if_fail (HOSTEL_IS_CLOUD_USER (self), FALSE);

  return self->sudo;
}

void
hostel_cloud_user_set_sudo (HostelCloudUser *self,
                            gboolean         sudo)
{
  g_return_if_fail (HOSTEL_IS_CLOUD_USER (self));

  if (hostel_property_set_boolean (&self->sudo, sudo))
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SUDO]);
}

/**
 * hostel_cloud_user_get_shell:
 *
 * Returns: the login shell's path, or "" for the image's default
 */
const char *
hostel_cloud_user_get_shell (HostelCloudUser *self)
{
  g_return_val_if_fail (HOSTEL_IS_CLOUD_USER (self), "");

  return self->shell;
}

void
hostel_cloud_user_set_shell (HostelCloudUser *self,
                             const char      *shell)
{
  g_return_if_fail (HOSTEL_IS_CLOUD_USER (self));

  set_string (self, PROP_SHELL, &self->shell, shell);
}

/**
 * hostel_cloud_user_get_groups:
 *
 * Returns: (nullable): further groups of the user, %NULL when there are none
 */
const char * const *
hostel_cloud_user_get_groups (HostelCloudUser *self)
{
  g_return_val_if_fail (HOSTEL_IS_CLOUD_USER (self), NULL);

  return (const char * const *) self->groups;
}

void
hostel_cloud_user_set_groups (HostelCloudUser    *self,
                              const char * const *groups)
{
  g_return_if_fail (HOSTEL_IS_CLOUD_USER (self));

  set_strv (self, PROP_GROUPS, &self->groups, groups);
}
