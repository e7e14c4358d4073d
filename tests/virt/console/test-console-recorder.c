/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <string.h>

#include "hostel-console-recorder.h"
#include "wait.h"

/* As SeaBIOS begins. */
#define PROLOGUE "\033c\033[?7l\033[2J"

typedef struct
{
  HostelTranscript      *transcript;
  HostelConsoleRecorder *recorder;
  GString               *signals; /* "b" for "begun", "g" for "grown" */
} Fixture;

static void
begun_cb (Fixture *fixture)
{
  g_string_append_c (fixture->signals, 'b');
}

static void
grown_cb (Fixture *fixture)
{
  g_string_append_c (fixture->signals, 'g');
}

static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  g_autofree char *uuid = g_uuid_string_random ();

  fixture->transcript = hostel_transcript_open (NULL, uuid, "serial0");
  fixture->recorder = hostel_console_recorder_new (fixture->transcript);
  fixture->signals = g_string_new (NULL);
  g_signal_connect_swapped (fixture->recorder, "begun", G_CALLBACK (begun_cb), fixture);
  g_signal_connect_swapped (fixture->recorder, "grown", G_CALLBACK (grown_cb), fixture);
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  WAIT_UNTIL (!g_main_context_pending (NULL), 100);
  g_assert_finalize_object (fixture->recorder);
  g_object_unref (fixture->transcript);
  g_string_free (fixture->signals, TRUE);
}

static void
take (Fixture    *fixture,
      const char *text)
{
  hostel_console_recorder_take (fixture->recorder, text, strlen (text));
}

static HostelConsoleJoin
join (Fixture    *fixture,
      const char *log,
      gboolean    complete,
      gboolean    final)
{
  return hostel_console_recorder_join (fixture->recorder, log, strlen (log), strlen (log), complete,
                                       hostel_console_recorder_get_opening (fixture->recorder), final);
}

static void
release (Fixture  *fixture,
         gboolean  gap)
{
  hostel_console_recorder_release (fixture->recorder,
                                   hostel_console_recorder_get_opening (fixture->recorder), gap);
}

static void
assert_text (Fixture    *fixture,
             const char *expected)
{
  g_autoptr (GBytes) bytes = hostel_transcript_read (fixture->transcript, 0, 64 * 1024 * 1024, NULL);

  g_assert_cmpmem (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), expected,
                   strlen (expected));
}

/* Where the marks of @kind are, separated by spaces. */
static char *
dup_marks (Fixture                  *fixture,
           HostelTranscriptMarkKind  kind)
{
  GString *offsets = g_string_new (NULL);

  for (guint i = 0; i < hostel_transcript_get_n_marks (fixture->transcript); i++)
    {
      g_autoptr (HostelTranscriptMark) mark = hostel_transcript_dup_mark (fixture->transcript, i);

      if (mark->kind == kind)
        g_string_append_printf (offsets, "%s%" G_GUINT64_FORMAT, offsets->len > 0 ? " " : "",
                                mark->offset);
    }

  return g_string_free (offsets, FALSE);
}

static void
assert_gaps (Fixture    *fixture,
             const char *expected)
{
  g_autofree char *gaps = dup_marks (fixture, HOSTEL_TRANSCRIPT_MARK_GAP);

  g_assert_cmpstr (gaps, ==, expected);
}

static void
test_straight_through (Fixture       *fixture,
                       gconstpointer  data)
{
  take (fixture, "one ");
  take (fixture, "two");
  assert_text (fixture, "one two");
  g_assert_false (hostel_console_recorder_holds (fixture->recorder));

  /* Told once, however often it grew in one turn. */
  ASSERT_WITHIN (fixture->signals->len > 0, 5000);
  WAIT_UNTIL (FALSE, 50);
  g_assert_cmpstr (fixture->signals->str, ==, "g");
}

static void
test_held_until_released (Fixture       *fixture,
                          gconstpointer  data)
{
  take (fixture, "before ");
  hostel_console_recorder_begin (fixture->recorder);
  g_assert_false (hostel_console_recorder_holds (fixture->recorder));
  take (fixture, "after");
  g_assert_true (hostel_console_recorder_holds (fixture->recorder));
  assert_text (fixture, "before ");
  ASSERT_WITHIN (fixture->signals->len > 1, 5000);
  g_assert_cmpstr (fixture->signals->str, ==, "bg");

  release (fixture, TRUE);
  assert_text (fixture, "before after");
  assert_gaps (fixture, "7");
  g_assert_cmpuint (hostel_console_recorder_get_live_from (fixture->recorder), ==, 7);

  /* Nothing is held: nothing to let go, and no gap. */
  release (fixture, TRUE);
  assert_gaps (fixture, "7");
}

