/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <string.h>
#include <unistd.h>

#include "hostel-connection.h"
#include "hostel-console-registry.h"
#include "hostel-virt-handle.h"
#include "long.h"
#include "private-daemon.h"
#include "tiny-guest.h"
#include "wait.h"

/* A test that waits longer has failed; none is right or wrong by how fast it is. */
#define LONG (long_is_asked () ? 600000 : 150000)

/* One console of a real guest on a daemon of the test's own. */
typedef struct
{
  PrivateDaemon    *daemon;
  char             *uri;
  TinyGuest        *guest;
  HostelConnection *connection;
  HostelConsole    *console;
} Fixture;

static void
opened_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr (GError) error = NULL;

  hostel_connection_open_finish (HOSTEL_CONNECTION (source), result, &error);
  g_assert_no_error (error);
}

static HostelDomain *
find_domain (Fixture *fixture)
{
  return hostel_connection_lookup_uuid (fixture->connection, fixture->guest->uuid);
}

static void
set_up (Fixture       *fixture,
        gconstpointer  device)
{
  fixture->daemon = private_daemon_new ();
  if (fixture->daemon == NULL)
    {
      g_test_skip ("no libvirtd");
      return;
    }

  fixture->uri = private_daemon_dup_uri (fixture->daemon, "qemu", "/session");
  fixture->connection = hostel_connection_new (fixture->uri);
  hostel_connection_open_async (fixture->connection, NULL, opened_cb, NULL);
  fixture->guest = tiny_guest_new_with_logs (fixture->uri);
  if (fixture->guest == NULL)
    return;

  ASSERT_WITHIN (find_domain (fixture) != NULL, LONG);
  fixture->console = hostel_console_new (find_domain (fixture), device);
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  g_autoptr (GError) error = NULL;
  gboolean over = FALSE;

  if (fixture->daemon == NULL)
    return;

  if (fixture->guest != NULL)
    {
      hostel_transcript_remove (NULL, fixture->guest->uuid, &error);
      g_assert_no_error (error);
      tiny_guest_free (fixture->guest);
    }
  g_clear_object (&fixture->console);
  hostel_connection_close (fixture->connection);
  g_clear_object (&fixture->connection);
  WAIT_UNTIL (over, 500);
  g_free (fixture->uri);
  private_daemon_free (fixture->daemon);
}

static GBytes *
read_all (Fixture *fixture)
{
  HostelTranscript *transcript = hostel_console_get_transcript (fixture->console);
  g_autofree char *path = hostel_transcript_dup_path (transcript);
  g_autoptr (GError) error = NULL;
  char *data;
  gsize size;

  g_file_get_contents (path, &data, &size, &error);
  g_assert_no_error (error);

  return g_bytes_new_take (data, size);
}

static gboolean
is_in (Fixture    *fixture,
       guint64     from,
       const char *text)
{
  HostelTranscript *transcript = hostel_console_get_transcript (fixture->console);
  g_autoptr (GBytes) bytes = hostel_transcript_read (transcript, from, 64 * 1024 * 1024, NULL);

  return memmem (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes),
                 text, strlen (text)) != NULL;
}

static void
wait_for (Fixture    *fixture,
          guint64     from,
          const char *text)
{
  gint64 start = g_get_monotonic_time ();

  while (!is_in (fixture, from, text))
    {
      gboolean over = FALSE;

      if (g_get_monotonic_time () - start > (gint64) LONG * 1000 * WAIT_SCALE)
        g_error ("still waiting for %s", text);
      WAIT_UNTIL (over, 100);
    }
}

static void
type_text (Fixture    *fixture,
           const char *text)
{
  g_autoptr (GBytes) bytes = g_bytes_new (text, strlen (text));

  hostel_console_write (fixture->console, bytes);
}

static gboolean
has_state (Fixture            *fixture,
           HostelConsoleState  state)
{
  return hostel_console_get_state (fixture->console) == state;
}

static void
boot (Fixture *fixture)
{
  hostel_console_activate (fixture->console);
  ASSERT_WITHIN (has_state (fixture, HOSTEL_CONSOLE_STATE_OPEN), LONG);
  tiny_guest_resume (fixture->guest);
}

static guint
count_marks (Fixture                  *fixture,
             HostelTranscriptMarkKind  kind)
{
  HostelTranscript *transcript = hostel_console_get_transcript (fixture->console);
  guint n_marks = 0;

  for (guint i = 0; i < hostel_transcript_get_n_marks (transcript); i++)
    {
      g_autoptr (HostelTranscriptMark) mark = hostel_transcript_dup_mark (transcript, i);

      n_marks += mark->kind == kind;
    }

  return n_marks;
}

