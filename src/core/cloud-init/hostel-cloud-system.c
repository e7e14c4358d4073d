/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "hostel-cloud-system"

#include "config.h"

#include <glib/gi18n.h>
#include <string.h>

#include "hostel-cloud-check-private.h"
#include "hostel-cloud-config-private.h"
#include "hostel-error.h"
#include "hostel-guest-account.h"

/* hostnamectl(1), which cloud-init calls on these, refuses what is no name; elsewhere cloud-init
 * goes on without one. */
static gboolean
is_strict_about_names (HostelGuestFamily family)
{
  return family == HOSTEL_GUEST_FEDORA || family == HOSTEL_GUEST_SUSE;
}

static void
check_host_name (GPtrArray               *marks,
                 HostelYaml              *root,
                 const char              *key,
                 const HostelCloudTarget *target)
{
  HostelYaml *value = hostel_yaml_lookup (root, key);
  const char *name = hostel_yaml_get_string (value);
  g_autoptr (GError) error = NULL;

  /* "fqdn" may be one label for cloud-init, and is taken for the host name then. */
  if (name == NULL || *name == '\0' ||
      hostel_cloud_config_check_field (strchr (name, '.') != NULL ? "fqdn" : "hostname", name,
                                       &error))
    return;

  hostel_cloud_add_mark (marks, is_strict_about_names (target->family) ? HOSTEL_CLOUD_MARK_ERROR
                                                                       : HOSTEL_CLOUD_MARK_WARNING,
                         value->line,
                         g_strdup_printf ("%s %s", error->message, hostel_error_get_remedy (error)));
}

/* Debian 13, Ubuntu 24.04 and what follows have these in a package of their own, tzdata-legacy. */
static gboolean
is_legacy_zone (const char *name)
{
  static const char * const areas[] = { "US/", "Canada/", "Brazil/", "Chile/", "Mexico/" };
  static const char * const names[] = {
    "Asia/Calcutta", "Asia/Katmandu", "Asia/Rangoon", "Asia/Saigon", "Asia/Dacca", "Asia/Macao",
    "Asia/Thimbu", "Asia/Ulan_Bator", "Asia/Ashkhabad", "Asia/Chungking", "Asia/Ujung_Pandang",
    "Asia/Choibalsan", "America/Buenos_Aires", "America/Catamarca", "America/Cordoba",
    "America/Fort_Wayne", "America/Godthab", "America/Indianapolis", "America/Jujuy",
    "America/Knox_IN", "America/Louisville", "America/Mendoza", "America/Rosario",
    "Africa/Asmera", "Antarctica/South_Pole", "Atlantic/Faeroe", "Australia/ACT",
    "Australia/LHI", "Australia/NSW", "Australia/North", "Australia/Queensland",
    "Australia/South", "Australia/Tasmania", "Australia/Victoria", "Australia/West",
    "Europe/Kiev", "Europe/Uzhgorod", "Europe/Zaporozhye", "Pacific/Enderbury", "Pacific/Ponape",
    "Pacific/Truk", NULL
  };

  for (guint i = 0; i < G_N_ELEMENTS (areas); i++)
    {
      if (g_str_has_prefix (name, areas[i]))
        return TRUE;
    }

  return g_strv_contains (names, name);
}

/* set_timezone () of cloudinit/distros stops where the guest has no such file. What this computer
 * does not know may have come later, where it does not look like another one. */
