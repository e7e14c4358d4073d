/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <signal.h>
#include <stdio.h>
#include <sys/resource.h>
#include <unistd.h>

#include "connection-fixture.h"
#include "hostel-error.h"
#include "private-daemon.h"
#include "watchdog.h"

static guint
count (HostelConnection *connection)
{
  return g_list_model_get_n_items (G_LIST_MODEL (connection));
}

static HostelDomain *
find (HostelConnection *connection,
      const char       *name)
{
  return hostel_connection_lookup_name (connection, name);
}

static HostelDomainState
state_of (HostelConnection *connection,
          const char       *name)
{
  HostelDomain *domain = find (connection, name);

  return domain ? hostel_domain_get_state (domain) : HOSTEL_DOMAIN_STATE_UNKNOWN;
}

static char *
write_domain (PrivateDaemon *daemon,
              const char    *name)
{
  char *path = g_strdup_printf ("%s/%s.xml", private_daemon_get_dir (daemon), name);
  g_autofree char *uuid = g_uuid_string_random ();
  g_autofree char *xml = NULL;
  g_autoptr (GError) error = NULL;

  xml = g_strdup_printf ("<domain type='test'><name>%s</name><uuid>%s</uuid>"
                         "<memory>8192</memory><os><type>hvm</type></os></domain>", name, uuid);
  g_file_set_contents (path, xml, -1, &error);
  g_assert_no_error (error);

  return path;
}

static gboolean
skip_without (PrivateDaemon *daemon)
{
  if (daemon == NULL)
    g_test_skip ("there is no libvirtd here");

  return daemon == NULL;
}

/* libvirt's test driver begins with one running machine, "test". */
static void
test_list (void)
{
  g_autoptr (HostelConnection) connection = open_connection ("test:///default");
  HostelDomain *domain;

  g_assert_cmpint (hostel_connection_get_state (connection), ==,
                   HOSTEL_CONNECTION_STATE_CONNECTED);
  g_assert_true (hostel_connection_get_loaded (connection));
  g_assert_cmpuint (count (connection), ==, 1);

  domain = find (connection, "test");
  g_assert_nonnull (domain);
  g_assert_cmpint (hostel_domain_get_state (domain), ==, HOSTEL_DOMAIN_STATE_RUNNING);
  g_assert_true (hostel_domain_get_persistent (domain));
  g_assert_true (hostel_connection_lookup_uuid (connection, hostel_domain_get_uuid (domain)) ==
                 domain);

  hostel_connection_close (connection);
  g_assert_cmpint (hostel_connection_get_state (connection), ==, HOSTEL_CONNECTION_STATE_CLOSED);
  g_assert_cmpuint (count (connection), ==, 0);
}

/* A sentence for a person, the next action, and libvirt's words under it. */
static void
assert_fails (const char  *uri,
              HostelError  code,
              const char  *message)
{
  g_autoptr (HostelConnection) connection = hostel_connection_new (uri);
  g_autoptr (GError) error = NULL;
  Outcome outcome = { 0 };

  hostel_connection_open_async (connection, NULL, on_opened, &outcome);
  ASSERT_WITHIN (outcome.done, 10000);
  error = outcome.error;

  g_assert_error (error, HOSTEL_ERROR, (int) code);
  g_assert_cmpstr (error->message, ==, message);
  g_assert_nonnull (hostel_error_get_remedy (error));
  g_assert_nonnull (hostel_error_get_details (error));
  g_assert_cmpint (hostel_connection_get_state (connection), ==, HOSTEL_CONNECTION_STATE_FAILED);
  g_assert_nonnull (hostel_connection_get_error (connection));
  hostel_connection_close (connection);
  g_assert_null (hostel_connection_get_error (connection));
}

static void
test_refused (void)
{
  g_autoptr (PrivateDaemon) daemon = private_daemon_new ();
  g_autofree char *uri = NULL;
  g_autofree char *message = NULL;

  if (skip_without (daemon))
    return;

  uri = private_daemon_dup_uri (daemon, "nonsense", "/system");
  message = g_strdup_printf ("libvirt here cannot connect to %s.", uri);
  assert_fails (uri, HOSTEL_ERROR_UNSUPPORTED, message);
  assert_fails ("::::", HOSTEL_ERROR_UNSUPPORTED, "libvirt here cannot connect to ::::.");
  assert_fails ("qemu:///nowhere?socket=/dev/null", HOSTEL_ERROR_HOST_LACKS,
                "The virtualization service of this computer does not run.");
  assert_fails ("test+ssh://nobody@host.invalid/default", HOSTEL_ERROR_DISCONNECTED,
                "The host test+ssh://nobody@host.invalid/default cannot be reached.");
}

