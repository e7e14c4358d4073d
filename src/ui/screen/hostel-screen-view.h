/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "hostel-screen.h"

G_BEGIN_DECLS

#define HOSTEL_TYPE_SCREEN_VIEW (hostel_screen_view_get_type ())

/* Draws a machine's screen and takes keyboard and pointer for it while it has the focus. Ctrl and Alt
 * pressed together, and no other key, give the keyboard back.
 * Signal "released": they were. */
G_DECLARE_FINAL_TYPE (HostelScreenView, hostel_screen_view, HOSTEL, SCREEN_VIEW, GtkWidget)

void hostel_screen_view_set_screen (HostelScreenView *self,
                                    HostelScreen     *screen);

G_END_DECLS
