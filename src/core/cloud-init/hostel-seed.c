/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "hostel-seed"

#include "config.h"

#include <archive.h>
#include <archive_entry.h>
#include <glib/gi18n.h>
#include <string.h>

#include "hostel-error.h"
#include "hostel-seed.h"
#include "hostel-yaml.h"

/* DataSourceNoCloud looks for a file system with this label. */
#define SEED_LABEL "cidata"

/**
 * HostelSeed:
 *
 * What cloud-init's NoCloud data source reads, as an ISO 9660 image: see
 * https://cloudinit.readthedocs.io/en/latest/reference/datasources/nocloud.html
 */
struct _HostelSeed
{
  GObject  parent_instance;

  char    *instance_id;    /* owned, never NULL */
  char    *local_hostname; /* owned, never NULL */
  GBytes  *user_data;      /* owned, nullable */
  GBytes  *network_config; /* owned, nullable */
  GBytes  *vendor_data;    /* owned, nullable */
  char    *public_key;     /* owned, nullable */
  GBytes  *meta_data;      /* owned, nullable: as it was read; the two above win */
};

G_DEFINE_FINAL_TYPE (HostelSeed, hostel_seed, G_TYPE_OBJECT)

static void
hostel_seed_finalize (GObject *object)
{
  HostelSeed *self = HOSTEL_SEED (object);

  g_clear_pointer (&self->instance_id, g_free);
  g_clear_pointer (&self->local_hostname, g_free);
  g_clear_pointer (&self->user_data, g_bytes_unref);
  g_clear_pointer (&self->network_config, g_bytes_unref);
  g_clear_pointer (&self->vendor_data, g_bytes_unref);
  g_clear_pointer (&self->meta_data, g_bytes_unref);
  g_clear_pointer (&self->public_key, g_free);

  G_OBJECT_CLASS (hostel_seed_parent_class)->finalize (object);
}

static void
hostel_seed_class_init (HostelSeedClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = hostel_seed_finalize;
}

static void
hostel_seed_init (HostelSeed *self)
{
}

/**
 * hostel_seed_new:
 * @instance_id: what makes this machine another one for cloud-init: the domain's UUID
 * @local_hostname: (nullable): the host name where user-data sets none
 *
 * Returns: (transfer full): a seed without user-data
 */
HostelSeed *
hostel_seed_new (const char *instance_id,
                 const char *local_hostname)
{
  HostelSeed *self = g_object_new (HOSTEL_TYPE_SEED, NULL);

  self->instance_id = g_strdup (instance_id != NULL ? instance_id : "");
  self->local_hostname = g_strdup (local_hostname != NULL ? local_hostname : "");

  return self;
}

static void
set_bytes (GBytes **field,
           GBytes  *bytes)
{
  g_clear_pointer (field, g_bytes_unref);
  if (bytes != NULL)
    *field = g_bytes_ref (bytes);
}

/* The name as other programs write it, too: without Rock Ridge in capitals, or with a version. */
static GBytes **
find_field (HostelSeed *self,
            const char *name)
{
  const struct
  {
    const char  *name;
    GBytes     **field;
  } fields[] = {
    { "user-data", &self->user_data },
    { "meta-data", &self->meta_data },
    { "network-config", &self->network_config },
    { "vendor-data", &self->vendor_data },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (fields); i++)
    if (g_ascii_strcasecmp (name, fields[i].name) == 0)
      return fields[i].field;

  return NULL;
}

