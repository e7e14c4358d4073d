/* SPDX-License-Identifier: GPL-3.0-or-later */
/* libvirt directly: a create is one run of calls in a worker, with flags that libvirt-glib 4.0 does
 * not have. */
#define G_LOG_DOMAIN "hostel-create-job"

#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <glib/gi18n.h>

#include "hostel-base-image.h"
#include "hostel-boot-pending.h"
#include "hostel-create-steps.h"
#include "hostel-create-undo.h"
#include "hostel-disk-users.h"
#include "hostel-host-facts-load.h"
#include "hostel-image-disc.h"
#include "hostel-known-hosts.h"
#include "hostel-medium-installer.h"
#include "hostel-port-forward.h"
#include "hostel-storage.h"

/* What an overlay and a boot's log take before the guest has written anything of note. */
#define FIRST_BYTES (16 * 1024 * 1024)

HostelCreateWork *
hostel_create_work_new (void)
{
  HostelCreateWork *self = g_new0 (HostelCreateWork, 1);

  g_atomic_ref_count_init (&self->ref_count);

  return self;
}

HostelCreateWork *
hostel_create_work_ref (HostelCreateWork *self)
{
  g_atomic_ref_count_inc (&self->ref_count);

  return self;
}

/**
 * hostel_create_work_unref:
 *
 * The last one lets go of the journal's lock.
 */
void
hostel_create_work_unref (HostelCreateWork *self)
{
  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;

  g_clear_pointer (&self->journal, hostel_create_journal_free);
  g_clear_pointer (&self->seed, g_bytes_unref);
  g_clear_object (&self->contents);
  g_clear_pointer (&self->login, hostel_login_free);
  g_clear_object (&self->image);
  g_clear_object (&self->facts);
  g_clear_pointer (&self->taken_names, g_strfreev);
  g_clear_object (&self->cancellable);
  g_free (self->uri);
  g_free (self->uuid);
  g_free (self->name);
  g_free (self->pool);
  g_free (self->sha256);
  g_free (self->base_path);
  g_free (self->disk_path);
  g_free (self->seed_path);
  g_free (self->log_path);
  g_free (self->kernel_path);
  g_free (self->initrd_path);
  g_free (self->network);
  g_free (self->xml);
  g_clear_pointer (&self->host_key, hostel_host_key_free);
  g_free (self);
}

/**
 * hostel_create_work_get_format:
 *
 * Returns: the image's format as libvirt names it
 */
const char *
hostel_create_work_get_format (HostelCreateWork *self)
{
  return hostel_image_get_format (self->image) == HOSTEL_IMAGE_FORMAT_QCOW2 ? "qcow2" : "raw";
}

static gboolean
check_name (HostelCreateWork  *self,
            virConnectPtr      handle,
            GError           **error)
{
  g_autoptr (virDomain) domain = virDomainLookupByName (handle, self->name);
  virErrorPtr last;

  if (domain == NULL)
    {
      last = virGetLastError ();
      if (last != NULL && last->code == VIR_ERR_NO_DOMAIN)
        return TRUE;
      hostel_virt_set_error (error, _("Whether the name “%s” is taken is not known."), self->name);
    }
  else
    hostel_error_set (error, HOSTEL_ERROR_EXISTS, _("Choose another name."), NULL,
                      _("There is a machine named “%s” already."), self->name);

  return FALSE;
}

/* What is written before the guest writes. */
static guint64
count_first_bytes (HostelCreateWork *self)
{
  guint64 bytes = g_bytes_get_size (self->seed) + FIRST_BYTES;
  struct stat info;

  if (self->disk_kind == HOSTEL_DISK_KIND_COPY &&
      stat (hostel_image_get_path (self->image), &info) == 0)
    bytes += (guint64) info.st_blocks * 512;

  return bytes;
}

/* A machine without it is as good, only that its first connection asks. */
static void
make_host_key (HostelCreateWork *self)
{
  g_autoptr (GError) error = NULL;

  if (self->with_host_key && (self->host_key = hostel_host_key_new (&error)) == NULL)
    g_message ("%s", error->message);
}

