/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <string.h>
#include <sys/stat.h>

#include <glib/gstdio.h>

#include "create-fixture.h"
#include "hostel-base-image.h"
#include "hostel-error.h"
#include "hostel-volume.h"
#include "wait.h"

#define MINUTE 60000
#define MIB (G_GUINT64_CONSTANT (1) << 20)

static CreateFixture *fixture;

static void
take_cb (GObject      *source,
         GAsyncResult *result,
         gpointer      user_data)
{
  GAsyncResult **place = user_data;

  *place = g_object_ref (result);
}

/* The pool of that name, or NULL. */
static HostelPool *
find_pool (const char *name)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GPtrArray) pools = NULL;
  g_autoptr (GError) error = NULL;

  hostel_pool_list_async (fixture->connection, NULL, take_cb, &result);
  ASSERT_WITHIN (result != NULL, MINUTE);
  pools = hostel_pool_list_finish (fixture->connection, result, &error);
  g_assert_no_error (error);

  for (guint i = 0; i < pools->len; i++)
    if (g_str_equal (hostel_pool_get_name (pools->pdata[i]), name))
      return g_object_ref (pools->pdata[i]);

  return NULL;
}

static gboolean
create_pool (const char  *name,
             const char  *path,
             GError     **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  hostel_pool_create_async (fixture->connection, name, path, take_cb, &result);
  ASSERT_WITHIN (result != NULL, MINUTE);

  return hostel_pool_finish (fixture->connection, result, error);
}

static gboolean
act (HostelPool     *pool,
     HostelPoolAct   verb,
     GError        **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  hostel_pool_act_async (fixture->connection, pool, verb, take_cb, &result);
  ASSERT_WITHIN (result != NULL, MINUTE);

  return hostel_pool_finish (fixture->connection, result, error);
}

/* The volume of that name in the fixture's pool, or NULL. */
static HostelVolume *
find (const char *name)
{
  g_autoptr (HostelPool) pool = find_pool (fixture->pool);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GPtrArray) volumes = NULL;
  g_autoptr (GError) error = NULL;

  hostel_volume_list_async (fixture->connection, pool, TRUE, NULL, take_cb, &result);
  ASSERT_WITHIN (result != NULL, MINUTE);
  volumes = hostel_volume_list_finish (fixture->connection, result, &error);
  g_assert_no_error (error);

  for (guint i = 0; i < volumes->len; i++)
    {
      /* What stands beside an image is nobody's business. */
      g_assert_false (g_str_has_suffix (hostel_volume_get_name (volumes->pdata[i]),
                                        HOSTEL_BASE_IMAGE_MARKER));
      if (g_str_has_prefix (hostel_volume_get_name (volumes->pdata[i]), name))
        return g_object_ref (volumes->pdata[i]);
    }

  return NULL;
}

static gboolean
delete_volume (HostelVolume  *volume,
               GError       **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  hostel_volume_delete_async (fixture->connection, volume, take_cb, &result);
  ASSERT_WITHIN (result != NULL, MINUTE);

  return hostel_volume_finish (fixture->connection, result, error);
}

static gboolean
resize (HostelVolume  *volume,
        guint64        bytes,
        GError       **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  hostel_volume_resize_async (fixture->connection, volume, bytes, take_cb, &result);
  ASSERT_WITHIN (result != NULL, MINUTE);

  return hostel_volume_finish (fixture->connection, result, error);
}

/* Cancels as soon as anything has arrived. */
static void
cancel_cb (guint64  done,
           guint64  total,
           gpointer user_data)
{
  g_assert_cmpuint (done, <=, total);
  if (done > 0 && user_data != NULL)
    g_cancellable_cancel (user_data);
}

static gboolean
upload (const char    *path,
        GCancellable  *cancellable,
        GError       **error)
{
  g_autoptr (HostelPool) pool = find_pool (fixture->pool);
  g_autoptr (GAsyncResult) result = NULL;

  hostel_volume_upload_async (fixture->connection, pool, path, cancel_cb, cancellable, cancellable,
                              take_cb, &result);
  ASSERT_WITHIN (result != NULL, MINUTE);

  return hostel_volume_finish (fixture->connection, result, error);
}

static gboolean
download (HostelVolume  *volume,
          const char    *path,
          GCancellable  *cancellable,
          GError       **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  hostel_volume_download_async (fixture->connection, volume, path, cancel_cb, cancellable,
                                cancellable, take_cb, &result);
  ASSERT_WITHIN (result != NULL, MINUTE);

  return hostel_volume_finish (fixture->connection, result, error);
}

