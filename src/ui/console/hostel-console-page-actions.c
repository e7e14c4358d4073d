/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "hostel-console-page"

#include "config.h"

#include <glib/gi18n.h>

#include "hostel-console-page-private.h"
#include "hostel-settings.h"

static HostelTerminal *
get_terminal (GtkWidget *widget)
{
  HostelConsoleView *view = hostel_console_page_get_view (HOSTEL_CONSOLE_PAGE (widget));

  return view != NULL ? hostel_console_view_get_terminal (view) : NULL;
}

/**
 * hostel_console_page_show_toast:
 * @self: a page
 * @title: plain text
 */
void
hostel_console_page_show_toast (HostelConsolePage *self,
                                const char        *title)
{
  g_autofree char *markup = g_markup_escape_text (title, -1);

  adw_toast_overlay_add_toast (self->toasts, adw_toast_new (markup));
}

static void
copy (GtkWidget  *widget,
      const char *action_name,
      GVariant   *parameter)
{
  HostelTerminal *terminal = get_terminal (widget);

  if (terminal != NULL)
    vte_terminal_copy_clipboard_format (VTE_TERMINAL (terminal), VTE_FORMAT_TEXT);
}

static void
copy_all (GtkWidget  *widget,
          const char *action_name,
          GVariant   *parameter)
{
  HostelTerminal *terminal = get_terminal (widget);
  g_autofree char *text = NULL;

  if (terminal == NULL)
    return;

  text = hostel_terminal_dup_text (terminal);
  gdk_clipboard_set_text (gtk_widget_get_clipboard (widget), text);
  hostel_console_page_show_toast (HOSTEL_CONSOLE_PAGE (widget), _("Output copied"));
}

static void
paste (GtkWidget  *widget,
       const char *action_name,
       GVariant   *parameter)
{
  hostel_console_page_paste_from (HOSTEL_CONSOLE_PAGE (widget), gtk_widget_get_clipboard (widget));
}

static void
paste_selection (GtkWidget  *widget,
                 const char *action_name,
                 GVariant   *parameter)
{
  hostel_console_page_paste_from (HOSTEL_CONSOLE_PAGE (widget),
                                  gtk_widget_get_primary_clipboard (widget));
}

static void
find (GtkWidget  *widget,
      const char *action_name,
      GVariant   *parameter)
{
  HostelConsolePage *self = HOSTEL_CONSOLE_PAGE (widget);

  gtk_search_bar_set_search_mode (self->search_bar, TRUE);
  gtk_widget_grab_focus (GTK_WIDGET (self->search_entry));
}

static void
zoom (GtkWidget  *widget,
      const char *action_name,
      GVariant   *parameter)
{
  HostelTerminal *terminal = get_terminal (widget);

  if (terminal != NULL)
    hostel_terminal_zoom (terminal, g_str_has_suffix (action_name, "-in")    ? 1
                                    : g_str_has_suffix (action_name, "-out") ? -1
                                                                             : 0);
}

static void
open_console (GtkWidget  *widget,
              const char *action_name,
              GVariant   *parameter)
{
  HostelConsoleView *view = hostel_console_page_get_view (HOSTEL_CONSOLE_PAGE (widget));

  if (view == NULL)
    return;

  hostel_console_view_open (view, g_str_equal (action_name, "console.take-over"));
  /* The button that was pressed goes away. */
  gtk_widget_grab_focus (widget);
}

static void
font_chosen_cb (GtkDialog *dialog,
                int        response,
                gpointer   user_data)
{
  g_autoptr (GSettings) settings = hostel_settings_new ();
  g_autofree char *name = gtk_font_chooser_get_font (GTK_FONT_CHOOSER (dialog));

  if (response == GTK_RESPONSE_OK && name != NULL)
    g_settings_set_string (settings, "console-font", name);
  else if (response == GTK_RESPONSE_REJECT)
    g_settings_reset (settings, "console-font");
  gtk_window_destroy (GTK_WINDOW (dialog));
}

static gboolean
is_monospace (const PangoFontFamily *family,
              const PangoFontFace   *face,
              gpointer               data)
{
  return pango_font_family_is_monospace ((PangoFontFamily *) family);
}

