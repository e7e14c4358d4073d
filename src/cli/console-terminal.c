/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "hostel-cli"

#include "config.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "console-terminal.h"

void
console_terminal_make_raw (ConsoleTerminal *self)
{
  struct termios raw;

  if (!isatty (STDIN_FILENO) || tcgetattr (STDIN_FILENO, &self->saved) != 0)
    return;

  raw = self->saved;
  cfmakeraw (&raw);
  self->raw = tcsetattr (STDIN_FILENO, TCSADRAIN, &raw) == 0;
}

void
console_terminal_restore (ConsoleTerminal *self)
{
  if (self->raw)
    tcsetattr (STDIN_FILENO, TCSADRAIN, &self->saved);
  self->raw = FALSE;
}

/* Not in cooked mode: a line feed alone would not return to the left. */
void
console_terminal_tell (ConsoleTerminal *self,
                       const char      *text)
{
  const char *line_end = self->raw ? "\r\n" : "\n";

  if (self->raw)
    console_write_all (STDERR_FILENO, line_end, strlen (line_end));
  g_printerr ("%s", text);
  console_write_all (STDERR_FILENO, line_end, strlen (line_end));
}

char *
console_terminal_dup_size_command (void)
{
  struct winsize size;

  if (ioctl (STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_row == 0 || size.ws_col == 0)
    return NULL;

  return g_strdup_printf ("stty rows %u columns %u\r", size.ws_row, size.ws_col);
}

/* Whoever reads our output may be slow; the guest's bytes wait in the stream meanwhile. */
gboolean
console_write_all (int         fd,
                   const char *data,
                   gsize       size)
{
  while (size > 0)
    {
      gssize written = write (fd, data, size);

      if (written >= 0)
        {
          data += written;
          size -= written;
        }
      else if (errno == EAGAIN)
        {
          struct pollfd waiting = { fd, POLLOUT, 0 };

          poll (&waiting, 1, -1);
        }
      else if (errno != EINTR)
        {
          return FALSE;
        }
    }

  return TRUE;
}
