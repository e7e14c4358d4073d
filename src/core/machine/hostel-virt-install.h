/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "hostel-machine-spec.h"

G_BEGIN_DECLS

char *hostel_machine_spec_dup_virt_install_command (HostelMachineSpec *spec,
                                                    const char        *uri,
                                                    gboolean           session,
                                                    gboolean           kvm,
                                                    const char        *host_arch);

G_END_DECLS