/* Fails where a row from @first to @last is missing, comes twice or in a wrong place. */
static guint
assert_rows (GBytes *bytes,
             guint   first,
             guint   last)
{
  gsize size;
  const char *data = g_bytes_get_data (bytes, &size);
  const char *end = data + size;
  guint wanted = first;

  while (data < end)
    {
      const char *line_end = memchr (data, '\n', end - data);

      if (line_end == NULL)
        break;
      if (line_end - data == 9 && line_end[-1] == '\r' && g_ascii_isdigit (*data))
        {
          guint row = strtoul (data, NULL, 10);

          if (row >= first && row <= last)
            {
              g_assert_cmpuint (row, ==, wanted);
              wanted++;
            }
        }
      data = line_end + 1;
    }

  g_assert_cmpuint (wanted, ==, last + 1);

  return wanted - first;
}

#define FIRST 10000000u
#define N_RACES 3

static void
print_rows (Fixture *fixture,
            guint    first,
            guint    last)
{
  g_autofree char *command = g_strdup_printf ("seq %u %u; echo al$((1))l-%u\r", first, last, last);

  type_text (fixture, command);
}

static void
wait_for_rows (Fixture *fixture,
               guint64  from,
               guint    last)
{
  g_autofree char *text = g_strdup_printf ("al1l-%u", last);

  wait_for (fixture, from, text);
}

static guint64
get_end (Fixture *fixture)
{
  return hostel_transcript_get_end (hostel_console_get_transcript (fixture->console));
}

/* Where @n more bytes are in. */
static void
wait_for_bytes (Fixture *fixture,
                guint64  from,
                guint64  n_bytes)
{
  ASSERT_WITHIN (get_end (fixture) >= from + n_bytes, LONG);
}

/* A detach, a daemon that dies, a restart of the guest: each byte once. A serial line takes minutes
 * for 4 MB under emulation. */
static void
test_every_byte (Fixture       *fixture,
                 gconstpointer  data)
{
  const guint n_rows = long_count (60000, 200000);
  const guint64 part = n_rows;
  g_autoptr (GBytes) all = NULL;
  guint64 from;
  gboolean over = FALSE;

  if (fixture->guest == NULL)
    return;

  boot (fixture);
  wait_for (fixture, 0, "TINY-READY");
  from = get_end (fixture);
  print_rows (fixture, FIRST, FIRST + n_rows - 1);
  wait_for_bytes (fixture, from, part);

  hostel_console_close (fixture->console);
  WAIT_UNTIL (over, 1500);
  hostel_console_activate (fixture->console);
  ASSERT_WITHIN (has_state (fixture, HOSTEL_CONSOLE_STATE_OPEN), LONG);
  /* What was written meanwhile comes with the log. */
  wait_for_bytes (fixture, from, 2 * part);

  private_daemon_kill (fixture->daemon);
  ASSERT_WITHIN (!has_state (fixture, HOSTEL_CONSOLE_STATE_OPEN), LONG);
  private_daemon_start (fixture->daemon);
  tiny_guest_reconnect (fixture->guest);
  ASSERT_WITHIN (has_state (fixture, HOSTEL_CONSOLE_STATE_OPEN), LONG);
  wait_for_rows (fixture, 0, FIRST + n_rows - 1);

  from = get_end (fixture);
  type_text (fixture, "reboot -f\r");
  wait_for (fixture, from, "TINY-READY");
  from = get_end (fixture);
  print_rows (fixture, FIRST + n_rows, FIRST + 2 * n_rows - 1);
  wait_for_rows (fixture, from, FIRST + 2 * n_rows - 1);
  g_assert_cmpint (virDomainDestroy (fixture->guest->domain), ==, 0);
  ASSERT_WITHIN (has_state (fixture, HOSTEL_CONSOLE_STATE_CLOSED), LONG);

  all = read_all (fixture);
  g_test_message ("%" G_GSIZE_FORMAT " bytes", g_bytes_get_size (all));
  g_assert_cmpuint (assert_rows (all, FIRST, FIRST + 2 * n_rows - 1), ==, 2 * n_rows);
  g_assert_cmpuint (count_marks (fixture, HOSTEL_TRANSCRIPT_MARK_GAP), ==, 0);
  g_assert_cmpuint (count_marks (fixture, HOSTEL_TRANSCRIPT_MARK_BOOT), ==, 2);
  g_assert_cmpuint (count_marks (fixture, HOSTEL_TRANSCRIPT_MARK_EVENT), >=, 2);
}

