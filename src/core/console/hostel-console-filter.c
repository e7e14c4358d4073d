/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "hostel-console-filter"

#include "config.h"

#include <string.h>

#include "hostel-console-filter.h"

/* What a guest's firmware, boot loader and system write is passed on as it is, but for this:
 *
 * - A full reset (ESC c; SeaBIOS begins with it) would drop the terminal's history. It becomes: back
 *   to the normal screen, soft reset, autowrap on, no attributes, clear.
 * - Autowrap that is turned off on an empty screen (ESC [ ? 7 l; SeaBIOS and SYSLINUX do it after a
 *   reset) would stay so for the system that boots, which never turns it on again: its long lines
 *   would lose their ends. It stays on.
 * - Clearing the screen scrolls it into the history in VTE when it is ESC [ 2 J; GRUB and vt220's
 *   clear do ESC [ H ESC [ J, which VTE takes literally. It becomes the former. A second clear of a
 *   screen that is blank already is dropped, else history would fill with blank screens.
 * - ESC [ 3 J, clear the history, is dropped.
 * - Numbers of more than four digits become 9999.
 * - xterm's window operations (ESC [ … t) move windows and tell their titles; one of them tells the
 *   size in characters, and stays.
 * - Control strings (OSC, DCS, SOS, PM, APC) do nothing but change titles, colours, clipboards and
 *   links or ask for answers: a console only draws. They are dropped.
 *
 * The sequences are ECMA-48's (5th edition, 5.3 to 5.6) as VTE's parser reads them, C1 controls as
 * UTF-8 included. Linux's own ESC ] P and ESC ] R, console_codes(4), end without a terminator. */

#define FULL_RESET "\033[?47l\033[!p\033[?7h\033[m\033(B\017"
/* For a first byte without its second, which must not find another one behind a dropped sequence. */
#define REPLACEMENT "\xef\xbf\xbd"
/* VTE gives up on longer ones, too. */
#define SEQUENCE_MAX 256
/* A string that is cut off by a reset of the guest must not swallow what follows for long. */
#define STRING_MAX 4096

#define PARAMETER_DIGITS 4
#define PARAMETER_MAX "9999"

#define CAN 0x18
#define SUB 0x1a
#define ESC 0x1b
#define BEL 0x07

typedef enum
{
  GROUND,
  C1_LEAD,      /* after 0xc2, which may begin a C1 control as UTF-8 */
  ESCAPE,       /* after ESC, and its intermediates */
  CONTROL,      /* a control sequence, after CSI */
  STRING,       /* a control string: dropped */
  STRING_C1,    /* in one, after 0xc2 */
  STRING_LINUX, /* ESC ] P and its seven digits */
} State;

struct _HostelConsoleFilter
{
  State    state;
  GString *sequence; /* owned: from ESC or C1 on, while in ESCAPE and CONTROL */
  guint    string_length;
  gboolean osc;      /* the string is one */
  gboolean at_home;  /* the cursor was sent to the top left, and nothing written since */
  gboolean blank;    /* the screen was cleared, and nothing written since */
  gboolean replay;
};

/**
 * hostel_console_filter_new:
 *
 * One for each stream of bytes; any thread, one at a time.
 *
 * Returns: (transfer full): a filter in its initial state
 */
HostelConsoleFilter *
hostel_console_filter_new (void)
{
  HostelConsoleFilter *self = g_new0 (HostelConsoleFilter, 1);

  self->sequence = g_string_new (NULL);

  return self;
}

void
hostel_console_filter_free (HostelConsoleFilter *self)
{
  if (self == NULL)
    return;

  g_string_free (self->sequence, TRUE);
  g_free (self);
}

/**
 * hostel_console_filter_set_replay:
 * @self: a filter
 * @replay: whether what follows is old
 *
 * Old output must not make the terminal answer: its requests for reports are dropped.
 */
void
hostel_console_filter_set_replay (HostelConsoleFilter *self,
                                  gboolean             replay)
{
  g_return_if_fail (self != NULL);

  self->replay = replay;
}

static void
wrote (HostelConsoleFilter *self)
{
  self->at_home = FALSE;
  self->blank = FALSE;
}

static void
put (GString *output,
     char     byte)
{
  g_string_append_len (output, &byte, 1);
}

static void
begin_sequence (HostelConsoleFilter *self,
                State                state,
                const char          *introducer)
{
  self->state = state;
  g_string_assign (self->sequence, introducer);
}

static void
begin_string (HostelConsoleFilter *self,
              gboolean             osc)
{
  self->state = STRING;
  self->osc = osc;
  self->string_length = 0;
}

static void
clear (HostelConsoleFilter *self,
       GString             *output)
{
  if (!self->blank)
    g_string_append (output, "\033[2J");
  self->blank = TRUE;
}

static void
full_reset (HostelConsoleFilter *self,
            GString             *output)
{
  g_string_append (output, FULL_RESET "\033[H");
  clear (self, output);
  self->at_home = TRUE;
}

