/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <adwaita.h>
#include <string.h>

#include "hostel-terminal.h"

typedef struct
{
  GtkWindow      *window;
  HostelTerminal *terminal;
  GString        *input;
} Fixture;

static void
input_cb (HostelTerminal *terminal,
          GBytes         *bytes,
          Fixture        *fixture)
{
  g_string_append_len (fixture->input, g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
}

static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  fixture->window = GTK_WINDOW (gtk_window_new ());
  fixture->terminal = hostel_terminal_new ();
  fixture->input = g_string_new (NULL);
  g_signal_connect (fixture->terminal, "input", G_CALLBACK (input_cb), fixture);
  gtk_window_set_child (fixture->window, GTK_WIDGET (fixture->terminal));
  gtk_window_present (fixture->window);
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  gtk_window_destroy (fixture->window);
  g_string_free (fixture->input, TRUE);
}

static void
run_for (guint milliseconds)
{
  gint64 end = g_get_monotonic_time () + milliseconds * 1000;

  while (g_get_monotonic_time () < end)
    {
      while (g_main_context_iteration (NULL, FALSE))
        ;
      g_usleep (2000);
    }
}

static void
feed (Fixture    *fixture,
      const char *text)
{
  g_autoptr (GBytes) bytes = g_bytes_new (text, strlen (text));

  hostel_terminal_feed (fixture->terminal, bytes);
}

static guint
count_lines_with (const char *text,
                  const char *prefix)
{
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  guint n_lines = 0;

  for (guint i = 0; lines[i] != NULL; i++)
    n_lines += g_str_has_prefix (lines[i], prefix);

  return n_lines;
}

/* What a guest does that restarts: none of the rows is lost, whether they were on the screen or in
 * the history, and no screen of blank lines comes between. */
static void
test_reset_keeps_rows (Fixture       *fixture,
                       gconstpointer  data)
{
  const char *reset = data;
  g_autofree char *text = NULL;
  const char *found;
  guint n_blank = 0;

  for (guint i = 0; i < 500; i++)
    {
      g_autofree char *line = g_strdup_printf ("row %u\r\n", i);

      feed (fixture, line);
    }
  feed (fixture, "row last");
  feed (fixture, reset);
  feed (fixture, "row new\r\n");
  run_for (300);

  text = hostel_terminal_dup_text (fixture->terminal);
  g_assert_cmpuint (count_lines_with (text, "row "), ==, 502);
  g_assert_nonnull (found = strstr (text, "row last"));
  for (found += strlen ("row last"); *found == '\n' || *found == ' '; found++)
    n_blank += *found == '\n';
  g_assert_cmpuint (n_blank, <=, 2 * vte_terminal_get_row_count (VTE_TERMINAL (fixture->terminal)));
}

static void
test_autowrap_is_on (Fixture       *fixture,
                     gconstpointer  data)
{
  g_autofree char *text = NULL;
  g_autofree char *long_line = g_strnfill (300, 'w');

  feed (fixture, "\033[?7l\033c\033[?7l\033[2J");
  feed (fixture, long_line);
  run_for (300);

  text = hostel_terminal_dup_text (fixture->terminal);
  g_assert_cmpuint (count_lines_with (text, "w"), >=, 1);
  g_assert_cmpuint (strlen (text), >=, 300);
}

static void
test_scrollback (Fixture       *fixture,
                 gconstpointer  data)
{
  g_autoptr (GString) lines = g_string_new (NULL);
  g_autofree char *text = NULL;

  for (guint i = 0; i < 90000; i++)
    g_string_append_printf (lines, "line %u\r\n", i);
  feed (fixture, lines->str);
  run_for (4000);

  text = hostel_terminal_dup_text (fixture->terminal);
  g_assert_cmpuint (count_lines_with (text, "line "), ==, 90000);
}

static void
test_requests (Fixture       *fixture,
               gconstpointer  data)
{
  g_autoptr (GBytes) old = g_bytes_new_static ("\033[6n\033[c", 7);

  hostel_terminal_replay (fixture->terminal, old);
  run_for (200);
  g_assert_cmpuint (fixture->input->len, ==, 0);

  feed (fixture, "\033[6n");
  run_for (200);
  g_assert_cmpstr (fixture->input->str, ==, "\033[1;1R");
}

static void
test_guest_only_draws (Fixture       *fixture,
                       gconstpointer  data)
{
  g_autofree char *text = NULL;

  feed (fixture, "a\033]0;title\007\033]52;c;aGVsbG8=\007\033]11;#ff0000\007\033]11;?\007"
                 "\033]8;;http://example.org\033\\b\033]8;;\033\\c");
  run_for (300);

  text = hostel_terminal_dup_text (fixture->terminal);
  g_assert_cmpstr (text, ==, "abc\n");
  g_assert_cmpstr (vte_terminal_get_window_title (VTE_TERMINAL (fixture->terminal)), !=, "title");
  g_assert_cmpuint (fixture->input->len, ==, 0);
}

