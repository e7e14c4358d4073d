/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * HostelUserDataKind:
 * @HOSTEL_USER_DATA_UNKNOWN: nothing that cloud-init takes
 * @HOSTEL_USER_DATA_CLOUD_CONFIG: "#cloud-config"
 * @HOSTEL_USER_DATA_OTHER: a script, a MIME archive, a template... that is passed on as it is
 */
typedef enum
{
  HOSTEL_USER_DATA_UNKNOWN,
  HOSTEL_USER_DATA_CLOUD_CONFIG,
  HOSTEL_USER_DATA_OTHER,
} HostelUserDataKind;

HostelUserDataKind  hostel_user_data_get_kind (GBytes  *user_data);
gboolean            hostel_user_data_check    (GBytes  *user_data,
                                               GError **error);
/* Whether it gives the guest SSH host keys itself. */
gboolean            hostel_user_data_has_host_keys (GBytes *user_data);

G_END_DECLS