static void
test_pool (void)
{
  g_autofree char *path = g_build_filename (fixture->dir, "new <folder> & more", NULL);
  g_autofree char *name = g_strconcat (fixture->pool, "-new", NULL);
  g_autofree char *second = g_strconcat (fixture->pool, "-second", NULL);
  g_autofree char *file = g_build_filename (path, "mine.raw", NULL);
  g_autoptr (HostelPool) pool = NULL;
  g_autoptr (HostelPool) stopped = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *info = NULL;

  g_assert_true (create_pool (name, path, &error));
  g_assert_no_error (error);
  pool = find_pool (name);
  g_assert_nonnull (pool);
  g_assert_cmpstr (hostel_pool_get_path (pool), ==, path);
  g_assert_true (hostel_pool_is_active (pool));
  g_assert_cmpuint (hostel_pool_get_capacity (pool), >, 0);
  g_assert_cmpuint (hostel_pool_get_available (pool), <=, hostel_pool_get_capacity (pool));
  info = create_fixture_virsh (fixture, "pool-info %s", name);
  g_assert_nonnull (g_strrstr (info, "Autostart:      yes"));

  g_assert_false (create_pool (name, "/nonexistent/elsewhere", &error));
  g_assert_error (error, HOSTEL_ERROR, HOSTEL_ERROR_EXISTS);
  g_clear_error (&error);
  g_assert_false (create_pool (second, path, &error));
  g_assert_error (error, HOSTEL_ERROR, HOSTEL_ERROR_EXISTS);
  g_assert_nonnull (strstr (error->message, name));
  g_clear_error (&error);

  /* One that cannot be started is not left behind. */
  g_assert_false (create_pool (second, "/proc/no such folder", &error));
  g_assert_nonnull (error);
  g_clear_error (&error);
  g_assert_null (find_pool (second));

  g_assert_true (g_file_set_contents (file, "kept", -1, NULL));
  g_assert_true (act (pool, HOSTEL_POOL_ACT_STOP, &error));
  stopped = find_pool (name);
  g_assert_false (hostel_pool_is_active (stopped));
  g_assert_cmpuint (hostel_pool_get_available (stopped), ==, 0);
  g_assert_true (act (stopped, HOSTEL_POOL_ACT_STOP, &error));
  g_assert_true (act (stopped, HOSTEL_POOL_ACT_START, &error));
  g_assert_true (act (stopped, HOSTEL_POOL_ACT_REMOVE, &error));
  g_assert_no_error (error);
  g_assert_null (find_pool (name));
  g_assert_true (g_file_test (file, G_FILE_TEST_EXISTS));

  g_assert_false (act (stopped, HOSTEL_POOL_ACT_REMOVE, &error));
  g_assert_error (error, HOSTEL_ERROR, HOSTEL_ERROR_NOT_FOUND);
}

static void
assert_same (const char *first,
             const char *second)
{
  g_autofree char *a = NULL;
  g_autofree char *b = NULL;
  gsize a_length;
  gsize b_length;

  g_assert_true (g_file_get_contents (first, &a, &a_length, NULL));
  g_assert_true (g_file_get_contents (second, &b, &b_length, NULL));
  g_assert_cmpmem (a, a_length, b, b_length);
}

