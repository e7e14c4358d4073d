/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <adwaita.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#include "hostel-connection.h"
#include "hostel-console-page-private.h"
#include "hostel-console-view.h"
#include "tiny-guest.h"
#include "wait.h"
#include "watchdog.h"
#include "widget-find.h"

#define ABSENCE_MS 50
#define LONG 150000

/* A page in a window, on a real machine that has not started yet. */
typedef struct
{
  TinyGuest         *guest;
  HostelConnection  *connection;
  HostelDomain      *domain;
  GtkWindow         *window;
  HostelConsolePage *page;
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

static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  /* The first handle must know of the main loop. */
  fixture->connection = hostel_connection_new (tiny_guest_get_uri ());
  hostel_connection_open_async (fixture->connection, NULL, opened_cb, NULL);
  fixture->guest = tiny_guest_new (NULL);
  if (fixture->guest == NULL)
    return;

  ASSERT_WITHIN ((fixture->domain = hostel_connection_lookup_uuid (fixture->connection,
                                                                   fixture->guest->uuid)), LONG);
  fixture->page = hostel_console_page_new ();
  fixture->window = GTK_WINDOW (adw_window_new ());
  gtk_window_set_default_size (fixture->window, 760, 520);
  adw_window_set_content (ADW_WINDOW (fixture->window), GTK_WIDGET (fixture->page));
  hostel_console_page_set_domain (fixture->page, fixture->domain);
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  if (fixture->window != NULL)
    gtk_window_destroy (fixture->window);
  if (fixture->guest != NULL)
    tiny_guest_free (fixture->guest);
  hostel_connection_close (fixture->connection);
  g_object_unref (fixture->connection);
}

static HostelTerminal *
get_terminal (Fixture *fixture)
{
  HostelConsoleView *view = hostel_console_page_get_view (fixture->page);

  return view != NULL ? hostel_console_view_get_terminal (view) : NULL;
}

static gboolean
file_has_line (const char *path,
               const char *pattern)
{
  g_autofree char *text = NULL;

  return g_file_get_contents (path, &text, NULL, NULL)
         && g_regex_match_simple (pattern, text, G_REGEX_MULTILINE, 0);
}

static gboolean
terminal_shows (Fixture    *fixture,
                const char *text)
{
  HostelTerminal *terminal = get_terminal (fixture);
  g_autofree char *all = terminal != NULL ? hostel_terminal_dup_text (terminal) : NULL;

  return all != NULL && strstr (all, text) != NULL;
}

static guint
count_text (Fixture    *fixture,
            const char *text)
{
  g_autofree char *all = hostel_terminal_dup_text (get_terminal (fixture));
  guint n_found = 0;

  for (const char *found = all; (found = strstr (found, text)); found += strlen (text))
    n_found++;

  return n_found;
}

static void
type_text (Fixture    *fixture,
           const char *text)
{
  vte_terminal_paste_text (VTE_TERMINAL (get_terminal (fixture)), text);
}

static gboolean
offers (Fixture    *fixture,
        const char *action)
{
  GtkWidget *button = widget_find_button (GTK_WIDGET (fixture->page), action);

  return button != NULL && gtk_widget_get_mapped (button);
}

static gboolean
shows (Fixture    *fixture,
       const char *text)
{
  return widget_shows_text (GTK_WIDGET (fixture->page), text);
}