static gboolean
read_files (HostelSeed     *self,
            struct archive *archive,
            GBytes         *iso)
{
  struct archive_entry *entry;
  gsize length;
  const void *data = g_bytes_get_data (iso, &length);
  int status;

  if (archive_read_support_format_iso9660 (archive) != ARCHIVE_OK ||
      archive_read_open_memory (archive, (void *) data, length) != ARCHIVE_OK)
    return FALSE;

  while ((status = archive_read_next_header (archive, &entry)) == ARCHIVE_OK ||
         status == ARCHIVE_WARN)
    {
      const char *name = archive_entry_pathname (entry);
      GBytes **field = name != NULL ? find_field (self, name) : NULL;
      gint64 size = archive_entry_size (entry);
      g_autofree char *content = NULL;

      if (field == NULL || *field != NULL || size < 0 || (gsize) size > length)
        continue;
      content = g_malloc (size + 1);
      if (archive_read_data (archive, content, size) != size)
        return FALSE;
      *field = g_bytes_new_take (g_steal_pointer (&content), size);
    }

  return status == ARCHIVE_EOF;
}

static void
read_meta_data (HostelSeed *self)
{
  gsize length;
  const char *text = g_bytes_get_data (self->meta_data, &length);
  g_autoptr (HostelYaml) root = hostel_yaml_parse (text != NULL ? text : "", length, NULL);
  const char *id = hostel_yaml_is_mapping (root) ? hostel_yaml_lookup_string (root, "instance-id")
                                                 : NULL;
  const char *name = hostel_yaml_is_mapping (root)
                       ? hostel_yaml_lookup_string (root, "local-hostname") : NULL;

  self->instance_id = g_strdup (id != NULL ? id : "");
  self->local_hostname = g_strdup (name != NULL ? name : "");
}

/**
 * hostel_seed_new_from_iso:
 * @iso: an ISO 9660 image
 * @error: (out) (optional): %HOSTEL_ERROR_INVALID where it is no seed
 *
 * Reads a seed of ours, or another program's. May be called from any thread.
 *
 * Returns: (transfer full) (nullable): the seed
 */
HostelSeed *
hostel_seed_new_from_iso (GBytes  *iso,
                          GError **error)
{
  g_autoptr (HostelSeed) self = g_object_new (HOSTEL_TYPE_SEED, NULL);
  struct archive *archive = archive_read_new ();
  gboolean done;

  g_return_val_if_fail (iso != NULL, NULL);

  done = read_files (self, archive, iso);
  archive_read_free (archive);
  if (!done || self->meta_data == NULL || self->user_data == NULL)
    {
      hostel_error_set (error, HOSTEL_ERROR_INVALID, NULL, NULL,
                        _("The disk is no seed for cloud-init."));
      self->instance_id = g_strdup ("");
      self->local_hostname = g_strdup ("");
      return NULL;
    }
  read_meta_data (self);

  return g_steal_pointer (&self);
}

/**
 * hostel_seed_renew:
 *
 * "ID" becomes "ID-2", that "ID-3".
 */
void
hostel_seed_renew (HostelSeed *self)
{
  const char *dash;
  guint64 number = 1;
  char *next;

  g_return_if_fail (HOSTEL_IS_SEED (self));

  dash = strrchr (self->instance_id, '-');
  /* The last part of a UUID has twelve digits. */
  if (dash == NULL || strlen (dash + 1) > 6 ||
      !g_ascii_string_to_unsigned (dash + 1, 10, 2, G_MAXINT, &number, NULL))
    dash = NULL;
  next = dash != NULL ? g_strdup_printf ("%.*s-%u", (int) (dash - self->instance_id),
                                         self->instance_id, (guint) number + 1)
                      : g_strdup_printf ("%s-2", self->instance_id);
  g_free (self->instance_id);
  self->instance_id = next;
}

/**
 * hostel_seed_set_instance_id:
 * @instance_id: what makes this machine another one for cloud-init: the domain's UUID
 */
void
hostel_seed_set_instance_id (HostelSeed *self,
                             const char *instance_id)
{
  g_return_if_fail (HOSTEL_IS_SEED (self));
  g_return_if_fail (instance_id != NULL);

  g_free (self->instance_id);
  self->instance_id = g_strdup (instance_id);
}

const char *
hostel_seed_get_instance_id (HostelSeed *self)
{
  g_return_val_if_fail (HOSTEL_IS_SEED (self), NULL);

  return self->instance_id;
}

/**
 * hostel_seed_get_user_data:
 *
 * Returns: (transfer none) (nullable): the bytes that the guest sees
 */
