/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

char *hostel_volume_text_dup_use (const char         *size,
                                  const char * const *users);

G_END_DECLS
