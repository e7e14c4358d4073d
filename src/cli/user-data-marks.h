/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

gboolean hostel_cli_report_marks (const char  *name,
                                  GBytes      *user_data,
                                  const char  *os_id,
                                  gboolean     strict,
                                  GError     **error);

G_END_DECLS
