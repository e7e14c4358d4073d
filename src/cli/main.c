/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "hostel-cli"

#include "config.h"

#include <locale.h>
#include <signal.h>
#include <string.h>

#include <glib/gi18n.h>

#include "hostel-cli.h"
#include "hostel-port-forward-keep.h"
#include "hostel-virt.h"
#include "print.h"

/* In the order of --help. */
static const struct
{
  const char    *name;
  HostelCliFunc  run;
  const char    *summary;
} commands[] = {
  { "check",   hostel_cli_cmd_check,   N_("Tell whether this computer is ready for machines") },
  { "list",    hostel_cli_cmd_list,    N_("List the machines") },
  { "create",  hostel_cli_cmd_create,  N_("Create a machine from a cloud image") },
  { "images",  hostel_cli_cmd_images,  N_("List, fetch and remove the images to make machines from") },
  { "recipes", hostel_cli_cmd_recipes, N_("List the set-ups that machines can be made by") },
  { "console", hostel_cli_cmd_console, N_("Join this terminal with a machine’s console") },
  { "ssh",     hostel_cli_cmd_ssh,     N_("Log in to a machine, or run a command in it") },
  { "user-data", hostel_cli_cmd_user_data, N_("Show a machine’s user-data, or apply another one") },
  { "start",   hostel_cli_cmd_verb,    N_("Start a machine") },
  { "shutdown", hostel_cli_cmd_verb,   N_("Ask a machine to shut down") },
  { "reboot",  hostel_cli_cmd_verb,    N_("Ask a machine to reboot") },
  { "force-off", hostel_cli_cmd_verb,  N_("Turn a machine off at once, as if its plug were pulled") },
  { "pause",   hostel_cli_cmd_verb,    N_("Halt a machine where it is") },
  { "resume",  hostel_cli_cmd_verb,    N_("Let a paused machine go on") },
  { "save",    hostel_cli_cmd_verb,    N_("Save a machine’s memory and turn it off, to go on from there") },
  { "show",    hostel_cli_cmd_show,    N_("Show what a machine has, now and from its next start on") },
  { "set",     hostel_cli_cmd_set,     N_("Change a machine’s memory, vCPUs, title, notes or autostart") },
  { "attach",  hostel_cli_cmd_attach,  N_("Give a machine a disk, a drive for discs or a network card") },
  { "detach",  hostel_cli_cmd_detach,  N_("Take a device out of a machine") },
  { "change",  hostel_cli_cmd_change,  N_("Change a disc, a network card’s cable or its network") },
  { "rename",  hostel_cli_cmd_rename,  N_("Give a machine another name") },
  { "grow",    hostel_cli_cmd_grow,    N_("Make a machine’s disk larger") },
  { "snapshot", hostel_cli_cmd_snapshot, N_("Keep a machine’s state, and go back to it") },
  { "clone",   hostel_cli_cmd_clone,   N_("Make another machine of one that is off") },
  { "delete",  hostel_cli_cmd_delete,  N_("Delete a machine with its disks") },
};

static char *
dup_description (void)
{
  GString *text = g_string_new (_("Commands:"));
  guint i;

  for (i = 0; i < G_N_ELEMENTS (commands); i++)
    g_string_append_printf (text, "\n  %-9s %s", commands[i].name, _(commands[i].summary));

  g_string_append_printf (text, "\n\n%s\n", _("“hostel-cli COMMAND --help” tells the options of one. "
                                            "Exit status: 0 done, 1 failed, 2 wrong usage, 3 this "
                                            "computer lacks something that is needed."));

  return g_string_free (text, FALSE);
}

static gboolean
parse_global (HostelCli   *cli,
              gboolean    *version,
              int         *argc,
              char      ***argv,
              GError     **error)
{
  g_autoptr (GOptionContext) context = g_option_context_new (_("COMMAND [OPTION…]"));
  g_autofree char *description = dup_description ();
  const GOptionEntry entries[] = {
    { "connect", 'c', 0, G_OPTION_ARG_STRING, &cli->uri, N_("Use this libvirt connection"),
      N_("URI") },
    { "version", 0, 0, G_OPTION_ARG_NONE, version, N_("Print the version"), NULL },
    { NULL }
  };

  g_option_context_set_summary (context, _("Virtual machines from cloud images."));
  g_option_context_set_description (context, description);
  g_option_context_add_main_entries (context, entries, GETTEXT_PACKAGE);
  /* What follows the command is the command's. */
  g_option_context_set_strict_posix (context, TRUE);

  return g_option_context_parse (context, argc, argv, error);
}

static int
run_command (HostelCli  *cli,
             int         argc,
             char      **argv)
{
  guint i;

  for (i = 0; i < G_N_ELEMENTS (commands); i++)
    if (g_str_equal (commands[i].name, argv[0]))
      return commands[i].run (cli, argc, argv);

  return hostel_cli_usage_error (_("There is no command “%s”."), argv[0]);
}

int
main (int    argc,
      char **argv)
{
  HostelCli cli = { 0 };
  g_autoptr (GError) error = NULL;
  gboolean version = FALSE;
  int status;

  setlocale (LC_ALL, "");
  bindtextdomain (GETTEXT_PACKAGE, LOCALE_DIR);
  bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
  textdomain (GETTEXT_PACKAGE);
  g_set_prgname ("hostel-cli");

  hostel_cli_print_init ();
  /* A connection that the daemon dropped would end the program. */
  signal (SIGPIPE, SIG_IGN);
  hostel_virt_init ();
  hostel_port_forward_keep ();

  if (!parse_global (&cli, &version, &argc, &argv, &error))
    status = hostel_cli_usage_error ("%s", error->message);
  else if (cli.uri && *cli.uri == '\0')
    status = hostel_cli_usage_error (_("The URI of --connect is empty."));
  else if (version)
    {
      g_print ("hostel-cli %s\n", PACKAGE_VERSION);
      status = HOSTEL_CLI_DONE;
    }
  else if (argc < 2)
    status = hostel_cli_usage_error (_("No command was given."));
  else
    status = run_command (&cli, argc - 1, argv + 1);

  g_free (cli.uri);
  hostel_connection_wait_closed ();

  return status;
}
