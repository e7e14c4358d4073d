/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

#define HOSTEL_TYPE_KEPT_IMAGES (hostel_kept_images_get_type ())

/* The images that this user keeps: size, how far they can be believed, when that was last looked at;
 * verify again, update, remove, import. Read when it is made, and after each change. */
G_DECLARE_FINAL_TYPE (HostelKeptImages, hostel_kept_images, HOSTEL, KEPT_IMAGES, AdwPreferencesGroup)

G_END_DECLS
