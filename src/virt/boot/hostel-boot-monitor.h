/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "hostel-boot-judge.h"
#include "hostel-boot-report.h"
#include "hostel-domain.h"

G_BEGIN_DECLS

#define HOSTEL_TYPE_BOOT_MONITOR (hostel_boot_monitor_get_type ())

/* The first boot of a machine: what its guest reports, and where it can be reached. Properties,
 * notifying: "domain" (construct only), "phase", "report" (HostelBootReport), "stage" (string, as
 * the report has it), "visible" (boolean, writable: somebody looks; only then the console is looked
 * at, the agent asked and the address looked for). */
G_DECLARE_FINAL_TYPE (HostelBootMonitor, hostel_boot_monitor, HOSTEL, BOOT_MONITOR, GObject)

HostelBootMonitor *hostel_boot_monitor_new         (HostelDomain      *domain);
HostelBootMonitor *hostel_boot_monitor_start       (HostelDomain      *domain);
HostelBootMonitor *hostel_boot_monitor_get         (HostelDomain      *domain);
void               hostel_boot_monitor_forget      (HostelDomain      *domain);
HostelDomain      *hostel_boot_monitor_get_domain  (HostelBootMonitor *self);
HostelBootPhase    hostel_boot_monitor_get_phase   (HostelBootMonitor *self);
HostelBootReport  *hostel_boot_monitor_get_report  (HostelBootMonitor *self);
void               hostel_boot_monitor_listen      (HostelBootMonitor *self);
void               hostel_boot_monitor_set_visible (HostelBootMonitor *self,
                                                    gboolean           visible);

G_END_DECLS
