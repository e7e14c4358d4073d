/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <string.h>

#include "hostel-error.h"
#include "scripted-console.h"

#define TYPE_SCRIPTED_TRANSPORT (scripted_transport_get_type ())
G_DECLARE_FINAL_TYPE (ScriptedTransport, scripted_transport, SCRIPTED, TRANSPORT,
                      HostelConsoleTransport)

struct _ScriptedConsole
{
  gatomicrefcount     ref_count;

  GMutex              mutex; /* for all below */
  GCond               changed;
  ScriptedTransport  *current; /* borrowed, nullable: whose stream is open */
  gboolean            awaited;
  gboolean            hung_up;
  GByteArray         *said;
  gsize               taken; /* of it */
  GByteArray         *read;
  gsize               longest;
  gboolean            reading;
  guint               n_stuck; /* writers that wait until it reads */
  HostelConsoleState  answer;
  guint               n_answers;
  guint               n_opens;
  guint               n_forced;
  guint               n_drops[2];
};

struct _ScriptedTransport
{
  HostelConsoleTransport parent_instance;

  ScriptedConsole *console; /* a reference */
  gboolean         broken;  /* with the console's mutex held */
};

G_DEFINE_FINAL_TYPE (ScriptedTransport, scripted_transport, HOSTEL_TYPE_CONSOLE_TRANSPORT)

static ScriptedConsole *
console_ref (ScriptedConsole *self)
{
  g_atomic_ref_count_inc (&self->ref_count);

  return self;
}

/* A session's thread may outlive the test that has stopped it. */
void
scripted_console_free (ScriptedConsole *self)
{
  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;

  g_byte_array_unref (self->said);
  g_byte_array_unref (self->read);
  g_mutex_clear (&self->mutex);
  g_cond_clear (&self->changed);
  g_free (self);
}

/* Lets the mutex go: who is told may call back. */
static void
unlock_and_tell (ScriptedConsole *self)
{
  g_autoptr (ScriptedTransport) told = NULL;

  if (self->awaited && self->current != NULL
      && (self->hung_up || self->taken < self->said->len))
    {
      self->awaited = FALSE;
      g_set_object (&told, self->current);
    }
  g_cond_broadcast (&self->changed);
  g_mutex_unlock (&self->mutex);

  if (told != NULL)
    hostel_console_transport_tell_readable (HOSTEL_CONSOLE_TRANSPORT (told));
}

static HostelConsoleState
scripted_transport_connect (HostelConsoleTransport  *transport,
                            GError                 **error)
{
  return HOSTEL_CONSOLE_STATE_OPENING;
}

static HostelConsoleState
scripted_transport_open (HostelConsoleTransport  *transport,
                         gboolean                 force,
                         GError                 **error)
{
  ScriptedConsole *self = SCRIPTED_TRANSPORT (transport)->console;
  HostelConsoleState state = HOSTEL_CONSOLE_STATE_OPEN;

  g_mutex_lock (&self->mutex);
  self->n_opens++;
  self->n_forced += force;
  if (self->n_answers > 0)
    {
      self->n_answers--;
      state = self->answer;
      hostel_error_set (error, HOSTEL_ERROR_FAILED, NULL, NULL, "The script says %d.", state);
    }
  else
    {
      self->current = SCRIPTED_TRANSPORT (transport);
      self->hung_up = FALSE;
      self->awaited = FALSE;
    }
  g_mutex_unlock (&self->mutex);

  return state;
}

static void
scripted_transport_await (HostelConsoleTransport *transport)
{
  ScriptedConsole *self = SCRIPTED_TRANSPORT (transport)->console;

  g_mutex_lock (&self->mutex);
  self->awaited = TRUE;
  unlock_and_tell (self);
}

