#pragma once

#include "hostel-domain.h"

G_BEGIN_DECLS

int hostel_create_wait (HostelDomain *domain,
                        GCancellable *cancellable,
                        guint         seconds);

G_END_DECLS
