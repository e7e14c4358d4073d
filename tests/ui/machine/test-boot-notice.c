/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <string.h>

#include "hostel-boot-notice.h"
#include "hostel-boot-pending.h"
#include "wait.h"
#include "window-fixture.h"

#define SOON 10000

static const char interface_xml[] =
  "<node><interface name='org.freedesktop.Notifications'>"
  "<method name='Notify'>"
  "<arg type='s' direction='in'/><arg type='u' direction='in'/><arg type='s' direction='in'/>"
  "<arg type='s' direction='in'/><arg type='s' direction='in'/><arg type='as' direction='in'/>"
  "<arg type='a{sv}' direction='in'/><arg type='i' direction='in'/>"
  "<arg type='u' direction='out'/>"
  "</method>"
  "<method name='CloseNotification'><arg type='u' direction='in'/></method>"
  "</interface></node>";

/* What the desktop was asked to show last. */
static struct
{
  guint  n;
  char  *title;
  char  *body;
} shown;

static void
called_cb (GDBusConnection       *connection,
           const char            *sender,
           const char            *object_path,
           const char            *interface_name,
           const char            *method_name,
           GVariant              *parameters,
           GDBusMethodInvocation *invocation,
           gpointer               user_data)
{
  if (!g_str_equal (method_name, "Notify"))
    {
      g_dbus_method_invocation_return_value (invocation, NULL);
      return;
    }

  g_free (shown.title);
  g_free (shown.body);
  g_variant_get_child (parameters, 3, "s", &shown.title);
  g_variant_get_child (parameters, 4, "s", &shown.body);
  shown.n++;
  g_dbus_method_invocation_return_value (invocation, g_variant_new ("(u)", shown.n));
}

static void
acquired_cb (GDBusConnection *connection,
             const char      *name,
             gpointer         user_data)
{
  *(gboolean *) user_data = TRUE;
}

/* The desktop's side, as a shell has it. */
static GDBusConnection *
serve (GTestDBus *bus)
{
  static const GDBusInterfaceVTable table = { .method_call = called_cb };
  g_autoptr (GDBusNodeInfo) node = g_dbus_node_info_new_for_xml (interface_xml, NULL);
  g_autoptr (GError) error = NULL;
  GDBusConnection *connection = NULL;
  gboolean acquired = FALSE;

  connection = g_dbus_connection_new_for_address_sync (
    g_test_dbus_get_bus_address (bus),
    G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT |
    G_DBUS_CONNECTION_FLAGS_MESSAGE_BUS_CONNECTION, NULL, NULL, &error);
  g_assert_no_error (error);
  g_dbus_connection_register_object (connection, "/org/freedesktop/Notifications",
                                     node->interfaces[0], &table, NULL, NULL, &error);
  g_assert_no_error (error);
  g_bus_own_name_on_connection (connection, "org.freedesktop.Notifications",
                                G_BUS_NAME_OWNER_FLAGS_NONE, acquired_cb, NULL, &acquired, NULL);
  ASSERT_WITHIN (acquired, SOON);

  return connection;
}

static void
report (HostelDomain      *domain,
        HostelBootMonitor *monitor,
        const char        *line)
{
  g_autofree char *text = g_strdup_printf ("hostel1 %s 38.2 %s\n", hostel_domain_get_uuid (domain),
                                           line);
  g_autoptr (GBytes) bytes = g_bytes_new (text, strlen (text));

  hostel_boot_report_feed (hostel_boot_monitor_get_report (monitor), bytes);
}

/* Without a window manager the display may give nobody the focus. */
static gboolean
wait_for_active (GtkWindow *window)
{
  for (gint64 end = g_get_monotonic_time () + 2 * G_USEC_PER_SEC;
       !gtk_window_is_active (window) && g_get_monotonic_time () < end;)
    g_main_context_iteration (NULL, FALSE);

  return gtk_window_is_active (window);
}

