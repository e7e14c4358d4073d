/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <libvirt/libvirt.h>

#include "hostel-statistics-point.h"

G_BEGIN_DECLS

/* For a worker thread. */
gboolean hostel_statistics_read  (virDomainPtr             domain,
                                  HostelStatisticsSample  *sample,
                                  GError                 **error);

G_END_DECLS
