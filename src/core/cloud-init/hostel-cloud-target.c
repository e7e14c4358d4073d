/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "hostel-cloud-target"

#include "config.h"

#include "hostel-cloud-target.h"

#include <string.h>

/* The parts of libosinfo's ids by which a system is known; a short id begins with the same word. */
static const struct
{
  const char        *name;
  HostelGuestFamily  family;
} families[] = {
  { "debian", HOSTEL_GUEST_DEBIAN },       { "ubuntu", HOSTEL_GUEST_UBUNTU },
  { "fedora", HOSTEL_GUEST_FEDORA },       { "centos", HOSTEL_GUEST_FEDORA },
  { "rhel", HOSTEL_GUEST_FEDORA },         { "rocky", HOSTEL_GUEST_FEDORA },
  { "almalinux", HOSTEL_GUEST_FEDORA },    { "ol", HOSTEL_GUEST_FEDORA },
  { "al", HOSTEL_GUEST_FEDORA },           { "silverblue", HOSTEL_GUEST_FEDORA },
  { "opensuse", HOSTEL_GUEST_SUSE },       { "sle", HOSTEL_GUEST_SUSE },
  { "sles", HOSTEL_GUEST_SUSE },           { "sled", HOSTEL_GUEST_SUSE },
  { "archlinux", HOSTEL_GUEST_ARCH },      { "alpinelinux", HOSTEL_GUEST_ALPINE },
  { "freebsd", HOSTEL_GUEST_FREEBSD },     { "opensusetumbleweed", HOSTEL_GUEST_SUSE },
  { "debiantesting", HOSTEL_GUEST_DEBIAN },
};

/* The word before the version: of "http://centos.org/centos-stream/9" and of "centos-stream9" both
 * "centos". */
static char *
dup_word (const char *os_id)
{
  const char *start = os_id;
  const char *slash;

  if (g_str_has_prefix (os_id, "http://") && (slash = strchr (os_id + 7, '/')) != NULL)
    start = slash + 1;

  return g_strndup (start, strspn (start, G_CSET_a_2_z));
}

/**
 * hostel_guest_family_from_os:
 * @os_id: (nullable): libosinfo's id of a system, or its short id
 *
 * Returns: whose tools it has; %HOSTEL_GUEST_UNKNOWN where no system is known
 */
HostelGuestFamily
hostel_guest_family_from_os (const char *os_id)
{
  g_autofree char *word = NULL;

  if (os_id == NULL || *os_id == '\0' || g_str_has_prefix (os_id, "linux") ||
      strstr (os_id, "/linux") != NULL)
    return HOSTEL_GUEST_UNKNOWN;

  word = dup_word (os_id);
  for (gsize i = 0; i < G_N_ELEMENTS (families); i++)
    {
      if (g_str_equal (families[i].name, word))
        return families[i].family;
    }

  return HOSTEL_GUEST_OTHER;
}

/**
 * hostel_cloud_release_from_os:
 * @os_id: (nullable): libosinfo's id of a system, or its short id
 *
 * Only of those that keep one release of cloud-init for life. Ubuntu's get newer ones, and so do the
 * images of the others from one month to the next.
 *
 * Returns: (nullable): the release of cloud-init in it
 */
const char *
hostel_cloud_release_from_os (const char *os_id)
{
  static const struct { const char *os; const char *release; } releases[] = {
    { "debian/11", "20.4.1" }, { "debian11", "20.4.1" },
    { "debian/12", "22.4.2" }, { "debian12", "22.4.2" },
    { "debian/13", "25.1.4" }, { "debian13", "25.1.4" },
  };

  for (gsize i = 0; os_id != NULL && i < G_N_ELEMENTS (releases); i++)
    {
      if (g_str_has_suffix (os_id, releases[i].os))
        return releases[i].release;
    }

  return NULL;
}

/**
 * hostel_cloud_target_for_os:
 * @os_id: (nullable): libosinfo's id of a system, or its short id
 *
 * Returns: what is known of an image of that system
 */
HostelCloudTarget
hostel_cloud_target_for_os (const char *os_id)
{
  const HostelCloudTarget target = {
    .family = hostel_guest_family_from_os (os_id),
    .cloud_init = hostel_cloud_release_from_os (os_id),
  };

  return target;
}
