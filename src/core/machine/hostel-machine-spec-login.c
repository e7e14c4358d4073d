/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "hostel-machine-spec-login"

#include "config.h"

#include <string.h>

#include <glib/gi18n.h>

#include "hostel-machine-spec-private.h"
#include "hostel-user-data.h"

#define BASH "/bin/bash"

/* By the beginning of an OS id of libosinfo: who the user of the distribution's cloud images is, and
 * whether bash is in each of them. Of others it is looked for in the guest. */
static const struct
{
  const char *os_id;
  const char *user;
  gboolean    bash;
} families[] = {
  { "http://debian.org/", "debian", TRUE },
  { "http://ubuntu.com/", "ubuntu", TRUE },
  { "http://fedoraproject.org/", "fedora", TRUE },
  { "http://almalinux.org/", "almalinux", TRUE },
  { "http://rockylinux.org/", "rocky", TRUE },
  { "http://archlinux.org/", "arch", TRUE },
  { "http://centos.org/", NULL, TRUE },
  { "http://redhat.com/", "cloud-user", TRUE },
  { "http://oracle.com/ol", NULL, TRUE },
  { "http://opensuse.org/", NULL, TRUE },
  { "http://suse.com/", NULL, TRUE },
  { "http://alpinelinux.org/", "alpine", FALSE },
  { "http://freebsd.org/", "freebsd", FALSE },
};

static int
find_family (HostelMachineSpec *self)
{
  for (gsize i = 0; i < G_N_ELEMENTS (families); i++)
    if (g_str_has_prefix (self->os_id, families[i].os_id))
      return i;

  return -1;
}

static gboolean
has_key (HostelMachineSpec *self)
{
  return *self->login_key != '\0';
}

/* What a shell's word may be without a second thought; useradd takes no other names either. */
static gboolean
is_plain_name (const char *name)
{
  return *name != '\0' && *name != '-' &&
         name[strspn (name, G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS "._-")] == '\0';
}

/* The person's own document where it is a cloud-config that can be read, else NULL. */
static HostelCloudConfig *
dup_own_config (HostelMachineSpec *self)
{
  const char *text;
  gsize size;

  if (self->user_data == NULL ||
      hostel_user_data_get_kind (self->user_data) != HOSTEL_USER_DATA_CLOUD_CONFIG)
    return NULL;

  text = g_bytes_get_data (self->user_data, &size);

  return hostel_cloud_config_new_from_string (text, size, NULL);
}

static void
add_key (HostelCloudUser *user,
         const char      *key)
{
  const char * const *keys = hostel_cloud_user_get_ssh_keys (user);
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_auto (GStrv) all = NULL;

  if (keys != NULL && g_strv_contains (keys, key))
    return;

  if (keys != NULL)
    g_strv_builder_addv (builder, (const char **) keys);
  g_strv_builder_add (builder, key);
  all = g_strv_builder_end (builder);
  hostel_cloud_user_set_ssh_keys (user, (const char * const *) all);
}

/**
 * hostel_machine_spec_dup_login_config:
 * @self: a specification
 *
 * Returns: (transfer full) (nullable): a copy of the form's document in which each new user has the
 *   login key, and bash where the image's family has it
 */
HostelCloudConfig *
hostel_machine_spec_dup_login_config (HostelMachineSpec *self)
{
  g_autofree char *text = hostel_cloud_config_to_string (self->cloud_config, NULL);
  g_autoptr (HostelCloudConfig) config = NULL;
  int family = find_family (self);
  GListModel *users;

  if (text == NULL || (config = hostel_cloud_config_new_from_string (text, -1, NULL)) == NULL)
    return NULL;

  users = hostel_cloud_config_get_users (config);
  for (guint i = 0; i < g_list_model_get_n_items (users); i++)
    {
      g_autoptr (HostelCloudUser) user = g_list_model_get_item (users, i);

      if (has_key (self))
        add_key (user, self->login_key);
      if (family >= 0 && families[family].bash && *hostel_cloud_user_get_shell (user) == '\0')
        hostel_cloud_user_set_shell (user, BASH);
    }

  return g_steal_pointer (&config);
}

/**
 * hostel_machine_spec_dup_seed_user_data:
 * @self: a specification
 * @error: set to %HOSTEL_ERROR_INVALID where the cloud-config cannot be written
 *
 * Returns: (transfer full): the user-data for the seed: a person's own bytes as they are, or the
 *   form's document with the login key and a shell for its new users
 */
GBytes *
hostel_machine_spec_dup_seed_user_data (HostelMachineSpec  *self,
                                        GError            **error)
{
  g_autoptr (HostelCloudConfig) config = NULL;
  char *text;

  g_return_val_if_fail (HOSTEL_IS_MACHINE_SPEC (self), NULL);

  if (self->user_data != NULL || (config = hostel_machine_spec_dup_login_config (self)) == NULL)
    return hostel_machine_spec_dup_user_data (self, error);

  if ((text = hostel_cloud_config_to_string (config, error)) == NULL)
    return NULL;

  return g_bytes_new_take (text, strlen (text));
}

const char *
hostel_machine_spec_get_login_key (HostelMachineSpec *self)
{
  g_return_val_if_fail (HOSTEL_IS_MACHINE_SPEC (self), "");

  return self->login_key;
}

static gboolean
has_way_in (HostelMachineSpec *self,
            HostelCloudUser   *user)
{
  return has_key (self) || hostel_cloud_user_get_ssh_keys (user) != NULL ||
         hostel_cloud_user_get_ssh_import_ids (user) != NULL ||
         *hostel_cloud_user_get_password_hash (user) != '\0';
}

