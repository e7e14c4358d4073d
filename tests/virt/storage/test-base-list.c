/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <string.h>
#include <unistd.h>

#include "create-fixture.h"
#include "disc-builder.h"
#include "hostel-base-image.h"
#include "hostel-base-list.h"
#include "hostel-disk-grow.h"
#include "hostel-error.h"
#include "hostel-medium.h"
#include "image-builder.h"
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

static GPtrArray *
list (void)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  GPtrArray *bases;

  hostel_base_list_async (fixture->connection, NULL, take_cb, &result);
  ASSERT_WITHIN (result != NULL, MINUTE);
  bases = hostel_base_list_finish (fixture->connection, result, &error);
  g_assert_no_error (error);

  return bases;
}

static HostelBase *
find (GPtrArray *bases)
{
  HostelBase *found = NULL;

  for (guint i = 0; i < bases->len; i++)
    {
      HostelBase *base = bases->pdata[i];

      if (g_str_equal (base->pool, fixture->pool))
        {
          g_assert_null (found);
          found = base;
        }
    }

  return found;
}

static gboolean
remove_base (HostelBase  *base,
             GError     **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  hostel_base_remove_async (fixture->connection, base, take_cb, &result);
  ASSERT_WITHIN (result != NULL, MINUTE);

  return hostel_base_remove_finish (fixture->connection, result, error);
}

static HostelDomain *
create (const char *name,
        gboolean    start)
{
  g_autoptr (HostelMachineSpec) spec = create_fixture_new_spec (fixture, name);
  g_autoptr (GError) error = NULL;
  HostelDomain *domain;

  g_object_set (spec, "start", start, NULL);
  domain = create_fixture_create (fixture, spec, NULL, &error);
  g_assert_no_error (error);

  return domain;
}

static void
test_users_and_removal (void)
{
  g_autoptr (HostelDomain) first = create ("a", FALSE);
  g_autoptr (HostelDomain) second = create ("b", FALSE);
  g_autoptr (GPtrArray) bases = list ();
  g_autoptr (GPtrArray) later = NULL;
  g_autoptr (GPtrArray) last = NULL;
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) files = NULL;
  HostelBase *base = find (bases);

  g_assert_nonnull (base);
  g_assert_cmpuint (strlen (base->sha256), ==, 64);
  g_assert_cmpuint (base->allocation, >, 0);
  g_assert_cmpuint (g_strv_length (base->users), ==, 2);
  g_assert_cmpstr (base->users[0], ==, hostel_domain_get_name (first));
  g_assert_cmpstr (base->users[1], ==, hostel_domain_get_name (second));

  g_assert_false (remove_base (base, &error));
  g_assert_error (error, HOSTEL_ERROR, HOSTEL_ERROR_WRONG_STATE);
  g_assert_nonnull (strstr (error->message, hostel_domain_get_name (second)));
  g_clear_error (&error);

  create_fixture_delete (fixture, first, TRUE);
  create_fixture_delete (fixture, second, TRUE);
  later = list ();
  base = find (later);
  g_assert_nonnull (base);
  g_assert_cmpuint (g_strv_length (base->users), ==, 0);
  g_assert_true (remove_base (base, &error));
  g_assert_no_error (error);
  files = create_fixture_list (fixture, HOSTEL_BASE_IMAGE_PREFIX);
  g_assert_cmpuint (g_strv_length (files), ==, 0);
  last = list ();
  g_assert_null (find (last));
}

/* An overlay that no machine has counts as well. */
static void
test_stray_overlay (void)
{
  g_autoptr (HostelDomain) domain = create ("c", FALSE);
  g_autoptr (GPtrArray) bases = list ();
  g_autoptr (GPtrArray) later = NULL;
  g_autoptr (GError) error = NULL;
  HostelBase *base = find (bases);

  g_free (create_fixture_virsh (fixture, "vol-create-as %s stray.qcow2 128M --format qcow2 "
                                "--backing-vol %s --backing-vol-format raw", fixture->pool,
                                base->volume));
  create_fixture_delete (fixture, domain, TRUE);
  later = list ();
  base = find (later);
  g_assert_cmpuint (g_strv_length (base->users), ==, 1);
  g_assert_cmpstr (base->users[0], ==, "stray.qcow2");
  g_assert_false (remove_base (base, &error));
  g_assert_error (error, HOSTEL_ERROR, HOSTEL_ERROR_WRONG_STATE);
  g_clear_error (&error);

  g_free (create_fixture_virsh (fixture, "vol-delete stray.qcow2 --pool %s", fixture->pool));
  g_assert_true (remove_base (base, &error));
  g_assert_no_error (error);
}