/* Up and down again: the same bytes, and holes stay holes. */
static void
test_transfer (void)
{
  g_autofree char *source = create_fixture_make_image (fixture, 77);
  g_autofree char *path = g_build_filename (fixture->dir, "up & down.raw", NULL);
  g_autofree char *back = g_build_filename (fixture->dir, "back.raw", NULL);
  g_autofree char *kept = NULL;
  g_autoptr (HostelVolume) volume = NULL;
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) left = NULL;
  struct stat before;
  struct stat after;

  g_assert_cmpint (g_rename (source, path), ==, 0);
  g_assert_true (upload (path, NULL, &error));
  g_assert_no_error (error);
  volume = find ("up & down.raw");
  g_assert_nonnull (volume);
  g_assert_cmpint (g_stat (path, &before), ==, 0);
  g_assert_cmpuint (hostel_volume_get_capacity (volume), ==, before.st_size);
  g_assert_cmpstr (hostel_volume_get_format (volume), ==, "raw");

  g_assert_true (download (volume, back, NULL, &error));
  g_assert_no_error (error);
  assert_same (path, back);
  g_assert_cmpint (g_stat (back, &after), ==, 0);
  g_assert_cmpint (after.st_blocks, <=, before.st_blocks + 2048);
  g_assert_cmpint (after.st_mode & 0077, ==, 0);

  /* Nobody's file is overwritten, and what was there stays as it was. */
  g_assert_false (upload (path, NULL, &error));
  g_assert_error (error, HOSTEL_ERROR, HOSTEL_ERROR_EXISTS);
  g_clear_error (&error);
  g_assert_false (upload ("/nonexistent/file", NULL, &error));
  g_assert_nonnull (error);
  g_clear_error (&error);
  g_assert_false (upload (fixture->dir, NULL, &error));
  g_assert_error (error, HOSTEL_ERROR, HOSTEL_ERROR_INVALID);
  g_clear_error (&error);

  g_cancellable_cancel (cancellable);
  g_assert_true (g_file_set_contents (back, "before", -1, NULL));
  g_assert_false (download (volume, back, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_error (&error);
  g_assert_true (g_file_get_contents (back, &kept, NULL, NULL));
  g_assert_cmpstr (kept, ==, "before");

  g_assert_true (delete_volume (volume, &error));
  g_assert_no_error (error);
  g_assert_null (find ("up & down.raw"));
  g_assert_false (upload (path, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  left = create_fixture_list (fixture, "up & down");
  g_assert_cmpuint (g_strv_length (left), ==, 0);
}

/* What a person uploads is known for what it is. */
static void
test_format (void)
{
  g_autofree char *path = g_build_filename (fixture->dir, "disk.qcow2", NULL);
  const char *argv[] = { "qemu-img", "create", "-q", "-f", "qcow2", path, "5G", NULL };
  g_autoptr (HostelVolume) volume = NULL;
  g_autoptr (HostelVolume) larger = NULL;
  g_autoptr (GError) error = NULL;
  int status;

  g_assert_true (g_spawn_sync (NULL, (char **) argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL,
                               NULL, &status, NULL));
  g_assert_cmpint (status, ==, 0);
  g_assert_true (upload (path, NULL, &error));
  g_assert_no_error (error);
  volume = find ("disk.qcow2");
  g_assert_cmpstr (hostel_volume_get_format (volume), ==, "qcow2");
  g_assert_cmpuint (hostel_volume_get_capacity (volume), ==, 5 * 1024 * MIB);
  g_assert_true (hostel_volume_can_resize (volume));

  g_assert_false (resize (volume, 4 * 1024 * MIB, &error));
  g_assert_error (error, HOSTEL_ERROR, HOSTEL_ERROR_INVALID);
  g_clear_error (&error);
  g_assert_true (resize (volume, 6 * 1024 * MIB, &error));
  g_assert_no_error (error);
  larger = find ("disk.qcow2");
  g_assert_cmpuint (hostel_volume_get_capacity (larger), ==, 6 * 1024 * MIB);
  g_assert_true (delete_volume (larger, &error));
  g_assert_no_error (error);

  g_assert_false (delete_volume (larger, &error));
  g_assert_error (error, HOSTEL_ERROR, HOSTEL_ERROR_NOT_FOUND);
}

/* Each file of a machine says whose it is and stays; its disk grows while it runs. */
static void
test_used (void)
{
  g_autoptr (HostelMachineSpec) spec = create_fixture_new_spec (fixture, "used");
  g_autoptr (HostelDomain) domain = NULL;
  g_autoptr (HostelVolume) disk = NULL;
  g_autoptr (HostelVolume) base = NULL;
  g_autoptr (HostelVolume) unused = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *info = NULL;
  g_auto (GStrv) files = NULL;
  g_auto (GStrv) left = NULL;

  domain = create_fixture_create (fixture, spec, NULL, &error);
  g_assert_no_error (error);
  files = create_fixture_list (fixture, hostel_domain_get_uuid (domain));
  g_assert_cmpuint (g_strv_length (files), >, 1);
  for (guint i = 0; files[i] != NULL; i++)
    {
      g_autoptr (HostelVolume) volume = find (files[i]);

      g_assert_nonnull (volume);
      g_assert_cmpstr (hostel_volume_get_users (volume)[0], ==, hostel_domain_get_name (domain));
      g_assert_false (delete_volume (volume, &error));
      g_assert_error (error, HOSTEL_ERROR, HOSTEL_ERROR_WRONG_STATE);
      g_assert_nonnull (strstr (error->message, hostel_domain_get_name (domain)));
      g_clear_error (&error);
      if (g_str_has_suffix (files[i], ".qcow2"))
        disk = g_object_ref (volume);
    }

  g_assert_nonnull (disk);
  g_assert_true (resize (disk, 256 * MIB, &error));
  g_assert_no_error (error);
  info = create_fixture_virsh (fixture, "domblkinfo %s vda", hostel_domain_get_uuid (domain));
  g_assert_nonnull (strstr (info, "268435456"));

  base = find (HOSTEL_BASE_IMAGE_PREFIX);
  g_assert_cmpstr (hostel_volume_get_users (base)[0], ==, hostel_domain_get_name (domain));
  g_assert_false (hostel_volume_can_resize (base));
  g_assert_false (delete_volume (base, &error));
  g_assert_error (error, HOSTEL_ERROR, HOSTEL_ERROR_WRONG_STATE);
  g_clear_error (&error);

  create_fixture_delete (fixture, domain, TRUE);
  unused = find (HOSTEL_BASE_IMAGE_PREFIX);
  g_assert_null (hostel_volume_get_users (unused)[0]);
  g_assert_true (delete_volume (unused, &error));
  g_assert_no_error (error);
  left = create_fixture_list (fixture, HOSTEL_BASE_IMAGE_PREFIX);
  g_assert_cmpuint (g_strv_length (left), ==, 0);
}

int
main (int    argc,
      char **argv)
{
  int status;

  create_fixture_main (&argc, &argv);
  g_test_init (&argc, &argv, NULL);

  if ((fixture = create_fixture_new ()) == NULL)
    {
      g_print ("1..0 # SKIP no libvirt daemon can be reached\n");
      return 0;
    }

  g_test_add_func ("/pool", test_pool);
  g_test_add_func ("/volume/transfer", test_transfer);
  g_test_add_func ("/volume/format", test_format);
  g_test_add_func ("/volume/used", test_used);

  status = g_test_run ();
  create_fixture_free (fixture);

  return status;
}
