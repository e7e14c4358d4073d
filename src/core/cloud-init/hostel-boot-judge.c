/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "hostel-boot-judge"

#include "config.h"

#include "hostel-boot-judge.h"

/* All in seconds. The report beats every ten. */
#define DEAD_END_STANDS 10  /* the guest may still go on, or start again */
#define UNREAD_STANDS 20    /* the report may be on its way */
#define FINISHED_STANDS 20
#define UNTOLD_STANDS 45    /* after the login prompt, and after the last sign of life */
#define HEARD_LASTS 30
#define AGENT_AFTER 5
#define AGENT_PAUSE 8
#define UNREACHABLE_STANDS 30
#define SILENT_STANDS 600

#define NEVER -1

struct _HostelBootJudge
{
  HostelBootMachine  machine;
  double             machine_time;
  HostelBootVerdict  verdict;
  gboolean           errors;
  gboolean           listening;
  gboolean           denied;      /* by the agent */
  double             heard_time;  /* NEVER, or the last */
  double             grown_time;
  double             asked_time;

  guint64            size;        /* of the console's output */
  guint              boots;
  HostelBootSign     sign;
  double             sign_time;
  HostelBootCloud    cloud;
  double             cloud_time;
  gboolean           text_errors;
};

static gboolean
is_heard (HostelBootJudge *self,
          double           now)
{
  return self->heard_time >= 0 && now - self->heard_time < HEARD_LASTS;
}

static gboolean
has_finished (HostelBootJudge *self)
{
  return self->cloud == HOSTEL_BOOT_CLOUD_FINISHED || self->cloud == HOSTEL_BOOT_CLOUD_UNSEEDED;
}

static HostelBootPhase
going_on (HostelBootJudge *self)
{
  return self->verdict != HOSTEL_BOOT_VERDICT_NONE || self->cloud != HOSTEL_BOOT_CLOUD_NONE
         ? HOSTEL_BOOT_PHASE_APPLYING : HOSTEL_BOOT_PHASE_BOOTING;
}

/* The console says that cloud-init is through. That alone proves no seed, and errors are in the
 * report first: it has a while. */
static HostelBootPhase
judge_finished (HostelBootJudge *self,
                double           now)
{
  double since = now - self->cloud_time;

  if (self->cloud == HOSTEL_BOOT_CLOUD_UNSEEDED && self->verdict == HOSTEL_BOOT_VERDICT_NONE)
    return since >= FINISHED_STANDS ? HOSTEL_BOOT_PHASE_UNREAD : going_on (self);
  if (since < FINISHED_STANDS)
    return going_on (self);

  return self->errors || self->text_errors ? HOSTEL_BOOT_PHASE_FAILED : HOSTEL_BOOT_PHASE_READY;
}

static HostelBootPhase
judge_login (HostelBootJudge *self,
             double           now)
{
  double since = now - self->sign_time;
  double quiet = now - MAX (self->grown_time, self->heard_time);

  if (is_heard (self, now))
    return going_on (self);

  /* The port is ours, and nobody ever spoke. */
  if (self->verdict == HOSTEL_BOOT_VERDICT_NONE && self->cloud == HOSTEL_BOOT_CLOUD_NONE &&
      (self->listening || self->denied))
    return since >= UNREAD_STANDS ? HOSTEL_BOOT_PHASE_UNREAD : HOSTEL_BOOT_PHASE_BOOTING;

  if (since < UNTOLD_STANDS || quiet < UNTOLD_STANDS)
    return going_on (self);

  return self->errors || self->text_errors ? HOSTEL_BOOT_PHASE_FAILED : HOSTEL_BOOT_PHASE_UNTOLD;
}

static HostelBootPhase
judge_dead_end (HostelBootJudge *self,
                double           now)
{
  if (now - self->sign_time < DEAD_END_STANDS)
    return going_on (self);

  switch (self->sign)
    {
    case HOSTEL_BOOT_SIGN_EMERGENCY:
      return HOSTEL_BOOT_PHASE_EMERGENCY;
    case HOSTEL_BOOT_SIGN_INITRAMFS:
      return HOSTEL_BOOT_PHASE_INITRAMFS;
    case HOSTEL_BOOT_SIGN_LOADER:
      return HOSTEL_BOOT_PHASE_LOADER;
    case HOSTEL_BOOT_SIGN_NO_SYSTEM:
      return HOSTEL_BOOT_PHASE_NO_SYSTEM;
    case HOSTEL_BOOT_SIGN_PANIC:
      return HOSTEL_BOOT_PHASE_PANIC;
    case HOSTEL_BOOT_SIGN_LOGIN:
    case HOSTEL_BOOT_SIGN_NONE:
    default:
      g_return_val_if_reached (HOSTEL_BOOT_PHASE_BOOTING);
    }
}

static HostelBootPhase
judge_machine (HostelBootJudge *self,
               double           now)
{
  switch (self->machine)
    {
    case HOSTEL_BOOT_MACHINE_OFF:
      return HOSTEL_BOOT_PHASE_STOPPED;
    case HOSTEL_BOOT_MACHINE_CRASHED:
      return HOSTEL_BOOT_PHASE_CRASHED;
    case HOSTEL_BOOT_MACHINE_GONE:
      return HOSTEL_BOOT_PHASE_GONE;
    case HOSTEL_BOOT_MACHINE_UNREACHABLE:
      return now - self->machine_time >= UNREACHABLE_STANDS ? HOSTEL_BOOT_PHASE_LOST : going_on (self);
    case HOSTEL_BOOT_MACHINE_ON:
    default:
      return going_on (self);
    }
}

