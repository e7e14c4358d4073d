/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "hostel-yaml.h"

G_BEGIN_DECLS

/* hostel-cloud-secrets-names.c: what is known for a secret */
gboolean  hostel_cloud_secret_is_free   (const char  *key);
gboolean  hostel_cloud_secret_is_key    (HostelYaml  *mapping,
                                         const char  *key,
                                         const char  *parent,
                                         gboolean     top);
gboolean  hostel_cloud_secret_is_value  (const char  *value);
char     *hostel_cloud_secret_dup_clean (const char  *value,
                                         gboolean     options);

G_END_DECLS
