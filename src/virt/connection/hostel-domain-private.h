/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "hostel-domain.h"
#include "hostel-link.h"
#include "hostel-virt-handle.h"

G_BEGIN_DECLS

/* What one look at libvirt says of a domain. */
typedef struct
{
  char               uuid[VIR_UUID_STRING_BUFLEN];
  char              *name;       /* owned, NULL where libvirt does not have it */
  GVirDomain        *handle;     /* owned, nullable: of the connection's present session */
  int                id;         /* -1 when off */
  HostelDomainState  state;
  gboolean           persistent;
} HostelDomainInfo;

void               hostel_domain_info_clear      (HostelDomainInfo       *info);
HostelDomainState  hostel_domain_state_from_virt (int                     state,
                                                  gboolean                saved);

HostelDomain      *hostel_domain_new             (HostelLink             *link,
                                                  const HostelDomainInfo *info);
void               hostel_domain_update          (HostelDomain           *self,
                                                  const HostelDomainInfo *info);
void               hostel_domain_set_state       (HostelDomain           *self,
                                                  HostelDomainState       state,
                                                  int                     id);
void               hostel_domain_set_name        (HostelDomain           *self,
                                                  const char             *name);
/* NULL while there is no connection. Who lets the connection's session go takes the handles away
 * first: the last one to be freed would wait for the daemon. */
void               hostel_domain_set_handle      (HostelDomain           *self,
                                                  GVirDomain             *handle);
void               hostel_domain_set_persistent  (HostelDomain           *self,
                                                  gboolean                persistent);
void               hostel_domain_set_present     (HostelDomain           *self,
                                                  gboolean                present);
/* The XML or the addresses may have changed: reads them again where they had been read before. */
void               hostel_domain_details_changed (HostelDomain           *self);
int                hostel_domain_get_id          (HostelDomain           *self);
/* The place in the connection's list, kept by the connection. */
guint              hostel_domain_get_position    (HostelDomain           *self);
void               hostel_domain_set_position    (HostelDomain           *self,
                                                  guint                   position);

G_END_DECLS
