/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "hostel-domain.h"

G_BEGIN_DECLS

void     hostel_serial_add_async  (HostelDomain         *domain,
                                   GAsyncReadyCallback   callback,
                                   gpointer              user_data);
gboolean hostel_serial_add_finish (HostelDomain         *domain,
                                   GAsyncResult         *result,
                                   gboolean             *later,
                                   GError              **error);

G_END_DECLS
