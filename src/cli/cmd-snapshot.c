/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "hostel-cli"

#include "config.h"

#include <string.h>

#include <glib/gi18n.h>
#include <json-glib/json-glib.h>

#include "ask.h"
#include "hostel-cli.h"
#include "hostel-snapshot-job.h"
#include "hostel-snapshot-list.h"

typedef struct
{
  char    *note;  /* owned, nullable, as the next */
  char    *keep;
  gboolean yes;
  gboolean json;
} Options;

static void
options_clear (Options *self)
{
  g_free (self->note);
  g_free (self->keep);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Options, options_clear)

/* The two acts that a person is asked about. */
typedef struct
{
  void       (*look) (HostelDomain *domain, const char *name, GAsyncReadyCallback callback, gpointer user_data);
  const char  *question; /* for the machine's and the snapshot's name */
  const char  *needs_yes;
  const char  *left;
} Danger;

static const Danger go_back = {
  hostel_snapshot_look_back_async,
  N_("Take “%s” back to “%s”? [y/N]"),
  N_("Going back loses what is now: give --yes where nobody can be asked, and --keep-current NAME to keep it."),
  N_("Nothing was changed.\n"),
};

static const Danger deletion = {
  hostel_snapshot_look_delete_async,
  N_("“%s”: delete the snapshot “%s”? [y/N]"),
  N_("A deleted snapshot cannot be brought back: give --yes where nobody can be asked."),
  N_("Nothing was deleted.\n"),
};

static void
cancelled_cb (void)
{
  g_printerr (_("The host cannot stop in the middle of it; waiting for its end.\n"));
}

static void
add_string (JsonBuilder *builder,
            const char  *name,
            const char  *value)
{
  json_builder_set_member_name (builder, name);
  if (value != NULL)
    json_builder_add_string_value (builder, value);
  else
    json_builder_add_null_value (builder);
}

static void
add_snapshot (JsonBuilder          *builder,
              const HostelSnapshot *snapshot)
{
  g_autoptr (GDateTime) time = g_date_time_new_from_unix_utc (snapshot->created);
  g_autofree char *created = time != NULL ? g_date_time_format_iso8601 (time) : NULL;

  json_builder_begin_object (builder);
  add_string (builder, "name", snapshot->name);
  add_string (builder, "parent", snapshot->parent);
  json_builder_set_member_name (builder, "current");
  json_builder_add_boolean_value (builder, snapshot->current);
  add_string (builder, "state", snapshot->state);
  add_string (builder, "kind", snapshot->kind == HOSTEL_SNAPSHOT_INTERNAL ? "internal" : "external");
  json_builder_set_member_name (builder, "memory");
  json_builder_add_boolean_value (builder, snapshot->memory);
  add_string (builder, "created", created);
  add_string (builder, "note", snapshot->note);
  json_builder_end_object (builder);
}

static void
print_json (GPtrArray *snapshots)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autoptr (JsonNode) root = NULL;
  g_autofree char *json = NULL;

  json_builder_begin_array (builder);
  for (guint i = 0; i < snapshots->len; i++)
    add_snapshot (builder, snapshots->pdata[i]);
  json_builder_end_array (builder);
  root = json_builder_get_root (builder);
  json = json_to_string (root, TRUE);
  g_print ("%s\n", json);
}

static const char *
get_state (const HostelSnapshot *snapshot)
{
  return g_str_equal (snapshot->state, "running") ? _("running")
         : g_str_equal (snapshot->state, "paused") ? _("paused")
         : g_str_equal (snapshot->state, "off") ? _("off") : snapshot->state;
}

/* A stranger's name or note keeps to its line. */
static char *
dup_line (const char *text)
{
  return g_strdelimit (g_strdup (text), "\r\n\t", ' ');
}

