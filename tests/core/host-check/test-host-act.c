/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <string.h>
#include <unistd.h>

#include <glib/gstdio.h>

#include "hostel-error.h"
#include "hostel-helper-request.h"
#include "hostel-host-act.h"

#define SYSTEMD "org.freedesktop.systemd1"
#define SYSTEMD_PATH "/org/freedesktop/systemd1"
#define PACKAGEKIT "org.freedesktop.PackageKit"
#define PACKAGEKIT_PATH "/org/freedesktop/PackageKit"
#define MOCK "org.freedesktop.DBus.Mock"

/* A private bus with a service of python-dbusmock's. */
typedef struct
{
  GTestDBus       *dbus;
  GDBusConnection *bus;
  GSubprocess     *mock;
  char            *log;
  const char      *name;
  const char      *path;
} Fixture;

static void
mock_call (Fixture    *self,
           const char *path,
           const char *method,
           GVariant   *parameters)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) reply =
    g_dbus_connection_call_sync (self->bus, self->name, path, MOCK, method, parameters, NULL,
                                 G_DBUS_CALL_FLAGS_NONE, 10000, NULL, &error);

  g_assert_no_error (error);
}

static void
add_method (Fixture    *self,
            const char *path,
            const char *interface,
            const char *method,
            const char *in,
            const char *out,
            const char *code)
{
  mock_call (self, path, "AddMethod", g_variant_new ("(sssss)", interface, method, in, out, code));
}

static void
appeared (GDBusConnection *bus,
          const char      *name,
          const char      *owner,
          gpointer         user_data)
{
  *(gboolean *) user_data = TRUE;
}

static void
wait_for_name (Fixture *self)
{
  gboolean there = FALSE;
  guint id = g_bus_watch_name_on_connection (self->bus, self->name, G_BUS_NAME_WATCHER_FLAGS_NONE,
                                             appeared, NULL, &there, NULL);

  while (!there)
    g_main_context_iteration (NULL, TRUE);
  g_bus_unwatch_name (id);
}

static void
set_up (Fixture    *self,
        const char *name,
        const char *path,
        const char *interface)
{
  g_autoptr (GError) error = NULL;
  int fd = g_file_open_tmp ("hostel-act-XXXXXX", &self->log, &error);

  g_assert_no_error (error);
  g_close (fd, NULL);
  self->name = name;
  self->path = path;
  self->dbus = g_test_dbus_new (G_TEST_DBUS_NONE);
  g_test_dbus_up (self->dbus);
  g_setenv ("DBUS_SYSTEM_BUS_ADDRESS", g_test_dbus_get_bus_address (self->dbus), TRUE);
  self->bus = g_dbus_connection_new_for_address_sync (
    g_test_dbus_get_bus_address (self->dbus),
    G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT | G_DBUS_CONNECTION_FLAGS_MESSAGE_BUS_CONNECTION,
    NULL, NULL, &error);
  g_assert_no_error (error);
  self->mock = g_subprocess_new (G_SUBPROCESS_FLAGS_NONE, &error, "/usr/bin/python3", "-m",
                                 "dbusmock", "--session", "-l", self->log, name, path, interface,
                                 NULL);
  g_assert_no_error (error);
  wait_for_name (self);
}

static void
tear_down (Fixture *self)
{
  g_dbus_connection_close_sync (self->bus, NULL, NULL);
  g_clear_object (&self->bus);
  g_subprocess_force_exit (self->mock);
  g_subprocess_wait (self->mock, NULL, NULL);
  g_clear_object (&self->mock);
  g_unsetenv ("DBUS_SYSTEM_BUS_ADDRESS");
  g_test_dbus_down (self->dbus);
  g_clear_object (&self->dbus);
  g_unlink (self->log);
  g_clear_pointer (&self->log, g_free);
}

/* The calls that came, without the times. */
static char *
dup_calls (Fixture *self)
{
  g_autofree char *text = NULL;
  g_auto (GStrv) lines = NULL;
  GString *calls = g_string_new (NULL);

  g_assert_true (g_file_get_contents (self->log, &text, NULL, NULL));
  lines = g_strsplit (text, "\n", -1);
  for (guint i = 0; lines[i]; i++)
    if (strchr (lines[i], ' ') != NULL && strstr (lines[i], " emit ") == NULL)
      g_string_append_printf (calls, "%s\n", strchr (lines[i], ' ') + 1);

  return g_string_free (calls, FALSE);
}

