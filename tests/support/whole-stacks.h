/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* For tests of GTK's file dialog, and those with G_TEST_OPTION_ISOLATE_DIRS, whose directories GLib
 * drops after each of them: tests/lsan.supp knows either only by a stack that goes through GLib, which
 * has no frame pointers. Slow: not for tests that read osinfo's database. */
#ifdef __SANITIZE_ADDRESS__
const char *__asan_default_options (void);

const char *
__asan_default_options (void)
{
  return "fast_unwind_on_malloc=0";
}
#endif
