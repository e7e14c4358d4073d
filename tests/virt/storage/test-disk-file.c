/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <fcntl.h>
#include <unistd.h>

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

/* As QEMU locks an image; any other lock says nothing. */
static void
test_open (void)
{
  g_autofree char *path = NULL;
  g_autoptr (GError) error = NULL;
  int fd = g_file_open_tmp ("hostel-XXXXXX", &path, &error);
  struct flock lock = { .l_type = F_RDLCK, .l_whence = SEEK_SET, .l_start = 103, .l_len = 1 };

  g_assert_no_error (error);
  g_assert_false (hostel_disk_file_is_open (path));
  g_assert_cmpint (fcntl (fd, F_OFD_SETLK, &lock), ==, 0);
  g_assert_true (hostel_disk_file_is_open (path));

  lock.l_type = F_UNLCK;
  g_assert_cmpint (fcntl (fd, F_OFD_SETLK, &lock), ==, 0);
  lock.l_type = F_RDLCK;
  lock.l_start = 0;
  g_assert_cmpint (fcntl (fd, F_OFD_SETLK, &lock), ==, 0);
  g_assert_false (hostel_disk_file_is_open (path));
  close (fd);
  g_unlink (path);
}

/* Of a file that may not be opened. */
static void
test_locks (void)
{
  const char *locks = "1: OFDLCK ADVISORY  READ -1 fe:00:1234 100 101\n"
                      "1: -> OFDLCK ADVISORY  WRITE -1 00:2a:5678 203 203\n"
                      "2: POSIX  ADVISORY  WRITE 812 fe:00:99 100 101\n"
                      "3: OFDLCK ADVISORY  WRITE -1 fe:00:77 0 EOF\n"
                      "4: FLOCK  ADVISORY  WRITE 1 fe:00:12 100";

  g_assert_true (hostel_disk_file_parse_locks (locks, 1234));
  g_assert_true (hostel_disk_file_parse_locks (locks, 5678));
  for (guint64 inode = 0; inode < 100; inode++)
    g_assert_false (hostel_disk_file_parse_locks (locks, inode));
  g_assert_false (hostel_disk_file_parse_locks ("", 1234));
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/disk-file/loops", test_loops);
  g_test_add_func ("/disk-file/no-devices", test_no_devices);
  g_test_add_func ("/disk-file/open", test_open);
  g_test_add_func ("/disk-file/locks", test_locks);

  return g_test_run ();
}
