/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "hostel-boot-report.h"
#include "hostel-vendor-data.h"

#define RUNNING \
  "{ \"v1\": { \"datasource\": \"DataSourceNoCloud\", \"init\": { \"errors\": [], " \
  "\"finished\": null, \"start\": 1.5 }, \"modules-final\": { \"errors\": [], " \
  "\"finished\": null, \"start\": null }, \"stage\": \"init\" } }"
#define FINAL \
  "{\n \"v1\": {\n  \"modules-final\": {\n   \"errors\": [\n    \"('scripts_user', " \
  "RuntimeError('Runparts: 1 failures (runcmd) in 1 attempted commands'))\"\n   ],\n" \
  "   \"finished\": 12.5,\n   \"start\": 3\n  },\n  \"stage\": null\n }\n}\n"
#define RESULT_GOOD "{\n \"v1\": {\n  \"datasource\": \"DataSourceNoCloud\",\n  \"errors\": []\n }\n}\n"
#define RESULT_BAD \
  "{ \"v1\": { \"datasource\": \"x\", \"errors\": [ \"('scripts_user', RuntimeError('no'))\" ] } }"

static void
feed (HostelBootReport *report,
      const char       *text)
{
  g_autoptr (GBytes) bytes = g_bytes_new_static (text, strlen (text));

  hostel_boot_report_feed (report, bytes);
}

static void
test_good (void)
{
  g_autoptr (HostelBootReport) report = hostel_boot_report_new ("id1");

  g_assert_cmpint (hostel_boot_report_get_verdict (report), ==, HOSTEL_BOOT_VERDICT_NONE);
  feed (report, "hostel1 id1 1.50 begin\n");
  g_assert_cmpint (hostel_boot_report_get_verdict (report), ==, HOSTEL_BOOT_VERDICT_RUNNING);
  g_assert_cmpstr (hostel_boot_report_get_stage (report), ==, "");

  feed (report, "hostel1 id1 2.25 status " RUNNING "\n");
  g_assert_cmpstr (hostel_boot_report_get_stage (report), ==, "init");
  g_assert_cmpfloat_with_epsilon (hostel_boot_report_get_seconds (report), 2.25, 0.001);
  g_assert_cmpint (hostel_boot_report_get_verdict (report), ==, HOSTEL_BOOT_VERDICT_RUNNING);

  feed (report, "hostel1 id1 3 result { \"v1\": { \"errors\": [] } }\n");
  g_assert_cmpint (hostel_boot_report_get_verdict (report), ==, HOSTEL_BOOT_VERDICT_DONE);
  g_assert_null (hostel_boot_report_get_errors (report));
}

static void
test_failed (void)
{
  g_autoptr (HostelBootReport) report = hostel_boot_report_new (NULL);
  const char * const *errors;

  feed (report, "hostel1 any 1 begin\nhostel1 any 3 result " RESULT_BAD "\n");
  g_assert_cmpint (hostel_boot_report_get_verdict (report), ==, HOSTEL_BOOT_VERDICT_FAILED);
  errors = hostel_boot_report_get_errors (report);
  g_assert_cmpuint (g_strv_length ((char **) errors), ==, 1);
  g_assert_cmpstr (errors[0], ==, "('scripts_user', RuntimeError('no'))");

  /* The machine boots again. */
  feed (report, "hostel1 any 1 begin\n");
  g_assert_cmpint (hostel_boot_report_get_verdict (report), ==, HOSTEL_BOOT_VERDICT_RUNNING);
  g_assert_null (hostel_boot_report_get_errors (report));
}

