/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How fast a guest's console is read and shown, and at what cost; tools/bench compares the ways.
 * usage: bench-console WAY URI UUID
 *
 *     stream   a thread that receives from a libvirt stream, and nothing else
 *     pty      reads the pseudo terminal that QEMU made
 *     vte      a bare VTE terminal in a window, fed from that pseudo terminal
 *     hostel   Hostel's view of the console in a window
 *
 * It types a command on console1, a virtio console with a shell, that prints the file /payload, and
 * prints a line: the seconds from there to the end of the file on the screen (or in memory), the CPU
 * seconds of this process, and how many bytes came. */

#include "config.h"

#include <adwaita.h>
#include <fcntl.h>
#include <glib-unix.h>
#include <libvirt/libvirt.h>
#include <string.h>
#include <sys/resource.h>
#include <termios.h>
#include <unistd.h>

#include "hostel-connection.h"
#include "hostel-console-view.h"

/* Whatever is given up, one of the ends comes. */
#define COMMAND "stty -opost; cat /payload; for i in 1 2 3 4 5 6 7 8; do echo e$((1))nd; usleep 200000; done\r"
#define END "e1nd"
#define READ_SIZE (64 * 1024)
#define PATIENCE_S 120

typedef struct
{
  gint64  begun;  /* µs */
  double  cpu;    /* s, when it began */
  guint64 n_bytes;
  char    tail[2 * sizeof END];
} Race;

static double
get_cpu (void)
{
  struct rusage usage;

  getrusage (RUSAGE_SELF, &usage);

  return usage.ru_utime.tv_sec + usage.ru_stime.tv_sec
         + (usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
}

static void
begin (Race *race)
{
  race->n_bytes = 0;
  race->cpu = get_cpu ();
  race->begun = g_get_monotonic_time ();
}

static void
report (Race *race)
{
  g_print ("%.3f %.3f %" G_GUINT64_FORMAT "\n",
           (g_get_monotonic_time () - race->begun) / 1e6, get_cpu () - race->cpu, race->n_bytes);
}

/* Whether @data brings the end, also where that comes in two pieces. */
static gboolean
take (Race       *race,
      const char *data,
      gsize       size)
{
  const gsize kept = sizeof END;
  gboolean ended;

  race->n_bytes += size;
  memcpy (race->tail + kept, data, MIN (size, kept));
  ended = memmem (race->tail, kept + MIN (size, kept), END, strlen (END)) != NULL
          || memmem (data, size, END, strlen (END)) != NULL;
  if (size >= kept)
    memcpy (race->tail, data + size - kept, kept);
  else
    memmove (race->tail, race->tail + size, kept);

  return ended;
}

static virDomainPtr
find_domain (virConnectPtr handle,
             const char   *uuid)
{
  virDomainPtr domain = handle != NULL ? virDomainLookupByUUIDString (handle, uuid) : NULL;

  if (domain == NULL)
    g_error ("no such machine");

  return domain;
}

static void
race_stream (virDomainPtr domain)
{
  virStreamPtr stream = virStreamNew (virDomainGetConnect (domain), 0);
  g_autofree char *buffer = g_malloc (READ_SIZE);
  Race race = { 0 };
  int n_read;

  if (virDomainOpenConsole (domain, "console1", stream, 0) != 0)
    g_error ("no console");

  g_usleep (2 * G_USEC_PER_SEC);
  begin (&race);
  virStreamSend (stream, COMMAND, strlen (COMMAND));
  do
    {
      n_read = virStreamRecv (stream, buffer, READ_SIZE);
    }
  while (n_read > 0 && !take (&race, buffer, n_read));
  report (&race);
  virStreamFree (stream);
}

static int
open_pty (virDomainPtr domain)
{
  g_autofree char *xml = virDomainGetXMLDesc (domain, 0);
  g_autoptr (GRegex) regex =
    g_regex_new ("<console type='pty'[^>]*>\\s*<source path='([^']*)'/>\\s*<target type='virtio'", 0, 0, NULL);
  g_autoptr (GMatchInfo) match = NULL;
  g_autofree char *path = NULL;
  struct termios raw;
  int fd;

  if (!g_regex_match (regex, xml, 0, &match))
    g_error ("no pseudo terminal in %s", xml);
  path = g_match_info_fetch (match, 1);
  fd = open (path, O_RDWR | O_CLOEXEC | O_NOCTTY);
  if (fd < 0 || tcgetattr (fd, &raw) != 0)
    g_error ("%s cannot be opened", path);
  cfmakeraw (&raw);
  tcsetattr (fd, TCSANOW, &raw);
  /* QEMU looks once a second. */
  g_usleep (2 * G_USEC_PER_SEC);

  return fd;
}

static void
race_pty (virDomainPtr domain)
{
  g_autofree char *buffer = g_malloc (READ_SIZE);
  int fd = open_pty (domain);
  Race race = { 0 };
  gssize n_read;

  begin (&race);
  if (write (fd, COMMAND, strlen (COMMAND)) < 0)
    g_error ("nobody reads");
  do
    {
      n_read = read (fd, buffer, READ_SIZE);
    }
  while (n_read > 0 && !take (&race, buffer, n_read));
  report (&race);
  close (fd);
}

/* A window with one terminal, and whether its last lines show the end. */
typedef struct
{
  Race               race;
  GtkWindow         *window;
  VteTerminal       *terminal;
  HostelConsoleView *view; /* nullable */
  GMainLoop         *loop;
  int                fd;
} Show;

static gboolean
look_cb (gpointer user_data)
{
  Show *show = user_data;
  long row;
  g_autofree char *text = NULL;

  vte_terminal_get_cursor_position (show->terminal, NULL, &row);
  text = vte_terminal_get_text_range (show->terminal, MAX (row - 3, 0), 0, row + 1, 0, NULL, NULL,
                                      NULL);
  if (text != NULL && strstr (text, END) != NULL)
    {
      if (show->view != NULL)
        show->race.n_bytes += hostel_transcript_get_end (hostel_console_get_transcript (
                                hostel_console_view_get_console (show->view)));
      report (&show->race);
      g_main_loop_quit (show->loop);
    }
  else if (g_get_monotonic_time () - show->race.begun > PATIENCE_S * G_USEC_PER_SEC)
    {
      g_error ("the end is not shown");
    }

  return G_SOURCE_CONTINUE;
}

static void
wait_for (guint milliseconds)
{
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);

  g_timeout_add_once (milliseconds, (GSourceOnceFunc) g_main_loop_quit, loop);
  g_main_loop_run (loop);
}