/* Rows of a virtio console, each printed twice in its line, so that half a row is told from a row. */
typedef struct
{
  guint n_rows;  /* whole ones of those asked for */
  guint last;
  guint n_wrong; /* not above the one before: twice, or out of order */
} VirtioRows;

static VirtioRows
count_virtio_rows (GBytes *bytes,
                   guint   first,
                   guint   end_row)
{
  VirtioRows rows = { 0 };
  gsize size;
  const char *data = g_bytes_get_data (bytes, &size);
  const char *end = data + size;
  const char *line_end;

  while (data < end && (line_end = memchr (data, '\n', end - data)) != NULL)
    {
      gsize length = line_end - data;

      if (length > 0 && data[length - 1] == '\r')
        length--;
      if (length == 17 && g_ascii_isdigit (*data) && data[8] == ' ' && memcmp (data, data + 9, 8) == 0)
        {
          guint row = strtoul (data, NULL, 10);

          rows.n_wrong += row <= rows.last;
          rows.last = row;
          rows.n_rows += row >= first && row < end_row;
        }
      data = line_end + 1;
    }

  return rows;
}

static char *
dup_virtio_command (guint first,
                    guint n_rows)
{
  /* In large blocks: with carriage returns added, each line would be two messages to the host. The
   * end must not be what is given up. */
  return g_strdup_printf ("stty -opost; awk 'BEGIN { for (i = %u; i < %u; i++) print i, i }' | cat; "
                          "sleep 1; echo al$((1))l-%u\r", first, first + n_rows, first);
}

/* Nothing says when a shell reads from hvc0: until then what is typed is lost. */
static void
wait_for_shell (Fixture *fixture,
                guint64  from)
{
  gint64 start = g_get_monotonic_time ();

  while (!is_in (fixture, from, "re1dy"))
    {
      if (g_get_monotonic_time () - start > (gint64) LONG * 1000 * WAIT_SCALE)
        g_error ("no shell on the virtio console");
      type_text (fixture, "echo re$((1))dy\r");
      WAIT_UNTIL (is_in (fixture, from, "re1dy"), 1000);
    }
}

typedef struct
{
  virStreamPtr  stream;
  GByteArray   *bytes;
  char         *until;
} BareStream;

static gpointer
read_bare_stream (gpointer data)
{
  BareStream *bare = data;
  g_autofree char *buffer = g_malloc (256 * 1024);
  int n_read;

  while ((n_read = virStreamRecv (bare->stream, buffer, 256 * 1024)) > 0)
    {
      guint from = bare->bytes->len > 64 ? bare->bytes->len - 64 : 0;

      g_byte_array_append (bare->bytes, (guint8 *) buffer, n_read);
      if (memmem (bare->bytes->data + from, bare->bytes->len - from,
                  bare->until, strlen (bare->until)) != NULL)
        break;
    }

  return NULL;
}

/* What a reader that does nothing else gets of @n_rows: QEMU gives a virtio console's output up where
 * nobody takes it in time. */
static guint
count_rows_of_bare_stream (Fixture *fixture,
                           guint    first,
                           guint    n_rows)
{
  virConnectPtr handle = virConnectOpen (fixture->guest->uri);
  virDomainPtr domain = virDomainLookupByUUIDString (handle, fixture->guest->uuid);
  g_autoptr (GByteArray) received = g_byte_array_new ();
  g_autofree char *command = dup_virtio_command (first, n_rows);
  g_autofree char *until = g_strdup_printf ("al1l-%u", first);
  g_autoptr (GBytes) bytes = NULL;
  BareStream bare = { virStreamNew (handle, 0), received, until };
  GThread *thread;

  g_assert_cmpint (virDomainOpenConsole (domain, "console1", bare.stream, 0), ==, 0);
  thread = g_thread_new ("bare-stream", read_bare_stream, &bare);
  g_assert_cmpint (virStreamSend (bare.stream, command, strlen (command)), ==, (int) strlen (command));
  g_thread_join (thread);
  virStreamAbort (bare.stream);
  virStreamFree (bare.stream);
  virDomainFree (domain);
  virConnectClose (handle);

  bytes = g_bytes_new (received->data, received->len);

  return count_virtio_rows (bytes, first, first + n_rows).n_rows;
}

