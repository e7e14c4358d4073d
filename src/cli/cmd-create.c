/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "hostel-cli"

#include "config.h"

#include <string.h>

#include <glib/gi18n.h>

#include "create-options.h"
#include "create-progress.h"
#include "create-wait.h"
#include "hostel-cli.h"
#include "hostel-create-job.h"
#include "hostel-domain-xml.h"
#include "hostel-own-key.h"
#include "print.h"

static void
print_warnings (HostelMachineSpec *spec,
                HostelHostFacts   *facts)
{
  HostelMachineLimits limits;
  g_auto (GStrv) warnings = NULL;
  const char *reason = hostel_host_facts_get_kvm_reason (facts);

  hostel_host_facts_get_limits (facts, &limits);
  warnings = hostel_machine_spec_dup_warnings (spec, &limits);
  for (guint i = 0; warnings != NULL && warnings[i] != NULL; i++)
    g_printerr (_("Note: %s\n"), warnings[i]);
  if (*reason != '\0')
    g_printerr (_("Note: %s\n"), reason);
}

/* Between the host's check and the first thing that is made. */
static void
on_facts_cb (HostelCreateJob   *job,
             GParamSpec        *pspec,
             HostelMachineSpec *spec)
{
  g_autoptr (HostelHostFacts) facts = NULL;

  g_object_get (job, "facts", &facts, NULL);
  if (facts != NULL)
    print_warnings (spec, facts);
}

static HostelHostFacts *
load_facts (HostelConnection  *connection,
            GError           **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  hostel_host_facts_load_async (connection, NULL, hostel_cli_take_result, &result);

  return hostel_host_facts_load_finish (connection, hostel_cli_wait (&result), error);
}

static int
dry_run (HostelCreateOptions *options,
         HostelConnection    *connection,
         HostelMachineSpec   *spec)
{
  g_auto (GStrv) names = hostel_connection_dup_names (connection);
  g_autoptr (GError) error = NULL;
  g_autoptr (HostelHostFacts) facts = load_facts (connection, &error);
  g_autofree char *xml = NULL;
  g_autoptr (GBytes) user_data = NULL;
  HostelMachineLimits limits;

  if (facts == NULL)
    return hostel_cli_fail (error);

  hostel_create_options_set_login_key (options, spec);
  hostel_host_facts_get_limits (facts, &limits);
  limits.taken_names = (const char * const *) names;
  hostel_machine_spec_apply_host (spec, &limits);
  if (!hostel_machine_spec_validate (spec, &limits, &error) ||
      !(xml = hostel_domain_xml_build (spec, facts, NULL, &error)) ||
      !(user_data = hostel_machine_spec_dup_seed_user_data (spec, &error)))
    return hostel_cli_fail (error);

  print_warnings (spec, facts);
  hostel_cli_print_data (xml, strlen (xml));
  hostel_cli_print_data ("\n", 1);
  hostel_cli_print_data (g_bytes_get_data (user_data, NULL), g_bytes_get_size (user_data));

  return HOSTEL_CLI_DONE;
}

/* What creates that were killed have left; it fails for nobody. */
static void
clean_up (HostelConnection *connection)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  hostel_create_clean_up_async (connection, hostel_cli_take_result, &result);
  if (!hostel_create_clean_up_finish (connection, hostel_cli_wait (&result), &error))
    g_debug ("%s", error->message);
}

static HostelDomain *
run_job (HostelCreateOptions  *options,
         HostelConnection     *connection,
         HostelMachineSpec    *spec,
         GCancellable         *cancellable,
         GError              **error)
{
  g_autoptr (HostelCreateJob) job = hostel_create_job_new (connection, spec);
  g_autoptr (HostelCreateProgress) progress = hostel_create_progress_new (job);
  g_autoptr (GAsyncResult) result = NULL;

  hostel_create_job_set_start_network (job, options->start_network);
  g_signal_connect (job, "notify::facts", G_CALLBACK (on_facts_cb), spec);
  hostel_create_job_run_async (job, cancellable, hostel_cli_take_result, &result);

  return hostel_create_job_run_finish (job, hostel_cli_wait (&result), error);
}

static void
tell_way_in (HostelMachineSpec *spec)
{
  g_autofree char *way_in = hostel_machine_spec_dup_way_in (spec);

  if (!hostel_machine_spec_is_installation (spec))
    g_printerr ("%s\n", way_in);
}

/* Hostel's own key is made with the first machine: one that will be refused makes none. */
static void
prepare_login_key (HostelCreateOptions *options,
                   HostelConnection    *connection,
                   HostelMachineSpec   *spec)
{
  g_autofree char *key = hostel_own_key_read ();
  g_autoptr (HostelHostFacts) facts = NULL;
  g_autofree char *xml = NULL;
  HostelMachineLimits limits;

  if (key == NULL && !options->no_hostel_key)
    {
      if ((facts = load_facts (connection, NULL)) == NULL)
        return;
      hostel_host_facts_get_limits (facts, &limits);
      hostel_machine_spec_apply_host (spec, &limits);
      if (!hostel_machine_spec_validate (spec, &limits, NULL) ||
          (xml = hostel_domain_xml_build (spec, facts, NULL, NULL)) == NULL)
        return;
    }

  hostel_create_options_set_login_key (options, spec);
}

static int
create (HostelCreateOptions *options,
        HostelConnection    *connection,
        HostelMachineSpec   *spec)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (HostelDomain) domain = NULL;
  g_autoptr (GError) error = NULL;

  clean_up (connection);

  hostel_cli_cancel_by_signals (cancellable);

  prepare_login_key (options, connection, spec);
  domain = run_job (options, connection, spec, cancellable, &error);
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    {
      g_printerr (_("Cancelled; nothing is left behind.\n"));
      return HOSTEL_CLI_FAILED;
    }
  if (domain == NULL)
    return hostel_cli_fail (error);

  if (options->wait)
    return hostel_create_wait (domain, cancellable, options->timeout_seconds);

  tell_way_in (spec);
  g_print (options->no_start ? _("%s is created.\n") : _("%s is running.\n"),
           hostel_domain_get_name (domain));

  return HOSTEL_CLI_DONE;
}

/**
 * hostel_cli_cmd_create:
 * @cli: what stood before the command
 * @argc: the number of arguments
 * @argv: (array length=argc): the arguments, the command's name in front
 *
 * Creates a machine on --connect's URI, or on the first of the default ones.
 *
 * Returns: an exit status
 */
int
hostel_cli_cmd_create (HostelCli  *cli,
                       int         argc,
                       char      **argv)
{
  g_auto (HostelCreateOptions) options = { 0 };
  g_autoptr (HostelMachineSpec) spec = NULL;
  g_autoptr (HostelConnection) connection = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *uri = NULL;
  int status = hostel_create_options_parse (&options, cli, argc, argv);

  if (status >= 0)
    return status;

  if ((spec = hostel_create_options_make_spec (&options, &error)) == NULL)
    return hostel_cli_fail (error);

  uri = hostel_cli_dup_uri (cli);
  if ((connection = hostel_cli_connect (uri, &error)) == NULL)
    return hostel_cli_fail (error);

  status = options.dry_run ? dry_run (&options, connection, spec) : create (&options, connection, spec);
  hostel_connection_close (connection);

  return status;
}
