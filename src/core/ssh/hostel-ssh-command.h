/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* How ssh(1) is called. Names and addresses are told by strangers (a machine's metadata, leases,
 * guests), so what is no user's or host's name never becomes one of its arguments. */
gboolean  hostel_ssh_command_is_user   (const char *text);
gboolean  hostel_ssh_command_is_host   (const char *text);
char     *hostel_ssh_command_dup       (const char *user,
                                        const char *host,
                                        guint       port,
                                        const char *identity,
                                        const char *known_hosts,
                                        const char *alias);
char     *hostel_ssh_command_dup_label (const char *user,
                                        const char *host,
                                        guint       port);

G_END_DECLS
