/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "hostel-domain-model.h"

G_BEGIN_DECLS

#define HOSTEL_TYPE_SIDEBAR (hostel_sidebar_get_type ())

/* The list at the left with its search. Properties: "model" (HostelDomainModel, nullable,
 * writable), "selected" (GObject: HostelDomain or HostelConnection, nullable, writable; kept while
 * a search or a lost connection hides it), "search-mode" (boolean, writable).
 * Signal "activated": a person asked for the selected item's page (Enter, a tap). */
G_DECLARE_FINAL_TYPE (HostelSidebar, hostel_sidebar, HOSTEL, SIDEBAR, GtkWidget)

void       hostel_sidebar_set_model       (HostelSidebar     *self,
                                           HostelDomainModel *model);
gpointer   hostel_sidebar_get_selected    (HostelSidebar     *self);
void       hostel_sidebar_set_selected    (HostelSidebar     *self,
                                           gpointer           item);
void       hostel_sidebar_set_search_mode (HostelSidebar     *self,
                                           gboolean           search_mode);
void       hostel_sidebar_set_menu        (HostelSidebar     *self,
                                           GMenuModel        *menu);
GtkWidget *hostel_sidebar_get_list        (HostelSidebar     *self);

G_END_DECLS
