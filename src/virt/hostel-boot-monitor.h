#pragma once

#include "hostel-boot-report.h"
#include "hostel-domain.h"

G_BEGIN_DECLS

typedef enum
{
  HOSTEL_BOOT_PHASE_BOOTING,  /* the guest has not reported yet */
  HOSTEL_BOOT_PHASE_APPLYING, /* cloud-init is at work, see the report's stage */
  HOSTEL_BOOT_PHASE_READY,
  HOSTEL_BOOT_PHASE_FAILED,   /* cloud-init finished with errors, see the report */
  HOSTEL_BOOT_PHASE_STOPPED,  /* the machine went off before its report was complete */
  HOSTEL_BOOT_PHASE_DEAF,     /* the report cannot be heard: another client reads it */
  HOSTEL_BOOT_PHASE_UNREAD,   /* it asks for a login and has never reported: no seed was read */
} HostelBootPhase;

#define HOSTEL_TYPE_BOOT_PHASE (hostel_boot_phase_get_type ())
GType hostel_boot_phase_get_type (void);

#define HOSTEL_TYPE_BOOT_MONITOR (hostel_boot_monitor_get_type ())

/* The first boot of a machine: what its guest reports, and where it can be reached. Properties,
 * notifying: "domain" (construct only), "phase", "report" (HostelBootReport), "stage" (string, as
 * the report has it), "visible" (boolean, writable: somebody looks; only then the address is looked
 * for). */
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
