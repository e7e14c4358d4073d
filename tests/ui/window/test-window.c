/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <glib/gstdio.h>
#include <vte/vte.h>

#include "hostel-address-look.h"
#include "hostel-error.h"
#include "hostel-focus-guard.h"
#include "hostel-host-dialog.h"
#include "hostel-shut-down-watch.h"
#include "hostel-ssh-session.h"
#include "hostel-tell.h"
#include "wait.h"
#include "window-fixture.h"

static HostelDomain *
get_test_domain (WindowFixture *fixture)
{
  HostelConnection *connection = hostel_host_list_lookup (fixture->hosts, "test:///default");

  return hostel_connection_lookup_name (connection, "test");
}

static void
set_up (WindowFixture *fixture,
        gconstpointer  uri)
{
  window_fixture_set_up (fixture, uri);
}

static void
tear_down (WindowFixture *fixture,
           gconstpointer  uri)
{
  window_fixture_tear_down (fixture);
}

static GtkWidget *
get_list_view (WindowFixture *fixture)
{
  return find_in_sidebar (fixture->window, GTK_TYPE_LIST_VIEW);
}

/* A row is named by the machine and its state, the list by its length. */
static void
test_names (WindowFixture *fixture,
            gconstpointer  uri)
{
  HostelDomain *domain = get_test_domain (fixture);
  GtkWidget *row;

  ASSERT_WITHIN (find_row (fixture->window, domain) != NULL, 2000);
  row = find_row (fixture->window, domain);
  g_assert_true (has_accessible_label (gtk_widget_get_parent (row), "test, running"));
  g_assert_true (has_accessible_label (get_list_view (fixture), "1 virtual machine"));
  g_assert_true (shows_text (row, "Running"));
  g_assert_true (shows_text (GTK_WIDGET (fixture->window), "1 virtual machine"));
}

/* Where keys go before a person has chosen: to the list, never to a button that does something. */
static void
test_focus (WindowFixture *fixture,
            gconstpointer  uri)
{
  GtkWidget *list = get_list_view (fixture);
  GtkWidget *focus = NULL;

  ASSERT_WITHIN ((focus = gtk_root_get_focus (GTK_ROOT (fixture->window))) != NULL &&
                 gtk_widget_is_ancestor (focus, list), 2000);

  hostel_window_show_console (fixture->window, get_test_domain (fixture), NULL);
  ASSERT_WITHIN ((focus = gtk_root_get_focus (GTK_ROOT (fixture->window))) != NULL &&
                 VTE_IS_TERMINAL (focus), 2000);
}

static gboolean
is_enabled (WindowFixture *fixture,
            const char    *button)
{
  GtkWidget *widget = find_button (GTK_WIDGET (fixture->window), button);

  g_assert_nonnull (widget);

  return gtk_widget_is_sensitive (widget);
}

/* The verbs of the chosen machine follow its state, and the list follows both. */
static void
test_verbs (WindowFixture *fixture,
            gconstpointer  uri)
{
  HostelDomain *domain = get_test_domain (fixture);
  GtkWidget *row;

  hostel_window_set_selected (fixture->window, domain);
  ASSERT_WITHIN (find_button (GTK_WIDGET (fixture->window), "Start") != NULL, 2000);
  g_assert_false (is_enabled (fixture, "Start"));
  g_assert_true (is_enabled (fixture, "Shut Down"));

  gtk_widget_activate_action (GTK_WIDGET (fixture->window), "machine.pause", NULL);
  row = find_row (fixture->window, domain);
  ASSERT_WITHIN (has_accessible_label (gtk_widget_get_parent (row), "test, paused"), 2000);
  gtk_widget_activate_action (GTK_WIDGET (fixture->window), "machine.resume", NULL);
  ASSERT_WITHIN (hostel_domain_get_state (domain) == HOSTEL_DOMAIN_STATE_RUNNING, 2000);

  g_signal_emit_by_name (find_button (GTK_WIDGET (fixture->window), "Shut Down"), "clicked");
  ASSERT_WITHIN (hostel_domain_get_state (domain) == HOSTEL_DOMAIN_STATE_OFF, 2000);
  g_assert_true (is_enabled (fixture, "Start"));
  g_assert_false (is_enabled (fixture, "Shut Down"));

  g_signal_emit_by_name (find_button (GTK_WIDGET (fixture->window), "Start"), "clicked");
  ASSERT_WITHIN (hostel_domain_get_state (domain) == HOSTEL_DOMAIN_STATE_RUNNING, 2000);
}

