/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "hostel-create-job"

#include "config.h"

#include <glib/gi18n.h>

#include "hostel-connection-call.h"
#include "hostel-create-job-private.h"
#include "hostel-create-undo.h"
#include "hostel-machine-lock.h"

/* A progress bar needs no more; a cached digest or a small image reports nothing at all. */
#define REPORT_MSEC 40

G_DEFINE_ENUM_TYPE (HostelCreateStep, hostel_create_step,
                    G_DEFINE_ENUM_VALUE (HOSTEL_CREATE_STEP_CHECK, "check"),
                    G_DEFINE_ENUM_VALUE (HOSTEL_CREATE_STEP_DIGEST, "digest"),
                    G_DEFINE_ENUM_VALUE (HOSTEL_CREATE_STEP_BASE, "base"),
                    G_DEFINE_ENUM_VALUE (HOSTEL_CREATE_STEP_DISK, "disk"),
                    G_DEFINE_ENUM_VALUE (HOSTEL_CREATE_STEP_SEED, "seed"),
                    G_DEFINE_ENUM_VALUE (HOSTEL_CREATE_STEP_DEFINE, "define"),
                    G_DEFINE_ENUM_VALUE (HOSTEL_CREATE_STEP_START, "start"),
                    G_DEFINE_ENUM_VALUE (HOSTEL_CREATE_STEP_DONE, "done"))

G_DEFINE_FINAL_TYPE (HostelCreateJob, hostel_create_job, G_TYPE_OBJECT)

enum {
  PROP_0,
  PROP_STEP,
  PROP_BYTES_DONE,
  PROP_BYTES_TOTAL,
  PROP_FRACTION,
  PROP_FACTS,
  PROP_CONSOLE,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

/* Where each step begins, of the whole. */
static const double step_fractions[] = { 0, 0.02, 0.25, 0.85, 0.88, 0.9, 0.92, 1, 1 };

/**
 * hostel_create_step_to_label:
 *
 * Returns: (transfer none): what is being done, translated, for a person
 */
const char *
hostel_create_step_to_label (HostelCreateStep step)
{
  switch (step)
    {
    case HOSTEL_CREATE_STEP_CHECK:
      return _("Checking the host");
    case HOSTEL_CREATE_STEP_DIGEST:
      return _("Reading the image");
    case HOSTEL_CREATE_STEP_BASE:
      return _("Copying the image into the storage pool");
    case HOSTEL_CREATE_STEP_DISK:
      return _("Making the disk");
    case HOSTEL_CREATE_STEP_SEED:
      return _("Writing the cloud-init data");
    case HOSTEL_CREATE_STEP_DEFINE:
      return _("Defining the machine");
    case HOSTEL_CREATE_STEP_START:
      return _("Starting the machine");
    case HOSTEL_CREATE_STEP_DONE:
      return _("Done");
    default:
      g_return_val_if_reached ("");
    }
}

static void
update_fraction (HostelCreateJob *self)
{
  double begin = step_fractions[self->step];
  double end = step_fractions[self->step + 1];
  double part = self->bytes_total > 0 ? (double) self->bytes_done / self->bytes_total : 0;

  self->fraction = begin + (end - begin) * MIN (part, 1);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_FRACTION]);
}

static void
set_bytes (HostelCreateJob *self,
           guint64          done,
           guint64          total)
{
  if (self->bytes_done == done && self->bytes_total == total)
    return;

  self->bytes_done = done;
  self->bytes_total = total;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_BYTES_DONE]);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_BYTES_TOTAL]);
}

/* For hostel-create-run.c. */
void
hostel_create_job_set_step (HostelCreateJob  *self,
                            HostelCreateStep  step)
{
  g_mutex_lock (&self->mutex);
  g_clear_handle_id (&self->report_id, g_source_remove);
  g_mutex_unlock (&self->mutex);

  self->step = step;
  set_bytes (self, 0, 0);
  update_fraction (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_STEP]);
  if (step == HOSTEL_CREATE_STEP_DIGEST)
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_FACTS]);
}

void
hostel_create_job_set_console (HostelCreateJob     *self,
                               HostelConsoleStream *console)
{
  if (g_set_object (&self->console, console))
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_CONSOLE]);
}

static gboolean
on_report (gpointer data)
{
  HostelCreateJob *self = data;
  guint64 done;
  guint64 total;

  g_mutex_lock (&self->mutex);
  self->report_id = 0;
  done = self->reported_done;
  total = self->reported_total;
  g_mutex_unlock (&self->mutex);

  set_bytes (self, done, total);
  update_fraction (self);

  return G_SOURCE_REMOVE;
}

