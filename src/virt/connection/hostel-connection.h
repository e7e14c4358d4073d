/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "hostel-domain.h"

G_BEGIN_DECLS

typedef enum
{
  HOSTEL_CONNECTION_STATE_CLOSED,
  HOSTEL_CONNECTION_STATE_CONNECTING,
  HOSTEL_CONNECTION_STATE_CONNECTED,
  HOSTEL_CONNECTION_STATE_NOT_RESPONDING, /* a call of ours unanswered for 3 s */
  HOSTEL_CONNECTION_STATE_LOST,           /* retried with back-off, the list is kept */
  HOSTEL_CONNECTION_STATE_FAILED,         /* never connected; "error" tells why */
} HostelConnectionState;

#define HOSTEL_TYPE_CONNECTION_STATE (hostel_connection_state_get_type ())
GType hostel_connection_state_get_type (void);

#define HOSTEL_TYPE_CONNECTION (hostel_connection_get_type ())

/* One libvirt URI: a GListModel of HostelDomain that events keep true, and a state machine that
 * reconnects by itself. All functions are for the main thread. Properties, notifying: "uri",
 * "title" ("This computer"), "state", "error" (GError boxed, nullable), "loaded" (boolean: the
 * first list is in). */
G_DECLARE_FINAL_TYPE (HostelConnection, hostel_connection, HOSTEL, CONNECTION, GObject)

HostelConnection      *hostel_connection_new           (const char           *uri);
const char            *hostel_connection_get_uri       (HostelConnection     *self);
const char            *hostel_connection_get_title     (HostelConnection     *self);
gboolean               hostel_connection_is_session    (HostelConnection     *self);
gboolean               hostel_connection_is_local      (HostelConnection     *self);
HostelConnectionState  hostel_connection_get_state     (HostelConnection     *self);
const GError          *hostel_connection_get_error     (HostelConnection     *self);
gboolean               hostel_connection_get_loaded    (HostelConnection     *self);

/* Opens and keeps open: reconnects until hostel_connection_close(). The finish function returns
 * when the first list is in, or with the error of the first attempt. */
void                   hostel_connection_open_async    (HostelConnection     *self,
                                                        GCancellable         *cancellable,
                                                        GAsyncReadyCallback   callback,
                                                        gpointer              user_data);
gboolean               hostel_connection_open_finish   (HostelConnection     *self,
                                                        GAsyncResult         *result,
                                                        GError              **error);
/* Tries again now, from LOST or FAILED. */
void                   hostel_connection_retry         (HostelConnection     *self);
void                   hostel_connection_close         (HostelConnection     *self);
/* For a program without a main loop any more. */
void                   hostel_connection_wait_closed   (void);

HostelDomain          *hostel_connection_lookup_name   (HostelConnection     *self,
                                                        const char           *name);
HostelDomain          *hostel_connection_lookup_uuid   (HostelConnection     *self,
                                                        const char           *uuid);
GStrv                  hostel_connection_dup_names     (HostelConnection     *self);

/* The URIs to open where nobody has chosen: qemu:///system where its socket can be opened without
 * a password, and qemu:///session (once only, as root both are one daemon). */
GStrv                  hostel_connection_dup_default_uris (void);

G_END_DECLS
