/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "hostel-host-check.h"
#include "hostel-virt-handle.h"

G_BEGIN_DECLS

/* For the files of src/virt alone: what libvirt tells the host check. Blocks: for a worker. */
HostelHostReport *hostel_host_ask_libvirt (virConnectPtr  handle,
                                           const char    *uri);

G_END_DECLS
