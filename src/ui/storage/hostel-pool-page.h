/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "hostel-volume.h"

G_BEGIN_DECLS

#define HOSTEL_TYPE_POOL_PAGE (hostel_pool_page_get_type ())

/* The files of one storage pool: upload, download, make larger, delete. Signal: "changed", when the
 * pool's space may be another one. */
G_DECLARE_FINAL_TYPE (HostelPoolPage, hostel_pool_page, HOSTEL, POOL_PAGE, GtkBox)

HostelPoolPage *hostel_pool_page_new      (HostelConnection *connection,
                                           HostelPool       *pool);
gboolean        hostel_pool_page_is_of    (HostelPoolPage   *self,
                                           HostelConnection *connection,
                                           const char       *pool_name);
/* Reads the files again. */
void            hostel_pool_page_look     (HostelPoolPage   *self);
void            hostel_pool_page_upload   (HostelPoolPage   *self,
                                           const char       *path);

/* For the rows. */
void            hostel_pool_page_download (HostelPoolPage   *self,
                                           HostelVolume     *volume);
void            hostel_pool_page_resize   (HostelPoolPage   *self,
                                           HostelVolume     *volume);
void            hostel_pool_page_delete   (HostelPoolPage   *self,
                                           HostelVolume     *volume);

G_END_DECLS
