/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "hostel-create-job.h"
#include "hostel-create-steps.h"

G_BEGIN_DECLS

struct _HostelCreateJob
{
  GObject parent_instance;

  HostelConnection    *connection;     /* owned, as all */
  HostelMachineSpec   *spec;
  HostelConsoleStream *console;        /* nullable */
  HostelCreateWork    *work;           /* nullable before the run */
  GTask               *task;           /* the run's, nullable */
  GError              *error;          /* the first one, nullable */

  HostelCreateStep     step;
  guint64              bytes_done;
  guint64              bytes_total;
  double               fraction;
  gboolean             attach_console;
  gboolean             start_network;
  gboolean             defined;        /* past the commit point */
  guint                pending;        /* calls under way */
  guint                wait_id;        /* one-shot timer, 0 none */
  gulong               wait_handler;   /* on "console" or "connection", 0 none */

  GMutex               mutex;          /* for what a thread reports */
  guint64              reported_done;
  guint64              reported_total;
  guint                report_id;      /* the source that brings it to the main thread */
};

void hostel_create_job_set_step  (HostelCreateJob     *self,
                                  HostelCreateStep     step);
void hostel_create_job_set_console (HostelCreateJob     *self,
                                  HostelConsoleStream *console);
void hostel_create_job_report    (guint64              done,
                                  guint64              total,
                                  gpointer             job);

/* Runs the steps; returns through self->task. */
void hostel_create_run_begin     (HostelCreateJob     *self);

G_END_DECLS
