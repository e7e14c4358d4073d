/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* The virtio-serial port on which our vendor-data reports. Short: a session's libvirt makes a socket of
 * that name deep below the home directory, and a socket's path has 107 bytes. */
#define HOSTEL_BOOT_REPORT_CHANNEL "hostel.report"

/**
 * HostelBootVerdict:
 * @HOSTEL_BOOT_VERDICT_NONE: nothing was heard yet
 * @HOSTEL_BOOT_VERDICT_RUNNING: the guest read the seed and cloud-init is at work
 * @HOSTEL_BOOT_VERDICT_DONE: cloud-init finished without errors
 * @HOSTEL_BOOT_VERDICT_FAILED: cloud-init finished with errors, see "errors"
 */
typedef enum
{
  HOSTEL_BOOT_VERDICT_NONE,
  HOSTEL_BOOT_VERDICT_RUNNING,
  HOSTEL_BOOT_VERDICT_DONE,
  HOSTEL_BOOT_VERDICT_FAILED,
} HostelBootVerdict;

#define HOSTEL_TYPE_BOOT_VERDICT (hostel_boot_verdict_get_type ())
GType hostel_boot_verdict_get_type (void);

#define HOSTEL_TYPE_BOOT_REPORT (hostel_boot_report_get_type ())

/* The first boot as the guest itself tells it. Properties, read only, notifying: "verdict",
 * "stage" (cloud-init's own word: init-local, init, modules-config, modules-final),
 * "errors" (GStrv, as cloud-init words them), "warnings" (GStrv: what it calls recoverable),
 * "seconds" (double, the guest's up-time at the last line), "instance-id" (whose lines count). */
/* Signal: "heard", after each line that was understood. */
G_DECLARE_FINAL_TYPE (HostelBootReport, hostel_boot_report, HOSTEL, BOOT_REPORT, GObject)

HostelBootReport   *hostel_boot_report_new             (const char       *instance_id);
void                hostel_boot_report_feed            (HostelBootReport *self,
                                                        GBytes           *bytes);
gboolean            hostel_boot_report_take_files      (HostelBootReport *self,
                                                        const char       *status,
                                                        const char       *result);
void                hostel_boot_report_take_console    (HostelBootReport *self,
                                                        const char * const *errors);
HostelBootVerdict   hostel_boot_report_get_verdict     (HostelBootReport *self);
const char         *hostel_boot_report_get_stage       (HostelBootReport *self);
const char * const *hostel_boot_report_get_errors      (HostelBootReport *self);
const char * const *hostel_boot_report_get_warnings    (HostelBootReport *self);
double              hostel_boot_report_get_seconds     (HostelBootReport *self);

G_END_DECLS
