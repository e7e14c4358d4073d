/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Who can tell. */
typedef enum
{
  HOSTEL_HOST_SOURCE_FILES,   /* files and devices of this computer */
  HOSTEL_HOST_SOURCE_BUS,     /* systemd and polkit of this computer */
  HOSTEL_HOST_SOURCE_LIBVIRT, /* libvirt, here or elsewhere */
} HostelHostSource;

/* What does not change of a check. */
typedef struct
{
  const char       *id;
  const char       *group;
  HostelHostSource  source;
  const char       *title; /* not translated yet */
  const char       *why;   /* likewise, one sentence */
} HostelHostEntry;

const HostelHostEntry *hostel_host_catalogue_get    (guint      *n_entries);
const HostelHostEntry *hostel_host_catalogue_lookup (const char *id);

G_END_DECLS
