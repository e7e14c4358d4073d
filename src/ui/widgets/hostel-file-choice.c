/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "hostel-file-choice"

#include "config.h"

#include "hostel-file-choice.h"

typedef struct
{
  GtkFileChooserNative *chooser; /* owned */
  HostelFileChosen      chosen;
} Choice;

static void
choice_free (gpointer data)
{
  Choice *choice = data;

  gtk_native_dialog_destroy (GTK_NATIVE_DIALOG (choice->chooser));
  g_object_unref (choice->chooser);
  g_free (choice);
}

/* Those that are open, by owner. */
static GHashTable *
get_choices (void)
{
  static GHashTable *choices;

  if (choices == NULL)
    choices = g_hash_table_new_full (NULL, NULL, NULL, choice_free);

  return choices;
}

static void
close_choice_cb (GtkWidget *owner)
{
  g_hash_table_remove (get_choices (), owner);
}

static void
root_changed_cb (GtkWidget *owner)
{
  if (gtk_widget_get_root (owner) == NULL)
    close_choice_cb (owner);
}

static void
response_cb (GtkFileChooserNative *chooser,
             int                   response,
             GtkWidget            *owner)
{
  Choice *choice = g_hash_table_lookup (get_choices (), owner);
  HostelFileChosen chosen = choice->chosen;
  g_autoptr (GtkWidget) kept = g_object_ref (owner);
  g_autoptr (GListModel) files = NULL;

  if (response == GTK_RESPONSE_ACCEPT)
    files = gtk_file_chooser_get_files (GTK_FILE_CHOOSER (chooser));
  close_choice_cb (owner);

  for (guint i = 0; files != NULL && i < g_list_model_get_n_items (files); i++)
    {
      g_autoptr (GFile) file = g_list_model_get_item (files, i);

      if (g_file_peek_path (file) != NULL)
        chosen (owner, file);
    }
}

/**
 * hostel_file_choice_new:
 * @owner: a widget in a window; the chooser closes with it
 * @title: of the chooser, translated
 * @action: what is chosen
 * @accept: (nullable): of its button, translated, with a mnemonic
 * @chosen: called with each file that was chosen and has a path
 *
 * A modal file chooser, one at a time for each widget.
 *
 * Returns: (transfer none) (nullable): the chooser, to be fitted and shown by
 *   gtk_native_dialog_show(); %NULL while the one before is open
 */
GtkFileChooserNative *
hostel_file_choice_new (GtkWidget            *owner,
                        const char           *title,
                        GtkFileChooserAction  action,
                        const char           *accept,
                        HostelFileChosen      chosen)
{
  GtkRoot *root;
  Choice *choice;

  g_return_val_if_fail (GTK_IS_WIDGET (owner), NULL);
  g_return_val_if_fail (chosen != NULL, NULL);

  if (g_hash_table_contains (get_choices (), owner))
    return NULL;

  root = gtk_widget_get_root (owner);
  choice = g_new0 (Choice, 1);
  choice->chosen = chosen;
  choice->chooser = gtk_file_chooser_native_new (title, GTK_WINDOW (root), action, accept, NULL);
  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (choice->chooser), TRUE);
  g_hash_table_insert (get_choices (), owner, choice);
  g_signal_connect_object (choice->chooser, "response", G_CALLBACK (response_cb), owner, 0);
  /* A window has no other root; what is in one may live on without it. */
  g_signal_connect_object (owner, "destroy", G_CALLBACK (close_choice_cb), choice->chooser, 0);
  g_signal_connect_object (owner, "notify::root", G_CALLBACK (root_changed_cb), choice->chooser, 0);

  return choice->chooser;
}
