/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "hostel-cloud-config.h"

G_BEGIN_DECLS

GStrv hostel_cloud_config_dup_summary (HostelCloudConfig *self);

G_END_DECLS
