/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Text of strangers, as a terminal or a label may have it. */
char *hostel_visible_dup      (const char *text,
                               gssize      length);
char *hostel_visible_dup_line (const char *text);

G_END_DECLS
