/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "hostel-yaml"

#include "config.h"

#include <string.h>

#include "hostel-yaml-scan-private.h"

/* Directives, anchors, aliases and tags. */

static gboolean
is_word (char c)
{
  return g_ascii_isalnum (c) || c == '-' || c == '_';
}

static char *
scan_word (HostelYamlScanner *self)
{
  const char *start = hostel_yaml_scanner_rest (self);
  const char *c = start;

  while (is_word (*c))
    c++;
  hostel_yaml_scanner_move_to (self, c);

  return g_strndup (start, c - start);
}

static void
skip_spaces (HostelYamlScanner *self)
{
  while (*hostel_yaml_scanner_rest (self) == ' ')
    hostel_yaml_scanner_forward (self, 1);
}

/* "!", "!!" or "!name!". */
static gboolean
scan_handle (HostelYamlScanner  *self,
             char              **handle)
{
  const char *start = hostel_yaml_scanner_rest (self);
  const char *c = start + 1;

  if (*start != '!')
    return hostel_yaml_scanner_fail (self, "expected an exclamation mark");

  if (*c != ' ')
    {
      while (is_word (*c))
        c++;
      if (*c != '!')
        {
          hostel_yaml_scanner_move_to (self, c);
          return hostel_yaml_scanner_fail (self, "expected an exclamation mark");
        }
      c++;
    }

  *handle = g_strndup (start, c - start);
  hostel_yaml_scanner_move_to (self, c);
  return TRUE;
}

/* Bytes written as "%41", which together have to be UTF-8. */
static gboolean
scan_uri_escapes (HostelYamlScanner *self,
                  GString           *uri)
{
  g_autoptr (GString) bytes = g_string_new (NULL);
  const char *c = hostel_yaml_scanner_rest (self);

  for (; *c == '%'; c += 3)
    {
      int byte;

      if (!g_ascii_isxdigit (c[1]) || !g_ascii_isxdigit (c[2]))
        {
          hostel_yaml_scanner_move_to (self, c);
          return hostel_yaml_scanner_fail (self, "expected two hexadecimal numbers");
        }
      byte = g_ascii_xdigit_value (c[1]) * 16 + g_ascii_xdigit_value (c[2]);
      /* No tag that is known has a NUL in it, and that is no text here. */
      g_string_append_c (bytes, byte > 0 ? byte : '?');
    }
  if (!g_utf8_validate_len (bytes->str, bytes->len, NULL))
    return hostel_yaml_scanner_fail (self, "expected escaped UTF-8");

  g_string_append_len (uri, bytes->str, bytes->len);
  hostel_yaml_scanner_move_to (self, c);
  return TRUE;
}

static gboolean
scan_uri (HostelYamlScanner  *self,
          char              **uri)
{
  g_autoptr (GString) text = g_string_new (NULL);
  char c;

  while ((c = *hostel_yaml_scanner_rest (self)) != '\0' &&
         (g_ascii_isalnum (c) || strchr ("-;/?:@&=+$,_.!~*'()[]%", c) != NULL))
    {
      if (c != '%')
        {
          g_string_append_c (text, c);
          hostel_yaml_scanner_forward (self, 1);
        }
      else if (!scan_uri_escapes (self, text))
        return FALSE;
    }
  if (text->len == 0)
    return hostel_yaml_scanner_fail (self, "expected a URI");

  *uri = g_strdup (text->str);
  return TRUE;
}

static gboolean
scan_number (HostelYamlScanner *self)
{
  const char *c = hostel_yaml_scanner_rest (self);
  gsize digits = strspn (c, "0123456789");

  if (digits == 0)
    return hostel_yaml_scanner_fail (self, "expected a digit");

  hostel_yaml_scanner_forward (self, digits);
  return TRUE;
}

static gboolean
scan_version (HostelYamlScanner *self,
              HostelYamlToken   *token)
{
  const char *major;

  skip_spaces (self);
  major = hostel_yaml_scanner_rest (self);
  if (!scan_number (self))
    return FALSE;
  token->text = g_strndup (major, hostel_yaml_scanner_rest (self) - major);

  if (*hostel_yaml_scanner_rest (self) != '.')
    return hostel_yaml_scanner_fail (self, "expected a digit or a dot");
  hostel_yaml_scanner_forward (self, 1);
  if (!scan_number (self))
    return FALSE;
  if (!hostel_yaml_is_space (hostel_yaml_scanner_rest (self)))
    return hostel_yaml_scanner_fail (self, "expected a digit or a blank");

  return TRUE;
}

