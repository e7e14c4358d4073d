/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "hostel-image"

#include "config.h"

#include "hostel-image.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#include <glib/gi18n.h>
#include <glib/gstdio.h>

#include "hostel-error.h"
#include "hostel-image-private.h"
#include "hostel-os-list.h"

struct _HostelImage
{
  GObject            parent_instance;

  char              *path;         /* owned, absolute */
  HostelImageFormat  format;
  guint64            file_size;    /* bytes */
  guint64            virtual_size; /* bytes */
  guint              sector_size;  /* bytes */
  gboolean           boot_found;
  gboolean           bios_bootable;
  gboolean           efi_bootable;
  char              *os_id;        /* owned, never NULL */
  HostelInstallerFiles *installer; /* owned, nullable */
  const char        *arch;         /* never NULL */
};

G_DEFINE_ENUM_TYPE (HostelImageFormat, hostel_image_format,
                    G_DEFINE_ENUM_VALUE (HOSTEL_IMAGE_FORMAT_UNKNOWN, "unknown"),
                    G_DEFINE_ENUM_VALUE (HOSTEL_IMAGE_FORMAT_RAW, "raw"),
                    G_DEFINE_ENUM_VALUE (HOSTEL_IMAGE_FORMAT_QCOW2, "qcow2"),
                    G_DEFINE_ENUM_VALUE (HOSTEL_IMAGE_FORMAT_ISO, "iso"),
                    G_DEFINE_ENUM_VALUE (HOSTEL_IMAGE_FORMAT_OTHER, "other"))

G_DEFINE_FINAL_TYPE (HostelImage, hostel_image, G_TYPE_OBJECT)

