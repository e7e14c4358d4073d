/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Which other clouds take a user-data of that many bytes: one translated sentence. */
char *hostel_cloud_limits_dup_text (gsize size);

G_END_DECLS
