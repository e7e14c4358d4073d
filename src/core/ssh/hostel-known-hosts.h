/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Hostel's own known_hosts file, see sshd(8): the host keys that were given to machines. Each stands
 * under the machine's UUID, for ssh's HostKeyAlias: addresses come and go. All functions block. */
char     *hostel_known_hosts_dup_path (void);
gboolean  hostel_known_hosts_add      (const char  *alias,
                                       const char  *public_key,
                                       GError     **error);
gboolean  hostel_known_hosts_remove   (const char  *alias,
                                       GError     **error);

G_END_DECLS
