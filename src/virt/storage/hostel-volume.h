/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "hostel-image.h"
#include "hostel-pool.h"

G_BEGIN_DECLS

#define HOSTEL_TYPE_VOLUME (hostel_volume_get_type ())

/* A volume of a storage pool, as it was when it was read: nothing here changes. */
G_DECLARE_FINAL_TYPE (HostelVolume, hostel_volume, HOSTEL, VOLUME, GObject)

const char         *hostel_volume_get_name       (HostelVolume         *self);
const char         *hostel_volume_get_path       (HostelVolume         *self);
/* "qcow2", "raw", "iso"...; "" where it is not known. */
const char         *hostel_volume_get_format     (HostelVolume         *self);
/* Bytes: as large as it can become, and what it takes on the disk. */
guint64             hostel_volume_get_capacity   (HostelVolume         *self);
guint64             hostel_volume_get_allocation (HostelVolume         *self);
/* Machines, and volumes that no machine has. */
const char * const *hostel_volume_get_users      (HostelVolume         *self);
gboolean            hostel_volume_can_resize     (HostelVolume         *self);

void                hostel_volume_list_async     (HostelConnection     *connection,
                                                  HostelPool           *pool,
                                                  gboolean              refresh,
                                                  GCancellable         *cancellable,
                                                  GAsyncReadyCallback   callback,
                                                  gpointer              user_data);
GPtrArray          *hostel_volume_list_finish    (HostelConnection     *connection,
                                                  GAsyncResult         *result,
                                                  GError              **error);
void                hostel_volume_resize_async   (HostelConnection     *connection,
                                                  HostelVolume         *volume,
                                                  guint64               bytes,
                                                  GAsyncReadyCallback   callback,
                                                  gpointer              user_data);
void                hostel_volume_delete_async   (HostelConnection     *connection,
                                                  HostelVolume         *volume,
                                                  GAsyncReadyCallback   callback,
                                                  gpointer              user_data);
void                hostel_volume_upload_async   (HostelConnection     *connection,
                                                  HostelPool           *pool,
                                                  const char           *path,
                                                  HostelProgressFunc    progress,
                                                  gpointer              progress_data,
                                                  GCancellable         *cancellable,
                                                  GAsyncReadyCallback   callback,
                                                  gpointer              user_data);
void                hostel_volume_download_async (HostelConnection     *connection,
                                                  HostelVolume         *volume,
                                                  const char           *path,
                                                  HostelProgressFunc    progress,
                                                  gpointer              progress_data,
                                                  GCancellable         *cancellable,
                                                  GAsyncReadyCallback   callback,
                                                  gpointer              user_data);
/* Of the four above. */
gboolean            hostel_volume_finish         (HostelConnection     *connection,
                                                  GAsyncResult         *result,
                                                  GError              **error);

G_END_DECLS
