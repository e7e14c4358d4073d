/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "hostel-cli"

#include "config.h"

#include "hostel-cli.h"

#include <signal.h>
#include <stdarg.h>
#include <string.h>

#include <glib-unix.h>
#include <glib/gi18n.h>

#include "hostel-error.h"

/**
 * hostel_cli_fail:
 * @error: what went wrong
 *
 * Prints cause and remedy as one line on stderr.
 *
 * Returns: the exit status for it
 */
int
hostel_cli_fail (const GError *error)
{
  g_autofree char *line = hostel_error_to_line (error);

  g_printerr ("hostel-cli: %s\n", line);

  if (g_error_matches (error, HOSTEL_ERROR, HOSTEL_ERROR_HOST_LACKS))
    return HOSTEL_CLI_HOST_LACKS;
  if (g_error_matches (error, HOSTEL_ERROR, HOSTEL_ERROR_INVALID))
    return HOSTEL_CLI_USAGE;

  return HOSTEL_CLI_FAILED;
}

/* "create" from where its options are read on: its own help says more. */
static const char *running_command;

/**
 * hostel_cli_usage_error:
 * @format: a translated sentence
 * @...: its arguments
 *
 * Prints it as one line on stderr, with where to read on.
 *
 * Returns: %HOSTEL_CLI_USAGE
 */
int
hostel_cli_usage_error (const char *format,
                        ...)
{
  g_autofree char *message = NULL;
  g_autofree char *program = NULL;
  g_autofree char *remedy = NULL;
  va_list args;

  va_start (args, format);
  message = g_strdup_vprintf (format, args);
  va_end (args);

  g_strdelimit (message, "\r\n", ' ');
  program = g_strjoin (" ", "hostel-cli", running_command, NULL);
  remedy = g_strdup_printf (_("“%s --help” tells how to use it."), program);
  /* GLib's own messages end without a full stop. */
  g_printerr ("hostel-cli: %s%s %s\n", message,
              *message != '\0' && strchr (".!?", message[strlen (message) - 1]) == NULL ? "." : "",
              remedy);

  return HOSTEL_CLI_USAGE;
}

/**
 * hostel_cli_parse:
 * @cli: where --connect goes
 * @argc: as the command got it
 * @argv: (array length=argc): as the command got it, its own name in front
 * @entries: (nullable): the command's options
 * @usage: what follows the command's name, translated, or ""
 * @summary: a sentence for --help, translated
 *
 * Returns: -1 to go on, else the exit status
 */
int
hostel_cli_parse (HostelCli           *cli,
                  int                  argc,
                  char               **argv,
                  const GOptionEntry  *entries,
                  const char          *usage,
                  const char          *summary)
{
  g_autofree char *parameters = g_strdup_printf ("%s", usage);
  g_autoptr (GOptionContext) context = g_option_context_new (parameters);
  g_autofree char *program = g_strconcat ("hostel-cli ", argv[0], NULL);
  g_auto (GStrv) copy = g_new0 (char *, argc + 1);
  g_autoptr (GError) error = NULL;
  g_autofree char *uri = NULL;
  const GOptionEntry common[] = {
    { "connect", 'c', 0, G_OPTION_ARG_STRING, &uri, N_("Use this libvirt connection"), N_("URI") },
    { NULL }
  };
  int i;

  for (i = 0; i < argc; i++)
    copy[i] = g_strdup (i == 0 ? program : argv[i]);

  running_command = argv[0];
  g_option_context_set_summary (context, summary);
  if (entries)
    g_option_context_add_main_entries (context, entries, GETTEXT_PACKAGE);
  g_option_context_add_main_entries (context, common, GETTEXT_PACKAGE);

  /* --help prints the program's name. */
  g_set_prgname (program);
  if (!g_option_context_parse_strv (context, &copy, &error))
    return hostel_cli_usage_error ("%s", error->message);
  g_set_prgname ("hostel-cli");

  if (g_strv_length (copy) > 1)
    return hostel_cli_usage_error (_("“%s” is one argument too many."), copy[1]);

  if (uri && *uri == '\0')
    return hostel_cli_usage_error (_("The URI of --connect is empty."));
  if (uri)
    {
      g_free (cli->uri);
      cli->uri = g_steal_pointer (&uri);
    }

  return -1;
}

/**
 * hostel_cli_take_result:
 * @source: ignored
 * @result: the result
 * @user_data: (type GAsyncResult**): where a reference of it goes
 *
 * A callback for hostel_cli_wait().
 */
void
hostel_cli_take_result (GObject      *source,
                        GAsyncResult *result,
                        gpointer      user_data)
{
  GAsyncResult **place = user_data;

  *place = g_object_ref (result);
  g_main_context_wakeup (NULL);
}

/**
 * hostel_cli_wait:
 * @result: what hostel_cli_take_result() was given
 *
 * Runs the main loop until the callback was called.
 *
 * Returns: (transfer none): the result, owned by *@result
 */
GAsyncResult *
hostel_cli_wait (GAsyncResult **result)
{
  while (*result == NULL)
    g_main_context_iteration (NULL, TRUE);

  return *result;
}

static gboolean
on_signal_cb (gpointer cancellable)
{
  g_cancellable_cancel (cancellable);

  return G_SOURCE_CONTINUE;
}

/**
 * hostel_cli_cancel_by_signals:
 * @cancellable: of what is under way
 *
 * Has Ctrl+C and its like cancel instead of ending the program, which undoes or awaits it first. For
 * the rest of the program.
 */
void
hostel_cli_cancel_by_signals (GCancellable *cancellable)
{
  static const int signals[] = { SIGINT, SIGTERM, SIGHUP };

  for (guint i = 0; i < G_N_ELEMENTS (signals); i++)
    g_unix_signal_add_full (G_PRIORITY_DEFAULT, signals[i], on_signal_cb, g_object_ref (cancellable),
                            g_object_unref);
}