static void
print_snapshot (const HostelSnapshot *snapshot,
                guint                 width)
{
  g_autoptr (GDateTime) time = g_date_time_new_from_unix_local (snapshot->created);
  g_autofree char *when = time != NULL ? g_date_time_format (time, "%Y-%m-%d %H:%M:%S") : g_strdup ("?");
  g_autofree char *kind = hostel_snapshot_dup_label (snapshot);
  g_autofree char *name = dup_line (snapshot->name);
  g_autofree char *note = dup_line (snapshot->note);
  guint used = 2 * snapshot->depth + (guint) g_utf8_strlen (name, -1);

  g_print ("%*s%s%*s  %s  %s (%s)%s%s\n", (int) (2 * snapshot->depth), "", name,
           (int) (width > used ? width - used : 0), "", when, kind, get_state (snapshot),
           *note != '\0' ? "  " : "", note);
  if (snapshot->current)
    g_print ("%*s%s\n", (int) (2 * snapshot->depth + 2), "", _("* you are here"));
}

static void
print_tree (HostelDomain *domain,
            GPtrArray    *snapshots)
{
  guint width = 0;

  if (snapshots->len == 0)
    g_print (_("“%s” has no snapshots.\n"), hostel_domain_get_name (domain));

  for (guint i = 0; i < snapshots->len; i++)
    {
      HostelSnapshot *snapshot = snapshots->pdata[i];

      width = MAX (width, 2 * snapshot->depth + (guint) g_utf8_strlen (snapshot->name, -1));
    }
  for (guint i = 0; i < snapshots->len; i++)
    print_snapshot (snapshots->pdata[i], MIN (width, 40));
}

static int
list (HostelDomain *domain,
      gboolean      json)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) snapshots = NULL;

  hostel_snapshot_list_async (domain, hostel_cli_take_result, &result);
  if ((snapshots = hostel_snapshot_list_finish (domain, hostel_cli_wait (&result), &error)) == NULL)
    return hostel_cli_fail (error);

  if (json)
    print_json (snapshots);
  else
    print_tree (domain, snapshots);

  return HOSTEL_CLI_DONE;
}

/* Takes what the act came to. */
static int
finish (HostelDomain  *domain,
        GAsyncResult **result)
{
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) told = hostel_snapshot_finish (domain, hostel_cli_wait (result), &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    {
      g_printerr (_("Cancelled; nothing was changed.\n"));
      return HOSTEL_CLI_FAILED;
    }
  if (told == NULL)
    return hostel_cli_fail (error);

  for (guint i = 0; told[i] != NULL; i++)
    g_print ("%s\n", told[i]);

  return HOSTEL_CLI_DONE;
}

/* What there is to lose is said in any case. */
static gboolean
confirm (HostelDomain  *domain,
         const char    *name,
         const Danger  *danger,
         const Options *options,
         int           *status)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autofree char *question = NULL;

  danger->look (domain, name, hostel_cli_take_result, &result);
  if ((*status = finish (domain, &result)) != HOSTEL_CLI_DONE)
    return FALSE;
  if (options->yes)
    return TRUE;
  if (!hostel_cli_can_ask ())
    {
      *status = hostel_cli_usage_error ("%s", _(danger->needs_yes));
      return FALSE;
    }

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
  question = g_strdup_printf (_(danger->question), hostel_domain_get_name (domain), name);
#pragma GCC diagnostic pop
  if (hostel_cli_ask (question))
    return TRUE;

  g_print ("%s", _(danger->left));
  *status = HOSTEL_CLI_FAILED;

  return FALSE;
}

static int
act (HostelDomain  *domain,
     const char    *verb,
     const char    *name,
     const Options *options)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GAsyncResult) result = NULL;
  int status;

  if (g_str_equal (verb, "revert") && !confirm (domain, name, &go_back, options, &status))
    return status;
  if (g_str_equal (verb, "delete") && !confirm (domain, name, &deletion, options, &status))
    return status;

  hostel_cli_cancel_by_signals (cancellable);
  g_signal_connect (cancellable, "cancelled", G_CALLBACK (cancelled_cb), NULL);
  if (g_str_equal (verb, "create"))
    hostel_snapshot_take_async (domain, name, options->note, cancellable, hostel_cli_take_result, &result);
  else if (g_str_equal (verb, "revert"))
    hostel_snapshot_go_back_async (domain, name, options->keep, cancellable, hostel_cli_take_result, &result);
  else
    hostel_snapshot_delete_async (domain, name, cancellable, hostel_cli_take_result, &result);

  return finish (domain, &result);
}

