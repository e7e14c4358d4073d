/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Everything that hostel-cli prints goes through here: strangers' names, answers and messages are in
 * it. Only a console's own bytes do not. */
void hostel_cli_print_init       (void);
void hostel_cli_print_data       (const char *data,
                                  gsize       size);
void hostel_cli_print_clear_line (void);

G_END_DECLS
