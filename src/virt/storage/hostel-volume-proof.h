/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "hostel-virt-handle.h"

G_BEGIN_DECLS

/* For the files of src/virt alone: whether a volume is what Hostel made for a machine. A name
 * proves nothing, neither does a definition: both can be anybody's. So a seed has to say whose it
 * is, and what cannot say it has to have the very name, the place and the content. Every function
 * blocks: for a worker. */

typedef enum
{
  HOSTEL_VOLUME_PROOF_LOG,
  HOSTEL_VOLUME_PROOF_KERNEL,
  HOSTEL_VOLUME_PROOF_INITRD,
} HostelVolumeProof;

gboolean hostel_volume_proof_is_seed   (virConnectPtr      handle,
                                        virStorageVolPtr   volume,
                                        const char        *uuid);
/* @pools: names of the pools where the machine has its disks. */
gboolean hostel_volume_proof_is        (virConnectPtr      handle,
                                        virStorageVolPtr   volume,
                                        const char        *uuid,
                                        GHashTable        *pools,
                                        HostelVolumeProof  what);
/* What libvirt writes: a machine's memory, a firmware's variables. */
gboolean hostel_volume_proof_is_memory (virConnectPtr      handle,
                                        virStorageVolPtr   volume);
gboolean hostel_volume_proof_is_variables (virConnectPtr      handle,
                                           virStorageVolPtr   volume);

G_END_DECLS
