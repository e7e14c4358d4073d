/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "hostel-xml.h"

G_BEGIN_DECLS

/* Elements of devices, as libvirt takes them. Pure. */

typedef struct
{
  const char *device; /* "disk" or "cdrom" */
  const char *path;   /* nullable: an empty drive */
  gboolean    block;  /* @path is a device */
  const char *format; /* "qcow2" or "raw" */
  const char *bus;
  const char *target; /* "vdb" */
} HostelDiskSpec;

typedef struct
{
  const char *type;   /* "user", "network", "bridge", ... */
  const char *source; /* nullable */
  const char *mac;
  const char *model;
} HostelNicSpec;

char *hostel_device_xml_dup_disk       (const HostelDiskSpec *spec);
char *hostel_device_xml_dup_nic        (const HostelNicSpec  *spec);
/* The bus on which one more disk or drive is best. */
char *hostel_device_xml_dup_bus        (xmlDoc               *stored,
                                        xmlDoc               *live,
                                        const char           *device);
/* The first name that neither has; either may be NULL. NULL where the bus has no name. */
char *hostel_device_xml_dup_target     (xmlDoc               *stored,
                                        xmlDoc               *live,
                                        const char           *bus);
char *hostel_device_xml_dup_node       (xmlNode              *node);
/* The same element with another medium, NULL for none. */
char *hostel_device_xml_dup_medium     (xmlNode              *drive,
                                        const char           *path,
                                        gboolean              block);
char *hostel_device_xml_dup_link       (xmlNode              *nic,
                                        gboolean              up);
char *hostel_device_xml_dup_connection (xmlNode              *nic,
                                        const char           *type,
                                        const char           *source);

G_END_DECLS
