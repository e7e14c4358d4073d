/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "hostel-cli.h"
#include "hostel-image-fetch.h"

G_BEGIN_DECLS

/* Fetches with a bar on the terminal; stopped by Ctrl+C, what has come is kept. */
HostelStoredImage *hostel_cli_fetch_image   (HostelImageEntry  *entry,
                                             GError           **error);
/* What --image names: a file, an address, or an image of the catalogue, which is fetched where it is
 * not here yet; with @only_kept that is an error. */
char              *hostel_cli_resolve_image (const char        *image,
                                             gboolean           only_kept,
                                             GError           **error);

G_END_DECLS
