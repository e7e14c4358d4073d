/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "hostel-create-page.h"

G_BEGIN_DECLS

#define HOSTEL_TYPE_CREATE_IMAGE_PAGE (hostel_create_image_page_get_type ())

/* Which image: a file by its path, by the chooser, by a drop, of the recent ones; and where to get
 * one. */
G_DECLARE_FINAL_TYPE (HostelCreateImagePage, hostel_create_image_page, HOSTEL, CREATE_IMAGE_PAGE,
                      HostelCreatePage)

void hostel_create_image_page_set_path (HostelCreateImagePage *self,
                                        const char            *path);

G_END_DECLS
