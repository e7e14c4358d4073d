/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* OpenPGP signatures, by gpgv. Blocks: for a worker. */

/* The first of these files that is there, as a binary keyring. */
GBytes  *hostel_signature_load_keyring (const char * const  *files,
                                        GError             **error);
gboolean hostel_signature_is_available (void);
gboolean hostel_signature_verify       (GBytes              *keyring,
                                        const char * const  *fingerprints,
                                        const char          *data_path,
                                        const char          *signature_path,
                                        GBytes             **signed_text,
                                        char               **signer,
                                        GCancellable        *cancellable,
                                        GError             **error);

G_END_DECLS
