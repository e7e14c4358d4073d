#define G_LOG_DOMAIN "hostel-console-session"

#include "config.h"

#include <glib/gi18n.h>

#include "hostel-console-session.h"
#include "hostel-virt-private.h"

/* While nobody takes what came in, the reader stops here. libvirt then goes on reading from the
 * socket into a queue of its own (virnetclientstream.c says so), so this bounds what is ours. */
#define RECEIVED_MAX (8 * 1024 * 1024)
/* In one turn of the main loop, so that a flood leaves time to draw. */
#define UPDATE_MAX (1024 * 1024)
#define READ_SIZE (64 * 1024)
/* The daemon queues five messages of a stream before it stops reading from us. */
#define WRITE_SIZE (16 * 1024)
/* A stream that ends may mean that the machine stops, but libvirt does not know it yet. */
#define RETRY_DELAY_US (100 * 1000)
#define RETRIES 30
#define STUCK_DELAY_US (300 * 1000)

struct _HostelConsoleSession
{
  gatomicrefcount          ref_count;

  char                    *uri;  /* owned */
  char                    *uuid; /* owned */
  char                    *name; /* owned, nullable: alias of the console or name of the channel */
  gboolean                 channel;

  GMainContext            *context; /* owned */
  HostelConsoleUpdateFunc  func;    /* NULL once stopped; of the main thread alone */
  gpointer                 user_data;

  GMutex                   mutex; /* for all below */
  GCond                    changed;
  GQueue                   writes;  /* of owned GBytes */
  gsize                    written; /* of the first of them */
  gsize                    unsent;
  GByteArray              *received;
  gboolean                 flowing;
  gboolean                 closing; /* asked for by stop() */
  gboolean                 ended;   /* the reader has left the stream */
  gboolean                 broken;  /* because the stream is no longer ours */
  gboolean                 sending; /* the writer is in virStreamSend() */
  gboolean                 update_queued;
  HostelConsoleState       state;
  GError                  *error; /* owned, nullable */
};

typedef struct
{
  HostelConsoleSession *session; /* borrowed: the reader joins the writer */
  virStreamPtr          stream;  /* borrowed */
} Writer;

/* How a console was left, or why it was not opened. */
typedef struct
{
  HostelConsoleState  state; /* OPEN: it was opened, and ended by itself or by stop() */
  GError             *error; /* owned, nullable */
} Outcome;

static HostelConsoleSession *
session_ref (HostelConsoleSession *self)
{
  g_atomic_ref_count_inc (&self->ref_count);

  return self;
}

static void
session_unref (HostelConsoleSession *self)
{
  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;

  g_queue_clear_full (&self->writes, (GDestroyNotify) g_bytes_unref);
  g_clear_pointer (&self->received, g_byte_array_unref);
  g_clear_error (&self->error);
  g_clear_pointer (&self->context, g_main_context_unref);
  g_clear_pointer (&self->uri, g_free);
  g_clear_pointer (&self->uuid, g_free);
  g_clear_pointer (&self->name, g_free);
  g_mutex_clear (&self->mutex);
  g_cond_clear (&self->changed);
  g_free (self);
}

static void queue_update_locked (HostelConsoleSession *self);

/* With the mutex held. */
static GBytes *
take_received_locked (HostelConsoleSession *self)
{
  GBytes *bytes;

  if (!self->flowing || self->received->len == 0)
    return NULL;

  if (self->received->len <= UPDATE_MAX)
    {
      bytes = g_byte_array_free_to_bytes (self->received);
      self->received = g_byte_array_new ();
    }
  else
    {
      bytes = g_bytes_new (self->received->data, UPDATE_MAX);
      g_byte_array_remove_range (self->received, 0, UPDATE_MAX);
      queue_update_locked (self);
    }

  g_cond_broadcast (&self->changed);

  return bytes;
}

