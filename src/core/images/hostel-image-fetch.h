/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "hostel-download.h"
#include "hostel-image-store.h"

G_BEGIN_DECLS

typedef enum
{
  HOSTEL_IMAGE_FETCH_STAGE_CHECKSUMS, /* what is published about it */
  HOSTEL_IMAGE_FETCH_STAGE_DOWNLOAD,
  HOSTEL_IMAGE_FETCH_STAGE_CHECK,     /* signature, unpacking, header */
  HOSTEL_IMAGE_FETCH_STAGE_DONE,
} HostelImageFetchStage;

#define HOSTEL_TYPE_IMAGE_FETCH_STAGE (hostel_image_fetch_stage_get_type ())
GType hostel_image_fetch_stage_get_type (void);

#define HOSTEL_TYPE_IMAGE_FETCH (hostel_image_fetch_get_type ())

/* A name -> a verified image that is kept. "changed" is emitted in the main thread whenever what the
 * functions below say has changed. */
G_DECLARE_FINAL_TYPE (HostelImageFetch, hostel_image_fetch, HOSTEL, IMAGE_FETCH, GObject)

HostelImageFetch      *hostel_image_fetch_new          (HostelImageEntry     *entry);
HostelImageEntry      *hostel_image_fetch_get_entry    (HostelImageFetch     *self);
HostelImageFetchStage  hostel_image_fetch_get_stage    (HostelImageFetch     *self);
HostelDownload        *hostel_image_fetch_get_download (HostelImageFetch     *self);
char                  *hostel_image_fetch_dup_text     (HostelImageFetch     *self);
double                 hostel_image_fetch_get_fraction (HostelImageFetch     *self);
/* What could not be proven and why, "" for nothing: once the download has begun. */
const char            *hostel_image_fetch_get_note     (HostelImageFetch     *self);
void                   hostel_image_fetch_run_async    (HostelImageFetch     *self,
                                                        GCancellable         *cancellable,
                                                        GAsyncReadyCallback   callback,
                                                        gpointer              user_data);
HostelStoredImage     *hostel_image_fetch_run_finish   (HostelImageFetch     *self,
                                                        GAsyncResult         *result,
                                                        GError              **error);

/* Whether the server publishes another digest than that of the image that is kept. */
void                   hostel_image_fetch_newer_async  (HostelImageFetch     *self,
                                                        HostelStoredImage    *image,
                                                        GCancellable         *cancellable,
                                                        GAsyncReadyCallback   callback,
                                                        gpointer              user_data);
gboolean               hostel_image_fetch_newer_finish (HostelImageFetch     *self,
                                                        GAsyncResult         *result,
                                                        gboolean             *newer,
                                                        GError              **error);

G_END_DECLS
