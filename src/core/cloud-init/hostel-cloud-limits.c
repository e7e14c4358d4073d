/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "hostel-cloud-limits"

#include "config.h"

#include <glib/gi18n.h>

#include "hostel-cloud-limits.h"

/* How much user-data a cloud takes before it is encoded, in bytes. */
static const struct
{
  const char *name;
  gsize       limit;
} clouds[] = {
  /* https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/user-data.html */
  { "Amazon EC2", 16 * 1024 },
  /* https://docs.hetzner.cloud/reference/cloud#servers-create-a-server */
  { "Hetzner Cloud", 32 * 1024 },
  /* https://docs.openstack.org/api-ref/compute/: 65535 in base64 */
  { "OpenStack", 65535 / 4 * 3 },
  /* https://docs.digitalocean.com/products/droplets/how-to/provide-user-data/ */
  { "DigitalOcean", 64 * 1024 },
  /* https://learn.microsoft.com/azure/virtual-machines/custom-data */
  { "Azure", 65535 },
  /* https://cloud.google.com/compute/docs/metadata/setting-custom-metadata */
  { "Google Cloud", 256 * 1024 },
};

/**
 * hostel_cloud_limits_dup_text:
 * @size: of the user-data, in bytes
 *
 * Returns: (transfer full): who takes it, or who does not and what they would take
 */
char *
hostel_cloud_limits_dup_text (gsize size)
{
  g_autoptr (GString) fits = g_string_new (NULL);
  g_autoptr (GString) refuses = g_string_new (NULL);
  g_autofree char *length = g_format_size_full (size, G_FORMAT_SIZE_IEC_UNITS);

  for (gsize i = 0; i < G_N_ELEMENTS (clouds); i++)
    {
      GString *list = size <= clouds[i].limit ? fits : refuses;
      g_autofree char *limit = g_format_size_full (clouds[i].limit, G_FORMAT_SIZE_IEC_UNITS);

      if (list->len > 0)
        g_string_append (list, ", ");
      g_string_append (list, clouds[i].name);
      if (list == refuses)
        g_string_append_printf (list, " (%s)", limit);
    }

  /* Translators: the size of a document, then names of clouds. */
  if (refuses->len == 0)
    return g_strdup_printf (_("%s, taken by %s"), length, fits->str);

  /* Translators: the size of a document, then names of clouds with what they take at most. */
  if (fits->len == 0)
    return g_strdup_printf (_("%s, too large for %s"), length, refuses->str);

  /* Translators: as before, both. */
  return g_strdup_printf (_("%s, taken by %s; too large for %s"), length, fits->str, refuses->str);
}