static gboolean
update_cb (gpointer user_data)
{
  HostelConsoleSession *self = user_data;
  HostelConsoleUpdate update = { NULL, };

  g_mutex_lock (&self->mutex);
  self->update_queued = FALSE;
  update.received = take_received_locked (self);
  update.state = self->state;
  update.unsent = self->unsent;
  /* The end is told after the last byte. */
  if (self->flowing && self->received->len > 0)
    update.state = HOSTEL_CONSOLE_STATE_OPEN;
  else if (self->error != NULL)
    update.error = g_error_copy (self->error);
  g_mutex_unlock (&self->mutex);

  if (self->func != NULL)
    self->func (&update, self->user_data);

  g_clear_pointer (&update.received, g_bytes_unref);
  g_clear_error (&update.error);

  return G_SOURCE_REMOVE;
}

/* With the mutex held. */
static void
queue_update_locked (HostelConsoleSession *self)
{
  g_autoptr (GSource) source = NULL;

  if (self->update_queued || self->closing)
    return;

  self->update_queued = TRUE;
  source = g_idle_source_new ();
  /* After drawing and input, before all that can wait. */
  g_source_set_priority (source, G_PRIORITY_HIGH_IDLE + 30);
  g_source_set_static_name (source, "hostel-console-update");
  g_source_set_callback (source, update_cb, session_ref (self), (GDestroyNotify) session_unref);
  g_source_attach (source, self->context);
}

static void
set_state (HostelConsoleSession *self,
           HostelConsoleState    state,
           GError               *error)
{
  g_mutex_lock (&self->mutex);
  self->state = state;
  g_clear_error (&self->error);
  self->error = error;
  queue_update_locked (self);
  g_mutex_unlock (&self->mutex);
}

static gboolean
is_closing (HostelConsoleSession *self)
{
  gboolean closing;

  g_mutex_lock (&self->mutex);
  closing = self->closing;
  g_mutex_unlock (&self->mutex);

  return closing;
}

/* With the mutex held. */
static void
drop_written_locked (HostelConsoleSession *self,
                     gsize                 n_bytes)
{
  GBytes *first = g_queue_peek_head (&self->writes);

  self->written += n_bytes;
  self->unsent -= n_bytes;
  if (self->written < g_bytes_get_size (first))
    return;

  g_bytes_unref (g_queue_pop_head (&self->writes));
  self->written = 0;
}

/* With the mutex held, which is let go while libvirt sends: virStreamSend() waits as long as the
 * guest does not read. */
static gboolean
send_chunk_locked (HostelConsoleSession *self,
                   virStreamPtr          stream)
{
  g_autoptr (GBytes) bytes = g_bytes_ref (g_queue_peek_head (&self->writes));
  const char *data;
  gsize size;
  int sent;

  data = g_bytes_get_data (bytes, &size);
  data += self->written;
  size = MIN (size - self->written, WRITE_SIZE);

  self->sending = TRUE;
  g_mutex_unlock (&self->mutex);
  sent = virStreamSend (stream, data, size);
  g_mutex_lock (&self->mutex);
  self->sending = FALSE;
  g_cond_broadcast (&self->changed);

  if (sent <= 0)
    return FALSE;

  drop_written_locked (self, sent);
  queue_update_locked (self);

  return TRUE;
}

static gpointer
writer_thread (gpointer user_data)
{
  Writer *writer = user_data;
  HostelConsoleSession *self = writer->session;
  gboolean ended;

  g_mutex_lock (&self->mutex);
  while (!self->closing && !self->ended)
    {
      if (g_queue_is_empty (&self->writes))
        g_cond_wait (&self->changed, &self->mutex);
      else if (!send_chunk_locked (self, writer->stream))
        break;
    }
  ended = self->ended;
  g_mutex_unlock (&self->mutex);

  /* Wakes the reader out of virStreamRecv(): libvirt allows this from another thread. */
  if (!ended)
    virStreamAbort (writer->stream);

  return NULL;
}

