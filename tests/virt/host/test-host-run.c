/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <glib/gstdio.h>

#include "hostel-error.h"
#include "hostel-host-act-run.h"
#include "hostel-host-catalogue.h"
#include "hostel-host-run.h"

static void
ran_cb (GObject      *source,
        GAsyncResult *result,
        gpointer      user_data)
{
  HostelHostReport **report = user_data;
  g_autoptr (GError) error = NULL;

  *report = hostel_host_run_finish (result, &error);
  g_assert_no_error (error);
}

static HostelHostReport *
run (HostelConnection *connection,
     const char       *uri)
{
  HostelHostReport *report = NULL;

  hostel_host_run_async (connection, uri, NULL, ran_cb, &report);
  while (report == NULL)
    g_main_context_iteration (NULL, TRUE);

  return report;
}

static void
assert_state (HostelHostReport *report,
              const char       *id,
              const char       *state,
              const char       *evidence)
{
  HostelHostCheck *check = hostel_host_report_lookup (report, id);

  g_test_message ("%s", id);
  g_assert_nonnull (check);
  g_assert_cmpstr (hostel_check_state_to_id (hostel_host_check_get_state (check)), ==, state);
  if (strstr (hostel_host_check_get_evidence (check), evidence) == NULL)
    g_error ("“%s” lacks “%s”", hostel_host_check_get_evidence (check), evidence);
}

/* Whoever answers, there is a row for every check. */
static void
assert_complete (HostelHostReport *report)
{
  guint n;
  const HostelHostEntry *entries = hostel_host_catalogue_get (&n);

  for (guint i = 0; i < n; i++)
    if (hostel_host_report_lookup (report, entries[i].id) == NULL)
      g_error ("no row “%s”", entries[i].id);
}

static void
test_here (void)
{
  g_autoptr (HostelHostReport) report = run (NULL, NULL);

  assert_complete (report);
  assert_state (report, "cpu", "good", "processor");
}

/* libvirt's own driver for tests has machines, a network and a pool. */
static void
test_libvirt (void)
{
  g_autoptr (HostelHostReport) report = run (NULL, "test:///default");

  assert_complete (report);
  assert_state (report, "connection", "good", "test:///default: libvirt ");
  assert_state (report, "default-network", "note", "will not be after a restart");
  assert_state (report, "memory-promised", "good", "1 running machine");
}

static void
opened_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  *(gboolean *) user_data = hostel_connection_open_finish (HOSTEL_CONNECTION (source), result, NULL);
}

/* The window's connection is used, and no other one opened. */
static void
test_connection (void)
{
  g_autoptr (HostelConnection) connection = hostel_connection_new ("test:///default");
  g_autoptr (HostelHostReport) before = run (connection, NULL);
  g_autoptr (HostelHostReport) after = NULL;
  gboolean open = FALSE;

  assert_state (before, "connection", "unknown", "starts nothing");
  hostel_connection_open_async (connection, NULL, opened_cb, &open);
  while (!open)
    g_main_context_iteration (NULL, TRUE);
  after = run (connection, NULL);
  assert_state (after, "connection", "good", "test:///default");
  hostel_connection_close (connection);
}

typedef struct
{
  gboolean  ended;
  gboolean  done;
  GError   *error;
} Outcome;

static void
acted_cb (GObject      *source,
          GAsyncResult *result,
          gpointer      user_data)
{
  Outcome *outcome = user_data;

  outcome->done = hostel_host_remedy_run_finish (HOSTEL_HOST_REMEDY (source), result,
                                                 &outcome->error);
  outcome->ended = TRUE;
}

static gboolean
act (HostelConnection      *connection,
     HostelHostRemedyKind   kind,
     const char            *name,
     GError               **error)
{
  const char *arguments[] = { name, NULL };
  g_autoptr (HostelHostRemedy) remedy =
    hostel_host_remedy_new (kind, "Start it.", "_Start", NULL, arguments);
  Outcome outcome = { 0 };

  hostel_host_remedy_run_async (remedy, connection, NULL, acted_cb, &outcome);
  while (!outcome.ended)
    g_main_context_iteration (NULL, TRUE);
  if (outcome.error != NULL)
    g_propagate_error (error, outcome.error);

  return outcome.done;
}

