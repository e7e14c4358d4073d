/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "hostel-image-catalogue"

#include "config.h"

#include "hostel-image-entry-private.h"

#include <string.h>

G_DEFINE_FINAL_TYPE (HostelImageEntry, hostel_image_entry, G_TYPE_OBJECT)

void
hostel_image_key_free (HostelImageKey *self)
{
  g_free (self->id);
  g_strfreev (self->fingerprints);
  g_strfreev (self->files);
  g_free (self);
}

HostelImageKey *
hostel_image_key_copy (HostelImageKey *self)
{
  HostelImageKey *copy = g_new0 (HostelImageKey, 1);

  copy->id = g_strdup (self->id);
  copy->fingerprints = g_strdupv (self->fingerprints);
  copy->files = g_strdupv (self->files);

  return copy;
}

static void
hostel_image_entry_finalize (GObject *object)
{
  HostelImageEntry *self = HOSTEL_IMAGE_ENTRY (object);

  g_free (self->id);
  g_free (self->name);
  g_free (self->os);
  g_free (self->arch);
  g_free (self->url);
  g_free (self->user_name);
  g_free (self->end);
  g_free (self->checksums_url);
  g_free (self->signature_url);
  g_clear_pointer (&self->key, hostel_image_key_free);

  G_OBJECT_CLASS (hostel_image_entry_parent_class)->finalize (object);
}

static void
hostel_image_entry_class_init (HostelImageEntryClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = hostel_image_entry_finalize;
}

static void
hostel_image_entry_init (HostelImageEntry *self)
{
}

/**
 * hostel_image_entry_new_for_url:
 * @url: an address that a person gives
 *
 * Returns: (transfer full): an entry about which nothing is known but the address
 */
HostelImageEntry *
hostel_image_entry_new_for_url (const char *url)
{
  HostelImageEntry *self = g_object_new (HOSTEL_TYPE_IMAGE_ENTRY, NULL);
  g_autofree char *digest = NULL;

  g_return_val_if_fail (url != NULL, NULL);

  digest = g_compute_checksum_for_string (G_CHECKSUM_SHA256, url, -1);
  self->id = g_strdup_printf ("url-%.12s", digest);
  self->url = g_strdup (url);
  self->name = hostel_image_entry_dup_file_name (self);
  self->os = g_strdup ("");
  self->arch = g_strdup ("");
  self->user_name = g_strdup ("");
  self->end = g_strdup ("");
  self->checksums_url = g_strdup ("");
  self->signature_url = g_strdup ("");

  return self;
}

/**
 * hostel_image_entry_get_id:
 *
 * Returns: the name by which the command line knows it, "debian-13"; one for all architectures
 */
const char *
hostel_image_entry_get_id (HostelImageEntry *self)
{
  g_return_val_if_fail (HOSTEL_IS_IMAGE_ENTRY (self), NULL);

  return self->id;
}

const char *
hostel_image_entry_get_name (HostelImageEntry *self)
{
  g_return_val_if_fail (HOSTEL_IS_IMAGE_ENTRY (self), NULL);

  return self->name;
}

const char *
hostel_image_entry_get_arch (HostelImageEntry *self)
{
  g_return_val_if_fail (HOSTEL_IS_IMAGE_ENTRY (self), NULL);

  return self->arch;
}

const char *
hostel_image_entry_get_url (HostelImageEntry *self)
{
  g_return_val_if_fail (HOSTEL_IS_IMAGE_ENTRY (self), NULL);

  return self->url;
}

/**
 * hostel_image_entry_get_end_of_life:
 *
 * Returns: whether it gets no security updates any more
 */
gboolean
hostel_image_entry_get_end_of_life (HostelImageEntry *self)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_utc ();
  g_autofree char *today = g_date_time_format (now, "%Y-%m-%d");

  g_return_val_if_fail (HOSTEL_IS_IMAGE_ENTRY (self), FALSE);

  return self->ended || (*self->end != '\0' && strcmp (self->end, today) < 0);
}

const char *
hostel_image_entry_get_checksums_url (HostelImageEntry *self)
{
  g_return_val_if_fail (HOSTEL_IS_IMAGE_ENTRY (self), NULL);

  return self->checksums_url;
}

const char *
hostel_image_entry_get_signature_url (HostelImageEntry *self)
{
  g_return_val_if_fail (HOSTEL_IS_IMAGE_ENTRY (self), NULL);

  return self->signature_url;
}

gboolean
hostel_image_entry_has_inline_signature (HostelImageEntry *self)
{
  g_return_val_if_fail (HOSTEL_IS_IMAGE_ENTRY (self), FALSE);

  return self->inline_signature;
}

gboolean
hostel_image_entry_has_image_signature (HostelImageEntry *self)
{
  g_return_val_if_fail (HOSTEL_IS_IMAGE_ENTRY (self), FALSE);

  return self->image_signature;
}

gboolean
hostel_image_entry_has_own_checksums (HostelImageEntry *self)
{
  g_return_val_if_fail (HOSTEL_IS_IMAGE_ENTRY (self), FALSE);

  return self->own_checksums;
}

const HostelImageKey *
hostel_image_entry_get_key (HostelImageEntry *self)
{
  g_return_val_if_fail (HOSTEL_IS_IMAGE_ENTRY (self), NULL);

  return self->key;
}

/**
 * hostel_image_entry_dup_file_name:
 *
 * Returns: (transfer full): what stands behind the address's last slash, without a query, safe as a
 *   file's name
 */
char *
hostel_image_entry_dup_file_name (HostelImageEntry *self)
{
  g_autofree char *path = NULL;
  g_autofree char *name = NULL;
  g_autofree char *plain = NULL;

  g_return_val_if_fail (HOSTEL_IS_IMAGE_ENTRY (self), NULL);

  path = g_strndup (self->url, strcspn (self->url, "?#"));
  name = g_path_get_basename (path);
  plain = g_uri_unescape_string (name, "/");
  if (plain == NULL || *plain == '\0' || *plain == '.' || strlen (plain) > 200 ||
      !g_utf8_validate (plain, -1, NULL))
    return g_strdup ("image");

  return g_strdelimit (g_steal_pointer (&plain), "\r\n\t", '_');
}

/**
 * hostel_image_entry_matches:
 * @words: what a person looks for
 *
 * Returns: whether each of the words is in the name, the id, the architecture or the address
 */
gboolean
hostel_image_entry_matches (HostelImageEntry *self,
                            const char       *words)
{
  g_autofree char *all = NULL;
  g_autofree char *haystack = NULL;
  g_autofree char *needle = NULL;
  g_auto (GStrv) needles = NULL;

  g_return_val_if_fail (HOSTEL_IS_IMAGE_ENTRY (self), FALSE);

  all = g_strjoin (" ", self->name, self->id, self->arch, self->url, NULL);
  haystack = g_utf8_casefold (all, -1);
  needle = g_utf8_casefold (words, -1);
  needles = g_strsplit_set (needle, " \t", -1);
  for (guint i = 0; needles[i] != NULL; i++)
    if (strstr (haystack, needles[i]) == NULL)
      return FALSE;

  return TRUE;
}
