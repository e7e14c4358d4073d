/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "hostel-console-pane.h"

G_BEGIN_DECLS

void hostel_console_window_place_restore (GtkWindow         *window,
                                          HostelConsolePane *first);
void hostel_console_window_place_save    (GtkWindow         *window,
                                          HostelConsolePane *first);

G_END_DECLS
