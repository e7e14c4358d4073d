/* SPDX-License-Identifier: GPL-3.0-or-later */
/* libvirt directly: libvirt-glib 4.0 changes no device with flags, and has no metadata of our own. */
#define G_LOG_DOMAIN "hostel-domain-seed"

#include "config.h"

#include <string.h>

#include <glib/gi18n.h>

#include "hostel-boot-pending.h"
#include "hostel-cloud-config.h"
#include "hostel-domain-metadata.h"
#include "hostel-domain-seed-find.h"
#include "hostel-machine-lock.h"
#include "hostel-storage.h"
#include "hostel-user-data.h"

/* Of one disk: a file, a device, or a volume of the same pool. */
#define PLACE "source/@file | source/@dev | source/@volume"
/* Others may have made a volume of the next name. */
#define NAME_TRIES 100

/* "web1-UUID-seed-2.iso": the generation is in the instance-id. */
static char *
dup_volume_name (const HostelSeedRequest *request,
                 HostelSeed              *seed)
{
  const char *dash = strrchr (hostel_seed_get_instance_id (seed), '-');
  g_autofree char *suffix = g_strdup_printf ("-seed-%s.iso", dash != NULL ? dash + 1 : "2");

  return hostel_storage_dup_volume_name (request->name, request->uuid, suffix);
}

/* What the metadata tells of the user-data: whom ssh logs in as, and whether the host key is ours. */
static void
change_machine (xmlNodePtr  machine,
                GBytes     *user_data)
{
  g_autoptr (HostelCloudConfig) config = NULL;
  g_autoptr (HostelCloudUser) user = NULL;
  gsize length;
  const char *text = g_bytes_get_data (user_data, &length);

  if (hostel_user_data_has_host_keys (user_data))
    xmlUnsetProp (machine, BAD_CAST HOSTEL_DOMAIN_METADATA_SSH_HOST_KEY);
  if (hostel_user_data_get_kind (user_data) != HOSTEL_USER_DATA_CLOUD_CONFIG ||
      (config = hostel_cloud_config_new_from_string (text, (gssize) length, NULL)) == NULL)
    return;

  user = g_list_model_get_item (hostel_cloud_config_get_users (config), 0);
  if (user != NULL)
    xmlSetProp (machine, BAD_CAST HOSTEL_DOMAIN_METADATA_USER,
                BAD_CAST hostel_cloud_user_get_name (user));
}

static void
update_metadata (virDomainPtr  domain,
                 GBytes       *user_data)
{
  g_autofree char *old = virDomainGetMetadata (domain, VIR_DOMAIN_METADATA_ELEMENT,
                                               HOSTEL_DOMAIN_METADATA_URI,
                                               VIR_DOMAIN_AFFECT_CONFIG);
  g_autoptr (xmlDoc) doc = hostel_xml_parse (old);
  g_autofree char *new = NULL;

  if (doc == NULL)
    return;

  change_machine (xmlDocGetRootElement (doc), user_data);
  new = hostel_xml_to_string (doc);
  if (virDomainSetMetadata (domain, VIR_DOMAIN_METADATA_ELEMENT, new, HOSTEL_DOMAIN_METADATA_PREFIX,
                            HOSTEL_DOMAIN_METADATA_URI, VIR_DOMAIN_AFFECT_CONFIG) < 0)
    g_debug ("whom to log in as is not kept: %s", virGetLastErrorMessage ());
}

/* What @domain's definition has now where it had the seed. */
static char *
dup_place (virDomainPtr              domain,
           const HostelSeedRequest  *request,
           HostelSeedFound          *found,
           GError                  **error)
{
  g_autofree char *target = hostel_xml_dup_string (found->doc, found->disk, "target/@dev");
  g_autoptr (xmlDoc) doc = hostel_domain_seed_read_definition (domain, request->name, error);
  g_autoptr (GPtrArray) disks = doc ? hostel_xml_find_nodes (doc, HOSTEL_SEED_DISKS) : NULL;

  for (guint i = 0; disks != NULL && i < disks->len; i++)
    {
      g_autofree char *other = hostel_xml_dup_string (doc, disks->pdata[i], "target/@dev");

      if (g_strcmp0 (target, other) == 0)
        return hostel_xml_dup_string (doc, disks->pdata[i], PLACE);
    }

  return NULL;
}

