/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "hostel-recipe"

#include "config.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include <glib/gi18n.h>

#include "hostel-machine-resources.h"
#include "hostel-error.h"
#include "hostel-file.h"
#include "hostel-recipe-private.h"

#define RESOURCES "/io/github/hostel/core/recipes/"
#define SUFFIX ".yaml"

/* What the recipes of the program say, for translators: the files themselves can be read in any
 * language's program, and are English. */
G_GNUC_UNUSED static const char * const texts[] = {
  N_("Plain Server"),
  N_("An up-to-date server that installs security updates by itself and answers the host"),
  N_("Docker Host"),
  N_("Docker with its compose command, from the distribution's own packages"),
  N_("Kubernetes Node"),
  N_("A Kubernetes cluster of one node by k3s, fetched from k3s.io"),
  N_("PostgreSQL Server"),
  N_("A database server that listens inside the machine; sudo -u postgres psql opens it"),
  N_("Development Box"),
  N_("Compiler, debugger, Git, Python and the usual tools"),
  N_("Web Server"),
  N_("nginx with a first page, which is in /srv/www"),
};

static char *
dup_own_dir (void)
{
  return g_build_filename (g_get_user_data_dir (), "hostel", "recipes", NULL);
}

/**
 * hostel_recipe_new_from_file:
 * @path: a file
 * @error: (out) (optional): %HOSTEL_ERROR_NOT_FOUND, %HOSTEL_ERROR_INVALID with the line
 *
 * Blocks.
 *
 * Returns: (transfer full) (nullable): a new recipe
 */
HostelRecipe *
hostel_recipe_new_from_file (const char  *path,
                             GError     **error)
{
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GError) cause = NULL;
  g_autoptr (GBytes) bytes = NULL;
  g_autofree char *name = g_path_get_basename (path);
  gsize length;
  HostelRecipe *self;
  char *text = hostel_file_read (file, HOSTEL_RECIPE_MAX_SIZE, FALSE, &length, &cause);

  if (text == NULL)
    {
      hostel_error_set (error, HOSTEL_ERROR_NOT_FOUND, _("Choose another file."), cause->message,
                        _("“%s” cannot be read."), path);
      return NULL;
    }

  bytes = g_bytes_new_take (text, length);
  if (g_str_has_suffix (name, SUFFIX))
    name[strlen (name) - strlen (SUFFIX)] = '\0';
  if ((self = hostel_recipe_new_from_bytes (name, bytes, error)) != NULL)
    hostel_recipe_set_path (self, path);

  return self;
}

/* Takes @recipe. */
static void
add (GHashTable   *recipes,
     HostelRecipe *recipe)
{
  g_hash_table_replace (recipes, g_strdup (hostel_recipe_get_id (recipe)), recipe);
}

static void
add_shipped (GHashTable *recipes)
{
  g_auto (GStrv) names = g_resource_enumerate_children (hostel_machine_get_resource (), RESOURCES,
                                                        G_RESOURCE_LOOKUP_FLAGS_NONE, NULL);

  for (guint i = 0; names != NULL && names[i] != NULL; i++)
    {
      g_autofree char *path = g_strconcat (RESOURCES, names[i], NULL);
      g_autofree char *id = g_strndup (names[i], strlen (names[i]) - strlen (SUFFIX));
      g_autoptr (GBytes) bytes = g_resource_lookup_data (hostel_machine_get_resource (), path,
                                                         G_RESOURCE_LOOKUP_FLAGS_NONE, NULL);
      g_autoptr (GError) error = NULL;
      HostelRecipe *recipe = hostel_recipe_new_from_bytes (id, bytes, &error);

      if (recipe == NULL)
        {
          g_warning ("%s: %s", names[i], error->message);
          continue;
        }
      hostel_recipe_translate (recipe);
      add (recipes, recipe);
    }
}

/* One that cannot be read does not hide the others. */
static void
add_directory (GHashTable *recipes,
               const char *path)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *file = g_build_filename (path, name, NULL);
      g_autoptr (GError) error = NULL;
      HostelRecipe *recipe;

      if (!g_str_has_suffix (name, SUFFIX))
        continue;
      if ((recipe = hostel_recipe_new_from_file (file, &error)) != NULL)
        add (recipes, recipe);
      else
        g_message ("%s: %s", file, error->message);
    }
}

