/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

void hostel_accessible_set_label       (GtkWidget  *widget,
                                        const char *label);
void hostel_accessible_set_description (GtkWidget  *widget,
                                        const char *description);
void hostel_accessible_mend            (GtkWidget  *root);

G_END_DECLS
