#define G_LOG_DOMAIN "hostel-domain-seed"

#include "config.h"

#include <string.h>

#include <glib/gi18n.h>

#include "hostel-boot-pending.h"
#include "hostel-cloud-config.h"
#include "hostel-connection-call.h"
#include "hostel-domain-metadata.h"
#include "hostel-domain-seed.h"
#include "hostel-seed.h"
#include "hostel-storage.h"
#include "hostel-user-data.h"
#include "hostel-xml.h"

/* Ours are under 2 MiB. */
#define MAX_SEED (16 * 1024 * 1024)
/* Of the definition that the next start takes. */
#define SOURCES "/domain/devices/disk[readonly or @device = 'cdrom']/source/@file"

typedef struct
{
  char   *uuid;      /* owned */
  char   *name;      /* owned */
  GBytes *user_data; /* owned, nullable: what is to be applied */
} Request;

/* What a machine's definition leads to. */
typedef struct
{
  xmlDocPtr         doc;    /* owned: the definition, secrets and all */
  char             *path;   /* owned: of the seed's volume */
  virStorageVolPtr  volume; /* owned */
  HostelSeed       *seed;   /* owned */
} Found;

static void
request_free (gpointer data)
{
  Request *request = data;

  g_free (request->uuid);
  g_free (request->name);
  g_clear_pointer (&request->user_data, g_bytes_unref);
  g_free (request);
}

static void
found_clear (Found *found)
{
  g_clear_pointer (&found->doc, xmlFreeDoc);
  g_clear_pointer (&found->path, g_free);
  g_clear_pointer (&found->volume, virStorageVolFree);
  g_clear_object (&found->seed);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Found, found_clear)

static gboolean
try_path (virConnectPtr  handle,
          const char    *path,
          Found         *found)
{
  g_autoptr (virStorageVol) volume = virStorageVolLookupByPath (handle, path);
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GError) error = NULL;
  virStorageVolInfo info;

  /* An installation disc is no seed. */
  if (volume == NULL || virStorageVolGetInfo (volume, &info) < 0 || info.capacity > MAX_SEED)
    return FALSE;

  if ((bytes = hostel_storage_download_bytes (handle, volume, MAX_SEED, &error)) == NULL ||
      (found->seed = hostel_seed_new_from_iso (bytes, &error)) == NULL)
    {
      g_debug ("%s: %s", path, error->message);
      return FALSE;
    }
  found->path = g_strdup (path);
  found->volume = g_steal_pointer (&volume);

  return TRUE;
}

static gboolean
find_seed (virConnectPtr   handle,
           virDomainPtr    domain,
           const char     *name,
           Found          *found,
           GError        **error)
{
  unsigned int flags = VIR_DOMAIN_XML_SECURE;
  g_autofree char *xml = NULL;
  g_auto (GStrv) paths = NULL;

  if (virDomainIsPersistent (domain) == 1)
    flags |= VIR_DOMAIN_XML_INACTIVE;
  xml = virDomainGetXMLDesc (domain, flags);
  if ((found->doc = hostel_xml_parse (xml)) == NULL)
    {
      hostel_virt_set_error (error, _("The definition of “%s” cannot be read."), name);
      return FALSE;
    }

  paths = hostel_xml_dup_strings (found->doc, NULL, SOURCES);
  for (guint i = 0; paths[i] != NULL; i++)
    if (try_path (handle, paths[i], found))
      return TRUE;

  hostel_error_set (error, HOSTEL_ERROR_NOT_FOUND,
                    _("Only machines that were made with user-data and keep their seed have one."),
                    NULL, _("“%s” has no seed for cloud-init."), name);

  return FALSE;
}

static void
load_worker (GTask         *task,
             virConnectPtr  handle,
             gpointer       task_data)
{
  Request *request = task_data;
  g_auto (Found) found = { NULL, };
  GError *error = NULL;
  g_autoptr (virDomain) domain =
    hostel_virt_lookup_domain (handle, request->uuid, request->name, &error);

  if (domain != NULL && find_seed (handle, domain, request->name, &found, &error))
    g_task_return_pointer (task, g_bytes_ref (hostel_seed_get_user_data (found.seed)),
                           (GDestroyNotify) g_bytes_unref);
  else
    g_task_return_error (task, error);
}

