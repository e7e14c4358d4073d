/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <glib/gstdio.h>

#include "hostel-disk-file.h"

static char *
add_device (const char *devices,
            const char *name,
            const char *attached)
{
  g_autofree char *dir = g_build_filename (devices, name, attached != NULL ? "loop" : NULL, NULL);
  char *attribute = g_build_filename (dir, "backing_file", NULL);

  g_assert_cmpint (g_mkdir_with_parents (dir, 0700), ==, 0);
  if (attached != NULL)
    g_assert_true (g_file_set_contents (attribute, attached, -1, NULL));

  return attribute;
}

/* As the kernel writes them: a name of white space, an empty attribute, a disk without one. */
static void
test_loops (void)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *devices = g_dir_make_tmp ("hostel-block-XXXXXX", &error);
  g_autofree char *plain = add_device (devices, "loop0", "/pool/a.raw\n");
  g_autofree char *spaces = add_device (devices, "loop12", "/pool/a b\n \n");
  g_autofree char *empty = add_device (devices, "loop1", "");
  g_autofree char *disk = add_device (devices, "sda", NULL);
  g_autoptr (GHashTable) loops = hostel_disk_file_find_loops (devices);

  g_assert_no_error (error);
  g_assert_cmpuint (g_hash_table_size (loops), ==, 2);
  g_assert_cmpstr (g_hash_table_lookup (loops, "loop0"), ==, "/pool/a.raw");
  g_assert_cmpstr (g_hash_table_lookup (loops, "loop12"), ==, "/pool/a b\n ");
}

static void
test_no_devices (void)
{
  g_autoptr (GHashTable) loops = hostel_disk_file_find_loops ("/nonexistent/block");

  g_assert_cmpuint (g_hash_table_size (loops), ==, 0);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/disk-file/loops", test_loops);
  g_test_add_func ("/disk-file/no-devices", test_no_devices);

  return g_test_run ();
}