static void
print_virtio_rows (Fixture *fixture,
                   guint    first,
                   guint    n_rows)
{
  g_autofree char *command = dup_virtio_command (first, n_rows);

  type_text (fixture, command);
}

/* The same rows by the console and by a bare stream, one after the other. */
static gboolean
keeps_as_much_as_a_bare_stream (Fixture *fixture,
                                guint    first,
                                guint    n_rows)
{
  g_autoptr (GBytes) all = NULL;
  VirtioRows rows;
  guint64 from;
  guint n_bare;

  hostel_console_activate (fixture->console);
  ASSERT_WITHIN (has_state (fixture, HOSTEL_CONSOLE_STATE_OPEN), LONG);
  from = get_end (fixture);
  print_virtio_rows (fixture, first, n_rows);
  wait_for_rows (fixture, from, first);
  hostel_console_close (fixture->console);
  ASSERT_WITHIN (has_state (fixture, HOSTEL_CONSOLE_STATE_CLOSED), LONG);
  n_bare = count_rows_of_bare_stream (fixture, first + n_rows, n_rows);

  all = read_all (fixture);
  rows = count_virtio_rows (all, first, first + n_rows);
  g_test_message ("of %u rows: %u, a bare stream %u", n_rows, rows.n_rows, n_bare);
  g_assert_cmpuint (rows.n_wrong, ==, 0);

  return rows.n_rows + n_rows / 100 >= n_bare;
}

/* A virtio console has no wire that waits: what a reader that does nothing else gets of it is the
 * measure, and nothing may come twice. */
static void
test_every_byte_virtio (Fixture       *fixture,
                        gconstpointer  data)
{
  const guint n_rows = long_count (300000, 1100000);
  const guint64 part = n_rows * 3;
  g_autoptr (GBytes) all = NULL;
  VirtioRows interrupted;
  guint64 from;
  gboolean over = FALSE;

  if (fixture->guest == NULL)
    return;

  boot (fixture);
  wait_for_shell (fixture, 0);
  from = get_end (fixture);
  print_virtio_rows (fixture, FIRST, n_rows);
  wait_for_bytes (fixture, from, part);

  hostel_console_close (fixture->console);
  WAIT_UNTIL (over, 300);
  hostel_console_activate (fixture->console);
  ASSERT_WITHIN (has_state (fixture, HOSTEL_CONSOLE_STATE_OPEN), LONG);
  wait_for_bytes (fixture, from, 2 * part);

  private_daemon_kill (fixture->daemon);
  ASSERT_WITHIN (!has_state (fixture, HOSTEL_CONSOLE_STATE_OPEN), LONG);
  private_daemon_start (fixture->daemon);
  tiny_guest_reconnect (fixture->guest);
  ASSERT_WITHIN (has_state (fixture, HOSTEL_CONSOLE_STATE_OPEN), LONG);
  wait_for_rows (fixture, 0, FIRST);

  /* In the middle of a stream. */
  from = get_end (fixture);
  print_virtio_rows (fixture, FIRST + n_rows, n_rows);
  wait_for_bytes (fixture, from, part);
  g_assert_cmpint (virDomainReset (fixture->guest->domain, 0), ==, 0);
  WAIT_UNTIL (over, 500);
  from = get_end (fixture);
  wait_for_shell (fixture, from);
  all = read_all (fixture);
  interrupted = count_virtio_rows (all, FIRST, FIRST + n_rows);
  g_test_message ("of %u rows: %u with interruptions", n_rows, interrupted.n_rows);
  g_assert_cmpuint (interrupted.n_wrong, ==, 0);
  g_assert_cmpuint (interrupted.n_rows, >, n_rows / 10 * 9);

  /* What QEMU gives up depends on what else this computer does in that moment. */
  for (guint i = 1; !keeps_as_much_as_a_bare_stream (fixture, FIRST + 2 * i * n_rows, n_rows); i++)
    g_assert_cmpuint (i, <, N_RACES);
}

