/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "hostel-image.h"
#include "hostel-image-catalogue.h"

G_BEGIN_DECLS

/* How far an image that was fetched can be believed. */
typedef enum
{
  HOSTEL_IMAGE_TRUST_NONE,   /* nobody has published a digest: only its own is known */
  HOSTEL_IMAGE_TRUST_DIGEST, /* it has the digest that its server publishes */
  HOSTEL_IMAGE_TRUST_SIGNED, /* and the distribution's key has signed it */
} HostelImageTrust;

#define HOSTEL_TYPE_IMAGE_TRUST (hostel_image_trust_get_type ())
GType hostel_image_trust_get_type (void);

#define HOSTEL_TYPE_STORED_IMAGE (hostel_stored_image_get_type ())

/* One image that this user keeps. It never changes. */
G_DECLARE_FINAL_TYPE (HostelStoredImage, hostel_stored_image, HOSTEL, STORED_IMAGE, GObject)

const char        *hostel_stored_image_get_id          (HostelStoredImage    *self);
const char        *hostel_stored_image_get_arch        (HostelStoredImage    *self);
const char        *hostel_stored_image_get_name        (HostelStoredImage    *self);
const char        *hostel_stored_image_get_path        (HostelStoredImage    *self);
const char        *hostel_stored_image_get_url         (HostelStoredImage    *self);
const char        *hostel_stored_image_get_sha256      (HostelStoredImage    *self);
const char        *hostel_stored_image_get_published   (HostelStoredImage    *self);
const char        *hostel_stored_image_get_signer      (HostelStoredImage    *self);
guint64            hostel_stored_image_get_size        (HostelStoredImage    *self);
gint64             hostel_stored_image_get_verified    (HostelStoredImage    *self);
HostelImageTrust   hostel_stored_image_get_trust       (HostelStoredImage    *self);
char              *hostel_stored_image_dup_trust_text  (HostelStoredImage    *self);

/* What is to be kept about a new one; strings are borrowed and nullable. */
typedef struct
{
  const char       *id;
  const char       *arch;
  const char       *name;
  const char       *url;
  const char       *published; /* the digest that the server publishes, of what was downloaded */
  const char       *signer;    /* a key's fingerprint */
  HostelImageTrust  trust;
} HostelImageRecord;

/* All of these block on the disk: for a worker. */
char              *hostel_image_store_dup_dir          (void);
char              *hostel_image_store_dup_incoming     (const char           *id,
                                                        const char           *arch,
                                                        const char           *file_name);
GPtrArray         *hostel_image_store_list             (void);
HostelStoredImage *hostel_image_store_lookup           (const char           *id,
                                                        const char           *arch);
HostelStoredImage *hostel_image_store_add              (const char           *path,
                                                        const HostelImageRecord *record,
                                                        GCancellable         *cancellable,
                                                        GError              **error);
HostelStoredImage *hostel_image_store_import           (const char           *path,
                                                        HostelProgressFunc    progress,
                                                        gpointer              user_data,
                                                        GCancellable         *cancellable,
                                                        GError              **error);
HostelStoredImage *hostel_image_store_verify           (HostelStoredImage    *image,
                                                        HostelProgressFunc    progress,
                                                        gpointer              user_data,
                                                        GCancellable         *cancellable,
                                                        GError              **error);
gboolean           hostel_image_store_remove           (HostelStoredImage    *image,
                                                        GError              **error);

/* hostel-image-store-async.c: the same for the main thread. */
void               hostel_image_store_list_async       (GCancellable         *cancellable,
                                                        GAsyncReadyCallback   callback,
                                                        gpointer              user_data);
GPtrArray         *hostel_image_store_list_finish      (GAsyncResult         *result,
                                                        GError              **error);
void               hostel_image_store_import_async     (const char           *path,
                                                        HostelProgressFunc    progress,
                                                        gpointer              progress_data,
                                                        GCancellable         *cancellable,
                                                        GAsyncReadyCallback   callback,
                                                        gpointer              user_data);
void               hostel_image_store_verify_async     (HostelStoredImage    *image,
                                                        HostelProgressFunc    progress,
                                                        gpointer              progress_data,
                                                        GCancellable         *cancellable,
                                                        GAsyncReadyCallback   callback,
                                                        gpointer              user_data);
void               hostel_image_store_remove_async     (HostelStoredImage    *image,
                                                        GAsyncReadyCallback   callback,
                                                        gpointer              user_data);
HostelStoredImage *hostel_image_store_finish           (GAsyncResult         *result,
                                                        GError              **error);

/* hostel-image-unpack.c: whether a file is packed by gzip, bzip2, xz or zstd, and what is in it. */
gboolean           hostel_image_is_packed              (const char           *path);
gboolean           hostel_image_unpack                 (const char           *path,
                                                        const char           *target,
                                                        HostelProgressFunc    progress,
                                                        gpointer              user_data,
                                                        GCancellable         *cancellable,
                                                        GError              **error);
char              *hostel_image_dup_unpacked_name      (const char           *name);

G_END_DECLS
