/* SPDX-License-Identifier: GPL-3.0-or-later */
/* libvirt directly: libvirt-glib 4.0 cannot change one device of a stored definition. */
#define G_LOG_DOMAIN "hostel-clone"

#include "config.h"

#include <glib/gi18n.h>

#include "hostel-boot-pending.h"
#include "hostel-clone-steps.h"
#include "hostel-clone-xml.h"
#include "hostel-create-undo.h"
#include "hostel-known-hosts.h"
#include "hostel-port-forward.h"
#include "hostel-storage.h"

HostelCloneWork *
hostel_clone_work_new (void)
{
  return g_new0 (HostelCloneWork, 1);
}

/* What libvirt counts goes before the connection does. */
static void
clear_handles (HostelCloneWork *self)
{
  g_clear_pointer (&self->parent, virDomainFree);
  g_clear_pointer (&self->pool, virStoragePoolFree);
  g_clear_pointer (&self->lock, hostel_machine_lock_free);
  g_clear_pointer (&self->journal, hostel_create_journal_free);
}

void
hostel_clone_work_free (HostelCloneWork *self)
{
  clear_handles (self);
  g_clear_object (&self->cancellable);
  g_clear_pointer (&self->plan, hostel_clone_plan_free);
  g_clear_pointer (&self->host_key, hostel_host_key_free);
  g_clear_pointer (&self->seed, g_bytes_unref);
  g_clear_pointer (&self->variables, g_bytes_unref);
  g_free (self->uri);
  g_free (self->parent_uuid);
  g_free (self->parent_name);
  g_free (self->uuid);
  g_free (self->name);
  g_free (self->seed_target);
  g_free (self->seed_path);
  g_free (self->log_path);
  g_free (self->variables_path);
  g_free (self);
}

static gboolean
make_volume (HostelCloneWork         *self,
             virConnectPtr            handle,
             const HostelVolumeSpec  *spec,
             GBytes                  *bytes,
             char                   **path,
             GError                 **error)
{
  g_autoptr (virStorageVol) volume = hostel_storage_create_volume (self->pool, spec, error);

  if (volume == NULL ||
      (bytes != NULL && !hostel_storage_upload_bytes (handle, volume, bytes, error)))
    return FALSE;

  if ((*path = virStorageVolGetPath (volume)) == NULL)
    hostel_virt_set_error (error, _("The volume “%s” has no path."), spec->name);

  return *path != NULL;
}

/* An empty @bytes is an empty file. */
static gboolean
make_small (HostelCloneWork  *self,
            virConnectPtr     handle,
            const char       *suffix,
            GBytes           *bytes,
            char            **path,
            GError          **error)
{
  g_autofree char *name = hostel_storage_dup_volume_name (self->name, self->uuid, suffix);
  const HostelVolumeSpec spec = {
    .name = name,
    .capacity = bytes != NULL ? g_bytes_get_size (bytes) : 0,
    .format = "raw",
  };

  return make_volume (self, handle, &spec, bytes, path, error);
}

static gboolean
make_small_ones (HostelCloneWork  *self,
                 virConnectPtr     handle,
                 GError          **error)
{
  return (self->seed == NULL ||
          make_small (self, handle, HOSTEL_SEED_SUFFIX, self->seed, &self->seed_path, error)) &&
         (self->variables == NULL ||
          make_small (self, handle, HOSTEL_CLONE_VARIABLES_SUFFIX, self->variables,
                      &self->variables_path, error)) &&
         (!self->plan->has_log ||
          make_small (self, handle, HOSTEL_LOG_SUFFIX, NULL, &self->log_path, error));
}

static gboolean
make_overlay (HostelCloneWork  *self,
              virConnectPtr     handle,
              HostelCloneDisk  *disk,
              const char       *name,
              char            **path,
              GError          **error)
{
  const HostelVolumeSpec spec = {
    .name = name,
    .capacity = disk->capacity,
    .format = "qcow2",
    .backing_path = disk->path,
    .backing_format = disk->format,
  };

  return make_volume (self, handle, &spec, NULL, path, error);
}

static gboolean
make_disks (HostelCloneWork  *self,
            virConnectPtr     handle,
            GError          **error)
{
  guint64 total = 0;
  guint64 before = 0;

  for (guint i = 0; i < self->plan->disks->len; i++)
    total += ((HostelCloneDisk *) self->plan->disks->pdata[i])->allocation;

  for (guint i = 0; i < self->plan->disks->len; i++)
    {
      HostelCloneDisk *disk = self->plan->disks->pdata[i];

      if (g_cancellable_set_error_if_cancelled (self->cancellable, error))
        return FALSE;
      if (self->linked
            ? !make_overlay (self, handle, disk, disk->front_name, &disk->front_path, error) ||
              !make_overlay (self, handle, disk, disk->copy_name, &disk->copy_path, error)
            : !hostel_clone_work_copy_disk (self, handle, disk, before, total, error))
        return FALSE;
      before += disk->allocation;
    }

  return TRUE;
}

static gboolean
set_disk (HostelCloneWork *self,
          HostelCloneDisk *disk,
          const char      *path,
          const char      *format)
{
  g_autofree char *xml = hostel_clone_xml_build_disk (self->plan, disk, path, format);

  return virDomainUpdateDeviceFlags (self->parent, xml, VIR_DOMAIN_AFFECT_CONFIG) == 0;
}

