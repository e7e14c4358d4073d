/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "hostel-host-check.h"

G_BEGIN_DECLS

/* All that files and devices tell, in the order in which it is shown. */
void hostel_host_probe_run (HostelHostReport       *report,
                            const HostelHostSystem *system);

G_END_DECLS