/* What virsh says, whom nobody here wrote. */
static void
assert_capacity (HostelDomain *domain,
                 guint64       bytes)
{
  g_autofree char *info = create_fixture_virsh (fixture, "domblkinfo %s vda",
                                                hostel_domain_get_uuid (domain));
  const char *capacity = strstr (info, "Capacity:");

  g_assert_nonnull (capacity);
  g_assert_cmpuint (g_ascii_strtoull (capacity + strlen ("Capacity:"), NULL, 10), ==, bytes);
}

/* Two machines that install from one disc. */
static void
test_disc (void)
{
  g_autoptr (GByteArray) bytes = image_build_iso (TRUE, FALSE);
  g_autofree char *path = g_build_filename (fixture->dir, "disc.iso", NULL);
  HostelDomain *domains[2];
  g_autoptr (GPtrArray) bases = NULL;
  g_autoptr (GPtrArray) later = NULL;
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) left = NULL;
  HostelBase *base;

  g_assert_true (g_file_set_contents (path, (const char *) bytes->data, bytes->len, NULL));
  for (guint i = 0; i < 2; i++)
    {
      g_autoptr (HostelMachineSpec) spec = create_fixture_new_spec (fixture, i ? "disc2" : "disc1");
      g_autoptr (HostelImage) image = hostel_image_new_from_path (path, &error);

      g_assert_no_error (error);
      hostel_machine_spec_set_image (spec, image);
      hostel_machine_spec_set_disk_size (spec, 0);
      g_object_set (spec, "start", FALSE, NULL);
      domains[i] = create_fixture_create (fixture, spec, NULL, &error);
      g_assert_no_error (error);
    }
  assert_capacity (domains[0], HOSTEL_MACHINE_SPEC_INSTALL_DISK);
  left = create_fixture_list (fixture, "seed");
  g_assert_cmpuint (g_strv_length (left), ==, 0);

  bases = list ();
  base = find (bases);
  g_assert_cmpuint (g_strv_length (base->users), ==, 2);
  create_fixture_delete (fixture, domains[0], TRUE);
  g_assert_false (remove_base (base, &error));
  g_assert_error (error, HOSTEL_ERROR, HOSTEL_ERROR_WRONG_STATE);
  g_clear_error (&error);
  create_fixture_delete (fixture, domains[1], TRUE);

  later = list ();
  g_assert_true (remove_base (find (later), &error));
  g_assert_no_error (error);
  g_object_unref (domains[0]);
  g_object_unref (domains[1]);
}

static void
run_verb (HostelDomain     *domain,
          HostelDomainVerb  verb)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  hostel_domain_run_verb_async (domain, verb, take_cb, &result);
  ASSERT_WITHIN (result != NULL, MINUTE);
  hostel_domain_run_verb_finish (domain, result, &error);
  g_assert_no_error (error);
}

/* Whether virsh sees a disc in the drive of its next start. */
static gboolean
has_disc (HostelDomain *domain)
{
  g_autofree char *list = create_fixture_virsh (fixture, "domblklist --inactive %s",
                                                hostel_domain_get_uuid (domain));

  g_assert_nonnull (strstr (list, "sda"));

  return strstr (strstr (list, "sda"), HOSTEL_BASE_IMAGE_PREFIX) != NULL;
}

static void
write_to_disk (HostelDomain *domain)
{
  g_auto (GStrv) files = create_fixture_list (fixture, ".qcow2");
  const char *write[] = { "qemu-io", "-c", "write 0 80M", NULL, NULL };
  g_autofree char *disk = NULL;
  int status = 1;

  for (guint i = 0; files[i] != NULL; i++)
    if (strstr (files[i], hostel_domain_get_uuid (domain)) != NULL)
      disk = g_build_filename (fixture->pool_dir, files[i], NULL);
  write[3] = disk;
  g_assert_true (g_spawn_sync (NULL, (char **) write, NULL,
                               G_SPAWN_SEARCH_PATH | G_SPAWN_STDOUT_TO_DEV_NULL, NULL, NULL, NULL,
                               NULL, &status, NULL));
  g_assert_cmpint (status, ==, 0);
}

