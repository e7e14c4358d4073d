#define G_LOG_DOMAIN "hostel-delete-job"

#include "config.h"

#include <glib/gi18n.h>

#include "hostel-base-name.h"
#include "hostel-delete-plan.h"
#include "hostel-domain-metadata.h"
#include "hostel-xml.h"

/* What the plan is made from. */
typedef struct
{
  virConnectPtr  handle;   /* borrowed */
  char           uuid[VIR_UUID_STRING_BUFLEN];
  gboolean       in_place; /* the machine's disk is a person's own image */
  GHashTable    *users;    /* owned: path -> name of another machine that has it */
  GHashTable    *overlays; /* owned: path -> name of a volume whose backing file it is */
  GHashTable    *pools;    /* owned, a set: the pools that "overlays" was read from, by name */
} Plan;

static void
plan_clear (Plan *plan)
{
  g_clear_pointer (&plan->users, g_hash_table_unref);
  g_clear_pointer (&plan->overlays, g_hash_table_unref);
  g_clear_pointer (&plan->pools, g_hash_table_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Plan, plan_clear)

static void
disk_free (HostelDeleteDisk *disk)
{
  g_free (disk->path);
  g_free (disk->reason);
  g_free (disk);
}

static xmlDocPtr
load_domain (virDomainPtr domain)
{
  unsigned int flags = virDomainIsPersistent (domain) == 1 ? VIR_DOMAIN_XML_INACTIVE : 0;
  g_autofree char *xml = virDomainGetXMLDesc (domain, flags);

  return hostel_xml_parse (xml);
}

/* Everything a machine's definition names, its backing files too where it tells them. */
static GStrv
dup_sources (virConnectPtr handle,
             xmlDocPtr     doc)
{
  g_auto (GStrv) paths = hostel_xml_dup_strings (doc, NULL, "/domain/devices//source/@file"
                                                 " | /domain/devices//source/@dev"
                                                 " | /domain/os/kernel | /domain/os/initrd");
  g_autoptr (GPtrArray) volumes = hostel_xml_find_nodes (doc, "/domain/devices/disk/source"
                                                              "[@pool and @volume]");
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  g_strv_builder_addv (builder, (const char **) paths);
  for (guint i = 0; i < volumes->len; i++)
    {
      xmlNodePtr node = g_ptr_array_index (volumes, i);
      g_autofree char *pool_name = hostel_xml_dup_string (doc, node, "@pool");
      g_autofree char *name = hostel_xml_dup_string (doc, node, "@volume");
      g_autoptr (virStoragePool) pool = virStoragePoolLookupByName (handle, pool_name);
      g_autoptr (virStorageVol) volume = pool ? virStorageVolLookupByName (pool, name) : NULL;
      g_autofree char *path = volume ? virStorageVolGetPath (volume) : NULL;

      if (path != NULL)
        g_strv_builder_add (builder, path);
    }

  return g_strv_builder_end (builder);
}

static gboolean
read_users (Plan    *plan,
            GError **error)
{
  virDomainPtr *domains = NULL;
  int n = virConnectListAllDomains (plan->handle, &domains, 0);

  if (n < 0)
    {
      hostel_virt_set_error (error, _("Who else uses the disks is not known."));
      return FALSE;
    }

  for (int i = 0; i < n; i++)
    {
      char uuid[VIR_UUID_STRING_BUFLEN] = "";
      g_autoptr (xmlDoc) doc = NULL;
      g_auto (GStrv) paths = NULL;

      virDomainGetUUIDString (domains[i], uuid);
      if (!g_str_equal (uuid, plan->uuid) && (doc = load_domain (domains[i])) != NULL)
        paths = dup_sources (plan->handle, doc);
      for (guint j = 0; paths != NULL && paths[j] != NULL; j++)
        g_hash_table_insert (plan->users, g_strdup (paths[j]),
                             g_strdup (virDomainGetName (domains[i])));
      virDomainFree (domains[i]);
    }
  free (domains);

  return TRUE;
}

/* A definition names the top of a chain; what is below, the volumes tell. */
static void
read_overlays (Plan              *plan,
               virStoragePoolPtr  pool)
{
  virStorageVolPtr *volumes = NULL;
  int n;

  if (!g_hash_table_add (plan->pools, g_strdup (virStoragePoolGetName (pool))))
    return;

  n = virStoragePoolListAllVolumes (pool, &volumes, 0);
  for (int i = 0; i < n; i++)
    {
      g_autofree char *xml = virStorageVolGetXMLDesc (volumes[i], 0);
      g_autoptr (xmlDoc) doc = hostel_xml_parse (xml);
      char *backing = doc ? hostel_xml_dup_string (doc, NULL, "/volume/backingStore/path") : NULL;

      if (backing != NULL)
        g_hash_table_insert (plan->overlays, backing,
                             g_strdup (virStorageVolGetName (volumes[i])));
      virStorageVolFree (volumes[i]);
    }
  free (volumes);
}

static char *
dup_reason (Plan             *plan,
            virStorageVolPtr  volume,
            const char       *path,
            gboolean          removable,
            gboolean          shared)
{
  const char *name = virStorageVolGetName (volume);
  const char *user = g_hash_table_lookup (plan->users, path);
  g_autoptr (virStoragePool) pool = virStoragePoolLookupByVolume (volume);
  const char *overlay;

  if (pool != NULL)
    read_overlays (plan, pool);
  overlay = g_hash_table_lookup (plan->overlays, path);

  if (hostel_base_image_is_base (name))
    return g_strdup (_("It is a base image, which other machines are made from."));
  if (user != NULL)
    return g_strdup_printf (_("Used by %s."), user);
  if (overlay != NULL)
    return g_strdup_printf (_("The disk “%s” is an overlay of it."), overlay);
  if (shared)
    return g_strdup (_("It is marked as shared with other machines."));
  if (plan->in_place && strstr (name, plan->uuid) == NULL)
    return g_strdup (_("It is an image of yours, which the machine uses itself."));
  /* A seed of ours is read-only, and nobody else's. */
  if (removable && strstr (name, plan->uuid) == NULL)
    return g_strdup (_("It is a medium to read from, not this machine’s own disk."));

  return NULL;
}

static void
add_disk (Plan       *plan,
          GPtrArray  *disks,
          const char *path,
          gboolean    removable,
          gboolean    shared)
{
  g_autoptr (virStorageVol) volume = virStorageVolLookupByPath (plan->handle, path);
  HostelDeleteDisk *disk = g_new0 (HostelDeleteDisk, 1);
  virStorageVolInfo info;

  disk->path = g_strdup (path);
  if (volume == NULL)
    disk->reason = g_strdup (_("It is in no storage pool of this host."));
  else
    {
      disk->reason = dup_reason (plan, volume, path, removable, shared);
      if (virStorageVolGetInfo (volume, &info) == 0)
        disk->allocation = info.allocation;
    }
  disk->deletable = disk->reason == NULL;
  g_ptr_array_add (disks, disk);
}

static void
add_domain_disks (Plan      *plan,
                  GPtrArray *disks,
                  xmlDocPtr  doc)
{
  g_autoptr (GPtrArray) nodes = hostel_xml_find_nodes (doc, "/domain/devices/disk[source]");
  g_auto (GStrv) logs = hostel_xml_dup_strings (doc, NULL, "/domain/devices/serial/log/@file");
  g_auto (GStrv) kernels = hostel_xml_dup_strings (doc, NULL,
                                                   "/domain/os/kernel | /domain/os/initrd");

  for (guint i = 0; i < nodes->len; i++)
    {
      xmlNodePtr node = g_ptr_array_index (nodes, i);
      g_autoptr (xmlDoc) one = xmlNewDoc (BAD_CAST "1.0");
      xmlNodePtr root = xmlNewNode (NULL, BAD_CAST "domain");
      g_autofree char *device = hostel_xml_dup_string (doc, node, "@device");
      g_autofree char *readonly = hostel_xml_dup_string (doc, node, "readonly");
      g_autofree char *shared = hostel_xml_dup_string (doc, node, "shareable");
      g_auto (GStrv) paths = NULL;

      xmlDocSetRootElement (one, root);
      xmlAddChild (xmlNewChild (root, NULL, BAD_CAST "devices", NULL),
                   xmlDocCopyNode (node, one, 1));
      paths = dup_sources (plan->handle, one);
      if (paths[0] != NULL)
        add_disk (plan, disks, paths[0],
                  readonly != NULL || (device != NULL && !g_str_equal (device, "disk")),
                  shared != NULL);
    }

  for (guint i = 0; logs[i] != NULL; i++)
    add_disk (plan, disks, logs[i], TRUE, FALSE);

  /* An installer's, made for this machine; others belong to whoever put them there. */
  for (guint i = 0; kernels[i] != NULL; i++)
    if (strstr (kernels[i], plan->uuid) != NULL)
      add_disk (plan, disks, kernels[i], TRUE, FALSE);
}

/**
 * hostel_delete_plan_new:
 * @handle: a connection
 * @domain: the machine that is to be deleted
 * @error: (out) (optional): where to put an error
 *
 * Reads every other machine's definition, and the volumes of the pools in question for their
 * backing files.
 *
 * Returns: (transfer full) (nullable) (element-type HostelDeleteDisk): the machine's disks, the
 *   seed and the serial's log with them
 */
GPtrArray *
hostel_delete_plan_new (virConnectPtr   handle,
                        virDomainPtr    domain,
                        GError        **error)
{
  const char *name = virDomainGetName (domain);
  g_autoptr (GPtrArray) disks = g_ptr_array_new_with_free_func ((GDestroyNotify) disk_free);
  g_autoptr (xmlDoc) doc = load_domain (domain);
  g_autoptr (HostelDomainMetadata) metadata = NULL;
  g_auto (Plan) plan = { .handle = handle };

  if (doc == NULL)
    {
      hostel_virt_set_error (error, _("The definition of “%s” cannot be read."), name);
      return NULL;
    }

  plan.users = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  plan.overlays = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  plan.pools = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  virDomainGetUUIDString (domain, plan.uuid);
  metadata = hostel_domain_metadata_read (xmlDocGetRootElement (doc));
  plan.in_place = metadata->in_place;
  if (!read_users (&plan, error))
    return NULL;

  add_domain_disks (&plan, disks, doc);

  return g_steal_pointer (&disks);
}
