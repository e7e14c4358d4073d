/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "hostel-console-page"

#include "config.h"

#include <glib/gi18n.h>

#include "hostel-console-page-private.h"
#include "hostel-domain-input.h"
#include "hostel-error.h"

/* Of the SysRq commands those that end what runs without writing it to the disk. */
#define DANGEROUS "be"

static void
sent_cb (GObject      *source,
         GAsyncResult *result,
         gpointer      user_data)
{
  g_autoptr (HostelConsolePage) self = user_data;
  g_autoptr (GError) error = NULL;

  if (!hostel_domain_send_input_finish (HOSTEL_DOMAIN (source), result, &error))
    hostel_console_page_show_toast (self, error->message);
}

static void
send_input (HostelConsolePage *self,
            HostelDomainInput  input,
            const char        *argument)
{
  if (self->domain == NULL)
    return;

  hostel_domain_send_input_async (self->domain, input, argument, sent_cb, g_object_ref (self));
  /* What it makes the guest print is seen, and answered, here. */
  gtk_widget_grab_focus (GTK_WIDGET (self));
}

static void
send_ctrl_alt_delete (GtkWidget  *widget,
                      const char *action_name,
                      GVariant   *parameter)
{
  send_input (HOSTEL_CONSOLE_PAGE (widget), HOSTEL_DOMAIN_INPUT_CTRL_ALT_DELETE, NULL);
}

static void
send_break (GtkWidget  *widget,
            const char *action_name,
            GVariant   *parameter)
{
  HostelConsolePage *self = HOSTEL_CONSOLE_PAGE (widget);

  send_input (self, HOSTEL_DOMAIN_INPUT_BREAK, self->device);
}

static void
answered_cb (HostelConsolePage *self,
             const char        *response)
{
  if (!g_str_equal (response, "cancel"))
    send_input (self, HOSTEL_DOMAIN_INPUT_SYSRQ, response);
}

static void
ask (HostelConsolePage *self,
     const char        *letter)
{
  GtkWindow *window = GTK_WINDOW (gtk_widget_get_root (GTK_WIDGET (self)));
  g_autofree char *body = NULL;
  GtkWidget *dialog;

  body = g_strdup_printf (_("Programs on “%s” end at once, and what they have not saved is lost."),
                          hostel_domain_get_name (self->domain));
  dialog = adw_message_dialog_new (window, *letter == 'b' ? _("Reboot at Once?")
                                                          : _("End All Programs?"), body);
  adw_message_dialog_add_responses (ADW_MESSAGE_DIALOG (dialog),
                                    "cancel", _("_Cancel"),
                                    letter, *letter == 'b' ? _("_Reboot") : _("_End"),
                                    NULL);
  adw_message_dialog_set_response_appearance (ADW_MESSAGE_DIALOG (dialog), letter,
                                              ADW_RESPONSE_DESTRUCTIVE);
  adw_message_dialog_set_default_response (ADW_MESSAGE_DIALOG (dialog), "cancel");
  adw_message_dialog_set_close_response (ADW_MESSAGE_DIALOG (dialog), "cancel");
  g_signal_connect_object (dialog, "response", G_CALLBACK (answered_cb), self, G_CONNECT_SWAPPED);
  gtk_window_present (GTK_WINDOW (dialog));
}

static void
send_sysrq (GtkWidget  *widget,
            const char *action_name,
            GVariant   *parameter)
{
  HostelConsolePage *self = HOSTEL_CONSOLE_PAGE (widget);
  const char *letter = g_variant_get_string (parameter, NULL);

  if (self->domain == NULL || !g_ascii_islower (letter[0]) || letter[1] != '\0')
    return;

  if (strchr (DANGEROUS, *letter) != NULL)
    ask (self, letter);
  else
    send_input (self, HOSTEL_DOMAIN_INPUT_SYSRQ, letter);
}

/**
 * hostel_console_page_update_key_actions:
 * @self: a page with a machine
 * @active: whether it runs
 *
 * A machine that is off has no keyboard, and a virtio console no break.
 */
void
hostel_console_page_update_key_actions (HostelConsolePage *self,
                                        gboolean           active)
{
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "console.ctrl-alt-delete", active);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "console.sysrq", active);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "console.break",
                                 active && g_str_has_prefix (self->device, "serial"));
}

/**
 * hostel_console_page_install_key_actions:
 * @widget_class: of the page
 */
void
hostel_console_page_install_key_actions (GtkWidgetClass *widget_class)
{
  gtk_widget_class_install_action (widget_class, "console.ctrl-alt-delete", NULL,
                                   send_ctrl_alt_delete);
  gtk_widget_class_install_action (widget_class, "console.break", NULL, send_break);
  gtk_widget_class_install_action (widget_class, "console.sysrq", "s", send_sysrq);
}
