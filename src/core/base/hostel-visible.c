/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "hostel-visible"

#include "config.h"

#include <string.h>

#include "hostel-visible.h"

#define DELETE 0x7f
#define C1_END 0x9f

/* What commands a terminal, or has what follows be read in another order or on another line. */
static gboolean
is_command (gunichar character)
{
  return (character < 0x20 && character != '\n' && character != '\t') ||
         (character >= DELETE && character <= C1_END) ||
         (character >= 0x202a && character <= 0x202e) || /* embeddings and overrides */
         (character >= 0x2066 && character <= 0x2069) || /* isolates */
         character == 0x2028 || character == 0x2029;     /* line and paragraph separator */
}

/**
 * hostel_visible_dup:
 * @text: (array length=length): any bytes
 * @length: how many, -1 where a NUL ends them
 *
 * Line feeds and tabs stay. Other control characters (C0, DEL, and C1 as Unicode has them), bidi
 * overrides and separators are written as "\u001b", which JSON reads as what it was; a byte that is
 * no UTF-8 as "\xff".
 *
 * Returns: (transfer full): UTF-8 that only shows
 */
char *
hostel_visible_dup (const char *text,
                    gssize      length)
{
  const char *end = text + (length < 0 ? strlen (text) : (gsize) length);
  GString *visible = g_string_sized_new (end - text);

  g_return_val_if_fail (text != NULL, NULL);

  while (text < end)
    {
      gunichar character = g_utf8_get_char_validated (text, end - text);

      /* -1: none; -2: half of one, or a NUL. */
      if (*text == '\0')
        character = 0;
      if (character == (gunichar) -1 || character == (gunichar) -2)
        {
          g_string_append_printf (visible, "\\x%02x", (guchar) *text++);
          continue;
        }

      if (is_command (character))
        g_string_append_printf (visible, "\\u%04x", character);
      else
        g_string_append_unichar (visible, character);
      text = g_utf8_next_char (text);
    }

  return g_string_free (visible, FALSE);
}

/**
 * hostel_visible_dup_line:
 * @text: a name, or a sentence with names in it
 *
 * As hostel_visible_dup(), for what is to stay in one line: a name with a line feed in it cannot look
 * like another answer.
 *
 * Returns: (transfer full): UTF-8 without line feeds and tabs
 */
char *
hostel_visible_dup_line (const char *text)
{
  g_autofree char *visible = hostel_visible_dup (text, -1);
  g_autoptr (GString) line = g_string_new (visible);

  g_string_replace (line, "\n", "\\u000a", 0);
  g_string_replace (line, "\t", "\\u0009", 0);

  return g_strdup (line->str);
}
