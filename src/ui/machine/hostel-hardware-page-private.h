/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "hostel-device-row.h"
#include "hostel-hardware-edit.h"
#include "hostel-hardware-page.h"
#include "hostel-machine-change.h"

G_BEGIN_DECLS

struct _HostelHardwarePage
{
  AdwBin parent_instance;

  HostelDomain        *domain;      /* owned, nullable */
  GSignalGroup        *signals;     /* owned: of the domain */
  HostelHardware      *hardware;    /* owned, nullable: as it was read last */
  GHashTable          *rows;        /* owned: id -> HostelDeviceRow, borrowed */
  gboolean             loading;
  gboolean             stale;       /* to be read once more */
  gboolean             busy;        /* a change is under way */
  char                *asked;       /* owned, nullable: whose file is chosen */
  GPtrArray           *undos;       /* owned: what can be undone, the last at the end */

  AdwToastOverlay     *toasts;      /* borrowed: template children */
  AdwPreferencesGroup *note_group;
  AdwPreferencesGroup *pending_group;
  HostelDeviceRow     *memory_row;
  HostelDeviceRow     *vcpus_row;
  AdwPreferencesGroup *disks_group;
  AdwPreferencesGroup *networks_group;
  AdwPreferencesGroup *others_group;
};

/* Reads the machine again. */
void hostel_hardware_page_look            (HostelHardwarePage        *self);
/* In hostel-hardware-changes.c. */
void hostel_hardware_page_install_actions (GtkWidgetClass            *klass);
void hostel_hardware_page_clear_undos     (HostelHardwarePage        *self);
void hostel_hardware_page_edit            (HostelHardwarePage        *self,
                                           const HostelHardwareEdit  *edit);
void hostel_hardware_page_change          (HostelHardwarePage        *self,
                                           const HostelMachineChange *change,
                                           const HostelMachineChange *back);
/* In hostel-hardware-ask.c. */
void hostel_hardware_page_ask_number      (HostelHardwarePage        *self,
                                           const char                *id);
void hostel_hardware_page_ask_disk        (HostelHardwarePage        *self);
void hostel_hardware_page_ask_file        (HostelHardwarePage        *self,
                                           const char                *what);
void hostel_hardware_page_ask_remove      (HostelHardwarePage        *self,
                                           const char                *id);
void hostel_hardware_page_ask_restart     (HostelHardwarePage        *self);

G_END_DECLS
