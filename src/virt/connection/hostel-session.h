/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "hostel-domain-private.h"
#include "hostel-worker.h"

G_BEGIN_DECLS

/* One opened handle, from virConnectOpenAuth() to virConnectClose(); a connection has a new one
 * after each reconnect. Counted, so that calls in the worker threads keep it; the last release,
 * from any thread, closes it in the worker. */
typedef struct _HostelSession HostelSession;

/* What the connection does with the events; all on the main thread. */
typedef struct
{
  void (*lifecycle)       (HostelConnection *connection,
                           guint             serial,
                           virDomainPtr      domain,
                           int               event,
                           int               detail);
  void (*details_changed) (HostelConnection *connection,
                           guint             serial,
                           virDomainPtr      domain);
  void (*closed)          (HostelConnection *connection,
                           guint             serial,
                           int               reason);
} HostelSessionFuncs;

HostelSession  *hostel_session_open       (const char                *uri,
                                           guint                      serial,
                                           HostelLink                *link,
                                           HostelWorker              *worker,
                                           const HostelSessionFuncs  *funcs,
                                           GError                   **error);
HostelSession  *hostel_session_ref        (HostelSession             *self);
void            hostel_session_unref      (HostelSession             *self);
void            hostel_session_wait_closed (guint                     milliseconds);
virConnectPtr   hostel_session_get_handle (HostelSession             *self);
GVirConnection *hostel_session_get_gvir   (HostelSession             *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HostelSession, hostel_session_unref)

G_END_DECLS
