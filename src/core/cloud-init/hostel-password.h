/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* crypt(5): CRYPT_MAX_PASSPHRASE_SIZE is 512 with the NUL. */
#define HOSTEL_PASSWORD_MAX_BYTES 511

gboolean  hostel_password_check (const char  *password,
                                 GError     **error);
char     *hostel_password_hash  (const char  *password,
                                 GError     **error);

G_END_DECLS
