/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "hostel-pool.h"

G_BEGIN_DECLS

#define HOSTEL_TYPE_POOL_GROUP (hostel_pool_group_get_type ())

/* The storage pools of one host. Hidden while that is not connected. Signal: "opened" (HostelPool),
 * when a person wants to see what is in one. */
G_DECLARE_FINAL_TYPE (HostelPoolGroup, hostel_pool_group, HOSTEL, POOL_GROUP, AdwPreferencesGroup)

GtkWidget        *hostel_pool_group_new            (HostelConnection *connection);
HostelConnection *hostel_pool_group_get_connection (HostelPoolGroup  *self);
/* Reads the pools again. */
void              hostel_pool_group_look           (HostelPoolGroup  *self);

G_END_DECLS
