/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <stdio.h>

#include "wait.h"

/* A measure, not a last moment: slower under sanitizers alone. */
#ifdef __SANITIZE_ADDRESS__
#define WATCHDOG_SCALE 10
#else
#define WATCHDOG_SCALE 1
#endif

/* How long the main loop was away: a timeout of 10 ms measures its own gaps. What it waited for a
 * processor that others were using is not its fault and is taken off. */
typedef struct
{
  guint  id;
  gint64 last;
  gint64 last_queued;
  gint64 longest;   /* µs */
  GArray *absences; /* owned: all of them, of gint64, in µs */
} Watchdog;

/* µs that this thread was ready and not running; Documentation/scheduler/sched-stats.rst. */
static inline gint64
watchdog_get_queued_time (void)
{
  g_autofree char *text = NULL;
  gint64 running;
  gint64 queued;

  if (!g_file_get_contents ("/proc/thread-self/schedstat", &text, NULL, NULL) ||
      sscanf (text, "%" G_GINT64_FORMAT " %" G_GINT64_FORMAT, &running, &queued) != 2)
    return 0;

  return queued / 1000;
}

static inline gboolean
watchdog_tick (gpointer data)
{
  Watchdog *watchdog = data;
  gint64 now = g_get_monotonic_time ();
  gint64 queued = watchdog_get_queued_time ();
  gint64 absence = now - watchdog->last - (queued - watchdog->last_queued);

  watchdog->longest = MAX (watchdog->longest, absence);
  g_array_append_val (watchdog->absences, absence);
  watchdog->last = now;
  watchdog->last_queued = queued;

  return G_SOURCE_CONTINUE;
}

static inline void
watchdog_start (Watchdog *watchdog)
{
  watchdog->longest = 0;
  watchdog->absences = g_array_new (FALSE, FALSE, sizeof (gint64));
  watchdog->last = g_get_monotonic_time ();
  watchdog->last_queued = watchdog_get_queued_time ();
  watchdog->id = g_timeout_add (10, watchdog_tick, watchdog);
}

static inline void
watchdog_stop (Watchdog *watchdog)
{
  g_source_remove (watchdog->id);
  g_clear_pointer (&watchdog->absences, g_array_unref);
  g_test_message ("longest absence of the main loop: %.1f ms", watchdog->longest / 1000.0);
}

static inline void
watchdog_assert (Watchdog *watchdog)
{
  watchdog_stop (watchdog);
  g_assert_cmpint (watchdog->longest, <, 100 * 1000 * WATCHDOG_SCALE);
}

static inline int
watchdog_compare (gconstpointer a,
                  gconstpointer b)
{
  gint64 first = *(const gint64 *) a;
  gint64 second = *(const gint64 *) b;

  return (first > second) - (first < second);
}

/* All but one of a hundred absences are shorter, in µs. */
static inline gint64
watchdog_stop_percentile (Watchdog *watchdog)
{
  gint64 absence;

  g_source_remove (watchdog->id);
  g_assert_cmpuint (watchdog->absences->len, >, 100 / WATCHDOG_SCALE);
  g_array_sort (watchdog->absences, watchdog_compare);
  absence = g_array_index (watchdog->absences, gint64, watchdog->absences->len * 99 / 100);
  g_test_message ("of %u absences the 99th percentile: %.1f ms, the longest: %.1f ms",
                  watchdog->absences->len, absence / 1000.0, watchdog->longest / 1000.0);
  g_clear_pointer (&watchdog->absences, g_array_unref);

  return absence;
}