/* "web1-UUID-seed-2.iso": the generation is in the instance-id. */
static char *
dup_volume_name (const Request *request,
                 HostelSeed    *seed)
{
  const char *dash = strrchr (hostel_seed_get_instance_id (seed), '-');
  g_autofree char *suffix = g_strdup_printf ("-seed-%s.iso", dash != NULL ? dash + 1 : "2");

  return hostel_storage_dup_volume_name (request->name, request->uuid, suffix);
}

static void
replace_source (xmlDocPtr   doc,
                const char *old,
                const char *new)
{
  g_autoptr (GPtrArray) nodes = hostel_xml_find_nodes (doc, "/domain/devices/disk/source[@file]");

  for (guint i = 0; i < nodes->len; i++)
    {
      g_autofree char *path = hostel_xml_dup_string (doc, nodes->pdata[i], "@file");

      if (g_strcmp0 (path, old) == 0)
        xmlSetProp (nodes->pdata[i], BAD_CAST "file", BAD_CAST new);
    }
}

/* What the metadata tells of the user-data: whom ssh logs in as, and whether the host key is ours. */
static void
update_metadata (xmlDocPtr  doc,
                 GBytes    *user_data)
{
  g_autoptr (GPtrArray) nodes =
    hostel_xml_find_nodes (doc, "/domain/metadata/*[local-name() = '" HOSTEL_DOMAIN_METADATA_ELEMENT
                                "' and namespace-uri() = '" HOSTEL_DOMAIN_METADATA_URI "']");
  g_autoptr (HostelCloudConfig) config = NULL;
  g_autoptr (HostelCloudUser) user = NULL;
  gsize length;
  const char *text = g_bytes_get_data (user_data, &length);

  if (nodes->len == 0)
    return;

  if (hostel_user_data_has_host_keys (user_data))
    xmlUnsetProp (nodes->pdata[0], BAD_CAST HOSTEL_DOMAIN_METADATA_SSH_HOST_KEY);
  if (hostel_user_data_get_kind (user_data) != HOSTEL_USER_DATA_CLOUD_CONFIG ||
      (config = hostel_cloud_config_new_from_string (text, (gssize) length, NULL)) == NULL)
    return;

  user = g_list_model_get_item (hostel_cloud_config_get_users (config), 0);
  if (user != NULL)
    xmlSetProp (nodes->pdata[0], BAD_CAST HOSTEL_DOMAIN_METADATA_USER,
                BAD_CAST hostel_cloud_user_get_name (user));
}

/* The definition changes to the new seed in one step; before it nothing has changed, and what was
 * made is deleted. */
static gboolean
define (virConnectPtr      handle,
        virStorageVolPtr   volume,
        const Request     *request,
        Found             *found,
        GError           **error)
{
  g_autofree char *path = virStorageVolGetPath (volume);
  g_autofree char *xml = NULL;
  g_autoptr (virDomain) defined = NULL;

  if (path == NULL)
    {
      hostel_virt_set_error (error, _("The new seed has no path."));
      return FALSE;
    }

  replace_source (found->doc, found->path, path);
  update_metadata (found->doc, request->user_data);
  xml = hostel_xml_to_string (found->doc);
  if ((defined = virDomainDefineXML (handle, xml)) == NULL)
    {
      hostel_virt_set_error (error, _("libvirt does not take the machine “%s”."), request->name);
      return FALSE;
    }

  return TRUE;
}

static gboolean
apply (virConnectPtr   handle,
       virDomainPtr    domain,
       const Request  *request,
       GError        **error)
{
  g_auto (Found) found = { NULL, };
  g_autoptr (virStoragePool) pool = NULL;
  g_autoptr (virStorageVol) volume = NULL;
  g_autoptr (GBytes) iso = NULL;
  g_autofree char *name = NULL;
  HostelVolumeSpec spec = { .format = "raw" };

  if (!find_seed (handle, domain, request->name, &found, error))
    return FALSE;

  hostel_seed_renew (found.seed);
  hostel_seed_set_user_data (found.seed, request->user_data);
  if ((iso = hostel_seed_to_iso (found.seed, error)) == NULL)
    return FALSE;
  if ((pool = virStoragePoolLookupByVolume (found.volume)) == NULL)
    {
      hostel_virt_set_error (error, _("The storage pool of “%s” is gone."), request->name);
      return FALSE;
    }

  name = dup_volume_name (request, found.seed);
  spec.name = name;
  spec.capacity = g_bytes_get_size (iso);
  /* One that an apply before this one left when its program was killed. */
  if (!hostel_storage_delete_named (pool, name, error) ||
      (volume = hostel_storage_create_volume (pool, &spec, error)) == NULL)
    return FALSE;

  if (!hostel_storage_upload_bytes (handle, volume, iso, error) ||
      !define (handle, volume, request, &found, error))
    {
      virStorageVolDelete (volume, 0);
      return FALSE;
    }

  hostel_boot_pending_add (request->uuid);
  /* A running machine has the old one still open; it goes when the machine is deleted. */
  if (virDomainIsActive (domain) != 1 && strstr (found.path, request->uuid) != NULL)
    virStorageVolDelete (found.volume, 0);

  return TRUE;
}

