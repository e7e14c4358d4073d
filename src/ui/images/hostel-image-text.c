/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "hostel-image-text"

#include "config.h"

#include <glib/gi18n.h>

#include "hostel-image-text.h"
#include "hostel-size-text.h"

static char *
dup_firmware (HostelImage *image)
{
  gboolean bios = hostel_image_get_bios_bootable (image);
  gboolean efi = hostel_image_get_efi_bootable (image);

  if (bios && efi)
    return g_strdup (_("boots with BIOS and UEFI"));
  if (efi)
    return g_strdup (_("boots with UEFI"));
  if (bios)
    return g_strdup (_("boots with BIOS"));

  return NULL;
}

/**
 * hostel_image_dup_description:
 * @image: a loaded image
 * @os: (nullable): the system in it
 *
 * Returns: (transfer full): one line that says what the image is, translated
 */
char *
hostel_image_dup_description (HostelImage *image,
                              HostelOs    *os)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_auto (GStrv) parts = NULL;
  g_autofree char *format = NULL;
  g_autofree char *size = NULL;
  g_autofree char *firmware = NULL;

  g_return_val_if_fail (HOSTEL_IS_IMAGE (image), NULL);

  if (os != NULL)
    g_strv_builder_add (builder, hostel_os_get_name (os));
  g_object_get (image, "format-name", &format, NULL);
  if (hostel_image_get_format (image) == HOSTEL_IMAGE_FORMAT_ISO)
    {
      g_strv_builder_add (builder, _("Installation disc"));
      size = hostel_size_to_display (hostel_image_get_file_size (image));
    }
  else
    {
      if (format != NULL && *format != '\0')
        g_strv_builder_add (builder, format);
      size = hostel_size_to_display (hostel_image_get_virtual_size (image));
    }
  g_strv_builder_add (builder, size);
  if (*hostel_image_get_arch (image) != '\0')
    g_strv_builder_add (builder, hostel_image_get_arch (image));
  if ((firmware = dup_firmware (image)))
    g_strv_builder_add (builder, firmware);
  parts = g_strv_builder_end (builder);

  return g_strjoinv (" · ", parts);
}
