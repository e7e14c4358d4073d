/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "hostel-worker"

#include "config.h"

#include "hostel-worker.h"

/* The daemon takes 5 requests of one client at a time (max_client_requests in libvirtd.conf); the
 * fifth is left for the probe that tells a slow call from a daemon that does not answer. */
#define N_THREADS 4

struct _HostelWorker
{
  gatomicrefcount  ref_count;
  GThreadPool     *pool; /* owned */
};

typedef struct
{
  HostelWorkerFunc func;
  gpointer         data;
} Job;

static void
run_job (gpointer data,
         gpointer user_data)
{
  Job *job = data;

  job->func (job->data);
  g_free (job);
}

/**
 * hostel_worker_new:
 *
 * A pool of 4 threads. Threads come from GLib's idle ones and end with them, so that a worker
 * without jobs costs nothing.
 *
 * Returns: (transfer full): a new worker
 */
HostelWorker *
hostel_worker_new (void)
{
  HostelWorker *self = g_new0 (HostelWorker, 1);

  g_atomic_ref_count_init (&self->ref_count);
  self->pool = g_thread_pool_new (run_job, NULL, N_THREADS, FALSE, NULL);

  return self;
}

/**
 * hostel_worker_ref:
 * @self: a worker
 *
 * From any thread.
 *
 * Returns: (transfer full): @self
 */
HostelWorker *
hostel_worker_ref (HostelWorker *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  g_atomic_ref_count_inc (&self->ref_count);

  return self;
}

/**
 * hostel_worker_unref:
 * @self: (transfer full): a worker
 *
 * From any thread, also one of its own. Jobs that are still queued are run: what they release must
 * be released.
 */
void
hostel_worker_unref (HostelWorker *self)
{
  g_return_if_fail (self != NULL);

  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;

  g_thread_pool_free (self->pool, FALSE, FALSE);
  g_free (self);
}

/**
 * hostel_worker_push:
 * @self: a worker
 * @func: what to run, once
 * @data: handed to @func
 *
 * From any thread; never blocks.
 */
void
hostel_worker_push (HostelWorker     *self,
                    HostelWorkerFunc  func,
                    gpointer          data)
{
  Job *job;

  g_return_if_fail (self != NULL);
  g_return_if_fail (func != NULL);

  job = g_new (Job, 1);
  job->func = func;
  job->data = data;
  /* An error means that no further thread could be made: the job stays queued. */
  g_thread_pool_push (self->pool, job, NULL);
}
