/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <crypt.h>
#include <string.h>

#include "hostel-error.h"
#include "hostel-password.h"

/* What a login does with the hash. */
static void
assert_logs_in (const char *password)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *hash = hostel_password_hash (password, &error);
  struct crypt_data data = { 0 };

  g_assert_no_error (error);
  g_assert_true (g_str_has_prefix (hash, "$6$"));
  g_assert_null (strchr (hash, ':'));
  g_assert_cmpstr (crypt_r (password, hash, &data), ==, hash);
  g_assert_cmpstr (crypt_r ("something else", hash, &data), !=, hash);
}

static void
test_good (void)
{
  g_autofree char *longest = g_strnfill (HOSTEL_PASSWORD_MAX_BYTES, 'x');

  assert_logs_in ("secret");
  assert_logs_in ("it's \"quoted\" \\ `back`");
  assert_logs_in ("with:colon:");
  assert_logs_in (" blanks\tand tabs ");
  assert_logs_in ("\xf0\x9f\x9a\x80 \xd7\xa9\xd7\x9c\xd7\x95\xd7\x9d");
  assert_logs_in (longest);
}

static void
test_salted (void)
{
  g_autofree char *one = hostel_password_hash ("secret", NULL);
  g_autofree char *two = hostel_password_hash ("secret", NULL);

  g_assert_cmpstr (one, !=, two);
}

static void
test_refused (void)
{
  g_autofree char *too_long = g_strnfill (HOSTEL_PASSWORD_MAX_BYTES + 1, 'x');
  const char * const refused[] = { "", NULL, "two\nlines", "carriage\r", "bell\a", "\x1b[31m" };

  for (gsize i = 0; i <= G_N_ELEMENTS (refused); i++)
    {
      const char *password = i < G_N_ELEMENTS (refused) ? refused[i] : too_long;
      g_autoptr (GError) error = NULL;

      g_assert_null (hostel_password_hash (password, &error));
      g_assert_error (error, HOSTEL_ERROR, HOSTEL_ERROR_INVALID);
      g_assert_nonnull (hostel_error_get_remedy (error));
      if (password != NULL && password[0] != '\0')
        g_assert_null (strstr (error->message, password));
      if (password != NULL && strpbrk (password, "\n\r") != NULL)
        g_assert_nonnull (strstr (error->message, "line break"));
    }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/password/good", test_good);
  g_test_add_func ("/password/salted", test_salted);
  g_test_add_func ("/password/refused", test_refused);

  return g_test_run ();
}
