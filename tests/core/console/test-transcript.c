/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>

#include "hostel-transcript-times.h"
#include "watchdog.h"

#define UUID "00000000-1111-2222-3333-444444444444"

typedef struct
{
  char             *directory;
  HostelTranscript *transcript;
} Fixture;

static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  g_autoptr (GError) error = NULL;

  fixture->directory = g_dir_make_tmp ("hostel-transcript-XXXXXX", &error);
  g_assert_no_error (error);
  fixture->transcript = hostel_transcript_open (fixture->directory, UUID, "serial0");
  g_assert_null (hostel_transcript_dup_error (fixture->transcript));
}

static void
drop (Fixture *fixture)
{
  /* A worker may hold it until a moment after it has told. */
  for (guint i = 0; i < 10000 && g_atomic_int_get (&G_OBJECT (fixture->transcript)->ref_count) > 1; i++)
    g_usleep (1000);
  g_assert_finalize_object (fixture->transcript);
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  g_autoptr (GError) error = NULL;

  drop (fixture);
  g_assert_true (hostel_transcript_remove (fixture->directory, UUID, &error));
  g_assert_no_error (error);
  g_assert_cmpint (g_rmdir (fixture->directory), ==, 0);
  g_free (fixture->directory);
}

static void
reopen (Fixture *fixture)
{
  drop (fixture);
  fixture->transcript = hostel_transcript_open (fixture->directory, UUID, "serial0");
}

static void
append (Fixture    *fixture,
        const char *text)
{
  hostel_transcript_append (fixture->transcript, text, strlen (text));
}

static void
assert_reads (Fixture    *fixture,
              guint64     offset,
              const char *text)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = hostel_transcript_read (fixture->transcript, offset, 1000, &error);

  g_assert_no_error (error);
  g_assert_cmpmem (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), text, strlen (text));
}

static void
test_kept (Fixture       *fixture,
           gconstpointer  data)
{
  g_autofree char *path = hostel_transcript_dup_path (fixture->transcript);
  g_autoptr (HostelTranscriptMark) mark = NULL;
  g_autoptr (HostelTranscriptMark) gap = NULL;
  struct stat status;

  append (fixture, "one\n");
  hostel_transcript_add_mark (fixture->transcript, HOSTEL_TRANSCRIPT_MARK_BOOT, NULL);
  append (fixture, "two\n");
  hostel_transcript_add_mark (fixture->transcript, HOSTEL_TRANSCRIPT_MARK_GAP, "some\nwords");
  assert_reads (fixture, 0, "one\ntwo\n");
  assert_reads (fixture, 5, "wo\n");

  /* The next start of the program. */
  reopen (fixture);
  g_assert_cmpuint (hostel_transcript_get_end (fixture->transcript), ==, 8);
  assert_reads (fixture, 0, "one\ntwo\n");
  append (fixture, "three\n");
  assert_reads (fixture, 4, "two\nthree\n");
  g_assert_cmpuint (hostel_transcript_get_n_marks (fixture->transcript), ==, 2);
  mark = hostel_transcript_dup_mark (fixture->transcript, 0);
  g_assert_cmpuint (mark->offset, ==, 4);
  g_assert_cmpint (mark->kind, ==, HOSTEL_TRANSCRIPT_MARK_BOOT);
  gap = hostel_transcript_dup_mark (fixture->transcript, 1);
  g_assert_cmpuint (gap->offset, ==, 8);
  g_assert_cmpstr (gap->text, ==, "some words");

  g_assert_cmpint (g_stat (path, &status), ==, 0);
  g_assert_cmpint (status.st_mode & 0777, ==, 0600);
  g_assert_cmpint (status.st_size, ==, 14);
}

