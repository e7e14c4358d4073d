/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "hostel-connection.h"

G_BEGIN_DECLS

#define HOSTEL_TYPE_HOST_ROW (hostel_host_row_get_type ())

/* A host's heading in the list: its name, how many machines, and what is wrong. Property:
 * "connection" (HostelConnection, nullable, writable). */
G_DECLARE_FINAL_TYPE (HostelHostRow, hostel_host_row, HOSTEL, HOST_ROW, GtkWidget)

void              hostel_host_row_set_connection    (HostelHostRow    *self,
                                                     HostelConnection *connection);

/* "1,000 virtual machines", "Connecting…", "Could not connect" */
char             *hostel_host_row_dup_state         (HostelConnection *connection);

G_END_DECLS
