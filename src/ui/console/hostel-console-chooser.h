/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "hostel-host-list.h"

G_BEGIN_DECLS

#define HOSTEL_TYPE_CONSOLE_CHOOSER (hostel_console_chooser_get_type ())

/* Of the machines that run, those whose console is in no window of consoles yet, with a search.
 * Signal: "chosen" (HostelDomain *domain). */
G_DECLARE_FINAL_TYPE (HostelConsoleChooser, hostel_console_chooser, HOSTEL, CONSOLE_CHOOSER,
                      GtkPopover)

void hostel_console_chooser_set_hosts (HostelConsoleChooser *self,
                                       HostelHostList       *hosts);

G_END_DECLS
