/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "connection-fixture.h"
#include "hostel-connection-private.h"
#include "private-daemon.h"

/* Of a daemon that does not answer: after so long it is told, and not before. */
#define TOLD_MS 3000
#define LONG 20000

/* A daemon of the test's own, a connection to it, and a watch beside the connection's own. */
typedef struct
{
  PrivateDaemon    *daemon;
  HostelConnection *connection;
  HostelCallWatch  *watch;
  GString          *told; /* "-": it does not answer, "+": it does again */
} Fixture;

static void
responding_cb (gpointer data,
               gboolean responding)
{
  g_string_append_c (((Fixture *) data)->told, responding ? '+' : '-');
}

static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  g_autofree char *uri = NULL;

  fixture->daemon = private_daemon_new ();
  if (fixture->daemon == NULL)
    {
      g_test_skip ("no libvirtd");
      return;
    }

  uri = private_daemon_dup_uri (fixture->daemon, "test", "/default");
  fixture->connection = open_connection (uri);
  fixture->told = g_string_new (NULL);
  fixture->watch = hostel_call_watch_new (responding_cb, fixture);
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  if (fixture->daemon == NULL)
    return;

  g_clear_pointer (&fixture->watch, hostel_call_watch_free);
  hostel_connection_close (fixture->connection);
  g_object_unref (fixture->connection);
  private_daemon_free (fixture->daemon);
  g_string_free (fixture->told, TRUE);
}

static guint
begin (Fixture *fixture)
{
  return hostel_call_watch_begin (fixture->watch, fixture->connection->session);
}

/* A call may last long, as a save of gigabytes does, where the daemon answers others. */
static void
test_long_call (Fixture       *fixture,
                gconstpointer  data)
{
  guint generation;

  if (fixture->daemon == NULL)
    return;

  generation = begin (fixture);
  WAIT_UNTIL (fixture->told->len > 0, TOLD_MS + 2000);
  hostel_call_watch_end (fixture->watch, generation);
  g_assert_cmpstr (fixture->told->str, ==, "");
}

/* Told once for all calls that are out, and once when the first of them is answered. */
static void
test_silence (Fixture       *fixture,
              gconstpointer  data)
{
  gint64 start;
  guint first;
  guint second;

  if (fixture->daemon == NULL)
    return;

  private_daemon_freeze (fixture->daemon);
  start = g_get_monotonic_time ();
  first = begin (fixture);
  second = begin (fixture);
  ASSERT_WITHIN (fixture->told->len > 0, LONG);
  g_assert_cmpint (g_get_monotonic_time () - start, >=, (TOLD_MS - 100) * 1000);
  WAIT_UNTIL (FALSE, 1500);
  g_assert_cmpstr (fixture->told->str, ==, "-");

  private_daemon_thaw (fixture->daemon);
  ASSERT_WITHIN (fixture->told->len > 1, LONG);
  g_assert_cmpstr (fixture->told->str, ==, "-+");
  hostel_call_watch_end (fixture->watch, second);
  hostel_call_watch_end (fixture->watch, first);
  g_assert_cmpstr (fixture->told->str, ==, "-+");
}

/* Nobody asks while no call is out: a daemon that sleeps then is nobody's business. */
static void
test_no_calls (Fixture       *fixture,
               gconstpointer  data)
{
  if (fixture->daemon == NULL)
    return;

  hostel_call_watch_end (fixture->watch, begin (fixture));
  private_daemon_freeze (fixture->daemon);
  WAIT_UNTIL (fixture->told->len > 0, TOLD_MS + 1000);
  private_daemon_thaw (fixture->daemon);
  g_assert_cmpstr (fixture->told->str, ==, "");
}

/* The calls of a session that is gone end late, and say nothing of the next one. */
static void
test_reset (Fixture       *fixture,
            gconstpointer  data)
{
  guint old;
  guint generation;

  if (fixture->daemon == NULL)
    return;

  private_daemon_freeze (fixture->daemon);
  old = begin (fixture);
  ASSERT_WITHIN (fixture->told->len > 0, LONG);
  hostel_call_watch_reset (fixture->watch);
  generation = begin (fixture);
  g_assert_cmpuint (generation, !=, old);
  hostel_call_watch_end (fixture->watch, old);
  ASSERT_WITHIN (fixture->told->len > 1, LONG);
  g_assert_cmpstr (fixture->told->str, ==, "--");

  /* Freed while its question is out. */
  g_clear_pointer (&fixture->watch, hostel_call_watch_free);
  private_daemon_thaw (fixture->daemon);
  WAIT_UNTIL (fixture->told->len > 2, 1000);
  g_assert_cmpstr (fixture->told->str, ==, "--");
}

static void
add (const char *path,
     void      (*test) (Fixture *, gconstpointer))
{
  g_test_add (path, Fixture, NULL, set_up, test, tear_down);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  hostel_virt_init ();

  add ("/call-watch/long-call", test_long_call);
  add ("/call-watch/silence", test_silence);
  add ("/call-watch/no-calls", test_no_calls);
  add ("/call-watch/reset", test_reset);

  return g_test_run ();
}
