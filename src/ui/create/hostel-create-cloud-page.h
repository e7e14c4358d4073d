/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "hostel-create-page.h"

G_BEGIN_DECLS

#define HOSTEL_TYPE_CREATE_CLOUD_PAGE (hostel_create_cloud_page_get_type ())

/* What cloud-init does at the first boot: a form for the common things, or a person's own file. */
G_DECLARE_FINAL_TYPE (HostelCreateCloudPage, hostel_create_cloud_page, HOSTEL, CREATE_CLOUD_PAGE,
                      HostelCreatePage)

void hostel_create_cloud_page_use_file        (HostelCreateCloudPage *self,
                                               GFile                 *file);
void hostel_create_cloud_page_add_certificate (HostelCreateCloudPage *self,
                                               GFile                 *file);

G_END_DECLS
