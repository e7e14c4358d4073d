/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <string.h>
#include <unistd.h>

#include "hostel-boot-monitor.h"
#include "hostel-connection.h"
#include "hostel-vendor-data.h"
#include "private-daemon.h"
#include "tiny-guest.h"
#include "wait.h"

/* Real machines whose guest plays cloud-init, with the real reporter and without systemd. All of them
 * boot at once. */

#define DEADLINE 150000

static const char prelude[] =
  "#!/bin/busybox sh\n"
  "/bin/busybox --install -s /bin\n"
  "mount -t proc proc /proc; mount -t sysfs sysfs /sys; mount -t devtmpfs dev /dev\n"
  "exec >/dev/ttyS0 2>&1\n"
  "for module in virtio_ring virtio virtio_pci_legacy_dev virtio_pci_modern_dev virtio_pci virtio_console\n"
  "do [ ! -f /lib/$module.ko ] || insmod /lib/$module.ko; done\n"
  "mkdir -p /run/cloud-init /var/log /var/lib/cloud/instance/scripts\n"
  "export INSTANCE_ID=$(cat /sys/class/dmi/id/product_uuid)\n"
  "cat >/reporter <<'END-OF-REPORTER'\n%sEND-OF-REPORTER\n"
  "report () { sh /reporter; }\n"
  "dies () { sleep 2; kill -9 $(cat /run/hostel-report/pid); sleep 2; }\n"
  "status () { echo \"{ \\\"v1\\\": { \\\"init\\\": { \\\"errors\\\": [$1] }, \\\"stage\\\": \\\"init\\\" } }\" >/run/cloud-init/status.json; }\n"
  "result () { echo \"{ \\\"v1\\\": { \\\"datasource\\\": \\\"DataSourceNoCloud [seed=/dev/vdb]\\\", \\\"errors\\\": [$1] } }\" >/run/cloud-init/result.json; }\n"
  "login () { printf '\\n\\nbunk-7 login: '; }\n"
  "finished () { printf '\\ncloud-init[5]: Cloud-init v. 22.4.2 finished at Tue. Datasource DataSourceNoCloud [%%s].  Up 9 seconds\\n' \"$1\"; }\n"
  "stay () { while :; do sleep 1000; done; }\n";

typedef struct
{
  const char      *name;
  const char      *script;
  HostelBootPhase  phase;
  const char      *error;   /* part of one of the errors, or NULL */
  const char      *warning;
  guint            watchers; /* each with a connection of its own, as other programs have */
} Case;

static const Case cases[] = {
  { "ready", "report; status; login; sleep 3; result; stay", HOSTEL_BOOT_PHASE_READY, NULL, NULL, 3 },
  { "errors",
    "echo 'set -x\n./setup --all' >/var/lib/cloud/instance/scripts/runcmd\n"
    "cat >/var/log/cloud-init.log <<'END'\n"
    "x - util.py[DEBUG]: Cloud-init v. 22.4.2 running 'init-local' at Mon\n"
    "x - util.py[WARNING]: Old news\n"
    "x - util.py[DEBUG]: Cloud-init v. 22.4.2 running 'init-local' at Tue\n"
    "2026 - util.py[WARNING]: Failed partitioning operation\n"
    "Device /dev/nothing did not exist\n"
    "2026 - subp.py[DEBUG]: Unexpected error while running command.\n"
    "Command: ['/var/lib/cloud/instance/scripts/runcmd']\nExit code: 3\nReason: -\n"
    "2026 - util.py[WARNING]: Running module scripts-user (<module 'x'>) failed\nEND\n"
    "report; status \"\\\"('users-groups', ValueError('no'))\\\"\"; login; sleep 4\n"
    "result \"\\\"('users-groups', ValueError('no'))\\\"\"; stay",
    HOSTEL_BOOT_PHASE_FAILED, "“runcmd” ended with exit status 3. Its last line is: ./setup --all",
    "Device /dev/nothing did not exist", 2 },
  { "reporter-dies", "report; status; login; dies; sleep 2; finished seed=/dev/vdb; stay",
    HOSTEL_BOOT_PHASE_READY, NULL, NULL, 1 },
  { "reporter-dies-after-error", "report; status '\"(disk, no)\"'; sleep 2; dies; login; stay",
    HOSTEL_BOOT_PHASE_FAILED, "(disk, no)", NULL, 1 },
  { "later-stage-takes-over", "report; status; dies; report; result '\"(users, no)\"'; login; stay",
    HOSTEL_BOOT_PHASE_FAILED, "(users, no)", NULL, 1 },
  { "no-cloud-init", "login; stay", HOSTEL_BOOT_PHASE_UNREAD, NULL, NULL, 1 },
  { "no-seed", "login; finished seed=dmi; stay", HOSTEL_BOOT_PHASE_UNREAD, NULL, NULL, 1 },
  { "emergency", "report; status; sleep 1; echo 'You are in emergency mode. After logging in'; stay",
    HOSTEL_BOOT_PHASE_EMERGENCY, NULL, NULL, 1 },
  { "panic", "report; status; sleep 1; echo c >/proc/sysrq-trigger; stay", HOSTEL_BOOT_PHASE_PANIC, NULL,
    NULL, 1 },
  { "power-off", "report; status; sleep 2; poweroff -f", HOSTEL_BOOT_PHASE_STOPPED, NULL, NULL, 1 },
  /* The test resets it once it has begun. */
  { "reset", "report; status; sleep 8; login; result; stay", HOSTEL_BOOT_PHASE_READY, NULL, NULL, 1 },
};

