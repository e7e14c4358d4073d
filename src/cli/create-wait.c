#define G_LOG_DOMAIN "hostel-cli"

#include "config.h"

#include "create-wait.h"

#include <glib/gi18n.h>

#include "hostel-boot-pending.h"
#include "hostel-boot-report.h"
#include "hostel-boot-watch.h"
#include "hostel-cli.h"
#include "hostel-console-stream.h"
#include "hostel-error.h"
#include "hostel-shell.h"

/* A channel that is lost comes back with the machine. */
#define REOPEN_SECONDS 1

typedef struct
{
  HostelDomain        *domain;  /* borrowed, as all but "stage" */
  HostelConsoleStream *channel;
  HostelBootReport    *report;
  HostelBootWatch     *watch;
  char                *stage;   /* owned, the last that was told */
  guint                reopen_id;
  gboolean             timed_out;
  gboolean             interrupted;
} Wait;

static void
on_received (Wait   *wait,
             GBytes *bytes)
{
  const char *stage;

  hostel_boot_report_feed (wait->report, bytes);
  stage = hostel_boot_report_get_stage (wait->report);
  if (stage != NULL && *stage != '\0' && g_strcmp0 (stage, wait->stage) != 0)
    {
      g_free (wait->stage);
      wait->stage = g_strdup (stage);
      g_printerr (_("cloud-init: %s, %.0f s after power-on\n"), stage,
                  hostel_boot_report_get_seconds (wait->report));
    }
}

static gboolean
on_reopen (gpointer data)
{
  Wait *wait = data;

  wait->reopen_id = 0;
  hostel_console_stream_open (wait->channel, FALSE);

  return G_SOURCE_REMOVE;
}

static void
on_channel_state (Wait *wait)
{
  const GError *error = hostel_console_stream_get_error (wait->channel);

  switch (hostel_console_stream_get_state (wait->channel))
    {
    case HOSTEL_CONSOLE_STATE_LOST:
    case HOSTEL_CONSOLE_STATE_TAKEN:
      g_debug ("report channel: %s", error ? error->message : "lost");
      if (wait->reopen_id == 0)
        wait->reopen_id = g_timeout_add_seconds (REOPEN_SECONDS, on_reopen, wait);
      break;
    case HOSTEL_CONSOLE_STATE_CLOSED:
    case HOSTEL_CONSOLE_STATE_OPENING:
    case HOSTEL_CONSOLE_STATE_OPEN:
    default:
      break;
    }
}

static gboolean
on_timeout (gpointer data)
{
  Wait *wait = data;

  wait->timed_out = TRUE;

  return G_SOURCE_CONTINUE;
}

static void
on_cancelled (GCancellable *cancellable,
              Wait         *wait)
{
  wait->interrupted = TRUE;
  g_main_context_wakeup (NULL);
}

/* It has booted, and its cloud-init has not said a word. */
static gboolean
is_unread (Wait *wait)
{
  return hostel_boot_watch_get_login (wait->watch)
         && hostel_boot_report_get_verdict (wait->report) == HOSTEL_BOOT_VERDICT_NONE;
}

static gboolean
is_over (Wait *wait)
{
  HostelBootVerdict verdict = hostel_boot_report_get_verdict (wait->report);

  return verdict == HOSTEL_BOOT_VERDICT_DONE || verdict == HOSTEL_BOOT_VERDICT_FAILED ||
         wait->timed_out || wait->interrupted || is_unread (wait) || !hostel_domain_is_active (wait->domain);
}

static int
fail (const char *remedy,
      const char *headline)
{
  g_autoptr (GError) error = hostel_error_new (HOSTEL_ERROR_FAILED, remedy, NULL, "%s", headline);

  return hostel_cli_fail (error);
}

static int
tell_failure (Wait *wait)
{
  const char *name = hostel_domain_get_name (wait->domain);
  const char * const *errors = hostel_boot_report_get_errors (wait->report);
  g_autofree char *headline = NULL;

  for (guint i = 0; errors != NULL && errors[i] != NULL; i++)
    g_printerr (_("cloud-init: error: %s\n"), errors[i]);

  headline = g_strdup_printf (_("“%s” runs, but cloud-init has failed in it."), name);

  return fail (_("Look at /var/log/cloud-init.log in it."), headline);
}

