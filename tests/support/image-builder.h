/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/* A small qcow2 image that qemu-img check finds whole, to be spoiled one field at a time. */
#define IMAGE_CLUSTER 65536
#define IMAGE_VIRTUAL_SIZE (G_GUINT64_CONSTANT (64) << 20)

GByteArray *image_build_qcow2 (guint32     version);
GByteArray *image_build_raw   (gboolean    boot_code,
                               gboolean    esp,
                               gboolean    gpt);
GByteArray *image_build_iso   (gboolean    bios,
                               gboolean    efi);
void        image_put32       (GByteArray *image,
                               gsize       offset,
                               guint32     value);
void        image_put64       (GByteArray *image,
                               gsize       offset,
                               guint64     value);
