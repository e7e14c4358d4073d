/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The snapshots that a qcow2 file has in itself. libvirt keeps a list of its own, and the two may
 * differ: a file may have come from elsewhere, and a failed snapshot may be listed. */

#define HOSTEL_SNAPSHOT_TABLE_HEAD 72

typedef struct
{
  char *id;   /* owned: QEMU's number, "1" */
  char *name; /* owned */
} HostelSnapshotEntry;

/* FALSE where these are not the first bytes of a qcow2 file. */
gboolean   hostel_snapshot_table_find   (const guint8 *head,
                                         gsize         length,
                                         guint        *n_entries,
                                         guint64      *offset);
/* NULL where it is cut off or makes no sense. */
GPtrArray *hostel_snapshot_table_parse  (const guint8 *bytes,
                                         gsize         length,
                                         guint         n_entries);
guint      hostel_snapshot_table_count  (GPtrArray    *table,
                                         const char   *name);
gboolean   hostel_snapshot_table_has_id (GPtrArray    *table,
                                         const char   *name);

G_END_DECLS