static void
test_warnings (void)
{
  g_autoptr (HostelBootReport) report = hostel_boot_report_new (NULL);

  feed (report, "hostel1 any 1 status { \"v1\": { \"init\": { \"errors\": [], "
                "\"recoverable_errors\": { \"DEPRECATED\": [ \"old form\" ], \"WARNING\": [ \"w\" ] }"
                " }, \"stage\": null } }\nhostel1 any 2 result { \"v1\": { \"errors\": [] } }\n");
  g_assert_cmpint (hostel_boot_report_get_verdict (report), ==, HOSTEL_BOOT_VERDICT_DONE);
  g_assert_cmpuint (g_strv_length ((char **) hostel_boot_report_get_warnings (report)), ==, 2);
}

/* Which script it was; told again for who came later, and shown once. */
static void
test_scripts (void)
{
  g_autoptr (HostelBootReport) report = hostel_boot_report_new (NULL);
  const char * const *errors;

  feed (report, "hostel1 any 1 alive\n");
  g_assert_cmpint (hostel_boot_report_get_verdict (report), ==, HOSTEL_BOOT_VERDICT_RUNNING);
  for (guint i = 0; i < 2; i++)
    feed (report, "hostel1 any 2 script runcmd 3 ./setup --all\nhostel1 any 2 script short\n"
                  "hostel1 any 2 warning x - util.py[WARNING]: Failed partitioning\n"
                  "hostel1 any 3 result { \"v1\": { \"errors\": [ \"scripts-user\" ] } }\n");
  errors = hostel_boot_report_get_errors (report);
  g_assert_cmpuint (g_strv_length ((char **) errors), ==, 2);
  g_assert_nonnull (strstr (errors[1], "“runcmd” ended with exit status 3. Its last line is: ./setup --all"));
  g_assert_cmpstr (hostel_boot_report_get_warnings (report)[0], ==, "Failed partitioning");
  g_assert_null (hostel_boot_report_get_warnings (report)[1]);
}

/* By the guest's agent: a result counts where there was a seed. */
static void
test_files (void)
{
  g_autoptr (HostelBootReport) report = hostel_boot_report_new (NULL);

  g_assert_false (hostel_boot_report_take_files (report, NULL, NULL));
  g_assert_true (hostel_boot_report_take_files (report, RUNNING, NULL));
  g_assert_false (hostel_boot_report_take_files (report, RUNNING, "{ \"v1\": { \"datasource\": "
                                                 "\"DataSourceNoCloud [seed=dmi]\", \"errors\": [] } }"));
  g_assert_cmpint (hostel_boot_report_get_verdict (report), ==, HOSTEL_BOOT_VERDICT_NONE);
  g_assert_true (hostel_boot_report_take_files (report, FINAL, "{ \"v1\": { \"datasource\": "
                                                "\"DataSourceNoCloud [seed=dmi,/dev/vdb]\", \"errors\": [\"no\"] } }"));
  g_assert_cmpint (hostel_boot_report_get_verdict (report), ==, HOSTEL_BOOT_VERDICT_FAILED);
  g_assert_false (hostel_boot_report_take_files (report, NULL, "{}"));
}

static void
test_other_machine (void)
{
  g_autoptr (HostelBootReport) report = hostel_boot_report_new ("mine");

  feed (report, "hostel1 other 1 begin\nhostel1 other 3 result { \"v1\": { \"errors\": [] } }\n");
  g_assert_cmpint (hostel_boot_report_get_verdict (report), ==, HOSTEL_BOOT_VERDICT_NONE);
  feed (report, "hostel1 mine2 1 begin\n");
  g_assert_cmpint (hostel_boot_report_get_verdict (report), ==, HOSTEL_BOOT_VERDICT_NONE);
  /* User-data that was applied again. */
  feed (report, "hostel1 mine-2 1 begin\n");
  g_assert_cmpint (hostel_boot_report_get_verdict (report), ==, HOSTEL_BOOT_VERDICT_RUNNING);
}

