/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "hostel-cloud-target.h"

G_BEGIN_DECLS

typedef enum
{
  HOSTEL_CLOUD_MARK_WARNING, /* cloud-init takes it, and it is most likely not what is wanted */
  HOSTEL_CLOUD_MARK_ERROR,   /* cloud-init refuses it */
} HostelCloudMarkKind;

/* What stands beside a line of user-data. */
typedef struct
{
  HostelCloudMarkKind  kind;
  guint                line;        /* from 1 */
  char                *message;     /* owned, translated sentences */

  /* How to mend it, where there is one way only: bytes of the text that become others. */
  gsize                start;
  gsize                end;
  char                *replacement; /* owned, nullable */
} HostelCloudMark;

GPtrArray *hostel_cloud_check     (const char              *text,
                                   gssize                   length);
GPtrArray *hostel_cloud_check_for (const char              *text,
                                   gssize                   length,
                                   const HostelCloudTarget *target);

G_END_DECLS