static void
add_systemd (Fixture    *self,
             const char *start)
{
  const char *manager = SYSTEMD ".Manager";

  set_up (self, SYSTEMD, SYSTEMD_PATH, manager);
  add_method (self, SYSTEMD_PATH, manager, "EnableUnitFiles", "asbb", "ba(sss)",
              "ret = (True, dbus.Array([], signature='(sss)'))");
  add_method (self, SYSTEMD_PATH, manager, "DisableUnitFiles", "asb", "a(sss)",
              "ret = dbus.Array([], signature='(sss)')");
  add_method (self, SYSTEMD_PATH, manager, "Reload", "", "", "");
  add_method (self, SYSTEMD_PATH, manager, "StopUnit", "ss", "o", "ret = '/job/1'");
  add_method (self, SYSTEMD_PATH, manager, "StartUnit", "ss", "o", start);
}

static HostelHostRemedy *
new_remedy (HostelHostRemedyKind  kind,
            const char           *first,
            const char           *second)
{
  const char *arguments[] = { first, second, NULL };

  return hostel_host_remedy_new (kind, "Do it.", "_Do", "sudo do it", arguments);
}

/* Enabled first, then started; undone the other way round. */
static void
test_units (void)
{
  Fixture fixture = { 0 };
  g_autoptr (HostelHostRemedy) remedy = new_remedy (HOSTEL_HOST_REMEDY_UNITS, "libvirtd.socket",
                                                    "virtlogd.socket");
  g_autoptr (HostelHostRemedy) undo = hostel_host_remedy_dup_undo (remedy);
  g_autoptr (GError) error = NULL;
  g_autofree char *calls = NULL;

  add_systemd (&fixture, "ret = '/job/1'");
  g_assert_true (hostel_host_act_on_bus (remedy, NULL, &error));
  g_assert_no_error (error);
  g_assert_true (hostel_host_act_on_bus (undo, NULL, &error));
  g_assert_no_error (error);

  calls = dup_calls (&fixture);
  g_assert_cmpstr (calls, ==,
                   "EnableUnitFiles [\"libvirtd.socket\", \"virtlogd.socket\"] False False\n"
                   "Reload\n"
                   "StartUnit \"libvirtd.socket\" \"replace\"\n"
                   "StartUnit \"virtlogd.socket\" \"replace\"\n"
                   "DisableUnitFiles [\"libvirtd.socket\", \"virtlogd.socket\"] False\n"
                   "Reload\n"
                   "StopUnit \"libvirtd.socket\" \"replace\"\n"
                   "StopUnit \"virtlogd.socket\" \"replace\"\n");
  tear_down (&fixture);
}

static void
assert_told (GError      *error,
             HostelError  code)
{
  g_assert_error (error, HOSTEL_ERROR, (int) code);
  g_assert_nonnull (strstr (hostel_error_get_remedy (error), "sudo do it"));
}

static void
test_refused (void)
{
  Fixture fixture = { 0 };
  g_autoptr (HostelHostRemedy) remedy = new_remedy (HOSTEL_HOST_REMEDY_UNITS, "libvirtd.socket",
                                                    NULL);
  g_autoptr (GError) error = NULL;

  add_systemd (&fixture, "raise dbus.exceptions.DBusException('no', name='org.freedesktop.DBus."
                         "Error.InteractiveAuthorizationRequired')");
  g_assert_false (hostel_host_act_on_bus (remedy, NULL, &error));
  assert_told (error, HOSTEL_ERROR_DENIED);
  tear_down (&fixture);
}

static void
test_silent (void)
{
  Fixture fixture = { 0 };
  g_autoptr (HostelHostRemedy) remedy = new_remedy (HOSTEL_HOST_REMEDY_UNITS, "libvirtd.socket",
                                                    NULL);
  g_autoptr (GError) error = NULL;
  int timeout = hostel_host_act_timeout;

  add_systemd (&fixture, "import time; time.sleep(30)");
  hostel_host_act_timeout = 2000;
  g_assert_false (hostel_host_act_on_bus (remedy, NULL, &error));
  hostel_host_act_timeout = timeout;
  assert_told (error, HOSTEL_ERROR_TIMED_OUT);
  tear_down (&fixture);
}

/* No bus at all, as in a container. */
static void
test_no_bus (void)
{
  g_autoptr (HostelHostRemedy) remedy = new_remedy (HOSTEL_HOST_REMEDY_UNITS, "libvirtd.socket",
                                                    NULL);
  g_autoptr (GError) error = NULL;

  g_setenv ("DBUS_SYSTEM_BUS_ADDRESS", "unix:path=/nonexistent/bus", TRUE);
  g_assert_false (hostel_host_act_on_bus (remedy, NULL, &error));
  g_unsetenv ("DBUS_SYSTEM_BUS_ADDRESS");
  assert_told (error, HOSTEL_ERROR_FAILED);
}

