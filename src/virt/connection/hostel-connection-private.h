/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "hostel-call-watch.h"
#include "hostel-connection-call.h"
#include "hostel-session.h"
#include "hostel-socket-watch.h"

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
void              hostel_domain_list_drop_handles (HostelDomainList    *self);
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

struct _HostelConnection
{
  GObject                parent_instance;

  char                  *uri;         /* owned, never NULL */
  char                  *title;       /* owned, never NULL */
  HostelConnectionState  state;
  GError                *error;       /* owned, nullable */
  gboolean               loaded;

  HostelLink            *link;        /* owned */
  HostelWorker          *worker;      /* owned */
  HostelSession         *session;     /* owned, NULL while there is no connection */
  guint                  serial;      /* of the session, or of the attempt to get one */
  gboolean               opening;     /* an attempt is out */
  HostelDomainList      *domains;     /* owned */
  HostelCallWatch       *call_watch;  /* owned */
  HostelSocketWatch     *socket_watch; /* owned, nullable */
  GPtrArray             *waiting;     /* owned, of GTask, owned: hostel_connection_open_async() */

  guint                  retry_id;
  guint                  retry_ms;
  guint                  tries_left;  /* after a FAILED daemon's socket has appeared */
};

/* hostel-connection.c */
void hostel_connection_set_state    (HostelConnection      *self,
                                     HostelConnectionState  state,
                                     GError                *error);
void hostel_connection_set_loaded   (HostelConnection      *self,
                                     gboolean               loaded);
void hostel_connection_tell_started (HostelConnection      *self,
                                     const char            *uuid);

/* hostel-connection-open.c: the way to a session and back to one */
void hostel_connection_connect      (HostelConnection      *self);
void hostel_connection_drop         (HostelConnection      *self);

/* hostel-connection-call.c: has domains looked at again, of which no event tells all */
void hostel_connection_refresh_many (HostelConnection      *self,
                                     const char * const    *uuids);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HostelDomainList, hostel_domain_list_free)

G_END_DECLS
