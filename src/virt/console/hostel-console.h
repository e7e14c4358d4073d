/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "hostel-console-stream.h"
#include "hostel-domain.h"
#include "hostel-transcript.h"

G_BEGIN_DECLS

#define HOSTEL_TYPE_CONSOLE (hostel_console_get_type ())

/* One console device of one machine, from now on until it is dropped: it stays attached over
 * restarts and lost connections, and records all in a transcript, which the console's log and the
 * live stream join without a gap or a repeat. Main thread. Properties, read only, notifying:
 * "state" (HostelConsoleState), "error" (GError, nullable), "unsent" (guint64).
 * Signal "grown": the transcript has more, bytes or marks. */
G_DECLARE_FINAL_TYPE (HostelConsole, hostel_console, HOSTEL, CONSOLE, GObject)

HostelConsole      *hostel_console_new            (HostelDomain        *domain,
                                                   const char          *device);
HostelTranscript   *hostel_console_get_transcript (HostelConsole       *self);
guint64             hostel_console_get_live_from  (HostelConsole       *self);
const char         *hostel_console_get_device     (HostelConsole       *self);
HostelConsoleState  hostel_console_get_state      (HostelConsole       *self);
const GError       *hostel_console_get_error      (HostelConsole       *self);
guint64             hostel_console_get_unsent     (HostelConsole       *self);
/* Between hostel_console_activate() and hostel_console_close(). */
gboolean            hostel_console_is_activated   (HostelConsole       *self);
/* From now on it is opened whenever the machine runs. */
void                hostel_console_activate       (HostelConsole       *self);
void                hostel_console_adopt          (HostelConsole       *self,
                                                   HostelConsoleStream *stream);
void                hostel_console_open           (HostelConsole       *self,
                                                   gboolean             force);
void                hostel_console_close          (HostelConsole       *self);
void                hostel_console_write          (HostelConsole       *self,
                                                   GBytes              *bytes);

G_END_DECLS
