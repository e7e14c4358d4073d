/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <archive.h>
#include <archive_entry.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#include "hostel-error.h"
#include "hostel-seed.h"
#include "hostel-vendor-data.h"

static GBytes *
make_iso (const char *user_data,
          gboolean    all)
{
  g_autoptr (HostelSeed) seed = hostel_seed_new ("01234567-89ab-cdef-0123-456789abcdef", "web1");
  g_autoptr (GBytes) user_bytes = g_bytes_new (user_data, strlen (user_data));
  g_autoptr (GBytes) network = g_bytes_new_static ("version: 2\n", 11);
  g_autoptr (GBytes) vendor = hostel_vendor_data_new (HOSTEL_VENDOR_DATA_NONE, NULL, NULL);
  g_autoptr (GError) error = NULL;
  GBytes *iso;

  hostel_seed_set_user_data (seed, user_bytes);
  if (all)
    {
      hostel_seed_set_network_config (seed, network);
      hostel_seed_set_vendor_data (seed, vendor);
    }

  iso = hostel_seed_to_iso (seed, &error);
  g_assert_no_error (error);
  return iso;
}

static GHashTable *
read_iso (GBytes *iso)
{
  GHashTable *files = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  struct archive *archive = archive_read_new ();
  struct archive_entry *entry;

  archive_read_support_format_iso9660 (archive);
  g_assert_cmpint (archive_read_open_memory (archive, g_bytes_get_data (iso, NULL),
                                             g_bytes_get_size (iso)), ==, ARCHIVE_OK);
  while (archive_read_next_header (archive, &entry) == ARCHIVE_OK)
    {
      gsize size = archive_entry_size (entry);
      char *content = g_malloc0 (size + 1);

      if (archive_entry_filetype (entry) != AE_IFREG)
        {
          g_free (content);
          continue;
        }
      g_assert_cmpint (archive_read_data (archive, content, size), ==, size);
      g_hash_table_insert (files, g_strdup (archive_entry_pathname (entry)), content);
    }
  archive_read_free (archive);

  return files;
}

static void
test_files (void)
{
  g_autoptr (GBytes) iso = make_iso ("#cloud-config\nhostname: web1\n", TRUE);
  g_autoptr (GHashTable) files = read_iso (iso);

  g_assert_cmpuint (g_hash_table_size (files), ==, 4);
  g_assert_cmpstr (g_hash_table_lookup (files, "user-data"), ==, "#cloud-config\nhostname: web1\n");
  g_assert_cmpstr (g_hash_table_lookup (files, "network-config"), ==, "version: 2\n");
  g_assert_cmpstr (g_hash_table_lookup (files, "meta-data"), ==,
                   "instance-id: '01234567-89ab-cdef-0123-456789abcdef'\nlocal-hostname: web1\n");
  g_assert_nonnull (strstr (g_hash_table_lookup (files, "vendor-data"), "boothook"));
}

/* Read back, renewed and written again it is another machine with the rest as it was. */
static void
test_again (void)
{
  g_autoptr (GBytes) iso = make_iso ("#cloud-config\nhostname: web1\n", TRUE);
  g_autoptr (GBytes) again = NULL;
  g_autoptr (GHashTable) before = read_iso (iso);
  g_autoptr (GHashTable) after = NULL;
  g_autoptr (GBytes) user_data = g_bytes_new_static ("#!/bin/sh\n", 10);
  g_autoptr (GBytes) junk = g_bytes_new_static ("junk", 4);
  g_autoptr (GError) error = NULL;
  g_autoptr (HostelSeed) seed = hostel_seed_new_from_iso (iso, &error);

  g_assert_no_error (error);
  hostel_seed_renew (seed);
  g_assert_cmpstr (hostel_seed_get_instance_id (seed), ==, "01234567-89ab-cdef-0123-456789abcdef-2");
  hostel_seed_renew (seed);
  hostel_seed_set_user_data (seed, user_data);
  again = hostel_seed_to_iso (seed, &error);
  g_assert_no_error (error);
  after = read_iso (again);
  g_assert_cmpstr (g_hash_table_lookup (after, "user-data"), ==, "#!/bin/sh\n");
  g_assert_cmpstr (g_hash_table_lookup (after, "meta-data"), ==,
                   "instance-id: '01234567-89ab-cdef-0123-456789abcdef-3'\nlocal-hostname: web1\n");
  g_assert_cmpstr (g_hash_table_lookup (after, "network-config"), ==,
                   g_hash_table_lookup (before, "network-config"));
  g_assert_cmpstr (g_hash_table_lookup (after, "vendor-data"), ==,
                   g_hash_table_lookup (before, "vendor-data"));

  g_assert_null (hostel_seed_new_from_iso (junk, &error));
  g_assert_error (error, HOSTEL_ERROR, HOSTEL_ERROR_INVALID);
}

