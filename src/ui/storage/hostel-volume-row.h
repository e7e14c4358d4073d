/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "hostel-volume.h"

G_BEGIN_DECLS

#define HOSTEL_TYPE_VOLUME_ROW (hostel_volume_row_get_type ())

/* A volume in a list: its name, its size, who uses it, and what can be done with it. Property:
 * "volume" (HostelVolume, nullable, writable). Its actions are those of the HostelPoolPage around
 * it. */
G_DECLARE_FINAL_TYPE (HostelVolumeRow, hostel_volume_row, HOSTEL, VOLUME_ROW, GtkBox)

HostelVolume *hostel_volume_row_get_volume (HostelVolumeRow *self);
void          hostel_volume_row_set_volume (HostelVolumeRow *self,
                                            HostelVolume    *volume);

G_END_DECLS
