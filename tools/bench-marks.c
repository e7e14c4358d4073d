/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How long it takes from a key press in user-data of 1 MB until the marks beside its lines are those
 * of the new text: in the editor, on screen, as a person has it.
 * usage: bench-marks RUNS; prints the milliseconds of each */

#include "config.h"

#include <stdlib.h>

#include <adwaita.h>

#include "hostel-cloud-check.h"
#include "hostel-user-data-editor.h"

#define SIZE 1000000

/* A plausible document: packages, commands, files of some lines. */
static char *
make_document (void)
{
  GString *text = g_string_new ("#cloud-config\npackages:\n");

  for (guint i = 0; i < 4000; i++)
    g_string_append_printf (text, "  - package-%u\n", i);
  g_string_append (text, "runcmd:\n");
  for (guint i = 0; i < 6000; i++)
    g_string_append_printf (text, "  - echo \"step %u\" >> /var/log/steps\n", i);
  g_string_append (text, "write_files:\n");
  for (guint i = 0; text->len < SIZE; i++)
    g_string_append_printf (text, "  - path: /etc/conf.d/file-%u\n    permissions: '0644'\n"
                                  "    owner: root:root\n    content: |\n"
                                  "      key1 = value 1 of the file number %u\n"
                                  "      key2 = value 2 of the file number %u\n"
                                  "      key3 = value 3 of the file number %u\n", i, i, i, i);

  return g_string_free (text, FALSE);
}

static void
checked_cb (gboolean *checked)
{
  *checked = TRUE;
}

static GtkTextView *
find_view (GtkWidget *root)
{
  GtkTextView *view = NULL;

  if (GTK_IS_TEXT_VIEW (root))
    return GTK_TEXT_VIEW (root);

  for (GtkWidget *child = gtk_widget_get_first_child (root); child != NULL && view == NULL;
       child = gtk_widget_get_next_sibling (child))
    view = find_view (child);

  return view;
}

/* The text has been drawn and nothing waits any more. */
static void
settle (guint seconds)
{
  gint64 end = g_get_monotonic_time () + seconds * G_USEC_PER_SEC;

  while (g_get_monotonic_time () < end)
    g_main_context_iteration (NULL, FALSE);
}

int
main (int    argc,
      char **argv)
{
  guint runs = argc > 1 ? (guint) atoi (argv[1]) : 20;
  g_autofree char *text = make_document ();
  GtkWidget *window;
  GtkWidget *editor;
  GtkWidget *scroller;
  GtkTextBuffer *buffer;
  gboolean checked = FALSE;

  adw_init ();
  window = adw_window_new ();
  scroller = gtk_scrolled_window_new ();
  editor = g_object_new (HOSTEL_TYPE_USER_DATA_EDITOR, NULL);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroller), editor);
  adw_window_set_content (ADW_WINDOW (window), scroller);
  gtk_window_set_default_size (GTK_WINDOW (window), 640, 600);
  gtk_window_present (GTK_WINDOW (window));
  hostel_user_data_editor_set_text (HOSTEL_USER_DATA_EDITOR (editor), text);
  g_signal_connect_swapped (editor, "checked", G_CALLBACK (checked_cb), &checked);
  buffer = gtk_text_view_get_buffer (find_view (editor));
  settle (5);

  for (guint i = 0; i < runs; i++)
    {
      gint64 begin;

      checked = FALSE;
      begin = g_get_monotonic_time ();
      gtk_text_buffer_insert_interactive_at_cursor (buffer, "#", -1, TRUE);
      while (!checked)
        g_main_context_iteration (NULL, TRUE);
      g_print ("%.1f\n", (g_get_monotonic_time () - begin) / 1000.0);
      settle (1);
    }

  gtk_window_destroy (GTK_WINDOW (window));

  return 0;
}
