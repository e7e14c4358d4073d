/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <string.h>

#include "hostel-console-filter.h"

#define RESET "\033[?47l\033[!p\033[?7h\033[m\033(B\017\033[H"

static char *
filter_chunks (const char *data,
               gsize       size,
               gsize       chunk,
               gboolean    replay)
{
  g_autoptr (HostelConsoleFilter) filter = hostel_console_filter_new ();
  GString *output = g_string_new (NULL);

  hostel_console_filter_set_replay (filter, replay);
  for (gsize i = 0; i < size; i += chunk)
    hostel_console_filter_feed (filter, data + i, MIN (chunk, size - i), output);

  return g_string_free (output, FALSE);
}

typedef struct
{
  const char *name;
  const char *input;
  const char *output;
} Case;

static const Case cases[] = {
  { "plain", "abc\r\n\tdef", "abc\r\n\tdef" },
  { "utf8", "\xc3\xa4\xe2\x82\xac\xf0\x9f\x99\x82\xc2\xa0", "\xc3\xa4\xe2\x82\xac\xf0\x9f\x99\x82\xc2\xa0" },
  { "colours", "\033[1;31mred\033[0m", "\033[1;31mred\033[0m" },
  { "reset", "x\033cy", "x" RESET "\033[2Jy" },
  /* What SeaBIOS begins with: one clear, not two, and the lines of the system that it boots wrap. */
  { "seabios", "x\033c\033[?7l\033[2J", "x" RESET "\033[2J" },
  { "autowrap", "x\033[?7ly\033[?7h", "x\033[?7ly\033[?7h" },
  { "reset-twice", "x\033c\033cy", "x" RESET "\033[2J" RESET "y" },
  { "large-numbers", "\033[2147483647X\033[00005C\033[10000;12345;1m\033[9999b",
    "\033[9999X\033[0005C\033[9999;9999;1m\033[9999b" },
  { "window-operations", "a\033[21tb\033[18t\033[8;1;1tc", "ab\033[18tc" },
  { "erase-history", "a\033[3Jb\033[?3Jc\033[03Jd", "abcd" },
  { "clear", "a\033[2Jb\033[2J", "a\033[2Jb\033[2J" },
  { "clear-vt220", "a\033[H\033[Jb", "a\033[H\033[2Jb" },
  { "clear-home-numbers", "a\033[01;01H\033[0mb\033[1;1f\033[J", "a\033[01;01H\033[0mb\033[1;1f\033[2J" },
  { "erase-below", "a\033[5;1H\033[J\033[Hb\033[J", "a\033[5;1H\033[J\033[Hb\033[J" },
  { "erase-above", "a\033[H\033[1J", "a\033[H\033[1J" },
  { "title", "a\033]0;title\007b\033]2;title\033\\c", "ab\033\\c" },
  { "clipboard", "a\033]52;c;aGk=\007b", "ab" },
  { "link", "\033]8;;http://x/\033\\a\033]8;;\033\\", "\033\\a\033\\" },
  { "palette-linux", "a\033]P1234567b\033]Rc", "abc" },
  { "string-cut-off", "a\033]0;tit\r\nnew\n", "a\r\nnew\n" },
  { "string-cancelled", "a\033P1;2q\030b", "ab" },
  { "other-strings", "a\033Pq\033\\b\033_x\033\\c\033^y\033\\d\033Xz\033\\", "a\033\\b\033\\c\033\\d\033\\" },
  { "c1-string", "a\xc2\x9d" "0;title\xc2\x9c" "b", "ab" },
  { "c1-control", "a\xc2\x9b" "3Jb\xc2\x9b" "1mc", "ab\xc2\x9b" "1mc" },
  { "charset-c", "\033(cx", "\033(cx" },
  { "control-inside", "a\033[3\r\nJb", "a\r\nb" },
  { "escape-inside", "a\033[3\033[1mb", "a\033[1mb" },
  { "cancel-inside", "a\033[3\030Jb", "aJb" },
  { "reports", "a\033[6n\033[cb", "a\033[6n\033[cb" },
};

static void
test_case (gconstpointer data)
{
  const Case *test = data;

  for (gsize chunk = 1; chunk <= strlen (test->input); chunk++)
    {
      g_autofree char *output = filter_chunks (test->input, strlen (test->input), chunk, FALSE);

      g_assert_cmpstr (output, ==, test->output);
    }
}

static void
test_replay (void)
{
  const char *input = "a\033[6nb\033[cc\033[>cd\033[?25$pe\005f\033Zg\033[5mh\033[21ti";
  g_autofree char *output = filter_chunks (input, strlen (input), 3, TRUE);

  g_assert_cmpstr (output, ==, "abcdefg\033[5mhi");
}

static void
test_unfinished (void)
{
  g_autoptr (HostelConsoleFilter) filter = hostel_console_filter_new ();
  g_autoptr (GString) output = g_string_new (NULL);

  hostel_console_filter_feed (filter, "a\033[3", 4, output);
  g_assert_cmpstr (output->str, ==, "a");

  hostel_console_filter_reset (filter, output);
  g_string_truncate (output, 0);
  hostel_console_filter_feed (filter, "Jb", 2, output);
  g_assert_cmpstr (output->str, ==, "Jb");
}

/* Bytes from those that mean something, so that sequences are met, broken and nested. */
static void
test_any_cut (void)
{
  static const char alphabet[] = "\033\033\033[[]]cHJJ0123;?!P$pRXn^_\\\007\030\r\n\xc2\xc2\x9b\x9d\x9c\xe2\x82\xac"
                                 "abm \177";

  for (guint round = 0; round < 2000; round++)
    {
      gsize size = g_test_rand_int_range (1, 400);
      g_autofree char *data = g_malloc (size);
      g_autofree char *whole = NULL;
      g_autoptr (HostelConsoleFilter) filter = hostel_console_filter_new ();
      g_autoptr (GString) output = g_string_new (NULL);

      for (gsize i = 0; i < size; i++)
        data[i] = alphabet[g_test_rand_int_range (0, sizeof alphabet - 1)];
      for (gsize i = 0, n; i < size; i += n)
        {
          n = g_test_rand_int_range (1, 1 + MIN (20, size - i));
          hostel_console_filter_feed (filter, data + i, n, output);
        }

      whole = filter_chunks (data, size, size, FALSE);
      g_assert_cmpstr (output->str, ==, whole);
      g_assert_null (strstr (whole, "\033c"));
      g_assert_null (strstr (whole, "\033[3J"));
      g_assert_null (strstr (whole, "\033]"));
      g_assert_null (strstr (whole, "\033P"));
      g_assert_null (strstr (whole, "\xc2\x9d"));
    }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = g_strconcat ("/console-filter/", cases[i].name, NULL);

      g_test_add_data_func (path, &cases[i], test_case);
    }
  g_test_add_func ("/console-filter/replay", test_replay);
  g_test_add_func ("/console-filter/unfinished", test_unfinished);
  g_test_add_func ("/console-filter/any-cut", test_any_cut);

  return g_test_run ();
}