enum {
  PROP_0,
  PROP_PATH,
  PROP_FORMAT,
  PROP_FORMAT_NAME,
  PROP_FILE_SIZE,
  PROP_VIRTUAL_SIZE,
  PROP_BOOT_FOUND,
  PROP_BIOS_BOOTABLE,
  PROP_EFI_BOOTABLE,
  PROP_OS_ID,
  PROP_ARCH,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

static void
hostel_image_finalize (GObject *object)
{
  HostelImage *self = HOSTEL_IMAGE (object);

  g_clear_pointer (&self->path, g_free);
  g_clear_pointer (&self->os_id, g_free);
  g_clear_pointer (&self->installer, hostel_installer_files_free);

  G_OBJECT_CLASS (hostel_image_parent_class)->finalize (object);
}

static void
hostel_image_get_property (GObject    *object,
                           guint       prop_id,
                           GValue     *value,
                           GParamSpec *pspec)
{
  HostelImage *self = HOSTEL_IMAGE (object);

  switch (prop_id)
    {
    case PROP_PATH:          g_value_set_string (value, self->path); break;
    case PROP_FORMAT:        g_value_set_enum (value, self->format); break;
    case PROP_FORMAT_NAME:   g_value_set_string (value, hostel_image_get_format_name (self)); break;
    case PROP_FILE_SIZE:     g_value_set_uint64 (value, self->file_size); break;
    case PROP_VIRTUAL_SIZE:  g_value_set_uint64 (value, self->virtual_size); break;
    case PROP_BOOT_FOUND:    g_value_set_boolean (value, self->boot_found); break;
    case PROP_BIOS_BOOTABLE: g_value_set_boolean (value, self->bios_bootable); break;
    case PROP_EFI_BOOTABLE:  g_value_set_boolean (value, self->efi_bootable); break;
    case PROP_OS_ID:         g_value_set_string (value, self->os_id); break;
    case PROP_ARCH:          g_value_set_string (value, self->arch); break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
hostel_image_class_init (HostelImageClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags ro = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;
  static const struct { guint prop; const char *name; } strings[] = {
    { PROP_PATH, "path" }, { PROP_FORMAT_NAME, "format-name" }, { PROP_OS_ID, "os-id" },
    { PROP_ARCH, "arch" },
  };
  static const struct { guint prop; const char *name; } booleans[] = {
    { PROP_BOOT_FOUND, "boot-found" }, { PROP_BIOS_BOOTABLE, "bios-bootable" },
    { PROP_EFI_BOOTABLE, "efi-bootable" },
  };
  guint i;

  object_class->finalize = hostel_image_finalize;
  object_class->get_property = hostel_image_get_property;

  for (i = 0; i < G_N_ELEMENTS (strings); i++)
    properties[strings[i].prop] = g_param_spec_string (strings[i].name, NULL, NULL, "", ro);
  for (i = 0; i < G_N_ELEMENTS (booleans); i++)
    properties[booleans[i].prop] = g_param_spec_boolean (booleans[i].name, NULL, NULL, FALSE, ro);
  properties[PROP_FORMAT] = g_param_spec_enum ("format", NULL, NULL, HOSTEL_TYPE_IMAGE_FORMAT,
                                               HOSTEL_IMAGE_FORMAT_UNKNOWN, ro);
  properties[PROP_FILE_SIZE] =
    g_param_spec_uint64 ("file-size", NULL, NULL, 0, G_MAXUINT64, 0, ro);
  properties[PROP_VIRTUAL_SIZE] =
    g_param_spec_uint64 ("virtual-size", NULL, NULL, 0, G_MAXUINT64, 0, ro);

  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
hostel_image_init (HostelImage *self)
{
}

static gboolean
refuse_kind (const char  *name,
             mode_t       mode,
             GError     **error)
{
  const char *remedy = _("Choose the file of a cloud image.");

  if (S_ISDIR (mode))
    hostel_error_set (error, HOSTEL_ERROR_INVALID, remedy, NULL, _("“%s” is a folder."), name);
  else
    hostel_error_set (error, HOSTEL_ERROR_INVALID, remedy, NULL,
                      _("“%s” is not a regular file but a device, a pipe or a socket."), name);

  return FALSE;
}

static void
set_open_error (const char  *name,
                int          code,
                GError     **error)
{
  if (code == ENOENT || code == ENOTDIR)
    hostel_error_set (error, HOSTEL_ERROR_NOT_FOUND, _("Check the path."), NULL,
                      _("There is no file “%s”."), name);
  else if (code == EACCES || code == EPERM)
    hostel_error_set (error, HOSTEL_ERROR_DENIED, _("Ask its owner for the right to read it."),
                      NULL, _("You may not read “%s”."), name);
  else
    hostel_error_set (error, HOSTEL_ERROR_FAILED, NULL, g_strerror (code),
                      _("“%s” cannot be opened."), name);
}

/* O_NONBLOCK: a pipe without a writer must not hold anybody. */
static int
open_image (const char   *path,
            const char   *name,
            struct stat  *info,
            GError      **error)
{
  int fd = g_open (path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY, 0);

  if (fd < 0)
    {
      int code = errno;

      /* A socket cannot be opened at all. */
      if (code == ENXIO && g_stat (path, info) == 0)
        refuse_kind (name, info->st_mode, error);
      else
        set_open_error (name, code, error);
      return -1;
    }

  if (fstat (fd, info) != 0 || !S_ISREG (info->st_mode))
    {
      refuse_kind (name, info->st_mode, error);
      g_close (fd, NULL);
      return -1;
    }

  return fd;
}

static const char *
guess_arch (const char *name)
{
  static const struct { const char *word; const char *arch; } words[] = {
    { "x86_64", "x86_64" }, { "amd64", "x86_64" }, { "aarch64", "aarch64" },
    { "arm64", "aarch64" }, { "ppc64le", "ppc64le" }, { "ppc64el", "ppc64le" },
    { "s390x", "s390x" }, { "riscv64", "riscv64" }, { "armhf", "armv7l" }, { "i386", "i686" },
  };
  g_autofree char *lower = g_ascii_strdown (name, -1);
  guint i;

  for (i = 0; i < G_N_ELEMENTS (words); i++)
    if (strstr (lower, words[i].word))
      return words[i].arch;

  return "";
}

/* A disc says itself what it is; its file may have any name. */
static HostelOs *
guess_disc (HostelImage     *self,
            HostelImageFile *file,
            HostelOsList    *list,
            const char      *path)
{
  HostelOs *os = hostel_os_list_guess_disc (list, &file->label);
  g_autoptr (GPtrArray) places = NULL;

  if (os == NULL)
    os = hostel_os_list_guess (list, path);
  places = hostel_os_list_dup_disc_files (list, &file->label, os);
  self->installer = hostel_image_file_find_installer (file, places);

  return os;
}

static HostelImage *
image_from_file (const char      *path,
                 HostelImageFile *file)
{
  HostelImage *self = g_object_new (HOSTEL_TYPE_IMAGE, NULL);
  HostelOsList *list = hostel_os_list_get_default ();
  HostelOs *os = NULL;

  /* Without a database the image is as good as with one. */
  if (hostel_os_list_load_sync (list, NULL))
    os = file->format == HOSTEL_IMAGE_FORMAT_ISO ? guess_disc (self, file, list, path)
                                                 : hostel_os_list_guess (list, path);

  self->path = g_canonicalize_filename (path, NULL);
  self->format = file->format;
  self->file_size = file->file_size;
  self->virtual_size = file->virtual_size;
  self->sector_size = file->sector_size > 0 ? file->sector_size : 512;
  self->boot_found = file->boot_found;
  self->bios_bootable = file->bios_bootable;
  self->efi_bootable = file->efi_bootable;
  self->os_id = g_strdup (os ? hostel_os_get_id (os) : "");
  self->arch = guess_arch (file->name);

  return self;
}

/**
 * hostel_image_new_from_path:
 * @path: a file name; a link is followed
 * @error: set to a %HOSTEL_ERROR: %HOSTEL_ERROR_NOT_FOUND, %HOSTEL_ERROR_DENIED,
 *   %HOSTEL_ERROR_INVALID for what is no whole image, %HOSTEL_ERROR_UNSUPPORTED for one that is but
 *   cannot be used
 *
 * Tells what a file is by its bytes. Refused are: what is not a regular file, an empty or cut-off
 * one, qcow2 images with a backing file, an external data file, encryption or features that this
 * program does not know, discs that do not boot, formats that would have to be converted or unpacked,
 * and raw files without a boot sector, which could be anything. Nothing is opened but @path itself.
 *
 * Blocks on the disk: for a worker; hostel_image_load_async() is for the main thread. Loads
 * libosinfo's list, if nobody has yet, to guess the OS by a disc's label or by the file's name.
 *
 * Returns: (transfer full): the image, which never changes
 */
HostelImage *
hostel_image_new_from_path (const char  *path,
                            GError     **error)
{
  g_autofree char *name = NULL;
  HostelImageFile file = { 0 };
  HostelImage *image = NULL;
  struct stat info = { 0 };

  g_return_val_if_fail (path != NULL, NULL);

  if (*path == '\0')
    {
      hostel_error_set (error, HOSTEL_ERROR_INVALID, _("Choose the file of a cloud image."), NULL,
                        _("The image has no file name."));
      return NULL;
    }

  name = g_filename_display_basename (path);
  if ((file.fd = open_image (path, name, &info, error)) < 0)
    return NULL;

  file.path = path;
  file.name = name;
  file.file_size = (guint64) info.st_size;
  if (hostel_image_file_probe (&file, error))
    image = image_from_file (path, &file);
  g_close (file.fd, NULL);

  return image;
}

static void
load_worker (GTask        *task,
             gpointer      source_object,
             gpointer      task_data,
             GCancellable *cancellable)
{
  GError *error = NULL;
  HostelImage *image = hostel_image_new_from_path (task_data, &error);

  if (image)
    g_task_return_pointer (task, image, g_object_unref);
  else
    g_task_return_error (task, error);
}

/**
 * hostel_image_load_async:
 * @path: a file name
 * @cancellable: (nullable): to give up waiting
 * @callback: called in the thread's main context, with a %NULL source object
 * @user_data: for @callback
 *
 * As hostel_image_new_from_path(), in a worker.
 */
void
hostel_image_load_async (const char          *path,
                         GCancellable        *cancellable,
                         GAsyncReadyCallback  callback,
                         gpointer             user_data)
{
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (path != NULL);

  task = g_task_new (NULL, cancellable, callback, user_data);
  g_task_set_source_tag (task, hostel_image_load_async);
  g_task_set_task_data (task, g_strdup (path), g_free);
  g_task_run_in_thread (task, load_worker);
}

/**
 * hostel_image_load_finish:
 * @result: what the callback was given
 * @error: set as by hostel_image_new_from_path(), or to %G_IO_ERROR_CANCELLED
 *
 * Returns: (transfer full): the image
 */
HostelImage *
hostel_image_load_finish (GAsyncResult  *result,
                          GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

const char *
hostel_image_get_path (HostelImage *self)
{
  g_return_val_if_fail (HOSTEL_IS_IMAGE (self), NULL);

  return self->path;
}

HostelImageFormat
hostel_image_get_format (HostelImage *self)
{
  g_return_val_if_fail (HOSTEL_IS_IMAGE (self), HOSTEL_IMAGE_FORMAT_UNKNOWN);

  return self->format;
}

/**
 * hostel_image_get_format_name:
 * @self: an image
 *
 * Returns: the format as QEMU and libvirt call it
 */
const char *
hostel_image_get_format_name (HostelImage *self)
{
  g_return_val_if_fail (HOSTEL_IS_IMAGE (self), NULL);

  return self->format == HOSTEL_IMAGE_FORMAT_QCOW2 ? "qcow2" : "raw";
}

guint64
hostel_image_get_file_size (HostelImage *self)
{
  g_return_val_if_fail (HOSTEL_IS_IMAGE (self), 0);

  return self->file_size;
}

/**
 * hostel_image_get_virtual_size:
 * @self: an image
 *
 * Returns: the size in bytes of the disk that the guest sees, the least that its machine needs
 */
guint64
hostel_image_get_virtual_size (HostelImage *self)
{
  g_return_val_if_fail (HOSTEL_IS_IMAGE (self), 0);

  return self->virtual_size;
}

/**
 * hostel_image_get_sector_size:
 * @self: an image
 *
 * Returns: bytes, 512 or 4096: the logical blocks that the disk has to have for its partitions to be
 *   found
 */
guint
hostel_image_get_sector_size (HostelImage *self)
{
  g_return_val_if_fail (HOSTEL_IS_IMAGE (self), 512);

  return self->sector_size;
}

gboolean
hostel_image_get_boot_found (HostelImage *self)
{
  g_return_val_if_fail (HOSTEL_IS_IMAGE (self), FALSE);

  return self->boot_found;
}

gboolean
hostel_image_get_efi_bootable (HostelImage *self)
{
  g_return_val_if_fail (HOSTEL_IS_IMAGE (self), FALSE);

  return self->efi_bootable;
}

gboolean
hostel_image_get_bios_bootable (HostelImage *self)
{
  g_return_val_if_fail (HOSTEL_IS_IMAGE (self), FALSE);

  return self->bios_bootable;
}

const char *
hostel_image_get_os_id (HostelImage *self)
{
  g_return_val_if_fail (HOSTEL_IS_IMAGE (self), NULL);

  return self->os_id;
}

const char *
hostel_image_get_arch (HostelImage *self)
{
  g_return_val_if_fail (HOSTEL_IS_IMAGE (self), NULL);

  return self->arch;
}

/**
 * hostel_image_get_installer:
 * @self: an image
 *
 * Returns: (transfer none) (nullable): where on an installation disc the installer's kernel and
 *   initial RAM disk are, so that it can be started on a serial console; %NULL where that is not
 *   known
 */
const HostelInstallerFiles *
hostel_image_get_installer (HostelImage *self)
{
  g_return_val_if_fail (HOSTEL_IS_IMAGE (self), NULL);

  return self->installer;
}