/* From the first byte over a restart to the end and to the next start, on one page. */
static void
test_life (Fixture       *fixture,
           gconstpointer  data)
{
  g_autoptr (HostelConsoleStream) stream = NULL;

  if (fixture->guest == NULL)
    return;

  stream = hostel_console_stream_new (fixture->guest->uri, fixture->guest->uuid, "serial0");
  hostel_console_stream_open (stream, FALSE);
  ASSERT_WITHIN (hostel_console_stream_get_state (stream) == HOSTEL_CONSOLE_STATE_OPEN, LONG);

  /* As a create does it: attached before the machine runs, shown later. */
  tiny_guest_resume (fixture->guest);
  hostel_console_page_adopt (fixture->page, stream);
  gtk_window_present (fixture->window);
  ASSERT_WITHIN (terminal_shows (fixture, "TINY-READY"), LONG);
  g_assert_true (terminal_shows (fixture, "SeaBIOS (version"));
  widget_take_picture ("console-open");
  g_assert_true (shows (fixture, "Connected"));

  /* What is typed may be echoed twice, by the kernel and then by the shell: it has no "row-". */
  type_text (fixture, "i=0; while [ $i -lt 200 ]; do i=$((i+1)); echo ro''w-$i; done;"
                      " echo al$((1))l\r");
  ASSERT_WITHIN (terminal_shows (fixture, "al1l"), LONG);
  g_assert_cmpuint (count_text (fixture, "row-"), ==, 200);

  type_text (fixture, "reboot -f\r");
  ASSERT_WITHIN (count_text (fixture, "TINY-READY") == 2, LONG);
  g_assert_cmpuint (count_text (fixture, "row-"), ==, 200);
  g_assert_cmpuint (count_text (fixture, "SeaBIOS (version"), >=, 2);
  g_assert_true (shows (fixture, "Connected"));

  type_text (fixture, "poweroff -f\r");
  ASSERT_WITHIN (shows (fixture, "Off"), LONG);
  g_assert_true (offers (fixture, "machine.start"));
  g_assert_cmpuint (count_text (fixture, "row-"), ==, 200);
  widget_take_picture ("console-off");

  type_text (fixture, "lost?\r");
  ASSERT_WITHIN (shows (fixture, "The machine is off: nothing was sent"), 5000);
  widget_take_picture ("console-refused");
}

static void
test_take_over (Fixture       *fixture,
                gconstpointer  data)
{
  g_autoptr (HostelConsoleStream) other = NULL;

  if (fixture->guest == NULL)
    return;

  other = hostel_console_stream_new (fixture->guest->uri, fixture->guest->uuid, "serial0");
  hostel_console_stream_open (other, FALSE);
  ASSERT_WITHIN (hostel_console_stream_get_state (other) == HOSTEL_CONSOLE_STATE_OPEN, LONG);

  gtk_window_present (fixture->window);
  ASSERT_WITHIN (shows (fixture, "Another program shows this console"), LONG);
  g_assert_true (offers (fixture, "console.take-over"));
  widget_take_picture ("console-taken");

  gtk_widget_activate_action (GTK_WIDGET (fixture->page), "console.take-over", NULL);
  ASSERT_WITHIN (shows (fixture, "Connected"), LONG);
  ASSERT_WITHIN (hostel_console_stream_get_state (other) == HOSTEL_CONSOLE_STATE_TAKEN, LONG);
  g_assert_false (offers (fixture, "console.take-over"));

  /* And back again. */
  hostel_console_stream_open (other, TRUE);
  ASSERT_WITHIN (shows (fixture, "Another program shows this console"), LONG);
}

static void
test_devices (Fixture       *fixture,
              gconstpointer  data)
{
  GtkWidget *drop_down;

  if (fixture->guest == NULL)
    return;

  tiny_guest_resume (fixture->guest);
  gtk_window_present (fixture->window);
  drop_down = widget_find_type (GTK_WIDGET (fixture->page), GTK_TYPE_DROP_DOWN);
  ASSERT_WITHIN (gtk_widget_get_visible (drop_down), LONG);
  ASSERT_WITHIN (terminal_shows (fixture, "TINY-READY"), LONG);

  gtk_drop_down_set_selected (GTK_DROP_DOWN (drop_down), 1);
  g_assert_cmpstr (hostel_console_page_get_device (fixture->page), ==, "console1");
  ASSERT_WITHIN (shows (fixture, "Connected"), LONG);
  type_text (fixture, "echo here-$((40 + 2))\r");
  WAIT_UNTIL (FALSE, 2000);
  widget_take_picture ("console-device");

  /* The first was read meanwhile, and is as it was. */
  gtk_drop_down_set_selected (GTK_DROP_DOWN (drop_down), 0);
  g_assert_cmpstr (hostel_console_page_get_device (fixture->page), ==, "serial0");
  g_assert_true (shows (fixture, "Connected"));

  /* The switch tells what is shown, whoever chose it. */
  hostel_console_page_set_device (fixture->page, "console1");
  g_assert_cmpuint (gtk_drop_down_get_selected (GTK_DROP_DOWN (drop_down)), ==, 1);
}

static void
clipboard_cb (GObject      *source,
              GAsyncResult *result,
              gpointer      user_data)
{
  *(char **) user_data = gdk_clipboard_read_text_finish (GDK_CLIPBOARD (source), result, NULL);
}

