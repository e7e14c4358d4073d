/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "hostel-image-catalogue"

#include "config.h"

#include <string.h>
#include <sys/utsname.h>

#include "hostel-images-resources.h"
#include "hostel-image-entry-private.h"
#include "hostel-os-list.h"

#define RESOURCE "/io/github/hostel/core/images.yaml"

struct _HostelImageCatalogue
{
  HostelLoadedList  parent_instance;

  GError           *problem; /* owned, nullable: of an override */
};

G_DEFINE_FINAL_TYPE (HostelImageCatalogue, hostel_image_catalogue, HOSTEL_TYPE_LOADED_LIST)

static void
hostel_image_catalogue_finalize (GObject *object)
{
  g_clear_error (&HOSTEL_IMAGE_CATALOGUE (object)->problem);

  G_OBJECT_CLASS (hostel_image_catalogue_parent_class)->finalize (object);
}

/*< private >
 * hostel_image_get_host_arch:
 *
 * Returns: this computer's architecture, as uname -m has it
 */
const char *
hostel_image_get_host_arch (void)
{
  static struct utsname name;
  static gsize once;

  if (g_once_init_enter (&once))
    {
      uname (&name);
      g_once_init_leave (&once, 1);
    }

  return name.machine;
}

static gboolean
is_host_arch (const HostelImageEntry *entry)
{
  return g_str_equal (entry->arch, hostel_image_get_host_arch ());
}

/* This computer's architecture first; then what can be proven, what cannot, and what gets no updates
 * any more; by distribution, the newest release in front. */
static int
compare (gconstpointer a,
         gconstpointer b)
{
  HostelImageEntry *first = *(HostelImageEntry * const *) a;
  HostelImageEntry *second = *(HostelImageEntry * const *) b;
  gboolean ended = hostel_image_entry_get_end_of_life (first);
  gsize stem = strcspn (first->name, "0123456789");
  int order;

  if (is_host_arch (first) != is_host_arch (second))
    return is_host_arch (first) ? -1 : 1;
  if (ended != hostel_image_entry_get_end_of_life (second))
    return ended ? 1 : -1;
  if ((*first->checksums_url == '\0') != (*second->checksums_url == '\0'))
    return *first->checksums_url == '\0' ? 1 : -1;
  if (stem == strcspn (second->name, "0123456789") &&
      strncmp (first->name, second->name, stem) == 0)
    order = -strverscmp (first->name, second->name);
  else
    order = g_utf8_collate (first->name, second->name);

  return order != 0 ? order : strcmp (first->arch, second->arch);
}

static void
read_file (const char  *path,
           GHashTable  *entries,
           GHashTable  *keys,
           GError     **problem)
{
  g_autofree char *contents = NULL;
  g_autoptr (GError) error = NULL;
  gsize length;

  /* That there is none is the rule. */
  if (!g_file_get_contents (path, &contents, &length, NULL) ||
      hostel_image_catalogue_read (contents, length, entries, keys, &error))
    return;

  g_prefix_error (&error, "%s: ", path);
  g_debug ("%s", error->message);
  if (*problem == NULL)
    *problem = g_steal_pointer (&error);
}

/* The administrator's directories from the least important on, then the user's. */
static void
read_overrides (GHashTable  *entries,
                GHashTable  *keys,
                GError     **problem)
{
  const char * const *directories = g_get_system_config_dirs ();
  g_autofree char *own = g_build_filename (g_get_user_config_dir (), "hostel", "images.yaml", NULL);

  for (guint i = g_strv_length ((char **) directories); i > 0; i--)
    {
      g_autofree char *path = g_build_filename (directories[i - 1], "hostel", "images.yaml", NULL);

      read_file (path, entries, keys, problem);
    }
  read_file (own, entries, keys, problem);
}

static gboolean
has_os (GHashTable *entries,
        HostelOs   *os)
{
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, entries);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      HostelImageEntry *entry = value;

      if (hostel_os_list_lookup (hostel_os_list_get_default (), entry->os) == os ||
          g_str_equal (entry->url, hostel_os_get_image_url (os)))
        return TRUE;
    }

  return FALSE;
}

/* libosinfo's images of this architecture, beside those that we know more about. It tells neither
 * digests nor the day of the end, only whether that has passed. */
static void
add_osinfo (GHashTable *entries)
{
  HostelOsList *list = hostel_os_list_get_default ();
  g_autoptr (GListModel) systems = NULL;

  if (!hostel_os_list_load_sync (list, NULL))
    return;

  systems = hostel_os_list_dup_with_images (list);
  for (guint i = 0; i < g_list_model_get_n_items (systems); i++)
    {
      g_autoptr (HostelOs) os = g_list_model_get_item (systems, i);
      HostelImageEntry *entry;

      if (has_os (entries, os))
        continue;

      entry = hostel_image_entry_new_for_url (hostel_os_get_image_url (os));
      g_free (entry->id);
      g_free (entry->name);
      g_free (entry->os);
      g_free (entry->arch);
      g_free (entry->user_name);
      entry->id = g_strdup (hostel_os_get_short_id (os));
      entry->name = g_strdup (hostel_os_get_name (os));
      entry->os = g_strdup (hostel_os_get_short_id (os));
      entry->arch = g_strdup (hostel_image_get_host_arch ());
      entry->user_name = g_strdup (hostel_os_get_user_name (os));
      entry->ended = hostel_os_get_end_of_life (os);
      g_hash_table_replace (entries, g_strjoin ("/", entry->id, entry->arch, NULL), entry);
    }
}

