/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "hostel-cli"

#include "config.h"

#include <glib/gi18n.h>
#include <json-glib/json-glib.h>

#include "hostel-cli.h"
#include "hostel-error.h"
#include "image-fetch.h"
#include "image-name.h"

/* An image of the list: of the catalogue, kept, or both. */
typedef struct
{
  HostelImageEntry  *entry; /* owned, nullable */
  HostelStoredImage *image; /* owned, nullable */
} Line;

static void
line_free (gpointer data)
{
  Line *line = data;

  g_clear_object (&line->entry);
  g_clear_object (&line->image);
  g_free (line);
}

static void
add_line (GPtrArray         *lines,
          HostelImageEntry  *entry,
          HostelStoredImage *image)
{
  Line *line = g_new0 (Line, 1);

  line->entry = entry != NULL ? g_object_ref (entry) : NULL;
  line->image = image != NULL ? g_object_ref (image) : NULL;
  g_ptr_array_add (lines, line);
}

static const char *
line_get_id (const Line *line)
{
  return line->entry != NULL ? hostel_image_entry_get_id (line->entry)
                             : hostel_stored_image_get_id (line->image);
}

static const char *
line_get_name (const Line *line)
{
  return line->entry != NULL ? hostel_image_entry_get_name (line->entry)
                             : hostel_stored_image_get_name (line->image);
}

static const char *
line_get_arch (const Line *line)
{
  return line->entry != NULL ? hostel_image_entry_get_arch (line->entry)
                             : hostel_stored_image_get_arch (line->image);
}

static HostelStoredImage *
find_stored (GPtrArray        *images,
             HostelImageEntry *entry)
{
  for (guint i = 0; i < images->len; i++)
    if (g_str_equal (hostel_stored_image_get_id (images->pdata[i]),
                     hostel_image_entry_get_id (entry)) &&
        g_str_equal (hostel_stored_image_get_arch (images->pdata[i]),
                     hostel_image_entry_get_arch (entry)))
      return images->pdata[i];

  return NULL;
}

/* What is kept comes first. */
static GPtrArray *
make_lines (HostelImageCatalogue *catalogue)
{
  GPtrArray *lines = g_ptr_array_new_with_free_func (line_free);
  g_autoptr (GPtrArray) images = hostel_image_store_list ();
  GListModel *entries = G_LIST_MODEL (catalogue);

  for (guint i = 0; i < images->len; i++)
    {
      g_autofree char *key = g_strjoin ("/", hostel_stored_image_get_id (images->pdata[i]),
                                        hostel_stored_image_get_arch (images->pdata[i]), NULL);

      add_line (lines, hostel_image_catalogue_lookup (catalogue, key), images->pdata[i]);
    }
  for (guint i = 0; i < g_list_model_get_n_items (entries); i++)
    {
      g_autoptr (HostelImageEntry) entry = g_list_model_get_item (entries, i);

      if (find_stored (images, entry) == NULL)
        add_line (lines, entry, NULL);
    }

  return lines;
}

static void
add_string (JsonBuilder *builder,
            const char  *name,
            const char  *value)
{
  json_builder_set_member_name (builder, name);
  json_builder_add_string_value (builder, value);
}

static void
add_stored (JsonBuilder       *builder,
            HostelStoredImage *image)
{
  GEnumClass *trusts = g_type_class_ref (HOSTEL_TYPE_IMAGE_TRUST);

  add_string (builder, "path", hostel_stored_image_get_path (image));
  add_string (builder, "sha256", hostel_stored_image_get_sha256 (image));
  add_string (builder, "trust",
              g_enum_get_value (trusts, (int) hostel_stored_image_get_trust (image))->value_nick);
  json_builder_set_member_name (builder, "size");
  json_builder_add_int_value (builder, (gint64) hostel_stored_image_get_size (image));
  json_builder_set_member_name (builder, "verified");
  json_builder_add_int_value (builder, hostel_stored_image_get_verified (image));
  g_type_class_unref (trusts);
}

static void
print_json (GPtrArray *lines)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autoptr (JsonNode) root = NULL;
  g_autofree char *json = NULL;

  json_builder_begin_array (builder);
  for (guint i = 0; i < lines->len; i++)
    {
      const Line *line = lines->pdata[i];

      json_builder_begin_object (builder);
      add_string (builder, "id", line_get_id (line));
      add_string (builder, "arch", line_get_arch (line));
      add_string (builder, "name", line_get_name (line));
      add_string (builder, "url", line->entry != NULL ? hostel_image_entry_get_url (line->entry)
                                                      : hostel_stored_image_get_url (line->image));
      json_builder_set_member_name (builder, "end_of_life");
      json_builder_add_boolean_value (builder, line->entry != NULL &&
                                               hostel_image_entry_get_end_of_life (line->entry));
      json_builder_set_member_name (builder, "fetched");
      json_builder_add_boolean_value (builder, line->image != NULL);
      if (line->image != NULL)
        add_stored (builder, line->image);
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);

  root = json_builder_get_root (builder);
  json = json_to_string (root, TRUE);
  g_print ("%s\n", json);
}

static char *
dup_state (const Line *line)
{
  g_autofree char *size = NULL;
  g_autofree char *trust = NULL;

  if (line->image != NULL)
    {
      size = g_format_size (hostel_stored_image_get_size (line->image));
      trust = hostel_stored_image_dup_trust_text (line->image);
      return g_strdup_printf ("%s, %s", size, trust);
    }

  return g_strdup (hostel_image_entry_get_end_of_life (line->entry) ? _("no more updates") : "");
}

static gboolean
is_printed (const Line *line,
            gboolean    all)
{
  return all || line->image != NULL ||
         (hostel_image_catalogue_lookup (hostel_image_catalogue_get_default (),
                                         line_get_id (line)) == line->entry &&
          !hostel_image_entry_get_end_of_life (line->entry));
}