static void
check_time_zone (GPtrArray               *marks,
                 HostelYaml              *root,
                 const char              *text,
                 const HostelCloudTarget *target)
{
  HostelYaml *value = hostel_yaml_lookup (root, "timezone");
  const char *name = hostel_yaml_get_string (value);
  g_autofree char *near = NULL;
  HostelCloudMark *mark;
  gboolean known;

  if (name == NULL || *name == '\0')
    return;

  known = hostel_cloud_find_time_zone (name, &near);
  if (known && (target->family == HOSTEL_GUEST_DEBIAN || target->family == HOSTEL_GUEST_UBUNTU) &&
      is_legacy_zone (name))
    hostel_cloud_add_mark (marks, HOSTEL_CLOUD_MARK_WARNING, value->line,
                           g_strdup_printf (_("“%s” is an old name, which newer images lack. Write "
                                              "the one of today."), name));
  if (known)
    return;

  if (near != NULL)
    mark = hostel_cloud_add_mark (marks, HOSTEL_CLOUD_MARK_ERROR, value->line,
                                  g_strdup_printf (_("There is no time zone “%s”. Is “%s” meant?"),
                                                   name, near));
  else
    mark = hostel_cloud_add_mark (marks, strchr (name, '/') != NULL ? HOSTEL_CLOUD_MARK_WARNING
                                                                    : HOSTEL_CLOUD_MARK_ERROR,
                                  value->line,
                                  g_strdup_printf (_("There is no time zone “%s”. Write one such as "
                                                     "Europe/Berlin."), name));
  hostel_cloud_add_replacement (mark, value, text, near);
}

/* Alpine's C library and FreeBSD have locales of their own. */
static void
check_locale (GPtrArray               *marks,
              HostelYaml              *root,
              const char              *text,
              const HostelCloudTarget *target)
{
  HostelYaml *value = hostel_yaml_lookup (root, "locale");
  const char *name = hostel_yaml_get_string (value);
  g_autofree char *near = NULL;
  HostelCloudMark *mark;

  if (name == NULL || *name == '\0' ||
      hostel_yaml_get_value_type (value) != HOSTEL_YAML_TYPE_STRING ||
      target->family == HOSTEL_GUEST_ALPINE || target->family == HOSTEL_GUEST_FREEBSD ||
      hostel_cloud_find_locale (name, &near))
    return;

  /* Some systems have locales of their own. */
  if (near == NULL && target->family == HOSTEL_GUEST_UNKNOWN &&
      hostel_cloud_config_check_field ("locale", name, NULL))
    return;

  if (near != NULL)
    mark = hostel_cloud_add_mark (marks, HOSTEL_CLOUD_MARK_WARNING, value->line,
                                  g_strdup_printf (_("There is no locale “%s”. Is “%s” meant?"),
                                                   name, near));
  else
    mark = hostel_cloud_add_mark (marks, HOSTEL_CLOUD_MARK_WARNING, value->line,
                                  g_strdup_printf (_("There is no locale “%s”. Write one such as "
                                                     "de_DE.UTF-8."), name));
  hostel_cloud_add_replacement (mark, value, text, near);
}

/* The names of users and groups that are made only after the files. */
static GHashTable *
dup_made_later (HostelYaml *root)
{
  GHashTable *names = g_hash_table_new (g_str_hash, g_str_equal);
  HostelYaml *users = hostel_yaml_lookup (root, "users");
  HostelYaml *groups = hostel_yaml_lookup (root, "groups");

  for (guint i = 0; hostel_yaml_is_sequence (users) && i < hostel_yaml_get_length (users); i++)
    {
      HostelYaml *user = hostel_yaml_get_child (users, i);
      const char *name = hostel_yaml_is_mapping (user) ? hostel_yaml_lookup_string (user, "name")
                                                       : hostel_yaml_get_string (user);

      if (name != NULL)
        g_hash_table_add (names, (char *) name);
    }

  for (guint i = 0; hostel_yaml_is_sequence (groups) && i < hostel_yaml_get_length (groups); i++)
    {
      HostelYaml *group = hostel_yaml_get_child (groups, i);
      const char *name = hostel_yaml_is_mapping (group) && hostel_yaml_get_length (group) > 0
                           ? hostel_yaml_get_key (group, 0)
                           : hostel_yaml_get_string (group);

      if (name != NULL)
        g_hash_table_add (names, (char *) name);
    }

  return names;
}

