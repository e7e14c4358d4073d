/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "hostel-console-session"

#include "config.h"

#include <glib/gi18n.h>

#include "hostel-console-session.h"
#include "hostel-error.h"

/* While nobody takes what came in, the reader stops here. libvirt then goes on reading from the
 * socket into a queue of its own (virnetclientstream.c says so), so this bounds what is ours. */
#define RECEIVED_MAX (8 * 1024 * 1024)
/* In one turn of the main loop, so that a flood leaves time to draw. */
#define UPDATE_MAX (1024 * 1024)
#define READ_SIZE (64 * 1024)
/* The daemon sends what a pseudo terminal gives, 4 KiB at a time. Thousands of those in a second would
 * wake three threads each, and take the processor from QEMU, whose virtio console then drops output: of
 * a flood the reader takes what came in while it paused. Nobody sees five milliseconds of it. */
#define FLOOD_SIZE (32 * 1024)
#define FLOOD_SPAN_US (10 * 1000)
#define FLOOD_PAUSE_US (5 * 1000)
/* The daemon queues five messages of a stream before it stops reading from us. */
#define WRITE_SIZE (16 * 1024)
#define RETRIES 30
#define LASTING_US (2 * G_USEC_PER_SEC)
/* A client that has just gone is not gone for the daemon at once. */
#define TAKEN_RETRIES 5
/* From the wish to close until the threads are let go by force. */
#define STUCK_DELAY_MS 300

struct _HostelConsoleSession
{
  gatomicrefcount          ref_count;

  HostelConsoleTransport  *transport; /* owned */

  GMainContext            *context; /* owned */
  HostelConsoleUpdateFunc  func;    /* NULL once stopped; of the main thread alone */
  gpointer                 user_data;

  GMutex                   mutex; /* for all below */
  GCond                    changed;
  GCond                    incoming; /* for the reader alone: to read, or any change */
  GQueue                   writes;  /* of owned GBytes */
  gsize                    written; /* of the first of them */
  gsize                    unsent;
  gboolean                 has_written;
  GByteArray              *received;
  HostelConsoleRecorder   *recorder; /* owned, nullable: takes what is received, at once */
  gboolean                 flowing;
  gboolean                 closing;  /* asked for by stop() */
  gboolean                 readable; /* the stream has bytes, or has ended */
  gboolean                 ended;    /* the stream is no longer used */
  gboolean                 broken;   /* the connection is gone */
  gboolean                 left;     /* the threads are done */
  gboolean                 update_queued;
  HostelConsoleState       state;
  GError                  *error; /* owned, nullable */
};

/* What came in lately. */
typedef struct
{
  gint64 begun; /* monotonic, microseconds */
  gsize  size;  /* bytes since then */
} Burst;

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
wake_locked (HostelConsoleSession *self)
{
  g_cond_broadcast (&self->changed);
  g_cond_broadcast (&self->incoming);
}

