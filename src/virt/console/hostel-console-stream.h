/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "hostel-console-recorder.h"

G_BEGIN_DECLS

typedef enum
{
  HOSTEL_CONSOLE_STATE_CLOSED,  /* not asked for, or the machine is off */
  HOSTEL_CONSOLE_STATE_OPENING,
  HOSTEL_CONSOLE_STATE_OPEN,
  HOSTEL_CONSOLE_STATE_TAKEN,   /* another client has it */
  HOSTEL_CONSOLE_STATE_LOST,    /* "error" tells why */
} HostelConsoleState;

#define HOSTEL_TYPE_CONSOLE_STATE (hostel_console_state_get_type ())
GType hostel_console_state_get_type (void);

#define HOSTEL_TYPE_CONSOLE_STREAM (hostel_console_stream_get_type ())

/* One serial or virtio console, or one virtio-serial channel: bytes in, bytes out, states, no
 * loss; on a libvirt connection of its own, with one reader and one writer thread. Properties, read
 * only, notifying: "uri", "uuid", "device", "state", "error" (GError, nullable), "unsent" (gsize,
 * bytes queued and not yet taken by the guest).
 * Signal "received" (GBytes *bytes), on the main thread; what arrives before the first handler is
 * connected and hostel_console_stream_set_flowing() is kept, within a bound. */
G_DECLARE_FINAL_TYPE (HostelConsoleStream, hostel_console_stream, HOSTEL, CONSOLE_STREAM, GObject)

/* @device: the alias ("serial0", "console1"), NULL for the first; @uuid: the domain's */
HostelConsoleStream *hostel_console_stream_new         (const char          *uri,
                                                        const char          *uuid,
                                                        const char          *device);
/* @name: the channel's target name, see virDomainOpenChannel() */
HostelConsoleStream *hostel_console_stream_new_channel (const char          *uri,
                                                        const char          *uuid,
                                                        const char          *name);
HostelConsoleState   hostel_console_stream_get_state   (HostelConsoleStream *self);
const GError        *hostel_console_stream_get_error   (HostelConsoleStream *self);
const char          *hostel_console_stream_get_device  (HostelConsoleStream *self);
gsize                hostel_console_stream_get_unsent  (HostelConsoleStream *self);
/* Opens; from any state but OPENING and OPEN. @force takes it from another client. */
void                 hostel_console_stream_open        (HostelConsoleStream *self,
                                                        gboolean             force);
void                 hostel_console_stream_close       (HostelConsoleStream *self);
/* FALSE (the start): received bytes are kept. TRUE: they are emitted. */
void                 hostel_console_stream_set_flowing (HostelConsoleStream *self,
                                                        gboolean             flowing);
/* What is received goes there from the reader's thread, and "received" is not emitted. */
void                 hostel_console_stream_set_recorder (HostelConsoleStream  *self,
                                                        HostelConsoleRecorder *recorder);
/* Queues; never blocks, never drops. Only where the state is OPEN or OPENING. */
void                 hostel_console_stream_write       (HostelConsoleStream *self,
                                                        GBytes              *bytes);

G_END_DECLS