/* Of the cases above. */
#define NO_CLOUD_INIT 5
#define EMERGENCY 7

typedef struct
{
  const Case        *expected;
  TinyGuest         *guest;
  HostelConnection  *connections[3];
  HostelBootMonitor *monitors[3];
  HostelDomain      *domains[3];
  gboolean           reset;
} Play;

static void
opened_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr (GError) error = NULL;

  hostel_connection_open_finish (HOSTEL_CONNECTION (source), result, &error);
  g_assert_no_error (error);
}

static char *
dup_script (const Case *self)
{
  g_autoptr (GBytes) bytes = hostel_vendor_data_new (HOSTEL_VENDOR_DATA_NONE, NULL, NULL);
  g_autofree char *text = g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
  char *start = strstr (text, "#!/bin/sh");
  g_autofree char *head = NULL;

  *strstr (start, "--==hostel") = '\0';
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
  head = g_strdup_printf (prelude, start);
#pragma GCC diagnostic pop

  return g_strconcat (head, self->script, "\n", NULL);
}

/* The first phase that is an end counts for a monitor; a reset is no end. */
static void
phase_cb (HostelBootMonitor *monitor,
          GParamSpec        *pspec,
          Play              *play)
{
  HostelBootPhase phase = hostel_boot_monitor_get_phase (monitor);

  if (phase == HOSTEL_BOOT_PHASE_APPLYING && !play->reset && g_str_equal (play->expected->name, "reset"))
    {
      play->reset = TRUE;
      g_assert_cmpint (virDomainReset (play->guest->domain, 0), ==, 0);
    }
  if (hostel_boot_phase_is_end (phase))
    g_test_message ("%s: phase %d", play->expected->name, phase);
  if (hostel_boot_phase_is_end (phase) && phase != play->expected->phase)
    g_error ("%s came to phase %d, not %d", play->expected->name, phase, play->expected->phase);
}

static gboolean
start (Play       *play,
       const Case *expected,
       const char *uri)
{
  g_autofree char *script = dup_script (expected);

  play->expected = expected;
  if (!(play->guest = tiny_guest_new_with_script (uri, script)))
    return FALSE;

  for (guint i = 0; i < expected->watchers; i++)
    {
      play->connections[i] = hostel_connection_new (uri);
      hostel_connection_open_async (play->connections[i], NULL, opened_cb, NULL);
      ASSERT_WITHIN (hostel_connection_lookup_uuid (play->connections[i], play->guest->uuid), 30000);
      play->domains[i] = g_object_ref (hostel_connection_lookup_uuid (play->connections[i],
                                                                      play->guest->uuid));
      play->monitors[i] = hostel_boot_monitor_new (play->domains[i]);
      g_signal_connect (play->monitors[i], "notify::phase", G_CALLBACK (phase_cb), play);
      hostel_boot_monitor_listen (play->monitors[i]);
      hostel_boot_monitor_set_visible (play->monitors[i], TRUE);
    }

  return TRUE;
}

static gboolean
is_in (const char         *part,
       const char * const *lines)
{
  for (guint i = 0; lines != NULL && lines[i] != NULL; i++)
    if (strstr (lines[i], part) != NULL)
      return TRUE;

  return part == NULL;
}

