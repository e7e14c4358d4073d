/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <signal.h>

#include "connection-fixture.h"
#include "hostel-error.h"
#include "private-daemon.h"
#include "whole-stacks.h"

static GError *
try_verb (HostelDomain     *domain,
          HostelDomainVerb  verb)
{
  Outcome outcome = { 0 };

  hostel_domain_run_verb_async (domain, verb, on_verb_done, &outcome);
  ASSERT_WITHIN (outcome.done, 20000);

  return outcome.error;
}

static void
run_verb (HostelDomain      *domain,
          HostelDomainVerb   verb,
          HostelDomainState  state)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (hostel_domain_can (domain, verb));
  error = try_verb (domain, verb);
  g_assert_no_error (error);
  ASSERT_WITHIN (hostel_domain_get_state (domain) == state, 1000);
}

static void
on_details (GObject      *object,
            GAsyncResult *result,
            gpointer      user_data)
{
  Outcome *outcome = user_data;

  hostel_domain_load_details_finish (HOSTEL_DOMAIN (object), result, &outcome->error);
  outcome->done = TRUE;
}

static void
load_details (HostelDomain *domain)
{
  Outcome outcome = { 0 };

  hostel_domain_load_details_async (domain, NULL, on_details, &outcome);
  ASSERT_WITHIN (outcome.done, 20000);
  g_assert_no_error (outcome.error);
}

static void
on_xml (GObject      *object,
        GAsyncResult *result,
        gpointer      user_data)
{
  char **xml = user_data;
  g_autoptr (GError) error = NULL;

  *xml = hostel_domain_dup_xml_finish (HOSTEL_DOMAIN (object), result, &error);
  g_assert_no_error (error);
}

/* Which verbs may be offered, one letter each, in the order of the enumeration. */
static void
assert_can (HostelDomain *domain,
            const char   *expected)
{
  const char letters[] = "srbpuSf";
  g_autoptr (GString) can = g_string_new (NULL);

  for (guint verb = 0; verb < strlen (letters); verb++)
    if (hostel_domain_can (domain, verb))
      g_string_append_c (can, letters[verb]);

  g_assert_cmpstr (can->str, ==, expected);
}

static void
test_verbs (void)
{
  g_autoptr (HostelConnection) connection = open_connection ("test:///default");
  HostelDomain *domain = hostel_connection_lookup_name (connection, "test");

  assert_can (domain, "rbpSf");
  run_verb (domain, HOSTEL_DOMAIN_VERB_PAUSE, HOSTEL_DOMAIN_STATE_PAUSED);
  assert_can (domain, "uSf");
  run_verb (domain, HOSTEL_DOMAIN_VERB_RESUME, HOSTEL_DOMAIN_STATE_RUNNING);
  run_verb (domain, HOSTEL_DOMAIN_VERB_REBOOT, HOSTEL_DOMAIN_STATE_RUNNING);
  run_verb (domain, HOSTEL_DOMAIN_VERB_SAVE, HOSTEL_DOMAIN_STATE_SAVED);
  assert_can (domain, "s");
  run_verb (domain, HOSTEL_DOMAIN_VERB_START, HOSTEL_DOMAIN_STATE_RUNNING);
  run_verb (domain, HOSTEL_DOMAIN_VERB_SHUT_DOWN, HOSTEL_DOMAIN_STATE_OFF);
  assert_can (domain, "s");
  g_assert_false (hostel_domain_is_active (domain));
  run_verb (domain, HOSTEL_DOMAIN_VERB_START, HOSTEL_DOMAIN_STATE_RUNNING);
  run_verb (domain, HOSTEL_DOMAIN_VERB_FORCE_OFF, HOSTEL_DOMAIN_STATE_OFF);

  /* As it was found: the next test may share it. */
  run_verb (domain, HOSTEL_DOMAIN_VERB_START, HOSTEL_DOMAIN_STATE_RUNNING);
  hostel_connection_close (connection);
}

