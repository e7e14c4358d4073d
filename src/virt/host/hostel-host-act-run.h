/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "hostel-connection.h"
#include "hostel-host-remedy.h"

G_BEGIN_DECLS

/* Carries out what a check's remedy says, with the desktop's authorization. */
void     hostel_host_remedy_run_async  (HostelHostRemedy     *remedy,
                                        HostelConnection     *connection,
                                        GCancellable         *cancellable,
                                        GAsyncReadyCallback   callback,
                                        gpointer              user_data);
gboolean hostel_host_remedy_run_finish (HostelHostRemedy     *remedy,
                                        GAsyncResult         *result,
                                        GError              **error);

G_END_DECLS
