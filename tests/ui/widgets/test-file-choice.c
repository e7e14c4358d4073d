/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <adwaita.h>

#include "hostel-file-choice.h"
#include "wait.h"
#include "whole-stacks.h"

#define SOON 20000

static GPtrArray *chosen; /* of char */

static void
chosen_cb (GtkWidget *owner,
           GFile     *file)
{
  g_assert_true (GTK_IS_BUTTON (owner));
  g_ptr_array_add (chosen, g_file_get_path (file));
}

static GtkWidget *
open_window (GtkWidget **window)
{
  GtkWidget *owner = gtk_button_new ();

  *window = gtk_window_new ();
  gtk_window_set_child (GTK_WINDOW (*window), owner);
  gtk_window_present (GTK_WINDOW (*window));

  return owner;
}

static GtkFileChooserNative *
open_choice (GtkWidget *owner)
{
  GtkFileChooserNative *chooser =
    hostel_file_choice_new (owner, "Choose", GTK_FILE_CHOOSER_ACTION_SELECT_FOLDER, NULL, chosen_cb);

  if (chooser != NULL)
    gtk_native_dialog_show (GTK_NATIVE_DIALOG (chooser));

  return chooser;
}

/* One at a time, and the next one when that is closed. */
static void
test_one (void)
{
  GtkWidget *window;
  GtkWidget *owner = open_window (&window);
  GtkFileChooserNative *chooser = open_choice (owner);

  g_assert_true (gtk_native_dialog_get_modal (GTK_NATIVE_DIALOG (chooser)));
  g_assert_null (open_choice (owner));

  g_object_add_weak_pointer (G_OBJECT (chooser), (gpointer *) &chooser);
  g_signal_emit_by_name (chooser, "response", GTK_RESPONSE_CANCEL);
  ASSERT_WITHIN (chooser == NULL, SOON);
  g_assert_cmpuint (chosen->len, ==, 0);
  g_assert_nonnull (open_choice (owner));
  gtk_window_destroy (GTK_WINDOW (window));
}

static gboolean
has_file (GtkFileChooserNative *chooser,
          GFile                *file)
{
  g_autoptr (GFile) now = gtk_file_chooser_get_file (GTK_FILE_CHOOSER (chooser));

  return now != NULL && g_file_equal (now, file);
}

static void
test_accept (void)
{
  GtkWidget *window;
  GtkWidget *owner = open_window (&window);
  GtkFileChooserNative *chooser =
    hostel_file_choice_new (owner, "Choose", GTK_FILE_CHOOSER_ACTION_SELECT_FOLDER, NULL, chosen_cb);
  g_autofree char *path = g_dir_make_tmp ("hostel-choice-XXXXXX", NULL);
  g_autoptr (GFile) folder = g_file_new_for_path (path);

  g_assert_true (gtk_file_chooser_set_file (GTK_FILE_CHOOSER (chooser), folder, NULL));
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (chooser));
  ASSERT_WITHIN (has_file (chooser, folder), SOON);
  g_signal_emit_by_name (chooser, "response", GTK_RESPONSE_ACCEPT);
  g_assert_cmpuint (chosen->len, ==, 1);
  g_assert_cmpstr (chosen->pdata[0], ==, path);
  gtk_window_destroy (GTK_WINDOW (window));
  g_file_delete (folder, NULL, NULL);
}

/* It closes with its widget. */
static void
test_gone (void)
{
  GtkWidget *window;
  GtkWidget *owner = open_window (&window);
  GtkFileChooserNative *chooser = open_choice (owner);

  g_object_ref (owner);
  g_object_add_weak_pointer (G_OBJECT (chooser), (gpointer *) &chooser);
  gtk_window_destroy (GTK_WINDOW (window));
  ASSERT_WITHIN (chooser == NULL, SOON);
  g_object_unref (owner);
}

int
main (int    argc,
      char **argv)
{
  int status;

  gtk_test_init (&argc, &argv, NULL);
  adw_init ();
  chosen = g_ptr_array_new_with_free_func (g_free);

  g_test_add_func ("/file-choice/one", test_one);
  g_test_add_func ("/file-choice/accept", test_accept);
  g_test_add_func ("/file-choice/gone", test_gone);

  status = g_test_run ();
  g_ptr_array_unref (chosen);

  return status;
}
