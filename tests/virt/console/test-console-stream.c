/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <string.h>

#include "hostel-console-stream.h"
#include "hostel-error.h"
#include "hostel-virt-handle.h"
#include "long.h"
#include "private-daemon.h"
#include "tiny-guest.h"
#include "wait.h"
#include "watchdog.h"

/* A test that waits longer has failed; none is right or wrong by how fast it is. */
#define TIMEOUT_S (150 * WAIT_SCALE)
#define CHANNEL "hostel.test.0"

typedef struct
{
  HostelConsoleStream *stream;
  GString             *text;
  guint                n_states;
} Client;

static void
received_cb (HostelConsoleStream *stream,
             GBytes              *bytes,
             Client              *client)
{
  gsize size;
  const char *data = g_bytes_get_data (bytes, &size);

  g_string_append_len (client->text, data, size);
}

static void
state_cb (HostelConsoleStream *stream,
          GParamSpec          *pspec,
          Client              *client)
{
  client->n_states++;
}

static Client *
client_new (HostelConsoleStream *stream)
{
  Client *client = g_new0 (Client, 1);

  client->stream = stream;
  client->text = g_string_new (NULL);
  g_signal_connect (stream, "received", G_CALLBACK (received_cb), client);
  g_signal_connect (stream, "notify::state", G_CALLBACK (state_cb), client);
  hostel_console_stream_set_flowing (stream, TRUE);

  return client;
}

static Client *
client_new_for_guest (TinyGuest  *guest,
                      const char *device)
{
  return client_new (hostel_console_stream_new (guest->uri, guest->uuid, device));
}

static void
client_free (Client *client)
{
  g_signal_handlers_disconnect_by_data (client->stream, client);
  g_assert_finalize_object (client->stream);
  g_string_free (client->text, TRUE);
  g_free (client);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Client, client_free)

static gboolean
wake_cb (gpointer user_data)
{
  return G_SOURCE_CONTINUE;
}

/* One turn of the main loop, 20 ms at most; fails the test after TIMEOUT_S from @start_time. */
static void
turn (gint64      start_time,
      const char *what)
{
  guint id = g_timeout_add (20, wake_cb, NULL);

  g_main_context_iteration (NULL, TRUE);
  g_source_remove (id);
  if (g_get_monotonic_time () - start_time > (gint64) TIMEOUT_S * G_USEC_PER_SEC)
    g_error ("still waiting for %s", what);
}

static void
wait_for_state (Client             *client,
                HostelConsoleState  state)
{
  gint64 start_time = g_get_monotonic_time ();

  while (hostel_console_stream_get_state (client->stream) != state)
    turn (start_time, "a state");
}

/* The text after what was waited for before is looked at, and taken. */
static void
wait_for_text (Client     *client,
               const char *text)
{
  gint64 start_time = g_get_monotonic_time ();
  const char *found;

  while (!(found = memmem (client->text->str, client->text->len, text, strlen (text))))
    turn (start_time, text);

  g_string_erase (client->text, 0, found + strlen (text) - client->text->str);
}

static void
client_open (Client   *client,
             gboolean  force)
{
  hostel_console_stream_open (client->stream, force);
  wait_for_state (client, HOSTEL_CONSOLE_STATE_OPEN);
}

static void
client_write (Client     *client,
              const char *text)
{
  g_autoptr (GBytes) bytes = g_bytes_new (text, strlen (text));

  hostel_console_stream_write (client->stream, bytes);
}

static guint
count_entries (const char *directory)
{
  g_autoptr (GDir) dir = g_dir_open (directory, 0, NULL);
  guint n_entries = 0;

  while (g_dir_read_name (dir) != NULL)
    n_entries++;

  return n_entries;
}

/* Threads end a little after the object. */
static void
wait_for_threads (guint n_threads)
{
  gint64 start_time = g_get_monotonic_time ();

  while (count_entries ("/proc/self/task") > n_threads)
    turn (start_time, "threads to end");
}