/* The machine, the cause and what to do; libvirt's own words are not the headline. */
static void
test_verb_errors (void)
{
  g_autoptr (HostelConnection) connection = open_connection ("test:///default");
  g_autoptr (HostelDomain) domain = NULL;
  g_autoptr (GError) error = NULL;

  domain = g_object_ref (hostel_connection_lookup_name (connection, "test"));
  error = try_verb (domain, HOSTEL_DOMAIN_VERB_START);
  g_assert_error (error, HOSTEL_ERROR, HOSTEL_ERROR_WRONG_STATE);
  g_assert_cmpstr (error->message, ==, "“test” could not be started.");
  g_assert_nonnull (hostel_error_get_remedy (error));
  g_assert_nonnull (hostel_error_get_details (error));
  g_clear_error (&error);

  /* Still held by somebody when its connection is gone */
  hostel_connection_close (connection);
  error = try_verb (domain, HOSTEL_DOMAIN_VERB_FORCE_OFF);
  g_assert_error (error, HOSTEL_ERROR, HOSTEL_ERROR_DISCONNECTED);
  g_clear_error (&error);
  g_clear_object (&connection);
  ASSERT_WITHIN (hostel_domain_get_connection (domain) == NULL, 1000);
  error = try_verb (domain, HOSTEL_DOMAIN_VERB_FORCE_OFF);
  g_assert_error (error, HOSTEL_ERROR, HOSTEL_ERROR_DISCONNECTED);
}

static void
test_words (void)
{
  g_assert_cmpstr (hostel_domain_state_to_id (HOSTEL_DOMAIN_STATE_SHUTTING_DOWN), ==,
                   "shutting-down");
  g_assert_cmpstr (hostel_domain_state_to_label (HOSTEL_DOMAIN_STATE_SHUTTING_DOWN), ==,
                   "shutting down");
}

static gboolean
skip_without (PrivateDaemon *daemon)
{
  if (daemon == NULL)
    g_test_skip ("there is no libvirtd here");

  return daemon == NULL;
}

static void
define (PrivateDaemon *daemon,
        const char    *uri,
        const char    *xml)
{
  g_autofree char *path = g_build_filename (private_daemon_get_dir (daemon), "domain.xml", NULL);
  g_autofree char *command = g_strconcat ("define ", path, NULL);
  g_autoptr (GError) error = NULL;

  g_file_set_contents (path, xml, -1, &error);
  g_assert_no_error (error);
  private_daemon_virsh (daemon, uri, command);
}

#define DETAILS_XML \
  "<domain type='test'><name>web1</name>" \
  "<title> The web\tserver  </title><description>first\nsecond</description>" \
  "<metadata>" \
  "<libosinfo:libosinfo xmlns:libosinfo='http://libosinfo.org/xmlns/libvirt/domain/1.0'>" \
  "<libosinfo:os id='http://debian.org/debian/11'/></libosinfo:libosinfo>" \
  "<hostel:machine xmlns:hostel='https://hostel.github.io/xmlns/domain/1.0' user='alice'/>" \
  "</metadata>" \
  "<memory unit='MiB'>768</memory><vcpu current='2'>4</vcpu><os><type>hvm</type></os>" \
  "<devices>" \
  "<interface type='network'><source network='default'/></interface>" \
  "<serial type='pty'/><serial type='file'><source path='/dev/null'/></serial>" \
  "<console type='pty'><target type='serial' port='0'/></console>" \
  "<console type='pty'><target type='virtio' port='1'/></console>" \
  "</devices></domain>"

#define HOST_KEY \
  "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIMqXgRLKG73K+sIxs5oj3E2nhu/4FHxOcrmAd4Wv7ki7"

