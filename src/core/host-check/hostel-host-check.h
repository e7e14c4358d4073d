/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "hostel-host-remedy.h"
#include "hostel-host-system.h"

G_BEGIN_DECLS

typedef enum
{
  HOSTEL_CHECK_STATE_GOOD,
  HOSTEL_CHECK_STATE_NOTE,
  HOSTEL_CHECK_STATE_WARNING,
  HOSTEL_CHECK_STATE_MISSING,
  HOSTEL_CHECK_STATE_UNKNOWN,
  HOSTEL_CHECK_STATE_NOT_APPLICABLE,
} HostelCheckState;

#define HOSTEL_TYPE_CHECK_STATE (hostel_check_state_get_type ())
GType       hostel_check_state_get_type (void);
const char *hostel_check_state_to_id    (HostelCheckState state);
const char *hostel_check_state_to_label (HostelCheckState state); /* translated */

#define HOSTEL_TYPE_HOST_CHECK (hostel_host_check_get_type ())

/* One row of the host check. Properties, read only: "id", "group" (processor, services, access,
 * network, storage, qemu, security), "title", "state", "evidence" (what was read, where, the
 * value), "why" (one sentence), "remedy" (one sentence or ""). */
G_DECLARE_FINAL_TYPE (HostelHostCheck, hostel_host_check, HOSTEL, HOST_CHECK, GObject)

HostelHostCheck  *hostel_host_check_new          (const char       *id,
                                                  const char       *group,
                                                  const char       *title,
                                                  HostelCheckState  state,
                                                  const char       *evidence,
                                                  const char       *why,
                                                  const char       *remedy);
const char       *hostel_host_check_get_id       (HostelHostCheck  *self);
const char       *hostel_host_check_get_group    (HostelHostCheck  *self);
const char       *hostel_host_check_group_to_title (const char     *group); /* translated */
const char       *hostel_host_check_get_title    (HostelHostCheck  *self);
HostelCheckState  hostel_host_check_get_state    (HostelHostCheck  *self);
const char       *hostel_host_check_get_evidence (HostelHostCheck  *self);
const char       *hostel_host_check_get_why      (HostelHostCheck  *self);
const char       *hostel_host_check_get_remedy   (HostelHostCheck  *self);
HostelHostCheck  *hostel_host_check_new_entry    (const char       *id,
                                                  HostelCheckState  state,
                                                  const char       *evidence,
                                                  const char       *cause,
                                                  HostelHostRemedy *remedy);
const char       *hostel_host_check_get_cause    (HostelHostCheck  *self);
HostelHostRemedy *hostel_host_check_get_action   (HostelHostCheck  *self);

typedef enum
{
  HOSTEL_HOST_VERDICT_READY,
  HOSTEL_HOST_VERDICT_READY_WITHOUT_KVM,
  HOSTEL_HOST_VERDICT_NOT_READY,
} HostelHostVerdict;

#define HOSTEL_TYPE_HOST_VERDICT (hostel_host_verdict_get_type ())
GType       hostel_host_verdict_get_type (void);
const char *hostel_host_verdict_to_id    (HostelHostVerdict verdict);

#define HOSTEL_TYPE_HOST_REPORT (hostel_host_report_get_type ())

/* The list of checks, a GListModel of HostelHostCheck in the order of the groups above, worst first
 * within a group. Where a check says "missing", no machine can be made; what a machine can do
 * without is a warning or a note. */
G_DECLARE_FINAL_TYPE (HostelHostReport, hostel_host_report, HOSTEL, HOST_REPORT, GObject)

HostelHostReport  *hostel_host_report_new         (void);
/* Reads files and devices. Blocks briefly: for a worker. */
HostelHostReport  *hostel_host_report_new_local   (const HostelHostSystem *system);
void               hostel_host_report_add         (HostelHostReport *self,
                                                   HostelHostCheck  *check);
void               hostel_host_report_merge       (HostelHostReport *self,
                                                   HostelHostReport *other);
HostelHostCheck   *hostel_host_report_lookup      (HostelHostReport *self,
                                                   const char       *id);
HostelHostVerdict  hostel_host_report_get_verdict (HostelHostReport *self);
char              *hostel_host_report_dup_summary (HostelHostReport *self);
char              *hostel_host_report_to_json     (HostelHostReport *self);
char              *hostel_host_report_to_text     (HostelHostReport *self);

G_END_DECLS
