/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Asks once, before an image, a volume or a pool goes. */
GtkWidget *hostel_removal_dialog_ask (GtkWidget  *row,
                                      const char *name,
                                      const char *body);

G_END_DECLS
