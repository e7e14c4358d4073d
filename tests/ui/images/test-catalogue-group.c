/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <adwaita.h>

#include "hostel-catalogue-group.h"
#include "hostel-catalogue-row.h"
#include "hostel-image-fetches.h"
#include "http-server.h"
#include "wait.h"
#include "widget-find.h"

#define SOON 20000
#define SIZE (2 * 1024 * 1024)

static char *folder; /* of this run, removed at its end */
static GBytes *body;

typedef struct
{
  GtkWidget *window;
  GtkWidget *group;
  char      *chosen; /* owned, nullable */
} Fixture;

static void
serve_cb (HttpServer        *server,
          const HttpRequest *request,
          HttpAnswer        *answer,
          gpointer           user_data)
{
  g_string_append (answer->headers, "ETag: \"1\"\r\n");
  if (g_str_has_prefix (request->path, "/missing"))
    answer->status = 404;
  if (g_str_has_prefix (request->path, "/slow"))
    answer->pause_msec = 40;
  if (answer->status == 206)
    g_string_append_printf (answer->headers, "Content-Range: bytes %" G_GSIZE_FORMAT "-%d/%d\r\n",
                            answer->offset, SIZE - 1, SIZE);
}

static void
chosen_cb (Fixture    *fixture,
           const char *path)
{
  g_free (fixture->chosen);
  fixture->chosen = g_strdup (path);
}

static HostelCatalogueRow *
find (GtkWidget  *widget,
      const char *id)
{
  HostelCatalogueRow *row = NULL;

  if (HOSTEL_IS_CATALOGUE_ROW (widget))
    return g_str_equal (hostel_image_entry_get_id (
                          hostel_catalogue_row_get_entry (HOSTEL_CATALOGUE_ROW (widget))), id)
             ? HOSTEL_CATALOGUE_ROW (widget) : NULL;

  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL && row == NULL;
       child = gtk_widget_get_next_sibling (child))
    row = find (child, id);

  return row;
}

static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  fixture->group = g_object_new (HOSTEL_TYPE_CATALOGUE_GROUP, NULL);
  fixture->window = adw_window_new ();
  gtk_window_set_default_size (GTK_WINDOW (fixture->window), 400, 600);
  adw_window_set_content (ADW_WINDOW (fixture->window), fixture->group);
  g_signal_connect_swapped (fixture->group, "chosen", G_CALLBACK (chosen_cb), fixture);
  gtk_window_present (GTK_WINDOW (fixture->window));
  ASSERT_WITHIN (find (fixture->group, "slow") != NULL, SOON);
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  g_autoptr (GPtrArray) images = hostel_image_store_list ();

  gtk_window_destroy (GTK_WINDOW (fixture->window));
  ASSERT_WITHIN (hostel_image_fetches_get_n (hostel_image_fetches_get_default ()) == 0, SOON);
  for (guint i = 0; i < images->len; i++)
    hostel_image_store_remove (images->pdata[i], NULL);
  g_free (fixture->chosen);
}

static void
search (Fixture    *fixture,
        const char *words)
{
  GtkWidget *entry = widget_find_type (fixture->group, GTK_TYPE_SEARCH_ENTRY);

  gtk_editable_set_text (GTK_EDITABLE (entry), words);
}

static gboolean
shows (Fixture    *fixture,
       const char *id)
{
  return gtk_widget_get_visible (GTK_WIDGET (find (fixture->group, id)));
}

static void
test_search (Fixture       *fixture,
             gconstpointer  data)
{
  g_assert_false (shows (fixture, "ubuntu-22.04"));
  search (fixture, "ubuntu 22");
  ASSERT_WITHIN (shows (fixture, "ubuntu-22.04"), SOON);
  g_assert_false (shows (fixture, "debian-13"));
  search (fixture, "no such system");
  ASSERT_WITHIN (widget_shows_text (fixture->group, "No image of that name"), SOON);
  search (fixture, "");
  ASSERT_WITHIN (!shows (fixture, "ubuntu-22.04"), SOON);
}

static void
test_fetch_and_choose (Fixture       *fixture,
                       gconstpointer  data)
{
  HostelCatalogueRow *row = find (fixture->group, "quick");

  hostel_catalogue_row_activate (row);
  ASSERT_WITHIN (fixture->chosen != NULL, SOON);
  g_assert_true (g_str_has_suffix (fixture->chosen, "/quick.raw"));
  g_assert_true (g_file_test (fixture->chosen, G_FILE_TEST_EXISTS));
  g_assert_true (widget_shows_text (GTK_WIDGET (row), "Downloaded"));
  /* What is here stands in front. */
  g_assert_cmpint (gtk_list_box_row_get_index (GTK_LIST_BOX_ROW (row)), ==, 0);

  g_clear_pointer (&fixture->chosen, g_free);
  hostel_catalogue_row_activate (row);
  g_assert_nonnull (fixture->chosen);
}

static void
test_failure (Fixture       *fixture,
              gconstpointer  data)
{
  HostelCatalogueRow *row = find (fixture->group, "missing");

  search (fixture, "missing");
  ASSERT_WITHIN (shows (fixture, "missing"), SOON);
  hostel_catalogue_row_activate (row);
  ASSERT_WITHIN (widget_shows_text (GTK_WIDGET (row), "There is no file at"), SOON);
  g_assert_null (fixture->chosen);
  g_assert_nonnull (widget_find_button (GTK_WIDGET (row), "row.choose"));
}

