/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "hostel-image-fetch.h"

G_BEGIN_DECLS

#define HOSTEL_TYPE_IMAGE_FETCHES (hostel_image_fetches_get_type ())

/* The images that are being fetched, whichever window asked for them: they go on when it closes.
 * Signals: "changed" (HostelImageEntry), how far it is; "ended" (HostelImageEntry,
 * HostelStoredImage or NULL, GError or NULL; both NULL where it was cancelled). Main thread. */
G_DECLARE_FINAL_TYPE (HostelImageFetches, hostel_image_fetches, HOSTEL, IMAGE_FETCHES, GObject)

HostelImageFetches *hostel_image_fetches_get_default (void);
HostelImageFetch   *hostel_image_fetches_start       (HostelImageFetches *self,
                                                      HostelImageEntry   *entry);
HostelImageFetch   *hostel_image_fetches_lookup      (HostelImageFetches *self,
                                                      HostelImageEntry   *entry);
void                hostel_image_fetches_cancel      (HostelImageFetches *self,
                                                      HostelImageEntry   *entry);
guint               hostel_image_fetches_get_n       (HostelImageFetches *self);

G_END_DECLS
