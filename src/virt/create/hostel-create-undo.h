/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "hostel-create-journal.h"
#include "hostel-virt-handle.h"

G_BEGIN_DECLS

/* For the files of src/virt alone. Every function blocks: for a worker. */

gboolean hostel_create_undo      (virConnectPtr         handle,
                                  HostelCreateJournal  *journal,
                                  GError              **error);
guint    hostel_create_undo_left (virConnectPtr         handle,
                                  const char           *uri);

G_END_DECLS
