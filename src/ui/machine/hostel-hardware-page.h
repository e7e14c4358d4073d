/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "hostel-domain.h"

G_BEGIN_DECLS

#define HOSTEL_TYPE_HARDWARE_PAGE (hostel_hardware_page_get_type ())

/* What a machine has, now and from its next start on, and what changes it. */
G_DECLARE_FINAL_TYPE (HostelHardwarePage, hostel_hardware_page, HOSTEL, HARDWARE_PAGE, AdwBin)

void hostel_hardware_page_set_domain (HostelHardwarePage *self,
                                      HostelDomain       *domain);

G_END_DECLS
