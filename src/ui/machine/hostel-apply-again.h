/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "hostel-domain.h"

G_BEGIN_DECLS

/* Shows the user-data of a machine; where it is applied again, offers to start or restart the
 * machine. */
void hostel_apply_again (GtkWindow    *window,
                         HostelDomain *domain);

G_END_DECLS
