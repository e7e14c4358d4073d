/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <string.h>

#include "connection-fixture.h"
#include "hostel-console.h"
#include "hostel-error.h"
#include "hostel-virt.h"
#include "scripted-console.h"

/* What a console session makes of all that a guest, a daemon and other clients can do, with a script in
 * their place: test-console-stream.c and test-console.c see the real ones. */

#define LONG 30000
/* As SeaBIOS begins, twice at each start. */
#define PROLOGUE "\033c\033[?7l\033[2J"

typedef struct
{
  ScriptedConsole     *script;
  HostelConsoleStream *stream;
  GString             *text;
  HostelConsoleState   state_at_last_byte;
  guint                tick_id; /* what the script knows does not wake the main loop */
} Fixture;

static gboolean
tick_cb (gpointer user_data)
{
  return G_SOURCE_CONTINUE;
}

static void
received_cb (HostelConsoleStream *stream,
             GBytes              *bytes,
             Fixture             *fixture)
{
  gsize size;
  const char *data = g_bytes_get_data (bytes, &size);

  g_string_append_len (fixture->text, data, size);
  fixture->state_at_last_byte = hostel_console_stream_get_state (stream);
}

static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  fixture->script = scripted_console_new ();
  fixture->stream = scripted_console_new_stream (fixture->script);
  fixture->text = g_string_new (NULL);
  g_signal_connect (fixture->stream, "received", G_CALLBACK (received_cb), fixture);
  hostel_console_stream_set_flowing (fixture->stream, TRUE);
  fixture->tick_id = g_timeout_add (2, tick_cb, NULL);
}

static guint
count_entries (const char *path)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  guint n_entries = 0;

  while (g_dir_read_name (dir) != NULL)
    n_entries++;

  return n_entries;
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  if (fixture->stream != NULL)
    {
      g_signal_handlers_disconnect_by_data (fixture->stream, fixture);
      g_assert_finalize_object (fixture->stream);
    }
  g_source_remove (fixture->tick_id);
  scripted_console_free (fixture->script);
  g_string_free (fixture->text, TRUE);
}

static gboolean
has_state (Fixture            *fixture,
           HostelConsoleState  state)
{
  return hostel_console_stream_get_state (fixture->stream) == state;
}

static void
open_stream (Fixture *fixture)
{
  hostel_console_stream_open (fixture->stream, FALSE);
  g_assert_true (has_state (fixture, HOSTEL_CONSOLE_STATE_OPENING));
  ASSERT_WITHIN (has_state (fixture, HOSTEL_CONSOLE_STATE_OPEN), LONG);
}

static void
say (Fixture    *fixture,
     const char *text)
{
  scripted_console_say (fixture->script, text, strlen (text));
}

static void
write_bytes (Fixture *fixture,
             GBytes  *bytes)
{
  hostel_console_stream_write (fixture->stream, bytes);
}

static GBytes *
make_random_bytes (gsize size)
{
  guint8 *data = g_malloc (size);

  for (gsize i = 0; i < size; i++)
    data[i] = (guint8) g_test_rand_int ();

  return g_bytes_new_take (data, size);
}

/* Cut anywhere, over ends of the stream that heal by themselves: each byte once and in order. */
static void
test_every_byte (Fixture       *fixture,
                 gconstpointer  data)
{
  g_autoptr (GBytes) bytes = make_random_bytes (4 * 1024 * 1024);
  const char *all = g_bytes_get_data (bytes, NULL);
  gsize size = g_bytes_get_size (bytes);
  gsize said = 0;
  guint n_ends = 0;

  open_stream (fixture);
  while (said < size)
    {
      gsize n_bytes = (gsize) g_test_rand_int_range (1, 30000);

      n_bytes = MIN (n_bytes, size - said);
      scripted_console_say (fixture->script, all + said, n_bytes);
      said += n_bytes;
      if (n_ends < 20 && g_test_rand_int_range (0, 8) == 0)
        {
          guint n_opens = scripted_console_get_n_opens (fixture->script);

          scripted_console_hang_up (fixture->script);
          n_ends++;
          ASSERT_WITHIN (scripted_console_get_n_opens (fixture->script) > n_opens, LONG);
        }
      g_main_context_iteration (NULL, FALSE);
    }

  ASSERT_WITHIN (fixture->text->len >= size, LONG);
  g_assert_cmpmem (fixture->text->str, fixture->text->len, all, size);
  g_assert_true (has_state (fixture, HOSTEL_CONSOLE_STATE_OPEN));
  g_assert_cmpuint (n_ends, >, 5);
}