static gssize
scripted_transport_receive (HostelConsoleTransport *transport,
                            char                   *buffer,
                            gsize                   size)
{
  ScriptedConsole *self = SCRIPTED_TRANSPORT (transport)->console;
  gssize n_bytes;

  g_mutex_lock (&self->mutex);
  n_bytes = (gssize) MIN (size, self->said->len - self->taken);
  if (n_bytes > 0)
    memcpy (buffer, self->said->data + self->taken, n_bytes);
  self->taken += n_bytes;
  if (self->taken == self->said->len)
    {
      g_byte_array_set_size (self->said, 0);
      self->taken = 0;
    }
  if (n_bytes == 0 && !self->hung_up)
    n_bytes = HOSTEL_CONSOLE_TRANSPORT_NOTHING;
  g_mutex_unlock (&self->mutex);

  return n_bytes;
}

static gssize
scripted_transport_send (HostelConsoleTransport *transport,
                         const char             *data,
                         gsize                   size)
{
  ScriptedTransport *scripted = SCRIPTED_TRANSPORT (transport);
  ScriptedConsole *self = scripted->console;
  gssize n_bytes = -1;

  g_mutex_lock (&self->mutex);
  self->n_stuck++;
  while (!self->reading && !self->hung_up && !scripted->broken)
    g_cond_wait (&self->changed, &self->mutex);
  self->n_stuck--;
  if (!self->hung_up && !scripted->broken)
    {
      n_bytes = (gssize) size;
      g_byte_array_append (self->read, (const guint8 *) data, size);
      self->longest = MAX (self->longest, size);
    }
  g_mutex_unlock (&self->mutex);

  return n_bytes;
}

static void
scripted_transport_end (HostelConsoleTransport *transport)
{
  ScriptedConsole *self = SCRIPTED_TRANSPORT (transport)->console;

  g_mutex_lock (&self->mutex);
  if (self->current == SCRIPTED_TRANSPORT (transport))
    self->current = NULL;
  g_mutex_unlock (&self->mutex);
}

static gboolean
scripted_transport_is_alive (HostelConsoleTransport *transport)
{
  ScriptedTransport *scripted = SCRIPTED_TRANSPORT (transport);
  gboolean broken;

  g_mutex_lock (&scripted->console->mutex);
  broken = scripted->broken;
  g_mutex_unlock (&scripted->console->mutex);

  return !broken;
}

static void
scripted_transport_close (HostelConsoleTransport *transport)
{
}

static void
break_connection (ScriptedTransport *scripted)
{
  g_mutex_lock (&scripted->console->mutex);
  scripted->broken = TRUE;
  g_cond_broadcast (&scripted->console->changed);
  g_mutex_unlock (&scripted->console->mutex);

  hostel_console_transport_tell_broken (HOSTEL_CONSOLE_TRANSPORT (scripted));
}

static void
scripted_transport_drop (HostelConsoleTransport *transport,
                         gboolean                has_written)
{
  ScriptedConsole *self = SCRIPTED_TRANSPORT (transport)->console;

  g_mutex_lock (&self->mutex);
  self->n_drops[!!has_written]++;
  g_mutex_unlock (&self->mutex);
  break_connection (SCRIPTED_TRANSPORT (transport));
}

static void
scripted_transport_finalize (GObject *object)
{
  scripted_console_free (SCRIPTED_TRANSPORT (object)->console);

  G_OBJECT_CLASS (scripted_transport_parent_class)->finalize (object);
}

static void
scripted_transport_class_init (ScriptedTransportClass *klass)
{
  HostelConsoleTransportClass *transport_class = HOSTEL_CONSOLE_TRANSPORT_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = scripted_transport_finalize;
  transport_class->retry_delay = 0;
  transport_class->connect = scripted_transport_connect;
  transport_class->open = scripted_transport_open;
  transport_class->await = scripted_transport_await;
  transport_class->receive = scripted_transport_receive;
  transport_class->send = scripted_transport_send;
  transport_class->end = scripted_transport_end;
  transport_class->is_alive = scripted_transport_is_alive;
  transport_class->close = scripted_transport_close;
  transport_class->drop = scripted_transport_drop;
}

