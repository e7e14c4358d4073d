/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <glib/gstdio.h>
#include <string.h>

#include "hostel-certificate.h"
#include "hostel-error.h"

static char *
read_text (const char *name)
{
  g_autofree char *path = g_test_build_filename (G_TEST_DIST, "fixtures", name, NULL);
  g_autoptr (GError) error = NULL;
  char *text = NULL;

  g_file_get_contents (path, &text, NULL, &error);
  g_assert_no_error (error);

  return text;
}

static void
test_names (void)
{
  g_autofree char *text = read_text ("authority.pem");
  g_autofree char *title = hostel_certificate_dup_title (text);
  g_autofree char *subtitle = hostel_certificate_dup_subtitle (text);
  g_autofree char *unreadable = hostel_certificate_dup_subtitle ("none");

  g_assert_cmpstr (title, ==, "Example, Root");
  g_assert_nonnull (strstr (subtitle, "Valid until 2126-11-03"));
  g_assert_cmpstr (unreadable, ==, "");
}

/* The certificates, each once, and no private key that stands beside them. */
static void
test_bundle (void)
{
  g_autofree char *authority = read_text ("authority.pem");
  g_autofree char *server = read_text ("server.pem");
  g_autofree char *text = g_strconcat ("# Ours\r\n", authority, server, "\n", authority, NULL);
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) found = hostel_certificate_parse (text, &error);
  g_autofree char *all = NULL;

  g_assert_no_error (error);
  g_assert_cmpuint (g_strv_length (found), ==, 2);
  g_assert_cmpstr (found[0], ==, authority);
  g_assert_nonnull (strstr (server, "PRIVATE KEY"));
  all = g_strjoinv ("", found);
  g_assert_null (strstr (all, "PRIVATE KEY"));
}

static void
test_refused (void)
{
  g_autofree char *authority = read_text ("authority.pem");
  g_autofree char *half = g_strndup (authority, 300);
  g_autofree char *both = g_strconcat (authority, half, NULL);
  const char *texts[] = { "", "hello", half, both, "-----BEGIN CERTIFICATE-----" };

  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autoptr (GError) error = NULL;
      g_auto (GStrv) found = hostel_certificate_parse (texts[i], &error);

      g_assert_null (found);
      g_assert_error (error, HOSTEL_ERROR, HOSTEL_ERROR_INVALID);
      g_assert_nonnull (hostel_error_get_remedy (error));
    }
}

static GStrv
read_bytes (const char  *data,
            gsize        length,
            GError     **error)
{
  g_autofree char *path = NULL;
  int fd = g_file_open_tmp ("hostel-certificate-XXXXXX", &path, NULL);
  GStrv found;

  g_assert_cmpint (fd, >=, 0);
  g_close (fd, NULL);
  g_assert_true (g_file_set_contents (path, data, length, NULL));
  found = hostel_certificate_read_file (path, error);
  g_unlink (path);

  return found;
}

/* As authorities of the web's old days give it out. */
static void
test_der (void)
{
  g_autofree char *authority = read_text ("authority.pem");
  g_autoptr (GTlsCertificate) certificate = g_tls_certificate_new_from_pem (authority, -1, NULL);
  g_autoptr (GByteArray) der = NULL;
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) found = NULL;

  g_object_get (certificate, "certificate", &der, NULL);
  found = read_bytes ((const char *) der->data, der->len, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (g_strv_length (found), ==, 1);
  g_assert_cmpstr (found[0], ==, authority);
}

static void
test_files (void)
{
  g_autofree char *large = g_strnfill (300 * 1024, 'x');
  g_autoptr (GError) error = NULL;

  g_assert_null (read_bytes (large, strlen (large), &error));
  g_assert_error (error, HOSTEL_ERROR, HOSTEL_ERROR_INVALID);
  g_clear_error (&error);

  g_assert_null (hostel_certificate_read_file ("/nowhere/ca.pem", &error));
  g_assert_error (error, HOSTEL_ERROR, HOSTEL_ERROR_NOT_FOUND);
  g_clear_error (&error);

  g_assert_null (hostel_certificate_read_file ("/dev/zero", &error));
  g_assert_error (error, HOSTEL_ERROR, HOSTEL_ERROR_NOT_FOUND);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/certificate/names", test_names);
  g_test_add_func ("/certificate/bundle", test_bundle);
  g_test_add_func ("/certificate/refused", test_refused);
  g_test_add_func ("/certificate/der", test_der);
  g_test_add_func ("/certificate/files", test_files);

  return g_test_run ();
}
