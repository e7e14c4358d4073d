/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "hostel-domain.h"

G_BEGIN_DECLS

/* What a guest's agent reads of cloud-init, for where the guest's own report is not heard. */
void     hostel_boot_agent_read_async  (HostelDomain         *domain,
                                        GCancellable         *cancellable,
                                        GAsyncReadyCallback   callback,
                                        gpointer              user_data);
/* FALSE where no agent answers, or it may not read files; else the two files' text, %NULL for one
 * that is not there. */
gboolean hostel_boot_agent_read_finish (HostelDomain         *domain,
                                        GAsyncResult         *result,
                                        char                **status,
                                        char                **cloud_result,
                                        GError              **error);

G_END_DECLS
