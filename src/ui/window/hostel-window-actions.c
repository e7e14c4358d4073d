/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "hostel-window"

#include "config.h"

#include <glib/gi18n.h>

#include "hostel-create-dialog.h"
#include "hostel-host-dialog.h"
#include "hostel-images-window.h"
#include "hostel-window-private.h"

#define UNDO_SECONDS 10

static void
window_created_cb (HostelWindow        *self,
                   HostelDomain        *domain,
                   HostelConsoleStream *console,
                   HostelCreateDialog  *dialog)
{
  HostelMachineSpec *spec = hostel_create_dialog_get_spec (dialog);

  hostel_window_show_console (self, domain, console);
  if (!hostel_domain_is_active (domain))
    return;

  /* There is no cloud-init in an installer that would report, and most installers draw. */
  if (!hostel_machine_spec_is_installation (spec))
    {
      hostel_window_watch_boot (self, domain);
    }
  else if (hostel_machine_spec_get_serial_installer (spec) == NULL)
    {
      hostel_domain_page_set_page (self->domain_page, "screen");
      hostel_domain_page_focus (self->domain_page);
    }
}

/* Where the new machine goes unless the person chooses otherwise: the host that is looked at. */
static HostelConnection *
window_get_preferred_host (HostelWindow *self)
{
  if (HOSTEL_IS_CONNECTION (self->selected))
    return HOSTEL_CONNECTION (self->selected);
  if (HOSTEL_IS_DOMAIN (self->selected))
    return hostel_domain_get_connection (HOSTEL_DOMAIN (self->selected));

  return NULL;
}

static HostelCreateDialog *
window_show_create_dialog (HostelWindow *self)
{
  HostelCreateDialog *dialog;

  dialog = hostel_create_dialog_new (GTK_WINDOW (self), window_get_preferred_host (self),
                                     G_LIST_MODEL (self->hosts));
  g_signal_connect_object (dialog, "created", G_CALLBACK (window_created_cb), self,
                           G_CONNECT_SWAPPED);
  gtk_window_present (GTK_WINDOW (dialog));

  return dialog;
}

static void
window_new_machine (GtkWidget  *widget,
                    const char *action_name,
                    GVariant   *parameter)
{
  window_show_create_dialog (HOSTEL_WINDOW (widget));
}

/* The one that is open over this window, unless it is busy creating. */
static HostelCreateDialog *
window_find_create_dialog (HostelWindow *self)
{
  GListModel *windows = gtk_window_get_toplevels ();

  for (guint i = 0; i < g_list_model_get_n_items (windows); i++)
    {
      g_autoptr (GtkWindow) window = g_list_model_get_item (windows, i);

      if (HOSTEL_IS_CREATE_DIALOG (window) &&
          gtk_window_get_transient_for (window) == GTK_WINDOW (self) &&
          hostel_create_dialog_takes_files (HOSTEL_CREATE_DIALOG (window)))
        return HOSTEL_CREATE_DIALOG (window);
    }

  return NULL;
}

/**
 * hostel_window_open_file:
 * @self: the window
 * @file: an image, a user-data file or a certificate
 *
 * Opens the create dialog with it, or uses it in the one that is open.
 */
void
hostel_window_open_file (HostelWindow *self,
                         GFile        *file)
{
  HostelCreateDialog *dialog;

  g_return_if_fail (HOSTEL_IS_WINDOW (self));
  g_return_if_fail (G_IS_FILE (file));

  dialog = window_find_create_dialog (self);
  if (dialog == NULL)
    dialog = window_show_create_dialog (self);
  hostel_create_dialog_use_file (dialog, file);
  gtk_window_present (GTK_WINDOW (dialog));
}

static void
window_search (GtkWidget  *widget,
               const char *action_name,
               GVariant   *parameter)
{
  HostelWindow *self = HOSTEL_WINDOW (widget);

  adw_leaflet_set_visible_child (self->leaflet, self->list);
  hostel_sidebar_set_search_mode (self->sidebar, TRUE);
}

static void
window_show_host (GtkWidget  *widget,
                  const char *action_name,
                  GVariant   *parameter)
{
  HostelWindow *self = HOSTEL_WINDOW (widget);
  HostelConnection *connection;

  connection = hostel_host_list_lookup (self->hosts, g_variant_get_string (parameter, NULL));
  if (connection != NULL)
    {
      hostel_window_set_selected (self, connection);
      hostel_window_show_content (self);
    }
}

