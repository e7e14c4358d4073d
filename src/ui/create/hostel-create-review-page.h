/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "hostel-create-page.h"

G_BEGIN_DECLS

#define HOSTEL_TYPE_CREATE_REVIEW_PAGE (hostel_create_review_page_get_type ())

/* What will be made, in a person's words, and as user-data, domain XML and a command. */
G_DECLARE_FINAL_TYPE (HostelCreateReviewPage, hostel_create_review_page, HOSTEL,
                      CREATE_REVIEW_PAGE, HostelCreatePage)

G_END_DECLS
