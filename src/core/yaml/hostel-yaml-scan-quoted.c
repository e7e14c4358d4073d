/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "hostel-yaml"

#include "config.h"

#include <string.h>

#include "hostel-yaml-scan-private.h"

/* Scalars in quotes and in blocks. */

static void
skip_blanks (HostelYamlScanner *self)
{
  while (*hostel_yaml_scanner_rest (self) == ' ' || *hostel_yaml_scanner_rest (self) == '\t')
    hostel_yaml_scanner_forward (self, 1);
}

/* The empty lines that follow a line break. */
static gboolean
scan_quoted_breaks (HostelYamlScanner *self,
                    GString           *breaks)
{
  do
    {
      if (hostel_yaml_at_separator (self))
        return hostel_yaml_scanner_fail (self, "found unexpected document separator");
      skip_blanks (self);
    }
  while (hostel_yaml_scan_break (self, breaks));

  return TRUE;
}

static gboolean
scan_quoted_spaces (HostelYamlScanner *self,
                    GString           *value)
{
  g_autoptr (GString) first = g_string_new (NULL);
  g_autoptr (GString) breaks = g_string_new (NULL);
  const char *start = hostel_yaml_scanner_rest (self);

  skip_blanks (self);
  if (*hostel_yaml_scanner_rest (self) == '\0')
    return hostel_yaml_scanner_fail (self, "found unexpected end of stream");
  if (hostel_yaml_break_length (hostel_yaml_scanner_rest (self)) == 0)
    {
      g_string_append_len (value, start, hostel_yaml_scanner_rest (self) - start);
      return TRUE;
    }

  hostel_yaml_scan_break (self, first);
  if (!scan_quoted_breaks (self, breaks))
    return FALSE;
  if (strcmp (first->str, "\n") != 0)
    g_string_append (value, first->str);
  else if (breaks->len == 0)
    g_string_append_c (value, ' ');
  g_string_append (value, breaks->str);

  return TRUE;
}

/* What is in no text of UTF-8 can be in no file, name or command of the guest either, though PyYAML
 * takes it: it is refused where nothing else is wrong. */
static void
add_character (HostelYamlScanner *self,
               gunichar           character,
               GString           *value)
{
  const char *problem = character == 0 ? "found a NUL character" : "found half a character";
  gboolean good = character != 0 && (character < 0xd800 || character > 0xdfff);

  g_string_append_unichar (value, good ? character : 0xfffd);
  if (good || self->late_problem != NULL)
    return;

  self->late_problem = problem;
  self->late_problem_mark = self->mark;
}

/* "\x41" and its longer kin. */
static gboolean
scan_code (HostelYamlScanner *self,
           guint              digits,
           GString           *value)
{
  const char *c = hostel_yaml_scanner_rest (self);
  guint64 code = 0;

  for (guint i = 0; i < digits; i++)
    {
      if (!g_ascii_isxdigit (c[i]))
        return hostel_yaml_scanner_fail (self, "expected hexadecimal numbers in an escape sequence");
      code = code * 16 + g_ascii_xdigit_value (c[i]);
    }
  if (code > 0x10ffff)
    return hostel_yaml_scanner_fail (self, "found an escape sequence that is no character");

  add_character (self, code, value);
  hostel_yaml_scanner_forward (self, digits);
  return TRUE;
}

/* Behind the backslash. */
static gboolean
scan_escape (HostelYamlScanner *self,
             GString           *value)
{
  static const char names[] = "0abt\tnvfre \"\\/N_LP";
  static const gunichar codes[] = { 0, 7, 8, 9, 9, 10, 11, 12, 13, 27, ' ', '"', '\\', '/',
                                    0x85, 0xa0, 0x2028, 0x2029 };
  char c = *hostel_yaml_scanner_rest (self);
  const char *name = c != '\0' ? strchr (names, c) : NULL;

  if (name != NULL)
    {
      add_character (self, codes[name - names], value);
      hostel_yaml_scanner_forward (self, 1);
      return TRUE;
    }
  if (c == 'x' || c == 'u' || c == 'U')
    {
      hostel_yaml_scanner_forward (self, 1);
      return scan_code (self, c == 'x' ? 2 : c == 'u' ? 4 : 8, value);
    }
  if (hostel_yaml_scan_break (self, NULL))
    return scan_quoted_breaks (self, value);

  return hostel_yaml_scanner_fail (self, "found an unknown escape character");
}

static gboolean
scan_quoted_text (HostelYamlScanner *self,
                  char               quote,
                  GString           *value)
{
  while (TRUE)
    {
      const char *start = hostel_yaml_scanner_rest (self);
      const char *c = start;

      while (!hostel_yaml_is_blank (c) && strchr ("'\"\\", *c) == NULL)
        c = g_utf8_next_char (c);
      g_string_append_len (value, start, c - start);
      hostel_yaml_scanner_move_to (self, c);

      if (quote == '\'' && c[0] == '\'' && c[1] == '\'')
        {
          g_string_append_c (value, '\'');
          hostel_yaml_scanner_forward (self, 2);
        }
      else if (quote == '"' && c[0] == '\\')
        {
          hostel_yaml_scanner_forward (self, 1);
          if (!scan_escape (self, value))
            return FALSE;
        }
      else if (c[0] == quote || hostel_yaml_is_blank (c))
        return TRUE;
      else
        {
          g_string_append_c (value, *c);
          hostel_yaml_scanner_forward (self, 1);
        }
    }
}

