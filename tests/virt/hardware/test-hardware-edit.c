/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <string.h>
#include <unistd.h>

#include <glib/gstdio.h>

#include <libvirt/virterror.h>

#include "connection-fixture.h"
#include "hostel-error.h"
#include "hostel-hardware-edit.h"
#include "hostel-hardware.h"
#include "hostel-virt.h"
#include "tiny-guest.h"

/* A real guest with room for what is plugged in, and a definition that others wrote into. */

#define PORTS "<controller type='pci' model='pcie-root-port'/>"
#define THEIRS \
  "<disk type='file' device='cdrom'><target dev='sda' bus='sata'/><readonly/></disk>" \
  "<interface type='user'><mac address='52:54:00:77:00:01'/><model type='virtio'/></interface>" \
  "<graphics type='vnc' passwd='geheim'/>"
#define ELEMENTS "<metadata><a:mine xmlns:a='urn:a' b='c'>text</a:mine></metadata>"

typedef struct
{
  TinyGuest        *guest;
  HostelConnection *connection;
  HostelDomain     *domain;
  char             *disc;
} Fixture;

static char *
dup_definition (Fixture *fixture)
{
  g_autofree char *xml = virDomainGetXMLDesc (fixture->guest->domain, VIR_DOMAIN_XML_INACTIVE | VIR_DOMAIN_XML_SECURE);

  return g_strdup (xml);
}

/* With more devices than the guest of other tests. */
static void
define_again (Fixture *fixture)
{
  g_autofree char *xml = dup_definition (fixture);
  g_auto (GStrv) parts = g_strsplit (xml, "<devices>", 2);
  g_auto (GStrv) head = g_strsplit (parts[0], "<memory", 2);
  g_autofree char *more = g_strconcat (head[0], ELEMENTS "<memory", head[1], "<devices>" PORTS PORTS PORTS PORTS PORTS
                                       PORTS THEIRS, parts[1], NULL);
  virDomainPtr defined;

  g_assert_cmpint (virDomainDestroy (fixture->guest->domain), ==, 0);
  defined = virDomainDefineXML (fixture->guest->handle, more);
  if (defined == NULL)
    g_error ("%s", virGetLastErrorMessage ());
  virDomainFree (defined);
}

static gboolean
is_ready (Fixture *fixture)
{
  g_autofree char *path = g_build_filename (fixture->guest->directory, "logs", "serial0.log", NULL);
  g_autofree char *text = NULL;

  return g_file_get_contents (path, &text, NULL, NULL) && strstr (text, "TINY-READY") != NULL;
}

static gboolean
tick_cb (gpointer data)
{
  return G_SOURCE_CONTINUE;
}

static void
fixture_set_up (Fixture       *fixture,
                gconstpointer  data)
{
  char disc[36 * 1024] = "";

  if ((fixture->guest = tiny_guest_new_with_script (tiny_guest_get_uri (), "#!/bin/busybox sh\nexec /init\n")) == NULL)
    return;

  define_again (fixture);
  memcpy (disc + 32769, "CD001", 5);
  fixture->disc = g_build_filename (fixture->guest->directory, "a & b.iso", NULL);
  g_assert_true (g_file_set_contents (fixture->disc, disc, sizeof disc, NULL));
  g_assert_cmpint (g_chmod (fixture->disc, 0644), ==, 0);
  fixture->connection = open_connection (fixture->guest->uri);
  ASSERT_WITHIN (hostel_connection_lookup_uuid (fixture->connection, fixture->guest->uuid), 30000);
  fixture->domain = g_object_ref (hostel_connection_lookup_uuid (fixture->connection, fixture->guest->uuid));
}

static void
fixture_tear_down (Fixture       *fixture,
                   gconstpointer  data)
{
  if (fixture->guest == NULL)
    return;

  g_clear_object (&fixture->domain);
  hostel_connection_close (fixture->connection);
  g_clear_object (&fixture->connection);
  g_free (fixture->disc);
  tiny_guest_free (fixture->guest);
}

static void
boot (Fixture *fixture)
{
  guint tick = g_timeout_add (100, tick_cb, NULL);

  g_assert_cmpint (virDomainCreate (fixture->guest->domain), ==, 0);
  ASSERT_WITHIN (is_ready (fixture), 30000);
  g_source_remove (tick);
}

typedef struct
{
  gboolean            over;
  HostelHardwareDone *done;
  GError             *error;
} Answer;

static void
edit_cb (GObject      *source,
         GAsyncResult *result,
         gpointer      user_data)
{
  Answer *answer = user_data;

  answer->done = hostel_hardware_edit_finish (HOSTEL_DOMAIN (source), result, &answer->error);
  answer->over = TRUE;
}

