/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "hostel-console.h"
#include "hostel-domain.h"
#include "hostel-terminal.h"

G_BEGIN_DECLS

#define HOSTEL_TYPE_CONSOLE_VIEW (hostel_console_view_get_type ())

/* One console device of one machine: a terminal with its scroll bar, drawn from
 * the console's transcript at its own pace, and only while it is seen.
 * Properties, read only, notifying: "state" (HostelConsoleState), "error" (GError, nullable),
 * "unsent" (guint64). Signals: "text-changed"; "refused", input that nobody takes;
 * "typed" (GBytes *bytes), what the person typed or pasted, without the terminal's own answers. */
G_DECLARE_FINAL_TYPE (HostelConsoleView, hostel_console_view, HOSTEL, CONSOLE_VIEW, AdwBin)

HostelConsoleView  *hostel_console_view_new          (HostelDomain        *domain,
                                                      const char          *device);
HostelConsole      *hostel_console_view_get_console  (HostelConsoleView   *self);
HostelTerminal     *hostel_console_view_get_terminal (HostelConsoleView   *self);
HostelConsoleState  hostel_console_view_get_state    (HostelConsoleView   *self);
const GError       *hostel_console_view_get_error    (HostelConsoleView   *self);
guint64             hostel_console_view_get_unsent   (HostelConsoleView   *self);
/* From now on it opens whenever the machine runs. */
void                hostel_console_view_activate     (HostelConsoleView   *self);
void                hostel_console_view_adopt        (HostelConsoleView   *self,
                                                      HostelConsoleStream *stream);
void                hostel_console_view_open         (HostelConsoleView   *self,
                                                      gboolean             force);
void                hostel_console_view_write        (HostelConsoleView   *self,
                                                      GBytes              *bytes);

G_END_DECLS
