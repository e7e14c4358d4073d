/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* libvirt's event loop: its sockets and timers are served by the main context, and those of consoles
 * by a thread of their own, so that a window that draws does not keep a guest's output waiting. */
void          hostel_event_loop_register     (void);
/* Connections that this thread opens from now on are served by the consoles' thread. */
void          hostel_event_loop_serve_apart  (void);
/* The context of that thread. */
GMainContext *hostel_event_loop_get_apart    (void);

G_END_DECLS
