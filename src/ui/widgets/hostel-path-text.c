/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "hostel-path-text"

#include "config.h"

#include <string.h>

#include "hostel-path-text.h"

/**
 * hostel_path_expand:
 * @text: what a person wrote: a path, "~/" and a path, or a file: address
 *
 * Returns: (transfer full): the path, absolute where @text names one
 */
char *
hostel_path_expand (const char *text)
{
  g_autofree char *stripped = NULL;
  char *path;

  g_return_val_if_fail (text != NULL, NULL);

  stripped = g_strstrip (g_strdup (text));
  if (g_str_has_prefix (stripped, "file://")
      && (path = g_filename_from_uri (stripped, NULL, NULL)) != NULL)
    return path;
  if (g_str_equal (stripped, "~"))
    return g_strdup (g_get_home_dir ());
  if (g_str_has_prefix (stripped, "~/"))
    return g_build_filename (g_get_home_dir (), stripped + 2, NULL);

  return g_steal_pointer (&stripped);
}

/**
 * hostel_path_shorten:
 * @path: absolute path
 *
 * Returns: (transfer full): @path with this user's home directory as "~"
 */
char *
hostel_path_shorten (const char *path)
{
  const char *home = g_get_home_dir ();
  gsize length = strlen (home);

  g_return_val_if_fail (path != NULL, NULL);

  if (length > 1 && g_str_has_prefix (path, home) && path[length] == '/')
    return g_strconcat ("~", path + length, NULL);

  return g_strdup (path);
}