/* Left in until something is installed, then taken out at the next start; or by hand. */
static void
test_eject (void)
{
  g_autoptr (GByteArray) bytes = image_build_iso (TRUE, FALSE);
  g_autofree char *path = g_build_filename (fixture->dir, "eject.iso", NULL);
  g_autoptr (HostelMachineSpec) spec = create_fixture_new_spec (fixture, "eject");
  g_autoptr (HostelDomain) domain = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GPtrArray) bases = NULL;
  g_autoptr (HostelImage) image = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_true (g_file_set_contents (path, (const char *) bytes->data, bytes->len, NULL));
  image = hostel_image_new_from_path (path, &error);
  g_assert_no_error (error);
  hostel_machine_spec_set_image (spec, image);
  hostel_machine_spec_set_disk_size (spec, 0);
  g_object_set (spec, "start", FALSE, NULL);
  domain = create_fixture_create (fixture, spec, NULL, &error);
  g_assert_no_error (error);

  run_verb (domain, HOSTEL_DOMAIN_VERB_START);
  run_verb (domain, HOSTEL_DOMAIN_VERB_FORCE_OFF);
  g_assert_true (has_disc (domain));

  write_to_disk (domain);
  run_verb (domain, HOSTEL_DOMAIN_VERB_START);
  g_assert_false (has_disc (domain));
  run_verb (domain, HOSTEL_DOMAIN_VERB_FORCE_OFF);

  /* The image is free to go. */
  bases = list ();
  g_assert_true (remove_base (find (bases), &error));
  g_assert_no_error (error);

  hostel_medium_eject_async (domain, take_cb, &result);
  ASSERT_WITHIN (result != NULL, MINUTE);
  g_assert_true (hostel_medium_eject_finish (domain, result, &error));
  create_fixture_delete (fixture, domain, TRUE);
}

/* The kernel and the RAM disk of the tiny guest, or %NULL where it cannot be built. */
static GBytes *
load_tiny (const char *name)
{
  g_autofree char *get = g_test_build_filename (G_TEST_DIST, "guests", "get", NULL);
  const char *argv[] = { get, "tiny", NULL };
  g_autofree char *output = NULL;
  g_autofree char *path = NULL;
  char *contents = NULL;
  gsize length = 0;
  int status = 1;

  if (!g_spawn_sync (NULL, (char **) argv, NULL, 0, NULL, NULL, &output, NULL, &status, NULL) ||
      status != 0)
    return NULL;

  path = g_build_filename (g_strchomp (output), name, NULL);
  g_assert_true (g_file_get_contents (path, &contents, &length, NULL));

  return g_bytes_new_take (contents, length);
}

static guint
count_files (const char *part)
{
  g_auto (GStrv) files = create_fixture_list (fixture, part);

  return g_strv_length (files);
}

static HostelDomain *
create_serial (const char  *name,
               HostelImage *image,
               GError     **error)
{
  g_autoptr (HostelMachineSpec) spec = create_fixture_new_spec (fixture, name);

  hostel_machine_spec_set_image (spec, image);
  hostel_machine_spec_set_disk_size (spec, 0);
  g_object_set (spec, "start", FALSE, "serial-installer", TRUE, NULL);

  return create_fixture_create (fixture, spec, NULL, error);
}

