/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "hostel-hardware.h"

G_BEGIN_DECLS

#define HOSTEL_TYPE_DEVICE_ROW (hostel_device_row_get_type ())

/* One thing that a machine has: what it is now, what it is from the next start on, and what can be done
 * with it, as actions "hardware.…" of the page. */
G_DECLARE_FINAL_TYPE (HostelDeviceRow, hostel_device_row, HOSTEL, DEVICE_ROW, AdwActionRow)

HostelDeviceRow *hostel_device_row_new        (void);
void             hostel_device_row_set_device (HostelDeviceRow    *self,
                                               const HostelDevice *device,
                                               gboolean            pending);
/* Of what is no device: "memory", "vcpus". */
void             hostel_device_row_set_value  (HostelDeviceRow    *self,
                                               const char         *id,
                                               const char         *title,
                                               const char         *live,
                                               const char         *next);

G_END_DECLS
