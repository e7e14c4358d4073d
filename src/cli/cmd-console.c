/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "hostel-cli"

#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include <glib-unix.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>

#include "console-terminal.h"
#include "hostel-cli.h"
#include "hostel-console-filter.h"
#include "hostel-console.h"
#include "hostel-error.h"
#include "hostel-shell.h"
#include "hostel-transcript-times.h"

/* Ctrl+], as virsh and telnet have it. */
#define LEAVE 0x1d
#define READ_SIZE 4096
#define CHUNK_SIZE (256 * 1024)
/* A console is joined with its log for so long; then what came is all that there is. */
#define REST_MS 2000

typedef struct
{
  const char *device; /* nullable: the first console */
  const char *log;    /* nullable: a file that gets a copy */
  gboolean    force;
  gboolean    replay;
  gboolean    send_size;
  gboolean    times;
} Options;

typedef struct
{
  const Options         *options;
  HostelConsoleStream   *stream;   /* owned, nullable: the live bytes */
  HostelConsole         *recorded; /* owned, nullable: with --replay, all bytes */
  guint64                offset;   /* of the next one of @recorded */
  guint64                old_end;  /* what is before it was written down in an earlier session */
  HostelConsoleFilter   *filter;   /* owned, nullable: for old bytes on a terminal */
  HostelTranscriptTimes *times;    /* owned, nullable */
  char                  *name;     /* owned: the machine's, which may be gone when it is off */
  GMainLoop             *loop;     /* owned */
  ConsoleTerminal        terminal;
  int                    log_fd;   /* -1 for none */
  guint                  input_id;
  guint                  rest_id;
  gboolean               opened;
  int                    status;
} Console;

static void
leave (Console *console,
       int      status)
{
  console->status = status;
  g_main_loop_quit (console->loop);
}

static HostelConsoleState
get_state (Console *console)
{
  return console->recorded != NULL ? hostel_console_get_state (console->recorded)
                                   : hostel_console_stream_get_state (console->stream);
}

static void
send_bytes (Console    *console,
            const char *data,
            gsize       size)
{
  g_autoptr (GBytes) bytes = g_bytes_new (data, size);

  if (console->recorded != NULL)
    hostel_console_write (console->recorded, bytes);
  else
    hostel_console_stream_write (console->stream, bytes);
}

/* Nobody waits for an answer to what is before. */
static guint64
get_live_from (Console *console)
{
  return MAX (console->old_end, hostel_console_get_live_from (console->recorded));
}

/* The file gets what the guest wrote; the terminal must not answer to old requests. */
static gboolean
show (Console    *console,
      const char *data,
      gsize       size)
{
  g_autoptr (GString) stamped = NULL;
  g_autoptr (GString) filtered = NULL;
  gsize from = console->offset;

  console->offset += size;
  if (console->times != NULL)
    {
      stamped = g_string_new (NULL);
      hostel_transcript_times_stamp (console->times, from, data, size, stamped);
      data = stamped->str;
      size = stamped->len;
    }
  if (console->log_fd >= 0 && !console_write_all (console->log_fd, data, size))
    {
      g_autofree char *text = g_strdup_printf (_("%s cannot be written: %s."),
                                               console->options->log, g_strerror (errno));

      console_terminal_tell (&console->terminal, text);
      leave (console, HOSTEL_CLI_FAILED);
      return FALSE;
    }
  if (console->filter != NULL && from < get_live_from (console))
    {
      filtered = g_string_new (NULL);
      hostel_console_filter_feed (console->filter, data, size, filtered);
      data = filtered->str;
      size = filtered->len;
    }
  if (console_write_all (STDOUT_FILENO, data, size))
    return TRUE;

  /* Nobody reads any more. */
  leave (console, HOSTEL_CLI_DONE);

  return FALSE;
}

static void
received_cb (HostelConsoleStream *stream,
             GBytes              *bytes,
             Console             *console)
{
  show (console, g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
}

static void
show_recorded_cb (Console *console)
{
  HostelTranscript *transcript = hostel_console_get_transcript (console->recorded);
  guint64 end = hostel_transcript_get_end (transcript);

  while (console->offset < end)
    {
      guint64 live_from = get_live_from (console);
      gsize max = MIN (CHUNK_SIZE, end - console->offset);
      g_autoptr (GBytes) bytes = NULL;
      g_autoptr (GError) error = NULL;

      /* Not the old and the new in one piece. */
      if (console->offset < live_from)
        max = MIN (max, live_from - console->offset);
      bytes = hostel_transcript_read (transcript, console->offset, max, &error);
      if (bytes == NULL)
        {
          leave (console, hostel_cli_fail (error));
          return;
        }
      if (g_bytes_get_size (bytes) == 0
          || !show (console, g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes)))
        return;
    }
}