/* Once in a create, and not in the main thread: libarchive spools it through a file. */
static gboolean
build_seed (HostelCreateWork  *self,
            GError           **error)
{
  g_autoptr (GBytes) vendor_data = hostel_vendor_data_new (self->vendor_flags, self->host_key, self->login);

  hostel_seed_set_vendor_data (self->contents, vendor_data);
  self->seed = hostel_seed_to_iso (self->contents, error);
  g_clear_object (&self->contents);

  return self->seed != NULL;
}

/* Every name that this create may make a volume of, before it makes the first. */
static gboolean
note_volumes (HostelCreateWork   *self,
              virStoragePoolPtr   pool,
              GError            **error)
{
  static const char * const suffixes[] = { ".qcow2", ".raw", HOSTEL_SEED_SUFFIX, HOSTEL_LOG_SUFFIX,
                                           HOSTEL_KERNEL_SUFFIX,
                                           HOSTEL_INITRD_SUFFIX };
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_auto (GStrv) names = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (suffixes); i++)
    {
      g_autofree char *name = hostel_storage_dup_volume_name (self->name, self->uuid, suffixes[i]);
      g_autoptr (virStorageVol) taken = virStorageVolLookupByName (pool, name);

      if (taken != NULL)
        {
          hostel_error_set (error, HOSTEL_ERROR_EXISTS, _("Try again."), NULL,
                            _("There is a volume named “%s” already."), name);
          return FALSE;
        }
      g_strv_builder_add (builder, name);
    }
  names = g_strv_builder_end (builder);

  return hostel_create_journal_set_volumes (self->journal, (const char * const *) names, error);
}

/* The journal comes before the first call. */
gboolean
hostel_create_work_check (HostelCreateWork  *self,
                          virConnectPtr      handle,
                          GError           **error)
{
  g_autoptr (virStoragePool) pool = NULL;

  self->journal = hostel_create_journal_new (self->uri, self->pool, self->uuid, error);
  if (self->journal == NULL || !check_name (self, handle, error))
    return FALSE;

  self->facts = hostel_host_facts_load_sync (handle, self->uri, self->session, error);
  if (self->facts == NULL)
    return FALSE;

  pool = hostel_storage_get_pool (handle, self->pool, self->session, error);
  if (pool == NULL)
    return FALSE;
  g_free (self->pool);
  self->pool = g_strdup (virStoragePoolGetName (pool));
  make_host_key (self);

  return build_seed (self, error) && hostel_create_journal_set_pool (self->journal, self->pool, error) &&
         note_volumes (self, pool, error) &&
         hostel_storage_check_space (pool, count_first_bytes (self), error);
}

gboolean
hostel_create_work_open (HostelCreateWork  *self,
                         virConnectPtr      none,
                         GError           **error)
{
  HostelImage *image = hostel_image_new_from_path (hostel_image_get_path (self->image), error);

  /* It may have been replaced since it was chosen, by one that reads the host's files too. */
  if (image == NULL)
    return FALSE;
  g_object_unref (self->image);
  self->image = image;
  self->capacity = MAX (self->capacity, hostel_image_get_virtual_size (image));

  return TRUE;
}

/* Where the image itself becomes the disk: what the machine writes, everybody has who uses it. */
gboolean
hostel_create_work_take_image (HostelCreateWork  *self,
                               virConnectPtr      handle,
                               GError           **error)
{
  const char *path = hostel_image_get_path (self->image);
  g_autoptr (HostelDiskUsers) users = hostel_disk_users_read_anew (handle, error);
  g_autofree char *need = NULL;

  if (users == NULL)
    return FALSE;
  if ((need = hostel_disk_users_dup_need (users, path, NULL, NULL)) != NULL)
    {
      hostel_error_set (error, HOSTEL_ERROR_WRONG_STATE,
                        _("Choose a shared base or a full copy."), path,
                        _("The image cannot be the machine’s own disk. %s"), need);
      return FALSE;
    }

  self->disk_path = g_strdup (path);

  return TRUE;
}

gboolean
hostel_create_work_digest (HostelCreateWork  *self,
                           virConnectPtr      none,
                           GError           **error)
{
  if (!hostel_create_work_open (self, none, error))
    return FALSE;

  self->sha256 = hostel_image_dup_sha256 (self->image, self->progress, self->progress_data,
                                          self->cancellable, error);

  return self->sha256 != NULL;
}