/* Memory holds the end alone, and the file all. */
static void
test_bounded (Fixture       *fixture,
              gconstpointer  data)
{
  const guint64 place = 3 * 1024 * 1024 + 17;
  g_autofree char *block = g_malloc (64 * 1024);
  g_autoptr (GBytes) bytes = NULL;

  for (guint i = 0; i < 20 * 16; i++)
    {
      memset (block, 'a' + i % 26, 64 * 1024);
      hostel_transcript_append (fixture->transcript, block, 64 * 1024);
    }
  g_assert_cmpuint (hostel_transcript_get_end (fixture->transcript), ==, 20 * 1024 * 1024);
  g_assert_null (hostel_transcript_peek (fixture->transcript, place, 10));
  bytes = hostel_transcript_read (fixture->transcript, place, 10, NULL);
  g_assert_cmpuint (g_bytes_get_size (bytes), ==, 10);
  g_assert_cmpint (*(const char *) g_bytes_get_data (bytes, NULL), ==, 'a' + 48 % 26);
}

static void
test_limit (Fixture       *fixture,
            gconstpointer  data)
{
  g_autofree char *path = hostel_transcript_dup_path (fixture->transcript);
  g_autofree char *block = g_strnfill (64 * 1024, 'x');
  struct stat status;

  hostel_transcript_set_limit (fixture->transcript, 1024 * 1024);
  for (guint i = 0; i < 16 * 8; i++)
    hostel_transcript_append (fixture->transcript, block, 64 * 1024);
  g_assert_cmpuint (hostel_transcript_get_end (fixture->transcript), ==, 8 * 1024 * 1024);
  g_assert_cmpuint (hostel_transcript_get_start (fixture->transcript), >=, 6 * 1024 * 1024);
  g_assert_cmpint (g_stat (path, &status), ==, 0);
  g_assert_cmpint (status.st_blocks * 512, <, 2 * 1024 * 1024);

  reopen (fixture);
  g_assert_cmpuint (hostel_transcript_get_start (fixture->transcript), >=, 6 * 1024 * 1024);
}

static void
test_find_lines (Fixture       *fixture,
                 gconstpointer  data)
{
  guint64 offset;

  for (guint i = 0; i < 50000; i++)
    append (fixture, "line\n");
  reopen (fixture);
  g_assert_true (hostel_transcript_find_lines (fixture->transcript, 20000, &offset));
  g_assert_cmpuint (offset, ==, 30000 * 5);
  g_assert_true (hostel_transcript_find_lines (fixture->transcript, 60000, &offset));
  g_assert_cmpuint (offset, ==, 0);
}

static void
test_second_writer (Fixture       *fixture,
                    gconstpointer  data)
{
  g_autoptr (HostelTranscript) second = NULL;
  g_autoptr (GError) error = NULL;

  append (fixture, "first\n");
  second = hostel_transcript_open (fixture->directory, UUID, "serial0");
  error = hostel_transcript_dup_error (second);
  g_assert_nonnull (error);
  hostel_transcript_append (second, "second\n", 7);
  append (fixture, "first\n");
  assert_reads (fixture, 0, "first\nfirst\n");
}

static void
test_no_place (void)
{
  g_autoptr (HostelTranscript) transcript = hostel_transcript_open ("/proc/none", UUID, "serial0");
  g_autoptr (GError) error = hostel_transcript_dup_error (transcript);
  g_autoptr (GBytes) bytes = NULL;

  g_assert_nonnull (error);
  hostel_transcript_append (transcript, "text", 4);
  bytes = hostel_transcript_peek (transcript, 0, 100);
  g_assert_cmpuint (g_bytes_get_size (bytes), ==, 4);
}

static void
assert_stamped (HostelTranscriptTimes *times,
                guint64                offset,
                const char            *text,
                const char            *pattern)
{
  g_autoptr (GString) output = g_string_new (NULL);

  hostel_transcript_times_stamp (times, offset, text, strlen (text), output);
  if (!g_regex_match_simple (pattern, output->str, 0, 0))
    g_error ("“%s” is not like “%s”", output->str, pattern);
}

#define STAMP "\\[\\d\\d\\d\\d-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d\\] "

