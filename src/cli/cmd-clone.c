/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "hostel-cli"

#include "config.h"

#include <unistd.h>

#include <glib/gi18n.h>

#include "hostel-cli.h"
#include "hostel-clone-job.h"
#include "hostel-create-job.h"
#include "print.h"

static void
on_progress_cb (guint64  done,
                guint64  total,
                gpointer user_data)
{
  gboolean *shown = user_data;

  if (total == 0 || !isatty (STDERR_FILENO))
    return;

  hostel_cli_print_clear_line ();
  g_printerr (_("%3u %%  Copying the disks"), (guint) (100.0 * done / total));
  *shown = TRUE;
}

/* What jobs that were killed have left; it fails for nobody. */
static void
clean_up (HostelConnection *connection)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  hostel_create_clean_up_async (connection, hostel_cli_take_result, &result);
  if (!hostel_create_clean_up_finish (connection, hostel_cli_wait (&result), &error))
    g_debug ("%s", error->message);
}

static int
clone_domain (HostelDomain     *domain,
              const char       *name,
              HostelCloneFlags  flags)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (HostelDomain) clone = NULL;
  gboolean shown = FALSE;

  clean_up (hostel_domain_get_connection (domain));
  hostel_cli_cancel_by_signals (cancellable);
  hostel_clone_job_async (domain, name, flags, on_progress_cb, &shown, cancellable,
                          hostel_cli_take_result, &result);
  clone = hostel_clone_job_finish (domain, hostel_cli_wait (&result), &error);
  if (shown)
    hostel_cli_print_clear_line ();
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    {
      g_printerr (_("Cancelled; nothing is left behind.\n"));
      return HOSTEL_CLI_FAILED;
    }
  if (clone == NULL)
    return hostel_cli_fail (error);

  if (flags & HOSTEL_CLONE_EXACT)
    g_printerr (_("Note: inside, it is the same computer. Running together, both may get one address.\n"));
  g_print (_("%s is created.\n"), hostel_domain_get_name (clone));

  return HOSTEL_CLI_DONE;
}

/**
 * hostel_cli_cmd_clone:
 * @cli: what stood before the command
 * @argc: the number of arguments
 * @argv: (array length=argc): the arguments, the command's name in front
 *
 * Makes another machine of one that is off.
 *
 * Returns: an exit status
 */
int
hostel_cli_cmd_clone (HostelCli  *cli,
                      int         argc,
                      char      **argv)
{
  gboolean independent = FALSE;
  gboolean exact = FALSE;
  g_auto (GStrv) words = NULL;
  const GOptionEntry entries[] = {
    { "independent", 0, 0, G_OPTION_ARG_NONE, &independent,
      N_("Copy the disks in full, instead of sharing what is on them now"), NULL },
    { "exact", 0, 0, G_OPTION_ARG_NONE, &exact,
      N_("Keep host name, SSH host keys and machine-id inside"), NULL },
    { G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_STRING_ARRAY, &words, NULL, N_("NAME NEW") },
    { NULL }
  };
  g_autoptr (HostelConnection) connection = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (HostelDomain) domain = NULL;
  int status =
    hostel_cli_parse (cli, argc, argv, entries, "",
                      _("Makes another machine of one that is off. Both go on from the disks as they are "
                        "now, and each writes to a file of its own beside them.\n\n"
                        "The clone is a new computer: at its first start it gives itself the new host "
                        "name, new SSH host keys and a new machine-id. Its user-data stays."));

  if (status >= 0)
    return status;
  if (words == NULL || g_strv_length (words) != 2)
    return hostel_cli_usage_error (_("Name one machine and the name of its clone."));
  if ((domain = hostel_cli_find_domain (cli, words[0], &connection, &error)) == NULL)
    return hostel_cli_fail (error);

  status = clone_domain (domain, words[1], (independent ? HOSTEL_CLONE_INDEPENDENT : 0) |
                                           (exact ? HOSTEL_CLONE_EXACT : 0));
  hostel_connection_close (connection);

  return status;
}