GBytes *
hostel_seed_get_user_data (HostelSeed *self)
{
  g_return_val_if_fail (HOSTEL_IS_SEED (self), NULL);

  return self->user_data;
}

/**
 * hostel_seed_set_user_data:
 * @user_data: (nullable): the bytes as the guest is to see them
 */
void
hostel_seed_set_user_data (HostelSeed *self,
                           GBytes     *user_data)
{
  g_return_if_fail (HOSTEL_IS_SEED (self));

  set_bytes (&self->user_data, user_data);
}

/**
 * hostel_seed_set_network_config:
 * @network_config: (nullable): a network-config document; without one the guest uses DHCP
 */
void
hostel_seed_set_network_config (HostelSeed *self,
                                GBytes     *network_config)
{
  g_return_if_fail (HOSTEL_IS_SEED (self));

  set_bytes (&self->network_config, network_config);
}

/**
 * hostel_seed_set_local_hostname:
 * @local_hostname: the host name where the user-data sets none
 */
void
hostel_seed_set_local_hostname (HostelSeed *self,
                                const char *local_hostname)
{
  g_return_if_fail (HOSTEL_IS_SEED (self));
  g_return_if_fail (local_hostname != NULL);

  g_free (self->local_hostname);
  self->local_hostname = g_strdup (local_hostname);
}

/**
 * hostel_seed_get_vendor_data:
 *
 * Returns: (transfer none) (nullable): what the host adds to the user-data
 */
GBytes *
hostel_seed_get_vendor_data (HostelSeed *self)
{
  g_return_val_if_fail (HOSTEL_IS_SEED (self), NULL);

  return self->vendor_data;
}

/**
 * hostel_seed_set_vendor_data:
 * @vendor_data: (nullable): see hostel_vendor_data_new()
 */
void
hostel_seed_set_vendor_data (HostelSeed *self,
                             GBytes     *vendor_data)
{
  g_return_if_fail (HOSTEL_IS_SEED (self));

  set_bytes (&self->vendor_data, vendor_data);
}

/**
 * hostel_seed_set_public_key:
 * @self: a seed
 * @public_key: (nullable): a line for authorized_keys
 *
 * cloud-init gives it to its default user, beside the keys of the user-data.
 */
void
hostel_seed_set_public_key (HostelSeed *self,
                            const char *public_key)
{
  g_return_if_fail (HOSTEL_IS_SEED (self));

  g_free (self->public_key);
  self->public_key = g_strdup (public_key);
}

/**
 * hostel_seed_dup_meta_data:
 * @error: return location for a #GError
 *
 * Without this file NoCloud takes no seed at all; without an instance-id of its own each machine
 * would be the same one to cloud-init.
 *
 * Returns: (transfer full): the meta-data document, or %NULL with @error set
 */
GBytes *
hostel_seed_dup_meta_data (HostelSeed  *self,
                           GError     **error)
{
  g_autoptr (HostelYaml) root = NULL;
  char *text;

  g_return_val_if_fail (HOSTEL_IS_SEED (self), NULL);

  if (self->meta_data != NULL)
    root = hostel_yaml_parse (g_bytes_get_data (self->meta_data, NULL),
                              g_bytes_get_size (self->meta_data), NULL);
  if (!hostel_yaml_is_mapping (root))
    {
      g_clear_pointer (&root, hostel_yaml_unref);
      root = hostel_yaml_new (HOSTEL_YAML_MAPPING);
    }
  hostel_yaml_set_string (root, "instance-id", self->instance_id);
  hostel_yaml_set_string (root, "local-hostname", self->local_hostname);
  if (self->public_key != NULL)
    {
      HostelYaml *keys = hostel_yaml_new (HOSTEL_YAML_SEQUENCE);

      hostel_yaml_append (keys, hostel_yaml_new_string (self->public_key));
      hostel_yaml_set (root, "public-keys", keys);
    }

  if (self->instance_id[0] == '\0' || !hostel_yaml_is_utf8 (root))
    {
      hostel_error_set (error, HOSTEL_ERROR_INVALID, _("Give the machine another name."), NULL,
                        _("The machine's identifier or host name is not valid."));
      return NULL;
    }

  text = hostel_yaml_emit (root, NULL);
  return g_bytes_new_take (text, strlen (text));
}

