/* SPDX-License-Identifier: GPL-3.0-or-later */
/* libvirt directly: libvirt-glib 4.0 changes no device with flags, and has no pool of a volume. */
#define G_LOG_DOMAIN "hostel-medium"

#include "config.h"

#include <glib/gi18n.h>

#include "hostel-base-name.h"
#include "hostel-connection-call.h"
#include "hostel-disk-users.h"
#include "hostel-medium-installer.h"
#include "hostel-storage.h"
#include "hostel-volume-proof.h"
#include "hostel-xml.h"

#define OWN_DISKS "/domain/devices/disk[source and not(readonly) and (@device = 'disk' or not(@device))]"
#define DRIVES "/domain/devices/disk[@device = 'cdrom' and source]"
/* A boot loader and a kernel are larger; partitioning alone writes a few MiB. */
#define INSTALLED_BYTES (G_GUINT64_CONSTANT (64) << 20)

typedef struct
{
  char *uuid; /* owned */
  char *name; /* owned */
} Request;

static void
request_free (gpointer data)
{
  Request *request = data;

  g_free (request->uuid);
  g_free (request->name);
  g_free (request);
}

/* The drive's own element without what is in it. */
static char *
dup_empty_drive (xmlNodePtr drive)
{
  g_autoptr (xmlDoc) doc = xmlNewDoc (BAD_CAST "1.0");
  xmlNodePtr copy = xmlDocCopyNode (drive, doc, 1);
  xmlNodePtr next;

  xmlDocSetRootElement (doc, copy);
  for (xmlNodePtr child = copy->children; child != NULL; child = next)
    {
      next = child->next;
      if (g_str_equal (child->name, "source") || g_str_equal (child->name, "backingStore"))
        {
          xmlUnlinkNode (child);
          xmlFreeNode (child);
        }
    }

  return hostel_xml_to_string (doc);
}

/* @flags: VIR_DOMAIN_AFFECT_LIVE or _CONFIG. Returns 0, or -1 with libvirt's error. */
static int
eject (virDomainPtr domain,
       unsigned int flags,
       const char  *only_prefix)
{
  g_autofree char *xml =
    virDomainGetXMLDesc (domain, flags == VIR_DOMAIN_AFFECT_CONFIG ? VIR_DOMAIN_XML_INACTIVE : 0);
  g_autoptr (xmlDoc) doc = hostel_xml_parse (xml);
  g_autoptr (GPtrArray) drives = NULL;

  if (doc == NULL)
    return -1;

  drives = hostel_xml_find_nodes (doc, DRIVES);
  for (guint i = 0; i < drives->len; i++)
    {
      g_autofree char *path = hostel_xml_dup_string (doc, drives->pdata[i], "source/@file");
      g_autofree char *name = path != NULL ? g_path_get_basename (path) : g_strdup ("");
      g_autofree char *empty = NULL;

      if (only_prefix != NULL && !g_str_has_prefix (name, only_prefix))
        continue;
      empty = dup_empty_drive (drives->pdata[i]);
      if (virDomainUpdateDeviceFlags (domain, empty, flags) < 0)
        return -1;
    }

  return 0;
}

/* The pools in which the machine has disks that it writes to. */
static GHashTable *
find_pools (virConnectPtr handle,
            xmlDocPtr     doc)
{
  GHashTable *pools = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GPtrArray) disks = hostel_xml_find_nodes (doc, OWN_DISKS);

  for (guint i = 0; i < disks->len; i++)
    {
      g_autofree char *path = hostel_disk_users_dup_source (handle, doc, disks->pdata[i]);
      g_autoptr (virStorageVol) volume = path ? virStorageVolLookupByPath (handle, path) : NULL;
      g_autoptr (virStoragePool) pool = volume ? virStoragePoolLookupByVolume (volume) : NULL;

      if (pool != NULL)
        g_hash_table_add (pools, g_strdup (virStoragePoolGetName (pool)));
    }

  return pools;
}

static gboolean
is_own (virDomainPtr       domain,
        xmlDocPtr          doc,
        const char        *path,
        HostelVolumeProof  what)
{
  virConnectPtr handle = virDomainGetConnect (domain);
  g_autoptr (virStorageVol) volume = path != NULL ? virStorageVolLookupByPath (handle, path) : NULL;
  g_autoptr (GHashTable) pools = NULL;
  char uuid[VIR_UUID_STRING_BUFLEN] = "";

  if (volume == NULL || virDomainGetUUIDString (domain, uuid) < 0)
    return FALSE;

  pools = find_pools (handle, doc);

  return hostel_volume_proof_is (handle, volume, uuid, pools, what);
}

/* Whether the definition starts an installer's kernel that was made for it alone. Anybody can write
 * any path there. */
static gboolean
has_own_kernel (virDomainPtr domain,
                xmlDocPtr    doc)
{
  g_autofree char *kernel = hostel_xml_dup_string (doc, NULL, "/domain/os/kernel");
  g_autofree char *initrd = hostel_xml_dup_string (doc, NULL, "/domain/os/initrd");

  return kernel != NULL && initrd != NULL &&
         is_own (domain, doc, kernel, HOSTEL_VOLUME_PROOF_KERNEL) &&
         is_own (domain, doc, initrd, HOSTEL_VOLUME_PROOF_INITRD);
}

static gboolean
is_installed (virDomainPtr domain,
              xmlDocPtr    doc)
{
  g_autofree char *target =
    hostel_xml_dup_string (doc, NULL, "/domain/devices/disk[not(readonly) and (@device = 'disk' or "
                                      "not(@device))][1]/target/@dev");
  virDomainBlockInfo info;

  return target != NULL && virDomainGetBlockInfo (domain, target, &info, 0) == 0 &&
         info.allocation >= INSTALLED_BYTES;
}

