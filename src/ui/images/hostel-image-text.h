/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "hostel-image.h"
#include "hostel-os-list.h"

G_BEGIN_DECLS

char *hostel_image_dup_description (HostelImage *image,
                                    HostelOs    *os);

G_END_DECLS
