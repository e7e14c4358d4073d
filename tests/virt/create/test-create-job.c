/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <glib/gstdio.h>

#include "create-fixture.h"
#include "hostel-base-image.h"
#include "hostel-error.h"
#include "hostel-host-facts.h"
#include "long.h"
#include "wait.h"

static CreateFixture *fixture;

/* A whole machine has these, and nobody else's name. */
static void
assert_whole (const char *uuid)
{
  g_auto (GStrv) names = create_fixture_list (fixture, uuid);

  g_assert_cmpuint (g_strv_length (names), ==, 3);
  g_assert_true (g_str_has_suffix (names[0], "-seed.iso"));
  g_assert_true (g_str_has_suffix (names[1], "-serial.log"));
  g_assert_true (g_str_has_suffix (names[2], ".qcow2"));
}

static void
assert_nothing (void)
{
  g_auto (GStrv) names = create_fixture_list (fixture, "");
  g_autofree char *all = g_strjoinv (" ", names);

  g_assert_cmpstr (all, ==, "");
  g_assert_cmpuint (create_fixture_count_journals (), ==, 0);
}

static HostelDomain *
create (HostelMachineSpec *spec)
{
  g_autoptr (GError) error = NULL;
  HostelDomain *domain = create_fixture_create (fixture, spec, NULL, &error);

  g_assert_no_error (error);

  return domain;
}

static char *
dup_base_of (const char *uuid)
{
  g_auto (GStrv) names = create_fixture_list (fixture, uuid);
  g_autofree char *xml = create_fixture_virsh (fixture, "vol-dumpxml %s --pool %s", names[2],
                                               fixture->pool);
  const char *begin = strstr (xml, "<backingStore>");
  const char *path = strstr (begin, "<path>") + strlen ("<path>");

  return g_strndup (path, strstr (path, "</path>") - path);
}

static void
assert_same_content (const char *path,
                     const char *other)
{
  g_autofree char *line = g_strdup_printf ("cmp %s %s", path, other);
  int status;

  g_assert_true (g_spawn_command_line_sync (line, NULL, NULL, &status, NULL));
  g_assert_cmpint (status, ==, 0);
}

static void
take_result (GObject      *object,
             GAsyncResult *result,
             gpointer      user_data)
{
  *(GAsyncResult **) user_data = g_object_ref (result);
}

static void
keep_facts_cb (HostelCreateJob  *job,
               GParamSpec       *pspec,
               HostelHostFacts **facts)
{
  if (*facts == NULL)
    g_object_get (job, "facts", facts, NULL);
}

static HostelDomain *
create_with_facts (HostelMachineSpec  *spec,
                   HostelHostFacts   **facts)
{
  g_autoptr (HostelCreateJob) job = hostel_create_job_new (fixture->connection, spec);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  HostelDomain *domain;

  g_signal_connect (job, "notify::facts", G_CALLBACK (keep_facts_cb), facts);
  hostel_create_job_run_async (job, NULL, take_result, &result);
  WAIT_UNTIL (result != NULL, 60000);
  domain = hostel_create_job_run_finish (job, result, &error);
  g_assert_no_error (error);

  return domain;
}

