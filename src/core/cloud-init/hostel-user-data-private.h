/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "hostel-user-data.h"
#include "hostel-yaml.h"

G_BEGIN_DECLS

/* As hostel_user_data_check(), and the document where it is a cloud-config: it is read once. */
gboolean hostel_user_data_read (GBytes      *user_data,
                                HostelYaml **root,
                                GError     **error);

G_END_DECLS
