/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "hostel-console-stream.h"
#include "hostel-domain.h"

G_BEGIN_DECLS

#define HOSTEL_TYPE_CONSOLE_PAGE (hostel_console_page_get_type ())

/* The consoles of one machine: which one, its state, its terminal. Opens nothing before it is shown
 * for the first time, and goes on reading when it is hidden. Properties, notifying: "domain"
 * (HostelDomain, nullable, writable), "device" (the alias of the console that is shown, "" for none,
 * writable). Actions: "console.copy", "paste", "paste-selection", "copy-all", "save", "find",
 * "zoom-in", "zoom-out", "zoom-normal", "take-over", "reconnect", "device" (string), and others of
 * its menu. Signal: "typed" (GBytes *bytes), what the person typed or pasted. */
G_DECLARE_FINAL_TYPE (HostelConsolePage, hostel_console_page, HOSTEL, CONSOLE_PAGE, AdwBin)

HostelConsolePage *hostel_console_page_new        (void);
HostelDomain      *hostel_console_page_get_domain (HostelConsolePage   *self);
void               hostel_console_page_set_domain (HostelConsolePage   *self,
                                                   HostelDomain        *domain);
const char        *hostel_console_page_get_device (HostelConsolePage   *self);
void               hostel_console_page_set_device (HostelConsolePage   *self,
                                                   const char          *device);
/* @stream: of this machine, opened by somebody who knew that it was about to start. */
void               hostel_console_page_adopt      (HostelConsolePage   *self,
                                                   HostelConsoleStream *stream);
void               hostel_console_page_write      (HostelConsolePage   *self,
                                                   GBytes              *bytes);
void               hostel_console_page_set_bare   (HostelConsolePage   *self,
                                                   gboolean             bare);
void               hostel_console_page_show_toast (HostelConsolePage   *self,
                                                   const char          *title);

G_END_DECLS
