/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "hostel-domain.h"
#include "hostel-statistics-point.h"

G_BEGIN_DECLS

/* Two seconds each: ten minutes. */
#define HOSTEL_STATISTICS_SECONDS 2
#define HOSTEL_STATISTICS_MAX_POINTS 300

#define HOSTEL_TYPE_STATISTICS (hostel_statistics_get_type ())

/* What one machine does and did in the last ten minutes in which somebody looked at it. Signal: "changed". */
G_DECLARE_FINAL_TYPE (HostelStatistics, hostel_statistics, HOSTEL, STATISTICS, GObject)

HostelStatistics            *hostel_statistics_of           (HostelDomain      *domain);
void                         hostel_statistics_move         (HostelStatistics **place,
                                                             HostelDomain      *domain);
guint                        hostel_statistics_get_n_points (HostelStatistics  *self);
const HostelStatisticsPoint *hostel_statistics_get_point    (HostelStatistics  *self,
                                                             guint              place);
gboolean                     hostel_statistics_is_on        (HostelStatistics  *self);

G_END_DECLS
