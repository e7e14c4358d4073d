/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <string.h>

#include "hostel-console-answer.h"

/* Arrows, Home, End; F1 to F4; Insert to F20 and the ends of a paste; Shift+Tab. */
#define KEY_FINALS "ABCDEFGHPQRSZ~"

/* "ESC [ 24 ; 80 R" is where the cursor is, "ESC [ 1 ; 5 R" Ctrl+F3 as xterm writes it. */
static gboolean
is_function_key (const char *parameters,
                 gsize       length)
{
  return length == 0 || (length == 3 && parameters[0] == '1' && parameters[1] == ';');
}

static gboolean
is_key (const char *parameters,
        gsize       size)
{
  gsize length = 0;

  while (length < size && (g_ascii_isdigit (parameters[length]) || parameters[length] == ';'))
    length++;

  if (length == size || strchr (KEY_FINALS, parameters[length]) == NULL)
    return FALSE;

  return parameters[length] != 'R' || is_function_key (parameters, length);
}

/**
 * hostel_console_is_answer:
 * @data: what a terminal sends to its guest, from one event
 * @size: of @data, in bytes
 *
 * Whether it is a terminal's own answer (what it is, where its cursor is, that it has the keyboard, a
 * movement of the mouse; ECMA-48 and xterm's ctlseqs) and not what a person typed or pasted. A guest
 * that has not asked must not get it.
 *
 * Returns: %TRUE for an answer
 */
gboolean
hostel_console_is_answer (const char *data,
                          gsize       size)
{
  g_return_val_if_fail (data != NULL || size == 0, FALSE);

  if (size < 3 || data[0] != '\033')
    return FALSE;

  /* ESC and a letter: Alt was held; ESC O: a key pad or F1 to F4. */
  if (data[1] == '[')
    return !is_key (data + 2, size - 2);

  return data[1] == 'P' || data[1] == ']' || data[1] == '_' || data[1] == '^' || data[1] == 'X';
}
