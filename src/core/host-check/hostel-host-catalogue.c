/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "hostel-host-catalogue"

#include "config.h"

#include "hostel-host-catalogue.h"

#include <glib/gi18n.h>

#define FILES HOSTEL_HOST_SOURCE_FILES
#define BUS HOSTEL_HOST_SOURCE_BUS
#define LIBVIRT HOSTEL_HOST_SOURCE_LIBVIRT

/* Every check there is. An id never changes: scripts use it. */
static const HostelHostEntry entries[] = {
  { "cpu", "processor", FILES, N_("Processor"),
    N_("Machines share it.") },
  { "hypervisor", "processor", FILES, N_("Real Hardware"),
    N_("A virtual machine inside another one needs the outer one’s consent.") },
  { "cpu-virtualization", "processor", FILES, N_("Hardware Virtualization"),
    N_("With it machines run at nearly the speed of this computer.") },
  { "firmware-lock", "processor", FILES, N_("Firmware Setting"),
    N_("The firmware (BIOS) can keep hardware virtualization off.") },
  { "kvm-module", "processor", FILES, N_("KVM Module"),
    N_("The kernel gives hardware virtualization to programs by it.") },
  { "kvm-device", "processor", FILES, N_("KVM Device"),
    N_("QEMU uses hardware virtualization by it.") },
  { "kvm-access", "processor", FILES, N_("Access to KVM"),
    N_("This user’s own machines run with this user’s rights.") },
  { "kvm-usable", "processor", FILES, N_("KVM Usable"),
    N_("Without it every instruction is emulated, 10 to 20 times slower.") },
  { "kvm-libvirt", "processor", LIBVIRT, N_("KVM in libvirt"),
    N_("libvirt decides whether a machine may use KVM.") },
  { "other-hypervisor", "processor", FILES, N_("Other Hypervisors"),
    N_("Only one of them can hold the processor’s virtualization at a time.") },
  { "nested", "processor", FILES, N_("Nested Virtualization"),
    N_("With it a machine can run machines of its own.") },
  { "iommu", "processor", FILES, N_("Device Assignment"),
    N_("With an IOMMU a machine can have a device of this computer for itself.") },
  { "iommu-enabled", "processor", FILES, N_("Device Assignment in the Kernel"),
    N_("The kernel must use the IOMMU before a device can be given away.") },

  { "libvirt", "services", FILES, N_("libvirt"),
    N_("It is the service that keeps the machines.") },
  { "libvirt-flavour", "services", FILES, N_("One Kind of Daemon"),
    N_("Enabled together, each hides the other’s machines.") },
  { "libvirt-system", "services", FILES, N_("System Service"),
    N_("It has the machines that all users share.") },
  { "libvirt-enabled", "services", BUS, N_("Starts with the Computer"),
    N_("Else the machines that should start by themselves do not.") },
  { "libvirt-drivers", "services", FILES, N_("Helper Daemons"),
    N_("Networks, storage and devices have a daemon each.") },
  { "libvirt-session", "services", FILES, N_("Session Service"),
    N_("It has the machines of this user alone.") },
  { "virtlogd", "services", FILES, N_("Log Daemon"),
    N_("It writes what a machine’s serial console says.") },
  { "virtlockd", "services", FILES, N_("Lock Daemon"),
    N_("It can keep two machines from writing to one disk.") },
  { "init", "services", FILES, N_("Service Manager"),
    N_("It starts libvirt.") },

  { "connection", "access", LIBVIRT, N_("Connection"),
    N_("All that is done with machines is done over it.") },
  { "polkit", "access", BUS, N_("Authorization"),
    N_("It decides who may use the system’s machines.") },
  { "group-libvirt", "access", FILES, N_("Group “libvirt”"),
    N_("Its members may use the system’s machines without a password.") },
  { "group-kvm", "access", FILES, N_("Group “kvm”"),
    N_("On some systems its members alone may use KVM.") },

  { "tun", "network", FILES, N_("TUN Device"),
    N_("The system’s networks connect machines by it.") },
  { "vhost-net", "network", FILES, N_("Network Acceleration"),
    N_("With it a machine’s network is faster.") },
  { "default-network", "network", LIBVIRT, N_("Default Network"),
    N_("New machines of the system reach the Internet by it.") },
  { "network-collision", "network", FILES, N_("Addresses of the Default Network"),
    N_("Where this computer is in the same network already, neither works.") },
  { "forwarding", "network", FILES, N_("Forwarding"),
    N_("Without it machines reach this computer, but nothing behind it.") },
  { "dnsmasq", "network", FILES, N_("Address Service"),
    N_("The default network gives machines their addresses by it.") },
  { "firewall", "network", FILES, N_("Firewall"),
    N_("Docker and firewalls can block what machines send.") },
  { "passt", "network", FILES, N_("passt"),
    N_("It connects a user’s own machines; without it QEMU does, more slowly.") },
  { "bridge-helper", "network", FILES, N_("Bridge Helper"),
    N_("By it a user’s own machines can join the system’s network.") },

  { "pool", "storage", LIBVIRT, N_("Storage Pool"),
    N_("The machines’ disks are kept in it.") },
  { "pool-path", "storage", FILES, N_("Way to the Pool"),
    N_("QEMU runs as a user of its own and must get to the disks.") },
  { "space", "storage", FILES, N_("Free Space"),
    N_("A cloud image takes about 1 GiB, and its machine grows.") },
  { "file-system", "storage", FILES, N_("File System"),
    N_("Some file systems are slow with the disks of machines.") },
  { "osinfo", "storage", FILES, N_("List of Operating Systems"),
    N_("By it an image’s system is known, and what it needs.") },

  { "qemu", "qemu", FILES, N_("QEMU"),
    N_("It is the program that runs a machine.") },
  { "qemu-img", "qemu", FILES, N_("Disk Tool"),
    N_("libvirt makes the machines’ disks by it.") },
  { "architectures", "qemu", FILES, N_("Other Processors"),
    N_("Machines of another architecture are emulated.") },
  { "libvirt-emulators", "qemu", LIBVIRT, N_("QEMU in libvirt"),
    N_("libvirt runs what it found when it started.") },
  { "firmware", "qemu", FILES, N_("EFI Firmware"),
    N_("Some images boot by EFI alone.") },
  { "secure-boot", "qemu", FILES, N_("Secure Boot"),
    N_("Windows 11 wants it.") },
  { "tpm", "qemu", FILES, N_("Virtual TPM"),
    N_("Windows 11 wants one.") },
  { "vsock", "qemu", FILES, N_("vsock"),
    N_("With it one can log in to a machine that has no network.") },
  { "memory", "qemu", FILES, N_("Memory"),
    N_("Most cloud images want 1 GiB.") },
  { "memory-promised", "qemu", LIBVIRT, N_("Memory of Running Machines"),
    N_("Machines that all use what they were given may not fit.") },
  { "limits", "qemu", FILES, N_("Limits"),
    N_("Many or large machines of a user need room in them.") },
  { "tools", "qemu", FILES, N_("Other Tools"),
    N_("They manage the same machines.") },

  { "confinement", "security", FILES, N_("Confinement"),
    N_("It keeps a machine that broke out of QEMU away from the rest.") },
  { "confinement-libvirt", "security", LIBVIRT, N_("Confinement in libvirt"),
    N_("It keeps a machine that broke out of QEMU away from the rest.") },
  { "denials", "security", FILES, N_("Denials"),
    N_("What was denied to a machine may be why it does not start.") },
  { "secure-guest", "security", FILES, N_("Confidential Machines"),
    N_("With it a machine’s memory is hidden from this computer.") },
  { "cgroup-cpu", "security", FILES, N_("Control Group “cpu”"),
    N_("By it processor time can be shared out to machines.") },
  { "cgroup-cpuacct", "security", FILES, N_("Control Group “cpuacct”"),
    N_("By it the processor time of machines is counted.") },
  { "cgroup-cpuset", "security", FILES, N_("Control Group “cpuset”"),
    N_("By it machines can be kept to some processors.") },
  { "cgroup-memory", "security", FILES, N_("Control Group “memory”"),
    N_("By it the memory of machines can be limited.") },
  { "cgroup-devices", "security", FILES, N_("Control Group “devices”"),
    N_("By it machines are kept from this computer’s devices.") },
  { "cgroup-blkio", "security", FILES, N_("Control Group “blkio”"),
    N_("By it the disk use of machines can be limited.") },
};

/**
 * hostel_host_catalogue_get:
 * @n_entries: (out): their number
 *
 * Returns: (transfer none) (array length=n_entries): every check there is
 */
const HostelHostEntry *
hostel_host_catalogue_get (guint *n_entries)
{
  *n_entries = G_N_ELEMENTS (entries);

  return entries;
}

/**
 * hostel_host_catalogue_lookup:
 * @id: a check's id
 *
 * Returns: (transfer none) (nullable): its entry
 */
const HostelHostEntry *
hostel_host_catalogue_lookup (const char *id)
{
  for (guint i = 0; i < G_N_ELEMENTS (entries); i++)
    if (g_str_equal (entries[i].id, id))
      return &entries[i];

  return NULL;
}
