/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define HOSTEL_TYPE_LIST_ROW (hostel_list_row_get_type ())

/* A row of the list: shows a HostelConnection as a HostelHostRow and a HostelDomain as a
 * HostelDomainRow. Property: "item" (GObject, nullable, writable). */
G_DECLARE_FINAL_TYPE (HostelListRow, hostel_list_row, HOSTEL, LIST_ROW, GtkWidget)

gpointer hostel_list_row_get_item (HostelListRow *self);
void     hostel_list_row_set_item (HostelListRow *self,
                                   gpointer       item);

G_END_DECLS
