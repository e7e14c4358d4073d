#pragma once

#include "hostel-medium.h"
#include "hostel-virt-private.h"

G_BEGIN_DECLS

/* For the files of src/virt alone; blocks. Out of a machine that is off and has been installed from
 * a disc of ours: the installation is not begun again, and the image can go. */
void hostel_medium_eject_installed (virDomainPtr domain);

G_END_DECLS
