/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "hostel-machine-spec.h"

G_BEGIN_DECLS

struct _HostelMachineSpec
{
  GObject              parent_instance;

  char                *uuid;             /* owned */
  char                *mac;              /* owned */
  char                *name;             /* owned, never NULL */
  guint                memory;           /* MiB */
  guint                vcpus;
  guint64              disk_size;        /* bytes, 0: the image's */
  HostelMachineSize    chosen;           /* which of these three a person has chosen */
  HostelMachineNeeds   needs;            /* what the others follow */
  guint                disk_kind;        /* HostelDiskKind */
  HostelImage         *image;            /* owned, nullable */
  char                *os_id;            /* owned, never NULL */
  char                *pool;             /* owned, never NULL */
  guint                network_kind;     /* HostelNetworkKind */
  char                *network;          /* owned, never NULL */
  guint                firmware;         /* HostelFirmware */
  HostelCloudConfig   *cloud_config;     /* owned, never NULL */
  HostelNetworkConfig *network_config;   /* owned, nullable */
  GBytes              *user_data;        /* owned, nullable */
  gboolean             start;
  gboolean             graphics;
  gboolean             console_size;
  char                *login_key;        /* owned, "" for none */
  gboolean             serial_installer;
};

void hostel_machine_spec_take_user_data (HostelMachineSpec        *self,
                                         GBytes                   *user_data);
void hostel_machine_spec_take_sizes     (HostelMachineSpec        *self,
                                         const HostelMachineSizes *sizes);
void hostel_machine_spec_follow         (HostelMachineSpec        *self);
/* The cloud-config as it goes into the seed; NULL where it cannot be written. */
HostelCloudConfig *hostel_machine_spec_dup_login_config (HostelMachineSpec *self);

G_END_DECLS
