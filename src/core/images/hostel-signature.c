/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "hostel-signature"

#include "config.h"

#include "hostel-signature.h"

#include <string.h>

#include <glib/gi18n.h>
#include <glib/gstdio.h>

#include "hostel-error.h"

#define KEY_BEGIN "-----BEGIN PGP PUBLIC KEY BLOCK-----"
#define KEY_END "-----END PGP PUBLIC KEY BLOCK-----"
/* GnuPG's doc/DETAILS: VALIDSIG <fingerprint> ... <primary key's fingerprint>. */
#define VALIDSIG "[GNUPG:] VALIDSIG "

/* RFC 9580, 6: the checksum behind "=" is optional and guards against nothing that the signature
 * does not. */
static void
append_block (GByteArray *keyring,
              const char *block)
{
  g_auto (GStrv) lines = g_strsplit (block, "\n", -1);
  g_autoptr (GString) base64 = g_string_new (NULL);
  g_autofree guchar *data = NULL;
  gboolean in_body = FALSE;
  gsize length;

  for (guint i = 0; lines[i] != NULL; i++)
    {
      g_strstrip (lines[i]);
      if (g_str_has_prefix (lines[i], KEY_END) || (in_body && *lines[i] == '='))
        break;
      if (in_body)
        g_string_append (base64, lines[i]);
      else
        in_body = *lines[i] == '\0';
    }

  data = g_base64_decode (base64->str, &length);
  g_byte_array_append (keyring, data, (guint) length);
}

static GBytes *
dup_binary (const char *contents,
            gsize       length)
{
  g_autoptr (GByteArray) keyring = NULL;
  const char *block = g_strstr_len (contents, (gssize) length, KEY_BEGIN);

  if (block == NULL)
    return g_bytes_new (contents, length);

  keyring = g_byte_array_new ();
  for (; block != NULL; block = strstr (block + 1, KEY_BEGIN))
    append_block (keyring, block);

  return g_byte_array_free_to_bytes (g_steal_pointer (&keyring));
}

/**
 * hostel_signature_load_keyring:
 * @files: paths, armored or binary
 * @error: set to %HOSTEL_ERROR_NOT_FOUND
 *
 * Returns: (transfer full) (nullable): the keys of the first one that can be read
 */
GBytes *
hostel_signature_load_keyring (const char * const  *files,
                               GError             **error)
{
  g_autofree char *all = NULL;

  for (guint i = 0; files != NULL && files[i] != NULL; i++)
    {
      g_autofree char *contents = NULL;
      gsize length;

      if (g_file_get_contents (files[i], &contents, &length, NULL) && length > 0)
        return dup_binary (contents, length);
    }

  all = files != NULL ? g_strjoinv (", ", (char **) files) : NULL;
  hostel_error_set (error, HOSTEL_ERROR_NOT_FOUND, _("Install the distribution’s keys."), all,
                    _("The distribution’s key is not on this computer."));

  return NULL;
}

/**
 * hostel_signature_is_available:
 *
 * Returns: whether gpgv is installed
 */
gboolean
hostel_signature_is_available (void)
{
  g_autofree char *path = g_find_program_in_path ("gpgv");

  return path != NULL;
}

static gboolean
is_one_of (const char * const *fingerprints,
           const char         *fingerprint)
{
  for (guint i = 0; fingerprints[i] != NULL; i++)
    if (g_ascii_strcasecmp (fingerprints[i], fingerprint) == 0)
      return TRUE;

  return FALSE;
}

/* A keyring may have more keys than the one that is meant. */
static char *
find_signer (const char         *status,
             const char * const *fingerprints)
{
  g_auto (GStrv) lines = g_strsplit (status, "\n", -1);

  for (guint i = 0; lines[i] != NULL; i++)
    {
      g_auto (GStrv) words = NULL;
      guint n;

      if (!g_str_has_prefix (lines[i], VALIDSIG))
        continue;
      words = g_strsplit (lines[i] + strlen (VALIDSIG), " ", -1);
      n = g_strv_length (words);
      if (n > 0 && is_one_of (fingerprints, words[n - 1]))
        return g_strdup (words[n - 1]);
      if (n > 0 && is_one_of (fingerprints, words[0]))
        return g_strdup (words[0]);
    }

  return NULL;
}

