/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "hostel-pool.h"

G_BEGIN_DECLS

#define HOSTEL_TYPE_POOL_ROW (hostel_pool_row_get_type ())

/* A storage pool: its folder, its space, and what can be done with it. Signal: "changed". */
G_DECLARE_FINAL_TYPE (HostelPoolRow, hostel_pool_row, HOSTEL, POOL_ROW, AdwActionRow)

GtkWidget  *hostel_pool_row_new      (HostelConnection *connection,
                                      HostelPool       *pool);
HostelPool *hostel_pool_row_get_pool (HostelPoolRow    *self);

G_END_DECLS