/* A line keeps the time of its first byte, and comes whole out of pieces. */
static void
test_times (Fixture       *fixture,
            gconstpointer  data)
{
  g_autoptr (HostelTranscriptTimes) times = NULL;
  g_autoptr (GError) error = NULL;
  gint64 before = g_get_real_time ();
  gint64 first;
  gint64 second;

  append (fixture, "one\ntw");
  g_usleep (G_USEC_PER_SEC * 3 / 10);
  append (fixture, "o\n");

  times = hostel_transcript_times_new (fixture->transcript, &error);
  g_assert_no_error (error);
  first = hostel_transcript_times_lookup (times, 5);
  second = hostel_transcript_times_lookup (times, 6);
  g_assert_cmpint (first, >=, before);
  g_assert_cmpint (second, >=, first + G_USEC_PER_SEC * 2 / 10);
  g_assert_cmpint (second, <=, g_get_real_time ());
  g_assert_cmpint (hostel_transcript_times_lookup (times, 8), >=, second);

  assert_stamped (times, 0, "one\ntw", "^" STAMP "one\n" STAMP "tw$");
  assert_stamped (times, 6, "o\n", "^o\n$");
  /* Not written down, so it comes now. */
  assert_stamped (times, 8, "three", "^" STAMP "three$");
}

/* What was in a log before anybody looked. */
static void
test_times_unknown (Fixture       *fixture,
                    gconstpointer  data)
{
  g_autoptr (HostelTranscriptTimes) times = NULL;
  g_autofree char *path = g_build_filename (fixture->directory, UUID, "serial0.marks", NULL);

  append (fixture, "old\nnew\n");
  g_assert_true (g_file_set_contents (path, "4 1700000000000000 time\ncut off", -1, NULL));
  times = hostel_transcript_times_new (fixture->transcript, NULL);
  g_assert_nonnull (times);
  g_assert_cmpint (hostel_transcript_times_lookup (times, 0), ==, 0);
  assert_stamped (times, 0, "old\nnew\n", "^\\[ {19}\\] old\n\\[2023-11-1\\d ..:..:20\\] new\n$");
}

#define N_MANY 1000000
#define N_TRIES 5
#define MAX_ABSENCE_US (100 * 1000 * WATCHDOG_SCALE)

static void
write_many_marks (Fixture *fixture)
{
  g_autofree char *path = g_build_filename (fixture->directory, UUID, "serial0.marks", NULL);
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < N_MANY; i++)
    g_string_append_printf (text, "%u 1700000000000000 time\n%u 1700000000000000 event mark %u\n",
                            i % 9, i % 9, i);
  g_string_append (text, "4 1700000000000000 start\n4 1700000000000000 log 77\n");
  g_assert_true (g_file_set_contents (path, text->str, text->len, NULL));
}

static void
loaded_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (hostel_transcript_load_finish (HOSTEL_TRANSCRIPT (source), result, &error));
  g_assert_no_error (error);
  *(gboolean *) user_data = TRUE;
}

static void
assert_mark (Fixture    *fixture,
             guint       index,
             const char *text)
{
  g_autoptr (HostelTranscriptMark) mark = hostel_transcript_dup_mark (fixture->transcript, index);

  g_assert_nonnull (mark);
  g_assert_cmpstr (mark->text, ==, text);
}

/* Returns: how long the main loop was away at most while they were read, in µs. */
static gint64
measure_load (Fixture *fixture)
{
  Watchdog watchdog;
  gboolean loaded = FALSE;

  watchdog_start (&watchdog);
  reopen (fixture);
  hostel_transcript_load_async (fixture->transcript, NULL, loaded_cb, &loaded);
  ASSERT_WITHIN (loaded, 20000);
  watchdog_stop (&watchdog);

  return watchdog.longest;
}

