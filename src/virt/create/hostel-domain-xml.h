/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "hostel-host-facts.h"
#include "hostel-machine-spec.h"

G_BEGIN_DECLS

/* Where the volumes of a machine are; NULL members are shown as place-holders by --dry-run. */
typedef struct
{
  const char *disk;   /* path of the overlay, the copy or the image itself */
  const char *disk_format; /* "qcow2" where NULL */
  const char *seed;   /* path of the seed */
  const char *serial_log; /* path of the serial's log volume */
  const char *medium;     /* path of the installation disc */
  const char *kernel;     /* path of the installer's kernel, and of its initial RAM disk */
  const char *initrd;
  const char *base;       /* name of the base image's volume, for the metadata; nullable */
  const char *host_key;   /* the guest's public SSH host key, for the metadata; nullable */
  guint       ssh_port;   /* user-mode networking: the host's port for the guest's SSH, 0 none */
} HostelDomainVolumes;

char *hostel_domain_xml_build (HostelMachineSpec          *spec,
                               HostelHostFacts            *facts,
                               const HostelDomainVolumes  *volumes,
                               GError                    **error);

/* Whether the machine's network is user-mode, and the libvirt network that it needs or NULL. */
gboolean    hostel_domain_xml_uses_user_network (HostelMachineSpec *spec,
                                                 HostelHostFacts   *facts);
const char *hostel_domain_xml_get_network       (HostelMachineSpec *spec,
                                                 HostelHostFacts   *facts);

G_END_DECLS
