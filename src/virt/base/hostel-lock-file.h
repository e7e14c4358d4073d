/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* For the rooms of src/virt alone. */

/* A file that is flock()ed as long as it is held, and gone when it has been let go of. */
typedef struct _HostelLockFile HostelLockFile;

HostelLockFile *hostel_lock_file_try       (const char      *path,
                                            gboolean        *held_by_other,
                                            GError         **error);
void            hostel_lock_file_free      (HostelLockFile  *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HostelLockFile, hostel_lock_file_free)

/* The descriptor of @path, locked; -1 with errno, EWOULDBLOCK or EAGAIN where another has it. */
int             hostel_lock_file_open      (const char      *path,
                                            int              flags);
void            hostel_lock_file_set_error (GError         **error,
                                            const char      *path);

G_END_DECLS