static GtkWindow *
find_dialog (void)
{
  GListModel *toplevels = gtk_window_get_toplevels ();

  for (guint i = 0; i < g_list_model_get_n_items (toplevels); i++)
    {
      g_autoptr (GtkWindow) window = g_list_model_get_item (toplevels, i);

      if (ADW_IS_MESSAGE_DIALOG (window) && gtk_widget_get_mapped (GTK_WIDGET (window)))
        return window;
    }

  return NULL;
}

/* Force Off asks first, and names the machine. */
static void
test_force_off (WindowFixture *fixture,
                gconstpointer  uri)
{
  HostelDomain *domain = get_test_domain (fixture);

  hostel_window_set_selected (fixture->window, domain);
  gtk_widget_activate_action (GTK_WIDGET (fixture->window), "machine.force-off", NULL);
  ASSERT_WITHIN (find_dialog () != NULL, 2000);
  g_assert_true (shows_text (GTK_WIDGET (find_dialog ()), "“test”"));
  g_signal_emit_by_name (find_button (GTK_WIDGET (find_dialog ()), "Cancel"), "clicked");
  ASSERT_WITHIN (find_dialog () == NULL, 2000);
  g_assert_true (hostel_domain_is_active (domain));

  gtk_widget_activate_action (GTK_WIDGET (fixture->window), "machine.force-off", NULL);
  ASSERT_WITHIN (find_dialog () != NULL, 2000);
  /* The answer is about what was asked, whatever is chosen meanwhile. */
  hostel_window_set_selected (fixture->window, hostel_domain_get_connection (domain));
  g_signal_emit_by_name (find_button (GTK_WIDGET (find_dialog ()), "Force Off"), "clicked");
  ASSERT_WITHIN (!hostel_domain_is_active (domain), 2000);
  hostel_window_set_selected (fixture->window, domain);

  gtk_widget_activate_action (GTK_WIDGET (fixture->window), "machine.start", NULL);
  ASSERT_WITHIN (hostel_domain_is_active (domain), 2000);
}

