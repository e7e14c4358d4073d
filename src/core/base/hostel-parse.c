/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "hostel-parse"

#include "config.h"

#include "hostel-parse.h"

#include <string.h>

#include <glib/gi18n.h>

#include "hostel-error.h"

#define SECTOR_SIZE 512
#define MIB (G_GUINT64_CONSTANT (1) << 20)

/* Decimal digits alone: no sign, no blanks, no exponent, which g_ascii_strtoull() would take. */
static gboolean
take_number (const char  *text,
             guint64     *number,
             const char **rest)
{
  guint64 value = 0;
  const char *p;

  for (p = text; g_ascii_isdigit (*p); p++)
    {
      if (!g_uint64_checked_mul (&value, value, 10) ||
          !g_uint64_checked_add (&value, value, (guint64) (*p - '0')))
        return FALSE;
    }

  *number = value;
  *rest = p;

  return p != text;
}

static gboolean
unit_to_factor (const char *unit,
                guint64    *factor)
{
  static const char letters[] = "kmgt";
  const char *letter;

  if (*unit == '\0' || g_ascii_strcasecmp (unit, "b") == 0)
    {
      *factor = 1;
      return TRUE;
    }

  if ((letter = strchr (letters, g_ascii_tolower (unit[0]))) == NULL)
    return FALSE;
  if (unit[1] != '\0' && g_ascii_strcasecmp (unit + 1, "b") != 0 &&
      g_ascii_strcasecmp (unit + 1, "ib") != 0)
    return FALSE;

  *factor = G_GUINT64_CONSTANT (1) << (10 * (letter - letters + 1));

  return TRUE;
}

/* A whole number and a unit: the number times the unit's factor, that of @unit where none is written.
 * Whether it is one at all; what is too large for 64 bits becomes %G_MAXUINT64. */
static gboolean
take_quantity (const char *text,
               const char *unit,
               guint64    *bytes)
{
  g_autofree char *stripped = g_strstrip (g_strdup (text));
  const char *rest;
  guint64 number;
  guint64 factor;

  if (!take_number (stripped, &number, &rest))
    {
      /* Digits alone that do not fit, with or without a unit. */
      rest = stripped + strspn (stripped, "0123456789");
      if (rest == stripped)
        return FALSE;
      number = G_MAXUINT64;
    }

  while (*rest == ' ')
    rest++;
  if (!unit_to_factor (*rest != '\0' ? rest : unit, &factor))
    return FALSE;

  if (!g_uint64_checked_mul (bytes, number, factor))
    *bytes = G_MAXUINT64;

  return TRUE;
}

/**
 * hostel_parse_size_in:
 * @text: a size as a person types it
 * @unit: the unit of a number that stands alone: "G", or "" for bytes
 * @bytes: (out): the size in bytes, a multiple of 512
 * @error: set to %HOSTEL_ERROR_INVALID
 *
 * As hostel_parse_size(), for a field that counts in @unit.
 *
 * Returns: %TRUE if @text was a size. May be called in any thread.
 */
gboolean
hostel_parse_size_in (const char  *text,
                      const char  *unit,
                      guint64     *bytes,
                      GError     **error)
{
  guint64 number;

  g_return_val_if_fail (text != NULL, FALSE);
  g_return_val_if_fail (unit != NULL, FALSE);
  g_return_val_if_fail (bytes != NULL, FALSE);

  if (!take_quantity (text, unit, &number))
    {
      hostel_error_set (error, HOSTEL_ERROR_INVALID, _("Give a size like 20G."), NULL,
                        _("“%s” is not a size."), text);
      return FALSE;
    }

  if (number > G_MAXINT64 - SECTOR_SIZE)
    {
      hostel_error_set (error, HOSTEL_ERROR_INVALID, _("Give a smaller size."), NULL,
                        _("%s is larger than any disk can be."), text);
      return FALSE;
    }

  if (number < MIB)
    {
      hostel_error_set (error, HOSTEL_ERROR_INVALID, _("Give a size with its unit, like 20G."),
                        NULL, _("“%s” is less than 1 MiB."), text);
      return FALSE;
    }

  *bytes = (number + SECTOR_SIZE - 1) / SECTOR_SIZE * SECTOR_SIZE;

  return TRUE;
}

