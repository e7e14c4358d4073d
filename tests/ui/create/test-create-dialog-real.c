/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <unistd.h>

#include "create-fixture.h"
#include "hostel-create-dialog.h"
#include "hostel-create-page.h"
#include "hostel-create-progress-page.h"
#include "hostel-recent-images.h"
#include "wait.h"
#include "widget-find.h"

#define MINUTE 60000
#define SOON 10000

/* The dialog on a real daemon, with a pool of the test's own. */
typedef struct
{
  CreateFixture *host;      /* NULL where there is no daemon */
  GListStore    *connections;
  GtkWidget     *dialog;    /* NULL once it is closed */
  HostelDomain  *created;
  gboolean       with_console;
} Fixture;

static void
created_cb (Fixture             *fixture,
            HostelDomain        *domain,
            HostelConsoleStream *console)
{
  fixture->created = g_object_ref (domain);
  fixture->with_console = console != NULL;
  if (console != NULL)
    hostel_console_stream_close (console);
}

static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  HostelMachineSpec *spec;
  GtkWidget *page;

  fixture->host = create_fixture_new ();
  if (fixture->host == NULL)
    return;

  fixture->connections = g_list_store_new (HOSTEL_TYPE_CONNECTION);
  g_list_store_append (fixture->connections, fixture->host->connection);
  fixture->dialog = GTK_WIDGET (hostel_create_dialog_new (NULL, fixture->host->connection,
                                                          G_LIST_MODEL (fixture->connections)));
  g_object_add_weak_pointer (G_OBJECT (fixture->dialog), (gpointer *) &fixture->dialog);
  g_signal_connect_swapped (fixture->dialog, "created", G_CALLBACK (created_cb), fixture);
  gtk_window_present (GTK_WINDOW (fixture->dialog));

  /* The pool is no field of the form; no network of the host is touched. */
  page = widget_find_type (fixture->dialog, HOSTEL_TYPE_CREATE_PAGE);
  spec = hostel_create_model_get_spec (hostel_create_page_get_model (HOSTEL_CREATE_PAGE (page)));
  g_object_set (spec, "pool", fixture->host->pool, NULL);
  hostel_machine_spec_set_network (spec, HOSTEL_NETWORK_KIND_NONE, "");
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  if (fixture->host == NULL)
    return;

  if (fixture->dialog != NULL)
    gtk_window_destroy (GTK_WINDOW (fixture->dialog));
  if (fixture->created != NULL)
    create_fixture_delete (fixture->host, fixture->created, TRUE);
  g_clear_object (&fixture->created);
  g_clear_object (&fixture->connections);
  g_clear_pointer (&fixture->host, create_fixture_free);
}

static gboolean
is_enabled (Fixture    *fixture,
            const char *action)
{
  GtkWidget *button = widget_find_button (fixture->dialog, action);

  return button != NULL && gtk_widget_is_sensitive (button);
}

static void
press (Fixture    *fixture,
       const char *action)
{
  ASSERT_WITHIN (is_enabled (fixture, action), SOON);
  g_signal_emit_by_name (widget_find_button (fixture->dialog, action), "clicked");
}

static void
fill_in (Fixture    *fixture,
         const char *name)
{
  GtkWidget *root = fixture->dialog;

  gtk_editable_set_text (GTK_EDITABLE (widget_find_row (root, "Image File")),
                         fixture->host->image_path);
  press (fixture, "dialog.next");
  gtk_editable_set_text (GTK_EDITABLE (widget_find_row (root, "Name")), name);
  gtk_editable_set_text (GTK_EDITABLE (widget_find_row (root, "Memory")), "128 MiB");
  gtk_editable_set_text (GTK_EDITABLE (widget_find_row (root, "vCPUs")), "1");
  gtk_editable_set_text (GTK_EDITABLE (widget_find_row (root, "Disk Size")), "1 GiB");
}

static void
test_create (Fixture       *fixture,
             gconstpointer  data)
{
  g_autofree char *name = g_strdup_printf ("hostel-test-dialog-%d", getpid ());
  g_auto (GStrv) recent = NULL;

  if (fixture->host == NULL)
    {
      g_test_skip ("No libvirt daemon");
      return;
    }

  fill_in (fixture, name);
  /* From the second page: all else has its default. */
  press (fixture, "dialog.create");
  ASSERT_WITHIN (fixture->created != NULL, 2 * MINUTE);

  g_assert_cmpstr (hostel_domain_get_name (fixture->created), ==, name);
  ASSERT_WITHIN (hostel_domain_get_state (fixture->created) == HOSTEL_DOMAIN_STATE_RUNNING, SOON);
  g_assert_true (fixture->with_console);
  ASSERT_WITHIN (fixture->dialog == NULL, SOON);
  recent = hostel_recent_images_dup ();
  g_assert_cmpstr (recent[0], ==, fixture->host->image_path);
}

static gboolean
has_begun (Fixture    *fixture,
           const char *name)
{
  HostelDomain *domain = hostel_connection_lookup_name (fixture->host->connection, name);
  /* The image page has a bar, too. */
  GtkWidget *page = widget_find_type (fixture->dialog, HOSTEL_TYPE_CREATE_PROGRESS_PAGE);
  GtkWidget *bar = widget_find_type (page, GTK_TYPE_PROGRESS_BAR);

  return domain != NULL || gtk_progress_bar_get_fraction (GTK_PROGRESS_BAR (bar)) > 0;
}

static void
test_cancel (Fixture       *fixture,
             gconstpointer  data)
{
  g_autofree char *name = g_strdup_printf ("hostel-test-cancel-%d", getpid ());
  g_auto (GStrv) left = NULL;

  if (fixture->host == NULL)
    {
      g_test_skip ("No libvirt daemon");
      return;
    }

  fill_in (fixture, name);
  press (fixture, "dialog.create");
  ASSERT_WITHIN (has_begun (fixture, name), MINUTE);
  press (fixture, "dialog.cancel");
  ASSERT_WITHIN (widget_shows_text (fixture->dialog, "nothing was created"), MINUTE);

  g_assert_null (fixture->created);
  g_assert_null (hostel_connection_lookup_name (fixture->host->connection, name));
  left = create_fixture_list (fixture->host, name);
  g_assert_cmpuint (g_strv_length (left), ==, 0);
  g_assert_cmpuint (create_fixture_count_journals (), ==, 0);
  /* All that was typed is still there, and can be tried again. */
  g_assert_cmpstr (gtk_editable_get_text (GTK_EDITABLE (widget_find_row (fixture->dialog, "Name"))),
                   ==, name);
  g_assert_true (is_enabled (fixture, "dialog.create"));
}

int
main (int   argc,
      char *argv[])
{
  create_fixture_main (&argc, &argv);
  gtk_test_init (&argc, &argv, NULL);
  adw_init ();

  g_test_add ("/create-dialog/real/create", Fixture, NULL, set_up, test_create, tear_down);
  g_test_add ("/create-dialog/real/cancel", Fixture, NULL, set_up, test_cancel, tear_down);

  return g_test_run ();
}