static void
undo_cb (GObject      *source,
         GAsyncResult *result,
         gpointer      user_data)
{
  Answer *answer = user_data;

  hostel_hardware_undo_finish (HOSTEL_DOMAIN (source), result, &answer->error);
  answer->over = TRUE;
}

static HostelHardwareDone *
edit (Fixture            *fixture,
      HostelHardwareEdit  wanted)
{
  Answer answer = { 0 };

  hostel_hardware_edit_async (fixture->domain, &wanted, edit_cb, &answer);
  ASSERT_WITHIN (answer.over, 30000);
  g_assert_no_error (answer.error);

  return answer.done;
}

static void
assert_undo (Fixture            *fixture,
             HostelHardwareDone *done,
             int                 code)
{
  Answer answer = { 0 };

  hostel_hardware_undo_async (fixture->domain, done, undo_cb, &answer);
  ASSERT_WITHIN (answer.over, 30000);
  if (code < 0)
    g_assert_no_error (answer.error);
  else
    g_assert_error (answer.error, HOSTEL_ERROR, code);
  g_clear_error (&answer.error);
}

/* What the running machine has, without what changes with each plugging in. */
static char *
dup_running (Fixture *fixture)
{
  g_autofree char *xml = virDomainGetXMLDesc (fixture->guest->domain, 0);
  g_autoptr (HostelHardware) hardware = hostel_hardware_new_from_xml (xml, NULL);
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < hardware->devices->len; i++)
    {
      HostelDevice *device = hardware->devices->pdata[i];

      g_string_append_printf (text, "%s: %s\n", device->id, device->live);
    }

  return g_string_free (text, FALSE);
}

static void
assert_pending (Fixture *fixture,
                guint    n)
{
  g_autofree char *live = virDomainGetXMLDesc (fixture->guest->domain, 0);
  g_autofree char *stored = dup_definition (fixture);
  g_autoptr (HostelHardware) hardware = hostel_hardware_new_from_xml (live, stored);
  g_auto (GStrv) pending = hostel_hardware_dup_pending (hardware);

  g_assert_cmpuint (g_strv_length (pending), ==, n);
}

/* Each kind: the definition is different, and after Undo the same to the byte; so is what runs. */
static void
assert_there_and_back (Fixture            *fixture,
                       HostelHardwareEdit  wanted,
                       const char         *live)
{
  gboolean active = virDomainIsActive (fixture->guest->domain) == 1;
  g_autofree char *before = dup_definition (fixture);
  g_autofree char *running = active ? dup_running (fixture) : NULL;
  g_autoptr (HostelHardwareDone) done = edit (fixture, wanted);
  g_autofree char *between = dup_definition (fixture);
  g_autofree char *running_between = active ? dup_running (fixture) : NULL;
  g_autofree char *after = NULL;
  g_autofree char *running_after = NULL;

  g_test_message ("%s", hostel_hardware_done_get_told (done)[0]);
  g_assert_cmpstr (between, !=, before);
  g_assert_nonnull (strstr (between, "geheim"));
  g_assert_nonnull (strstr (between, ">text</a:mine>"));
  if (active)
    {
      g_assert_cmpstr (running_between, !=, running);
      g_assert_true (live == NULL || strstr (running_between, live) != NULL);
    }

  assert_undo (fixture, done, -1);
  after = dup_definition (fixture);
  g_assert_cmpstr (after, ==, before);
  running_after = active ? dup_running (fixture) : NULL;
  g_assert_cmpstr (running_after, ==, running);
}

static void
all_kinds (Fixture *fixture)
{
  static const char nic[] = "52:54:00:77:00:01";

  assert_there_and_back (fixture, (HostelHardwareEdit) { .kind = HOSTEL_HARDWARE_ADD_DISK, .size = 8 << 20 }, "vda: ");
  assert_there_and_back (fixture, (HostelHardwareEdit) { .kind = HOSTEL_HARDWARE_ADD_NIC, .network = "user",
                                                         .mac = "52:54:00:77:00:02" }, "52:54:00:77:00:02: user");
  assert_there_and_back (fixture, (HostelHardwareEdit) { .kind = HOSTEL_HARDWARE_INSERT, .device = "sda",
                                                         .file = fixture->disc }, "a & b.iso");
  assert_there_and_back (fixture, (HostelHardwareEdit) { .kind = HOSTEL_HARDWARE_ADD_DRIVE, .file = fixture->disc },
                         "a & b.iso");
  assert_there_and_back (fixture, (HostelHardwareEdit) { .kind = HOSTEL_HARDWARE_UNPLUG, .device = nic }, "unplugged");
  assert_there_and_back (fixture, (HostelHardwareEdit) { .kind = HOSTEL_HARDWARE_REMOVE, .device = nic }, NULL);
}

