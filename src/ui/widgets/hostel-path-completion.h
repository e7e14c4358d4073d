/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Appends, selected, what the file system has for the path that is being typed at the end of
 * @editable, as the shell does. Lives as long as @editable. */
void hostel_path_completion_attach (GtkEditable *editable);

G_END_DECLS
