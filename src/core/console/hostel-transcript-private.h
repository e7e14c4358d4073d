/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "hostel-transcript.h"

G_BEGIN_DECLS

struct _HostelTranscript
{
  GObject     parent_instance;

  char       *path;      /* owned: of the bytes */
  GMutex      load_mutex; /* held while loading, so that it happens once */
  guint64     old_end;   /* at the opening */
  guint64     old_size;  /* of the marks' file then */
  gboolean    loaded;    /* atomic: the old marks are in, and what depends on them */

  GMutex      mutex; /* for all below */
  int         fd;        /* -1: only in memory */
  int         marks_fd;
  GError     *error;     /* owned, nullable: why it is not on disk, or not all of it */
  guint64     limit;     /* of what is kept, 0 for none */
  guint64     start;
  guint64     end;
  guint64     failed_at; /* where writing failed, while it does */
  gboolean    failing;
  GByteArray *tail;      /* owned: the last bytes before @end */
  GPtrArray  *marks;     /* owned, of HostelTranscriptMark, in order */
  gint64      last_time;
  guint64     log_offset;
  guint64     log_position;
  gboolean    has_log_position;
};

#define HOSTEL_TRANSCRIPT_N_KINDS (HOSTEL_TRANSCRIPT_MARK_EVENT + 1)

/* As they stand in the file. */
extern const char * const hostel_transcript_kind_names[HOSTEL_TRANSCRIPT_N_KINDS];

HostelTranscriptMark *hostel_transcript_mark_new         (guint64                   offset,
                                                          gint64                    time,
                                                          HostelTranscriptMarkKind  kind,
                                                          const char               *text);
void                  hostel_transcript_make_room_locked (HostelTranscript         *self);
char                 *hostel_transcript_dup_marks_path   (HostelTranscript         *self);

/* A line of DEVICE.marks; see hostel-transcript-line.c. */
typedef struct
{
  guint64     offset;
  gint64      time;
  const char *word;
  const char *text;   /* never NULL */
} HostelTranscriptLine;

/* What is still to be read of a file's bytes, which reading changes. */
typedef struct
{
  char *next;
  char *end;
} HostelTranscriptLines;

gboolean  hostel_transcript_lines_next     (HostelTranscriptLines       *lines,
                                            HostelTranscriptLine        *line);
char     *hostel_transcript_line_format    (const HostelTranscriptLine  *line);
char     *hostel_transcript_dup_marks_file (HostelTranscript            *self,
                                            gsize                       *size,
                                            GError                     **error);

G_END_DECLS
