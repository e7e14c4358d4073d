/* SPDX-License-Identifier: GPL-3.0-or-later */
/* libvirt directly: libvirt-glib 4.0 finds no volume by its path and no pool of a volume. */
#define G_LOG_DOMAIN "hostel-delete-job"

#include "config.h"

#include <string.h>
#include <sys/stat.h>

#include <glib/gi18n.h>
#include <glib/gstdio.h>

#include "hostel-base-name.h"
#include "hostel-delete-plan.h"
#include "hostel-domain-metadata.h"
#include "hostel-shell.h"
#include "hostel-uri.h"
#include "hostel-volume-proof.h"
#include "hostel-xml.h"

static void
plan_clear (HostelDeletePlan *plan)
{
  g_clear_pointer (&plan->users, hostel_disk_users_free);
  g_clear_pointer (&plan->disks, g_ptr_array_unref);
  g_clear_pointer (&plan->seen, g_hash_table_unref);
  g_clear_pointer (&plan->names, g_hash_table_unref);
  g_clear_pointer (&plan->pools, g_hash_table_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (HostelDeletePlan, plan_clear)

static void
disk_free (HostelDeleteDisk *disk)
{
  g_free (disk->path);
  g_free (disk->label);
  g_free (disk->reason);
  g_free (disk->remedy);
  g_free (disk);
}

static gboolean
is_local (virConnectPtr handle)
{
  g_autofree char *uri = virConnectGetURI (handle);

  return uri != NULL && hostel_uri_is_local (uri);
}

/**
 * hostel_delete_plan_lookup:
 * @users: what is known of the host's disks
 * @path: of a file of the host
 *
 * As virStorageVolLookupByPath(), but however the path, or the pool's, is written.
 *
 * Returns: (transfer full) (nullable): the volume
 */
virStorageVolPtr
hostel_delete_plan_lookup (virConnectPtr    handle,
                           HostelDiskUsers *users,
                           const char      *path)
{
  const char *volume_path = hostel_disk_users_get_volume (users, path);

  return virStorageVolLookupByPath (handle, volume_path != NULL ? volume_path : path);
}

static char *
dup_remedy (virConnectPtr     handle,
            const char       *path,
            virStorageVolPtr  volume)
{
  g_autoptr (virStoragePool) pool = volume ? virStoragePoolLookupByVolume (volume) : NULL;
  g_autofree char *uri = virConnectGetURI (handle);
  g_autofree char *quoted_uri = hostel_shell_quote (uri ? uri : "");
  g_autofree char *name = NULL;
  g_autofree char *pool_name = NULL;

  if (pool != NULL)
    {
      pool_name = hostel_shell_quote (virStoragePoolGetName (pool));
      name = hostel_shell_quote (virStorageVolGetName (volume));
      /* A name may begin as an option does. */
      return g_strdup_printf (*virStorageVolGetName (volume) == '-'
                                ? "virsh -c %s vol-delete --pool=%s --vol=%s"
                                : "virsh -c %s vol-delete --pool %s %s", quoted_uri, pool_name, name);
    }

  if (!g_path_is_absolute (path) || g_str_has_prefix (path, "/dev/"))
    return NULL;

  name = hostel_shell_quote (path);

  return g_strdup_printf ("rm %s", name);
}

/* Why it stays, by what it is; %NULL: it is the machine's. */
static char *
dup_kind_reason (HostelDeletePlan *plan,
                 HostelDeleteDisk *disk,
                 virStorageVolPtr  volume)
{
  const char *name = virStorageVolGetName (volume);

  switch (disk->kind)
    {
    case HOSTEL_DELETE_DISK:
      return plan->in_place && strstr (name, plan->uuid) == NULL
               ? g_strdup (_("It is an image of yours, which the machine uses itself."))
               : hostel_disk_users_dup_share (plan->users, disk->path, plan->uuid);
    case HOSTEL_DELETE_MEDIUM:
      return hostel_volume_proof_is_seed (plan->handle, volume, plan->uuid)
               ? NULL : g_strdup (_("It is a medium to read from, not this machine’s own disk."));
    case HOSTEL_DELETE_BELOW:
      return g_strdup (_("A disk of the machine is an overlay of it, and it may have been there "
                         "before the machine."));
    case HOSTEL_DELETE_LOG:
    case HOSTEL_DELETE_KERNEL:
    case HOSTEL_DELETE_INITRD:
      return hostel_volume_proof_is (plan->handle, volume, plan->uuid, plan->pools,
                                     disk->kind == HOSTEL_DELETE_LOG ? HOSTEL_VOLUME_PROOF_LOG
                                     : disk->kind == HOSTEL_DELETE_KERNEL
                                       ? HOSTEL_VOLUME_PROOF_KERNEL : HOSTEL_VOLUME_PROOF_INITRD)
               ? NULL : g_strdup (_("Nothing shows that it was made for this machine."));
    case HOSTEL_DELETE_MEMORY:
      return hostel_volume_proof_is_memory (plan->handle, volume)
               ? NULL : g_strdup (_("It does not look like the memory of a machine."));
    case HOSTEL_DELETE_NAMED:
      return hostel_volume_proof_is_seed (plan->handle, volume, plan->uuid)
               ? NULL : g_strdup (_("Its name alone connects it with this machine."));
    case HOSTEL_DELETE_VARIABLES:
    case HOSTEL_DELETE_TPM:
    case HOSTEL_DELETE_STATE:
    default:
      g_return_val_if_reached (NULL);
    }
}

/* A link would go, and what it leads to would stay. */
static char *
dup_link_reason (HostelDeletePlan *plan,
                 const char       *path)
{
  g_autofree char *target = NULL;

  if (!g_path_is_absolute (path) || !is_local (plan->handle) ||
      !g_file_test (path, G_FILE_TEST_IS_SYMLINK))
    return NULL;

  target = g_file_read_link (path, NULL);

  return g_strdup_printf (_("It is a link to “%s”."), target ? target : "?");
}

static char *
dup_place_reason (HostelDeletePlan *plan,
                  const char       *path)
{
  g_autofree char *dir = g_path_get_dirname (path);
  g_autoptr (virStoragePool) pool = NULL;

  if (!g_path_is_absolute (path))
    return g_strdup (_("It is on the network."));
  if (g_str_has_prefix (path, "/dev/"))
    return g_strdup (_("It is a device of the host, in none of its storage pools."));

  pool = virStoragePoolLookupByTargetPath (plan->handle, dir);
  if (pool != NULL && virStoragePoolIsActive (pool) == 0)
    return g_strdup_printf (_("Its storage pool “%s” is not started."),
                            virStoragePoolGetName (pool));

  return g_strdup (_("It is in no storage pool of this host."));
}

static gboolean
is_missing (HostelDeletePlan *plan,
            const char       *path)
{
  struct stat info;

  return g_path_is_absolute (path) && is_local (plan->handle) && lstat (path, &info) < 0 &&
         errno == ENOENT;
}

static void
judge_file (HostelDeletePlan *plan,
            HostelDeleteDisk *disk)
{
  g_autoptr (virStorageVol) volume = hostel_delete_plan_lookup (plan->handle, plan->users, disk->path);
  g_autofree char *name = g_path_get_basename (disk->path);
  virStorageVolInfo info;

  if (volume != NULL && virStorageVolGetInfo (volume, &info) == 0)
    disk->allocation = info.allocation;

  if (hostel_base_image_is_base (name))
    {
      g_free (disk->reason);
      disk->reason = g_strdup (_("It is a base image, which other machines are made from."));
      return;
    }

  /* Marked as shared, where there is a reason already. */
  if (disk->reason == NULL)
    {
      disk->reason = hostel_disk_users_dup_need (plan->users, disk->path, plan->uuid, plan->seen);
      if (disk->reason != NULL)
        return;
      disk->reason = dup_link_reason (plan, disk->path);
    }
  if (disk->reason == NULL)
    disk->reason = volume == NULL ? dup_place_reason (plan, disk->path)
                                  : dup_kind_reason (plan, disk, volume);
  disk->deletable = disk->reason == NULL;
  disk->remedy = dup_remedy (plan->handle, disk->path, volume);
}

/* libvirt deletes whatever file a definition names there. */
static void
judge_variables (HostelDeletePlan *plan,
                 HostelDeleteDisk *disk)
{
  g_autoptr (virStorageVol) volume = hostel_delete_plan_lookup (plan->handle, plan->users, disk->path);
  g_autofree char *dir = g_path_get_dirname (disk->path);
  g_autofree char *name = g_path_get_basename (disk->path);
  g_autofree char *own = g_strconcat (virDomainGetName (plan->domain), "_VARS.", NULL);
  gboolean proven = volume != NULL
                      ? hostel_volume_proof_is_variables (plan->handle, volume)
                      : (g_str_has_suffix (dir, "/libvirt/qemu/nvram") &&
                         g_str_has_prefix (name, own));

  disk->reason = hostel_disk_users_dup_need (plan->users, disk->path, plan->uuid, plan->seen);
  if (disk->reason == NULL && !proven)
    disk->reason = g_strdup (_("Nothing shows that it holds this machine’s firmware variables."));
  disk->deletable = disk->reason == NULL;
  if (!disk->deletable)
    disk->remedy = dup_remedy (plan->handle, disk->path, volume);
}

static void
judge (HostelDeletePlan *plan)
{
  for (guint i = 0; i < plan->disks->len;)
    {
      HostelDeleteDisk *disk = plan->disks->pdata[i];

      if (disk->path != NULL && is_missing (plan, disk->path))
        {
          g_ptr_array_remove_index (plan->disks, i);
          continue;
        }

      if (disk->kind == HOSTEL_DELETE_STATE || disk->kind == HOSTEL_DELETE_TPM)
        disk->deletable = TRUE;
      else if (disk->kind == HOSTEL_DELETE_VARIABLES)
        judge_variables (plan, disk);
      else
        judge_file (plan, disk);
      i++;
    }
}

static GHashTable *
new_going (HostelDeletePlan *plan)
{
  GHashTable *going = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (guint i = 0; i < plan->disks->len; i++)
    {
      HostelDeleteDisk *disk = plan->disks->pdata[i];

      if (disk->deletable && disk->path != NULL)
        g_hash_table_add (going, hostel_disk_users_dup_id (plan->users, disk->path));
    }

  return going;
}

/* What a machine cannot be known not to need is its disk's, never a seed, a log or a kernel. */
static gboolean
keep_if_needed (HostelDeletePlan *plan,
                HostelDeleteDisk *disk,
                GHashTable       *going)
{
  g_autofree char *need = hostel_disk_users_dup_need (plan->users, disk->path, plan->uuid, going);
  g_autofree char *reason = NULL;

  if (need != NULL)
    g_clear_pointer (&disk->remedy, g_free);
  else if (disk->kind == HOSTEL_DELETE_DISK)
    reason = hostel_disk_users_dup_reason (plan->users, disk->path, plan->uuid, going);
  if (need == NULL && reason == NULL)
    return FALSE;

  disk->reason = need != NULL ? g_steal_pointer (&need) : g_steal_pointer (&reason);
  disk->deletable = FALSE;

  return TRUE;
}

/* What stays needs what it stands on, so that each decision may change another one. */
static gboolean
keep_what_is_needed (HostelDeletePlan *plan)
{
  g_autoptr (GHashTable) going = new_going (plan);
  gboolean changed = FALSE;

  for (guint i = 0; i < plan->disks->len; i++)
    {
      HostelDeleteDisk *disk = plan->disks->pdata[i];

      if (disk->deletable && disk->path != NULL && keep_if_needed (plan, disk, going))
        changed = TRUE;
    }

  return changed;
}

/* Nobody is told how to remove what is needed. */
static void
check_remedies (HostelDeletePlan *plan)
{
  g_autoptr (GHashTable) going = new_going (plan);

  for (guint i = 0; i < plan->disks->len; i++)
    {
      HostelDeleteDisk *disk = plan->disks->pdata[i];
      char *need;

      if (disk->deletable || disk->remedy == NULL ||
          (need = hostel_disk_users_dup_need (plan->users, disk->path, plan->uuid, going)) == NULL)
        continue;
      g_free (disk->reason);
      disk->reason = need;
      g_clear_pointer (&disk->remedy, g_free);
    }
}

/* How many names of the same file go, and whether @disk is the first of them. */
static guint
count_names (HostelDeletePlan *plan,
             HostelDeleteDisk *disk,
             gboolean         *first)
{
  g_autofree char *id = hostel_disk_users_dup_id (plan->users, disk->path);
  guint count = 0;

  for (guint i = 0; i < plan->disks->len; i++)
    {
      HostelDeleteDisk *other = plan->disks->pdata[i];
      g_autofree char *other_id = other->path != NULL ? hostel_disk_users_dup_id (plan->users, other->path) : NULL;

      if (!other->deletable || g_strcmp0 (id, other_id) != 0)
        continue;
      *first = count == 0 ? other == disk : *first;
      count++;
    }

  return count;
}

/* The last hard link frees a file's space, and once. */
static void
count_links (HostelDeletePlan *plan)
{
  for (guint i = 0; i < plan->disks->len; i++)
    {
      HostelDeleteDisk *disk = plan->disks->pdata[i];
      gboolean first = TRUE;
      struct stat info;

      if (disk->deletable && disk->path != NULL && is_local (plan->handle) && lstat (disk->path, &info) == 0 &&
          S_ISREG (info.st_mode) && info.st_nlink > 1 &&
          (count_names (plan, disk, &first) < info.st_nlink || !first))
        disk->allocation = 0;
    }
}

static xmlDocPtr
load_domain (virDomainPtr domain)
{
  g_autofree char *xml = NULL;
  xmlDocPtr doc = NULL;

  if (virDomainIsPersistent (domain) == 1)
    {
      xml = virDomainGetXMLDesc (domain, VIR_DOMAIN_XML_INACTIVE);
      doc = hostel_xml_parse (xml);
    }
  if (doc == NULL)
    {
      g_free (xml);
      xml = virDomainGetXMLDesc (domain, 0);
      doc = hostel_xml_parse (xml);
    }

  return doc;
}

/**
 * hostel_delete_plan_new:
 * @handle: a connection
 * @domain: the machine that is to be deleted
 * @error: (out) (optional): where to put an error
 *
 * Looks at everything that machines and disks of the host stand on, see hostel-disk-users.h.
 *
 * Returns: (transfer full) (nullable) (element-type HostelDeleteDisk): the machine's files and what
 *   becomes of each
 */
GPtrArray *
hostel_delete_plan_new (virConnectPtr   handle,
                        virDomainPtr    domain,
                        GError        **error)
{
  const char *name = virDomainGetName (domain);
  g_autoptr (xmlDoc) doc = load_domain (domain);
  g_autoptr (HostelDomainMetadata) metadata = NULL;
  g_auto (HostelDeletePlan) plan = { .handle = handle, .domain = domain };

  if (doc == NULL)
    {
      hostel_virt_set_error (error, _("The definition of “%s” cannot be read."), name);
      return NULL;
    }

  virDomainGetUUIDString (domain, plan.uuid);
  plan.disks = g_ptr_array_new_with_free_func ((GDestroyNotify) disk_free);
  plan.seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  plan.names = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  plan.pools = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  metadata = hostel_domain_metadata_read (xmlDocGetRootElement (doc));
  plan.in_place = metadata->in_place;
  if ((plan.users = hostel_disk_users_read_anew (handle, error)) == NULL)
    return NULL;

  hostel_delete_plan_collect (&plan, doc);
  judge (&plan);
  while (keep_what_is_needed (&plan))
    continue;
  check_remedies (&plan);
  count_links (&plan);

  return g_steal_pointer (&plan.disks);
}