static void
test_machine (void)
{
  g_autoptr (HostelMachineSpec) spec = create_fixture_new_spec (fixture, "one");
  g_autoptr (HostelMachineSpec) second_spec = create_fixture_new_spec (fixture, "two");
  const char *uuid = hostel_machine_spec_get_uuid (spec);
  g_autoptr (HostelHostFacts) facts = NULL;
  g_autoptr (HostelDomain) domain = create_with_facts (spec, &facts);
  g_autoptr (HostelDomain) second = create (second_spec);
  g_autofree char *base = dup_base_of (uuid);
  g_autofree char *second_base = dup_base_of (hostel_machine_spec_get_uuid (second_spec));
  g_auto (GStrv) names = create_fixture_list (fixture, uuid);
  g_auto (GStrv) bases = create_fixture_list (fixture, HOSTEL_BASE_IMAGE_PREFIX);
  g_autofree char *volume = NULL;
  g_autofree char *seed = NULL;
  GStatBuf info;
  HostelMachineLimits limits;

  g_assert_cmpstr (hostel_domain_get_uuid (domain), ==, uuid);
  g_assert_true (create_fixture_is_running (fixture, uuid));
  assert_whole (uuid);

  /* What the job has found out about the host. */
  g_assert_nonnull (facts);
  hostel_host_facts_get_limits (facts, &limits);
  g_assert_cmpuint (limits.memory_free, >, 0);
  g_assert_cmpuint (limits.memory, >, limits.memory_free);

  /* Really grown, and not the image's size. */
  volume = create_fixture_virsh (fixture, "vol-dumpxml %s --pool %s", names[2], fixture->pool);
  g_assert_nonnull (strstr (volume, "<capacity unit='bytes'>134217728</capacity>"));
  g_assert_nonnull (strstr (volume, "<compat>1.1</compat>"));

  /* Of nobody's business. */
  seed = g_build_filename (fixture->pool_dir, names[0], NULL);
  g_assert_no_errno (g_stat (seed, &info));
  g_assert_cmpint (info.st_mode & 0777, ==, 0600);

  /* Two machines, one base and its marker. */
  g_assert_cmpstr (base, ==, second_base);
  g_assert_cmpuint (g_strv_length (bases), ==, 2);
  assert_same_content (base, fixture->image_path);

  create_fixture_delete (fixture, domain, TRUE);
  assert_whole (hostel_machine_spec_get_uuid (second_spec));
  create_fixture_delete (fixture, second, TRUE);
  assert_nothing ();
}

static void
test_delete (void)
{
  g_autoptr (HostelMachineSpec) spec = create_fixture_new_spec (fixture, "saved");
  const char *uuid = hostel_machine_spec_get_uuid (spec);
  g_autoptr (HostelDomain) domain = create (spec);
  g_autofree char *rotated = g_strdup_printf ("%s/%s-%s-serial.log.1", fixture->pool_dir,
                                              hostel_machine_spec_get_name (spec), uuid);

  /* What virtlogd leaves of a full log, and what libvirt keeps of a saved machine. */
  g_assert_true (g_file_set_contents (rotated, "old", -1, NULL));
  g_free (create_fixture_virsh (fixture, "managedsave %s", uuid));

  create_fixture_delete (fixture, domain, TRUE);
  assert_nothing ();
  ASSERT_WITHIN (hostel_connection_lookup_uuid (fixture->connection, uuid) == NULL, 5000);
}

/* A disk that somebody else needs stays. */
static void
test_delete_shared (void)
{
  g_autoptr (HostelMachineSpec) spec = create_fixture_new_spec (fixture, "shared");
  const char *uuid = hostel_machine_spec_get_uuid (spec);
  g_autoptr (HostelDomain) domain = NULL;
  g_auto (GStrv) names = NULL;
  g_auto (GStrv) left = NULL;

  g_object_set (spec, "start", FALSE, NULL);
  domain = create (spec);
  names = create_fixture_list (fixture, uuid);
  g_free (create_fixture_virsh (fixture, "vol-create-as %s clone.qcow2 128M --format qcow2 "
                                "--backing-vol %s --backing-vol-format qcow2", fixture->pool,
                                names[2]));

  create_fixture_delete (fixture, domain, TRUE);
  left = create_fixture_list (fixture, uuid);
  g_assert_cmpuint (g_strv_length (left), ==, 1);
  g_assert_cmpstr (left[0], ==, names[2]);

  g_free (create_fixture_virsh (fixture, "vol-delete clone.qcow2 --pool %s", fixture->pool));
  g_free (create_fixture_virsh (fixture, "vol-delete %s --pool %s", names[2], fixture->pool));
}

static void
test_keep_disks (void)
{
  g_autoptr (HostelMachineSpec) spec = create_fixture_new_spec (fixture, "kept");
  const char *uuid = hostel_machine_spec_get_uuid (spec);
  g_autoptr (HostelDomain) domain = NULL;
  g_auto (GStrv) names = NULL;

  g_object_set (spec, "start", FALSE, NULL);
  domain = create (spec);
  g_assert_cmpint (hostel_domain_get_state (domain), ==, HOSTEL_DOMAIN_STATE_OFF);
  create_fixture_delete (fixture, domain, FALSE);
  assert_whole (uuid);

  /* No clean-up takes them either. */
  create_fixture_clean_up (fixture);
  assert_whole (uuid);

  names = create_fixture_list (fixture, uuid);
  for (guint i = 0; names[i] != NULL; i++)
    g_free (create_fixture_virsh (fixture, "vol-delete %s --pool %s", names[i], fixture->pool));
}

