/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The files in which distributions publish the digests of their images. */
gboolean hostel_checksum_file_find (const char     *text,
                                    gsize           length,
                                    const char     *file_name,
                                    gboolean        any_name,
                                    GChecksumType  *type,
                                    char          **hex,
                                    GError        **error);
gboolean hostel_checksum_file_is_signed (const char *text,
                                         gsize       length);

G_END_DECLS