/* Waits where there is no room; %FALSE where the session is to end. */
static gboolean
keep_received (HostelConsoleSession *self,
               const char           *data,
               gsize                 size)
{
  gboolean closing;

  g_mutex_lock (&self->mutex);
  while (!self->closing && self->received->len >= RECEIVED_MAX)
    g_cond_wait (&self->changed, &self->mutex);
  closing = self->closing;
  if (!closing)
    {
      g_byte_array_append (self->received, (const guint8 *) data, size);
      if (self->flowing)
        queue_update_locked (self);
    }
  g_mutex_unlock (&self->mutex);

  return !closing;
}

/* Runs until the stream ends, by stop() or by itself. */
static void
pump (HostelConsoleSession *self,
      virStreamPtr          stream)
{
  Writer writer = { self, stream };
  g_autofree char *buffer = g_malloc (READ_SIZE);
  GThread *thread;
  int n_read;

  g_mutex_lock (&self->mutex);
  self->ended = FALSE;
  self->broken = FALSE;
  g_mutex_unlock (&self->mutex);

  thread = g_thread_new ("console-writer", writer_thread, &writer);

  while ((n_read = virStreamRecv (stream, buffer, READ_SIZE)) > 0)
    {
      if (!keep_received (self, buffer, n_read))
        break;
    }

  g_mutex_lock (&self->mutex);
  self->ended = TRUE;
  self->broken = n_read <= 0;
  g_cond_broadcast (&self->changed);
  g_mutex_unlock (&self->mutex);
  g_thread_join (thread);

  /* Tells the daemon where it does not know yet, and costs nothing where it does. */
  virStreamAbort (stream);
}

static int
open_stream (HostelConsoleSession *self,
             virDomainPtr          domain,
             virStreamPtr          stream,
             gboolean              force)
{
  if (self->channel)
    return virDomainOpenChannel (domain, self->name, stream,
                                 force ? VIR_DOMAIN_CHANNEL_FORCE : 0);

  return virDomainOpenConsole (domain, self->name, stream, force ? VIR_DOMAIN_CONSOLE_FORCE : 0);
}

/* Reads virGetLastError() of this thread. */
static void
explain_open_failure (HostelConsoleSession *self,
                      virDomainPtr          domain,
                      gboolean              force,
                      Outcome              *outcome)
{
  g_autofree char *details = g_strdup (virGetLastErrorMessage ());
  int code = virGetLastErrorCode ();

  if (code == VIR_ERR_OPERATION_INVALID || code == VIR_ERR_NO_DOMAIN)
    {
      outcome->state = HOSTEL_CONSOLE_STATE_CLOSED;
      hostel_error_set (&outcome->error, HOSTEL_ERROR_WRONG_STATE, _("Start it."), details,
                        _("The virtual machine is off."));
      return;
    }

  outcome->state = HOSTEL_CONSOLE_STATE_LOST;
  hostel_virt_set_error (&outcome->error, _("The console cannot be opened."));

  /* "Active console session exists for this domain": the text is in the daemon's language. */
  if (code == VIR_ERR_OPERATION_FAILED && !force && virDomainIsActive (domain) == 1)
    {
      outcome->state = HOSTEL_CONSOLE_STATE_TAKEN;
      g_clear_error (&outcome->error);
      hostel_error_set (&outcome->error, HOSTEL_ERROR_TAKEN, _("Take it over, or close it there."),
                        details, _("Another program shows this console."));
    }
}

static void
open_and_pump (HostelConsoleSession *self,
               virConnectPtr         handle,
               virDomainPtr          domain,
               gboolean              force,
               Outcome              *outcome)
{
  virStreamPtr stream = virStreamNew (handle, 0);

  g_clear_error (&outcome->error);

  if (stream == NULL || open_stream (self, domain, stream, force) < 0)
    {
      explain_open_failure (self, domain, force, outcome);
    }
  else
    {
      outcome->state = HOSTEL_CONSOLE_STATE_OPEN;
      set_state (self, HOSTEL_CONSOLE_STATE_OPEN, NULL);
      pump (self, stream);
    }

  if (stream != NULL)
    virStreamFree (stream);
}

