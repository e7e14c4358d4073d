/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "hostel-console-recorder.h"
#include "hostel-domain.h"

G_BEGIN_DECLS

/* What a serial line has written before anybody looked, and last before the machine stopped: the
 * file that its <log> element names, read as a volume of its pool. */
void    hostel_serial_log_load_async  (HostelDomain         *domain,
                                       const char           *device,
                                       gsize                 max,
                                       GCancellable         *cancellable,
                                       GAsyncReadyCallback   callback,
                                       gpointer              user_data);
GBytes *hostel_serial_log_load_finish (HostelDomain         *domain,
                                       GAsyncResult         *result,
                                       GError              **error);
void    hostel_serial_log_join_async  (HostelDomain          *domain,
                                       const char            *device,
                                       HostelConsoleRecorder *recorder,
                                       gboolean               final,
                                       GCancellable          *cancellable,
                                       GAsyncReadyCallback    callback,
                                       gpointer               user_data);
int     hostel_serial_log_join_finish (HostelDomain          *domain,
                                       GAsyncResult          *result,
                                       GError               **error);

/* What was written since the last look: a log that is followed. */
void    hostel_serial_log_follow_async  (HostelDomain         *domain,
                                         guint64               offset,
                                         GCancellable         *cancellable,
                                         GAsyncReadyCallback   callback,
                                         gpointer              user_data);
GBytes *hostel_serial_log_follow_finish (HostelDomain         *domain,
                                         GAsyncResult         *result,
                                         guint64              *offset,
                                         GError              **error);

G_END_DECLS
