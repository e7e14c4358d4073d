/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "hostel-create-job.h"

G_BEGIN_DECLS

#define HOSTEL_TYPE_CREATE_PROGRESS_PAGE (hostel_create_progress_page_get_type ())

/* A create while it runs, and what went wrong with it. Signals "created" (HostelDomain *domain,
 * HostelConsoleStream *console), "cancelled", "failed". */
G_DECLARE_FINAL_TYPE (HostelCreateProgressPage, hostel_create_progress_page, HOSTEL,
                      CREATE_PROGRESS_PAGE, AdwBin)

void     hostel_create_progress_page_start      (HostelCreateProgressPage *self,
                                                 HostelConnection         *connection,
                                                 HostelMachineSpec        *spec,
                                                 gboolean                  start_network);
void     hostel_create_progress_page_cancel     (HostelCreateProgressPage *self);
gboolean hostel_create_progress_page_is_running (HostelCreateProgressPage *self);

G_END_DECLS
