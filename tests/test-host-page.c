#include "config.h"

#include "hostel-host-checks.h"
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

/* The verdict is on top, each check tells its state in words, and its evidence when it is opened. */
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
  g_assert_true (shows_text (GTK_WIDGET (checks), "warning · Machines are slow."));
  g_assert_true (shows_text (GTK_WIDGET (checks), "missing · Nothing can run."));
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
  ASSERT_WITHIN (shows_text (GTK_WIDGET (checks), "Processor"), 2000);
  g_assert_true (gtk_widget_is_sensitive (find_button (GTK_WIDGET (checks), "Check Again")));
  g_assert_true (gtk_widget_is_sensitive (find_button (GTK_WIDGET (checks), "Copy Report")));
  gtk_window_destroy (GTK_WINDOW (window));
}

int
main (int    argc,
      char **argv)
{
  g_setenv ("GTK_A11Y", "test", TRUE);
  gtk_test_init (&argc, &argv, NULL);
  adw_init ();

  g_test_add_func ("/host-page/report", test_report);
  g_test_add_func ("/host-page/run", test_run);

  return g_test_run ();
}
