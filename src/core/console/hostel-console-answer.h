/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

gboolean hostel_console_is_answer (const char *data,
                                   gsize       size);

G_END_DECLS
