/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "hostel-domain.h"

G_BEGIN_DECLS

typedef enum
{
  HOSTEL_AUTOSTART_KEEP,
  HOSTEL_AUTOSTART_ON,
  HOSTEL_AUTOSTART_OFF,
} HostelAutostart;

/* What is to be different; 0 and NULL leave a thing as it is. */
typedef struct
{
  guint            memory;     /* MiB */
  guint            vcpus;
  const char      *title;      /* "" for none */
  const char      *notes;      /* "" for none */
  HostelAutostart  autostart;
  gboolean         next_start; /* leave the running machine alone */
} HostelMachineChange;

gboolean hostel_machine_change_check  (const HostelMachineChange *change,
                                       GError                   **error);
void     hostel_machine_change_async  (HostelDomain              *domain,
                                       const HostelMachineChange *change,
                                       GAsyncReadyCallback        callback,
                                       gpointer                   user_data);
GStrv    hostel_machine_change_finish (HostelDomain              *domain,
                                       GAsyncResult              *result,
                                       GError                   **error);

G_END_DECLS
