/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <adwaita.h>

#include "hostel-size-dialog.h"
#include "widget-find.h"

#define GIB (G_GUINT64_CONSTANT (1) << 30)

static HostelSizeDialog *
new_dialog (void)
{
  return g_object_ref_sink (hostel_size_dialog_new (NULL, "web1", 8 * GIB));
}

static void
test_one (void)
{
  HostelSizeDialog *dialog = new_dialog ();

  g_assert_nonnull (strstr (adw_message_dialog_get_body (ADW_MESSAGE_DIALOG (dialog)), "8.0"));
  g_assert_cmpuint (hostel_size_dialog_get_choice (dialog), ==, 0);
  g_assert_cmpuint (hostel_size_dialog_get_bytes (dialog), >, 8 * GIB);
  gtk_window_destroy (GTK_WINDOW (dialog));
  g_object_unref (dialog);
}

/* The size that is asked for is never below that of the disk that is chosen. */
static void
test_choices (void)
{
  static const char * const names[] = { "vdb · system.qcow2", "vda · data.qcow2", NULL };
  const guint64 sizes[] = { 8 * GIB, 200 * GIB };
  g_autoptr (GArray) array = g_array_new (FALSE, FALSE, sizeof (guint64));
  HostelSizeDialog *dialog = new_dialog ();
  GtkWidget *choice;

  g_array_append_vals (array, sizes, G_N_ELEMENTS (sizes));
  hostel_size_dialog_set_choices (dialog, names, array);
  choice = widget_find_type (GTK_WIDGET (dialog), GTK_TYPE_DROP_DOWN);
  g_assert_true (gtk_widget_get_visible (choice));
  g_assert_cmpuint (hostel_size_dialog_get_choice (dialog), ==, 0);
  g_assert_cmpuint (hostel_size_dialog_get_bytes (dialog), <, 200 * GIB);

  gtk_drop_down_set_selected (GTK_DROP_DOWN (choice), 1);
  g_assert_cmpuint (hostel_size_dialog_get_choice (dialog), ==, 1);
  g_assert_cmpuint (hostel_size_dialog_get_bytes (dialog), >, 200 * GIB);
  g_assert_nonnull (strstr (adw_message_dialog_get_body (ADW_MESSAGE_DIALOG (dialog)), "200.0"));
  gtk_window_destroy (GTK_WINDOW (dialog));
  g_object_unref (dialog);
}

int
main (int    argc,
      char **argv)
{
  gtk_test_init (&argc, &argv, NULL);
  adw_init ();

  g_test_add_func ("/size-dialog/one", test_one);
  g_test_add_func ("/size-dialog/choices", test_choices);

  return g_test_run ();
}
