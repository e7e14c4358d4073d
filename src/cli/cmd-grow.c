#define G_LOG_DOMAIN "hostel-cli"

#include "config.h"

#include <glib/gi18n.h>

#include "hostel-cli.h"
#include "hostel-disk-grow.h"
#include "hostel-parse.h"

/**
 * hostel_cli_cmd_grow:
 * @cli: what stood before the command
 * @argc: the number of arguments
 * @argv: (array length=argc): the arguments, the command's name in front
 *
 * Makes a machine's disk larger.
 *
 * Returns: an exit status
 */
int
hostel_cli_cmd_grow (HostelCli  *cli,
                     int         argc,
                     char      **argv)
{
  g_auto (GStrv) words = NULL;
  const GOptionEntry entries[] = {
    { G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_STRING_ARRAY, &words, NULL, N_("NAME SIZE") },
    { NULL }
  };
  g_autoptr (HostelConnection) connection = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  HostelDomain *domain;
  gboolean live;
  guint64 bytes;
  int status = hostel_cli_parse (cli, argc, argv, entries, "",
                                 _("Makes a machine’s disk larger, while it runs or not."));

  if (status >= 0)
    return status;
  if (words == NULL || g_strv_length (words) != 2)
    return hostel_cli_usage_error (_("Name one machine and the size that its disk is to have."));
  if (!hostel_parse_size (words[1], &bytes, &error))
    return hostel_cli_fail (error);
  if ((domain = hostel_cli_find_domain (cli, words[0], &connection, &error)) == NULL)
    return hostel_cli_fail (error);

  hostel_disk_grow_async (domain, bytes, hostel_cli_take_result, &result);
  if (!hostel_disk_grow_finish (domain, hostel_cli_wait (&result), &live, &error))
    status = hostel_cli_fail (error);
  else
    {
      g_print (live ? _("The disk is larger. The system sees it now; a cloud image’s file system "
                        "grows at the next start.\n")
                    : _("The disk is larger. A cloud image’s file system grows at the next "
                        "start.\n"));
      status = HOSTEL_CLI_DONE;
    }
  hostel_connection_close (connection);

  return status;
}
