#pragma once

#include "hostel-connection.h"

G_BEGIN_DECLS

int hostel_create_wait (HostelConnection *connection,
                        HostelDomain     *domain,
                        GCancellable     *cancellable,
                        guint             seconds);

G_END_DECLS
