/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "hostel-virt-handle.h"
#include "hostel-xml.h"

G_BEGIN_DECLS

/* For the files of src/virt alone: which kind of snapshot a machine can have, and why none. Pure:
 * what there is to know is in the facts. */

#define HOSTEL_SNAPSHOT_DISKS "disk[source and not(readonly) and not(@device = 'cdrom')]"

typedef struct
{
  const char *name;        /* borrowed, as all: the machine's, for the sentence */
  const char *hypervisor;  /* virConnectGetType() */
  gulong      version;     /* of libvirt: 9000000 */
  xmlDocPtr   doc;         /* as it runs, else its definition */
  int         state;       /* virDomainState */
  gboolean    persistent;
  gboolean    saved;       /* goes on from a managed save */
  gboolean    checkpoints; /* of incremental back-ups */
  gboolean    external;    /* has snapshots in files of their own */
} HostelSnapshotFacts;

/* @memory: whether the memory is kept, too; else the machine is off. Kept within the disks' files in
 * both cases, so that one tree has one kind. HOSTEL_ERROR_UNSUPPORTED, HOSTEL_ERROR_WRONG_STATE. */
gboolean hostel_snapshot_choose (const HostelSnapshotFacts  *facts,
                                 gboolean                   *memory,
                                 GError                    **error);

G_END_DECLS
