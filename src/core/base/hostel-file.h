/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

char *hostel_file_read (GFile     *file,
                        gsize      max,
                        gboolean   pipes,
                        gsize     *length,
                        GError   **error);

G_END_DECLS
