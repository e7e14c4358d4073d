/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "hostel-cli"

#include "config.h"

#include <glib/gi18n.h>

#include "hostel-cli.h"
#include "hostel-disk-grow.h"
#include "hostel-parse.h"

/* Of several disks the person has to know which one it was. */
static void
tell_choice (GPtrArray *disks)
{
  HostelDiskChoice *first = disks->pdata[0];

  if (disks->len < 2)
    return;

  g_printerr (_("Note: it is %s (%s), from which it boots. Others are chosen by --disk:"),
              first->target, first->name);
  for (guint i = 1; i < disks->len; i++)
    {
      HostelDiskChoice *other = disks->pdata[i];

      g_printerr (" %s (%s)", other->target, other->name);
    }
  g_printerr ("\n");
}

static GPtrArray *
list_disks (HostelDomain  *domain,
            GError       **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  hostel_disk_list_async (domain, NULL, hostel_cli_take_result, &result);

  return hostel_disk_list_finish (domain, hostel_cli_wait (&result), error);
}

/* @wanted: NULL for the first */
static int
grow (HostelDomain *domain,
      const char   *wanted,
      guint64       bytes)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GPtrArray) disks = NULL;
  g_autoptr (GError) error = NULL;
  gboolean live;

  if (wanted == NULL && (disks = list_disks (domain, &error)) == NULL)
    return hostel_cli_fail (error);

  hostel_disk_grow_async (domain,
                          disks != NULL ? ((HostelDiskChoice *) disks->pdata[0])->target : wanted,
                          bytes, hostel_cli_take_result, &result);
  if (!hostel_disk_grow_finish (domain, hostel_cli_wait (&result), &live, &error))
    return hostel_cli_fail (error);

  g_print (live ? _("The disk is larger. The system sees it now; a cloud image’s file system "
                    "grows at the next start.\n")
                : _("The disk is larger. A cloud image’s file system grows at the next "
                    "start.\n"));
  if (disks != NULL)
    tell_choice (disks);

  return HOSTEL_CLI_DONE;
}

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
  g_autofree char *target = NULL;
  const GOptionEntry entries[] = {
    { "disk", 0, 0, G_OPTION_ARG_STRING, &target,
      N_("Which of its disks (vda, sdb); the one that it boots from where not given"),
      N_("TARGET") },
    { G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_STRING_ARRAY, &words, NULL, N_("NAME SIZE") },
    { NULL }
  };
  g_autoptr (HostelConnection) connection = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (HostelDomain) domain = NULL;
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

  status = grow (domain, target, bytes);
  hostel_connection_close (connection);

  return status;
}
