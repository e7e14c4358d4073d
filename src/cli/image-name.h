/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "hostel-image-catalogue.h"
#include "hostel-image-store.h"

G_BEGIN_DECLS

gboolean           hostel_cli_is_address   (const char  *name);
HostelImageEntry  *hostel_cli_find_entry   (const char  *name,
                                            GError     **error);
HostelStoredImage *hostel_cli_find_kept    (const char  *name,
                                            GError     **error);
void               hostel_cli_set_no_image (const char  *name,
                                            GError     **error);

G_END_DECLS