/* A definition may call anything an installer's: nothing goes at a start but what is one. */
static void
test_stranger_kernel (void)
{
  static const char uuid[] = "5d1f4e3c-0d6a-4f57-9a36-2f3b4c5d6e7f";
  g_autofree char *kernel = g_strconcat ("x-", uuid, "-kernel", NULL);
  const char *names[] = { kernel, "precious.qcow2", "own.raw" };
  g_autofree char *name = g_strdup_printf ("%s-stranger", fixture->pool);
  g_autofree char *definition = g_build_filename (fixture->dir, "stranger.xml", NULL);
  g_autofree char *xml = NULL;
  g_autoptr (HostelDomain) domain = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  char *paths[3];

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      paths[i] = g_build_filename (fixture->pool_dir, names[i], NULL);
      g_free (create_fixture_virsh (fixture, "vol-create-as %s %s 80M --allocation %s --format raw",
                                    fixture->pool, names[i], i == 2 ? "80M" : "0"));
    }
  xml = g_strdup_printf ("<domain type='qemu'><name>%s</name><uuid>%s</uuid><memory>65536</memory>"
                         "<os><type arch='x86_64' machine='q35'>hvm</type><kernel>%s</kernel>"
                         "<initrd>%s</initrd></os><devices><disk type='file' device='disk'>"
                         "<driver name='qemu' type='raw'/><source file='%s'/>"
                         "<target dev='vda' bus='virtio'/></disk></devices></domain>",
                         name, uuid, paths[0], paths[1], paths[2]);
  g_assert_true (g_file_set_contents (definition, xml, -1, NULL));
  g_free (create_fixture_virsh (fixture, "define %s", definition));
  ASSERT_WITHIN (hostel_connection_lookup_uuid (fixture->connection, uuid) != NULL, MINUTE);
  domain = g_object_ref (hostel_connection_lookup_uuid (fixture->connection, uuid));

  /* Whether QEMU takes such a kernel is another matter. */
  hostel_domain_run_verb_async (domain, HOSTEL_DOMAIN_VERB_START, take_cb, &result);
  ASSERT_WITHIN (result != NULL, MINUTE);
  hostel_domain_run_verb_finish (domain, result, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (paths); i++)
    g_assert_true (g_file_test (paths[i], G_FILE_TEST_EXISTS));

  create_fixture_delete (fixture, domain, TRUE);
  g_assert_false (g_file_test (paths[2], G_FILE_TEST_EXISTS));
  for (guint i = 0; i < G_N_ELEMENTS (paths); i++)
    {
      g_autofree char *base_name = g_path_get_basename (paths[i]);

      if (i < 2)
        {
          g_assert_true (g_file_test (paths[i], G_FILE_TEST_EXISTS));
          g_free (create_fixture_virsh (fixture, "vol-delete %s --pool %s", base_name,
                                        fixture->pool));
        }
      g_free (paths[i]);
    }
}