static gboolean
input_cb (int          fd,
          GIOCondition condition,
          gpointer     user_data)
{
  Console *console = user_data;
  char buffer[READ_SIZE];
  gssize size = read (fd, buffer, sizeof buffer);
  const char *mark;

  if (size < 0 && (errno == EINTR || errno == EAGAIN))
    return G_SOURCE_CONTINUE;

  /* The end of a pipe ends the input alone; a terminal that is gone ends all. */
  if (size <= 0)
    {
      if (console->terminal.raw)
        leave (console, HOSTEL_CLI_DONE);
      console->input_id = 0;
      return G_SOURCE_REMOVE;
    }

  mark = console->terminal.raw ? memchr (buffer, LEAVE, size) : NULL;
  send_bytes (console, buffer, mark != NULL ? mark - buffer : size);
  if (mark == NULL)
    return G_SOURCE_CONTINUE;

  console->input_id = 0;
  leave (console, HOSTEL_CLI_DONE);

  return G_SOURCE_REMOVE;
}

static gboolean
signal_cb (gpointer user_data)
{
  leave (user_data, HOSTEL_CLI_FAILED);

  return G_SOURCE_CONTINUE;
}

static void
opened (Console *console)
{
  g_autofree char *text = NULL;
  g_autofree char *size_command = NULL;

  /* Again after a hiccup: the terminal is as it should be. */
  if (console->opened)
    return;

  console->opened = TRUE;
  if (isatty (STDIN_FILENO))
    {
      text = g_strdup_printf (_("Connected to “%s”. Press Ctrl+] to leave."), console->name);
      console_terminal_tell (&console->terminal, text);
    }
  console_terminal_make_raw (&console->terminal);
  console->input_id = g_unix_fd_add (STDIN_FILENO, G_IO_IN | G_IO_HUP, input_cb, console);
  if (console->options->send_size && (size_command = console_terminal_dup_size_command ()))
    send_bytes (console, size_command, strlen (size_command));
}

static void
tell_off (Console *console)
{
  g_autofree char *text = g_strdup_printf (_("“%s” is off."), console->name);

  console_terminal_tell (&console->terminal, text);
  leave (console, HOSTEL_CLI_DONE);
}

static gboolean
rest_cb (gpointer user_data)
{
  Console *console = user_data;

  console->rest_id = 0;
  show_recorded_cb (console);
  tell_off (console);

  return G_SOURCE_REMOVE;
}

static void
state_changed (Console      *console,
               const GError *error)
{
  g_clear_handle_id (&console->rest_id, g_source_remove);

  switch (get_state (console))
    {
    case HOSTEL_CONSOLE_STATE_OPEN:
      opened (console);
      break;

    case HOSTEL_CONSOLE_STATE_CLOSED:
      if (console->recorded != NULL)
        {
          /* What it wrote last is fetched from the log. */
          console->rest_id = g_timeout_add (REST_MS, rest_cb, console);
          break;
        }
      if (console->opened)
        {
          tell_off (console);
          break;
        }
      G_GNUC_FALLTHROUGH;

    case HOSTEL_CONSOLE_STATE_TAKEN:
    case HOSTEL_CONSOLE_STATE_LOST:
      console_terminal_restore (&console->terminal);
      leave (console, error != NULL ? hostel_cli_fail (error) : HOSTEL_CLI_FAILED);
      break;

    case HOSTEL_CONSOLE_STATE_OPENING:
    default:
      break;
    }
}

static void
stream_state_cb (HostelConsoleStream *stream,
                 GParamSpec          *pspec,
                 Console             *console)
{
  state_changed (console, hostel_console_stream_get_error (stream));
}

static void
recorded_state_cb (HostelConsole *recorded,
                   GParamSpec    *pspec,
                   Console       *console)
{
  state_changed (console, hostel_console_get_error (recorded));
}