/**
 * hostel_parse_size:
 * @text: a size as a person types it: "4G", "4 GiB", "4096M"; "1.5G" is refused
 * @bytes: (out): the size in bytes, a multiple of 512
 * @error: set to %HOSTEL_ERROR_INVALID
 *
 * Reads a whole number and a unit. K, M, G and T are powers of 1024, as qemu-img has them, with or
 * without a "B" or "iB" after them, in either case; without a unit it is bytes. Anything under 1 MiB
 * is refused, because "4" then most likely meant gigabytes. A disk is made of sectors, so the
 * result is rounded up to one.
 *
 * Returns: %TRUE if @text was a size. May be called in any thread.
 */
gboolean
hostel_parse_size (const char  *text,
                   guint64     *bytes,
                   GError     **error)
{
  return hostel_parse_size_in (text, "", bytes, error);
}

/**
 * hostel_parse_memory:
 * @text: an amount of memory as a person types it: "2G", "1536 MiB", "2048"
 * @mib: (out): the amount in MiB
 * @error: set to %HOSTEL_ERROR_INVALID
 *
 * The units are those of hostel_parse_size(); a number that stands alone is in MiB, as it always is
 * for memory. What is no whole MiB is rounded up to one. How much a machine needs at least, and what
 * the host has, is not judged here.
 *
 * Returns: %TRUE if @text was an amount. May be called in any thread.
 */
gboolean
hostel_parse_memory (const char  *text,
                     guint       *mib,
                     GError     **error)
{
  guint64 bytes;

  g_return_val_if_fail (text != NULL, FALSE);
  g_return_val_if_fail (mib != NULL, FALSE);

  if (!take_quantity (text, "M", &bytes) || bytes == 0)
    {
      hostel_error_set (error, HOSTEL_ERROR_INVALID,
                        _("Give a whole number with its unit, like 2G; without one it is MiB."),
                        NULL, _("“%s” is not an amount of memory."), text);
      return FALSE;
    }

  if (bytes > G_MAXINT * MIB)
    {
      hostel_error_set (error, HOSTEL_ERROR_INVALID, _("Give a smaller amount, like 2G."), NULL,
                        _("%s is more memory than any machine can have."), text);
      return FALSE;
    }

  *mib = (guint) ((bytes + MIB - 1) / MIB);

  return TRUE;
}

/**
 * hostel_parse_count:
 * @text: what a person typed
 * @minimum: the smallest number allowed
 * @maximum: the largest number allowed
 * @count: (out): the number
 * @error: set to %HOSTEL_ERROR_INVALID
 *
 * Reads a whole decimal number and nothing else: "1e3", "0x10", "-1", "+1", "1.0" and "" are refused
 * where strtoul() would take a part of them.
 *
 * Returns: %TRUE if @text was such a number. May be called in any thread.
 */
gboolean
hostel_parse_count (const char  *text,
                    guint        minimum,
                    guint        maximum,
                    guint       *count,
                    GError     **error)
{
  g_autofree char *stripped = NULL;
  const char *rest = NULL;
  guint64 number;

  g_return_val_if_fail (text != NULL, FALSE);
  g_return_val_if_fail (count != NULL, FALSE);

  stripped = g_strstrip (g_strdup (text));
  if (!take_number (stripped, &number, &rest) || *rest != '\0' ||
      number < minimum || number > maximum)
    {
      if (maximum == G_MAXUINT)
        hostel_error_set (error, HOSTEL_ERROR_INVALID, NULL, NULL,
                          _("“%s” is not a whole number of at least %u."), text, minimum);
      else
        hostel_error_set (error, HOSTEL_ERROR_INVALID, NULL, NULL,
                          _("“%s” is not a whole number from %u to %u."), text, minimum, maximum);
      return FALSE;
    }

  *count = (guint) number;

  return TRUE;
}
