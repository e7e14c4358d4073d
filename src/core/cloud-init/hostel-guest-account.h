/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "hostel-cloud-target.h"

G_BEGIN_DECLS

/* What the tools of a guest make of something. */
typedef enum
{
  HOSTEL_VERDICT_FINE,
  HOSTEL_VERDICT_DOUBTFUL, /* some do not take it */
  HOSTEL_VERDICT_REFUSED,
} HostelVerdict;

HostelVerdict hostel_guest_judge_user_name   (HostelGuestFamily   family,
                                              const char         *name,
                                              const char        **reason);
HostelVerdict hostel_guest_judge_group_name  (HostelGuestFamily   family,
                                              const char         *name,
                                              const char        **reason);
gboolean      hostel_guest_check_user_name   (HostelGuestFamily   family,
                                              const char         *name,
                                              GError            **error);
gboolean      hostel_guest_has_group         (const char         *name);
gboolean      hostel_guest_has_user          (const char         *name);
gboolean      hostel_guest_makes_user        (const char         *name);

G_END_DECLS