static void
test_copy_all (Fixture       *fixture,
               gconstpointer  data)
{
  g_autoptr (GFile) file = NULL;
  g_autofree char *text = NULL;
  g_autofree char *path = NULL;
  g_autofree char *record = NULL;
  HostelConsoleView *view;

  if (fixture->guest == NULL)
    return;

  /* Before the first byte comes: nobody keeps a log of it. */
  gtk_window_present (fixture->window);
  ASSERT_WITHIN (shows (fixture, "Connected"), LONG);
  tiny_guest_resume (fixture->guest);
  ASSERT_WITHIN (terminal_shows (fixture, "TINY-READY"), LONG);

  gtk_widget_activate_action (GTK_WIDGET (fixture->page), "console.copy-all", NULL);
  gdk_clipboard_read_text_async (gtk_widget_get_clipboard (GTK_WIDGET (fixture->page)), NULL,
                                 clipboard_cb, &text);
  ASSERT_WITHIN (text != NULL, 5000);
  g_assert_nonnull (strstr (text, "TINY-READY"));

  gtk_widget_activate_action (GTK_WIDGET (fixture->page), "console.find", NULL);
  widget_take_picture ("console-find");

  /* Every byte: with the screen that SeaBIOS clears. */
  g_assert_cmpint (g_close (g_file_open_tmp (NULL, &path, NULL), NULL), ==, TRUE);
  file = g_file_new_for_path (path);
  view = hostel_console_page_get_view (fixture->page);
  hostel_console_page_save_record (fixture->page, file, hostel_console_get_transcript (
                                     hostel_console_view_get_console (view)), FALSE);
  ASSERT_WITHIN (shows (fixture, "Output saved as"), 5000);
  g_assert_true (g_file_get_contents (path, &record, NULL, NULL));
  g_assert_true (g_str_has_prefix (strchr (record, '\033'), "\033c\033[?7l\033[2J"));
  g_assert_nonnull (strstr (record, "TINY-READY"));

  hostel_console_page_save_record (fixture->page, file, hostel_console_get_transcript (
                                     hostel_console_view_get_console (view)), TRUE);
  ASSERT_WITHIN (file_has_line (path, "^\\[20..-..-.. ..:..:..\\] .*TINY-READY"), 5000);
  g_unlink (path);
}

static GtkWidget *
find_dialog (void)
{
  GListModel *windows = gtk_window_get_toplevels ();

  for (guint i = 0; i < g_list_model_get_n_items (windows); i++)
    {
      g_autoptr (GtkWidget) window = g_list_model_get_item (windows, i);

      if (ADW_IS_MESSAGE_DIALOG (window) && gtk_widget_get_mapped (window))
        return window;
    }

  return NULL;
}

static void
paste (Fixture    *fixture,
       const char *text)
{
  gdk_clipboard_set_text (gtk_widget_get_clipboard (GTK_WIDGET (fixture->page)), text);
  gtk_widget_activate_action (GTK_WIDGET (fixture->page), "console.paste", NULL);
}

static void
answer (const char *response)
{
  GtkWidget *dialog = find_dialog ();

  adw_message_dialog_response (ADW_MESSAGE_DIALOG (dialog), response);
  gtk_window_destroy (GTK_WINDOW (dialog));
}

/* One line goes at once, several after a question. */
static void
test_paste (Fixture       *fixture,
            gconstpointer  data)
{
  g_autofree char *size = NULL;
  VteTerminal *terminal;

  if (fixture->guest == NULL)
    return;

  tiny_guest_resume (fixture->guest);
  gtk_window_present (fixture->window);
  ASSERT_WITHIN (terminal_shows (fixture, "TINY-READY"), LONG);

  paste (fixture, "echo on$((1))e-\303\274\n");
  ASSERT_WITHIN (terminal_shows (fixture, "on1e-\303\274"), LONG);
  g_assert_null (find_dialog ());

  paste (fixture, "echo tw$((1))o\necho thr$((1))ee\n");
  ASSERT_WITHIN (find_dialog () != NULL, 5000);
  g_assert_true (widget_shows_text (find_dialog (), "Paste 2 Lines?"));
  widget_take_picture ("console-paste");
  answer ("cancel");
  WAIT_UNTIL (FALSE, 1000);
  g_assert_false (terminal_shows (fixture, "tw"));

  paste (fixture, "echo tw$((1))o\necho thr$((1))ee\n");
  ASSERT_WITHIN (find_dialog () != NULL, 5000);
  answer ("paste");
  ASSERT_WITHIN (terminal_shows (fixture, "tw1o"), LONG);
  ASSERT_WITHIN (terminal_shows (fixture, "thr1ee"), LONG);

  terminal = VTE_TERMINAL (get_terminal (fixture));
  gtk_widget_activate_action (GTK_WIDGET (fixture->page), "console.send-size", NULL);
  size = g_strdup_printf ("\n%ld %ld\n", vte_terminal_get_row_count (terminal),
                          vte_terminal_get_column_count (terminal));
  type_text (fixture, "stty size\r");
  ASSERT_WITHIN (terminal_shows (fixture, size), LONG);
}

