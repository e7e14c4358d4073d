/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* From here on the port of a machine of ours is forwarded again at each of its starts, on every
 * connection of this program. Once, in main(). */
void hostel_port_forward_keep (void);

G_END_DECLS
