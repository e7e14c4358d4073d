/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "hostel-connection.h"

G_BEGIN_DECLS

#define HOSTEL_TYPE_SHARED_IMAGES (hostel_shared_images_get_type ())

/* The images in a host's storage that its machines share, and who uses each. Not visible where
 * there are none. */
G_DECLARE_FINAL_TYPE (HostelSharedImages, hostel_shared_images, HOSTEL, SHARED_IMAGES,
                      AdwPreferencesGroup)

GtkWidget *hostel_shared_images_new (HostelConnection *connection);

G_END_DECLS
