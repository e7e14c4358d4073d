/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "hostel-host-list.h"

G_BEGIN_DECLS

#define HOSTEL_TYPE_IMAGES_WINDOW (hostel_images_window_get_type ())

/* All images in one place: what this user has downloaded, and what the machines of each host share,
 * so that it can be seen what takes space and what can go. */
G_DECLARE_FINAL_TYPE (HostelImagesWindow, hostel_images_window, HOSTEL, IMAGES_WINDOW, AdwWindow)

HostelImagesWindow *hostel_images_window_new (GtkWindow  *parent,
                                              GListModel *hosts);

G_END_DECLS
