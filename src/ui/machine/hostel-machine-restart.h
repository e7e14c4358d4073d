/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "hostel-domain.h"

G_BEGIN_DECLS

/* Shuts a machine down and starts it anew, with all that waits for its next start: a reboot does not. */
void hostel_machine_restart (GtkWindow    *window,
                             HostelDomain *domain);

G_END_DECLS
