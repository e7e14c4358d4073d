/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "hostel-session.h"

G_BEGIN_DECLS

/* Notices a daemon that does not answer. No timer runs while no call is out. Main thread alone. */
typedef struct _HostelCallWatch HostelCallWatch;

typedef void (*HostelRespondingFunc) (gpointer data,
                                      gboolean responding);

HostelCallWatch *hostel_call_watch_new   (HostelRespondingFunc  func,
                                          gpointer              data);
void             hostel_call_watch_free  (HostelCallWatch      *self);
/* Returns what hostel_call_watch_end() wants to know. */
guint            hostel_call_watch_begin (HostelCallWatch      *self,
                                          HostelSession        *session);
void             hostel_call_watch_end   (HostelCallWatch      *self,
                                          guint                 generation);
/* The session is gone: its calls count no more. */
void             hostel_call_watch_reset (HostelCallWatch      *self);

G_END_DECLS