static gboolean
check_place (virDomainPtr              domain,
             const HostelSeedRequest  *request,
             HostelSeedFound          *found,
             const char               *expected,
             GError                  **error)
{
  g_autoptr (GError) cause = NULL;
  g_autofree char *place = dup_place (domain, request, found, &cause);

  if (cause != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&cause));
      return FALSE;
    }
  if (g_strcmp0 (place, expected) == 0)
    return TRUE;

  hostel_error_set (error, HOSTEL_ERROR_WRONG_STATE,
                    _("Look at what it has now, then try again."), NULL,
                    _("Another program gave “%s” another seed at the same time."), request->name);

  return FALSE;
}

/* Writes the new seed's place into the disk's element. Returns the place. */
static char *
replace_place (HostelSeedFound  *found,
               virStorageVolPtr  volume)
{
  static const char * const attributes[] = { "volume", "dev", "file" };
  g_autofree char *path = virStorageVolGetPath (volume);
  xmlNodePtr source = found->disk->children;
  const char *place = path;

  while (source != NULL && !g_str_equal (source->name, "source"))
    source = source->next;
  if (source == NULL || path == NULL)
    return NULL;

  for (guint i = 0; i < G_N_ELEMENTS (attributes); i++)
    if (xmlHasProp (source, BAD_CAST attributes[i]) != NULL)
      {
        if (i == 0)
          place = virStorageVolGetName (volume);
        xmlSetProp (source, BAD_CAST attributes[i], BAD_CAST place);
        break;
      }

  return g_strdup (place);
}

static char *
dup_disk_xml (HostelSeedFound *found)
{
  xmlBufferPtr buffer = xmlBufferCreate ();
  char *xml;

  xmlNodeDump (buffer, found->doc, found->disk, 0, 0);
  xml = g_strdup ((const char *) xmlBufferContent (buffer));
  xmlBufferFree (buffer);

  return xml;
}

/* One disk of the definition changes in one step, and what others change in it meanwhile stays; a
 * machine that they delete does not come back. Before it nothing has changed. Who was faster is
 * seen before, and who came a moment later afterwards. */
static gboolean
swap (virDomainPtr              domain,
      virStorageVolPtr          volume,
      const HostelSeedRequest  *request,
      HostelSeedFound          *found,
      GError                  **error)
{
  g_autofree char *old = hostel_xml_dup_string (found->doc, found->disk, PLACE);
  g_autofree char *new = replace_place (found, volume);
  g_autofree char *xml = dup_disk_xml (found);

  if (new == NULL)
    {
      hostel_virt_set_error (error, _("The new seed has no path."));
      return FALSE;
    }
  if (!check_place (domain, request, found, old, error))
    return FALSE;
  if (virDomainUpdateDeviceFlags (domain, xml, VIR_DOMAIN_AFFECT_CONFIG) < 0)
    {
      hostel_virt_set_error (error, _("libvirt does not take the new seed of “%s”."), request->name);
      return FALSE;
    }

  return check_place (domain, request, found, new, error);
}

