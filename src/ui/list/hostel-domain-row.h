/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "hostel-domain.h"

G_BEGIN_DECLS

#define HOSTEL_TYPE_DOMAIN_ROW (hostel_domain_row_get_type ())

/* One machine in the list. Property: "domain" (HostelDomain, nullable, writable). */
G_DECLARE_FINAL_TYPE (HostelDomainRow, hostel_domain_row, HOSTEL, DOMAIN_ROW, GtkWidget)

void          hostel_domain_row_set_domain (HostelDomainRow *self,
                                            HostelDomain    *domain);

/* How a state looks, the same wherever it is told. */
const char   *hostel_domain_state_to_icon   (HostelDomainState state);
const char   *hostel_domain_state_to_style  (HostelDomainState state);
char         *hostel_domain_state_dup_title (HostelDomainState state);
void          hostel_domain_state_to_image  (HostelDomainState state,
                                             GtkImage         *image);

G_END_DECLS
