/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "hostel-user-data"

#include "config.h"

#include <string.h>

#include "hostel-user-data-part.h"

/* The parts of a MIME message, as email.message_from_string () of Python finds them, by which cloud-init
 * reads: it takes any text, and what has no header is one part of plain text. */

#define MAX_DEPTH 8

typedef struct
{
  char *type;     /* owned: in lower case, "text/plain" where it is missing or wrong */
  char *encoding; /* owned, nullable */
  char *boundary; /* owned, nullable */
} Header;

typedef struct
{
  HostelMimeFunc  func;
  gpointer        user_data;
} Walk;

static void
clear_header (Header *header)
{
  g_free (header->type);
  g_free (header->encoding);
  g_free (header->boundary);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Header, clear_header)

/* Behind the line break that ends the line at @line. */
static const char *
next_line (const char *line,
           const char *end)
{
  while (line < end && *line != '\n' && *line != '\r')
    line++;
  if (line + 1 < end && line[0] == '\r' && line[1] == '\n')
    return line + 2;

  return line < end ? line + 1 : end;
}

static guint
count_lines (const char *from,
             const char *to)
{
  guint n = 0;

  for (; from < to; n++)
    from = next_line (from, to);

  return n;
}

/* Whether the line is one of a header's. */
gboolean
hostel_mime_has_header (const char *line,
                        const char *end)
{
  if (line < end && (*line == ' ' || *line == '\t'))
    return TRUE;
  if (end - line >= 5 && memcmp (line, "From ", 5) == 0)
    return TRUE;

  while (line < end && *line >= '!' && *line <= '~' && *line != ':')
    line++;

  return line < end && *line == ':';
}

/* The value of "; name=value" in a header's. */
static char *
dup_parameter (const char *header,
               const char *name)
{
  const char *c = header;

  while ((c = strchr (c, ';')) != NULL)
    {
      gsize length;
      char *value;

      c++;
      c += strspn (c, " \t\r\n");
      if (g_ascii_strncasecmp (c, name, strlen (name)) != 0)
        continue;
      c += strlen (name);
      c += strspn (c, " \t\r\n");
      if (*c != '=')
        continue;

      c++;
      c += strspn (c, " \t\r\n");
      length = *c == '"' ? strcspn (c + 1, "\"") : strcspn (c, ";\r\n");
      value = g_strndup (*c == '"' ? c + 1 : c, length);
      return *c == '"' ? value : g_strchomp (value);
    }

  return NULL;
}

static void
read_header (Header     *header,
             const char *name,
             const char *value)
{
  if (g_ascii_strcasecmp (name, "Content-Type") == 0 && header->type == NULL)
    {
      const char *slash;

      header->type = g_ascii_strdown (value, strcspn (value, ";"));
      g_strstrip (header->type);
      slash = strchr (header->type, '/');
      if (slash == NULL || strchr (slash + 1, '/') != NULL)
        {
          g_free (header->type);
          header->type = g_strdup ("text/plain");
        }
      header->boundary = dup_parameter (value, "boundary");
    }
  else if (g_ascii_strcasecmp (name, "Content-Transfer-Encoding") == 0 && header->encoding == NULL)
    header->encoding = g_strstrip (g_ascii_strdown (value, -1));
}

/* Reads the header from the top of the text on; says where the body begins. */
static const char *
read_headers (Header     *header,
              const char *text,
              const char *end)
{
  while (hostel_mime_has_header (text, end))
    {
      const char *next = next_line (text, end);
      g_autofree char *line = NULL;
      char *colon;

      while (next < end && (*next == ' ' || *next == '\t'))
        next = next_line (next, end);
      line = g_strndup (text, next - text);
      if ((colon = strchr (line, ':')) != NULL && *text != ' ' && *text != '\t')
        {
          *colon = '\0';
          read_header (header, line, g_strstrip (colon + 1));
        }
      text = next;
    }

  if (header->type == NULL)
    header->type = g_strdup ("text/plain");

  return text < end && (*text == '\n' || *text == '\r') ? next_line (text, end) : text;
}

static void
append_quoted (GString    *bytes,
               const char *text)
{
  for (const char *c = text; *c != '\0'; c++)
    {
      if (*c != '=')
        g_string_append_c (bytes, *c);
      else if (g_ascii_isxdigit (c[1]) && g_ascii_isxdigit (c[2]))
        {
          g_string_append_c (bytes, g_ascii_xdigit_value (c[1]) * 16 + g_ascii_xdigit_value (c[2]));
          c += 2;
        }
      else if (c[1] == '\n' || (c[1] == '\r' && c[2] == '\n'))
        c += c[1] == '\n' ? 1 : 2;
      else
        g_string_append_c (bytes, *c);
    }
}