static GHashTable *
read_all (void)
{
  const char * const *directories = g_get_system_data_dirs ();
  g_autofree char *own = dup_own_dir ();
  GHashTable *recipes = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_object_unref);

  add_shipped (recipes);
  for (guint i = g_strv_length ((GStrv) directories); i > 0; i--)
    {
      g_autofree char *path = g_build_filename (directories[i - 1], "hostel", "recipes", NULL);

      add_directory (recipes, path);
    }
  add_directory (recipes, own);

  return recipes;
}

static int
compare (gconstpointer a,
         gconstpointer b)
{
  HostelRecipe * const *first = a;
  HostelRecipe * const *second = b;

  return g_utf8_collate (hostel_recipe_get_title (*first), hostel_recipe_get_title (*second));
}

/**
 * hostel_recipe_list:
 *
 * Those in hostel/recipes of the data directories, too; see
 * https://specifications.freedesktop.org/basedir-spec/. Blocks: for a worker.
 *
 * Returns: (transfer full) (element-type HostelRecipe): the recipes by title
 */
GPtrArray *
hostel_recipe_list (void)
{
  g_autoptr (GHashTable) recipes = read_all ();
  GPtrArray *list = g_ptr_array_new_with_free_func (g_object_unref);
  GHashTableIter iter;
  gpointer recipe;

  g_hash_table_iter_init (&iter, recipes);
  while (g_hash_table_iter_next (&iter, NULL, &recipe))
    g_ptr_array_add (list, g_object_ref (recipe));
  g_ptr_array_sort (list, compare);

  return list;
}

/**
 * hostel_recipe_find:
 * @id_or_path: an id that hostel_recipe_list() has, or a file's path
 * @error: (out) (optional): %HOSTEL_ERROR_NOT_FOUND, %HOSTEL_ERROR_INVALID
 *
 * Blocks.
 *
 * Returns: (transfer full) (nullable): the recipe
 */
HostelRecipe *
hostel_recipe_find (const char  *id_or_path,
                    GError     **error)
{
  g_autoptr (GHashTable) recipes = NULL;
  HostelRecipe *recipe;

  g_return_val_if_fail (id_or_path != NULL, NULL);

  if (strchr (id_or_path, G_DIR_SEPARATOR) != NULL || g_str_has_suffix (id_or_path, SUFFIX))
    return hostel_recipe_new_from_file (id_or_path, error);

  recipes = read_all ();
  if ((recipe = g_hash_table_lookup (recipes, id_or_path)) != NULL)
    return g_object_ref (recipe);

  hostel_error_set (error, HOSTEL_ERROR_NOT_FOUND,
                    _("“hostel-cli recipes” lists them; a file is named by its path."), NULL,
                    _("There is no recipe named “%s”."), id_or_path);

  return NULL;
}

/**
 * hostel_recipe_save:
 * @error: (out) (optional): %HOSTEL_ERROR_EXISTS where the user has one of that id,
 *   %HOSTEL_ERROR_INVALID where nobody has read it, see hostel_recipe_set_read()
 *
 * Blocks.
 *
 * Returns: whether it is in the user's folder now
 */
gboolean
hostel_recipe_save (HostelRecipe  *self,
                    GError       **error)
{
  g_autofree char *dir = dup_own_dir ();
  g_autofree char *name = g_strconcat (hostel_recipe_get_id (self), SUFFIX, NULL);
  g_autofree char *path = g_build_filename (dir, name, NULL);
  g_autofree char *text = hostel_recipe_to_string (self);
  g_autoptr (GError) cause = NULL;

  if (hostel_recipe_get_unread (self))
    {
      hostel_error_set (error, HOSTEL_ERROR_INVALID, _("Read it in the window before you save it."), NULL,
                        _("The user-data is not a plain cloud-config: passwords and keys in it are not "
                          "known, and would be in the recipe."));
      return FALSE;
    }

  g_mkdir_with_parents (dir, 0700);
  if (g_file_test (path, G_FILE_TEST_EXISTS))
    {
      hostel_error_set (error, HOSTEL_ERROR_EXISTS, _("Choose another name."), NULL,
                        _("There is a recipe named “%s” already."), hostel_recipe_get_title (self));
      return FALSE;
    }

  if (!g_file_set_contents_full (path, text, -1, G_FILE_SET_CONTENTS_CONSISTENT, 0600, &cause))
    {
      hostel_error_set (error, HOSTEL_ERROR_FAILED, _("Look whether the folder can be written."),
                        cause->message, _("“%s” cannot be written."), path);
      return FALSE;
    }
  hostel_recipe_set_path (self, path);

  return TRUE;
}
