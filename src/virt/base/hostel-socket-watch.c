/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "hostel-connection"

#include "config.h"

#include "hostel-socket-watch.h"

struct _HostelSocketWatch
{
  GStrv             paths;     /* owned */
  GPtrArray        *monitors;  /* owned, of GFileMonitor, owned */
  HostelSocketFunc  func;
  gpointer          data;
};

static void watch_directories (HostelSocketWatch *self);

static gboolean
is_interesting (GFileMonitorEvent event)
{
  return event == G_FILE_MONITOR_EVENT_CREATED || event == G_FILE_MONITOR_EVENT_MOVED_IN ||
         event == G_FILE_MONITOR_EVENT_RENAMED ||
         event == G_FILE_MONITOR_EVENT_ATTRIBUTE_CHANGED;
}

static void
on_changed_cb (GFileMonitor      *monitor,
               GFile             *file,
               GFile             *other_file,
               GFileMonitorEvent  event,
               HostelSocketWatch *self)
{
  /* A file that was given another name is told by its old one. */
  const char *changed = g_file_peek_path (event == G_FILE_MONITOR_EVENT_RENAMED ? other_file : file);

  if (!is_interesting (event) || changed == NULL)
    return;

  for (guint i = 0; self->paths[i]; i++)
    {
      g_autofree char *inside = g_strconcat (changed, "/", NULL);

      if (g_str_equal (self->paths[i], changed))
        {
          self->func (self->data);
          return;
        }

      /* A directory on the way to it: look closer, and do not miss what is in it by now. */
      if (g_str_has_prefix (self->paths[i], inside))
        {
          gboolean there = g_file_test (self->paths[i], G_FILE_TEST_EXISTS);

          watch_directories (self);
          if (there)
            self->func (self->data);
          return;
        }
    }
}

/* GLib looks for a directory that is not there every 4 s: the nearest one that is gets watched. */
static char *
dup_nearest_directory (const char *path)
{
  g_autofree char *directory = g_path_get_dirname (path);

  while (!g_file_test (directory, G_FILE_TEST_IS_DIR))
    {
      char *parent = g_path_get_dirname (directory);

      g_free (directory);
      directory = parent;
    }

  return g_steal_pointer (&directory);
}

static void
watch_directories (HostelSocketWatch *self)
{
  g_autoptr (GHashTable) watched = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  g_ptr_array_set_size (self->monitors, 0);

  for (guint i = 0; self->paths[i]; i++)
    {
      char *directory = dup_nearest_directory (self->paths[i]);
      g_autoptr (GFile) file = g_file_new_for_path (directory);
      GFileMonitor *monitor;

      if (!g_hash_table_add (watched, directory))
        continue;

      if ((monitor = g_file_monitor_directory (file, G_FILE_MONITOR_WATCH_MOVES, NULL, NULL)))
        {
          g_signal_connect (monitor, "changed", G_CALLBACK (on_changed_cb), self);
          g_ptr_array_add (self->monitors, monitor);
        }
    }
}

static void
release_monitor (gpointer data)
{
  GFileMonitor *monitor = data;

  g_signal_handlers_disconnect_matched (monitor, G_SIGNAL_MATCH_FUNC, 0, 0, NULL, on_changed_cb, NULL);
  g_file_monitor_cancel (monitor);
  g_object_unref (monitor);
}

/**
 * hostel_socket_watch_new:
 * @paths: absolute paths, of which none need exist
 * @func: called when one of them was made, moved there or got other rights
 * @data: handed to @func
 *
 * Returns: (transfer full): a watch
 */
HostelSocketWatch *
hostel_socket_watch_new (const char * const *paths,
                         HostelSocketFunc    func,
                         gpointer            data)
{
  HostelSocketWatch *self = g_new0 (HostelSocketWatch, 1);

  self->paths = g_strdupv ((GStrv) paths);
  self->monitors = g_ptr_array_new_with_free_func (release_monitor);
  self->func = func;
  self->data = data;
  watch_directories (self);

  return self;
}

void
hostel_socket_watch_free (HostelSocketWatch *self)
{
  g_ptr_array_unref (self->monitors);
  g_strfreev (self->paths);
  g_free (self);
}
