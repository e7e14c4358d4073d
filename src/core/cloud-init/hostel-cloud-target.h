/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Whose tools make the users and install the packages in a guest. */
typedef enum
{
  HOSTEL_GUEST_UNKNOWN,
  HOSTEL_GUEST_DEBIAN,
  HOSTEL_GUEST_UBUNTU,
  HOSTEL_GUEST_FEDORA, /* RHEL and its relatives, too */
  HOSTEL_GUEST_SUSE,
  HOSTEL_GUEST_ARCH,
  HOSTEL_GUEST_ALPINE,
  HOSTEL_GUEST_FREEBSD,
  HOSTEL_GUEST_OTHER,  /* known to be none of them */
} HostelGuestFamily;

/* What user-data is judged for. */
typedef struct
{
  HostelGuestFamily family;
  const char       *cloud_init; /* nullable: the release in the image, such as "22.4.2" */
  gboolean          literal;    /* as that release's schema says, its own faults included */
} HostelCloudTarget;

HostelGuestFamily hostel_guest_family_from_os   (const char *os_id);
const char       *hostel_cloud_release_from_os  (const char *os_id);
HostelCloudTarget hostel_cloud_target_for_os    (const char *os_id);

G_END_DECLS
