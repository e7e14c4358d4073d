/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "hostel-cli.h"
#include "hostel-machine-spec.h"

G_BEGIN_DECLS

/* The options of hostel-cli create, as they were typed. */
typedef struct
{
  char     *name;           /* owned, as all; NULL where not given */
  char     *image;
  char     *memory;
  char     *vcpus;
  char     *disk_size;
  char     *disk;
  char     *pool;
  char     *network;
  char     *user_data;
  char     *recipe;
  char     *hostname;
  char     *user;
  gboolean  password_stdin;
  GStrv     ssh_keys;
  GStrv     packages;
  GStrv     run;
  gboolean  yes;
  gboolean  dry_run;
  gboolean  no_start;
  gboolean  console_size;
  gboolean  no_hostel_key;
  gboolean  serial_installer;
  gboolean  start_network;
  gboolean  wait;
  gboolean  strict;
  char     *timeout;
  guint     timeout_seconds; /* "timeout" read */
  HostelDiskKind disk_kind;  /* "disk" read */
} HostelCreateOptions;

void               hostel_create_options_clear     (HostelCreateOptions  *self);
int                hostel_create_options_parse     (HostelCreateOptions  *self,
                                                    HostelCli            *cli,
                                                    int                   argc,
                                                    char                **argv);
GBytes            *hostel_create_options_read_user_data (const char *path,
                                                         GError   **error);
HostelMachineSpec *hostel_create_options_make_spec (HostelCreateOptions  *self,
                                                    GError              **error);
void               hostel_create_options_set_login_key (HostelCreateOptions *self,
                                                        HostelMachineSpec   *spec);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (HostelCreateOptions, hostel_create_options_clear)

G_END_DECLS
