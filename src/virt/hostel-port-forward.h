#pragma once

#include "hostel-virt-private.h"

G_BEGIN_DECLS

/* For the files of src/virt alone: a port of the host that leads to the guest's SSH under user-mode
 * networking without passt. What blocks is for a worker. */

guint    hostel_port_forward_pick    (void);
gboolean hostel_port_forward_restore (virDomainPtr       domain,
                                      GError           **error);
/* Main thread; does not block: restores in a worker. */
void     hostel_port_forward_started (HostelConnection  *connection,
                                      virDomainPtr       domain);

G_END_DECLS
