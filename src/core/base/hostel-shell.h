/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

char *hostel_shell_quote      (const char *text);
char *hostel_shell_quote_path (const char *path);

G_END_DECLS
