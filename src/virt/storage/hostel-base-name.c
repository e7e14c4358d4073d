/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "hostel-base-name"

#include "config.h"

#include "hostel-base-name.h"

/**
 * hostel_base_image_is_base:
 *
 * Returns: whether a volume of that name is a base image or its marker
 */
gboolean
hostel_base_image_is_base (const char *volume_name)
{
  g_return_val_if_fail (volume_name != NULL, FALSE);

  return g_str_has_prefix (volume_name, HOSTEL_BASE_IMAGE_PREFIX);
}
