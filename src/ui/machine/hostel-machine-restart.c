/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "hostel-machine-restart"

#include "config.h"

#include <glib/gi18n.h>

#include "hostel-console-registry.h"
#include "hostel-machine-restart.h"
#include "hostel-shut-down-watch.h"
#include "hostel-tell.h"

/* After that nobody expects it to start by itself any more. */
#define PATIENCE_SECONDS 300

typedef struct
{
  HostelDomain *domain;  /* owned */
  GWeakRef      window;
  gulong        handler; /* 0 when it has been seen off */
  guint         timeout; /* source, 0 for none */
} Restart;

static void
restart_free (Restart *self)
{
  g_clear_signal_handler (&self->handler, self->domain);
  g_clear_handle_id (&self->timeout, g_source_remove);
  g_weak_ref_clear (&self->window);
  g_object_unref (self->domain);
  g_free (self);
}

static void
tell_error (Restart      *self,
            const GError *error)
{
  g_autoptr (GtkWindow) window = g_weak_ref_get (&self->window);
  g_autofree char *title = g_strdup_printf (_("%s could not be restarted"), hostel_domain_get_name (self->domain));

  if (window != NULL)
    hostel_tell_error (GTK_WIDGET (window), title, error);
}

static void
started_cb (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  Restart *self = user_data;
  g_autoptr (GError) error = NULL;

  if (hostel_domain_run_verb_finish (self->domain, result, &error))
    hostel_console_registry_record (self->domain);
  else
    tell_error (self, error);
  restart_free (self);
}

static void
state_cb (Restart *self)
{
  if (hostel_domain_is_active (self->domain) || !hostel_domain_can (self->domain, HOSTEL_DOMAIN_VERB_START))
    return;

  g_clear_signal_handler (&self->handler, self->domain);
  g_clear_handle_id (&self->timeout, g_source_remove);
  hostel_domain_run_verb_async (self->domain, HOSTEL_DOMAIN_VERB_START, started_cb, self);
}

static gboolean
timed_out_cb (gpointer user_data)
{
  Restart *self = user_data;
  g_autoptr (GtkWindow) window = g_weak_ref_get (&self->window);
  g_autofree char *text = g_strdup_printf (_("%s has not shut down, and is not started again by itself"),
                                           hostel_domain_get_name (self->domain));

  self->timeout = 0;
  if (window != NULL)
    hostel_tell (GTK_WIDGET (window), text);
  restart_free (self);

  return G_SOURCE_REMOVE;
}

static void
asked_cb (GObject      *source,
          GAsyncResult *result,
          gpointer      user_data)
{
  Restart *self = user_data;
  g_autoptr (GError) error = NULL;

  if (!hostel_domain_run_verb_finish (self->domain, result, &error))
    {
      hostel_shut_down_watch_stop (hostel_shut_down_watch_of (self->domain));
      tell_error (self, error);
      restart_free (self);
      return;
    }

  self->handler = g_signal_connect_swapped (self->domain, "notify::state", G_CALLBACK (state_cb), self);
  self->timeout = g_timeout_add_seconds (PATIENCE_SECONDS, timed_out_cb, self);
  state_cb (self);
}

/**
 * hostel_machine_restart:
 * @window: where it is told
 * @domain: a machine that runs
 *
 * Where the guest does not answer, the page offers to force it off, and it starts then.
 */
void
hostel_machine_restart (GtkWindow    *window,
                        HostelDomain *domain)
{
  Restart *self;

  g_return_if_fail (GTK_IS_WINDOW (window));
  g_return_if_fail (HOSTEL_IS_DOMAIN (domain));

  self = g_new0 (Restart, 1);
  self->domain = g_object_ref (domain);
  g_weak_ref_init (&self->window, window);
  hostel_domain_run_verb_async (domain, HOSTEL_DOMAIN_VERB_SHUT_DOWN, asked_cb, self);
  hostel_shut_down_watch_start (hostel_shut_down_watch_of (domain));
}
