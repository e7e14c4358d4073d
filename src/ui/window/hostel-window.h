/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "hostel-console-stream.h"
#include "hostel-host-list.h"

G_BEGIN_DECLS

#define HOSTEL_TYPE_WINDOW (hostel_window_get_type ())

/* The window: the list at the left, the chosen machine or host at the right. Properties:
 * "hosts" (HostelHostList, construct only), "selected" (GObject: HostelDomain or
 * HostelConnection, nullable, writable). */
G_DECLARE_FINAL_TYPE (HostelWindow, hostel_window, HOSTEL, WINDOW, AdwApplicationWindow)

HostelWindow   *hostel_window_new           (AdwApplication      *application,
                                             HostelHostList      *hosts);
gpointer        hostel_window_get_selected  (HostelWindow        *self);
void            hostel_window_set_selected  (HostelWindow        *self,
                                             gpointer             item);
void            hostel_window_show_overview (HostelWindow        *self,
                                             HostelDomain        *domain);
void            hostel_window_show_console  (HostelWindow        *self,
                                             HostelDomain        *domain,
                                             HostelConsoleStream *stream);
void            hostel_window_open_console  (HostelWindow        *self,
                                             const char          *name);
void            hostel_window_open_file     (HostelWindow        *self,
                                             GFile               *file);
/* The machine's first start, or one by new user-data: how cloud-init gets on is told on its page. */
void            hostel_window_watch_boot    (HostelWindow        *self,
                                             HostelDomain        *domain);
void            hostel_window_toast         (HostelWindow        *self,
                                             const char          *text);

G_END_DECLS
