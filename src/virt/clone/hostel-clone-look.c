/* SPDX-License-Identifier: GPL-3.0-or-later */
/* libvirt directly: libvirt-glib 4.0 has no volume of a path and no stream of one. */
#define G_LOG_DOMAIN "hostel-clone"

#include "config.h"

#include <errno.h>
#include <unistd.h>

#include <glib/gi18n.h>

#include "hostel-clone-seed.h"
#include "hostel-clone-steps.h"
#include "hostel-domain-seed-find.h"
#include "hostel-storage.h"
#include "hostel-uri.h"

/* What an overlay and a boot's log take before the guest has written anything of note. */
#define FIRST_BYTES (16 * 1024 * 1024)
/* aarch64's have as much, x86's are under 1 MiB. */
#define MAX_VARIABLES (64 * 1024 * 1024)
#define NAME_TRIES 1000

static gboolean
check_name (HostelCloneWork  *self,
            virConnectPtr     handle,
            GError          **error)
{
  g_autoptr (virDomain) other = virDomainLookupByName (handle, self->name);
  virErrorPtr last;

  if (other == NULL)
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

static gboolean
look_at_seed (HostelCloneWork  *self,
              virConnectPtr     handle,
              GError          **error)
{
  g_auto (HostelSeedFound) found = { NULL, };
  g_autoptr (GError) cause = NULL;

  if (!hostel_domain_seed_find (handle, self->parent, self->parent_name, &found, &cause))
    {
      if (self->exact && g_error_matches (cause, HOSTEL_ERROR, HOSTEL_ERROR_NOT_FOUND))
        return TRUE;
      if (g_error_matches (cause, HOSTEL_ERROR, HOSTEL_ERROR_NOT_FOUND))
        hostel_error_set (error, HOSTEL_ERROR_UNSUPPORTED, _("Make an exact copy instead."), NULL,
                          _("“%s” has no seed for cloud-init, by which its clone could become a new "
                            "computer."), self->parent_name);
      else
        g_propagate_error (error, g_steal_pointer (&cause));
      return FALSE;
    }

  if (!self->exact &&
      !hostel_clone_seed_renew (found.seed, self->uuid, self->name, &self->host_key, error))
    return FALSE;
  self->seed_target = hostel_xml_dup_string (found.doc, found.disk, "target/@dev");
  self->seed = hostel_seed_to_iso (found.seed, error);

  return self->seed != NULL;
}

static GBytes *
read_variables (HostelCloneWork  *self,
                virConnectPtr     handle,
                gboolean         *missing,
                GError          **error)
{
  const char *path = self->plan->variables;
  g_autoptr (virStorageVol) volume = virStorageVolLookupByPath (handle, path);
  g_autoptr (GMappedFile) file = NULL;
  g_autoptr (GError) cause = NULL;

  *missing = FALSE;
  if (volume != NULL)
    return hostel_storage_download_bytes (handle, volume, MAX_VARIABLES, error);

  if (hostel_uri_is_local (self->uri) && g_file_test (path, G_FILE_TEST_IS_REGULAR) &&
      (file = g_mapped_file_new (path, FALSE, &cause)) != NULL &&
      g_mapped_file_get_length (file) <= MAX_VARIABLES)
    return g_bytes_new (g_mapped_file_get_contents (file), g_mapped_file_get_length (file));

  /* A machine that was never started has none yet. */
  errno = 0;
  if (hostel_uri_is_local (self->uri) && cause == NULL && access (path, F_OK) < 0 && errno == ENOENT)
    {
      *missing = TRUE;
      return NULL;
    }

  hostel_error_set (error, HOSTEL_ERROR_DENIED,
                    _("Clone it as the host’s administrator."), path,
                    _("The UEFI variables of “%s”, by which it boots, cannot be read."),
                    self->parent_name);

  return NULL;
}

static gboolean
look_at_variables (HostelCloneWork  *self,
                   virConnectPtr     handle,
                   GError          **error)
{
  gboolean missing;

  if (self->plan->variables == NULL)
    return TRUE;

  self->variables = read_variables (self, handle, &missing, error);

  return self->variables != NULL || missing;
}

static gboolean
is_free (HostelCloneWork *self,
         const char      *name)
{
  g_autoptr (virStorageVol) volume = virStorageVolLookupByName (self->pool, name);

  return volume == NULL;
}

/* "web1-UUID-vda-2.qcow2": the second file of that disk. */
static char *
dup_front_name (HostelCloneWork *self,
                HostelCloneDisk *disk)
{
  for (guint i = 2; i < NAME_TRIES; i++)
    {
      g_autofree char *suffix = g_strdup_printf ("-%s-%u.qcow2", disk->target, i);
      g_autofree char *name =
        hostel_storage_dup_volume_name (self->parent_name, self->parent_uuid, suffix);

      if (is_free (self, name))
        return g_steal_pointer (&name);
    }

  return NULL;
}

static char *
dup_copy_name (HostelCloneWork *self,
               HostelCloneDisk *disk)
{
  const char *format = self->linked ? "qcow2" : disk->format;
  g_autofree char *suffix = disk == self->plan->disks->pdata[0]
                              ? g_strdup_printf (".%s", format)
                              : g_strdup_printf ("-%s.%s", disk->target, format);

  return hostel_storage_dup_volume_name (self->name, self->uuid, suffix);
}

/* Every name that a volume may be made of, before the first is made. */
static gboolean
note_volumes (HostelCloneWork  *self,
              GError          **error)
{
  static const char * const suffixes[] = { HOSTEL_SEED_SUFFIX, HOSTEL_LOG_SUFFIX,
                                           HOSTEL_CLONE_VARIABLES_SUFFIX };
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_auto (GStrv) names = NULL;

  for (guint i = 0; i < self->plan->disks->len; i++)
    {
      HostelCloneDisk *disk = self->plan->disks->pdata[i];

      disk->copy_name = dup_copy_name (self, disk);
      g_strv_builder_add (builder, disk->copy_name);
      if (self->linked && (disk->front_name = dup_front_name (self, disk)) != NULL)
        g_strv_builder_add (builder, disk->front_name);
      if (self->linked && disk->front_name == NULL)
        {
          hostel_error_set (error, HOSTEL_ERROR_EXISTS, _("Make an independent clone."), NULL,
                            _("“%s” has been cloned too often."), self->parent_name);
          return FALSE;
        }
    }
  for (guint i = 0; i < G_N_ELEMENTS (suffixes); i++)
    {
      g_autofree char *name = hostel_storage_dup_volume_name (self->name, self->uuid, suffixes[i]);

      g_strv_builder_add (builder, name);
    }

  names = g_strv_builder_end (builder);
  for (guint i = 0; names[i] != NULL; i++)
    if (!is_free (self, names[i]))
      {
        hostel_error_set (error, HOSTEL_ERROR_EXISTS, _("Try again."), NULL,
                          _("There is a volume named “%s” already."), names[i]);
        return FALSE;
      }

  return hostel_create_journal_set_volumes (self->journal, (const char * const *) names, error);
}

static guint64
count_bytes (HostelCloneWork *self)
{
  guint64 bytes = FIRST_BYTES;

  if (self->seed != NULL)
    bytes += g_bytes_get_size (self->seed);
  if (self->variables != NULL)
    bytes += g_bytes_get_size (self->variables);
  for (guint i = 0; !self->linked && i < self->plan->disks->len; i++)
    {
      HostelCloneDisk *disk = self->plan->disks->pdata[i];

      bytes += MIN (disk->allocation, disk->capacity);
    }

  return bytes;
}

static gboolean
open_pool (HostelCloneWork  *self,
           virConnectPtr     handle,
           GError          **error)
{
  HostelCloneDisk *first = self->plan->disks->pdata[0];

  if ((self->pool = virStoragePoolLookupByName (handle, first->pool)) != NULL)
    return hostel_create_journal_set_pool (self->journal, first->pool, error);

  hostel_virt_set_error (error, _("The storage pool “%s” is gone."), first->pool);

  return FALSE;
}

/* The first step: finds out all that there is to know, and changes nothing. */
gboolean
hostel_clone_work_look (HostelCloneWork  *self,
                        virConnectPtr     handle,
                        GError          **error)
{
  self->journal = hostel_create_journal_new (self->uri, HOSTEL_STORAGE_DEFAULT_POOL, self->uuid, error);
  if (self->journal == NULL || !check_name (self, handle, error))
    return FALSE;

  self->parent = hostel_virt_lookup_domain (handle, self->parent_uuid, self->parent_name, error);
  if (self->parent == NULL)
    return FALSE;

  self->lock = hostel_machine_lock_take (handle, self->parent_uuid, self->parent_name, error);
  if (self->lock == NULL)
    return FALSE;

  self->plan = hostel_clone_plan_new (handle, self->parent, self->linked, error);

  return self->plan != NULL && look_at_seed (self, handle, error) &&
         look_at_variables (self, handle, error) && open_pool (self, handle, error) &&
         note_volumes (self, error) &&
         hostel_storage_check_space (self->pool, count_bytes (self), error);
}