/* What another program does is there within a second, on the same object. */
static void
test_outside (void)
{
  g_autoptr (PrivateDaemon) daemon = private_daemon_new ();
  g_autoptr (HostelConnection) connection = NULL;
  g_autoptr (HostelDomain) domain = NULL;
  g_autofree char *uri = NULL;
  g_autofree char *path = NULL;
  g_autofree char *define = NULL;

  if (skip_without (daemon))
    return;

  uri = private_daemon_dup_uri (daemon, "test", "/default");
  connection = open_connection (uri);
  path = write_domain (daemon, "web1");
  define = g_strconcat ("define ", path, NULL);

  private_daemon_virsh (daemon, uri, define);
  ASSERT_WITHIN (state_of (connection, "web1") == HOSTEL_DOMAIN_STATE_OFF, 1000);
  domain = g_object_ref (find (connection, "web1"));
  g_assert_true (hostel_domain_get_persistent (domain));

  private_daemon_virsh (daemon, uri, "domrename web1 web2");
  ASSERT_WITHIN (find (connection, "web2") == domain, 1000);
  g_assert_null (find (connection, "web1"));
  g_assert_cmpuint (count (connection), ==, 2);

  private_daemon_virsh (daemon, uri, "start web2");
  ASSERT_WITHIN (hostel_domain_get_state (domain) == HOSTEL_DOMAIN_STATE_RUNNING, 1000);
  private_daemon_virsh (daemon, uri, "suspend web2");
  ASSERT_WITHIN (hostel_domain_get_state (domain) == HOSTEL_DOMAIN_STATE_PAUSED, 1000);
  private_daemon_virsh (daemon, uri, "resume web2");
  ASSERT_WITHIN (hostel_domain_get_state (domain) == HOSTEL_DOMAIN_STATE_RUNNING, 1000);
  private_daemon_virsh (daemon, uri, "managedsave web2");
  ASSERT_WITHIN (hostel_domain_get_state (domain) == HOSTEL_DOMAIN_STATE_SAVED, 1000);
  private_daemon_virsh (daemon, uri, "start web2");
  ASSERT_WITHIN (hostel_domain_get_state (domain) == HOSTEL_DOMAIN_STATE_RUNNING, 1000);

  /* Undefined while it runs it is a transient one, and gone when it stops. */
  private_daemon_virsh (daemon, uri, "undefine web2");
  ASSERT_WITHIN (!hostel_domain_get_persistent (domain), 1000);
  g_assert_true (hostel_domain_get_present (domain));
  private_daemon_virsh (daemon, uri, "destroy web2");
  ASSERT_WITHIN (!hostel_domain_get_present (domain), 1000);
  g_assert_cmpuint (count (connection), ==, 1);

  hostel_connection_close (connection);
}

static void
test_transient (void)
{
  g_autoptr (PrivateDaemon) daemon = private_daemon_new ();
  g_autoptr (HostelConnection) connection = NULL;
  g_autofree char *uri = NULL;
  g_autofree char *path = NULL;
  g_autofree char *create = NULL;

  if (skip_without (daemon))
    return;

  uri = private_daemon_dup_uri (daemon, "test", "/default");
  connection = open_connection (uri);
  path = write_domain (daemon, "passing");
  create = g_strconcat ("create ", path, NULL);

  private_daemon_virsh (daemon, uri, create);
  ASSERT_WITHIN (state_of (connection, "passing") == HOSTEL_DOMAIN_STATE_RUNNING, 1000);
  g_assert_false (hostel_domain_get_persistent (find (connection, "passing")));
  private_daemon_virsh (daemon, uri, "destroy passing");
  ASSERT_WITHIN (find (connection, "passing") == NULL, 1000);

  hostel_connection_close (connection);
}

static guint
count_open_files (void)
{
  GDir *dir = g_dir_open ("/proc/self/fd", 0, NULL);
  guint n_files = 0;

  while (g_dir_read_name (dir))
    n_files++;
  g_dir_close (dir);

  return n_files;
}

