/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define HOSTEL_TYPE_GRAPH (hostel_graph_get_type ())

/* A line over time in the accent colour, the newest value at the end; NAN is a gap. Says nothing to assistive
 * technology by itself: whoever shows it says the values beside it. */
G_DECLARE_FINAL_TYPE (HostelGraph, hostel_graph, HOSTEL, GRAPH, GtkWidget)

void hostel_graph_set_values (HostelGraph  *self,
                              const double *values,
                              guint         n_values,
                              guint         n_places,
                              double        top);

G_END_DECLS
