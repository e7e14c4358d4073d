/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "hostel-domain.h"

G_BEGIN_DECLS

/* Takes the discs out of a machine's drives, while it runs or not. */
void     hostel_medium_eject_async  (HostelDomain         *domain,
                                     GAsyncReadyCallback   callback,
                                     gpointer              user_data);
gboolean hostel_medium_eject_finish (HostelDomain         *domain,
                                     GAsyncResult         *result,
                                     GError              **error);

G_END_DECLS