/* NoCloud takes no seed that lacks one of these two. */
static void
test_least (void)
{
  g_autoptr (HostelSeed) seed = hostel_seed_new ("id", NULL);
  g_autoptr (GBytes) iso = hostel_seed_to_iso (seed, NULL);
  g_autoptr (GHashTable) files = read_iso (iso);

  g_assert_cmpuint (g_hash_table_size (files), ==, 2);
  g_assert_cmpstr (g_hash_table_lookup (files, "user-data"), ==, "");
  g_assert_cmpstr (g_hash_table_lookup (files, "meta-data"), ==, "instance-id: id\n");
}

static char *
run (const char *program,
     const char *options,
     const char *path)
{
  g_autofree char *command = g_strjoin (" ", program, options, path, NULL);
  g_autoptr (GError) error = NULL;
  char *output = NULL;

  g_spawn_command_line_sync (command, &output, NULL, NULL, &error);
  g_assert_no_error (error);
  return output;
}

/* What the guest's own tools say: ds-identify asks blkid. */
static void
test_tools (void)
{
  g_autoptr (GBytes) iso = make_iso ("#cloud-config\n{}\n", TRUE);
  g_autofree char *path = g_build_filename (g_get_tmp_dir (), "hostel-seed-XXXXXX", NULL);
  g_autofree char *blkid = g_find_program_in_path ("blkid");
  g_autofree char *isoinfo = g_find_program_in_path ("isoinfo");
  const char *sbin = "/usr/sbin/blkid";

  close (g_mkstemp (path));
  g_assert_true (g_file_set_contents (path, g_bytes_get_data (iso, NULL), g_bytes_get_size (iso),
                                      NULL));

  if (blkid != NULL || g_file_test (sbin, G_FILE_TEST_IS_EXECUTABLE))
    {
      g_autofree char *output = run (blkid != NULL ? blkid : sbin, "-p", path);

      g_assert_nonnull (strstr (output, "LABEL=\"cidata\""));
      g_assert_nonnull (strstr (output, "TYPE=\"iso9660\""));
    }
  else
    g_test_message ("blkid is not installed");

  if (isoinfo != NULL)
    {
      g_autofree char *joliet = run (isoinfo, "-J -f -i", path);
      g_autofree char *rock_ridge = run (isoinfo, "-R -f -i", path);

      g_assert_cmpstr (joliet, ==, "/meta-data\n/network-config\n/user-data\n/vendor-data\n");
      g_assert_cmpstr (rock_ridge, ==, joliet);
    }
  else
    g_test_message ("isoinfo is not installed");

  g_unlink (path);
}

static void
test_large (void)
{
  g_autofree char *text = g_strnfill (1024 * 1024, 'x');
  g_autoptr (GBytes) iso = make_iso (text, FALSE);
  g_autoptr (GHashTable) files = read_iso (iso);

  g_assert_cmpstr (g_hash_table_lookup (files, "user-data"), ==, text);
}

static void
test_refused (void)
{
  g_autoptr (HostelSeed) no_id = hostel_seed_new ("", "web1");
  g_autoptr (HostelSeed) no_text = hostel_seed_new ("id", "\xff");
  g_autoptr (GError) error = NULL;

  g_assert_null (hostel_seed_to_iso (no_id, &error));
  g_assert_error (error, HOSTEL_ERROR, HOSTEL_ERROR_INVALID);
  g_clear_error (&error);
  g_assert_null (hostel_seed_to_iso (no_text, &error));
  g_assert_error (error, HOSTEL_ERROR, HOSTEL_ERROR_INVALID);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/seed/files", test_files);
  g_test_add_func ("/seed/again", test_again);
  g_test_add_func ("/seed/least", test_least);
  g_test_add_func ("/seed/tools", test_tools);
  g_test_add_func ("/seed/large", test_large);
  g_test_add_func ("/seed/refused", test_refused);

  return g_test_run ();
}