/* By the keyboard, and by a break on the serial line: the kernel answers both itself. */
static void
test_keys (Fixture       *fixture,
           gconstpointer  data)
{
  GtkWidget *page = GTK_WIDGET (fixture->page);

  if (fixture->guest == NULL)
    return;

  tiny_guest_resume (fixture->guest);
  gtk_window_present (fixture->window);
  ASSERT_WITHIN (terminal_shows (fixture, "TINY-READY"), LONG);

  gtk_widget_activate_action (page, "console.sysrq", "s", "h");
  ASSERT_WITHIN (count_text (fixture, "sysrq: HELP") == 1, LONG);

  gtk_widget_activate_action (page, "console.break", NULL);
  WAIT_UNTIL (FALSE, 500);
  type_text (fixture, "h");
  ASSERT_WITHIN (count_text (fixture, "sysrq: HELP") == 2, LONG);

  gtk_widget_activate_action (page, "console.sysrq", "s", "b");
  ASSERT_WITHIN (find_dialog () != NULL, 5000);
  g_assert_true (widget_shows_text (find_dialog (), "Reboot at Once?"));
  widget_take_picture ("console-reboot");
  answer ("cancel");
  g_assert_cmpuint (count_text (fixture, "TINY-READY"), ==, 1);

  gtk_widget_activate_action (page, "console.sysrq", "s", "b");
  ASSERT_WITHIN (find_dialog () != NULL, 5000);
  answer ("b");
  ASSERT_WITHIN (count_text (fixture, "TINY-READY") == 2, LONG);
}

/* Looks for a link as the pointer would, from place to place. */
static gboolean
find_link (Fixture *fixture)
{
  GtkWidget *terminal = GTK_WIDGET (get_terminal (fixture));
  int height = gtk_widget_get_height (terminal);

  for (int y = 0; y < height; y += 5)
    {
      hostel_console_page_find_link (fixture->page, 60, y);
      if (fixture->page->link != NULL)
        return TRUE;
    }

  return FALSE;
}

/* What a guest has written is opened only after a question that tells where it leads. */
static void
test_links (Fixture       *fixture,
            gconstpointer  data)
{
  if (fixture->guest == NULL)
    return;

  tiny_guest_resume (fixture->guest);
  gtk_window_present (fixture->window);
  ASSERT_WITHIN (terminal_shows (fixture, "TINY-READY"), LONG);
  g_assert_false (find_link (fixture));

  type_text (fixture, "clear; echo '(see'' https://bank.example@evil''.example/a_(b)/c?d=(e)).'"
                      " 'file:''///etc/passwd'\r");
  ASSERT_WITHIN (terminal_shows (fixture, "evil.example"), LONG);
  WAIT_UNTIL (find_link (fixture), 5000);
  g_assert_cmpstr (fixture->page->link, ==, "https://bank.example@evil.example/a_(b)/c?d=(e)");
  widget_take_picture ("console-link");

  gtk_widget_activate_action (GTK_WIDGET (fixture->page), "console.open-link", NULL);
  ASSERT_WITHIN (find_dialog () != NULL, 5000);
  g_assert_true (widget_shows_text (find_dialog (), "It leads to evil.example."));
  widget_take_picture ("console-open-link");
  answer ("cancel");

  gtk_widget_activate_action (GTK_WIDGET (fixture->page), "console.menu", NULL);
  widget_take_picture ("console-menu");
}