static void
open_window (Show      *show,
             GtkWidget *child)
{
  show->window = GTK_WINDOW (adw_window_new ());
  adw_window_set_content (ADW_WINDOW (show->window), child);
  gtk_window_set_default_size (show->window, 800, 560);
  gtk_window_present (show->window);
  show->loop = g_main_loop_new (NULL, FALSE);
  wait_for (2500);
}

static void
run_show (Show *show)
{
  g_timeout_add (10, look_cb, show);
  g_main_loop_run (show->loop);
  gtk_window_destroy (show->window);
  g_main_loop_unref (show->loop);
}

static gboolean
readable_cb (int          fd,
             GIOCondition condition,
             gpointer     user_data)
{
  Show *show = user_data;
  char buffer[READ_SIZE];
  gssize n_read = read (fd, buffer, sizeof buffer);

  if (n_read <= 0)
    return G_SOURCE_REMOVE;

  show->race.n_bytes += n_read;
  vte_terminal_feed (show->terminal, buffer, n_read);

  return G_SOURCE_CONTINUE;
}

static void
race_vte (virDomainPtr domain)
{
  Show show = { .terminal = VTE_TERMINAL (vte_terminal_new ()) };

  vte_terminal_set_scrollback_lines (show.terminal, 100000);
  open_window (&show, GTK_WIDGET (show.terminal));
  show.fd = open_pty (domain);
  begin (&show.race);
  g_unix_fd_add (show.fd, G_IO_IN, readable_cb, &show);
  if (write (show.fd, COMMAND, strlen (COMMAND)) < 0)
    g_error ("nobody reads");
  run_show (&show);
}

static void
opened_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr (GError) error = NULL;

  if (!hostel_connection_open_finish (HOSTEL_CONNECTION (source), result, &error))
    g_error ("%s", error->message);
}

static void
race_hostel (const char *uri,
             const char *uuid)
{
  g_autoptr (HostelConnection) connection = hostel_connection_new (uri);
  g_autoptr (GBytes) command = g_bytes_new_static (COMMAND, strlen (COMMAND));
  HostelDomain *domain;
  Show show = { 0 };

  hostel_connection_open_async (connection, NULL, opened_cb, NULL);
  while ((domain = hostel_connection_lookup_uuid (connection, uuid)) == NULL)
    g_main_context_iteration (NULL, TRUE);

  show.view = hostel_console_view_new (domain, "console1");
  show.terminal = VTE_TERMINAL (hostel_console_view_get_terminal (show.view));
  hostel_console_view_activate (show.view);
  open_window (&show, GTK_WIDGET (show.view));
  while (hostel_console_view_get_state (show.view) != HOSTEL_CONSOLE_STATE_OPEN)
    g_main_context_iteration (NULL, TRUE);
  wait_for (2000);

  begin (&show.race);
  show.race.n_bytes -= hostel_transcript_get_end (hostel_console_get_transcript (
                         hostel_console_view_get_console (show.view)));
  hostel_console_view_write (show.view, command);
  run_show (&show);
  hostel_connection_close (connection);
}

int
main (int    argc,
      char **argv)
{
  virConnectPtr handle;
  virDomainPtr domain;

  if (argc != 4)
    g_error ("usage: bench-console stream|pty|vte|hostel URI UUID");

  if (g_str_equal (argv[1], "hostel") || g_str_equal (argv[1], "vte"))
    {
      gtk_init ();
      adw_init ();
    }
  if (g_str_equal (argv[1], "hostel"))
    {
      race_hostel (argv[2], argv[3]);
      return 0;
    }

  handle = virConnectOpen (argv[2]);
  domain = find_domain (handle, argv[3]);
  if (g_str_equal (argv[1], "stream"))
    race_stream (domain);
  else if (g_str_equal (argv[1], "pty"))
    race_pty (domain);
  else
    race_vte (domain);
  virDomainFree (domain);
  virConnectClose (handle);

  return 0;
}
