/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "hostel-transcript"

#include "config.h"

#include <string.h>

#include "hostel-transcript-private.h"

/* DEVICE.marks has a line for each thing that is known about a place in DEVICE.raw, in the order in
 * which it was learnt:
 *
 *     OFFSET TIME time             what follows came at that time
 *     OFFSET TIME boot|gap|event TEXT
 *     OFFSET TIME log POSITION     the log had so many bytes, of which OFFSET was the last
 *     OFFSET TIME start            what is before was given up, for room
 *
 * OFFSET counts bytes from the first ever, TIME is in µs since 1970. */

static gboolean
parse_line (char                 *text,
            HostelTranscriptLine *line)
{
  char *rest;
  char *space;

  if (!g_ascii_isdigit (*text))
    return FALSE;
  line->offset = g_ascii_strtoull (text, &rest, 10);
  if (*rest != ' ')
    return FALSE;

  text = rest + 1;
  line->time = g_ascii_strtoll (text, &rest, 10);
  if (rest == text || *rest != ' ')
    return FALSE;

  line->word = rest + 1;
  line->text = "";
  if ((space = strchr (line->word, ' ')) != NULL)
    {
      *space = '\0';
      line->text = space + 1;
    }

  return *line->word != '\0';
}

/*< private >
 * hostel_transcript_lines_next:
 * @lines: what is still to be read
 * @line: (out caller-allocates): the next line; it points into what is read
 *
 * A line that was cut off by a crash is passed over.
 *
 * Returns: %FALSE where there is no more
 */
gboolean
hostel_transcript_lines_next (HostelTranscriptLines *lines,
                              HostelTranscriptLine  *line)
{
  char *feed;

  while ((feed = memchr (lines->next, '\n', lines->end - lines->next)) != NULL)
    {
      char *text = lines->next;

      *feed = '\0';
      lines->next = feed + 1;
      if (parse_line (text, line))
        return TRUE;
    }

  return FALSE;
}

/*< private >
 * hostel_transcript_line_format:
 * @line: a line
 *
 * Returns: (transfer full): how it stands in the file, whatever its text is
 */
char *
hostel_transcript_line_format (const HostelTranscriptLine *line)
{
  char *text = g_strdup_printf ("%" G_GUINT64_FORMAT " %" G_GINT64_FORMAT " %s%s%s\n", line->offset,
                                line->time, line->word, *line->text != '\0' ? " " : "", line->text);

  g_strdelimit (text, "\n\r", ' ');
  text[strlen (text) - 1] = '\n';

  return text;
}