/* What the log has in addition comes first, and what both have comes once. */
static void
test_joined (Fixture       *fixture,
             gconstpointer  data)
{
  take (fixture, "the first line of all\n");
  hostel_console_recorder_begin (fixture->recorder);
  take (fixture, "line nobody saw\nand what came live");
  g_assert_cmpint (join (fixture, "the first line of all\na second line nobody saw\n", FALSE, FALSE), ==,
                   HOSTEL_CONSOLE_JOIN_DONE);
  assert_text (fixture, "the first line of all\na second line nobody saw\nand what came live");
  assert_gaps (fixture, "");

  take (fixture, "!");
  assert_text (fixture, "the first line of all\na second line nobody saw\nand what came live!");
}

/* A log that does not reach what is held back yet: later, or with a gap where nobody waits longer. */
static void
test_log_is_behind (Fixture       *fixture,
                    gconstpointer  data)
{
  hostel_console_recorder_begin (fixture->recorder);
  take (fixture, "LIVE");
  g_assert_cmpint (join (fixture, "the log", TRUE, FALSE), ==, HOSTEL_CONSOLE_JOIN_NOT_YET);
  assert_text (fixture, "");
  g_assert_true (hostel_console_recorder_holds (fixture->recorder));

  g_assert_cmpint (join (fixture, "the log", TRUE, TRUE), ==, HOSTEL_CONSOLE_JOIN_DONE);
  assert_text (fixture, "the logLIVE");
  assert_gaps (fixture, "7");
}

/* A log that is asked for as the connection is lost, and comes or fails when it is back: what the
 * console brings now waits for a log of now. */
static void
test_asked_before_opened (Fixture       *fixture,
                          gconstpointer  data)
{
  guint opening = hostel_console_recorder_get_opening (fixture->recorder);
  const char *old = "before";

  take (fixture, "before");
  hostel_console_recorder_begin (fixture->recorder);
  take (fixture, "LIVE");

  g_assert_cmpint (hostel_console_recorder_join (fixture->recorder, old, strlen (old), strlen (old), TRUE,
                                                 opening, TRUE), ==, HOSTEL_CONSOLE_JOIN_NOT_YET);
  hostel_console_recorder_release (fixture->recorder, opening, TRUE);
  assert_text (fixture, "before");
  g_assert_true (hostel_console_recorder_holds (fixture->recorder));

  g_assert_cmpint (join (fixture, "before, unseen, LIVE", TRUE, TRUE), ==, HOSTEL_CONSOLE_JOIN_DONE);
  assert_text (fixture, "before, unseen, LIVE");
  assert_gaps (fixture, "");
}

/* What was on its way when the console was closed is in the log already. */
static void
test_late_bytes (Fixture       *fixture,
                 gconstpointer  data)
{
  take (fixture, "10005999\r\n100");
  g_assert_cmpint (join (fixture, "10005999\r\n10006000\r\n10006001\r\ntiny# ", TRUE, TRUE), ==,
                   HOSTEL_CONSOLE_JOIN_DONE);
  hostel_console_recorder_begin (fixture->recorder);
  take (fixture, "06000\r\n1");
  g_assert_cmpint (join (fixture, "10005999\r\n10006000\r\n10006001\r\ntiny# ", TRUE, FALSE), ==,
                   HOSTEL_CONSOLE_JOIN_NOT_YET);
  /* ... and what is new is so, too. */
  take (fixture, "date\r\n");
  g_assert_cmpint (join (fixture, "10005999\r\n10006000\r\n10006001\r\ntiny# date\r\n", TRUE, TRUE), ==,
                   HOSTEL_CONSOLE_JOIN_DONE);
  assert_text (fixture, "10005999\r\n10006000\r\n10006001\r\ntiny# date\r\n");
  assert_gaps (fixture, "");
}

