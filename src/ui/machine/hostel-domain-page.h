/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "hostel-console-stream.h"
#include "hostel-host-list.h"

G_BEGIN_DECLS

#define HOSTEL_TYPE_DOMAIN_PAGE (hostel_domain_page_get_type ())

/* The chosen machine: Overview and Console, and above them what asks for attention. Properties:
 * "domain" (HostelDomain, nullable, writable), "page" ("overview", "console", writable). */
G_DECLARE_FINAL_TYPE (HostelDomainPage, hostel_domain_page, HOSTEL, DOMAIN_PAGE, AdwBin)

AdwViewStack *hostel_domain_page_get_stack     (HostelDomainPage    *self);
void          hostel_domain_page_set_hosts     (HostelDomainPage    *self,
                                                HostelHostList      *hosts);
void          hostel_domain_page_set_domain    (HostelDomainPage    *self,
                                                HostelDomain        *domain);
const char   *hostel_domain_page_get_page      (HostelDomainPage    *self);
void          hostel_domain_page_set_page      (HostelDomainPage    *self,
                                                const char          *page);
void          hostel_domain_page_focus         (HostelDomainPage    *self);
void          hostel_domain_page_watch_boot    (HostelDomainPage    *self);
void          hostel_domain_page_adopt_console (HostelDomainPage    *self,
                                                HostelConsoleStream *stream);

G_END_DECLS