/* chownbyname () of cloudinit/util.py stops where there is no such name, and a number is none. */
static void
check_owner (GPtrArray               *marks,
             HostelYaml              *file,
             GHashTable              *later,
             const HostelCloudTarget *target)
{
  HostelYaml *value = hostel_yaml_lookup (file, "owner");
  HostelYaml *defer = hostel_yaml_lookup (file, "defer");
  const char *owner = hostel_yaml_get_string (value);
  g_auto (GStrv) names = owner != NULL ? g_strsplit (owner, ":", 2) : NULL;
  gboolean deferred = FALSE;

  if (defer != NULL)
    hostel_yaml_get_boolean (defer, &deferred);

  for (guint i = 0; names != NULL && names[i] != NULL; i++)
    {
      const char *name = g_strstrip (names[i]);
      char *message = NULL;
      HostelCloudMarkKind kind = HOSTEL_CLOUD_MARK_ERROR;

      if (*name == '\0' || g_str_equal (name, "-1") || g_str_equal (name, "None"))
        continue;

      if (strspn (name, G_CSET_DIGITS) == strlen (name))
        message = g_strdup_printf (_("The owner is a name for cloud-init, and “%s” is none."), name);
      else if (deferred || (i == 0 ? hostel_guest_has_user (name) : hostel_guest_has_group (name)))
        continue;
      else if (g_hash_table_contains (later, name))
        message = g_strdup_printf (_("“%s” is made after the files are written, and none is written. "
                                     "Add “defer: true”."), name);
      else
        {
          kind = hostel_guest_makes_user (name) && target->family != HOSTEL_GUEST_UNKNOWN
                   ? HOSTEL_CLOUD_MARK_ERROR : HOSTEL_CLOUD_MARK_WARNING;
          message = g_strdup_printf (_("The image may not have “%s” yet when the files are written. "
                                       "Add “defer: true”."), name);
        }

      hostel_cloud_add_mark (marks, kind, value->line, message);
      return;
    }
}

static void
check_file (GPtrArray               *marks,
            HostelYaml              *file,
            GHashTable              *later,
            const HostelCloudTarget *target)
{
  HostelYaml *permissions = hostel_yaml_lookup (file, "permissions");
  HostelYaml *path = hostel_yaml_lookup (file, "path");
  const char *mode = hostel_yaml_get_string (permissions);
  const char *name = hostel_yaml_get_string (path);

  check_owner (marks, file, later, target);

  if (mode != NULL && hostel_yaml_get_value_type (permissions) == HOSTEL_YAML_TYPE_STRING)
    {
      const char *digits = g_str_has_prefix (mode, "0o") ? mode + 2 : mode;

      if (strspn (digits, "01234567") != strlen (digits) || *digits == '\0' ||
          strlen (digits) > 5)
        hostel_cloud_add_mark (marks, HOSTEL_CLOUD_MARK_WARNING, permissions->line,
                               g_strdup_printf (_("“%s” are no permissions: cloud-init takes 0644 "
                                                  "instead. Write them as '0755'."), mode));
    }

  if (name != NULL && *name != '/')
    hostel_cloud_add_mark (marks, HOSTEL_CLOUD_MARK_WARNING, path->line,
                           g_strdup (_("The path does not begin with “/”.")));
}

/*< private >
 * hostel_cloud_check_system:
 * @marks: (element-type HostelCloudMark): where the marks go
 * @root: a document's mapping
 * @text: the document
 * @target: the image that it is for
 *
 * Host names, time zones, locales and files that the guest will not take.
 */
void
hostel_cloud_check_system (GPtrArray               *marks,
                           HostelYaml              *root,
                           const char              *text,
                           const HostelCloudTarget *target)
{
  HostelYaml *files = hostel_yaml_lookup (root, "write_files");
  g_autoptr (GHashTable) later = dup_made_later (root);

  check_host_name (marks, root, "hostname", target);
  check_host_name (marks, root, "fqdn", target);
  check_time_zone (marks, root, text, target);
  check_locale (marks, root, text, target);

  for (guint i = 0; hostel_yaml_is_sequence (files) && i < hostel_yaml_get_length (files); i++)
    {
      if (hostel_yaml_is_mapping (hostel_yaml_get_child (files, i)))
        check_file (marks, hostel_yaml_get_child (files, i), later, target);
    }
}
