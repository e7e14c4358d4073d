/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "hostel-download"

#include "config.h"

#include "hostel-download-private.h"

#include <glib/gi18n.h>

#include "hostel-error.h"
#include "hostel-http.h"

#define REPORT_MSEC 100
#define RETRY_MSEC 1000

G_DEFINE_ENUM_TYPE (HostelDownloadState, hostel_download_state,
                    G_DEFINE_ENUM_VALUE (HOSTEL_DOWNLOAD_STATE_IDLE, "idle"),
                    G_DEFINE_ENUM_VALUE (HOSTEL_DOWNLOAD_STATE_CONNECTING, "connecting"),
                    G_DEFINE_ENUM_VALUE (HOSTEL_DOWNLOAD_STATE_RUNNING, "running"),
                    G_DEFINE_ENUM_VALUE (HOSTEL_DOWNLOAD_STATE_PAUSED, "paused"),
                    G_DEFINE_ENUM_VALUE (HOSTEL_DOWNLOAD_STATE_WAITING, "waiting"),
                    G_DEFINE_ENUM_VALUE (HOSTEL_DOWNLOAD_STATE_DONE, "done"),
                    G_DEFINE_ENUM_VALUE (HOSTEL_DOWNLOAD_STATE_FAILED, "failed"))

G_DEFINE_FINAL_TYPE (HostelDownload, hostel_download, G_TYPE_OBJECT)

enum { PROP_0, PROP_STATE, PROP_BYTES_DONE, PROP_BYTES_TOTAL, PROP_RATE, PROP_TIME_LEFT, N_PROPS };

static GParamSpec *properties[N_PROPS];

static void
show (HostelDownload      *self,
      HostelDownloadState  state,
      guint64              done,
      guint64              total,
      guint64              rate)
{
  guint time_left = hostel_download_get_time_left (self);

  g_object_freeze_notify (G_OBJECT (self));
  if (self->state != state)
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_STATE]);
  if (self->done != done)
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_BYTES_DONE]);
  if (self->total != total)
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_BYTES_TOTAL]);
  if (self->rate != rate)
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_RATE]);
  self->state = state;
  self->done = done;
  self->total = total;
  self->rate = rate;
  if (time_left != hostel_download_get_time_left (self))
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_TIME_LEFT]);
  g_object_thaw_notify (G_OBJECT (self));
}

static gboolean
report_cb (gpointer user_data)
{
  HostelDownload *self = user_data;
  HostelDownloadState state;
  guint64 done;
  guint64 total;
  guint64 rate;

  g_mutex_lock (&self->mutex);
  self->report_id = 0;
  state = self->told_state;
  done = self->told_done;
  total = self->told_total;
  rate = self->told_rate;
  g_mutex_unlock (&self->mutex);

  /* The result may have been faster. */
  if (self->state != HOSTEL_DOWNLOAD_STATE_DONE && self->state != HOSTEL_DOWNLOAD_STATE_FAILED)
    show (self, state, done, total, rate);

  return G_SOURCE_REMOVE;
}

/*< private >
 * hostel_download_tell:
 *
 * What the properties are to be, ten times a second at most. In any thread.
 */
void
hostel_download_tell (HostelDownload      *self,
                      HostelDownloadState  state,
                      guint64              done,
                      guint64              total,
                      guint64              rate)
{
  g_mutex_lock (&self->mutex);
  self->told_state = state;
  self->told_done = done;
  self->told_total = total;
  self->told_rate = rate;
  if (self->report_id == 0)
    self->report_id = g_timeout_add_full (G_PRIORITY_DEFAULT, REPORT_MSEC, report_cb,
                                          g_object_ref (self), g_object_unref);
  g_mutex_unlock (&self->mutex);
}

static void
hostel_download_finalize (GObject *object)
{
  HostelDownload *self = HOSTEL_DOWNLOAD (object);

  g_clear_pointer (&self->urls, g_ptr_array_unref);
  g_clear_pointer (&self->path, g_free);
  g_clear_pointer (&self->digest, g_free);
  g_clear_pointer (&self->sha256, g_free);
  g_clear_pointer (&self->validator, g_free);
  g_clear_object (&self->trust);
  g_clear_object (&self->attempt);
  g_mutex_clear (&self->mutex);
  g_cond_clear (&self->cond);

  G_OBJECT_CLASS (hostel_download_parent_class)->finalize (object);
}

