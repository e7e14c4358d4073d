#pragma once

#include "hostel-boot-monitor.h"
#include "hostel-window.h"

G_BEGIN_DECLS

/* A desktop notification at the end of a machine's first boot, where the window is not in front. */
void hostel_boot_notice_watch (HostelWindow      *window,
                               HostelBootMonitor *monitor);

G_END_DECLS
