/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "hostel-connection.h"
#include "hostel-host-check.h"

G_BEGIN_DECLS

/* The whole host check: files, buses and libvirt side by side. Starts nothing. */
void              hostel_host_run_async  (HostelConnection     *connection,
                                          const char           *uri,
                                          GCancellable         *cancellable,
                                          GAsyncReadyCallback   callback,
                                          gpointer              user_data);
HostelHostReport *hostel_host_run_finish (GAsyncResult         *result,
                                          GError              **error);

G_END_DECLS
