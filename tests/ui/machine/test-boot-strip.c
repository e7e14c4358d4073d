/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "hostel-boot-strip.h"
#include "wait.h"
#include "window-fixture.h"

typedef struct
{
  WindowFixture      hosts;
  HostelDomain      *domain;
  HostelBootMonitor *monitor;
  HostelBootStrip   *strip;
  GtkWidget         *window;
} Fixture;

static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  HostelConnection *connection;

  fixture->hosts.hosts = hostel_host_list_new ();
  connection = hostel_host_list_add (fixture->hosts.hosts, "test:///default");
  hostel_host_list_open (fixture->hosts.hosts);
  ASSERT_WITHIN (hostel_connection_get_loaded (connection), 10000);
  fixture->domain = g_object_ref (hostel_connection_lookup_name (connection, "test"));
  fixture->monitor = hostel_boot_monitor_new (fixture->domain);
  fixture->strip = g_object_new (HOSTEL_TYPE_BOOT_STRIP, "monitor", fixture->monitor, NULL);
  fixture->window = adw_window_new ();
  adw_window_set_content (ADW_WINDOW (fixture->window), GTK_WIDGET (fixture->strip));
  gtk_window_present (GTK_WINDOW (fixture->window));
  ASSERT_WITHIN (gtk_widget_get_mapped (GTK_WIDGET (fixture->strip)), 5000);
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  gtk_window_destroy (GTK_WINDOW (fixture->window));
  g_assert_finalize_object (fixture->monitor);
  g_clear_object (&fixture->domain);
  hostel_host_list_close (fixture->hosts.hosts);
  g_clear_object (&fixture->hosts.hosts);
}

/* What the guest writes to its port; see hostel-boot-report.sh. */
static void
report (Fixture    *fixture,
        const char *line)
{
  g_autofree char *text = g_strdup_printf ("hostel1 %s 9.5 %s\n",
                                           hostel_domain_get_uuid (fixture->domain), line);
  g_autoptr (GBytes) bytes = g_bytes_new (text, strlen (text));

  hostel_boot_report_feed (hostel_boot_monitor_get_report (fixture->monitor), bytes);
}

static gboolean
shows (Fixture    *fixture,
       const char *text)
{
  return shows_text (GTK_WIDGET (fixture->strip), text);
}

/* From the first line to the way to log in. */
static void
test_ready (Fixture       *fixture,
            gconstpointer  data)
{
  g_assert_true (shows (fixture, "Booting"));
  report (fixture, "begin");
  g_assert_true (shows (fixture, "Applying user-data"));
  report (fixture, "status { \"v1\": { \"stage\": \"modules-final\" } }");
  g_assert_true (shows (fixture, "packages and commands"));
  report (fixture, "result { \"v1\": { \"errors\": [] } }");
  g_assert_true (shows (fixture, "Ready"));
  g_assert_false (shows (fixture, "Applying"));
  g_assert_null (find_button (GTK_WIDGET (fixture->strip), "Details"));
}

static void
on_verb_run (GObject      *source,
             GAsyncResult *result,
             gpointer      done)
{
  g_assert_true (hostel_domain_run_verb_finish (HOSTEL_DOMAIN (source), result, NULL));
  *(gboolean *) done = TRUE;
}

static void
run_verb (Fixture          *fixture,
          HostelDomainVerb  verb)
{
  gboolean done = FALSE;

  hostel_domain_run_verb_async (fixture->domain, verb, on_verb_run, &done);
  ASSERT_WITHIN (done, 5000);
}

/* What is said of a log-in holds now, and not for the moment when it was told. */
static void
test_ready_and_off (Fixture       *fixture,
                    gconstpointer  data)
{
  report (fixture, "result { \"v1\": { \"errors\": [] } }");
  g_assert_true (shows (fixture, "Ready"));
  run_verb (fixture, HOSTEL_DOMAIN_VERB_FORCE_OFF);
  ASSERT_WITHIN (shows (fixture, "It does not run now."), 2000);
  g_assert_false (shows (fixture, "Ready"));
  run_verb (fixture, HOSTEL_DOMAIN_VERB_START);
  ASSERT_WITHIN (shows (fixture, "Ready"), 2000);
}

/* What cloud-init could recover from is no failure, and not kept back. */
static void
test_warnings (Fixture       *fixture,
               gconstpointer  data)
{
  report (fixture, "warning 2026-12-01 - util.py[WARNING]: Failed partitioning operation");
  report (fixture, "result { \"v1\": { \"errors\": [] } }");
  g_assert_true (shows (fixture, "Ready"));
  g_assert_nonnull (find_button (GTK_WIDGET (fixture->strip), "Details"));
}

/* What failed is told in cloud-init's words, and that something did in ours. */
static void
test_failed (Fixture       *fixture,
             gconstpointer  data)
{
  report (fixture, "begin");
  report (fixture, "result { \"v1\": { \"errors\": [ \"('scripts_user', RuntimeError('no'))\" ] } }");
  g_assert_true (shows (fixture, "not applied without errors"));
  g_assert_true (shows (fixture, "scripts_user"));
  g_assert_nonnull (find_button (GTK_WIDGET (fixture->strip), "Details"));
}

/* Switched off half-way: told, and not for ready. */
static void
test_stopped (Fixture       *fixture,
              gconstpointer  data)
{
  report (fixture, "begin");
  run_verb (fixture, HOSTEL_DOMAIN_VERB_FORCE_OFF);
  ASSERT_WITHIN (shows (fixture, "Switched off before"), 2000);
  run_verb (fixture, HOSTEL_DOMAIN_VERB_START);
  ASSERT_WITHIN (!shows (fixture, "Switched off before"), 2000);
}

/* Another machine's report does not count. */
static void
test_foreign (Fixture       *fixture,
              gconstpointer  data)
{
  const char *line = "hostel1 another 9.5 result { \"v1\": { \"errors\": [] } }\n";
  g_autoptr (GBytes) bytes = g_bytes_new (line, strlen (line));

  hostel_boot_report_feed (hostel_boot_monitor_get_report (fixture->monitor), bytes);
  g_assert_true (shows (fixture, "Booting"));
}

int
main (int    argc,
      char **argv)
{
  g_setenv ("GTK_A11Y", "test", TRUE);
  gtk_test_init (&argc, &argv, NULL);
  adw_init ();

#define ADD(name, func) \
  g_test_add ("/boot-strip/" name, Fixture, NULL, set_up, func, tear_down)

  ADD ("ready", test_ready);
  ADD ("ready-and-off", test_ready_and_off);
  ADD ("warnings", test_warnings);
  ADD ("failed", test_failed);
  ADD ("stopped", test_stopped);
  ADD ("foreign", test_foreign);

  return g_test_run ();
}
