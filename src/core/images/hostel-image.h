/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "hostel-os-list.h"
#include "hostel-progress.h"

G_BEGIN_DECLS

typedef enum
{
  HOSTEL_IMAGE_FORMAT_UNKNOWN,
  HOSTEL_IMAGE_FORMAT_RAW,
  HOSTEL_IMAGE_FORMAT_QCOW2,
  HOSTEL_IMAGE_FORMAT_ISO,
  HOSTEL_IMAGE_FORMAT_OTHER, /* recognised and refused, see "format-name" */
} HostelImageFormat;

#define HOSTEL_TYPE_IMAGE_FORMAT (hostel_image_format_get_type ())
GType hostel_image_format_get_type (void);

#define HOSTEL_TYPE_IMAGE (hostel_image_get_type ())

/* What a file is, told by its header and not by its name. Properties, read only: "path", "format",
 * "format-name" ("qcow2", "raw"), "file-size" and "virtual-size" (bytes, guint64; an installation
 * disc has no disk of its own: 0), "bios-bootable", "efi-bootable" (boolean), "boot-found" (boolean:
 * a boot loader was seen; else "bios-bootable" is a guess), "os-id" (libosinfo's, by a disc's label
 * or the file's name, or ""), "arch" (by the file's name: "x86_64", or ""). */
G_DECLARE_FINAL_TYPE (HostelImage, hostel_image, HOSTEL, IMAGE, GObject)

/* Opens, reads the header, and refuses what cannot be booted or could read the host's files. Blocks
 * on the disk: for a worker. The async one is for the main thread. */
HostelImage       *hostel_image_new_from_path       (const char           *path,
                                                     GError              **error);
void               hostel_image_load_async          (const char           *path,
                                                     GCancellable         *cancellable,
                                                     GAsyncReadyCallback   callback,
                                                     gpointer              user_data);
HostelImage       *hostel_image_load_finish         (GAsyncResult         *result,
                                                     GError              **error);
const char        *hostel_image_get_path            (HostelImage          *self);
const char        *hostel_image_get_format_name     (HostelImage          *self);
HostelImageFormat  hostel_image_get_format          (HostelImage          *self);
guint64            hostel_image_get_file_size       (HostelImage          *self);
guint64            hostel_image_get_virtual_size    (HostelImage          *self);
gboolean           hostel_image_get_efi_bootable    (HostelImage          *self);
gboolean           hostel_image_get_bios_bootable   (HostelImage          *self);
guint              hostel_image_get_sector_size     (HostelImage          *self);
gboolean           hostel_image_get_boot_found      (HostelImage          *self);
const char        *hostel_image_get_os_id           (HostelImage          *self);
const char        *hostel_image_get_arch            (HostelImage          *self);

const HostelInstallerFiles *hostel_image_get_installer (HostelImage         *self);
/* Hex SHA-256 of the file, cached by path, size, mtime and inode under $XDG_CACHE_HOME/hostel.
 * Blocks: for a worker; @progress is called in it. */
char              *hostel_image_dup_sha256          (HostelImage          *self,
                                                     HostelProgressFunc    progress,
                                                     gpointer              user_data,
                                                     GCancellable         *cancellable,
                                                     GError              **error);
/* Of any file, never from the cache. */
char              *hostel_image_hash_file           (const char           *path,
                                                     HostelProgressFunc    progress,
                                                     gpointer              user_data,
                                                     GCancellable         *cancellable,
                                                     GError              **error);

G_END_DECLS
