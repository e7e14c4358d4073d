/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "hostel-loaded-list.h"

G_BEGIN_DECLS

#define HOSTEL_TYPE_IMAGE_ENTRY (hostel_image_entry_get_type ())

/* One image that can be had by name, for one architecture. It never changes, so that any thread may
 * read it. */
G_DECLARE_FINAL_TYPE (HostelImageEntry, hostel_image_entry, HOSTEL, IMAGE_ENTRY, GObject)

/* Who may sign, and the files in which the key may be. */
typedef struct
{
  char  *id;           /* owned, as all */
  GStrv  fingerprints;
  GStrv  files;
} HostelImageKey;

HostelImageEntry     *hostel_image_entry_new_for_url       (const char        *url);
const char           *hostel_image_entry_get_id            (HostelImageEntry  *self);
const char           *hostel_image_entry_get_name          (HostelImageEntry  *self);
const char           *hostel_image_entry_get_arch          (HostelImageEntry  *self);
const char           *hostel_image_entry_get_url           (HostelImageEntry  *self);
gboolean              hostel_image_entry_get_end_of_life   (HostelImageEntry  *self);
/* Absolute, "" where none is published. */
const char           *hostel_image_entry_get_checksums_url (HostelImageEntry  *self);
const char           *hostel_image_entry_get_signature_url (HostelImageEntry  *self);
gboolean              hostel_image_entry_has_inline_signature (HostelImageEntry *self);
gboolean              hostel_image_entry_has_image_signature (HostelImageEntry *self);
/* The checksums stand beside this one image. */
gboolean              hostel_image_entry_has_own_checksums (HostelImageEntry  *self);
const HostelImageKey *hostel_image_entry_get_key           (HostelImageEntry  *self);
char                 *hostel_image_entry_dup_file_name     (HostelImageEntry  *self);
gboolean              hostel_image_entry_matches           (HostelImageEntry  *self,
                                                            const char        *words);

#define HOSTEL_TYPE_IMAGE_CATALOGUE (hostel_image_catalogue_get_type ())

/* All images by name: ours, libosinfo's, the administrator's and the user's. A GListModel of
 * HostelImageEntry, empty until it is loaded. */
G_DECLARE_FINAL_TYPE (HostelImageCatalogue, hostel_image_catalogue, HOSTEL, IMAGE_CATALOGUE,
                      HostelLoadedList)

HostelImageCatalogue *hostel_image_catalogue_get_default   (void);
HostelImageCatalogue *hostel_image_catalogue_new           (void);
gboolean              hostel_image_catalogue_load_sync     (HostelImageCatalogue  *self,
                                                            GError               **error);
/* @id alone is this computer's architecture; "ID/ARCH" another one. */
HostelImageEntry     *hostel_image_catalogue_lookup        (HostelImageCatalogue  *self,
                                                            const char            *id);
/* What is wrong with the administrator's or the user's file, NULL for nothing. */
const GError         *hostel_image_catalogue_get_problem   (HostelImageCatalogue  *self);

G_END_DECLS
