/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "hostel-image-store.h"

G_BEGIN_DECLS

#define HOSTEL_TYPE_CATALOGUE_ROW (hostel_catalogue_row_get_type ())

/* An image that can be had by name: whether it is here, and its download in place. Signal "chosen"
 * (path), when it was activated and is here, at once or after the download. */
G_DECLARE_FINAL_TYPE (HostelCatalogueRow, hostel_catalogue_row, HOSTEL, CATALOGUE_ROW,
                      AdwPreferencesRow)

GtkWidget         *hostel_catalogue_row_new          (HostelImageEntry   *entry);
HostelImageEntry  *hostel_catalogue_row_get_entry    (HostelCatalogueRow *self);
HostelStoredImage *hostel_catalogue_row_get_stored   (HostelCatalogueRow *self);
void               hostel_catalogue_row_set_stored   (HostelCatalogueRow *self,
                                                      HostelStoredImage  *image);
void               hostel_catalogue_row_set_selected (HostelCatalogueRow *self,
                                                      gboolean            selected);
void               hostel_catalogue_row_activate     (HostelCatalogueRow *self);

G_END_DECLS