static void
print_table (GPtrArray *lines,
             gboolean   all)
{
  glong id_width = 0;
  glong name_width = 0;

  for (guint i = 0; i < lines->len; i++)
    if (is_printed (lines->pdata[i], all))
      {
        id_width = MAX (id_width, g_utf8_strlen (line_get_id (lines->pdata[i]), -1));
        name_width = MAX (name_width, g_utf8_strlen (line_get_name (lines->pdata[i]), -1));
      }

  for (guint i = 0; i < lines->len; i++)
    {
      const Line *line = lines->pdata[i];
      g_autofree char *state = dup_state (line);
      g_autofree char *text = NULL;

      if (!is_printed (line, all))
        continue;
      text = g_strdup_printf ("%-*s  %s%*s  %-7s  %s", (int) id_width, line_get_id (line),
                              line_get_name (line),
                              (int) (name_width - g_utf8_strlen (line_get_name (line), -1)), "",
                              line_get_arch (line), state);
      g_print ("%s\n", g_strchomp (text));
    }
}

static int
list (gboolean json,
      gboolean all)
{
  HostelImageCatalogue *catalogue = hostel_image_catalogue_get_default ();
  const GError *problem = hostel_image_catalogue_get_problem (catalogue);
  g_autoptr (GPtrArray) lines = make_lines (catalogue);

  if (problem != NULL)
    hostel_cli_fail (problem);
  if (json)
    print_json (lines);
  else
    print_table (lines, all);

  return HOSTEL_CLI_DONE;
}

static int
fetch (const char *id)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HostelImageEntry) entry = hostel_cli_find_entry (id, &error);
  g_autoptr (HostelStoredImage) image = NULL;
  g_autofree char *trust = NULL;

  if (entry == NULL)
    return hostel_cli_fail (error);
  image = hostel_cli_fetch_image (entry, &error);
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    {
      g_printerr (_("Stopped; what has come is kept, and the next fetch goes on with it.\n"));
      return HOSTEL_CLI_FAILED;
    }
  if (image == NULL)
    return hostel_cli_fail (error);

  trust = hostel_stored_image_dup_trust_text (image);
  g_print (_("%s: %s\n"), hostel_stored_image_get_path (image), trust);

  return HOSTEL_CLI_DONE;
}

static int
remove_image (const char *id)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HostelStoredImage) image = hostel_cli_find_kept (id, &error);
  g_autofree char *size = NULL;

  if (image == NULL || !hostel_image_store_remove (image, &error))
    return hostel_cli_fail (error);

  size = g_format_size (hostel_stored_image_get_size (image));
  g_print (_("Removed %s, %s\n"), hostel_stored_image_get_name (image), size);

  return HOSTEL_CLI_DONE;
}

static int
verify (const char *id)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HostelStoredImage) image = hostel_cli_find_kept (id, &error);
  g_autoptr (HostelStoredImage) again = NULL;

  if (image == NULL ||
      (again = hostel_image_store_verify (image, NULL, NULL, NULL, &error)) == NULL)
    return hostel_cli_fail (error);

  g_print (_("%s is whole.\n"), hostel_stored_image_get_name (again));

  return HOSTEL_CLI_DONE;
}

static int
import (const char *path)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HostelStoredImage) image = hostel_image_store_import (path, NULL, NULL, NULL, &error);

  if (image == NULL)
    return hostel_cli_fail (error);

  g_print ("%s  %s\n", hostel_stored_image_get_id (image), hostel_stored_image_get_path (image));

  return HOSTEL_CLI_DONE;
}

static const struct
{
  const char  *name;
  int        (*run) (const char *argument);
} verbs[] = {
  { "fetch", fetch },
  { "remove", remove_image },
  { "verify", verify },
  { "import", import },
};

static int
run_verb (GStrv words)
{
  for (guint i = 0; i < G_N_ELEMENTS (verbs); i++)
    if (g_str_equal (words[0], verbs[i].name))
      return g_strv_length (words) == 2 ? verbs[i].run (words[1])
                                        : hostel_cli_usage_error (_("“%s” needs one image."),
                                                                  words[0]);

  return hostel_cli_usage_error (_("There is no command “images %s”."), words[0]);
}

/**
 * hostel_cli_cmd_images:
 * @cli: what stood before the command
 * @argc: the number of arguments
 * @argv: (array length=argc): the arguments, the command's name in front
 *
 * Lists the images that can be had by name, or fetches, removes, verifies or imports one.
 *
 * Returns: an exit status
 */
int
hostel_cli_cmd_images (HostelCli  *cli,
                       int         argc,
                       char      **argv)
{
  gboolean json = FALSE;
  gboolean all = FALSE;
  g_auto (GStrv) words = NULL;
  const GOptionEntry entries[] = {
    { "json", 0, 0, G_OPTION_ARG_NONE, &json, N_("Print JSON for programs"), NULL },
    { "all", 'a', 0, G_OPTION_ARG_NONE, &all,
      N_("List those of other architectures and without updates, too"), NULL },
    { G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &words, NULL,
      N_("[fetch ID | remove ID | verify ID | import FILE]") },
    { NULL }
  };
  g_autoptr (GError) error = NULL;
  int status = hostel_cli_parse (cli, argc, argv, entries, "",
                                 _("Lists the images that can be had by name, or fetches, removes, "
                                   "verifies or imports one."));

  if (status >= 0)
    return status;
  if (!hostel_image_catalogue_load_sync (hostel_image_catalogue_get_default (), &error))
    return hostel_cli_fail (error);

  return words == NULL ? list (json, all) : run_verb (words);
}