/* Any chunking gives the same. */
static void
test_chunks (void)
{
  const char *text = "garbage\nhostel1 id 1 begin\nhostel1 id 2 status " RUNNING
                     "\r\nhostel1 id 3 result { \"v1\": { \"errors\": [] } }\n";

  for (gsize size = 1; size < 40; size++)
    {
      g_autoptr (HostelBootReport) report = hostel_boot_report_new ("id");

      for (gsize at = 0; at < strlen (text); at += size)
        {
          g_autoptr (GBytes) bytes = g_bytes_new (text + at, MIN (size, strlen (text) - at));

          hostel_boot_report_feed (report, bytes);
        }
      g_assert_cmpint (hostel_boot_report_get_verdict (report), ==, HOSTEL_BOOT_VERDICT_DONE);
      g_assert_cmpstr (hostel_boot_report_get_stage (report), ==, "init");
    }
}

/* A guest may send anything; what is understood afterwards still counts. */
static void
test_hostile (void)
{
  g_autoptr (HostelBootReport) report = hostel_boot_report_new ("id");
  g_autofree char *deep = g_strnfill (200 * 1024, '[');
  g_autofree char *deep_line = g_strconcat ("hostel1 id 1 status ", deep, "\n", NULL);
  g_autofree char *flood = g_strnfill (3 * 1024 * 1024, 'x');
  g_autofree char *long_line = g_strdup_printf ("hostel1 id 1 result { \"v1\": { \"errors\": [], "
                                                "\"more\": \"%s\" } }\n", flood);
  g_autoptr (GRand) rand = g_rand_new_with_seed (7);
  const char * const *errors;

  feed (report, "hostel1 id nan begin\nhostel1 id inf begin\nhostel1 id -1 nothing\nhostel1 id\n\n");
  feed (report, deep_line);
  feed (report, long_line);
  g_assert_cmpint (hostel_boot_report_get_verdict (report), !=, HOSTEL_BOOT_VERDICT_DONE);
  feed (report, flood);
  feed (report, "\nhostel1 id 1 status 5\nhostel1 id 1 status { \"v1\": 3 }\n"
                "hostel1 id 1 status { \"v1\": { \"init\": { \"errors\": 4 }, \"stage\": [1] } }\n"
                "hostel1 id 1 result { \"v1\": { \"errors\": { } }\n");

  for (guint i = 0; i < 2000; i++)
    {
      guint8 noise[64];
      g_autoptr (GBytes) bytes = NULL;

      for (gsize j = 0; j < sizeof noise; j++)
        noise[j] = g_rand_int (rand);
      bytes = g_bytes_new (noise, sizeof noise);
      hostel_boot_report_feed (report, bytes);
    }

  feed (report, "\nhostel1 id 9 result { \"v1\": { \"errors\": [ \"\\u001b[31mred\\u0007\\nline\", 5,"
                " null ] } }\n");
  g_assert_cmpint (hostel_boot_report_get_verdict (report), ==, HOSTEL_BOOT_VERDICT_FAILED);
  errors = hostel_boot_report_get_errors (report);
  g_assert_cmpstr (errors[0], ==, "[31mred  line");
  g_assert_null (errors[1]);
}

static void
count_cb (GObject    *object,
          GParamSpec *pspec,
          guint      *count)
{
  (*count)++;
}

static void
test_notify (void)
{
  g_autoptr (HostelBootReport) report = hostel_boot_report_new (NULL);
  guint verdicts = 0;
  guint stages = 0;

  g_signal_connect (report, "notify::verdict", G_CALLBACK (count_cb), &verdicts);
  g_signal_connect (report, "notify::stage", G_CALLBACK (count_cb), &stages);
  feed (report, "hostel1 a 1 begin\nhostel1 a 2 status " RUNNING "\nhostel1 a 3 status " RUNNING "\n");
  g_assert_cmpuint (verdicts, ==, 1);
  g_assert_cmpuint (stages, ==, 1);
}

