/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "hostel-cli"

#include "config.h"

#include <glib/gi18n.h>

#include "hostel-cli.h"
#include "hostel-error.h"
#include "hostel-parse.h"
#include "hostel-shell.h"

/* A guest that does not listen would be waited for without an end. */
#define DEFAULT_SECONDS 120
#define MAX_SECONDS (24 * 60 * 60)

static const struct
{
  const char       *name;
  HostelDomainVerb  verb;
  const char       *summary;
  const char       *already; /* NULL where there is no such state */
} verbs[] = {
  { "start", HOSTEL_DOMAIN_VERB_START,
    N_("Starts a machine; one that was saved goes on from there."), N_("“%s” runs already.") },
  { "shutdown", HOSTEL_DOMAIN_VERB_SHUT_DOWN,
    N_("Asks a machine to shut down. The guest may take its time, or not listen."), N_("“%s” is off already.") },
  { "reboot", HOSTEL_DOMAIN_VERB_REBOOT,
    N_("Asks a machine to reboot. The guest may take its time, or not listen."), NULL },
  { "force-off", HOSTEL_DOMAIN_VERB_FORCE_OFF,
    N_("Turns a machine off at once, as if its plug were pulled: what it has not written to its disk yet is lost."),
    N_("“%s” is off already.") },
  { "pause", HOSTEL_DOMAIN_VERB_PAUSE, N_("Halts a machine where it is."), N_("“%s” is paused already.") },
  { "resume", HOSTEL_DOMAIN_VERB_RESUME, N_("Lets a paused machine go on."), N_("“%s” runs already.") },
  { "save", HOSTEL_DOMAIN_VERB_SAVE,
    N_("Saves a machine’s memory and turns it off; its next start goes on from there."),
    N_("“%s” is saved already.") },
};

/* The state that the verb leads to. */
static gboolean
is_there (HostelDomain     *domain,
          HostelDomainVerb  verb)
{
  HostelDomainState state = hostel_domain_get_state (domain);

  switch (verb)
    {
    case HOSTEL_DOMAIN_VERB_START:
    case HOSTEL_DOMAIN_VERB_RESUME:
      return state == HOSTEL_DOMAIN_STATE_RUNNING;
    case HOSTEL_DOMAIN_VERB_SHUT_DOWN:
    case HOSTEL_DOMAIN_VERB_FORCE_OFF:
      /* A transient one is gone. */
      return !hostel_domain_get_present (domain) ||
             (!hostel_domain_is_active (domain) && state != HOSTEL_DOMAIN_STATE_UNKNOWN);
    case HOSTEL_DOMAIN_VERB_PAUSE:
      return state == HOSTEL_DOMAIN_STATE_PAUSED;
    case HOSTEL_DOMAIN_VERB_SAVE:
      return state == HOSTEL_DOMAIN_STATE_SAVED;
    case HOSTEL_DOMAIN_VERB_REBOOT:
    default:
      return FALSE;
    }
}

static char *
dup_command (const char   *command,
             HostelDomain *domain)
{
  g_autofree char *quoted = hostel_shell_quote (hostel_domain_get_name (domain));

  return g_strdup_printf ("hostel-cli %s %s", command, quoted);
}

/* What has to come first. */
static GError *
new_state_error (HostelDomain     *domain,
                 HostelDomainVerb  verb)
{
  const char *name = hostel_domain_get_name (domain);
  gboolean active = hostel_domain_is_active (domain);
  g_autofree char *state = g_utf8_strdown (hostel_domain_state_to_label (hostel_domain_get_state (domain)), -1);
  g_autofree char *command = dup_command (active ? "resume" : "start", domain);
  g_autofree char *first = g_strdup_printf (_("First: %s"), command);

  if (verb == HOSTEL_DOMAIN_VERB_SAVE && !hostel_domain_get_persistent (domain))
    return hostel_error_new (HOSTEL_ERROR_UNSUPPORTED, _("Pause it instead."), NULL,
                             _("“%s” has no definition: nothing would be left to start again."), name);
  /* Translators: a name, and a state such as "paused" */
  return hostel_error_new (HOSTEL_ERROR_WRONG_STATE, first, NULL, _("“%s” cannot do that: it is %s."), name, state);
}

static gboolean
time_is_over_cb (gpointer user_data)
{
  *(gboolean *) user_data = TRUE;

  return G_SOURCE_REMOVE;
}