/* The corpus: a sequence a line, escaped as in C. */
static GPtrArray *
read_hostile (void)
{
  g_autofree char *path = g_test_build_filename (G_TEST_DIST, "corpus", "console",
                                                 "hostile-sequences", NULL);
  GPtrArray *sequences = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
  g_autoptr (GError) error = NULL;
  g_autofree char *contents = NULL;
  g_auto (GStrv) lines = NULL;

  g_file_get_contents (path, &contents, NULL, &error);
  g_assert_no_error (error);
  lines = g_strsplit (contents, "\n", -1);
  for (guint i = 0; lines[i] != NULL; i++)
    {
      g_autofree char *sequence = g_strcompress (lines[i]);
      /* The one with NULs in it. */
      gsize size = strstr (lines[i], "\\000") != NULL ? 4 : strlen (sequence);

      if (*lines[i] != '#' && *lines[i] != '\0')
        g_ptr_array_add (sequences, g_bytes_new (sequence, size));
    }

  return sequences;
}

/* What the terminal is (VTE's name and version, too) and where its cursor is: nothing that a guest
 * could have chosen, and nothing that a shell would run. */
static void
assert_harmless (GString    *input,
                 const char *sequence)
{
  g_autofree char *shown = g_strescape (input->str, NULL);

  /* Reports in numbers alone, the focus; DA3, XTVERSION and DECCKSR, see xterm's ctlseqs. */
  if (!g_regex_match_simple ("^(\033\\[[?>=]?[0-9;]*([cnRtxIO]|\\$y|\\*\\{)|"
                             "\033P(!\\|7E565445|>\\|VTE\\([0-9]+\\)|[0-9]+!~0000)\033\\\\)*$",
                             input->str, 0, 0))
    g_error ("%s is answered by %s", sequence, shown);
}

static gboolean
comes_to_show (Fixture    *fixture,
               const char *text)
{
  for (guint i = 0; i < 100; i++)
    {
      g_autofree char *all = NULL;

      run_for (20);
      all = hostel_terminal_dup_text (fixture->terminal);
      if (strstr (all, text) != NULL)
        return TRUE;
    }

  return FALSE;
}

static void
feed_bytes (Fixture *fixture,
            GBytes  *bytes,
            gsize    cut)
{
  gsize size = g_bytes_get_size (bytes);
  g_autoptr (GBytes) head = g_bytes_new_from_bytes (bytes, 0, MIN (cut, size));
  g_autoptr (GBytes) tail = g_bytes_new_from_bytes (bytes, MIN (cut, size), size - MIN (cut, size));

  hostel_terminal_feed (fixture->terminal, head);
  hostel_terminal_feed (fixture->terminal, tail);
}

static void
clipboard_cb (GObject      *source,
              GAsyncResult *result,
              gpointer      user_data)
{
  *(char **) user_data = gdk_clipboard_read_text_finish (GDK_CLIPBOARD (source), result, NULL);
}

static void
assert_clipboard (GdkClipboard *clipboard)
{
  g_autofree char *text = NULL;

  gdk_clipboard_read_text_async (clipboard, NULL, clipboard_cb, &text);
  run_for (100);
  g_assert_cmpstr (text, ==, "mine");
}

/* Whatever it is, what follows on the next line is drawn (in letters, not in lines, where the guest
 * wants that), and nothing else happens. */
static void
test_hostile (Fixture       *fixture,
              gconstpointer  data)
{
  g_autoptr (GPtrArray) sequences = read_hostile ();
  VteTerminal *terminal = VTE_TERMINAL (fixture->terminal);
  GdkClipboard *clipboard = gtk_widget_get_clipboard (GTK_WIDGET (terminal));
  glong n_columns = vte_terminal_get_column_count (terminal);
  glong n_rows = vte_terminal_get_row_count (terminal);

  g_assert_cmpuint (sequences->len, >=, 200);
  gdk_clipboard_set_text (clipboard, "mine");
  for (guint i = 0; i < sequences->len; i++)
    {
      GBytes *bytes = sequences->pdata[i];
      g_autofree char *raw = g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
      g_autofree char *sequence = g_strescape (raw, NULL);
      g_autofree char *mark = g_strdup_printf ("[after %u]", i);
      g_autofree char *line = g_strdup_printf ("\r\n\033(B\017%s\r\n", mark);

      feed_bytes (fixture, bytes, i % 7);
      feed (fixture, line);
      if (!comes_to_show (fixture, mark))
        g_error ("nothing is drawn after %s", sequence);
      assert_harmless (fixture->input, sequence);
      g_string_truncate (fixture->input, 0);
      hostel_terminal_begin (fixture->terminal);
      feed (fixture, "\033c");
    }

  assert_clipboard (clipboard);
  g_assert_cmpint (vte_terminal_get_column_count (terminal), ==, n_columns);
  g_assert_cmpint (vte_terminal_get_row_count (terminal), ==, n_rows);
  g_assert_true (vte_terminal_get_window_title (terminal) == NULL
                 || *vte_terminal_get_window_title (terminal) == '\0');
  g_assert_null (vte_terminal_get_current_directory_uri (terminal));
  g_assert_null (vte_terminal_get_current_file_uri (terminal));
}

