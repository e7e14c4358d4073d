/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "hostel-domain.h"

G_BEGIN_DECLS

/**
 * HostelSnapshotKind:
 * @HOSTEL_SNAPSHOT_INTERNAL: within the disks' files
 * @HOSTEL_SNAPSHOT_EXTERNAL: in files of its own, as other programs make them
 */
typedef enum
{
  HOSTEL_SNAPSHOT_INTERNAL,
  HOSTEL_SNAPSHOT_EXTERNAL,
} HostelSnapshotKind;

/* One snapshot, as libvirt tells of it. */
typedef struct
{
  char               *name;    /* owned */
  char               *parent;  /* owned, nullable */
  char               *note;    /* owned, "" without one */
  char               *state;   /* owned: "running", "paused", "off", else libvirt's word */
  gint64              created; /* seconds since 1970 */
  HostelSnapshotKind  kind;
  gboolean            memory;  /* kept as well as the disks */
  gboolean            current; /* the machine goes on from this one: "you are here" */
  guint               depth;   /* in the tree: 0 for a root */
} HostelSnapshot;

char           *hostel_snapshot_dup_label   (const HostelSnapshot  *self);
HostelSnapshot *hostel_snapshot_new_from_xml (const char           *xml);
void            hostel_snapshot_free        (HostelSnapshot        *self);
/* Parents before their children, those before the next of the same parent, by time. */
void            hostel_snapshot_sort        (GPtrArray             *snapshots);
/* Of HostelSnapshot, sorted. libvirt tells of no change: to be read again after each act. */
void            hostel_snapshot_list_async  (HostelDomain          *domain,
                                             GAsyncReadyCallback    callback,
                                             gpointer               user_data);
GPtrArray      *hostel_snapshot_list_finish (HostelDomain          *domain,
                                             GAsyncResult          *result,
                                             GError               **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HostelSnapshot, hostel_snapshot_free)

G_END_DECLS
