/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <string.h>

#include <glib/gstdio.h>

#include "create-fixture.h"
#include "hostel-image-store.h"
#include "hostel-images-window.h"
#include "hostel-kept-row.h"
#include "hostel-pool-dialog.h"
#include "hostel-pool-page.h"
#include "hostel-pool-row.h"
#include "hostel-shared-images.h"
#include "hostel-size-dialog.h"
#include "hostel-volume-row.h"
#include "image-builder.h"
#include "wait.h"
#include "widget-find.h"

#define SOON 20000
#define MINUTE 60000

static char *folder; /* of this run, removed at its end */

typedef struct
{
  GListStore *hosts;
  GtkWidget  *window;
} Fixture;

static void
open_window (Fixture *fixture)
{
  fixture->window =
    GTK_WIDGET (hostel_images_window_new (NULL, G_LIST_MODEL (fixture->hosts)));
  gtk_window_present (GTK_WINDOW (fixture->window));
}

static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  fixture->hosts = g_list_store_new (HOSTEL_TYPE_CONNECTION);
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  g_autoptr (GPtrArray) images = hostel_image_store_list ();

  gtk_window_destroy (GTK_WINDOW (fixture->window));
  g_clear_object (&fixture->hosts);
  for (guint i = 0; i < images->len; i++)
    hostel_image_store_remove (images->pdata[i], NULL);
}

static HostelStoredImage *
import (const char *name)
{
  g_autoptr (GByteArray) bytes = image_build_raw (TRUE, FALSE, FALSE);
  g_autoptr (GError) error = NULL;
  g_autofree char *path = g_build_filename (folder, name, NULL);
  HostelStoredImage *image;

  g_assert_true (g_file_set_contents (path, (const char *) bytes->data, bytes->len, NULL));
  image = hostel_image_store_import (path, NULL, NULL, NULL, &error);
  g_assert_no_error (error);

  return image;
}

/* The question of the last removal, or NULL. */
static AdwMessageDialog *
find_question (void)
{
  GListModel *windows = gtk_window_get_toplevels ();

  for (guint i = 0; i < g_list_model_get_n_items (windows); i++)
    {
      g_autoptr (GtkWidget) window = g_list_model_get_item (windows, i);

      if (ADW_IS_MESSAGE_DIALOG (window))
        return ADW_MESSAGE_DIALOG (window);
    }

  return NULL;
}

static void
answer (const char *word,
        const char *response)
{
  AdwMessageDialog *dialog = find_question ();

  g_assert_nonnull (dialog);
  g_assert_nonnull (strstr (adw_message_dialog_get_heading (dialog), word));
  /* Return alone removes nothing. */
  g_assert_cmpstr (adw_message_dialog_get_default_response (dialog), ==, "keep");
  adw_message_dialog_response (dialog, response);
  gtk_window_destroy (GTK_WINDOW (dialog));
}

/* The row of the image in the storage below @dir, or NULL. */
static GtkWidget *
find_base_row (GtkWidget  *root,
               const char *dir)
{
  const char *tip = gtk_widget_get_tooltip_text (root);
  GtkWidget *row = NULL;

  if (ADW_IS_ACTION_ROW (root) && tip != NULL && g_str_has_prefix (tip, dir))
    return root;

  for (GtkWidget *child = gtk_widget_get_first_child (root); child != NULL && row == NULL;
       child = gtk_widget_get_next_sibling (child))
    row = find_base_row (child, dir);

  return row;
}

static void
test_empty (Fixture       *fixture,
            gconstpointer  data)
{
  open_window (fixture);
  ASSERT_WITHIN (widget_shows_text (fixture->window, "No images yet"), SOON);
  g_assert_false (gtk_widget_get_sensitive (widget_find_button (fixture->window, "images.newer")));
}

