/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>
#include <termios.h>

G_BEGIN_DECLS

/* Our side of a console: the terminal that this program was started on, or a pipe. */
typedef struct
{
  struct termios saved; /* what the terminal was like */
  gboolean       raw;
} ConsoleTerminal;

void     console_terminal_make_raw (ConsoleTerminal *self);
void     console_terminal_restore  (ConsoleTerminal *self);
/* One line on stderr. */
void     console_terminal_tell     (ConsoleTerminal *self,
                                    const char      *text);
/* "stty rows 24 columns 80\r"; NULL where the output is no terminal. */
char    *console_terminal_dup_size_command (void);
gboolean console_write_all         (int              fd,
                                    const char      *data,
                                    gsize            size);

G_END_DECLS