static void
scripted_transport_init (ScriptedTransport *self)
{
}

static HostelConsoleTransport *
make_transport (gpointer user_data)
{
  ScriptedTransport *transport = g_object_new (TYPE_SCRIPTED_TRANSPORT, NULL);

  transport->console = console_ref (user_data);

  return HOSTEL_CONSOLE_TRANSPORT (transport);
}

ScriptedConsole *
scripted_console_new (void)
{
  ScriptedConsole *self = g_new0 (ScriptedConsole, 1);

  g_atomic_ref_count_init (&self->ref_count);
  g_mutex_init (&self->mutex);
  g_cond_init (&self->changed);
  self->said = g_byte_array_new ();
  self->read = g_byte_array_new ();
  self->reading = TRUE;

  return self;
}

HostelConsoleStream *
scripted_console_new_stream (ScriptedConsole *self)
{
  return hostel_console_stream_new_for_transport (make_transport, self);
}

void
scripted_console_say (ScriptedConsole *self,
                      const char      *data,
                      gsize            size)
{
  g_mutex_lock (&self->mutex);
  g_byte_array_append (self->said, (const guint8 *) data, size);
  unlock_and_tell (self);
}

void
scripted_console_hang_up (ScriptedConsole *self)
{
  g_mutex_lock (&self->mutex);
  self->hung_up = TRUE;
  unlock_and_tell (self);
}

void
scripted_console_break (ScriptedConsole *self)
{
  g_autoptr (ScriptedTransport) transport = NULL;

  g_mutex_lock (&self->mutex);
  g_set_object (&transport, self->current);
  g_mutex_unlock (&self->mutex);

  if (transport != NULL)
    break_connection (transport);
}

void
scripted_console_answer (ScriptedConsole    *self,
                         HostelConsoleState  state,
                         guint               n_times)
{
  g_mutex_lock (&self->mutex);
  self->answer = state;
  self->n_answers = n_times;
  g_mutex_unlock (&self->mutex);
}

void
scripted_console_set_reading (ScriptedConsole *self,
                              gboolean         reading)
{
  g_mutex_lock (&self->mutex);
  self->reading = reading;
  g_cond_broadcast (&self->changed);
  g_mutex_unlock (&self->mutex);
}

static guint
get_count (ScriptedConsole *self,
           const guint     *count)
{
  guint result;

  g_mutex_lock (&self->mutex);
  result = *count;
  g_mutex_unlock (&self->mutex);

  return result;
}

guint
scripted_console_get_n_opens (ScriptedConsole *self)
{
  return get_count (self, &self->n_opens);
}

guint
scripted_console_get_n_forced (ScriptedConsole *self)
{
  return get_count (self, &self->n_forced);
}

guint
scripted_console_get_n_drops (ScriptedConsole *self,
                              gboolean         has_written)
{
  return get_count (self, &self->n_drops[!!has_written]);
}

gboolean
scripted_console_is_stuck (ScriptedConsole *self)
{
  return get_count (self, &self->n_stuck) > 0;
}

gsize
scripted_console_get_n_waiting (ScriptedConsole *self)
{
  gsize n_waiting;

  g_mutex_lock (&self->mutex);
  n_waiting = self->said->len - self->taken;
  g_mutex_unlock (&self->mutex);

  return n_waiting;
}

GBytes *
scripted_console_get_read (ScriptedConsole *self)
{
  GBytes *bytes;

  g_mutex_lock (&self->mutex);
  bytes = g_bytes_new (self->read->data, self->read->len);
  g_mutex_unlock (&self->mutex);

  return bytes;
}

gsize
scripted_console_get_longest (ScriptedConsole *self)
{
  gsize longest;

  g_mutex_lock (&self->mutex);
  longest = self->longest;
  g_mutex_unlock (&self->mutex);

  return longest;
}
