/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "hostel-virt-handle.h"

G_BEGIN_DECLS

/* For the files of src/virt alone: a port of the host that leads to the guest's SSH under user-mode
 * networking without passt. What blocks is for a worker. */

guint    hostel_port_forward_pick    (void);
gboolean hostel_port_forward_restore (virDomainPtr   domain,
                                      GError       **error);

G_END_DECLS
