/* SPDX-License-Identifier: GPL-3.0-or-later */
/* libvirt directly: libvirt-glib 4.0 has no pool of a volume and no saved state's XML. */
#define G_LOG_DOMAIN "hostel-delete-job"

#include "config.h"

#include <stdlib.h>

#include <glib/gi18n.h>

#include "hostel-base-name.h"
#include "hostel-delete-plan.h"
#include "hostel-visible.h"
#include "hostel-volume-proof.h"

/* Of a machine and of what its snapshots remember of it. */
#define DISKS "//devices/disk[source] | /domainsnapshot/disks/disk[source]"
#define LOGS "/domain/devices/*/log/@file"
#define KERNELS "/domain/os/kernel"
#define INITRDS "/domain/os/initrd"
#define MEMORY "/domainsnapshot/memory[@snapshot = 'external']/@file"
#define VARIABLES "/domain/os/nvram[not(source)] | /domain/os/nvram/source/@file"
#define TPM "/domain/devices/tpm/backend[@type = 'emulator']"
/* virtlogd's back-ups of a log. */
#define LOG_BACKUPS 4

HostelDeleteDisk *
hostel_delete_disk_new (HostelDeleteKind  kind,
                        const char       *path)
{
  HostelDeleteDisk *disk = g_new0 (HostelDeleteDisk, 1);

  disk->kind = kind;
  disk->path = g_strdup (path);
  disk->label = hostel_visible_dup_line (path);

  return disk;
}

/* Each name of a file once, as what it was first found to be. */
static void
add (HostelDeletePlan *plan,
     HostelDeleteKind  kind,
     const char       *path)
{
  if (*path == '\0')
    return;

  g_hash_table_add (plan->seen, hostel_disk_users_dup_id (plan->users, path));
  if (g_hash_table_add (plan->names, hostel_disk_users_dup_name_id (plan->users, path)))
    g_ptr_array_add (plan->disks, hostel_delete_disk_new (kind, path));
}

static void
add_all (HostelDeletePlan *plan,
         HostelDeleteKind  kind,
         xmlDocPtr         doc,
         const char       *xpath)
{
  g_auto (GStrv) paths = hostel_xml_dup_strings (doc, NULL, xpath);

  for (guint i = 0; paths[i] != NULL; i++)
    add (plan, kind, paths[i]);
}

static void
add_state (HostelDeletePlan *plan,
           HostelDeleteKind  kind,
           const char       *label)
{
  HostelDeleteDisk *disk = g_new0 (HostelDeleteDisk, 1);

  disk->kind = kind;
  disk->label = g_strdup (label);
  g_ptr_array_add (plan->disks, disk);
}

static void
add_disk (HostelDeletePlan *plan,
          xmlDocPtr         doc,
          xmlNodePtr        node)
{
  g_autofree char *path = hostel_disk_users_dup_source (plan->handle, doc, node);
  g_autofree char *device = hostel_xml_dup_string (doc, node, "@device");
  g_autofree char *readonly = hostel_xml_dup_string (doc, node, "readonly");
  g_autofree char *shared = hostel_xml_dup_string (doc, node, "shareable");
  gboolean writes = device == NULL || g_str_equal (device, "disk") || g_str_equal (device, "lun");
  guint before = plan->disks->len;

  if (path == NULL)
    return;

  add (plan, writes && readonly == NULL ? HOSTEL_DELETE_DISK : HOSTEL_DELETE_MEDIUM, path);
  if (shared != NULL && plan->disks->len > before)
    ((HostelDeleteDisk *) plan->disks->pdata[before])->reason =
      g_strdup (_("It is marked as shared with other machines."));
}

static void
add_logs (HostelDeletePlan *plan,
          xmlDocPtr         doc)
{
  g_auto (GStrv) paths = hostel_xml_dup_strings (doc, NULL, LOGS);

  for (guint i = 0; paths[i] != NULL; i++)
    {
      add (plan, HOSTEL_DELETE_LOG, paths[i]);
      for (guint j = 0; j < LOG_BACKUPS; j++)
        {
          g_autofree char *backup = g_strdup_printf ("%s.%u", paths[i], j);
          g_autoptr (virStorageVol) volume =
            hostel_delete_plan_lookup (plan->handle, plan->users, backup);

          if (volume != NULL)
            add (plan, HOSTEL_DELETE_LOG, backup);
        }
    }
}

