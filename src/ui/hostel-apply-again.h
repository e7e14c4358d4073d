#pragma once

#include "hostel-window.h"

G_BEGIN_DECLS

/* Shows the user-data of a machine; where it is applied again, offers to start or restart the
 * machine. */
void hostel_apply_again (HostelWindow *window,
                         HostelDomain *domain);

G_END_DECLS