static void
test_vendor_data (void)
{
  g_autoptr (GBytes) bytes = hostel_vendor_data_new (HOSTEL_VENDOR_DATA_NONE, NULL, NULL);
  const char *text = g_bytes_get_data (bytes, NULL);
  g_autofree char *copy = g_strndup (text, g_bytes_get_size (bytes));

  g_assert_true (g_str_has_prefix (copy, "Content-Type: multipart/mixed"));
  g_assert_nonnull (strstr (copy, "Content-Type: text/cloud-boothook"));
  g_assert_nonnull (strstr (copy, "#cloud-boothook\n#!/bin/sh\n"));
  g_assert_nonnull (strstr (copy, "Content-Type: text/x-shellscript"));
  g_assert_null (strstr (copy, "cloud-config"));
  g_assert_nonnull (strstr (copy, HOSTEL_BOOT_REPORT_CHANNEL));
  g_assert_true (g_str_is_ascii (copy));
  g_assert_null (strstr (copy, "profile.d"));
}

/* The part that writes the login script: the shell runs it as a guest's would. */
static void
test_console_size (void)
{
  g_autoptr (GBytes) bytes = hostel_vendor_data_new (HOSTEL_VENDOR_DATA_CONSOLE_SIZE, NULL, NULL);
  g_autofree char *copy = g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
  g_autofree char *directory = g_dir_make_tmp ("hostel-vendor-XXXXXX", NULL);
  g_autofree char *file = g_build_filename (directory, "hostel-console-size.sh", NULL);
  g_autofree char *text = NULL;
  g_autofree char *expected = NULL;
  g_autofree char *source = g_test_build_filename (G_TEST_DIST, "..", "src", "core", "cloud-init",
                                                   "hostel-console-size.sh", NULL);
  g_auto (GStrv) pieces = NULL;
  g_autofree char *script = NULL;
  char *part = strstr (copy, "filename=\"hostel-console-size\"");
  const char *argv[] = { "sh", "-c", NULL, NULL };

  g_assert_nonnull (part);
  g_assert_true (g_str_is_ascii (part));
  part = strstr (part, "#cloud-boothook\n");
  g_assert_nonnull (part);
  *strstr (part, "--==hostel") = '\0';
  pieces = g_strsplit (part, "/etc/profile.d", -1);
  script = g_strjoinv (directory, pieces);
  argv[2] = script;
  g_assert_true (g_spawn_sync (NULL, (char **) argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL,
                               NULL, NULL, NULL));

  g_assert_true (g_file_get_contents (file, &text, NULL, NULL));
  g_assert_true (g_file_get_contents (source, &expected, NULL, NULL));
  g_assert_cmpstr (text, ==, expected);
  g_assert_cmpint (g_unlink (file), ==, 0);
  g_assert_cmpint (g_rmdir (directory), ==, 0);
}

/* The script itself, with a directory in the place of the guest's root and a fifo in that of the
 * port, under each shell that a guest may have. */
typedef struct
{
  char             *root;
  int               port;
  GPid              pid;
  HostelBootReport *report;
} Guest;

static void
put_file (Guest      *guest,
          const char *name,
          const char *content)
{
  g_autofree char *path = g_build_filename (guest->root, name, NULL);
  g_autofree char *directory = g_path_get_dirname (path);

  g_assert_cmpint (g_mkdir_with_parents (directory, 0700), ==, 0);
  g_assert_true (g_file_set_contents (path, content, -1, NULL));
}

static char *
dup_script (void)
{
  g_autoptr (GBytes) bytes = hostel_vendor_data_new (HOSTEL_VENDOR_DATA_NONE, NULL, NULL);
  g_autofree char *text = g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
  char *start = strstr (text, "#!/bin/sh");

  *strstr (start, "--==hostel") = '\0';
  return g_strdup (start);
}

