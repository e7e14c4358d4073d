/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "hostel-boot-notice"

#include "config.h"

#include <glib/gi18n.h>

#include "hostel-boot-notice.h"
#include "hostel-connection.h"

#define SERVICE "org.freedesktop.Notifications"

/* NULL where there is nothing to tell. */
static GNotification *
new_notice (HostelBootMonitor *monitor)
{
  HostelDomain *domain = hostel_boot_monitor_get_domain (monitor);
  HostelBootReport *report = hostel_boot_monitor_get_report (monitor);
  const char * const *errors = hostel_boot_report_get_errors (report);
  HostelBootPhase phase = hostel_boot_monitor_get_phase (monitor);
  const char *name = hostel_domain_get_name (domain);
  g_autoptr (GNotification) notice = NULL;
  g_autofree char *title = NULL;
  g_autofree char *body = NULL;

  if (phase == HOSTEL_BOOT_PHASE_READY)
    {
      title = g_strdup_printf (_("%s is ready"), name);
      body = g_strdup_printf (_("Set up in %.0f s"), hostel_boot_report_get_seconds (report));
    }
  else if (phase == HOSTEL_BOOT_PHASE_FAILED)
    {
      title = g_strdup_printf (_("%s was not set up without errors"), name);
      body = g_strdup (errors != NULL && errors[0] != NULL ? errors[0] : "");
    }
  else if (hostel_boot_phase_is_end (phase) && phase != HOSTEL_BOOT_PHASE_STOPPED)
    {
      title = hostel_boot_phase_dup_sentence (phase, name);
      body = g_strdup (hostel_boot_phase_get_remedy (phase));
    }
  else
    return NULL;

  notice = g_notification_new (title);
  g_notification_set_body (notice, body);
  g_notification_set_default_action_and_target (notice, "app.show-machine", "(ss)",
                                                hostel_connection_get_uri (
                                                  hostel_domain_get_connection (domain)),
                                                hostel_domain_get_uuid (domain));

  return g_steal_pointer (&notice);
}

/* One on its way to the desktop. */
typedef struct
{
  GApplication  *application; /* owned, as all */
  char          *id;
  GNotification *notice;
} Sending;

static void
sending_end (Sending  *sending,
             gboolean  served)
{
  if (served)
    g_application_send_notification (sending->application, sending->id, sending->notice);

  g_object_unref (sending->application);
  g_object_unref (sending->notice);
  g_free (sending->id);
  g_free (sending);
}

static void
started_cb (GObject      *object,
            GAsyncResult *result,
            gpointer      user_data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) answer =
    g_dbus_connection_call_finish (G_DBUS_CONNECTION (object), result, &error);

  if (answer == NULL)
    g_debug ("%s", error->message);
  sending_end (user_data, answer != NULL);
}

static void
owner_cb (GObject      *object,
          GAsyncResult *result,
          gpointer      user_data)
{
  GDBusConnection *bus = G_DBUS_CONNECTION (object);
  g_autoptr (GVariant) answer = g_dbus_connection_call_finish (bus, result, NULL);

  if (answer != NULL)
    sending_end (user_data, TRUE);
  else
    g_dbus_connection_call (bus, "org.freedesktop.DBus", "/org/freedesktop/DBus",
                            "org.freedesktop.DBus", "StartServiceByName",
                            g_variant_new ("(su)", SERVICE, 0), G_VARIANT_TYPE ("(u)"),
                            G_DBUS_CALL_FLAGS_NONE, -1, NULL, started_cb, user_data);
}

/* GLib warns on stderr where nobody shows notifications: it is looked for first, and started where
 * it can be. */
static void
send (GApplication  *application,
      const char    *id,
      GNotification *notice)
{
  GDBusConnection *bus = g_application_get_dbus_connection (application);
  Sending *sending;

  if (bus == NULL)
    return;

  sending = g_new0 (Sending, 1);
  sending->application = g_object_ref (application);
  sending->id = g_strdup (id);
  sending->notice = g_object_ref (notice);
  g_dbus_connection_call (bus, "org.freedesktop.DBus", "/org/freedesktop/DBus",
                          "org.freedesktop.DBus", "GetNameOwner", g_variant_new ("(s)", SERVICE),
                          G_VARIANT_TYPE ("(s)"), G_DBUS_CALL_FLAGS_NONE, -1, NULL, owner_cb,
                          sending);
}

static void
phase_changed_cb (GtkWindow         *window,
                  GParamSpec        *pspec,
                  HostelBootMonitor *monitor)
{
  GtkApplication *application = gtk_window_get_application (window);
  g_autoptr (GNotification) notice = NULL;
  g_autofree char *id = NULL;

  if (application == NULL || gtk_window_is_active (window) ||
      (notice = new_notice (monitor)) == NULL)
    return;

  id = g_strconcat ("boot-", hostel_domain_get_uuid (hostel_boot_monitor_get_domain (monitor)), NULL);
  send (G_APPLICATION (application), id, notice);
}

/**
 * hostel_boot_notice_watch:
 * @window: the window
 * @monitor: of a machine that boots
 *
 * For as long as both are there.
 */
void
hostel_boot_notice_watch (GtkWindow         *window,
                          HostelBootMonitor *monitor)
{
  g_return_if_fail (GTK_IS_WINDOW (window));
  g_return_if_fail (HOSTEL_IS_BOOT_MONITOR (monitor));

  g_signal_connect_object (monitor, "notify::phase", G_CALLBACK (phase_changed_cb), window,
                           G_CONNECT_SWAPPED);
}
