/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "hostel-image.h"
#include "hostel-virt-handle.h"

G_BEGIN_DECLS

/* For the files of src/virt alone: pools and volumes. Every function blocks: for a worker. */

#define HOSTEL_STORAGE_DEFAULT_POOL "default"
/* After a machine's name and UUID. */
#define HOSTEL_SEED_SUFFIX "-seed.iso"
#define HOSTEL_LOG_SUFFIX "-serial.log"
#define HOSTEL_KERNEL_SUFFIX "-kernel"
#define HOSTEL_INITRD_SUFFIX "-initrd"

/* What a volume is to be. */
typedef struct
{
  const char *name;
  guint64     capacity;       /* bytes */
  const char *format;         /* "raw" or "qcow2" */
  const char *backing_path;   /* nullable */
  const char *backing_format;
} HostelVolumeSpec;

char             *hostel_storage_dup_volume_name (const char             *stem,
                                                  const char             *uuid,
                                                  const char             *suffix);
char             *hostel_storage_dup_pool_xml    (const char             *name,
                                                  const char             *path);
virStoragePoolPtr hostel_storage_get_pool        (virConnectPtr           handle,
                                                  const char             *name,
                                                  gboolean                session,
                                                  GError                **error);
gboolean          hostel_storage_start_pool      (virStoragePoolPtr       pool);
gboolean          hostel_storage_refresh         (virStoragePoolPtr       pool);
gboolean          hostel_storage_check_space     (virStoragePoolPtr       pool,
                                                  guint64                 bytes,
                                                  GError                **error);
virStorageVolPtr  hostel_storage_create_volume   (virStoragePoolPtr       pool,
                                                  const HostelVolumeSpec *spec,
                                                  GError                **error);
virStorageVolPtr  hostel_storage_copy_volume     (virStoragePoolPtr       pool,
                                                  const HostelVolumeSpec *spec,
                                                  virStorageVolPtr        source,
                                                  GError                **error);
gboolean          hostel_storage_upload_bytes    (virConnectPtr           handle,
                                                  virStorageVolPtr        volume,
                                                  GBytes                 *bytes,
                                                  GError                **error);
GBytes           *hostel_storage_download_bytes  (virConnectPtr           handle,
                                                  virStorageVolPtr        volume,
                                                  gsize                   max,
                                                  GError                **error);
GBytes           *hostel_storage_download_part   (virConnectPtr           handle,
                                                  virStorageVolPtr        volume,
                                                  guint64                 offset,
                                                  gsize                   length,
                                                  GError                **error);
GBytes           *hostel_storage_download_head   (virConnectPtr           handle,
                                                  virStorageVolPtr        volume,
                                                  gsize                   length,
                                                  GError                **error);
gboolean          hostel_storage_upload_file     (virConnectPtr           handle,
                                                  virStorageVolPtr        volume,
                                                  int                     fd,
                                                  guint64                 size,
                                                  HostelProgressFunc      progress,
                                                  gpointer                user_data,
                                                  GCancellable           *cancellable,
                                                  GError                **error);
GStrv             hostel_storage_list_names      (virStoragePoolPtr       pool,
                                                  GError                **error);
gboolean          hostel_storage_delete_named    (virStoragePoolPtr       pool,
                                                  const char             *name,
                                                  GError                **error);
gboolean          hostel_storage_delete_unnamed  (virConnectPtr           handle,
                                                  virStorageVolPtr        volume);

G_END_DECLS