static gboolean
run_gpgv (const char    *folder,
          const char    *keyring,
          const char    *data_path,
          const char    *signature_path,
          const char    *output,
          char         **status,
          char         **errors,
          GCancellable  *cancellable,
          GError       **error)
{
  g_autoptr (GSubprocessLauncher) launcher = NULL;
  g_autoptr (GSubprocess) process = NULL;
  g_autoptr (GPtrArray) argv = g_ptr_array_new ();

  g_ptr_array_add (argv, (gpointer) "gpgv");
  g_ptr_array_add (argv, (gpointer) "--homedir");
  g_ptr_array_add (argv, (gpointer) folder);
  g_ptr_array_add (argv, (gpointer) "--status-fd=1");
  g_ptr_array_add (argv, (gpointer) "--keyring");
  g_ptr_array_add (argv, (gpointer) keyring);
  if (signature_path == NULL)
    {
      g_ptr_array_add (argv, (gpointer) "--output");
      g_ptr_array_add (argv, (gpointer) output);
    }
  else
    g_ptr_array_add (argv, (gpointer) signature_path);
  g_ptr_array_add (argv, (gpointer) data_path);
  g_ptr_array_add (argv, NULL);

  launcher = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE |
                                        G_SUBPROCESS_FLAGS_STDERR_PIPE);
  g_subprocess_launcher_setenv (launcher, "LC_ALL", "C.UTF-8", TRUE);
  process = g_subprocess_launcher_spawnv (launcher, (const char * const *) argv->pdata, error);

  return process != NULL &&
         g_subprocess_communicate_utf8 (process, NULL, cancellable, status, errors, error);
}

static gboolean
verify_in (const char          *folder,
           GBytes              *keyring,
           const char * const  *fingerprints,
           const char          *data_path,
           const char          *signature_path,
           GBytes             **signed_text,
           char               **signer,
           GCancellable        *cancellable,
           GError             **error)
{
  g_autofree char *keyring_path = g_build_filename (folder, "keys.gpg", NULL);
  g_autofree char *output = g_build_filename (folder, "text", NULL);
  g_autofree char *status = NULL;
  g_autofree char *errors = NULL;
  g_autofree char *found = NULL;
  g_autofree char *contents = NULL;
  gsize length;

  if (!g_file_set_contents (keyring_path, g_bytes_get_data (keyring, NULL),
                            (gssize) g_bytes_get_size (keyring), error) ||
      !run_gpgv (folder, keyring_path, data_path, signature_path, output, &status, &errors,
                 cancellable, error))
    return FALSE;

  found = find_signer (status, fingerprints);
  if (found == NULL || strstr (status, "[GNUPG:] BADSIG") != NULL ||
      (signature_path == NULL && !g_file_get_contents (output, &contents, &length, NULL)))
    {
      hostel_error_set (error, HOSTEL_ERROR_DENIED,
                        _("Nothing of it was kept. Try again later; if it stays so, somebody may "
                          "have changed the file."),
                        errors, _("The signature is not the distribution’s."));
      return FALSE;
    }

  if (signed_text != NULL)
    *signed_text = contents != NULL ? g_bytes_new_take (g_steal_pointer (&contents), length) : NULL;
  *signer = g_steal_pointer (&found);

  return TRUE;
}

/**
 * hostel_signature_verify:
 * @keyring: binary keys
 * @fingerprints: of the primary keys that may sign
 * @data_path: the file that is signed
 * @signature_path: (nullable): the signature, %NULL where @data_path carries it (clear-signed)
 * @signed_text: (out) (optional) (nullable): of a clear-signed file, what is really signed
 * @signer: (out): fingerprint of the key that signed
 * @cancellable: (nullable): to stop it
 * @error: set to %HOSTEL_ERROR_DENIED where the signature is not good or not one of theirs
 *
 * Needs gpgv, see hostel_signature_is_available(). Blocks.
 */
gboolean
hostel_signature_verify (GBytes              *keyring,
                         const char * const  *fingerprints,
                         const char          *data_path,
                         const char          *signature_path,
                         GBytes             **signed_text,
                         char               **signer,
                         GCancellable        *cancellable,
                         GError             **error)
{
  static const char * const files[] = { "keys.gpg", "text" };
  g_autofree char *folder = g_dir_make_tmp ("hostel-gpgv-XXXXXX", error);
  gboolean good;

  if (folder == NULL)
    return FALSE;

  good = verify_in (folder, keyring, fingerprints, data_path, signature_path, signed_text, signer,
                    cancellable, error);
  for (guint i = 0; i < G_N_ELEMENTS (files); i++)
    {
      g_autofree char *path = g_build_filename (folder, files[i], NULL);

      g_unlink (path);
    }
  g_rmdir (folder);

  return good;
}