static void
test_name_taken (void)
{
  g_autoptr (HostelMachineSpec) spec = create_fixture_new_spec (fixture, "taken");
  g_autoptr (HostelMachineSpec) again = create_fixture_new_spec (fixture, "taken");
  g_autoptr (GError) error = NULL;
  g_autoptr (HostelDomain) domain = NULL;

  g_object_set (spec, "start", FALSE, NULL);
  domain = create (spec);
  g_assert_null (create_fixture_create (fixture, again, NULL, &error));
  g_assert_error (error, HOSTEL_ERROR, HOSTEL_ERROR_EXISTS);
  g_assert_nonnull (hostel_error_get_remedy (error));
  create_fixture_delete (fixture, domain, TRUE);
  assert_nothing ();
}

static void
test_refusals (void)
{
  const struct
  {
    const char *property;
    const char *value;
    int         code;
  } cases[] = {
    { "pool", "no-such-pool", HOSTEL_ERROR_NOT_FOUND },
    { "network", "no-such-network", HOSTEL_ERROR_NOT_FOUND },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (HostelMachineSpec) spec = create_fixture_new_spec (fixture, "refused");
      g_autoptr (GError) error = NULL;

      if (g_str_equal (cases[i].property, "network"))
        hostel_machine_spec_set_network (spec, HOSTEL_NETWORK_KIND_NETWORK, cases[i].value);
      else
        g_object_set (spec, cases[i].property, cases[i].value, NULL);
      g_assert_null (create_fixture_create (fixture, spec, NULL, &error));
      g_assert_error (error, HOSTEL_ERROR, cases[i].code);
      assert_nothing ();
    }
}

static void
on_start_step (HostelCreateJob *job,
               GParamSpec      *pspec,
               const char      *seed)
{
  if (hostel_create_job_get_step (job) == HOSTEL_CREATE_STEP_START)
    g_assert_no_errno (g_unlink (seed));
}

/* It was made, and cannot be started: told, and kept. */
static void
test_start_fails (void)
{
  g_autoptr (HostelMachineSpec) spec = create_fixture_new_spec (fixture, "broken");
  const char *uuid = hostel_machine_spec_get_uuid (spec);
  g_autofree char *seed = g_strdup_printf ("%s/%s-%s-seed.iso", fixture->pool_dir,
                                           hostel_machine_spec_get_name (spec), uuid);
  g_autoptr (HostelCreateJob) job = hostel_create_job_new (fixture->connection, spec);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  HostelDomain *domain;

  g_signal_connect (job, "notify::step", G_CALLBACK (on_start_step), seed);
  hostel_create_job_run_async (job, NULL, take_result, &result);
  WAIT_UNTIL (result != NULL, 60000);
  g_assert_null (hostel_create_job_run_finish (job, result, &error));
  g_assert_nonnull (error);
  g_assert_nonnull (strstr (error->message, "was created"));
  g_assert_nonnull (hostel_error_get_details (error));

  ASSERT_WITHIN (hostel_connection_lookup_uuid (fixture->connection, uuid) != NULL, 5000);
  domain = hostel_connection_lookup_uuid (fixture->connection, uuid);
  g_assert_cmpuint (create_fixture_count_journals (), ==, 0);
  create_fixture_delete (fixture, domain, TRUE);
  assert_nothing ();
}

/* A base of somebody else's that is being uploaded, or was cut off: it has no marker. */
static void
test_unfinished_base (void)
{
  g_autoptr (HostelMachineSpec) spec = create_fixture_new_spec (fixture, "second-base");
  g_autofree char *image = create_fixture_make_image (fixture, 7);
  g_autoptr (HostelImage) loaded = hostel_image_new_from_path (image, NULL);
  g_autofree char *sha256 = hostel_image_dup_sha256 (loaded, NULL, NULL, NULL, NULL);
  g_autofree char *unfinished = g_strdup_printf (HOSTEL_BASE_IMAGE_PREFIX "%s.raw", sha256);
  g_autoptr (HostelDomain) domain = NULL;
  g_autofree char *base = NULL;

  g_free (create_fixture_virsh (fixture, "vol-create-as %s %s 64M --format raw", fixture->pool,
                                unfinished));
  hostel_machine_spec_set_image (spec, loaded);
  g_object_set (spec, "start", FALSE, NULL);
  domain = create (spec);

  base = dup_base_of (hostel_machine_spec_get_uuid (spec));
  g_assert_false (g_str_has_suffix (base, unfinished));
  assert_same_content (base, image);
  create_fixture_delete (fixture, domain, TRUE);
  assert_nothing ();
  g_free (create_fixture_virsh (fixture, "vol-delete %s --pool %s", unfinished, fixture->pool));
}

