/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

#define HOSTEL_TYPE_CATALOGUE_GROUP (hostel_catalogue_group_get_type ())

/* The images that can be had by name, those that are here in front, with a search. Signal "chosen"
 * (path of a file that is here). */
G_DECLARE_FINAL_TYPE (HostelCatalogueGroup, hostel_catalogue_group, HOSTEL, CATALOGUE_GROUP,
                      AdwPreferencesGroup)

void hostel_catalogue_group_set_chosen (HostelCatalogueGroup *self,
                                        const char           *path);

G_END_DECLS
