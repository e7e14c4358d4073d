/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "hostel-connection.h"

G_BEGIN_DECLS

#define HOSTEL_TYPE_POOL_DIALOG (hostel_pool_dialog_get_type ())

/* Makes a folder of a host a storage pool. Signal: "created". */
G_DECLARE_FINAL_TYPE (HostelPoolDialog, hostel_pool_dialog, HOSTEL, POOL_DIALOG, AdwWindow)

HostelPoolDialog *hostel_pool_dialog_new (GtkWindow        *parent,
                                          HostelConnection *connection);

G_END_DECLS
