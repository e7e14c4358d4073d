/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "hostel-connection.h"
#include "hostel-virt-handle.h"

G_BEGIN_DECLS

/* For the rooms of src/virt alone: how they reach libvirt through a connection. */

/* Runs in a thread of the connection's own pool; returns its result through @task. @handle is
 * borrowed and valid for the call. */
typedef void (*HostelCallFunc) (GTask         *task,
                                virConnectPtr  handle,
                                gpointer       task_data);

/* Takes @task, runs @func in the pool of 4 threads of @self, brings the result back to the main
 * thread. Where there is no connection the task returns HOSTEL_ERROR_DISCONNECTED. */
void        hostel_connection_call    (HostelConnection *self,
                                       GTask            *task,
                                       HostelCallFunc    func);
/* The same on the domain's connection. */
void        hostel_domain_call        (HostelDomain     *self,
                                       GTask            *task,
                                       HostelCallFunc    func);
/* Main thread; NULL while there is no connection. A worker takes a reference of its own. */
GVirDomain *hostel_domain_get_handle  (HostelDomain     *self);
/* Has one domain looked at again, for what no event tells. */
void        hostel_connection_refresh (HostelConnection *self,
                                       const char       *uuid);

G_END_DECLS
