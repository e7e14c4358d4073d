#define G_LOG_DOMAIN "hostel-cli"

#include "config.h"

#include <glib/gi18n.h>

#include "hostel-cli.h"
#include "hostel-delete-job.h"
#include "hostel-error.h"

static void
print_disks (GPtrArray *disks,
             gboolean   keep_disks)
{
  for (guint i = 0; i < disks->len; i++)
    {
      HostelDeleteDisk *disk = g_ptr_array_index (disks, i);

      if (keep_disks)
        g_print (_("Kept %s\n"), disk->path);
      else if (disk->deletable)
        g_print (_("Deleted %s\n"), disk->path);
      else
        g_print (_("Kept %s: %s\n"), disk->path, disk->reason);
    }
}

static int
delete_domain (HostelDomain *domain,
               gboolean      keep_disks)
{
  g_autoptr (HostelDeleteJob) job = hostel_delete_job_new (domain);
  g_autofree char *name = g_strdup (hostel_domain_get_name (domain));
  g_autoptr (GPtrArray) disks = NULL;
  g_autoptr (GAsyncResult) plan_result = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  hostel_delete_job_plan_async (job, NULL, hostel_cli_take_result, &plan_result);
  disks = hostel_delete_job_plan_finish (job, hostel_cli_wait (&plan_result), &error);
  if (disks == NULL)
    return hostel_cli_fail (error);

  hostel_delete_job_run_async (job, !keep_disks, hostel_cli_take_result, &result);
  if (!hostel_delete_job_run_finish (job, hostel_cli_wait (&result), &error))
    return hostel_cli_fail (error);

  g_print (_("Deleted the machine %s\n"), name);
  print_disks (disks, keep_disks);

  return HOSTEL_CLI_DONE;
}

/**
 * hostel_cli_cmd_delete:
 * @cli: what stood before the command
 * @argc: the number of arguments
 * @argv: (array length=argc): the arguments, the command's name in front
 *
 * Deletes a machine and, unless told otherwise, the disks that are its alone. Asks nothing.
 *
 * Returns: an exit status
 */
int
hostel_cli_cmd_delete (HostelCli  *cli,
                       int         argc,
                       char      **argv)
{
  gboolean keep_disks = FALSE;
  g_auto (GStrv) names = NULL;
  const GOptionEntry entries[] = {
    { "keep-disks", 0, 0, G_OPTION_ARG_NONE, &keep_disks, N_("Keep its disks"), NULL },
    { G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_STRING_ARRAY, &names, NULL, N_("NAME") },
    { NULL }
  };
  g_autoptr (HostelConnection) connection = NULL;
  g_autoptr (GError) error = NULL;
  HostelDomain *domain;
  int status = hostel_cli_parse (cli, argc, argv, entries, "",
                                 _("Deletes a machine with its disks, without asking."));

  if (status >= 0)
    return status;
  if (names == NULL || g_strv_length (names) != 1)
    return hostel_cli_usage_error (_("Name one machine."));

  if ((domain = hostel_cli_find_domain (cli, names[0], &connection, &error)) == NULL)
    return hostel_cli_fail (error);

  status = delete_domain (domain, keep_disks);
  hostel_connection_close (connection);

  return status;
}
