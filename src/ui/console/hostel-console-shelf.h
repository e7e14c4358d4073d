/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "hostel-console-stream.h"
#include "hostel-host-list.h"

G_BEGIN_DECLS

#define HOSTEL_TYPE_CONSOLE_SHELF (hostel_console_shelf_get_type ())

/* The console pages of the machines that were looked at: each is made when it is shown first, and
 * keeps reading and its history while others are shown. Property: "domain" (HostelDomain, nullable,
 * writable): whose is on top. */
G_DECLARE_FINAL_TYPE (HostelConsoleShelf, hostel_console_shelf, HOSTEL, CONSOLE_SHELF, AdwBin)

void  hostel_console_shelf_set_hosts   (HostelConsoleShelf  *self,
                                        HostelHostList      *hosts);
void  hostel_console_shelf_set_domain  (HostelConsoleShelf  *self,
                                        HostelDomain        *domain);
void  hostel_console_shelf_adopt       (HostelConsoleShelf  *self,
                                        HostelConsoleStream *stream);
void  hostel_console_shelf_focus       (HostelConsoleShelf  *self);

G_END_DECLS