/* The handle takes the place of the directive's name. */
static gboolean
scan_tag_directive (HostelYamlScanner *self,
                    HostelYamlToken   *token)
{
  g_clear_pointer (&token->handle, g_free);
  skip_spaces (self);
  if (!scan_handle (self, &token->handle))
    return FALSE;
  if (*hostel_yaml_scanner_rest (self) != ' ')
    return hostel_yaml_scanner_fail (self, "expected a blank");

  skip_spaces (self);
  if (!scan_uri (self, &token->text))
    return FALSE;
  if (!hostel_yaml_is_space (hostel_yaml_scanner_rest (self)))
    return hostel_yaml_scanner_fail (self, "expected a blank");

  return TRUE;
}

/* "%YAML 1.1" has the major version for a text and "YAML" for a handle; "%TAG ! prefix" has both of its
 * words; others have a handle only. */
gboolean
hostel_yaml_scan_directive (HostelYamlScanner *self,
                            HostelYamlToken   *token)
{
  gboolean good = TRUE;

  hostel_yaml_scanner_forward (self, 1);
  token->handle = scan_word (self);
  if (token->handle[0] == '\0' || !hostel_yaml_is_space (hostel_yaml_scanner_rest (self)))
    return hostel_yaml_scanner_fail (self, "expected an alphabetic or numeric character");

  if (g_str_equal (token->handle, "YAML"))
    good = scan_version (self, token);
  else if (g_str_equal (token->handle, "TAG"))
    good = scan_tag_directive (self, token);
  else
    {
      while (!hostel_yaml_is_break (hostel_yaml_scanner_rest (self)))
        hostel_yaml_scanner_forward (self, 1);
    }
  if (!good)
    return FALSE;

  token->end = self->mark;
  if (!hostel_yaml_scan_end_of_line (self))
    return hostel_yaml_scanner_fail (self, "expected a comment or a line break");

  return TRUE;
}

/* Of an anchor or an alias. */
gboolean
hostel_yaml_scan_name (HostelYamlScanner *self,
                       HostelYamlToken   *token)
{
  const char *c;

  hostel_yaml_scanner_forward (self, 1);
  token->text = scan_word (self);
  c = hostel_yaml_scanner_rest (self);
  if (token->text[0] == '\0' || (!hostel_yaml_is_blank (c) && strchr ("?:,]}%@`", *c) == NULL))
    return hostel_yaml_scanner_fail (self, "expected an alphabetic or numeric character");

  token->end = self->mark;
  return TRUE;
}

static gboolean
has_handle (const char *c)
{
  while (!hostel_yaml_is_space (c) && *c != '!')
    c = g_utf8_next_char (c);

  return *c == '!';
}

static gboolean
scan_verbatim (HostelYamlScanner *self,
               HostelYamlToken   *token)
{
  hostel_yaml_scanner_forward (self, 2);
  if (!scan_uri (self, &token->text))
    return FALSE;
  if (*hostel_yaml_scanner_rest (self) != '>')
    return hostel_yaml_scanner_fail (self, "expected “>”");

  hostel_yaml_scanner_forward (self, 1);
  return TRUE;
}

gboolean
hostel_yaml_scan_tag (HostelYamlScanner *self,
                      HostelYamlToken   *token)
{
  const char *c = hostel_yaml_scanner_rest (self);
  gboolean good = TRUE;

  if (c[1] == '<')
    good = scan_verbatim (self, token);
  else if (hostel_yaml_is_blank (c + 1))
    {
      token->text = g_strdup ("!");
      hostel_yaml_scanner_forward (self, 1);
    }
  else if (has_handle (c + 1))
    good = scan_handle (self, &token->handle) && scan_uri (self, &token->text);
  else
    {
      token->handle = g_strdup ("!");
      hostel_yaml_scanner_forward (self, 1);
      good = scan_uri (self, &token->text);
    }
  if (!good)
    return FALSE;

  if (!hostel_yaml_is_space (hostel_yaml_scanner_rest (self)))
    return hostel_yaml_scanner_fail (self, "expected a blank");

  token->end = self->mark;
  return TRUE;
}
