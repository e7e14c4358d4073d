/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "hostel-cli"

#include "config.h"

#include <glib/gi18n.h>

#include "create-options.h"
#include "hostel-cli.h"
#include "hostel-domain-seed.h"
#include "user-data-marks.h"
#include "print.h"

static int
print (HostelDomain *domain)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = NULL;

  hostel_domain_seed_load_async (domain, NULL, hostel_cli_take_result, &result);
  if ((bytes = hostel_domain_seed_load_finish (domain, hostel_cli_wait (&result), &error)) == NULL)
    return hostel_cli_fail (error);

  hostel_cli_print_data (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));

  return HOSTEL_CLI_DONE;
}

static int
apply (HostelDomain *domain,
       const char   *path,
       GBytes       *bytes,
       gboolean      strict)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *os_id = NULL;

  g_object_get (domain, "os-id", &os_id, NULL);
  if (!hostel_cli_report_marks (path, bytes, os_id, strict, &error))
    return hostel_cli_fail (error);

  hostel_domain_seed_apply_async (domain, bytes, hostel_cli_take_result, &result);
  if (!hostel_domain_seed_apply_finish (domain, hostel_cli_wait (&result), &error))
    return hostel_cli_fail (error);

  g_print (hostel_domain_is_active (domain)
             ? _("%s takes it when it is shut down and started again; a reboot inside it is not "
                 "enough.\n")
             : _("%s takes it when it is started.\n"),
           hostel_domain_get_name (domain));

  return HOSTEL_CLI_DONE;
}

/**
 * hostel_cli_cmd_user_data:
 * @cli: what stood before the command
 * @argc: the number of arguments
 * @argv: (array length=argc): the arguments, the command's name in front
 *
 * Prints the user-data that a machine was made with, or gives it another one.
 *
 * Returns: an exit status
 */
int
hostel_cli_cmd_user_data (HostelCli  *cli,
                          int         argc,
                          char      **argv)
{
  g_auto (GStrv) words = NULL;
  g_autofree char *path = NULL;
  gboolean strict = FALSE;
  const GOptionEntry entries[] = {
    { "apply", 0, 0, G_OPTION_ARG_FILENAME, &path,
      N_("Have cloud-init apply this at the next start, as in a new machine"), N_("FILE") },
    { "strict", 0, 0, G_OPTION_ARG_NONE, &strict,
      N_("Refuse user-data with errors instead of only naming them"), NULL },
    { G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_STRING_ARRAY, &words, NULL, N_("NAME") },
    { NULL }
  };
  g_autoptr (HostelConnection) connection = NULL;
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (HostelDomain) domain = NULL;
  int status = hostel_cli_parse (cli, argc, argv, entries, "",
                                 _("Prints the user-data that a machine was made with, or has "
                                   "another one applied."));

  if (status >= 0)
    return status;
  if (words == NULL || g_strv_length (words) != 1)
    return hostel_cli_usage_error (_("Name one machine."));
  if (path != NULL && (bytes = hostel_create_options_read_user_data (path, &error)) == NULL)
    return hostel_cli_fail (error);
  if ((domain = hostel_cli_find_domain (cli, words[0], &connection, &error)) == NULL)
    return hostel_cli_fail (error);

  status = bytes != NULL ? apply (domain, path, bytes, strict) : print (domain);
  hostel_connection_close (connection);

  return status;
}
