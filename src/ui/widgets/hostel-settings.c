/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "hostel-settings"

#include "config.h"

#include "hostel-settings.h"

/**
 * hostel_settings_new:
 *
 * A program that was only built, or copied without its data, runs with its defaults:
 * g_settings_new() would end it.
 *
 * Returns: (transfer full) (nullable): the settings, %NULL where their schema is not installed
 */
GSettings *
hostel_settings_new (void)
{
  GSettingsSchemaSource *source = g_settings_schema_source_get_default ();
  g_autoptr (GSettingsSchema) schema = NULL;

  if (source != NULL)
    schema = g_settings_schema_source_lookup (source, APPLICATION_ID, TRUE);

  if (schema == NULL)
    {
      g_debug ("The settings' schema is not installed: nothing is remembered");
      return NULL;
    }

  return g_settings_new_full (schema, NULL, NULL);
}
