/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define HOSTEL_MACHINE_SPEC_MAX_NAME_BYTES 128

gboolean  hostel_machine_name_check        (const char  *name,
                                            GError     **error);
char     *hostel_machine_name_dup_hostname (const char  *name);

G_END_DECLS
