/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "hostel-cli"

#include "config.h"

#include <string.h>

#include <glib/gi18n.h>

#include "hostel-cli.h"
#include "hostel-error.h"
#include "hostel-machine-change.h"
#include "hostel-parse.h"

#define MAX_VCPUS 4096

typedef struct
{
  char    *memory;    /* owned, nullable, as all */
  char    *vcpus;
  char    *autostart;
  char    *title;
  char    *notes;     /* a file's path, "-" for standard input */
  gboolean next_start;
} Options;

static void
options_clear (Options *self)
{
  g_free (self->memory);
  g_free (self->vcpus);
  g_free (self->autostart);
  g_free (self->title);
  g_free (self->notes);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Options, options_clear)

static char *
read_notes (const char  *path,
            GError     **error)
{
  g_autoptr (GError) cause = NULL;
  char *text = NULL;
  gsize size;

  if (!g_file_get_contents (g_str_equal (path, "-") ? "/dev/stdin" : path, &text, &size, &cause))
    hostel_error_set (error, HOSTEL_ERROR_NOT_FOUND, _("Name a file that can be read, or “-”."), cause->message,
                      _("The notes cannot be read from “%s”."), path);
  else if (strlen (text) != size)
    {
      hostel_error_set (error, HOSTEL_ERROR_INVALID, _("Name a text file."), NULL, _("“%s” is not a text."), path);
      g_clear_pointer (&text, g_free);
    }

  return text;
}

static gboolean
parse_autostart (const char       *text,
                 HostelAutostart  *autostart,
                 GError          **error)
{
  *autostart = text == NULL ? HOSTEL_AUTOSTART_KEEP
               : g_str_equal (text, "on") ? HOSTEL_AUTOSTART_ON : HOSTEL_AUTOSTART_OFF;
  if (text == NULL || g_str_equal (text, "on") || g_str_equal (text, "off"))
    return TRUE;

  hostel_error_set (error, HOSTEL_ERROR_INVALID, _("Say “on” or “off”."), NULL,
                    _("“%s” is no answer to whether it starts by itself."), text);

  return FALSE;
}

static gboolean
parse_memory (const char  *text,
              guint       *mib,
              GError     **error)
{
  if (text == NULL)
    return TRUE;
  if (!hostel_parse_memory (text, mib, error))
    return FALSE;
  if (*mib > 0)
    return TRUE;

  hostel_error_set (error, HOSTEL_ERROR_INVALID, _("Give it some."), NULL, _("A machine needs memory."));

  return FALSE;
}

static int
change (HostelDomain              *domain,
        const HostelMachineChange *to)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) told = NULL;

  hostel_machine_change_async (domain, to, hostel_cli_take_result, &result);
  if ((told = hostel_machine_change_finish (domain, hostel_cli_wait (&result), &error)) == NULL)
    return hostel_cli_fail (error);

  for (guint i = 0; told[i] != NULL; i++)
    g_print ("%s\n", told[i]);

  return HOSTEL_CLI_DONE;
}

static int
run (HostelCli     *cli,
     const Options *options,
     const char    *name)
{
  g_autofree char *notes = NULL;
  g_autoptr (HostelConnection) connection = NULL;
  g_autoptr (HostelDomain) domain = NULL;
  g_autoptr (GError) error = NULL;
  HostelMachineChange to = { .title = options->title, .next_start = options->next_start };
  int status;

  if (!parse_memory (options->memory, &to.memory, &error) ||
      (options->vcpus != NULL && !hostel_parse_count (options->vcpus, 1, MAX_VCPUS, &to.vcpus, &error)) ||
      !parse_autostart (options->autostart, &to.autostart, &error) ||
      (options->notes != NULL && (notes = read_notes (options->notes, &error)) == NULL))
    return hostel_cli_fail (error);

  to.notes = notes;
  if (!hostel_machine_change_check (&to, &error) ||
      (domain = hostel_cli_find_domain (cli, name, &connection, &error)) == NULL)
    return hostel_cli_fail (error);

  status = change (domain, &to);
  hostel_connection_close (connection);

  return status;
}

/**
 * hostel_cli_cmd_set:
 * @cli: what stood before the command
 * @argc: the number of arguments
 * @argv: (array length=argc): the arguments, the command's name in front
 *
 * Changes what a machine has, and says of each thing whether it holds now or from the next start on.
 *
 * Returns: an exit status
 */
int
hostel_cli_cmd_set (HostelCli  *cli,
                    int         argc,
                    char      **argv)
{
  g_auto (Options) options = { 0 };
  g_auto (GStrv) words = NULL;
  const GOptionEntry entries[] = {
    { "memory", 0, 0, G_OPTION_ARG_STRING, &options.memory, N_("Its memory, in MiB or with a unit: 4G"),
      N_("SIZE") },
    { "vcpus", 0, 0, G_OPTION_ARG_STRING, &options.vcpus, N_("Its virtual processors"), N_("N") },
    { "autostart", 0, 0, G_OPTION_ARG_STRING, &options.autostart, N_("Whether it starts with the host"),
      N_("on|off") },
    { "title", 0, 0, G_OPTION_ARG_STRING, &options.title, N_("A line that tells what it is; “” for none"),
      N_("TEXT") },
    { "notes", 0, 0, G_OPTION_ARG_FILENAME, &options.notes, N_("Notes from a file, “-” for standard input"),
      N_("FILE") },
    { "next-start", 0, 0, G_OPTION_ARG_NONE, &options.next_start,
      N_("Leave the running machine as it is until its next start"), NULL },
    { G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_STRING_ARRAY, &words, NULL, N_("NAME") },
    { NULL }
  };
  int status = hostel_cli_parse (cli, argc, argv, entries, "",
                                 _("Changes what a machine has: now where that is possible, else from its next start "
                                   "on."));

  if (status >= 0)
    return status;
  if (words == NULL || g_strv_length (words) != 1)
    return hostel_cli_usage_error (_("Name one machine."));
  if (options.memory == NULL && options.vcpus == NULL && options.autostart == NULL && options.title == NULL &&
      options.notes == NULL)
    return hostel_cli_usage_error (_("Say what is to be different."));

  return run (cli, &options, words[0]);
}
