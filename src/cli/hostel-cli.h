/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "hostel-connection.h"

G_BEGIN_DECLS

/* The exit statuses are an interface of the program. */
enum
{
  HOSTEL_CLI_DONE = 0,
  HOSTEL_CLI_FAILED = 1,
  HOSTEL_CLI_USAGE = 2,
  HOSTEL_CLI_HOST_LACKS = 3,
};

/* What stands before the command on the command line. */
typedef struct
{
  char *uri; /* owned: --connect, NULL where not given */
} HostelCli;

/* argv[0] is the command's name; returns an exit status. To add a command: a file cmd-<name>.c with
 * this function, its declaration below, and a row in the table of main.c. */
typedef int (*HostelCliFunc) (HostelCli *cli, int argc, char **argv);

int hostel_cli_cmd_attach  (HostelCli *cli, int argc, char **argv);
int hostel_cli_cmd_change  (HostelCli *cli, int argc, char **argv);
int hostel_cli_cmd_check   (HostelCli *cli, int argc, char **argv);
int hostel_cli_cmd_clone   (HostelCli *cli, int argc, char **argv);
int hostel_cli_cmd_console (HostelCli *cli, int argc, char **argv);
int hostel_cli_cmd_create  (HostelCli *cli, int argc, char **argv);
int hostel_cli_cmd_delete  (HostelCli *cli, int argc, char **argv);
int hostel_cli_cmd_detach  (HostelCli *cli, int argc, char **argv);
int hostel_cli_cmd_grow    (HostelCli *cli, int argc, char **argv);
int hostel_cli_cmd_images  (HostelCli *cli, int argc, char **argv);
int hostel_cli_cmd_list    (HostelCli *cli, int argc, char **argv);
int hostel_cli_cmd_recipes (HostelCli *cli, int argc, char **argv);
int hostel_cli_cmd_rename  (HostelCli *cli, int argc, char **argv);
int hostel_cli_cmd_set     (HostelCli *cli, int argc, char **argv);
int hostel_cli_cmd_show    (HostelCli *cli, int argc, char **argv);
int hostel_cli_cmd_snapshot (HostelCli *cli, int argc, char **argv);
int hostel_cli_cmd_ssh     (HostelCli *cli, int argc, char **argv);
int hostel_cli_cmd_user_data (HostelCli *cli, int argc, char **argv);
/* "start", "shutdown", "reboot", "force-off", "pause", "resume", "save" */
int hostel_cli_cmd_verb    (HostelCli *cli, int argc, char **argv);

/* Parses the options of one command, --help and --connect among them. @usage is what follows the
 * command's name, "NAME" or ""; @entries may use G_OPTION_REMAINING, without it nothing may remain.
 * Returns -1 to go on, else the exit status. */
int                hostel_cli_parse       (HostelCli            *cli,
                                           int                   argc,
                                           char                **argv,
                                           const GOptionEntry   *entries,
                                           const char           *usage,
                                           const char           *summary);

/* Print one line on stderr and return the exit status that belongs to it. */
int                hostel_cli_fail        (const GError         *error);
int                hostel_cli_usage_error (const char           *format,
                                           ...) G_GNUC_PRINTF (1, 2);

/* A main loop until the callback was called, so that keepalive and events are served meanwhile:
 *   GAsyncResult *result = NULL;
 *   something_async (object, cancellable, hostel_cli_take_result, &result);
 *   something_finish (object, hostel_cli_wait (&result), &error); g_object_unref (result); */
void               hostel_cli_take_result (GObject              *source,
                                           GAsyncResult         *result,
                                           gpointer              user_data);
GAsyncResult      *hostel_cli_wait        (GAsyncResult        **result);
/* Instead of ending the program: what was made is undone first. */
void               hostel_cli_cancel_by_signals (GCancellable   *cancellable);

/* --connect's URI or the first of the default ones. */
char              *hostel_cli_dup_uri     (HostelCli            *cli);
HostelConnection  *hostel_cli_connect     (const char           *uri,
                                           GError              **error);
/* The machine of that name or UUID, on --connect's URI or on the first default one that has it; the
 * connection stays open as long as *@connection is held. */
HostelDomain      *hostel_cli_find_domain (HostelCli            *cli,
                                           const char           *name,
                                           HostelConnection    **connection,
                                           GError              **error);

G_END_DECLS
