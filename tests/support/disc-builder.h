/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/* An installation disc that boots, with two files where an installer has its kernel. */
void disc_build (const char *path,
                 const char *volume_id,
                 const char *kernel_path,
                 GBytes     *kernel,
                 const char *initrd_path,
                 GBytes     *initrd);
