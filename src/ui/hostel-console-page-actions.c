#define G_LOG_DOMAIN "hostel-console-page"

#include "config.h"

#include <string.h>

#include <glib/gi18n.h>

#include "hostel-console-page-private.h"

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

typedef struct
{
  HostelConsolePage *page; /* owned */
  GFile             *file; /* owned */
} Save;

static void
save_free (Save *save)
{
  g_object_unref (save->page);
  g_object_unref (save->file);
  g_free (save);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Save, save_free)

static void
saved_cb (GObject      *source,
          GAsyncResult *result,
          gpointer      user_data)
{
  g_autoptr (Save) save = user_data;
  g_autoptr (GError) error = NULL;
  g_autofree char *name = g_file_get_basename (save->file);
  g_autofree char *title = NULL;

  if (g_file_replace_contents_finish (save->file, result, NULL, &error))
    title = g_strdup_printf (_("Output saved as %s"), name);
  else
    title = g_strdup_printf (_("%s could not be saved: %s"), name, error->message);

  hostel_console_page_show_toast (save->page, title);
}

static void
save_to (HostelConsolePage *self,
         GFile             *file)
{
  HostelTerminal *terminal = get_terminal (GTK_WIDGET (self));
  g_autoptr (GBytes) bytes = NULL;
  char *text;
  Save *save;

  if (terminal == NULL)
    return;

  text = hostel_terminal_dup_text (terminal);
  bytes = g_bytes_new_take (text, strlen (text));
  save = g_new0 (Save, 1);
  save->page = g_object_ref (self);
  save->file = g_object_ref (file);
  g_file_replace_contents_bytes_async (file, bytes, NULL, FALSE, G_FILE_CREATE_NONE, NULL,
                                       saved_cb, save);
}

static void
save_response_cb (GtkNativeDialog *dialog,
                  int              response,
                  gpointer         user_data)
{
  g_autoptr (GFile) file = NULL;

  if (response == GTK_RESPONSE_ACCEPT
      && (file = gtk_file_chooser_get_file (GTK_FILE_CHOOSER (dialog))))
    save_to (HOSTEL_CONSOLE_PAGE (user_data), file);

  g_object_unref (dialog);
}

static void
save_output (GtkWidget  *widget,
             const char *action_name,
             GVariant   *parameter)
{
  HostelConsolePage *self = HOSTEL_CONSOLE_PAGE (widget);
  GtkWidget *window = GTK_WIDGET (gtk_widget_get_root (widget));
  g_autofree char *name = NULL;
  GtkFileChooserNative *dialog;

  if (self->domain == NULL)
    return;

  dialog = gtk_file_chooser_native_new (_("Save Output As"), GTK_WINDOW (window),
                                        GTK_FILE_CHOOSER_ACTION_SAVE, _("_Save"), _("_Cancel"));
  name = g_strdup_printf ("%s-%s.txt", hostel_domain_get_name (self->domain), self->device);
  g_strdelimit (name, "/", '_');
  gtk_file_chooser_set_current_name (GTK_FILE_CHOOSER (dialog), name);
  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (dialog), TRUE);
  g_signal_connect_object (dialog, "response", G_CALLBACK (save_response_cb), self, 0);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (dialog));
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
  popup_menu (HOSTEL_CONSOLE_PAGE (widget), gtk_widget_get_width (widget) / 2.0,
              gtk_widget_get_height (widget) / 2.0);
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
  gtk_widget_class_install_action (widget_class, "console.save", NULL, save_output);
  gtk_widget_class_install_action (widget_class, "console.find", NULL, find);
  gtk_widget_class_install_action (widget_class, "console.zoom-in", NULL, zoom);
  gtk_widget_class_install_action (widget_class, "console.zoom-out", NULL, zoom);
  gtk_widget_class_install_action (widget_class, "console.zoom-normal", NULL, zoom);
  gtk_widget_class_install_action (widget_class, "console.take-over", NULL, open_console);
  gtk_widget_class_install_action (widget_class, "console.reconnect", NULL, open_console);
  gtk_widget_class_install_action (widget_class, "console.menu", NULL, menu_key);
  hostel_console_page_install_send_actions (widget_class);
  gtk_widget_class_install_property_action (widget_class, "console.device", "device");
}
