/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <adwaita.h>
#include <string.h>

#include "hostel-connection.h"
#include "hostel-console-chooser.h"
#include "hostel-console-page.h"
#include "hostel-console-shelf.h"
#include "hostel-console-window.h"
#include "hostel-terminal.h"
#include "tiny-guest.h"
#include "wait.h"
#include "widget-find.h"

#define LONG 150000

/* The main window's shelf, and two real machines. */
typedef struct
{
  TinyGuest          *guests[2];
  HostelConnection   *connection;
  HostelDomain       *domains[2];
  GtkWindow          *window;
  HostelConsoleShelf *shelf;
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
  fixture->connection = hostel_connection_new (tiny_guest_get_uri ());
  hostel_connection_open_async (fixture->connection, NULL, opened_cb, NULL);
  for (guint i = 0; i < 2; i++)
    {
      fixture->guests[i] = tiny_guest_new (NULL);
      if (fixture->guests[i] == NULL)
        return;
      ASSERT_WITHIN ((fixture->domains[i] = hostel_connection_lookup_uuid (
                        fixture->connection, fixture->guests[i]->uuid)), LONG);
      tiny_guest_resume (fixture->guests[i]);
    }

  fixture->shelf = g_object_new (HOSTEL_TYPE_CONSOLE_SHELF, NULL);
  fixture->window = GTK_WINDOW (adw_window_new ());
  gtk_window_set_default_size (fixture->window, 500, 400);
  adw_window_set_content (ADW_WINDOW (fixture->window), GTK_WIDGET (fixture->shelf));
  hostel_console_shelf_set_domain (fixture->shelf, fixture->domains[0]);
  gtk_window_present (fixture->window);
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  if (fixture->window != NULL)
    gtk_window_destroy (fixture->window);
  for (guint i = 0; i < 2; i++)
    g_clear_pointer (&fixture->guests[i], tiny_guest_free);
  hostel_connection_close (fixture->connection);
  g_object_unref (fixture->connection);
}

static GtkWidget *
find_page (GtkWidget    *root,
           HostelDomain *domain)
{
  GtkWidget *found = NULL;

  if (HOSTEL_IS_CONSOLE_PAGE (root)
      && hostel_console_page_get_domain (HOSTEL_CONSOLE_PAGE (root)) == domain)
    return root;

  for (GtkWidget *child = gtk_widget_get_first_child (root); child != NULL && found == NULL;
       child = gtk_widget_get_next_sibling (child))
    found = find_page (child, domain);

  return found;
}

/* NULL where the machine's console is not within @root. */
static HostelTerminal *
get_terminal (Fixture   *fixture,
              guint      i,
              GtkWidget *root)
{
  GtkWidget *page = find_page (root, fixture->domains[i]);
  GtkWidget *terminal = page != NULL ? widget_find_type (page, HOSTEL_TYPE_TERMINAL) : NULL;

  return terminal != NULL ? HOSTEL_TERMINAL (terminal) : NULL;
}

/* The one at the pointer. */
static GtkWidget *
find_menu (GtkWidget *page)
{
  GtkWidget *child = gtk_widget_get_last_child (page);

  while (!GTK_IS_POPOVER (child))
    child = gtk_widget_get_prev_sibling (child);

  return child;
}

static GtkWidget *
find_all_button (GtkWidget *root)
{
  GtkWidget *found = NULL;

  if (GTK_IS_TOGGLE_BUTTON (root)
      && g_strcmp0 (gtk_widget_get_tooltip_text (root), "Type Into All") == 0)
    return root;

  for (GtkWidget *child = gtk_widget_get_first_child (root); child != NULL && found == NULL;
       child = gtk_widget_get_next_sibling (child))
    found = find_all_button (child);

  return found;
}

static guint
count_text (HostelTerminal *terminal,
            const char     *text)
{
  g_autofree char *all = terminal != NULL ? hostel_terminal_dup_text (terminal) : NULL;
  guint n_found = 0;

  for (const char *found = all; found != NULL && (found = strstr (found, text));
       found += strlen (text))
    n_found++;

  return n_found;
}

static void
type_text (HostelTerminal *terminal,
           const char     *text)
{
  vte_terminal_paste_text (VTE_TERMINAL (terminal), text);
}

static gboolean
act (GtkWidget  *inside,
     const char *action)
{
  GtkWidget *button = widget_find_button (inside, action);

  return button != NULL && gtk_widget_activate (button);
}