/* The main loop goes on while they are read, and what comes meanwhile is after them. */
static void
test_many_marks (Fixture       *fixture,
                 gconstpointer  data)
{
  gint64 longest = G_MAXINT64;
  gboolean loaded = FALSE;
  guint64 offset;
  guint64 position;

  append (fixture, "one\ntwo\n");
  write_many_marks (fixture);

  /* Others have the processors at times: the best of some tries tells. */
  for (guint i = 0; i < N_TRIES && longest >= MAX_ABSENCE_US; i++)
    longest = MIN (longest, measure_load (fixture));
  g_assert_cmpint (longest, <, MAX_ABSENCE_US);

  reopen (fixture);
  hostel_transcript_load_async (fixture->transcript, NULL, loaded_cb, &loaded);
  g_assert_cmpuint (hostel_transcript_get_end (fixture->transcript), ==, 8);
  append (fixture, "three\n");
  hostel_transcript_add_mark (fixture->transcript, HOSTEL_TRANSCRIPT_MARK_EVENT, "new");
  ASSERT_WITHIN (loaded, 20000);

  g_assert_true (hostel_transcript_is_loaded (fixture->transcript));
  g_assert_cmpuint (hostel_transcript_get_n_marks (fixture->transcript), ==, N_MANY + 1);
  assert_mark (fixture, 0, "mark 0");
  assert_mark (fixture, N_MANY - 1, "mark 999999");
  assert_mark (fixture, N_MANY, "new");
  g_assert_cmpuint (hostel_transcript_find_mark (fixture->transcript, 2, 9), ==, N_MANY);
  g_assert_cmpuint (hostel_transcript_get_start (fixture->transcript), ==, 4);
  g_assert_true (hostel_transcript_get_log_position (fixture->transcript, &offset, &position));
  g_assert_cmpuint (position, ==, 77);
  assert_reads (fixture, 4, "two\nthree\n");

  /* Nothing was written twice or in another order. */
  reopen (fixture);
  g_assert_cmpuint (hostel_transcript_get_n_marks (fixture->transcript), ==, N_MANY + 1);
  assert_mark (fixture, N_MANY, "new");
}

/* What is told before the old marks are read is newer than they are. */
static void
test_not_loaded (Fixture       *fixture,
                 gconstpointer  data)
{
  guint64 offset;
  guint64 position;

  append (fixture, "one\n");
  hostel_transcript_set_log_position (fixture->transcript, 4);
  hostel_transcript_add_mark (fixture->transcript, HOSTEL_TRANSCRIPT_MARK_EVENT, "the first time");
  reopen (fixture);
  g_assert_false (hostel_transcript_is_loaded (fixture->transcript));
  append (fixture, "two\n");
  hostel_transcript_set_log_position (fixture->transcript, 8);
  hostel_transcript_add_mark (fixture->transcript, HOSTEL_TRANSCRIPT_MARK_EVENT, "second");

  g_assert_true (hostel_transcript_get_log_position (fixture->transcript, &offset, &position));
  g_assert_cmpuint (offset, ==, 8);
  g_assert_cmpuint (position, ==, 8);
  g_assert_cmpuint (hostel_transcript_get_n_marks (fixture->transcript), ==, 2);
  assert_mark (fixture, 0, "the first time");
  assert_mark (fixture, 1, "second");
}

/* A crash can leave half a line, or nothing but zeros, where the next start goes on. */
static void
test_torn_marks (Fixture       *fixture,
                 gconstpointer  data)
{
  static const char marks[] = "0 1700000000000000 event first\n"
                              "4 17000000000\0\0\0\0\0\n"
                              "boot\n"
                              "x 1700000000000000 boot\n"
                              "4 1700000000000000 later-version of it\n"
                              "4 1700000000000000 event last\n"
                              "4 1700000000000000 event cut o";
  g_autofree char *path = g_build_filename (fixture->directory, UUID, "serial0.marks", NULL);

  append (fixture, "one\n");
  g_assert_true (g_file_set_contents (path, marks, sizeof marks - 1, NULL));
  reopen (fixture);
  g_assert_cmpuint (hostel_transcript_get_n_marks (fixture->transcript), ==, 2);
  assert_mark (fixture, 0, "first");
  assert_mark (fixture, 1, "last");
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

  add ("/transcript/kept", test_kept);
  add ("/transcript/bounded", test_bounded);
  add ("/transcript/limit", test_limit);
  add ("/transcript/find-lines", test_find_lines);
  add ("/transcript/second-writer", test_second_writer);
  add ("/transcript/many-marks", test_many_marks);
  add ("/transcript/not-loaded", test_not_loaded);
  add ("/transcript/torn-marks", test_torn_marks);
  add ("/transcript/times", test_times);
  add ("/transcript/times-unknown", test_times_unknown);
  g_test_add_func ("/transcript/no-place", test_no_place);

  return g_test_run ();
}
