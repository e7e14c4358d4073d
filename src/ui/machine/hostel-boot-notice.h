/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "hostel-boot-monitor.h"

G_BEGIN_DECLS

/* A desktop notification at the end of a machine's first boot, where the window is not in front. */
void hostel_boot_notice_watch (GtkWindow         *window,
                               HostelBootMonitor *monitor);

G_END_DECLS