/* While nobody takes what came in, the reader stops somewhere; then all of it comes. */
static void
test_bound (Fixture       *fixture,
            gconstpointer  data)
{
  const gsize size = 20 * 1024 * 1024;
  g_autofree char *all = g_strnfill (size, 'x');
  gsize waiting;
  gboolean over = FALSE;

  hostel_console_stream_set_flowing (fixture->stream, FALSE);
  open_stream (fixture);
  scripted_console_say (fixture->script, all, size);
  ASSERT_WITHIN (scripted_console_get_n_waiting (fixture->script) <= 12 * 1024 * 1024, LONG);
  WAIT_UNTIL (over, 100);
  waiting = scripted_console_get_n_waiting (fixture->script);
  g_assert_cmpuint (waiting, >=, 11 * 1024 * 1024);
  g_assert_cmpuint (fixture->text->len, ==, 0);

  hostel_console_stream_set_flowing (fixture->stream, TRUE);
  ASSERT_WITHIN (fixture->text->len == size, LONG);
}

/* The last words of a machine that stops, more than one turn of the main loop passes on, are told before
 * that it is off. */
static void
test_last_words (Fixture       *fixture,
                 gconstpointer  data)
{
  const gsize size = 5 * 1024 * 1024;
  g_autofree char *all = g_strnfill (size, 'x');

  open_stream (fixture);
  scripted_console_say (fixture->script, all, size);
  scripted_console_answer (fixture->script, HOSTEL_CONSOLE_STATE_CLOSED, 1);
  scripted_console_hang_up (fixture->script);
  ASSERT_WITHIN (has_state (fixture, HOSTEL_CONSOLE_STATE_CLOSED), LONG);
  g_assert_cmpuint (fixture->text->len, ==, size);
  g_assert_cmpint (fixture->state_at_last_byte, ==, HOSTEL_CONSOLE_STATE_OPEN);
  g_assert_error (hostel_console_stream_get_error (fixture->stream), HOSTEL_ERROR,
                  HOSTEL_ERROR_FAILED);
}

static void
test_paste (Fixture       *fixture,
            gconstpointer  data)
{
  g_autoptr (GBytes) first = make_random_bytes (1024 * 1024);
  g_autoptr (GBytes) second = make_random_bytes (70001);
  g_autoptr (GBytes) read = NULL;
  const char *all;

  scripted_console_set_reading (fixture->script, FALSE);
  /* Typed ahead, too. */
  hostel_console_stream_open (fixture->stream, FALSE);
  write_bytes (fixture, first);
  ASSERT_WITHIN (has_state (fixture, HOSTEL_CONSOLE_STATE_OPEN), LONG);
  write_bytes (fixture, second);
  g_assert_cmpuint (hostel_console_stream_get_unsent (fixture->stream), ==, 1024 * 1024 + 70001);

  /* What the guest says does not wait for it. */
  say (fixture, "busy");
  ASSERT_WITHIN (fixture->text->len == 4, LONG);
  g_assert_cmpuint (hostel_console_stream_get_unsent (fixture->stream), ==, 1024 * 1024 + 70001);

  scripted_console_set_reading (fixture->script, TRUE);
  ASSERT_WITHIN (hostel_console_stream_get_unsent (fixture->stream) == 0, LONG);
  read = scripted_console_get_read (fixture->script);
  all = g_bytes_get_data (read, NULL);
  g_assert_cmpmem (all, 1024 * 1024, g_bytes_get_data (first, NULL), 1024 * 1024);
  g_assert_cmpmem (all + 1024 * 1024, g_bytes_get_size (read) - 1024 * 1024,
                   g_bytes_get_data (second, NULL), 70001);
  /* libvirt's daemon takes no more at once. */
  g_assert_cmpuint (scripted_console_get_longest (fixture->script), <=, 256 * 1024);
}

