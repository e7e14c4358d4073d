#pragma once

#include "hostel-connection.h"
#include "hostel-session.h"

G_BEGIN_DECLS

/* The list half of HostelConnection, hostel-domain-list.c; main thread alone. */
typedef struct _HostelDomainList HostelDomainList;

/* Asked to look at these domains, since the events did not tell all. */
typedef void (*HostelRefreshFunc) (HostelConnection    *connection,
                                   const char * const  *uuids);

HostelDomainList *hostel_domain_list_new          (HostelConnection    *connection,
                                                   HostelLink          *link,
                                                   HostelRefreshFunc    refresh);
void              hostel_domain_list_free         (HostelDomainList    *self);
guint             hostel_domain_list_get_length   (HostelDomainList    *self);
HostelDomain     *hostel_domain_list_get          (HostelDomainList    *self,
                                                   guint                position);
HostelDomain     *hostel_domain_list_lookup       (HostelDomainList    *self,
                                                   const char          *uuid);
void              hostel_domain_list_clear        (HostelDomainList    *self);
/* From here on events are newer than the listing that is being read. */
void              hostel_domain_list_begin_merge  (HostelDomainList    *self);
void              hostel_domain_list_merge        (HostelDomainList    *self,
                                                   GArray              *infos);
/* The domains that are to be looked at go to the refresh function; one look at a time. */
void              hostel_domain_list_flush        (HostelDomainList    *self);
void              hostel_domain_list_refreshed    (HostelDomainList    *self,
                                                   GArray              *infos);
void              hostel_domain_list_lifecycle    (HostelDomainList    *self,
                                                   virDomainPtr         domain,
                                                   int                  event,
                                                   int                  detail);
void              hostel_domain_list_refresh_one  (HostelDomainList    *self,
                                                   const char          *uuid);

/* Has a domain looked at again: a verb has ended whose effect no event tells. */
void              hostel_connection_refresh       (HostelConnection    *self,
                                                   const char          *uuid);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HostelDomainList, hostel_domain_list_free)

G_END_DECLS
