/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "hostel-image"

#include "config.h"

#include "hostel-image-private.h"

#include <string.h>

#define SECTOR_SIZE 512
#define LARGE_SECTOR_SIZE 4096
#define BOOT_CODE_LENGTH 440
#define MBR_TABLE 446
#define MBR_TYPE_ESP 0xef
#define MAX_ENTRIES 128

/* UEFI 2.10, 5.3.3: C12A7328-F81F-11D2-BA4B-00A0C93EC93B, the first three fields little-endian. */
static const guint8 esp_type[16] = {
  0x28, 0x73, 0x2a, 0xc1, 0x1f, 0xf8, 0xd2, 0x11, 0xba, 0x4b, 0x00, 0xa0, 0xc9, 0x3e, 0xc9, 0x3b,
};

/* The guest's disk, whatever the file's format. */
static gboolean
read_guest (HostelImageFile *file,
            guint64          offset,
            guint8          *buffer,
            gsize            length)
{
  gsize cluster_size;
  g_autofree guint8 *cluster = NULL;

  if (offset + length > file->virtual_size)
    return FALSE;
  if (file->format == HOSTEL_IMAGE_FORMAT_RAW)
    return hostel_image_file_read_at (file, offset, buffer, length);

  cluster_size = (gsize) 1 << file->cluster_bits;
  cluster = g_malloc (cluster_size);
  while (length > 0)
    {
      gsize within = offset % cluster_size;
      gsize n = MIN (length, cluster_size - within);

      if (!hostel_image_qcow2_read (file, offset / cluster_size, cluster))
        return FALSE;

      memcpy (buffer, cluster + within, n);
      buffer += n;
      offset += n;
      length -= n;
    }

  return TRUE;
}

static gboolean
is_zero (const guint8 *bytes,
         gsize         length)
{
  gsize i;

  for (i = 0; i < length; i++)
    if (bytes[i] != 0)
      return FALSE;

  return TRUE;
}

static guint32
le32 (const guint8 *bytes)
{
  guint32 value;

  memcpy (&value, bytes, sizeof value);

  return GUINT32_FROM_LE (value);
}

static guint64
le64 (const guint8 *bytes)
{
  guint64 value;

  memcpy (&value, bytes, sizeof value);

  return GUINT64_FROM_LE (value);
}

/* What the partitions' addresses count in. A disk that was made for one size shows no partitions on a
 * disk of the other, so that the machine has to get the right one. */
static guint
find_sector_size (HostelImageFile *file)
{
  guint8 magic[8];

  if (read_guest (file, SECTOR_SIZE, magic, sizeof magic) && memcmp (magic, "EFI PART", 8) == 0)
    return SECTOR_SIZE;
  if (read_guest (file, LARGE_SECTOR_SIZE, magic, sizeof magic) &&
      memcmp (magic, "EFI PART", 8) == 0)
    return LARGE_SECTOR_SIZE;

  return SECTOR_SIZE;
}

static gboolean
gpt_has_esp (HostelImageFile *file,
             guint64          header_offset)
{
  guint8 header[92];
  guint64 offset;
  guint32 count;
  guint32 size;
  guint32 i;

  if (!read_guest (file, header_offset, header, sizeof header) ||
      memcmp (header, "EFI PART", 8) != 0)
    return FALSE;

  offset = le64 (header + 72);
  count = le32 (header + 80);
  size = le32 (header + 84);
  if (size < 128 || size > 4096 || offset > file->virtual_size / header_offset)
    return FALSE;

  for (i = 0; i < MIN (count, MAX_ENTRIES); i++)
    {
      guint8 entry[16];

      if (!read_guest (file, offset * header_offset + (guint64) i * size, entry, sizeof entry))
        return FALSE;
      if (memcmp (entry, esp_type, sizeof entry) == 0)
        return TRUE;
    }

  return FALSE;
}

/*< private >
 * hostel_image_file_find_boot:
 * @file: a file whose format is known
 *
 * How the guest's disk boots: by code in its first sector, by an EFI system partition, or by both.
 * Where neither is found nobody knows, and firmware of the old kind is tried, which is what the
 * hypervisor does by itself.
 */
void
hostel_image_file_find_boot (HostelImageFile *file)
{
  guint8 mbr[SECTOR_SIZE];
  guint i;

  /* The header of a GPT is in the second sector, of 512 bytes or of 4096. */
  file->sector_size = find_sector_size (file);
  file->efi_bootable = gpt_has_esp (file, file->sector_size);

  if (read_guest (file, 0, mbr, sizeof mbr) && mbr[510] == 0x55 && mbr[511] == 0xaa)
    {
      file->bios_bootable = !is_zero (mbr, BOOT_CODE_LENGTH);
      for (i = 0; i < 4; i++)
        if (mbr[MBR_TABLE + 16 * i + 4] == MBR_TYPE_ESP)
          file->efi_bootable = TRUE;
    }

  /* A BIOS reads sectors of 512 bytes only. */
  if (file->sector_size != SECTOR_SIZE)
    {
      file->virtual_size = (file->virtual_size + file->sector_size - 1) / file->sector_size *
                           file->sector_size;
      file->boot_found = file->efi_bootable;
      file->efi_bootable = TRUE;
      file->bios_bootable = FALSE;
      return;
    }

  file->boot_found = file->bios_bootable || file->efi_bootable;
  if (!file->boot_found)
    file->bios_bootable = TRUE;
}
