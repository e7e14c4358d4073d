/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* A file in an installation disc, as a descriptor; -1 on error. Blocks: for a worker. */
int hostel_image_disc_open_file (const char    *path,
                                 const char    *name,
                                 guint64       *size,
                                 GCancellable  *cancellable,
                                 GError       **error);

G_END_DECLS
