#include "config.h"

#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <glib/gstdio.h>
#include <json-glib/json-glib.h>

#include "hostel-host-check.h"

/* A host is a directory that stands for "/". */
typedef struct
{
  char *root;
} Fixture;

static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  fixture->root = g_dir_make_tmp ("hostel-host-XXXXXX", NULL);
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  const char *argv[] = { "rm", "-rf", fixture->root, NULL };

  g_spawn_sync (NULL, (char **) argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL, NULL, NULL, NULL);
  g_free (fixture->root);
}

static char *
place (Fixture    *fixture,
       const char *path)
{
  char *file = g_build_filename (fixture->root, path, NULL);
  g_autofree char *directory = g_path_get_dirname (file);

  g_assert_cmpint (g_mkdir_with_parents (directory, 0755), ==, 0);

  return file;
}

static void
put (Fixture    *fixture,
     const char *path,
     const char *contents)
{
  g_autofree char *file = place (fixture, path);

  g_assert_true (g_file_set_contents (file, contents, -1, NULL));
  g_assert_cmpint (g_chmod (file, 0755), ==, 0);
}

static void
put_cpu (Fixture    *fixture,
         const char *flags)
{
  g_autofree char *text = g_strdup_printf ("processor\t: 0\nmodel name\t: Test CPU\nflags\t\t: %s\n\n"
                                           "processor\t: 1\nmodel name\t: Test CPU\nflags\t\t: %s\n",
                                           flags, flags);

  put (fixture, "/proc/cpuinfo", text);
}

static int
put_socket (Fixture    *fixture,
            const char *path,
            gboolean    listening)
{
  struct sockaddr_un address = { .sun_family = AF_UNIX };
  g_autofree char *file = place (fixture, path);
  int fd = socket (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

  g_assert_cmpuint (g_strlcpy (address.sun_path, file, sizeof address.sun_path), <,
                    sizeof address.sun_path);
  g_assert_cmpint (bind (fd, (struct sockaddr *) &address, sizeof address), ==, 0);
  if (listening)
    g_assert_cmpint (listen (fd, 1), ==, 0);

  return fd;
}

static void
put_qemu (Fixture *fixture)
{
  g_autofree char *path = NULL;
  struct utsname name;

  uname (&name);
  path = g_strconcat ("/usr/bin/qemu-system-", name.machine, NULL);
  put (fixture, path, "#!/bin/sh\n");
  put (fixture, "/usr/bin/qemu-img", "#!/bin/sh\n");
  put (fixture, "/usr/share/OVMF/OVMF_CODE_4M.fd", "x");
  put (fixture, "/usr/share/AAVMF/AAVMF_CODE.fd", "x");
}

static HostelHostCheck *
find (HostelHostReport *report,
      const char       *id)
{
  guint i;

  for (i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (report)); i++)
    {
      g_autoptr (HostelHostCheck) check = g_list_model_get_item (G_LIST_MODEL (report), i);

      if (g_str_equal (hostel_host_check_get_id (check), id))
        return check;
    }

  return NULL;
}

static void
assert_state (HostelHostReport *report,
              const char       *id,
              HostelCheckState  state)
{
  HostelHostCheck *check = find (report, id);

  g_test_message ("%s", id);
  g_assert_nonnull (check);
  g_assert_cmpstr (hostel_check_state_to_id (hostel_host_check_get_state (check)), ==,
                   hostel_check_state_to_id (state));
  g_assert_cmpstr (hostel_host_check_get_evidence (check), !=, "");
  if (state == HOSTEL_CHECK_STATE_MISSING)
    g_assert_cmpstr (hostel_host_check_get_remedy (check), !=, "");
}

/* A machine fresh from the installer: it has a processor, and nothing else. */
static void
test_bare (Fixture       *fixture,
           gconstpointer  data)
{
  g_autoptr (HostelHostReport) report = NULL;

  put_cpu (fixture, "fpu vmx sse");
  put (fixture, "/proc/meminfo", "MemTotal: 16000000 kB\nMemAvailable: 12000000 kB\n");
  report = hostel_host_report_new_local (fixture->root);

  assert_state (report, "cpu", HOSTEL_CHECK_STATE_GOOD);
  g_assert_nonnull (strstr (hostel_host_check_get_evidence (find (report, "cpu")),
                            "Test CPU, 2 processors"));
  assert_state (report, "cpu-virtualization", HOSTEL_CHECK_STATE_GOOD);
  assert_state (report, "hypervisor", HOSTEL_CHECK_STATE_GOOD);
  assert_state (report, "kvm-module", HOSTEL_CHECK_STATE_WARNING);
  g_assert_nonnull (strstr (hostel_host_check_get_remedy (find (report, "kvm-module")),
                            "kvm_intel"));
  assert_state (report, "kvm-device", HOSTEL_CHECK_STATE_WARNING);
  assert_state (report, "libvirt", HOSTEL_CHECK_STATE_MISSING);
  assert_state (report, "qemu", HOSTEL_CHECK_STATE_MISSING);
  assert_state (report, "memory", HOSTEL_CHECK_STATE_GOOD);
  g_assert_cmpint (hostel_host_report_get_verdict (report), ==, HOSTEL_HOST_VERDICT_NOT_READY);
}

