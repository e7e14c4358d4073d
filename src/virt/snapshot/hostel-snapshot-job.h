/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "hostel-domain.h"

G_BEGIN_DECLS

/* Each in a thread with a connection of its own, one at a time for one machine. Whatever happens it ends with a
 * sentence; a host that does not answer is not waited for without an end. The finish function returns sentences:
 * what was done, or what would be lost. */

void   hostel_snapshot_take_async        (HostelDomain         *domain,
                                          const char           *name,
                                          const char           *note,
                                          GCancellable         *cancellable,
                                          GAsyncReadyCallback   callback,
                                          gpointer              user_data);
/* What going back would lose, or why it is not possible; changes nothing. */
void   hostel_snapshot_look_back_async   (HostelDomain         *domain,
                                          const char           *name,
                                          GAsyncReadyCallback   callback,
                                          gpointer              user_data);
void   hostel_snapshot_go_back_async     (HostelDomain         *domain,
                                          const char           *name,
                                          const char           *keep,
                                          GCancellable         *cancellable,
                                          GAsyncReadyCallback   callback,
                                          gpointer              user_data);
/* The same for deleting. */
void   hostel_snapshot_look_delete_async (HostelDomain         *domain,
                                          const char           *name,
                                          GAsyncReadyCallback   callback,
                                          gpointer              user_data);
void   hostel_snapshot_delete_async      (HostelDomain         *domain,
                                          const char           *name,
                                          GCancellable         *cancellable,
                                          GAsyncReadyCallback   callback,
                                          gpointer              user_data);
GStrv  hostel_snapshot_finish            (HostelDomain         *domain,
                                          GAsyncResult         *result,
                                          GError              **error);

G_END_DECLS
