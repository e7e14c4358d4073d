/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "hostel-checksum-file"

#include "config.h"

#include "hostel-checksum-file.h"

#include <string.h>

#include <glib/gi18n.h>

#include "hostel-error.h"

#define SIGNED_BEGIN "-----BEGIN PGP SIGNED MESSAGE-----"
#define SIGNATURE_BEGIN "-----BEGIN PGP SIGNATURE-----"
#define HEX "0123456789abcdefABCDEF"

/* What was found for the one file name. The strongest digest is taken. */
typedef struct
{
  const char    *file_name; /* borrowed */
  gboolean       any_name;  /* the one digest that is there is the file's */
  char          *hex;       /* owned, nullable */
  GChecksumType  type;
  gboolean       conflict;  /* two lines say different things */
} Search;

static gboolean
get_type (gsize          digits,
          GChecksumType *type)
{
  if (digits == 64)
    *type = G_CHECKSUM_SHA256;
  else if (digits == 128)
    *type = G_CHECKSUM_SHA512;
  else
    return FALSE;

  return TRUE;
}

static void
take (Search     *search,
      const char *hex,
      gsize       digits)
{
  g_autofree char *lower = g_ascii_strdown (hex, (gssize) digits);
  GChecksumType type;

  if (!get_type (digits, &type))
    return;

  if (search->hex != NULL && search->type == type && !g_str_equal (search->hex, lower))
    search->conflict = TRUE;
  if (search->hex != NULL && search->type == G_CHECKSUM_SHA512)
    return;

  g_free (search->hex);
  search->hex = g_steal_pointer (&lower);
  search->type = type;
}

static gboolean
is_wanted (const Search *search,
           const char   *name)
{
  if (g_str_has_prefix (name, "./"))
    name += 2;

  return search->any_name || g_str_equal (name, search->file_name);
}

/* coreutils: "HEX  NAME", "HEX *NAME"; a leading backslash would announce an escaped name. */
static void
read_gnu (Search     *search,
          const char *line)
{
  gsize digits = strspn (line, HEX);
  const char *name = line + digits;

  if (*name != ' ' && *name != '\t')
    return;

  while (*name == ' ' || *name == '\t')
    name++;
  if (*name == '*')
    name++;
  if (is_wanted (search, name))
    take (search, line, digits);
}

/* BSD: "SHA256 (NAME) = HEX". */
static void
read_bsd (Search     *search,
          const char *line)
{
  const char *open = strstr (line, " (");
  const char *close = g_strrstr (line, ") = ");
  g_autofree char *name = NULL;
  const char *hex;

  if (open == NULL || close == NULL || close < open + 2 || !g_str_has_prefix (line, "SHA"))
    return;

  name = g_strndup (open + 2, (gsize) (close - open - 2));
  hex = close + strlen (") = ");
  if (is_wanted (search, name) && hex[strspn (hex, HEX)] == '\0')
    take (search, hex, strlen (hex));
}

/* ".sha512" beside the image: nothing but the digest. */
static void
read_bare (Search     *search,
           const char *line)
{
  gsize digits = strspn (line, HEX);

  if (line[digits] == '\0')
    take (search, line, digits);
}

/**
 * hostel_checksum_file_is_signed:
 *
 * Returns: whether the text carries its own OpenPGP signature
 */
gboolean
hostel_checksum_file_is_signed (const char *text,
                                gsize       length)
{
  g_autofree char *copy = g_strndup (text, length);

  return g_str_has_prefix (copy, SIGNED_BEGIN) || strstr (copy, "\n" SIGNED_BEGIN) != NULL;
}

/* RFC 9580, 7: the signed lines begin after the headers' empty line; what stands before or after
 * them is nobody's word. */
static void
keep_signed_lines (GStrv lines)
{
  guint from;
  guint i;

  for (i = 0; lines[i] != NULL && !g_str_equal (lines[i], SIGNED_BEGIN); i++)
    ;
  if (lines[i] == NULL)
    return;

  for (from = i; lines[from] != NULL && *lines[from] != '\0'; from++)
    ;
  for (i = 0; lines[i] != NULL; i++)
    {
      if (g_str_equal (lines[i], SIGNATURE_BEGIN))
        from = G_MAXUINT;
      if (i <= from || from == G_MAXUINT)
        *lines[i] = '\0';
      else if (g_str_has_prefix (lines[i], "- "))
        memmove (lines[i], lines[i] + 2, strlen (lines[i] + 2) + 1);
    }
}

/**
 * hostel_checksum_file_find:
 * @text: the file's bytes, as coreutils, BSD's tools or a clear signature write them
 * @length: how many
 * @file_name: the image's name, without directories
 * @any_name: whether the text stands beside that one file: then its name in it may be another (a
 *   build's, where the file itself is the "latest")
 * @type: (out): %G_CHECKSUM_SHA256 or %G_CHECKSUM_SHA512, the stronger one that is there
 * @hex: (out) (transfer full): the digest, lower case
 * @error: set to %HOSTEL_ERROR_NOT_FOUND, or %HOSTEL_ERROR_INVALID where it contradicts itself
 *
 * Of a clear-signed text only the signed part counts; whether the signature is good is for
 * hostel_signature_verify() to say.
 */
gboolean
hostel_checksum_file_find (const char     *text,
                           gsize           length,
                           const char     *file_name,
                           gboolean        any_name,
                           GChecksumType  *type,
                           char          **hex,
                           GError        **error)
{
  Search search = { .file_name = file_name, .any_name = any_name };
  g_autofree char *copy = NULL;
  g_auto (GStrv) lines = NULL;
  guint used = 0;

  g_return_val_if_fail (text != NULL && file_name != NULL, FALSE);

  copy = g_strndup (text, length);
  lines = g_strsplit (copy, "\n", -1);
  for (guint i = 0; lines[i] != NULL; i++)
    g_strchomp (lines[i]);
  keep_signed_lines (lines);

  for (guint i = 0; lines[i] != NULL; i++)
    {
      if (*lines[i] == '\0' || *lines[i] == '#')
        continue;
      used++;
      read_gnu (&search, lines[i]);
      read_bsd (&search, lines[i]);
    }
  for (guint i = 0; lines[i] != NULL && used == 1; i++)
    read_bare (&search, lines[i]);

  if (search.hex != NULL && !search.conflict)
    {
      *type = search.type;
      *hex = search.hex;
      return TRUE;
    }

  if (search.conflict)
    hostel_error_set (error, HOSTEL_ERROR_INVALID, _("Try again later."), NULL,
                      _("The published checksums contradict each other for “%s”."), file_name);
  else
    hostel_error_set (error, HOSTEL_ERROR_NOT_FOUND,
                      _("A newer release may have replaced it: look for one in the catalogue."),
                      NULL, _("No checksum is published for “%s”."), file_name);
  g_free (search.hex);

  return FALSE;
}
