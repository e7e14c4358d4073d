/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

char *hostel_cloud_merge (const char  *fresh,
                          const char  *base,
                          const char  *edited,
                          GError     **error);

G_END_DECLS
