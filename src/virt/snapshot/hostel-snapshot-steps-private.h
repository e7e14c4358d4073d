/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "hostel-virt-handle.h"
#include "hostel-xml.h"

G_BEGIN_DECLS

G_DEFINE_AUTOPTR_CLEANUP_FUNC (virDomainSnapshot, virDomainSnapshotFree)

/* What one job of a thread of its own is about. */
typedef struct
{
  virConnectPtr  handle;      /* borrowed, as all */
  virDomainPtr   domain;
  const char    *name;        /* the machine's */
  char           uuid[VIR_UUID_STRING_BUFLEN];
  GCancellable  *cancellable; /* nullable */
  gint          *seconds;     /* atomic: how much longer than usual it may take */
} HostelSnapshotWork;

/* One disk, and the snapshots that are in its file. */
typedef struct
{
  char      *target; /* owned: "vda" */
  char      *path;   /* owned, nullable where it is none of a file */
  GPtrArray *table;  /* owned, nullable: of HostelSnapshotEntry; NULL where it cannot be read */
} HostelSnapshotDisk;

GPtrArray           *hostel_snapshot_read_all    (virDomainPtr               domain,
                                                  GError                   **error);

GPtrArray           *hostel_snapshot_disks_read  (const HostelSnapshotWork  *work,
                                                  xmlDocPtr                  doc,
                                                  const char                *xpath,
                                                  GError                   **error);
gboolean             hostel_snapshot_disks_check_own   (const HostelSnapshotWork  *work,
                                                        GPtrArray                 *disks,
                                                        GError                   **error);
gboolean             hostel_snapshot_disks_check_space (const HostelSnapshotWork  *work,
                                                        GPtrArray                 *disks,
                                                        guint64                    bytes,
                                                        GError                   **error);
/* How many of the disks have a snapshot of that name, whether one of them has several, and whether QEMU would take
 * the name for the number of another. */
guint                hostel_snapshot_disks_count (GPtrArray                 *disks,
                                                  const char                *name);
gboolean             hostel_snapshot_disks_are_twofold (GPtrArray            *disks,
                                                        const char           *name);
gboolean             hostel_snapshot_disks_have_number (GPtrArray            *disks,
                                                        const char           *name);

void                 hostel_snapshot_delete_seeds (const HostelSnapshotWork  *work,
                                                   xmlDocPtr                  doc,
                                                   const char                *xpath);

virDomainSnapshotPtr hostel_snapshot_find        (const HostelSnapshotWork  *work,
                                                  const char                *name,
                                                  xmlDocPtr                 *doc,
                                                  GError                   **error);
char                *hostel_snapshot_dup_time    (gint64                     seconds);
xmlDocPtr            hostel_snapshot_read_machine (const HostelSnapshotWork  *work,
                                                   unsigned int               flags,
                                                   GError                   **error);

char                *hostel_snapshot_dup_xml     (GPtrArray                 *disks,
                                                  const char                *name,
                                                  const char                *note,
                                                  gboolean                   memory);
gboolean             hostel_snapshot_guard       (const HostelSnapshotWork  *work,
                                                  guint                      n_disks,
                                                  virDomainSnapshotPtr      *guard,
                                                  GError                   **error);
void                 hostel_snapshot_guard_drop  (const HostelSnapshotWork  *work,
                                                  virDomainSnapshotPtr       guard);

/* The jobs: what there is to tell, or NULL. */
GStrv                hostel_snapshot_run_take      (const HostelSnapshotWork  *work,
                                                    const char                *name,
                                                    const char                *note,
                                                    GError                   **error);
GStrv                hostel_snapshot_run_look_back (const HostelSnapshotWork  *work,
                                                    const char                *name,
                                                    GError                   **error);
GStrv                hostel_snapshot_run_go_back   (const HostelSnapshotWork  *work,
                                                    const char                *name,
                                                    const char                *keep,
                                                    GError                   **error);
GStrv                hostel_snapshot_run_look_delete (const HostelSnapshotWork  *work,
                                                      const char                *name,
                                                      GError                   **error);
GStrv                hostel_snapshot_run_delete    (const HostelSnapshotWork  *work,
                                                    const char                *name,
                                                    GError                   **error);

/* The disks that a snapshot is in, as it remembers the machine. */
#define HOSTEL_SNAPSHOT_KEPT_DISKS \
  "/domainsnapshot/domain/devices/disk[source and target/@dev = " \
  "/domainsnapshot/disks/disk[@snapshot = 'internal']/@name]"

G_END_DECLS
