/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What an image in the pool that machines share is called: hostel-base-SHA256.FORMAT; it counts
 * only with its empty marker beside it. */
#define HOSTEL_BASE_IMAGE_PREFIX "hostel-base-"
#define HOSTEL_BASE_IMAGE_MARKER ".ok"

gboolean hostel_base_image_is_base (const char *volume_name);

G_END_DECLS