/* For all consoles; the desktop's own until one was chosen. */
static void
choose_font (GtkWidget  *widget,
             const char *action_name,
             GVariant   *parameter)
{
  GtkWindow *window = GTK_WINDOW (gtk_widget_get_root (widget));
  g_autoptr (GSettings) settings = hostel_settings_new ();
  g_autofree char *name = NULL;
  GtkWidget *dialog;

  if (settings == NULL)
    return;

  name = g_settings_get_string (settings, "console-font");
  dialog = gtk_font_chooser_dialog_new (_("Font of All Consoles"), window);
  gtk_window_set_modal (GTK_WINDOW (dialog), TRUE);
  gtk_font_chooser_set_filter_func (GTK_FONT_CHOOSER (dialog), is_monospace, NULL, NULL);
  gtk_font_chooser_set_font (GTK_FONT_CHOOSER (dialog), *name != '\0' ? name : "Monospace 11");
  gtk_dialog_add_button (GTK_DIALOG (dialog), _("_System Font"), GTK_RESPONSE_REJECT);
  g_signal_connect (dialog, "response", G_CALLBACK (font_chosen_cb), NULL);
  gtk_window_present (GTK_WINDOW (dialog));
}

static void
popup_menu (HostelConsolePage *self,
            double             x,
            double             y)
{
  const GdkRectangle place = { (int) x, (int) y, 1, 1 };

  gtk_popover_set_pointing_to (GTK_POPOVER (self->context_menu), &place);
  gtk_popover_popup (GTK_POPOVER (self->context_menu));
}

static void
pressed_cb (GtkGestureClick *gesture,
            int              n_press,
            double           x,
            double           y,
            gpointer         user_data)
{
  HostelConsolePage *self = HOSTEL_CONSOLE_PAGE (user_data);
  double page_x;
  double page_y;

  hostel_console_page_find_link (self, x, y);
  gtk_widget_translate_coordinates (GTK_WIDGET (self->views), GTK_WIDGET (self), x, y,
                                    &page_x, &page_y);
  popup_menu (self, page_x, page_y);
  gtk_gesture_set_state (GTK_GESTURE (gesture), GTK_EVENT_SEQUENCE_CLAIMED);
}

static void
middle_pressed_cb (GtkGestureClick *gesture,
                   int              n_press,
                   double           x,
                   double           y,
                   gpointer         user_data)
{
  gtk_widget_activate_action (GTK_WIDGET (user_data), "console.paste-selection", NULL);
  gtk_gesture_set_state (GTK_GESTURE (gesture), GTK_EVENT_SEQUENCE_CLAIMED);
}

static void
menu_key (GtkWidget  *widget,
          const char *action_name,
          GVariant   *parameter)
{
  hostel_console_page_find_link (HOSTEL_CONSOLE_PAGE (widget), -1, -1);
  popup_menu (HOSTEL_CONSOLE_PAGE (widget), gtk_widget_get_width (widget) / 2.0,
              gtk_widget_get_height (widget) / 2.0);
}

/* What holds for all consoles. */
static void
add_settings (HostelConsolePage *self)
{
  static const char * const keys[] = { "console-colors", "console-bell" };
  g_autoptr (GSettings) settings = hostel_settings_new ();
  g_autoptr (GSimpleActionGroup) group = g_simple_action_group_new ();

  for (guint i = 0; settings != NULL && i < G_N_ELEMENTS (keys); i++)
    {
      g_autoptr (GAction) action = g_settings_create_action (settings, keys[i]);

      g_action_map_add_action (G_ACTION_MAP (group), action);
    }
  gtk_widget_insert_action_group (GTK_WIDGET (self), "settings", G_ACTION_GROUP (group));
}

/**
 * hostel_console_page_add_context_menu:
 * @self: a page whose template is complete
 *
 * The menu of the strip's button, at the pointer, too; and the middle button's paste.
 */
