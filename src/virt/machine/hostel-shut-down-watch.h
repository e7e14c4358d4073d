/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "hostel-domain.h"

G_BEGIN_DECLS

#define HOSTEL_TYPE_SHUT_DOWN_WATCH (hostel_shut_down_watch_get_type ())

/* Waits for a machine that was asked to shut down. Properties: "unanswered" (boolean, read only,
 * notifying: it still runs and a person may want to force it off), "patience" (seconds, writable,
 * 30). */
G_DECLARE_FINAL_TYPE (HostelShutDownWatch, hostel_shut_down_watch, HOSTEL, SHUT_DOWN_WATCH, GObject)

HostelShutDownWatch *hostel_shut_down_watch_of             (HostelDomain        *domain);
void                 hostel_shut_down_watch_start          (HostelShutDownWatch *self);
void                 hostel_shut_down_watch_stop           (HostelShutDownWatch *self);
gboolean             hostel_shut_down_watch_get_unanswered (HostelShutDownWatch *self);

G_END_DECLS
