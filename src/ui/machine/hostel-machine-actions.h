/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "hostel-domain.h"

G_BEGIN_DECLS

#define HOSTEL_TYPE_MACHINE_ACTIONS (hostel_machine_actions_get_type ())

/* The action group "machine": what can be done with one machine. Each action is enabled where it
 * makes sense in the machine's state. Names: start, shut-down, reboot, pause, resume, save,
 * force-off, change, clone, delete, copy-ssh, copy-address, show-xml. Property: "domain" (HostelDomain,
 * nullable, writable). Signal: "cloned" (HostelDomain), there is a new machine to be shown. */
G_DECLARE_FINAL_TYPE (HostelMachineActions, hostel_machine_actions, HOSTEL, MACHINE_ACTIONS,
                      GSimpleActionGroup)

HostelMachineActions *hostel_machine_actions_new        (GtkWindow            *window);
void                  hostel_machine_actions_set_domain (HostelMachineActions *self,
                                                         HostelDomain         *domain);

G_END_DECLS
