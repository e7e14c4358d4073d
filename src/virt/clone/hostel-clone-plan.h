/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "hostel-virt-handle.h"
#include "hostel-xml.h"

G_BEGIN_DECLS

/* One disk that the machine writes to. */
typedef struct
{
  char       *target;     /* owned, as all: "vda" */
  char       *path;       /* what is cloned */
  char       *format;     /* of that: "qcow2" or "raw" */
  char       *pool;       /* its name */
  guint64     capacity;   /* bytes */
  guint64     allocation; /* bytes, with all that it stands on */
  xmlNodePtr  node;       /* borrowed from the plan's document */

  char       *front_name; /* of the machine's own overlay from now on, NULL for a full copy */
  char       *front_path; /* nullable until it is made, as the next */
  char       *copy_name;  /* of the clone's */
  char       *copy_path;
} HostelCloneDisk;

/* What a machine has, as far as a clone has to know it. */
typedef struct
{
  xmlDocPtr  doc;       /* owned: the definition, with its passwords */
  GPtrArray *disks;     /* owned: HostelCloneDisk, at least one */
  char      *variables; /* owned, nullable: the path of the firmware's */
  gboolean   has_log;
} HostelClonePlan;

HostelClonePlan *hostel_clone_plan_new  (virConnectPtr    handle,
                                         virDomainPtr     domain,
                                         gboolean         linked,
                                         GError         **error);
gboolean         hostel_clone_plan_check_off (virDomainPtr  domain,
                                              GError      **error);
void             hostel_clone_plan_free (HostelClonePlan  *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HostelClonePlan, hostel_clone_plan_free)

G_END_DECLS
