/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "hostel-ssh-key"

#include "config.h"

#include <glib/gi18n.h>
#include <string.h>

#include "hostel-error.h"
#include "hostel-file.h"
#include "hostel-ssh-key.h"

/* Far more than a person's keys need; a bigger file is something else. */
#define MAX_FILE_SIZE (64 * 1024)

/* sshd(8): an RSA key under 1024 bits is never accepted (SSH_RSA_MINIMUM_MODULUS_SIZE). */
#define MIN_RSA_BYTES (1024 / 8)

/* The fields after the type's own name in the blob, RFC 4253 6.6, RFC 5656 3.1, RFC 8709 4 and
 * OpenSSH's PROTOCOL.u2f: m an mpint, M an RSA modulus, c the curve's name, p a point of it,
 * e 32 bytes of Ed25519, a the application of a security key. */
typedef struct
{
  const char *type;
  const char *label;
  const char *fields;
  const char *curve;
  gsize       point_size;
} KeyType;

static const KeyType key_types[] = {
  { "ssh-ed25519", "ED25519", "e", NULL, 0 },
  { "ssh-rsa", "RSA", "mM", NULL, 0 },
  { "ecdsa-sha2-nistp256", "ECDSA", "cp", "nistp256", 65 },
  { "ecdsa-sha2-nistp384", "ECDSA", "cp", "nistp384", 97 },
  { "ecdsa-sha2-nistp521", "ECDSA", "cp", "nistp521", 133 },
  { "sk-ssh-ed25519@openssh.com", "ED25519-SK", "ea", NULL, 0 },
  { "sk-ecdsa-sha2-nistp256@openssh.com", "ECDSA-SK", "cpa", "nistp256", 65 },
  { "ssh-dss", "DSA", "mmmm", NULL, 0 },
};

/* A line taken apart; all point into it. */
typedef struct
{
  const KeyType *type;
  const char    *blob;
  gsize          blob_length;
  const char    *comment;
} KeyLine;

static const KeyType *
find_type (const char *word,
           gsize       length)
{
  for (gsize i = 0; i < G_N_ELEMENTS (key_types); i++)
    {
      if (strlen (key_types[i].type) == length && memcmp (key_types[i].type, word, length) == 0)
        return &key_types[i];
    }

  return NULL;
}

static const char *
skip_blanks (const char *c)
{
  return c + strspn (c, " \t");
}

/* sshd(8), AUTHORIZED_KEYS FILE FORMAT: no spaces in the options but within double quotes. */
static const char *
skip_options (const char *c)
{
  gboolean quoted = FALSE;

  for (; *c != '\0' && (quoted || (*c != ' ' && *c != '\t')); c++)
    {
      if (*c == '\\' && c[1] == '"')
        c++;
      else if (*c == '"')
        quoted = !quoted;
    }

  return quoted ? NULL : c;
}

static gboolean
split_line (const char *line,
            KeyLine    *key)
{
  const char *word = skip_blanks (line);
  gsize length = strcspn (word, " \t");

  if ((key->type = find_type (word, length)) == NULL)
    {
      if ((word = skip_options (word)) == NULL)
        return FALSE;

      word = skip_blanks (word);
      length = strcspn (word, " \t");
      if ((key->type = find_type (word, length)) == NULL)
        return FALSE;
    }

  key->blob = skip_blanks (word + length);
  key->blob_length = strcspn (key->blob, " \t");
  key->comment = skip_blanks (key->blob + key->blob_length);

  return TRUE;
}

/* Strict: no character outside the alphabet, padding complete, no bit left over. */
static guchar *
decode_blob (const KeyLine *key,
             gsize         *size)
{
  g_autofree char *text = g_strndup (key->blob, key->blob_length);
  g_autofree guchar *data = NULL;
  g_autofree char *again = NULL;

  if (text[0] == '\0' || key->blob_length % 4 != 0)
    return NULL;

  data = g_base64_decode (text, size);
  again = g_base64_encode (data, *size);
  if (strcmp (text, again) != 0)
    return NULL;

  return g_steal_pointer (&data);
}

