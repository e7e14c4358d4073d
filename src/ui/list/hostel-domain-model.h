/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "hostel-domain.h"

G_BEGIN_DECLS

#define HOSTEL_TYPE_DOMAIN_MODEL (hostel_domain_model_get_type ())

/* What the list shows, as one flat GListModel: each HostelConnection (a heading) followed by its
 * HostelDomain objects that match the search, by name as a person counts. Properties: "hosts"
 * (GListModel of HostelConnection, construct only), "search" (string, writable, never NULL),
 * "n-domains" (all) and "n-shown" (those that match), read only; all notify. */
G_DECLARE_FINAL_TYPE (HostelDomainModel, hostel_domain_model, HOSTEL, DOMAIN_MODEL, GObject)

HostelDomainModel *hostel_domain_model_new           (GListModel        *hosts);
const char        *hostel_domain_model_get_search    (HostelDomainModel *self);
void               hostel_domain_model_set_search    (HostelDomainModel *self,
                                                      const char        *search);
guint              hostel_domain_model_get_n_domains (HostelDomainModel *self);
guint              hostel_domain_model_get_n_shown   (HostelDomainModel *self);
guint              hostel_domain_model_find          (HostelDomainModel *self,
                                                      gpointer           item);

G_END_DECLS