static void
test_first_byte_and_reboot (void)
{
  g_autoptr (TinyGuest) guest = tiny_guest_new (NULL);
  g_autoptr (Client) client = NULL;

  if (guest == NULL)
    return;

  client = client_new_for_guest (guest, "serial0");
  client_open (client, FALSE);
  g_assert_cmpuint (client->text->len, ==, 0);
  tiny_guest_resume (guest);

  /* SeaBIOS resets the terminal with its first bytes. */
  wait_for_text (client, "SeaBIOS (version");
  wait_for_text (client, "TINY-READY");

  client_write (client, "echo \xc3\xa4$((6 * 7))\xe2\x82\xac\r");
  wait_for_text (client, "\n\xc3\xa4" "42\xe2\x82\xac");

  client->n_states = 0;
  client_write (client, "reboot -f\r");
  wait_for_text (client, "SeaBIOS (version");
  wait_for_text (client, "TINY-READY");
  g_assert_cmpuint (client->n_states, ==, 0);

  client_write (client, "poweroff -f\r");
  wait_for_state (client, HOSTEL_CONSOLE_STATE_CLOSED);
  g_assert_cmpuint (client->n_states, ==, 1);
}

static void
test_first_bytes_are_kept (void)
{
  g_autoptr (TinyGuest) guest = tiny_guest_new (NULL);
  g_autoptr (Client) client = NULL;

  if (guest == NULL)
    return;

  client = client_new_for_guest (guest, NULL);
  hostel_console_stream_set_flowing (client->stream, FALSE);
  client_open (client, FALSE);
  tiny_guest_resume (guest);
  for (guint i = 0; i < 100; i++)
    turn (g_get_monotonic_time (), "a while");
  g_assert_cmpuint (client->text->len, ==, 0);

  hostel_console_stream_set_flowing (client->stream, TRUE);
  wait_for_text (client, "SeaBIOS");
  wait_for_text (client, "TINY-READY");
}

static void
test_take_over (void)
{
  g_autoptr (TinyGuest) guest = tiny_guest_new (NULL);
  g_autoptr (Client) first = NULL;
  g_autoptr (Client) second = NULL;

  if (guest == NULL)
    return;

  first = client_new_for_guest (guest, "serial0");
  second = client_new_for_guest (guest, "serial0");
  client_open (first, FALSE);
  tiny_guest_resume (guest);
  wait_for_text (first, "TINY-READY");

  hostel_console_stream_open (second->stream, FALSE);
  wait_for_state (second, HOSTEL_CONSOLE_STATE_TAKEN);
  g_assert_error (hostel_console_stream_get_error (second->stream), HOSTEL_ERROR,
                  HOSTEL_ERROR_TAKEN);

  client_open (second, TRUE);
  wait_for_state (first, HOSTEL_CONSOLE_STATE_TAKEN);
  client_write (second, "echo s$((20 + 3))\r");
  wait_for_text (second, "\ns23");

  /* The first does not come back by itself. */
  for (guint i = 0; i < 50; i++)
    turn (g_get_monotonic_time (), "a while");
  g_assert_cmpint (hostel_console_stream_get_state (first->stream), ==,
                   HOSTEL_CONSOLE_STATE_TAKEN);

  client_open (first, TRUE);
  wait_for_state (second, HOSTEL_CONSOLE_STATE_TAKEN);
  client_write (first, "echo f$((20 + 4))\r");
  wait_for_text (first, "\nf24");

  g_assert_cmpint (virDomainDestroy (guest->domain), ==, 0);
  wait_for_state (first, HOSTEL_CONSOLE_STATE_CLOSED);
  hostel_console_stream_open (second->stream, TRUE);
  wait_for_state (second, HOSTEL_CONSOLE_STATE_CLOSED);
  g_assert_error (hostel_console_stream_get_error (second->stream), HOSTEL_ERROR,
                  HOSTEL_ERROR_WRONG_STATE);
}

/* Any characters at all, as UTF-8; no control characters, which a terminal line would act on. */
static GBytes *
make_random_text (gsize size)
{
  GString *text = g_string_sized_new (size + 8);

  while (text->len < size)
    {
      gunichar c = g_test_rand_int_range (0x20, 0x20000);

      if (c != 0x7f && g_unichar_validate (c))
        g_string_append_unichar (text, c);
    }

  return g_string_free_to_bytes (text);
}

/* Sets $d to the guest's name of our channel. */
#define FIND_CHANNEL "for p in /sys/class/virtio-ports/*; do grep -q hostel.test $p/name 2>/dev/null" \
                     " && d=/dev/${p##*/}; done; "

/* Through the serial line, which has no flow control: the guest's kernel keeps 64 KiB of what it
 * has not read, and drops the rest. */
