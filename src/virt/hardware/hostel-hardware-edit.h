/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "hostel-domain.h"

G_BEGIN_DECLS

/* One change of a machine's devices: now and later where the running machine can, else from its next
 * start on, or not at all. */
typedef enum
{
  HOSTEL_HARDWARE_ADD_DISK,
  HOSTEL_HARDWARE_ADD_DRIVE, /* for a disc; into an empty drive where there is one and a disc is given */
  HOSTEL_HARDWARE_ADD_NIC,
  HOSTEL_HARDWARE_REMOVE,
  HOSTEL_HARDWARE_INSERT,    /* a disc into a drive */
  HOSTEL_HARDWARE_EJECT,
  HOSTEL_HARDWARE_PLUG,      /* a network card's cable, and out again */
  HOSTEL_HARDWARE_UNPLUG,
  HOSTEL_HARDWARE_CONNECT,   /* a network card to another network */
  HOSTEL_HARDWARE_KEEP,      /* what waits for the next start does not come: the device stays as it runs */
} HostelHardwareEditKind;

typedef struct
{
  HostelHardwareEditKind  kind;
  const char             *device;     /* a HostelDevice's id, where there is one already */
  guint64                 size;       /* bytes, of a new disk */
  const char             *file;       /* the host's, of a disk or disc that is there */
  const char             *bus;        /* nullable: as the machine's others */
  const char             *network;    /* a network's name, or "user"; NULL as the machine's first card */
  const char             *mac;        /* nullable: a new one */
  gboolean                next_start; /* leave the running machine alone */
} HostelHardwareEdit;

/* What was done, and what puts it back. */
typedef struct _HostelHardwareDone HostelHardwareDone;

gboolean            hostel_hardware_edit_check      (const HostelHardwareEdit  *edit,
                                                     GError                   **error);
void                hostel_hardware_edit_async      (HostelDomain              *domain,
                                                     const HostelHardwareEdit  *edit,
                                                     GAsyncReadyCallback        callback,
                                                     gpointer                   user_data);
HostelHardwareDone *hostel_hardware_edit_finish     (HostelDomain              *domain,
                                                     GAsyncResult              *result,
                                                     GError                   **error);
/* Sentences, translated. */
const char * const *hostel_hardware_done_get_told   (HostelHardwareDone        *self);
/* The id of the device that it was about. */
const char         *hostel_hardware_done_get_device (HostelHardwareDone        *self);
void                hostel_hardware_done_unref      (HostelHardwareDone        *self);
void                hostel_hardware_undo_async      (HostelDomain              *domain,
                                                     HostelHardwareDone        *done,
                                                     GAsyncReadyCallback        callback,
                                                     gpointer                   user_data);
gboolean            hostel_hardware_undo_finish     (HostelDomain              *domain,
                                                     GAsyncResult              *result,
                                                     GError                   **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HostelHardwareDone, hostel_hardware_done_unref)

G_END_DECLS
