/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "hostel-cli"

#include "config.h"

#include "print.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "hostel-visible.h"

#define CLEAR_LINE "\r\033[K"

static void
print_visible (FILE       *file,
               const char *text,
               gssize      length)
{
  g_autofree char *visible = hostel_visible_dup (text, length);
  g_autofree char *converted = NULL;
  const char *charset;

  if (!g_get_charset (&charset))
    converted = g_convert_with_fallback (visible, -1, charset, "UTF-8", "?", NULL, NULL, NULL);

  fputs (converted != NULL ? converted : visible, file);
  fflush (file);
}

static void
print_cb (const char *text)
{
  print_visible (stdout, text, -1);
}

static void
printerr_cb (const char *text)
{
  print_visible (stderr, text, -1);
}

/**
 * hostel_cli_print_init:
 *
 * From now on g_print() and g_printerr() pass no control character but line feed and tab.
 */
void
hostel_cli_print_init (void)
{
  g_set_print_handler (print_cb);
  g_set_printerr_handler (printerr_cb);
}

/**
 * hostel_cli_print_data:
 * @data: (array length=size): a document or a description, maybe of a stranger
 * @size: its size in bytes
 *
 * Prints it as it is into a file or a pipe, and as it can be read on a terminal.
 */
void
hostel_cli_print_data (const char *data,
                       gsize       size)
{
  if (isatty (STDOUT_FILENO))
    print_visible (stdout, data, (gssize) size);
  else
    fwrite (data, 1, size, stdout);
}

/**
 * hostel_cli_print_clear_line:
 *
 * For progress: the cursor's line on stderr is empty then.
 */
void
hostel_cli_print_clear_line (void)
{
  fputs (CLEAR_LINE, stderr);
  fflush (stderr);
}