/* A window that draws, or waits for a slow disk, does not keep the guest's output waiting. */
static void
test_main_loop_away (Fixture       *fixture,
                     gconstpointer  data)
{
  const guint n_rows = 300000;
  const guint64 n_bytes = n_rows * strlen ("10000000 10000000\n");
  g_autoptr (GBytes) all = NULL;
  VirtioRows rows;
  guint64 from;
  gint64 start;

  if (fixture->guest == NULL)
    return;

  boot (fixture);
  wait_for_shell (fixture, 0);
  from = get_end (fixture);
  print_virtio_rows (fixture, FIRST, n_rows);
  wait_for_bytes (fixture, from, n_bytes / 20);

  start = g_get_monotonic_time ();
  while (get_end (fixture) < from + n_bytes / 10 * 9
         && g_get_monotonic_time () - start < (gint64) LONG / 5 * 1000 * WAIT_SCALE)
    g_usleep (G_USEC_PER_SEC / 10);
  g_assert_cmpuint (get_end (fixture), >=, from + n_bytes / 10 * 9);

  wait_for_rows (fixture, from, FIRST);
  all = read_all (fixture);
  rows = count_virtio_rows (all, FIRST, FIRST + n_rows);
  g_test_message ("of %u rows: %u", n_rows, rows.n_rows);
  g_assert_cmpuint (rows.n_wrong, ==, 0);
  g_assert_cmpuint (rows.n_rows, >, n_rows / 100 * 95);
}

typedef struct
{
  guint  n_files;
  guint  n_threads;
  guint  memory; /* KiB, without files */
} Usage;

static guint
count_entries (const char *path)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  guint n_entries = 0;

  while (g_dir_read_name (dir) != NULL)
    n_entries++;

  return n_entries;
}

static Usage
measure_usage (void)
{
  Usage usage = { count_entries ("/proc/self/fd"), count_entries ("/proc/self/task"), 0 };
  g_autofree char *status = NULL;
  const char *line;

  g_assert_true (g_file_get_contents ("/proc/self/status", &status, NULL, NULL));
  line = strstr (status, "RssAnon:");
  g_assert_nonnull (line);
  usage.memory = strtoul (line + strlen ("RssAnon:"), NULL, 10);

  return usage;
}

static void
restart_by_reset (Fixture *fixture,
                  guint    n_times)
{
  for (guint i = 0; i < n_times; i++)
    {
      guint64 from = get_end (fixture);

      g_assert_cmpint (virDomainReset (fixture->guest->domain, 0), ==, 0);
      wait_for (fixture, from, "SeaBIOS (version");
    }
}

/* A thousand take four minutes; under sanitizers, several times slower, they would not add what 60 do
 * not show. */
#ifdef __SANITIZE_ADDRESS__
#define N_RESETS long_count (30, 60)
#define N_REBOOTS 5
#else
#define N_RESETS long_count (30, 1000)
#define N_REBOOTS long_count (5, 20)
#endif

/* Always attached again, and nothing is kept of a restart but its text. */
static void
test_restarts (Fixture       *fixture,
               gconstpointer  data)
{
  Usage before;
  Usage after;
  guint64 from = 0;

  if (fixture->guest == NULL)
    return;

  boot (fixture);
  wait_for (fixture, 0, "TINY-READY");
  restart_by_reset (fixture, 10);
  before = measure_usage ();
  restart_by_reset (fixture, N_RESETS);
  after = measure_usage ();
  g_test_message ("%u restarts: files %u, then %u; threads %u, then %u; memory %u KiB, then %u KiB",
                  N_RESETS, before.n_files, after.n_files, before.n_threads, after.n_threads,
                  before.memory, after.memory);
  g_assert_cmpuint (after.n_files, <=, before.n_files + 2);
  g_assert_cmpuint (after.n_threads, <=, before.n_threads + 2);
#ifndef __SANITIZE_ADDRESS__
  g_assert_cmpuint (after.memory, <, before.memory + 8 * 1024);
#endif

  from = get_end (fixture);
  g_assert_cmpint (virDomainReset (fixture->guest->domain, 0), ==, 0);
  for (guint i = 0; i < N_REBOOTS; i++)
    {
      wait_for (fixture, from, "TINY-READY");
      wait_for (fixture, from, "tiny# ");
      from = get_end (fixture);
      type_text (fixture, "reboot -f\r");
    }
  wait_for (fixture, from, "TINY-READY");
  g_assert_true (has_state (fixture, HOSTEL_CONSOLE_STATE_OPEN));
  g_assert_cmpuint (count_marks (fixture, HOSTEL_TRANSCRIPT_MARK_GAP), ==, 0);
}