static void
test_ready_without_kvm (Fixture       *fixture,
                        gconstpointer  data)
{
  g_autoptr (HostelHostReport) report = NULL;
  int fd = put_socket (fixture, "/run/libvirt/libvirt-sock", TRUE);

  put_cpu (fixture, "fpu hypervisor sse");
  put (fixture, "/usr/sbin/libvirtd", "#!/bin/sh\n");
  put_qemu (fixture);
  report = hostel_host_report_new_local (fixture->root);

  assert_state (report, "cpu-virtualization", HOSTEL_CHECK_STATE_WARNING);
  g_assert_nonnull (strstr (hostel_host_check_get_remedy (find (report, "cpu-virtualization")),
                            "nested"));
  assert_state (report, "hypervisor", HOSTEL_CHECK_STATE_NOTE);
  assert_state (report, "kvm-module", HOSTEL_CHECK_STATE_NOT_APPLICABLE);
  assert_state (report, "libvirt-system", HOSTEL_CHECK_STATE_GOOD);
  assert_state (report, "qemu", HOSTEL_CHECK_STATE_GOOD);
  g_assert_cmpint (hostel_host_report_get_verdict (report), ==,
                   HOSTEL_HOST_VERDICT_READY_WITHOUT_KVM);
  g_close (fd, NULL);
}

static void
test_firmware_off (Fixture       *fixture,
                   gconstpointer  data)
{
  g_autoptr (HostelHostReport) report = NULL;

  put_cpu (fixture, "fpu svme vmxx sse");
  report = hostel_host_report_new_local (fixture->root);
  assert_state (report, "cpu-virtualization", HOSTEL_CHECK_STATE_WARNING);
  g_assert_nonnull (strstr (hostel_host_check_get_remedy (find (report, "cpu-virtualization")),
                            "firmware"));
}

/* A socket that systemd listens on is as good with an idle daemon as with a busy one, in either
 * flavour; one that nobody listens on is not. */
static void
test_sockets (Fixture       *fixture,
              gconstpointer  data)
{
  g_autoptr (HostelHostReport) report = NULL;
  g_autoptr (HostelHostReport) stale = NULL;
  HostelCheckState bad = getuid () == 0 ? HOSTEL_CHECK_STATE_MISSING : HOSTEL_CHECK_STATE_WARNING;
  int modular;

  g_close (put_socket (fixture, "/run/libvirt/libvirt-sock", FALSE), NULL);
  stale = hostel_host_report_new_local (fixture->root);
  assert_state (stale, "libvirt-system", bad);

  modular = put_socket (fixture, "/run/libvirt/virtqemud-sock", TRUE);
  report = hostel_host_report_new_local (fixture->root);
  assert_state (report, "libvirt-system", HOSTEL_CHECK_STATE_GOOD);
  g_assert_nonnull (strstr (hostel_host_check_get_evidence (find (report, "libvirt-system")),
                            "virtqemud-sock"));
  g_close (modular, NULL);
}

static void
test_conflict (Fixture       *fixture,
               gconstpointer  data)
{
  g_autofree char *one = place (fixture, "/etc/systemd/system/sockets.target.wants/libvirtd.socket");
  g_autofree char *many = place (fixture,
                                 "/etc/systemd/system/sockets.target.wants/virtqemud.socket");
  g_autoptr (HostelHostReport) fine = NULL;
  g_autoptr (HostelHostReport) both = NULL;

  g_assert_cmpint (symlink ("/nowhere", one), ==, 0);
  fine = hostel_host_report_new_local (fixture->root);
  assert_state (fine, "libvirt-flavour", HOSTEL_CHECK_STATE_GOOD);

  g_assert_cmpint (symlink ("/nowhere", many), ==, 0);
  both = hostel_host_report_new_local (fixture->root);
  assert_state (both, "libvirt-flavour", HOSTEL_CHECK_STATE_WARNING);
}

/* Nothing that a file can be may hold the report or turn into a failure. */
static void
test_hostile (Fixture       *fixture,
              gconstpointer  data)
{
  static const char *pipes[] = {
    "/proc/cpuinfo", "/proc/meminfo", "/dev/kvm", "/etc/group", "/run/libvirt/libvirt-sock",
    "/sys/module/kvm_intel/parameters/nested", "/sys/fs/selinux/enforce",
  };
  g_autofree char *huge = g_strnfill (8 << 20, 'x');
  g_autoptr (HostelHostReport) report = NULL;
  g_autoptr (HostelHostReport) second = NULL;
  gint64 start;
  guint i;

  for (i = 0; i < G_N_ELEMENTS (pipes); i++)
    {
      g_autofree char *file = place (fixture, pipes[i]);

      g_assert_cmpint (mkfifo (file, 0600), ==, 0);
    }

  start = g_get_monotonic_time ();
  report = hostel_host_report_new_local (fixture->root);
  g_assert_cmpint (g_get_monotonic_time () - start, <, 2 * G_TIME_SPAN_SECOND);
  assert_state (report, "cpu", HOSTEL_CHECK_STATE_UNKNOWN);
  assert_state (report, "cpu-virtualization", HOSTEL_CHECK_STATE_UNKNOWN);
  assert_state (report, "memory", HOSTEL_CHECK_STATE_UNKNOWN);
  assert_state (report, "kvm-usable", HOSTEL_CHECK_STATE_WARNING);

  for (i = 0; i < G_N_ELEMENTS (pipes); i++)
    {
      g_autofree char *file = place (fixture, pipes[i]);

      g_unlink (file);
      if (i % 2)
        g_assert_true (g_file_set_contents (file, huge, 8 << 20, NULL));
      else
        g_assert_cmpint (g_mkdir (file, 0755), ==, 0);
    }
  second = hostel_host_report_new_local (fixture->root);
  assert_state (second, "memory", HOSTEL_CHECK_STATE_UNKNOWN);
}