static void
session_unref (HostelConsoleSession *self)
{
  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;

  g_queue_clear_full (&self->writes, (GDestroyNotify) g_bytes_unref);
  g_clear_pointer (&self->received, g_byte_array_unref);
  g_clear_object (&self->recorder);
  g_clear_error (&self->error);
  g_clear_pointer (&self->context, g_main_context_unref);
  g_clear_object (&self->transport);
  g_mutex_clear (&self->mutex);
  g_cond_clear (&self->changed);
  g_cond_clear (&self->incoming);
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

  wake_locked (self);

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

/* With the mutex held, which is let go meanwhile: it waits as long as the guest does not read. */
static gboolean
send_chunk_locked (HostelConsoleSession *self)
{
  g_autoptr (GBytes) bytes = g_bytes_ref (g_queue_peek_head (&self->writes));
  const char *data;
  gsize size;
  gssize sent;

  data = g_bytes_get_data (bytes, &size);
  data += self->written;
  size = MIN (size - self->written, WRITE_SIZE);

  self->has_written = TRUE;
  g_mutex_unlock (&self->mutex);
  sent = hostel_console_transport_send (self->transport, data, size);
  g_mutex_lock (&self->mutex);

  if (sent <= 0)
    return FALSE;

  drop_written_locked (self, sent);
  queue_update_locked (self);

  return TRUE;
}

static gpointer
writer_thread (gpointer user_data)
{
  HostelConsoleSession *self = user_data;

  g_mutex_lock (&self->mutex);
  while (!self->closing && !self->ended)
    {
      if (g_queue_is_empty (&self->writes))
        g_cond_wait (&self->changed, &self->mutex);
      else if (!send_chunk_locked (self))
        break;
    }
  /* The reader then finds out what is wrong. */
  self->readable = TRUE;
  self->ended = TRUE;
  wake_locked (self);
  g_mutex_unlock (&self->mutex);

  return NULL;
}

/* From any thread. */
static void
readable_cb (gpointer user_data)
{
  HostelConsoleSession *self = user_data;

  g_mutex_lock (&self->mutex);
  self->readable = TRUE;
  g_cond_signal (&self->incoming);
  g_mutex_unlock (&self->mutex);
}

/* From any thread. */
static void
broken_cb (gpointer user_data)
{
  HostelConsoleSession *self = user_data;

  g_mutex_lock (&self->mutex);
  self->broken = TRUE;
  wake_locked (self);
  g_mutex_unlock (&self->mutex);
}

/* Waits until there is something to read and room for it; %FALSE where the stream is to end. */
static gboolean
wait_until_readable (HostelConsoleSession *self)
{
  gboolean go_on;

  g_mutex_lock (&self->mutex);
  while (!self->closing && !self->broken && !self->ended
         && (!self->readable || self->received->len >= RECEIVED_MAX))
    g_cond_wait (&self->incoming, &self->mutex);
  go_on = !self->closing && !self->broken && !self->ended;
  g_mutex_unlock (&self->mutex);

  return go_on;
}

/* %FALSE where there is no more room, or nobody any more who wants it. */
static gboolean
keep_received (HostelConsoleSession *self,
               const char           *data,
               gsize                 size)
{
  g_autoptr (HostelConsoleRecorder) recorder = NULL;
  gboolean room;

  g_mutex_lock (&self->mutex);
  /* The log is read when a console was closed, and has this: it must not come beside it. */
  if (self->closing)
    {
      g_mutex_unlock (&self->mutex);
      return FALSE;
    }
  if (self->recorder != NULL)
    {
      recorder = g_object_ref (self->recorder);
      g_mutex_unlock (&self->mutex);
      hostel_console_recorder_take (recorder, data, size);
      return TRUE;
    }

  g_byte_array_append (self->received, (const guint8 *) data, size);
  room = self->received->len < RECEIVED_MAX;
  if (self->flowing)
    queue_update_locked (self);
  g_mutex_unlock (&self->mutex);

  return room;
}

static gboolean
pause_reading (HostelConsoleSession *self)
{
  g_usleep (FLOOD_PAUSE_US);

  return !is_closing (self);
}

/* To be asked when all that is there was taken. */
static gboolean
is_flood (Burst *burst)
{
  gint64 now = g_get_monotonic_time ();
  gboolean flood = burst->size >= FLOOD_SIZE;

  if (flood || now - burst->begun > FLOOD_SPAN_US)
    {
      burst->begun = now;
      burst->size = 0;
    }

  return flood;
}

/* Takes what is there; %FALSE where the stream has ended. */
static gboolean
read_stream (HostelConsoleSession *self,
             char                 *buffer,
             Burst                *burst)
{
  gssize n_read;

  do
    {
      while ((n_read = hostel_console_transport_receive (self->transport, buffer, READ_SIZE)) > 0)
        {
          burst->size += (gsize) n_read;
          if (!keep_received (self, buffer, n_read))
            return TRUE;
        }

      if (n_read != HOSTEL_CONSOLE_TRANSPORT_NOTHING)
        return FALSE;
    }
  while (is_flood (burst) && pause_reading (self));

  g_mutex_lock (&self->mutex);
  self->readable = FALSE;
  g_mutex_unlock (&self->mutex);
  hostel_console_transport_await (self->transport);

  return TRUE;
}

/* Runs until the stream ends, by stop() or by itself. */
static void
pump (HostelConsoleSession *self)
{
  Burst burst = { 0, 0 };
  g_autofree char *buffer = g_malloc (READ_SIZE);
  GThread *thread;

  g_mutex_lock (&self->mutex);
  self->readable = FALSE;
  self->ended = FALSE;
  g_mutex_unlock (&self->mutex);

  hostel_console_transport_await (self->transport);
  thread = g_thread_new ("console-writer", writer_thread, self);

  while (wait_until_readable (self) && read_stream (self, buffer, &burst))
    ;

  g_mutex_lock (&self->mutex);
  self->ended = TRUE;
  wake_locked (self);
  g_mutex_unlock (&self->mutex);
  g_thread_join (thread);
  hostel_console_transport_end (self->transport);
}

/* Also where it is opened again after a hiccup: something was missed. */
static void
begin_recording (HostelConsoleSession *self)
{
  g_autoptr (HostelConsoleRecorder) recorder = NULL;

  g_mutex_lock (&self->mutex);
  g_set_object (&recorder, self->recorder);
  g_mutex_unlock (&self->mutex);

  if (recorder != NULL)
    hostel_console_recorder_begin (recorder);
}

static void
open_and_pump (HostelConsoleSession *self,
               gboolean              force,
               Outcome              *outcome)
{
  g_clear_error (&outcome->error);
  outcome->state = hostel_console_transport_open (self->transport, force, &outcome->error);
  if (outcome->state != HOSTEL_CONSOLE_STATE_OPEN)
    return;

  begin_recording (self);
  set_state (self, HOSTEL_CONSOLE_STATE_OPEN, NULL);
  pump (self);
}

static void
wait_before_retry (HostelConsoleSession *self)
{
  gint64 end_time = g_get_monotonic_time () +
                    hostel_console_transport_get_retry_delay (self->transport);

  g_mutex_lock (&self->mutex);
  while (!self->closing && g_cond_wait_until (&self->changed, &self->mutex, end_time))
    ;
  g_mutex_unlock (&self->mutex);
}

/* @tries: how often in a row it did not hold. */
static gboolean
is_worth_retrying (const Outcome *outcome,
                   guint          tries)
{
  switch (outcome->state)
    {
    case HOSTEL_CONSOLE_STATE_OPEN:
      return tries <= RETRIES;
    case HOSTEL_CONSOLE_STATE_TAKEN:
      return tries <= TAKEN_RETRIES;
    case HOSTEL_CONSOLE_STATE_LOST:
      /* The first answer to a person is told at once. */
      return tries > 1 && tries <= RETRIES;
    case HOSTEL_CONSOLE_STATE_CLOSED:
    case HOSTEL_CONSOLE_STATE_OPENING:
    default:
      return FALSE;
    }
}

/* A stream that ended by itself is opened again: the answer tells a machine that has stopped from
 * one whose console was taken, and a mere hiccup heals. */
static void
run_connected (HostelConsoleSession *self,
               gboolean              force)
{
  Outcome outcome = { HOSTEL_CONSOLE_STATE_OPENING, NULL };
  guint tries = 0;

  for (;;)
    {
      gint64 start_time = g_get_monotonic_time ();
      gboolean lasted;

      open_and_pump (self, force, &outcome);
      /* An answer that came late, as while the machine is destroyed, is no console that lasted. */
      lasted = outcome.state == HOSTEL_CONSOLE_STATE_OPEN &&
               g_get_monotonic_time () - start_time > LASTING_US;
      tries = lasted ? 1 : tries + 1;
      if (is_closing (self) || !hostel_console_transport_is_alive (self->transport)
          || !is_worth_retrying (&outcome, tries))
        break;

      force = FALSE;
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
  HostelConsoleState state;
  GError *error = NULL;

  hostel_console_transport_listen (self->transport, readable_cb, broken_cb, self);
  state = hostel_console_transport_connect (self->transport, &error);
  if (state != HOSTEL_CONSOLE_STATE_OPENING)
    set_state (self, state, error);
  else if (!is_closing (self))
    run_connected (self, force);

  hostel_console_transport_listen (self->transport, NULL, NULL, NULL);
  hostel_console_transport_close (self->transport);
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
  g_mutex_lock (&start->session->mutex);
  start->session->left = TRUE;
  g_mutex_unlock (&start->session->mutex);
  session_unref (start->session);
  g_free (start);

  return NULL;
}

static gpointer
drop_thread (gpointer user_data)
{
  HostelConsoleSession *self = user_data;
  gboolean has_written;

  g_mutex_lock (&self->mutex);
  has_written = self->has_written;
  g_mutex_unlock (&self->mutex);

  hostel_console_transport_drop (self->transport, has_written);
  session_unref (self);

  return NULL;
}

static gboolean
drop_cb (gpointer user_data)
{
  HostelConsoleSession *self = user_data;
  gboolean left;

  g_mutex_lock (&self->mutex);
  left = self->left;
  g_mutex_unlock (&self->mutex);

  if (!left)
    g_thread_unref (g_thread_new ("console-drop", drop_thread, session_ref (self)));

  return G_SOURCE_REMOVE;
}

static void
queue_drop (HostelConsoleSession *self)
{
  g_autoptr (GSource) source = g_timeout_source_new (STUCK_DELAY_MS);

  g_source_set_static_name (source, "hostel-console-drop");
  g_source_set_callback (source, drop_cb, session_ref (self), (GDestroyNotify) session_unref);
  g_source_attach (source, self->context);
}

/**
 * hostel_console_session_start:
 * @transport: (transfer full): used once
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
hostel_console_session_start (HostelConsoleTransport  *transport,
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
  g_cond_init (&self->incoming);
  g_queue_init (&self->writes);
  self->transport = transport;
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
 * Lets go of the console; does not wait. The callback is not called again. The threads leave when
 * the daemon has answered, or after a second or two without its answer.
 */
void
hostel_console_session_stop (HostelConsoleSession *self)
{
  gboolean left;

  self->func = NULL;

  g_mutex_lock (&self->mutex);
  self->closing = TRUE;
  left = self->left;
  wake_locked (self);
  g_mutex_unlock (&self->mutex);

  if (!left)
    queue_drop (self);

  session_unref (self);
}

/**
 * hostel_console_session_set_recorder:
 * @self: a session
 * @recorder: takes what is received from now on, and what was received and not told
 *
 * There are no received bytes in updates any more.
 */
void
hostel_console_session_set_recorder (HostelConsoleSession  *self,
                                     HostelConsoleRecorder *recorder)
{
  g_mutex_lock (&self->mutex);
  g_set_object (&self->recorder, recorder);
  if (self->received->len > 0)
    hostel_console_recorder_take (recorder, (const char *) self->received->data,
                                  self->received->len);
  g_byte_array_set_size (self->received, 0);
  wake_locked (self);
  g_mutex_unlock (&self->mutex);
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
      wake_locked (self);
    }
  unsent = self->unsent;
  g_mutex_unlock (&self->mutex);

  return unsent;
}
