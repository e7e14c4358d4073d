/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "hostel-domain.h"

G_BEGIN_DECLS

/* The machines whose first boot, or the next one by new user-data, nobody has seen the end of yet: a
 * program that starts later goes on watching. Kept by UUID in $XDG_STATE_HOME/hostel/boots; those
 * that take a UUID alone block for one small file operation. */
void     hostel_boot_pending_add          (const char          *uuid);
void     hostel_boot_pending_remove       (const char          *uuid);
void     hostel_boot_pending_remove_async (HostelDomain        *domain);
gboolean hostel_boot_pending_has          (const char          *uuid);
void     hostel_boot_pending_has_async    (HostelDomain        *domain,
                                           GAsyncReadyCallback  callback,
                                           gpointer             user_data);
gboolean hostel_boot_pending_has_finish   (HostelDomain        *domain,
                                           GAsyncResult        *result);

G_END_DECLS
