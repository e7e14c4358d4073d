/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "hostel-user-data"

#include "config.h"

#include <string.h>

#include "hostel-user-data.h"
#include "hostel-user-data-part.h"
#include "hostel-yaml.h"

/* Whether the key that the guest shows could be another than the one that Hostel gives it. */

/* Where it is mentioned, somebody makes or copies one. */
static gboolean
mentions_keys (const char *text)
{
  static const char * const words[] = { "ssh_host_", "hostkey", "ssh-keygen -a", "ssh_keys" };
  g_autofree char *lower = g_ascii_strdown (text, -1);

  for (gsize i = 0; i < G_N_ELEMENTS (words); i++)
    {
      if (strstr (lower, words[i]) != NULL)
        return TRUE;
    }

  return FALSE;
}

/* Hostel's key is in the vendor-data, which a person may switch off. */
static gboolean
ignores_vendor_data (HostelYaml *root)
{
  HostelYaml *enabled = hostel_yaml_lookup (hostel_yaml_lookup (root, "vendor_data"), "enabled");
  gboolean value;

  return hostel_yaml_get_boolean (enabled, &value) && !value;
}

/* The module that installs the key is one of those by which cloud-init's stages can be replaced. */
static gboolean
leaves_out_ssh (HostelYaml *root)
{
  HostelYaml *modules = hostel_yaml_lookup (root, "cloud_init_modules");

  for (guint i = 0; hostel_yaml_is_sequence (modules) && i < hostel_yaml_get_length (modules); i++)
    {
      HostelYaml *module = hostel_yaml_get_child (modules, i);

      if (hostel_yaml_is_sequence (module) && hostel_yaml_get_length (module) > 0)
        module = hostel_yaml_get_child (module, 0);
      if (g_strcmp0 (hostel_yaml_get_string (module), "ssh") == 0)
        return FALSE;
    }

  return modules != NULL;
}

/* A text anywhere in it, as the guest reads it: an escape sequence hides none. */
static gboolean
mentions_in_tree (HostelYaml *node)
{
  if (node->kind == HOSTEL_YAML_SCALAR)
    return mentions_keys (node->value);
  if (node->alias)
    return FALSE;

  for (guint i = 0; i < hostel_yaml_get_length (node); i++)
    {
      if ((node->keys != NULL && mentions_in_tree (g_ptr_array_index (node->keys, i))) ||
          mentions_in_tree (hostel_yaml_get_child (node, i)))
        return TRUE;
    }

  return FALSE;
}

static gboolean
config_has_keys (HostelUserDataPart *part)
{
  g_autoptr (HostelYaml) root = hostel_yaml_parse (part->text, part->length, NULL);

  /* What is no YAML is nothing for this guest, but a newer one may read it. */
  if (root == NULL)
    return mentions_keys (part->text);

  return mentions_in_tree (root) || ignores_vendor_data (root) || leaves_out_ssh (root);
}

static gboolean
part_has_keys (HostelUserDataPart *part)
{
  switch (part->type)
    {
    case HOSTEL_USER_DATA_PART_CLOUD_CONFIG:
      return config_has_keys (part);

    case HOSTEL_USER_DATA_PART_PATCH:
    case HOSTEL_USER_DATA_PART_SCRIPT:
    case HOSTEL_USER_DATA_PART_BOOTHOOK:
      return mentions_keys (part->text);

    /* What these become shows in the guest. */
    case HOSTEL_USER_DATA_PART_INCLUDE:
    case HOSTEL_USER_DATA_PART_HANDLER:
    case HOSTEL_USER_DATA_PART_TEMPLATE:
      return TRUE;

    case HOSTEL_USER_DATA_PART_IGNORED:
    case HOSTEL_USER_DATA_PART_ARCHIVE:
    default:
      return FALSE;
    }
}

/**
 * hostel_user_data_has_host_keys:
 * @user_data: any user-data
 *
 * Looks into gzip, MIME, archives, quotes and JSON for "ssh_keys", the key of
 * https://docs.cloud-init.io/en/latest/reference/modules.html#ssh, and for commands and files about
 * host keys. What only the guest can know, such as what a template or an included address becomes,
 * counts as well: a key that is believed to be the guest's and is not locks the person out, and
 * without one SSH asks at the first connection.
 *
 * Returns: whether the guest has, or may have, host keys of its own
 */
gboolean
hostel_user_data_has_host_keys (GBytes *user_data)
{
  g_autoptr (GPtrArray) parts = NULL;

  g_return_val_if_fail (user_data != NULL, FALSE);

  if ((parts = hostel_user_data_split (user_data, NULL)) == NULL)
    return TRUE;

  for (guint i = 0; i < parts->len; i++)
    {
      if (part_has_keys (g_ptr_array_index (parts, i)))
        return TRUE;
    }

  return FALSE;
}