#define SIGNAL(name, signature, arguments) \
  "self.EmitSignal('" PACKAGEKIT ".Transaction', '" name "', '" signature "', " arguments ");"
#define FINISHED(exit) SIGNAL ("Finished", "uu", "[dbus.UInt32(" exit "), dbus.UInt32(5)]")

static void
add_packagekit (Fixture    *self,
                const char *resolve,
                const char *install)
{
  const char *transaction = PACKAGEKIT ".Transaction";

  set_up (self, PACKAGEKIT, PACKAGEKIT_PATH, PACKAGEKIT);
  mock_call (self, PACKAGEKIT_PATH, "AddObject",
             g_variant_new_parsed ("('/1_a', %s, @a{sv} {}, @a(ssss) [])", transaction));
  add_method (self, PACKAGEKIT_PATH, PACKAGEKIT, "CreateTransaction", "", "o", "ret = '/1_a'");
  add_method (self, "/1_a", transaction, "SetHints", "as", "", "");
  add_method (self, "/1_a", transaction, "Cancel", "", "", "");
  add_method (self, "/1_a", transaction, "Resolve", "tas", "", resolve);
  add_method (self, "/1_a", transaction, "InstallPackages", "tas", "", install);
}

static const char resolved[] =
  SIGNAL ("Package", "uss", "[dbus.UInt32(1), 'qemu-utils;7.2;amd64;installed', '']")
  SIGNAL ("Package", "uss", "[dbus.UInt32(2), 'swtpm;0.7;amd64;debian', '']")
  FINISHED ("1");

/* What is installed already is not asked for again. */
static void
test_packages (void)
{
  Fixture fixture = { 0 };
  g_autoptr (HostelHostRemedy) remedy = new_remedy (HOSTEL_HOST_REMEDY_PACKAGES, "qemu-utils",
                                                    "swtpm");
  g_autoptr (GError) error = NULL;
  g_autofree char *calls = NULL;

  add_packagekit (&fixture, resolved, FINISHED ("1"));
  g_assert_true (hostel_host_act_on_bus (remedy, NULL, &error));
  g_assert_no_error (error);
  g_assert_null (hostel_host_remedy_dup_undo (remedy));

  calls = dup_calls (&fixture);
  g_assert_cmpstr (calls, ==,
                   "CreateTransaction\n"
                   "SetHints [\"interactive=true\"]\n"
                   "Resolve 327680 [\"qemu-utils\", \"swtpm\"]\n"
                   "CreateTransaction\n"
                   "SetHints [\"interactive=true\"]\n"
                   "InstallPackages 2 [\"swtpm;0.7;amd64;debian\"]\n");
  tear_down (&fixture);
}

static void
test_packages_fail (void)
{
  const struct
  {
    const char  *resolve;
    const char  *install;
    HostelError  code;
    const char  *details;
  } cases[] = {
    { FINISHED ("1"), "", HOSTEL_ERROR_FAILED, "no package named" },
    { resolved, SIGNAL ("ErrorCode", "us", "[dbus.UInt32(48), 'not authorized']") FINISHED ("2"),
      HOSTEL_ERROR_DENIED, "not authorized" },
    { resolved, SIGNAL ("ErrorCode", "us", "[dbus.UInt32(2), 'no network']") FINISHED ("2"),
      HOSTEL_ERROR_FAILED, "no network" },
    { resolved, FINISHED ("2"), HOSTEL_ERROR_FAILED, "exit 2" },
    { resolved, "", HOSTEL_ERROR_TIMED_OUT, PACKAGEKIT },
  };
  int timeout = hostel_host_act_timeout;

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      Fixture fixture = { 0 };
      g_autoptr (HostelHostRemedy) remedy = new_remedy (HOSTEL_HOST_REMEDY_PACKAGES, "qemu-utils",
                                                        "swtpm");
      g_autoptr (GError) error = NULL;

      g_test_message ("%s", cases[i].details);
      add_packagekit (&fixture, cases[i].resolve, cases[i].install);
      hostel_host_act_timeout = cases[i].code == HOSTEL_ERROR_TIMED_OUT ? 3000 : timeout;
      g_assert_false (hostel_host_act_on_bus (remedy, NULL, &error));
      hostel_host_act_timeout = timeout;
      assert_told (error, cases[i].code);
      g_assert_nonnull (strstr (hostel_error_get_details (error), cases[i].details));
      tear_down (&fixture);
    }
}

