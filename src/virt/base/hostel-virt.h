/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Makes libvirt use our event loop and be silent; first in main(), before there are threads. What
 * opens a connection calls it, too. */
void hostel_virt_init (void);

G_END_DECLS