/* Of one image at the same time: one upload, two machines. */
static void
test_same_image_at_once (void)
{
  g_autofree char *image = create_fixture_make_image (fixture, 8);
  g_autofree char *first_image = g_steal_pointer (&fixture->image_path);
  const CreateStop off = { 0, 0, 0 };
  char *uuids[2] = { NULL, NULL };
  char *bases[2] = { NULL, NULL };
  GPid pids[2];

  fixture->image_path = g_strdup (image);
  pids[0] = create_fixture_spawn (fixture, "at-once-1", &off, &uuids[0]);
  pids[1] = create_fixture_spawn (fixture, "at-once-2", &off, &uuids[1]);
  for (guint i = 0; i < 2; i++)
    {
      g_assert_cmpint (create_fixture_wait (pids[i], 0), ==, 0);
      assert_whole (uuids[i]);
      bases[i] = dup_base_of (uuids[i]);
      assert_same_content (bases[i], image);
    }
  g_assert_cmpstr (bases[0], ==, bases[1]);

  for (guint i = 0; i < 2; i++)
    {
      HostelDomain *domain;

      ASSERT_WITHIN (hostel_connection_lookup_uuid (fixture->connection, uuids[i]) != NULL, 5000);
      domain = hostel_connection_lookup_uuid (fixture->connection, uuids[i]);
      create_fixture_delete (fixture, domain, TRUE);
      g_free (uuids[i]);
      g_free (bases[i]);
    }
  assert_nothing ();

  g_free (fixture->image_path);
  fixture->image_path = g_steal_pointer (&first_image);
}

typedef struct
{
  HostelCreateStep  step;
  guint             delay;
  GCancellable     *cancellable;
  guint             timer;
} CancelAt;

static gboolean
on_cancel_time (gpointer data)
{
  CancelAt *cancel = data;

  cancel->timer = 0;
  g_cancellable_cancel (cancel->cancellable);

  return G_SOURCE_REMOVE;
}

static void
on_cancel_step (HostelCreateJob *job,
                GParamSpec      *pspec,
                CancelAt        *cancel)
{
  if (hostel_create_job_get_step (job) != cancel->step)
    return;

  if (cancel->delay == 0)
    g_cancellable_cancel (cancel->cancellable);
  else
    cancel->timer = g_timeout_add (cancel->delay, on_cancel_time, cancel);
}

static void
cancel_at (HostelCreateStep step,
           guint            delay,
           guint            image)
{
  g_autoptr (HostelMachineSpec) spec = create_fixture_new_spec (fixture, "cancelled");
  g_autofree char *path = create_fixture_make_image (fixture, image);
  g_autoptr (HostelImage) loaded = hostel_image_new_from_path (path, NULL);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  CancelAt cancel = { step, delay, cancellable, 0 };
  g_autoptr (HostelCreateJob) job = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (HostelDomain) domain = NULL;

  hostel_machine_spec_set_image (spec, loaded);
  job = hostel_create_job_new (fixture->connection, spec);
  g_signal_connect (job, "notify::step", G_CALLBACK (on_cancel_step), &cancel);
  hostel_create_job_run_async (job, cancellable, take_result, &result);
  WAIT_UNTIL (result != NULL, 120000);
  g_clear_handle_id (&cancel.timer, g_source_remove);
  domain = hostel_create_job_run_finish (job, result, &error);

  /* Clean at once, no clean-up is needed; or whole, where it was too late. */
  if (domain != NULL)
    {
      g_assert_true (create_fixture_is_running (fixture, hostel_domain_get_uuid (domain)));
      assert_whole (hostel_domain_get_uuid (domain));
      create_fixture_delete (fixture, domain, TRUE);
    }
  else
    g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  if (delay == 0)
    g_assert_true ((domain != NULL) == (step >= HOSTEL_CREATE_STEP_DEFINE));
  assert_nothing ();
  g_unlink (path);
}

