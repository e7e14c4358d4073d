/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/* HOSTEL_TEST_LONG=1 asks for what a usual run has no time for: the same, more often. CONTRIBUTING.md
 * says what it raises. */
static inline gboolean
long_is_asked (void)
{
  return g_strcmp0 (g_getenv ("HOSTEL_TEST_LONG"), "1") == 0;
}

static inline guint
long_count (guint usual,
            guint when_asked)
{
  return long_is_asked () ? when_asked : usual;
}

/* For a whole case: %FALSE, and the case is skipped, where it is not asked for. */
static inline gboolean
long_is_wanted_here (void)
{
  if (!long_is_asked ())
    g_test_skip ("only with HOSTEL_TEST_LONG=1");

  return long_is_asked ();
}
