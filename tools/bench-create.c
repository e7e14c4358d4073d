/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How long a create takes from the press of Create until the machine runs: connected, with the image
 * looked at and the systems' list read, as the dialog is by then.
 * usage: bench-create URI NAME IMAGE; prints the seconds */

#include "config.h"

#include "hostel-create-job.h"
#include "hostel-virt.h"

static void
take_cb (GObject      *source,
         GAsyncResult *result,
         gpointer      user_data)
{
  GAsyncResult **place = user_data;

  *place = g_object_ref (result);
}

static GAsyncResult *
wait_for (GAsyncResult **result)
{
  while (*result == NULL)
    g_main_context_iteration (NULL, TRUE);

  return *result;
}

static HostelMachineSpec *
new_spec (const char  *name,
          const char  *path,
          GError     **error)
{
  g_autoptr (HostelMachineSpec) spec = hostel_machine_spec_new ();
  g_autoptr (HostelImage) image = hostel_image_new_from_path (path, error);
  g_autoptr (HostelCloudUser) user = hostel_cloud_user_new ("alice");
  HostelCloudConfig *config = hostel_machine_spec_get_cloud_config (spec);

  if (image == NULL)
    return NULL;

  hostel_machine_spec_set_name (spec, name);
  hostel_machine_spec_set_memory (spec, 512);
  hostel_machine_spec_set_image (spec, image);
  hostel_cloud_config_set_hostname (config, "bench");
  hostel_cloud_config_add_user (config, user);

  return g_steal_pointer (&spec);
}

int
main (int    argc,
      char **argv)
{
  g_autoptr (HostelConnection) connection = NULL;
  g_autoptr (HostelMachineSpec) spec = NULL;
  g_autoptr (HostelCreateJob) job = NULL;
  g_autoptr (HostelDomain) domain = NULL;
  g_autoptr (GAsyncResult) opened = NULL;
  g_autoptr (GAsyncResult) made = NULL;
  g_autoptr (GError) error = NULL;
  gint64 begin;

  if (argc != 4)
    return 2;

  hostel_virt_init ();
  connection = hostel_connection_new (argv[1]);
  hostel_connection_open_async (connection, NULL, take_cb, &opened);
  if (!hostel_connection_open_finish (connection, wait_for (&opened), &error) ||
      (spec = new_spec (argv[2], argv[3], &error)) == NULL)
    g_error ("%s", error->message);

  begin = g_get_monotonic_time ();
  job = hostel_create_job_new (connection, spec);
  hostel_create_job_run_async (job, NULL, take_cb, &made);
  domain = hostel_create_job_run_finish (job, wait_for (&made), &error);
  if (domain == NULL)
    g_error ("%s", error->message);
  g_print ("%.3f\n", (g_get_monotonic_time () - begin) / 1e6);
  hostel_connection_close (connection);

  return 0;
}