/* Files that nobody names do not stay. */
static void
assert_no_volume (Fixture *fixture)
{
  g_autoptr (GDir) dir = NULL;
  g_autofree char *path = g_build_filename (fixture->guest->directory, "logs", NULL);
  const char *name;

  virStoragePoolRefresh (fixture->guest->pool, 0);
  dir = g_dir_open (path, 0, NULL);
  while ((name = g_dir_read_name (dir)) != NULL)
    g_assert_false (g_str_has_suffix (name, ".qcow2"));
}

/* In the guest's own pool, so that nothing of the host's is touched. */
static void
add_own_disk (Fixture *fixture)
{
  g_autofree char *volume_xml = g_strdup ("<volume><name>own.raw</name><capacity>1048576</capacity></volume>");
  virStorageVolPtr volume = virStorageVolCreateXML (fixture->guest->pool, volume_xml, 0);
  g_autofree char *path = virStorageVolGetPath (volume);
  g_autofree char *xml =
    g_strdup_printf ("<disk type='file'><driver name='qemu' type='raw'/><source file='%s'/><target dev='vdx' bus='virtio'/>"
                     "</disk>", path);

  g_assert_cmpint (virDomainAttachDeviceFlags (fixture->guest->domain, xml, VIR_DOMAIN_AFFECT_CONFIG), ==, 0);
  virStorageVolFree (volume);
}

static void
test_off (Fixture       *fixture,
          gconstpointer  data)
{
  if (fixture->guest == NULL)
    return;

  add_own_disk (fixture);
  all_kinds (fixture);
  assert_no_volume (fixture);
}

static void
test_running (Fixture       *fixture,
              gconstpointer  data)
{
  if (fixture->guest == NULL)
    return;

  add_own_disk (fixture);
  boot (fixture);
  all_kinds (fixture);
}

/* What waits for the next start is given up, one thing after the other. */
static void
test_keep (Fixture       *fixture,
           gconstpointer  data)
{
  static const char nic[] = "52:54:00:77:00:01";
  const HostelHardwareEdit later[] = {
    { .kind = HOSTEL_HARDWARE_ADD_NIC, .network = "user", .mac = "52:54:00:77:00:02", .next_start = TRUE },
    { .kind = HOSTEL_HARDWARE_UNPLUG, .device = nic, .next_start = TRUE },
    { .kind = HOSTEL_HARDWARE_REMOVE, .device = "vdx", .next_start = TRUE },
    { .kind = HOSTEL_HARDWARE_INSERT, .device = "sda", .file = fixture->disc, .next_start = TRUE },
  };

  if (fixture->guest == NULL)
    return;

  add_own_disk (fixture);
  g_assert_cmpint (virDomainCreateWithFlags (fixture->guest->domain, VIR_DOMAIN_START_PAUSED), ==, 0);
  for (guint i = 0; i < G_N_ELEMENTS (later); i++)
    {
      g_autoptr (HostelHardwareDone) changed = edit (fixture, later[i]);
      g_autoptr (HostelHardwareDone) kept = NULL;

      assert_pending (fixture, 1);
      kept = edit (fixture, (HostelHardwareEdit) { .kind = HOSTEL_HARDWARE_KEEP,
                                                   .device = hostel_hardware_done_get_device (changed) });
      assert_pending (fixture, 0);
      assert_undo (fixture, kept, -1);
      assert_pending (fixture, 1);
      assert_undo (fixture, changed, -1);
      assert_pending (fixture, 0);
    }
}

/* What another program stores meanwhile is not lost for an Undo. */
static void
test_changed_meanwhile (Fixture       *fixture,
                        gconstpointer  data)
{
  g_autoptr (HostelHardwareDone) done = NULL;
  g_autofree char *between = NULL;
  g_autofree char *after = NULL;

  if (fixture->guest == NULL)
    return;

  done = edit (fixture, (HostelHardwareEdit) { .kind = HOSTEL_HARDWARE_ADD_NIC, .network = "user" });
  g_assert_cmpint (virDomainSetMetadata (fixture->guest->domain, VIR_DOMAIN_METADATA_TITLE, "New", NULL, NULL,
                                         VIR_DOMAIN_AFFECT_CONFIG), ==, 0);
  between = dup_definition (fixture);
  assert_undo (fixture, done, HOSTEL_ERROR_WRONG_STATE);
  after = dup_definition (fixture);
  g_assert_cmpstr (after, ==, between);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  hostel_virt_init ();

  g_test_add ("/hardware-edit/off", Fixture, NULL, fixture_set_up, test_off, fixture_tear_down);
  g_test_add ("/hardware-edit/running", Fixture, NULL, fixture_set_up, test_running, fixture_tear_down);
  g_test_add ("/hardware-edit/keep", Fixture, NULL, fixture_set_up, test_keep, fixture_tear_down);
  g_test_add ("/hardware-edit/changed-meanwhile", Fixture, NULL, fixture_set_up, test_changed_meanwhile,
              fixture_tear_down);

  return g_test_run ();
}