static void
test_remove (Fixture       *fixture,
             gconstpointer  data)
{
  g_autoptr (HostelStoredImage) image = import ("first & best.raw");
  g_autofree char *path = g_strdup (hostel_stored_image_get_path (image));
  GtkWidget *row;

  open_window (fixture);
  ASSERT_WITHIN ((row = widget_find_type (fixture->window, HOSTEL_TYPE_KEPT_ROW)) != NULL, SOON);
  g_assert_true (widget_shows_text (row, "first & best"));
  g_assert_false (widget_shows_text (fixture->window, "No images yet"));

  gtk_widget_activate_action (row, "row.remove", NULL);
  answer ("first & best", "keep");
  g_assert_true (g_file_test (path, G_FILE_TEST_EXISTS));

  gtk_widget_activate_action (row, "row.remove", NULL);
  answer ("first & best", "remove");
  ASSERT_WITHIN (widget_shows_text (fixture->window, "No images yet"), SOON);
  g_assert_false (g_file_test (path, G_FILE_TEST_EXISTS));
  g_assert_null (widget_find_type (fixture->window, HOSTEL_TYPE_KEPT_ROW));
}

static void
test_verify (Fixture       *fixture,
             gconstpointer  data)
{
  g_autoptr (HostelStoredImage) image = import ("looked-at.raw");
  GtkWidget *row;
  FILE *file;

  open_window (fixture);
  ASSERT_WITHIN ((row = widget_find_type (fixture->window, HOSTEL_TYPE_KEPT_ROW)) != NULL, SOON);
  gtk_widget_activate_action (row, "row.verify", NULL);
  g_assert_true (widget_shows_text (row, "Verifying"));
  ASSERT_WITHIN (widget_shows_text (row, "verified"), SOON);

  g_assert_cmpint (g_chmod (hostel_stored_image_get_path (image), 0600), ==, 0);
  file = fopen (hostel_stored_image_get_path (image), "r+b");
  g_assert_nonnull (file);
  g_assert_cmpint (fseek (file, 4096, SEEK_SET), ==, 0);
  g_assert_cmpint (fputc ('x', file), ==, 'x');
  fclose (file);
  gtk_widget_activate_action (row, "row.verify", NULL);
  ASSERT_WITHIN (!widget_shows_text (row, "Verifying"), SOON);
  g_assert_true (widget_shows_text (row, "changed"));
}

/* The image that a machine uses stays; once the machine is gone it can go as well. */
static void
test_shared (Fixture       *fixture,
             gconstpointer  data)
{
  g_autoptr (CreateFixture) host = create_fixture_new ();
  g_autoptr (HostelMachineSpec) spec = NULL;
  g_autoptr (HostelDomain) domain = NULL;
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) left = NULL;
  GtkWidget *row;
  GtkWidget *button;

  open_window (fixture);
  if (host == NULL)
    {
      g_test_skip ("No libvirt daemon");
      return;
    }

  spec = create_fixture_new_spec (host, "shared");
  g_object_set (spec, "start", FALSE, NULL);
  domain = create_fixture_create (host, spec, NULL, &error);
  g_assert_no_error (error);
  gtk_window_destroy (GTK_WINDOW (fixture->window));
  g_list_store_append (fixture->hosts, host->connection);
  open_window (fixture);
  ASSERT_WITHIN (widget_shows_text (fixture->window, hostel_domain_get_name (domain)), MINUTE);
  row = find_base_row (fixture->window, host->pool_dir);
  g_assert_nonnull (row);
  g_assert_false (gtk_widget_get_sensitive (widget_find_type (row, GTK_TYPE_BUTTON)));

  create_fixture_delete (host, domain, TRUE);
  gtk_window_destroy (GTK_WINDOW (fixture->window));
  open_window (fixture);
  ASSERT_WITHIN ((row = find_base_row (fixture->window, host->pool_dir)) != NULL, MINUTE);
  g_assert_true (widget_shows_text (row, "Not used"));
  button = widget_find_type (row, GTK_TYPE_BUTTON);
  g_assert_true (gtk_widget_get_sensitive (button));
  g_signal_emit_by_name (button, "clicked");
  answer ("Image", "remove");
  ASSERT_WITHIN (find_base_row (fixture->window, host->pool_dir) == NULL, MINUTE);
  left = create_fixture_list (host, "");
  g_assert_cmpuint (g_strv_length (left), ==, 0);
}

