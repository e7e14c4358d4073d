/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "hostel-os-list"

#include "config.h"

#include "hostel-os-list.h"

#include <string.h>
#include <sys/utsname.h>

#ifdef __SANITIZE_ADDRESS__
#include <sanitizer/lsan_interface.h>
#endif

#include <glib/gi18n.h>

#include "hostel-error.h"
#include "hostel-os-private.h"

struct _HostelOsList
{
  HostelLoadedList parent_instance;
};

G_DEFINE_FINAL_TYPE (HostelOsList, hostel_os_list, HOSTEL_TYPE_LOADED_LIST)

static int
compare_names (gconstpointer a,
               gconstpointer b)
{
  const HostelOs *first = *(HostelOs * const *) a;
  const HostelOs *second = *(HostelOs * const *) b;

  /* "Fedora Linux 9" before "Fedora Linux 37". */
  return strverscmp (first->name, second->name);
}

/* What libosinfo calls unknown has often no resources of its own: those of the newest release. */
static void
complete_resources (GPtrArray *table)
{
  guint i;
  guint j;

  for (i = 0; i < table->len; i++)
    {
      HostelOs *os = g_ptr_array_index (table, i);
      HostelOs *newest = NULL;

      if (os->memory > 0 || strstr (os->short_id, "unknown") == NULL)
        continue;

      for (j = 0; j < table->len; j++)
        {
          HostelOs *other = g_ptr_array_index (table, j);

          if (other->memory > 0 && *os->distro != '\0' && g_str_equal (other->distro, os->distro) &&
              (newest == NULL || strcmp (other->release_date, newest->release_date) > 0))
            newest = other;
        }

      if (newest)
        hostel_os_borrow (os, newest);
    }
}

static const char *
get_directory (const char *variable,
               const char *otherwise)
{
  const char *value = g_getenv (variable);

  return value && *value != '\0' ? value : otherwise;
}

/* The three directories of osinfo-db-path(1), one after the other. libosinfo's own way to read them
 * all reads the names of all PCI and USB devices, too, and takes twice as long. */
static void
load_files (OsinfoLoader  *loader,
            GError       **error)
{
  g_autofree char *user = g_build_filename (g_get_user_config_dir (), "osinfo", NULL);
  const char *directories[] = {
    get_directory ("OSINFO_SYSTEM_DIR", "/usr/share/osinfo"),
    get_directory ("OSINFO_LOCAL_DIR", "/etc/osinfo"),
    get_directory ("OSINFO_USER_DIR", user),
  };
  guint i;

  /* Where a distribution has it elsewhere, libosinfo knows. */
  if (!g_file_test (directories[0], G_FILE_TEST_IS_DIR))
    {
      osinfo_loader_process_default_path (loader, error);
      return;
    }

  for (i = 0; i < G_N_ELEMENTS (directories); i++)
    if (g_file_test (directories[i], G_FILE_TEST_IS_DIR))
      {
        g_autoptr (GError) local_error = NULL;

        osinfo_loader_process_path (loader, directories[i], &local_error);
        if (local_error && i == 0)
          {
            g_propagate_error (error, g_steal_pointer (&local_error));
            return;
          }
        if (local_error)
          g_debug ("%s: %s", directories[i], local_error->message);
      }
}

static void
process_database (OsinfoLoader  *loader,
                  GError       **error)
{
  /* libosinfo 1.10 loses a few of its own objects here, once in a process; it has no frame pointers
   * by which a suppression could name it. */
#ifdef __SANITIZE_ADDRESS__
  __lsan_disable ();
#endif
  load_files (loader, error);
#ifdef __SANITIZE_ADDRESS__
  __lsan_enable ();
#endif
}

