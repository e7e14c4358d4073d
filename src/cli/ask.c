/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "hostel-cli"

#include "config.h"

#include <unistd.h>

#include <gio/gunixinputstream.h>
#include <glib/gi18n.h>

#include "ask.h"
#include "hostel-cli.h"

/**
 * hostel_cli_can_ask:
 *
 * Returns: whether a person reads this program's words and can answer
 */
gboolean
hostel_cli_can_ask (void)
{
  return isatty (STDIN_FILENO) && isatty (STDOUT_FILENO);
}

/**
 * hostel_cli_ask:
 * @question: a translated question, with the answers in brackets
 *
 * Returns: whether the answer was yes; no answer is none
 */
gboolean
hostel_cli_ask (const char *question)
{
  g_autoptr (GInputStream) input = g_unix_input_stream_new (STDIN_FILENO, FALSE);
  g_autoptr (GDataInputStream) lines = g_data_input_stream_new (input);
  g_autoptr (GAsyncResult) result = NULL;
  g_autofree char *line = NULL;

  g_print ("%s ", question);
  g_data_input_stream_read_line_async (lines, G_PRIORITY_DEFAULT, NULL, hostel_cli_take_result,
                                       &result);
  line = g_data_input_stream_read_line_finish (lines, hostel_cli_wait (&result), NULL, NULL);

  /* Translators: what answers "yes" to "[y/N]", in lower case */
  return line != NULL && (g_ascii_strcasecmp (g_strstrip (line), _("y")) == 0 ||
                          g_ascii_strcasecmp (line, _("yes")) == 0);
}