static GError *
new_wait_error (HostelDomain     *domain,
                HostelDomainVerb  verb,
                guint             seconds)
{
  HostelConnection *connection = hostel_domain_get_connection (domain);
  g_autofree char *console = dup_command ("console", domain);
  g_autofree char *force_off = dup_command ("force-off", domain);
  g_autofree char *remedy = NULL;

  if (connection == NULL || hostel_connection_get_state (connection) != HOSTEL_CONNECTION_STATE_CONNECTED)
    return hostel_error_new (HOSTEL_ERROR_DISCONNECTED, _("Look at it again once the host answers."), NULL,
                             _("The connection was lost: what became of “%s” is not known."),
                             hostel_domain_get_name (domain));
  if (verb != HOSTEL_DOMAIN_VERB_SHUT_DOWN)
    return hostel_error_new (HOSTEL_ERROR_TIMED_OUT, _("Look at its console."), console,
                             _("“%s” is not there after %u seconds."), hostel_domain_get_name (domain), seconds);

  remedy = g_strdup_printf (_("Wait longer (--timeout), look at its console (%s), or force it off: %s"), console,
                            force_off);

  return hostel_error_new (HOSTEL_ERROR_TIMED_OUT, remedy, NULL,
                           _("“%s” has not answered the request to shut down in %u seconds."),
                           hostel_domain_get_name (domain), seconds);
}

/* Events wake the loop; the connection's end is one. */
static GError *
wait_for_it (HostelDomain     *domain,
             HostelDomainVerb  verb,
             guint             seconds)
{
  HostelConnection *connection = hostel_domain_get_connection (domain);
  gboolean over = FALSE;
  guint timeout = g_timeout_add_seconds (seconds, time_is_over_cb, &over);

  while (!over && !is_there (domain, verb) &&
         (hostel_connection_get_state (connection) == HOSTEL_CONNECTION_STATE_CONNECTED ||
          hostel_connection_get_state (connection) == HOSTEL_CONNECTION_STATE_NOT_RESPONDING))
    g_main_context_iteration (NULL, TRUE);
  if (!over)
    g_source_remove (timeout);

  return is_there (domain, verb) ? NULL : new_wait_error (domain, verb, seconds);
}

/* @seconds: 0 for not to wait */
static GError *
run_verb (HostelDomain *domain,
          guint         which,
          guint         seconds)
{
  HostelDomainVerb verb = verbs[which].verb;
  g_autoptr (GAsyncResult) result = NULL;
  GError *error = NULL;

  if (is_there (domain, verb))
    {
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
      g_printerr (_(verbs[which].already), hostel_domain_get_name (domain));
#pragma GCC diagnostic pop
      g_printerr ("\n");
      return NULL;
    }
  if (!hostel_domain_can (domain, verb))
    return new_state_error (domain, verb);

  hostel_domain_run_verb_async (domain, verb, hostel_cli_take_result, &result);
  if (hostel_domain_run_verb_finish (domain, hostel_cli_wait (&result), &error) && seconds > 0)
    error = wait_for_it (domain, verb, seconds);

  return error;
}

static gboolean
parse_seconds (const char  *text,
               guint       *seconds,
               GError     **error)
{
  *seconds = DEFAULT_SECONDS;

  return text == NULL || hostel_parse_count (text, 1, MAX_SECONDS, seconds, error);
}

/**
 * hostel_cli_cmd_verb:
 * @cli: what stood before the command
 * @argc: the number of arguments
 * @argv: (array length=argc): the arguments, the verb in front
 *
 * Starts a machine, or whatever else the verb is. A machine that is there already is left alone: that is what was
 * wanted.
 *
 * Returns: an exit status
 */
int
hostel_cli_cmd_verb (HostelCli  *cli,
                     int         argc,
                     char      **argv)
{
  gboolean wait = FALSE;
  g_autofree char *timeout = NULL;
  g_auto (GStrv) words = NULL;
  const GOptionEntry entries[] = {
    { "wait", 0, 0, G_OPTION_ARG_NONE, &wait, N_("Return when it is there"), NULL },
    { "timeout", 0, 0, G_OPTION_ARG_STRING, &timeout, N_("Wait for so many seconds at most (120)"),
      N_("SECONDS") },
    { G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_STRING_ARRAY, &words, NULL, N_("NAME") },
    { NULL }
  };
  g_autoptr (HostelConnection) connection = NULL;
  g_autoptr (HostelDomain) domain = NULL;
  g_autoptr (GError) error = NULL;
  guint which = 0;
  guint seconds;
  int status;

  while (!g_str_equal (verbs[which].name, argv[0]))
    which++;
  if ((status = hostel_cli_parse (cli, argc, argv, entries, "", _(verbs[which].summary))) >= 0)
    return status;
  if (words == NULL || g_strv_length (words) != 1)
    return hostel_cli_usage_error (_("Name one machine."));
  if (wait && verbs[which].verb == HOSTEL_DOMAIN_VERB_REBOOT)
    return hostel_cli_usage_error (_("Nothing tells when a reboot is over: look at the console."));
  if (!parse_seconds (timeout, &seconds, &error) ||
      (domain = hostel_cli_find_domain (cli, words[0], &connection, &error)) == NULL)
    return hostel_cli_fail (error);

  error = run_verb (domain, which, wait ? seconds : 0);
  status = error != NULL ? hostel_cli_fail (error) : HOSTEL_CLI_DONE;
  hostel_connection_close (connection);

  return status;
}