/* A guest that never reads does not hold what a person closes. */
static void
test_stuck (Fixture       *fixture,
            gconstpointer  data)
{
  g_autoptr (GBytes) bytes = make_random_bytes (100000);
  guint n_threads = count_entries ("/proc/self/task");

  scripted_console_set_reading (fixture->script, FALSE);
  open_stream (fixture);
  write_bytes (fixture, bytes);
  ASSERT_WITHIN (scripted_console_is_stuck (fixture->script), LONG);
  hostel_console_stream_close (fixture->stream);
  g_assert_true (has_state (fixture, HOSTEL_CONSOLE_STATE_CLOSED));
  g_assert_cmpuint (hostel_console_stream_get_unsent (fixture->stream), ==, 0);
  ASSERT_WITHIN (scripted_console_get_n_drops (fixture->script, TRUE) == 1, LONG);
  ASSERT_WITHIN (count_entries ("/proc/self/task") <= n_threads, LONG);

  /* One that is not stuck is not forced. */
  open_stream (fixture);
  hostel_console_stream_close (fixture->stream);
  ASSERT_WITHIN (count_entries ("/proc/self/task") <= n_threads, LONG);
  g_assert_cmpuint (scripted_console_get_n_drops (fixture->script, TRUE), ==, 1);
  g_assert_cmpuint (scripted_console_get_n_drops (fixture->script, FALSE), ==, 0);
}

/* A guest that writes without an end: what comes after the close is the log's to tell. */
static void
test_closed_in_a_flood (Fixture       *fixture,
                        gconstpointer  data)
{
  const gsize size = 96 * 1024 * 1024;
  g_autofree char *all = g_strnfill (size, 'x');
  g_autofree char *uuid = g_uuid_string_random ();
  g_autoptr (HostelTranscript) transcript = hostel_transcript_open (NULL, uuid, "serial0");
  g_autoptr (HostelConsoleRecorder) recorder = hostel_console_recorder_new (transcript);
  gboolean over = FALSE;
  guint64 end;

  hostel_console_stream_set_recorder (fixture->stream, recorder);
  open_stream (fixture);
  hostel_console_recorder_release (recorder, hostel_console_recorder_get_opening (recorder), FALSE);
  scripted_console_say (fixture->script, all, size);
  ASSERT_WITHIN (hostel_transcript_get_end (transcript) > 0, LONG);
  hostel_console_stream_close (fixture->stream);
  end = hostel_transcript_get_end (transcript);
  g_assert_cmpuint (end, <, size / 2);
  WAIT_UNTIL (over, 200);
  /* But for what was on its way. */
  g_assert_cmpuint (hostel_transcript_get_end (transcript), <=, end + 64 * 1024);
}

/* Another client has just gone, and is not gone for the daemon yet; or it is there to stay. */
static void
test_taken (Fixture       *fixture,
            gconstpointer  data)
{
  scripted_console_answer (fixture->script, HOSTEL_CONSOLE_STATE_TAKEN, 3);
  open_stream (fixture);
  g_assert_cmpuint (scripted_console_get_n_opens (fixture->script), ==, 4);

  scripted_console_answer (fixture->script, HOSTEL_CONSOLE_STATE_TAKEN, G_MAXUINT);
  scripted_console_hang_up (fixture->script);
  ASSERT_WITHIN (has_state (fixture, HOSTEL_CONSOLE_STATE_TAKEN), LONG);
  g_assert_error (hostel_console_stream_get_error (fixture->stream), HOSTEL_ERROR,
                  HOSTEL_ERROR_FAILED);
  g_assert_cmpuint (scripted_console_get_n_opens (fixture->script), <, 15);
  /* Nobody asked for it. */
  g_assert_cmpuint (scripted_console_get_n_forced (fixture->script), ==, 0);

  scripted_console_answer (fixture->script, HOSTEL_CONSOLE_STATE_OPEN, 0);
  hostel_console_stream_open (fixture->stream, TRUE);
  ASSERT_WITHIN (has_state (fixture, HOSTEL_CONSOLE_STATE_OPEN), LONG);
  g_assert_cmpuint (scripted_console_get_n_forced (fixture->script), ==, 1);

  /* A hiccup does not take it from those who have taken it since. */
  scripted_console_hang_up (fixture->script);
  say (fixture, "back");
  ASSERT_WITHIN (fixture->text->len == 4, LONG);
  g_assert_cmpuint (scripted_console_get_n_forced (fixture->script), ==, 1);
}

