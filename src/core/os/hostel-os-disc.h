/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What a disc (ISO 9660) says of itself, in UTF-8, without the blanks at the end. */
typedef struct
{
  char system_id[33];
  char volume_id[33];
  char publisher_id[129];
  char application_id[129];
} HostelDiscLabel;

/* The two files on a disc that start its installer without the disc's own boot loader. */
typedef struct
{
  char *kernel; /* owned */
  char *initrd; /* owned */
} HostelInstallerFiles;

HostelInstallerFiles *hostel_installer_files_new  (const char           *kernel,
                                                   const char           *initrd);
void                  hostel_installer_files_free (HostelInstallerFiles *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HostelInstallerFiles, hostel_installer_files_free)

/* What the installer's kernel has to be told to speak on the serial line; g_free(). */
char                 *hostel_installer_dup_command_line (const char *arch);

G_END_DECLS
