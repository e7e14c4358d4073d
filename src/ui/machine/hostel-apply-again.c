/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "hostel-apply-again"

#include "config.h"

#include <glib/gi18n.h>

#include "hostel-accessible.h"
#include "hostel-apply-again.h"
#include "hostel-boot-monitor.h"
#include "hostel-connection.h"
#include "hostel-console-registry.h"
#include "hostel-shut-down-watch.h"
#include "hostel-tell.h"
#include "hostel-user-data-window.h"

/* A machine that goes off later than that does so for another reason. */
#define RESTART_SECONDS 300

/* A machine that is to be started when it is off. */
typedef struct
{
  GtkWindow    *window;   /* owned, as all */
  HostelDomain *domain;
  gulong        handler;  /* 0 when it is over */
  guint         timeout;
} Restart;

static void
restart_end (Restart *restart)
{
  g_clear_signal_handler (&restart->handler, restart->domain);
  g_clear_handle_id (&restart->timeout, g_source_remove);
  g_object_unref (restart->window);
  g_object_unref (restart->domain);
  g_free (restart);
}

static void
tell_error (GtkWindow    *window,
            const char   *format,
            HostelDomain *domain,
            const GError *error)
{
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
  g_autofree char *title = g_strdup_printf (format, hostel_domain_get_name (domain));
#pragma GCC diagnostic pop

  hostel_tell_error (GTK_WIDGET (window), title, error);
}

static void
started_cb (GObject      *object,
            GAsyncResult *result,
            gpointer      user_data)
{
  HostelDomain *domain = HOSTEL_DOMAIN (object);
  g_autoptr (GtkWindow) window = user_data;
  g_autoptr (GError) error = NULL;
  HostelConnection *connection;

  if (!hostel_domain_run_verb_finish (domain, result, &error))
    {
      tell_error (window, _("%s could not be started"), domain, error);
      return;
    }
  hostel_console_registry_record (domain);
  if ((connection = hostel_domain_get_connection (domain)))
    gtk_widget_activate_action (GTK_WIDGET (window), "win.watch-boot", "(ss)",
                                hostel_connection_get_uri (connection),
                                hostel_domain_get_uuid (domain));
}

static void
start (GtkWindow    *window,
       HostelDomain *domain)
{
  hostel_domain_run_verb_async (domain, HOSTEL_DOMAIN_VERB_START, started_cb,
                                g_object_ref (window));
}

static void
state_changed_cb (Restart *restart)
{
  if (hostel_domain_is_active (restart->domain))
    return;

  start (restart->window, restart->domain);
  restart_end (restart);
}

static gboolean
timed_out_cb (gpointer user_data)
{
  Restart *restart = user_data;

  restart->timeout = 0;
  restart_end (restart);

  return G_SOURCE_REMOVE;
}

static void
shut_down_cb (GObject      *object,
              GAsyncResult *result,
              gpointer      user_data)
{
  HostelDomain *domain = HOSTEL_DOMAIN (object);
  Restart *restart = user_data;
  g_autoptr (GError) error = NULL;

  if (!hostel_domain_run_verb_finish (domain, result, &error))
    {
      tell_error (restart->window, _("%s could not be shut down"), domain, error);
      restart_end (restart);
      return;
    }

  /* It offers to force the machine off where that does not answer. */
  hostel_shut_down_watch_start (hostel_shut_down_watch_of (domain));
  restart->handler = g_signal_connect_swapped (domain, "notify::state",
                                               G_CALLBACK (state_changed_cb), restart);
  restart->timeout = g_timeout_add_seconds (RESTART_SECONDS, timed_out_cb, restart);
  state_changed_cb (restart);
}

static void
restart (GtkWindow    *window,
         HostelDomain *domain)
{
  Restart *again = g_new0 (Restart, 1);

  again->window = g_object_ref (window);
  again->domain = g_object_ref (domain);
  hostel_domain_run_verb_async (domain, HOSTEL_DOMAIN_VERB_SHUT_DOWN, shut_down_cb, again);
}

static void
response_cb (HostelDomain *domain,
             const char   *response,
             GtkWindow    *dialog)
{
  GtkWindow *window = gtk_window_get_transient_for (dialog);

  if (window == NULL || !g_str_equal (response, "start"))
    return;

  if (hostel_domain_is_active (domain))
    restart (window, domain);
  else
    start (window, domain);
}

static void
applied_cb (HostelDomain         *domain,
            HostelUserDataWindow *user_data_window)
{
  GtkWindow *window = gtk_window_get_transient_for (GTK_WINDOW (user_data_window));
  gboolean active = hostel_domain_is_active (domain);
  g_autofree char *body = NULL;
  GtkWidget *dialog;

  if (window == NULL)
    return;

  body = g_strdup_printf (active ? _("“%s” takes it when it is shut down and started again; a "
                                     "reboot inside it is not enough.")
                                 : _("“%s” takes it when it is started."),
                          hostel_domain_get_name (domain));
  dialog = adw_message_dialog_new (window, _("Applied at the Next Start"), body);
  adw_message_dialog_add_responses (ADW_MESSAGE_DIALOG (dialog), "later", _("_Later"),
                                    "start", active ? _("_Restart Now") : _("_Start Now"), NULL);
  adw_message_dialog_set_response_appearance (ADW_MESSAGE_DIALOG (dialog), "start",
                                              ADW_RESPONSE_SUGGESTED);
  adw_message_dialog_set_default_response (ADW_MESSAGE_DIALOG (dialog), "later");
  adw_message_dialog_set_close_response (ADW_MESSAGE_DIALOG (dialog), "later");
  hostel_accessible_mend (dialog);
  g_signal_connect_object (dialog, "response", G_CALLBACK (response_cb), domain, G_CONNECT_SWAPPED);
  gtk_window_present (GTK_WINDOW (dialog));
}

/**
 * hostel_apply_again:
 * @window: where it is asked and told
 * @domain: a machine
 */
void
hostel_apply_again (GtkWindow    *window,
                    HostelDomain *domain)
{
  HostelUserDataWindow *user_data_window;

  g_return_if_fail (GTK_IS_WINDOW (window));
  g_return_if_fail (HOSTEL_IS_DOMAIN (domain));

  user_data_window = hostel_user_data_window_new (window, domain);
  g_signal_connect_object (user_data_window, "applied", G_CALLBACK (applied_cb), domain,
                           G_CONNECT_SWAPPED);
  gtk_window_present (GTK_WINDOW (user_data_window));
}
