/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "hostel-statistics"

#include "config.h"

#include <math.h>

#include "hostel-statistics-point.h"

#define KIB 1024.0
/* Between two samples that are further apart there may have been anything. */
#define LONGEST_US (10 * G_USEC_PER_SEC)

/* How much a counter grew; one that is smaller than before was begun anew, by a device or a reboot. */
static double
grown (guint64 before,
       guint64 now)
{
  return now >= before ? (double) (now - before) : NAN;
}

static double
share (double part,
       double whole)
{
  return isnan (part) || !(whole > 0) ? NAN : CLAMP (part / whole, 0, 1);
}

/**
 * hostel_statistics_point_clear:
 * @self: (out caller-allocates): a point of which nothing is known
 */
void
hostel_statistics_point_clear (HostelStatisticsPoint *self)
{
  *self = (HostelStatisticsPoint) { NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN };
}

/**
 * hostel_statistics_point_set:
 * @self: (out caller-allocates): what a machine does between two samples
 * @before: (nullable): the earlier one
 * @now: the later one
 *
 * Of memory the later one tells alone.
 */
void
hostel_statistics_point_set (HostelStatisticsPoint        *self,
                             const HostelStatisticsSample *before,
                             const HostelStatisticsSample *now)
{
  double microseconds;
  double seconds;
  double requests;

  hostel_statistics_point_clear (self);
  self->memory = now->memory * KIB;
  self->host_memory = now->resident > 0 ? now->resident * KIB : NAN;
  if (now->unused <= now->memory)
    self->guest_memory = (now->memory - now->unused) * KIB;

  if (before == NULL || now->time <= before->time || now->time - before->time > LONGEST_US)
    return;

  microseconds = now->time - before->time;
  seconds = microseconds / G_USEC_PER_SEC;
  self->cpu = share (grown (before->cpu, now->cpu), microseconds * 1000 * now->n_vcpus);
  self->wait = share (grown (before->wait, now->wait), microseconds * 1000 * now->n_vcpus);
  self->disk = grown (before->disk_bytes, now->disk_bytes) / seconds;
  self->network = grown (before->network_bytes, now->network_bytes) / seconds;
  requests = grown (before->disk_requests, now->disk_requests);
  if (requests > 0)
    self->latency = grown (before->disk_time, now->disk_time) / requests / 1e9;
}