static void
test_cancel (void)
{
  for (HostelCreateStep step = HOSTEL_CREATE_STEP_CHECK; step < HOSTEL_CREATE_STEP_DONE; step++)
    cancel_at (step, 0, 20 + step);
  cancel_at (HOSTEL_CREATE_STEP_DIGEST, 10, 40);
  cancel_at (HOSTEL_CREATE_STEP_BASE, 20, 41);
  cancel_at (HOSTEL_CREATE_STEP_DISK, 15, 42);
}

static HostelDomain *
create_kind (const char     *name,
             HostelDiskKind  kind,
             GCancellable   *cancellable,
             GError        **error)
{
  g_autoptr (HostelMachineSpec) spec = create_fixture_new_spec (fixture, name);

  g_object_set (spec, "disk-kind", kind, "start", FALSE, NULL);

  return create_fixture_create (fixture, spec, cancellable, error);
}

/* What virsh says of the first disk: its file. */
static char *
dup_disk_path (HostelDomain *domain)
{
  g_autofree char *output = create_fixture_virsh (fixture, "domblklist %s",
                                                  hostel_domain_get_uuid (domain));
  const char *path = strchr (output, '/');

  g_assert_nonnull (strstr (output, "vda"));
  g_assert_nonnull (path);

  return g_strndup (path, strcspn (path, "\n"));
}

static guint
count_files (const char *part)
{
  g_auto (GStrv) files = create_fixture_list (fixture, part);

  return g_strv_length (files);
}