static void
window_add_host (GtkWidget  *widget,
                 const char *action_name,
                 GVariant   *parameter)
{
  HostelWindow *self = HOSTEL_WINDOW (widget);
  HostelHostDialog *dialog = hostel_host_dialog_new (GTK_WINDOW (self), self->hosts);

  g_signal_connect_object (dialog, "added", G_CALLBACK (hostel_window_save_hosts), self,
                           G_CONNECT_SWAPPED);
  gtk_window_present (GTK_WINDOW (dialog));
}

static void
window_show_images (GtkWidget  *widget,
                    const char *action_name,
                    GVariant   *parameter)
{
  HostelWindow *self = HOSTEL_WINDOW (widget);

  gtk_window_present (GTK_WINDOW (hostel_images_window_new (GTK_WINDOW (self),
                                                            G_LIST_MODEL (self->hosts))));
}

static gboolean
window_is_host_at (HostelWindow     *self,
                   HostelConnection *connection,
                   guint             position)
{
  g_autoptr (HostelConnection) found = g_list_model_get_item (G_LIST_MODEL (self->hosts), position);

  return found == connection;
}

static void
window_offer_undo (HostelWindow *self,
                   const char   *text,
                   const char   *action,
                   GVariant     *target)
{
  g_autofree char *markup = g_markup_escape_text (text, -1);
  AdwToast *toast = adw_toast_new (markup);

  adw_toast_set_button_label (toast, _("_Undo"));
  adw_toast_set_action_name (toast, action);
  adw_toast_set_action_target_value (toast, target);
  adw_toast_set_timeout (toast, UNDO_SECONDS);
  adw_toast_overlay_add_toast (self->toasts, toast);
}

static void
window_show_undo (GtkWidget  *widget,
                  const char *action_name,
                  GVariant   *parameter)
{
  const char *text;
  const char *action;

  g_variant_get (parameter, "(&s&s)", &text, &action);
  window_offer_undo (HOSTEL_WINDOW (widget), text, action, NULL);
}

static void
window_tell_removed (HostelWindow *self,
                     const char   *title,
                     GVariant     *back)
{
  g_autofree char *text = g_strdup_printf (_("“%s” removed from the list; its virtual machines stay"),
                                           title);

  window_offer_undo (self, text, "win.restore-host", back);
}

static void
window_remove_host (GtkWidget  *widget,
                    const char *action_name,
                    GVariant   *parameter)
{
  HostelWindow *self = HOSTEL_WINDOW (widget);
  g_autofree char *uri = g_variant_dup_string (parameter, NULL);
  g_autofree char *title = NULL;
  HostelConnection *connection = hostel_host_list_lookup (self->hosts, uri);
  gboolean shown = window_get_preferred_host (self) == connection;
  const char *uuid = shown && HOSTEL_IS_DOMAIN (self->selected)
                       ? hostel_domain_get_uuid (HOSTEL_DOMAIN (self->selected)) : "";
  g_autoptr (GVariant) back = NULL;
  guint position = 0;

  if (connection == NULL)
    return;

  title = g_strdup (hostel_connection_get_title (connection));
  while (position < g_list_model_get_n_items (G_LIST_MODEL (self->hosts)) &&
         !window_is_host_at (self, connection, position))
    position++;
  back = g_variant_ref_sink (g_variant_new ("(sums)", uri, position, shown ? uuid : NULL));
  hostel_host_list_remove (self->hosts, uri);
  hostel_window_save_hosts (self);
  gtk_widget_grab_focus (GTK_WIDGET (self->sidebar));
  window_tell_removed (self, title, back);
}

/* Where it was, and shown again where it was shown. */
static void
window_restore_host (GtkWidget  *widget,
                     const char *action_name,
                     GVariant   *parameter)
{
  HostelWindow *self = HOSTEL_WINDOW (widget);
  const char *uri;
  const char *uuid;
  guint position;

  g_variant_get (parameter, "(&sum&s)", &uri, &position, &uuid);
  if (uuid != NULL)
    {
      /* In the meantime another host's page may have opened by itself. */
      hostel_window_set_selected (self, NULL);
      self->wanted_uri = g_strdup (uri);
      self->wanted_uuid = g_strdup (uuid);
    }
  hostel_host_list_insert (self->hosts, uri, position);
  hostel_window_save_hosts (self);
  hostel_host_list_open (self->hosts);
  hostel_window_look_for_wanted (self);
}

