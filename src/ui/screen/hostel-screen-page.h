/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "hostel-domain.h"

G_BEGIN_DECLS

#define HOSTEL_TYPE_SCREEN_PAGE (hostel_screen_page_get_type ())

/* A machine's screen while the page is seen, or why there is none. */
G_DECLARE_FINAL_TYPE (HostelScreenPage, hostel_screen_page, HOSTEL, SCREEN_PAGE, AdwBin)

/* @domain: the machine to show, or NULL */
void hostel_screen_page_set_domain (HostelScreenPage *self,
                                    HostelDomain     *domain);

G_END_DECLS
