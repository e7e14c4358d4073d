/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

static inline gboolean
wait_stop (gpointer data)
{
  *(gboolean *) data = TRUE;

  return G_SOURCE_REMOVE;
}

/* Runs the main loop until @condition holds, or until @milliseconds are over; then whether it
 * holds. */
#define WAIT_UNTIL(condition, milliseconds) \
  G_STMT_START { \
    gboolean wait_over = FALSE; \
    guint wait_id = g_timeout_add (milliseconds, wait_stop, &wait_over); \
    while (!(condition) && !wait_over) \
      g_main_context_iteration (NULL, TRUE); \
    if (!wait_over) \
      g_source_remove (wait_id); \
  } G_STMT_END

/* A test names what a thing takes on a computer with nothing else to do, and it ends in a last moment,
 * not in a measure (tools/bench measures): several tests run side by side, and sanitizers are slow. */
#ifdef __SANITIZE_ADDRESS__
#define WAIT_SCALE 20
#else
#define WAIT_SCALE 5
#endif

/* Says what was waited for before the runner ends the whole test without a word. */
#define WAIT_LONGEST (4 * 60 * 1000)

#define ASSERT_WITHIN(condition, milliseconds) \
  G_STMT_START { \
    WAIT_UNTIL (condition, MIN ((milliseconds) * WAIT_SCALE, WAIT_LONGEST)); \
    g_assert_true (condition); \
  } G_STMT_END
