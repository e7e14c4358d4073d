/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "hostel-medium.h"
#include "hostel-virt-handle.h"

G_BEGIN_DECLS

/* For the files of src/virt alone. */

/* Blocks. Takes the disc, and the installer's kernel, out of a machine that is off and has been
 * installed from a disc of ours: the installation is not begun again, and the image can go. */
void hostel_medium_finish_installation (virDomainPtr domain);

G_END_DECLS