/* The end is told, each once, and nothing before it. */
static void
test_notice (gconstpointer data)
{
  GTestDBus *bus = (GTestDBus *) data;
  g_autoptr (GDBusConnection) desktop = NULL;
  g_autoptr (AdwApplication) application = NULL;
  g_autoptr (HostelHostList) hosts = hostel_host_list_new ();
  g_autoptr (GError) error = NULL;
  HostelConnection *connection = hostel_host_list_add (hosts, "test:///default");
  HostelDomain *domain;
  HostelBootMonitor *monitor;
  HostelWindow *window;

  desktop = serve (bus);
  application = adw_application_new ("io.github.hostel.Test", G_APPLICATION_NON_UNIQUE);
  g_assert_true (g_application_register (G_APPLICATION (application), NULL, &error));
  g_assert_no_error (error);
  window = hostel_window_new (application, hosts);
  hostel_host_list_open (hosts);
  ASSERT_WITHIN (hostel_connection_get_loaded (connection), SOON);
  domain = hostel_connection_lookup_name (connection, "test");

  monitor = hostel_boot_monitor_start (domain);
  hostel_boot_notice_watch (GTK_WINDOW (window), monitor);
  report (domain, monitor, "begin");
  g_assert_cmpuint (shown.n, ==, 0);
  report (domain, monitor, "result {\"v1\": {\"errors\": []}}");
  ASSERT_WITHIN (shown.n == 1, SOON);
  g_assert_cmpstr (shown.title, ==, "test is ready");
  g_assert_cmpstr (shown.body, ==, "Set up in 38 s");

  /* The user-data is applied again, and fails. */
  hostel_window_watch_boot (window, domain);
  monitor = hostel_boot_monitor_get (domain);
  report (domain, monitor, "begin");
  report (domain, monitor, "result {\"v1\": {\"errors\": [\"('scripts-user', RuntimeError('x'))\"]}}");
  ASSERT_WITHIN (shown.n == 2, SOON);
  g_assert_nonnull (strstr (shown.title, "not set up without errors"));
  g_assert_nonnull (strstr (shown.body, "scripts-user"));

  /* A program that starts later goes on watching what nobody has seen the end of. */
  hostel_boot_monitor_forget (domain);
  hostel_window_set_selected (window, NULL);
  ASSERT_WITHIN (!hostel_boot_pending_has (hostel_domain_get_uuid (domain)), SOON);
  hostel_boot_pending_add (hostel_domain_get_uuid (domain));
  hostel_window_set_selected (window, domain);
  ASSERT_WITHIN ((monitor = hostel_boot_monitor_get (domain)) != NULL, SOON);
  report (domain, monitor, "result {\"v1\": {\"errors\": []}}");
  g_assert_cmpint (hostel_boot_monitor_get_phase (monitor), ==, HOSTEL_BOOT_PHASE_READY);
  ASSERT_WITHIN (!hostel_boot_pending_has (hostel_domain_get_uuid (domain)), SOON);

  /* Whoever looks at it needs no telling. */
  gtk_window_present (GTK_WINDOW (window));
  if (wait_for_active (GTK_WINDOW (window)))
    {
      hostel_window_watch_boot (window, domain);
      monitor = hostel_boot_monitor_get (domain);
      report (domain, monitor, "begin");
      report (domain, monitor, "result {\"v1\": {\"errors\": []}}");
      ASSERT_WITHIN (hostel_boot_monitor_get_phase (monitor) == HOSTEL_BOOT_PHASE_READY, SOON);
      g_assert_cmpuint (shown.n, ==, 2);
    }

  gtk_window_destroy (GTK_WINDOW (window));
  hostel_host_list_close (hosts);
  g_clear_object (&application);
  g_clear_object (&desktop);
  g_free (shown.title);
  g_free (shown.body);
}

int
main (int    argc,
      char **argv)
{
  GTestDBus *bus = g_test_dbus_new (G_TEST_DBUS_NONE);
  g_autofree char *home = g_dir_make_tmp ("hostel-notice-XXXXXX", NULL);

  g_setenv ("XDG_STATE_HOME", home, TRUE);
  /* The bus of the test has nothing for assistive technology. */
  g_setenv ("GTK_A11Y", "none", TRUE);
  gtk_test_init (&argc, &argv, NULL);
  g_setenv ("GTK_A11Y", "none", TRUE);

  /* It ends with this program: GTK keeps its connection until then. */
  g_test_dbus_up (bus);
  g_test_add_data_func ("/boot-notice", bus, test_notice);

  return g_test_run ();
}