/* The installer is started by its kernel until something is installed, and then forgotten. */
static void
test_serial_installer (void)
{
  g_autofree char *path = g_build_filename (fixture->dir, "serial.iso", NULL);
  g_autoptr (GBytes) kernel = load_tiny ("vmlinuz");
  g_autoptr (GBytes) initrd = load_tiny ("initrd.gz");
  g_autoptr (HostelDomain) domain = NULL;
  g_autoptr (HostelDomain) other = NULL;
  g_autoptr (HostelImage) image = NULL;
  g_autoptr (GPtrArray) bases = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *before = NULL;
  g_autofree char *after = NULL;

  if (kernel == NULL || initrd == NULL)
    {
      g_test_skip ("the tiny guest cannot be built here");
      return;
    }
  disc_build (path, "Debian 11.6.0 amd64 n", "install.amd/vmlinuz", kernel,
              "install.amd/initrd.gz", initrd);
  image = hostel_image_new_from_path (path, &error);
  g_assert_no_error (error);

  domain = create_serial ("serial", image, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (count_files ("-kernel"), ==, 1);
  g_assert_cmpuint (count_files ("-initrd"), ==, 1);

  /* Nothing is installed yet: once more. */
  run_verb (domain, HOSTEL_DOMAIN_VERB_START);
  run_verb (domain, HOSTEL_DOMAIN_VERB_FORCE_OFF);
  run_verb (domain, HOSTEL_DOMAIN_VERB_START);
  run_verb (domain, HOSTEL_DOMAIN_VERB_FORCE_OFF);
  before = create_fixture_virsh (fixture, "dumpxml %s", hostel_domain_get_uuid (domain));
  g_assert_nonnull (strstr (before, "<cmdline>console=ttyS0</cmdline>"));

  write_to_disk (domain);
  run_verb (domain, HOSTEL_DOMAIN_VERB_START);
  after = create_fixture_virsh (fixture, "dumpxml %s", hostel_domain_get_uuid (domain));
  g_assert_null (strstr (after, "<kernel>"));
  g_assert_null (strstr (after, "<initrd>"));
  g_assert_null (strstr (after, "<cmdline>"));
  g_assert_nonnull (strstr (after, "<on_reboot>restart</on_reboot>"));
  g_assert_false (has_disc (domain));
  g_assert_cmpuint (count_files ("-kernel"), ==, 0);
  g_assert_cmpuint (count_files ("-initrd"), ==, 0);
  run_verb (domain, HOSTEL_DOMAIN_VERB_FORCE_OFF);
  create_fixture_delete (fixture, domain, TRUE);

  /* Deleted before it was installed. */
  other = create_serial ("serial2", image, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (count_files ("-kernel"), ==, 1);
  create_fixture_delete (fixture, other, TRUE);
  g_assert_cmpuint (count_files (hostel_domain_get_uuid (other)), ==, 0);
  g_assert_cmpuint (count_files ("-kernel"), ==, 0);
  g_assert_cmpuint (count_files ("-initrd"), ==, 0);

  /* A disc that has been cut off since: nothing is left of the attempt. */
  g_assert_cmpint (truncate (path, 1 << 20), ==, 0);
  g_clear_object (&other);
  g_assert_null (create_serial ("serial3", image, &error));
  g_assert_error (error, HOSTEL_ERROR, HOSTEL_ERROR_UNSUPPORTED);
  g_assert_cmpuint (count_files ("serial3"), ==, 0);

  bases = list ();
  for (guint i = 0; i < bases->len; i++)
    if (g_str_equal (((HostelBase *) bases->pdata[i])->pool, fixture->pool))
      {
        g_clear_error (&error);
        g_assert_true (remove_base (bases->pdata[i], &error));
      }
}

static gboolean
grow (HostelDomain  *domain,
      guint64        bytes,
      gboolean      *live,
      GError       **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  hostel_disk_grow_async (domain, NULL, bytes, take_cb, &result);
  ASSERT_WITHIN (result != NULL, MINUTE);

  return hostel_disk_grow_finish (domain, result, live, error);
}

static guint64
get_size (HostelDomain *domain)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) disks = NULL;

  hostel_disk_list_async (domain, NULL, take_cb, &result);
  ASSERT_WITHIN (result != NULL, MINUTE);
  disks = hostel_disk_list_finish (domain, result, &error);
  g_assert_no_error (error);
  /* The seed is none of them. */
  g_assert_cmpuint (disks->len, ==, 1);

  return ((HostelDiskChoice *) disks->pdata[0])->size;
}

static void
test_grow (gconstpointer data)
{
  gboolean running = GPOINTER_TO_INT (data);
  g_autoptr (HostelDomain) domain = create ("grow", running);
  g_autoptr (GError) error = NULL;
  gboolean live = !running;

  g_assert_cmpuint (get_size (domain), ==, 128 * MIB);
  g_assert_true (grow (domain, 256 * MIB, &live, &error));
  g_assert_no_error (error);
  g_assert_cmpint (live, ==, running);
  g_assert_cmpuint (get_size (domain), ==, 256 * MIB);
  assert_capacity (domain, 256 * MIB);

  /* Never smaller, and not the same: libvirt would cut off what is there. */
  g_assert_false (grow (domain, 128 * MIB, &live, &error));
  g_assert_error (error, HOSTEL_ERROR, HOSTEL_ERROR_INVALID);
  g_clear_error (&error);
  g_assert_false (grow (domain, 256 * MIB, &live, &error));
  g_assert_error (error, HOSTEL_ERROR, HOSTEL_ERROR_INVALID);
  assert_capacity (domain, 256 * MIB);

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

  g_test_add_func ("/base-list/users-and-removal", test_users_and_removal);
  g_test_add_func ("/base-list/stray-overlay", test_stray_overlay);
  g_test_add_func ("/base-list/disc", test_disc);
  g_test_add_func ("/base-list/eject", test_eject);
#ifdef __x86_64__
  g_test_add_func ("/base-list/serial-installer", test_serial_installer);
  g_test_add_func ("/base-list/stranger-kernel", test_stranger_kernel);
#endif
  g_test_add_data_func ("/disk-grow/off", GINT_TO_POINTER (FALSE), test_grow);
  g_test_add_data_func ("/disk-grow/running", GINT_TO_POINTER (TRUE), test_grow);

  status = g_test_run ();
  create_fixture_free (fixture);

  return status;
}
