/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <unistd.h>

#include "create-fixture.h"
#include "hostel-create-dialog.h"
#include "hostel-create-page.h"
#include "watchdog.h"
#include "widget-find.h"
#include "window-fixture.h"

#define MINUTE 60000
/* 50 ms, and the watchdog's own tick of 10 ms. */
#define LONGEST_MS 60
#define TRIES 5

/* Real windows on a real daemon, with a pool of the test's own. */
typedef struct
{
  CreateFixture *host;   /* NULL where there is no daemon */
  WindowFixture  window;
  GtkWidget     *dialog; /* NULL once it is closed */
} Fixture;

static GtkWidget *
find_dialog (void)
{
  GListModel *windows = gtk_window_get_toplevels ();

  for (guint i = 0; i < g_list_model_get_n_items (windows); i++)
    {
      g_autoptr (GtkWidget) window = g_list_model_get_item (windows, i);

      if (HOSTEL_IS_CREATE_DIALOG (window))
        return window;
    }

  return NULL;
}

static void
open_dialog (Fixture *fixture)
{
  HostelMachineSpec *spec;
  GtkWidget *page;

  gtk_widget_activate_action (GTK_WIDGET (fixture->window.window), "win.new-machine", NULL);
  ASSERT_WITHIN ((fixture->dialog = find_dialog ()) != NULL, MINUTE);
  g_object_add_weak_pointer (G_OBJECT (fixture->dialog), (gpointer *) &fixture->dialog);

  /* The pool is no field of the form; no network of the host is touched. */
  page = widget_find_type (fixture->dialog, HOSTEL_TYPE_CREATE_PAGE);
  spec = hostel_create_model_get_spec (hostel_create_page_get_model (HOSTEL_CREATE_PAGE (page)));
  g_object_set (spec, "pool", fixture->host->pool, NULL);
  hostel_machine_spec_set_network (spec, HOSTEL_NETWORK_KIND_NONE, "");
}

static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  if ((fixture->host = create_fixture_new ()) != NULL)
    window_fixture_set_up (&fixture->window, hostel_connection_get_uri (fixture->host->connection));
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  if (fixture->host == NULL)
    return;

  window_fixture_tear_down (&fixture->window);
  create_fixture_free (fixture->host);
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
  ASSERT_WITHIN (is_enabled (fixture, action), MINUTE);
  g_signal_emit_by_name (widget_find_button (fixture->dialog, action), "clicked");
}

static void
fill_in (Fixture    *fixture,
         const char *name)
{
  GtkWidget *root = fixture->dialog;

  gtk_editable_set_text (GTK_EDITABLE (widget_find_row (root, "Image File")), fixture->host->image_path);
  press (fixture, "dialog.next");
  gtk_editable_set_text (GTK_EDITABLE (widget_find_row (root, "Name")), name);
  gtk_editable_set_text (GTK_EDITABLE (widget_find_row (root, "Memory")), "128 MiB");
  gtk_editable_set_text (GTK_EDITABLE (widget_find_row (root, "vCPUs")), "1");
  gtk_editable_set_text (GTK_EDITABLE (widget_find_row (root, "Disk Size")), "1 GiB");
  ASSERT_WITHIN (is_enabled (fixture, "dialog.create"), MINUTE);
}

/* How long the main loop was away at most, in µs, from the press on Create to the running machine and
 * its console. */
static gint64
create_one (Fixture *fixture,
            guint    number)
{
  g_autofree char *name = g_strdup_printf ("hostel-test-stall-%d-%u", getpid (), number);
  g_autoptr (HostelDomain) domain = NULL;
  HostelConnection *connection;
  Watchdog watchdog;

  connection = hostel_host_list_lookup (fixture->window.hosts,
                                        hostel_connection_get_uri (fixture->host->connection));
  open_dialog (fixture);
  fill_in (fixture, name);
  watchdog_start (&watchdog);
  press (fixture, "dialog.create");
  ASSERT_WITHIN (fixture->dialog == NULL, 2 * MINUTE);
  domain = g_object_ref (hostel_connection_lookup_name (connection, name));
  ASSERT_WITHIN (hostel_domain_get_state (domain) == HOSTEL_DOMAIN_STATE_RUNNING, MINUTE);
  ASSERT_WITHIN (hostel_window_get_selected (fixture->window.window) == G_OBJECT (domain), MINUTE);
  /* What comes after it, too. */
  WAIT_UNTIL (FALSE, 500);
  watchdog_stop (&watchdog);

  ASSERT_WITHIN (hostel_connection_lookup_name (fixture->host->connection, name) != NULL, MINUTE);
  create_fixture_delete (fixture->host,
                         hostel_connection_lookup_name (fixture->host->connection, name), TRUE);

  return watchdog.longest;
}

/* The windows draw and answer all the while. Whatever waits or works in the main loop does so each time;
 * what other programs cost a software renderer does not. */
static void
test_no_stall (Fixture       *fixture,
               gconstpointer  data)
{
  gint64 best = G_MAXINT64;

  if (fixture->host == NULL)
    {
      g_test_skip ("No libvirt daemon");
      return;
    }

  for (guint i = 0; i < TRIES && best >= LONGEST_MS * 1000 * WATCHDOG_SCALE; i++)
    best = MIN (best, create_one (fixture, i));
  g_assert_cmpint (best, <, LONGEST_MS * 1000 * WATCHDOG_SCALE);
}

int
main (int    argc,
      char **argv)
{
  create_fixture_main (&argc, &argv);
  gtk_test_init (&argc, &argv, NULL);
  adw_init ();

  g_test_add ("/window-create/no-stall", Fixture, NULL, set_up, test_no_stall, tear_down);

  return g_test_run ();
}
