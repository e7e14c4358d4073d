/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <libvirt/libvirt.h>
#include <libvirt/virterror.h>
#include <string.h>

#include <glib/gstdio.h>

#include "connection-fixture.h"
#include "hostel-error.h"
#include "hostel-serial-log.h"
#include "hostel-virt.h"
#include "private-daemon.h"

#define LONG 60000
#define ALL 4096
#define UUID "6695eb01-f6a4-8304-79aa-97f2502e1000"

/* A machine that is off, with logs in a pool of a daemon of the test's own. */
typedef struct
{
  PrivateDaemon    *daemon;
  virConnectPtr     handle;
  virDomainPtr      machine;
  virStoragePoolPtr pool;
  char             *logs; /* owned: the pool's directory */
  HostelConnection *connection;
  HostelDomain     *domain; /* borrowed */
} Fixture;

static Fixture fixture;

static const char domain_xml[] =
"<domain type='qemu'><name>logged</name><uuid>" UUID "</uuid><memory>65536</memory>"
"  <os><type arch='x86_64' machine='q35'>hvm</type></os>"
"  <devices>"
"    <serial type='pty'><log file='%s/serial.log' append='on'/></serial>"
"    <serial type='pty'/>"
"    <serial type='pty'><log file='/var/log/of-no-pool.log' append='on'/></serial>"
"    <console type='pty'><target type='serial'/></console>"
"  </devices>"
"</domain>";

static void
write_log (const char *name,
           const char *text)
{
  g_autofree char *path = g_build_filename (fixture.logs, name, NULL);
  g_autoptr (GError) error = NULL;

  g_file_set_contents (path, text, -1, &error);
  g_assert_no_error (error);
  g_assert_no_errno (g_chmod (path, 0644));
}

static void
remove_log (const char *name)
{
  g_autofree char *path = g_build_filename (fixture.logs, name, NULL);

  g_remove (path);
}

static void
refresh_pool (void)
{
  g_assert_cmpint (virStoragePoolRefresh (fixture.pool, 0), ==, 0);
}

static gboolean
fixture_set_up (void)
{
  g_autofree char *uri = NULL;
  g_autofree char *pool_xml = NULL;
  g_autofree char *xml = NULL;

  if (!(fixture.daemon = private_daemon_new ()))
    return FALSE;

  uri = private_daemon_dup_uri (fixture.daemon, "qemu", "/session");
  fixture.logs = g_build_filename (private_daemon_get_dir (fixture.daemon), "logs", NULL);
  g_assert_no_errno (g_mkdir (fixture.logs, 0755));
  fixture.connection = open_connection (uri);
  fixture.handle = virConnectOpen (uri);
  g_assert_nonnull (fixture.handle);
  pool_xml = g_strdup_printf ("<pool type='dir'><name>logs</name><target><path>%s</path></target></pool>",
                              fixture.logs);
  fixture.pool = virStoragePoolCreateXML (fixture.handle, pool_xml, 0);
  g_assert_nonnull (fixture.pool);
  xml = g_strdup_printf (domain_xml, fixture.logs);
  fixture.machine = virDomainDefineXML (fixture.handle, xml);
  if (fixture.machine == NULL)
    g_error ("%s", virGetLastErrorMessage ());
  ASSERT_WITHIN ((fixture.domain = hostel_connection_lookup_uuid (fixture.connection, UUID)) != NULL, LONG);

  return TRUE;
}

static void
fixture_tear_down (void)
{
  virDomainUndefine (fixture.machine);
  virDomainFree (fixture.machine);
  virStoragePoolDestroy (fixture.pool);
  virStoragePoolFree (fixture.pool);
  virConnectClose (fixture.handle);
  hostel_connection_close (fixture.connection);
  g_object_unref (fixture.connection);
  private_daemon_free (fixture.daemon);
  g_free (fixture.logs);
}

static void
result_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  *(GAsyncResult **) user_data = g_object_ref (result);
}

/* The last @max bytes of @device's log, or the error's code. */
static char *
dup_log (const char *device,
         gsize       max,
         int        *code)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GError) error = NULL;

  hostel_serial_log_load_async (fixture.domain, device, max, NULL, result_cb, &result);
  ASSERT_WITHIN (result != NULL, LONG);
  bytes = hostel_serial_log_load_finish (fixture.domain, result, &error);
  g_assert_true ((bytes == NULL) == (error != NULL));
  *code = error != NULL ? error->code : -1;

  if (bytes == NULL)
    return NULL;

  return g_bytes_get_size (bytes) == 0 ? g_strdup ("")
                                       : g_strndup (g_bytes_get_data (bytes, NULL),
                                                    g_bytes_get_size (bytes));
}

