/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "hostel-domain.h"

G_BEGIN_DECLS

void     hostel_machine_rename_async  (HostelDomain        *domain,
                                       const char          *name,
                                       GAsyncReadyCallback  callback,
                                       gpointer             user_data);
gboolean hostel_machine_rename_finish (HostelDomain        *domain,
                                       GAsyncResult        *result,
                                       GError             **error);

G_END_DECLS