/* F9: between list and page, by keyboard alone, on a narrow window and on a wide one. */
static void
window_switch_pane (GtkWidget  *widget,
                    const char *action_name,
                    GVariant   *parameter)
{
  HostelWindow *self = HOSTEL_WINDOW (widget);
  GtkWidget *focus = gtk_root_get_focus (GTK_ROOT (self));
  gboolean in_list = adw_leaflet_get_folded (self->leaflet)
                       ? adw_leaflet_get_visible_child (self->leaflet) == self->list
                       : focus != NULL && gtk_widget_is_ancestor (focus, self->list);

  if (in_list)
    {
      hostel_window_show_content (self);
      if (HOSTEL_IS_DOMAIN (self->selected))
        hostel_domain_page_focus (self->domain_page);
      else
        gtk_widget_child_focus (GTK_WIDGET (self->stack), GTK_DIR_TAB_FORWARD);
    }
  else
    {
      adw_leaflet_set_visible_child (self->leaflet, self->list);
      gtk_widget_grab_focus (GTK_WIDGET (self->sidebar));
    }
}

static void
window_go_back (GtkWidget  *widget,
                const char *action_name,
                GVariant   *parameter)
{
  HostelWindow *self = HOSTEL_WINDOW (widget);

  adw_leaflet_navigate (self->leaflet, ADW_NAVIGATION_DIRECTION_BACK);
  gtk_widget_grab_focus (GTK_WIDGET (self->sidebar));
}

static void
window_show_page (GtkWidget  *widget,
                  const char *action_name,
                  GVariant   *parameter)
{
  HostelWindow *self = HOSTEL_WINDOW (widget);

  if (HOSTEL_IS_DOMAIN (self->selected))
    {
      hostel_domain_page_set_page (self->domain_page, g_variant_get_string (parameter, NULL));
      hostel_window_show_content (self);
      hostel_domain_page_focus (self->domain_page);
    }
}

static void
window_show_toast (GtkWidget  *widget,
                   const char *action_name,
                   GVariant   *parameter)
{
  hostel_window_toast (HOSTEL_WINDOW (widget), g_variant_get_string (parameter, NULL));
}

/* A toast whose Details are "win.show-error" with the same words. */
static void
window_tell_error (GtkWidget  *widget,
                   const char *action_name,
                   GVariant   *parameter)
{
  HostelWindow *self = HOSTEL_WINDOW (widget);
  g_autofree char *markup = NULL;
  const char *title;
  AdwToast *toast;

  g_variant_get (parameter, "(&s&s&s&s)", &title, NULL, NULL, NULL);
  markup = g_markup_escape_text (title, -1);
  toast = adw_toast_new (markup);
  adw_toast_set_timeout (toast, 0);
  adw_toast_set_button_label (toast, _("_Details"));
  adw_toast_set_action_name (toast, "win.show-error");
  adw_toast_set_action_target_value (toast, parameter);
  adw_toast_overlay_add_toast (self->toasts, toast);
}

static void
window_show_error_details (GtkWidget  *widget,
                           const char *action_name,
                           GVariant   *parameter)
{
  g_autofree char *body = NULL;
  const char *title;
  const char *cause;
  const char *remedy;
  const char *details;
  GtkWidget *dialog;

  g_variant_get (parameter, "(&s&s&s&s)", &title, &cause, &remedy, &details);
  body = g_strconcat (cause, *remedy ? "\n\n" : "", remedy, *details ? "\n\n" : "", details, NULL);
  dialog = adw_message_dialog_new (GTK_WINDOW (widget), title, body);
  adw_message_dialog_add_response (ADW_MESSAGE_DIALOG (dialog), "close", _("_Close"));
  adw_message_dialog_set_close_response (ADW_MESSAGE_DIALOG (dialog), "close");
  gtk_window_present (GTK_WINDOW (dialog));
}

static void
window_watch_boot_of (GtkWidget  *widget,
                      const char *action_name,
                      GVariant   *parameter)
{
  HostelWindow *self = HOSTEL_WINDOW (widget);
  HostelConnection *connection;
  HostelDomain *domain = NULL;
  const char *uri;
  const char *uuid;

  g_variant_get (parameter, "(&s&s)", &uri, &uuid);
  if ((connection = hostel_host_list_lookup (self->hosts, uri)))
    domain = hostel_connection_lookup_uuid (connection, uuid);
  if (domain != NULL)
    hostel_window_watch_boot (self, domain);
}