/* The test driver gives running machines addresses of its network. */
static void
test_details (void)
{
  g_autoptr (PrivateDaemon) daemon = private_daemon_new ();
  g_autoptr (HostelConnection) connection = NULL;
  g_autofree char *uri = NULL;
  g_autofree char *command = NULL;
  g_autofree char *command_with_key = NULL;
  g_autofree char *known_hosts = NULL;
  g_autofree char *known = NULL;
  g_autofree char *line = NULL;
  g_autofree char *xml = NULL;
  HostelDomain *domain;
  const char * const consoles[] = { "serial0", "console1", NULL };

  if (skip_without (daemon))
    return;

  uri = private_daemon_dup_uri (daemon, "test", "/default");
  connection = open_connection (uri);
  define (daemon, uri, DETAILS_XML);
  ASSERT_WITHIN ((domain = hostel_connection_lookup_name (connection, "web1")), 1000);

  g_assert_cmpstr (hostel_domain_get_os_name (domain), ==, "");
  g_assert_cmpuint (g_strv_length ((GStrv) hostel_domain_get_consoles (domain)), ==, 0);
  load_details (domain);
  g_assert_cmpstr (hostel_domain_get_os_name (domain), ==, "Debian 11");
  g_assert_cmpstr (hostel_domain_get_title (domain), ==, "The web\\u0009server");
  g_assert_cmpstr (hostel_domain_get_notes (domain), ==, "first\nsecond");
  g_assert_cmpuint (hostel_domain_get_memory (domain), ==, 768);
  g_assert_cmpuint (hostel_domain_get_vcpus (domain), ==, 2);
  g_assert_cmpstrv (hostel_domain_get_consoles (domain), consoles);
  g_assert_cmpstr (hostel_domain_get_address (domain), ==, "");
  g_assert_cmpstr (hostel_domain_get_ssh_command (domain), ==, "");

  hostel_domain_dup_xml_async (domain, on_xml, &xml);
  ASSERT_WITHIN (xml, 1000);
  g_assert_nonnull (strstr (xml, "<name>web1</name>"));

  /* From now on they are kept true by the events. */
  private_daemon_virsh (daemon, uri, "start web1");
  ASSERT_WITHIN (*hostel_domain_get_address (domain), 1000);
  g_assert_true (g_str_has_prefix (hostel_domain_get_address (domain), "192.168.122."));
  command = g_strconcat ("ssh -- alice@", hostel_domain_get_address (domain), NULL);
  g_assert_cmpstr (hostel_domain_get_ssh_command (domain), ==, command);

  private_daemon_virsh (daemon, uri,
                        "metadata web1 https://hostel.github.io/xmlns/domain/1.0 --key hostel "
                        "--set '<machine user=\"bob\" ssh-port=\"2222\"/>'");
  ASSERT_WITHIN (g_str_equal (hostel_domain_get_ssh_command (domain),
                              "ssh -p 2222 -- bob@localhost"), 1000);
  g_assert_cmpstr (hostel_domain_get_ssh_label (domain), ==, "ssh -p 2222 bob@localhost");
  private_daemon_virsh (daemon, uri, "desc web1 --config --live --title 'Another title'");
  ASSERT_WITHIN (g_str_equal (hostel_domain_get_title (domain), "Another title"), 1000);

  /* A host key that is known: ssh is told where, and under which name. */
  command_with_key = g_strdup_printf ("ssh -o UserKnownHostsFile=%s/hostel/known_hosts "
                                      "-o HostKeyAlias=%s -p 2222 -- bob@localhost",
                                      g_get_user_data_dir (), hostel_domain_get_uuid (domain));
  private_daemon_virsh (daemon, uri,
                        "metadata web1 https://hostel.github.io/xmlns/domain/1.0 --key hostel "
                        "--set '<machine user=\"bob\" ssh-port=\"2222\" "
                        "ssh-host-key=\"" HOST_KEY "\"/>'");
  ASSERT_WITHIN (g_str_equal (hostel_domain_get_ssh_command (domain), command_with_key), 1000);
  known_hosts = g_build_filename (g_get_user_data_dir (), "hostel", "known_hosts", NULL);
  g_assert_true (g_file_get_contents (known_hosts, &known, NULL, NULL));
  line = g_strdup_printf ("%s " HOST_KEY "\n", hostel_domain_get_uuid (domain));
  g_assert_cmpstr (known, ==, line);

  private_daemon_virsh (daemon, uri, "destroy web1");
  ASSERT_WITHIN (*hostel_domain_get_address (domain) == '\0', 1000);

  hostel_connection_close (connection);
}

/* A machine of QEMU's that has nothing to boot from: enough for what libvirt says of it. */
#define QEMU_XML \
  "<domain type='qemu'><name>firmware</name><memory unit='MiB'>64</memory>" \
  "<os><type arch='x86_64' machine='pc'>hvm</type></os>" \
  "<on_crash>preserve</on_crash>" \
  "<devices>" \
  "<controller type='usb' model='none'/>" \
  "<serial type='pty'/>" \
  "<console type='pty'><target type='virtio'/></console>" \
  "<memballoon model='none'/>" \
  "</devices></domain>"