/* This very computer, in the time that a window has for it, and told in both forms. */
static void
test_real (void)
{
  g_autoptr (HostelHostReport) report = NULL;
  g_autoptr (JsonParser) parser = json_parser_new ();
  g_autofree char *json = NULL;
  g_autofree char *text = NULL;
  g_autofree char *summary = NULL;
  JsonObject *object;
  gint64 start = g_get_monotonic_time ();
  guint n;

  report = hostel_host_report_new_local ("/");
  g_test_message ("%d ms", (int) ((g_get_monotonic_time () - start) / 1000));
  n = g_list_model_get_n_items (G_LIST_MODEL (report));
  g_assert_cmpuint (n, >, 15);

  json = hostel_host_report_to_json (report);
  g_assert_true (json_parser_load_from_data (parser, json, -1, NULL));
  object = json_node_get_object (json_parser_get_root (parser));
  g_assert_cmpuint (json_array_get_length (json_object_get_array_member (object, "checks")), ==, n);
  g_assert_cmpstr (json_object_get_string_member (object, "verdict"), ==,
                   hostel_host_verdict_to_id (hostel_host_report_get_verdict (report)));

  text = hostel_host_report_to_text (report);
  summary = hostel_host_report_dup_summary (report);
  g_assert_true (g_str_has_prefix (text, summary));
}

static HostelHostCheck *
make (const char       *id,
      const char       *group,
      HostelCheckState  state)
{
  return hostel_host_check_new (id, group, id, state, "x", NULL, "Do it.");
}

static void
test_order (void)
{
  g_autoptr (HostelHostReport) report = hostel_host_report_new ();
  static const struct { const char *id; const char *group; HostelCheckState state; } added[] = {
    { "a", "storage", HOSTEL_CHECK_STATE_GOOD },
    { "b", "processor", HOSTEL_CHECK_STATE_GOOD },
    { "c", "storage", HOSTEL_CHECK_STATE_WARNING },
    { "d", "elsewhere", HOSTEL_CHECK_STATE_GOOD },
    { "e", "processor", HOSTEL_CHECK_STATE_UNKNOWN },
    { "a", "storage", HOSTEL_CHECK_STATE_MISSING },
  };
  GString *order = g_string_new (NULL);
  guint i;

  for (i = 0; i < G_N_ELEMENTS (added); i++)
    {
      g_autoptr (HostelHostCheck) check = make (added[i].id, added[i].group, added[i].state);

      g_assert_cmpint (hostel_host_report_get_verdict (report), ==, HOSTEL_HOST_VERDICT_READY);
      hostel_host_report_add (report, check);
    }
  for (i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (report)); i++)
    {
      g_autoptr (HostelHostCheck) check = g_list_model_get_item (G_LIST_MODEL (report), i);

      g_string_append (order, hostel_host_check_get_id (check));
    }

  g_assert_cmpstr (order->str, ==, "ebacd");
  g_assert_cmpint (hostel_host_report_get_verdict (report), ==, HOSTEL_HOST_VERDICT_NOT_READY);
  g_string_free (order, TRUE);
}

static void
loaded_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  HostelHostReport **report = user_data;

  *report = hostel_host_report_load_finish (result, NULL);
}

static void
test_async (void)
{
  g_autoptr (HostelHostReport) report = NULL;

  hostel_host_report_load_async (NULL, loaded_cb, &report);
  while (report == NULL)
    g_main_context_iteration (NULL, TRUE);
  g_assert_nonnull (find (report, "cpu"));
}

#define ADD(path, function) \
  g_test_add (path, Fixture, NULL, set_up, function, tear_down)

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  ADD ("/host-check/bare", test_bare);
  ADD ("/host-check/ready-without-kvm", test_ready_without_kvm);
  ADD ("/host-check/firmware-off", test_firmware_off);
  ADD ("/host-check/sockets", test_sockets);
  ADD ("/host-check/conflict", test_conflict);
  ADD ("/host-check/hostile", test_hostile);
  g_test_add_func ("/host-check/real", test_real);
  g_test_add_func ("/host-check/order", test_order);
  g_test_add_func ("/host-check/async", test_async);

  return g_test_run ();
}