/* Which ssh command leads in, once an address is known. */
static void
tell_done (HostelDomain *domain)
{
  g_autoptr (GAsyncResult) result = NULL;
  const char *command;

  g_print (_("%s is ready.\n"), hostel_domain_get_name (domain));

  hostel_domain_load_details_async (domain, NULL, hostel_cli_take_result, &result);
  if (!hostel_domain_load_details_finish (domain, hostel_cli_wait (&result), NULL))
    return;
  command = hostel_domain_get_ssh_command (domain);
  if (command != NULL && *command != '\0')
    g_print ("%s\n", command);
}

static int
tell (Wait  *wait,
      guint  seconds)
{
  const char *name = hostel_domain_get_name (wait->domain);
  HostelBootVerdict verdict = hostel_boot_report_get_verdict (wait->report);
  g_autofree char *headline = NULL;
  g_autofree char *word = hostel_shell_quote (hostel_domain_get_name (wait->domain));
  g_autofree char *remedy = NULL;

  if (verdict == HOSTEL_BOOT_VERDICT_DONE || verdict == HOSTEL_BOOT_VERDICT_FAILED)
    hostel_boot_pending_remove (hostel_domain_get_uuid (wait->domain));
  if (verdict == HOSTEL_BOOT_VERDICT_DONE)
    {
      tell_done (wait->domain);
      return HOSTEL_CLI_DONE;
    }
  if (verdict == HOSTEL_BOOT_VERDICT_FAILED)
    return tell_failure (wait);
  if (wait->interrupted)
    {
      g_printerr (_("Interrupted; “%s” goes on running.\n"), name);
      return HOSTEL_CLI_FAILED;
    }
  if (!hostel_domain_is_active (wait->domain))
    {
      headline = g_strdup_printf (_("“%s” has stopped before cloud-init had finished."), name);
      return fail (_("Look at its serial log, then start it again."), headline);
    }

  if (is_unread (wait))
    {
      headline = g_strdup_printf (_("“%s” asks for a login, but has never read its user-data."), name);
      return fail (_("Is there no cloud-init in the image, or does it take no data from disks?"),
                   headline);
    }

  remedy = g_strdup_printf (_("It goes on running; “hostel-cli console %s” shows what it does, "
                              "--timeout waits longer than %u s."), word, seconds);
  headline = verdict == HOSTEL_BOOT_VERDICT_RUNNING
    ? g_strdup_printf (_("cloud-init has not finished in “%s”."), name)
    : g_strdup_printf (_("“%s” has never reported: its cloud-init did not read its data, or there "
                         "is none in the image."), name);

  return fail (remedy, headline);
}

/**
 * hostel_create_wait:
 * @connection: the host
 * @domain: a machine that has just been started
 * @cancellable: Ctrl+C
 * @seconds: how long at most
 *
 * Listens to the machine's own report of its first boot, telling its stages on stderr.
 *
 * Returns: an exit status: done, or failed where cloud-init has failed or never reported
 */
int
hostel_create_wait (HostelConnection *connection,
                    HostelDomain     *domain,
                    GCancellable     *cancellable,
                    guint             seconds)
{
  const char *uuid = hostel_domain_get_uuid (domain);
  g_autoptr (HostelBootReport) report = hostel_boot_report_new (uuid);
  g_autoptr (HostelConsoleStream) channel =
    hostel_console_stream_new_channel (hostel_connection_get_uri (connection), uuid,
                                       HOSTEL_BOOT_REPORT_CHANNEL);
  g_autoptr (HostelBootWatch) watch = hostel_boot_watch_new (domain);
  Wait wait = { .domain = domain, .channel = channel, .report = report, .watch = watch };
  guint timeout_id = g_timeout_add_seconds (seconds, on_timeout, &wait);
  gulong cancel_id = g_cancellable_connect (cancellable, G_CALLBACK (on_cancelled), &wait, NULL);
  int status;

  g_signal_connect_swapped (channel, "received", G_CALLBACK (on_received), &wait);
  g_signal_connect_swapped (channel, "notify::state", G_CALLBACK (on_channel_state), &wait);
  hostel_console_stream_set_flowing (channel, TRUE);
  hostel_console_stream_open (channel, FALSE);
  hostel_boot_watch_set_awake (watch, TRUE);

  while (!is_over (&wait))
    g_main_context_iteration (NULL, TRUE);

  g_source_remove (timeout_id);
  g_clear_handle_id (&wait.reopen_id, g_source_remove);
  hostel_boot_watch_set_awake (watch, FALSE);
  g_cancellable_disconnect (cancellable, cancel_id);
  g_signal_handlers_disconnect_by_data (channel, &wait);
  hostel_console_stream_close (channel);

  status = tell (&wait, seconds);
  g_free (wait.stage);

  return status;
}
