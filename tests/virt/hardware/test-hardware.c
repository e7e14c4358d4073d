/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "hostel-hardware.h"

#define MACHINE(sizes, devices) \
  "<domain type='kvm'><name>web1</name><title>Web</title><description>Two\nlines</description>" sizes \
  "<devices><emulator>/usr/bin/qemu</emulator><controller type='usb' index='0'/>" devices "</devices></domain>"
#define SMALL "<memory unit='KiB'>1048576</memory><currentMemory unit='KiB'>524288</currentMemory><vcpu current='1'>4</vcpu>"
#define LARGE "<memory unit='KiB'>2097152</memory><currentMemory unit='KiB'>2097152</currentMemory><vcpu>4</vcpu>"
#define DISK "<disk type='file' device='disk'><source file='/pool/a.qcow2'/><target dev='vda' bus='virtio'/></disk>"
#define DATA "<disk type='volume' device='disk'><source pool='big' volume='data.raw'/><target dev='vdb' bus='virtio'/></disk>"
#define CARD(network) \
  "<interface type='network'><mac address='52:54:00:00:00:01'/><source network='" network "'/><model type='virtio'/></interface>"
/* A running machine's paths, which its definition does not have. */
#define LIVE_ONLY \
  "<serial type='pty'><source path='/dev/pts/3'/><target type='isa-serial' port='0'/></serial>" \
  "<console type='pty' tty='/dev/pts/3'><source path='/dev/pts/3'/><target type='serial' port='0'/></console>" \
  "<channel type='unix'><source mode='bind' path='/run/x'/><target type='virtio' name='agent' state='connected'/></channel>"
#define STORED_ONLY \
  "<serial type='pty'><target type='isa-serial' port='0'/></serial>" \
  "<console type='pty'><target type='serial' port='0'/></console>" \
  "<channel type='unix'><target type='virtio' name='agent'/></channel>"

static void
assert_pending (HostelHardware *hardware,
                const char     *expected)
{
  g_auto (GStrv) pending = hostel_hardware_dup_pending (hardware);
  g_autofree char *all = g_strjoinv ("|", pending);

  g_assert_cmpstr (all, ==, expected);
}

static void
test_same (void)
{
  g_autoptr (HostelHardware) hardware =
    hostel_hardware_new_from_xml (MACHINE (SMALL, DISK CARD ("default") LIVE_ONLY),
                                  MACHINE (SMALL, DISK CARD ("default") STORED_ONLY));
  HostelDevice *disk = hardware->devices->pdata[0];

  assert_pending (hardware, "");
  g_assert_cmpstr (hardware->title, ==, "Web");
  g_assert_cmpstr (hardware->notes, ==, "Two\nlines");
  g_assert_cmpuint (hardware->memory_live, ==, 512);
  g_assert_cmpuint (hardware->vcpus_next, ==, 1);
  g_assert_cmpuint (hardware->devices->len, ==, 4);
  g_assert_cmpstr (disk->id, ==, "vda");
  g_assert_cmpstr (disk->kind, ==, "disk");
  g_assert_cmpstr (disk->live, ==, "/pool/a.qcow2, virtio");
}

static void
test_pending (void)
{
  g_autoptr (HostelHardware) hardware =
    hostel_hardware_new_from_xml (MACHINE (SMALL, DISK CARD ("default") LIVE_ONLY),
                                  MACHINE (LARGE, DATA CARD ("lan") STORED_ONLY));

  assert_pending (hardware, "Memory: 512 MiB now, 2048 MiB from the next start on|"
                            "vCPUs: 1 now, 4 from the next start on|"
                            "vda is gone from the next start on|"
                            "52:54:00:00:00:01: network, default, virtio now, network, lan, virtio from the next start on|"
                            "vdb comes with the next start: data.raw, virtio");
}

/* One truth alone is nothing to wait for. */
static void
test_one_truth (void)
{
  g_autoptr (HostelHardware) off = hostel_hardware_new_from_xml (NULL, MACHINE (SMALL, DISK));
  g_autoptr (HostelHardware) transient = hostel_hardware_new_from_xml (MACHINE (SMALL, DISK), NULL);
  g_autoptr (HostelHardware) broken = hostel_hardware_new_from_xml ("<domain", "no XML");

  g_assert_false (off->active);
  g_assert_true (off->persistent);
  g_assert_cmpuint (off->memory_live, ==, 0);
  assert_pending (off, "");
  g_assert_false (transient->persistent);
  assert_pending (transient, "");
  g_assert_cmpuint (broken->devices->len, ==, 0);
  g_assert_cmpstr (broken->title, ==, "");
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/hardware/same", test_same);
  g_test_add_func ("/hardware/pending", test_pending);
  g_test_add_func ("/hardware/one-truth", test_one_truth);

  return g_test_run ();
}