static la_ssize_t
write_cb (struct archive *archive,
          void           *data,
          const void     *buffer,
          size_t          length)
{
  g_byte_array_append (data, buffer, length);

  return length;
}

static int
add_file (struct archive *archive,
          const char     *name,
          GBytes         *content)
{
  struct archive_entry *entry;
  const void *data;
  gsize size;
  int status;

  if (content == NULL)
    return ARCHIVE_OK;

  data = g_bytes_get_data (content, &size);
  entry = archive_entry_new ();
  archive_entry_set_pathname (entry, name);
  archive_entry_set_filetype (entry, AE_IFREG);
  archive_entry_set_perm (entry, 0444);
  archive_entry_set_size (entry, size);
  archive_entry_set_mtime (entry, g_get_real_time () / G_USEC_PER_SEC, 0);

  status = archive_write_header (archive, entry);
  if (status == ARCHIVE_OK && size > 0 && archive_write_data (archive, data, size) != (gssize) size)
    status = ARCHIVE_FATAL;
  archive_entry_free (entry);

  return status;
}

static gboolean
write_iso (HostelSeed     *self,
           struct archive *archive,
           GBytes         *meta_data,
           GByteArray     *iso)
{
  g_autoptr (GBytes) no_user_data = g_bytes_new (NULL, 0);

  /* Rock Ridge keeps the names' case and dashes, and Joliet the same for whatever lacks it. */
  return archive_write_set_format_iso9660 (archive) == ARCHIVE_OK &&
         archive_write_set_options (archive, "iso9660:volume-id=" SEED_LABEL ",iso9660:joliet,"
                                             "iso9660:rockridge=useful,iso9660:!zisofs") ==
           ARCHIVE_OK &&
         archive_write_open (archive, iso, NULL, write_cb, NULL) == ARCHIVE_OK &&
         add_file (archive, "meta-data", meta_data) == ARCHIVE_OK &&
         /* NoCloud wants this file even where it says nothing. */
         add_file (archive, "user-data",
                   self->user_data != NULL ? self->user_data : no_user_data) == ARCHIVE_OK &&
         add_file (archive, "network-config", self->network_config) == ARCHIVE_OK &&
         add_file (archive, "vendor-data", self->vendor_data) == ARCHIVE_OK &&
         archive_write_close (archive) == ARCHIVE_OK;
}

/**
 * hostel_seed_to_iso:
 * @error: return location for a #GError
 *
 * Writes the image into memory. libarchive spools the files' content through an unlinked temporary
 * file that only this user can open. Blocks for some milliseconds; may be called from any thread.
 *
 * Returns: (transfer full): an ISO 9660 image with Joliet and Rock Ridge names and the volume label
 *   "cidata", or %NULL with @error set
 */
GBytes *
hostel_seed_to_iso (HostelSeed  *self,
                    GError     **error)
{
  g_autoptr (GBytes) meta_data = NULL;
  g_autoptr (GByteArray) iso = g_byte_array_new ();
  struct archive *archive;
  gboolean written;

  g_return_val_if_fail (HOSTEL_IS_SEED (self), NULL);

  if ((meta_data = hostel_seed_dup_meta_data (self, error)) == NULL)
    return NULL;

  archive = archive_write_new ();
  written = write_iso (self, archive, meta_data, iso);
  if (!written)
    hostel_error_set (error, HOSTEL_ERROR_FAILED,
                      _("Check that there is space for temporary files."),
                      archive_error_string (archive), _("The seed image could not be written."));
  archive_write_free (archive);

  return written ? g_byte_array_free_to_bytes (g_steal_pointer (&iso)) : NULL;
}