static gboolean
define_qemu (PrivateDaemon *daemon,
             const char    *uri)
{
  g_autofree char *program = g_find_program_in_path ("qemu-system-x86_64");

  if (program == NULL)
    {
      g_test_skip ("there is no QEMU for x86_64 here");
      return FALSE;
    }

  define (daemon, uri, QEMU_XML);

  return TRUE;
}

static void
test_qemu (void)
{
  g_autoptr (PrivateDaemon) daemon = private_daemon_new ();
  g_autoptr (HostelConnection) connection = NULL;
  g_autoptr (HostelDomain) domain = NULL;
  g_autofree char *uri = NULL;
  const char * const *consoles;

  if (skip_without (daemon))
    return;

  uri = private_daemon_dup_uri (daemon, "qemu", "/session");
  connection = open_connection (uri);
  g_assert_true (hostel_connection_is_session (connection));
  if (!define_qemu (daemon, uri))
    return;

  ASSERT_WITHIN (hostel_connection_lookup_name (connection, "firmware"), 1000);
  domain = g_object_ref (hostel_connection_lookup_name (connection, "firmware"));
  load_details (domain);
  consoles = hostel_domain_get_consoles (domain);
  g_assert_cmpuint (g_strv_length ((GStrv) consoles), ==, 2);
  g_assert_cmpstr (consoles[0], ==, "serial0");
  g_assert_cmpstr (consoles[1], ==, "console1");

  /* Off and on, the same names: libvirt's own aliases now */
  run_verb (domain, HOSTEL_DOMAIN_VERB_START, HOSTEL_DOMAIN_STATE_RUNNING);
  load_details (domain);
  consoles = hostel_domain_get_consoles (domain);
  g_assert_cmpuint (g_strv_length ((GStrv) consoles), ==, 2);
  g_assert_cmpstr (consoles[0], ==, "serial0");
  g_assert_cmpstr (consoles[1], ==, "console1");

  run_verb (domain, HOSTEL_DOMAIN_VERB_PAUSE, HOSTEL_DOMAIN_STATE_PAUSED);
  run_verb (domain, HOSTEL_DOMAIN_VERB_RESUME, HOSTEL_DOMAIN_STATE_RUNNING);
  run_verb (domain, HOSTEL_DOMAIN_VERB_SAVE, HOSTEL_DOMAIN_STATE_SAVED);
  run_verb (domain, HOSTEL_DOMAIN_VERB_START, HOSTEL_DOMAIN_STATE_RUNNING);

  /* The daemon goes, the machine stays. */
  private_daemon_kill (daemon);
  ASSERT_WITHIN (hostel_connection_get_state (connection) == HOSTEL_CONNECTION_STATE_LOST, 1000);
  private_daemon_start (daemon);
  ASSERT_WITHIN (hostel_connection_get_state (connection) == HOSTEL_CONNECTION_STATE_CONNECTED,
                 3000);
  g_assert_true (hostel_connection_lookup_name (connection, "firmware") == domain);
  g_assert_cmpint (hostel_domain_get_state (domain), ==, HOSTEL_DOMAIN_STATE_RUNNING);

  /* Unlike a pause, forcing off does not wait until the daemon has taken the machine up again. */
  run_verb (domain, HOSTEL_DOMAIN_VERB_PAUSE, HOSTEL_DOMAIN_STATE_PAUSED);
  run_verb (domain, HOSTEL_DOMAIN_VERB_FORCE_OFF, HOSTEL_DOMAIN_STATE_OFF);
  hostel_connection_close (connection);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);

  /* A daemon that dies while we write would end us; the programs do the same. */
  signal (SIGPIPE, SIG_IGN);

  g_test_add_func ("/domain/words", test_words);
  g_test_add_func ("/domain/verbs", test_verbs);
  g_test_add_func ("/domain/verb-errors", test_verb_errors);
  g_test_add_func ("/domain/details", test_details);
  g_test_add_func ("/domain/qemu", test_qemu);

  return g_test_run ();
}