/* The number that all of @parameters say, 0 where they are empty, -1 where they are something else. */
static int
single_number (const char *parameters,
               gsize       length)
{
  int number = 0;

  for (gsize i = 0; i < length; i++)
    {
      if (!g_ascii_isdigit (parameters[i]) || number > 1000)
        return -1;
      number = number * 10 + parameters[i] - '0';
    }

  return number;
}

static gboolean
is_home (const char *parameters,
         gsize       length)
{
  const char *separator = memchr (parameters, ';', length);
  gsize row_length = separator != NULL ? (gsize) (separator - parameters) : length;
  int row = single_number (parameters, row_length);
  int column = separator != NULL ? single_number (separator + 1, length - row_length - 1) : 1;

  return (row == 0 || row == 1) && (column == 0 || column == 1);
}

static gboolean
is_request (const char *parameters,
            gsize       length,
            char        final)
{
  /* DSR, DA, DECREQTPARM, window reports, DECRQM */
  return strchr ("ncxt", final) != NULL
         || (final == 'p' && length > 0 && parameters[length - 1] == '$');
}

/* A parameter that no screen needs becomes the largest: VTE 0.70 writes past a row's end at
 * ESC [ 2147483647 X, and other terminals loop for minutes. */
static void
pass_on (const GString *sequence,
         GString       *output)
{
  const char *end = sequence->str + sequence->len;

  for (const char *byte = sequence->str; byte < end; byte++)
    {
      const char *digits = byte;

      while (byte < end && g_ascii_isdigit (*byte))
        byte++;
      while (byte - digits > PARAMETER_DIGITS && *digits == '0')
        digits++;
      if (byte - digits > PARAMETER_DIGITS)
        g_string_append (output, PARAMETER_MAX);
      else
        g_string_append_len (output, digits, byte - digits);
      if (byte < end)
        put (output, *byte);
    }
}

/* ED, and DECSED, which differs for protected characters alone. */
static void
erase (HostelConsoleFilter *self,
       const char          *parameters,
       gsize                length,
       GString             *output)
{
  gboolean selective = length > 0 && parameters[0] == '?';
  int number = single_number (parameters + selective, length - selective);

  if (number == 3)
    return;

  if (number == 2 || (number == 0 && self->at_home))
    clear (self, output);
  else
    pass_on (self->sequence, output);
}

/* @self->sequence is whole. */
static void
end_control (HostelConsoleFilter *self,
             GString             *output)
{
  const GString *sequence = self->sequence;
  gsize start = 2; /* ESC [ and U+009B alike */
  const char *parameters = sequence->str + start;
  gsize length = sequence->len - start - 1;
  char final = sequence->str[sequence->len - 1];

  self->state = GROUND;

  if (final == 'J')
    {
      erase (self, parameters, length, output);
      return;
    }
  if (self->replay && is_request (parameters, length, final))
    return;
  /* xterm's window operations: only how many columns and rows there are. */
  if (final == 't' && !(length == 2 && memcmp (parameters, "18", 2) == 0))
    return;
  if (self->blank && self->at_home && final == 'l' && length == 2 && memcmp (parameters, "?7", 2) == 0)
    return;

  if (final == 'H' || final == 'f')
    self->at_home = is_home (parameters, length);
  else if (strchr ("ABCDEFGdK", final) != NULL)
    self->at_home = FALSE;
  else if (strchr ("mhlnr", final) == NULL)
    wrote (self);

  pass_on (sequence, output);
}

static void
feed_ground (HostelConsoleFilter *self,
             guchar               byte,
             GString             *output)
{
  if (byte == 0xc2)
    {
      self->state = C1_LEAD;
      return;
    }
  /* Nobody waits for an answer (to ENQ), and what rang then does not ring now. */
  if ((byte == 0x05 || byte == BEL) && self->replay)
    return;

  if (byte >= 0x20 || byte == '\n')
    wrote (self);
  put (output, byte);
}

/* After ESC, or a C1 control given as the byte it is after ESC. */
static gboolean
begin_by_final (HostelConsoleFilter *self,
                guchar               byte,
                const char          *introducer)
{
  switch (byte)
    {
    case '[':
      begin_sequence (self, CONTROL, introducer);
      return TRUE;
    case ']':
      begin_string (self, TRUE);
      return TRUE;
    case 'P':
    case 'X':
    case '^':
    case '_':
      begin_string (self, FALSE);
      return TRUE;
    default:
      return FALSE;
    }
}

static void
feed_escape (HostelConsoleFilter *self,
             guchar               byte,
             GString             *output)
{
  if (self->sequence->len == 1 && begin_by_final (self, byte, "\033["))
    return;

  put (self->sequence, byte);
  if (byte >= 0x20 && byte <= 0x2f && self->sequence->len < SEQUENCE_MAX)
    return;

  self->state = GROUND;
  if (self->sequence->len == 2 && byte == 'c')
    {
      full_reset (self, output);
      return;
    }
  if (self->sequence->len == 2 && byte == 'Z' && self->replay) /* DECID */
    return;
  /* Character sets, keypad and the saved cursor write nothing. */
  if (strchr ("()*+78=>\\", self->sequence->str[1]) == NULL)
    wrote (self);
  else if (byte == '8')
    self->at_home = FALSE;
  g_string_append_len (output, self->sequence->str, self->sequence->len);
}

