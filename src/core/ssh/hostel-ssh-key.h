/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

gboolean  hostel_ssh_key_check       (const char  *line,
                                      GError     **error);
gboolean  hostel_ssh_key_is_private  (const char  *text);
char     *hostel_ssh_key_dup_plain   (const char  *line);
GStrv     hostel_ssh_key_parse_lines (const char  *text,
                                      GError     **error);
GStrv     hostel_ssh_key_read_file   (const char  *path,
                                      GError     **error);
/* The keys themselves, lines for authorized_keys. */
GStrv     hostel_ssh_key_find_own    (const char  *home);
char     *hostel_ssh_key_dup_label   (const char  *line);

G_END_DECLS
