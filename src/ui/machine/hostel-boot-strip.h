/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "hostel-boot-monitor.h"

G_BEGIN_DECLS

#define HOSTEL_TYPE_BOOT_STRIP (hostel_boot_strip_get_type ())

/* One line above the machine's pages: how far its first boot is, and in the end how to log in, or
 * what failed. Property: "monitor" (HostelBootMonitor, nullable, writable); without one it is not
 * there. */
G_DECLARE_FINAL_TYPE (HostelBootStrip, hostel_boot_strip, HOSTEL, BOOT_STRIP, AdwBin)

void hostel_boot_strip_set_monitor (HostelBootStrip   *self,
                                    HostelBootMonitor *monitor);

G_END_DECLS
