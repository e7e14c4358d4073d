#define G_LOG_DOMAIN "hostel-image-text"

#include "config.h"

#include <glib/gi18n.h>
#include <string.h>

#include "hostel-image-text.h"

/**
 * hostel_size_to_text:
 * @bytes: a size
 *
 * Returns: (transfer full): the size in the largest binary unit in which it is exact, as "2 GiB" or
 *   "1536 MiB": hostel_parse_size() reads back the same; otherwise in bytes
 */
char *
hostel_size_to_text (guint64 bytes)
{
  static const char * const units[] = { "B", "KiB", "MiB", "GiB", "TiB" };
  guint unit = 0;

  while (unit + 1 < G_N_ELEMENTS (units) && bytes > 0 && bytes % 1024 == 0)
    {
      bytes /= 1024;
      unit++;
    }

  return g_strdup_printf ("%" G_GUINT64_FORMAT " %s", bytes, units[unit]);
}

/**
 * hostel_size_to_display:
 * @bytes: a size
 *
 * Returns: (transfer full): the size to be read, as short as can be without being wrong: "2 GiB"
 *   where it is exactly that, else rounded to "2.2 GiB"
 */
char *
hostel_size_to_display (guint64 bytes)
{
  g_autofree char *exact = hostel_size_to_text (bytes);

  if (strlen (exact) <= strlen ("1023 MiB"))
    return g_steal_pointer (&exact);

  return g_format_size_full (bytes, G_FORMAT_SIZE_IEC_UNITS);
}

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

/**
 * hostel_path_expand:
 * @text: what a person wrote: a path, "~/" and a path, or a file: address
 *
 * Returns: (transfer full): the path, absolute where @text names one
 */
char *
hostel_path_expand (const char *text)
{
  g_autofree char *stripped = NULL;
  char *path;

  g_return_val_if_fail (text != NULL, NULL);

  stripped = g_strstrip (g_strdup (text));
  if (g_str_has_prefix (stripped, "file://")
      && (path = g_filename_from_uri (stripped, NULL, NULL)) != NULL)
    return path;
  if (g_str_equal (stripped, "~"))
    return g_strdup (g_get_home_dir ());
  if (g_str_has_prefix (stripped, "~/"))
    return g_build_filename (g_get_home_dir (), stripped + 2, NULL);

  return g_steal_pointer (&stripped);
}

/**
 * hostel_path_shorten:
 * @path: absolute path
 *
 * Returns: (transfer full): @path with this user's home directory as "~"
 */
char *
hostel_path_shorten (const char *path)
{
  const char *home = g_get_home_dir ();
  gsize length = strlen (home);

  g_return_val_if_fail (path != NULL, NULL);

  if (length > 1 && g_str_has_prefix (path, home) && path[length] == '/')
    return g_strconcat ("~", path + length, NULL);

  return g_strdup (path);
}

/**
 * hostel_image_text_dup_use:
 * @size: what it takes, as a person reads it
 * @users: names of machines; at least one
 *
 * Returns: (transfer full): "1 GB · used by a, b, c and 2 more"
 */
char *
hostel_image_text_dup_use (const char         *size,
                           const char * const *users)
{
  guint n = g_strv_length ((GStrv) users);
  g_autofree char *all = NULL;

  g_return_val_if_fail (n > 0, g_strdup (size));

  if (n > 3)
    {
      all = g_strjoin (", ", users[0], users[1], users[2], NULL);
      return g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "%s · used by %s and %u more",
                                           "%s · used by %s and %u more", n - 3),
                              size, all, n - 3);
    }

  all = g_strjoinv (", ", (GStrv) users);

  return g_strdup_printf (_("%s · used by %s"), size, all);
}
