#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The machines whose first boot, or the next one by new user-data, nobody has seen the end of yet: a
 * program that starts later goes on watching. Kept by UUID in $XDG_STATE_HOME/hostel/boots; each
 * function is one small file operation. */
void     hostel_boot_pending_add    (const char *uuid);
void     hostel_boot_pending_remove (const char *uuid);
gboolean hostel_boot_pending_has    (const char *uuid);

G_END_DECLS
