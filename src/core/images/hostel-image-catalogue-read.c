/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "hostel-image-catalogue"

#include "config.h"

#include <string.h>

#include <glib/gi18n.h>

#include "hostel-error.h"
#include "hostel-http.h"
#include "hostel-image-entry-private.h"
#include "hostel-yaml.h"

/* As uname -m and libosinfo name them. */
static const char * const arches[] = {
  "x86_64", "aarch64", "ppc64le", "s390x", "riscv64", "armv7l", "i686", NULL
};

static gboolean
invalid (const char  *id,
         const char  *problem,
         GError     **error)
{
  hostel_error_set (error, HOSTEL_ERROR_INVALID, _("Correct the file."), problem,
                    _("The entry “%s” of the list of images is not right."), id);

  return FALSE;
}

static char *
get_text (HostelYaml *node,
          const char *key)
{
  const char *text = hostel_yaml_lookup_string (node, key);

  return g_strdup (text != NULL ? text : "");
}

static GStrv
dup_strv (HostelYaml *node)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  for (guint i = 0; node != NULL && i < hostel_yaml_get_length (node); i++)
    {
      const char *text = hostel_yaml_get_string (hostel_yaml_get_child (node, i));

      if (text != NULL)
        g_strv_builder_add (builder, text);
    }

  return g_strv_builder_end (builder);
}

/* "{file}.sha256" beside "https://a/b.qcow2" is "https://a/b.qcow2.sha256". */
static char *
resolve (HostelImageEntry *entry,
         const char       *pattern)
{
  g_autofree char *file = hostel_image_entry_dup_file_name (entry);
  g_autoptr (GString) text = g_string_new (pattern);
  char *url;

  if (*pattern == '\0')
    return g_strdup ("");

  g_string_replace (text, "{file}", file, 0);
  g_string_replace (text, "{arch}", entry->arch, 0);
  url = g_uri_resolve_relative (entry->url, text->str, SOUP_HTTP_URI_FLAGS, NULL);

  return url != NULL ? url : g_strdup ("");
}

static void
read_proofs (HostelImageEntry *entry,
             HostelYaml       *node,
             GHashTable       *keys)
{
  g_autofree char *checksums = get_text (node, "checksums");
  g_autofree char *signature = get_text (node, "signature");
  const char *key = hostel_yaml_lookup_string (node, "key");
  const char *pattern = signature;

  entry->checksums_url = resolve (entry, checksums);
  entry->own_checksums = strstr (checksums, "{file}") != NULL;
  entry->inline_signature = g_str_equal (signature, "inline");
  entry->image_signature = g_str_has_prefix (signature, "image:");
  if (entry->image_signature)
    pattern += strlen ("image:");
  entry->signature_url = entry->inline_signature ? g_strdup ("") : resolve (entry, pattern);
  if (key != NULL && g_hash_table_lookup (keys, key) != NULL)
    entry->key = hostel_image_key_copy (g_hash_table_lookup (keys, key));
}

static HostelImageEntry *
new_entry (HostelYaml *node,
           const char *id,
           const char *arch,
           const char *url,
           GHashTable *keys)
{
  HostelImageEntry *entry = g_object_new (HOSTEL_TYPE_IMAGE_ENTRY, NULL);

  entry->id = g_strdup (id);
  entry->arch = g_strdup (arch);
  entry->url = g_strdup (url);
  entry->name = get_text (node, "name");
  if (*entry->name == '\0')
    {
      g_free (entry->name);
      entry->name = g_strdup (id);
    }
  entry->os = get_text (node, "os");
  entry->user_name = get_text (node, "user");
  entry->end = get_text (node, "eol");
  read_proofs (entry, node, keys);

  return entry;
}

static gboolean
is_id (const char *id)
{
  return *id != '\0' && *id != '.' && *id != '-' && strlen (id) <= 64 &&
         strspn (id, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_") == strlen (id);
}

static void
remove_all (GHashTable *entries,
            const char *id)
{
  for (guint i = 0; arches[i] != NULL; i++)
    {
      g_autofree char *key = g_strjoin ("/", id, arches[i], NULL);

      g_hash_table_remove (entries, key);
    }
}

static gboolean
read_image (HostelYaml  *node,
            const char  *id,
            GHashTable  *entries,
            GHashTable  *keys,
            GError     **error)
{
  gboolean hidden = FALSE;
  guint n = 0;

  if (!is_id (id) || !hostel_yaml_is_mapping (node))
    return invalid (id, "not a mapping under a plain id", error);

  remove_all (entries, id);
  if (hostel_yaml_lookup (node, "hidden") != NULL)
    hostel_yaml_get_boolean (hostel_yaml_lookup (node, "hidden"), &hidden);
  if (hidden)
    return TRUE;

  for (guint i = 0; arches[i] != NULL; i++)
    {
      const char *url = hostel_yaml_lookup_string (node, arches[i]);

      if (url == NULL)
        continue;
      if (!hostel_http_check_url (url, NULL))
        return invalid (id, url, error);
      g_hash_table_replace (entries, g_strjoin ("/", id, arches[i], NULL),
                            new_entry (node, id, arches[i], url, keys));
      n++;
    }

  return n > 0 || invalid (id, "no address for any architecture", error);
}

static void
read_key (HostelYaml *node,
          const char *id,
          GHashTable *keys)
{
  HostelImageKey *key = g_new0 (HostelImageKey, 1);

  key->id = g_strdup (id);
  key->fingerprints = dup_strv (hostel_yaml_lookup (node, "fingerprints"));
  key->files = dup_strv (hostel_yaml_lookup (node, "files"));
  g_hash_table_replace (keys, g_strdup (id), key);
}

/*< private >
 * hostel_image_catalogue_read:
 * @text: a list of images, as data/images.yaml
 * @length: of @text, in bytes
 * @entries: "ID/ARCH" -> HostelImageEntry, to be added to and overridden
 * @keys: id -> HostelImageKey, too
 * @error: set to %HOSTEL_ERROR_INVALID; what stands before the mistake has been taken
 */
gboolean
hostel_image_catalogue_read (const char  *text,
                             gsize        length,
                             GHashTable  *entries,
                             GHashTable  *keys,
                             GError     **error)
{
  g_autoptr (HostelYaml) root = hostel_yaml_parse (text, length, error);
  HostelYaml *node;

  if (root == NULL)
    return FALSE;
  if (!hostel_yaml_is_mapping (root))
    return invalid ("images", "not a mapping", error);

  node = hostel_yaml_lookup (root, "keys");
  for (guint i = 0; node != NULL && hostel_yaml_is_mapping (node) && i < hostel_yaml_get_length (node);
       i++)
    read_key (hostel_yaml_get_child (node, i), hostel_yaml_get_key (node, i), keys);

  node = hostel_yaml_lookup (root, "images");
  for (guint i = 0; node != NULL && hostel_yaml_is_mapping (node) && i < hostel_yaml_get_length (node);
       i++)
    if (!read_image (hostel_yaml_get_child (node, i), hostel_yaml_get_key (node, i), entries, keys,
                     error))
      return FALSE;

  return TRUE;
}