static void
test_paste (void)
{
  g_autoptr (TinyGuest) guest = tiny_guest_new (NULL);
  g_autoptr (Client) client = NULL;
  g_autoptr (GBytes) bytes = NULL;
  g_autofree char *command = NULL;
  g_autofree char *sum = NULL;

  if (guest == NULL)
    return;

  client = client_new_for_guest (guest, "serial0");
  client_open (client, FALSE);
  tiny_guest_resume (guest);
  wait_for_text (client, "TINY-READY");

  bytes = make_random_text (48 * 1024);
  command = g_strdup_printf ("stty raw -echo; echo GO$((1 + 1)); head -c %" G_GSIZE_FORMAT
                             " >/tmp/in; stty sane; sha256sum </tmp/in\r",
                             g_bytes_get_size (bytes));
  client_write (client, command);
  wait_for_text (client, "GO2");
  hostel_console_stream_write (client->stream, bytes);

  sum = g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, bytes);
  wait_for_text (client, sum);
}

/* Through a channel, which unlike a serial line and hvc0 has flow control all the way, to a guest
 * that reads 4 KB and pauses. */
static void
test_paste_to_slow_reader (void)
{
  g_autoptr (TinyGuest) guest = tiny_guest_new (NULL);
  g_autoptr (Client) serial = NULL;
  g_autoptr (Client) channel = NULL;
  g_autoptr (GBytes) bytes = NULL;
  g_autofree char *command = NULL;
  g_autofree char *sum = NULL;

  if (guest == NULL)
    return;

  serial = client_new_for_guest (guest, "serial0");
  channel = client_new (hostel_console_stream_new_channel (guest->uri, guest->uuid, CHANNEL));
  client_open (serial, FALSE);
  client_open (channel, FALSE);
  tiny_guest_resume (guest);
  wait_for_text (serial, "TINY-READY");

  bytes = make_random_text (1024 * 1024);
  command = g_strdup_printf (FIND_CHANNEL "n=0; (while [ $n -lt 64 ]; do"
                             " dd bs=4096 count=1 iflag=fullblock 2>/dev/null; usleep 20000;"
                             " n=$((n + 1)); done; head -c %" G_GSIZE_FORMAT ") <$d | sha256sum\r",
                             g_bytes_get_size (bytes) - 64 * 4096);
  client_write (serial, command);
  hostel_console_stream_write (channel->stream, bytes);
  g_assert_cmpuint (hostel_console_stream_get_unsent (channel->stream), >, 0);

  sum = g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, bytes);
  wait_for_text (serial, sum);
  g_assert_cmpuint (hostel_console_stream_get_unsent (channel->stream), ==, 0);
}

static void
test_paste_into_paused (void)
{
  g_autoptr (TinyGuest) guest = tiny_guest_new (NULL);
  g_autoptr (Client) client = NULL;
  g_autoptr (Client) other = NULL;
  g_autoptr (GBytes) bytes = make_random_text (1024 * 1024);
  guint n_threads;

  if (guest == NULL)
    return;

  other = client_new_for_guest (guest, "serial0");
  client_open (other, FALSE);
  tiny_guest_resume (guest);
  wait_for_text (other, "TINY-READY");
  n_threads = count_entries ("/proc/self/task");

  client = client_new_for_guest (guest, "console1");
  client_open (client, FALSE);
  tiny_guest_pause (guest);
  hostel_console_stream_write (client->stream, bytes);
  for (guint i = 0; i < 50; i++)
    turn (g_get_monotonic_time (), "a while");
  g_assert_cmpuint (hostel_console_stream_get_unsent (client->stream), >, 0);

  /* A second time the same console, while the first try still waits in its send. */
  hostel_console_stream_close (client->stream);
  g_assert_cmpint (hostel_console_stream_get_state (client->stream), ==,
                   HOSTEL_CONSOLE_STATE_CLOSED);
  wait_for_threads (n_threads);
  client_open (client, FALSE);
  hostel_console_stream_write (client->stream, bytes);
  for (guint i = 0; i < 50; i++)
    turn (g_get_monotonic_time (), "a while");

  tiny_guest_resume (guest);
  client_write (other, "echo o$((30 + 3))\r");
  wait_for_text (other, "\no33");
  tiny_guest_pause (guest);
  hostel_console_stream_write (client->stream, bytes);
  g_assert_cmpint (virDomainDestroy (guest->domain), ==, 0);
  wait_for_state (client, HOSTEL_CONSOLE_STATE_CLOSED);
  wait_for_state (other, HOSTEL_CONSOLE_STATE_CLOSED);
}