/* A guest that does not answer: after a while the window offers to force it off. */
static void
test_unanswered (WindowFixture *fixture,
                 gconstpointer  uri)
{
  HostelDomain *domain = get_test_domain (fixture);
  HostelShutDownWatch *watch = hostel_shut_down_watch_of (domain);
  GtkWidget *row;
  GtkWidget *power;

  hostel_window_set_selected (fixture->window, domain);
  ASSERT_WITHIN (find_row (fixture->window, domain) != NULL, 2000);
  row = gtk_widget_get_parent (find_row (fixture->window, domain));
  g_object_set (watch, "patience", 1, NULL);
  hostel_shut_down_watch_start (watch);
  /* A sign at once: in the list, in the title, at the button. */
  ASSERT_WITHIN (has_accessible_label (row, "test, shutting down"), 500);
  g_assert_true (shows_text (row, "Shutting down"));
  ASSERT_WITHIN (find_button (GTK_WIDGET (fixture->window), "Shutting Down…") != NULL, 500);
  power = find_button (GTK_WIDGET (fixture->window), "Shutting Down…");
  g_assert_nonnull (power);
  g_assert_false (gtk_widget_is_sensitive (power));
  g_assert_false (shows_text (GTK_WIDGET (fixture->window), "has not answered"));
  ASSERT_WITHIN (shows_text (GTK_WIDGET (fixture->window), "“test” has not answered"), 4000);
  g_assert_nonnull (find_button (GTK_WIDGET (fixture->window), "Force Off…"));
  /* The same button, in the same place, does what is left to do; the machine runs after all. */
  g_assert_cmpstr (gtk_widget_get_tooltip_text (power), ==, "Force Off…");
  g_assert_true (gtk_widget_is_sensitive (power));
  g_assert_true (gtk_widget_has_css_class (power, "destructive-action"));
  g_assert_true (has_accessible_label (row, "test, running"));

  g_signal_emit_by_name (find_button (GTK_WIDGET (fixture->window), "Wait"), "clicked");
  ASSERT_WITHIN (!shows_text (GTK_WIDGET (fixture->window), "has not answered"), 2000);
  g_assert_cmpstr (gtk_widget_get_tooltip_text (power), ==, "Shutting Down…");
  hostel_shut_down_watch_stop (watch);
  g_assert_cmpstr (gtk_widget_get_tooltip_text (power), ==, "Shut Down");
  g_assert_true (has_accessible_label (row, "test, running"));

  /* Off is off, however it came to be. */
  hostel_shut_down_watch_start (watch);
  gtk_widget_activate_action (GTK_WIDGET (fixture->window), "machine.shut-down", NULL);
  hostel_domain_run_verb_async (domain, HOSTEL_DOMAIN_VERB_FORCE_OFF, NULL, NULL);
  ASSERT_WITHIN (has_accessible_label (row, "test, off"), 4000);
  g_assert_false (hostel_shut_down_watch_get_unanswered (watch));
}

static gboolean
focus_is_seen (WindowFixture *fixture)
{
  GtkWidget *focus = gtk_root_get_focus (GTK_ROOT (fixture->window));

  return focus == NULL || gtk_widget_get_mapped (focus);
}

/* Space is not pressed on a page that is no longer shown, and what is removed comes back whole. */
static void
test_remove_host (WindowFixture *fixture,
                  gconstpointer  uri)
{
  HostelDomain *domain = get_test_domain (fixture);
  HostelConnection *connection = hostel_domain_get_connection (domain);
  g_autoptr (GtkWidget) remove = NULL;
  g_auto (GStrv) uris = NULL;

  hostel_host_list_add (fixture->hosts, "test:///no-such-node");
  hostel_host_list_open (fixture->hosts);
  hostel_window_set_selected (fixture->window, connection);
  /* Its page opens by itself as soon as nothing else is shown, and gives way to what comes back. */
  ASSERT_WITHIN (hostel_connection_get_state (hostel_host_list_lookup (fixture->hosts, "test:///no-such-node")) ==
                 HOSTEL_CONNECTION_STATE_FAILED, 4000);
  ASSERT_WITHIN (find_button (GTK_WIDGET (fixture->window), "Remove Host from the List") != NULL, 2000);
  remove = g_object_ref (find_button (GTK_WIDGET (fixture->window), "Remove Host from the List"));
  gtk_widget_grab_focus (remove);
  ASSERT_WITHIN (gtk_widget_has_focus (remove) ||
                 gtk_root_get_focus (GTK_ROOT (fixture->window)) == remove, 2000);

  hostel_window_set_selected (fixture->window, domain);
  ASSERT_WITHIN (!gtk_widget_get_mapped (remove) && focus_is_seen (fixture), 2000);
  g_assert_false (gtk_root_get_focus (GTK_ROOT (fixture->window)) == remove);
  /* As a window that comes back gives it to what it remembers. */
  gtk_window_set_focus (GTK_WINDOW (fixture->window), remove);
  ASSERT_WITHIN (focus_is_seen (fixture), 2000);
  g_assert_nonnull (hostel_host_list_lookup (fixture->hosts, "test:///default"));

  /* Its machine's page goes with it. */
  gtk_widget_activate_action (GTK_WIDGET (fixture->window), "win.remove-host", "s",
                              "test:///default");
  g_assert_null (hostel_host_list_lookup (fixture->hosts, "test:///default"));
  g_assert_true (hostel_window_get_selected (fixture->window) != domain);
  ASSERT_WITHIN (focus_is_seen (fixture), 2000);
  ASSERT_WITHIN (find_button (GTK_WIDGET (fixture->window), "Undo") != NULL, 2000);

  g_signal_emit_by_name (find_button (GTK_WIDGET (fixture->window), "Undo"), "clicked");
  uris = hostel_host_list_dup_uris (fixture->hosts);
  g_assert_cmpstr (uris[0], ==, "test:///default");
  g_assert_cmpstr (uris[1], ==, "test:///no-such-node");
  ASSERT_WITHIN (get_test_domain (fixture) != NULL &&
                 hostel_window_get_selected (fixture->window) == get_test_domain (fixture), 4000);
  g_assert_true (hostel_connection_get_state (hostel_host_list_lookup (fixture->hosts,
                                                                       "test:///default")) ==
                 HOSTEL_CONNECTION_STATE_CONNECTED);
}

