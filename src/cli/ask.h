/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

gboolean hostel_cli_can_ask (void);
gboolean hostel_cli_ask     (const char *question);

G_END_DECLS