static gboolean
take_string (const guchar **data,
             gsize         *left,
             const guchar **string,
             gsize         *length)
{
  guint32 size;

  if (*left < 4)
    return FALSE;

  memcpy (&size, *data, 4);
  size = GUINT32_FROM_BE (size);
  if (size > *left - 4)
    return FALSE;

  *string = *data + 4;
  *length = size;
  *data += 4 + size;
  *left -= 4 + size;
  return TRUE;
}

static gboolean
field_fits (const KeyType *type,
            char           field,
            const guchar  *string,
            gsize          length)
{
  switch (field)
    {
    case 'm':
      return length > 0 && (string[0] & 0x80) == 0;

    case 'M':
      return length >= MIN_RSA_BYTES && (string[0] & 0x80) == 0;

    case 'c':
      return length == strlen (type->curve) && memcmp (string, type->curve, length) == 0;

    case 'p':
      return length == type->point_size && string[0] == 0x04;

    case 'e':
      return length == 32;

    case 'a':
      return length > 0;

    default:
      g_assert_not_reached ();
    }
}

static gboolean
blob_is_whole (const KeyType *type,
               const guchar  *data,
               gsize          size)
{
  const guchar *string;
  gsize length;

  if (!take_string (&data, &size, &string, &length) ||
      length != strlen (type->type) || memcmp (string, type->type, length) != 0)
    return FALSE;

  for (const char *field = type->fields; *field != '\0'; field++)
    {
      if (!take_string (&data, &size, &string, &length) ||
          !field_fits (type, *field, string, length))
        return FALSE;
    }

  return size == 0;
}

static void
set_private_error (GError **error)
{
  hostel_error_set (error, HOSTEL_ERROR_INVALID,
                    _("Use the public key, the file whose name ends in “.pub”."), NULL,
                    _("This is a private key. It was not stored: it must never leave your "
                      "computer."));
}

static void
set_unknown_error (const char  *line,
                   GError     **error)
{
  if (strstr (line, "-cert-v01@openssh.com") != NULL)
    hostel_error_set (error, HOSTEL_ERROR_INVALID, _("Use the public key beside it."), NULL,
                      _("This is an SSH certificate, not a public key."));
  else if (strstr (line, "BEGIN SSH2 PUBLIC KEY") != NULL)
    hostel_error_set (error, HOSTEL_ERROR_INVALID,
                      _("Convert it with “ssh-keygen -i -f FILE”."), NULL,
                      _("This public key is in the SSH2 format, which OpenSSH does not read."));
  else
    hostel_error_set (error, HOSTEL_ERROR_INVALID,
                      _("Paste one line that begins with “ssh-ed25519”, “ssh-rsa” or "
                        "“ecdsa-sha2-”."), NULL,
                      _("This is not an SSH public key."));
}

/**
 * hostel_ssh_key_is_private:
 * @text: anything a person pasted
 *
 * Returns: whether @text holds (a part of) a private key: OpenSSH's, PEM's or PuTTY's
 */
gboolean
hostel_ssh_key_is_private (const char *text)
{
  g_return_val_if_fail (text != NULL, FALSE);

  /* "b3BlbnNzaC1rZXktdjE" is OpenSSH's magic "openssh-key-v1" in base64: the body alone. */
  return strstr (text, "PRIVATE KEY-----") != NULL ||
         strstr (text, "PuTTY-User-Key-File") != NULL ||
         strstr (text, "b3BlbnNzaC1rZXktdjE") != NULL;
}

/**
 * hostel_ssh_key_check:
 * @line: one line as in authorized_keys, with or without options and comment
 * @error: return location for a #GError
 *
 * Checks the type, the base64, and that the lengths inside the key agree, so that a key cut in half
 * is noticed. The format is that of sshd(8), AUTHORIZED_KEYS FILE FORMAT.
 *
 * Returns: %TRUE, or %FALSE with a %HOSTEL_ERROR_INVALID that never contains a private key
 */
