/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

GStrv hostel_recent_images_dup    (void);
void  hostel_recent_images_add    (const char *path);
void  hostel_recent_images_remove (const char *path);

G_END_DECLS
