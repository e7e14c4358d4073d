/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Where pieces of one stream of bytes meet, that were cut from it at unknown places. */
gboolean hostel_log_join_find_end  (const char *kept,
                                    gsize       kept_size,
                                    const char *log,
                                    gsize       log_size,
                                    gsize      *end);
gboolean hostel_log_join_find_live (const char *log,
                                    gsize       log_size,
                                    const char *live,
                                    gsize       live_size,
                                    gsize      *skip);
gboolean hostel_log_join_has_all   (const char *log,
                                    gsize       log_size,
                                    const char *live,
                                    gsize       live_size);

G_END_DECLS