gboolean
hostel_ssh_key_check (const char  *line,
                      GError     **error)
{
  g_autofree guchar *data = NULL;
  gsize size = 0;
  KeyLine key;

  g_return_val_if_fail (line != NULL, FALSE);

  if (hostel_ssh_key_is_private (line))
    {
      set_private_error (error);
      return FALSE;
    }

  if (!g_utf8_validate (line, -1, NULL) || !split_line (line, &key))
    {
      set_unknown_error (line, error);
      return FALSE;
    }

  for (const char *c = line; *c != '\0'; c++)
    {
      if (g_ascii_iscntrl (*c) && *c != '\t')
        {
          hostel_error_set (error, HOSTEL_ERROR_INVALID, _("Paste the key as one line."), NULL,
                            _("The SSH key contains a line break or another control character."));
          return FALSE;
        }
    }

  if ((data = decode_blob (&key, &size)) == NULL || !blob_is_whole (key.type, data, size))
    {
      hostel_error_set (error, HOSTEL_ERROR_INVALID,
                        _("Copy the whole line from the “.pub” file again."), NULL,
                        _("The SSH key is cut off or damaged."));
      return FALSE;
    }

  return TRUE;
}

/**
 * hostel_ssh_key_dup_plain:
 * @line: anything, such as what a stranger calls a host's key
 *
 * Returns: (transfer full) (nullable): type and key alone, which can stand in known_hosts; %NULL
 *   where @line is not one whole public key, or has options or markers in front
 */
char *
hostel_ssh_key_dup_plain (const char *line)
{
  KeyLine key;

  g_return_val_if_fail (line != NULL, NULL);

  if (!hostel_ssh_key_check (line, NULL) || !split_line (line, &key) ||
      !g_str_has_prefix (skip_blanks (line), key.type->type))
    return NULL;

  return g_strdup_printf ("%s %.*s", key.type->type, (int) key.blob_length, key.blob);
}

/**
 * hostel_ssh_key_parse_lines:
 * @text: one or more keys, a line each; empty lines and lines with "#" are skipped
 * @error: return location for a #GError
 *
 * Returns: (transfer full): the keys without white space around them, possibly none; or %NULL with
 *   @error set where one line is no whole public key
 */
GStrv
hostel_ssh_key_parse_lines (const char  *text,
                            GError     **error)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_auto (GStrv) lines = NULL;

  g_return_val_if_fail (text != NULL, NULL);

  if (hostel_ssh_key_is_private (text))
    {
      set_private_error (error);
      return NULL;
    }

  lines = g_strsplit (text, "\n", -1);
  for (gsize i = 0; lines[i] != NULL; i++)
    {
      const char *line = g_strstrip (lines[i]);

      if (line[0] == '\0' || line[0] == '#')
        continue;

      if (!hostel_ssh_key_check (line, error))
        return NULL;

      g_strv_builder_add (builder, line);
    }

  return g_strv_builder_end (builder);
}

/**
 * hostel_ssh_key_read_file:
 * @path: a file of public keys, such as id_ed25519.pub or authorized_keys
 * @error: return location for a #GError
 *
 * Blocks while it reads at most 64 KiB.
 *
 * Returns: (transfer full): at least one key, or %NULL with @error set
 */
GStrv
hostel_ssh_key_read_file (const char  *path,
                          GError     **error)
{
  g_autoptr (GFile) file = NULL;
  g_autoptr (GError) local_error = NULL;
  g_autofree char *text = NULL;
  g_auto (GStrv) keys = NULL;
  gsize length = 0;

  g_return_val_if_fail (path != NULL, NULL);

  file = g_file_new_for_path (path);
  if ((text = hostel_file_read (file, MAX_FILE_SIZE, FALSE, &length, &local_error)) == NULL)
    {
      hostel_error_set (error, HOSTEL_ERROR_NOT_FOUND, _("Choose another file."), local_error->message,
                        _("The SSH key file “%s” cannot be read."), path);
      return NULL;
    }

  if (length > MAX_FILE_SIZE || memchr (text, '\0', length) != NULL)
    {
      hostel_error_set (error, HOSTEL_ERROR_INVALID, _("Choose a file that ends in “.pub”."), NULL,
                        _("“%s” is not a file of SSH public keys."), path);
      return NULL;
    }

  keys = hostel_ssh_key_parse_lines (text, error);
  if (hostel_ssh_key_is_private (text))
    explicit_bzero (text, length);

  if (keys != NULL && keys[0] == NULL)
    {
      hostel_error_set (error, HOSTEL_ERROR_INVALID, _("Choose a file that ends in “.pub”."), NULL,
                        _("There is no SSH public key in “%s”."), path);
      return NULL;
    }

  return g_steal_pointer (&keys);
}

