/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "hostel-transcript.h"

G_BEGIN_DECLS

/* How a console's log and what the console brings were brought together. */
typedef enum
{
  HOSTEL_CONSOLE_JOIN_DONE,      /* the transcript goes on by itself */
  HOSTEL_CONSOLE_JOIN_QUIET,     /* all of the log is in; the console has brought nothing yet */
  HOSTEL_CONSOLE_JOIN_NOT_YET,   /* the log does not reach so far yet: read it again */
  HOSTEL_CONSOLE_JOIN_NEED_MORE, /* older parts of the log are needed */
} HostelConsoleJoin;

#define HOSTEL_TYPE_CONSOLE_RECORDER (hostel_console_recorder_get_type ())

/* Between the thread that reads a console and its transcript: what comes right after the console
 * was opened is held back until the log has told what came before it. Its functions are for any
 * thread. Signals, in the main context in which it was made: "grown", the transcript has more;
 * "begun", a console was opened. */
G_DECLARE_FINAL_TYPE (HostelConsoleRecorder, hostel_console_recorder, HOSTEL, CONSOLE_RECORDER,
                      GObject)

HostelConsoleRecorder *hostel_console_recorder_new           (HostelTranscript      *transcript);
void                   hostel_console_recorder_begin         (HostelConsoleRecorder *self);
void                   hostel_console_recorder_take          (HostelConsoleRecorder *self,
                                                              const char            *data,
                                                              gsize                  size);
HostelConsoleJoin      hostel_console_recorder_join          (HostelConsoleRecorder *self,
                                                              const char            *log,
                                                              gsize                  log_size,
                                                              guint64                position,
                                                              gboolean               complete,
                                                              guint                  opening,
                                                              gboolean               final);
void                   hostel_console_recorder_release       (HostelConsoleRecorder *self,
                                                              guint                  opening,
                                                              gboolean               gap);
guint                  hostel_console_recorder_get_opening   (HostelConsoleRecorder *self);
gboolean               hostel_console_recorder_holds         (HostelConsoleRecorder *self);
guint64                hostel_console_recorder_get_live_from (HostelConsoleRecorder *self);

G_END_DECLS
