/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "hostel-cloud-locale"

#include "config.h"

#include <gio/gio.h>
#include <string.h>

#include "hostel-cloud-check-private.h"
#include "hostel-cloud-schema-private.h"

/* The databases of this computer stand for those of the guest: both come from the same sources. */
#define ZONES "/usr/share/zoneinfo/tzdata.zi"
#define LOCALES "/usr/share/i18n/SUPPORTED"

/* The second or third word of the lines of zic(8) that begin with "Z" (zone) or "L" (link). */
static void
read_zone (const char *line,
           GPtrArray  *names)
{
  g_auto (GStrv) words = g_strsplit (line, " ", 4);
  guint length = g_strv_length (words);

  if (length >= 2 && g_str_equal (words[0], "Z"))
    g_ptr_array_add (names, g_strdup (words[1]));
  else if (length >= 3 && g_str_equal (words[0], "L"))
    g_ptr_array_add (names, g_strdup (words[2]));
}

/* "de_DE.UTF-8 UTF-8", and "de_DE ISO-8859-1" of the same language. */
static void
read_locale (const char *line,
             GPtrArray  *names)
{
  gsize length = strcspn (line, " /#");

  if (length > 0)
    g_ptr_array_add (names, g_strndup (line, length));
}

static GPtrArray *
read_names (const char *path,
            void      (*read_line) (const char *line, GPtrArray *names))
{
  GPtrArray *names = g_ptr_array_new_with_free_func (g_free);
  g_autofree char *text = NULL;
  g_auto (GStrv) lines = NULL;

  if (!g_file_get_contents (path, &text, NULL, NULL))
    return names;

  lines = g_strsplit (text, "\n", -1);
  for (guint i = 0; lines[i] != NULL; i++)
    read_line (lines[i], names);

  return names;
}

/* The one that was meant, whatever its letters' case; NULL where none is near. */
static char *
dup_near (GPtrArray  *names,
          const char *name)
{
  g_autoptr (GPtrArray) lower = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GArray) known = g_array_new (FALSE, FALSE, sizeof (HostelCloudName));
  g_autofree char *wanted = g_ascii_strdown (name, -1);
  const char *near;

  for (guint i = 0; i < names->len; i++)
    {
      char *text = g_ascii_strdown (names->pdata[i], -1);
      const HostelCloudName other = hostel_cloud_schema_get_name (text);

      g_ptr_array_add (lower, text);
      g_array_append_val (known, other);
    }

  near = hostel_cloud_schema_find_near (known, NULL, wanted);
  for (guint i = 0; near != NULL && i < names->len; i++)
    {
      if (lower->pdata[i] == near)
        return g_strdup (names->pdata[i]);
    }

  return NULL;
}

/* Read once. */
static GPtrArray *
get_zones (void)
{
  static GPtrArray *zones;

  if (g_once_init_enter (&zones))
    g_once_init_leave (&zones, read_names (ZONES, read_zone));

  return zones;
}

static GPtrArray *
get_locales (void)
{
  static GPtrArray *locales;

  if (g_once_init_enter (&locales))
    g_once_init_leave (&locales, read_names (LOCALES, read_locale));

  return locales;
}

/*< private >
 * hostel_cloud_find_time_zone:
 * @name: of a time zone, such as "Europe/Berlin"
 * @near: (out): another one that was meant, perhaps
 *
 * Returns: whether there is such a time zone; %TRUE where this computer has no list of them
 */
gboolean
hostel_cloud_find_time_zone (const char  *name,
                             char       **near)
{
  GPtrArray *zones = get_zones ();

  *near = NULL;
  if (zones->len == 0 || g_ptr_array_find_with_equal_func (zones, name, g_str_equal, NULL))
    return TRUE;

  for (guint i = 0; i < zones->len && *near == NULL; i++)
    {
      const char *slash = strrchr (zones->pdata[i], '/');

      /* "berlin", "EUROPE/BERLIN" */
      if (g_ascii_strcasecmp (zones->pdata[i], name) == 0 ||
          (slash != NULL && g_ascii_strcasecmp (slash + 1, name) == 0))
        *near = g_strdup (zones->pdata[i]);
    }
  if (*near == NULL)
    *near = dup_near (zones, name);

  return FALSE;
}

/* "de_DE.utf8" and "de_DE.UTF-8" are one. */
static char *
dup_normal (const char *name)
{
  gsize codeset = strcspn (name, ".@");
  const char *modifier = strchr (name, '@');
  GString *normal = g_string_new_len (name, codeset);

  if (name[codeset] == '.')
    {
      for (const char *c = name + codeset; *c != '\0' && *c != '@'; c++)
        {
          if (*c != '-')
            g_string_append_c (normal, g_ascii_tolower (*c));
        }
    }
  g_string_append (normal, modifier != NULL ? modifier : "");

  return g_string_free (normal, FALSE);
}

/*< private >
 * hostel_cloud_find_locale:
 * @name: of a locale, such as "de_DE.UTF-8"
 * @near: (out): another one that was meant, perhaps
 *
 * Returns: whether there is such a locale; %TRUE where this computer has no list of them
 */
gboolean
hostel_cloud_find_locale (const char  *name,
                          char       **near)
{
  static const char * const plain[] = { "C", "POSIX", "C.UTF-8", "C.utf8", NULL };
  GPtrArray *locales = get_locales ();
  g_autofree char *normal = dup_normal (name);

  *near = NULL;
  if (locales->len == 0 || g_strv_contains (plain, name))
    return TRUE;

  for (guint i = 0; i < locales->len; i++)
    {
      g_autofree char *other = dup_normal (locales->pdata[i]);

      if (g_str_equal (normal, other))
        return TRUE;
    }
  *near = dup_near (locales, name);

  /* Of another language it is no slip of the hand. */
  if (*near != NULL && g_ascii_strncasecmp (*near, name, strcspn (name, "_.@-")) != 0)
    g_clear_pointer (near, g_free);

  return FALSE;
}