gboolean
hostel_yaml_scan_quoted (HostelYamlScanner *self,
                         GString           *value)
{
  char quote = *hostel_yaml_scanner_rest (self);

  hostel_yaml_scanner_forward (self, 1);
  if (!scan_quoted_text (self, quote, value))
    return FALSE;
  while (*hostel_yaml_scanner_rest (self) != quote)
    {
      if (!scan_quoted_spaces (self, value) || !scan_quoted_text (self, quote, value))
        return FALSE;
    }
  hostel_yaml_scanner_forward (self, 1);

  return TRUE;
}

/* What follows "|" and ">": "+", "-" and a digit in any order; 0 where one is missing. */
static gboolean
scan_block_header (HostelYamlScanner *self,
                   char              *chomping,
                   int               *increment)
{
  *chomping = '\0';
  *increment = 0;
  hostel_yaml_scanner_forward (self, 1);

  while (TRUE)
    {
      char c = *hostel_yaml_scanner_rest (self);

      if ((c == '+' || c == '-') && *chomping == '\0')
        *chomping = c;
      else if (c == '0' && *increment == 0)
        return hostel_yaml_scanner_fail (self, "expected an indentation indicator from 1 to 9");
      else if (g_ascii_isdigit (c) && *increment == 0)
        *increment = c - '0';
      else
        break;
      hostel_yaml_scanner_forward (self, 1);
    }

  if (!hostel_yaml_is_space (hostel_yaml_scanner_rest (self)))
    return hostel_yaml_scanner_fail (self, "expected chomping or indentation indicators");
  if (!hostel_yaml_scan_end_of_line (self))
    return hostel_yaml_scanner_fail (self, "expected a comment or a line break");

  return TRUE;
}

static int
scan_block_indentation (HostelYamlScanner *self,
                        GString           *breaks,
                        HostelYamlMark    *end)
{
  int most = 0;

  *end = self->mark;
  while (TRUE)
    {
      if (*hostel_yaml_scanner_rest (self) == ' ')
        {
          hostel_yaml_scanner_forward (self, 1);
          most = MAX (most, self->mark.column);
        }
      else if (hostel_yaml_scan_break (self, breaks))
        *end = self->mark;
      else
        return most;
    }
}

static void
scan_block_breaks (HostelYamlScanner *self,
                   int                indent,
                   GString           *breaks,
                   HostelYamlMark    *end)
{
  *end = self->mark;
  while (TRUE)
    {
      while (self->mark.column < indent && *hostel_yaml_scanner_rest (self) == ' ')
        hostel_yaml_scanner_forward (self, 1);
      if (!hostel_yaml_scan_break (self, breaks))
        return;
      *end = self->mark;
    }
}

/* The lines of the block into @value; @line_break and @breaks are what stands behind the last. */
static void
scan_block_lines (HostelYamlScanner *self,
                  int                indent,
                  gboolean           folded,
                  GString           *value,
                  GString           *line_break,
                  GString           *breaks,
                  HostelYamlMark    *end)
{
  while (self->mark.column == indent && *hostel_yaml_scanner_rest (self) != '\0')
    {
      const char *start = hostel_yaml_scanner_rest (self);
      const char *c = start;

      g_string_append (value, line_break->str);
      g_string_append (value, breaks->str);
      while (!hostel_yaml_is_break (c))
        c = g_utf8_next_char (c);
      g_string_append_len (value, start, c - start);
      hostel_yaml_scanner_move_to (self, c);

      g_string_truncate (line_break, 0);
      g_string_truncate (breaks, 0);
      hostel_yaml_scan_break (self, line_break);
      scan_block_breaks (self, indent, breaks, end);
      c = hostel_yaml_scanner_rest (self);
      if (self->mark.column == indent && *c != '\0' && folded && *start != ' ' && *start != '\t' &&
          strcmp (line_break->str, "\n") == 0 && *c != ' ' && *c != '\t')
        g_string_assign (line_break, breaks->len == 0 ? " " : "");
    }
}

gboolean
hostel_yaml_scan_block (HostelYamlScanner *self,
                        GString           *value,
                        HostelYamlMark    *end)
{
  g_autoptr (GString) line_break = g_string_new (NULL);
  g_autoptr (GString) breaks = g_string_new (NULL);
  gboolean folded = *hostel_yaml_scanner_rest (self) == '>';
  int indent = MAX (self->indent + 1, 1);
  int increment;
  char chomping;

  if (!scan_block_header (self, &chomping, &increment))
    return FALSE;

  if (increment == 0)
    {
      int found = scan_block_indentation (self, breaks, end);

      indent = MAX (indent, found);
    }
  else
    {
      indent += increment - 1;
      scan_block_breaks (self, indent, breaks, end);
    }
  scan_block_lines (self, indent, folded, value, line_break, breaks, end);

  if (chomping != '-')
    g_string_append (value, line_break->str);
  if (chomping == '+')
    g_string_append (value, breaks->str);

  return TRUE;
}
