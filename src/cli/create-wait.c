/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "hostel-cli"

#include "config.h"

#include "create-wait.h"

#include <glib/gi18n.h>

#include "hostel-boot-monitor.h"
#include "hostel-boot-pending.h"
#include "hostel-cli.h"
#include "hostel-error.h"
#include "hostel-shell.h"

typedef struct
{
  HostelDomain      *domain;  /* borrowed */
  HostelBootMonitor *monitor; /* borrowed */
  char              *stage;   /* owned, the last that was told */
  gboolean           timed_out;
  gboolean           interrupted;
} Wait;

static void
on_stage_cb (Wait *wait)
{
  HostelBootReport *report = hostel_boot_monitor_get_report (wait->monitor);
  const char *stage = hostel_boot_report_get_stage (report);

  if (*stage == '\0' || g_strcmp0 (stage, wait->stage) == 0)
    return;

  g_free (wait->stage);
  wait->stage = g_strdup (stage);
  g_printerr (_("cloud-init: %s, %.0f s after power-on\n"), stage, hostel_boot_report_get_seconds (report));
}

static gboolean
on_timeout (gpointer data)
{
  Wait *wait = data;

  wait->timed_out = TRUE;

  return G_SOURCE_CONTINUE;
}

static void
on_cancelled_cb (GCancellable *cancellable,
                 Wait         *wait)
{
  wait->interrupted = TRUE;
  g_main_context_wakeup (NULL);
}

static gboolean
is_over (Wait *wait)
{
  return hostel_boot_phase_is_end (hostel_boot_monitor_get_phase (wait->monitor)) || wait->timed_out ||
         wait->interrupted;
}

static int
fail (const char *remedy,
      const char *headline)
{
  g_autoptr (GError) error = hostel_error_new (HOSTEL_ERROR_FAILED, remedy, NULL, "%s", headline);

  return hostel_cli_fail (error);
}

static void
tell_lines (const char         *format,
            const char * const *lines)
{
  for (guint i = 0; lines != NULL && lines[i] != NULL; i++)
    {
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
      g_printerr (format, lines[i]);
#pragma GCC diagnostic pop
    }
}

/* Which ssh command leads in, once an address is known. */
static void
tell_done (HostelDomain *domain)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autofree char *sentence = hostel_boot_phase_dup_sentence (HOSTEL_BOOT_PHASE_READY,
                                                              hostel_domain_get_name (domain));
  const char *command;

  g_print ("%s\n", sentence);

  hostel_domain_load_details_async (domain, NULL, hostel_cli_take_result, &result);
  if (!hostel_domain_load_details_finish (domain, hostel_cli_wait (&result), NULL))
    return;
  command = hostel_domain_get_ssh_command (domain);
  if (command != NULL && *command != '\0')
    g_print ("%s\n", command);
}

/* How far it was when nobody wanted to wait any longer. */
static int
tell_time (Wait  *wait,
           guint  seconds)
{
  const char *name = hostel_domain_get_name (wait->domain);
  g_autofree char *headline = NULL;
  g_autofree char *word = hostel_shell_quote (hostel_domain_get_name (wait->domain));
  g_autofree char *remedy = NULL;

  if (wait->interrupted)
    {
      g_printerr (_("Interrupted; “%s” goes on running.\n"), name);
      return HOSTEL_CLI_FAILED;
    }

  remedy = g_strdup_printf (_("It goes on running; “hostel-cli console %s” shows what it does, "
                              "--timeout waits longer than %u s."), word, seconds);
  headline = hostel_boot_phase_dup_sentence (hostel_boot_monitor_get_phase (wait->monitor), name);

  return fail (remedy, headline);
}

static int
tell (Wait  *wait,
      guint  seconds)
{
  HostelBootPhase phase = hostel_boot_monitor_get_phase (wait->monitor);
  HostelBootReport *report = hostel_boot_monitor_get_report (wait->monitor);
  g_autofree char *headline = NULL;

  if (!hostel_boot_phase_is_end (phase))
    return tell_time (wait, seconds);

  if (hostel_boot_phase_is_final (phase))
    {
      hostel_boot_pending_remove (hostel_domain_get_uuid (wait->domain));
      tell_lines (_("cloud-init: warning: %s\n"), hostel_boot_report_get_warnings (report));
    }
  tell_lines (_("cloud-init: error: %s\n"), hostel_boot_report_get_errors (report));
  if (phase == HOSTEL_BOOT_PHASE_READY)
    {
      tell_done (wait->domain);
      return HOSTEL_CLI_DONE;
    }

  headline = hostel_boot_phase_dup_sentence (phase, hostel_domain_get_name (wait->domain));

  return fail (hostel_boot_phase_get_remedy (phase), headline);
}

/**
 * hostel_create_wait:
 * @domain: a machine that has just been started
 * @cancellable: Ctrl+C
 * @seconds: how long at most
 *
 * Watches the machine's first boot as the window does, telling its stages on stderr.
 *
 * Returns: an exit status: done, or failed where cloud-init has failed or never reported
 */
int
hostel_create_wait (HostelDomain *domain,
                    GCancellable *cancellable,
                    guint         seconds)
{
  HostelBootMonitor *monitor = hostel_boot_monitor_start (domain);
  Wait wait = { .domain = domain, .monitor = monitor };
  guint timeout_id = g_timeout_add_seconds (seconds, on_timeout, &wait);
  gulong cancel_id = g_cancellable_connect (cancellable, G_CALLBACK (on_cancelled_cb), &wait, NULL);
  gulong stage_id = g_signal_connect_swapped (monitor, "notify::stage", G_CALLBACK (on_stage_cb), &wait);
  int status;

  hostel_boot_monitor_set_visible (monitor, TRUE);
  while (!is_over (&wait))
    g_main_context_iteration (NULL, TRUE);

  g_source_remove (timeout_id);
  g_cancellable_disconnect (cancellable, cancel_id);
  g_signal_handler_disconnect (monitor, stage_id);
  status = tell (&wait, seconds);
  hostel_boot_monitor_forget (domain);
  g_free (wait.stage);

  return status;
}