/* @users: after the machine has let go of it. */
static void
delete_volume (virConnectPtr    handle,
               HostelDiskUsers *users,
               const char      *path)
{
  g_autoptr (virStorageVol) volume = virStorageVolLookupByPath (handle, path);
  g_autofree char *need = hostel_disk_users_dup_need (users, path, NULL, NULL);

  if (need != NULL)
    g_debug ("“%s” stays: %s", path, need);
  else if (volume != NULL && virStorageVolDelete (volume, 0) < 0)
    g_debug ("“%s” stays: %s", path, virGetLastErrorMessage ());
}

/* From then on the machine boots from its disk, and a reboot is one. */
static void
forget_kernel (virDomainPtr domain)
{
  virConnectPtr handle = virDomainGetConnect (domain);
  g_autofree char *xml =
    virDomainGetXMLDesc (domain, VIR_DOMAIN_XML_INACTIVE | VIR_DOMAIN_XML_SECURE);
  g_autoptr (xmlDoc) doc = hostel_xml_parse (xml);
  g_autoptr (GPtrArray) nodes = NULL;
  g_autoptr (virDomain) defined = NULL;
  g_autofree char *kernel = NULL;
  g_autofree char *initrd = NULL;
  g_autofree char *installed = NULL;
  g_autoptr (HostelDiskUsers) users = NULL;
  g_autoptr (GError) error = NULL;

  /* It may have been defined anew since. */
  if (doc == NULL || !has_own_kernel (domain, doc))
    return;

  kernel = hostel_xml_dup_string (doc, NULL, "/domain/os/kernel");
  initrd = hostel_xml_dup_string (doc, NULL, "/domain/os/initrd");
  nodes = hostel_xml_find_nodes (doc, "/domain/os/kernel | /domain/os/initrd | /domain/os/cmdline");
  for (guint i = 0; i < nodes->len; i++)
    {
      xmlUnlinkNode (nodes->pdata[i]);
      xmlFreeNode (nodes->pdata[i]);
    }
  g_clear_pointer (&nodes, g_ptr_array_unref);
  nodes = hostel_xml_find_nodes (doc, "/domain/on_reboot");
  for (guint i = 0; i < nodes->len; i++)
    xmlNodeSetContent (nodes->pdata[i], BAD_CAST "restart");

  installed = hostel_xml_to_string (doc);
  if ((defined = virDomainDefineXML (handle, installed)) == NULL)
    {
      g_debug ("The installer’s kernel stays: %s", virGetLastErrorMessage ());
      return;
    }

  if ((users = hostel_disk_users_read_anew (handle, &error)) == NULL)
    {
      g_debug ("%s", error->message);
      return;
    }
  delete_volume (handle, users, kernel);
  delete_volume (handle, users, initrd);
}

void
hostel_medium_finish_installation (virDomainPtr domain)
{
  g_autofree char *xml = virDomainGetXMLDesc (domain, VIR_DOMAIN_XML_INACTIVE);
  g_autoptr (xmlDoc) doc = hostel_xml_parse (xml);
  g_autoptr (GPtrArray) drives = doc != NULL ? hostel_xml_find_nodes (doc, DRIVES) : NULL;
  gboolean kernel = doc != NULL && has_own_kernel (domain, doc);

  /* A saved machine goes on as it was saved. */
  if (drives == NULL || (drives->len == 0 && !kernel) ||
      virDomainHasManagedSaveImage (domain, 0) != 0 || !is_installed (domain, doc))
    return;

  if (eject (domain, VIR_DOMAIN_AFFECT_CONFIG, HOSTEL_BASE_IMAGE_PREFIX) < 0)
    g_debug ("The disc stays in: %s", virGetLastErrorMessage ());
  if (kernel)
    forget_kernel (domain);
}

static void
eject_worker (GTask         *task,
              virConnectPtr  handle,
              gpointer       task_data)
{
  Request *request = task_data;
  GError *error = NULL;
  g_autoptr (virDomain) domain =
    hostel_virt_lookup_domain (handle, request->uuid, request->name, &error);

  if (domain != NULL &&
      ((virDomainIsActive (domain) == 1 && eject (domain, VIR_DOMAIN_AFFECT_LIVE, NULL) < 0) ||
       (virDomainIsPersistent (domain) == 1 && eject (domain, VIR_DOMAIN_AFFECT_CONFIG, NULL) < 0)))
    hostel_virt_set_error (&error, _("The disc of “%s” cannot be ejected."), request->name);

  if (error == NULL)
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

/**
 * hostel_medium_eject_async:
 * @domain: a machine
 * @callback: called on the main thread
 * @user_data: for @callback
 *
 * Now, where it runs, and for its next start. Takes no cancellable: "cancelled" would hide that it
 * happened.
 */
void
hostel_medium_eject_async (HostelDomain        *domain,
                           GAsyncReadyCallback  callback,
                           gpointer             user_data)
{
  Request *request;
  GTask *task;

  g_return_if_fail (HOSTEL_IS_DOMAIN (domain));

  request = g_new0 (Request, 1);
  request->uuid = g_strdup (hostel_domain_get_uuid (domain));
  request->name = g_strdup (hostel_domain_get_name (domain));
  task = g_task_new (domain, NULL, callback, user_data);
  g_task_set_source_tag (task, hostel_medium_eject_async);
  g_task_set_task_data (task, request, request_free);
  hostel_connection_call (hostel_domain_get_connection (domain), task, eject_worker);
}

/**
 * hostel_medium_eject_finish:
 *
 * Returns: whether no drive has a disc any more
 */
gboolean
hostel_medium_eject_finish (HostelDomain  *domain,
                            GAsyncResult  *result,
                            GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, domain), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}
