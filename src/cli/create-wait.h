/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "hostel-domain.h"

G_BEGIN_DECLS

int hostel_create_wait (HostelDomain *domain,
                        GCancellable *cancellable,
                        guint         seconds);

G_END_DECLS