static void
set_none (HostelDomain  *domain,
          GError       **error)
{
  const char *name = hostel_domain_get_name (domain);
  const char *note = hostel_domain_get_console_note (domain);
  g_autofree char *quoted = hostel_shell_quote (name);
  g_autofree char *add = NULL;
  g_autofree char *remedy = NULL;

  add = g_strdup_printf (_("Add one on its console page in the window, or a "
                           "“<serial type=\"pty\"/>” with: virsh edit %s"), quoted);
  remedy = *note != '\0' ? g_strdup_printf ("%s %s", note, add) : g_strdup (add);
  hostel_error_set (error, HOSTEL_ERROR_NOT_FOUND, remedy, NULL,
                    *note != '\0' ? _("“%s” has no console that can be joined here.")
                                  : _("“%s” has no serial console."), name);
}

/* The alias of the first console that can be joined. */
static char *
dup_device (HostelDomain  *domain,
            const char    *wanted,
            GError       **error)
{
  g_autoptr (GAsyncResult) result = NULL;
  const char * const *devices;

  if (wanted != NULL)
    return g_strdup (wanted);

  hostel_domain_load_details_async (domain, NULL, hostel_cli_take_result, &result);
  if (!hostel_domain_load_details_finish (domain, hostel_cli_wait (&result), error))
    return NULL;

  devices = hostel_domain_get_consoles (domain);
  if (devices != NULL && devices[0] != NULL)
    return g_strdup (devices[0]);

  set_none (domain, error);

  return NULL;
}

static gboolean
open_stream (Console       *console,
             HostelDomain  *domain,
             const char    *uri,
             GError       **error)
{
  g_autofree char *device = dup_device (domain, console->options->device, error);

  if (device == NULL)
    return FALSE;

  if (console->options->times)
    console->times = hostel_transcript_times_new (NULL, NULL);
  console->stream = hostel_console_stream_new (uri, hostel_domain_get_uuid (domain), device);
  g_signal_connect (console->stream, "received", G_CALLBACK (received_cb), console);
  g_signal_connect (console->stream, "notify::state", G_CALLBACK (stream_state_cb), console);
  hostel_console_stream_set_flowing (console->stream, TRUE);
  hostel_console_stream_open (console->stream, console->options->force);

  return TRUE;
}

static gboolean
open_recorded (Console       *console,
               HostelDomain  *domain,
               GError       **error)
{
  g_autofree char *device = dup_device (domain, console->options->device, error);
  HostelTranscript *transcript;

  if (device == NULL)
    return FALSE;

  console->recorded = hostel_console_new (domain, device);
  transcript = hostel_console_get_transcript (console->recorded);
  console->offset = hostel_transcript_get_start (transcript);
  console->old_end = hostel_transcript_get_end (transcript);
  if (console->options->times
      && (console->times = hostel_transcript_times_new (transcript, error)) == NULL)
    return FALSE;
  if (isatty (STDOUT_FILENO))
    {
      console->filter = hostel_console_filter_new ();
      hostel_console_filter_set_replay (console->filter, TRUE);
    }

  show_recorded_cb (console);
  g_signal_connect_swapped (console->recorded, "grown", G_CALLBACK (show_recorded_cb), console);
  g_signal_connect (console->recorded, "notify::state", G_CALLBACK (recorded_state_cb), console);
  if (console->options->force && hostel_domain_is_active (domain))
    hostel_console_open (console->recorded, TRUE);
  else
    hostel_console_activate (console->recorded);
  if (!hostel_domain_is_active (domain))
    console->rest_id = g_timeout_add (REST_MS, rest_cb, console);

  return TRUE;
}

static void
close_console (Console *console)
{
  if (console->stream != NULL)
    {
      g_signal_handlers_disconnect_by_data (console->stream, console);
      hostel_console_stream_close (console->stream);
    }
  if (console->recorded != NULL)
    {
      g_signal_handlers_disconnect_by_data (console->recorded, console);
      hostel_console_close (console->recorded);
    }
  g_clear_handle_id (&console->input_id, g_source_remove);
  g_clear_handle_id (&console->rest_id, g_source_remove);
  if (console->terminal.raw)
    console_write_all (STDERR_FILENO, "\r\n", 2);
  console_terminal_restore (&console->terminal);

  g_clear_object (&console->stream);
  g_clear_object (&console->recorded);
  g_clear_pointer (&console->filter, hostel_console_filter_free);
  g_clear_pointer (&console->times, hostel_transcript_times_free);
}

