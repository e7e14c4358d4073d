/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define HOSTEL_TYPE_TILE_LAYOUT (hostel_tile_layout_get_type ())

/* Gives the children the same room each, in as many columns as are wide enough. */
G_DECLARE_FINAL_TYPE (HostelTileLayout, hostel_tile_layout, HOSTEL, TILE_LAYOUT, GtkLayoutManager)

GtkLayoutManager *hostel_tile_layout_new (void);

G_END_DECLS
