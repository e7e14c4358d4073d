/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "hostel-cli"

#include "config.h"

#include <glib/gi18n.h>

#include "hostel-cli.h"
#include "hostel-machine-rename.h"

/**
 * hostel_cli_cmd_rename:
 * @cli: what stood before the command
 * @argc: the number of arguments
 * @argv: (array length=argc): the arguments, the command's name in front
 *
 * Gives a machine that is off another name.
 *
 * Returns: an exit status
 */
int
hostel_cli_cmd_rename (HostelCli  *cli,
                       int         argc,
                       char      **argv)
{
  g_auto (GStrv) words = NULL;
  const GOptionEntry entries[] = {
    { G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_STRING_ARRAY, &words, NULL, N_("NAME NEW") },
    { NULL }
  };
  g_autoptr (HostelConnection) connection = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (HostelDomain) domain = NULL;
  int status = hostel_cli_parse (cli, argc, argv, entries, "",
                                 _("Gives a machine that is off another name. Its disks, its snapshots and what "
                                   "Hostel keeps of it stay."));

  if (status >= 0)
    return status;
  if (words == NULL || g_strv_length (words) != 2)
    return hostel_cli_usage_error (_("Name one machine and its new name."));
  if ((domain = hostel_cli_find_domain (cli, words[0], &connection, &error)) == NULL)
    return hostel_cli_fail (error);

  hostel_machine_rename_async (domain, words[1], hostel_cli_take_result, &result);
  status = hostel_machine_rename_finish (domain, hostel_cli_wait (&result), &error) ? HOSTEL_CLI_DONE
                                                                                  : hostel_cli_fail (error);
  hostel_connection_close (connection);

  return status;
}
