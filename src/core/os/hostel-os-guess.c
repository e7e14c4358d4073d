/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "hostel-os-guess"

#include "config.h"

#include "hostel-os-private.h"

#include <string.h>

typedef struct
{
  const char *pattern;
  const char *short_id;
} Pattern;

/* How the distributions name their cloud images, lower case, as their download pages had it in 2025.
 * @short_id is libosinfo's; \1 and \2 stand for what the pattern found. */
static const Pattern name_patterns[] = {
  { "^fedora-coreos-",                                  "fedora-coreos-stable" },
  { "^fedora-.*rawhide",                                "fedora-rawhide" },
  { "^fedora-(?:cloud|server)[-a-z_]*(?:\\.?(?:x86_64|aarch64|ppc64le|s390x))?-(\\d+)-",
                                                        "fedora\\1" },
  { "^debian-(?:sid|testing)-",                         "debiantesting" },
  { "^debian-(\\d+)(?:\\.\\d+)*(?:-backports)?-",            "debian\\1" },
  { "^ubuntu-(\\d\\d\\.\\d\\d)(?:\\.\\d)?-",                 "ubuntu\\1" },
  { "^centos-stream-[a-z-]*(?:x86_64-|aarch64-)?(\\d+)-", "centos-stream\\1" },
  { "^centos-(\\d+)-",                                  "centos\\1" },
  { "^rocky-(\\d+)-",                                   "rocky\\1" },
  { "^almalinux-(\\d+)-",                               "almalinux\\1" },
  { "^opensuse-tumbleweed",                             "opensusetumbleweed" },
  { "^(?:opensuse-)?leap-(\\d+\\.\\d+)",               "opensuse\\1" },
  { "^sle[sd]?-?(\\d+)-sp(\\d+)",                       "sle\\1sp\\2" },
  { "^rhel-(\\d+\\.\\d+)-",                             "rhel\\1" },
  { "^ol(\\d+)u(\\d+)_",                                "ol\\1.\\2" },
  { "alpine-(\\d+\\.\\d+)",                             "alpinelinux\\1" },
  { "^arch-?linux-",                                    "archlinux" },
  { "^freebsd-(\\d+\\.\\d+)-",                          "freebsd\\1" },
  { "^cirros-(\\d+\\.\\d+\\.\\d+)-",                    "cirros\\1" },
  { "^(?:gentoo|di-(?:amd64|arm64)-)",                  "gentoo" },
};

/* Code names that came after many a database in use. */
static const struct
{
  const char *codename;
  const char *short_id;
} newer_codenames[] = {
  { "bookworm", "debian12" },    { "trixie", "debian13" },       { "forky", "debian14" },
  { "lunar", "ubuntu23.04" },    { "mantic", "ubuntu23.10" },    { "noble", "ubuntu24.04" },
  { "oracular", "ubuntu24.10" }, { "plucky", "ubuntu25.04" },    { "questing", "ubuntu25.10" },
  { "resolute", "ubuntu26.04" }, { "duke", "debian15" },
};

/* How the distributions label their installation discs, lower case, as of 2025. */
static const Pattern label_patterns[] = {
  { "^debian (?:testing|sid)",                          "debiantesting" },
  { "^debian (\\d+)\\.",                                "debian\\1" },
  { "^fedora-.*rawhide",                                "fedora-rawhide" },
  { "^fedora-[a-z_]+-(?:live|ostree|dvd)-(?:(?:x86_64|aarch64|ppc64le|s390x)-)?(\\d+)",
                                                        "fedora\\1" },
  { "^ubuntu(?:-server)? (\\d\\d\\.\\d\\d)",          "ubuntu\\1" },
  { "^centos-stream-(\\d+)-",                           "centos-stream\\1" },
  { "^rocky-(\\d+)-",                                   "rocky\\1" },
  { "^almalinux-(\\d+)-",                               "almalinux\\1" },
  { "^rhel-(\\d+)-(\\d+)-",                             "rhel\\1.\\2" },
  { "^opensuse-tumbleweed",                             "opensusetumbleweed" },
  { "^opensuse-leap-(\\d+\\.\\d+)",                     "opensuse\\1" },
  { "^sle-?(\\d+)-sp(\\d+)",                            "sle\\1sp\\2" },
  { "^alpine-[a-z]+ (\\d+\\.\\d+)",                     "alpinelinux\\1" },
  { "^arch_\\d+",                                       "archlinux" },
  { "^(\\d+)[_](\\d+)_release_",                        "freebsd\\1.\\2" },
};

static HostelOs *
find_short_id (GPtrArray  *table,
               const char *short_id)
{
  guint i;

  for (i = 0; i < table->len; i++)
    {
      HostelOs *os = g_ptr_array_index (table, i);

      if (g_strv_contains ((const char * const *) os->short_ids, short_id))
        return os;
    }

  return NULL;
}

/* "rhel9.7": itself, be it newer than the database; else "rhel9-unknown", else "rhel-unknown". Never
 * another release: what is written into a machine stays there. */
