/* SPDX-License-Identifier: GPL-3.0-or-later */
/* libvirt directly: libvirt-glib 4.0 has no secure XML, no checkpoints and no volume of a path. */
#define G_LOG_DOMAIN "hostel-clone"

#include "config.h"

#include <glib/gi18n.h>

#include "hostel-clone-plan.h"
#include "hostel-disk-users.h"

/* Those that the machine writes to; a seed and a disc are not among them. */
#define DISKS "/domain/devices/disk[source and not(readonly) and not(@device = 'cdrom')]"
#define VARIABLES "/domain/os/nvram[not(source)] | /domain/os/nvram/source/@file"
#define PORTS "/domain/devices/*[self::serial or self::parallel or self::console or self::channel]"

/* What two machines cannot have both, or what would be lost. */
static const struct
{
  const char *xpath;
  const char *message; /* "%s" is the machine's name */
} refused[] = {
  { "/domain/devices/hostdev | /domain/devices/interface[@type = 'hostdev']",
    N_("“%s” has a device of its host, which only one machine can have.") },
  { "/domain/devices/tpm",
    N_("“%s” has a TPM, and what it keeps cannot be copied.") },
  { "/domain/*[local-name() = 'commandline' or local-name() = 'override']",
    N_("“%s” has arguments of QEMU’s own, and what they name cannot be known.") },
  { "/domain/devices/memory/source/path",
    N_("“%s” has memory that is kept in a file.") },
  { "/domain/devices/lease",
    N_("“%s” has a lease, which only one machine can have.") },
  { PORTS "[(@type = 'unix' and source/@path) or contains(' file dev pipe tcp udp ', concat(' ', @type, ' '))]",
    N_("“%s” has a port that leads to one place of its host, which two machines cannot share.") },
  { "/domain/os/nvram/source[not(@file)]",
    N_("“%s” has its firmware’s variables in no file.") },
  { DISKS "[shareable or transient]",
    N_("“%s” has a disk that is marked as shared or transient.") },
  { DISKS "[@device and not(@device = 'disk')]",
    N_("“%s” has a floppy disk, or a device of its host as a disk.") },
  { DISKS "[encryption or source/encryption or source/slices or source/reservations or auth]",
    N_("“%s” has a disk that is encrypted, or only a part of a file.") },
  { DISKS "[not(driver/@type = 'qcow2' or driver/@type = 'raw')]",
    N_("“%s” has a disk whose format is neither qcow2 nor raw.") },
};

static void
disk_free (gpointer data)
{
  HostelCloneDisk *disk = data;

  g_free (disk->target);
  g_free (disk->path);
  g_free (disk->format);
  g_free (disk->pool);
  g_free (disk->front_name);
  g_free (disk->front_path);
  g_free (disk->copy_name);
  g_free (disk->copy_path);
  g_free (disk);
}

void
hostel_clone_plan_free (HostelClonePlan *self)
{
  if (self == NULL)
    return;

  g_clear_pointer (&self->doc, xmlFreeDoc);
  g_clear_pointer (&self->disks, g_ptr_array_unref);
  g_free (self->variables);
  g_free (self);
}

/**
 * hostel_clone_plan_check_off:
 * @error: (out) (optional): %HOSTEL_ERROR_WRONG_STATE
 *
 * Returns: whether nothing is written to the disks of @domain, nor will be by a saved state
 */
gboolean
hostel_clone_plan_check_off (virDomainPtr   domain,
                             GError       **error)
{
  const char *name = virDomainGetName (domain);

  if (virDomainIsActive (domain) != 0)
    hostel_error_set (error, HOSTEL_ERROR_WRONG_STATE, _("Shut it down first."), NULL,
                      _("“%s” runs, and can be cloned only while it is off."), name);
  else if (virDomainIsPersistent (domain) != 1)
    hostel_error_set (error, HOSTEL_ERROR_WRONG_STATE, NULL, NULL,
                      _("“%s” is gone when it is off: it cannot be cloned."), name);
  else if (virDomainHasManagedSaveImage (domain, 0) != 0)
    hostel_error_set (error, HOSTEL_ERROR_WRONG_STATE, _("Start it and shut it down first."), NULL,
                      _("“%s” goes on from a saved state, which needs its disks as they are."), name);
  else
    return TRUE;

  return FALSE;
}

/* Going back to one would write over what the clones stand on. */
static gboolean
check_snapshots (virDomainPtr   domain,
                 GError       **error)
{
  const char *name = virDomainGetName (domain);
  virDomainCheckpointPtr *checkpoints = NULL;
  int n_snapshots = virDomainSnapshotNum (domain, 0);
  int n_checkpoints = virDomainListAllCheckpoints (domain, &checkpoints, 0);

  for (int i = 0; i < n_checkpoints; i++)
    virDomainCheckpointFree (checkpoints[i]);
  free (checkpoints);
  if (n_snapshots == 0 && n_checkpoints <= 0)
    return TRUE;

  hostel_error_set (error, HOSTEL_ERROR_WRONG_STATE,
                    _("Make an independent clone, or delete the snapshots first."), NULL,
                    _("“%s” has snapshots, which need its disks as they are."), name);

  return FALSE;
}

static gboolean
check_devices (HostelClonePlan  *self,
               const char       *name,
               GError          **error)
{
  for (guint i = 0; i < G_N_ELEMENTS (refused); i++)
    {
      g_autoptr (GPtrArray) found = hostel_xml_find_nodes (self->doc, refused[i].xpath);

      if (found->len == 0)
        continue;
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
      hostel_error_set (error, HOSTEL_ERROR_UNSUPPORTED,
                        _("Take that away from the machine, then clone it."), NULL,
                        _(refused[i].message), name);
#pragma GCC diagnostic pop
      return FALSE;
    }

  return TRUE;
}

