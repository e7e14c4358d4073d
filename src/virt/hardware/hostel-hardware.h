/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "hostel-domain.h"

G_BEGIN_DECLS

/* One device, as the running machine has it, as its definition has it, or both. */
typedef struct
{
  char *id;   /* owned: "vda", "52:54:00:12:34:56", "serial0": the same while the device stays the same */
  char *kind; /* owned: "disk", "cdrom", "network", ... as libvirt names it where there is no better word */
  char *live; /* owned, nullable: what the running machine has, in words */
  char *next; /* owned, nullable: what it has from its next start on */
  gboolean empty;     /* a drive without a disc, now where it runs */
  gboolean unplugged; /* a network card without its cable, likewise */
} HostelDevice;

/* What a machine has. A running one has two truths: now, and from the next start on. */
typedef struct
{
  char      *title;       /* owned, "" without one */
  char      *notes;       /* owned, "" without */
  gboolean   active;
  gboolean   persistent;
  gboolean   saved;       /* goes on from a saved state, which has its own hardware */
  gboolean   autostart;
  guint      memory_live; /* MiB, 0 while it is off */
  guint      memory_next; /* MiB, 0 where it has no definition */
  guint      vcpus_live;
  guint      vcpus_next;
  GPtrArray *devices;     /* owned, of HostelDevice, owned */
} HostelHardware;

HostelHardware *hostel_hardware_new_from_xml (const char           *live_xml,
                                              const char           *stored_xml);
void            hostel_hardware_load_async   (HostelDomain         *domain,
                                              GAsyncReadyCallback   callback,
                                              gpointer              user_data);
HostelHardware *hostel_hardware_load_finish  (HostelDomain         *domain,
                                              GAsyncResult         *result,
                                              GError              **error);
GStrv           hostel_hardware_dup_pending  (HostelHardware       *self);
void            hostel_hardware_free         (HostelHardware       *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HostelHardware, hostel_hardware_free)

G_END_DECLS