/* -1 where the words go together. */
static int
check (const Options *options,
       GStrv          words)
{
  guint n = words != NULL ? g_strv_length (words) : 0;
  const char *verb = n > 1 ? words[1] : NULL;
  gboolean create = g_strcmp0 (verb, "create") == 0;
  gboolean revert = g_strcmp0 (verb, "revert") == 0;

  if (n == 0)
    return hostel_cli_usage_error (_("Name one machine."));
  if (verb != NULL && !create && !revert && !g_str_equal (verb, "delete"))
    return hostel_cli_usage_error (_("Say “create”, “revert” or “delete”, not “%s”."), verb);
  if (n > 3)
    return hostel_cli_usage_error (_("“%s” is one argument too many."), words[3]);
  if (verb != NULL && !create && n != 3)
    return hostel_cli_usage_error (_("Name one snapshot."));
  if (options->note != NULL && !create)
    return hostel_cli_usage_error (_("A note is given when a snapshot is created."));
  if (options->keep != NULL && !revert)
    return hostel_cli_usage_error (_("What is now is kept when a machine goes back."));
  if (options->json && verb != NULL)
    return hostel_cli_usage_error (_("The list alone is printed as JSON."));

  return -1;
}

/**
 * hostel_cli_cmd_snapshot:
 * @cli: what stood before the command
 * @argc: the number of arguments
 * @argv: (array length=argc): the arguments, the command's name in front
 *
 * Shows a machine's snapshots, takes one, goes back to one, or deletes one.
 *
 * Returns: an exit status
 */
int
hostel_cli_cmd_snapshot (HostelCli  *cli,
                         int         argc,
                         char      **argv)
{
  g_auto (Options) options = { 0 };
  g_auto (GStrv) words = NULL;
  const GOptionEntry entries[] = {
    { "note", 0, 0, G_OPTION_ARG_STRING, &options.note, N_("create: a text to remember it by"), N_("TEXT") },
    { "keep-current", 0, 0, G_OPTION_ARG_STRING, &options.keep,
      N_("revert: first take a snapshot of what is now"), N_("SNAPSHOT") },
    { "yes", 'y', 0, G_OPTION_ARG_NONE, &options.yes, N_("Do not ask"), NULL },
    { "json", 0, 0, G_OPTION_ARG_NONE, &options.json, N_("Print the list as JSON"), NULL },
    { G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_STRING_ARRAY, &words, NULL,
      N_("NAME [create [SNAPSHOT] | revert SNAPSHOT | delete SNAPSHOT]") },
    { NULL }
  };
  g_autoptr (HostelConnection) connection = NULL;
  g_autoptr (HostelDomain) domain = NULL;
  g_autoptr (GError) error = NULL;
  int status =
    hostel_cli_parse (cli, argc, argv, entries, "",
                      _("Shows a machine’s snapshots as a tree, takes one, goes back to one, or deletes one.\n\n"
                        "A snapshot keeps the disks of a machine that is off, and disks and memory of one that is "
                        "on, within the disks’ own files: what they stand on is never written to. Going back loses "
                        "what is now, unless it is kept first, and turns the machine on or off as it was. Where a "
                        "machine cannot have one, the reason is told."));

  if (status >= 0 || (status = check (&options, words)) >= 0)
    return status;
  if ((domain = hostel_cli_find_domain (cli, words[0], &connection, &error)) == NULL)
    return hostel_cli_fail (error);

  status = words[1] != NULL ? act (domain, words[1], words[2], &options) : list (domain, options.json);
  hostel_connection_close (connection);

  return status;
}