/* The list stays while the daemon is away; what comes back is the same object, the rest goes. */
static void
test_restart (void)
{
  g_autoptr (PrivateDaemon) daemon = private_daemon_new ();
  g_autoptr (HostelConnection) connection = NULL;
  g_autoptr (HostelDomain) stays = NULL;
  g_autoptr (HostelDomain) goes = NULL;
  g_autofree char *uri = NULL;
  g_autofree char *path = NULL;
  g_autofree char *define = NULL;
  guint n_files = 0;

  if (skip_without (daemon))
    return;

  /* The test driver forgets: after the restart there is only its "test" again. */
  uri = private_daemon_dup_uri (daemon, "test", "/default");
  connection = open_connection (uri);
  path = write_domain (daemon, "forgotten");
  define = g_strconcat ("define ", path, NULL);
  private_daemon_virsh (daemon, uri, define);
  ASSERT_WITHIN (find (connection, "forgotten"), 1000);
  stays = g_object_ref (find (connection, "test"));
  goes = g_object_ref (find (connection, "forgotten"));

  for (guint i = 0; i < 4; i++)
    {
      private_daemon_kill (daemon);
      ASSERT_WITHIN (hostel_connection_get_state (connection) == HOSTEL_CONNECTION_STATE_LOST,
                     1000);
      g_assert_error (hostel_connection_get_error (connection), HOSTEL_ERROR,
                      HOSTEL_ERROR_DISCONNECTED);
      g_assert_cmpuint (count (connection), ==, i == 0 ? 2 : 1);

      private_daemon_start (daemon);
      ASSERT_WITHIN (hostel_connection_get_state (connection) ==
                     HOSTEL_CONNECTION_STATE_CONNECTED, 3000);
      g_assert_true (find (connection, "test") == stays);
      g_assert_cmpuint (count (connection), ==, 1);
      g_assert_false (hostel_domain_get_present (goes));
      g_assert_null (hostel_connection_get_error (connection));
      if (i == 0)
        n_files = count_open_files ();
    }

  /* Sessions that broke are closed. */
  ASSERT_WITHIN (count_open_files () <= n_files, 1000);

  /* The new session's events arrive, too. */
  private_daemon_virsh (daemon, uri, "suspend test");
  ASSERT_WITHIN (hostel_domain_get_state (stays) == HOSTEL_DOMAIN_STATE_PAUSED, 1000);

  hostel_connection_close (connection);
}

static void
test_freeze (void)
{
  g_autoptr (PrivateDaemon) daemon = private_daemon_new ();
  g_autoptr (HostelConnection) connection = NULL;
  g_autofree char *uri = NULL;
  Outcome outcome = { 0 };
  Watchdog watchdog;
  HostelDomain *domain;
  gint64 begun;

  if (skip_without (daemon))
    return;

  uri = private_daemon_dup_uri (daemon, "test", "/default");
  connection = open_connection (uri);
  domain = find (connection, "test");

  private_daemon_freeze (daemon);
  begun = g_get_monotonic_time ();
  watchdog_start (&watchdog);
  hostel_domain_run_verb_async (domain, HOSTEL_DOMAIN_VERB_PAUSE, on_verb_done, &outcome);
  ASSERT_WITHIN (hostel_connection_get_state (connection) ==
                 HOSTEL_CONNECTION_STATE_NOT_RESPONDING, 4000);
  g_assert_cmpint (g_get_monotonic_time () - begun, >, 2900 * 1000);
  WAIT_UNTIL (outcome.done, 1500);
  g_assert_false (outcome.done);
  watchdog_assert (&watchdog);

  private_daemon_thaw (daemon);
  ASSERT_WITHIN (outcome.done, 2000);
  g_assert_no_error (outcome.error);
  ASSERT_WITHIN (hostel_connection_get_state (connection) == HOSTEL_CONNECTION_STATE_CONNECTED,
                 1000);
  ASSERT_WITHIN (hostel_domain_get_state (domain) == HOSTEL_DOMAIN_STATE_PAUSED, 1000);

  hostel_connection_close (connection);
}