/* The window of that type, or NULL. */
static GtkWidget *
find_window (GType type)
{
  GListModel *windows = gtk_window_get_toplevels ();

  for (guint i = 0; i < g_list_model_get_n_items (windows); i++)
    {
      g_autoptr (GtkWidget) window = g_list_model_get_item (windows, i);

      if (G_TYPE_CHECK_INSTANCE_TYPE (window, type))
        return window;
    }

  return NULL;
}

static GtkWidget *
find_pool_row_below (GtkWidget  *root,
                     const char *name)
{
  GtkWidget *row = NULL;

  if (HOSTEL_IS_POOL_ROW (root))
    return g_str_equal (hostel_pool_get_name (hostel_pool_row_get_pool (HOSTEL_POOL_ROW (root))),
                        name) ? root : NULL;

  for (GtkWidget *child = gtk_widget_get_first_child (root); child != NULL && row == NULL;
       child = gtk_widget_get_next_sibling (child))
    row = find_pool_row_below (child, name);

  return row;
}

/* The row of that pool, or NULL. */
static GtkWidget *
find_pool_row (Fixture    *fixture,
               const char *name)
{
  return find_pool_row_below (fixture->window, name);
}

static HostelVolumeRow *
find_volume_row (GtkWidget  *root,
                 const char *name)
{
  HostelVolumeRow *row = NULL;

  if (HOSTEL_IS_VOLUME_ROW (root))
    {
      HostelVolume *volume = hostel_volume_row_get_volume (HOSTEL_VOLUME_ROW (root));

      return volume != NULL && g_str_equal (hostel_volume_get_name (volume), name)
               ? HOSTEL_VOLUME_ROW (root) : NULL;
    }

  for (GtkWidget *child = gtk_widget_get_first_child (root); child != NULL && row == NULL;
       child = gtk_widget_get_next_sibling (child))
    row = find_volume_row (child, name);

  return row;
}

static HostelPoolPage *
open_pool (Fixture    *fixture,
           const char *name)
{
  GtkWidget *page;

  ASSERT_WITHIN (find_pool_row (fixture, name) != NULL, MINUTE);
  gtk_widget_activate (find_pool_row (fixture, name));
  ASSERT_WITHIN ((page = widget_find_type (fixture->window, HOSTEL_TYPE_POOL_PAGE)) != NULL, SOON);

  return HOSTEL_POOL_PAGE (page);
}

