/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "hostel-error.h"

static void
test_error_line (void)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *line = NULL;

  hostel_error_set (&error, HOSTEL_ERROR_DENIED, "Do this.", "virt\nsaid no", "Cannot %s.", "go");
  g_assert_error (error, HOSTEL_ERROR, HOSTEL_ERROR_DENIED);
  g_assert_cmpstr (hostel_error_get_remedy (error), ==, "Do this.");

  line = hostel_error_to_line (error);
  g_assert_cmpstr (line, ==, "Cannot go. Do this. (virt said no)");
}

static void
test_error_copy (void)
{
  g_autoptr (GError) error = hostel_error_new (HOSTEL_ERROR_FAILED, "Try.", NULL, "No.");
  g_autoptr (GError) copy = g_error_copy (error);

  g_clear_error (&error);
  g_assert_cmpstr (hostel_error_get_remedy (copy), ==, "Try.");
  g_assert_null (hostel_error_get_details (copy));
}

static void
test_error_foreign (void)
{
  g_autoptr (GError) error = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_FAILED, "No.");
  g_autofree char *line = hostel_error_to_line (error);

  g_assert_null (hostel_error_get_remedy (error));
  g_assert_cmpstr (line, ==, "No.");
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/error/line", test_error_line);
  g_test_add_func ("/error/copy", test_error_copy);
  g_test_add_func ("/error/foreign", test_error_foreign);

  return g_test_run ();
}
