/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "hostel-progress"

#include "config.h"

#include "hostel-progress.h"

#define REPORT_MSEC 100

struct _HostelProgress
{
  GTask               *task;      /* borrowed: it owns this */
  HostelProgressFunc   func;      /* nullable: called on the main thread */
  gpointer             user_data;
  GMutex               mutex;     /* for what follows */
  guint64              done;
  guint64              total;
  guint                report_id;
};

/**
 * hostel_progress_new:
 * @task: the work; borrowed
 * @func: (nullable): called on the main thread, and not once @task has ended
 * @user_data: for @func
 *
 * Returns: (transfer full): to be freed with the data of @task
 */
HostelProgress *
hostel_progress_new (GTask               *task,
                     HostelProgressFunc   func,
                     gpointer             user_data)
{
  HostelProgress *self;

  g_return_val_if_fail (G_IS_TASK (task), NULL);

  self = g_new0 (HostelProgress, 1);
  self->task = task;
  self->func = func;
  self->user_data = user_data;
  g_mutex_init (&self->mutex);

  return self;
}

void
hostel_progress_free (HostelProgress *self)
{
  g_mutex_clear (&self->mutex);
  g_free (self);
}

static gboolean
report_cb (gpointer user_data)
{
  HostelProgress *self = user_data;
  guint64 done;
  guint64 total;

  g_mutex_lock (&self->mutex);
  self->report_id = 0;
  done = self->done;
  total = self->total;
  g_mutex_unlock (&self->mutex);
  if (!g_task_get_completed (self->task))
    self->func (done, total, self->user_data);

  return G_SOURCE_REMOVE;
}

static void
release_task (gpointer data)
{
  HostelProgress *self = data;

  g_object_unref (self->task);
}

/**
 * hostel_progress_take:
 * @done: bytes
 * @total: bytes
 * @self: a progress
 *
 * Of the type of %HostelProgressFunc; for the worker.
 */
void
hostel_progress_take (guint64  done,
                      guint64  total,
                      gpointer self)
{
  HostelProgress *progress = self;

  g_mutex_lock (&progress->mutex);
  progress->done = done;
  progress->total = total;
  if (progress->report_id == 0 && progress->func != NULL)
    {
      g_object_ref (progress->task);
      progress->report_id = g_timeout_add_full (G_PRIORITY_DEFAULT, REPORT_MSEC, report_cb,
                                                progress, release_task);
    }
  g_mutex_unlock (&progress->mutex);
}
