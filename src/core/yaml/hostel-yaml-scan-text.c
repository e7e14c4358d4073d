/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "hostel-yaml"

#include "config.h"

#include <string.h>

#include "hostel-yaml-scan-private.h"

/* The length in bytes of the line break that @text begins with, "\r\n" being two; 0 where it is none. */
gsize
hostel_yaml_break_length (const char *text)
{
  switch ((guchar) text[0])
    {
    case '\n':
    case '\r':
      return 1;
    case 0xc2:
      return (guchar) text[1] == 0x85 ? 2 : 0;
    case 0xe2:
      return (guchar) text[1] == 0x80 && ((guchar) text[2] & 0xfe) == 0xa8 ? 3 : 0;
    default:
      return 0;
    }
}

/* A line break or the end of the text. */
gboolean
hostel_yaml_is_break (const char *text)
{
  return *text == '\0' || hostel_yaml_break_length (text) > 0;
}

gboolean
hostel_yaml_is_space (const char *text)
{
  return *text == ' ' || hostel_yaml_is_break (text);
}

gboolean
hostel_yaml_is_blank (const char *text)
{
  return *text == '\t' || hostel_yaml_is_space (text);
}

const char *
hostel_yaml_scanner_rest (HostelYamlScanner *self)
{
  return self->text + self->mark.offset;
}

void
hostel_yaml_scanner_forward (HostelYamlScanner *self,
                             gsize              characters)
{
  for (; characters > 0; characters--)
    {
      const char *c = hostel_yaml_scanner_rest (self);

      self->mark.offset += g_utf8_skip[(guchar) *c];
      self->mark.index++;
      if (hostel_yaml_break_length (c) > 0 && !(c[0] == '\r' && c[1] == '\n'))
        {
          self->mark.line++;
          self->mark.column = 0;
        }
      else if (strncmp (c, "\xef\xbb\xbf", 3) != 0)
        self->mark.column++;
    }
}

void
hostel_yaml_scanner_move_to (HostelYamlScanner *self,
                             const char        *place)
{
  while (hostel_yaml_scanner_rest (self) < place)
    hostel_yaml_scanner_forward (self, 1);
}

gboolean
hostel_yaml_scanner_fail (HostelYamlScanner *self,
                          const char        *problem)
{
  self->problem = problem;
  self->problem_mark = self->mark;

  return FALSE;
}

/* Reads a line break, if there is one, as it counts in a value. */
gboolean
hostel_yaml_scan_break (HostelYamlScanner *self,
                        GString           *into)
{
  const char *c = hostel_yaml_scanner_rest (self);
  gsize length = hostel_yaml_break_length (c);

  if (length == 0)
    return FALSE;

  if (into != NULL && length == 3)
    g_string_append_len (into, c, length);
  else if (into != NULL)
    g_string_append_c (into, '\n');
  hostel_yaml_scanner_forward (self, c[0] == '\r' && c[1] == '\n' ? 2 : 1);

  return TRUE;
}

static void
skip_comment (HostelYamlScanner *self)
{
  while (!hostel_yaml_is_break (hostel_yaml_scanner_rest (self)))
    hostel_yaml_scanner_forward (self, 1);
}

/* Blanks, a comment and a line break; FALSE where something else follows. */
gboolean
hostel_yaml_scan_end_of_line (HostelYamlScanner *self)
{
  while (*hostel_yaml_scanner_rest (self) == ' ')
    hostel_yaml_scanner_forward (self, 1);
  if (*hostel_yaml_scanner_rest (self) == '#')
    skip_comment (self);
  if (!hostel_yaml_is_break (hostel_yaml_scanner_rest (self)))
    return FALSE;

  hostel_yaml_scan_break (self, NULL);
  return TRUE;
}

/* "---" or "...", which end what stands before them. */
gboolean
hostel_yaml_at_separator (HostelYamlScanner *self)
{
  const char *c = hostel_yaml_scanner_rest (self);

  return (strncmp (c, "---", 3) == 0 || strncmp (c, "...", 3) == 0) && hostel_yaml_is_blank (c + 3);
}

static gboolean
ends_plain (HostelYamlScanner *self,
            const char        *c)
{
  if (hostel_yaml_is_blank (c))
    return TRUE;
  if (*c == ':')
    return hostel_yaml_is_blank (c + 1) ||
           (self->flow_level != 0 && strchr (",[]{}", c[1]) != NULL);

  return self->flow_level != 0 && strchr (",?[]{}", *c) != NULL;
}

/* White space inside a plain scalar, as it counts in the value; nothing where the scalar ends. */
static void
scan_plain_spaces (HostelYamlScanner *self,
                   GString           *spaces)
{
  g_autoptr (GString) first = g_string_new (NULL);

  g_string_truncate (spaces, 0);
  while (*hostel_yaml_scanner_rest (self) == ' ')
    {
      g_string_append_c (spaces, ' ');
      hostel_yaml_scanner_forward (self, 1);
    }
  if (!hostel_yaml_scan_break (self, first))
    return;

  g_string_truncate (spaces, 0);
  self->allow_simple_key = TRUE;
  if (hostel_yaml_at_separator (self))
    return;
  while (*hostel_yaml_scanner_rest (self) == ' ' ||
         hostel_yaml_break_length (hostel_yaml_scanner_rest (self)) > 0)
    {
      if (*hostel_yaml_scanner_rest (self) == ' ')
        {
          hostel_yaml_scanner_forward (self, 1);
          continue;
        }
      hostel_yaml_scan_break (self, spaces);
      if (hostel_yaml_at_separator (self))
        {
          g_string_truncate (spaces, 0);
          return;
        }
    }

  if (strcmp (first->str, "\n") != 0)
    g_string_prepend (spaces, first->str);
  else if (spaces->len == 0)
    g_string_append_c (spaces, ' ');
}

gboolean
hostel_yaml_scan_plain (HostelYamlScanner *self,
                        GString           *value,
                        HostelYamlMark    *end)
{
  g_autoptr (GString) spaces = g_string_new (NULL);
  int indent = self->indent + 1;

  do
    {
      const char *start = hostel_yaml_scanner_rest (self);
      const char *c = start;

      if (*c == '#')
        break;
      while (!ends_plain (self, c))
        c = g_utf8_next_char (c);
      if (c == start)
        break;

      self->allow_simple_key = FALSE;
      g_string_append_len (value, spaces->str, spaces->len);
      g_string_append_len (value, start, c - start);
      hostel_yaml_scanner_move_to (self, c);
      *end = self->mark;
      scan_plain_spaces (self, spaces);
    }
  while (spaces->len > 0 && *hostel_yaml_scanner_rest (self) != '#' &&
         (self->flow_level != 0 || self->mark.column >= indent));

  return TRUE;
}
