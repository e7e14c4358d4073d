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
  add ("/terminal/last-line", NULL, test_last_line);
  add ("/terminal/search", NULL, test_search);
  add ("/terminal/zoom", NULL, test_zoom);

  return g_test_run ();
}