static int
compare_paths (gconstpointer a,
               gconstpointer b)
{
  /* ssh(1) offers id_ed25519 by default nowadays, so a person's own comes first. */
  const char *first = *(const char * const *) a;
  const char *second = *(const char * const *) b;
  gboolean first_own = g_str_has_suffix (first, "/id_ed25519.pub");
  gboolean second_own = g_str_has_suffix (second, "/id_ed25519.pub");

  if (first_own != second_own)
    return first_own ? -1 : 1;

  return strcmp (first, second);
}

static GPtrArray *
find_public_files (const char *directory)
{
  GPtrArray *paths = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GDir) dir = g_dir_open (directory, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      if (g_str_has_suffix (name, ".pub"))
        g_ptr_array_add (paths, g_build_filename (directory, name, NULL));
    }

  g_ptr_array_sort (paths, compare_paths);
  return paths;
}

/**
 * hostel_ssh_key_find_own:
 * @home: (nullable): a home directory, %NULL for the own one
 *
 * Reads the files of the .ssh directory whose names end in ".pub", so it blocks for a moment. What
 * is no whole public key is left out.
 *
 * Returns: (transfer full): the public keys, each once, the likeliest first; never %NULL
 */
GStrv
hostel_ssh_key_find_own (const char *home)
{
  g_autofree char *directory = NULL;
  g_autoptr (GPtrArray) paths = NULL;
  g_autoptr (GPtrArray) found = g_ptr_array_new_with_free_func (g_free);

  directory = g_build_filename (home != NULL ? home : g_get_home_dir (), ".ssh", NULL);
  paths = find_public_files (directory);

  for (guint i = 0; i < paths->len; i++)
    {
      g_auto (GStrv) keys = hostel_ssh_key_read_file (g_ptr_array_index (paths, i), NULL);

      for (gsize j = 0; keys != NULL && keys[j] != NULL; j++)
        {
          if (!g_ptr_array_find_with_equal_func (found, keys[j], g_str_equal, NULL))
            g_ptr_array_add (found, g_strdup (keys[j]));
        }
    }

  g_ptr_array_add (found, NULL);
  return (GStrv) g_ptr_array_free (g_steal_pointer (&found), FALSE);
}

/**
 * hostel_ssh_key_dup_label:
 * @line: a public key line
 *
 * Returns: (transfer full): what a person knows the key by: its type, and its comment or, as
 *   "ssh-keygen -l" prints it, its SHA-256 fingerprint
 */
char *
hostel_ssh_key_dup_label (const char *line)
{
  g_autofree guchar *data = NULL;
  g_autoptr (GChecksum) checksum = NULL;
  g_autofree char *fingerprint = NULL;
  guint8 digest[32];
  gsize digest_length = sizeof digest;
  gsize size = 0;
  KeyLine key;

  g_return_val_if_fail (line != NULL, NULL);

  if (!split_line (line, &key) || (data = decode_blob (&key, &size)) == NULL)
    return g_strdup (_("Not an SSH key"));

  if (key.comment[0] != '\0')
    return g_strdup_printf ("%s (%s)", key.comment, key.type->label);

  checksum = g_checksum_new (G_CHECKSUM_SHA256);
  g_checksum_update (checksum, data, size);
  g_checksum_get_digest (checksum, digest, &digest_length);
  fingerprint = g_base64_encode (digest, digest_length);
  g_strchomp (g_strdelimit (fingerprint, "=", ' '));

  return g_strdup_printf ("SHA256:%s (%s)", fingerprint, key.type->label);
}