/* Through a channel: QEMU throws away what a virtual console writes faster than it is read. */
static void
test_flood (void)
{
  g_autoptr (TinyGuest) guest = tiny_guest_new (NULL);
  g_autoptr (Client) serial = NULL;
  g_autoptr (Client) channel = NULL;
  g_autofree char *sum = NULL;
  const gsize size = 24 * 1024 * 1024;
  gint64 start_time;

  if (guest == NULL)
    return;

  serial = client_new_for_guest (guest, "serial0");
  channel = client_new (hostel_console_stream_new_channel (guest->uri, guest->uuid, CHANNEL));
  client_open (serial, FALSE);
  client_open (channel, FALSE);
  tiny_guest_resume (guest);
  wait_for_text (serial, "TINY-READY");

  /* Held back for two seconds, then let go. */
  hostel_console_stream_set_flowing (channel->stream, FALSE);
  client_write (serial, FIND_CHANNEL "cat /dev/urandom | head -c 25165824 | tee $d | sha256sum\r");
  for (guint i = 0; i < 100; i++)
    turn (g_get_monotonic_time (), "a while");
  g_assert_cmpuint (channel->text->len, ==, 0);
  hostel_console_stream_set_flowing (channel->stream, TRUE);

  start_time = g_get_monotonic_time ();
  while (channel->text->len < size)
    turn (start_time, "the flood");
  sum = g_compute_checksum_for_string (G_CHECKSUM_SHA256, channel->text->str, size);
  wait_for_text (serial, sum);
}

static void
test_channel (void)
{
  g_autoptr (TinyGuest) guest = tiny_guest_new (NULL);
  g_autoptr (Client) serial = NULL;
  g_autoptr (Client) channel = NULL;

  if (guest == NULL)
    return;

  serial = client_new_for_guest (guest, "serial0");
  channel = client_new (hostel_console_stream_new_channel (guest->uri, guest->uuid, CHANNEL));
  client_open (serial, FALSE);
  client_open (channel, FALSE);
  tiny_guest_resume (guest);
  wait_for_text (serial, "TINY-READY");

  /* Opened once: what comes while nobody has it open is thrown away. */
  client_write (serial, FIND_CHANNEL "exec 3<>$d; echo report-$((2 + 2)) >&3; cat <&3\r");
  wait_for_text (channel, "report-4\n");
  client_write (channel, "answer\n");
  wait_for_text (serial, "answer");
}

static void
test_leaks (void)
{
  g_autoptr (TinyGuest) guest = tiny_guest_new (NULL);
  const guint n_opens = long_count (200, 1000);
  guint n_threads = 0;
  guint n_files = 0;

  if (guest == NULL)
    return;

  tiny_guest_resume (guest);
  for (guint i = 0; i < n_opens; i++)
    {
      g_autoptr (Client) client = client_new_for_guest (guest, "console1");

      /* The first few warm up what is made once. */
      if (i == 5)
        {
          n_threads = count_entries ("/proc/self/task");
          n_files = count_entries ("/proc/self/fd");
        }

      hostel_console_stream_open (client->stream, TRUE);
      if (i % 4 != 0)
        wait_for_state (client, HOSTEL_CONSOLE_STATE_OPEN);
      if (i % 4 == 2)
        client_write (client, "echo x\r");
      if (i % 4 == 3)
        hostel_console_stream_close (client->stream);
      wait_for_threads (n_threads > 0 ? n_threads : G_MAXUINT);
    }

  wait_for_threads (n_threads);
  /* What is let go on the main thread, later. */
  for (guint i = 0; i < 50; i++)
    turn (g_get_monotonic_time (), "a while");
  g_assert_cmpuint (count_entries ("/proc/self/fd"), <=, n_files + 1);
}

static void
run_for (guint milliseconds)
{
  gint64 end = g_get_monotonic_time () + milliseconds * 1000;

  while (g_get_monotonic_time () < end)
    turn (g_get_monotonic_time (), "a while");
}

