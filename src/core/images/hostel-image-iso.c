/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "hostel-image"

#include "config.h"

#include <string.h>

#include <glib/gi18n.h>

#include "hostel-error.h"
#include "hostel-image-private.h"

#define SECTOR 2048
#define DESCRIPTORS 16       /* the first sector of the volume descriptors */
#define MAX_DESCRIPTORS 64
#define ENTRY 32             /* bytes, of a boot catalogue */
#define PLATFORM_EFI 0xef
#define CATALOG_POINTER 0x47
#define BOOTABLE 0x88

#define PRIMARY 1            /* the kind of descriptor that has the label */

static const char boot_id[] = "EL TORITO SPECIFICATION";

/* The boot record's sector says where the boot catalogue is. */
static gboolean
find_catalog (HostelImageFile *file,
              guint64         *offset)
{
  guint8 bytes[SECTOR];

  for (guint64 i = DESCRIPTORS; i < DESCRIPTORS + MAX_DESCRIPTORS; i++)
    {
      guint32 sector;

      if ((i + 1) * SECTOR > file->file_size ||
          !hostel_image_file_read_at (file, i * SECTOR, bytes, sizeof bytes) ||
          memcmp (bytes + 1, "CD001", 5) != 0 || bytes[0] == 255)
        return FALSE;

      if (bytes[0] != 0 || memcmp (bytes + 7, boot_id, sizeof boot_id - 1) != 0)
        continue;

      memcpy (&sector, bytes + CATALOG_POINTER, sizeof sector);
      *offset = (guint64) GUINT32_FROM_LE (sector) * SECTOR;

      return *offset + SECTOR <= file->file_size;
    }

  return FALSE;
}

/* Its characters should be capital letters, digits and "_"; others are in use, in UTF-8 mostly. */
static void
read_identifier (const guint8 *bytes,
                 gsize         length,
                 char         *text)
{
  const char *end;

  memcpy (text, bytes, length);
  text[length] = '\0';
  if (!g_utf8_validate (text, -1, &end))
    text[end - text] = '\0';
  g_strchomp (text);
}

/* ECMA-119, 8.4: the fields' places are counted from 1 there. */
static void
read_label (HostelImageFile *file)
{
  guint8 bytes[SECTOR];

  if ((guint64) (DESCRIPTORS + 1) * SECTOR > file->file_size ||
      !hostel_image_file_read_at (file, (guint64) DESCRIPTORS * SECTOR, bytes, sizeof bytes) ||
      bytes[0] != PRIMARY)
    return;

  read_identifier (bytes + 8, 32, file->label.system_id);
  read_identifier (bytes + 40, 32, file->label.volume_id);
  read_identifier (bytes + 318, 128, file->label.publisher_id);
  read_identifier (bytes + 574, 128, file->label.application_id);
}

/*< private >
 * hostel_image_file_probe_iso:
 * @file: an open file with the mark of ISO 9660
 * @error: set to %HOSTEL_ERROR_UNSUPPORTED where no computer boots from it
 *
 * Reads the label and the boot catalogue of a disc, this one as El Torito describes it (version 1.0
 * of 1995, the platform of UEFI added by UEFI's specification, 13.3.2). Only the catalogue's first
 * sector is read, which has room for 64 entries.
 *
 * Returns: whether it can be booted
 */
gboolean
hostel_image_file_probe_iso (HostelImageFile  *file,
                             GError          **error)
{
  guint8 bytes[SECTOR];
  guint64 offset = 0;
  guint8 platform = 0;

  file->format = HOSTEL_IMAGE_FORMAT_ISO;
  read_label (file);
  if (find_catalog (file, &offset) &&
      hostel_image_file_read_at (file, offset, bytes, sizeof bytes) &&
      bytes[0] == 1 && bytes[30] == 0x55 && bytes[31] == 0xaa)
    {
      platform = bytes[1];
      for (const guint8 *entry = bytes + ENTRY; entry < bytes + SECTOR; entry += ENTRY)
        {
          if (entry[0] == 0x90 || entry[0] == 0x91)
            platform = entry[1];
          else if (entry[0] == BOOTABLE && platform == PLATFORM_EFI)
            file->efi_bootable = TRUE;
          else if (entry[0] == BOOTABLE && platform == 0)
            file->bios_bootable = TRUE;
        }
    }
  file->boot_found = file->bios_bootable || file->efi_bootable;
  if (file->boot_found)
    return TRUE;

  hostel_error_set (error, HOSTEL_ERROR_UNSUPPORTED,
                    _("Choose an installation disc, or the distribution's cloud image."), NULL,
                    _("“%s” is a disc (ISO) that no virtual machine can boot from."), file->name);

  return FALSE;
}