/* Cells that were erased and never written have no text: VTE gives a NUL for each. */
static void
test_erased_cells (Fixture       *fixture,
                   gconstpointer  data)
{
  g_autofree char *text = NULL;

  feed (fixture, "one\033[30X\r\n\033[5Ctwo\033[9999X\r\nthree\033[9999X\033[3Cfour\r\n");
  run_for (300);

  text = hostel_terminal_dup_text (fixture->terminal);
  g_assert_cmpstr (text, ==, "one\n     two\nthree   four\n");
}

static void
test_last_line (Fixture       *fixture,
                gconstpointer  data)
{
  g_autofree char *empty = hostel_terminal_dup_last_line (fixture->terminal);
  g_autofree char *line = NULL;

  g_assert_cmpstr (empty, ==, "");
  feed (fixture, "first\r\nfedora01 login: \r\n\r\n");
  run_for (300);
  line = hostel_terminal_dup_last_line (fixture->terminal);
  g_assert_cmpstr (line, ==, "fedora01 login:");
}

static void
test_search (Fixture       *fixture,
             gconstpointer  data)
{
  g_autofree char *selected = NULL;

  feed (fixture, "one\r\nTwo (2)\r\nthree\r\n");
  run_for (300);
  g_assert_true (hostel_terminal_search (fixture->terminal, "two (", TRUE));
  g_assert_true (vte_terminal_get_has_selection (VTE_TERMINAL (fixture->terminal)));
  /* The same again, and longer. */
  g_assert_true (hostel_terminal_search (fixture->terminal, "two (", TRUE));
  g_assert_true (hostel_terminal_search (fixture->terminal, "two (2", TRUE));
  g_assert_false (hostel_terminal_search (fixture->terminal, "t.o", TRUE));

  hostel_terminal_set_search_options (fixture->terminal, TRUE, FALSE);
  g_assert_true (hostel_terminal_search (fixture->terminal, "t.o", TRUE));
  g_assert_true (hostel_terminal_search (fixture->terminal, "TWO \\(\\d\\)", TRUE));
  g_assert_false (hostel_terminal_search (fixture->terminal, "(", TRUE));
  hostel_terminal_set_search_options (fixture->terminal, FALSE, TRUE);
  g_assert_false (hostel_terminal_search (fixture->terminal, "two (", TRUE));
  g_assert_true (hostel_terminal_search (fixture->terminal, "Two (", TRUE));
}

static void
test_zoom (Fixture       *fixture,
           gconstpointer  data)
{
  VteTerminal *terminal = VTE_TERMINAL (fixture->terminal);
  g_autoptr (HostelTerminal) other = NULL;

  hostel_terminal_zoom (fixture->terminal, 1);
  g_assert_cmpfloat (vte_terminal_get_font_scale (terminal), >, 1.05);

  /* The next one has it, too. */
  other = g_object_ref_sink (hostel_terminal_new ());
  g_assert_cmpfloat (vte_terminal_get_font_scale (VTE_TERMINAL (other)), >, 1.05);
  hostel_terminal_zoom (fixture->terminal, 0);
  g_assert_cmpfloat_with_epsilon (vte_terminal_get_font_scale (terminal), 1, 0.001);
  for (guint i = 0; i < 50; i++)
    hostel_terminal_zoom (fixture->terminal, -1);
  g_assert_cmpfloat (vte_terminal_get_font_scale (terminal), >=, 0.5);
  hostel_terminal_zoom (fixture->terminal, 0);
}

static void
add (const char    *path,
     gconstpointer  data,
     void         (*test) (Fixture *, gconstpointer))
{
  g_test_add (path, Fixture, data, set_up, test, tear_down);
}

int
main (int    argc,
      char **argv)
{
  gtk_test_init (&argc, &argv, NULL);
  adw_init ();

  add ("/terminal/reset/full", "\033c", test_reset_keeps_rows);
  add ("/terminal/reset/seabios", "\033c\033[?7l\033[2J", test_reset_keeps_rows);
  add ("/terminal/reset/in-alternate-screen", "\033[?1049hvi\033c", test_reset_keeps_rows);
  add ("/terminal/reset/clear-with-history", "\033[H\033[2J\033[3J", test_reset_keeps_rows);
  add ("/terminal/reset/grub", "\033[H\033[J\033[1;1H", test_reset_keeps_rows);
  add ("/terminal/reset/in-region", "\033[3;6r\033c", test_reset_keeps_rows);
  add ("/terminal/autowrap", NULL, test_autowrap_is_on);
  add ("/terminal/scrollback", NULL, test_scrollback);
  add ("/terminal/requests", NULL, test_requests);
  add ("/terminal/guest-only-draws", NULL, test_guest_only_draws);
  add ("/terminal/hostile", NULL, test_hostile);
  add ("/terminal/erased-cells", NULL, test_erased_cells);
  add ("/terminal/last-line", NULL, test_last_line);
  add ("/terminal/search", NULL, test_search);
  add ("/terminal/zoom", NULL, test_zoom);

  return g_test_run ();
}