static void
apply_worker (GTask         *task,
              virConnectPtr  handle,
              gpointer       task_data)
{
  Request *request = task_data;
  GError *error = NULL;
  g_autoptr (virDomain) domain =
    hostel_virt_lookup_domain (handle, request->uuid, request->name, &error);

  if (domain != NULL && apply (handle, domain, request, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static void
call (HostelDomain        *domain,
      GBytes              *user_data_bytes,
      gpointer             tag,
      HostelCallFunc       worker,
      GCancellable        *cancellable,
      GAsyncReadyCallback  callback,
      gpointer             user_data)
{
  GTask *task = g_task_new (domain, cancellable, callback, user_data);
  Request *request = g_new0 (Request, 1);

  request->uuid = g_strdup (hostel_domain_get_uuid (domain));
  request->name = g_strdup (hostel_domain_get_name (domain));
  if (user_data_bytes != NULL)
    request->user_data = g_bytes_ref (user_data_bytes);
  g_task_set_source_tag (task, tag);
  g_task_set_task_data (task, request, request_free);
  hostel_connection_call (hostel_domain_get_connection (domain), task, worker);
}

/**
 * hostel_domain_seed_load_async:
 * @domain: a machine
 * @cancellable: (nullable): ends the waiting
 * @callback: called on the main thread
 * @user_data: for @callback
 *
 * Reads the seed that the next start of @domain gets, a few hundred KiB.
 */
void
hostel_domain_seed_load_async (HostelDomain        *domain,
                               GCancellable        *cancellable,
                               GAsyncReadyCallback  callback,
                               gpointer             user_data)
{
  g_return_if_fail (HOSTEL_IS_DOMAIN (domain));

  call (domain, NULL, hostel_domain_seed_load_async, load_worker, cancellable, callback, user_data);
}

/**
 * hostel_domain_seed_load_finish:
 * @error: (out) (optional): %HOSTEL_ERROR_NOT_FOUND where it has no seed
 *
 * Returns: (transfer full) (nullable): its user-data
 */
GBytes *
hostel_domain_seed_load_finish (HostelDomain  *domain,
                                GAsyncResult  *result,
                                GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, domain), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

/**
 * hostel_domain_seed_apply_async:
 * @domain: a machine
 * @seed_user_data: what it is to be told
 * @callback: called on the main thread
 * @user_data: for @callback
 *
 * Makes a new seed with a new instance-id beside the old one, and lets the machine's definition
 * name it: cloud-init does once more what it does once. The machine takes it at its next start; a
 * reboot inside a running one is none. Network configuration, reporter and host key stay. Takes no
 * cancellable: "cancelled" would hide that it happened.
 */
void
hostel_domain_seed_apply_async (HostelDomain        *domain,
                                GBytes              *seed_user_data,
                                GAsyncReadyCallback  callback,
                                gpointer             user_data)
{
  g_autoptr (GError) error = NULL;

  g_return_if_fail (HOSTEL_IS_DOMAIN (domain));
  g_return_if_fail (seed_user_data != NULL);

  if (hostel_user_data_check (seed_user_data, &error))
    call (domain, seed_user_data, hostel_domain_seed_apply_async, apply_worker, NULL, callback,
          user_data);
  else
    g_task_report_error (domain, callback, user_data, hostel_domain_seed_apply_async,
                         g_steal_pointer (&error));
}

/**
 * hostel_domain_seed_apply_finish:
 * @error: (out) (optional): %HOSTEL_ERROR_INVALID where cloud-init would not take it, ...
 *
 * Returns: whether the machine's next start applies it
 */
gboolean
hostel_domain_seed_apply_finish (HostelDomain  *domain,
                                 GAsyncResult  *result,
                                 GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, domain), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}
