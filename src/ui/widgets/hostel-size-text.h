/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

char *hostel_size_to_text    (guint64 bytes);
char *hostel_size_to_display (guint64 bytes);

G_END_DECLS