static virStoragePoolPtr
lookup_pool (HostelCreateWork  *self,
             virConnectPtr      handle,
             GError           **error)
{
  virStoragePoolPtr pool = virStoragePoolLookupByName (handle, self->pool);

  if (pool == NULL)
    hostel_virt_set_error (error, _("The storage pool “%s” is gone."), self->pool);

  return pool;
}

gboolean
hostel_create_work_find_base (HostelCreateWork  *self,
                              virConnectPtr      handle,
                              GError           **error)
{
  g_autoptr (virStoragePool) pool = lookup_pool (self, handle, error);

  return pool != NULL &&
         hostel_base_image_find (pool, self->sha256, hostel_create_work_get_format (self),
                                 &self->base_path, error);
}

gboolean
hostel_create_work_upload (HostelCreateWork  *self,
                           virConnectPtr      none,
                           GError           **error)
{
  const HostelBaseRequest request = {
    .image = self->image,
    .sha256 = self->sha256,
    .format = hostel_create_work_get_format (self),
    .progress = self->progress,
    .user_data = self->progress_data,
    .cancellable = self->cancellable,
  };
  g_autoptr (virConnect) handle = hostel_virt_open (self->uri, error);

  if (handle == NULL)
    return FALSE;

  self->base_path = hostel_base_image_ensure (handle, self->journal, self->session, &request,
                                              error);

  return self->base_path != NULL;
}

static gboolean
make_volume (HostelCreateWork  *self,
             virConnectPtr      handle,
             HostelVolumeSpec  *spec,
             const char        *suffix,
             char             **path,
             GError           **error)
{
  g_autoptr (virStoragePool) pool = lookup_pool (self, handle, error);
  g_autofree char *name = hostel_storage_dup_volume_name (self->name, self->uuid, suffix);
  g_autoptr (virStorageVol) volume = NULL;

  spec->name = name;
  if (pool == NULL || (volume = hostel_storage_create_volume (pool, spec, error)) == NULL)
    return FALSE;

  if ((*path = virStorageVolGetPath (volume)) == NULL)
    hostel_virt_set_error (error, _("The volume “%s” has no path."), name);

  return *path != NULL;
}

/* As large as the image's file and raw, to be filled; the daemon finds the format out afterwards. */
static virStorageVolPtr
make_copy (HostelCreateWork   *self,
           virStoragePoolPtr   pool,
           guint64             size,
           GError            **error)
{
  g_autofree char *suffix = g_strconcat (".", hostel_create_work_get_format (self), NULL);
  g_autofree char *name = hostel_storage_dup_volume_name (self->name, self->uuid, suffix);
  const HostelVolumeSpec spec = { .name = name, .capacity = size, .format = "raw" };
  virStorageVolPtr volume = hostel_storage_create_volume (pool, &spec, error);

  if (volume != NULL && (self->disk_path = virStorageVolGetPath (volume)) == NULL)
    {
      hostel_virt_set_error (error, _("The volume “%s” has no path."), name);
      g_clear_pointer (&volume, virStorageVolFree);
    }

  return volume;
}

static gboolean
fill_copy (HostelCreateWork   *self,
           virConnectPtr       handle,
           virStoragePoolPtr   pool,
           int                 fd,
           guint64             size,
           GError            **error)
{
  g_autoptr (virStorageVol) volume = make_copy (self, pool, size, error);

  if (volume == NULL ||
      !hostel_storage_upload_file (handle, volume, fd, size, self->progress, self->progress_data,
                                   self->cancellable, error))
    return FALSE;

  virStoragePoolRefresh (pool, 0);
  if (self->capacity <= hostel_image_get_virtual_size (self->image) ||
      virStorageVolResize (volume, self->capacity, 0) == 0)
    return TRUE;

  hostel_virt_set_error (error, _("The disk of “%s” cannot be made larger."), self->name);

  return FALSE;
}

/* In a thread of its own. What it leaves when it fails is in the journal, and is deleted with the
 * rest. */
