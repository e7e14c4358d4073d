/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "hostel-host-probe"

#include "config.h"

#include "hostel-host-probe.h"

#include <string.h>

#include <glib/gi18n.h>

#define DESCRIPTORS "/usr/share/qemu/firmware"

static char *
dup_binary (HostelHostProbe *self)
{
  const char *machine = self->system->machine;

  if (self->arch == HOSTEL_HOST_ARCH_X86 && !g_str_equal (machine, "x86_64"))
    machine = "i386";
  else if (g_str_has_prefix (machine, "arm"))
    machine = "arm";
  else if (self->arch == HOSTEL_HOST_ARCH_PPC)
    machine = "ppc64";

  return g_strconcat ("qemu-system-", machine, NULL);
}

static void
probe_qemu (HostelHostProbe *self)
{
  g_autofree char *binary = dup_binary (self);
  g_autofree char *found = hostel_host_system_find_program (self->system, binary);

  /* Red Hat's name for it. */
  if (found == NULL)
    found = hostel_host_system_find_program (self->system, "qemu-kvm");

  if (found != NULL)
    hostel_host_probe_add (self, "qemu", HOSTEL_CHECK_STATE_GOOD, NULL, "%s", found);
  else
    hostel_host_probe_add (self, "qemu", HOSTEL_CHECK_STATE_MISSING,
                           hostel_host_probe_install (self, HOSTEL_HOST_NEED_QEMU),
                           _("no %s"), binary);
}

static void
probe_qemu_img (HostelHostProbe *self)
{
  g_autofree char *found = hostel_host_system_find_program (self->system, "qemu-img");

  if (found != NULL)
    hostel_host_probe_add (self, "qemu-img", HOSTEL_CHECK_STATE_GOOD, NULL, "%s", found);
  else
    hostel_host_probe_add (self, "qemu-img", HOSTEL_CHECK_STATE_MISSING,
                           hostel_host_probe_install (self, HOSTEL_HOST_NEED_QEMU_IMG),
                           _("no %s"), "qemu-img");
}

static void
probe_architectures (HostelHostProbe *self)
{
  g_auto (GStrv) names = hostel_host_system_list (self->system, "/usr/bin");
  g_autofree char *own = dup_binary (self);
  g_autoptr (GString) others = g_string_new (NULL);

  for (guint i = 0; names[i]; i++)
    if (g_str_has_prefix (names[i], "qemu-system-") && !g_str_equal (names[i], own))
      g_string_append_printf (others, "%s%s", others->len > 0 ? ", " : "",
                              names[i] + strlen ("qemu-system-"));

  if (others->len > 0)
    hostel_host_probe_add (self, "architectures", HOSTEL_CHECK_STATE_GOOD, NULL,
                           "/usr/bin/qemu-system-*: %s", others->str);
  else
    hostel_host_probe_add (self, "architectures", HOSTEL_CHECK_STATE_NOT_APPLICABLE, NULL, "%s",
                           _("only this computer’s own architecture"));
}

static char *
find_firmware_file (HostelHostProbe *self)
{
  static const char *x86[] = {
    "/usr/share/OVMF/OVMF_CODE_4M.fd", "/usr/share/OVMF/OVMF_CODE.fd",
    "/usr/share/edk2/ovmf/OVMF_CODE.fd", "/usr/share/edk2/x64/OVMF_CODE.4m.fd",
    "/usr/share/edk2-ovmf/x64/OVMF_CODE.fd", "/usr/share/qemu/ovmf-x86_64-code.bin",
    "/usr/share/qemu/edk2-x86_64-code.fd", NULL
  };
  static const char *arm[] = {
    "/usr/share/AAVMF/AAVMF_CODE.fd", "/usr/share/edk2/aarch64/QEMU_EFI-pflash.raw",
    "/usr/share/edk2/aarch64/QEMU_CODE.fd", "/usr/share/qemu/aavmf-aarch64-code.bin", NULL
  };
  const char **paths = self->arch == HOSTEL_HOST_ARCH_ARM ? arm : x86;

  for (guint i = 0; paths[i]; i++)
    if (hostel_host_system_has (self->system, paths[i]))
      return g_strdup (paths[i]);

  return NULL;
}

/* The descriptors that QEMU's packages ship, see docs/interop/firmware.json in its sources. */
static char *
find_descriptor (HostelHostProbe *self,
                 const char      *feature)
{
  g_auto (GStrv) names = hostel_host_system_list (self->system, DESCRIPTORS);
  g_autofree char *machine = g_strdup_printf ("\"%s\"", self->system->machine);

  for (guint i = 0; names[i]; i++)
    {
      g_autofree char *path = g_build_filename (DESCRIPTORS, names[i], NULL);
      g_autofree char *text = NULL;

      if (hostel_host_system_read (self->system, path, &text, NULL) == HOSTEL_HOST_FOUND &&
          strstr (text, feature) != NULL && strstr (text, machine) != NULL)
        return g_steal_pointer (&path);
    }

  return NULL;
}