/* The network is put right, and the check says so. */
static void
test_network (void)
{
  g_autoptr (HostelConnection) connection = hostel_connection_new ("test:///default");
  g_autoptr (HostelHostReport) before = NULL;
  g_autoptr (HostelHostReport) after = NULL;
  g_autoptr (GError) error = NULL;
  gboolean open = FALSE;

  g_assert_false (act (NULL, HOSTEL_HOST_REMEDY_NETWORK, "default", &error));
  g_assert_error (error, HOSTEL_ERROR, HOSTEL_ERROR_DISCONNECTED);
  g_clear_error (&error);

  hostel_connection_open_async (connection, NULL, opened_cb, &open);
  while (!open)
    g_main_context_iteration (NULL, TRUE);
  before = run (connection, NULL);
  assert_state (before, "default-network", "note", "");
  g_assert_true (act (connection, HOSTEL_HOST_REMEDY_NETWORK, "default", &error));
  g_assert_no_error (error);
  after = run (connection, NULL);
  assert_state (after, "default-network", "good", "");
  g_assert_false (act (connection, HOSTEL_HOST_REMEDY_NETWORK, "nowhere", &error));
  g_assert_error (error, HOSTEL_ERROR, HOSTEL_ERROR_NOT_FOUND);
  hostel_connection_close (connection);
}

/* Of another computer only libvirt can tell, and this one's files say nothing about it. */
static void
test_elsewhere (void)
{
  g_autoptr (HostelHostReport) report = run (NULL, "qemu+tcp://127.0.0.1:1/system");

  assert_complete (report);
  assert_state (report, "connection", "missing", "cannot be reached");
  assert_state (report, "cpu", "unknown", "another computer");
  assert_state (report, "libvirt-enabled", "unknown", "another computer");
  g_assert_cmpint (hostel_host_report_get_verdict (report), ==, HOSTEL_HOST_VERDICT_NOT_READY);
}

static int
listen_silently (const char *path)
{
  struct sockaddr_un address = { .sun_family = AF_UNIX };
  int fd = socket (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

  g_strlcpy (address.sun_path, path, sizeof address.sun_path);
  g_assert_cmpint (bind (fd, (struct sockaddr *) &address, sizeof address), ==, 0);
  g_assert_cmpint (listen (fd, 5), ==, 0);

  return fd;
}

/* A daemon and a bus that take the connection and say nothing cost their own rows, not the report. */
static void
test_silent (void)
{
  g_autofree char *directory = g_dir_make_tmp ("hostel-silent-XXXXXX", NULL);
  g_autofree char *daemon = g_build_filename (directory, "d", NULL);
  g_autofree char *bus = g_build_filename (directory, "b", NULL);
  g_autofree char *address = g_strconcat ("unix:path=", bus, NULL);
  g_autofree char *uri = g_strconcat ("qemu:///system?socket=", daemon, NULL);
  g_autoptr (HostelHostReport) report = NULL;
  int daemon_fd = listen_silently (daemon);
  int bus_fd = listen_silently (bus);

  g_setenv ("DBUS_SYSTEM_BUS_ADDRESS", address, TRUE);
  report = run (NULL, uri);
  g_unsetenv ("DBUS_SYSTEM_BUS_ADDRESS");
  assert_complete (report);
  assert_state (report, "cpu", "good", "processor");
  assert_state (report, "connection", "unknown", "2 seconds");
  assert_state (report, "kvm-libvirt", "unknown", "2 seconds");

  g_close (daemon_fd, NULL);
  g_close (bus_fd, NULL);
  g_unlink (daemon);
  g_unlink (bus);
  g_rmdir (directory);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/host-run/here", test_here);
  g_test_add_func ("/host-run/libvirt", test_libvirt);
  g_test_add_func ("/host-run/connection", test_connection);
  g_test_add_func ("/host-run/network", test_network);
  g_test_add_func ("/host-run/elsewhere", test_elsewhere);
  g_test_add_func ("/host-run/silent", test_silent);

  return g_test_run ();
}