/* A daemon that does not answer, with a person who types, closes, opens and takes over. */
static void
test_daemon_held (void)
{
  g_autoptr (PrivateDaemon) daemon = private_daemon_new ();
  g_autofree char *uri = NULL;
  g_autofree char *destroy = NULL;
  g_autoptr (TinyGuest) guest = NULL;
  g_autoptr (Client) client = NULL;
  g_autoptr (Client) second = NULL;
  Watchdog watchdog;

  if (daemon == NULL)
    {
      g_test_skip ("no libvirtd");
      return;
    }

  uri = private_daemon_dup_uri (daemon, "qemu", "/session");
  if (!(guest = tiny_guest_new_at (uri, NULL)))
    return;

  client = client_new_for_guest (guest, "serial0");
  second = client_new_for_guest (guest, "console1");
  client_open (client, FALSE);
  client_open (second, FALSE);
  tiny_guest_resume (guest);
  wait_for_text (client, "TINY-READY");

  private_daemon_freeze (daemon);
  watchdog_start (&watchdog);
  client_write (client, "echo held-$((1 + 1))\r");
  run_for (1500);
  hostel_console_stream_close (second->stream);
  run_for (1000);
  hostel_console_stream_open (second->stream, TRUE);
  run_for (1000);
  hostel_console_stream_close (second->stream);
  hostel_console_stream_open (second->stream, FALSE);
  run_for (1500);
  watchdog_assert (&watchdog);

  /* Then all is current. */
  private_daemon_thaw (daemon);
  wait_for_text (client, "\nheld-2");
  wait_for_state (second, HOSTEL_CONSOLE_STATE_OPEN);

  /* A daemon that is gone is not a machine that is off. */
  private_daemon_kill (daemon);
  wait_for_state (client, HOSTEL_CONSOLE_STATE_LOST);
  g_assert_error (hostel_console_stream_get_error (client->stream), HOSTEL_ERROR,
                  HOSTEL_ERROR_DISCONNECTED);
  wait_for_state (second, HOSTEL_CONSOLE_STATE_LOST);

  /* The machine outlives it, and can be seen again. */
  private_daemon_start (daemon);
  client_open (client, FALSE);
  client_write (client, "echo back-$((1 + 1))\r");
  wait_for_text (client, "\nback-2");
  destroy = g_strdup_printf ("destroy %s", guest->uuid);
  private_daemon_virsh (daemon, uri, destroy);
  wait_for_state (client, HOSTEL_CONSOLE_STATE_CLOSED);
}

static void
test_no_such_machine (void)
{
  const char *uuid = "00000000-1111-2222-3333-444444444444";
  g_autoptr (Client) client = client_new (hostel_console_stream_new ("test:///default", uuid, NULL));

  hostel_console_stream_open (client->stream, FALSE);
  g_assert_cmpint (hostel_console_stream_get_state (client->stream), ==,
                   HOSTEL_CONSOLE_STATE_OPENING);
  wait_for_state (client, HOSTEL_CONSOLE_STATE_CLOSED);
  g_assert_nonnull (hostel_console_stream_get_error (client->stream));
}

static void
test_no_daemon (void)
{
  const char *uuid = "00000000-1111-2222-3333-444444444444";
  g_autoptr (Client) client =
    client_new (hostel_console_stream_new ("qemu+unix:///system?socket=/nonexistent", uuid, NULL));

  hostel_console_stream_open (client->stream, FALSE);
  wait_for_state (client, HOSTEL_CONSOLE_STATE_LOST);
  g_assert_nonnull (hostel_console_stream_get_error (client->stream));
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  hostel_virt_init ();

  g_test_add_func ("/console-stream/no-such-machine", test_no_such_machine);
  g_test_add_func ("/console-stream/no-daemon", test_no_daemon);
  g_test_add_func ("/console-stream/daemon-held", test_daemon_held);
  g_test_add_func ("/console-stream/first-byte-and-reboot", test_first_byte_and_reboot);
  g_test_add_func ("/console-stream/first-bytes-are-kept", test_first_bytes_are_kept);
  g_test_add_func ("/console-stream/take-over", test_take_over);
  g_test_add_func ("/console-stream/paste", test_paste);
  g_test_add_func ("/console-stream/paste-to-slow-reader", test_paste_to_slow_reader);
  g_test_add_func ("/console-stream/paste-into-paused", test_paste_into_paused);
  g_test_add_func ("/console-stream/flood", test_flood);
  g_test_add_func ("/console-stream/channel", test_channel);
  g_test_add_func ("/console-stream/leaks", test_leaks);

  return g_test_run ();
}
