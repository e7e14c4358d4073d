/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What a libvirt URI says, without opening it. For the files of src/virt alone. */

gboolean  hostel_uri_is_local    (const char *uri);
gboolean  hostel_uri_is_session  (const char *uri);
gboolean  hostel_uri_is_ssh      (const char *uri);
char     *hostel_uri_dup_title   (const char *uri);
/* The socket paths that a local daemon may listen on, empty where the URI has none. */
GStrv     hostel_uri_dup_sockets (const char *uri);

G_END_DECLS
