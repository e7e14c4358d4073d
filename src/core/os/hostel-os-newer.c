/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "hostel-os-newer"

#include "config.h"

#include "hostel-os-private.h"

#include <string.h>

/* How libosinfo names the releases of a distribution: what stands before the version, and how the
 * version is written. A database is as old as the host; the distributions keep to their ways. */
typedef struct
{
  const char *short_id;
  const char *id;
  const char *name;
  const char *distro;
  const char *version; /* a pattern */
} Family;

static const Family families[] = {
  { "debian", "http://debian.org/debian/", "Debian ", "debian", "^[1-9][0-9]{0,2}$" },
  { "ubuntu", "http://ubuntu.com/ubuntu/", "Ubuntu ", "ubuntu", "^[1-9][0-9]\\.(04|10)$" },
  { "fedora", "http://fedoraproject.org/fedora/", "Fedora Linux ", "fedora", "^[1-9][0-9]{0,2}$" },
  { "centos-stream", "http://centos.org/centos-stream/", "CentOS Stream ", "centos",
    "^[1-9][0-9]?$" },
  { "rhel", "http://redhat.com/rhel/", "Red Hat Enterprise Linux ", "rhel",
    "^[1-9][0-9]?\\.[0-9]{1,2}$" },
  { "rocky", "http://rockylinux.org/rocky/", "Rocky Linux ", "rocky",
    "^[1-9][0-9]?(\\.[0-9]{1,2})?$" },
  { "almalinux", "http://almalinux.org/almalinux/", "AlmaLinux ", "almalinux",
    "^[1-9][0-9]?(\\.[0-9]{1,2})?$" },
  { "ol", "http://oracle.com/ol/", "Oracle Linux ", "ol", "^[1-9][0-9]?\\.[0-9]{1,2}$" },
  { "opensuse", "http://opensuse.org/opensuse/", "openSUSE Leap ", "opensuse",
    "^[1-9][0-9]\\.[0-9]$" },
  { "alpinelinux", "http://alpinelinux.org/alpinelinux/", "Alpine Linux ", "alpinelinux",
    "^[1-9]\\.[0-9]{1,2}$" },
  { "freebsd", "http://freebsd.org/freebsd/", "FreeBSD ", "freebsd", "^[1-9][0-9]\\.[0-9]$" },
  { "cirros", "http://cirros-cloud.net/cirros/", "CirrOS ", "cirros",
    "^[0-9]\\.[0-9]{1,2}\\.[0-9]{1,2}$" },
};

/* Kept as long as the program runs, as the list is that they stand beside. */
static GMutex mutex;
static GHashTable *made; /* id -> HostelOs */

static const Family *
find_family (const char  *id,
             const char **version)
{
  for (gsize i = 0; i < G_N_ELEMENTS (families); i++)
    {
      const Family *family = &families[i];

      if (g_str_has_prefix (id, family->id))
        *version = id + strlen (family->id);
      else if (g_str_has_prefix (id, family->short_id))
        *version = id + strlen (family->short_id);
      else
        continue;

      if (g_regex_match_simple (family->version, *version, G_REGEX_DOLLAR_ENDONLY, 0))
        return family;
    }

  return NULL;
}

/* The newest release of @family that is not newer than @version, else its newest one. */
static HostelOs *
find_relative (GPtrArray    *table,
               const Family *family,
               const char   *version)
{
  gsize length = strlen (family->short_id);
  HostelOs *newest = NULL;
  HostelOs *before = NULL;

  for (guint i = 0; i < table->len; i++)
    {
      HostelOs *os = g_ptr_array_index (table, i);
      const char *other = os->short_id + length;

      if (!g_str_has_prefix (os->short_id, family->short_id) || !g_ascii_isdigit (*other) ||
          os->memory == 0)
        continue;

      if (newest == NULL || strverscmp (other, newest->short_id + length) > 0)
        newest = os;
      if (strverscmp (other, version) <= 0 &&
          (before == NULL || strverscmp (other, before->short_id + length) > 0))
        before = os;
    }

  return before != NULL ? before : newest;
}

/* Ubuntu's releases of April in even years are supported for long, and named so. */
static const char *
get_suffix (const Family *family,
            const char   *version)
{
  return g_str_equal (family->distro, "ubuntu") && g_str_has_suffix (version, ".04") &&
         (version[1] - '0') % 2 == 0 ? " LTS" : "";
}

/*< private >
 * hostel_os_find_newer:
 * @table: (element-type HostelOs): the loaded list
 * @id: an id or a short id that is not in @table
 *
 * The database of a stable distribution does not know the releases that came after it. What such a
 * release is called is known all the same; what it needs is taken from the nearest older one, as a
 * hint.
 *
 * Returns: (transfer none) (nullable): the release, or %NULL where @id is none of a distribution
 *   that counts its releases in a way that is known
 */
HostelOs *
hostel_os_find_newer (GPtrArray  *table,
                      const char *id)
{
  const char *version;
  const Family *family = find_family (id, &version);
  g_autofree char *full = NULL;
  HostelOs *os;

  if (family == NULL)
    return NULL;

  full = g_strconcat (family->id, version, NULL);
  g_mutex_lock (&mutex);
  if (made == NULL)
    made = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_object_unref);
  if ((os = g_hash_table_lookup (made, full)) == NULL)
    {
      g_autofree char *short_id = g_strconcat (family->short_id, version, NULL);
      g_autofree char *name = g_strconcat (family->name, version, get_suffix (family, version),
                                           NULL);

      os = hostel_os_new_like (find_relative (table, family, version), full, short_id, name);
      os->distro = g_strdup (family->distro);
      os->version = g_strdup (version);
      g_hash_table_insert (made, g_steal_pointer (&full), os);
    }
  g_mutex_unlock (&mutex);

  return os;
}