/* The whole image again, larger, with nothing below it; and nothing of it after a cancel. */
static void
test_copy (void)
{
  g_autofree char *image = create_fixture_make_image (fixture, 31);
  g_autofree char *first_image = g_steal_pointer (&fixture->image_path);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (HostelDomain) domain = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *path = NULL;
  g_autofree char *content = NULL;
  g_autofree char *expected = NULL;
  g_autofree char *xml = NULL;
  gsize length;
  gsize expected_length;
  guint bases = count_files ("hostel-base-");

  fixture->image_path = g_strdup (image);
  domain = create_kind ("copy", HOSTEL_DISK_KIND_COPY, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (count_files ("hostel-base-"), ==, bases);
  path = dup_disk_path (domain);
  g_assert_nonnull (strstr (path, hostel_domain_get_uuid (domain)));
  g_assert_true (g_file_get_contents (path, &content, &length, NULL));
  g_assert_true (g_file_get_contents (image, &expected, &expected_length, NULL));
  g_assert_cmpuint (length, ==, 2 * expected_length);
  g_assert_cmpmem (content, expected_length, expected, expected_length);
  xml = create_fixture_virsh (fixture, "dumpxml %s", hostel_domain_get_uuid (domain));
  g_assert_null (strstr (xml, "<backingStore type"));
  create_fixture_delete (fixture, domain, TRUE);
  g_assert_cmpuint (count_files ("copy"), ==, 0);

  g_cancellable_cancel (cancellable);
  g_assert_null (create_kind ("copy", HOSTEL_DISK_KIND_COPY, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_cmpuint (count_files ("copy"), ==, 0);

  g_free (fixture->image_path);
  fixture->image_path = g_steal_pointer (&first_image);
  g_unlink (image);
}

/* The machine has a person's own file, which outlives it, even where it is in a storage pool. */
static void
test_in_place (void)
{
  g_autofree char *image = create_fixture_make_image (fixture, 32);
  g_autofree char *inside = g_build_filename (fixture->pool_dir, "mine.raw", NULL);
  g_autofree char *first_image = g_steal_pointer (&fixture->image_path);
  g_autoptr (HostelDomain) domain = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *path = NULL;
  g_autofree char *xml = NULL;

  g_assert_cmpint (g_rename (image, inside), ==, 0);
  g_free (create_fixture_virsh (fixture, "pool-refresh %s", fixture->pool));
  fixture->image_path = g_strdup (inside);
  domain = create_kind ("in-place", HOSTEL_DISK_KIND_IN_PLACE, NULL, &error);
  g_assert_no_error (error);
  path = dup_disk_path (domain);
  g_assert_cmpstr (path, ==, inside);
  xml = create_fixture_virsh (fixture, "dumpxml %s", hostel_domain_get_uuid (domain));
  g_assert_nonnull (strstr (xml, "in-place"));
  create_fixture_delete (fixture, domain, TRUE);
  g_assert_true (g_file_test (inside, G_FILE_TEST_EXISTS));
  g_assert_cmpuint (count_files ("in-place"), ==, 0);

  g_free (fixture->image_path);
  fixture->image_path = g_steal_pointer (&first_image);
  g_unlink (inside);
  g_free (create_fixture_virsh (fixture, "pool-refresh %s", fixture->pool));
}

/* After SIGKILL at that place, the next clean-up. */
static void
kill_at (HostelCreateStep step,
         guint            delay)
{
  const CreateStop stop = { step, delay, SIGKILL };
  g_autofree char *image = create_fixture_make_image (fixture, 100 + step * 10 + (delay > 0));
  g_autofree char *first_image = g_steal_pointer (&fixture->image_path);
  g_autofree char *uuid = NULL;
  g_auto (GStrv) left = NULL;
  HostelDomain *domain;
  GPid pid;
  int status;

  g_test_message ("%s + %u ms", hostel_create_step_to_label (step), delay);
  fixture->image_path = g_strdup (image);
  pid = create_fixture_spawn (fixture, "killed", &stop, &uuid);
  status = create_fixture_wait (pid, 0);
  g_assert_true (WIFSIGNALED (status) || WEXITSTATUS (status) == 0);

  /* Whatever the daemon was at for the killed one. */
  g_usleep (300 * 1000);
  create_fixture_clean_up (fixture);
  WAIT_UNTIL (FALSE, 300);

  domain = hostel_connection_lookup_uuid (fixture->connection, uuid);
  /* Nothing or a whole machine, and which of them is certain only at a step's begin: how far the
   * job comes in some milliseconds is up to the computer. */
  if (delay == 0)
    g_assert_true ((domain != NULL) == (step > HOSTEL_CREATE_STEP_DEFINE));
  if (domain != NULL)
    {
      assert_whole (uuid);
      /* Off where it was killed between define and start; paused it must not stay. */
      g_assert_cmpint (hostel_domain_get_state (domain), !=, HOSTEL_DOMAIN_STATE_PAUSED);
      create_fixture_delete (fixture, domain, TRUE);
    }
  left = create_fixture_list (fixture, uuid);
  g_assert_cmpuint (g_strv_length (left), ==, 0);

  g_free (fixture->image_path);
  fixture->image_path = g_steal_pointer (&first_image);
  g_unlink (image);
}

/* A base image has its marker or is gone. */
static void
assert_bases_whole (void)
{
  g_auto (GStrv) bases = create_fixture_list (fixture, HOSTEL_BASE_IMAGE_PREFIX);

  for (guint i = 0; bases[i] != NULL; i += 2)
    {
      g_autofree char *marker = g_strconcat (bases[i], HOSTEL_BASE_IMAGE_MARKER, NULL);

      g_assert_cmpstr (bases[i + 1], ==, marker);
    }
}

static void
test_kill (void)
{
  for (HostelCreateStep step = HOSTEL_CREATE_STEP_CHECK; step <= HOSTEL_CREATE_STEP_DONE; step++)
    {
      kill_at (step, 0);
      assert_nothing ();
    }
  kill_at (HOSTEL_CREATE_STEP_DIGEST, 10);
  kill_at (HOSTEL_CREATE_STEP_BASE, 5);
  kill_at (HOSTEL_CREATE_STEP_BASE, 40);
  kill_at (HOSTEL_CREATE_STEP_DISK, 5);
  kill_at (HOSTEL_CREATE_STEP_DISK, 30);
  kill_at (HOSTEL_CREATE_STEP_SEED, 4);
  kill_at (HOSTEL_CREATE_STEP_DEFINE, 3);
  kill_at (HOSTEL_CREATE_STEP_START, 200);
  assert_nothing ();
  assert_bases_whole ();
}

/* A create that is under way in another program is not touched by a clean-up, nor by another's. */
static void
test_beside (void)
{
  const HostelCreateStep steps[] = { HOSTEL_CREATE_STEP_BASE, HOSTEL_CREATE_STEP_DISK,
                                     HOSTEL_CREATE_STEP_SEED, HOSTEL_CREATE_STEP_DEFINE };

  for (guint i = 0; i < G_N_ELEMENTS (steps); i++)
    {
      const CreateStop stop = { steps[i], i == 0 ? 20 : 0, SIGSTOP };
      g_autofree char *image = create_fixture_make_image (fixture, 300 + i);
      g_autofree char *first_image = g_steal_pointer (&fixture->image_path);
      g_autofree char *uuid = NULL;
      g_auto (GStrv) before = NULL;
      g_auto (GStrv) after = NULL;
      HostelDomain *domain;
      GPid pid;
      int status;

      fixture->image_path = g_strdup (image);
      pid = create_fixture_spawn (fixture, "beside", &stop, &uuid);
      status = create_fixture_wait (pid, WUNTRACED);
      g_assert_true (WIFSTOPPED (status));
      before = create_fixture_list (fixture, uuid);
      g_free (fixture->image_path);
      fixture->image_path = g_steal_pointer (&first_image);

      create_fixture_clean_up (fixture);
      kill_at (HOSTEL_CREATE_STEP_DISK, 10);
      after = create_fixture_list (fixture, uuid);
      g_assert_true (g_strv_equal ((const char * const *) before, (const char * const *) after));

      kill (pid, SIGCONT);
      g_assert_cmpint (create_fixture_wait (pid, 0), ==, 0);
      assert_whole (uuid);
      ASSERT_WITHIN (hostel_connection_lookup_uuid (fixture->connection, uuid) != NULL, 5000);
      domain = hostel_connection_lookup_uuid (fixture->connection, uuid);
      create_fixture_delete (fixture, domain, TRUE);
      assert_nothing ();
      g_unlink (image);
    }
}

static void
on_timed_step (HostelCreateJob *job,
               GParamSpec      *pspec,
               gint64          *times)
{
  times[hostel_create_job_get_step (job)] = g_get_monotonic_time ();
}

/* What a create costs beside QEMU's start, the image being in the pool. */
static void
test_speed (void)
{
  g_autoptr (HostelMachineSpec) first = NULL;
  g_autoptr (HostelDomain) first_domain = NULL;
  gint64 best = G_MAXINT64;

  if (!long_is_wanted_here ())
    return;

  first = create_fixture_new_spec (fixture, "speed-0");
  first_domain = create (first);
  for (guint i = 0; i < 5; i++)
    {
      g_autofree char *name = g_strdup_printf ("speed-%u", i + 1);
      g_autoptr (HostelMachineSpec) spec = create_fixture_new_spec (fixture, name);
      g_autoptr (HostelCreateJob) job = hostel_create_job_new (fixture->connection, spec);
      gint64 times[HOSTEL_CREATE_STEP_DONE + 1] = { 0 };
      g_autoptr (GAsyncResult) result = NULL;
      g_autoptr (HostelDomain) domain = NULL;

      g_signal_connect (job, "notify::step", G_CALLBACK (on_timed_step), times);
      hostel_create_job_run_async (job, NULL, take_result, &result);
      WAIT_UNTIL (result != NULL, 60000);
      domain = hostel_create_job_run_finish (job, result, NULL);
      for (guint step = 0; step < HOSTEL_CREATE_STEP_DONE; step++)
        g_test_message ("%s: %.1f ms", hostel_create_step_to_label (step),
                        (times[step + 1] - times[step]) / 1000.0);
      best = MIN (best, times[HOSTEL_CREATE_STEP_DEFINE] - times[HOSTEL_CREATE_STEP_CHECK]);
      create_fixture_delete (fixture, domain, TRUE);
    }

  g_test_minimized_result (best / 1000.0, "before define: %.1f ms", best / 1000.0);
  create_fixture_delete (fixture, first_domain, TRUE);
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

  g_test_add_func ("/create-job/machine", test_machine);
  g_test_add_func ("/create-job/delete", test_delete);
  g_test_add_func ("/create-job/delete-shared", test_delete_shared);
  g_test_add_func ("/create-job/keep-disks", test_keep_disks);
  g_test_add_func ("/create-job/name-taken", test_name_taken);
  g_test_add_func ("/create-job/refusals", test_refusals);
  g_test_add_func ("/create-job/start-fails", test_start_fails);
  g_test_add_func ("/create-job/unfinished-base", test_unfinished_base);
  g_test_add_func ("/create-job/same-image-at-once", test_same_image_at_once);
  g_test_add_func ("/create-job/cancel", test_cancel);
  g_test_add_func ("/create-job/copy", test_copy);
  g_test_add_func ("/create-job/in-place", test_in_place);
  g_test_add_func ("/create-job/kill", test_kill);
  g_test_add_func ("/create-job/beside", test_beside);
  g_test_add_func ("/create-job/speed", test_speed);

  status = g_test_run ();
  create_fixture_free (fixture);

  return status;
}
