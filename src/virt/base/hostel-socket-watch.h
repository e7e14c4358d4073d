/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Tells, without polling, that one of a local daemon's sockets has appeared or changed its rights.
 * Main thread alone. */
typedef struct _HostelSocketWatch HostelSocketWatch;

typedef void (*HostelSocketFunc) (gpointer data);

HostelSocketWatch *hostel_socket_watch_new  (const char * const *paths,
                                             HostelSocketFunc    func,
                                             gpointer            data);
void               hostel_socket_watch_free (HostelSocketWatch  *self);

G_END_DECLS
