/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "hostel-console-page"

#include "config.h"

#include <glib/gi18n.h>

#include "hostel-console-page-private.h"

static void
shown_cb (GObject      *source,
          GAsyncResult *result,
          gpointer      user_data)
{
  g_autoptr (HostelConsolePage) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autofree char *title = NULL;

  if (gtk_show_uri_full_finish (GTK_WINDOW (source), result, &error))
    return;

  title = g_strdup_printf (_("The link could not be opened: %s"), error->message);
  hostel_console_page_show_toast (self, title);
}

/* What a person has read in @dialog is what opens, whatever is under the pointer now. */
static void
answered_cb (HostelConsolePage *self,
             const char        *response,
             AdwMessageDialog  *dialog)
{
  GtkLabel *label = GTK_LABEL (adw_message_dialog_get_extra_child (dialog));
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));

  if (g_str_equal (response, "open") && root != NULL)
    gtk_show_uri_full (GTK_WINDOW (root), gtk_label_get_text (label), GDK_CURRENT_TIME, NULL, shown_cb,
                       g_object_ref (self));
  gtk_widget_grab_focus (GTK_WIDGET (self));
}

/* "https://bank.example@evil.example/" leads to the latter. */
static char *
dup_body (HostelConsolePage *self,
          const char        *link)
{
  const char *name = hostel_domain_get_name (self->domain);
  g_autoptr (GUri) uri = g_uri_parse (link, G_URI_FLAGS_PARSE_RELAXED, NULL);
  const char *host = uri != NULL ? g_uri_get_host (uri) : NULL;

  if (host == NULL || *host == '\0')
    return g_strdup_printf (_("“%s” has written this address."), name);

  return g_strdup_printf (_("“%s” has written this address. It leads to %s."), name, host);
}

static GtkWidget *
make_link_label (const char *link)
{
  GtkWidget *label = gtk_label_new (link);

  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_CHAR);
  gtk_label_set_lines (GTK_LABEL (label), 6);
  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_MIDDLE);
  gtk_widget_add_css_class (label, "monospace");

  return label;
}

static void
ask (HostelConsolePage *self,
     const char        *link)
{
  GtkWindow *window = GTK_WINDOW (gtk_widget_get_root (GTK_WIDGET (self)));
  g_autofree char *body = dup_body (self, link);
  GtkWidget *dialog = adw_message_dialog_new (window, _("Open Link?"), body);

  adw_message_dialog_set_extra_child (ADW_MESSAGE_DIALOG (dialog), make_link_label (link));
  adw_message_dialog_add_responses (ADW_MESSAGE_DIALOG (dialog),
                                    "cancel", _("_Cancel"),
                                    "open", _("_Open"),
                                    NULL);
  adw_message_dialog_set_default_response (ADW_MESSAGE_DIALOG (dialog), "open");
  adw_message_dialog_set_close_response (ADW_MESSAGE_DIALOG (dialog), "cancel");
  g_signal_connect_object (dialog, "response", G_CALLBACK (answered_cb), self, G_CONNECT_SWAPPED);
  gtk_window_present (GTK_WINDOW (dialog));
}

static void
open_link (GtkWidget  *widget,
           const char *action_name,
           GVariant   *parameter)
{
  HostelConsolePage *self = HOSTEL_CONSOLE_PAGE (widget);

  if (self->link != NULL && self->domain != NULL)
    ask (self, self->link);
}

static void
copy_link (GtkWidget  *widget,
           const char *action_name,
           GVariant   *parameter)
{
  HostelConsolePage *self = HOSTEL_CONSOLE_PAGE (widget);

  if (self->link != NULL)
    gdk_clipboard_set_text (gtk_widget_get_clipboard (widget), self->link);
}

static HostelTerminal *
get_terminal (HostelConsolePage *self)
{
  HostelConsoleView *view = hostel_console_page_get_view (self);

  return view != NULL ? hostel_console_view_get_terminal (view) : NULL;
}

/* Takes @link. */
static void
set_link (HostelConsolePage *self,
          char              *link)
{
  g_free (self->link);
  self->link = link;
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "console.open-link", link != NULL);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "console.copy-link", link != NULL);
}

/**
 * hostel_console_page_find_link:
 * @self: a page
 * @x: in the coordinates of the stack of views
 * @y: likewise
 *
 * Has the menu offer the link that is written there; without one, that which is selected.
 */
void
hostel_console_page_find_link (HostelConsolePage *self,
                               double             x,
                               double             y)
{
  HostelTerminal *terminal = get_terminal (self);
  char *link = NULL;

  if (terminal != NULL)
    {
      gtk_widget_translate_coordinates (GTK_WIDGET (self->views), GTK_WIDGET (terminal), x, y,
                                        &x, &y);
      link = hostel_terminal_dup_link_at (terminal, x, y);
      if (link == NULL)
        link = hostel_terminal_dup_selected_link (terminal);
    }
  set_link (self, link);
}

static void
ctrl_pressed_cb (HostelConsolePage *self,
                 int                n_press,
                 double             x,
                 double             y,
                 GtkGesture        *gesture)
{
  GdkModifierType state =
    gtk_event_controller_get_current_event_state (GTK_EVENT_CONTROLLER (gesture));

  if ((state & GDK_CONTROL_MASK) == 0)
    return;

  hostel_console_page_find_link (self, x, y);
  if (self->link == NULL)
    return;

  gtk_gesture_set_state (gesture, GTK_EVENT_SEQUENCE_CLAIMED);
  gtk_widget_activate_action (GTK_WIDGET (self), "console.open-link", NULL);
}

/**
 * hostel_console_page_add_link_gesture:
 * @self: a page whose template is complete
 *
 * Ctrl and a click open a link, as in other terminals; before VTE, which would select there.
 */
void
hostel_console_page_add_link_gesture (HostelConsolePage *self)
{
  GtkGesture *gesture = gtk_gesture_click_new ();

  gtk_event_controller_set_propagation_phase (GTK_EVENT_CONTROLLER (gesture), GTK_PHASE_CAPTURE);
  gtk_gesture_single_set_button (GTK_GESTURE_SINGLE (gesture), GDK_BUTTON_PRIMARY);
  g_signal_connect_object (gesture, "pressed", G_CALLBACK (ctrl_pressed_cb), self,
                           G_CONNECT_SWAPPED);
  gtk_widget_add_controller (GTK_WIDGET (self->views), GTK_EVENT_CONTROLLER (gesture));
  set_link (self, NULL);
}

/**
 * hostel_console_page_install_link_actions:
 * @widget_class: of the page
 */
void
hostel_console_page_install_link_actions (GtkWidgetClass *widget_class)
{
  gtk_widget_class_install_action (widget_class, "console.open-link", NULL, open_link);
  gtk_widget_class_install_action (widget_class, "console.copy-link", NULL, copy_link);
}