static GPtrArray *
hostel_image_catalogue_load (HostelLoadedList  *list,
                             GError           **error)
{
  HostelImageCatalogue *self = HOSTEL_IMAGE_CATALOGUE (list);
  g_autoptr (GHashTable) entries = g_hash_table_new_full (g_str_hash, g_str_equal, g_free,
                                                          g_object_unref);
  g_autoptr (GHashTable) keys = g_hash_table_new_full (g_str_hash, g_str_equal, g_free,
                                                       (GDestroyNotify) hostel_image_key_free);
  g_autoptr (GBytes) bytes = g_resource_lookup_data (hostel_images_get_resource (), RESOURCE,
                                                       G_RESOURCE_LOOKUP_FLAGS_NONE, error);
  GPtrArray *table;
  GHashTableIter iter;
  gpointer value;

  if (bytes == NULL ||
      !hostel_image_catalogue_read (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes),
                                    entries, keys, error))
    return NULL;

  add_osinfo (entries);
  read_overrides (entries, keys, &self->problem);

  table = g_ptr_array_new_with_free_func (g_object_unref);
  g_hash_table_iter_init (&iter, entries);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    g_ptr_array_add (table, g_object_ref (value));
  g_ptr_array_sort (table, compare);

  return table;
}

static void
hostel_image_catalogue_class_init (HostelImageCatalogueClass *klass)
{
  HostelLoadedListClass *list_class = HOSTEL_LOADED_LIST_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = hostel_image_catalogue_finalize;
  list_class->item_type = HOSTEL_TYPE_IMAGE_ENTRY;
  list_class->load = hostel_image_catalogue_load;
}

static void
hostel_image_catalogue_init (HostelImageCatalogue *self)
{
}

/**
 * hostel_image_catalogue_new:
 *
 * Returns: (transfer full): a catalogue, not yet loaded; for tests
 */
HostelImageCatalogue *
hostel_image_catalogue_new (void)
{
  return g_object_new (HOSTEL_TYPE_IMAGE_CATALOGUE, NULL);
}

/**
 * hostel_image_catalogue_get_default:
 *
 * Returns: (transfer none): the one of the program, empty until it is loaded
 */
HostelImageCatalogue *
hostel_image_catalogue_get_default (void)
{
  static gsize instance;

  if (g_once_init_enter (&instance))
    g_once_init_leave (&instance, (gsize) hostel_image_catalogue_new ());

  return (HostelImageCatalogue *) instance;
}

/**
 * hostel_image_catalogue_load_sync:
 * @error: set where not even our own list can be read
 *
 * Reads the lists, if that has not happened yet, libosinfo's with them. Blocks on the disk: for
 * workers, and for a command that has nothing else to do. The items appear in the model in the main
 * thread.
 *
 * Returns: %TRUE if the catalogue is loaded
 */
gboolean
hostel_image_catalogue_load_sync (HostelImageCatalogue  *self,
                                  GError               **error)
{
  g_return_val_if_fail (HOSTEL_IS_IMAGE_CATALOGUE (self), FALSE);

  return hostel_loaded_list_load_sync (HOSTEL_LOADED_LIST (self), error);
}

/**
 * hostel_image_catalogue_lookup:
 * @id: "debian-13" for this computer's architecture, "debian-13/aarch64" for another one
 *
 * Never loads and never waits. May be called in any thread.
 *
 * Returns: (transfer none) (nullable): the entry
 */
HostelImageEntry *
hostel_image_catalogue_lookup (HostelImageCatalogue *self,
                               const char           *id)
{
  GPtrArray *table;
  g_auto (GStrv) parts = NULL;

  g_return_val_if_fail (HOSTEL_IS_IMAGE_CATALOGUE (self), NULL);
  g_return_val_if_fail (id != NULL, NULL);

  if ((table = hostel_loaded_list_get_table (HOSTEL_LOADED_LIST (self))) == NULL)
    return NULL;

  parts = g_strsplit (id, "/", 2);
  for (guint i = 0; parts[0] != NULL && i < table->len; i++)
    {
      HostelImageEntry *entry = g_ptr_array_index (table, i);

      if (g_str_equal (entry->id, parts[0]) &&
          g_str_equal (entry->arch, parts[1] != NULL ? parts[1] : hostel_image_get_host_arch ()))
        return entry;
    }

  return NULL;
}

/**
 * hostel_image_catalogue_get_problem:
 *
 * Returns: (nullable): what is wrong with the administrator's or the user's list
 */
const GError *
hostel_image_catalogue_get_problem (HostelImageCatalogue *self)
{
  g_return_val_if_fail (HOSTEL_IS_IMAGE_CATALOGUE (self), NULL);

  return self->problem;
}