/* On a narrow window the button is on the side that is not shown. */
static void
window_open_main_menu (GtkWidget  *widget,
                       const char *action_name,
                       GVariant   *parameter)
{
  HostelWindow *self = HOSTEL_WINDOW (widget);

  adw_leaflet_set_visible_child (self->leaflet, self->list);
  gtk_menu_button_popup (self->primary_button);
}

/* In the order of GTK's bubble, also F10, which GTK's own menu button would take before: a console takes the keys that a guest could want. */
static const struct
{
  guint            key;
  GdkModifierType  modifiers;
  const char      *action;
  const char      *page;
} shortcuts[] = {
  { GDK_KEY_q, GDK_CONTROL_MASK, "app.quit", NULL },
  { GDK_KEY_n, GDK_CONTROL_MASK, "win.new-machine", NULL },
  { GDK_KEY_f, GDK_CONTROL_MASK, "win.search", NULL },
  { GDK_KEY_F9, 0, "win.switch-pane", NULL },
  { GDK_KEY_F10, 0, "win.main-menu", NULL },
  { GDK_KEY_1, GDK_ALT_MASK, "win.show-page", "overview" },
  { GDK_KEY_2, GDK_ALT_MASK, "win.show-page", "console" },
  { GDK_KEY_3, GDK_ALT_MASK, "win.show-page", "ssh" },
  { GDK_KEY_4, GDK_ALT_MASK, "win.show-page", "screen" },
  { GDK_KEY_5, GDK_ALT_MASK, "win.show-page", "hardware" },
  { GDK_KEY_question, GDK_CONTROL_MASK, "win.show-help-overlay", NULL },
  { GDK_KEY_w, GDK_CONTROL_MASK, "window.close", NULL },
};

void
hostel_window_install_shortcuts (GtkWidgetClass *widget_class)
{
  for (guint i = 0; i < G_N_ELEMENTS (shortcuts); i++)
    gtk_widget_class_add_binding_action (widget_class, shortcuts[i].key, shortcuts[i].modifiers,
                                         shortcuts[i].action, shortcuts[i].page ? "s" : NULL,
                                         shortcuts[i].page);
}

/* The actions of the group "win"; hostel-machine-actions.c has those of the chosen machine. */
void
hostel_window_install_actions (GtkWidgetClass *widget_class)
{
  gtk_widget_class_install_action (widget_class, "win.new-machine", NULL,
                                   window_new_machine);
  gtk_widget_class_install_action (widget_class, "win.main-menu", NULL,
                                   window_open_main_menu);
  gtk_widget_class_install_action (widget_class, "win.search", NULL, window_search);
  gtk_widget_class_install_action (widget_class, "win.show-host", "s", window_show_host);
  gtk_widget_class_install_action (widget_class, "win.add-host", NULL, window_add_host);
  gtk_widget_class_install_action (widget_class, "win.images", NULL, window_show_images);
  gtk_widget_class_install_action (widget_class, "win.remove-host", "s",
                                   window_remove_host);
  gtk_widget_class_install_action (widget_class, "win.restore-host", "(sums)",
                                   window_restore_host);
  gtk_widget_class_install_action (widget_class, "win.switch-pane", NULL,
                                   window_switch_pane);
  gtk_widget_class_install_action (widget_class, "win.go-back", NULL, window_go_back);
  gtk_widget_class_install_action (widget_class, "win.show-page", "s", window_show_page);
  gtk_widget_class_install_action (widget_class, "win.toast", "s", window_show_toast);
  gtk_widget_class_install_action (widget_class, "win.toast-undo", "(ss)", window_show_undo);
  gtk_widget_class_install_action (widget_class, "win.tell-error", "(ssss)",
                                   window_tell_error);
  gtk_widget_class_install_action (widget_class, "win.show-error", "(ssss)",
                                   window_show_error_details);
  gtk_widget_class_install_action (widget_class, "win.watch-boot", "(ss)",
                                   window_watch_boot_of);
}

/**
 * hostel_window_toast:
 * @self: the window
 * @text: what happened, plain text
 */
void
hostel_window_toast (HostelWindow *self,
                     const char   *text)
{
  g_autofree char *markup = NULL;

  g_return_if_fail (HOSTEL_IS_WINDOW (self));
  g_return_if_fail (text != NULL);

  markup = g_markup_escape_text (text, -1);
  adw_toast_overlay_add_toast (self->toasts, adw_toast_new (markup));
}
