#define G_LOG_DOMAIN "hostel-cli"

#include "config.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include <glib-unix.h>
#include <glib/gi18n.h>

#include "hostel-cli.h"
#include "hostel-console-stream.h"
#include "hostel-error.h"

/* Ctrl+], as virsh and telnet have it. */
#define LEAVE 0x1d
#define READ_SIZE 4096

typedef struct
{
  HostelConsoleStream *stream; /* borrowed */
  char                *name;   /* owned: the machine's, which may be gone when it is off */
  GMainLoop           *loop;   /* owned */
  struct termios       saved;  /* what the terminal was like */
  guint                input_id;
  gboolean             raw;
  gboolean             opened;
  int                  status;
} Console;

/* Not in cooked mode: a line feed alone would not return to the left. */
static void
tell (Console    *console,
      const char *text)
{
  g_printerr ("%s%s%s", console->raw ? "\r\n" : "", text, console->raw ? "\r\n" : "\n");
}

static void
leave (Console *console,
       int      status)
{
  console->status = status;
  g_main_loop_quit (console->loop);
}

static void
restore_terminal (Console *console)
{
  if (console->raw)
    tcsetattr (STDIN_FILENO, TCSADRAIN, &console->saved);
  console->raw = FALSE;
}

static void
make_terminal_raw (Console *console)
{
  struct termios raw;

  if (!isatty (STDIN_FILENO) || tcgetattr (STDIN_FILENO, &console->saved) != 0)
    return;

  raw = console->saved;
  cfmakeraw (&raw);
  console->raw = tcsetattr (STDIN_FILENO, TCSADRAIN, &raw) == 0;
}

/* Whoever reads our output may be slow; the guest's bytes wait in the stream meanwhile. */
static gboolean
write_all (const char *data,
           gsize       size)
{
  while (size > 0)
    {
      gssize written = write (STDOUT_FILENO, data, size);

      if (written >= 0)
        {
          data += written;
          size -= written;
        }
      else if (errno == EAGAIN)
        {
          struct pollfd waiting = { STDOUT_FILENO, POLLOUT, 0 };

          poll (&waiting, 1, -1);
        }
      else if (errno != EINTR)
        {
          return FALSE;
        }
    }

  return TRUE;
}

static void
received_cb (HostelConsoleStream *stream,
             GBytes              *bytes,
             Console             *console)
{
  /* Nobody reads any more. */
  if (!write_all (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes)))
    leave (console, HOSTEL_CLI_DONE);
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
  g_autoptr (GBytes) bytes = NULL;

  if (size < 0 && (errno == EINTR || errno == EAGAIN))
    return G_SOURCE_CONTINUE;

  /* The end of a pipe ends the input alone; a terminal that is gone ends all. */
  if (size <= 0)
    {
      if (console->raw)
        leave (console, HOSTEL_CLI_DONE);
      console->input_id = 0;
      return G_SOURCE_REMOVE;
    }

  mark = console->raw ? memchr (buffer, LEAVE, size) : NULL;
  bytes = g_bytes_new (buffer, mark != NULL ? mark - buffer : size);
  hostel_console_stream_write (console->stream, bytes);
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

  /* Again after a hiccup: the terminal is as it should be. */
  if (console->opened)
    return;

  console->opened = TRUE;
  if (isatty (STDIN_FILENO))
    {
      text = g_strdup_printf (_("Connected to “%s”. Press Ctrl+] to leave."), console->name);
      tell (console, text);
    }
  make_terminal_raw (console);
  console->input_id = g_unix_fd_add (STDIN_FILENO, G_IO_IN | G_IO_HUP, input_cb,
                                     console);
}

static void
state_cb (HostelConsoleStream *stream,
          GParamSpec          *pspec,
          Console             *console)
{
  const GError *error = hostel_console_stream_get_error (stream);
  g_autofree char *text = NULL;

  switch (hostel_console_stream_get_state (stream))
    {
    case HOSTEL_CONSOLE_STATE_OPEN:
      opened (console);
      break;

    case HOSTEL_CONSOLE_STATE_CLOSED:
      if (console->opened)
        {
          text = g_strdup_printf (_("“%s” is off."), console->name);
          tell (console, text);
          leave (console, HOSTEL_CLI_DONE);
          break;
        }
      G_GNUC_FALLTHROUGH;

    case HOSTEL_CONSOLE_STATE_TAKEN:
    case HOSTEL_CONSOLE_STATE_LOST:
      restore_terminal (console);
      leave (console, error != NULL ? hostel_cli_fail (error) : HOSTEL_CLI_FAILED);
      break;

    case HOSTEL_CONSOLE_STATE_OPENING:
    default:
      break;
    }
}

static int
run_console (HostelDomain *domain,
             const char   *uri,
             const char   *device,
             gboolean      force)
{
  g_autoptr (HostelConsoleStream) stream =
    hostel_console_stream_new (uri, hostel_domain_get_uuid (domain), device);
  Console console = { stream, g_strdup (hostel_domain_get_name (domain)), };
  const int signals[] = { SIGINT, SIGTERM, SIGHUP };
  guint ids[G_N_ELEMENTS (signals)];

  console.loop = g_main_loop_new (NULL, FALSE);
  for (guint i = 0; i < G_N_ELEMENTS (signals); i++)
    ids[i] = g_unix_signal_add (signals[i], signal_cb, &console);

  g_signal_connect (stream, "received", G_CALLBACK (received_cb), &console);
  g_signal_connect (stream, "notify::state", G_CALLBACK (state_cb), &console);
  hostel_console_stream_set_flowing (stream, TRUE);
  hostel_console_stream_open (stream, force);

  g_main_loop_run (console.loop);

  g_signal_handlers_disconnect_by_data (stream, &console);
  g_clear_handle_id (&console.input_id, g_source_remove);
  for (guint i = 0; i < G_N_ELEMENTS (signals); i++)
    g_source_remove (ids[i]);
  hostel_console_stream_close (stream);
  if (console.raw)
    g_printerr ("\r\n");
  restore_terminal (&console);
  g_main_loop_unref (console.loop);
  g_free (console.name);

  return console.status;
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
  gboolean force = FALSE;
  g_auto (GStrv) names = NULL;
  const GOptionEntry entries[] = {
    { "device", 0, 0, G_OPTION_ARG_STRING, &device,
      N_("The console’s alias (serial0, console1); the first where not given"), N_("ALIAS") },
    { "force", 0, 0, G_OPTION_ARG_NONE, &force, N_("Take it from another program"), NULL },
    { G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_STRING_ARRAY, &names, NULL, N_("NAME") },
    { NULL }
  };
  g_autoptr (HostelConnection) connection = NULL;
  g_autoptr (GError) error = NULL;
  HostelDomain *domain;
  int status = hostel_cli_parse (cli, argc, argv, entries, "",
                                 _("Joins this terminal with a machine’s console; Ctrl+] leaves."));

  if (status >= 0)
    return status;
  if (names == NULL || g_strv_length (names) != 1)
    return hostel_cli_usage_error (_("The command “console” takes the name of one machine."));

  domain = hostel_cli_find_domain (cli, names[0], &connection, &error);
  if (domain == NULL)
    return hostel_cli_fail (error);

  status = run_console (domain, hostel_connection_get_uri (connection), device, force);
  hostel_connection_close (connection);

  return status;
}
