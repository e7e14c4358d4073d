/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "private-daemon.h"
#include "wait.h"
#include "window-fixture.h"

#define DOMAIN "<domain type='test'><name>%s</name><memory unit='MiB'>64</memory>" \
  "<os><type>hvm</type></os></domain>"

static PrivateDaemon *the_daemon;

static void
virsh (const char *uri,
       const char *format,
       ...) G_GNUC_PRINTF (2, 3);

static void
virsh (const char *uri,
       const char *format,
       ...)
{
  g_autofree char *command = NULL;
  va_list args;

  va_start (args, format);
  command = g_strdup_vprintf (format, args);
  va_end (args);
  private_daemon_virsh (the_daemon, uri, command);
}

static void
define (const char *uri,
        const char *name)
{
  g_autofree char *path = g_build_filename (private_daemon_get_dir (the_daemon), "d.xml", NULL);
  g_autofree char *xml = g_strdup_printf (DOMAIN, name);

  g_assert_true (g_file_set_contents (path, xml, -1, NULL));
  virsh (uri, "define %s", path);
}

static char *
dup_row_names (WindowFixture *fixture)
{
  GtkWidget *list = find_in_sidebar (fixture->window, GTK_TYPE_LIST_VIEW);
  GListModel *model = G_LIST_MODEL (gtk_list_view_get_model (GTK_LIST_VIEW (list)));
  g_autoptr (GString) names = g_string_new (NULL);

  for (guint i = 0; i < g_list_model_get_n_items (model); i++)
    {
      g_autoptr (GObject) item = g_list_model_get_item (model, i);

      if (HOSTEL_IS_DOMAIN (item))
        g_string_append_printf (names, "%s ", hostel_domain_get_name (HOSTEL_DOMAIN (item)));
    }

  return g_strchomp (g_string_free (g_steal_pointer (&names), FALSE));
}

static gboolean
has_rows (WindowFixture *fixture,
          const char    *expected)
{
  g_autofree char *names = dup_row_names (fixture);

  return g_str_equal (names, expected);
}

/* What virsh does shows within a second: a machine defined, renamed, started, undefined. */
static void
test_virsh (void)
{
  g_autofree char *uri = private_daemon_dup_uri (the_daemon, "test", "/default");
  WindowFixture fixture = { 0 };
  HostelConnection *connection;
  HostelDomain *domain;

  window_fixture_set_up (&fixture, uri);
  connection = hostel_host_list_lookup (fixture.hosts, uri);
  ASSERT_WITHIN (has_rows (&fixture, "test"), 2000);

  define (uri, "web10");
  define (uri, "web2");
  ASSERT_WITHIN (has_rows (&fixture, "test web2 web10"), 1000);

  domain = hostel_connection_lookup_name (connection, "web2");
  hostel_window_set_selected (fixture.window, domain);
  virsh (uri, "domrename web2 zebra");
  ASSERT_WITHIN (has_rows (&fixture, "test web10 zebra"), 1000);
  ASSERT_WITHIN (shows_text (find_row (fixture.window, domain), "zebra"), 1000);
  g_assert_true (hostel_window_get_selected (fixture.window) == domain);

  virsh (uri, "start zebra");
  ASSERT_WITHIN (shows_text (find_row (fixture.window, domain), "Running"), 1000);
  virsh (uri, "destroy zebra");
  virsh (uri, "undefine zebra");
  ASSERT_WITHIN (has_rows (&fixture, "test web10"), 1000);
  g_assert_null (hostel_window_get_selected (fixture.window));
  virsh (uri, "undefine web10");
  ASSERT_WITHIN (has_rows (&fixture, "test"), 1000);
  window_fixture_tear_down (&fixture);
}

/* The daemon dies: the rows stay, greyed. It comes back: they answer, and what was chosen still is. */
static void
test_restart (void)
{
  g_autofree char *uri = private_daemon_dup_uri (the_daemon, "test", "/default");
  WindowFixture fixture = { 0 };
  HostelConnection *connection;
  HostelDomain *domain;
  GtkWidget *row;

  window_fixture_set_up (&fixture, uri);
  connection = hostel_host_list_lookup (fixture.hosts, uri);
  domain = hostel_connection_lookup_name (connection, "test");
  hostel_window_set_selected (fixture.window, domain);
  ASSERT_WITHIN (find_row (fixture.window, domain) != NULL, 2000);
  row = gtk_widget_get_first_child (find_row (fixture.window, domain));
  ASSERT_WITHIN (gtk_widget_is_sensitive (row), 2000);
  /* The page comes a frame after the choice. */
  ASSERT_WITHIN (find_button (GTK_WIDGET (fixture.window), "Shut Down") != NULL, 2000);

  private_daemon_kill (the_daemon);
  ASSERT_WITHIN (!gtk_widget_is_sensitive (row), 5000);
  g_assert_true (has_rows (&fixture, "test"));
  g_assert_true (hostel_window_get_selected (fixture.window) == domain);
  g_assert_nonnull (find_button (GTK_WIDGET (fixture.window), "Show What Is Wrong"));
  g_assert_false (gtk_widget_is_sensitive (find_button (GTK_WIDGET (fixture.window), "Shut Down")));

  private_daemon_start (the_daemon);
  ASSERT_WITHIN (hostel_connection_get_state (connection) == HOSTEL_CONNECTION_STATE_CONNECTED,
                 20000);
  row = gtk_widget_get_first_child (find_row (fixture.window, domain));
  g_assert_true (gtk_widget_is_sensitive (row));
  g_assert_true (hostel_window_get_selected (fixture.window) == domain);
  g_assert_true (gtk_widget_is_sensitive (find_button (GTK_WIDGET (fixture.window), "Shut Down")));
  window_fixture_tear_down (&fixture);
}

int
main (int    argc,
      char **argv)
{
  int status;

  g_setenv ("GTK_A11Y", "test", TRUE);
  gtk_test_init (&argc, &argv, NULL);
  adw_init ();

  if ((the_daemon = private_daemon_new ()) == NULL)
    {
      g_print ("1..0 # SKIP no libvirtd here\n");
      return EXIT_SUCCESS;
    }

  g_test_add_func ("/window-daemon/virsh", test_virsh);
  g_test_add_func ("/window-daemon/restart", test_restart);
  status = g_test_run ();
  private_daemon_free (the_daemon);

  return status;
}
