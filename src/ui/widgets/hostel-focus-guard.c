/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "hostel-focus-guard"

#include "config.h"

#include "hostel-focus-guard.h"

/* GTK leaves the keyboard with a widget whose page, row or side of a leaflet is not shown any more:
 * Space then presses a button that nobody sees. */

static GtkWidget *
find_seen_ancestor (GtkWidget *widget)
{
  while (widget != NULL && !gtk_widget_get_mapped (widget))
    widget = gtk_widget_get_parent (widget);

  return widget;
}

/* To what is shown in its place, else to nothing. */
static gboolean
settle_cb (gpointer user_data)
{
  g_autoptr (GtkWindow) window = g_weak_ref_get (user_data);
  GtkWidget *focus = window != NULL ? gtk_window_get_focus (window) : NULL;
  GtkWidget *ancestor;

  if (focus == NULL || gtk_widget_get_mapped (focus) ||
      !gtk_widget_get_mapped (GTK_WIDGET (window)))
    return G_SOURCE_REMOVE;

  ancestor = find_seen_ancestor (focus);
  gtk_window_set_focus (window, NULL);
  if (ancestor == NULL || !gtk_widget_child_focus (ancestor, GTK_DIR_TAB_FORWARD))
    gtk_widget_child_focus (GTK_WIDGET (window), GTK_DIR_TAB_FORWARD);

  return G_SOURCE_REMOVE;
}

static void
free_weak_ref (gpointer data)
{
  g_weak_ref_clear (data);
  g_free (data);
}

/* Before the next key, and after whoever hides and shows is done. */
static void
settle_soon (GtkWindow *window)
{
  GWeakRef *weak = g_new (GWeakRef, 1);

  g_weak_ref_init (weak, window);
  g_idle_add_full (G_PRIORITY_HIGH, settle_cb, weak, free_weak_ref);
}

static void
unmapped_cb (GtkWindow *window,
             GtkWidget *widget)
{
  if (gtk_window_get_focus (window) == widget)
    settle_soon (window);
}

static void
focus_changed_cb (GtkWindow *window)
{
  GtkWidget *focus = gtk_window_get_focus (window);

  if (focus == NULL)
    return;

  if (g_signal_handler_find (focus, G_SIGNAL_MATCH_FUNC | G_SIGNAL_MATCH_DATA, 0, 0, NULL,
                             unmapped_cb, window) == 0)
    g_signal_connect_object (focus, "unmap", G_CALLBACK (unmapped_cb), window, G_CONNECT_SWAPPED);
  /* A page or window that remembers may give it to what is hidden by now. */
  if (!gtk_widget_get_mapped (focus))
    settle_soon (window);
}

static void
windows_changed_cb (GListModel *windows,
                    guint       position,
                    guint       removed,
                    guint       added)
{
  for (guint i = position; i < position + added; i++)
    {
      g_autoptr (GtkWindow) window = g_list_model_get_item (windows, i);

      if (g_signal_handler_find (window, G_SIGNAL_MATCH_FUNC, 0, 0, NULL, focus_changed_cb,
                                 NULL) != 0)
        continue;
      g_signal_connect (window, "notify::focus-widget", G_CALLBACK (focus_changed_cb), NULL);
      focus_changed_cb (window);
    }
}

/**
 * hostel_focus_guard_install:
 *
 * From now on the keyboard never stays, in any window of this program, with what cannot be seen:
 * whatever has it when it is hidden gives it to what is shown in its place.
 */
void
hostel_focus_guard_install (void)
{
  GListModel *windows = gtk_window_get_toplevels ();

  if (g_signal_handler_find (windows, G_SIGNAL_MATCH_FUNC, 0, 0, NULL, windows_changed_cb,
                             NULL) != 0)
    return;

  g_signal_connect (windows, "items-changed", G_CALLBACK (windows_changed_cb), NULL);
  windows_changed_cb (windows, 0, 0, g_list_model_get_n_items (windows));
}
