/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "hostel-password"

#include "config.h"

#include <crypt.h>
#include <errno.h>
#include <glib/gi18n.h>
#include <string.h>

#include "hostel-error.h"
#include "hostel-password.h"

/* crypt(5): sha512crypt, the strongest method that every image of the last ten years can check. */
#define METHOD_SHA512 "$6$"

G_STATIC_ASSERT (HOSTEL_PASSWORD_MAX_BYTES == CRYPT_MAX_PASSPHRASE_SIZE - 1);

/**
 * hostel_password_check:
 * @password: (nullable): what was typed
 * @error: return location for a #GError
 *
 * Tells whether @password can be hashed by crypt(3) and typed at a login prompt. Quotes, colons,
 * spaces, tabs and characters of any script are fine; a line break or another control character is
 * not, since no login prompt takes one.
 *
 * Returns: %TRUE, or %FALSE with a %HOSTEL_ERROR_INVALID that never contains @password
 */
gboolean
hostel_password_check (const char  *password,
                       GError     **error)
{
  if (password == NULL || password[0] == '\0')
    {
      hostel_error_set (error, HOSTEL_ERROR_INVALID, _("Type a password."), NULL,
                        _("The password is empty."));
      return FALSE;
    }

  if (strlen (password) > HOSTEL_PASSWORD_MAX_BYTES)
    {
      hostel_error_set (error, HOSTEL_ERROR_INVALID, _("Use a shorter one."), NULL,
                        _("The password is %zu bytes long; the longest that can be hashed is %d."),
                        strlen (password), HOSTEL_PASSWORD_MAX_BYTES);
      return FALSE;
    }

  for (const char *c = password; *c != '\0'; c++)
    {
      if (*c == '\n' || *c == '\r')
        {
          hostel_error_set (error, HOSTEL_ERROR_INVALID, _("Use a single line."), NULL,
                            _("The password contains a line break, which no login prompt takes."));
          return FALSE;
        }

      if (g_ascii_iscntrl (*c) && *c != '\t')
        {
          hostel_error_set (error, HOSTEL_ERROR_INVALID, _("Leave it out."), NULL,
                            _("The password contains a control character, which no login prompt "
                              "takes."));
          return FALSE;
        }
    }

  return TRUE;
}

/**
 * hostel_password_hash:
 * @password: the password in clear text
 * @error: return location for a #GError
 *
 * Hashes @password as SHA-512 crypt with a new random salt, which takes some milliseconds. The
 * working memory is wiped; the caller wipes @password. May be called from any thread.
 *
 * Returns: (transfer full): a crypt(5) hash that begins with "$6$", or %NULL with @error set
 */
char *
hostel_password_hash (const char  *password,
                      GError     **error)
{
  char setting[CRYPT_GENSALT_OUTPUT_SIZE];
  struct crypt_data *data;
  char *hash = NULL;

  if (!hostel_password_check (password, error))
    return NULL;

  /* No bytes given: crypt_gensalt() takes them from the operating system. */
  if (crypt_gensalt_rn (METHOD_SHA512, 0, NULL, 0, setting, sizeof setting) == NULL)
    {
      hostel_error_set (error, HOSTEL_ERROR_FAILED, _("Use an SSH key instead."),
                        g_strerror (errno), _("This computer cannot hash passwords."));
      return NULL;
    }

  data = g_new0 (struct crypt_data, 1);
  if (crypt_rn (password, setting, data, sizeof *data) != NULL)
    hash = g_strdup (data->output);
  else
    hostel_error_set (error, HOSTEL_ERROR_FAILED, _("Use an SSH key instead."),
                      g_strerror (errno), _("The password could not be hashed."));

  explicit_bzero (data, sizeof *data);
  g_free (data);

  return hash;
}
