/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <signal.h>
#include <sys/wait.h>

#include "create-fixture.h"
#include "hostel-error.h"
#include "hostel-port-forward-keep.h"
#include "wait.h"

static CreateFixture *fixture;

static guint
get_port (const char *uuid)
{
  g_autofree char *xml = create_fixture_virsh (fixture, "dumpxml %s", uuid);
  const char *port = strstr (xml, "ssh-port=\"");

  return port ? atoi (port + strlen ("ssh-port=\"")) : 0;
}

/* Somebody listens on that port of this computer: QEMU, for the guest. */
static gboolean
is_open (guint port)
{
  g_autoptr (GSocketClient) client = g_socket_client_new ();
  g_autoptr (GSocketConnection) connection = NULL;

  connection = g_socket_client_connect_to_host (client, "127.0.0.1", port, NULL, NULL);

  return connection != NULL;
}

static HostelDomain *
create (HostelMachineSpec *spec)
{
  g_autoptr (GError) error = NULL;
  HostelDomain *domain = create_fixture_create (fixture, spec, NULL, &error);

  g_assert_no_error (error);

  return domain;
}

static void
test_forward (void)
{
  g_autoptr (HostelMachineSpec) spec = create_fixture_new_spec (fixture, "forward");
  const char *uuid = hostel_machine_spec_get_uuid (spec);
  g_autoptr (HostelDomain) domain = NULL;
  g_auto (GStrv) left = NULL;
  guint port;

  /* A session has no other network. */
  hostel_machine_spec_set_network (spec, HOSTEL_NETWORK_KIND_AUTOMATIC, NULL);
  domain = create (spec);
  g_assert_true (create_fixture_is_running (fixture, uuid));
  port = get_port (uuid);
  g_assert_cmpuint (port, >, 1024);
  g_assert_true (is_open (port));

  /* QEMU forgets it; by whom it is started again does not matter. */
  g_free (create_fixture_virsh (fixture, "destroy %s", uuid));
  g_assert_false (is_open (port));
  g_free (create_fixture_virsh (fixture, "start %s", uuid));
  ASSERT_WITHIN (is_open (port), 10000);

  create_fixture_delete (fixture, domain, TRUE);
  left = create_fixture_list (fixture, "");
  g_assert_cmpuint (g_strv_length (left), ==, 0);
}

/* Another program has taken the port while the machine was off. */
static void
test_port_taken (void)
{
  g_autoptr (HostelMachineSpec) spec = create_fixture_new_spec (fixture, "taken");
  const char *uuid = hostel_machine_spec_get_uuid (spec);
  g_autoptr (GSocketListener) listener = g_socket_listener_new ();
  g_autoptr (HostelDomain) domain = NULL;
  g_autoptr (GError) error = NULL;
  guint port;

  hostel_machine_spec_set_network (spec, HOSTEL_NETWORK_KIND_AUTOMATIC, NULL);
  g_object_set (spec, "start", FALSE, NULL);
  domain = create (spec);
  port = get_port (uuid);
  g_assert_true (g_socket_listener_add_inet_port (listener, port, NULL, &error));

  g_free (create_fixture_virsh (fixture, "start %s", uuid));
  ASSERT_WITHIN (get_port (uuid) != port, 10000);
  g_assert_true (is_open (get_port (uuid)));

  create_fixture_delete (fixture, domain, TRUE);
}

/* The pool that a fresh user has not got yet. */
static void
test_default_pool (void)
{
  g_autoptr (HostelMachineSpec) spec = create_fixture_new_spec (fixture, "pool");
  g_autofree char *path = g_build_filename (g_get_user_data_dir (), "libvirt", "images", NULL);
  g_autoptr (HostelDomain) domain = NULL;
  g_autofree char *info = NULL;
  g_autofree char *xml = NULL;

  g_object_set (spec, "pool", "", "start", FALSE, NULL);
  domain = create (spec);
  xml = create_fixture_virsh (fixture, "dumpxml %s", hostel_machine_spec_get_uuid (spec));
  g_assert_nonnull (strstr (xml, path));
  info = create_fixture_virsh (fixture, "pool-info default");
  g_assert_nonnull (strstr (info, "running"));

  create_fixture_delete (fixture, domain, TRUE);
}

static void
test_killed (void)
{
  const CreateStop stop = { HOSTEL_CREATE_STEP_SEED, 0, SIGKILL };
  g_autofree char *uuid = NULL;
  g_auto (GStrv) left = NULL;
  GPid pid = create_fixture_spawn (fixture, "killed", &stop, &uuid);

  g_assert_true (WIFSIGNALED (create_fixture_wait (pid, 0)));
  g_assert_cmpuint (create_fixture_count_journals (), ==, 1);
  g_usleep (200 * 1000);
  create_fixture_clean_up (fixture);
  left = create_fixture_list (fixture, uuid);
  g_assert_cmpuint (g_strv_length (left), ==, 0);
  g_assert_cmpuint (create_fixture_count_journals (), ==, 0);
}

int
main (int    argc,
      char **argv)
{
  int status;

  create_fixture_main (&argc, &argv);
  g_test_init (&argc, &argv, NULL);

  if ((fixture = create_fixture_new ()) == NULL)
    {
      g_print ("1..0 # SKIP no libvirt daemon can be reached\n");
      return 0;
    }

  hostel_port_forward_keep ();

  g_test_add_func ("/create-session/forward", test_forward);
  g_test_add_func ("/create-session/port-taken", test_port_taken);
  g_test_add_func ("/create-session/default-pool", test_default_pool);
  g_test_add_func ("/create-session/killed", test_killed);

  status = g_test_run ();
  create_fixture_free (fixture);

  return status;
}
