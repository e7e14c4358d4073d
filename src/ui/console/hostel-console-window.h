/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "hostel-console-page.h"
#include "hostel-host-list.h"

G_BEGIN_DECLS

#define HOSTEL_TYPE_CONSOLE_WINDOW (hostel_console_window_get_type ())

/* Consoles in a window of their own, one machine or several side by side; it closes with the last.
 * Signals: "wanted" (HostelDomain *domain), that machine's page is to be added; "given-back"
 * (HostelConsolePage *page), it is the receiver's, or nobody's. Actions: "console-window.full-screen". */
G_DECLARE_FINAL_TYPE (HostelConsoleWindow, hostel_console_window, HOSTEL, CONSOLE_WINDOW,
                      AdwApplicationWindow)

HostelConsoleWindow *hostel_console_window_new       (GtkApplication      *application,
                                                      HostelHostList      *hosts);
HostelConsoleWindow *hostel_console_window_of        (HostelDomain        *domain);
void                 hostel_console_window_add       (HostelConsoleWindow *self,
                                                      HostelConsolePage   *page);
void                 hostel_console_window_give_back (HostelConsoleWindow *self,
                                                      HostelDomain        *domain);

G_END_DECLS
