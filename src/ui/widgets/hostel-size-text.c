/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "hostel-size-text"

#include "config.h"

#include <string.h>

#include "hostel-size-text.h"

/**
 * hostel_size_to_text:
 * @bytes: a size
 *
 * Returns: (transfer full): the size in the largest binary unit in which it is exact, as "2 GiB" or
 *   "1536 MiB": hostel_parse_size() reads back the same; otherwise in bytes
 */
char *
hostel_size_to_text (guint64 bytes)
{
  static const char * const units[] = { "B", "KiB", "MiB", "GiB", "TiB" };
  guint unit = 0;

  while (unit + 1 < G_N_ELEMENTS (units) && bytes > 0 && bytes % 1024 == 0)
    {
      bytes /= 1024;
      unit++;
    }

  return g_strdup_printf ("%" G_GUINT64_FORMAT " %s", bytes, units[unit]);
}

/**
 * hostel_size_to_display:
 * @bytes: a size
 *
 * Returns: (transfer full): the size to be read, as short as can be without being wrong: "2 GiB"
 *   where it is exactly that, else rounded to "2.2 GiB"
 */
char *
hostel_size_to_display (guint64 bytes)
{
  g_autofree char *exact = hostel_size_to_text (bytes);

  if (strlen (exact) <= strlen ("1023 MiB"))
    return g_steal_pointer (&exact);

  return g_format_size_full (bytes, G_FORMAT_SIZE_IEC_UNITS);
}