static void
wait_before_retry (HostelConsoleSession *self)
{
  gint64 end_time = g_get_monotonic_time () + RETRY_DELAY_US;

  g_mutex_lock (&self->mutex);
  while (!self->closing && g_cond_wait_until (&self->changed, &self->mutex, end_time))
    ;
  g_mutex_unlock (&self->mutex);
}

/* A stream that ended by itself is opened again: the answer tells a machine that has stopped from
 * one whose console was taken, and a mere hiccup heals. */
static void
run_on_domain (HostelConsoleSession *self,
               virConnectPtr         handle,
               virDomainPtr          domain,
               gboolean              force)
{
  Outcome outcome = { HOSTEL_CONSOLE_STATE_OPENING, NULL };
  int retries = 0;

  for (;;)
    {
      gint64 start_time = g_get_monotonic_time ();

      open_and_pump (self, handle, domain, force, &outcome);

      if (is_closing (self)
          || outcome.state == HOSTEL_CONSOLE_STATE_CLOSED
          || outcome.state == HOSTEL_CONSOLE_STATE_TAKEN
          || (outcome.state == HOSTEL_CONSOLE_STATE_LOST && retries == 0)
          || virConnectIsAlive (handle) != 1
          || retries == RETRIES)
        break;

      force = FALSE;
      retries = g_get_monotonic_time () - start_time > 2 * G_USEC_PER_SEC ? 1 : retries + 1;
      wait_before_retry (self);
    }

  if (outcome.state == HOSTEL_CONSOLE_STATE_OPEN)
    {
      outcome.state = HOSTEL_CONSOLE_STATE_LOST;
      outcome.error = hostel_error_new (HOSTEL_ERROR_DISCONNECTED, _("Open it again."), NULL,
                                        _("The connection to the console was lost."));
    }
  set_state (self, outcome.state, outcome.error);
}

static void
run (HostelConsoleSession *self,
     gboolean              force)
{
  virDomainPtr domain = NULL;
  virConnectPtr handle;
  GError *error = NULL;

  if (!(handle = hostel_virt_open (self->uri, &error)))
    {
      set_state (self, HOSTEL_CONSOLE_STATE_LOST, error);
      return;
    }

  if (!is_closing (self))
    {
      Outcome outcome = { HOSTEL_CONSOLE_STATE_OPENING, NULL };

      if ((domain = virDomainLookupByUUIDString (handle, self->uuid)))
        {
          run_on_domain (self, handle, domain, force);
        }
      else
        {
          explain_open_failure (self, NULL, TRUE, &outcome);
          set_state (self, outcome.state, outcome.error);
        }
    }

  if (domain != NULL)
    virDomainFree (domain);
  virConnectClose (handle);
}

typedef struct
{
  HostelConsoleSession *session; /* owned */
  gboolean              force;
} Start;

static gpointer
reader_thread (gpointer user_data)
{
  Start *start = user_data;

  run (start->session, start->force);
  session_unref (start->session);
  g_free (start);

  return NULL;
}

/* virStreamAbort() waits behind a send that waits for the guest, and the daemon no longer reads
 * what we send. But it ends our stream when somebody takes the console, so we do that ourselves. */
static void
take_from_ourselves (HostelConsoleSession *self)
{
  virConnectPtr handle = hostel_virt_open (self->uri, NULL);
  virDomainPtr domain = NULL;
  virStreamPtr stream = NULL;

  if (handle != NULL
      && (domain = virDomainLookupByUUIDString (handle, self->uuid))
      && (stream = virStreamNew (handle, 0))
      && open_stream (self, domain, stream, TRUE) == 0)
    virStreamAbort (stream);

  if (stream != NULL)
    virStreamFree (stream);
  if (domain != NULL)
    virDomainFree (domain);
  if (handle != NULL)
    virConnectClose (handle);
}

