/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

gboolean  hostel_parse_size    (const char  *text,
                                guint64     *bytes,
                                GError     **error);
gboolean  hostel_parse_size_in (const char  *text,
                                const char  *unit,
                                guint64     *bytes,
                                GError     **error);
gboolean  hostel_parse_memory  (const char  *text,
                                guint       *mib,
                                GError     **error);
gboolean  hostel_parse_count   (const char  *text,
                                guint        minimum,
                                guint        maximum,
                                guint       *count,
                                GError     **error);

G_END_DECLS