static void
test_pause_and_cancel (Fixture       *fixture,
                       gconstpointer  data)
{
  HostelCatalogueRow *row = find (fixture->group, "slow");
  HostelImageEntry *entry = hostel_catalogue_row_get_entry (row);
  HostelImageFetches *fetches = hostel_image_fetches_get_default ();
  HostelImageFetch *fetch;
  g_autofree char *incoming = NULL;
  g_autofree char *part = NULL;

  search (fixture, "slow");
  ASSERT_WITHIN (shows (fixture, "slow"), SOON);
  hostel_catalogue_row_activate (row);
  ASSERT_WITHIN ((fetch = hostel_image_fetches_lookup (fetches, entry)) != NULL &&
                 hostel_image_fetch_get_fraction (fetch) > 0, SOON);
  g_assert_true (widget_shows_text (GTK_WIDGET (row), "of 2.1"));
  gtk_widget_activate_action (GTK_WIDGET (row), "row.pause", NULL);
  ASSERT_WITHIN (widget_shows_text (GTK_WIDGET (row), "Paused"), SOON);
  gtk_widget_activate_action (GTK_WIDGET (row), "row.pause", NULL);
  ASSERT_WITHIN (!widget_shows_text (GTK_WIDGET (row), "Paused"), SOON);

  incoming = hostel_image_store_dup_incoming ("slow", hostel_image_entry_get_arch (entry), "slow.raw");
  part = g_strconcat (incoming, ".part", NULL);
  g_assert_true (g_file_test (part, G_FILE_TEST_EXISTS));
  gtk_widget_activate_action (GTK_WIDGET (row), "row.cancel", NULL);
  ASSERT_WITHIN (hostel_image_fetches_lookup (fetches, entry) == NULL, SOON);
  g_assert_false (g_file_test (part, G_FILE_TEST_EXISTS));
  g_assert_true (widget_shows_text (GTK_WIDGET (row), "No published checksum"));
  g_assert_null (fixture->chosen);
}

/* It goes on without the window, and another one shows it. */
static void
test_goes_on (Fixture       *fixture,
              gconstpointer  data)
{
  HostelImageFetches *fetches = hostel_image_fetches_get_default ();

  hostel_catalogue_row_activate (find (fixture->group, "slow"));
  g_assert_cmpuint (hostel_image_fetches_get_n (fetches), ==, 1);
  gtk_window_destroy (GTK_WINDOW (fixture->window));
  set_up (fixture, NULL);
  g_assert_cmpuint (hostel_image_fetches_get_n (fetches), ==, 1);
  g_assert_nonnull (widget_find_button (GTK_WIDGET (find (fixture->group, "slow")), "row.cancel"));
  ASSERT_WITHIN (hostel_image_fetches_get_n (fetches) == 0, SOON);
  g_assert_nonnull (hostel_catalogue_row_get_stored (find (fixture->group, "slow")));
}

static void
write_list (HttpServer *server)
{
  g_autofree char *url = http_server_dup_url (server, "");
  g_autoptr (GString) text = g_string_new ("images:\n");
  g_autofree char *dir = g_build_filename (folder, "hostel", NULL);
  g_autofree char *path = g_build_filename (dir, "images.yaml", NULL);
  static const char * const ids[] = { "slow", "quick", "missing" };
  g_autofree char *arch = NULL;

  g_assert_true (g_spawn_command_line_sync ("uname -m", &arch, NULL, NULL, NULL));
  for (guint i = 0; i < G_N_ELEMENTS (ids); i++)
    g_string_append_printf (text, "  %s:\n    name: A %s one\n    %s: %s/%s.raw\n", ids[i], ids[i],
                            g_strstrip (arch), url, ids[i]);
  g_mkdir_with_parents (dir, 0755);
  g_assert_true (g_file_set_contents (path, text->str, -1, NULL));
}

int
main (int    argc,
      char **argv)
{
  const char *remove[] = { "rm", "-rf", NULL, NULL };
  guint8 *disk = g_malloc0 (SIZE);
  HttpServer *server;
  int status;

  folder = g_dir_make_tmp ("hostel-group-XXXXXX", NULL);
  g_setenv ("XDG_CONFIG_HOME", folder, TRUE);
  g_setenv ("XDG_DATA_HOME", folder, TRUE);
  g_setenv ("XDG_CACHE_HOME", folder, TRUE);
  gtk_test_init (&argc, &argv, NULL);
  adw_init ();
  disk[510] = 0x55;
  disk[511] = 0xaa;
  body = g_bytes_new_take (disk, SIZE);
  server = http_server_new (body, serve_cb, NULL, NULL);
  write_list (server);

  g_test_add ("/catalogue-group/search", Fixture, NULL, set_up, test_search, tear_down);
  g_test_add ("/catalogue-group/fetch-and-choose", Fixture, NULL, set_up, test_fetch_and_choose,
              tear_down);
  g_test_add ("/catalogue-group/failure", Fixture, NULL, set_up, test_failure, tear_down);
  g_test_add ("/catalogue-group/pause-and-cancel", Fixture, NULL, set_up, test_pause_and_cancel,
              tear_down);
  g_test_add ("/catalogue-group/goes-on", Fixture, NULL, set_up, test_goes_on, tear_down);

  status = g_test_run ();
  http_server_free (server);
  g_bytes_unref (body);
  remove[2] = folder;
  g_spawn_sync (NULL, (char **) remove, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL, NULL, NULL, NULL);
  g_free (folder);

  return status;
}