static gpointer
unstick_thread (gpointer user_data)
{
  HostelConsoleSession *self = user_data;
  gint64 end_time = g_get_monotonic_time () + STUCK_DELAY_US;
  gboolean stuck;

  g_mutex_lock (&self->mutex);
  while (self->sending && g_cond_wait_until (&self->changed, &self->mutex, end_time))
    ;
  stuck = self->sending && !self->broken;
  g_mutex_unlock (&self->mutex);

  if (stuck)
    take_from_ourselves (self);

  session_unref (self);

  return NULL;
}

/**
 * hostel_console_session_start:
 * @uri: a libvirt URI
 * @uuid: of the domain
 * @name: (nullable): the console's alias or the channel's target name; %NULL for the first console
 * @channel: whether @name is a channel's
 * @force: take it from another client
 * @flowing: whether received bytes are passed on
 * @func: called in the thread-default main context of the caller
 * @user_data: for @func, until hostel_console_session_stop()
 *
 * Returns at once; a thread opens the connection and the console.
 *
 * Returns: (transfer full): end with hostel_console_session_stop()
 */
HostelConsoleSession *
hostel_console_session_start (const char              *uri,
                              const char              *uuid,
                              const char              *name,
                              gboolean                 channel,
                              gboolean                 force,
                              gboolean                 flowing,
                              HostelConsoleUpdateFunc  func,
                              gpointer                 user_data)
{
  HostelConsoleSession *self = g_new0 (HostelConsoleSession, 1);
  Start *start = g_new0 (Start, 1);

  g_atomic_ref_count_init (&self->ref_count);
  g_mutex_init (&self->mutex);
  g_cond_init (&self->changed);
  g_queue_init (&self->writes);
  self->uri = g_strdup (uri);
  self->uuid = g_strdup (uuid);
  self->name = g_strdup (name);
  self->channel = channel;
  self->flowing = flowing;
  self->received = g_byte_array_new ();
  self->state = HOSTEL_CONSOLE_STATE_OPENING;
  self->context = g_main_context_ref_thread_default ();
  self->func = func;
  self->user_data = user_data;

  start->session = session_ref (self);
  start->force = force;
  g_thread_unref (g_thread_new ("console-reader", reader_thread, start));

  return self;
}

/**
 * hostel_console_session_stop:
 * @self: (transfer full): a session
 *
 * Lets go of the console; does not wait. The callback is not called again. The threads leave as
 * soon as the daemon answers.
 */
void
hostel_console_session_stop (HostelConsoleSession *self)
{
  gboolean sending;

  self->func = NULL;

  g_mutex_lock (&self->mutex);
  self->closing = TRUE;
  sending = self->sending;
  g_cond_broadcast (&self->changed);
  g_mutex_unlock (&self->mutex);

  if (sending)
    g_thread_unref (g_thread_new ("console-unstick", unstick_thread, session_ref (self)));

  session_unref (self);
}

void
hostel_console_session_set_flowing (HostelConsoleSession *self,
                                    gboolean              flowing)
{
  g_mutex_lock (&self->mutex);
  self->flowing = flowing;
  if (flowing)
    queue_update_locked (self);
  g_mutex_unlock (&self->mutex);
}

/**
 * hostel_console_session_write:
 * @self: a session
 * @bytes: (transfer none): sent in order, whole
 *
 * Returns: how many bytes are queued now
 */
gsize
hostel_console_session_write (HostelConsoleSession *self,
                              GBytes               *bytes)
{
  gsize unsent;

  g_mutex_lock (&self->mutex);
  if (g_bytes_get_size (bytes) > 0)
    {
      g_queue_push_tail (&self->writes, g_bytes_ref (bytes));
      self->unsent += g_bytes_get_size (bytes);
      g_cond_broadcast (&self->changed);
    }
  unsent = self->unsent;
  g_mutex_unlock (&self->mutex);

  return unsent;
}
