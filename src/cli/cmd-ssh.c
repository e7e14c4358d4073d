/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "hostel-cli"

#include "config.h"

#include <errno.h>
#include <unistd.h>

#include <glib/gi18n.h>

#include "hostel-cli.h"
#include "hostel-error.h"

/* The program and its arguments, or NULL. */
static GStrv
dup_arguments (HostelDomain        *domain,
               const char * const  *more,
               GError             **error)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_autoptr (GAsyncResult) result = NULL;
  g_auto (GStrv) command = NULL;
  const char *name = hostel_domain_get_name (domain);

  hostel_domain_load_details_async (domain, NULL, hostel_cli_take_result, &result);
  if (!hostel_domain_load_details_finish (domain, hostel_cli_wait (&result), error))
    return NULL;

  if (!hostel_domain_is_active (domain))
    {
      hostel_error_set (error, HOSTEL_ERROR_WRONG_STATE, _("Start it, then try again."), NULL,
                        _("“%s” is not running."), name);
      return NULL;
    }
  if (!g_shell_parse_argv (hostel_domain_get_ssh_command (domain), NULL, &command, NULL))
    {
      hostel_error_set (error, HOSTEL_ERROR_NOT_FOUND,
                        _("Wait until it has booted, or use its console."), NULL,
                        _("No way to “%s” by SSH is known: it has no address yet, or was made "
                          "without a user."), name);
      return NULL;
    }

  /* The person's own options stand behind the machine, where ssh takes them only without "--". */
  for (guint i = 0; command[i] != NULL; i++)
    if (*more == NULL || **more != '-' || !g_str_equal (command[i], "--"))
      g_strv_builder_add (builder, command[i]);
  g_strv_builder_addv (builder, (const char **) more);

  return g_strv_builder_end (builder);
}

/**
 * hostel_cli_cmd_ssh:
 * @cli: what stood before the command
 * @argc: the number of arguments
 * @argv: (array length=argc): the arguments, the command's name in front
 *
 * Becomes ssh(1) to a machine, which knows the machine's host key where that came from Hostel.
 *
 * Returns: an exit status, where it does not become that
 */
int
hostel_cli_cmd_ssh (HostelCli  *cli,
                    int         argc,
                    char      **argv)
{
  g_auto (GStrv) words = NULL;
  const GOptionEntry entries[] = {
    { G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_STRING_ARRAY, &words, NULL,
      N_("NAME [-- ARGUMENT…]") },
    { NULL }
  };
  g_autoptr (HostelConnection) connection = NULL;
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) arguments = NULL;
  g_autoptr (HostelDomain) domain = NULL;
  int status = hostel_cli_parse (cli, argc, argv, entries, "",
                                 _("Logs in to a running machine by SSH, or runs a command in it; "
                                   "what follows the name goes to ssh."));

  if (status >= 0)
    return status;
  if (words == NULL)
    return hostel_cli_usage_error (_("Name one machine."));
  if ((domain = hostel_cli_find_domain (cli, words[0], &connection, &error)) == NULL)
    return hostel_cli_fail (error);

  arguments = dup_arguments (domain, (const char * const *) words + 1, &error);
  hostel_connection_close (connection);
  if (arguments == NULL)
    return hostel_cli_fail (error);

  execvp (arguments[0], arguments);
  hostel_error_set (&error, HOSTEL_ERROR_HOST_LACKS, _("Install OpenSSH’s client."),
                    g_strerror (errno), _("“%s” cannot be run."), arguments[0]);

  return hostel_cli_fail (error);
}