/* The toast is short, its Details have cause, next action and the library's text; no markup. */
static void
test_error (WindowFixture *fixture,
            gconstpointer  uri)
{
  g_autoptr (GError) error = hostel_error_new (HOSTEL_ERROR_FAILED, "Do <that>.", "errno 5",
                                               "The <disk> is full.");
  GtkWidget *details;

  hostel_tell_error (GTK_WIDGET (fixture->window), "<b>&test could not be started", error);
  ASSERT_WITHIN (shows_text (GTK_WIDGET (fixture->window), "<b>&test could not be started"), 2000);
  ASSERT_WITHIN (find_button (GTK_WIDGET (fixture->window), "Details") != NULL, 2000);
  details = find_button (GTK_WIDGET (fixture->window), "Details");
  g_signal_emit_by_name (details, "clicked");
  ASSERT_WITHIN (find_dialog () != NULL, 2000);
  g_assert_true (shows_text (GTK_WIDGET (find_dialog ()), "The <disk> is full."));
  g_assert_true (shows_text (GTK_WIDGET (find_dialog ()), "Do <that>."));
  g_assert_true (shows_text (GTK_WIDGET (find_dialog ()), "errno 5"));
  gtk_window_close (find_dialog ());
  ASSERT_WITHIN (find_dialog () == NULL, 2000);
}

static void
type_search (WindowFixture *fixture,
             const char    *text)
{
  GtkWidget *entry = find_in_sidebar (fixture->window, GTK_TYPE_SEARCH_ENTRY);

  gtk_widget_activate_action (GTK_WIDGET (fixture->window), "win.search", NULL);
  gtk_editable_set_text (GTK_EDITABLE (entry), text);
}

/* Enter takes the first machine found; the choice outlives a search that hides it. */
static void
test_search (WindowFixture *fixture,
             gconstpointer  uri)
{
  HostelDomain *domain = get_test_domain (fixture);
  GtkWidget *entry = find_in_sidebar (fixture->window, GTK_TYPE_SEARCH_ENTRY);

  type_search (fixture, "ES");
  g_signal_emit_by_name (entry, "activate");
  g_assert_true (hostel_window_get_selected (fixture->window) == domain);
  g_assert_true (has_accessible_label (get_list_view (fixture), "1 of 1 virtual machine"));

  type_search (fixture, "no such machine");
  ASSERT_WITHIN (shows_text (GTK_WIDGET (fixture->window), "No Results Found"), 2000);
  g_assert_true (hostel_window_get_selected (fixture->window) == domain);

  type_search (fixture, "");
  ASSERT_WITHIN (find_row (fixture->window, domain) != NULL, 2000);
  g_assert_true (hostel_window_get_selected (fixture->window) == domain);
  g_assert_true (has_accessible_label (get_list_view (fixture), "1 virtual machine"));
}

