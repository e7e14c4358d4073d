/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "hostel-transcript.h"

G_BEGIN_DECLS

/* When each byte of a transcript came, to a tenth of a second. */
typedef struct _HostelTranscriptTimes HostelTranscriptTimes;

HostelTranscriptTimes *hostel_transcript_times_new    (HostelTranscript       *transcript,
                                                       GError                **error);
void                   hostel_transcript_times_free   (HostelTranscriptTimes  *self);
gint64                 hostel_transcript_times_lookup (HostelTranscriptTimes  *self,
                                                       guint64                 offset);
void                   hostel_transcript_times_stamp  (HostelTranscriptTimes  *self,
                                                       guint64                 offset,
                                                       const char             *data,
                                                       gsize                   size,
                                                       GString                *output);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HostelTranscriptTimes, hostel_transcript_times_free)

G_END_DECLS
