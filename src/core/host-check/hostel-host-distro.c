/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "hostel-host-probe"

#include "config.h"

#include "hostel-host-probe.h"

#include <string.h>

#define MAX_PACKAGES 5

/* The names of Debian 12, Fedora 40, Arch Linux and openSUSE Leap 15.6; RHEL has Fedora's. */
static const char * const packages[][HOSTEL_HOST_DISTRO_SUSE + 1][MAX_PACKAGES] = {
  [HOSTEL_HOST_NEED_LIBVIRT] = {
    [HOSTEL_HOST_DISTRO_OTHER]  = { "libvirt" },
    [HOSTEL_HOST_DISTRO_DEBIAN] = { "libvirt-daemon-system", "dnsmasq-base" },
    [HOSTEL_HOST_DISTRO_FEDORA] = { "libvirt-daemon-kvm", "libvirt-daemon-config-network" },
    [HOSTEL_HOST_DISTRO_ARCH]   = { "libvirt", "dnsmasq" },
    [HOSTEL_HOST_DISTRO_SUSE]   = { "libvirt-daemon-qemu", "libvirt-daemon-config-network" },
  },
  [HOSTEL_HOST_NEED_QEMU] = {
    [HOSTEL_HOST_DISTRO_OTHER]  = { "qemu" },
    [HOSTEL_HOST_DISTRO_DEBIAN] = { "qemu-system" },
    [HOSTEL_HOST_DISTRO_FEDORA] = { "qemu-kvm" },
    [HOSTEL_HOST_DISTRO_ARCH]   = { "qemu-base" },
    [HOSTEL_HOST_DISTRO_SUSE]   = { "qemu" },
  },
  [HOSTEL_HOST_NEED_QEMU_IMG] = {
    [HOSTEL_HOST_DISTRO_OTHER]  = { "qemu-img" },
    [HOSTEL_HOST_DISTRO_DEBIAN] = { "qemu-utils" },
    [HOSTEL_HOST_DISTRO_FEDORA] = { "qemu-img" },
    [HOSTEL_HOST_DISTRO_ARCH]   = { "qemu-img" },
    [HOSTEL_HOST_DISTRO_SUSE]   = { "qemu-tools" },
  },
  [HOSTEL_HOST_NEED_FIRMWARE] = {
    [HOSTEL_HOST_DISTRO_OTHER]  = { "edk2" },
    [HOSTEL_HOST_DISTRO_DEBIAN] = { "ovmf" },
    [HOSTEL_HOST_DISTRO_FEDORA] = { "edk2-ovmf" },
    [HOSTEL_HOST_DISTRO_ARCH]   = { "edk2-ovmf" },
    [HOSTEL_HOST_DISTRO_SUSE]   = { "qemu-ovmf-x86_64" },
  },
  [HOSTEL_HOST_NEED_TPM] = {
    [HOSTEL_HOST_DISTRO_OTHER]  = { "swtpm" },
    [HOSTEL_HOST_DISTRO_DEBIAN] = { "swtpm", "swtpm-tools" },
    [HOSTEL_HOST_DISTRO_FEDORA] = { "swtpm", "swtpm-tools" },
    [HOSTEL_HOST_DISTRO_ARCH]   = { "swtpm" },
    [HOSTEL_HOST_DISTRO_SUSE]   = { "swtpm" },
  },
  [HOSTEL_HOST_NEED_PASST] = {
    [HOSTEL_HOST_DISTRO_OTHER]  = { "passt" },
    [HOSTEL_HOST_DISTRO_DEBIAN] = { "passt" },
    [HOSTEL_HOST_DISTRO_FEDORA] = { "passt" },
    [HOSTEL_HOST_DISTRO_ARCH]   = { "passt" },
    [HOSTEL_HOST_DISTRO_SUSE]   = { "passt" },
  },
  [HOSTEL_HOST_NEED_DNSMASQ] = {
    [HOSTEL_HOST_DISTRO_OTHER]  = { "dnsmasq" },
    [HOSTEL_HOST_DISTRO_DEBIAN] = { "dnsmasq-base" },
    [HOSTEL_HOST_DISTRO_FEDORA] = { "dnsmasq" },
    [HOSTEL_HOST_DISTRO_ARCH]   = { "dnsmasq" },
    [HOSTEL_HOST_DISTRO_SUSE]   = { "dnsmasq" },
  },
  [HOSTEL_HOST_NEED_OSINFO] = {
    [HOSTEL_HOST_DISTRO_OTHER]  = { "osinfo-db" },
    [HOSTEL_HOST_DISTRO_DEBIAN] = { "osinfo-db" },
    [HOSTEL_HOST_DISTRO_FEDORA] = { "osinfo-db" },
    [HOSTEL_HOST_DISTRO_ARCH]   = { "osinfo-db" },
    [HOSTEL_HOST_DISTRO_SUSE]   = { "osinfo-db" },
  },
};

/* Where one architecture's name differs. */
static const char * const arm_firmware[][MAX_PACKAGES] = {
  [HOSTEL_HOST_DISTRO_OTHER]  = { "edk2" },
  [HOSTEL_HOST_DISTRO_DEBIAN] = { "qemu-efi-aarch64" },
  [HOSTEL_HOST_DISTRO_FEDORA] = { "edk2-aarch64" },
  [HOSTEL_HOST_DISTRO_ARCH]   = { "edk2-aarch64" },
  [HOSTEL_HOST_DISTRO_SUSE]   = { "qemu-uefi-aarch64" },
};

