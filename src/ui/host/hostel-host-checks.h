/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "hostel-connection.h"
#include "hostel-host-check.h"

G_BEGIN_DECLS

#define HOSTEL_TYPE_HOST_CHECKS (hostel_host_checks_get_type ())

/* What this computer has for virtual machines, and what it lacks: the verdict, then every check
 * with its evidence. */
G_DECLARE_FINAL_TYPE (HostelHostChecks, hostel_host_checks, HOSTEL, HOST_CHECKS,
                      AdwPreferencesGroup)

void hostel_host_checks_run            (HostelHostChecks *self);
void hostel_host_checks_set_connection (HostelHostChecks *self,
                                        HostelConnection *connection);
void hostel_host_checks_set_report     (HostelHostChecks *self,
                                        HostelHostReport *report);

G_END_DECLS
