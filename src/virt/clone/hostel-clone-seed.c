/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "hostel-clone"

#include "config.h"

#include <string.h>

#include "hostel-clone-seed.h"
#include "hostel-cloud-config.h"
#include "hostel-machine-name.h"
#include "hostel-user-data.h"
#include "hostel-vendor-data.h"

/* Where the user-data names the computer, that wins over what the seed says beside it. Only what has
 * to change is written anew. */
static gboolean
rename_host (HostelSeed  *seed,
             const char  *host_name,
             GError     **error)
{
  GBytes *old = hostel_seed_get_user_data (seed);
  g_autoptr (HostelCloudConfig) config = NULL;
  g_autoptr (GBytes) new = NULL;
  g_autofree char *fqdn = NULL;
  gsize length;
  const char *text = g_bytes_get_data (old, &length);
  char *changed;

  if (hostel_user_data_get_kind (old) != HOSTEL_USER_DATA_CLOUD_CONFIG ||
      (config = hostel_cloud_config_new_from_string (text, (gssize) length, NULL)) == NULL)
    return TRUE;

  g_object_get (config, "fqdn", &fqdn, NULL);
  if (*fqdn == '\0' && *hostel_cloud_config_get_hostname (config) == '\0')
    return TRUE;

  hostel_cloud_config_set_hostname (config, host_name);
  g_object_set (config, "fqdn", "", NULL);
  if ((changed = hostel_cloud_config_to_string (config, error)) == NULL)
    return FALSE;

  new = g_bytes_new_take (changed, strlen (changed));
  hostel_seed_set_user_data (seed, new);

  return TRUE;
}

/**
 * hostel_clone_seed_renew:
 * @seed: the machine's
 * @uuid: the clone's
 * @name: the clone's
 * @host_key: (out) (nullable): the clone's, where the machine had been given one
 * @error: (out) (optional): %HOSTEL_ERROR_UNSUPPORTED where the seed is another program's
 *
 * For cloud-init the clone is a new computer: it does again what it does once, gives it the new
 * host name, and new SSH host keys.
 *
 * Returns: whether @seed is the clone's now
 */
gboolean
hostel_clone_seed_renew (HostelSeed     *seed,
                         const char     *uuid,
                         const char     *name,
                         HostelHostKey **host_key,
                         GError        **error)
{
  g_autofree char *host_name = hostel_machine_name_dup_hostname (name);
  g_autoptr (GBytes) vendor_data =
    hostel_vendor_data_renew (hostel_seed_get_vendor_data (seed), host_key, error);

  if (vendor_data == NULL || !rename_host (seed, host_name, error))
    return FALSE;

  hostel_seed_set_vendor_data (seed, vendor_data);
  hostel_seed_set_instance_id (seed, uuid);
  hostel_seed_set_local_hostname (seed, host_name);

  return TRUE;
}
