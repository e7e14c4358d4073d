/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "hostel-console-page"

#include "config.h"

#include <glib/gi18n.h>

#include "hostel-console-page-private.h"
#include "hostel-error.h"
#include "hostel-serial-add.h"

static void
details_loaded_cb (GObject      *source,
                   GAsyncResult *result,
                   gpointer      user_data)
{
  g_autoptr (GError) error = NULL;

  if (!hostel_domain_load_details_finish (HOSTEL_DOMAIN (source), result, &error))
    g_debug ("%s", error->message);
}

/* @text is plain; the status page takes markup. */
static void
show_none (HostelConsolePage *self,
           const char        *text,
           gboolean           offers)
{
  g_autofree char *markup = g_markup_escape_text (text, -1);

  adw_status_page_set_description (self->none_page, markup);
  gtk_widget_set_visible (self->add_button, offers);
}

static void
added_cb (GObject      *source,
          GAsyncResult *result,
          gpointer      user_data)
{
  g_autoptr (HostelConsolePage) self = user_data;
  g_autoptr (GError) error = NULL;
  gboolean later;

  if (!hostel_serial_add_finish (HOSTEL_DOMAIN (source), result, &later, &error))
    {
      show_none (self, error->message,
                 !g_error_matches (error, HOSTEL_ERROR, HOSTEL_ERROR_UNSUPPORTED));
      return;
    }

  if (later)
    show_none (self, _("The serial console is there from the next start on."), FALSE);
  /* Where no event tells. */
  hostel_domain_load_details_async (HOSTEL_DOMAIN (source), NULL, details_loaded_cb, NULL);
}

/**
 * hostel_console_page_offer_serial:
 * @self: a page
 *
 * What a machine without a console is offered, on a page of its own.
 */
void
hostel_console_page_offer_serial (HostelConsolePage *self)
{
  const char *note = self->domain != NULL ? hostel_domain_get_console_note (self->domain) : "";

  if (*note != '\0')
    show_none (self, note, TRUE);
  else
    show_none (self, _("This virtual machine has no serial console. Systems from cloud images use "
                       "one by themselves, others when “console=ttyS0” is on their kernel’s command "
                       "line."), TRUE);
}

static void
add_serial (GtkWidget  *widget,
            const char *action_name,
            GVariant   *parameter)
{
  HostelConsolePage *self = HOSTEL_CONSOLE_PAGE (widget);

  if (self->domain == NULL)
    return;

  gtk_widget_set_visible (self->add_button, FALSE);
  hostel_serial_add_async (self->domain, added_cb, g_object_ref (self));
}

/**
 * hostel_console_page_install_add_action:
 * @widget_class: of the page
 */
void
hostel_console_page_install_add_action (GtkWidgetClass *widget_class)
{
  gtk_widget_class_install_action (widget_class, "console.add-serial", NULL, add_serial);
}