/* Closed, and let go, while the daemon holds the answer back. */
static void
test_close_during_call (void)
{
  g_autoptr (PrivateDaemon) daemon = private_daemon_new ();
  HostelConnection *connection;
  g_autofree char *uri = NULL;
  Outcome outcome = { 0 };
  Watchdog watchdog;

  if (skip_without (daemon))
    return;

  uri = private_daemon_dup_uri (daemon, "test", "/default");
  connection = open_connection (uri);
  private_daemon_freeze (daemon);
  watchdog_start (&watchdog);
  hostel_domain_run_verb_async (find (connection, "test"), HOSTEL_DOMAIN_VERB_PAUSE, on_verb_done,
                                &outcome);
  hostel_connection_close (connection);
  g_object_add_weak_pointer (G_OBJECT (connection), (gpointer *) &connection);
  g_object_unref (connection);
  WAIT_UNTIL (outcome.done, 300);
  g_assert_false (outcome.done);
  watchdog_assert (&watchdog);

  private_daemon_thaw (daemon);
  ASSERT_WITHIN (outcome.done && connection == NULL, 2000);
  g_assert_no_error (outcome.error);
}

static void
test_close_while_opening (void)
{
  g_autoptr (PrivateDaemon) daemon = private_daemon_new ();
  g_autoptr (HostelConnection) connection = NULL;
  g_autofree char *uri = NULL;
  Outcome outcome = { 0 };

  if (skip_without (daemon))
    return;

  uri = private_daemon_dup_uri (daemon, "test", "/default");
  connection = hostel_connection_new (uri);
  private_daemon_freeze (daemon);
  hostel_connection_open_async (connection, NULL, on_opened, &outcome);
  WAIT_UNTIL (outcome.done, 200);
  g_assert_false (outcome.done);

  hostel_connection_close (connection);
  ASSERT_WITHIN (outcome.done, 200);
  g_assert_error (outcome.error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_error (&outcome.error);

  /* The attempt that comes back late changes nothing. */
  private_daemon_thaw (daemon);
  WAIT_UNTIL (FALSE, 500);
  g_assert_cmpint (hostel_connection_get_state (connection), ==, HOSTEL_CONNECTION_STATE_CLOSED);
  g_assert_cmpuint (count (connection), ==, 0);
}

/* Cancelling ends the waiting at once, and not the connecting. */
static void
test_cancel (void)
{
  g_autoptr (PrivateDaemon) daemon = private_daemon_new ();
  g_autoptr (HostelConnection) connection = NULL;
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autofree char *uri = NULL;
  Outcome outcome = { 0 };

  if (skip_without (daemon))
    return;

  uri = private_daemon_dup_uri (daemon, "test", "/default");
  connection = hostel_connection_new (uri);
  private_daemon_freeze (daemon);
  hostel_connection_open_async (connection, cancellable, on_opened, &outcome);
  WAIT_UNTIL (outcome.done, 100);
  g_assert_false (outcome.done);
  g_cancellable_cancel (cancellable);
  ASSERT_WITHIN (outcome.done, 100);
  g_assert_error (outcome.error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_error (&outcome.error);

  private_daemon_thaw (daemon);
  ASSERT_WITHIN (hostel_connection_get_loaded (connection), 2000);

  hostel_connection_close (connection);
}

static void
assert_connects_later (PrivateDaemon *daemon)
{
  g_autofree char *uri = private_daemon_dup_uri (daemon, "test", "/default");
  g_autoptr (HostelConnection) connection = hostel_connection_new (uri);
  Outcome outcome = { 0 };

  hostel_connection_open_async (connection, NULL, on_opened, &outcome);
  ASSERT_WITHIN (outcome.done, 5000);
  g_assert_error (outcome.error, HOSTEL_ERROR, HOSTEL_ERROR_HOST_LACKS);
  g_assert_nonnull (hostel_error_get_remedy (outcome.error));
  g_clear_error (&outcome.error);
  g_assert_cmpint (hostel_connection_get_state (connection), ==, HOSTEL_CONNECTION_STATE_FAILED);

  private_daemon_start (daemon);
  ASSERT_WITHIN (hostel_connection_get_state (connection) == HOSTEL_CONNECTION_STATE_CONNECTED,
                 3000);
  g_assert_nonnull (find (connection, "test"));

  hostel_connection_close (connection);
  private_daemon_kill (daemon);
}

/* A daemon that is started later connects by itself, without polling: one that has crashed, and one
 * that has never run. */
static void
test_later (void)
{
  g_autoptr (PrivateDaemon) daemon = private_daemon_new ();

  if (skip_without (daemon))
    return;

  private_daemon_kill (daemon);
  assert_connects_later (daemon);
  private_daemon_remove_socket (daemon);
  assert_connects_later (daemon);
}

static void
on_items_changed (GListModel *model,
                  guint       position,
                  guint       n_removed,
                  guint       n_added,
                  gpointer    user_data)
{
  guint *n_signals = user_data;

  (*n_signals)++;
}

static char *
write_many (const char *dir,
            guint       n_domains)
{
  char *path = g_build_filename (dir, "many.xml", NULL);
  g_autoptr (GString) xml = g_string_new ("<node>");
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < n_domains; i++)
    {
      g_autofree char *uuid = g_uuid_string_random ();

      g_string_append_printf (xml, "<domain type='test'><name>vm%u</name><uuid>%s</uuid>"
                              "<memory>8192</memory><os><type>hvm</type></os></domain>", i, uuid);
    }
  g_string_append (xml, "</node>");
  g_file_set_contents (path, xml->str, -1, &error);
  g_assert_no_error (error);

  return path;
}

/* More than the daemon gives the states of in one answer (4096). */
static void
test_many (void)
{
  g_autoptr (PrivateDaemon) daemon = private_daemon_new ();
  g_autoptr (HostelConnection) connection = NULL;
  g_autofree char *path = NULL;
  g_autofree char *uri = NULL;
  Outcome outcome = { 0 };
  Watchdog watchdog;
  guint n_signals = 0;
  gint64 begun;

  if (skip_without (daemon))
    return;

  path = write_many (private_daemon_get_dir (daemon), 5000);
  uri = private_daemon_dup_uri (daemon, "test", path);
  connection = hostel_connection_new (uri);
  g_signal_connect (connection, "items-changed", G_CALLBACK (on_items_changed), &n_signals);

  begun = g_get_monotonic_time ();
  watchdog_start (&watchdog);
  hostel_connection_open_async (connection, NULL, on_opened, &outcome);
  ASSERT_WITHIN (outcome.done, 60000);
  g_assert_no_error (outcome.error);
  g_test_message ("5000 machines in %" G_GINT64_FORMAT " ms",
                  (g_get_monotonic_time () - begun) / 1000);
  g_assert_cmpuint (count (connection), ==, 5000);
  g_assert_cmpuint (n_signals, ==, 1);
  /* The driver starts what its file names. */
  g_assert_cmpint (state_of (connection, "vm4999"), ==, HOSTEL_DOMAIN_STATE_RUNNING);
  watchdog_assert (&watchdog);

  /* Each client has its own machines of a file: nobody else can do this. */
  outcome.done = FALSE;
  hostel_domain_run_verb_async (find (connection, "vm4998"), HOSTEL_DOMAIN_VERB_FORCE_OFF,
                                on_verb_done, &outcome);
  ASSERT_WITHIN (outcome.done, 2000);
  g_assert_no_error (outcome.error);
  ASSERT_WITHIN (state_of (connection, "vm4998") == HOSTEL_DOMAIN_STATE_OFF, 1000);

  hostel_connection_close (connection);
}

static void
say (GSubprocess *virsh,
     const char  *format,
     ...)
{
  g_autofree char *line = NULL;
  g_autoptr (GError) error = NULL;
  va_list args;

  va_start (args, format);
  line = g_strdup_vprintf (format, args);
  va_end (args);
  g_output_stream_write_all (g_subprocess_get_stdin_pipe (virsh), line, strlen (line), NULL, NULL,
                             &error);
  g_assert_no_error (error);
}

static gint64
get_cpu_time (void)
{
  struct rusage usage;

  getrusage (RUSAGE_SELF, &usage);

  return (usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * G_USEC_PER_SEC +
         usage.ru_utime.tv_usec + usage.ru_stime.tv_usec;
}

/* 200 machines defined and undefined by one virsh: from its order to the list in 100 ms each. */
static void
test_churn (void)
{
  g_autoptr (PrivateDaemon) daemon = private_daemon_new ();
  g_autoptr (HostelConnection) connection = NULL;
  g_autoptr (GSubprocess) virsh = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *uri = NULL;
  gint64 slowest = 0;
  gint64 cpu;

  if (skip_without (daemon))
    return;

  uri = private_daemon_dup_uri (daemon, "test", "/default");
  connection = open_connection (uri);
  virsh = g_subprocess_new (G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDOUT_SILENCE,
                            &error, "virsh", "-q", "-c", uri, NULL);
  g_assert_no_error (error);
  /* It has connected once it has done something. */
  say (virsh, "suspend test\n");
  ASSERT_WITHIN (state_of (connection, "test") == HOSTEL_DOMAIN_STATE_PAUSED, 5000);

  cpu = get_cpu_time ();
  for (guint i = 0; i < 200; i++)
    {
      g_autofree char *name = g_strdup_printf ("churn%u", i);
      g_autofree char *path = write_domain (daemon, name);
      gint64 begun = g_get_monotonic_time ();

      say (virsh, "define %s\n", path);
      ASSERT_WITHIN (count (connection) == 2, 2000);
      slowest = MAX (slowest, g_get_monotonic_time () - begun);

      begun = g_get_monotonic_time ();
      say (virsh, "undefine %s\n", name);
      ASSERT_WITHIN (count (connection) == 1, 2000);
      slowest = MAX (slowest, g_get_monotonic_time () - begun);
    }
  cpu = (get_cpu_time () - cpu) / 400;

  g_test_message ("slowest change shown after %" G_GINT64_FORMAT " µs, %" G_GINT64_FORMAT
                  " µs of CPU for each", slowest, cpu);
  g_assert_cmpint (slowest, <, 100 * 1000 * WAIT_SCALE);
  /* virt-manager takes 12 ms. */
  g_assert_cmpint (cpu, <, 2400 * WAIT_SCALE);

  say (virsh, "quit\n");
  g_subprocess_wait (virsh, NULL, &error);
  g_assert_no_error (error);
  hostel_connection_close (connection);
}

static guint n_polls;

static int
counting_poll (GPollFD *fds,
               guint    n_fds,
               int      timeout)
{
  n_polls++;

  return g_poll (fds, n_fds, timeout);
}

/* Nothing happens, nothing wakes: one poll for our own timeout's start and one for its end. */
static void
test_idle (void)
{
  g_autoptr (PrivateDaemon) daemon = private_daemon_new ();
  g_autoptr (HostelConnection) connection = NULL;
  g_autofree char *uri = NULL;

  if (skip_without (daemon))
    return;

  uri = private_daemon_dup_uri (daemon, "test", "/default");
  connection = open_connection (uri);
  WAIT_UNTIL (FALSE, 500);

  g_main_context_set_poll_func (NULL, counting_poll);
  n_polls = 0;
  WAIT_UNTIL (FALSE, 4000);
  g_main_context_set_poll_func (NULL, g_poll);
  g_assert_cmpuint (n_polls, <=, 2);

  hostel_connection_close (connection);
}

static void
test_default_uris (void)
{
  g_auto (GStrv) uris = hostel_connection_dup_default_uris ();

  g_assert_cmpuint (g_strv_length (uris), >=, 1);
  if (geteuid () == 0)
    {
      g_assert_cmpuint (g_strv_length (uris), ==, 1);
      g_assert_cmpstr (uris[0], ==, "qemu:///system");
    }
  else
    {
      g_assert_true (g_strv_contains ((const char * const *) uris, "qemu:///session"));
    }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  /* A daemon that dies while we write would end us; the programs do the same. */
  signal (SIGPIPE, SIG_IGN);

  g_test_add_func ("/connection/list", test_list);
  g_test_add_func ("/connection/refused", test_refused);
  g_test_add_func ("/connection/default-uris", test_default_uris);
  g_test_add_func ("/connection/outside", test_outside);
  g_test_add_func ("/connection/transient", test_transient);
  g_test_add_func ("/connection/restart", test_restart);
  g_test_add_func ("/connection/later", test_later);
  g_test_add_func ("/connection/freeze", test_freeze);
  g_test_add_func ("/connection/close-during-call", test_close_during_call);
  g_test_add_func ("/connection/close-while-opening", test_close_while_opening);
  g_test_add_func ("/connection/cancel", test_cancel);
  g_test_add_func ("/connection/many", test_many);
  g_test_add_func ("/connection/churn", test_churn);
  g_test_add_func ("/connection/idle", test_idle);

  return g_test_run ();
}
