/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "hostel-image-store.h"

G_BEGIN_DECLS

#define HOSTEL_TYPE_KEPT_ROW (hostel_kept_row_get_type ())

/* An image that is kept. Signal "removed". */
G_DECLARE_FINAL_TYPE (HostelKeptRow, hostel_kept_row, HOSTEL, KEPT_ROW, AdwActionRow)

GtkWidget *hostel_kept_row_new            (HostelStoredImage *image);
void       hostel_kept_row_look_for_newer (HostelKeptRow     *self);

G_END_DECLS