static const char * const debian_qemu[][MAX_PACKAGES] = {
  [HOSTEL_HOST_ARCH_X86]   = { "qemu-system-x86" },
  [HOSTEL_HOST_ARCH_ARM]   = { "qemu-system-arm" },
  [HOSTEL_HOST_ARCH_S390]  = { "qemu-system-misc" },
  [HOSTEL_HOST_ARCH_PPC]   = { "qemu-system-ppc" },
  [HOSTEL_HOST_ARCH_OTHER] = { "qemu-system" },
};

static const struct
{
  const char       *id;
  HostelHostDistro  distro;
} ids[] = {
  { "debian", HOSTEL_HOST_DISTRO_DEBIAN }, { "ubuntu", HOSTEL_HOST_DISTRO_DEBIAN },
  { "fedora", HOSTEL_HOST_DISTRO_FEDORA }, { "rhel", HOSTEL_HOST_DISTRO_FEDORA },
  { "centos", HOSTEL_HOST_DISTRO_FEDORA }, { "arch", HOSTEL_HOST_DISTRO_ARCH },
  { "suse", HOSTEL_HOST_DISTRO_SUSE }, { "opensuse", HOSTEL_HOST_DISTRO_SUSE },
  { "opensuse-leap", HOSTEL_HOST_DISTRO_SUSE }, { "opensuse-tumbleweed", HOSTEL_HOST_DISTRO_SUSE },
};

static HostelHostDistro
find_id (const char *value)
{
  g_autofree char *plain = g_strdup (value);
  g_auto (GStrv) words = NULL;

  g_strdelimit (plain, "\"'", ' ');
  words = g_strsplit (g_strstrip (plain), " ", -1);
  for (guint w = 0; words[w]; w++)
    for (guint i = 0; i < G_N_ELEMENTS (ids); i++)
      if (g_str_equal (words[w], ids[i].id))
        return ids[i].distro;

  return HOSTEL_HOST_DISTRO_OTHER;
}

/*< private >
 * hostel_host_distro_from_text:
 * @os_release: the text of /etc/os-release, see os-release(5)
 *
 * Returns: the family whose package names hold
 */
HostelHostDistro
hostel_host_distro_from_text (const char *os_release)
{
  g_auto (GStrv) lines = g_strsplit (os_release, "\n", 200);
  HostelHostDistro like = HOSTEL_HOST_DISTRO_OTHER;

  for (guint i = 0; lines[i]; i++)
    {
      HostelHostDistro distro = HOSTEL_HOST_DISTRO_OTHER;

      if (g_str_has_prefix (lines[i], "ID="))
        distro = find_id (lines[i] + strlen ("ID="));
      else if (g_str_has_prefix (lines[i], "ID_LIKE="))
        like = find_id (lines[i] + strlen ("ID_LIKE="));

      if (distro != HOSTEL_HOST_DISTRO_OTHER)
        return distro;
    }

  return like;
}

/*< private >
 * hostel_host_distro_packages:
 * @distro: a family of distributions
 * @arch: the computer's
 * @need: what lacks
 *
 * Returns: (transfer none) (array zero-terminated=1): the packages that have it
 */
const char * const *
hostel_host_distro_packages (HostelHostDistro distro,
                             HostelHostArch   arch,
                             HostelHostNeed   need)
{
  if (need == HOSTEL_HOST_NEED_FIRMWARE && arch == HOSTEL_HOST_ARCH_ARM)
    return arm_firmware[distro];
  if (need == HOSTEL_HOST_NEED_QEMU && distro == HOSTEL_HOST_DISTRO_DEBIAN)
    return debian_qemu[arch];

  return packages[need][distro];
}

/*< private >
 * hostel_host_distro_command:
 * @distro: a family of distributions
 * @need: what lacks
 * @names: packages
 *
 * Returns: (transfer full) (nullable): the command that installs them, on Fedora and RHEL the whole
 *   group where libvirt itself lacks
 */
char *
hostel_host_distro_command (HostelHostDistro    distro,
                            HostelHostNeed      need,
                            const char * const *names)
{
  g_autofree char *list = g_strjoinv (" ", (GStrv) names);

  switch (distro)
    {
    case HOSTEL_HOST_DISTRO_DEBIAN:
      return g_strconcat ("sudo apt install ", list, NULL);
    case HOSTEL_HOST_DISTRO_FEDORA:
      if (need == HOSTEL_HOST_NEED_LIBVIRT)
        return g_strdup ("sudo dnf group install \"Virtualization Host\"");
      return g_strconcat ("sudo dnf install ", list, NULL);
    case HOSTEL_HOST_DISTRO_ARCH:
      return g_strconcat ("sudo pacman -S ", list, NULL);
    case HOSTEL_HOST_DISTRO_SUSE:
      return g_strconcat ("sudo zypper install ", list, NULL);
    case HOSTEL_HOST_DISTRO_OTHER:
    default:
      return NULL;
    }
}