static void
probe_firmware (HostelHostProbe *self)
{
  g_autofree char *file = find_firmware_file (self);
  g_autofree char *described = find_descriptor (self, "\"uefi\"");
  g_autofree char *secure = find_descriptor (self, "\"secure-boot\"");
  gboolean none = self->arch != HOSTEL_HOST_ARCH_X86 && self->arch != HOSTEL_HOST_ARCH_ARM;
  const char *found = described ? described : file;

  if (none && found == NULL)
    hostel_host_probe_add (self, "firmware", HOSTEL_CHECK_STATE_NOT_APPLICABLE, NULL, "%s",
                           _("machines of this architecture boot without"));
  else if (found != NULL)
    hostel_host_probe_add (self, "firmware", HOSTEL_CHECK_STATE_GOOD, NULL, "%s", found);
  else
    /* ARM machines have no other way to boot. */
    hostel_host_probe_add (self, "firmware",
                           self->arch == HOSTEL_HOST_ARCH_ARM ? HOSTEL_CHECK_STATE_MISSING
                                                              : HOSTEL_CHECK_STATE_NOTE,
                           hostel_host_probe_install (self, HOSTEL_HOST_NEED_FIRMWARE), "%s",
                           _("no OVMF, AAVMF or edk2 found"));

  if (secure != NULL)
    hostel_host_probe_add (self, "secure-boot", HOSTEL_CHECK_STATE_GOOD, NULL, "%s", secure);
  else if (self->arch != HOSTEL_HOST_ARCH_X86)
    hostel_host_probe_add (self, "secure-boot", HOSTEL_CHECK_STATE_NOT_APPLICABLE, NULL, "%s",
                           _("no machine of this architecture needs it"));
  else
    hostel_host_probe_add (self, "secure-boot", HOSTEL_CHECK_STATE_NOTE,
                           hostel_host_probe_install (self, HOSTEL_HOST_NEED_FIRMWARE),
                           _("no descriptor with “secure-boot” in %s"), DESCRIPTORS);
}

static void
probe_tpm (HostelHostProbe *self)
{
  g_autofree char *swtpm = hostel_host_system_find_program (self->system, "swtpm");
  g_autofree char *setup = hostel_host_system_find_program (self->system, "swtpm_setup");

  if (swtpm != NULL && setup != NULL)
    hostel_host_probe_add (self, "tpm", HOSTEL_CHECK_STATE_GOOD, NULL, "%s, %s", swtpm, setup);
  else
    hostel_host_probe_add (self, "tpm", HOSTEL_CHECK_STATE_NOTE,
                           hostel_host_probe_install (self, HOSTEL_HOST_NEED_TPM), _("no %s"),
                           swtpm ? "swtpm_setup" : "swtpm");
}

static void
probe_vsock (HostelHostProbe *self)
{
  g_autofree char *proxy = hostel_host_system_find_program (self->system, "systemd-ssh-proxy");

  if (proxy == NULL && hostel_host_system_has (self->system, "/usr/lib/systemd/systemd-ssh-proxy"))
    proxy = g_strdup ("/usr/lib/systemd/systemd-ssh-proxy");

  if (hostel_host_system_has (self->system, "/dev/vhost-vsock"))
    hostel_host_probe_add (self, "vsock", HOSTEL_CHECK_STATE_GOOD, NULL, "/dev/vhost-vsock, %s",
                           proxy ? proxy : _("no systemd-ssh-proxy"));
  else
    hostel_host_probe_add_device (self, "vsock", "/dev/vhost-vsock", HOSTEL_CHECK_STATE_NOTE,
                                  hostel_host_probe_help (self,
                                                          _("Load it, now and with the computer."),
                                                          _("_Load"), "sudo modprobe vhost_vsock",
                                                          "load-module", "vhost_vsock"));
}

static void
probe_tools (HostelHostProbe *self)
{
  static const char *programs[] = { "virsh", "virt-install", "virt-viewer", "virt-manager" };
  g_autoptr (GString) found = g_string_new (NULL);

  for (guint i = 0; i < G_N_ELEMENTS (programs); i++)
    {
      g_autofree char *path = hostel_host_system_find_program (self->system, programs[i]);

      if (path != NULL)
        g_string_append_printf (found, "%s%s", found->len > 0 ? ", " : "", path);
    }

  hostel_host_probe_add (self, "tools", found->len > 0 ? HOSTEL_CHECK_STATE_GOOD
                                                       : HOSTEL_CHECK_STATE_NOT_APPLICABLE, NULL,
                         "%s", found->len > 0 ? found->str : _("none, and none is needed"));
}

/*< private >
 * hostel_host_probe_emulator:
 * @self: a run
 *
 * QEMU and what it runs machines with.
 */
void
hostel_host_probe_emulator (HostelHostProbe *self)
{
  probe_qemu (self);
  probe_qemu_img (self);
  probe_architectures (self);
  probe_firmware (self);
  probe_tpm (self);
  probe_vsock (self);
  probe_tools (self);
}
