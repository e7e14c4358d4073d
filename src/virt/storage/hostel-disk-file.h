/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* For the files of src/virt alone: a disk's file as far as this computer can see it. Every function
 * blocks: for a worker. */

typedef enum
{
  HOSTEL_DISK_FILE_READ,      /* what it stands on is known */
  HOSTEL_DISK_FILE_MISSING,   /* there is none */
  HOSTEL_DISK_FILE_DETACHED,  /* there is none now, but may be when a file system is attached */
  HOSTEL_DISK_FILE_UNREADABLE,
} HostelDiskFileState;

char                *hostel_disk_file_dup_id       (const char  *path,
                                                    gboolean     local);
char                *hostel_disk_file_dup_name_id  (const char  *path,
                                                    gboolean     local);
HostelDiskFileState  hostel_disk_file_read         (const char  *path,
                                                    GStrv       *below,
                                                    char       **reason);
GStrv                hostel_disk_file_parse_header (int          fd);
GStrv                hostel_disk_file_resolve      (const char  *path,
                                                    const char  *backing,
                                                    gboolean     local);
gboolean             hostel_disk_file_is_saved     (const char  *path);
gboolean             hostel_disk_file_is_open      (const char  *path);
gboolean             hostel_disk_file_parse_locks  (const char  *locks,
                                                    guint64      inode);
GHashTable          *hostel_disk_file_find_loops   (const char  *devices);

G_END_DECLS
