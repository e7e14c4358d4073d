/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "hostel-connection.h"
#include "hostel-console-stream.h"
#include "hostel-machine-spec.h"

G_BEGIN_DECLS

typedef enum
{
  HOSTEL_CREATE_STEP_CHECK,
  HOSTEL_CREATE_STEP_DIGEST,
  HOSTEL_CREATE_STEP_BASE,
  HOSTEL_CREATE_STEP_DISK,
  HOSTEL_CREATE_STEP_SEED,
  HOSTEL_CREATE_STEP_DEFINE,
  HOSTEL_CREATE_STEP_START,
  HOSTEL_CREATE_STEP_DONE,
} HostelCreateStep;

#define HOSTEL_TYPE_CREATE_STEP (hostel_create_step_get_type ())
GType       hostel_create_step_get_type (void);
const char *hostel_create_step_to_label (HostelCreateStep step);

#define HOSTEL_TYPE_CREATE_JOB (hostel_create_job_get_type ())

/* spec -> running domain, in steps, each with its undo. Properties, read only, notifying: "step",
 * "bytes-done", "bytes-total" (guint64; 0 where the step has none), "fraction" (double, 0 to 1),
 * "facts" (HostelHostFacts, once known), "console" (HostelConsoleStream of serial0, set before the
 * first byte where "attach-console" is TRUE). */
G_DECLARE_FINAL_TYPE (HostelCreateJob, hostel_create_job, HOSTEL, CREATE_JOB, GObject)

HostelCreateJob     *hostel_create_job_new                (HostelConnection     *connection,
                                                           HostelMachineSpec    *spec);
void                 hostel_create_job_set_attach_console (HostelCreateJob      *self,
                                                           gboolean              attach);
/* Starts the machine's network where it is not active; else that is an error. */
void                 hostel_create_job_set_start_network  (HostelCreateJob      *self,
                                                           gboolean              start);
HostelCreateStep     hostel_create_job_get_step           (HostelCreateJob      *self);
double               hostel_create_job_get_fraction       (HostelCreateJob      *self);
/* The stream for serial0, opened while the machine was still paused; NULL where not asked for. */
HostelConsoleStream *hostel_create_job_get_console        (HostelCreateJob      *self);
void                 hostel_create_job_run_async          (HostelCreateJob      *self,
                                                           GCancellable         *cancellable,
                                                           GAsyncReadyCallback   callback,
                                                           gpointer              user_data);
/* Returns: (transfer full): the domain, in the connection's list. On error and on cancel nothing is
 * left behind; after define only the start can still fail, and the machine is kept. */
HostelDomain        *hostel_create_job_run_finish         (HostelCreateJob      *self,
                                                           GAsyncResult         *result,
                                                           GError              **error);

/* Takes up the journals of creates that were killed, for this connection's URI. */
void                 hostel_create_clean_up_async         (HostelConnection     *connection,
                                                           GAsyncReadyCallback   callback,
                                                           gpointer              user_data);
gboolean             hostel_create_clean_up_finish        (HostelConnection     *connection,
                                                           GAsyncResult         *result,
                                                           GError              **error);

G_END_DECLS