/* The first answer is told at once; after an end it is asked again for a while, and not for ever. */
static void
test_lost (Fixture       *fixture,
           gconstpointer  data)
{
  guint n_opens;

  scripted_console_answer (fixture->script, HOSTEL_CONSOLE_STATE_LOST, 1);
  hostel_console_stream_open (fixture->stream, FALSE);
  ASSERT_WITHIN (has_state (fixture, HOSTEL_CONSOLE_STATE_LOST), LONG);
  g_assert_cmpuint (scripted_console_get_n_opens (fixture->script), ==, 1);

  open_stream (fixture);
  scripted_console_answer (fixture->script, HOSTEL_CONSOLE_STATE_LOST, 10);
  scripted_console_hang_up (fixture->script);
  ASSERT_WITHIN (scripted_console_get_n_opens (fixture->script) == 13, LONG);
  say (fixture, "healed");
  ASSERT_WITHIN (fixture->text->len == 6, LONG);
  g_assert_true (has_state (fixture, HOSTEL_CONSOLE_STATE_OPEN));

  n_opens = scripted_console_get_n_opens (fixture->script);
  scripted_console_answer (fixture->script, HOSTEL_CONSOLE_STATE_LOST, G_MAXUINT);
  scripted_console_hang_up (fixture->script);
  ASSERT_WITHIN (has_state (fixture, HOSTEL_CONSOLE_STATE_LOST), LONG);
  g_assert_nonnull (hostel_console_stream_get_error (fixture->stream));
  g_assert_cmpuint (scripted_console_get_n_opens (fixture->script) - n_opens, <, 60);
}

/* A daemon that is gone is not asked again, and is not a machine that is off. */
static void
test_broken (Fixture       *fixture,
             gconstpointer  data)
{
  open_stream (fixture);
  say (fixture, "before");
  ASSERT_WITHIN (fixture->text->len == 6, LONG);
  scripted_console_break (fixture->script);
  ASSERT_WITHIN (has_state (fixture, HOSTEL_CONSOLE_STATE_LOST), LONG);
  g_assert_error (hostel_console_stream_get_error (fixture->stream), HOSTEL_ERROR,
                  HOSTEL_ERROR_DISCONNECTED);
  g_assert_cmpuint (scripted_console_get_n_opens (fixture->script), ==, 1);

  open_stream (fixture);
  g_assert_null (hostel_console_stream_get_error (fixture->stream));
}

typedef struct
{
  guint n_files;
  guint n_threads;
  guint memory; /* KiB, without files */
} Usage;

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
assert_no_more (Usage before,
                Usage after)
{
  g_test_message ("files %u, then %u; threads %u, then %u; memory %u KiB, then %u KiB",
                  before.n_files, after.n_files, before.n_threads, after.n_threads,
                  before.memory, after.memory);
  g_assert_cmpuint (after.n_files, <=, before.n_files + 2);
  g_assert_cmpuint (after.n_threads, <=, before.n_threads + 2);
#ifndef __SANITIZE_ADDRESS__
  g_assert_cmpuint (after.memory, <, before.memory + 8 * 1024);
#endif
}

/* How a machine comes up again. */
typedef enum
{
  RESET,     /* its console stays */
  POWER_OFF, /* it ends, the machine is off, and is started */
} Restart;

/* Returns: how many bytes it has written */
static gsize
boot (ScriptedConsole *script,
      guint            number)
{
  /* More than what SeaBIOS writes between the two, by which a start is told from its second half. */
  g_autofree char *kernel = g_strnfill (1000, '.');
  g_autofree char *text = g_strdup_printf (PROLOGUE "SeaBIOS (version 1)\r\n" PROLOGUE
                                           "Booting %u\r\n%s\r\n# ", number, kernel);

  scripted_console_say (script, text, strlen (text));

  return strlen (text);
}

static gboolean
is_open (HostelConsole *console)
{
  return hostel_console_get_state (console) == HOSTEL_CONSOLE_STATE_OPEN;
}

static void
restart (ScriptedConsole *script,
         HostelConsole   *console,
         Restart          how,
         guint            number)
{
  HostelTranscript *transcript = hostel_console_get_transcript (console);
  guint64 end = hostel_transcript_get_end (transcript);

  if (how == POWER_OFF)
    {
      scripted_console_answer (script, HOSTEL_CONSOLE_STATE_CLOSED, 1);
      scripted_console_hang_up (script);
      ASSERT_WITHIN (hostel_console_get_state (console) == HOSTEL_CONSOLE_STATE_CLOSED, LONG);
      hostel_console_open (console, FALSE);
      ASSERT_WITHIN (is_open (console), LONG);
    }

  end += boot (script, number);
  ASSERT_WITHIN (hostel_transcript_get_end (transcript) == end, LONG);
}

