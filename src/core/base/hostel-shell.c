/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "hostel-shell"

#include "config.h"

#include "hostel-shell.h"

#include <string.h>

#define HARMLESS \
  "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./+:,@%="

static gboolean
can_be_shown (const char *text)
{
  const char *p;

  if (!g_utf8_validate (text, -1, NULL))
    return FALSE;

  for (p = text; *p != '\0'; p = g_utf8_next_char (p))
    if (!g_unichar_isprint (g_utf8_get_char (p)))
      return FALSE;

  return TRUE;
}

/* bash, zsh, ksh and POSIX.1-2024 read it: the bytes that no message can hold as they are. */
static char *
dup_escaped (const char *text)
{
  GString *quoted = g_string_new ("$'");
  const char *p;

  for (p = text; *p != '\0'; p++)
    {
      if (*p == '\'' || *p == '\\')
        g_string_append_printf (quoted, "\\%c", *p);
      else if (g_ascii_isprint (*p))
        g_string_append_c (quoted, *p);
      else
        g_string_append_printf (quoted, "\\%03o", (guchar) *p);
    }
  g_string_append_c (quoted, '\'');

  return g_string_free (quoted, FALSE);
}

/**
 * hostel_shell_quote:
 * @text: a word, any bytes
 *
 * For commands that a person is to paste into a terminal: nothing here ever runs one.
 *
 * Returns: (transfer full): valid UTF-8 in one line, which a shell reads as @text; @text itself
 *   where it needs no quotes
 */
char *
hostel_shell_quote (const char *text)
{
  g_return_val_if_fail (text != NULL, NULL);

  if (*text != '\0' && strspn (text, HARMLESS) == strlen (text))
    return g_strdup (text);

  return can_be_shown (text) ? g_shell_quote (text) : dup_escaped (text);
}

/**
 * hostel_shell_quote_path:
 * @path: a file name
 *
 * As hostel_shell_quote(), but a name that begins with "-" is no option.
 *
 * Returns: (transfer full): the word to write
 */
char *
hostel_shell_quote_path (const char *path)
{
  g_autofree char *safe = NULL;

  g_return_val_if_fail (path != NULL, NULL);

  safe = *path == '-' ? g_strconcat ("./", path, NULL) : g_strdup (path);

  return hostel_shell_quote (safe);
}
