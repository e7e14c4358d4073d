/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "hostel-cli"

#include "config.h"

#include <glib/gi18n.h>

#include "hostel-cli.h"
#include "hostel-host-run.h"

/**
 * hostel_cli_cmd_check:
 * @cli: what stood before the command
 * @argc: the number of arguments
 * @argv: (array length=argc): the arguments, the command's name in front
 *
 * Prints the host check: of this computer without --connect, starting nothing; with it also what
 * that connection tells.
 *
 * Returns: %HOSTEL_CLI_DONE where machines can be made, %HOSTEL_CLI_HOST_LACKS where not
 */
int
hostel_cli_cmd_check (HostelCli  *cli,
                      int         argc,
                      char      **argv)
{
  g_autoptr (HostelHostReport) report = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autofree char *text = NULL;
  gboolean json = FALSE;
  const GOptionEntry entries[] = {
    { "json", 0, 0, G_OPTION_ARG_NONE, &json, N_("Print JSON for programs"), NULL },
    { NULL }
  };
  int status;

  status = hostel_cli_parse (cli, argc, argv, entries, "",
                             _("Tells whether this computer is ready for virtual machines."));
  if (status >= 0)
    return status;

  hostel_host_run_async (NULL, cli->uri, NULL, hostel_cli_take_result, &result);
  report = hostel_host_run_finish (hostel_cli_wait (&result), NULL);

  text = json ? hostel_host_report_to_json (report) : hostel_host_report_to_text (report);
  g_print ("%s", text);

  return hostel_host_report_get_verdict (report) == HOSTEL_HOST_VERDICT_NOT_READY
         ? HOSTEL_CLI_HOST_LACKS : HOSTEL_CLI_DONE;
}
