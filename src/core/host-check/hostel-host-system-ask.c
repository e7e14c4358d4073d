/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "hostel-host-system"

#include "config.h"

#include "hostel-host-system.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/kvm.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/statfs.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <glib/gstdio.h>

/* A dead network mount must not hold the whole report. */
#define SPACE_TIMEOUT (200 * G_TIME_SPAN_MILLISECOND)

/**
 * hostel_host_system_access:
 * @self: a system
 * @path: an absolute path
 * @mode: as for access(2)
 *
 * Returns: 0 where this user may, else an errno
 */
int
hostel_host_system_access (const HostelHostSystem *self,
                           const char             *path,
                           int                     mode)
{
  g_autofree char *file = NULL;

  if (self->access != NULL)
    return self->access (self, path, mode);

  file = hostel_host_system_dup_path (self, path);

  return faccessat (AT_FDCWD, file, mode, AT_EACCESS) == 0 ? 0 : errno;
}

/**
 * hostel_host_system_ask_kvm:
 * @self: a system
 * @kvm: (out caller-allocates): what /dev/kvm says
 *
 * Makes an empty virtual machine and drops it: nothing else tells that KVM works for this user.
 */
void
hostel_host_system_ask_kvm (const HostelHostSystem *self,
                            HostelHostKvm          *kvm)
{
  g_autofree char *device = hostel_host_system_dup_path (self, "/dev/kvm");
  int fd;
  int vm;

  memset (kvm, 0, sizeof *kvm);
  if (self->kvm != NULL)
    {
      self->kvm (self, kvm);
      return;
    }

  if ((fd = g_open (device, O_RDWR | O_CLOEXEC | O_NONBLOCK | O_NOCTTY, 0)) < 0)
    {
      kvm->open_code = errno;
      return;
    }

  kvm->version = ioctl (fd, KVM_GET_API_VERSION, 0);
  vm = kvm->version > 0 ? ioctl (fd, KVM_CREATE_VM, 0) : -1;
  kvm->create_code = vm < 0 ? errno : 0;
  if (vm >= 0)
    g_close (vm, NULL);
  g_close (fd, NULL);
}

typedef struct
{
  GMutex           lock;
  GCond            cond;
  int              references;
  char            *path;  /* owned */
  gboolean         done;
  int              code;
  HostelHostSpace  space;
} SpaceCall;

static void
space_call_unref (SpaceCall *call)
{
  if (!g_atomic_int_dec_and_test (&call->references))
    return;

  g_mutex_clear (&call->lock);
  g_cond_clear (&call->cond);
  g_free (call->path);
  g_free (call);
}

static int
read_space (const char      *start,
            HostelHostSpace *space)
{
  g_autofree char *path = g_strdup (start);
  struct statvfs info = { 0 };
  struct statfs type = { 0 };
  int code;

  /* A pool's directory is made with the pool: until then its parent's file system counts. */
  while ((code = statvfs (path, &info) == 0 ? 0 : errno) == ENOENT && strlen (path) > 1)
    {
      char *parent = g_path_get_dirname (path);

      g_free (path);
      path = parent;
    }

  if (code != 0)
    return code;

  space->available = (guint64) info.f_bavail * info.f_frsize;
  space->total = (guint64) info.f_blocks * info.f_frsize;
  space->inodes = info.f_files;
  space->inodes_free = info.f_favail;
  if (statfs (path, &type) == 0)
    space->type = (guint64) type.f_type & 0xffffffff;

  return 0;
}

static gpointer
space_thread (gpointer data)
{
  SpaceCall *call = data;
  HostelHostSpace space = { 0 };
  int code = read_space (call->path, &space);

  g_mutex_lock (&call->lock);
  call->done = TRUE;
  call->code = code;
  call->space = space;
  g_cond_signal (&call->cond);
  g_mutex_unlock (&call->lock);
  space_call_unref (call);

  return NULL;
}

/**
 * hostel_host_system_get_space:
 * @self: a system
 * @path: an absolute path of a directory, which need not be there yet
 * @space: (out caller-allocates): what its file system has
 *
 * Returns: 0 or an errno, %ETIMEDOUT where the file system does not answer
 */
int
hostel_host_system_get_space (const HostelHostSystem *self,
                              const char             *path,
                              HostelHostSpace        *space)
{
  SpaceCall *call;
  gint64 end = g_get_monotonic_time () + SPACE_TIMEOUT;
  int code;

  memset (space, 0, sizeof *space);
  if (self->space != NULL)
    return self->space (self, path, space);

  call = g_new0 (SpaceCall, 1);
  g_mutex_init (&call->lock);
  g_cond_init (&call->cond);
  call->references = 2;
  call->path = hostel_host_system_dup_path (self, path);
  g_thread_unref (g_thread_new ("hostel-statvfs", space_thread, call));

  g_mutex_lock (&call->lock);
  while (!call->done && g_cond_wait_until (&call->cond, &call->lock, end))
    ;
  code = call->done ? call->code : ETIMEDOUT;
  *space = call->space;
  g_mutex_unlock (&call->lock);
  space_call_unref (call);

  return code;
}
