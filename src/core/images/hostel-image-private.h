/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "hostel-image.h"
#include "hostel-os-list.h"

G_BEGIN_DECLS

/* An open file and what its first bytes say. */
typedef struct
{
  int                fd;               /* borrowed, a regular file */
  const char        *path;             /* borrowed: as it was given, for commands */
  char              *name;             /* owned: for messages */
  guint64            file_size;        /* bytes */
  HostelImageFormat  format;
  guint64            virtual_size;     /* bytes, whole sectors */
  guint              sector_size;      /* bytes: what the partition table counts in */
  gboolean           boot_found;       /* a boot loader was seen */
  gboolean           bios_bootable;
  gboolean           efi_bootable;

  HostelDiscLabel    label;            /* of an ISO */

  /* qcow2 */
  guint              cluster_bits;
  gboolean           extended_l2;
  gboolean           zstd;
  guint64            l1_offset;        /* bytes */
  guint32            l1_size;          /* entries */
} HostelImageFile;

gboolean hostel_image_file_read_at    (HostelImageFile  *file,
                                       guint64           offset,
                                       gpointer          buffer,
                                       gsize             length);
char    *hostel_image_file_dup_word   (HostelImageFile  *file);
gboolean hostel_image_file_damaged    (HostelImageFile  *file,
                                       const char       *details,
                                       GError          **error);
gboolean hostel_image_file_probe      (HostelImageFile  *file,
                                       GError          **error);
gboolean hostel_image_file_probe_iso  (HostelImageFile  *file,
                                       GError          **error);
gboolean hostel_image_qcow2_open      (HostelImageFile  *file,
                                       GError          **error);
gboolean hostel_image_qcow2_check     (HostelImageFile  *file,
                                       GError          **error);
gboolean hostel_image_qcow2_read      (HostelImageFile  *file,
                                       guint64           cluster,
                                       guint8           *buffer);
void     hostel_image_keep_digest     (const char       *path,
                                       const char       *sha256);
void     hostel_image_file_find_boot  (HostelImageFile  *file);

/* What is in a disc. */
HostelInstallerFiles *hostel_image_file_find_installer (HostelImageFile *file,
                                                        GPtrArray       *places);

G_END_DECLS
