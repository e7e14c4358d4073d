/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "hostel-window"

#include "config.h"

#include <glib/gi18n.h>

#include "hostel-error.h"
#include "hostel-settings.h"
#include "hostel-tell.h"
#include "hostel-window-private.h"

/* The window starts where it was left: its size here at once, what was chosen as soon as its host
 * has told that it is there. */
void
hostel_window_restore_state (HostelWindow *self)
{
  if ((self->settings = hostel_settings_new ()) == NULL)
    return;

  gtk_window_set_default_size (GTK_WINDOW (self),
                               g_settings_get_int (self->settings, "window-width"),
                               g_settings_get_int (self->settings, "window-height"));
  if (g_settings_get_boolean (self->settings, "window-maximized"))
    gtk_window_maximize (GTK_WINDOW (self));

  self->wanted_uri = g_settings_get_string (self->settings, "selected-uri");
  self->wanted_uuid = g_settings_get_string (self->settings, "selected-uuid");
}

void
hostel_window_save_state (HostelWindow *self)
{
  HostelConnection *connection = NULL;
  const char *uuid = "";
  int width, height;

  if (self->settings == NULL)
    return;

  /* The size that it has when it is not maximized. */
  gtk_window_get_default_size (GTK_WINDOW (self), &width, &height);
  g_settings_set_int (self->settings, "window-width", MAX (width, 360));
  g_settings_set_int (self->settings, "window-height", MAX (height, 200));
  g_settings_set_boolean (self->settings, "window-maximized",
                          gtk_window_is_maximized (GTK_WINDOW (self)));

  if (HOSTEL_IS_DOMAIN (self->selected))
    {
      connection = hostel_domain_get_connection (HOSTEL_DOMAIN (self->selected));
      uuid = hostel_domain_get_uuid (HOSTEL_DOMAIN (self->selected));
    }
  else if (HOSTEL_IS_CONNECTION (self->selected))
    connection = HOSTEL_CONNECTION (self->selected);

  g_settings_set_string (self->settings, "selected-uri",
                         connection ? hostel_connection_get_uri (connection) : "");
  g_settings_set_string (self->settings, "selected-uuid", uuid);
  if (self->domain_page != NULL)
    g_settings_set_string (self->settings, "page",
                           hostel_domain_page_get_page (self->domain_page));
}

/* From the first change on the list is the person's, and no longer what is found by itself. */
void
hostel_window_save_hosts (HostelWindow *self)
{
  g_auto (GStrv) uris = hostel_host_list_dup_uris (self->hosts);

  if (self->settings != NULL)
    g_settings_set_strv (self->settings, "uris", (const char * const *) uris);
}

static void
window_look_for_wanted_console (HostelWindow *self)
{
  GListModel *hosts = G_LIST_MODEL (self->hosts);
  g_autofree char *name = NULL;
  g_autofree char *title = NULL;
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < g_list_model_get_n_items (hosts); i++)
    {
      g_autoptr (HostelConnection) connection = g_list_model_get_item (hosts, i);
      HostelDomain *domain = hostel_connection_lookup_name (connection, self->wanted_console);

      if (domain != NULL)
        {
          g_clear_pointer (&self->wanted_console, g_free);
          hostel_window_show_console (self, domain, NULL);
          return;
        }
    }

  if (!hostel_host_list_settled (self->hosts))
    return;

  name = g_steal_pointer (&self->wanted_console);
  title = g_strdup_printf (_("There is no virtual machine “%s”"), name);
  hostel_error_set (&error, HOSTEL_ERROR_NOT_FOUND, _("Choose one in the list."), NULL,
                    _("No host in the list has a virtual machine of that name."));
  hostel_tell_error (GTK_WIDGET (self), title, error);
}

static void
window_look_for_wanted_item (HostelWindow *self)
{
  HostelConnection *connection = hostel_host_list_lookup (self->hosts, self->wanted_uri);
  gpointer item = connection;

  if (connection != NULL && *self->wanted_uuid != '\0')
    item = hostel_connection_lookup_uuid (connection, self->wanted_uuid);

  if (item != NULL)
    hostel_window_set_selected (self, item);
}

/* Chooses what is to be chosen, if it is there by now. */
void
hostel_window_look_for_wanted (HostelWindow *self)
{
  if (self->wanted_console != NULL)
    window_look_for_wanted_console (self);
  else if (self->selected == NULL && self->wanted_uri != NULL && *self->wanted_uri != '\0')
    window_look_for_wanted_item (self);
}

/**
 * hostel_window_open_console:
 * @self: the window
 * @name: the name of a virtual machine, on whatever host
 *
 * Opens its console, now or as soon as the hosts have told what they have; where none has it the
 * person is told.
 */
void
hostel_window_open_console (HostelWindow *self,
                            const char   *name)
{
  g_return_if_fail (HOSTEL_IS_WINDOW (self));
  g_return_if_fail (name != NULL);

  g_free (self->wanted_console);
  self->wanted_console = g_strdup (name);
  hostel_window_look_for_wanted (self);
}
