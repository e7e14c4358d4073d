/* SPDX-License-Identifier: GPL-3.0-or-later */
/* libvirt directly: libvirt-glib 4.0 has no copy of a volume into another one. */
#define G_LOG_DOMAIN "hostel-clone"

#include "config.h"

#include <glib/gi18n.h>

#include "hostel-clone-steps.h"
#include "hostel-storage.h"

#define LOOK_USEC (300 * G_TIME_SPAN_MILLISECOND)

/* Looks how far the daemon has come, on a connection of its own: the copy's has no answer before it
 * is done. */
typedef struct
{
  const HostelCloneWork *work;   /* borrowed, as all */
  const char            *name;
  guint64                before;
  guint64                total;

  GMutex                 mutex;
  GCond                  cond;
  gboolean               over;
} Look;

static void
look_once (Look              *look,
           virStoragePoolPtr  pool)
{
  g_autoptr (virStorageVol) volume = virStorageVolLookupByName (pool, look->name);
  virStorageVolInfo info;

  if (volume != NULL && virStorageVolGetInfo (volume, &info) == 0)
    look->work->progress (MIN (look->before + info.allocation, look->total), look->total,
                          look->work->progress_data);
}

static gboolean
wait_for_end (Look *look)
{
  gint64 until = g_get_monotonic_time () + LOOK_USEC;
  gboolean over;

  g_mutex_lock (&look->mutex);
  while (!look->over && g_cond_wait_until (&look->cond, &look->mutex, until))
    ;
  over = look->over;
  g_mutex_unlock (&look->mutex);

  return over;
}

static gpointer
look_thread (gpointer data)
{
  Look *look = data;
  g_autoptr (virConnect) handle = hostel_virt_open (look->work->uri, NULL);
  g_autoptr (virStoragePool) pool =
    handle != NULL ? virStoragePoolLookupByName (handle, virStoragePoolGetName (look->work->pool)) : NULL;

  while (!wait_for_end (look))
    if (pool != NULL)
      look_once (look, pool);

  return NULL;
}

/* libvirt cannot be told to leave off: a cancel waits for this disk. */
static virStorageVolPtr
copy (HostelCloneWork         *self,
      const HostelVolumeSpec  *spec,
      virStorageVolPtr         source,
      guint64                  before,
      guint64                  total,
      GError                 **error)
{
  Look look = { .work = self, .name = spec->name, .before = before, .total = total };
  virStorageVolPtr volume;
  GThread *thread;

  g_mutex_init (&look.mutex);
  g_cond_init (&look.cond);
  thread = g_thread_new ("hostel-clone-look", look_thread, &look);
  volume = hostel_storage_copy_volume (self->pool, spec, source, error);

  g_mutex_lock (&look.mutex);
  look.over = TRUE;
  g_cond_signal (&look.cond);
  g_mutex_unlock (&look.mutex);
  g_thread_join (thread);
  g_cond_clear (&look.cond);
  g_mutex_clear (&look.mutex);

  return volume;
}

/**
 * hostel_clone_work_copy_disk:
 * @disk: the machine's
 * @before: bytes that were copied of other disks
 * @total: of all disks
 * @error: (out) (optional): where to put an error
 *
 * Makes a copy of @disk that stands on nothing.
 */
gboolean
hostel_clone_work_copy_disk (HostelCloneWork  *self,
                             virConnectPtr     handle,
                             HostelCloneDisk  *disk,
                             guint64           before,
                             guint64           total,
                             GError          **error)
{
  const HostelVolumeSpec spec = {
    .name = disk->copy_name,
    .capacity = disk->capacity,
    .format = disk->format,
  };
  g_autoptr (virStorageVol) source = virStorageVolLookupByPath (handle, disk->path);
  g_autoptr (virStorageVol) volume = NULL;

  if (source == NULL)
    {
      hostel_virt_set_error (error, _("The disk %s of “%s” is gone."), disk->target, self->parent_name);
      return FALSE;
    }
  if ((volume = copy (self, &spec, source, before, total, error)) == NULL)
    return FALSE;

  if ((disk->copy_path = virStorageVolGetPath (volume)) == NULL)
    hostel_virt_set_error (error, _("The volume “%s” has no path."), disk->copy_name);

  return disk->copy_path != NULL;
}
