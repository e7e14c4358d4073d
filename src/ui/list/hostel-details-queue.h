/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "hostel-connection.h"

G_BEGIN_DECLS

#define HOSTEL_TYPE_DETAILS_QUEUE (hostel_details_queue_get_type ())

/* Loads OS and address of the machines whose rows are bound, one at a time for each host, when
 * nothing more urgent is to do. */
G_DECLARE_FINAL_TYPE (HostelDetailsQueue, hostel_details_queue, HOSTEL, DETAILS_QUEUE, GObject)

void hostel_details_queue_request (HostelDomain *domain);
void hostel_details_queue_forget  (HostelDomain *domain);

G_END_DECLS