/* One that could not be opened is not waited for when the machine is off: it may be started. */
static void
test_lost_then_off (Fixture       *fixture,
                    gconstpointer  data)
{
  g_autofree char *xml = NULL;
  virDomainPtr defined;

  if (fixture->guest == NULL)
    return;

  xml = virDomainGetXMLDesc (fixture->guest->domain, 0);
  defined = virDomainDefineXML (fixture->guest->handle, xml);
  g_assert_nonnull (defined);
  hostel_console_activate (fixture->console);
  ASSERT_WITHIN (has_state (fixture, HOSTEL_CONSOLE_STATE_LOST), LONG);
  g_assert_nonnull (hostel_console_get_error (fixture->console));
  g_assert_cmpint (virDomainDestroy (fixture->guest->domain), ==, 0);
  ASSERT_WITHIN (has_state (fixture, HOSTEL_CONSOLE_STATE_CLOSED), 20000);
  virDomainUndefine (defined);
  virDomainFree (defined);
}

/* Opened late, and again after a time in which no program of this kind ran. */
static void
test_late (Fixture       *fixture,
           gconstpointer  device)
{
  g_autoptr (GBytes) all = NULL;
  gboolean over = FALSE;
  guint64 from;

  if (fixture->guest == NULL)
    return;

  tiny_guest_resume (fixture->guest);
  WAIT_UNTIL (over, 1000);
  hostel_console_activate (fixture->console);
  wait_for (fixture, 0, "TINY-READY");
  g_assert_true (is_in (fixture, 0, "SeaBIOS (version"));

  type_text (fixture, "sleep 2; seq 20000000 20000999; echo al$((1))l\r");
  wait_for (fixture, 0, "echo al");
  from = get_end (fixture);
  g_clear_object (&fixture->console);
  WAIT_UNTIL (over, 6000);

  fixture->console = hostel_console_new (find_domain (fixture), device);
  g_assert_cmpuint (get_end (fixture), >=, from);
  g_assert_false (is_in (fixture, 0, "al1l"));
  hostel_console_activate (fixture->console);
  wait_for (fixture, from, "al1l");

  all = read_all (fixture);
  g_assert_cmpuint (assert_rows (all, 20000000, 20000999), ==, 1000);
  g_assert_cmpuint (count_marks (fixture, HOSTEL_TRANSCRIPT_MARK_GAP), ==, 0);
  g_assert_cmpuint (count_marks (fixture, HOSTEL_TRANSCRIPT_MARK_BOOT), ==, 1);
}

static gboolean
is_in_file (const char *path,
            const char *text)
{
  g_autofree char *data = NULL;
  gsize size = 0;

  return g_file_get_contents (path, &data, &size, NULL) &&
         memmem (data, size, text, strlen (text)) != NULL;
}

/* What the machine writes is in the transcript, and the console is let go of when the machine ends. */
static void
test_nobody_looks (Fixture       *fixture,
                   gconstpointer  device)
{
  g_autofree char *path = NULL;
  HostelConsole *console;

  if (fixture->guest == NULL)
    return;

  path = hostel_transcript_dup_path (hostel_console_get_transcript (fixture->console));
  g_clear_object (&fixture->console);
  hostel_console_registry_record (find_domain (fixture));
  tiny_guest_resume (fixture->guest);
  ASSERT_WITHIN (is_in_file (path, "TINY-READY"), LONG);

  console = hostel_console_registry_get (find_domain (fixture), device);
  g_object_add_weak_pointer (G_OBJECT (console), (gpointer *) &console);
  g_object_unref (console);
  g_assert_nonnull (console);
  g_assert_cmpint (virDomainDestroy (fixture->guest->domain), ==, 0);
  ASSERT_WITHIN (console == NULL, LONG);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  hostel_virt_init ();

  g_test_add ("/console/every-byte/serial", Fixture, "serial0", set_up, test_every_byte, tear_down);
  g_test_add ("/console-virtio/every-byte", Fixture, "console1", set_up, test_every_byte_virtio, tear_down);
  g_test_add ("/console-virtio/main-loop-away", Fixture, "console1", set_up, test_main_loop_away, tear_down);
  g_test_add ("/console/restarts", Fixture, "serial0", set_up, test_restarts, tear_down);
  g_test_add ("/console/lost-then-off", Fixture, "serial7", set_up, test_lost_then_off, tear_down);
  g_test_add ("/console/nobody-looks", Fixture, "serial0", set_up, test_nobody_looks, tear_down);
  g_test_add ("/console/late", Fixture, "serial0", set_up, test_late, tear_down);

  return g_test_run ();
}
