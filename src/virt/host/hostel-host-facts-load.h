/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "hostel-host-facts.h"
#include "hostel-virt-handle.h"

G_BEGIN_DECLS

HostelHostFacts *hostel_host_facts_load_sync (virConnectPtr   handle,
                                              const char     *uri,
                                              gboolean        session,
                                              GError        **error);

G_END_DECLS
