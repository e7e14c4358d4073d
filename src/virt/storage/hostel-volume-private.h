/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "hostel-virt-handle.h"
#include "hostel-volume.h"

G_BEGIN_DECLS

/* For the files of HostelVolume alone. */

/* Its pool's name. */
const char       *hostel_volume_get_pool (HostelVolume   *self);
/* Worker threads alone. */
virStorageVolPtr  hostel_volume_look_up  (virConnectPtr   handle,
                                          const char     *pool,
                                          const char     *name,
                                          GError        **error);

G_END_DECLS
