/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

/* Widgets by what a person sees of them. */
GtkWidget *widget_find_type     (GtkWidget  *root,
                                 GType       type);
GtkWidget *widget_find_row      (GtkWidget  *root,
                                 const char *title);
GtkWidget *widget_find_button   (GtkWidget  *root,
                                 const char *action);
guint      widget_count_type    (GtkWidget  *root,
                                 GType       type);
gboolean   widget_shows_text    (GtkWidget  *root,
                                 const char *text);
char      *widget_find_property (GtkWidget  *root,
                                 const char *text);
void       widget_take_picture  (const char *name);
