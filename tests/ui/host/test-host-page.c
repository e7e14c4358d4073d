/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <string.h>

#include "hostel-host-checks.h"
#include "hostel-host-run.h"
#include "wait.h"
#include "window-fixture.h"

static GtkWidget *
show (GtkWidget *child)
{
  GtkWidget *window = adw_window_new ();

  adw_window_set_content (ADW_WINDOW (window), child);
  gtk_window_present (GTK_WINDOW (window));
  ASSERT_WITHIN (gtk_widget_get_mapped (child), 5000);

  return window;
}

static HostelHostReport *
make_report (void)
{
  HostelHostReport *report = hostel_host_report_new ();

  hostel_host_report_add (report, hostel_host_check_new ("kvm", "processor", "KVM <Usable>",
                                                         HOSTEL_CHECK_STATE_WARNING,
                                                         "/dev/kvm: not there",
                                                         "Machines are slow.", "Load kvm-amd."));
  hostel_host_report_add (report, hostel_host_check_new ("qemu", "qemu", "QEMU",
                                                         HOSTEL_CHECK_STATE_MISSING,
                                                         "no emulator in the capabilities",
                                                         "Nothing can run.", "Install QEMU."));
  hostel_host_report_add (report, hostel_host_check_new ("pool", "storage", "Pool",
                                                         HOSTEL_CHECK_STATE_GOOD,
                                                         "default: active", "", ""));

  return report;
}

static gboolean
is_row_titled (GtkWidget     *widget,
               gconstpointer  data)
{
  return g_strcmp0 (adw_preferences_row_get_title (ADW_PREFERENCES_ROW (widget)), data) == 0;
}

static gboolean
is_show_all (GtkWidget     *widget,
             gconstpointer  data)
{
  const char *label = gtk_button_get_label (GTK_BUTTON (widget));

  return label != NULL && g_str_has_prefix (label, "_Show");
}

/* The verdict is on top, each check tells why it matters, its state to assistive
 * technology, and its evidence when it is opened. */
static void
test_report (void)
{
  HostelHostChecks *checks = g_object_new (HOSTEL_TYPE_HOST_CHECKS, NULL);
  g_autoptr (HostelHostReport) report = make_report ();
  g_autofree char *summary = hostel_host_report_dup_summary (report);
  GtkWidget *window;
  GtkWidget *row;

  hostel_host_checks_set_report (checks, report);
  window = show (GTK_WIDGET (checks));
  g_assert_true (shows_text (GTK_WIDGET (checks), summary));
  g_assert_true (shows_text (GTK_WIDGET (checks), "Processor"));
  g_assert_true (shows_text (GTK_WIDGET (checks), "KVM <Usable>"));
  g_assert_true (shows_text (GTK_WIDGET (checks), "Machines are slow."));
  g_assert_true (shows_text (GTK_WIDGET (checks), "Nothing can run."));
  g_assert_false (shows_text (GTK_WIDGET (checks), "no emulator in the capabilities"));

  row = find_widget (GTK_WIDGET (checks), ADW_TYPE_EXPANDER_ROW, is_row_titled, "QEMU");
  g_assert_true (has_accessible_label (row, "QEMU: missing"));
  adw_expander_row_set_expanded (ADW_EXPANDER_ROW (row), TRUE);
  ASSERT_WITHIN (shows_text (GTK_WIDGET (checks), "no emulator in the capabilities"), 2000);
  g_assert_true (shows_text (GTK_WIDGET (checks), "Install QEMU."));
  gtk_window_destroy (GTK_WINDOW (window));
}

/* On screen it checks by itself, in a worker: this computer has a verdict, whatever it is. */
static void
test_run (void)
{
  HostelHostChecks *checks = g_object_new (HOSTEL_TYPE_HOST_CHECKS, NULL);
  GtkWidget *window = show (GTK_WIDGET (checks));

  g_assert_true (shows_text (GTK_WIDGET (checks), "Checking…"));
  g_assert_false (gtk_widget_is_sensitive (find_button (GTK_WIDGET (checks), "Check Again")));
  ASSERT_WITHIN (shows_text (GTK_WIDGET (checks), "This computer"), 10000);
  gtk_widget_activate (find_widget (GTK_WIDGET (checks), GTK_TYPE_BUTTON, is_show_all, NULL));
  ASSERT_WITHIN (shows_text (GTK_WIDGET (checks), "Processor"), 2000);
  g_assert_true (gtk_widget_is_sensitive (find_button (GTK_WIDGET (checks), "Check Again")));
  g_assert_true (gtk_widget_is_sensitive (find_button (GTK_WIDGET (checks), "Copy Report")));
  gtk_window_destroy (GTK_WINDOW (window));
}

static void
add_check (HostelHostReport     *report,
           const char           *id,
           HostelCheckState      state,
           HostelHostRemedyKind  kind,
           const char           *label,
           const char           *argument)
{
  const char *arguments[] = { argument, NULL };
  g_autoptr (HostelHostCheck) check =
    hostel_host_check_new_entry (id, state, "evidence", NULL,
                                 hostel_host_remedy_new (kind, "Start it now.", label,
                                                         "sudo start it", arguments));

  hostel_host_report_add (report, check);
}