static int
run_console (HostelDomain  *domain,
             const char    *uri,
             const Options *options,
             int            log_fd)
{
  Console console = { options, .name = g_strdup (hostel_domain_get_name (domain)), .log_fd = log_fd };
  const int signals[] = { SIGINT, SIGTERM, SIGHUP };
  guint ids[G_N_ELEMENTS (signals)];
  g_autoptr (GError) error = NULL;

  console.loop = g_main_loop_new (NULL, FALSE);
  for (guint i = 0; i < G_N_ELEMENTS (signals); i++)
    ids[i] = g_unix_signal_add (signals[i], signal_cb, &console);

  if (options->replay ? open_recorded (&console, domain, &error)
                      : open_stream (&console, domain, uri, &error))
    g_main_loop_run (console.loop);
  else
    console.status = hostel_cli_fail (error);

  close_console (&console);
  for (guint i = 0; i < G_N_ELEMENTS (signals); i++)
    g_source_remove (ids[i]);
  g_main_loop_unref (console.loop);
  g_free (console.name);

  return console.status;
}

/* What is there stays: a session of yesterday is not thrown away by one of today. */
static int
open_log (const char  *path,
          GError     **error)
{
  int fd = g_open (path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);

  if (fd < 0)
    hostel_error_set (error, HOSTEL_ERROR_FAILED, NULL, g_strerror (errno),
                      _("%s cannot be written."), path);

  return fd;
}

/**
 * hostel_cli_cmd_console:
 * @cli: what stood before the command
 * @argc: the number of arguments
 * @argv: (array length=argc): the arguments, the command's name in front
 *
 * Joins the terminal with a machine's console until Ctrl+] is pressed or the machine stops; a
 * machine that restarts keeps it. With input from a pipe or file Ctrl+] is a byte like others, and
 * the end of the input leaves the output running.
 *
 * Returns: an exit status
 */
int
hostel_cli_cmd_console (HostelCli  *cli,
                        int         argc,
                        char      **argv)
{
  g_autofree char *device = NULL;
  g_autofree char *log = NULL;
  Options options = { NULL };
  g_auto (GStrv) names = NULL;
  const GOptionEntry entries[] = {
    { "device", 0, 0, G_OPTION_ARG_STRING, &device,
      N_("The console’s alias (serial0, console1); the first where not given"), N_("ALIAS") },
    { "force", 0, 0, G_OPTION_ARG_NONE, &options.force, N_("Take it from another program"), NULL },
    { "replay", 0, 0, G_OPTION_ARG_NONE, &options.replay,
      N_("Show first what it has written before; also of a machine that is off"), NULL },
    { "log", 0, 0, G_OPTION_ARG_FILENAME, &log, N_("Append a copy of what is shown to a file"),
      N_("FILE") },
    { "times", 0, 0, G_OPTION_ARG_NONE, &options.times, N_("Show the time in front of each line"),
      NULL },
    { "send-size", 0, 0, G_OPTION_ARG_NONE, &options.send_size,
      N_("Type an stty command that tells the guest the size of this terminal"), NULL },
    { G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_STRING_ARRAY, &names, NULL, N_("NAME") },
    { NULL }
  };
  g_autoptr (HostelConnection) connection = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (HostelDomain) domain = NULL;
  int log_fd = -1;
  int status = hostel_cli_parse (cli, argc, argv, entries, "",
                                 _("Joins this terminal with a machine’s console; Ctrl+] leaves."));

  if (status >= 0)
    return status;
  if (names == NULL || g_strv_length (names) != 1)
    return hostel_cli_usage_error (_("The command “console” takes the name of one machine."));

  options.device = device;
  options.log = log;
  if (log != NULL && (log_fd = open_log (log, &error)) < 0)
    return hostel_cli_fail (error);

  domain = hostel_cli_find_domain (cli, names[0], &connection, &error);
  if (domain != NULL)
    {
      status = run_console (domain, hostel_connection_get_uri (connection), &options, log_fd);
      hostel_connection_close (connection);
    }
  else
    {
      status = hostel_cli_fail (error);
    }
  if (log_fd >= 0)
    close (log_fd);

  return status;
}
