/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <math.h>
#include <string.h>
#include <unistd.h>

#include "create-fixture.h"
#include "hostel-statistics.h"
#include "wait.h"

#define DEADLINE 30000
#define NEAR(a, b) g_assert_cmpfloat_with_epsilon ((a), (b), 1e-9)

static const HostelStatisticsSample first = {
  .time = 1000000, .n_vcpus = 2, .cpu = 5000000000, .wait = 1000000000, .memory = 1048576, .unused = 524288,
  .resident = 262144, .disk_bytes = 1000, .disk_requests = 10, .disk_time = 1000000000, .network_bytes = 500,
};

/* Two seconds later, half of two vCPUs, and a request that took 20 ms. */
static void
test_rates (void)
{
  HostelStatisticsSample then = first;
  HostelStatisticsPoint point;

  then.time += 2 * G_USEC_PER_SEC;
  then.cpu += 2000000000;
  then.wait += 400000000;
  then.disk_bytes += 4096;
  then.disk_requests += 1;
  then.disk_time += 20000000;
  then.network_bytes += 100;
  hostel_statistics_point_set (&point, &first, &then);

  NEAR (point.cpu, 0.5);
  NEAR (point.wait, 0.1);
  NEAR (point.disk, 2048);
  NEAR (point.latency, 0.02);
  NEAR (point.network, 50);
  NEAR (point.memory, 1073741824);
  NEAR (point.guest_memory, 536870912);
  NEAR (point.host_memory, 268435456);
}

/* No spike and no nonsense, whatever comes. */
static void
test_gaps (void)
{
  HostelStatisticsSample then = first;
  HostelStatisticsPoint point;

  hostel_statistics_point_set (&point, NULL, &first);
  g_assert_true (isnan (point.cpu) && isnan (point.disk) && isnan (point.network));
  NEAR (point.host_memory, 268435456);

  /* A reboot of the counters, a device that is gone. */
  then.time += 2 * G_USEC_PER_SEC;
  then.cpu = 1;
  then.disk_bytes = 0;
  then.network_bytes += 2;
  hostel_statistics_point_set (&point, &first, &then);
  g_assert_true (isnan (point.cpu) && isnan (point.disk) && isnan (point.latency));
  NEAR (point.network, 1);

  /* More than all, as QEMU's own threads count. */
  then.cpu = first.cpu + 60000000000;
  hostel_statistics_point_set (&point, &first, &then);
  NEAR (point.cpu, 1);

  then.time = first.time + 60 * G_USEC_PER_SEC;
  hostel_statistics_point_set (&point, &first, &then);
  g_assert_true (isnan (point.cpu) && isnan (point.network));

  then.time = first.time;
  then.unused = G_MAXUINT64;
  then.resident = 0;
  then.n_vcpus = 0;
  hostel_statistics_point_set (&point, &first, &then);
  g_assert_true (isnan (point.cpu) && isnan (point.guest_memory) && isnan (point.host_memory));
}

static const char domain_xml[] =
  "<domain type='qemu'><name>%s</name><memory unit='MiB'>64</memory><vcpu>1</vcpu>"
  "<os><type arch='x86_64' machine='q35'>hvm</type></os><features><acpi/></features><devices>"
  "<controller type='usb' model='none'/><interface type='user'><model type='virtio'/></interface>"
  "<serial type='pty'/></devices></domain>";

typedef struct
{
  CreateFixture    *create;
  char             *name;
  HostelDomain     *domain;
  HostelStatistics *place;
} Fixture;

static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  g_autofree char *xml = NULL;
  g_autofree char *path = NULL;

  if ((fixture->create = create_fixture_new ()) == NULL)
    return;

  fixture->name = g_strdup_printf ("hostel-test-statistics-%d-%x", getpid (), g_random_int ());
  xml = g_strdup_printf (domain_xml, fixture->name);
  path = g_build_filename (fixture->create->dir, "machine.xml", NULL);
  g_assert_true (g_file_set_contents (path, xml, -1, NULL));
  g_free (create_fixture_virsh (fixture->create, "define %s", path));
  g_free (create_fixture_virsh (fixture->create, "start %s", fixture->name));
  ASSERT_WITHIN (hostel_connection_lookup_name (fixture->create->connection, fixture->name) != NULL, DEADLINE);
  fixture->domain = g_object_ref (hostel_connection_lookup_name (fixture->create->connection, fixture->name));
  ASSERT_WITHIN (hostel_domain_get_state (fixture->domain) == HOSTEL_DOMAIN_STATE_RUNNING, DEADLINE);
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  if (fixture->create == NULL)
    return;

  hostel_statistics_move (&fixture->place, NULL);
  g_clear_object (&fixture->domain);
  g_free (create_fixture_virsh (fixture->create, "undefine %s", fixture->name));
  g_free (fixture->name);
  create_fixture_free (fixture->create);
}

