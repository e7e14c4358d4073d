/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "hostel-host-system.h"

G_BEGIN_DECLS

gboolean hostel_kvm_access_parse_label (const char             *label,
                                        uid_t                  *uid,
                                        gid_t                  *gid);
char    *hostel_kvm_access_dup_refusal (const HostelHostSystem *system,
                                        uid_t                   uid,
                                        gid_t                   gid);

G_END_DECLS
