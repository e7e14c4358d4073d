/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "hostel-domain.h"

G_BEGIN_DECLS

#define HOSTEL_TYPE_STATISTICS_STRIP (hostel_statistics_strip_get_type ())

/* What a machine does and did in the last ten minutes, in four small graphs, and what slows it in words. Asks the
 * host only while it is on screen; not visible while there is nothing to show. */
G_DECLARE_FINAL_TYPE (HostelStatisticsStrip, hostel_statistics_strip, HOSTEL, STATISTICS_STRIP, GtkBox)

void hostel_statistics_strip_set_domain (HostelStatisticsStrip *self,
                                         HostelDomain          *domain);

G_END_DECLS
