/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "hostel-certificate"

#include "config.h"

#include <string.h>

#include <glib/gi18n.h>

#include "hostel-certificate.h"
#include "hostel-error.h"
#include "hostel-file.h"

/* The bundle of all authorities that Mozilla knows has 220 KiB; the seed takes 1 MiB in all. */
#define MAX_FILE_SIZE (256 * 1024)
#define BEGIN "-----BEGIN CERTIFICATE-----"
#define END "-----END CERTIFICATE-----"

static char *
wrap_der (const char *data,
          gsize       length)
{
  g_autofree char *base64 = g_base64_encode ((const guchar *) data, length);
  GString *pem = g_string_new (BEGIN "\n");

  for (const char *rest = base64; *rest != '\0'; rest += MIN (strlen (rest), 64))
    g_string_append_printf (pem, "%.64s\n", rest);
  g_string_append (pem, END "\n");

  return g_string_free (pem, FALSE);
}

static gboolean
add_certificate (GPtrArray   *found,
                 const char  *pem,
                 gssize       length,
                 GError     **error)
{
  g_autoptr (GError) local_error = NULL;
  g_autoptr (GTlsCertificate) certificate = g_tls_certificate_new_from_pem (pem, length, &local_error);
  g_autofree char *clean = NULL;

  if (certificate == NULL)
    {
      hostel_error_set (error, HOSTEL_ERROR_INVALID, _("Ask for the certificate again."),
                        local_error->message, _("One of the certificates is damaged."));
      return FALSE;
    }

  g_object_get (certificate, "certificate-pem", &clean, NULL);
  if (!g_ptr_array_find_with_equal_func (found, clean, g_str_equal, NULL))
    g_ptr_array_add (found, g_steal_pointer (&clean));

  return TRUE;
}

/**
 * hostel_certificate_parse:
 * @text: a text in PEM form
 * @error: set to %HOSTEL_ERROR_INVALID where a certificate is damaged or there is none
 *
 * What else is in @text, a private key above all, is left behind. Any thread.
 *
 * Returns: (transfer full): at least one certificate in PEM form, none twice, or %NULL
 */
GStrv
hostel_certificate_parse (const char  *text,
                          GError     **error)
{
  g_autoptr (GPtrArray) found = g_ptr_array_new_with_free_func (g_free);
  const char *begin;
  const char *end;

  g_return_val_if_fail (text != NULL, NULL);

  for (begin = strstr (text, BEGIN); begin != NULL; begin = strstr (end, BEGIN))
    {
      end = strstr (begin, END);
      end = end != NULL ? end + strlen (END) : begin + strlen (begin);
      if (!add_certificate (found, begin, end - begin, error))
        return NULL;
    }

  if (found->len == 0)
    {
      hostel_error_set (error, HOSTEL_ERROR_INVALID,
                        _("Choose a file that ends in “.pem” or “.crt”."), NULL,
                        _("There is no certificate in it."));
      return NULL;
    }

  g_ptr_array_add (found, NULL);
  return (GStrv) g_ptr_array_free (g_steal_pointer (&found), FALSE);
}

/**
 * hostel_certificate_read_file:
 * @path: a file of certificates in PEM form, or one in DER form
 * @error: set to %HOSTEL_ERROR_NOT_FOUND where it cannot be read, or as by hostel_certificate_parse()
 *
 * Blocks while it reads at most 256 KiB.
 *
 * Returns: (transfer full): as by hostel_certificate_parse()
 */
GStrv
hostel_certificate_read_file (const char  *path,
                              GError     **error)
{
  g_autoptr (GFile) file = NULL;
  g_autoptr (GError) local_error = NULL;
  g_autofree char *text = NULL;
  g_autofree char *wrapped = NULL;
  GStrv certificates;
  gsize length = 0;

  g_return_val_if_fail (path != NULL, NULL);

  file = g_file_new_for_path (path);
  if ((text = hostel_file_read (file, MAX_FILE_SIZE, FALSE, &length, &local_error)) == NULL)
    {
      hostel_error_set (error, HOSTEL_ERROR_NOT_FOUND, _("Choose another file."), local_error->message,
                        _("The certificate file “%s” cannot be read."), path);
      return NULL;
    }

  if (length > MAX_FILE_SIZE)
    {
      explicit_bzero (text, length);
      hostel_error_set (error, HOSTEL_ERROR_INVALID,
                        _("Choose a file that ends in “.pem” or “.crt”."), NULL,
                        _("“%s” is not a file of certificates."), path);
      return NULL;
    }

  /* A DER certificate is an ASN.1 sequence (X.690). */
  if (length > 0 && text[0] == 0x30 && strstr (text, BEGIN) == NULL)
    wrapped = wrap_der (text, length);

  certificates = hostel_certificate_parse (wrapped != NULL ? wrapped : text, error);
  explicit_bzero (text, length);

  return certificates;
}

/* The value of @key in a distinguished name as RFC 4514 writes it. */
static char *
dup_attribute (const char *name,
               const char *key)
{
  const char *at = name;
  GString *value;

  while (!g_str_has_prefix (at, key))
    {
      for (; *at != '\0' && *at != ','; at++)
        {
          if (*at == '\\' && at[1] != '\0')
            at++;
        }
      if (*at == '\0')
        return NULL;
      at++;
    }

  value = g_string_new (NULL);
  for (at += strlen (key); *at != '\0' && *at != ','; at++)
    {
      if (*at == '\\' && at[1] != '\0')
        at++;
      g_string_append_c (value, *at);
    }

  return g_string_free (value, FALSE);
}

/**
 * hostel_certificate_dup_title:
 * @pem: a certificate in PEM form
 *
 * Returns: (transfer full): what a person knows it by: the common name of whom it is for, or the whole
 *   name; a word for one that cannot be read
 */
char *
hostel_certificate_dup_title (const char *pem)
{
  g_autoptr (GTlsCertificate) certificate = NULL;
  g_autofree char *name = NULL;
  g_autofree char *common = NULL;

  g_return_val_if_fail (pem != NULL, NULL);

  certificate = g_tls_certificate_new_from_pem (pem, -1, NULL);
  if (certificate != NULL)
    name = g_tls_certificate_get_subject_name (certificate);
  if (name == NULL)
    return g_strdup (_("Unreadable Certificate"));

  common = dup_attribute (name, "CN=");
  return common != NULL && *common != '\0' && g_utf8_validate (common, -1, NULL)
         ? g_steal_pointer (&common) : g_steal_pointer (&name);
}

/**
 * hostel_certificate_dup_subtitle:
 * @pem: a certificate in PEM form
 *
 * Returns: (transfer full): until when it is valid, "" for one that cannot be read
 */
char *
hostel_certificate_dup_subtitle (const char *pem)
{
  g_autoptr (GTlsCertificate) certificate = NULL;
  g_autoptr (GDateTime) end = NULL;
  g_autoptr (GDateTime) now = g_date_time_new_now_utc ();
  g_autofree char *date = NULL;

  g_return_val_if_fail (pem != NULL, NULL);

  certificate = g_tls_certificate_new_from_pem (pem, -1, NULL);
  if (certificate != NULL)
    end = g_tls_certificate_get_not_valid_after (certificate);
  if (end == NULL)
    return g_strdup ("");

  /* Not "%x": in many places that has two digits for the year, and these live long. */
  date = g_date_time_format (end, "%Y-%m-%d");
  return g_strdup_printf (g_date_time_compare (end, now) < 0 ? _("Not valid since %s")
                                                             : _("Valid until %s"), date);
}