/* Returns how long it took until the script's pipes were closed, for which cloud-init waits. */
static double
run_script (Guest      *guest,
            const char *shell)
{
  g_autofree char *path = g_build_filename (guest->root, "script", NULL);
  g_auto (GStrv) argv = g_strdupv ((char *[]) { (char *) shell, path, NULL });
  g_auto (GStrv) envp = g_get_environ ();
  g_autoptr (GError) error = NULL;
  gint64 start = g_get_monotonic_time ();
  int out;
  int err;
  char buffer[64];

  if (strcmp (shell, "busybox") == 0)
    {
      g_strfreev (argv);
      argv = g_strdupv ((char *[]) { (char *) shell, (char *) "sh", path, NULL });
    }

  envp = g_environ_setenv (envp, "HOSTEL_REPORT_ROOT", guest->root, TRUE);
  envp = g_environ_setenv (envp, "INSTANCE_ID", "the-id", TRUE);
  g_spawn_async_with_pipes (NULL, argv, envp, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL, NULL, &out,
                            &err, &error);
  g_assert_no_error (error);
  while (read (out, buffer, sizeof buffer) > 0 || read (err, buffer, sizeof buffer) > 0)
    ;
  close (out);
  close (err);

  return (g_get_monotonic_time () - start) / 1e6;
}

static void
guest_start (Guest      *guest,
             const char *shell)
{
  g_autofree char *script = dup_script ();
  g_autofree char *port = NULL;

  guest->root = g_dir_make_tmp ("hostel-report-XXXXXX", NULL);
  guest->report = hostel_boot_report_new ("the-id");
  put_file (guest, "script", script);
  put_file (guest, "proc/uptime", "12.34 5.67\n");
  put_file (guest, "run/cloud-init/status.json", RUNNING);
  put_file (guest, "sys/class/virtio-ports/vport1p1/name", "org.qemu.guest_agent.0\n");
  put_file (guest, "sys/class/virtio-ports/vport1p2/name", HOSTEL_BOOT_REPORT_CHANNEL "\n");
  put_file (guest, "dev/console", "");
  port = g_build_filename (guest->root, "dev", "vport1p2", NULL);
  g_assert_cmpint (mkfifo (port, 0600), ==, 0);
  guest->port = open (port, O_RDONLY | O_NONBLOCK | O_CLOEXEC);

  /* It takes a second at the most, where the port itself would block for ever. */
  g_assert_cmpfloat (run_script (guest, shell), <, 5);
}

/* Reads what has arrived until the report is at @verdict, and @stage. */
static void
guest_read (Guest             *guest,
            HostelBootVerdict  verdict,
            const char        *stage)
{
  gint64 deadline = g_get_monotonic_time () + 30 * G_USEC_PER_SEC;
  char buffer[4096];
  gssize n;

  while (hostel_boot_report_get_verdict (guest->report) != verdict ||
         strcmp (hostel_boot_report_get_stage (guest->report), stage) != 0)
    {
      g_assert_cmpint (g_get_monotonic_time (), <, deadline);
      g_poll (&(GPollFD) { guest->port, G_IO_IN, 0 }, 1, 100);
      if ((n = read (guest->port, buffer, sizeof buffer)) > 0)
        {
          g_autoptr (GBytes) bytes = g_bytes_new (buffer, n);

          hostel_boot_report_feed (guest->report, bytes);
        }
      else
        g_usleep (20000);
    }
}

static void
guest_end (Guest *guest)
{
  g_autofree char *command = g_strdup_printf ("rm -rf '%s'", guest->root);

  close (guest->port);
  g_assert_true (g_spawn_command_line_sync (command, NULL, NULL, NULL, NULL));
  g_clear_object (&guest->report);
  g_clear_pointer (&guest->root, g_free);
}

static gboolean
skip_without (const char *shell)
{
  g_autofree char *path = g_find_program_in_path (shell);

  if (path == NULL)
    g_test_skip ("this shell is not installed");

  return path == NULL;
}

