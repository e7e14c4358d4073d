/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "hostel-terminal"

#include "config.h"

#include <adwaita.h>

#include "hostel-settings.h"
#include "hostel-terminal-private.h"

/* A guest may ring without end. */
#define BELL_PAUSE_US G_USEC_PER_SEC

typedef struct
{
  const char *id;
  const char *foreground; /* NULL: the theme's */
  const char *background;
  const char *palette[16];
} Scheme;

/* The first two are GNOME's palette, with what would be lost on a white or a dark ground made
 * darker or lighter; then Linux's own console, and Ethan Schoonover's Solarized. */
static const Scheme schemes[] = {
  { "light", "#241f31", "#ffffff",
    { "#171421", "#c01c28", "#1e8454", "#8a5f00", "#12488b", "#a347ba", "#1b7d8b", "#8b8a88",
      "#5e5c64", "#d4301f", "#1f8a4c", "#9a6700", "#2a7bde", "#b04cbc", "#13808f", "#6f6e6c" } },
  { "dark", "#ffffff", "#1e1e1e",
    { "#5e5c64", "#ed5353", "#33b57a", "#c9903f", "#4a86cf", "#c061cb", "#33b0c4", "#d0cfcc",
      "#8b8a88", "#f66151", "#57e389", "#f8e45c", "#62a0ea", "#dc8add", "#5bc8d6", "#ffffff" } },
  { "linux", "#aaaaaa", "#000000",
    { "#000000", "#aa0000", "#00aa00", "#aa5500", "#0000aa", "#aa00aa", "#00aaaa", "#aaaaaa",
      "#555555", "#ff5555", "#55ff55", "#ffff55", "#5555ff", "#ff55ff", "#55ffff", "#ffffff" } },
  { "solarized-light", "#657b83", "#fdf6e3",
    { "#073642", "#dc322f", "#859900", "#b58900", "#268bd2", "#d33682", "#2aa198", "#eee8d5",
      "#002b36", "#cb4b16", "#586e75", "#657b83", "#839496", "#6c71c4", "#93a1a1", "#fdf6e3" } },
  { "solarized-dark", "#839496", "#002b36",
    { "#073642", "#dc322f", "#859900", "#b58900", "#268bd2", "#d33682", "#2aa198", "#eee8d5",
      "#002b36", "#cb4b16", "#586e75", "#657b83", "#839496", "#6c71c4", "#93a1a1", "#fdf6e3" } },
};

/* %NULL: as the desktop is. */
static const Scheme *
get_chosen (HostelTerminal *self)
{
  g_autofree char *id = self->settings != NULL
                          ? g_settings_get_string (self->settings, "console-colors") : NULL;

  for (guint i = 0; i < G_N_ELEMENTS (schemes); i++)
    if (g_strcmp0 (id, schemes[i].id) == 0)
      return &schemes[i];

  return NULL;
}

/**
 * hostel_terminal_update_colors:
 * @self: a terminal
 *
 * For this class's own files: takes the colours that the person chose, or those of the desktop.
 */
void
hostel_terminal_update_colors (HostelTerminal *self)
{
  GtkStyleContext *context = gtk_widget_get_style_context (GTK_WIDGET (self));
  gboolean dark = adw_style_manager_get_dark (adw_style_manager_get_default ());
  const Scheme *chosen = get_chosen (self);
  const Scheme *scheme = chosen != NULL ? chosen : &schemes[dark ? 1 : 0];
  GdkRGBA palette[G_N_ELEMENTS (scheme->palette)];
  GdkRGBA foreground;
  GdkRGBA background;

  /* The ground is the one of every list and text view, also under high contrast. */
  if (chosen != NULL
      || !gtk_style_context_lookup_color (context, "view_fg_color", &foreground)
      || !gtk_style_context_lookup_color (context, "view_bg_color", &background))
    {
      gdk_rgba_parse (&foreground, scheme->foreground);
      gdk_rgba_parse (&background, scheme->background);
    }
  for (guint i = 0; i < G_N_ELEMENTS (palette); i++)
    gdk_rgba_parse (&palette[i], scheme->palette[i]);

  /* A colour of text that is not opaque would be blended with what is behind the window. */
  foreground.alpha = 1;
  vte_terminal_set_colors (VTE_TERMINAL (self), &foreground, &background,
                           palette, G_N_ELEMENTS (palette));
}

static void
update_font_cb (HostelTerminal *self)
{
  g_autofree char *name = g_settings_get_string (self->settings, "console-font");
  PangoFontDescription *font = *name != '\0' ? pango_font_description_from_string (name) : NULL;

  vte_terminal_set_font (VTE_TERMINAL (self), font);
  g_clear_pointer (&font, pango_font_description_free);
}

/* A long history is on disk, in an unlinked file of VTE's own. */
static void
update_lines_cb (HostelTerminal *self)
{
  vte_terminal_set_scrollback_lines (VTE_TERMINAL (self),
                                     g_settings_get_uint (self->settings, "console-lines"));
}

static void
bell_cb (HostelTerminal *self)
{
  GtkNative *native = gtk_widget_get_native (GTK_WIDGET (self));
  gint64 now = g_get_monotonic_time ();

  if (native == NULL || !gtk_widget_get_mapped (GTK_WIDGET (self))
      || !g_settings_get_boolean (self->settings, "console-bell")
      || (self->bell_time != 0 && now - self->bell_time < BELL_PAUSE_US))
    return;

  self->bell_time = now;
  gdk_surface_beep (gtk_native_get_surface (native));
}

static void
follow_settings (HostelTerminal *self)
{
  self->settings = hostel_settings_new ();
  if (self->settings == NULL)
    return;

  g_signal_connect_object (self->settings, "changed::console-font", G_CALLBACK (update_font_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->settings, "changed::console-lines", G_CALLBACK (update_lines_cb),
                           self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->settings, "changed::console-colors",
                           G_CALLBACK (hostel_terminal_update_colors), self, G_CONNECT_SWAPPED);
  g_signal_connect (self, "bell", G_CALLBACK (bell_cb), NULL);
  update_font_cb (self);
  update_lines_cb (self);
  g_settings_bind (self->settings, "console-zoom", self, "font-scale", G_SETTINGS_BIND_DEFAULT);
}

/**
 * hostel_terminal_follow_look:
 * @self: a terminal
 *
 * For this class's own files: font, colours, length and bell as the person wants them for all
 * consoles, now and whenever that changes.
 */
void
hostel_terminal_follow_look (HostelTerminal *self)
{
  vte_terminal_set_audible_bell (VTE_TERMINAL (self), FALSE);
  follow_settings (self);
  g_signal_connect_object (adw_style_manager_get_default (), "notify::dark",
                           G_CALLBACK (hostel_terminal_update_colors), self, G_CONNECT_SWAPPED);
  hostel_terminal_update_colors (self);
}