static guint
count_marks (HostelTranscript         *transcript,
             HostelTranscriptMarkKind  kind)
{
  guint n_marks = 0;

  for (guint i = 0; i < hostel_transcript_get_n_marks (transcript); i++)
    {
      g_autoptr (HostelTranscriptMark) mark = hostel_transcript_dup_mark (transcript, i);

      n_marks += mark->kind == kind;
    }

  return n_marks;
}

/* Each once, in its place. */
static void
assert_boots (HostelTranscript *transcript,
              guint             n_boots)
{
  g_autoptr (GBytes) bytes = hostel_transcript_read (transcript, 0, 4 * 1024 * 1024, NULL);
  g_autofree char *text = g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
  const char *found = text;

  for (guint i = 0; i < n_boots; i++)
    {
      g_autofree char *line = g_strdup_printf ("Booting %u\r\n", i);

      found = strstr (found, "Booting ");
      g_assert_nonnull (found);
      g_assert_true (g_str_has_prefix (found, line));
      found += strlen (line);
    }
  g_assert_null (strstr (found, "Booting "));
  g_assert_cmpuint (count_marks (transcript, HOSTEL_TRANSCRIPT_MARK_BOOT), ==, n_boots);
}

/* A thousand of each kind: always attached again, and nothing is kept of one but its text. */
static void
test_restarts (Fixture       *fixture,
               gconstpointer  data)
{
  const guint n_restarts = 1000;
  Restart how = GPOINTER_TO_UINT (data);
  g_autoptr (HostelConnection) connection = open_connection ("test:///default");
  g_autoptr (HostelConsole) console = NULL;
  g_autoptr (GError) error = NULL;
  HostelDomain *domain;
  HostelConsole *gone;
  Usage before = { 0 };
  gsize size;

  domain = hostel_connection_lookup_name (connection, "test");
  hostel_transcript_remove (NULL, hostel_domain_get_uuid (domain), NULL);
  console = hostel_console_new (domain, "serial0");
  hostel_console_adopt (console, fixture->stream);
  hostel_console_open (console, FALSE);
  ASSERT_WITHIN (is_open (console), LONG);

  size = boot (fixture->script, 0);
  ASSERT_WITHIN (hostel_transcript_get_end (hostel_console_get_transcript (console)) == size, LONG);
  for (guint i = 1; i < n_restarts; i++)
    {
      restart (fixture->script, console, how, i);
      if (i == 50)
        before = measure_usage ();
    }
  assert_no_more (before, measure_usage ());
  g_assert_true (is_open (console));
  assert_boots (hostel_console_get_transcript (console), n_restarts);

  /* What it still waits for holds it. */
  g_object_add_weak_pointer (G_OBJECT (console), (gpointer *) &gone);
  gone = console;
  g_object_unref (g_steal_pointer (&console));
  ASSERT_WITHIN (gone == NULL, LONG);
  hostel_transcript_remove (NULL, hostel_domain_get_uuid (domain), &error);
  g_assert_no_error (error);
  hostel_connection_close (connection);
}

static void
add (const char    *path,
     gconstpointer  data,
     void           (*test) (Fixture *, gconstpointer))
{
  g_test_add (path, Fixture, data, set_up, test, tear_down);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  hostel_virt_init ();

  add ("/console-session/every-byte", NULL, test_every_byte);
  add ("/console-session/bound", NULL, test_bound);
  add ("/console-session/last-words", NULL, test_last_words);
  add ("/console-session/paste", NULL, test_paste);
  add ("/console-session/stuck", NULL, test_stuck);
  add ("/console-session/closed-in-a-flood", NULL, test_closed_in_a_flood);
  add ("/console-session/taken", NULL, test_taken);
  add ("/console-session/lost", NULL, test_lost);
  add ("/console-session/broken", NULL, test_broken);
  add ("/console-session/restarts/reset", GUINT_TO_POINTER (RESET), test_restarts);
  add ("/console-session/restarts/power-off", GUINT_TO_POINTER (POWER_OFF), test_restarts);

  return g_test_run ();
}