/* A pool is made, stopped, started and forgotten, and its files stay. */
static void
test_pools (Fixture       *fixture,
            gconstpointer  data)
{
  g_autoptr (CreateFixture) host = create_fixture_new ();
  g_autofree char *name = NULL;
  g_autofree char *path = NULL;
  GtkWidget *dialog;
  GtkWidget *row;

  if (host != NULL)
    g_list_store_append (fixture->hosts, host->connection);
  open_window (fixture);
  if (host == NULL)
    {
      g_test_skip ("No libvirt daemon");
      return;
    }

  name = g_strconcat (host->pool, " & <new>", NULL);
  path = g_build_filename (host->dir, "new folder", NULL);
  ASSERT_WITHIN (find_pool_row (fixture, host->pool) != NULL, MINUTE);
  g_assert_true (widget_shows_text (find_pool_row (fixture, host->pool), host->pool_dir));
  g_assert_true (widget_shows_text (find_pool_row (fixture, host->pool), "free"));

  gtk_widget_activate_action (widget_find_button (fixture->window, "pools.add"), "pools.add", NULL);
  ASSERT_WITHIN ((dialog = find_window (HOSTEL_TYPE_POOL_DIALOG)) != NULL, SOON);
  g_assert_false (gtk_widget_get_sensitive (widget_find_button (dialog, "pool.create")));
  gtk_editable_set_text (GTK_EDITABLE (widget_find_row (dialog, "Name")), name);
  gtk_editable_set_text (GTK_EDITABLE (widget_find_row (dialog, "Folder")), "relative");
  g_assert_false (gtk_widget_get_sensitive (widget_find_button (dialog, "pool.create")));
  g_assert_true (widget_shows_text (dialog, "begins with"));

  /* The folder of another pool: it is told beside it, and nothing is lost. */
  gtk_editable_set_text (GTK_EDITABLE (widget_find_row (dialog, "Folder")), host->pool_dir);
  gtk_widget_activate_action (dialog, "pool.create", NULL);
  ASSERT_WITHIN (widget_shows_text (dialog, "already"), MINUTE);
  widget_take_picture ("pool-dialog");
  gtk_editable_set_text (GTK_EDITABLE (widget_find_row (dialog, "Folder")), path);
  g_assert_false (widget_shows_text (dialog, "already"));
  gtk_widget_activate_action (dialog, "pool.create", NULL);
  ASSERT_WITHIN (find_pool_row (fixture, name) != NULL, MINUTE);
  g_assert_null (find_window (HOSTEL_TYPE_POOL_DIALOG));
  g_assert_true (g_file_test (path, G_FILE_TEST_IS_DIR));
  widget_take_picture ("pools");

  gtk_widget_activate_action (find_pool_row (fixture, name), "pool.stop", NULL);
  ASSERT_WITHIN ((row = find_pool_row (fixture, name)) != NULL &&
                 widget_shows_text (row, "Stopped"), MINUTE);
  g_assert_false (gtk_list_box_row_get_activatable (GTK_LIST_BOX_ROW (row)));
  gtk_widget_activate_action (row, "pool.start", NULL);
  ASSERT_WITHIN ((row = find_pool_row (fixture, name)) != NULL &&
                 widget_shows_text (row, "free"), MINUTE);

  gtk_widget_activate_action (row, "pool.remove", NULL);
  answer (name, "keep");
  gtk_widget_activate_action (row, "pool.remove", NULL);
  answer (name, "remove");
  ASSERT_WITHIN (find_pool_row (fixture, name) == NULL, MINUTE);
  g_assert_true (g_file_test (path, G_FILE_TEST_IS_DIR));
}