static GPtrArray *
hostel_os_list_load (HostelLoadedList  *self,
                     GError           **error)
{
  g_autoptr (OsinfoLoader) loader = osinfo_loader_new ();
  g_autoptr (GPtrArray) table = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (OsinfoOsList) list = NULL;
  g_autoptr (GError) local_error = NULL;
  struct utsname name;
  int i;

  process_database (loader, &local_error);
  if (local_error == NULL)
    {
      list = osinfo_db_get_os_list (osinfo_loader_get_db (loader));
      uname (&name);
      for (i = 0; i < osinfo_list_get_length (OSINFO_LIST (list)); i++)
        g_ptr_array_add (table,
                         hostel_os_new_from_osinfo (OSINFO_OS (osinfo_list_get_nth (OSINFO_LIST (list), i)),
                                                    name.machine));
    }

  if (table->len == 0)
    {
      hostel_error_set (error, HOSTEL_ERROR_NOT_FOUND, _("Install osinfo-db."),
                        local_error ? local_error->message : NULL,
                        _("The list of operating systems cannot be read."));
      return NULL;
    }

  g_ptr_array_sort (table, compare_names);
  complete_resources (table);

  return g_steal_pointer (&table);
}

static void
hostel_os_list_class_init (HostelOsListClass *klass)
{
  HostelLoadedListClass *list_class = HOSTEL_LOADED_LIST_CLASS (klass);

  list_class->item_type = HOSTEL_TYPE_OS;
  list_class->load = hostel_os_list_load;
}

static void
hostel_os_list_init (HostelOsList *self)
{
}

static GPtrArray *
get_table (HostelOsList *self)
{
  return hostel_loaded_list_get_table (HOSTEL_LOADED_LIST (self));
}

/**
 * hostel_os_list_get_default:
 *
 * Returns: (transfer none): the one list of the program, empty until it is loaded
 */
HostelOsList *
hostel_os_list_get_default (void)
{
  static gsize instance;

  if (g_once_init_enter (&instance))
    g_once_init_leave (&instance, (gsize) g_object_new (HOSTEL_TYPE_OS_LIST, NULL));

  return (HostelOsList *) instance;
}

/**
 * hostel_os_list_load_sync:
 * @self: the list
 * @error: set to %HOSTEL_ERROR_NOT_FOUND where there is no database
 *
 * Reads libosinfo's database, some 800 small files, if that has not happened yet. Blocks on the
 * disk: for workers, and for a command that has nothing else to do. In whatever thread it is called,
 * the items appear in the model in the main one.
 *
 * Returns: %TRUE if the list is loaded
 */
gboolean
hostel_os_list_load_sync (HostelOsList  *self,
                          GError       **error)
{
  g_return_val_if_fail (HOSTEL_IS_OS_LIST (self), FALSE);

  return hostel_loaded_list_load_sync (HOSTEL_LOADED_LIST (self), error);
}

/**
 * hostel_os_list_load_async:
 * @self: the list
 * @cancellable: (nullable): ends the waiting, not the loading
 * @callback: called in the main thread
 * @user_data: for @callback
 *
 * As hostel_os_list_load_sync(), in a worker. Calling it again is cheap.
 */
void
hostel_os_list_load_async (HostelOsList        *self,
                           GCancellable        *cancellable,
                           GAsyncReadyCallback  callback,
                           gpointer             user_data)
{
  g_return_if_fail (HOSTEL_IS_OS_LIST (self));

  hostel_loaded_list_load_async (HOSTEL_LOADED_LIST (self), cancellable, callback, user_data);
}

gboolean
hostel_os_list_load_finish (HostelOsList  *self,
                            GAsyncResult  *result,
                            GError       **error)
{
  g_return_val_if_fail (HOSTEL_IS_OS_LIST (self), FALSE);

  return hostel_loaded_list_load_finish (HOSTEL_LOADED_LIST (self), result, error);
}

/**
 * hostel_os_list_lookup:
 * @self: the list
 * @id: (nullable): an OS's id or one of its short ids
 *
 * A release newer than the database is known by its id all the same. Never loads and never waits.
 * May be called in any thread.
 *
 * Returns: (transfer none) (nullable): the OS, or %NULL where it is not known or not loaded yet
 */
HostelOs *
hostel_os_list_lookup (HostelOsList *self,
                       const char   *id)
{
  GPtrArray *table;
  guint i;

  g_return_val_if_fail (HOSTEL_IS_OS_LIST (self), NULL);

  if (id == NULL || *id == '\0' || (table = get_table (self)) == NULL)
    return NULL;

  for (i = 0; i < table->len; i++)
    {
      HostelOs *os = g_ptr_array_index (table, i);

      if (g_str_equal (os->id, id) || g_strv_contains ((const char * const *) os->short_ids, id))
        return os;
    }

  return hostel_os_find_newer (table, id);
}