/* The next window shows what the last one showed. */
static void
test_restored (WindowFixture *fixture,
               gconstpointer  uri)
{
  WindowFixture second = { 0 };

  hostel_window_show_overview (fixture->window, get_test_domain (fixture));
  gtk_window_close (GTK_WINDOW (fixture->window));

  window_fixture_set_up (&second, uri);
  g_assert_true (hostel_window_get_selected (second.window) == get_test_domain (&second));
  ASSERT_WITHIN (shows_text (GTK_WIDGET (second.window), "Operating System"), 2000);
  hostel_window_set_selected (second.window, NULL);
  window_fixture_tear_down (&second);
}

/* `hostel --console NAME`: the machine is chosen, or the person is told that there is none. */
static void
test_open_console (WindowFixture *fixture,
                   gconstpointer  uri)
{
  hostel_window_open_console (fixture->window, "test");
  g_assert_true (hostel_window_get_selected (fixture->window) == get_test_domain (fixture));

  hostel_window_open_console (fixture->window, "nosuch");
  ASSERT_WITHIN (shows_text (GTK_WIDGET (fixture->window), "no virtual machine “nosuch”"), 2000);
}

/* A host that cannot be reached opens its page by itself, with the cause and a way on. */
static void
test_failed_host (WindowFixture *fixture,
                  gconstpointer  uri)
{
  HostelConnection *connection = hostel_host_list_lookup (fixture->hosts, uri);
  const GError *error = hostel_connection_get_error (connection);

  g_assert_nonnull (error);
  g_assert_true (hostel_window_get_selected (fixture->window) == connection);
  ASSERT_WITHIN (shows_text (GTK_WIDGET (fixture->window), error->message), 2000);
  g_assert_true (shows_text (GTK_WIDGET (fixture->window), "Could not connect"));
  g_assert_nonnull (find_button (GTK_WIDGET (fixture->window), "Try Again"));
  g_assert_nonnull (find_button (GTK_WIDGET (fixture->window), "Show What Is Wrong"));
}

/* Nothing yet: one way on, and it is New. */
static void
test_empty (void)
{
  WindowFixture fixture = { 0 };
  g_autofree char *dir = g_dir_make_tmp ("hostel-test-XXXXXX", NULL);
  g_autofree char *uri = write_test_node (dir, 0, 0);

  window_fixture_set_up (&fixture, uri);
  ASSERT_WITHIN (shows_text (GTK_WIDGET (fixture.window), "No Virtual Machines"), 2000);
  g_assert_nonnull (find_button (GTK_WIDGET (fixture.window), "New Virtual Machine"));
  g_assert_true (has_accessible_label (get_list_view (&fixture), "0 virtual machines"));
  window_fixture_tear_down (&fixture);

  window_fixture_set_up (&fixture, NULL);
  ASSERT_WITHIN (shows_text (GTK_WIDGET (fixture.window), "No Host"), 2000);
  window_fixture_tear_down (&fixture);
  g_assert_no_errno (g_unlink (uri + strlen ("test://")));
  g_rmdir (dir);
}

/* Whatever the list's length, only rows near the screen exist. */
static void
test_long_list (void)
{
  WindowFixture fixture = { 0 };
  g_autofree char *dir = g_dir_make_tmp ("hostel-test-XXXXXX", NULL);
  g_autofree char *uri = write_test_node (dir, 1000, 3);
  HostelConnection *connection;
  guint n_rows = 0;

  window_fixture_set_up (&fixture, uri);
  connection = hostel_host_list_lookup (fixture.hosts, uri);
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (connection)); i++)
    {
      g_autoptr (HostelDomain) domain = g_list_model_get_item (G_LIST_MODEL (connection), i);

      n_rows += find_row (fixture.window, domain) != NULL ? 1 : 0;
    }

  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (connection)), ==, 1000);
  g_assert_cmpuint (n_rows, >, 5);
  g_assert_cmpuint (n_rows, <, 300);
  g_assert_true (has_accessible_label (get_list_view (&fixture), "1000 virtual machines"));
  window_fixture_tear_down (&fixture);
  g_assert_no_errno (g_unlink (uri + strlen ("test://")));
  g_rmdir (dir);
}

