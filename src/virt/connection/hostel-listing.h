/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "hostel-domain-private.h"

G_BEGIN_DECLS

/* Worker threads alone. Arrays are of HostelDomainInfo, each with its own clear function. */
GArray *hostel_listing_read    (GVirConnection      *connection,
                                GError             **error);
GArray *hostel_listing_refresh (virConnectPtr        handle,
                                const char * const  *uuids,
                                GError             **error);

G_END_DECLS