/* In the place of pkexec: it writes down what it was given and leaves as it was told. */
static char *
write_pkexec (const char *directory,
              int         status)
{
  char *path = g_build_filename (directory, "pkexec", NULL);
  g_autofree char *text = g_strdup_printf ("#!/bin/sh\nprintf '%%s|' \"$@\" >\"${0%%/*}/given\"\n"
                                           "echo 'as I said' >&2\nexit %d\n", status);

  g_assert_true (g_file_set_contents (path, text, -1, NULL));
  g_assert_cmpint (g_chmod (path, 0700), ==, 0);

  return path;
}

static void
test_pkexec (void)
{
  g_autofree char *directory = g_dir_make_tmp ("hostel-pkexec-XXXXXX", NULL);
  g_autofree char *given = g_build_filename (directory, "given", NULL);
  g_autoptr (HostelHostRemedy) remedy = new_remedy (HOSTEL_HOST_REMEDY_HELPER, "join-group",
                                                    "libvirt; reboot");
  g_autoptr (HostelHostRemedy) undo = hostel_host_remedy_dup_undo (remedy);
  const int statuses[] = { 0, 126, 127, 1 };
  g_autofree char *path = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (statuses); i++)
    {
      g_autofree char *pkexec = write_pkexec (directory, statuses[i]);
      g_autofree char *text = NULL;
      g_autoptr (GError) error = NULL;

      g_assert_true (hostel_host_act_by_helper (remedy, pkexec, NULL, &error) == (statuses[i] == 0));
      if (statuses[i] == 126)
        g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
      else if (statuses[i] != 0)
        assert_told (error, statuses[i] == 127 ? HOSTEL_ERROR_DENIED : HOSTEL_ERROR_FAILED);
      g_assert_true (g_file_get_contents (given, &text, NULL, NULL));
      g_assert_cmpstr (text, ==, HELPER_PATH "|join-group|libvirt; reboot|");
      path = (g_free (path), g_steal_pointer (&pkexec));
    }
  g_assert_cmpstr (hostel_host_remedy_get_arguments (undo)[0], ==, "leave-group");

  g_unlink (given);
  g_unlink (path);
  g_rmdir (directory);
}

static gboolean
parse (const char          *verb,
       const char          *argument,
       const char          *variable,
       HostelHelperRequest *request)
{
  char *argv[] = { (char *) "hostel-helper", (char *) verb, (char *) argument, NULL };
  char *envp[] = { (char *) "PATH=/usr/bin", (char *) variable, NULL };

  return hostel_helper_parse (3, argv, envp, request);
}

static void
test_helper (void)
{
  HostelHelperRequest request = { 0 };
  const char * const refused[][3] = {
    { "join-group", "wheel", "PKEXEC_UID=1000" },
    { "join-group", "sudo", "PKEXEC_UID=1000" },
    { "join-group", "libvirt ", "PKEXEC_UID=1000" },
    { "join-group", "", "PKEXEC_UID=1000" },
    { "leave-group", "sudo", "PKEXEC_UID=1000" },
    { "load-module", "../evil", "PKEXEC_UID=1000" },
    { "load-module", "-r", "PKEXEC_UID=1000" },
    { "enable-nested", "kvm", "PKEXEC_UID=1000" },
    { "", "libvirt", "PKEXEC_UID=1000" },
    { "JOIN-GROUP", "libvirt", "PKEXEC_UID=1000" },
    { "join-group", "libvirt", "PKEXEC_UID=0" },
    { "join-group", "libvirt", "PKEXEC_UID=-1" },
    { "join-group", "libvirt", "PKEXEC_UID=" },
    { "join-group", "libvirt", "PKEXEC_UID=1000 " },
    { "join-group", "libvirt", "PKEXEC_UID=0x10" },
    { "join-group", "libvirt", "PKEXEC_UID=4294967295" },
    { "join-group", "libvirt", "PKEXEC_UID=99999999999999999999" },
    { "join-group", "libvirt", "PKEXEC_UID" },
    { "join-group", "libvirt", "LD_PRELOAD=/tmp/x.so" },
    { "join-group", "libvirt", "SUDO_UID=1000" },
    { "join-group", "libvirt", NULL },
  };

  g_assert_true (parse ("join-group", "libvirt", "PKEXEC_UID=1000", &request));
  g_assert_cmpint (request.verb, ==, HOSTEL_HELPER_JOIN_GROUP);
  g_assert_cmpstr (request.argument, ==, "libvirt");
  g_assert_cmpuint (request.uid, ==, 1000);
  g_assert_true (parse ("load-module", "tun", "PKEXEC_UID=4294967294", &request));
  g_assert_true (parse ("disable-nested", "kvm_amd", "PKEXEC_UID=1000", &request));

  for (guint i = 0; i < G_N_ELEMENTS (refused); i++)
    if (parse (refused[i][0], refused[i][1], refused[i][2], &request))
      g_error ("“%s %s” with %s was taken", refused[i][0], refused[i][1], refused[i][2]);
}

