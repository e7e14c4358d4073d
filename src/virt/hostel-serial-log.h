#pragma once

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

G_END_DECLS