static HostelOs *
find_release (GPtrArray  *table,
              const char *short_id)
{
  gsize stem_length = strcspn (short_id, "0123456789");
  const char *version = short_id + stem_length;
  gsize major = strspn (version, "0123456789");
  g_autofree char *unknown = NULL;
  g_autofree char *major_unknown = NULL;
  HostelOs *os;

  if ((os = find_short_id (table, short_id)) || (os = hostel_os_find_newer (table, short_id)) ||
      *version == '\0')
    return os;

  major_unknown = g_strdup_printf ("%.*s-unknown", (int) (stem_length + major), short_id);
  if ((os = find_short_id (table, major_unknown)))
    return os;

  unknown = g_strdup_printf ("%.*s-unknown", (int) stem_length, short_id);

  return find_short_id (table, unknown);
}

static HostelOs *
guess_by_address (GPtrArray  *table,
                  const char *name)
{
  guint i;

  for (i = 0; i < table->len; i++)
    {
      HostelOs *os = g_ptr_array_index (table, i);

      if (g_ptr_array_find_with_equal_func (os->image_names, name, g_str_equal, NULL))
        return os;
    }

  return NULL;
}

static HostelOs *
guess_by_pattern (GPtrArray     *table,
                  const Pattern *patterns,
                  guint          n_patterns,
                  const char    *name)
{
  guint i;

  for (i = 0; i < n_patterns; i++)
    {
      g_autoptr (GRegex) regex = g_regex_new (patterns[i].pattern, 0, 0, NULL);
      g_autoptr (GMatchInfo) match = NULL;
      g_autofree char *short_id = NULL;

      if (!g_regex_match (regex, name, 0, &match))
        continue;

      short_id = g_match_info_expand_references (match, patterns[i].short_id, NULL);

      return find_release (table, short_id);
    }

  return NULL;
}

static HostelOs *
guess_by_codename (GPtrArray  *table,
                   const char *name)
{
  /* noble-server-cloudimg-amd64.img, debian-trixie-genericcloud-amd64.qcow2 */
  g_auto (GStrv) words = g_strsplit_set (name, "-_.", -1);
  const char *word = words[0] && g_str_equal (words[0], "debian") ? words[1] : words[0];
  guint i;

  if (word == NULL || *word == '\0' || (!strstr (name, "cloud") && !strstr (name, "generic")))
    return NULL;

  for (i = 0; i < table->len; i++)
    {
      HostelOs *os = g_ptr_array_index (table, i);

      if ((g_str_equal (os->distro, "ubuntu") || g_str_equal (os->distro, "debian")) &&
          g_str_equal (os->codename, word))
        return os;
    }

  for (i = 0; i < G_N_ELEMENTS (newer_codenames); i++)
    if (g_str_equal (newer_codenames[i].codename, word))
      return find_release (table, newer_codenames[i].short_id);

  return NULL;
}

/*< private >
 * hostel_os_guess:
 * @table: (element-type HostelOs): the loaded list
 * @file_name: an image's name, with or without directories
 *
 * Returns: (transfer none) (nullable): the OS that the name tells of
 */
HostelOs *
hostel_os_guess (GPtrArray  *table,
                 const char *file_name)
{
  g_autofree char *base = g_path_get_basename (file_name);
  g_autofree char *valid = g_utf8_make_valid (base, -1);
  g_autofree char *name = g_ascii_strdown (valid, -1);
  HostelOs *os;

  if ((os = guess_by_address (table, name)) ||
      (os = guess_by_pattern (table, name_patterns, G_N_ELEMENTS (name_patterns), name)))
    return os;

  return guess_by_codename (table, name);
}

static gboolean
matches (const char *pattern,
         const char *text)
{
  return pattern == NULL || g_regex_match_simple (pattern, text, 0, 0);
}

/* The more is asked for, the surer; of the volume's name first, which the others only complete. */
static gsize
get_weight (const HostelOsDisc *disc)
{
  return strlen (disc->volume_id) * 4 + (disc->system_id != NULL) + (disc->publisher_id != NULL) +
         (disc->application_id != NULL);
}

/*< private >
 * hostel_os_guess_disc:
 * @table: (element-type HostelOs): the loaded list
 * @label: what a disc says of itself
 * @disc: (out) (nullable): the disc in libosinfo's database, %NULL where it does not have it
 *
 * Returns: (transfer none) (nullable): the OS that the label tells of
 */
HostelOs *
hostel_os_guess_disc (GPtrArray              *table,
                      const HostelDiscLabel  *label,
                      const HostelOsDisc    **disc)
{
  g_autofree char *name = g_ascii_strdown (label->volume_id, -1);
  HostelOs *found = NULL;
  HostelOs *release;
  guint i;
  guint j;

  *disc = NULL;
  if (*label->volume_id == '\0')
    return NULL;

  for (i = 0; i < table->len; i++)
    {
      HostelOs *os = g_ptr_array_index (table, i);

      for (j = 0; j < os->discs->len; j++)
        {
          const HostelOsDisc *other = g_ptr_array_index (os->discs, j);

          if ((*disc == NULL || get_weight (other) > get_weight (*disc)) &&
              matches (other->volume_id, label->volume_id) &&
              matches (other->system_id, label->system_id) &&
              matches (other->publisher_id, label->publisher_id) &&
              matches (other->application_id, label->application_id))
            {
              *disc = other;
              found = os;
            }
        }
    }
  if (found != NULL && strstr (found->short_id, "unknown") == NULL)
    return found;

  release = guess_by_pattern (table, label_patterns, G_N_ELEMENTS (label_patterns), name);

  return release != NULL ? release : found;
}
