/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "hostel-log-join"

#include "config.h"

#include <string.h>

#include "hostel-log-join.h"

/* So many equal bytes are no accident; so few can be one. */
#define SURE 256
#define LIKELY 16
/* Of what was kept, and of the log's end: 4 bytes of table for each. */
#define PATTERN_MAX (256 * 1024)

/* Both searches are Knuth, Morris and Pratt's, which is linear whatever a guest writes, on bytes
 * read from the end. @pattern and @text point behind their last byte. */
static guint32 *
make_table (const char *pattern,
            gsize       size)
{
  guint32 *table = g_new (guint32, size + 1);
  gsize k = 0;

  table[0] = 0;
  if (size > 0)
    table[1] = 0;
  for (gsize i = 1; i < size; i++)
    {
      while (k > 0 && pattern[-1 - (gssize) i] != pattern[-1 - (gssize) k])
        k = table[k];
      if (pattern[-1 - (gssize) i] == pattern[-1 - (gssize) k])
        k++;
      table[i + 1] = k;
    }

  return table;
}

/* Looks for the longest end of @pattern that ends somewhere in @text; of several equally long the
 * first. */
static gsize
find_longest_end (const char *pattern,
                  gsize       pattern_size,
                  const char *text,
                  gsize       text_size,
                  gsize      *end)
{
  gsize size = MIN (pattern_size, PATTERN_MAX);
  g_autofree guint32 *table = NULL;
  const char *pattern_end = pattern + pattern_size;
  gsize longest = 0;
  gsize k = 0;

  table = make_table (pattern_end, size);
  for (gsize i = text_size; i > 0; i--)
    {
      while (k > 0 && (k == size || text[i - 1] != pattern_end[-1 - (gssize) k]))
        k = table[k];
      if (text[i - 1] == pattern_end[-1 - (gssize) k])
        k++;
      if (k >= longest)
        {
          longest = k;
          *end = i - 1 + k;
        }
    }

  return longest;
}

/**
 * hostel_log_join_find_end:
 * @kept: (array length=kept_size): what is known already
 * @kept_size: its size in bytes
 * @log: (array length=log_size): what has been written lately
 * @log_size: its size in bytes
 * @end: (out): how many bytes of @log are known already
 *
 * Any thread.
 *
 * Returns: %FALSE where @log has nothing of @kept's end
 */
gboolean
hostel_log_join_find_end (const char *kept,
                          gsize       kept_size,
                          const char *log,
                          gsize       log_size,
                          gsize      *end)
{
  gsize longest;

  g_return_val_if_fail (end != NULL, FALSE);

  *end = 0;
  if (kept_size == 0 || log_size == 0)
    return kept_size == 0;

  longest = find_longest_end (kept, kept_size, log, log_size, end);

  /* All of it; all that the log still has, its oldest bytes; or too much for an accident. */
  if (longest == kept_size || longest >= SURE || (longest >= LIKELY && longest == *end))
    return TRUE;

  *end = 0;

  return FALSE;
}

/**
 * hostel_log_join_find_live:
 * @log: (array length=log_size): the log, read after the console was opened
 * @log_size: its size in bytes
 * @live: (array length=live_size): what the console has brought since it was opened
 * @live_size: its size in bytes
 * @skip: (out): how many bytes of @live are in the log already
 *
 * The log is whole. The console's first second may have holes, where QEMU has not seen yet that
 * somebody listens: of that the log has more.
 *
 * Returns: %FALSE where the two do not meet
 */
gboolean
hostel_log_join_find_live (const char *log,
                           gsize       log_size,
                           const char *live,
                           gsize       live_size,
                           gsize      *skip)
{
  gsize longest;

  g_return_val_if_fail (skip != NULL, FALSE);

  *skip = 0;
  if (live_size == 0 || log_size == 0)
    return TRUE;

  longest = find_longest_end (log, log_size, live, live_size, skip);
  if (longest > 0 && (longest == *skip || longest >= SURE))
    return TRUE;

  *skip = 0;

  return FALSE;
}

/**
 * hostel_log_join_has_all:
 * @log: (array length=log_size): the log, read when nothing came any more
 * @log_size: its size in bytes
 * @live: (array length=live_size): what the console has brought since it was opened
 * @live_size: its size in bytes
 *
 * What was on its way when the console was closed comes when it is opened again, and is somewhere in
 * the log; what came after it is at the log's end.
 *
 * Returns: whether the log has all of @live, in two pieces at most
 */
gboolean
hostel_log_join_has_all (const char *log,
                         gsize       log_size,
                         const char *live,
                         gsize       live_size)
{
  gsize at = 0;
  gsize longest = live_size > 0 && log_size > 0 ? find_longest_end (log, log_size, live, live_size, &at) : 0;
  gsize rest = at == live_size ? live_size - longest : live_size;

  return rest == 0 || memmem (log, log_size, live, rest) != NULL;
}
