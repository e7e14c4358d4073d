/* SPDX-License-Identifier: GPL-3.0-or-later */
/* libvirt directly: this is what libvirt-glib's own event loop would be; see there for why it is ours. */
#define G_LOG_DOMAIN "hostel-event-loop"

#include "config.h"

#include <glib-unix.h>
#include <libvirt/libvirt.h>

#include "hostel-event-loop.h"

/* libvirt-glib's own implementation, gvir_event_register(), has the main context for everything. A
 * virtio console's output is given up by QEMU where nobody takes it within a quarter of a
 * millisecond, at full speed: a frame that is drawn takes fifty times as long. */

/* What libvirt asks to be told of: a file descriptor or a timer. */
typedef struct
{
  gatomicrefcount         ref_count;

  int                     id;
  int                     fd;       /* -1: a timer */
  GMainContext           *context;  /* owned, nullable: the main one */
  GSource                *source;   /* owned, nullable: while it waits; with the lock held */
  virEventHandleCallback  handle_func;
  virEventTimeoutCallback timeout_func;
  void                   *opaque;
  virFreeCallback         free_func; /* nullable */
} Watch;

static GMutex lock; /* for the two below, and the watches' sources */
static GHashTable *watches;
static int last_id;

/* Of a thread whose connections are served apart. */
static GPrivate apart = G_PRIVATE_INIT (NULL);

static Watch *
watch_ref (Watch *watch)
{
  g_atomic_ref_count_inc (&watch->ref_count);

  return watch;
}

static void
watch_unref (Watch *watch)
{
  if (!g_atomic_ref_count_dec (&watch->ref_count))
    return;

  g_clear_pointer (&watch->context, g_main_context_unref);
  g_free (watch);
}

static GIOCondition
to_condition (int events)
{
  return (events & VIR_EVENT_HANDLE_READABLE ? G_IO_IN : 0)
         | (events & VIR_EVENT_HANDLE_WRITABLE ? G_IO_OUT : 0)
         | (events & VIR_EVENT_HANDLE_ERROR ? G_IO_ERR : 0)
         | (events & VIR_EVENT_HANDLE_HANGUP ? G_IO_HUP : 0);
}

static int
to_events (GIOCondition condition)
{
  return (condition & G_IO_IN ? VIR_EVENT_HANDLE_READABLE : 0)
         | (condition & G_IO_OUT ? VIR_EVENT_HANDLE_WRITABLE : 0)
         | (condition & (G_IO_ERR | G_IO_NVAL) ? VIR_EVENT_HANDLE_ERROR : 0)
         | (condition & G_IO_HUP ? VIR_EVENT_HANDLE_HANGUP : 0);
}

static gboolean
handle_cb (int          fd,
           GIOCondition condition,
           gpointer     user_data)
{
  Watch *watch = user_data;

  watch->handle_func (watch->id, fd, to_events (condition), watch->opaque);

  return G_SOURCE_CONTINUE;
}

static gboolean
timeout_cb (gpointer user_data)
{
  Watch *watch = user_data;

  watch->timeout_func (watch->id, watch->opaque);

  return G_SOURCE_CONTINUE;
}

/* With the lock held. */
static void
stop_locked (Watch *watch)
{
  if (watch->source == NULL)
    return;

  g_source_destroy (watch->source);
  g_clear_pointer (&watch->source, g_source_unref);
}

/* With the lock held. @what: events, or milliseconds. */
static void
wait_locked (Watch *watch,
             int    what)
{
  stop_locked (watch);
  if (watch->fd >= 0 ? what == 0 : what < 0)
    return;

  if (watch->fd >= 0)
    {
      watch->source = g_unix_fd_source_new (watch->fd, to_condition (what));
      g_source_set_callback (watch->source, G_SOURCE_FUNC (handle_cb), watch_ref (watch),
                             (GDestroyNotify) watch_unref);
    }
  else
    {
      watch->source = g_timeout_source_new (what);
      g_source_set_callback (watch->source, timeout_cb, watch_ref (watch),
                             (GDestroyNotify) watch_unref);
    }
  g_source_set_static_name (watch->source, "libvirt");
  g_source_attach (watch->source, watch->context);
}