/* What Python makes of characters beyond ASCII in a body that is not encoded: those of Latin-1 become
 * single bytes, which are no UTF-8 any more, and others the names by which Python writes them. Says
 * whether it is UTF-8 no more. */
gboolean
hostel_mime_append_raw (GString    *bytes,
                        const char *text)
{
  for (const char *c = text; *c != '\0'; c = g_utf8_next_char (c))
    {
      gunichar character = g_utf8_get_char (c);

      if (character < 0x100)
        g_string_append_c (bytes, character);
      else
        g_string_append_printf (bytes, character < 0x10000 ? "\\u%04x" : "\\U%08x", character);
    }

  return !g_utf8_validate (bytes->str, bytes->len, NULL);
}

static void
add_body (Walk         *walk,
          const Header *header,
          const char   *body,
          gsize         length,
          guint         line)
{
  g_autofree char *text = g_strndup (body, length);
  gboolean spoiled = FALSE;
  gboolean encoded = TRUE;
  GString *bytes = g_string_new (NULL);

  if (g_strcmp0 (header->encoding, "base64") == 0)
    {
      gsize size;
      g_autofree guchar *data = g_base64_decode (text, &size);

      g_string_append_len (bytes, (char *) data, size);
    }
  else if (g_strcmp0 (header->encoding, "quoted-printable") == 0)
    append_quoted (bytes, text);
  else
    {
      spoiled = hostel_mime_append_raw (bytes, text);
      encoded = FALSE;
    }

  length = bytes->len;
  walk->func (header->type, g_string_free (bytes, FALSE), length, line, encoded, spoiled,
              walk->user_data);
}

static void walk_message (Walk       *walk,
                          const char *text,
                          const char *end,
                          guint       line,
                          guint       depth);

/* Whether the line is "--boundary", and the last one. */
static gboolean
is_boundary (const char *line,
             const char *next,
             const char *boundary,
             gboolean   *last)
{
  gsize length = strlen (boundary);

  if ((gsize) (next - line) < length + 2 || line[0] != '-' || line[1] != '-' ||
      strncmp (line + 2, boundary, length) != 0)
    return FALSE;

  line += 2 + length;
  *last = next - line >= 2 && line[0] == '-' && line[1] == '-';
  if (*last)
    line += 2;
  while (line < next && strchr (" \t\r\n", *line) != NULL)
    line++;

  return line == next;
}

/* The line break at a part's end is no part of it. */
static const char *
without_break (const char *text,
               const char *end)
{
  if (end > text && end[-1] == '\n')
    end--;
  if (end > text && end[-1] == '\r')
    end--;

  return end;
}

static void
walk_parts (Walk       *walk,
            const char *boundary,
            const char *text,
            const char *end,
            guint       line,
            guint       depth)
{
  const char *part = NULL;
  guint part_line = 0;
  gboolean last = FALSE;

  while (text < end && !last)
    {
      const char *next = next_line (text, end);

      line++;
      if (is_boundary (text, next, boundary, &last))
        {
          if (part != NULL)
            walk_message (walk, part, text, part_line, depth + 1);
          part = next;
          part_line = line;
        }
      text = next;
    }

  if (part != NULL && !last)
    walk_message (walk, part, end, part_line, depth + 1);
}

static void
walk_message (Walk       *walk,
              const char *text,
              const char *end,
              guint       line,
              guint       depth)
{
  g_auto (Header) header = { NULL };
  const char *body = read_headers (&header, text, end);

  line += count_lines (text, body);
  if (!g_str_has_prefix (header.type, "multipart/"))
    add_body (walk, &header, body, (depth > 0 ? without_break (body, end) : end) - body, line);
  else if (header.boundary != NULL && depth < MAX_DEPTH)
    walk_parts (walk, header.boundary, body, end, line, depth);
}

/**
 * hostel_mime_foreach:
 * @text: a message of UTF-8 without a NUL
 * @length: its length in bytes
 * @func: takes each part that is none of parts, and its text
 */
void
hostel_mime_foreach (const char     *text,
                     gsize           length,
                     HostelMimeFunc  func,
                     gpointer        user_data)
{
  Walk walk = { func, user_data };

  walk_message (&walk, text, text + length, 0, 0);
}
