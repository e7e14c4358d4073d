/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "hostel-boot-report.h"
#include "hostel-boot-text.h"

G_BEGIN_DECLS

/* How far a first boot is, and how it ended. */
typedef enum
{
  HOSTEL_BOOT_PHASE_BOOTING,   /* the guest has not reported yet */
  HOSTEL_BOOT_PHASE_APPLYING,  /* cloud-init is at work, see the report's stage */
  HOSTEL_BOOT_PHASE_READY,
  HOSTEL_BOOT_PHASE_FAILED,    /* cloud-init finished with errors */
  HOSTEL_BOOT_PHASE_STOPPED,   /* the machine went off before its report was complete */
  HOSTEL_BOOT_PHASE_CRASHED,   /* libvirt says so */
  HOSTEL_BOOT_PHASE_GONE,      /* the machine was removed */
  HOSTEL_BOOT_PHASE_LOST,      /* libvirt does not answer */
  HOSTEL_BOOT_PHASE_UNREAD,    /* it asks for a login, and no seed was read */
  HOSTEL_BOOT_PHASE_UNTOLD,    /* it asks for a login, and cloud-init has told no end */
  HOSTEL_BOOT_PHASE_EMERGENCY,
  HOSTEL_BOOT_PHASE_INITRAMFS,
  HOSTEL_BOOT_PHASE_LOADER,
  HOSTEL_BOOT_PHASE_NO_SYSTEM,
  HOSTEL_BOOT_PHASE_PANIC,
  HOSTEL_BOOT_PHASE_SILENT,    /* nothing was heard for a long time */
} HostelBootPhase;

#define HOSTEL_TYPE_BOOT_PHASE (hostel_boot_phase_get_type ())
GType       hostel_boot_phase_get_type     (void);
/* Whether it is an end; READY and FAILED are what cloud-init itself says, and final. */
gboolean    hostel_boot_phase_is_end       (HostelBootPhase  phase);
gboolean    hostel_boot_phase_is_final     (HostelBootPhase  phase);
/* In the window: a headline, and what to do ("" for nothing). */
const char *hostel_boot_phase_get_title    (HostelBootPhase  phase);
const char *hostel_boot_phase_get_remedy   (HostelBootPhase  phase);
/* On the command line. */
char       *hostel_boot_phase_dup_sentence (HostelBootPhase  phase,
                                            const char      *name);

/* What libvirt says of the machine. */
typedef enum
{
  HOSTEL_BOOT_MACHINE_ON,
  HOSTEL_BOOT_MACHINE_OFF,
  HOSTEL_BOOT_MACHINE_CRASHED,
  HOSTEL_BOOT_MACHINE_GONE,
  HOSTEL_BOOT_MACHINE_UNREACHABLE,
} HostelBootMachine;

/* From what was heard, read and seen to one verdict. It has no clock, no timer, no input of its own:
 * each call brings the time in seconds, from any beginning. */
typedef struct _HostelBootJudge HostelBootJudge;

HostelBootJudge *hostel_boot_judge_new         (double             now);
void             hostel_boot_judge_free        (HostelBootJudge   *self);
/* The report's port is read by us, or not. */
void             hostel_boot_judge_listen      (HostelBootJudge   *self,
                                                gboolean           listening,
                                                double             now);
/* A line of the guest's own report came, by the port or by the agent; what it says by now. */
void             hostel_boot_judge_hear        (HostelBootJudge   *self,
                                                HostelBootVerdict  verdict,
                                                gboolean           errors,
                                                double             now);
/* The console was looked at, and has written @size bytes by now. */
void             hostel_boot_judge_read        (HostelBootJudge   *self,
                                                HostelBootText    *text,
                                                guint64            size,
                                                double             now);
/* The agent answered that there is no trace of cloud-init, or no seed. */
void             hostel_boot_judge_deny        (HostelBootJudge   *self,
                                                double             now);
void             hostel_boot_judge_see         (HostelBootJudge   *self,
                                                HostelBootMachine  machine,
                                                double             now);
HostelBootPhase  hostel_boot_judge_get_phase   (HostelBootJudge   *self,
                                                double             now);
/* Whether the guest's agent is to be asked now. */
gboolean         hostel_boot_judge_wants_agent (HostelBootJudge   *self,
                                                double             now);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HostelBootJudge, hostel_boot_judge_free)

G_END_DECLS