static guint64
get_allocation (virConnectPtr  handle,
                const char    *path)
{
  g_autoptr (virStorageVol) volume = virStorageVolLookupByPath (handle, path);
  virStorageVolInfo info;

  return volume != NULL && virStorageVolGetInfo (volume, &info) == 0 ? info.allocation : 0;
}

/* Where it is, how large, and that it is this machine's alone. */
static gboolean
look_at_disk (HostelCloneDisk  *disk,
              virConnectPtr     handle,
              virDomainPtr      domain,
              HostelDiskUsers  *users,
              GError          **error)
{
  const char *name = virDomainGetName (domain);
  char uuid[VIR_UUID_STRING_BUFLEN] = "";
  g_autoptr (virStorageVol) volume = NULL;
  g_autoptr (virStoragePool) pool = NULL;
  g_autofree char *need = NULL;
  g_auto (GStrv) below = NULL;
  virStorageVolInfo info;

  volume = disk->path != NULL ? virStorageVolLookupByPath (handle, disk->path) : NULL;
  pool = volume != NULL ? virStoragePoolLookupByVolume (volume) : NULL;
  if (pool == NULL || virStorageVolGetInfo (volume, &info) < 0 || info.type != VIR_STORAGE_VOL_FILE)
    {
      hostel_error_set (error, HOSTEL_ERROR_UNSUPPORTED,
                        _("Move it into a storage pool, or make a pool of its folder."), disk->path,
                        _("The disk %s of “%s” is not a file of an active storage pool."),
                        disk->target, name);
      return FALSE;
    }

  virDomainGetUUIDString (domain, uuid);
  if ((need = hostel_disk_users_dup_need (users, disk->path, uuid, NULL)) != NULL)
    {
      hostel_error_set (error, HOSTEL_ERROR_WRONG_STATE,
                        _("Look first at what needs it, and do without that."), NULL,
                        _("The disk %s of “%s” is not its alone. %s"), disk->target, name, need);
      return FALSE;
    }

  disk->pool = g_strdup (virStoragePoolGetName (pool));
  disk->capacity = info.capacity;
  disk->allocation = info.allocation;
  below = hostel_disk_users_dup_below (users, disk->path);
  for (guint i = 0; below[i] != NULL; i++)
    disk->allocation += get_allocation (handle, below[i]);

  return TRUE;
}

static gboolean
read_disks (HostelClonePlan  *self,
            virConnectPtr     handle,
            virDomainPtr      domain,
            GError          **error)
{
  g_autoptr (GPtrArray) nodes = hostel_xml_find_nodes (self->doc, DISKS);
  g_autoptr (HostelDiskUsers) users = hostel_disk_users_read_anew (handle, error);
  const char *name = virDomainGetName (domain);

  if (users == NULL)
    return FALSE;

  for (guint i = 0; i < nodes->len; i++)
    {
      HostelCloneDisk *disk = g_new0 (HostelCloneDisk, 1);

      g_ptr_array_add (self->disks, disk);
      disk->node = nodes->pdata[i];
      disk->target = hostel_xml_dup_string (self->doc, disk->node, "target/@dev");
      disk->format = hostel_xml_dup_string (self->doc, disk->node, "driver/@type");
      disk->path = hostel_disk_users_dup_source (handle, self->doc, disk->node);
      if (!look_at_disk (disk, handle, domain, users, error))
        return FALSE;
    }
  if (self->disks->len > 0)
    return TRUE;

  hostel_error_set (error, HOSTEL_ERROR_UNSUPPORTED, NULL, NULL,
                    _("“%s” has no disk of its own that could be cloned."), name);

  return FALSE;
}

/**
 * hostel_clone_plan_new:
 * @handle: a connection
 * @domain: the machine to be cloned
 * @linked: whether its disks are to become what both stand on
 * @error: (out) (optional): %HOSTEL_ERROR_WRONG_STATE, %HOSTEL_ERROR_UNSUPPORTED
 *
 * Reads, and changes nothing. Blocks: for a worker.
 *
 * Returns: (transfer full) (nullable): what there is to do, %NULL where it cannot be done safely
 */
HostelClonePlan *
hostel_clone_plan_new (virConnectPtr   handle,
                       virDomainPtr    domain,
                       gboolean        linked,
                       GError        **error)
{
  g_autoptr (HostelClonePlan) self = g_new0 (HostelClonePlan, 1);
  const char *name = virDomainGetName (domain);
  g_autofree char *xml = NULL;
  g_autofree char *log = NULL;

  if (!hostel_clone_plan_check_off (domain, error) ||
      (linked && !check_snapshots (domain, error)))
    return NULL;

  xml = virDomainGetXMLDesc (domain, VIR_DOMAIN_XML_INACTIVE | VIR_DOMAIN_XML_SECURE);
  if ((self->doc = hostel_xml_parse (xml)) == NULL)
    {
      hostel_virt_set_error (error, _("The definition of “%s” cannot be read."), name);
      return NULL;
    }

  self->disks = g_ptr_array_new_with_free_func (disk_free);
  if (!check_devices (self, name, error) || !read_disks (self, handle, domain, error))
    return NULL;
  self->variables = hostel_xml_dup_string (self->doc, NULL, VARIABLES);
  if (self->variables != NULL && *self->variables == '\0')
    g_clear_pointer (&self->variables, g_free);
  log = hostel_xml_dup_string (self->doc, NULL, "/domain/devices/*/log/@file");
  self->has_log = log != NULL;

  return g_steal_pointer (&self);
}
