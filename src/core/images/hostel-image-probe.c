/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "hostel-image"

#include "config.h"

#include "hostel-image-private.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include <glib/gi18n.h>

#include "hostel-error.h"

#define SECTOR_SIZE 512
#define PROBE_LENGTH 4096
#define ISO_OFFSET 32769

/* What a person does about a file that is not an image as it is. */
typedef enum
{
  REMEDY_CONVERT,
  REMEDY_CONVERT_VHD,
  REMEDY_GUNZIP,
  REMEDY_BUNZIP2,
  REMEDY_UNXZ,
  REMEDY_UNZSTD,
  REMEDY_UNPACK,
  REMEDY_DECRYPT,
} Remedy;

/* The magic numbers are those of QEMU's block/ and of file(1). */
static const struct
{
  const char *magic;
  guint       length;
  guint       offset;
  Remedy      remedy;
  const char *name;
} others[] = {
  { "KDMV", 4, 0, REMEDY_CONVERT, "VMDK" },
  { "COWD", 4, 0, REMEDY_CONVERT, "VMDK" },
  { "# Disk DescriptorFile", 21, 0, REMEDY_CONVERT, "VMDK" },
  { "conectix", 8, 0, REMEDY_CONVERT, "VHD" },
  { "vhdxfile", 8, 0, REMEDY_CONVERT, "VHDX" },
  { "\x7f\x10\xda\xbe", 4, 0x40, REMEDY_CONVERT, "VDI" },
  { "QED\0", 4, 0, REMEDY_CONVERT, "QED" },
  { "WithoutFreeSpace", 16, 0, REMEDY_CONVERT, "Parallels" },
  { "WithouFreSpacExt", 16, 0, REMEDY_CONVERT, "Parallels" },
  { "Bochs Virtual HD Image", 22, 0, REMEDY_CONVERT, "Bochs" },
  { "LUKS\xba\xbe", 6, 0, REMEDY_DECRYPT, "LUKS" },
  { "\x1f\x8b", 2, 0, REMEDY_GUNZIP, "gzip" },
  { "BZh", 3, 0, REMEDY_BUNZIP2, "bzip2" },
  { "\xfd" "7zXZ\0", 6, 0, REMEDY_UNXZ, "xz" },
  { "\x28\xb5\x2f\xfd", 4, 0, REMEDY_UNZSTD, "zstd" },
  { "PK\x03\x04", 4, 0, REMEDY_UNPACK, "ZIP" },
  { "7z\xbc\xaf\x27\x1c", 6, 0, REMEDY_UNPACK, "7z" },
  { "ustar", 5, 257, REMEDY_UNPACK, "tar" },
};

static char *
dup_remedy (HostelImageFile *file,
            Remedy           remedy)
{
  g_autofree char *word = hostel_image_file_dup_word (file);

  switch (remedy)
    {
    case REMEDY_GUNZIP:
      return g_strdup_printf (_("Unpack it first: gunzip -c %s > NEW.img"), word);
    case REMEDY_BUNZIP2:
      return g_strdup_printf (_("Unpack it first: bunzip2 -c %s > NEW.img"), word);
    case REMEDY_UNXZ:
      return g_strdup_printf (_("Unpack it first: unxz -c %s > NEW.img"), word);
    case REMEDY_UNZSTD:
      return g_strdup_printf (_("Unpack it first: unzstd -c %s > NEW.img"), word);
    case REMEDY_UNPACK:
      return g_strdup (_("Unpack it and choose the disk image in it."));
    case REMEDY_DECRYPT:
      return g_strdup (_("Choose an image that is not encrypted."));
    case REMEDY_CONVERT_VHD:
      /* Its first sector is the disk's: qemu-img would take it for a raw disk. */
      return g_strdup_printf (_("Convert it: qemu-img convert -f vpc -O qcow2 %s NEW.qcow2"), word);
    case REMEDY_CONVERT:
    default:
      return g_strdup_printf (_("Convert it: qemu-img convert -O qcow2 %s NEW.qcow2"), word);
    }
}

static gboolean
refuse_other (HostelImageFile  *file,
              Remedy            kind,
              const char       *name,
              GError          **error)
{
  g_autofree char *remedy = dup_remedy (file, kind);

  file->format = HOSTEL_IMAGE_FORMAT_OTHER;
  hostel_error_set (error, HOSTEL_ERROR_UNSUPPORTED, remedy, NULL,
                    _("“%s” is a %s file, which cannot be used as it is."), file->name, name);

  return FALSE;
}

static gboolean
is_text (const guint8 *bytes,
         gsize         length)
{
  gsize i;

  for (i = 0; i < length; i++)
    if (bytes[i] < 0x20 && !g_ascii_isspace (bytes[i]))
      return FALSE;

  /* The end may cut a character in two; no disk begins with this much of valid text. */
  return g_utf8_validate_len ((const char *) bytes, MAX (length, 4) - 4, NULL);
}