/**
 * hostel_boot_judge_new:
 * @now: the time
 *
 * Returns: (transfer full): a judge of a machine that has just been switched on
 */
HostelBootJudge *
hostel_boot_judge_new (double now)
{
  HostelBootJudge *self = g_new0 (HostelBootJudge, 1);

  self->machine_time = now;
  self->grown_time = now;
  self->heard_time = NEVER;
  self->asked_time = NEVER;

  return self;
}

void
hostel_boot_judge_free (HostelBootJudge *self)
{
  g_free (self);
}

void
hostel_boot_judge_listen (HostelBootJudge *self,
                          gboolean         listening,
                          double           now)
{
  g_return_if_fail (self != NULL);

  self->listening = listening;
}

void
hostel_boot_judge_hear (HostelBootJudge   *self,
                        HostelBootVerdict  verdict,
                        gboolean           errors,
                        double             now)
{
  g_return_if_fail (self != NULL);

  self->verdict = verdict;
  self->errors = errors;
  self->heard_time = now;
}

void
hostel_boot_judge_read (HostelBootJudge *self,
                        HostelBootText  *text,
                        guint64          size,
                        double           now)
{
  HostelBootSign sign;
  HostelBootCloud cloud;

  g_return_if_fail (self != NULL);
  g_return_if_fail (text != NULL);

  sign = hostel_boot_text_get_sign (text);
  cloud = hostel_boot_text_get_cloud (text);
  if (self->size != size)
    self->grown_time = now;
  if (self->boots != hostel_boot_text_get_boots (text))
    {
      self->denied = FALSE;
      self->sign_time = now;
      self->cloud_time = now;
    }
  if (self->sign != sign)
    self->sign_time = now;
  if (self->cloud != cloud)
    self->cloud_time = now;

  self->size = size;
  self->boots = hostel_boot_text_get_boots (text);
  self->sign = sign;
  self->cloud = cloud;
  self->text_errors = hostel_boot_text_get_errors (text)[0] != NULL;
}

void
hostel_boot_judge_deny (HostelBootJudge *self,
                        double           now)
{
  g_return_if_fail (self != NULL);

  self->denied = TRUE;
}

void
hostel_boot_judge_see (HostelBootJudge   *self,
                       HostelBootMachine  machine,
                       double             now)
{
  gboolean was_off;

  g_return_if_fail (self != NULL);

  if (self->machine == machine)
    return;

  was_off = self->machine != HOSTEL_BOOT_MACHINE_UNREACHABLE;
  self->machine = machine;
  self->machine_time = now;
  if (machine == HOSTEL_BOOT_MACHINE_ON && was_off)
    {
      /* It is switched on again; the console goes on where it was. */
      self->grown_time = now;
      self->heard_time = NEVER;
      self->denied = FALSE;
    }
}

/**
 * hostel_boot_judge_get_phase:
 * @self: the judge
 * @now: the time
 *
 * Returns: how far the boot is, by what is known now
 */
HostelBootPhase
hostel_boot_judge_get_phase (HostelBootJudge *self,
                             double           now)
{
  HostelBootPhase phase;

  g_return_val_if_fail (self != NULL, HOSTEL_BOOT_PHASE_BOOTING);

  if (self->verdict == HOSTEL_BOOT_VERDICT_DONE)
    return HOSTEL_BOOT_PHASE_READY;
  if (self->verdict == HOSTEL_BOOT_VERDICT_FAILED)
    return HOSTEL_BOOT_PHASE_FAILED;
  if (self->machine != HOSTEL_BOOT_MACHINE_ON)
    return judge_machine (self, now);

  if (self->sign > HOSTEL_BOOT_SIGN_LOGIN)
    phase = judge_dead_end (self, now);
  else if (has_finished (self))
    phase = judge_finished (self, now);
  else if (self->sign == HOSTEL_BOOT_SIGN_LOGIN)
    phase = judge_login (self, now);
  else
    phase = going_on (self);

  if (!hostel_boot_phase_is_end (phase) && now - MAX (self->grown_time, self->heard_time) >= SILENT_STANDS)
    phase = HOSTEL_BOOT_PHASE_SILENT;

  return phase;
}

/**
 * hostel_boot_judge_wants_agent:
 * @self: the judge
 * @now: the time
 *
 * Returns: whether the report is silent where it should not be, and the guest's agent was not asked
 *   just now; it counts as asked
 */
gboolean
hostel_boot_judge_wants_agent (HostelBootJudge *self,
                               double           now)
{
  gboolean booted;

  g_return_val_if_fail (self != NULL, FALSE);

  booted = (self->sign == HOSTEL_BOOT_SIGN_LOGIN && now - self->sign_time >= AGENT_AFTER) ||
           (has_finished (self) && now - self->cloud_time >= AGENT_AFTER);
  if (self->machine != HOSTEL_BOOT_MACHINE_ON || !booted || self->verdict > HOSTEL_BOOT_VERDICT_RUNNING ||
      (self->listening && self->heard_time >= 0 && now - self->heard_time < HEARD_LASTS / 2) ||
      (self->asked_time >= 0 && now - self->asked_time < AGENT_PAUSE))
    return FALSE;

  self->asked_time = now;
  return TRUE;
}
