/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "hostel-console.h"

G_BEGIN_DECLS

/* The consoles of this program: one object for each console of each machine, however many look at
 * it. While its machine runs the registry keeps what was opened, so that it goes on being recorded
 * when nobody looks any more. Main thread. */
HostelConsole *hostel_console_registry_get    (HostelDomain *domain,
                                               const char   *device);
/* A console is one program's at a time: who starts a machine here wants it recorded, of others'
 * machines no console is taken unasked. */
void           hostel_console_registry_record (HostelDomain *domain);

G_END_DECLS