/* What the machine, should it have been started meanwhile, writes to. */
static gboolean
runs_on_base (HostelCloneWork *self)
{
  g_autofree char *xml = NULL;
  g_autoptr (xmlDoc) doc = NULL;
  g_auto (GStrv) paths = NULL;

  if (virDomainIsActive (self->parent) == 0)
    return FALSE;

  xml = virDomainGetXMLDesc (self->parent, 0);
  if ((doc = hostel_xml_parse (xml)) == NULL)
    return virDomainIsActive (self->parent) != 0;

  paths = hostel_xml_dup_strings (doc, NULL, "/domain/devices/disk/source/@file");
  for (guint i = 0; i < self->plan->disks->len; i++)
    if (g_strv_contains ((const char * const *) paths,
                         ((HostelCloneDisk *) self->plan->disks->pdata[i])->path))
      return TRUE;

  return FALSE;
}

/* From here on nobody writes to what the clone stands on. Each disk changes in one step, and is
 * whole before and after it, whenever the program is killed. */
static gboolean
freeze (HostelCloneWork  *self,
        GError          **error)
{
  for (guint i = 0; i < self->plan->disks->len; i++)
    {
      HostelCloneDisk *disk = self->plan->disks->pdata[i];

      if (!set_disk (self, disk, disk->front_path, "qcow2"))
        {
          hostel_virt_set_error (error, _("libvirt does not take the new disk of “%s”."),
                                 self->parent_name);
          return FALSE;
        }
      self->n_fronts++;
    }

  if (!runs_on_base (self))
    return TRUE;

  hostel_error_set (error, HOSTEL_ERROR_WRONG_STATE, _("Shut it down, then try again."), NULL,
                    _("“%s” was started by another program at the same time."), self->parent_name);

  return FALSE;
}

/* Whether the machine has written to its new overlay: then that is its disk. */
static gboolean
is_written (HostelCloneWork *self,
            HostelCloneDisk *disk)
{
  g_autoptr (virStorageVol) front = virStorageVolLookupByName (self->pool, disk->front_name);
  g_autoptr (virStorageVol) copy = virStorageVolLookupByName (self->pool, disk->copy_name);
  virStorageVolInfo of_front;
  virStorageVolInfo of_copy;

  return front == NULL || copy == NULL || virStorageVolGetInfo (front, &of_front) < 0 ||
         virStorageVolGetInfo (copy, &of_copy) < 0 || of_front.allocation > of_copy.allocation;
}

/* The clone's disks are as new as the machine's overlays, and nobody has started the clone. What
 * cannot be put back is the machine's disk from now on, and stays. */
static void
thaw (HostelCloneWork *self)
{
  gboolean on_base = self->n_fronts > 0 && runs_on_base (self);

  for (guint i = 0; i < self->n_fronts; i++)
    {
      HostelCloneDisk *disk = self->plan->disks->pdata[i];

      if ((!on_base && (virDomainIsActive (self->parent) != 0 || is_written (self, disk))) ||
          !set_disk (self, disk, disk->path, disk->format))
        g_message ("“%s” stays the disk of “%s”", disk->front_name, self->parent_name);
    }
}

static gboolean
define (HostelCloneWork  *self,
        virConnectPtr     handle,
        GError          **error)
{
  const HostelCloneNames names = {
    .name = self->name,
    .uuid = self->uuid,
    .seed_target = self->seed_target,
    .seed = self->seed_path,
    .log = self->log_path,
    .variables = self->variables_path,
    .host_key = self->host_key != NULL ? self->host_key->public_key : NULL,
    .exact = self->exact,
    .ssh_port = hostel_port_forward_pick (),
  };
  g_autofree char *xml = hostel_clone_xml_build (self->plan, &names);
  g_autoptr (virDomain) domain = virDomainDefineXML (handle, xml);

  if (domain != NULL)
    return TRUE;

  hostel_virt_set_error (error, _("libvirt does not take the machine “%s”."), self->name);

  return FALSE;
}

/* The machine is there, and what follows helps its first boot alone. */
static void
remember (HostelCloneWork *self)
{
  g_autoptr (GError) error = NULL;

  hostel_create_journal_remove (self->journal);
  if (!self->exact)
    hostel_boot_pending_add (self->uuid);
  if (self->host_key != NULL &&
      !hostel_known_hosts_add (self->uuid, self->host_key->public_key, &error))
    g_message ("%s", error->message);
}

static void
undo (HostelCloneWork *self,
      virConnectPtr    handle)
{
  g_autoptr (GError) error = NULL;

  thaw (self);
  if (self->journal != NULL && !hostel_create_undo (handle, self->journal, &error))
    g_debug ("undo: %s", error->message);
}

static gboolean
run_steps (HostelCloneWork  *self,
           virConnectPtr     handle,
           GError          **error)
{
  return hostel_clone_work_look (self, handle, error) &&
         !g_cancellable_set_error_if_cancelled (self->cancellable, error) &&
         make_small_ones (self, handle, error) && make_disks (self, handle, error) &&
         !g_cancellable_set_error_if_cancelled (self->cancellable, error) &&
         /* Time has passed. */
         hostel_clone_plan_check_off (self->parent, error) &&
         (!self->linked || freeze (self, error)) && define (self, handle, error);
}

/**
 * hostel_clone_work_run:
 * @error: (out) (optional): the cause; nothing is left of the clone, and the machine is as before
 *
 * Blocks, as long as the disks are large: for a thread of its own.
 *
 * Returns: whether the clone is there
 */
gboolean
hostel_clone_work_run (HostelCloneWork  *self,
                       GError          **error)
{
  g_autoptr (virConnect) handle = hostel_virt_open (self->uri, error);
  gboolean done;

  if (handle == NULL)
    return FALSE;

  done = run_steps (self, handle, error);
  if (done)
    remember (self);
  else
    undo (self, handle);
  clear_handles (self);

  return done;
}
