/* SPDX-License-Identifier: GPL-3.0-or-later */
/* libvirt directly: one cheap call that tells whether the daemon answers. */
#define G_LOG_DOMAIN "hostel-connection"

#include "config.h"

#include "hostel-call-watch.h"

/* A call may rightly last long: a managed save writes gigabytes. So an unanswered call makes us ask
 * a question that any healthy daemon answers at once, and only its silence, too, counts. The two
 * together are the 3 s after which a person is told. */
#define ASK_AFTER_MS 2000
#define TELL_AFTER_MS 1000

struct _HostelCallWatch
{
  gatomicrefcount       ref_count;  /* the probe's thread comes back to the main thread with one */
  HostelRespondingFunc  func;       /* NULL once freed */
  gpointer              data;
  HostelSession        *session;    /* owned, NULL while no call is out */
  guint                 n_calls;
  guint                 generation;
  gint64                heard_at;   /* monotonic, µs: the last answer, or the first call's start */
  guint                 timer_id;
  gboolean              probing;
  gboolean              silent;     /* told so */
};

typedef struct
{
  HostelCallWatch *watch;      /* a reference, released on the main thread */
  HostelSession   *session;    /* owned */
  guint            generation;
} Probe;

static void arm (HostelCallWatch *self,
                 guint            milliseconds);

static void
watch_unref (HostelCallWatch *self)
{
  if (g_atomic_ref_count_dec (&self->ref_count))
    g_free (self);
}

static void
probe_free (gpointer data)
{
  Probe *probe = data;

  hostel_session_unref (probe->session);
  watch_unref (probe->watch);
  g_free (probe);
}

static void
tell (HostelCallWatch *self,
      gboolean         silent)
{
  if (self->silent == silent)
    return;

  self->silent = silent;
  if (self->func)
    self->func (self->data, !silent);
}

static void
hear (HostelCallWatch *self)
{
  self->heard_at = g_get_monotonic_time ();
  tell (self, FALSE);
}

static gboolean
probe_done (gpointer data)
{
  Probe *probe = data;
  HostelCallWatch *self = probe->watch;

  if (probe->generation != self->generation)
    return G_SOURCE_REMOVE;

  self->probing = FALSE;
  hear (self);
  if (self->n_calls > 0)
    arm (self, ASK_AFTER_MS);

  return G_SOURCE_REMOVE;
}

static gpointer
run_probe (gpointer data)
{
  Probe *probe = data;
  unsigned long version;

  /* An answer, also an error, is all that is asked for. */
  virConnectGetLibVersion (hostel_session_get_handle (probe->session), &version);
  g_idle_add_full (G_PRIORITY_DEFAULT, probe_done, probe, probe_free);

  return NULL;
}

/* In a thread of its own: the 4 of the worker may all be waiting. */
static void
start_probe (HostelCallWatch *self)
{
  Probe *probe = g_new0 (Probe, 1);
  GThread *thread;

  g_atomic_ref_count_inc (&self->ref_count);
  probe->watch = self;
  probe->session = hostel_session_ref (self->session);
  probe->generation = self->generation;

  if ((thread = g_thread_try_new ("hostel-probe", run_probe, probe, NULL)) == NULL)
    {
      probe_free (probe);
      return;
    }

  self->probing = TRUE;
  g_thread_unref (thread);
}

static gboolean
on_timer (gpointer data)
{
  HostelCallWatch *self = data;
  gint64 silent_ms = (g_get_monotonic_time () - self->heard_at) / 1000;

  self->timer_id = 0;

  if (self->probing)
    {
      tell (self, TRUE);
    }
  else if (silent_ms < ASK_AFTER_MS)
    {
      arm (self, ASK_AFTER_MS - silent_ms);
    }
  else
    {
      start_probe (self);
      arm (self, TELL_AFTER_MS);
    }

  return G_SOURCE_REMOVE;
}

static void
arm (HostelCallWatch *self,
     guint            milliseconds)
{
  g_clear_handle_id (&self->timer_id, g_source_remove);
  self->timer_id = g_timeout_add (milliseconds, on_timer, self);
}

/**
 * hostel_call_watch_new:
 * @func: called when the daemon stops or begins again to answer
 * @data: handed to @func
 *
 * Returns: (transfer full): a watch without calls
 */
HostelCallWatch *
hostel_call_watch_new (HostelRespondingFunc  func,
                       gpointer              data)
{
  HostelCallWatch *self = g_new0 (HostelCallWatch, 1);

  g_atomic_ref_count_init (&self->ref_count);
  self->func = func;
  self->data = data;

  return self;
}

void
hostel_call_watch_free (HostelCallWatch *self)
{
  self->func = NULL;
  hostel_call_watch_reset (self);
  watch_unref (self);
}

guint
hostel_call_watch_begin (HostelCallWatch *self,
                         HostelSession   *session)
{
  if (self->n_calls++ == 0)
    {
      self->session = hostel_session_ref (session);
      self->heard_at = g_get_monotonic_time ();
      if (self->timer_id == 0)
        arm (self, ASK_AFTER_MS);
    }

  return self->generation;
}

void
hostel_call_watch_end (HostelCallWatch *self,
                       guint            generation)
{
  if (generation != self->generation)
    return;

  hear (self);
  if (--self->n_calls > 0)
    {
      if (self->timer_id == 0 && !self->probing)
        arm (self, ASK_AFTER_MS);
      return;
    }

  g_clear_handle_id (&self->timer_id, g_source_remove);
  g_clear_pointer (&self->session, hostel_session_unref);
}

void
hostel_call_watch_reset (HostelCallWatch *self)
{
  g_clear_handle_id (&self->timer_id, g_source_remove);
  g_clear_pointer (&self->session, hostel_session_unref);
  self->generation++;
  self->n_calls = 0;
  self->probing = FALSE;
  self->silent = FALSE;
}
