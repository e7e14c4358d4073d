/* SPDX-License-Identifier: GPL-3.0-or-later */
/* libvirt directly: libvirt-glib 4.0 finds no volume by its path. */
#define G_LOG_DOMAIN "hostel-domain-seed"

#include "config.h"

#include <string.h>

#include <glib/gi18n.h>

#include "hostel-connection-call.h"
#include "hostel-disk-users.h"
#include "hostel-domain-seed-find.h"
#include "hostel-domain-seed.h"
#include "hostel-storage.h"
#include "hostel-user-data.h"

/* Ours are under 2 MiB. */
#define MAX_SEED (16 * 1024 * 1024)

static void
request_free (gpointer data)
{
  HostelSeedRequest *request = data;

  g_free (request->uuid);
  g_free (request->name);
  g_clear_pointer (&request->user_data, g_bytes_unref);
  g_free (request);
}

void
hostel_seed_found_clear (HostelSeedFound *found)
{
  g_clear_pointer (&found->doc, xmlFreeDoc);
  g_clear_pointer (&found->path, g_free);
  g_clear_pointer (&found->volume, virStorageVolFree);
  g_clear_object (&found->seed);
}

static gboolean
try_path (virConnectPtr    handle,
          const char      *path,
          HostelSeedFound *found)
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

/* What the machine's next start takes. */
xmlDocPtr
hostel_domain_seed_read_definition (virDomainPtr   domain,
                                    const char    *name,
                                    GError       **error)
{
  unsigned int flags = virDomainIsPersistent (domain) == 1 ? VIR_DOMAIN_XML_INACTIVE : 0;
  g_autofree char *xml = virDomainGetXMLDesc (domain, flags);
  xmlDocPtr doc = hostel_xml_parse (xml);

  if (doc == NULL)
    hostel_virt_set_error (error, _("The definition of “%s” cannot be read."), name);

  return doc;
}

gboolean
hostel_domain_seed_find (virConnectPtr     handle,
                         virDomainPtr      domain,
                         const char       *name,
                         HostelSeedFound  *found,
                         GError          **error)
{
  g_autoptr (GPtrArray) disks = NULL;

  if ((found->doc = hostel_domain_seed_read_definition (domain, name, error)) == NULL)
    return FALSE;

  disks = hostel_xml_find_nodes (found->doc, HOSTEL_SEED_DISKS);
  for (guint i = 0; i < disks->len; i++)
    {
      g_autofree char *path = hostel_disk_users_dup_source (handle, found->doc, disks->pdata[i]);

      if (path != NULL && try_path (handle, path, found))
        {
          found->disk = disks->pdata[i];
          return TRUE;
        }
    }

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
  HostelSeedRequest *request = task_data;
  g_auto (HostelSeedFound) found = { NULL, };
  GError *error = NULL;
  g_autoptr (virDomain) domain =
    hostel_virt_lookup_domain (handle, request->uuid, request->name, &error);

  if (domain != NULL && hostel_domain_seed_find (handle, domain, request->name, &found, &error))
    g_task_return_pointer (task, g_bytes_ref (hostel_seed_get_user_data (found.seed)),
                           (GDestroyNotify) g_bytes_unref);
  else
    g_task_return_error (task, error);
}

static void
apply_worker (GTask         *task,
              virConnectPtr  handle,
              gpointer       task_data)
{
  HostelSeedRequest *request = task_data;
  GError *error = NULL;
  g_autoptr (virDomain) domain =
    hostel_virt_lookup_domain (handle, request->uuid, request->name, &error);

  if (domain != NULL && hostel_domain_seed_swap (handle, domain, request, &error))
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
  HostelSeedRequest *request = g_new0 (HostelSeedRequest, 1);

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
