#pragma once

#include "hostel-window.h"

G_BEGIN_DECLS

/* Asks how large the first disk of a machine is to become, and makes it so. The window tells how
 * that went. */
void hostel_grow_disk (HostelWindow *window,
                       HostelDomain *domain);

G_END_DECLS
