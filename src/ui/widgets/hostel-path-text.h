/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

char *hostel_path_expand  (const char *text);
char *hostel_path_shorten (const char *path);

G_END_DECLS
