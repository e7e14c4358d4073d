/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "hostel-cloud-check.h"
#include "hostel-yaml.h"

G_BEGIN_DECLS

/* hostel-cloud-check.c */
HostelCloudMark *hostel_cloud_add_mark        (GPtrArray               *marks,
                                               HostelCloudMarkKind      kind,
                                               guint                    line,
                                               char                    *message);
void             hostel_cloud_add_replacement (HostelCloudMark         *mark,
                                               HostelYaml              *at,
                                               const char              *text,
                                               const char              *replacement);

/* hostel-cloud-accounts.c */
void             hostel_cloud_check_accounts  (GPtrArray               *marks,
                                               HostelYaml              *root,
                                               const HostelCloudTarget *target);

/* hostel-cloud-system.c */
void             hostel_cloud_check_system    (GPtrArray               *marks,
                                               HostelYaml              *root,
                                               const char              *text,
                                               const HostelCloudTarget *target);

/* hostel-cloud-manager.c */
void             hostel_cloud_check_managers  (GPtrArray               *marks,
                                               HostelYaml              *root,
                                               const HostelCloudTarget *target);

/* hostel-cloud-locale.c */
gboolean         hostel_cloud_find_time_zone  (const char              *name,
                                               char                   **near);
gboolean         hostel_cloud_find_locale     (const char              *name,
                                               char                   **near);

G_END_DECLS