void
hostel_console_page_add_context_menu (HostelConsolePage *self)
{
  GtkGesture *gesture = gtk_gesture_click_new ();
  GtkGesture *middle = gtk_gesture_click_new ();

  add_settings (self);

  self->context_menu =
    gtk_popover_menu_new_from_model (gtk_menu_button_get_menu_model (self->menu_button));
  gtk_popover_set_has_arrow (GTK_POPOVER (self->context_menu), FALSE);
  gtk_widget_set_halign (self->context_menu, GTK_ALIGN_START);
  gtk_widget_set_parent (self->context_menu, GTK_WIDGET (self));

  /* Before VTE, which would report the button to the guest. */
  gtk_event_controller_set_propagation_phase (GTK_EVENT_CONTROLLER (gesture), GTK_PHASE_CAPTURE);
  gtk_gesture_single_set_button (GTK_GESTURE_SINGLE (gesture), GDK_BUTTON_SECONDARY);
  g_signal_connect_object (gesture, "pressed", G_CALLBACK (pressed_cb), self, 0);
  gtk_widget_add_controller (GTK_WIDGET (self->views), GTK_EVENT_CONTROLLER (gesture));

  /* VTE would paste several lines without a question. */
  gtk_event_controller_set_propagation_phase (GTK_EVENT_CONTROLLER (middle), GTK_PHASE_CAPTURE);
  gtk_gesture_single_set_button (GTK_GESTURE_SINGLE (middle), GDK_BUTTON_MIDDLE);
  g_signal_connect_object (middle, "pressed", G_CALLBACK (middle_pressed_cb), self, 0);
  gtk_widget_add_controller (GTK_WIDGET (self->views), GTK_EVENT_CONTROLLER (middle));
}

static void
refresh (GtkWidget *widget)
{
  const char *name = GTK_IS_ACTIONABLE (widget)
                       ? gtk_actionable_get_action_name (GTK_ACTIONABLE (widget)) : NULL;

  if (name != NULL)
    {
      g_autofree char *kept = g_strdup (name);

      gtk_actionable_set_action_name (GTK_ACTIONABLE (widget), NULL);
      gtk_actionable_set_action_name (GTK_ACTIONABLE (widget), kept);
    }
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    {
      if (!GTK_IS_POPOVER (child))
        refresh (child);
    }
}

/**
 * hostel_console_page_refresh_actions:
 * @self: a page that has come into another window
 *
 * GTK 4.8 tells buttons and menus that the actions are gone, when it is taken out of a window, and
 * never that they are there again.
 */
void
hostel_console_page_refresh_actions (HostelConsolePage *self)
{
  g_autoptr (GMenuModel) menu = g_object_ref (gtk_menu_button_get_menu_model (self->menu_button));

  refresh (GTK_WIDGET (self));
  gtk_menu_button_set_menu_model (self->menu_button, NULL);
  gtk_menu_button_set_menu_model (self->menu_button, menu);
  gtk_popover_menu_set_menu_model (GTK_POPOVER_MENU (self->context_menu), NULL);
  gtk_popover_menu_set_menu_model (GTK_POPOVER_MENU (self->context_menu), menu);
}

/**
 * hostel_console_page_install_actions:
 * @widget_class: of the page
 */
void
hostel_console_page_install_actions (GtkWidgetClass *widget_class)
{
  gtk_widget_class_install_action (widget_class, "console.copy", NULL, copy);
  gtk_widget_class_install_action (widget_class, "console.copy-all", NULL, copy_all);
  gtk_widget_class_install_action (widget_class, "console.paste", NULL, paste);
  gtk_widget_class_install_action (widget_class, "console.paste-selection", NULL, paste_selection);
  gtk_widget_class_install_action (widget_class, "console.find", NULL, find);
  gtk_widget_class_install_action (widget_class, "console.zoom-in", NULL, zoom);
  gtk_widget_class_install_action (widget_class, "console.zoom-out", NULL, zoom);
  gtk_widget_class_install_action (widget_class, "console.zoom-normal", NULL, zoom);
  gtk_widget_class_install_action (widget_class, "console.font", NULL, choose_font);
  gtk_widget_class_install_action (widget_class, "console.take-over", NULL, open_console);
  gtk_widget_class_install_action (widget_class, "console.reconnect", NULL, open_console);
  gtk_widget_class_install_action (widget_class, "console.menu", NULL, menu_key);
  hostel_console_page_install_send_actions (widget_class);
  hostel_console_page_install_key_actions (widget_class);
  hostel_console_page_install_link_actions (widget_class);
  hostel_console_page_install_save_actions (widget_class);
  hostel_console_page_install_add_action (widget_class);
  gtk_widget_class_install_property_action (widget_class, "console.device", "device");
}