static gboolean
refuse_unknown (HostelImageFile  *file,
                const guint8     *bytes,
                gsize             length,
                GError          **error)
{
  const char *remedy = _("Choose a cloud image, a .qcow2, .img or .raw file.");
  g_autofree char *start = g_strndup ((const char *) bytes, MIN (length, 64));
  g_autofree char *lower = g_ascii_strdown (g_strchug (start), -1);

  if (is_text (bytes, length) &&
      (g_str_has_prefix (lower, "<!doctype") || g_str_has_prefix (lower, "<html")))
    hostel_error_set (error, HOSTEL_ERROR_INVALID,
                      _("The download gave a page instead of the image: download it again."), NULL,
                      _("“%s” is a web page, not a disk image."), file->name);
  else if (is_text (bytes, length))
    hostel_error_set (error, HOSTEL_ERROR_INVALID, remedy, NULL,
                      _("“%s” is a text file, not a disk image."), file->name);
  else
    hostel_error_set (error, HOSTEL_ERROR_INVALID, remedy, NULL,
                      _("“%s” is not a disk image, or one that cannot boot: it has no boot sector."),
                      file->name);

  return FALSE;
}

static gboolean
has_magic_at (HostelImageFile *file,
              guint64          offset,
              const char      *magic)
{
  char bytes[8] = { 0 };
  gsize length = strlen (magic);

  return offset + length <= file->file_size &&
         hostel_image_file_read_at (file, offset, bytes, length) &&
         memcmp (bytes, magic, length) == 0;
}

static gboolean
probe_raw (HostelImageFile  *file,
           const guint8     *bytes,
           gsize             length,
           GError          **error)
{
  gboolean has_mbr = length >= SECTOR_SIZE && bytes[510] == 0x55 && bytes[511] == 0xaa;

  if (!has_mbr && !has_magic_at (file, SECTOR_SIZE, "EFI PART") &&
      !has_magic_at (file, 4096, "EFI PART"))
    return refuse_unknown (file, bytes, length, error);

  /* A fixed VHD is a disk with a footer. */
  if (file->file_size >= 2 * SECTOR_SIZE &&
      has_magic_at (file, file->file_size - SECTOR_SIZE, "conectix"))
    return refuse_other (file, REMEDY_CONVERT_VHD, "VHD", error);

  file->format = HOSTEL_IMAGE_FORMAT_RAW;
  file->virtual_size = (file->file_size + SECTOR_SIZE - 1) / SECTOR_SIZE * SECTOR_SIZE;

  return TRUE;
}

/* Its method of encryption, 0 for none. */
static gboolean
is_encrypted_qcow1 (const guint8 *bytes,
                    gsize         length)
{
  return length >= 40 && memcmp (bytes + 36, "\0\0\0\0", 4) != 0;
}

/*< private >
 * hostel_image_file_probe:
 * @file: an open file, its name and size set
 * @error: set to %HOSTEL_ERROR_INVALID or %HOSTEL_ERROR_UNSUPPORTED
 *
 * Fills in the rest of @file by what the file's bytes say; its name is not believed.
 *
 * Returns: %TRUE if it is an image that can be used
 */
gboolean
hostel_image_file_probe (HostelImageFile  *file,
                         GError          **error)
{
  guint8 bytes[PROBE_LENGTH] = { 0 };
  gsize length = MIN (file->file_size, sizeof bytes);
  guint i;

  if (length == 0)
    {
      hostel_error_set (error, HOSTEL_ERROR_INVALID, _("Download or copy it again."), NULL,
                        _("“%s” is empty."), file->name);
      return FALSE;
    }

  if (!hostel_image_file_read_at (file, 0, bytes, length))
    return hostel_image_file_damaged (file, "read error", error);

  if (length >= 4 && memcmp (bytes, "QFI\xfb", 4) == 0)
    {
      if (length >= 8 && memcmp (bytes + 4, "\0\0\0\1", 4) == 0)
        return refuse_other (file, is_encrypted_qcow1 (bytes, length) ? REMEDY_DECRYPT
                                                                      : REMEDY_CONVERT,
                             "QCOW 1", error);

      file->format = HOSTEL_IMAGE_FORMAT_QCOW2;
      if (!hostel_image_qcow2_open (file, error) || !hostel_image_qcow2_check (file, error))
        return FALSE;
    }
  else
    {
      for (i = 0; i < G_N_ELEMENTS (others); i++)
        if (others[i].offset + others[i].length <= length &&
            memcmp (bytes + others[i].offset, others[i].magic, others[i].length) == 0)
          return refuse_other (file, others[i].remedy, others[i].name, error);

      if (has_magic_at (file, ISO_OFFSET, "CD001"))
        return hostel_image_file_probe_iso (file, error);

      if (!probe_raw (file, bytes, length, error))
        return FALSE;
    }

  hostel_image_file_find_boot (file);

  return TRUE;
}
