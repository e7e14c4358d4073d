/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* The SSH key of this program, so that every machine that it makes can be entered. It is made once
 * for each user of this computer; only its public half ever leaves. */
char *hostel_own_key_dup_path (void);
/* The public half where there is one, without a comment; never makes it. */
char *hostel_own_key_read     (void);
char *hostel_own_key_ensure   (GError **error);

G_END_DECLS
