/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "hostel-recent-images"

#include "config.h"

#include "hostel-recent-images.h"
#include "hostel-settings.h"

#define KEY "recent-images"
#define MAX_IMAGES 5

static void
store (const char *first,
       const char *without)
{
  g_autoptr (GSettings) settings = hostel_settings_new ();
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_auto (GStrv) old = NULL;
  g_auto (GStrv) paths = NULL;
  guint n = 0;
  guint i;

  /* Run from a build without its schema: nothing is remembered. */
  if (settings == NULL)
    return;

  old = g_settings_get_strv (settings, KEY);
  if (first != NULL)
    {
      g_strv_builder_add (builder, first);
      n++;
    }
  for (i = 0; old[i] != NULL && n < MAX_IMAGES; i++)
    if (!g_str_equal (old[i], without))
      {
        g_strv_builder_add (builder, old[i]);
        n++;
      }

  paths = g_strv_builder_end (builder);
  g_settings_set_strv (settings, KEY, (const char * const *) paths);
}

/**
 * hostel_recent_images_dup:
 *
 * Returns: (transfer full): paths of the images that machines were created from, newest first
 */
GStrv
hostel_recent_images_dup (void)
{
  g_autoptr (GSettings) settings = hostel_settings_new ();

  return settings != NULL ? g_settings_get_strv (settings, KEY) : g_new0 (char *, 1);
}

/**
 * hostel_recent_images_add:
 * @path: absolute path of an image
 *
 * Puts @path first.
 */
void
hostel_recent_images_add (const char *path)
{
  g_return_if_fail (path != NULL);

  store (path, path);
}

/**
 * hostel_recent_images_remove:
 * @path: absolute path of an image
 *
 * Forgets @path; the file stays.
 */
void
hostel_recent_images_remove (const char *path)
{
  g_return_if_fail (path != NULL);

  store (NULL, path);
}
