/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The program's start: which renderer it asks for, and that what it starts itself does not inherit
 * that choice. */

#include "config.h"

#include <glib/gstdio.h>

#include "hostel-application.h"
#include "hostel-create-dialog.h"
#include "hostel-virt.h"
#include "image-builder.h"
#include "widget-find.h"

#define NODE "<node><domain type='test'><name>early-bird</name><memory>262144</memory>" \
             "<os><type>hvm</type></os></domain></node>"
#define PATIENCE_US (60 * G_USEC_PER_SEC)

static void
forget_choice (void)
{
  g_unsetenv ("GDK_DEBUG");
  g_unsetenv ("GSK_RENDERER");
}

static void
test_renderer (void)
{
  g_autofree char *directory = g_dir_make_tmp ("hostel-dri-XXXXXX", NULL);
  g_autofree char *node = g_build_filename (directory, "renderD128", NULL);

  forget_choice ();
  g_assert_true (g_file_set_contents (node, "", 0, NULL));
  g_assert_false (hostel_application_choose_renderer (directory));
  g_assert_null (g_getenv ("GDK_DEBUG"));

  g_unlink (node);
  g_assert_true (hostel_application_choose_renderer (directory));
  g_assert_cmpstr (g_getenv ("GDK_DEBUG"), ==, "gl-disable");
  g_assert_cmpstr (g_getenv ("GSK_RENDERER"), ==, "cairo");

  forget_choice ();
  g_setenv ("GSK_RENDERER", "gl", TRUE);
  g_assert_false (hostel_application_choose_renderer (directory));
  g_assert_null (g_getenv ("GDK_DEBUG"));
  g_assert_cmpstr (g_getenv ("GSK_RENDERER"), ==, "gl");

  forget_choice ();
  g_rmdir (directory);
}

typedef struct
{
  GtkApplication *application;
  gint64          begun;
  gboolean        shown;
} Start;

static gboolean
look_cb (gpointer user_data)
{
  Start *start = user_data;
  GList *windows = gtk_application_get_windows (start->application);
  g_autofree char *found = windows != NULL ? widget_find_property (windows->data, "early-bird") : NULL;

  g_assert_cmpint (g_get_monotonic_time () - start->begun, <, PATIENCE_US);
  start->shown = found != NULL;
  if (!start->shown)
    return G_SOURCE_CONTINUE;

  g_application_quit (G_APPLICATION (start->application));

  return G_SOURCE_REMOVE;
}

/* Where there is no render node GTK was asked to do without GL; nothing of that is left. */
static void
test_start (void)
{
  g_autoptr (HostelApplication) application = hostel_application_new ();
  Start start = { GTK_APPLICATION (application), g_get_monotonic_time (), FALSE };
  g_autofree char *path = NULL;
  g_autofree char *uri = NULL;
  char *argv[] = { (char *) "hostel", (char *) "--connect", NULL, NULL };
  int fd = g_file_open_tmp ("hostel-node-XXXXXX.xml", &path, NULL);

  g_assert_cmpint (fd, >=, 0);
  g_close (fd, NULL);
  g_assert_true (g_file_set_contents (path, NODE, -1, NULL));
  argv[2] = uri = g_strconcat ("test://", path, NULL);

  forget_choice ();
  g_application_set_flags (G_APPLICATION (application),
                           G_APPLICATION_HANDLES_COMMAND_LINE | G_APPLICATION_NON_UNIQUE);
  g_timeout_add (10, look_cb, &start);
  g_assert_cmpint (g_application_run (G_APPLICATION (application), 3, argv), ==, 0);

  g_assert_true (start.shown);
  g_assert_null (g_getenv ("GDK_DEBUG"));
  g_assert_null (g_getenv ("GSK_RENDERER"));
  g_unlink (path);
}

/* What a second start hands to the first, too: hostel_application_new() makes it unique. */
typedef struct
{
  GtkApplication *application;
  const char     *path;
  gboolean        shown;
  gint64          begun;
} Opening;

static gboolean
look_for_dialog_cb (gpointer user_data)
{
  Opening *opening = user_data;
  GListModel *windows = gtk_window_get_toplevels ();
  g_autofree char *base = g_path_get_basename (opening->path);

  g_assert_cmpint (g_get_monotonic_time () - opening->begun, <, PATIENCE_US);
  for (guint i = 0; i < g_list_model_get_n_items (windows); i++)
    {
      g_autoptr (GtkWidget) window = g_list_model_get_item (windows, i);
      HostelImage *image = HOSTEL_IS_CREATE_DIALOG (window)
        ? hostel_machine_spec_get_image (hostel_create_dialog_get_spec (HOSTEL_CREATE_DIALOG (window)))
        : NULL;

      if (image != NULL && g_str_equal (hostel_image_get_path (image), opening->path))
        {
          opening->shown = TRUE;
          g_application_quit (G_APPLICATION (opening->application));
          return G_SOURCE_REMOVE;
        }
    }

  return G_SOURCE_CONTINUE;
}

static int
run_with (Opening    *opening,
          const char *first,
          const char *second)
{
  g_autoptr (HostelApplication) application = hostel_application_new ();
  char *argv[] = { (char *) "hostel", (char *) "--connect", (char *) "test:///default",
                   (char *) first, (char *) second, NULL };
  int status;

  forget_choice ();
  g_application_set_flags (G_APPLICATION (application),
                           G_APPLICATION_HANDLES_COMMAND_LINE | G_APPLICATION_HANDLES_OPEN |
                           G_APPLICATION_NON_UNIQUE);
  opening->application = GTK_APPLICATION (application);
  opening->begun = g_get_monotonic_time ();
  opening->shown = FALSE;
  if (opening->path != NULL)
    g_timeout_add (10, look_for_dialog_cb, opening);
  status = g_application_run (G_APPLICATION (application), second != NULL ? 5 : 4, argv);

  return status;
}

/* `hostel IMAGE` opens the create dialog with it; what cannot be opened is an error. */
static void
test_open (void)
{
  g_autofree char *directory = g_dir_make_tmp ("hostel-open-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (directory, "my image.raw", NULL);
  g_autoptr (GByteArray) bytes = image_build_raw (TRUE, FALSE, FALSE);
  Opening opening = { .path = path };
  Opening none = { .path = NULL };

  g_assert_true (g_file_set_contents (path, (const char *) bytes->data, bytes->len, NULL));
  g_assert_cmpint (run_with (&opening, path, NULL), ==, 0);
  g_assert_true (opening.shown);

  g_assert_cmpint (run_with (&none, "/nonexistent/image.qcow2", NULL), ==, 1);
  g_assert_cmpint (run_with (&none, path, path), ==, 1);
  g_unlink (path);
  g_rmdir (directory);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  hostel_virt_init ();

  g_test_add_func ("/application/renderer", test_renderer);
  g_test_add_func ("/application/start", test_start);
  g_test_add_func ("/application/open", test_open);

  return g_test_run ();
}
