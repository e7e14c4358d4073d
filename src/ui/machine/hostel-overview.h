/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "hostel-domain.h"

G_BEGIN_DECLS

#define HOSTEL_TYPE_OVERVIEW (hostel_overview_get_type ())

/* What a machine is and how to reach it. Property: "domain" (HostelDomain, nullable, writable). */
G_DECLARE_FINAL_TYPE (HostelOverview, hostel_overview, HOSTEL, OVERVIEW, AdwBin)

void hostel_overview_set_domain (HostelOverview *self,
                                 HostelDomain   *domain);

G_END_DECLS