/* A page that nobody looks at holds no console. */
static void
test_hidden (Fixture       *fixture,
             gconstpointer  data)
{
  g_autoptr (HostelConsoleStream) other = NULL;

  if (fixture->guest == NULL)
    return;

  WAIT_UNTIL (FALSE, 1000);
  other = hostel_console_stream_new (fixture->guest->uri, fixture->guest->uuid, "serial0");
  hostel_console_stream_open (other, FALSE);
  ASSERT_WITHIN (hostel_console_stream_get_state (other) == HOSTEL_CONSOLE_STATE_OPEN, LONG);
  hostel_console_stream_close (other);

  /* The window is on screen for its end alone. */
  gtk_window_present (fixture->window);
}

#define WITHOUT_XML \
"<domain type='qemu'>" \
"  <name>hostel-test-serial-%d</name><memory unit='MiB'>64</memory>" \
"  <os><type arch='x86_64' machine='q35'>hvm</type></os>" \
"  <devices><emulator>/usr/bin/qemu-system-x86_64</emulator></devices>" \
"</domain>"

/* A machine without a console is given one: now where it is off, else from its next start on. */
static void
test_add_serial (Fixture       *fixture,
                 gconstpointer  data)
{
  gboolean running = GPOINTER_TO_INT (data);
  g_autofree char *xml = g_strdup_printf (WITHOUT_XML, getpid ());
  char uuid[VIR_UUID_STRING_BUFLEN];
  virDomainPtr domain;

  if (fixture->guest == NULL)
    return;

  domain = virDomainDefineXML (fixture->guest->handle, xml);
  g_assert_nonnull (domain);
  virDomainGetUUIDString (domain, uuid);
  if (running)
    g_assert_cmpint (virDomainCreate (domain), ==, 0);
  ASSERT_WITHIN (hostel_connection_lookup_uuid (fixture->connection, uuid), LONG);
  hostel_console_page_set_domain (fixture->page,
                                  hostel_connection_lookup_uuid (fixture->connection, uuid));
  gtk_window_present (fixture->window);
  ASSERT_WITHIN (offers (fixture, "console.add-serial"), LONG);
  widget_take_picture ("console-none");

  gtk_widget_activate_action (GTK_WIDGET (fixture->page), "console.add-serial", NULL);
  if (running)
    {
      ASSERT_WITHIN (shows (fixture, "from the next start on"), LONG);
      g_assert_false (offers (fixture, "console.add-serial"));
      widget_take_picture ("console-later");
      virDomainDestroy (domain);
    }
  ASSERT_WITHIN (offers (fixture, "machine.start"), LONG);
  g_assert_cmpstr (hostel_console_page_get_device (fixture->page), ==, "serial0");

  virDomainCreate (domain);
  ASSERT_WITHIN (shows (fixture, "Connected"), LONG);

  hostel_console_page_set_domain (fixture->page, NULL);
  virDomainDestroy (domain);
  virDomainUndefine (domain);
  virDomainFree (domain);
}

/* The login script of the vendor-data asks the terminal, and tells the guest. */
static void
test_console_size (Fixture       *fixture,
                   gconstpointer  data)
{
  g_autofree char *path = g_test_build_filename (G_TEST_DIST, "..", "src", "core", "cloud-init",
                                                 "hostel-console-size.sh", NULL);
  g_autofree char *script = NULL;
  g_autofree char *command = NULL;
  g_autofree char *expected = NULL;
  g_autoptr (GBytes) bytes = NULL;
  VteTerminal *terminal;

  if (fixture->guest == NULL)
    return;

  tiny_guest_resume (fixture->guest);
  gtk_window_present (fixture->window);
  ASSERT_WITHIN (get_terminal (fixture) != NULL && terminal_shows (fixture, "tiny#"), LONG);
  terminal = VTE_TERMINAL (get_terminal (fixture));
  g_assert_true (g_file_get_contents (path, &script, NULL, NULL));
  command = g_strdup_printf ("cat >size <<'EOF'\n%sEOF\n. ./size; echo \"is $(stty size)\"; "
                             "sed -i s/18t/17t/ size; stty rows 7; . ./size; echo \"no $(stty size)\"\n",
                             script);
  bytes = g_bytes_new (command, strlen (command));
  hostel_console_view_write (hostel_console_page_get_view (fixture->page), bytes);

  expected = g_strdup_printf ("is %ld %ld", vte_terminal_get_row_count (terminal),
                              vte_terminal_get_column_count (terminal));
  ASSERT_WITHIN (terminal_shows (fixture, expected), LONG);
  g_clear_pointer (&expected, g_free);
  /* Where nobody answers all stays as it was, and the shell goes on. */
  expected = g_strdup_printf ("no 7 %ld", vte_terminal_get_column_count (terminal));
  ASSERT_WITHIN (terminal_shows (fixture, expected), LONG);
}

