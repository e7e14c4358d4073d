/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "hostel-domain.h"

G_BEGIN_DECLS

/* Asks how large a disk of a machine is to become, which one where there are several, and makes it so. The window tells how
 * that went. */
void hostel_grow_disk (GtkWindow    *window,
                       HostelDomain *domain);

G_END_DECLS
