/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "hostel-create-page.h"

G_BEGIN_DECLS

#define HOSTEL_TYPE_CREATE_MACHINE_PAGE (hostel_create_machine_page_get_type ())

/* What the machine is like: name, memory, vCPUs, disk, host, network. */
G_DECLARE_FINAL_TYPE (HostelCreateMachinePage, hostel_create_machine_page, HOSTEL,
                      CREATE_MACHINE_PAGE, HostelCreatePage)

G_END_DECLS