/* Bytes that are in no log do not make it begin from its start again. */
static void
test_stray_bytes (Fixture       *fixture,
                  gconstpointer  data)
{
  const char *log = "a log of a line that is longer than any hint that is looked for in it, and more\r\n";
  const char *longer = "a log of a line that is longer than any hint that is looked for in it, and more\r\nrest";
  g_autofree char *expected = g_strconcat (log, "STRAYrest", NULL);

  g_assert_cmpint (join (fixture, log, TRUE, TRUE), ==, HOSTEL_CONSOLE_JOIN_DONE);
  hostel_console_recorder_begin (fixture->recorder);
  take (fixture, "STRAY");
  g_assert_cmpint (join (fixture, log, TRUE, TRUE), ==, HOSTEL_CONSOLE_JOIN_DONE);
  hostel_console_recorder_begin (fixture->recorder);
  g_assert_cmpint (join (fixture, log, TRUE, TRUE), ==, HOSTEL_CONSOLE_JOIN_DONE);
  g_assert_cmpint (join (fixture, longer, TRUE, TRUE), ==, HOSTEL_CONSOLE_JOIN_DONE);
  assert_text (fixture, expected);
}

static void
test_older_parts (Fixture       *fixture,
                  gconstpointer  data)
{
  take (fixture, "what was kept of an older part of the log, long ago\n");
  hostel_console_recorder_begin (fixture->recorder);
  g_assert_cmpint (join (fixture, "the newest part\n", FALSE, FALSE), ==,
                   HOSTEL_CONSOLE_JOIN_NEED_MORE);
  assert_text (fixture, "what was kept of an older part of the log, long ago\n");

  g_assert_cmpint (join (fixture, "what was kept of an older part of the log, long ago\nthe newest part\n",
                         TRUE, FALSE), ==, HOSTEL_CONSOLE_JOIN_QUIET);
  assert_text (fixture, "what was kept of an older part of the log, long ago\nthe newest part\n");
  assert_gaps (fixture, "");
}

/* All of the log is in, and the console says nothing yet: what it says next is live. */
static void
test_quiet (Fixture       *fixture,
            gconstpointer  data)
{
  hostel_console_recorder_begin (fixture->recorder);
  g_assert_cmpint (join (fixture, "login: ", TRUE, FALSE), ==, HOSTEL_CONSOLE_JOIN_QUIET);
  assert_text (fixture, "login: ");
  g_assert_cmpuint (hostel_console_recorder_get_live_from (fixture->recorder), ==, 7);

  release (fixture, FALSE);
  take (fixture, "alice");
  assert_text (fixture, "login: alice");
  assert_gaps (fixture, "");
}

/* A log that never comes does not fill the memory. */
static void
test_bound (Fixture       *fixture,
            gconstpointer  data)
{
  const gsize size = 1024 * 1024;
  g_autofree char *text = g_strnfill (size, 'x');

  hostel_console_recorder_begin (fixture->recorder);
  for (guint i = 0; i < 16; i++)
    take (fixture, text);
  g_assert_cmpuint (hostel_transcript_get_end (fixture->transcript), ==, 0);
  take (fixture, "x");
  g_assert_false (hostel_console_recorder_holds (fixture->recorder));
  g_assert_cmpuint (hostel_transcript_get_end (fixture->transcript), ==, 16 * size + 1);
}

/* SeaBIOS writes its prologue twice at each start; it may be cut anywhere. */
static void
test_boots (Fixture       *fixture,
            gconstpointer  data)
{
  const char *prologue = PROLOGUE;
  g_autofree char *text = g_strnfill (1000, '.');
  g_autofree char *boots = NULL;

  take (fixture, PROLOGUE "SeaBIOS\r\n" PROLOGUE "Booting\r\n");
  take (fixture, text);
  for (gsize i = 0; i < strlen (prologue); i++)
    hostel_console_recorder_take (fixture->recorder, prologue + i, 1);
  /* Nearly one, then one. */
  take (fixture, text);
  take (fixture, "\033c\033[?7l\033[2K");
  take (fixture, "\033c\033c\033[?7l\033[2J");

  boots = dup_marks (fixture, HOSTEL_TRANSCRIPT_MARK_BOOT);
  g_assert_cmpstr (boots, ==, "11 1051 2075");
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

  add ("/console-recorder/straight-through", test_straight_through);
  add ("/console-recorder/held-until-released", test_held_until_released);
  add ("/console-recorder/joined", test_joined);
  add ("/console-recorder/log-is-behind", test_log_is_behind);
  add ("/console-recorder/asked-before-opened", test_asked_before_opened);
  add ("/console-recorder/late-bytes", test_late_bytes);
  add ("/console-recorder/stray-bytes", test_stray_bytes);
  add ("/console-recorder/older-parts", test_older_parts);
  add ("/console-recorder/quiet", test_quiet);
  add ("/console-recorder/bound", test_bound);
  add ("/console-recorder/boots", test_boots);

  return g_test_run ();
}
