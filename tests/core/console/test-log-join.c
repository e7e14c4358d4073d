/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <string.h>

#include "hostel-log-join.h"

static GString *
make_rows (guint first,
           guint n_rows)
{
  GString *text = g_string_new (NULL);

  for (guint i = first; i < first + n_rows; i++)
    g_string_append_printf (text, "row %u\r\n", i);

  return text;
}

static void
test_end (void)
{
  g_autoptr (GString) all = make_rows (0, 100000);
  gsize end;

  /* Any cuts: the log begins before or after what is kept begins. */
  for (guint i = 0; i < 200; i++)
    {
      gsize kept_end = g_test_rand_int_range (1, all->len);
      gsize kept_start = g_test_rand_int_range (0, kept_end);
      gsize log_start = g_test_rand_int_range (0, kept_end);

      if (kept_end - MAX (kept_start, log_start) < 16)
        continue;
      g_assert_true (hostel_log_join_find_end (all->str + kept_start, kept_end - kept_start,
                                               all->str + log_start, all->len - log_start, &end));
      g_assert_cmpuint (log_start + end, ==, kept_end);
    }
}

static void
test_end_is_gone (void)
{
  g_autoptr (GString) kept = make_rows (0, 1000);
  g_autoptr (GString) log = make_rows (50000, 1000);
  gsize end = 1;

  g_assert_false (hostel_log_join_find_end (kept->str, kept->len, log->str, log->len, &end));
  g_assert_cmpuint (end, ==, 0);
}

static void
test_nothing_kept (void)
{
  gsize end = 1;

  g_assert_true (hostel_log_join_find_end ("", 0, "abc", 3, &end));
  g_assert_cmpuint (end, ==, 0);
  g_assert_false (hostel_log_join_find_end ("abc", 3, "", 0, &end));
}

/* Nothing but one byte must not take for ever. */
static void
test_monotonous (void)
{
  g_autofree char *text = g_strnfill (4 * 1024 * 1024, 'y');
  gsize end;
  gsize skip;

  g_assert_true (hostel_log_join_find_end (text, 1024 * 1024, text, 4 * 1024 * 1024, &end));
  g_assert_true (hostel_log_join_find_live (text, 4 * 1024 * 1024, text, 1024 * 1024, &skip));
}

static void
test_live (void)
{
  g_autoptr (GString) all = make_rows (0, 100000);
  gsize skip;

  for (guint i = 0; i < 200; i++)
    {
      gsize log_end = g_test_rand_int_range (1000, all->len - 1000);
      gsize live_start = log_end - g_test_rand_int_range (16, 1000);

      g_assert_true (hostel_log_join_find_live (all->str, log_end, all->str + live_start,
                                                all->len - live_start, &skip));
      g_assert_cmpuint (live_start + skip, ==, log_end);
    }
}

/* The console's first second has holes, which the log fills. */
static void
test_live_with_holes (void)
{
  g_autoptr (GString) all = make_rows (0, 20000);
  g_autoptr (GString) live = g_string_new (NULL);
  gsize log_end = all->len - 5000;
  gsize skip;

  g_string_append_len (live, all->str + log_end - 9000, 100);
  g_string_append_len (live, all->str + log_end - 6000, 700);
  g_string_append_len (live, all->str + log_end - 2000, 7000);
  g_assert_true (hostel_log_join_find_live (all->str, log_end, live->str, live->len, &skip));
  g_assert_cmpuint (skip, ==, 100 + 700 + 2000);
}

/* That both have a line end is no meeting. */
static void
test_live_elsewhere (void)
{
  const char *log = "first\r\nlogin: ";
  const char *live = "x login: root\r\n";
  gsize skip = 1;

  g_assert_false (hostel_log_join_find_live (log, strlen (log), live, strlen (live), &skip));
  g_assert_cmpuint (skip, ==, 0);
  g_assert_true (hostel_log_join_find_live (log, strlen (log), "gin: root", 9, &skip));
  g_assert_cmpuint (skip, ==, 5);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/log-join/end", test_end);
  g_test_add_func ("/log-join/end-is-gone", test_end_is_gone);
  g_test_add_func ("/log-join/nothing-kept", test_nothing_kept);
  g_test_add_func ("/log-join/monotonous", test_monotonous);
  g_test_add_func ("/log-join/live", test_live);
  g_test_add_func ("/log-join/live-with-holes", test_live_with_holes);
  g_test_add_func ("/log-join/live-elsewhere", test_live_elsewhere);

  return g_test_run ();
}
