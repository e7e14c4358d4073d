/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "hostel-console-page.h"

G_BEGIN_DECLS

#define HOSTEL_TYPE_CONSOLE_PANE (hostel_console_pane_get_type ())

/* A machine's console page in a window of consoles, with its name and a button where there are
 * several. Action "console.give-back"; signal "give-back", the person wants it in the main window. */
G_DECLARE_FINAL_TYPE (HostelConsolePane, hostel_console_pane, HOSTEL, CONSOLE_PANE, AdwBin)

HostelConsolePane *hostel_console_pane_new             (HostelConsolePage *page);
HostelConsolePane *hostel_console_pane_of              (HostelDomain      *domain);
HostelConsolePage *hostel_console_pane_get_page        (HostelConsolePane *self);
HostelDomain      *hostel_console_pane_get_domain      (HostelConsolePane *self);
HostelConsolePage *hostel_console_pane_release         (HostelConsolePane *self);
void               hostel_console_pane_set_beside      (HostelConsolePane *self,
                                                        gboolean           beside);
void               hostel_console_pane_set_typed_into  (HostelConsolePane *self,
                                                        gboolean           typed_into);

G_END_DECLS
