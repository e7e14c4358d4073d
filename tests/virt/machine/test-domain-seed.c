/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <string.h>

#include "create-fixture.h"
#include "hostel-boot-pending.h"
#include "hostel-domain-seed.h"
#include "hostel-error.h"
#include "hostel-seed.h"
#include "wait.h"

#define MINUTE 60000
#define NEW_TEXT "#cloud-config\nusers: [{name: carol}]\nruncmd: [date]\n"

static CreateFixture *fixture;

static void
take_cb (GObject      *source,
         GAsyncResult *result,
         gpointer      user_data)
{
  GAsyncResult **place = user_data;

  *place = g_object_ref (result);
}

static GBytes *
load (HostelDomain  *domain,
      GError       **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  hostel_domain_seed_load_async (domain, NULL, take_cb, &result);
  ASSERT_WITHIN (result != NULL, MINUTE);

  return hostel_domain_seed_load_finish (domain, result, error);
}

static gboolean
apply (HostelDomain  *domain,
       const char    *text,
       GError       **error)
{
  g_autoptr (GBytes) bytes = g_bytes_new_static (text, strlen (text));
  g_autoptr (GAsyncResult) result = NULL;

  hostel_domain_seed_apply_async (domain, bytes, take_cb, &result);
  ASSERT_WITHIN (result != NULL, MINUTE);

  return hostel_domain_seed_apply_finish (domain, result, error);
}

static void
assert_user_data (HostelDomain *domain,
                  const char   *text)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = load (domain, &error);

  g_assert_no_error (error);
  g_assert_cmpmem (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), text, strlen (text));
}

/* The seed as it is on the disk, read without libvirt. */
static HostelSeed *
read_file (const char *name)
{
  g_autofree char *path = g_build_filename (fixture->pool_dir, name, NULL);
  g_autofree char *content = NULL;
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GError) error = NULL;
  HostelSeed *seed;
  gsize length;

  g_assert_true (g_file_get_contents (path, &content, &length, &error));
  g_assert_no_error (error);
  bytes = g_bytes_new (content, length);
  seed = hostel_seed_new_from_iso (bytes, &error);
  g_assert_no_error (error);

  return seed;
}

static char *
dup_instance_id (HostelDomain *domain,
                 const char   *number)
{
  return g_strconcat (hostel_domain_get_uuid (domain), number, NULL);
}

static void
assert_seed (HostelDomain *domain,
             const char   *number,
             guint         n_files)
{
  g_autofree char *id = dup_instance_id (domain, number);
  g_autofree char *name = g_strconcat ("seed", number, ".iso", NULL);
  g_autofree char *xml = create_fixture_virsh (fixture, "dumpxml --inactive %s",
                                               hostel_domain_get_uuid (domain));
  g_auto (GStrv) all = create_fixture_list (fixture, "-seed");
  g_auto (GStrv) files = create_fixture_list (fixture, name);
  g_autoptr (HostelSeed) seed = NULL;

  g_assert_cmpuint (g_strv_length (all), ==, n_files);
  g_assert_cmpuint (g_strv_length (files), ==, 1);
  g_assert_nonnull (strstr (xml, files[0]));
  seed = read_file (files[0]);
  g_assert_cmpstr (hostel_seed_get_instance_id (seed), ==, id);
}

static void
test_off (void)
{
  g_autoptr (HostelMachineSpec) spec = create_fixture_new_spec (fixture, "again");
  g_autoptr (HostelDomain) domain = NULL;
  g_autoptr (GBytes) before = NULL;
  g_autoptr (GBytes) expected = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *xml = NULL;
  g_auto (GStrv) left = NULL;

  g_object_set (spec, "start", FALSE, NULL);
  expected = hostel_machine_spec_dup_user_data (spec, NULL);
  domain = create_fixture_create (fixture, spec, NULL, &error);
  g_assert_no_error (error);
  before = load (domain, &error);
  g_assert_no_error (error);
  g_assert_true (g_bytes_equal (before, expected));
  assert_seed (domain, "", 1);

  g_assert_true (apply (domain, NEW_TEXT, &error));
  g_assert_no_error (error);
  assert_user_data (domain, NEW_TEXT);
  assert_seed (domain, "-2", 1);
  xml = create_fixture_virsh (fixture, "dumpxml %s", hostel_domain_get_uuid (domain));
  g_assert_nonnull (strstr (xml, "user='carol'") ? strstr (xml, "user='carol'")
                                                 : strstr (xml, "user=\"carol\""));

  g_assert_true (apply (domain, NEW_TEXT, &error));
  g_assert_no_error (error);
  assert_seed (domain, "-3", 1);

  /* What cloud-init would not take changes nothing. */
  g_assert_false (apply (domain, "hello", &error));
  g_assert_error (error, HOSTEL_ERROR, HOSTEL_ERROR_INVALID);
  g_clear_error (&error);
  assert_seed (domain, "-3", 1);

  create_fixture_delete (fixture, domain, TRUE);
  left = create_fixture_list (fixture, "again");
  g_assert_cmpuint (g_strv_length (left), ==, 0);
}

/* A running machine keeps what it has; deleting it leaves neither behind. */
static void
test_running (void)
{
  g_autoptr (HostelMachineSpec) spec = create_fixture_new_spec (fixture, "running");
  g_autoptr (HostelDomain) domain = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *live = NULL;
  g_auto (GStrv) left = NULL;

  domain = create_fixture_create (fixture, spec, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (hostel_boot_pending_has (hostel_domain_get_uuid (domain)));
  hostel_boot_pending_remove (hostel_domain_get_uuid (domain));
  g_assert_true (apply (domain, NEW_TEXT, &error));
  g_assert_no_error (error);
  g_assert_true (hostel_boot_pending_has (hostel_domain_get_uuid (domain)));
  assert_user_data (domain, NEW_TEXT);
  assert_seed (domain, "-2", 2);
  live = create_fixture_virsh (fixture, "dumpxml %s", hostel_domain_get_uuid (domain));
  g_assert_null (strstr (live, "-seed-2.iso"));

  create_fixture_delete (fixture, domain, TRUE);
  g_assert_false (hostel_boot_pending_has (hostel_domain_get_uuid (domain)));
  left = create_fixture_list (fixture, "running");
  g_assert_cmpuint (g_strv_length (left), ==, 0);
}

static void
test_without (void)
{
  g_autoptr (HostelMachineSpec) spec = create_fixture_new_spec (fixture, "without");
  g_autoptr (HostelDomain) domain = NULL;
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) seeds = NULL;

  g_object_set (spec, "start", FALSE, NULL);
  domain = create_fixture_create (fixture, spec, NULL, &error);
  g_assert_no_error (error);
  seeds = create_fixture_list (fixture, "-seed.iso");
  g_free (create_fixture_virsh (fixture, "detach-disk %s vdb --config",
                                hostel_domain_get_uuid (domain)));

  g_assert_null (load (domain, &error));
  g_assert_error (error, HOSTEL_ERROR, HOSTEL_ERROR_NOT_FOUND);
  g_clear_error (&error);
  g_assert_false (apply (domain, NEW_TEXT, &error));
  g_assert_error (error, HOSTEL_ERROR, HOSTEL_ERROR_NOT_FOUND);
  create_fixture_delete (fixture, domain, TRUE);
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

  g_test_add_func ("/domain-seed/off", test_off);
  g_test_add_func ("/domain-seed/running", test_running);
  g_test_add_func ("/domain-seed/without", test_without);

  status = g_test_run ();
  create_fixture_free (fixture);

  return status;
}