static void
feed_control (HostelConsoleFilter *self,
              guchar               byte,
              GString             *output)
{
  if (byte == 0x7f)
    return;

  put (self->sequence, byte);
  if (byte >= 0x40)
    end_control (self, output);
  else if (self->sequence->len >= SEQUENCE_MAX)
    self->state = GROUND;
}

static void
feed_c1_lead (HostelConsoleFilter *self,
              guchar               byte,
              GString             *output)
{
  self->state = GROUND;
  if (byte >= 0x80 && byte <= 0x9f && begin_by_final (self, byte - 0x40, "\xc2\x9b"))
    return;

  wrote (self);
  if (byte >= 0x80 && byte <= 0xbf)
    {
      put (output, '\xc2');
      put (output, byte);
    }
  else
    {
      g_string_append (output, REPLACEMENT);
      feed_ground (self, byte, output);
    }
}

static void
feed_string (HostelConsoleFilter *self,
             guchar               byte,
             GString             *output)
{
  self->string_length++;

  if (self->state == STRING_LINUX)
    {
      if (self->string_length == 8 || !g_ascii_isxdigit (byte))
        self->state = GROUND;
      return;
    }

  if (self->state == STRING_C1)
    {
      self->state = byte == 0x9c ? GROUND : STRING;
      return;
    }

  if (self->osc && self->string_length == 1 && byte == 'P')
    self->state = STRING_LINUX;
  else if (self->osc && self->string_length == 1 && byte == 'R')
    self->state = GROUND;
  else if (byte == BEL || byte == CAN || byte == SUB || self->string_length >= STRING_MAX)
    self->state = GROUND;
  else if (byte == 0xc2)
    self->state = STRING_C1;
  else if (byte == '\n' || byte == '\r')
    {
      /* No string has a line end: it was cut off, and this is new. */
      self->state = GROUND;
      feed_ground (self, byte, output);
    }
}

/* C0 controls that act within a sequence. %FALSE where @byte is none. */
static gboolean
feed_c0 (HostelConsoleFilter *self,
         guchar               byte,
         GString             *output)
{
  if (byte == ESC)
    {
      if (self->state == C1_LEAD)
        g_string_append (output, REPLACEMENT);
      begin_sequence (self, ESCAPE, "\033");
      return TRUE;
    }

  if (self->state != ESCAPE && self->state != CONTROL)
    return FALSE;

  if (byte >= 0x80)
    {
      /* No part of a sequence: it was cut off. */
      self->state = GROUND;
      feed_ground (self, byte, output);
      return TRUE;
    }

  if (byte >= 0x20)
    return FALSE;

  if (byte == CAN || byte == SUB)
    self->state = GROUND;
  else
    feed_ground (self, byte, output);

  return TRUE;
}

static gsize
count_plain (const char *data,
             gsize       size)
{
  gsize i;

  for (i = 0; i < size; i++)
    {
      guchar byte = data[i];

      if ((byte < 0x20 && byte != '\n' && byte != '\r') || byte == 0xc2)
        break;
    }

  return i;
}

/**
 * hostel_console_filter_feed:
 * @self: a filter
 * @data: what the guest has written
 * @size: of @data, in bytes
 * @output: where to append what the terminal is to be fed
 *
 * @data may be cut anywhere: the concatenated output is the same for any cuts.
 */
void
hostel_console_filter_feed (HostelConsoleFilter *self,
                            const char          *data,
                            gsize                size,
                            GString             *output)
{
  g_return_if_fail (self != NULL);
  g_return_if_fail (output != NULL);

  for (gsize i = 0; i < size; i++)
    {
      guchar byte = data[i];
      gsize n_plain;

      /* Most of it, many at once. */
      if (self->state == GROUND && (n_plain = count_plain (data + i, size - i)) > 0)
        {
          wrote (self);
          g_string_append_len (output, data + i, n_plain);
          i += n_plain - 1;
          continue;
        }

      if (feed_c0 (self, byte, output))
        continue;

      switch (self->state)
        {
        case GROUND:
          feed_ground (self, byte, output);
          break;
        case C1_LEAD:
          feed_c1_lead (self, byte, output);
          break;
        case ESCAPE:
          feed_escape (self, byte, output);
          break;
        case CONTROL:
          feed_control (self, byte, output);
          break;
        case STRING:
        case STRING_C1:
        case STRING_LINUX:
          feed_string (self, byte, output);
          break;
        default:
          g_assert_not_reached ();
        }
    }
}

/**
 * hostel_console_filter_reset:
 * @self: a filter
 * @output: where to append what the terminal is to be fed
 *
 * Between two streams of bytes: forgets a sequence that was cut off, and puts the terminal's modes
 * right for somebody new, without erasing anything.
 */
void
hostel_console_filter_reset (HostelConsoleFilter *self,
                             GString             *output)
{
  g_return_if_fail (self != NULL);
  g_return_if_fail (output != NULL);

  self->state = GROUND;
  self->replay = FALSE;
  wrote (self);
  g_string_append (output, FULL_RESET);
}