/* Whatever one document of libvirt's names as the machine's. */
static void
read_doc (HostelDeletePlan *plan,
          xmlDocPtr         doc)
{
  g_autoptr (GPtrArray) disks = hostel_xml_find_nodes (doc, DISKS);

  for (guint i = 0; i < disks->len; i++)
    add_disk (plan, doc, disks->pdata[i]);
  add_logs (plan, doc);
  add_all (plan, HOSTEL_DELETE_KERNEL, doc, KERNELS);
  add_all (plan, HOSTEL_DELETE_INITRD, doc, INITRDS);
  add_all (plan, HOSTEL_DELETE_MEMORY, doc, MEMORY);
  add_all (plan, HOSTEL_DELETE_VARIABLES, doc, VARIABLES);
}

static void
read_text (HostelDeletePlan *plan,
           const char       *xml)
{
  g_autoptr (xmlDoc) doc = hostel_xml_parse (xml);

  if (doc != NULL)
    read_doc (plan, doc);
}

static void
read_snapshots (HostelDeletePlan *plan)
{
  virDomainSnapshotPtr *snapshots = NULL;
  int n = virDomainListAllSnapshots (plan->domain, &snapshots, 0);
  g_autofree char *label = NULL;

  for (int i = 0; i < n; i++)
    {
      g_autofree char *xml = virDomainSnapshotGetXMLDesc (snapshots[i], 0);

      read_text (plan, xml);
      virDomainSnapshotFree (snapshots[i]);
    }
  free (snapshots);

  if (n > 0)
    {
      label = g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "%d snapshot", "%d snapshots", n), n);
      add_state (plan, HOSTEL_DELETE_STATE, label);
    }
}

static void
add_below (HostelDeletePlan *plan)
{
  for (guint i = 0; i < plan->disks->len; i++)
    {
      HostelDeleteDisk *disk = plan->disks->pdata[i];
      g_auto (GStrv) below = NULL;

      if (disk->kind != HOSTEL_DELETE_DISK && disk->kind != HOSTEL_DELETE_MEDIUM)
        continue;
      below = hostel_disk_users_dup_below (plan->users, disk->path);
      for (guint j = 0; below[j] != NULL; j++)
        add (plan, HOSTEL_DELETE_BELOW, below[j]);
    }
}

/* Seeds of before and logs that were full are the machine's, a clone's disk and a person's back-up
 * are not: the name says the same of all. */
static void
add_named (HostelDeletePlan  *plan,
           virStoragePoolPtr  pool)
{
  virStorageVolPtr *volumes = NULL;
  int n = virStoragePoolListAllVolumes (pool, &volumes, 0);

  for (int i = 0; i < n; i++)
    {
      const char *name = virStorageVolGetName (volumes[i]);
      g_autofree char *path = virStorageVolGetPath (volumes[i]);

      if (path != NULL && strstr (name, plan->uuid) != NULL && !hostel_base_image_is_base (name))
        add (plan, HOSTEL_DELETE_NAMED, path);
      virStorageVolFree (volumes[i]);
    }
  free (volumes);
}

static void
find_pools (HostelDeletePlan *plan)
{
  guint n_disks = plan->disks->len;

  for (guint i = 0; i < n_disks; i++)
    {
      HostelDeleteDisk *disk = plan->disks->pdata[i];
      g_autoptr (virStorageVol) volume = NULL;
      g_autoptr (virStoragePool) pool = NULL;

      if ((disk->kind != HOSTEL_DELETE_DISK && disk->kind != HOSTEL_DELETE_MEDIUM) ||
          (volume = hostel_delete_plan_lookup (plan->handle, plan->users,
                                               disk->path)) == NULL ||
          (disk->kind == HOSTEL_DELETE_MEDIUM &&
           !hostel_volume_proof_is_seed (plan->handle, volume, plan->uuid)))
        continue;
      pool = virStoragePoolLookupByVolume (volume);
      if (pool != NULL &&
          g_hash_table_add (plan->pools, g_strdup (virStoragePoolGetName (pool))))
        add_named (plan, pool);
    }
}

/**
 * hostel_delete_plan_collect:
 * @doc: the machine's definition
 *
 * Finds every file that the machine, its snapshots or a name connect with it.
 */
void
hostel_delete_plan_collect (HostelDeletePlan *plan,
                            xmlDocPtr         doc)
{
  g_autofree char *live = NULL;
  g_autoptr (GPtrArray) tpms = hostel_xml_find_nodes (doc, TPM);

  read_doc (plan, doc);
  if (virDomainIsActive (plan->domain) == 1)
    {
      live = virDomainGetXMLDesc (plan->domain, 0);
      read_text (plan, live);
    }
  read_snapshots (plan);
  add_below (plan);
  find_pools (plan);
  if (virDomainHasManagedSaveImage (plan->domain, 0) == 1)
    add_state (plan, HOSTEL_DELETE_STATE, _("The saved state"));
  if (tpms->len > 0)
    add_state (plan, HOSTEL_DELETE_TPM, _("The state of its TPM"));
}