/* Of a document that names no user, and of one that is no cloud-config. */
static const char *
get_default_user (HostelMachineSpec *self,
                  HostelCloudConfig *config)
{
  int family = find_family (self);
  gboolean kept = TRUE;
  g_auto (GStrv) keys = NULL;

  if (config != NULL)
    g_object_get (config, "keep-default-user", &kept, "default-user-ssh-keys", &keys, NULL);

  return family >= 0 && kept && (has_key (self) || (keys != NULL && keys[0] != NULL))
         ? families[family].user : NULL;
}

/**
 * hostel_machine_spec_dup_login_user:
 * @self: a specification
 *
 * Returns: (transfer full) (nullable): whom ssh logs in as, %NULL where nobody could, or the image's
 *   own user is not known
 */
char *
hostel_machine_spec_dup_login_user (HostelMachineSpec *self)
{
  g_autoptr (HostelCloudConfig) own = NULL;
  g_autoptr (HostelCloudUser) user = NULL;
  HostelCloudConfig *config;

  g_return_val_if_fail (HOSTEL_IS_MACHINE_SPEC (self), NULL);

  own = dup_own_config (self);
  config = self->user_data != NULL ? own : self->cloud_config;
  if (config != NULL)
    user = g_list_model_get_item (hostel_cloud_config_get_users (config), 0);
  if (user != NULL && *hostel_cloud_user_get_name (user) != '\0')
    return has_way_in (self, user) ? g_strdup (hostel_cloud_user_get_name (user)) : NULL;

  return g_strdup (get_default_user (self, config));
}

/**
 * hostel_machine_spec_dup_login:
 * @self: a specification
 *
 * A person's own document is not changed: its first user gets the key by a script, if it makes one.
 *
 * Returns: (transfer full) (nullable): what a script in the guest is to do, %NULL for nothing
 */
HostelLogin *
hostel_machine_spec_dup_login (HostelMachineSpec *self)
{
  g_autoptr (HostelCloudConfig) own = dup_own_config (self);
  HostelCloudConfig *config = self->user_data != NULL ? own : self->cloud_config;
  g_autoptr (GStrvBuilder) key_users = g_strv_builder_new ();
  g_autoptr (GStrvBuilder) shell_users = g_strv_builder_new ();
  g_autoptr (HostelLogin) login = g_new0 (HostelLogin, 1);
  GListModel *users = config != NULL ? hostel_cloud_config_get_users (config) : NULL;

  for (guint i = 0; users != NULL && i < g_list_model_get_n_items (users); i++)
    {
      g_autoptr (HostelCloudUser) user = g_list_model_get_item (users, i);
      const char *name = hostel_cloud_user_get_name (user);

      if (!is_plain_name (name))
        continue;
      if (has_key (self) && own != NULL && i == 0)
        g_strv_builder_add (key_users, name);
      if (own == NULL && *hostel_cloud_user_get_shell (user) == '\0')
        g_strv_builder_add (shell_users, name);
    }

  login->key = g_strdup (self->login_key);
  login->key_users = g_strv_builder_end (key_users);
  login->shell_users = g_strv_builder_end (shell_users);
  if (login->key_users[0] == NULL && login->shell_users[0] == NULL)
    return NULL;

  return g_steal_pointer (&login);
}

static char *
dup_way_in_as (HostelMachineSpec *self,
               HostelCloudConfig *config,
               const char        *name)
{
  g_autoptr (HostelCloudUser) user = NULL;
  gboolean password = FALSE;
  gboolean keys = FALSE;

  if (config != NULL)
    user = g_list_model_get_item (hostel_cloud_config_get_users (config), 0);
  if (user != NULL)
    {
      password = *hostel_cloud_user_get_password_hash (user) != '\0';
      keys = hostel_cloud_user_get_ssh_keys (user) != NULL ||
             hostel_cloud_user_get_ssh_import_ids (user) != NULL;
    }

  if (has_key (self))
    return g_strdup_printf (password ? _("Log in as “%s” with the password, or over SSH with Hostel’s own key.")
                                     : _("Log in as “%s” over SSH, with Hostel’s own key."), name);
  if (password && !keys)
    return g_strdup_printf (_("Log in as “%s” with the password."), name);

  return g_strdup_printf (_("Log in as “%s” over SSH, with one of the keys."), name);
}

/**
 * hostel_machine_spec_dup_way_in:
 * @self: a specification
 *
 * Returns: (transfer full): how one gets in when the machine has booted, translated
 */
char *
hostel_machine_spec_dup_way_in (HostelMachineSpec *self)
{
  g_autofree char *name = NULL;
  g_autoptr (HostelCloudConfig) own = NULL;

  g_return_val_if_fail (HOSTEL_IS_MACHINE_SPEC (self), NULL);

  own = dup_own_config (self);
  if ((name = hostel_machine_spec_dup_login_user (self)) != NULL)
    return dup_way_in_as (self, self->user_data != NULL ? own : self->cloud_config, name);

  if (self->user_data == NULL)
    return g_strdup (has_key (self) ? _("Log in over SSH as the image’s own user, with Hostel’s own key.")
                                    : _("Nobody will be able to log in."));
  if (has_key (self))
    return g_strdup (_("The image’s own user, where there is one, gets Hostel’s own key; who else can log in "
                       "is in your document."));

  return g_strdup (_("Who can log in is in your document."));
}
