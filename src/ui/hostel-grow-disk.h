#pragma once

#include <adwaita.h>

#include "hostel-domain.h"

G_BEGIN_DECLS

/* Asks how large the first disk of a machine is to become, and makes it so. The window tells how
 * that went. */
void hostel_grow_disk (GtkWindow    *window,
                       HostelDomain *domain);

G_END_DECLS