/* Out of the main window and back, with all that it has shown. */
static void
test_detach (Fixture       *fixture,
             gconstpointer  data)
{
  GtkWidget *shelf = GTK_WIDGET (fixture->shelf);
  GtkWidget *window;
  HostelTerminal *terminal;
  int height;
  int width;

  if (fixture->guests[1] == NULL)
    return;

  ASSERT_WITHIN (count_text (get_terminal (fixture, 0, shelf), "TINY-READY") == 1, LONG);
  gtk_widget_activate_action (widget_find_type (shelf, HOSTEL_TYPE_TERMINAL), "console.detach",
                              NULL);
  g_assert_nonnull (window = GTK_WIDGET (hostel_console_window_of (fixture->domains[0])));
  ASSERT_WITHIN (widget_shows_text (shelf, "In Another Window"), 5000);
  widget_take_picture ("console-window-detached");
  gtk_widget_activate_action (find_page (window, fixture->domains[0]), "console.menu", NULL);
  widget_take_picture ("console-window-menu");
  gtk_popover_popdown (GTK_POPOVER (find_menu (find_page (window, fixture->domains[0]))));

  g_assert_nonnull (terminal = get_terminal (fixture, 0, window));
  g_assert_cmpuint (count_text (terminal, "TINY-READY"), ==, 1);
  g_assert_true (gtk_widget_is_sensitive (widget_find_button (window, "console.save")));
  type_text (terminal, "echo wi$((1))n\r");
  ASSERT_WITHIN (count_text (terminal, "wi1n") == 1, LONG);

  gtk_window_set_default_size (GTK_WINDOW (window), 640, 480);
  g_assert_true (act (shelf, "console.return-here"));
  ASSERT_WITHIN (hostel_console_window_of (fixture->domains[0]) == NULL, 5000);
  ASSERT_WITHIN (!widget_shows_text (shelf, "In Another Window"), 5000);
  g_assert_nonnull (terminal = get_terminal (fixture, 0, shelf));
  g_assert_cmpuint (count_text (terminal, "wi1n"), ==, 1);
  type_text (terminal, "echo ba$((1))ck\r");
  ASSERT_WITHIN (count_text (terminal, "ba1ck") == 1, LONG);

  /* As it was left. */
  gtk_widget_activate_action (GTK_WIDGET (terminal), "console.detach", NULL);
  window = GTK_WIDGET (hostel_console_window_of (fixture->domains[0]));
  gtk_window_get_default_size (GTK_WINDOW (window), &width, &height);
  g_assert_cmpint (width, ==, 640);
  g_assert_cmpint (height, ==, 480);

  gtk_window_close (GTK_WINDOW (window));
  ASSERT_WITHIN (get_terminal (fixture, 0, shelf) != NULL, 5000);
  g_assert_cmpuint (count_text (get_terminal (fixture, 0, shelf), "ba1ck"), ==, 1);
}

static void
test_beside (Fixture       *fixture,
             gconstpointer  data)
{
  GtkWidget *shelf = GTK_WIDGET (fixture->shelf);
  HostelTerminal *terminals[2];
  GtkWidget *window;
  GtkWidget *all;

  if (fixture->guests[1] == NULL)
    return;

  ASSERT_WITHIN (count_text (get_terminal (fixture, 0, shelf), "TINY-READY") == 1, LONG);
  gtk_widget_activate_action (widget_find_type (shelf, HOSTEL_TYPE_TERMINAL), "console.detach",
                              NULL);
  window = GTK_WIDGET (hostel_console_window_of (fixture->domains[0]));
  g_assert_nonnull (window);
  gtk_window_set_default_size (GTK_WINDOW (window), 1000, 420);

  g_signal_emit_by_name (widget_find_type (window, HOSTEL_TYPE_CONSOLE_CHOOSER), "chosen",
                         fixture->domains[1]);
  for (guint i = 0; i < 2; i++)
    {
      g_assert_nonnull (terminals[i] = get_terminal (fixture, i, window));
      ASSERT_WITHIN (vte_terminal_get_column_count (VTE_TERMINAL (terminals[i])) > 1, 5000);
    }
  type_text (terminals[1], "\r");
  ASSERT_WITHIN (count_text (terminals[1], "tiny#") >= 1, LONG);

  /* One gets what is typed, until both are wanted. */
  type_text (terminals[0], "echo on$((1))e\r");
  ASSERT_WITHIN (count_text (terminals[0], "on1e") == 1, LONG);
  g_assert_cmpuint (count_text (terminals[1], "on"), ==, 0);

  g_assert_nonnull (all = find_all_button (window));
  g_assert_true (gtk_widget_get_visible (all));
  gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (all), TRUE);
  ASSERT_WITHIN (widget_shows_text (window, "What you type goes to all 2 machines."), 5000);
  type_text (terminals[0], "echo bo$((1))th\r");
  ASSERT_WITHIN (count_text (terminals[0], "bo1th") == 1, LONG);
  ASSERT_WITHIN (count_text (terminals[1], "bo1th") == 1, LONG);
  widget_take_picture ("console-window-both");

  /* A terminal's answer to its own guest is not typed. */
  gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (all), FALSE);
  type_text (terminals[0], "sleep 1; printf '\\033[6n'; read -n 3 answer; echo\r");
  gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (all), TRUE);
  WAIT_UNTIL (FALSE, 3000);
  g_assert_cmpuint (count_text (terminals[1], "["), ==, 0);

  g_assert_true (act (window, "console.give-back"));
  ASSERT_WITHIN (get_terminal (fixture, 0, shelf) != NULL, 5000);
  g_assert_false (gtk_widget_get_visible (all));
  gtk_window_close (GTK_WINDOW (window));
  g_assert_null (hostel_console_window_of (fixture->domains[1]));
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

  add ("/console-window/detach", test_detach);
  add ("/console-window/beside", test_beside);

  return g_test_run ();
}
