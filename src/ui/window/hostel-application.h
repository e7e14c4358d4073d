/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

#define HOSTEL_TYPE_APPLICATION (hostel_application_get_type ())

G_DECLARE_FINAL_TYPE (HostelApplication, hostel_application, HOSTEL, APPLICATION, AdwApplication)

HostelApplication *hostel_application_new             (void);
gboolean           hostel_application_choose_renderer (const char *dri_directory);

G_END_DECLS
