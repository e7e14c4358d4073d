/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "hostel-host-remedy.h"

G_BEGIN_DECLS

/* How long a person may take over a password, in ms; a test makes it short. */
extern int hostel_host_act_timeout;

gboolean hostel_host_act_on_bus     (HostelHostRemedy  *remedy,
                                     GCancellable      *cancellable,
                                     GError           **error);
gboolean hostel_host_act_packages   (GDBusConnection   *bus,
                                     HostelHostRemedy  *remedy,
                                     GCancellable      *cancellable,
                                     GError           **error);
gboolean hostel_host_act_by_helper  (HostelHostRemedy  *remedy,
                                     const char        *pkexec,
                                     GCancellable      *cancellable,
                                     GError           **error);
gboolean hostel_host_act_call       (GDBusConnection   *bus,
                                     const char        *name,
                                     const char        *path,
                                     const char        *interface,
                                     const char        *method,
                                     GVariant          *parameters,
                                     GVariant         **reply,
                                     GCancellable      *cancellable,
                                     GError           **error);
void     hostel_host_act_set_error  (GError           **error,
                                     HostelHostRemedy  *remedy,
                                     const GError      *cause);

G_END_DECLS