static void
test_script (gconstpointer data)
{
  const char *shell = data;
  Guest guest = { 0 };
  const char * const *errors;

  if (skip_without (shell))
    return;

  guest_start (&guest, shell);
  guest_read (&guest, HOSTEL_BOOT_VERDICT_RUNNING, "init");
  g_assert_cmpfloat_with_epsilon (hostel_boot_report_get_seconds (guest.report), 12.34, 0.001);

  /* The second time it leaves the port to the first. */
  g_assert_cmpfloat (run_script (&guest, shell), <, 5);

  put_file (&guest, "run/cloud-init/status.json", FINAL);
  put_file (&guest, "run/cloud-init/result.json", RESULT_BAD);
  guest_read (&guest, HOSTEL_BOOT_VERDICT_FAILED, "init");
  errors = hostel_boot_report_get_errors (guest.report);
  g_assert_cmpstr (errors[0], ==, "('scripts_user', RuntimeError('no'))");
  guest_end (&guest);

  guest_start (&guest, shell);
  put_file (&guest, "run/cloud-init/result.json", RESULT_GOOD);
  guest_read (&guest, HOSTEL_BOOT_VERDICT_DONE, "init");
  guest_end (&guest);
}

/* No result file: the last stage's end counts, after a while. */
static void
test_script_without_result (void)
{
  Guest guest = { 0 };

  if (skip_without ("dash"))
    return;

  guest_start (&guest, "dash");
  guest_read (&guest, HOSTEL_BOOT_VERDICT_RUNNING, "init");
  put_file (&guest, "run/cloud-init/status.json", FINAL);
  guest_read (&guest, HOSTEL_BOOT_VERDICT_FAILED, "init");
  g_assert_nonnull (strstr (hostel_boot_report_get_errors (guest.report)[0], "Runparts"));
  guest_end (&guest);
}

static void
test_script_syntax (gconstpointer data)
{
  const char *command = data;
  g_auto (GStrv) words = g_strsplit (command, " ", -1);
  g_autofree char *script = dup_script ();
  g_autofree char *path = g_build_filename (g_get_tmp_dir (), "hostel-syntax-XXXXXX", NULL);
  g_autofree char *line = NULL;
  g_autofree char *output = NULL;
  int status;

  if (skip_without (words[0]))
    return;

  close (g_mkstemp (path));
  g_assert_true (g_file_set_contents (path, script, -1, NULL));
  line = g_strdup_printf ("%s %s", command, path);
  g_assert_true (g_spawn_command_line_sync (line, &output, NULL, &status, NULL));
  g_unlink (path);
  g_test_message ("%s", output);
  g_assert_cmpint (status, ==, 0);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/boot-report/good", test_good);
  g_test_add_func ("/boot-report/failed", test_failed);
  g_test_add_func ("/boot-report/warnings", test_warnings);
  g_test_add_func ("/boot-report/scripts", test_scripts);
  g_test_add_func ("/boot-report/files", test_files);
  g_test_add_func ("/boot-report/other-machine", test_other_machine);
  g_test_add_func ("/boot-report/chunks", test_chunks);
  g_test_add_func ("/boot-report/hostile", test_hostile);
  g_test_add_func ("/boot-report/notify", test_notify);
  g_test_add_func ("/boot-report/vendor-data", test_vendor_data);
  g_test_add_func ("/boot-report/console-size", test_console_size);
  g_test_add_data_func ("/boot-report/syntax/dash", "dash -n", test_script_syntax);
  g_test_add_data_func ("/boot-report/syntax/bash", "bash -n", test_script_syntax);
  g_test_add_data_func ("/boot-report/syntax/busybox", "busybox sh -n", test_script_syntax);
  g_test_add_data_func ("/boot-report/syntax/shellcheck", "shellcheck -s sh", test_script_syntax);
  g_test_add_data_func ("/boot-report/script/dash", "dash", test_script);
  g_test_add_data_func ("/boot-report/script/bash", "bash", test_script);
  g_test_add_data_func ("/boot-report/script/busybox", "busybox", test_script);
  g_test_add_func ("/boot-report/script/without-result", test_script_without_result);

  return g_test_run ();
}