/* In the thread that reads. */
void
hostel_create_job_report (guint64  done,
                          guint64  total,
                          gpointer job)
{
  HostelCreateJob *self = job;

  g_mutex_lock (&self->mutex);
  self->reported_done = done;
  self->reported_total = total;
  if (self->report_id == 0)
    self->report_id = g_timeout_add_full (G_PRIORITY_DEFAULT, REPORT_MSEC, on_report,
                                          g_object_ref (self), g_object_unref);
  g_mutex_unlock (&self->mutex);
}

static void
hostel_create_job_dispose (GObject *object)
{
  HostelCreateJob *self = HOSTEL_CREATE_JOB (object);

  g_clear_object (&self->connection);
  g_clear_object (&self->spec);
  g_clear_object (&self->console);

  G_OBJECT_CLASS (hostel_create_job_parent_class)->dispose (object);
}

static void
hostel_create_job_finalize (GObject *object)
{
  HostelCreateJob *self = HOSTEL_CREATE_JOB (object);

  g_clear_pointer (&self->work, hostel_create_work_unref);
  g_clear_error (&self->error);
  g_mutex_clear (&self->mutex);

  G_OBJECT_CLASS (hostel_create_job_parent_class)->finalize (object);
}

static void
hostel_create_job_get_property (GObject    *object,
                                guint       prop_id,
                                GValue     *value,
                                GParamSpec *pspec)
{
  HostelCreateJob *self = HOSTEL_CREATE_JOB (object);

  switch (prop_id)
    {
    case PROP_STEP:
      g_value_set_enum (value, self->step);
      break;
    case PROP_BYTES_DONE:
      g_value_set_uint64 (value, self->bytes_done);
      break;
    case PROP_BYTES_TOTAL:
      g_value_set_uint64 (value, self->bytes_total);
      break;
    case PROP_FRACTION:
      g_value_set_double (value, self->fraction);
      break;
    case PROP_FACTS:
      g_value_set_object (value, self->work && self->step > HOSTEL_CREATE_STEP_CHECK
                                   ? self->work->facts : NULL);
      break;
    case PROP_CONSOLE:
      g_value_set_object (value, self->console);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
hostel_create_job_class_init (HostelCreateJobClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;

  object_class->dispose = hostel_create_job_dispose;
  object_class->finalize = hostel_create_job_finalize;
  object_class->get_property = hostel_create_job_get_property;

  properties[PROP_STEP] = g_param_spec_enum ("step", NULL, NULL, HOSTEL_TYPE_CREATE_STEP,
                                             HOSTEL_CREATE_STEP_CHECK, flags);
  properties[PROP_BYTES_DONE] = g_param_spec_uint64 ("bytes-done", NULL, NULL, 0, G_MAXUINT64, 0,
                                                     flags);
  properties[PROP_BYTES_TOTAL] = g_param_spec_uint64 ("bytes-total", NULL, NULL, 0, G_MAXUINT64,
                                                      0, flags);
  properties[PROP_FRACTION] = g_param_spec_double ("fraction", NULL, NULL, 0, 1, 0, flags);
  properties[PROP_FACTS] = g_param_spec_object ("facts", NULL, NULL, HOSTEL_TYPE_HOST_FACTS,
                                                flags);
  properties[PROP_CONSOLE] = g_param_spec_object ("console", NULL, NULL,
                                                  HOSTEL_TYPE_CONSOLE_STREAM, flags);

  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
hostel_create_job_init (HostelCreateJob *self)
{
  g_mutex_init (&self->mutex);
}

/**
 * hostel_create_job_new:
 * @connection: the host, connected
 * @spec: what is asked for; not to be changed while the job runs
 *
 * Returns: (transfer full): a job, to be run once
 */
HostelCreateJob *
hostel_create_job_new (HostelConnection  *connection,
                       HostelMachineSpec *spec)
{
  HostelCreateJob *self;

  g_return_val_if_fail (HOSTEL_IS_CONNECTION (connection), NULL);
  g_return_val_if_fail (HOSTEL_IS_MACHINE_SPEC (spec), NULL);

  self = g_object_new (HOSTEL_TYPE_CREATE_JOB, NULL);
  self->connection = g_object_ref (connection);
  self->spec = g_object_ref (spec);

  return self;
}

/**
 * hostel_create_job_set_attach_console:
 * @attach: whether the serial console is opened while the machine is still paused, so that its
 *   first byte is seen
 */
void
hostel_create_job_set_attach_console (HostelCreateJob *self,
                                      gboolean         attach)
{
  g_return_if_fail (HOSTEL_IS_CREATE_JOB (self));

  self->attach_console = attach;
}

/**
 * hostel_create_job_set_start_network:
 * @start: whether a network that is not active is started, just before the machine is defined; it
 *   stays started whatever becomes of the machine
 */
void
hostel_create_job_set_start_network (HostelCreateJob *self,
                                     gboolean         start)
{
  g_return_if_fail (HOSTEL_IS_CREATE_JOB (self));

  self->start_network = start;
}

HostelCreateStep
hostel_create_job_get_step (HostelCreateJob *self)
{
  g_return_val_if_fail (HOSTEL_IS_CREATE_JOB (self), HOSTEL_CREATE_STEP_CHECK);

  return self->step;
}

double
hostel_create_job_get_fraction (HostelCreateJob *self)
{
  g_return_val_if_fail (HOSTEL_IS_CREATE_JOB (self), 0);

  return self->fraction;
}

/**
 * hostel_create_job_get_console:
 *
 * Returns: (transfer none) (nullable): the stream of serial0
 */
HostelConsoleStream *
hostel_create_job_get_console (HostelCreateJob *self)
{
  g_return_val_if_fail (HOSTEL_IS_CREATE_JOB (self), NULL);

  return self->console;
}

/**
 * hostel_create_job_run_async:
 * @cancellable: (nullable): until the machine is defined it undoes all; afterwards it does nothing,
 *   the machine is there
 * @callback: called on the main thread, when the machine runs or nothing is left of it
 * @user_data: for @callback
 *
 * Main thread.
 */
void
hostel_create_job_run_async (HostelCreateJob     *self,
                             GCancellable        *cancellable,
                             GAsyncReadyCallback  callback,
                             gpointer             user_data)
{
  g_return_if_fail (HOSTEL_IS_CREATE_JOB (self));
  g_return_if_fail (self->work == NULL);

  self->task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (self->task, hostel_create_job_run_async);
  /* A machine that was made in spite of a late cancel has to be told of. */
  g_task_set_check_cancellable (self->task, FALSE);
  hostel_create_run_begin (self);
}

/**
 * hostel_create_job_run_finish:
 * @error: (out) (optional): the cause: %HOSTEL_ERROR_EXISTS, %HOSTEL_ERROR_INVALID,
 *   %HOSTEL_ERROR_NO_SPACE, %HOSTEL_ERROR_HOST_LACKS, ... or %G_IO_ERROR_CANCELLED
 *
 * Returns: (transfer full) (nullable): the domain, in the connection's list
 */
HostelDomain *
hostel_create_job_run_finish (HostelCreateJob  *self,
                              GAsyncResult     *result,
                              GError          **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
clean_up_worker (GTask         *task,
                 virConnectPtr  handle,
                 gpointer       task_data)
{
  guint failed = hostel_create_undo_left (handle, task_data);

  hostel_machine_lock_undo_left (handle);
  if (failed == 0)
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, hostel_error_new (
      HOSTEL_ERROR_FAILED, _("It is tried again at the next start."), NULL,
      g_dngettext (GETTEXT_PACKAGE, "What an interrupted create has left could not be removed.",
                   "What %u interrupted creates have left could not be removed.", failed),
      failed));
}

/**
 * hostel_create_clean_up_async:
 * @connection: a connected host
 * @callback: called on the main thread
 * @user_data: for @callback
 *
 * Deletes what creates that were killed before their machine was defined have left on this host,
 * and resumes machines that still wait for their first start. Creates that are still running, here or
 * in another program, are not touched. To be called whenever a connection has been made; where
 * there is nothing to do, it makes no call.
 */
void
hostel_create_clean_up_async (HostelConnection    *connection,
                              GAsyncReadyCallback  callback,
                              gpointer             user_data)
{
  GTask *task;

  g_return_if_fail (HOSTEL_IS_CONNECTION (connection));

  task = g_task_new (connection, NULL, callback, user_data);
  g_task_set_source_tag (task, hostel_create_clean_up_async);
  g_task_set_task_data (task, g_strdup (hostel_connection_get_uri (connection)), g_free);
  hostel_connection_call (connection, task, clean_up_worker);
}

/**
 * hostel_create_clean_up_finish:
 *
 * Returns: whether nothing is left to be cleaned up
 */
gboolean
hostel_create_clean_up_finish (HostelConnection  *connection,
                               GAsyncResult      *result,
                               GError           **error)
{
  g_return_val_if_fail (g_task_is_valid (result, connection), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}
