/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "hostel-cli"

#include "config.h"

#include <string.h>

#include <glib/gi18n.h>
#include <json-glib/json-glib.h>

#include "hostel-cli.h"
#include "hostel-recipe.h"
#include "print.h"

static void
add_string (JsonBuilder *builder,
            const char  *name,
            const char  *value)
{
  json_builder_set_member_name (builder, name);
  json_builder_add_string_value (builder, value);
}

static void
add_integer (JsonBuilder *builder,
             const char  *name,
             guint64      value)
{
  json_builder_set_member_name (builder, name);
  json_builder_add_int_value (builder, (gint64) value);
}

static void
print_json (GPtrArray *recipes)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autoptr (JsonNode) root = NULL;
  g_autofree char *json = NULL;

  json_builder_begin_array (builder);
  for (guint i = 0; i < recipes->len; i++)
    {
      HostelRecipe *recipe = recipes->pdata[i];

      json_builder_begin_object (builder);
      add_string (builder, "id", hostel_recipe_get_id (recipe));
      add_string (builder, "title", hostel_recipe_get_title (recipe));
      add_string (builder, "description", hostel_recipe_get_description (recipe));
      add_string (builder, "image", hostel_recipe_get_image (recipe));
      add_integer (builder, "memory_mib", hostel_recipe_get_memory (recipe));
      add_integer (builder, "vcpus", hostel_recipe_get_vcpus (recipe));
      add_integer (builder, "disk_bytes", hostel_recipe_get_disk_size (recipe));
      if (hostel_recipe_get_path (recipe) != NULL)
        add_string (builder, "path", hostel_recipe_get_path (recipe));
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);

  root = json_builder_get_root (builder);
  json = json_to_string (root, TRUE);
  g_print ("%s\n", json);
}

static void
print_table (GPtrArray *recipes)
{
  gsize width = 0;

  for (guint i = 0; i < recipes->len; i++)
    width = MAX (width, strlen (hostel_recipe_get_id (recipes->pdata[i])));
  for (guint i = 0; i < recipes->len; i++)
    g_print ("%-*s  %s. %s\n", (int) width, hostel_recipe_get_id (recipes->pdata[i]),
             hostel_recipe_get_title (recipes->pdata[i]),
             hostel_recipe_get_description (recipes->pdata[i]));
}

static int
print_one (const char *name)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HostelRecipe) recipe = hostel_recipe_find (name, &error);
  g_autofree char *text = NULL;

  if (recipe == NULL)
    return hostel_cli_fail (error);

  text = hostel_recipe_to_string (recipe);
  hostel_cli_print_data (text, strlen (text));

  return HOSTEL_CLI_DONE;
}

/**
 * hostel_cli_cmd_recipes:
 * @cli: what stood before the command
 * @argc: the number of arguments
 * @argv: (array length=argc): the arguments, the command's name in front
 *
 * Lists the recipes, or prints the file of one.
 *
 * Returns: an exit status
 */
int
hostel_cli_cmd_recipes (HostelCli  *cli,
                        int         argc,
                        char      **argv)
{
  gboolean as_json = FALSE;
  g_auto (GStrv) words = NULL;
  const GOptionEntry entries[] = {
    { "json", 0, 0, G_OPTION_ARG_NONE, &as_json, N_("Print JSON for programs"), NULL },
    { G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_STRING_ARRAY, &words, NULL, N_("[show RECIPE]") },
    { NULL }
  };
  g_autoptr (GPtrArray) recipes = NULL;
  int status = hostel_cli_parse (cli, argc, argv, entries, "",
                                 _("Lists the set-ups that “create --recipe” makes machines by, or "
                                   "prints the file of one."));

  if (status >= 0)
    return status;
  if (words != NULL && g_strv_length (words) == 2 && g_str_equal (words[0], "show"))
    return print_one (words[1]);
  if (words != NULL)
    return hostel_cli_usage_error (_("“recipes” takes nothing, or “show” and one recipe."));

  recipes = hostel_recipe_list ();
  if (as_json)
    print_json (recipes);
  else
    print_table (recipes);

  return HOSTEL_CLI_DONE;
}