static void
hostel_download_get_property (GObject    *object,
                              guint       prop_id,
                              GValue     *value,
                              GParamSpec *pspec)
{
  HostelDownload *self = HOSTEL_DOWNLOAD (object);

  switch (prop_id)
    {
    case PROP_STATE:       g_value_set_enum (value, self->state); break;
    case PROP_BYTES_DONE:  g_value_set_uint64 (value, self->done); break;
    case PROP_BYTES_TOTAL: g_value_set_uint64 (value, self->total); break;
    case PROP_RATE:        g_value_set_uint64 (value, self->rate); break;
    case PROP_TIME_LEFT:   g_value_set_uint (value, hostel_download_get_time_left (self)); break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
hostel_download_class_init (HostelDownloadClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags ro = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;

  object_class->finalize = hostel_download_finalize;
  object_class->get_property = hostel_download_get_property;

  properties[PROP_STATE] = g_param_spec_enum ("state", NULL, NULL, HOSTEL_TYPE_DOWNLOAD_STATE,
                                              HOSTEL_DOWNLOAD_STATE_IDLE, ro);
  properties[PROP_BYTES_DONE] =
    g_param_spec_uint64 ("bytes-done", NULL, NULL, 0, G_MAXUINT64, 0, ro);
  properties[PROP_BYTES_TOTAL] =
    g_param_spec_uint64 ("bytes-total", NULL, NULL, 0, G_MAXUINT64, 0, ro);
  properties[PROP_RATE] = g_param_spec_uint64 ("rate", NULL, NULL, 0, G_MAXUINT64, 0, ro);
  properties[PROP_TIME_LEFT] = g_param_spec_uint ("time-left", NULL, NULL, 0, G_MAXUINT, 0, ro);

  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
hostel_download_init (HostelDownload *self)
{
  self->urls = g_ptr_array_new_with_free_func (g_free);
  self->retry_msec = RETRY_MSEC;
  g_mutex_init (&self->mutex);
  g_cond_init (&self->cond);
}

/**
 * hostel_download_new:
 * @url: an http or https address
 * @path: the file to be, whose folder is made
 *
 * Returns: (transfer full): a download, not yet begun, to be run once
 */
HostelDownload *
hostel_download_new (const char *url,
                     const char *path)
{
  HostelDownload *self;

  g_return_val_if_fail (url != NULL, NULL);
  g_return_val_if_fail (path != NULL, NULL);

  self = g_object_new (HOSTEL_TYPE_DOWNLOAD, NULL);
  g_ptr_array_add (self->urls, g_strdup (url));
  self->path = g_canonicalize_filename (path, NULL);

  return self;
}

HostelDownloadState
hostel_download_get_state (HostelDownload *self)
{
  g_return_val_if_fail (HOSTEL_IS_DOWNLOAD (self), HOSTEL_DOWNLOAD_STATE_IDLE);

  return self->state;
}

guint64
hostel_download_get_done (HostelDownload *self)
{
  g_return_val_if_fail (HOSTEL_IS_DOWNLOAD (self), 0);

  return self->done;
}

guint64
hostel_download_get_total (HostelDownload *self)
{
  g_return_val_if_fail (HOSTEL_IS_DOWNLOAD (self), 0);

  return self->total;
}

guint64
hostel_download_get_rate (HostelDownload *self)
{
  g_return_val_if_fail (HOSTEL_IS_DOWNLOAD (self), 0);

  return self->rate;
}

/**
 * hostel_download_get_time_left:
 *
 * Returns: seconds at the present rate, 0 where nobody knows
 */
guint
hostel_download_get_time_left (HostelDownload *self)
{
  g_return_val_if_fail (HOSTEL_IS_DOWNLOAD (self), 0);

  if (self->rate == 0 || self->total <= self->done)
    return 0;

  return (guint) MIN ((self->total - self->done + self->rate - 1) / self->rate, G_MAXUINT);
}

/**
 * hostel_download_add_mirror:
 * @url: another address of the same file, tried where those before it fail
 */
void
hostel_download_add_mirror (HostelDownload *self,
                            const char     *url)
{
  g_return_if_fail (HOSTEL_IS_DOWNLOAD (self));
  g_return_if_fail (url != NULL);

  g_ptr_array_add (self->urls, g_strdup (url));
}

/**
 * hostel_download_set_digest:
 * @type: %G_CHECKSUM_SHA256 or %G_CHECKSUM_SHA512
 * @hex: (nullable): what the file must have, or %NULL where nobody has published it
 */
void
hostel_download_set_digest (HostelDownload *self,
                            GChecksumType   type,
                            const char     *hex)
{
  g_return_if_fail (HOSTEL_IS_DOWNLOAD (self));

  g_free (self->digest);
  self->digest = hex != NULL ? g_ascii_strdown (hex, -1) : NULL;
  self->digest_type = type;
}

static void
run_worker (GTask *task)
{
  HostelDownload *self = g_task_get_source_object (task);
  g_autoptr (GMainContext) context = g_main_context_new ();
  GError *error = NULL;

  g_main_context_push_thread_default (context);
  if (hostel_download_run (self, g_task_get_cancellable (task), &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
  g_main_context_pop_thread_default (context);
}

static gpointer
thread_func (gpointer data)
{
  g_autoptr (GTask) task = data;

  run_worker (task);

  return NULL;
}

/**
 * hostel_download_run_async:
 * @cancellable: (nullable): keeps what has come so far; hostel_download_discard() removes it
 * @callback: called on the main thread
 * @user_data: for @callback
 *
 * Goes on where an earlier download of the same address to the same file was interrupted, in a
 * thread of its own: others run beside it. Main thread.
 */
void
hostel_download_run_async (HostelDownload      *self,
                           GCancellable        *cancellable,
                           GAsyncReadyCallback  callback,
                           gpointer             user_data)
{
  GTask *task;

  g_return_if_fail (HOSTEL_IS_DOWNLOAD (self));
  g_return_if_fail (self->state == HOSTEL_DOWNLOAD_STATE_IDLE);

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, hostel_download_run_async);
  /* A file that is there in spite of a late cancel has to be told of. */
  g_task_set_check_cancellable (task, FALSE);
  show (self, HOSTEL_DOWNLOAD_STATE_CONNECTING, 0, 0, 0);
  g_thread_unref (g_thread_new ("hostel-download", thread_func, task));
}

/**
 * hostel_download_run_finish:
 * @error: set to %HOSTEL_ERROR_NOT_FOUND, %HOSTEL_ERROR_DENIED, %HOSTEL_ERROR_NO_SPACE,
 *   %HOSTEL_ERROR_INVALID where the digest is another, %HOSTEL_ERROR_DISCONNECTED,
 *   %HOSTEL_ERROR_EXISTS where it is being downloaded already, ... or %G_IO_ERROR_CANCELLED
 *
 * Returns: %TRUE if the whole file is there; else nothing is there under its name
 */
gboolean
hostel_download_run_finish (HostelDownload  *self,
                            GAsyncResult    *result,
                            GError         **error)
{
  gboolean done;

  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  done = g_task_propagate_boolean (G_TASK (result), error);
  g_mutex_lock (&self->mutex);
  self->done = self->told_done;
  self->total = self->told_total;
  g_mutex_unlock (&self->mutex);
  show (self, done ? HOSTEL_DOWNLOAD_STATE_DONE : HOSTEL_DOWNLOAD_STATE_FAILED, self->done,
        self->total, 0);

  return done;
}

static void
set_paused (HostelDownload *self,
            gboolean        paused)
{
  g_autoptr (GCancellable) attempt = NULL;

  g_mutex_lock (&self->mutex);
  self->paused = paused;
  if (paused && self->attempt != NULL)
    attempt = g_object_ref (self->attempt);
  g_cond_broadcast (&self->cond);
  g_mutex_unlock (&self->mutex);

  if (attempt != NULL)
    g_cancellable_cancel (attempt);
  if (self->state != HOSTEL_DOWNLOAD_STATE_IDLE && self->state != HOSTEL_DOWNLOAD_STATE_DONE &&
      self->state != HOSTEL_DOWNLOAD_STATE_FAILED)
    show (self, paused ? HOSTEL_DOWNLOAD_STATE_PAUSED : HOSTEL_DOWNLOAD_STATE_CONNECTING,
          self->done, self->total, 0);
}

/**
 * hostel_download_pause:
 *
 * Lets go of the connection and keeps what has come. Main thread.
 */
void
hostel_download_pause (HostelDownload *self)
{
  g_return_if_fail (HOSTEL_IS_DOWNLOAD (self));

  set_paused (self, TRUE);
}

/**
 * hostel_download_resume:
 *
 * Goes on after hostel_download_pause(). Main thread.
 */
void
hostel_download_resume (HostelDownload *self)
{
  g_return_if_fail (HOSTEL_IS_DOWNLOAD (self));

  set_paused (self, FALSE);
}

/**
 * hostel_download_get_sha256:
 *
 * Returns: (nullable): the whole file's own digest, %NULL until it is there
 */
const char *
hostel_download_get_sha256 (HostelDownload *self)
{
  g_return_val_if_fail (HOSTEL_IS_DOWNLOAD (self), NULL);

  return self->sha256;
}

const char *
hostel_download_get_validator (HostelDownload *self)
{
  g_return_val_if_fail (HOSTEL_IS_DOWNLOAD (self), NULL);

  return self->validator;
}

void
hostel_download_set_retry_delay (HostelDownload *self,
                                 guint           msec)
{
  self->retry_msec = msec;
}

void
hostel_download_set_trust (HostelDownload *self,
                           GTlsDatabase   *trust)
{
  g_set_object (&self->trust, trust);
}
