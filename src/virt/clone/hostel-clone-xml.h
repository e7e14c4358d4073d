/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "hostel-clone-plan.h"

G_BEGIN_DECLS

/* What the clone has in the place of the machine's. */
typedef struct
{
  const char *name;
  const char *uuid;
  const char *seed_target; /* the seed's disk, nullable */
  const char *seed;        /* path, nullable */
  const char *log;         /* path, nullable */
  const char *variables;   /* path, nullable: libvirt makes new ones */
  const char *host_key;    /* public, nullable: not known */
  gboolean    exact;       /* inside, it is the same computer */
  guint       ssh_port;    /* where the machine has one */
} HostelCloneNames;

char *hostel_clone_xml_build      (HostelClonePlan         *plan,
                                   const HostelCloneNames  *names);
/* A disk's element with another file. */
char *hostel_clone_xml_build_disk (HostelClonePlan         *plan,
                                   const HostelCloneDisk   *disk,
                                   const char              *path,
                                   const char              *format);

G_END_DECLS