/* @old_name: of the volume whose place it takes, NULL where that is not ours */
static virStorageVolPtr
make_volume (virConnectPtr             handle,
             virStoragePoolPtr         pool,
             HostelMachineLock        *lock,
             const HostelSeedRequest  *request,
             HostelSeed               *seed,
             const char               *old_name,
             GError                  **error)
{
  g_autoptr (virStorageVol) volume = NULL;
  g_autoptr (GBytes) iso = NULL;
  g_autofree char *name = NULL;
  const char *noted[] = { NULL, NULL, NULL };
  HostelVolumeSpec spec = { .format = "raw" };

  for (int i = 0; i < NAME_TRIES && (name == NULL || volume != NULL); i++)
    {
      g_clear_pointer (&volume, virStorageVolFree);
      g_free (name);
      hostel_seed_renew (seed);
      name = dup_volume_name (request, seed);
      volume = virStorageVolLookupByName (pool, name);
    }
  g_clear_pointer (&volume, virStorageVolFree);

  noted[0] = name;
  noted[1] = old_name;
  hostel_seed_set_user_data (seed, request->user_data);
  if ((iso = hostel_seed_to_iso (seed, error)) == NULL ||
      !hostel_machine_lock_note (lock, virStoragePoolGetName (pool), noted, error))
    return NULL;

  spec.name = name;
  spec.capacity = g_bytes_get_size (iso);
  if ((volume = hostel_storage_create_volume (pool, &spec, error)) == NULL)
    return NULL;
  if (!hostel_storage_upload_bytes (handle, volume, iso, error))
    {
      virStorageVolDelete (volume, 0);
      return NULL;
    }

  return g_steal_pointer (&volume);
}

/* Ours by what it says itself, and named by nobody any more. A running machine has the old one
 * still open; it goes when the machine is deleted. */
static void
delete_old (virConnectPtr    handle,
            virDomainPtr     domain,
            HostelSeedFound *found,
            gboolean         is_ours)
{
  if (is_ours && virDomainIsActive (domain) == 0)
    hostel_storage_delete_unnamed (handle, found->volume);
}

static gboolean
check_persistent (virDomainPtr              domain,
                  const HostelSeedRequest  *request,
                  GError                  **error)
{
  if (virDomainIsPersistent (domain) != 0)
    return TRUE;

  hostel_error_set (error, HOSTEL_ERROR_WRONG_STATE,
                    _("Define it with “virsh define”, then try again."), NULL,
                    _("“%s” has no next start: it is gone when it is shut down."), request->name);

  return FALSE;
}

/**
 * hostel_domain_seed_swap:
 * @handle: the machine's connection
 * @domain: the machine
 * @request: what it is to be told
 * @error: (out) (optional): %HOSTEL_ERROR_WRONG_STATE where another program is at it, ...
 *
 * Blocks: for a worker. Whatever happens and whenever the program is killed, the machine has a
 * seed: the old one or the new one.
 */
gboolean
hostel_domain_seed_swap (virConnectPtr             handle,
                         virDomainPtr              domain,
                         const HostelSeedRequest  *request,
                         GError                  **error)
{
  g_auto (HostelSeedFound) found = { NULL, };
  g_autoptr (HostelMachineLock) lock = NULL;
  g_autoptr (virStoragePool) pool = NULL;
  g_autoptr (virStorageVol) volume = NULL;
  gboolean is_ours;

  if (!check_persistent (domain, request, error) ||
      (lock = hostel_machine_lock_take (handle, request->uuid, request->name, error)) == NULL ||
      !hostel_domain_seed_find (handle, domain, request->name, &found, error))
    return FALSE;
  if ((pool = virStoragePoolLookupByVolume (found.volume)) == NULL)
    {
      hostel_virt_set_error (error, _("The storage pool of “%s” is gone."), request->name);
      return FALSE;
    }

  is_ours = g_str_has_prefix (hostel_seed_get_instance_id (found.seed), request->uuid);
  /* From now on it is. */
  if (!is_ours)
    hostel_seed_set_instance_id (found.seed, request->uuid);
  if ((volume = make_volume (handle, pool, lock, request, found.seed,
                             is_ours ? virStorageVolGetName (found.volume) : NULL, error)) == NULL)
    return FALSE;
  if (!swap (domain, volume, request, &found, error))
    {
      hostel_storage_delete_unnamed (handle, volume);
      return FALSE;
    }

  update_metadata (domain, request->user_data);
  hostel_boot_pending_add (request->uuid);
  delete_old (handle, domain, &found, is_ours);

  return TRUE;
}
