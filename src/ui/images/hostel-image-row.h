/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

#define HOSTEL_TYPE_IMAGE_ROW (hostel_image_row_get_type ())

/* A recent image: its name, what it is, whether it can still be used. Signals "chosen" and
 * "forgotten". */
G_DECLARE_FINAL_TYPE (HostelImageRow, hostel_image_row, HOSTEL, IMAGE_ROW, AdwActionRow)

GtkWidget  *hostel_image_row_new          (const char     *path);
const char *hostel_image_row_get_path     (HostelImageRow *self);
void        hostel_image_row_set_selected (HostelImageRow *self,
                                           gboolean        selected);

G_END_DECLS