static void
assert_log (const char *device,
            gsize       max,
            const char *expected)
{
  int code;
  g_autofree char *text = dup_log (device, max, &code);

  g_assert_cmpint (code, ==, -1);
  g_assert_cmpstr (text, ==, expected);
}

static void
assert_none (const char *device)
{
  int code;
  g_autofree char *text = dup_log (device, ALL, &code);

  g_assert_null (text);
  g_assert_cmpint (code, ==, HOSTEL_ERROR_NOT_FOUND);
}

static void
test_load (void)
{
  write_log ("serial.log", "first\nlast\n");
  refresh_pool ();
  assert_log ("serial0", ALL, "first\nlast\n");
  /* The first serial line, by each of its names. */
  assert_log (NULL, ALL, "first\nlast\n");
  assert_log ("serial0", 5, "last\n");

  write_log ("serial.log", "");
  assert_log ("serial0", ALL, "");
}

/* What grew since the pool was looked at is there, too. */
static void
test_growing (void)
{
  write_log ("serial.log", "one\n");
  refresh_pool ();
  write_log ("serial.log", "one\ntwo\nthree\n");
  assert_log ("serial0", ALL, "one\ntwo\nthree\n");
}

/* virtlogd makes a new part when one is full, and the pool does not hear of it. */
static void
test_parts (void)
{
  write_log ("serial.log", "newest\n");
  refresh_pool ();
  write_log ("serial.log.0", "middle\n");
  write_log ("serial.log.1", "oldest\n");
  assert_log ("serial0", ALL, "oldest\nmiddle\nnewest\n");
  assert_log ("serial0", 10, "le\nnewest\n");
  remove_log ("serial.log.0");
  remove_log ("serial.log.1");
}

static void
test_none (void)
{
  write_log ("serial.log", "text");
  refresh_pool ();
  /* Without a log, with one that no pool has, and one that is not there. */
  assert_none ("serial1");
  assert_none ("serial2");
  assert_none ("serial7");
  assert_none ("parallel0");
}

static int
join (const char            *device,
      HostelConsoleRecorder *recorder)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  hostel_serial_log_join_async (fixture.domain, device, recorder, FALSE, NULL, result_cb, &result);
  ASSERT_WITHIN (result != NULL, LONG);

  return hostel_serial_log_join_finish (fixture.domain, result, &error);
}

static void
assert_transcript (HostelTranscript *transcript,
                   const char       *expected)
{
  g_autoptr (GBytes) bytes = hostel_transcript_read (transcript, 0, ALL, NULL);

  g_assert_cmpmem (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), expected,
                   strlen (expected));
}

/* What it wrote before anybody looked, then what came live; of older parts only what is missing. */
static void
test_join (void)
{
  g_autoptr (HostelTranscript) transcript = hostel_transcript_open (NULL, UUID, "serial0");
  g_autoptr (HostelConsoleRecorder) recorder = hostel_console_recorder_new (transcript);

  write_log ("serial.log", "before anybody looked\nand live");
  refresh_pool ();
  hostel_console_recorder_begin (recorder);
  hostel_console_recorder_take (recorder, "and live, now", strlen ("and live, now"));
  g_assert_cmpint (join ("serial0", recorder), ==, HOSTEL_CONSOLE_JOIN_DONE);
  assert_transcript (transcript, "before anybody looked\nand live, now");

  write_log ("serial.log.0", "before anybody looked\nand live, now\nwhile nobody looked\n");
  write_log ("serial.log", "the newest part\n");
  hostel_console_recorder_begin (recorder);
  g_assert_cmpint (join ("serial0", recorder), ==, HOSTEL_CONSOLE_JOIN_QUIET);
  assert_transcript (transcript, "before anybody looked\nand live, now\nwhile nobody looked\n"
                                 "the newest part\n");
  remove_log ("serial.log.0");

  g_assert_cmpint (join ("serial1", recorder), ==, -1);
  WAIT_UNTIL (!g_main_context_pending (NULL), 100);
}

int
main (int    argc,
      char **argv)
{
  int status;

  g_test_init (&argc, &argv, NULL);
  hostel_virt_init ();

  if (!fixture_set_up ())
    {
      g_print ("1..0 # SKIP no libvirtd\n");
      return 0;
    }

  /* Of an earlier run */
  hostel_transcript_remove (NULL, UUID, NULL);
  g_test_add_func ("/serial-log/load", test_load);
  g_test_add_func ("/serial-log/growing", test_growing);
  g_test_add_func ("/serial-log/parts", test_parts);
  g_test_add_func ("/serial-log/none", test_none);
  g_test_add_func ("/serial-log/join", test_join);
  status = g_test_run ();
  fixture_tear_down ();

  return status;
}