static gboolean
has_recorded (HostelConsole *console,
              const char    *text)
{
  HostelTranscript *transcript = hostel_console_get_transcript (console);
  g_autoptr (GBytes) bytes = hostel_transcript_read (transcript, 0, 1024 * 1024, NULL);

  return bytes != NULL && memmem (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes),
                                  text, strlen (text)) != NULL;
}

/* For how long the window is away at most, but for one time of a hundred, in µs. */
static gint64
measure_flood (Fixture          *fixture,
               HostelTranscript *transcript)
{
  guint64 from = hostel_transcript_get_end (transcript);
  gboolean over = FALSE;
  Watchdog watchdog;

  watchdog_start (&watchdog);
  WAIT_UNTIL (over, 2000);
  type_text (fixture, "echo k$((1))ey > /dev/ttyS0\r");
  WAIT_UNTIL (over, 2000);
  g_test_message ("%.1f MiB/s", (hostel_transcript_get_end (transcript) - from) / 4.0 / 1024 / 1024);

  return watchdog_stop_percentile (&watchdog);
}

/* The guest writes as fast as it can: the window answers, and what is typed arrives. What other programs
 * cost is not there each time; what we cost is. */
static void
test_flood (Fixture       *fixture,
            gconstpointer  data)
{
  g_autoptr (HostelConsole) serial = NULL;
  HostelTranscript *transcript;
  gint64 best = G_MAXINT64;
  guint64 from;

  if (fixture->guest == NULL)
    return;

  gtk_window_present (fixture->window);
  ASSERT_WITHIN (get_terminal (fixture) != NULL, LONG);
  g_set_object (&serial, hostel_console_view_get_console (hostel_console_page_get_view (
                           fixture->page)));
  ASSERT_WITHIN (hostel_console_get_state (serial) == HOSTEL_CONSOLE_STATE_OPEN, LONG);
  hostel_console_page_set_device (fixture->page, "console1");
  tiny_guest_resume (fixture->guest);
  ASSERT_WITHIN (has_recorded (serial, "tiny# "), LONG);
  for (guint i = 0; i < 60 && !terminal_shows (fixture, "re1dy"); i++)
    {
      type_text (fixture, "echo re$((1))dy\r");
      WAIT_UNTIL (terminal_shows (fixture, "re1dy"), 1000);
    }

  transcript = hostel_console_get_transcript (
    hostel_console_view_get_console (hostel_console_page_get_view (fixture->page)));
  from = hostel_transcript_get_end (transcript);
  type_text (fixture, "stty -opost; seq 1 99999 > f; (while :; do cat f; done) &\r");
  ASSERT_WITHIN (hostel_transcript_get_end (transcript) > from + 1024 * 1024, LONG);

  for (guint i = 0; i < 5 && best >= ABSENCE_MS * 1000 * WATCHDOG_SCALE; i++)
    best = MIN (best, measure_flood (fixture, transcript));
  g_assert_cmpint (best, <, ABSENCE_MS * 1000 * WATCHDOG_SCALE);
  ASSERT_WITHIN (has_recorded (serial, "k1ey"), 20000);
  widget_take_picture ("console-flood");
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
  gtk_test_init (&argc, &argv, NULL);
  adw_init ();
  if (g_getenv ("HOSTEL_TEST_DARK") != NULL)
    adw_style_manager_set_color_scheme (adw_style_manager_get_default (),
                                        ADW_COLOR_SCHEME_FORCE_DARK);

  add ("/console-page/life", test_life);
  add ("/console-page/take-over", test_take_over);
  add ("/console-page/devices", test_devices);
  add ("/console-page/copy-all", test_copy_all);
  add ("/console-page/paste", test_paste);
  add ("/console-page/keys", test_keys);
  add ("/console-page/links", test_links);
  add ("/console-page/hidden", test_hidden);
  add ("/console-page/console-size", test_console_size);
  add ("/console-flood", test_flood);
  g_test_add ("/console-page/add-serial/off", Fixture, GINT_TO_POINTER (FALSE), set_up,
              test_add_serial, tear_down);
  g_test_add ("/console-page/add-serial/running", Fixture, GINT_TO_POINTER (TRUE), set_up,
              test_add_serial, tear_down);

  return g_test_run ();
}
