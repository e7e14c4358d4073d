/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "hostel-console-recorder.h"
#include "hostel-console-stream.h"
#include "hostel-console-transport.h"

G_BEGIN_DECLS

/* For hostel-console-stream.c alone: the threads of one opened console. */
typedef struct _HostelConsoleSession HostelConsoleSession;

/* What has happened since the last call, in the order in which it is to be told. */
typedef struct
{
  GBytes             *received; /* owned, nullable */
  HostelConsoleState  state;
  GError             *error;    /* owned, nullable; belongs to @state */
  gsize               unsent;
} HostelConsoleUpdate;

/* Called in the main context in which the session was started, at most once a turn. */
typedef void (*HostelConsoleUpdateFunc) (HostelConsoleUpdate *update,
                                         gpointer             user_data);

HostelConsoleSession *hostel_console_session_start       (HostelConsoleTransport  *transport,
                                                          gboolean                 force,
                                                          gboolean                 flowing,
                                                          HostelConsoleUpdateFunc  func,
                                                          gpointer                 user_data);
void                  hostel_console_session_stop        (HostelConsoleSession    *self);
void                  hostel_console_session_set_recorder (HostelConsoleSession   *self,
                                                          HostelConsoleRecorder   *recorder);
void                  hostel_console_session_set_flowing (HostelConsoleSession    *self,
                                                          gboolean                 flowing);
gsize                 hostel_console_session_write       (HostelConsoleSession    *self,
                                                          GBytes                  *bytes);

G_END_DECLS
