#define G_LOG_DOMAIN "hostel-cloud-secrets"

#include "config.h"

#include <string.h>

#include "hostel-cloud-secrets.h"
#include "hostel-yaml.h"

/* Keys of the document and of what is in it; see the modules' reference,
 * https://docs.cloud-init.io/en/latest/reference/modules.html */
static const char * const document_keys[] = {
  "password", "chpasswd", "ssh_pwauth", "ssh_keys", "ssh_authorized_keys", "ssh_import_id",
  "random_seed", "hostname", "fqdn",
};
static const char * const user_keys[] = {
  "passwd", "hashed_passwd", "plain_text_passwd", "lock_passwd", "ssh_authorized_keys",
  "ssh_import_id",
};
static const char * const nested_keys[][2] = {
  { "chef", "validation_cert" },
  { "chef", "validation_key" },
  { "landscape", "client" },
  { "mcollective", "conf" },
  { "puppet", "csr_attributes" },
  { "rh_subscription", "activation-key" },
  { "rh_subscription", "activation_key" },
  { "rh_subscription", "password" },
  { "salt_minion", "private_key" },
  { "ubuntu_advantage", "token" },
  { "ubuntu_pro", "token" },
  { "wireguard", "interfaces" },
};

/* Copies share what is below them: what is to be changed is copied first. cloud-init takes a dash for
 * an underscore in a user's entry. */
static HostelYaml *
dup_user (HostelYaml *entry)
{
  HostelYaml *copy = hostel_yaml_copy (entry);

  if (!hostel_yaml_is_mapping (copy))
    return copy;

  for (gsize i = 0; i < G_N_ELEMENTS (user_keys); i++)
    {
      g_autofree char *dashed = g_strdelimit (g_strdup (user_keys[i]), "_", '-');

      hostel_yaml_remove (copy, user_keys[i]);
      hostel_yaml_remove (copy, dashed);
    }

  return copy;
}

/* "users" is a list of entries, or entries by their names, or a string. */
static HostelYaml *
dup_users (HostelYaml *users)
{
  HostelYaml *copy = hostel_yaml_copy (users);

  for (guint i = 0; i < hostel_yaml_get_length (copy); i++)
    {
      HostelYaml *entry = g_ptr_array_index (copy->children, i);

      g_ptr_array_index (copy->children, i) = dup_user (entry);
      hostel_yaml_unref (entry);
    }

  return copy;
}

static void
strip (HostelYaml *root)
{
  HostelYaml *users = hostel_yaml_lookup (root, "users");
  HostelYaml *user = hostel_yaml_lookup (root, "user");

  for (gsize i = 0; i < G_N_ELEMENTS (document_keys); i++)
    hostel_yaml_remove (root, document_keys[i]);
  for (gsize i = 0; i < G_N_ELEMENTS (nested_keys); i++)
    {
      HostelYaml *node = hostel_yaml_lookup (root, nested_keys[i][0]);
      HostelYaml *copy;

      if (node == NULL || hostel_yaml_lookup (node, nested_keys[i][1]) == NULL)
        continue;
      copy = hostel_yaml_copy (node);
      hostel_yaml_remove (copy, nested_keys[i][1]);
      hostel_yaml_set (root, nested_keys[i][0], copy);
    }

  if (users != NULL)
    hostel_yaml_set (root, "users", dup_users (users));
  if (user != NULL)
    hostel_yaml_set (root, "user", dup_user (user));
}

/**
 * hostel_cloud_secrets_strip:
 * @text: a cloud-config
 * @length: its length in bytes
 * @error: (out) (optional): %HOSTEL_ERROR_INVALID where it is no YAML
 *
 * Comments and everything else stay as they are. What a person has put into a file or a command is
 * not known for a secret.
 *
 * Returns: (transfer full) (nullable): the document without them
 */
char *
hostel_cloud_secrets_strip (const char  *text,
                            gsize        length,
                            GError     **error)
{
  g_autofree char *whole = g_strndup (text, length);
  g_autoptr (HostelYaml) old = hostel_yaml_parse (whole, strlen (whole), error);
  g_autoptr (HostelYaml) now = NULL;

  if (old == NULL)
    return NULL;
  if (!hostel_yaml_is_mapping (old))
    return g_steal_pointer (&whole);

  now = hostel_yaml_copy (old);
  strip (now);

  return hostel_yaml_equal (old, now) ? g_steal_pointer (&whole)
                                      : hostel_yaml_rewrite (whole, old, now);
}
