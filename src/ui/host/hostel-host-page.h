/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "hostel-connection.h"

G_BEGIN_DECLS

#define HOSTEL_TYPE_HOST_PAGE (hostel_host_page_get_type ())

/* The chosen host: whether it answers, and if not why and what to do. Property: "connection"
 * (HostelConnection, nullable, writable). */
G_DECLARE_FINAL_TYPE (HostelHostPage, hostel_host_page, HOSTEL, HOST_PAGE, AdwBin)

void hostel_host_page_set_connection (HostelHostPage   *self,
                                      HostelConnection *connection);

G_END_DECLS