/* The list and an SSH tab look for the address of a machine that runs, while they are on screen. */
static void
test_address (void)
{
  WindowFixture fixture = { 0 };
  g_autofree char *dir = g_dir_make_tmp ("hostel-test-XXXXXX", NULL);
  g_autofree char *uri = write_test_node (dir, 2, 1);
  HostelConnection *connection;
  HostelDomain *running;
  HostelDomain *off;
  GtkWidget *window;

  window_fixture_set_up (&fixture, uri);
  connection = hostel_host_list_lookup (fixture.hosts, uri);
  running = hostel_connection_lookup_name (connection, "vm1");
  off = hostel_connection_lookup_name (connection, "vm2");
  hostel_window_set_selected (fixture.window, off);
  ASSERT_WITHIN (hostel_address_look_is_on (running), 2000);
  g_assert_false (hostel_address_look_is_on (off));
  gtk_widget_activate_action (GTK_WIDGET (fixture.window), "machine.start", NULL);
  ASSERT_WITHIN (hostel_address_look_is_on (off), 2000);

  gtk_widget_set_visible (GTK_WIDGET (fixture.window), FALSE);
  ASSERT_WITHIN (!hostel_address_look_is_on (running) && !hostel_address_look_is_on (off), 2000);

  window = gtk_window_new ();
  gtk_window_set_child (GTK_WINDOW (window), hostel_ssh_session_new (running));
  g_assert_false (hostel_address_look_is_on (running));
  gtk_window_present (GTK_WINDOW (window));
  ASSERT_WITHIN (hostel_address_look_is_on (running), 2000);
  gtk_window_destroy (GTK_WINDOW (window));
  ASSERT_WITHIN (!hostel_address_look_is_on (running), 2000);

  gtk_window_present (GTK_WINDOW (fixture.window));
  ASSERT_WITHIN (hostel_address_look_is_on (running), 2000);
  window_fixture_tear_down (&fixture);
  g_assert_no_errno (g_unlink (uri + strlen ("test://")));
  g_rmdir (dir);
}

static void
test_host_uri (void)
{
  const char *good[] = { "qemu:///system", "test:///default", "qemu+ssh://me@server/system",
                         " xen://server " };
  const char *bad[] = { "", "server", "qemu:", "qemu://", "/var/run/libvirt", "not a uri" };

  for (gsize i = 0; i < G_N_ELEMENTS (good); i++)
    {
      g_autofree char *uri = hostel_host_dialog_dup_uri (good[i]);

      g_assert_nonnull (uri);
    }
  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autofree char *uri = hostel_host_dialog_dup_uri (bad[i]);

      g_assert_null (uri);
    }
}

#define TEST_DRIVER "test:///default"
#define NO_SOCKET "qemu+unix:///system?socket=/nonexistent/socket"

int
main (int    argc,
      char **argv)
{
  g_setenv ("GTK_A11Y", "test", TRUE);
  gtk_test_init (&argc, &argv, NULL);
  adw_init ();

#define ADD(name, uri, func) \
  g_test_add ("/window/" name, WindowFixture, uri, set_up, func, tear_down)

  hostel_focus_guard_install ();
  ADD ("names", TEST_DRIVER, test_names);
  ADD ("focus", TEST_DRIVER, test_focus);
  ADD ("verbs", TEST_DRIVER, test_verbs);
  ADD ("force-off", TEST_DRIVER, test_force_off);
  ADD ("unanswered", TEST_DRIVER, test_unanswered);
  ADD ("remove-host", TEST_DRIVER, test_remove_host);
  ADD ("error", TEST_DRIVER, test_error);
  ADD ("search", TEST_DRIVER, test_search);
  ADD ("restored", TEST_DRIVER, test_restored);
  ADD ("open-console", TEST_DRIVER, test_open_console);
  ADD ("failed-host", NO_SOCKET, test_failed_host);
  g_test_add_func ("/window/empty", test_empty);
  g_test_add_func ("/window/long-list", test_long_list);
  g_test_add_func ("/window/address", test_address);
  g_test_add_func ("/window/host-uri", test_host_uri);

  return g_test_run ();
}