static int
add (Watch *watch,
     int    what)
{
  GMainContext *context = g_private_get (&apart);
  int id;

  g_atomic_ref_count_init (&watch->ref_count);
  if (context != NULL)
    watch->context = g_main_context_ref (context);

  g_mutex_lock (&lock);
  id = watch->id = ++last_id;
  g_hash_table_insert (watches, GINT_TO_POINTER (id), watch);
  wait_locked (watch, what);
  g_mutex_unlock (&lock);

  return id;
}

static void
update (int id,
        int what)
{
  Watch *watch;

  g_mutex_lock (&lock);
  watch = g_hash_table_lookup (watches, GINT_TO_POINTER (id));
  if (watch != NULL)
    wait_locked (watch, what);
  g_mutex_unlock (&lock);
}

static gboolean
free_cb (gpointer user_data)
{
  Watch *watch = user_data;

  if (watch->free_func != NULL)
    watch->free_func (watch->opaque);

  return G_SOURCE_REMOVE;
}

/* Its data are let go of where its callback may run just now, after that, and never within the call,
 * since libvirt may hold locks (virevent.h). */
static int
drop (int id)
{
  g_autoptr (GSource) source = NULL;
  Watch *watch = NULL;

  g_mutex_lock (&lock);
  if (g_hash_table_steal_extended (watches, GINT_TO_POINTER (id), NULL, (gpointer *) &watch))
    stop_locked (watch);
  g_mutex_unlock (&lock);
  if (watch == NULL)
    return -1;

  source = g_idle_source_new ();
  g_source_set_priority (source, G_PRIORITY_DEFAULT);
  g_source_set_static_name (source, "libvirt-free");
  g_source_set_callback (source, free_cb, watch, (GDestroyNotify) watch_unref);
  g_source_attach (source, watch->context);

  return 0;
}

static int
add_handle (int                     fd,
            int                     events,
            virEventHandleCallback  func,
            void                   *opaque,
            virFreeCallback         free_func)
{
  Watch *watch = g_new0 (Watch, 1);

  watch->fd = fd;
  watch->handle_func = func;
  watch->opaque = opaque;
  watch->free_func = free_func;

  return add (watch, events);
}

static int
add_timeout (int                      milliseconds,
             virEventTimeoutCallback  func,
             void                    *opaque,
             virFreeCallback          free_func)
{
  Watch *watch = g_new0 (Watch, 1);

  watch->fd = -1;
  watch->timeout_func = func;
  watch->opaque = opaque;
  watch->free_func = free_func;

  return add (watch, milliseconds);
}

static gpointer
serve (gpointer user_data)
{
  g_autoptr (GMainLoop) loop = g_main_loop_new (user_data, FALSE);

  g_main_context_push_thread_default (user_data);
  g_main_loop_run (loop);

  return NULL;
}

static gpointer
start_apart (gpointer data)
{
  GMainContext *context = g_main_context_new ();

  g_thread_unref (g_thread_new ("console-events", serve, context));

  return context;
}

/**
 * hostel_event_loop_get_apart:
 *
 * Starts the thread the first time; it stays as long as the program. Any thread.
 *
 * Returns: (transfer none): the context that the consoles' connections are served in
 */
GMainContext *
hostel_event_loop_get_apart (void)
{
  static GOnce once = G_ONCE_INIT;

  return g_once (&once, start_apart, NULL);
}

/**
 * hostel_event_loop_serve_apart:
 *
 * For the threads that open a console's connection.
 */
void
hostel_event_loop_serve_apart (void)
{
  g_private_set (&apart, hostel_event_loop_get_apart ());
}

/**
 * hostel_event_loop_register:
 *
 * Once, before the first connection.
 */
void
hostel_event_loop_register (void)
{
  watches = g_hash_table_new (NULL, NULL);
  virEventRegisterImpl (add_handle, update, drop, add_timeout, update, drop);
}
