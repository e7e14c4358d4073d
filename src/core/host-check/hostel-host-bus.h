/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "hostel-host-check.h"

G_BEGIN_DECLS

/* How long a daemon or a bus may take to answer. */
#define HOSTEL_HOST_ASK_MS 2000

HostelHostReport *hostel_host_report_new_bus (const HostelHostSystem *system);

G_END_DECLS