static guint
count_points (Fixture *fixture)
{
  return hostel_statistics_get_n_points (hostel_statistics_of (fixture->domain));
}

/* "  balloon.rss=43210" */
static double
get_told (Fixture    *fixture,
          const char *name)
{
  g_autofree char *text = create_fixture_virsh (fixture->create, "domstats --balloon %s", fixture->name);
  const char *value = strstr (text, name);

  g_assert_nonnull (value);

  return g_ascii_strtod (value + strlen (name) + 1, NULL);
}

static void
test_numbers (Fixture       *fixture,
              gconstpointer  data)
{
  const HostelStatisticsPoint *point;

  if (fixture->create == NULL)
    return;

  hostel_statistics_move (&fixture->place, fixture->domain);
  ASSERT_WITHIN (count_points (fixture) >= 2, DEADLINE);
  point = hostel_statistics_get_point (fixture->place, count_points (fixture) - 1);
  NEAR (point->memory, 64.0 * 1024 * 1024);
  g_assert_cmpfloat (point->cpu, >=, 0);
  g_assert_cmpfloat (point->cpu, <=, 1);
  g_assert_cmpfloat (point->network, >=, 0);
  g_assert_cmpfloat_with_epsilon (point->host_memory, get_told (fixture, "balloon.rss") * 1024,
                                  point->host_memory / 4);
}

/* Nobody looks, nobody asks; and what lies between is a gap. */
static void
test_looked_at (Fixture       *fixture,
                gconstpointer  data)
{
  HostelStatistics *other = NULL;
  gboolean over = FALSE;
  guint before;

  if (fixture->create == NULL)
    return;

  g_assert_false (hostel_statistics_is_on (hostel_statistics_of (fixture->domain)));
  hostel_statistics_move (&fixture->place, fixture->domain);
  hostel_statistics_move (&other, fixture->domain);
  ASSERT_WITHIN (count_points (fixture) >= 2, DEADLINE);
  hostel_statistics_move (&other, NULL);
  g_assert_true (hostel_statistics_is_on (fixture->place));

  hostel_statistics_move (&fixture->place, NULL);
  ASSERT_WITHIN (!hostel_statistics_is_on (hostel_statistics_of (fixture->domain)), DEADLINE);
  before = count_points (fixture);
  WAIT_UNTIL (over, HOSTEL_STATISTICS_SECONDS * 1000 + 500);
  g_assert_cmpuint (count_points (fixture), ==, before);

  hostel_statistics_move (&fixture->place, fixture->domain);
  ASSERT_WITHIN (count_points (fixture) >= before + 2, DEADLINE);
  g_assert_true (isnan (hostel_statistics_get_point (fixture->place, before)->cpu));
}

/* Off: nothing is known, and nothing is asked. */
static void
test_off (Fixture       *fixture,
          gconstpointer  data)
{
  if (fixture->create == NULL)
    return;

  hostel_statistics_move (&fixture->place, fixture->domain);
  ASSERT_WITHIN (count_points (fixture) >= 1, DEADLINE);
  g_free (create_fixture_virsh (fixture->create, "destroy %s", fixture->name));
  ASSERT_WITHIN (count_points (fixture) == 0, DEADLINE);
  ASSERT_WITHIN (!hostel_statistics_is_on (fixture->place), DEADLINE);

  g_free (create_fixture_virsh (fixture->create, "start %s", fixture->name));
  ASSERT_WITHIN (count_points (fixture) >= 1, DEADLINE);
}

static void
tear_down_running (Fixture       *fixture,
                   gconstpointer  data)
{
  if (fixture->create != NULL)
    g_free (create_fixture_virsh (fixture->create, "destroy %s", fixture->name));
  tear_down (fixture, data);
}

#define ADD(path, func) g_test_add ("/statistics/" path, Fixture, NULL, set_up, func, tear_down_running)

int
main (int    argc,
      char **argv)
{
  create_fixture_main (&argc, &argv);
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/statistics/rates", test_rates);
  g_test_add_func ("/statistics/gaps", test_gaps);
  ADD ("numbers", test_numbers);
  ADD ("looked-at", test_looked_at);
  ADD ("off", test_off);

  return g_test_run ();
}