/**
 * hostel_os_list_guess:
 * @self: the list
 * @file_name: the name of an image, with or without directories
 *
 * First by the addresses of cloud images that libosinfo knows, then by the way in which each
 * distribution names its images. A release newer than the database has the id that libosinfo gives
 * it in the end, never that of an older one. Never loads and never waits. May be called in any
 * thread.
 *
 * Returns: (transfer none) (nullable): the OS, or %NULL where the name tells nothing or the list is
 *   not loaded yet
 */
HostelOs *
hostel_os_list_guess (HostelOsList *self,
                      const char   *file_name)
{
  GPtrArray *table;

  g_return_val_if_fail (HOSTEL_IS_OS_LIST (self), NULL);
  g_return_val_if_fail (file_name != NULL, NULL);

  if ((table = get_table (self)) == NULL)
    return NULL;

  return hostel_os_guess (table, file_name);
}

/**
 * hostel_os_list_guess_disc:
 * @self: the list
 * @label: what a disc says of itself
 *
 * By the labels that libosinfo knows, then by the way in which each distribution labels its discs;
 * for releases newer than the database as hostel_os_list_guess() does. Never loads and never waits.
 * May be called in any thread.
 *
 * Returns: (transfer none) (nullable): the OS, or %NULL where the label tells nothing or the list is
 *   not loaded yet
 */
HostelOs *
hostel_os_list_guess_disc (HostelOsList          *self,
                           const HostelDiscLabel *label)
{
  GPtrArray *table;
  const HostelOsDisc *disc;

  g_return_val_if_fail (HOSTEL_IS_OS_LIST (self), NULL);
  g_return_val_if_fail (label != NULL, NULL);

  if ((table = get_table (self)) == NULL)
    return NULL;

  return hostel_os_guess_disc (table, label, &disc);
}

/**
 * hostel_os_list_dup_disc_files:
 * @self: the list
 * @label: what a disc says of itself
 * @os: (nullable): its OS, as far as that is known
 *
 * Where the installer's kernel may be on a disc. For one that libosinfo knows that is one place or
 * none; for a newer one the places where the other releases of the distribution have it. Never loads
 * and never waits. May be called in any thread.
 *
 * Returns: (transfer full) (element-type HostelInstallerFiles): the places, perhaps none
 */
GPtrArray *
hostel_os_list_dup_disc_files (HostelOsList          *self,
                               const HostelDiscLabel *label,
                               HostelOs              *os)
{
  GPtrArray *table;

  g_return_val_if_fail (HOSTEL_IS_OS_LIST (self), NULL);
  g_return_val_if_fail (label != NULL, NULL);

  if ((table = get_table (self)) == NULL)
    return g_ptr_array_new ();

  return hostel_os_find_disc_files (table, label, os);
}

static int
compare_newest (gconstpointer a,
                gconstpointer b,
                gpointer      user_data)
{
  HostelOs *first = HOSTEL_OS ((gpointer) a);
  HostelOs *second = HOSTEL_OS ((gpointer) b);
  int order = strcmp (second->release_date, first->release_date);

  return order != 0 ? order : strverscmp (second->name, first->name);
}

/**
 * hostel_os_list_dup_with_images:
 * @self: the list
 *
 * Returns: (transfer full): a list model of #HostelOs, those with a cloud-init image for this
 *   computer's architecture, newest first; empty where the list is not loaded yet. Without a release
 *   date, a rolling one, comes last.
 */
GListModel *
hostel_os_list_dup_with_images (HostelOsList *self)
{
  GListStore *store = g_list_store_new (HOSTEL_TYPE_OS);
  GPtrArray *table;
  guint i;

  g_return_val_if_fail (HOSTEL_IS_OS_LIST (self), NULL);

  table = get_table (self);
  for (i = 0; table && i < table->len; i++)
    {
      HostelOs *os = g_ptr_array_index (table, i);

      if (*os->image_url != '\0')
        g_list_store_insert_sorted (store, os, compare_newest, NULL);
    }

  return G_LIST_MODEL (store);
}