gboolean
hostel_create_work_copy (HostelCreateWork  *self,
                         virConnectPtr      none,
                         GError           **error)
{
  g_autoptr (virConnect) handle = hostel_virt_open (self->uri, error);
  g_autoptr (virStoragePool) pool = NULL;
  struct stat info;
  gboolean done = FALSE;
  int fd;

  if (handle == NULL || (pool = lookup_pool (self, handle, error)) == NULL)
    return FALSE;

  fd = open (hostel_image_get_path (self->image), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (fd < 0 || fstat (fd, &info) < 0)
    hostel_error_set (error, HOSTEL_ERROR_NOT_FOUND, _("Choose another image."),
                      g_strerror (errno), _("The image cannot be read."));
  else
    done = fill_copy (self, handle, pool, fd, info.st_size, error);
  if (fd >= 0)
    close (fd);

  return done;
}

gboolean
hostel_create_work_make_disk (HostelCreateWork  *self,
                              virConnectPtr      handle,
                              GError           **error)
{
  HostelVolumeSpec spec = {
    .capacity = self->capacity,
    .format = "qcow2",
    .backing_path = self->installation ? NULL : self->base_path,
    .backing_format = self->installation ? NULL : hostel_create_work_get_format (self),
  };

  return make_volume (self, handle, &spec, ".qcow2", &self->disk_path, error);
}

gboolean
hostel_create_work_make_seed (HostelCreateWork  *self,
                              virConnectPtr      handle,
                              GError           **error)
{
  HostelVolumeSpec spec = { .capacity = g_bytes_get_size (self->seed), .format = "raw" };

  return make_volume (self, handle, &spec, HOSTEL_SEED_SUFFIX, &self->seed_path, error);
}

/* Made beforehand: as a volume it can be read from everywhere, and a log whose directory is not
 * there keeps the machine from starting. */
gboolean
hostel_create_work_make_log (HostelCreateWork  *self,
                             virConnectPtr      handle,
                             GError           **error)
{
  HostelVolumeSpec spec = { .capacity = 0, .format = "raw" };

  return make_volume (self, handle, &spec, HOSTEL_LOG_SUFFIX, &self->log_path, error);
}

/* A file of the disc as a volume of the machine's. */
static gboolean
upload_disc_file (HostelCreateWork  *self,
                  virConnectPtr      handle,
                  const char        *file,
                  const char        *suffix,
                  char             **path,
                  GError           **error)
{
  g_autoptr (virStoragePool) pool = lookup_pool (self, handle, error);
  g_autofree char *name = hostel_storage_dup_volume_name (self->name, self->uuid, suffix);
  HostelVolumeSpec spec = { .name = name, .format = "raw" };
  g_autoptr (virStorageVol) volume = NULL;
  guint64 size = 0;
  gboolean done;
  int fd;

  if (pool == NULL ||
      (fd = hostel_image_disc_open_file (hostel_image_get_path (self->image), file, &size,
                                         self->cancellable, error)) < 0)
    return FALSE;

  spec.capacity = size;
  done = (volume = hostel_storage_create_volume (pool, &spec, error)) != NULL &&
         hostel_storage_upload_file (handle, volume, fd, size, NULL, NULL, self->cancellable, error);
  close (fd);
  if (!done)
    return FALSE;

  if ((*path = virStorageVolGetPath (volume)) == NULL)
    hostel_virt_set_error (error, _("The volume “%s” has no path."), name);

  return *path != NULL;
}

/* In a thread of its own. The machine starts them directly until it is installed, see
 * hostel_medium_finish_installation(). */
gboolean
hostel_create_work_make_installer (HostelCreateWork  *self,
                                   virConnectPtr      none,
                                   GError           **error)
{
  const HostelInstallerFiles *files = hostel_image_get_installer (self->image);
  g_autoptr (virConnect) handle = NULL;

  /* Another disc has come to be there since. */
  if (files == NULL)
    {
      hostel_error_set (error, HOSTEL_ERROR_UNSUPPORTED, _("Choose the disc again."), NULL,
                        _("Where this disc has its installer’s kernel is not known."));
      return FALSE;
    }

  return (handle = hostel_virt_open (self->uri, error)) != NULL &&
         upload_disc_file (self, handle, files->kernel, HOSTEL_KERNEL_SUFFIX,
                           &self->kernel_path, error) &&
         upload_disc_file (self, handle, files->initrd, HOSTEL_INITRD_SUFFIX,
                           &self->initrd_path, error);
}

gboolean
hostel_create_work_fill_seed (HostelCreateWork  *self,
                              virConnectPtr      handle,
                              GError           **error)
{
  g_autoptr (virStoragePool) pool = lookup_pool (self, handle, error);
  g_autofree char *name = hostel_storage_dup_volume_name (self->name, self->uuid, HOSTEL_SEED_SUFFIX);
  g_autoptr (virStorageVol) volume = NULL;

  if (pool == NULL)
    return FALSE;

  if ((volume = virStorageVolLookupByName (pool, name)) == NULL)
    {
      hostel_virt_set_error (error, _("The volume “%s” is gone."), name);
      return FALSE;
    }

  return hostel_storage_upload_bytes (handle, volume, self->seed, error);
}

static gboolean
start_network (HostelCreateWork  *self,
               virConnectPtr      handle,
               GError           **error)
{
  g_autoptr (virNetwork) network = virNetworkLookupByName (handle, self->network);

  if (network != NULL &&
      (virNetworkIsActive (network) == 1 || virNetworkCreate (network) == 0 ||
       virNetworkIsActive (network) == 1))
    return TRUE;

  hostel_virt_set_error (error, _("The network “%s” cannot be started."), self->network);

  return FALSE;
}

static void
remember_host_key (HostelCreateWork *self)
{
  g_autoptr (GError) error = NULL;

  if (self->host_key != NULL &&
      !hostel_known_hosts_add (self->uuid, self->host_key->public_key, &error))
    g_message ("%s", error->message);
}

/* The commit point: what fails before it is undone, from it on the machine is kept. */
gboolean
hostel_create_work_define (HostelCreateWork  *self,
                           virConnectPtr      handle,
                           GError           **error)
{
  g_autoptr (virDomain) domain = NULL;

  if (self->network != NULL && !start_network (self, handle, error))
    return FALSE;

  if ((domain = virDomainDefineXML (handle, self->xml)) == NULL)
    {
      hostel_virt_set_error (error, _("libvirt does not take the machine “%s”."), self->name);
      return FALSE;
    }

  remember_host_key (self);
  if (!self->installation)
    hostel_boot_pending_add (self->uuid);
  if (self->start)
    hostel_create_journal_set_defined (self->journal);
  else
    hostel_create_journal_remove (self->journal);

  return TRUE;
}

/* The machine is kept; nothing has to be cleaned up. */
static gboolean
fail_start (HostelCreateWork  *self,
            GError           **error)
{
  hostel_virt_set_error (error, _("The machine “%s” was created, but it could not be started."),
                         self->name);
  hostel_create_journal_remove (self->journal);

  return FALSE;
}

gboolean
hostel_create_work_start (HostelCreateWork  *self,
                          virConnectPtr      handle,
                          GError           **error)
{
  g_autoptr (virDomain) domain = virDomainLookupByUUIDString (handle, self->uuid);
  g_autoptr (GError) forward_error = NULL;

  if (domain == NULL || virDomainCreateWithFlags (domain, VIR_DOMAIN_START_PAUSED) < 0)
    return fail_start (self, error);

  if (!hostel_port_forward_restore (domain, &forward_error))
    g_debug ("%s: %s", self->name, forward_error->message);

  return TRUE;
}

gboolean
hostel_create_work_resume (HostelCreateWork  *self,
                           virConnectPtr      handle,
                           GError           **error)
{
  g_autoptr (virDomain) domain = virDomainLookupByUUIDString (handle, self->uuid);
  int state;

  if (domain == NULL)
    return fail_start (self, error);

  /* Somebody else may have resumed it. */
  if (virDomainResume (domain) < 0 &&
      (virDomainGetState (domain, &state, NULL, 0) < 0 || state != VIR_DOMAIN_RUNNING))
    return fail_start (self, error);

  hostel_create_journal_remove (self->journal);

  return TRUE;
}

gboolean
hostel_create_work_undo (HostelCreateWork  *self,
                         virConnectPtr      handle,
                         GError           **error)
{
  return hostel_create_undo (handle, self->journal, error);
}