static char *
mutate (const char *word)
{
  char *text = g_strdup (word);
  gsize length = strlen (text);
  gsize at = length ? (gsize) g_test_rand_int_range (0, (int) length) : 0;

  switch (g_test_rand_int_range (0, 5))
    {
    case 0: /* as it is */
      break;
    case 1:
      text[at] = length ? (char) g_test_rand_int_range (1, 128) : '\0';
      break;
    case 2:
      text[at] = '\0';
      break;
    case 3:
      text = (g_free (text), g_strconcat (word, word + at, NULL));
      break;
    default:
      text = (g_free (text), g_strdup_printf ("%c%s", g_test_rand_int_range (1, 128), word));
    }

  return text;
}

/* Whatever it is given, what it takes is on the list: never a string of the caller's. */
static void
test_helper_fuzzed (void)
{
  static const char * const verbs[] = { "join-group", "leave-group", "load-module", "forget-module",
                                        "enable-nested", "disable-nested", NULL };
  static const char * const words[] = { "kvm", "libvirt", "kvm_intel", "kvm_amd", "kvm_hv", "tun",
                                        "vhost_net", "vhost_vsock" };
  static const char * const variables[] = { "PKEXEC_UID=1000", "PKEXEC_UID=0", "LD_PRELOAD=x",
                                            "PATH=/tmp", "IFS=x", "HOME=/" };
  guint taken = 0;

  for (guint i = 0; i < 200000; i++)
    {
      g_autofree char *verb = mutate (verbs[g_test_rand_int_range (0, G_N_ELEMENTS (verbs) - 1)]);
      g_autofree char *word = mutate (words[g_test_rand_int_range (0, G_N_ELEMENTS (words))]);
      g_autofree char *one = mutate (variables[g_test_rand_int_range (0, 2)]);
      g_autofree char *two = mutate (variables[g_test_rand_int_range (0, G_N_ELEMENTS (variables))]);
      char *argv[] = { (char *) "hostel-helper", verb, word, NULL };
      char *envp[] = { one, two, NULL };
      int argc = g_test_rand_int_range (0, 20) ? 3 : g_test_rand_int_range (0, 3);
      HostelHelperRequest request = { 0 };

      argv[argc] = NULL;
      if (!hostel_helper_parse (argc, argv, envp, &request))
        continue;

      taken++;
      g_assert_true (g_strv_contains (verbs, verb));
      g_assert_cmpstr (request.argument, ==, word);
      g_assert_true (request.argument != word);
      g_assert_cmpuint (request.uid, !=, 0);
      g_assert_null (strstr (one, "LD_"));
      g_assert_null (strstr (two, "LD_"));
      g_assert_false (g_str_has_prefix (two, "IFS"));
    }
  g_assert_cmpuint (taken, >, 0);
}

/* The program itself, which here is not run by pkexec. */
static void
test_helper_program (void)
{
  const char *argv[] = { g_getenv ("HOSTEL_HELPER"), "join-group", "libvirt", NULL };
  g_autoptr (GSubprocessLauncher) launcher = NULL;
  g_autoptr (GSubprocess) process = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_nonnull (argv[0]);
  launcher = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDERR_SILENCE);
  g_subprocess_launcher_unsetenv (launcher, "PKEXEC_UID");
  process = g_subprocess_launcher_spawnv (launcher, argv, &error);
  g_assert_no_error (error);
  g_subprocess_wait (process, NULL, NULL);
  g_assert_cmpint (g_subprocess_get_exit_status (process), ==, 2);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/host-act/helper", test_helper);
  g_test_add_func ("/host-act/helper-fuzzed", test_helper_fuzzed);
  g_test_add_func ("/host-act/helper-program", test_helper_program);
  g_test_add_func ("/host-act/pkexec", test_pkexec);
  g_test_add_func ("/host-act/no-bus", test_no_bus);
  g_test_add_func ("/host-act/units", test_units);
  g_test_add_func ("/host-act/refused", test_refused);
  g_test_add_func ("/host-act/silent", test_silent);
  g_test_add_func ("/host-act/packages", test_packages);
  g_test_add_func ("/host-act/packages-fail", test_packages_fail);

  return g_test_run ();
}
