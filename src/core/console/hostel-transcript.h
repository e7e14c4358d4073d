/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef enum
{
  HOSTEL_TRANSCRIPT_MARK_BOOT,  /* the machine started here */
  HOSTEL_TRANSCRIPT_MARK_GAP,   /* output is missing; "text" tells what is known of it */
  HOSTEL_TRANSCRIPT_MARK_EVENT, /* "text": what happened to the console */
} HostelTranscriptMarkKind;

/* A place between two bytes. */
typedef struct
{
  guint64                   offset; /* of the byte that follows */
  gint64                    time;   /* in µs since 1970, 0 where unknown */
  HostelTranscriptMarkKind  kind;
  char                     *text;   /* owned, never NULL */
} HostelTranscriptMark;

void hostel_transcript_mark_free (HostelTranscriptMark *mark);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HostelTranscriptMark, hostel_transcript_mark_free)

#define HOSTEL_TYPE_TRANSCRIPT (hostel_transcript_get_type ())

/* All that a console has ever written, on disk, byte for byte, and beside it marks with times. The
 * end is kept in memory, too. Its functions are for any thread. */
G_DECLARE_FINAL_TYPE (HostelTranscript, hostel_transcript, HOSTEL, TRANSCRIPT, GObject)

HostelTranscript     *hostel_transcript_open        (const char                *directory,
                                                     const char                *uuid,
                                                     const char                *device);
void                  hostel_transcript_load        (HostelTranscript          *self);
void                  hostel_transcript_load_async  (HostelTranscript          *self,
                                                     GCancellable              *cancellable,
                                                     GAsyncReadyCallback        callback,
                                                     gpointer                   user_data);
gboolean              hostel_transcript_load_finish (HostelTranscript          *self,
                                                     GAsyncResult              *result,
                                                     GError                   **error);
gboolean              hostel_transcript_is_loaded   (HostelTranscript          *self);
GError               *hostel_transcript_dup_error   (HostelTranscript          *self);
char                 *hostel_transcript_dup_path    (HostelTranscript          *self);
void                  hostel_transcript_set_limit   (HostelTranscript          *self,
                                                     guint64                    limit);
guint64               hostel_transcript_get_start   (HostelTranscript          *self);
guint64               hostel_transcript_get_end     (HostelTranscript          *self);
void                  hostel_transcript_append      (HostelTranscript          *self,
                                                     const void                *data,
                                                     gsize                      size);
void                  hostel_transcript_add_mark    (HostelTranscript          *self,
                                                     HostelTranscriptMarkKind   kind,
                                                     const char                *text);
void                  hostel_transcript_add_old_mark (HostelTranscript         *self,
                                                     HostelTranscriptMarkKind   kind,
                                                     const char                *text);
gboolean              hostel_transcript_get_log_position (HostelTranscript     *self,
                                                     guint64                   *offset,
                                                     guint64                   *position);
void                  hostel_transcript_set_log_position (HostelTranscript     *self,
                                                     guint64                    position);
guint                 hostel_transcript_get_n_marks (HostelTranscript          *self);
HostelTranscriptMark *hostel_transcript_dup_mark    (HostelTranscript          *self,
                                                     guint                      index);
guint                 hostel_transcript_find_mark   (HostelTranscript          *self,
                                                     guint                      index,
                                                     guint64                    offset);
GBytes               *hostel_transcript_peek        (HostelTranscript          *self,
                                                     guint64                    offset,
                                                     gsize                      max);
GBytes               *hostel_transcript_read        (HostelTranscript          *self,
                                                     guint64                    offset,
                                                     gsize                      max,
                                                     GError                   **error);
void                  hostel_transcript_read_async  (HostelTranscript          *self,
                                                     guint64                    offset,
                                                     gsize                      max,
                                                     GCancellable              *cancellable,
                                                     GAsyncReadyCallback        callback,
                                                     gpointer                   user_data);
GBytes               *hostel_transcript_read_finish (HostelTranscript          *self,
                                                     GAsyncResult              *result,
                                                     GError                   **error);
gboolean              hostel_transcript_find_lines  (HostelTranscript          *self,
                                                     guint                      n_lines,
                                                     guint64                   *offset);
gboolean              hostel_transcript_remove      (const char                *directory,
                                                     const char                *uuid,
                                                     GError                   **error);

G_END_DECLS
