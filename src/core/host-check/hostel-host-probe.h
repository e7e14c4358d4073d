/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "hostel-host-check.h"

G_BEGIN_DECLS

/* The checks on which the verdict "ready without KVM" stands. */
#define HOSTEL_HOST_CHECK_KVM "kvm-usable"
#define HOSTEL_HOST_CHECK_KVM_LIBVIRT "kvm-libvirt"

typedef enum
{
  HOSTEL_HOST_DISTRO_OTHER,
  HOSTEL_HOST_DISTRO_DEBIAN, /* and Ubuntu */
  HOSTEL_HOST_DISTRO_FEDORA, /* and RHEL */
  HOSTEL_HOST_DISTRO_ARCH,
  HOSTEL_HOST_DISTRO_SUSE,
} HostelHostDistro;

typedef enum
{
  HOSTEL_HOST_NEED_LIBVIRT,
  HOSTEL_HOST_NEED_QEMU,
  HOSTEL_HOST_NEED_QEMU_IMG,
  HOSTEL_HOST_NEED_FIRMWARE,
  HOSTEL_HOST_NEED_TPM,
  HOSTEL_HOST_NEED_PASST,
  HOSTEL_HOST_NEED_DNSMASQ,
  HOSTEL_HOST_NEED_OSINFO,
} HostelHostNeed;

typedef enum
{
  HOSTEL_HOST_ARCH_X86,
  HOSTEL_HOST_ARCH_ARM,
  HOSTEL_HOST_ARCH_S390,
  HOSTEL_HOST_ARCH_PPC,
  HOSTEL_HOST_ARCH_OTHER,
} HostelHostArch;

typedef struct
{
  char     *reason;     /* owned, NULL where cpuinfo could be read */
  char     *model;      /* owned, "" unknown */
  char     *vendor;     /* owned, "" unknown */
  guint     count;
  gboolean  vmx;
  gboolean  svm;
  gboolean  sie;
  gboolean  sev;
  gboolean  tdx;
  gboolean  hypervisor; /* we are a guest ourselves */
} HostelHostCpu;

/* One run over the files of a computer. */
typedef struct
{
  const HostelHostSystem *system;
  HostelHostReport       *report;
  HostelHostArch          arch;
  HostelHostDistro        distro;
  HostelHostCpu           cpu;
  gboolean                systemd;    /* is in charge */
  gboolean                packagekit; /* can be called */
  gboolean                helper;     /* hostel-helper can be called */
} HostelHostProbe;

/* How far a daemon's socket is from an answer, found without connecting to it: that would start an
 * idle daemon. */
typedef enum
{
  HOSTEL_HOST_SOCKET_ABSENT,
  HOSTEL_HOST_SOCKET_OPEN,
  HOSTEL_HOST_SOCKET_DENIED,
  HOSTEL_HOST_SOCKET_DEAD,    /* the file is there, and nobody listens */
  HOSTEL_HOST_SOCKET_UNKNOWN,
} HostelHostSocket;

void              hostel_host_probe_init       (HostelHostProbe        *self,
                                                HostelHostReport       *report,
                                                const HostelHostSystem *system);
void              hostel_host_probe_clear      (HostelHostProbe        *self);
void              hostel_host_probe_add        (HostelHostProbe        *self,
                                                const char             *id,
                                                HostelCheckState        state,
                                                HostelHostRemedy       *remedy,
                                                const char             *format,
                                                ...) G_GNUC_PRINTF (5, 6);
void              hostel_host_probe_add_cause  (HostelHostProbe        *self,
                                                const char             *id,
                                                HostelCheckState        state,
                                                const char             *cause,
                                                HostelHostRemedy       *remedy,
                                                const char             *evidence);
void              hostel_host_probe_add_device (HostelHostProbe        *self,
                                                const char             *id,
                                                const char             *path,
                                                HostelCheckState        otherwise,
                                                HostelHostRemedy       *remedy);

/* What can be done; all (transfer full). */
HostelHostRemedy *hostel_host_probe_advise     (const char             *text);
HostelHostRemedy *hostel_host_probe_install    (HostelHostProbe        *self,
                                                HostelHostNeed          need);
HostelHostRemedy *hostel_host_probe_start      (HostelHostProbe        *self,
                                                const char * const     *units);
HostelHostRemedy *hostel_host_probe_help       (HostelHostProbe        *self,
                                                const char             *text,
                                                const char             *label,
                                                const char             *command,
                                                const char             *verb,
                                                const char             *argument);

/* hostel-host-probe-socket.c */
HostelHostSocket  hostel_host_probe_try_socket (HostelHostProbe        *self,
                                                const char             *path);
gboolean          hostel_host_probe_runs       (const HostelHostSystem *system,
                                                const char             *daemon,
                                                gboolean                session);

void              hostel_host_probe_cpu        (HostelHostProbe        *self);
void              hostel_host_probe_kvm        (HostelHostProbe        *self);
void              hostel_host_probe_platform   (HostelHostProbe        *self);
void              hostel_host_probe_cgroups    (HostelHostProbe        *self);
void              hostel_host_probe_services   (HostelHostProbe        *self);
void              hostel_host_probe_access     (HostelHostProbe        *self);
void              hostel_host_probe_network    (HostelHostProbe        *self);
void              hostel_host_probe_storage    (HostelHostProbe        *self);
void              hostel_host_probe_emulator   (HostelHostProbe        *self);
void              hostel_host_probe_memory     (HostelHostProbe        *self);
void              hostel_host_probe_security   (HostelHostProbe        *self);

const char * const *hostel_host_distro_packages (HostelHostDistro       distro,
                                                HostelHostArch          arch,
                                                HostelHostNeed          need);
char             *hostel_host_distro_command   (HostelHostDistro        distro,
                                                HostelHostNeed          need,
                                                const char * const     *packages);
HostelHostDistro  hostel_host_distro_from_text (const char             *os_release);

/* hostel-host-probe-bus.c: what systemd and polkit are asked */
const char * const *hostel_host_probe_units    (HostelHostProbe        *self);

G_END_DECLS
