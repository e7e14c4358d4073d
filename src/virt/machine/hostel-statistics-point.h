/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What a machine has done since it was started, at one moment: virConnectGetAllDomainStats(3). */
typedef struct
{
  gint64  time;          /* monotonic, microseconds */
  guint   n_vcpus;
  guint64 cpu;           /* nanoseconds of all its threads */
  guint64 wait;          /* nanoseconds that its vCPUs were ready and did not run */
  guint64 memory;        /* KiB that it has now */
  guint64 unused;        /* KiB of these that the guest does not use; G_MAXUINT64: it does not tell */
  guint64 resident;      /* KiB of this computer's */
  guint64 disk_bytes;    /* read and written */
  guint64 disk_requests;
  guint64 disk_time;     /* nanoseconds that these took */
  guint64 network_bytes; /* in and out */
} HostelStatisticsSample;

/* What it does now. NAN: not known. */
typedef struct
{
  double cpu;          /* of all its vCPUs, 0 to 1 */
  double wait;         /* of their time, 0 to 1 */
  double guest_memory; /* bytes that the guest uses */
  double host_memory;  /* bytes that it takes from this computer */
  double memory;       /* bytes that it has */
  double disk;         /* bytes a second */
  double latency;      /* seconds that a request takes; NAN without any */
  double network;      /* bytes a second */
} HostelStatisticsPoint;

void hostel_statistics_point_set   (HostelStatisticsPoint        *self,
                                    const HostelStatisticsSample *before,
                                    const HostelStatisticsSample *now);
void hostel_statistics_point_clear (HostelStatisticsPoint        *self);

G_END_DECLS