static HostelHostReport *
make_actions (void)
{
  HostelHostReport *report = hostel_host_report_new ();

  add_check (report, "vhost-net", HOSTEL_CHECK_STATE_WARNING, HOSTEL_HOST_REMEDY_HELPER, "_Load",
             "load-module");
  add_check (report, "default-network", HOSTEL_CHECK_STATE_MISSING, HOSTEL_HOST_REMEDY_NETWORK,
             "_Start", "default");
  add_check (report, "nested", HOSTEL_CHECK_STATE_NOTE, HOSTEL_HOST_REMEDY_COMMAND, "", NULL);
  add_check (report, "tpm", HOSTEL_CHECK_STATE_GOOD, HOSTEL_HOST_REMEDY_TEXT, "", NULL);

  return report;
}

/* What is good is out of the way until it is asked for. */
static void
test_attention (void)
{
  HostelHostChecks *checks = g_object_new (HOSTEL_TYPE_HOST_CHECKS, NULL);
  g_autoptr (HostelHostReport) report = make_actions ();
  GtkWidget *window;
  GtkWidget *all;

  hostel_host_checks_set_report (checks, report);
  window = show (GTK_WIDGET (checks));
  g_assert_true (shows_text (GTK_WIDGET (checks), "Default Network"));
  g_assert_false (shows_text (GTK_WIDGET (checks), "Virtual TPM"));
  all = find_button (GTK_WIDGET (checks), "Show All 4 Checks");
  g_assert_nonnull (all);
  gtk_widget_activate (all);
  ASSERT_WITHIN (shows_text (GTK_WIDGET (checks), "Virtual TPM"), 2000);
  gtk_window_destroy (GTK_WINDOW (window));
}

/* Of all buttons that act the one of the worst row stands out. */
static void
test_first (void)
{
  HostelHostChecks *checks = g_object_new (HOSTEL_TYPE_HOST_CHECKS, NULL);
  g_autoptr (HostelHostReport) report = make_actions ();
  GtkWidget *window;

  hostel_host_checks_set_report (checks, report);
  window = show (GTK_WIDGET (checks));
  g_assert_true (gtk_widget_has_css_class (find_button (GTK_WIDGET (checks), "Start"),
                                           "suggested-action"));
  g_assert_false (gtk_widget_has_css_class (find_button (GTK_WIDGET (checks), "Load"),
                                            "suggested-action"));
  gtk_window_destroy (GTK_WINDOW (window));
}

static GtkWidget *
find_dialog (void)
{
  g_autoptr (GList) windows = gtk_window_list_toplevels ();

  for (GList *l = windows; l != NULL; l = l->next)
    if (ADW_IS_MESSAGE_DIALOG (l->data) && gtk_widget_get_mapped (l->data))
      return l->data;

  return NULL;
}

static gboolean
starts_by_itself (HostelHostReport *report)
{
  HostelHostCheck *check = hostel_host_report_lookup (report, "default-network");

  return hostel_host_check_get_state (check) == HOSTEL_CHECK_STATE_GOOD;
}

static void
checked_cb (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  *(HostelHostReport **) user_data = hostel_host_run_finish (result, NULL);
}

static void
opened_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  *(gboolean *) user_data = hostel_connection_open_finish (HOSTEL_CONNECTION (source), result, NULL);
}

/* The button says what will be done, does it by libvirt when that is agreed to, and checks again. */
static void
test_act (void)
{
  HostelHostChecks *checks = g_object_new (HOSTEL_TYPE_HOST_CHECKS, NULL);
  g_autoptr (HostelConnection) connection = hostel_connection_new ("test:///default");
  g_autoptr (HostelHostReport) report = make_actions ();
  g_autoptr (HostelHostReport) after = NULL;
  GtkWidget *overlay = adw_toast_overlay_new ();
  GtkWidget *window;
  gboolean open = FALSE;

  hostel_connection_open_async (connection, NULL, opened_cb, &open);
  ASSERT_WITHIN (open, 10000);
  hostel_host_checks_set_report (checks, report);
  hostel_host_checks_set_connection (checks, connection);
  adw_toast_overlay_set_child (ADW_TOAST_OVERLAY (overlay), GTK_WIDGET (checks));
  window = show (overlay);

  gtk_widget_activate (find_button (GTK_WIDGET (checks), "Start"));
  ASSERT_WITHIN (find_dialog () != NULL, 5000);
  g_assert_nonnull (strstr (adw_message_dialog_get_body (ADW_MESSAGE_DIALOG (find_dialog ())),
                            "Start it now."));
  g_assert_nonnull (strstr (adw_message_dialog_get_body (ADW_MESSAGE_DIALOG (find_dialog ())),
                            "“sudo start it”"));
  adw_message_dialog_response (ADW_MESSAGE_DIALOG (find_dialog ()), "act");
  ASSERT_WITHIN (shows_text (overlay, "Done"), 10000);

  hostel_host_run_async (connection, NULL, NULL, checked_cb, &after);
  ASSERT_WITHIN (after != NULL, 10000);
  g_assert_true (starts_by_itself (after));
  gtk_window_destroy (GTK_WINDOW (window));
  hostel_connection_close (connection);
}

int
main (int    argc,
      char **argv)
{
  g_setenv ("GTK_A11Y", "test", TRUE);
  gtk_test_init (&argc, &argv, NULL);
  adw_init ();

  g_test_add_func ("/host-page/report", test_report);
  g_test_add_func ("/host-page/attention", test_attention);
  g_test_add_func ("/host-page/first", test_first);
  g_test_add_func ("/host-page/act", test_act);
  g_test_add_func ("/host-page/run", test_run);

  return g_test_run ();
}
