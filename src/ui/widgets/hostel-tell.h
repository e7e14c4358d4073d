/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* What the main window is asked to tell, from anywhere in it or from the window itself. */
void hostel_tell       (GtkWidget    *widget,
                        const char   *text);
/* With an Undo that activates @action, without a target. */
void hostel_tell_undo  (GtkWidget    *widget,
                        const char   *text,
                        const char   *action);
void hostel_tell_error (GtkWidget    *widget,
                        const char   *title,
                        const GError *error);

G_END_DECLS
