/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "hostel-console-window"

#include "config.h"

#include "hostel-console-window-place.h"
#include "hostel-settings.h"

/* By the UUID of a machine: width, height, whether it was maximized. */
#define KEY "console-windows"
#define TYPE "a{s(iib)}"
/* Of machines that are long gone, too. */
#define MAX_KEPT 64
#define MIN_WIDTH 360
#define MIN_HEIGHT 200

/**
 * hostel_console_window_place_restore:
 * @window: a window of consoles that is not shown yet
 * @first: the pane of its first machine
 *
 * Gives the window the size that the machine's had when it was closed. Where on the screen, only
 * the desktop can tell.
 */
void
hostel_console_window_place_restore (GtkWindow         *window,
                                     HostelConsolePane *first)
{
  g_autoptr (GSettings) settings = hostel_settings_new ();
  g_autoptr (GVariant) all = settings != NULL ? g_settings_get_value (settings, KEY) : NULL;
  const char *uuid = hostel_domain_get_uuid (hostel_console_pane_get_domain (first));
  gboolean maximized;
  int height;
  int width;

  if (all == NULL || !g_variant_lookup (all, uuid, "(iib)", &width, &height, &maximized))
    return;

  gtk_window_set_default_size (window, MAX (width, MIN_WIDTH), MAX (height, MIN_HEIGHT));
  if (maximized)
    gtk_window_maximize (window);
}

/**
 * hostel_console_window_place_save:
 * @window: a window of consoles
 * @first: the pane of its first machine
 */
void
hostel_console_window_place_save (GtkWindow         *window,
                                  HostelConsolePane *first)
{
  g_autoptr (GSettings) settings = hostel_settings_new ();
  const char *uuid = hostel_domain_get_uuid (hostel_console_pane_get_domain (first));
  g_auto (GVariantBuilder) builder = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE (TYPE));
  g_autoptr (GVariant) all = NULL;
  int height;
  int width;

  if (settings == NULL)
    return;

  /* The newest first: the oldest are forgotten. */
  gtk_window_get_default_size (window, &width, &height);
  g_variant_builder_add (&builder, "{s(iib)}", uuid, width, height, gtk_window_is_maximized (window));
  all = g_settings_get_value (settings, KEY);
  for (gsize i = 0; i < MIN (g_variant_n_children (all), MAX_KEPT - 1); i++)
    {
      g_autoptr (GVariant) entry = g_variant_get_child_value (all, i);
      g_autofree char *other = NULL;

      g_variant_get_child (entry, 0, "s", &other);
      if (!g_str_equal (other, uuid))
        g_variant_builder_add_value (&builder, entry);
    }
  g_settings_set_value (settings, KEY, g_variant_builder_end (&builder));
}
