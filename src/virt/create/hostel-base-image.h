/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "hostel-base-name.h"
#include "hostel-create-journal.h"
#include "hostel-storage.h"

G_BEGIN_DECLS

/* For the files of src/virt alone: an image in the pool, shared by the machines made of it. Every
 * function blocks: for a worker. */

typedef struct
{
  HostelImage         *image;      /* borrowed, a file of this computer */
  const char          *sha256;     /* hex */
  const char          *format;     /* "qcow2" or "raw" */
  HostelProgressFunc   progress;   /* nullable */
  gpointer             user_data;
  GCancellable        *cancellable;
} HostelBaseRequest;

/* TRUE with @path NULL where it is not there. */
gboolean  hostel_base_image_find     (virStoragePoolPtr         pool,
                                      const char               *sha256,
                                      const char               *format,
                                      char                    **path,
                                      GError                  **error);
char     *hostel_base_image_ensure   (virConnectPtr             handle,
                                      HostelCreateJournal      *journal,
                                      gboolean                  session,
                                      const HostelBaseRequest  *request,
                                      GError                  **error);

G_END_DECLS
