/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "image-builder.h"

#include <string.h>

#define COPIED (G_GUINT64_CONSTANT (1) << 63)

void
image_put32 (GByteArray *image,
             gsize       offset,
             guint32     value)
{
  value = GUINT32_TO_BE (value);
  memcpy (image->data + offset, &value, sizeof value);
}

void
image_put64 (GByteArray *image,
             gsize       offset,
             guint64     value)
{
  value = GUINT64_TO_BE (value);
  memcpy (image->data + offset, &value, sizeof value);
}

static GByteArray *
zeros (gsize length)
{
  GByteArray *image = g_byte_array_new ();

  g_byte_array_set_size (image, (guint) length);
  memset (image->data, 0, length);

  return image;
}

/* Clusters: header, refcount table, refcount block, L1, L2, the guest's first cluster. */
GByteArray *
image_build_qcow2 (guint32 version)
{
  GByteArray *image = zeros (6 * IMAGE_CLUSTER);
  guint8 *guest = image->data + 5 * IMAGE_CLUSTER;
  guint i;

  memcpy (image->data, "QFI\xfb", 4);
  image_put32 (image, 4, version);
  image_put32 (image, 20, 16);
  image_put64 (image, 24, IMAGE_VIRTUAL_SIZE);
  image_put32 (image, 36, 1);
  image_put64 (image, 40, 3 * IMAGE_CLUSTER);
  image_put64 (image, 48, IMAGE_CLUSTER);
  image_put32 (image, 56, 1);
  if (version >= 3)
    {
      image_put32 (image, 96, 4);
      image_put32 (image, 100, 104);
    }

  image_put64 (image, IMAGE_CLUSTER, 2 * IMAGE_CLUSTER);
  for (i = 0; i < 6; i++)
    image->data[2 * IMAGE_CLUSTER + 2 * i + 1] = 1;
  image_put64 (image, 3 * IMAGE_CLUSTER, COPIED | 4 * IMAGE_CLUSTER);
  image_put64 (image, 4 * IMAGE_CLUSTER, COPIED | 5 * IMAGE_CLUSTER);

  memset (guest, 0xeb, 16);
  guest[510] = 0x55;
  guest[511] = 0xaa;

  return image;
}

GByteArray *
image_build_raw (gboolean boot_code,
                 gboolean esp,
                 gboolean gpt)
{
  static const guint8 esp_type[16] = {
    0x28, 0x73, 0x2a, 0xc1, 0x1f, 0xf8, 0xd2, 0x11, 0xba, 0x4b, 0x00, 0xa0, 0xc9, 0x3e, 0xc9, 0x3b,
  };
  GByteArray *image = zeros (1 << 20);

  if (boot_code)
    memset (image->data, 0xeb, 16);
  image->data[510] = 0x55;
  image->data[511] = 0xaa;
  image->data[446 + 4] = gpt ? 0xee : esp ? 0xef : 0x83;

  if (gpt)
    {
      guint8 *header = image->data + 512;

      memcpy (header, "EFI PART", 8);
      header[72] = 2;
      header[80] = 128;
      header[84] = 128;
      memset (image->data + 1024, 0xaf, 16);
      if (esp)
        memcpy (image->data + 1024 + 128 * 14, esp_type, 16);
    }

  return image;
}

/* A disc of volume descriptors and a boot catalogue alone. */
GByteArray *
image_build_iso (gboolean bios,
                 gboolean efi)
{
  GByteArray *image = zeros (64 * 2048);
  guint8 *primary = image->data + 16 * 2048;
  guint8 *boot = image->data + 17 * 2048;
  guint8 *end = image->data + 18 * 2048;
  guint8 *catalog = image->data + 20 * 2048;

  primary[0] = 1;
  end[0] = 255;
  memcpy (primary + 1, "CD001\1", 6);
  memcpy (boot + 1, "CD001\1EL TORITO SPECIFICATION", 29);
  memcpy (end + 1, "CD001\1", 6);
  boot[0x47] = 20;
  catalog[0] = 1;
  catalog[30] = 0x55;
  catalog[31] = 0xaa;
  catalog[32] = bios ? 0x88 : 0;
  catalog[64] = 0x91;
  catalog[65] = 0xef;
  catalog[66] = 1;
  catalog[96] = efi ? 0x88 : 0;

  return image;
}
