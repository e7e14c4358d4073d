/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "hostel-cli"

#include "config.h"

#include <glib/gi18n.h>

#include "ask.h"
#include "hostel-cli.h"
#include "hostel-delete-job.h"
#include "hostel-error.h"

/* How the command was called. */
typedef struct
{
  gboolean keep_disks;
  gboolean yes;
} Options;

static void
print_kept (const HostelDeleteDisk *disk,
            const Options          *options)
{
  if (disk->reason == NULL || options->keep_disks)
    {
      g_print (_("Kept %s\n"), disk->label);
      return;
    }

  g_print (_("Kept %s: %s\n"), disk->label, disk->reason);
  if (disk->remedy != NULL)
    /* Translators: %s is a command */
    g_print (_("  To remove it: %s\n"), disk->remedy);
}

static void
print_disks (GPtrArray     *disks,
             const Options *options)
{
  guint64 freed = 0;
  g_autofree char *total = NULL;

  for (guint i = 0; i < disks->len; i++)
    {
      HostelDeleteDisk *disk = g_ptr_array_index (disks, i);
      g_autofree char *size = g_format_size_full (disk->allocation, G_FORMAT_SIZE_IEC_UNITS);

      if (!disk->deletable)
        print_kept (disk, options);
      else if (disk->allocation > 0)
        g_print (_("Deleted %s (%s)\n"), disk->label, size);
      else
        g_print (_("Deleted %s\n"), disk->label);
      freed += disk->deletable ? disk->allocation : 0;
    }

  total = g_format_size_full (freed, G_FORMAT_SIZE_IEC_UNITS);
  if (freed > 0)
    g_print (_("Freed %s\n"), total);
}

static void
print_plan (GPtrArray     *disks,
            const Options *options)
{
  for (guint i = 0; i < disks->len; i++)
    {
      HostelDeleteDisk *disk = g_ptr_array_index (disks, i);
      g_autofree char *size = g_format_size_full (disk->allocation, G_FORMAT_SIZE_IEC_UNITS);

      if (disk->deletable && (!options->keep_disks || disk->kind == HOSTEL_DELETE_STATE))
        g_print (_("Goes:  %s (%s)\n"), disk->label, size);
      else if (options->keep_disks || disk->reason == NULL)
        g_print (_("Stays: %s\n"), disk->label);
      else
        g_print (_("Stays: %s: %s\n"), disk->label, disk->reason);
    }
}

/* Work that is going on in it would be lost; in libvirt's make-believe host nothing goes on. */
static gboolean
may_lose_work (HostelDomain *domain)
{
  const char *uri = hostel_connection_get_uri (hostel_domain_get_connection (domain));

  return hostel_domain_is_active (domain) && !g_str_has_prefix (uri, "test:");
}

static gboolean
confirm (HostelDomain  *domain,
         GPtrArray     *disks,
         const Options *options,
         int           *status)
{
  const char *name = hostel_domain_get_name (domain);
  g_autofree char *question = NULL;

  if (options->yes || !may_lose_work (domain))
    return TRUE;

  if (!hostel_cli_can_ask ())
    {
      *status = hostel_cli_usage_error (_("“%s” is running. Shut it down first, or give --yes to "
                                          "force it off and delete it."), name);
      return FALSE;
    }

  print_plan (disks, options);
  question = g_strdup_printf (_("“%s” is running. Force it off and delete it? [y/N]"), name);
  if (hostel_cli_ask (question))
    return TRUE;

  g_print (_("Nothing was deleted.\n"));
  *status = HOSTEL_CLI_FAILED;

  return FALSE;
}

static int
delete_domain (HostelDomain  *domain,
               const Options *options)
{
  g_autoptr (HostelDeleteJob) job = hostel_delete_job_new (domain);
  g_autofree char *name = g_strdup (hostel_domain_get_name (domain));
  g_autoptr (GPtrArray) plan = NULL;
  g_autoptr (GPtrArray) disks = NULL;
  g_autoptr (GAsyncResult) plan_result = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  gboolean done;
  int status;

  hostel_delete_job_plan_async (job, NULL, hostel_cli_take_result, &plan_result);
  plan = hostel_delete_job_plan_finish (job, hostel_cli_wait (&plan_result), &error);
  if (plan == NULL)
    return hostel_cli_fail (error);

  if (!confirm (domain, plan, options, &status))
    return status;

  hostel_delete_job_run_async (job, !options->keep_disks, hostel_cli_take_result, &result);
  done = hostel_delete_job_run_finish (job, hostel_cli_wait (&result), &disks, &error);
  if (disks != NULL)
    {
      g_print (_("Deleted the machine %s\n"), name);
      print_disks (disks, options);
    }

  return done ? HOSTEL_CLI_DONE : hostel_cli_fail (error);
}

/**
 * hostel_cli_cmd_delete:
 * @cli: what stood before the command
 * @argc: the number of arguments
 * @argv: (array length=argc): the arguments, the command's name in front
 *
 * Deletes a machine and, unless told otherwise, the files that are its alone. Asks where the
 * machine is running.
 *
 * Returns: an exit status
 */
int
hostel_cli_cmd_delete (HostelCli  *cli,
                       int         argc,
                       char      **argv)
{
  Options options = { FALSE, FALSE };
  g_auto (GStrv) names = NULL;
  const GOptionEntry entries[] = {
    { "keep-disks", 0, 0, G_OPTION_ARG_NONE, &options.keep_disks,
      N_("Keep its disks and its other files"), NULL },
    { "yes", 'y', 0, G_OPTION_ARG_NONE, &options.yes,
      N_("Do not ask before a running machine is forced off"), NULL },
    { G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_STRING_ARRAY, &names, NULL, N_("NAME") },
    { NULL }
  };
  g_autoptr (HostelConnection) connection = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (HostelDomain) domain = NULL;
  int status =
    hostel_cli_parse (cli, argc, argv, entries, "",
                      _("Deletes a machine and the files that are its alone: the disks that it "
                        "writes to, also those of its snapshots, its seed and its console’s log "
                        "as Hostel made them, its firmware’s variables, the state of its TPM and "
                        "its saved state.\n\n"
                        "Never deleted are: what another machine, its snapshots or its disks "
                        "need, base images, what a disk stands on, media and images of yours that "
                        "it only uses, files outside the storage pools, what only has a name as "
                        "if it belonged to it, and whatever cannot be known. Each of these is "
                        "named, with the reason."));

  if (status >= 0)
    return status;
  if (names == NULL || g_strv_length (names) != 1)
    return hostel_cli_usage_error (_("Name one machine."));

  if ((domain = hostel_cli_find_domain (cli, names[0], &connection, &error)) == NULL)
    return hostel_cli_fail (error);

  status = delete_domain (domain, &options);
  hostel_connection_close (connection);

  return status;
}