static void
check (Play *play)
{
  const Case *expected = play->expected;

  for (guint i = 0; i < expected->watchers; i++)
    {
      HostelBootReport *report = hostel_boot_monitor_get_report (play->monitors[i]);

      if (hostel_boot_monitor_get_phase (play->monitors[i]) != expected->phase)
        g_error ("%s is in phase %d, not %d", expected->name,
                 hostel_boot_monitor_get_phase (play->monitors[i]), expected->phase);
      if (expected->error != NULL && !is_in (expected->error, hostel_boot_report_get_errors (report)))
        g_error ("%s has not told the error", expected->name);
      if (expected->warning != NULL && !is_in (expected->warning, hostel_boot_report_get_warnings (report)))
        g_error ("%s has not told the warning", expected->name);
      g_assert_false (is_in ("Old news", hostel_boot_report_get_warnings (report)));
    }
}

static gboolean
all_are_over (Play  *plays,
              guint  n)
{
  for (guint i = 0; i < n; i++)
    for (guint j = 0; j < plays[i].expected->watchers; j++)
      if (!hostel_boot_phase_is_end (hostel_boot_monitor_get_phase (plays[i].monitors[j])))
        return FALSE;

  return TRUE;
}

static void
end (Play *play)
{
  for (guint i = 0; i < play->expected->watchers; i++)
    {
      g_clear_object (&play->monitors[i]);
      g_object_unref (play->domains[i]);
      hostel_connection_close (play->connections[i]);
      g_object_unref (play->connections[i]);
    }
  tiny_guest_free (play->guest);
}

/* The daemon dies; the machines run on. */
static void
check_lost (PrivateDaemon *daemon,
            Play          *play)
{
  g_autoptr (HostelBootMonitor) monitor = NULL;

  /* The port is free for another. */
  g_clear_object (&play->monitors[0]);
  monitor = hostel_boot_monitor_new (play->domains[0]);
  hostel_boot_monitor_listen (monitor);
  hostel_boot_monitor_set_visible (monitor, TRUE);
  private_daemon_kill (daemon);
  ASSERT_WITHIN (hostel_boot_monitor_get_phase (monitor) == HOSTEL_BOOT_PHASE_LOST, 60000);
  private_daemon_start (daemon);
  ASSERT_WITHIN (hostel_boot_monitor_get_phase (monitor) == HOSTEL_BOOT_PHASE_UNREAD, 120000);
  tiny_guest_reconnect (play->guest);
}

/* Switched off for good, and removed. */
static void
check_gone (Play *play)
{
  g_autoptr (HostelBootMonitor) monitor = hostel_boot_monitor_new (play->domains[0]);

  hostel_boot_monitor_set_visible (monitor, TRUE);
  virDomainDestroy (play->guest->domain);
  virDomainUndefine (play->guest->domain);
  ASSERT_WITHIN (hostel_boot_monitor_get_phase (monitor) == HOSTEL_BOOT_PHASE_GONE, 20000);
}

static void
test_ends (void)
{
  g_autoptr (PrivateDaemon) daemon = private_daemon_new ();
  g_autofree char *uri = NULL;
  Play plays[G_N_ELEMENTS (cases)] = { 0 };
  gint64 start_time;

  if (daemon == NULL)
    {
      g_test_skip ("no libvirtd");
      return;
    }

  uri = private_daemon_dup_uri (daemon, "qemu", "/session");
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    if (!start (&plays[i], &cases[i], uri))
      return;
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    tiny_guest_resume (plays[i].guest);

  start_time = g_get_monotonic_time ();
  WAIT_UNTIL (all_are_over (plays, G_N_ELEMENTS (cases)), DEADLINE);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    check (&plays[i]);
  g_test_message ("all ended within %.0f s", (g_get_monotonic_time () - start_time) / 1e6);

  /* What comes now is no end of theirs. */
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    for (guint j = 0; j < cases[i].watchers; j++)
      g_signal_handlers_disconnect_by_data (plays[i].monitors[j], &plays[i]);
  check_gone (&plays[EMERGENCY]);
  check_lost (daemon, &plays[NO_CLOUD_INIT]);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      if (i != NO_CLOUD_INIT && i != EMERGENCY)
        tiny_guest_reconnect (plays[i].guest);
      end (&plays[i]);
    }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/boot-monitor/ends", test_ends);

  return g_test_run ();
}