static void
test_volumes (Fixture       *fixture,
              gconstpointer  data)
{
  g_autoptr (CreateFixture) host = create_fixture_new ();
  g_autofree char *source = NULL;
  g_autofree char *path = NULL;
  g_autofree char *put = NULL;
  g_autofree char *list = NULL;
  HostelPoolPage *page;
  GtkWidget *dialog;

  if (host != NULL)
    g_list_store_append (fixture->hosts, host->connection);
  open_window (fixture);
  if (host == NULL)
    {
      g_test_skip ("No libvirt daemon");
      return;
    }

  page = open_pool (fixture, host->pool);
  ASSERT_WITHIN (widget_shows_text (GTK_WIDGET (page), "No Files Yet"), MINUTE);
  widget_take_picture ("volumes-empty");

  source = create_fixture_make_image (host, 5);
  path = g_build_filename (host->dir, "a & <b>.raw", NULL);
  g_assert_cmpint (g_rename (source, path), ==, 0);
  hostel_pool_page_upload (page, path);
  g_assert_false (gtk_widget_get_sensitive (widget_find_button (GTK_WIDGET (page), "pool.upload")));
  ASSERT_WITHIN (find_volume_row (GTK_WIDGET (page), "a & <b>.raw") != NULL, MINUTE);
  g_assert_true (gtk_widget_get_sensitive (widget_find_button (GTK_WIDGET (page), "pool.upload")));
  g_assert_true (widget_shows_text (GTK_WIDGET (page), "not used"));

  /* Again: it says why not, and the first one stays. */
  hostel_pool_page_upload (page, path);
  ASSERT_WITHIN (widget_shows_text (GTK_WIDGET (page), "already"), MINUTE);
  widget_take_picture ("volumes-error");
  ASSERT_WITHIN (find_volume_row (GTK_WIDGET (page), "a & <b>.raw") != NULL, MINUTE);

  /* What the daemon has not seen yet is there after a refresh, also amid other looks. */
  put = g_build_filename (host->pool_dir, "put there.raw", NULL);
  g_assert_true (g_file_set_contents (put, "raw", -1, NULL));
  hostel_pool_page_look (page);
  gtk_widget_activate_action (GTK_WIDGET (page), "pool.refresh", NULL);
  hostel_pool_page_look (page);
  ASSERT_WITHIN (find_volume_row (GTK_WIDGET (page), "put there.raw") != NULL, MINUTE);

  /* What virsh makes, too, and is found by a part of its name. */
  g_free (create_fixture_virsh (host, "vol-create-as %s other.qcow2 3G --format qcow2", host->pool));
  gtk_widget_activate_action (GTK_WIDGET (page), "pool.refresh", NULL);
  ASSERT_WITHIN (find_volume_row (GTK_WIDGET (page), "other.qcow2") != NULL, MINUTE);
  widget_take_picture ("volumes");
  gtk_editable_set_text (GTK_EDITABLE (widget_find_type (GTK_WIDGET (page), GTK_TYPE_SEARCH_ENTRY)),
                         "OTHER");
  ASSERT_WITHIN (find_volume_row (GTK_WIDGET (page), "a & <b>.raw") == NULL, SOON);
  g_assert_nonnull (find_volume_row (GTK_WIDGET (page), "other.qcow2"));

  gtk_widget_activate_action (GTK_WIDGET (find_volume_row (GTK_WIDGET (page), "other.qcow2")),
                              "volume.resize", NULL);
  ASSERT_WITHIN ((dialog = find_window (HOSTEL_TYPE_SIZE_DIALOG)) != NULL, SOON);
  widget_take_picture ("volume-resize");
  gtk_spin_button_set_value (GTK_SPIN_BUTTON (widget_find_type (dialog, GTK_TYPE_SPIN_BUTTON)), 1);
  g_assert_cmpuint (hostel_size_dialog_get_bytes (HOSTEL_SIZE_DIALOG (dialog)) >> 30, ==, 4);
  adw_message_dialog_response (ADW_MESSAGE_DIALOG (dialog), "apply");
  gtk_window_destroy (GTK_WINDOW (dialog));
  ASSERT_WITHIN (widget_shows_text (GTK_WIDGET (page), "4 GiB"), MINUTE);

  gtk_widget_activate_action (GTK_WIDGET (find_volume_row (GTK_WIDGET (page), "other.qcow2")),
                              "volume.delete", NULL);
  answer ("other.qcow2", "remove");
  ASSERT_WITHIN (widget_shows_text (GTK_WIDGET (page), "Nothing Found"), MINUTE);
  list = create_fixture_virsh (host, "vol-list %s", host->pool);
  g_assert_null (strstr (list, "other.qcow2"));
  g_assert_nonnull (strstr (list, "a & <b>.raw"));

  /* Back, and the window is still there. */
  gtk_widget_activate_action (GTK_WIDGET (page), "images.back", NULL);
  ASSERT_WITHIN (!gtk_widget_get_child_visible (GTK_WIDGET (page)), SOON);
  g_assert_true (gtk_widget_get_visible (fixture->window));
}

int
main (int    argc,
      char **argv)
{
  const char *remove[] = { "rm", "-rf", NULL, NULL };
  int status;

  create_fixture_main (&argc, &argv);
  folder = g_dir_make_tmp ("hostel-images-XXXXXX", NULL);
  g_setenv ("XDG_DATA_HOME", folder, TRUE);
  g_setenv ("XDG_CACHE_HOME", folder, TRUE);
  gtk_test_init (&argc, &argv, NULL);
  adw_init ();

  g_test_add ("/images-window/empty", Fixture, NULL, set_up, test_empty, tear_down);
  g_test_add ("/images-window/remove", Fixture, NULL, set_up, test_remove, tear_down);
  g_test_add ("/images-window/verify", Fixture, NULL, set_up, test_verify, tear_down);
  g_test_add ("/images-window/shared", Fixture, NULL, set_up, test_shared, tear_down);
  g_test_add ("/images-window/pools", Fixture, NULL, set_up, test_pools, tear_down);
  g_test_add ("/images-window/volumes", Fixture, NULL, set_up, test_volumes, tear_down);

  status = g_test_run ();
  remove[2] = folder;
  g_spawn_sync (NULL, (char **) remove, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL, NULL, NULL, NULL);
  g_free (folder);

  return status;
}
