/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "hostel-cloud-config"

#include "config.h"

#include <glib/gi18n.h>
#include <string.h>

#include "hostel-cloud-config-private.h"
#include "hostel-error.h"
#include "hostel-guest-account.h"
#include "hostel-password.h"
#include "hostel-ssh-key.h"

/* One field's rule: a pattern, and what to say where it does not match. */
typedef struct
{
  const char *field;
  const char *pattern;
  const char *cause;  /* with %s for the value */
  const char *remedy;
} Rule;

#define LABEL "[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?"

/* A number is a group's number. */
#define GROUP "(?![0-9]+(?:[\\s,:]|$))[A-Za-z0-9_.][A-Za-z0-9_.-]{0,30}[A-Za-z0-9_.$-]?"

/* The sources: hostname(7) and RFC 1123 for host names, groupadd(8) for groups, passwd(5)
 * for the comment, locale(7), tzfile(5), sources.list(5), dnf.conf(5), cloud-init's disk_setup, and
 * each distribution's package manager, to which names go on a command line. */
static const Rule rules[] = {
  { "hostname", "^" LABEL "(\\." LABEL ")*$",
    N_("“%s” cannot be a host name."),
    N_("Use letters, digits and hyphens, up to 63 characters.") },
  { "fqdn", "^" LABEL "(\\." LABEL ")+\\.?$",
    N_("“%s” is not a full domain name."),
    N_("Type it with its domain, such as web1.example.org.") },
  { "time-zone", "^[A-Za-z0-9_+-]+(/[A-Za-z0-9_+-]+)*$",
    N_("“%s” is not a time zone."),
    N_("Type one such as Europe/Berlin.") },
  { "locale", "^[A-Za-z]{1,8}(_[A-Za-z0-9]+)?(\\.[A-Za-z0-9-]+)?(@[A-Za-z0-9]+)?$",
    N_("“%s” is not a locale."),
    N_("Type one such as de_DE.UTF-8.") },
  { "keyboard-layout", "^[a-z]{2,}[a-z0-9_-]*$",
    N_("“%s” is not a keyboard layout."),
    N_("Type one such as de or us.") },
  { "swap-size", "^(auto|[1-9][0-9]*|[0-9]*\\.?[0-9]+[BKMGT])$",
    N_("“%s” is not a size for swap space."),
    N_("Type one such as 2G, or auto.") },
  { "phone-home-url", "^https?://[^\\s]+$",
    N_("“%s” is not the address of a web page."),
    N_("Type one that begins with https://.") },
  { "ntp-servers", "^[A-Za-z0-9]([A-Za-z0-9.:-]*[A-Za-z0-9])?$",
    N_("“%s” is not the name of a time server."),
    N_("Type a name such as ntp.example.org, or an address.") },
  { "mounts", "^\\s*[^\\s]+\\s+(/[^\\s]*|none|swap)(\\s+[^\\s]+){0,4}\\s*$",
    N_("“%s” is not a device and a folder."),
    N_("Type both with a blank between, such as /dev/vdb /srv.") },
  { "groups", "^" GROUP "(\\s*:\\s+" GROUP "([\\s,]+" GROUP ")*)?\\s*$",
    N_("“%s” is not a group."),
    N_("Type its name, or its name and who is in it, such as admins: alice, bob.") },
  { "partitions", "^\\s*[^\\s]+\\s+(gpt|mbr)(\\s+[1-9][0-9]?)*\\s*$",
    N_("“%s” is not a disk and its kind of partition table."),
    N_("Type both, such as /dev/vdb gpt; then the sizes in percent where there are several.") },
  { "file-systems", "^\\s*[^\\s]+\\s+[a-z][a-z0-9._-]*(\\s+[^\\s].*)?$",
    N_("“%s” is not a device and a kind of file system."),
    N_("Type both, and a label if you like, such as /dev/vdb1 ext4 data.") },
  { "apt-sources", "^[^\\s:]+: +((deb|deb-src) +(\\[[^\\]]*\\] *)?[^\\s]+ +[^\\s]+( +(?!key=)[^\\s]+)*|"
                   "(ppa|cloud-archive):[^\\s]+)( +key=(0x)?[0-9A-Fa-f]{8,40})?$",
    N_("“%s” is not a package source of apt."),
    N_("Type a name and a line as in sources.list, such as docker: deb https://example.org/debian "
       "bookworm stable; after it key= and the fingerprint of the key that signs it.") },
  { "yum-repositories", "^[A-Za-z0-9._-]+: +(https?|ftp|file)://[^\\s]+"
                        "( +key=(https?|ftp|file)://[^\\s]+)?$",
    N_("“%s” is not a package repository of dnf."),
    N_("Type a name and an address, such as tools: https://example.org/el9; after it key= and the "
       "address of the key that signs it.") },
  { "packages", "^[A-Za-z0-9@][A-Za-z0-9@+._:~=/*-]*$",
    N_("“%s” cannot be the name of a package."),
    N_("Type one name at a time, without blanks.") },
  { "user-full-name", "^[^:\\n\\r\\x01-\\x1f]*$",
    N_("The full name “%s” has a colon or a control character, which no account can hold."),
    N_("Leave it out.") },
  { "user-shell", "^/[^\\s:]*$",
    N_("“%s” cannot be a login shell."),
    N_("Type its whole path, such as /bin/bash.") },
  { "user-groups", "^" GROUP "$",
    N_("“%s” cannot be the name of a group."),
    N_("Type names such as sudo, separated by commas.") },
  { "user-ssh-import-ids", "^((gh|lp):)?[A-Za-z0-9][A-Za-z0-9_.+-]*$",
    N_("“%s” is not an account to import SSH keys from."),
    N_("Type gh:NAME for GitHub or lp:NAME for Launchpad.") },
};

/* Linux' own limit, HOST_NAME_MAX; sethostname(2) refuses more. */
#define MAX_HOSTNAME 64
#define MAX_FQDN 253

/* Compiled once: a list of packages may have thousands. From any thread. */
static GRegex *
get_regex (const Rule *rule)
{
  static GRegex *compiled[G_N_ELEMENTS (rules)];
  GRegex **place = &compiled[rule - rules];

  if (g_once_init_enter (place))
    {
      GRegexCompileFlags flags = strcmp (rule->field, "hostname") == 0 ||
                                 strcmp (rule->field, "fqdn") == 0 ? G_REGEX_CASELESS : 0;
      GRegex *regex = g_regex_new (rule->pattern, flags | G_REGEX_DOLLAR_ENDONLY, 0, NULL);

      g_once_init_leave (place, regex);
    }

  return *place;
}

static gboolean
check_pattern (const Rule  *rule,
               const char  *value,
               GError     **error)
{
  g_autofree char *cause = NULL;
  g_autoptr (GString) shown = NULL;

  if (g_utf8_validate (value, -1, NULL) &&
      g_regex_match (get_regex (rule), value, 0, NULL))
    return TRUE;

  cause = g_utf8_make_valid (value, MIN (strlen (value), 64));
  shown = g_string_new (_(rule->cause));
  g_string_replace (shown, "%s", g_strstrip (g_strdelimit (cause, "\n\r\t", ' ')), 1);
  hostel_error_set (error, HOSTEL_ERROR_INVALID, _(rule->remedy), NULL, "%s", shown->str);
  return FALSE;
}

static gboolean
check_length (const char  *value,
              gsize        limit,
              GError     **error)
{
  if (strlen (value) <= limit)
    return TRUE;

  hostel_error_set (error, HOSTEL_ERROR_INVALID, _("Use a shorter one."), NULL,
                    _("The name is %zu characters long; at most %zu are possible."),
                    strlen (value), limit);
  return FALSE;
}

/* The guest's database counts, but this computer's knows the usual names. */
static gboolean
check_time_zone (const char  *zone,
                 GError     **error)
{
  g_autoptr (GTimeZone) known = NULL;

  if (!g_file_test ("/usr/share/zoneinfo/Etc/UTC", G_FILE_TEST_EXISTS))
    return TRUE;

  if (!g_ascii_isalpha (zone[0]) || (known = g_time_zone_new_identifier (zone)) == NULL)
    {
      hostel_error_set (error, HOSTEL_ERROR_INVALID, _("Type one such as Europe/Berlin."), NULL,
                        _("There is no time zone “%s”."), zone);
      return FALSE;
    }

  return TRUE;
}

static gboolean
check_command (const char  *value,
               GError     **error)
{
  g_autofree char *stripped = g_strstrip (g_strdup (value));

  if (stripped[0] != '\0' && g_utf8_validate (value, -1, NULL))
    return TRUE;

  hostel_error_set (error, HOSTEL_ERROR_INVALID, _("Type a shell command."), NULL,
                    _("The command is empty or not valid UTF-8 text."));
  return FALSE;
}

static gboolean
check_user_name (const char  *value,
                 GError     **error)
{
  if (value[0] == '\0')
    {
      hostel_error_set (error, HOSTEL_ERROR_INVALID, _("Type one."), NULL,
                        _("The user has no name."));
      return FALSE;
    }

  if (strcmp (value, "root") == 0 || strcmp (value, "default") == 0)
    {
      hostel_error_set (error, HOSTEL_ERROR_INVALID, _("Choose another name."), NULL,
                        _("“%s” is a name with a meaning of its own and cannot be given."), value);
      return FALSE;
    }

  return hostel_guest_check_user_name (HOSTEL_GUEST_UNKNOWN, value, error);
}

static gboolean
check_ssh_keys (const char  *value,
                GError     **error)
{
  g_auto (GStrv) keys = hostel_ssh_key_parse_lines (value, error);

  return keys != NULL;
}

/**
 * hostel_cloud_config_check_field:
 * @field: a property of #HostelCloudConfig, or "user-" and one of #HostelCloudUser
 * @value: what was typed; of a list, one item
 * @error: return location for a #GError
 *
 * Empty values are fine but for a user's name, a password and a command. A field without a rule
 * takes any UTF-8 text. "user-password" is the password in clear text.
 *
 * Returns: %TRUE, or %FALSE with a %HOSTEL_ERROR_INVALID whose message stands beside the field
 */
gboolean
hostel_cloud_config_check_field (const char  *field,
                                 const char  *value,
                                 GError     **error)
{
  g_return_val_if_fail (field != NULL, FALSE);

  if (value == NULL)
    value = "";

  if (strcmp (field, "user-password") == 0 || strcmp (field, "root-password") == 0)
    return hostel_password_check (value, error);

  if (g_str_has_suffix (field, "ssh-keys"))
    return check_ssh_keys (value, error);

  if (g_str_has_suffix (field, "-commands"))
    return check_command (value, error);

  if (strcmp (field, "user-name") == 0)
    return check_user_name (value, error);

  if (value[0] == '\0')
    return TRUE;

  if (strcmp (field, "hostname") == 0 && !check_length (value, MAX_HOSTNAME, error))
    return FALSE;

  if (strcmp (field, "fqdn") == 0 && !check_length (value, MAX_FQDN, error))
    return FALSE;

  for (gsize i = 0; i < G_N_ELEMENTS (rules); i++)
    {
      if (strcmp (field, rules[i].field) == 0 && !check_pattern (&rules[i], value, error))
        return FALSE;
    }

  if (strcmp (field, "time-zone") == 0)
    return check_time_zone (value, error);

  if (!g_utf8_validate (value, -1, NULL))
    {
      hostel_error_set (error, HOSTEL_ERROR_INVALID, _("Type it again."), NULL,
                        _("What “%s” holds is not valid UTF-8 text."), field);
      return FALSE;
    }

  return TRUE;
}

/**
 * hostel_cloud_config_is_same_item:
 * @field: as in hostel_cloud_config_check_field()
 * @item: an item of that list
 * @other: another one
 *
 * Returns: whether both have one name, of which the document can hold one only
 */
gboolean
hostel_cloud_config_is_same_item (const char *field,
                                  const char *item,
                                  const char *other)
{
  const char *ends = g_str_equal (field, "partitions") ? " \t" :
                     g_str_equal (field, "apt-sources") ||
                     g_str_equal (field, "yum-repositories") ? ":" : NULL;
  gsize length;

  if (ends == NULL)
    return FALSE;

  item += strspn (item, " \t");
  other += strspn (other, " \t");
  length = strcspn (item, ends);

  return length > 0 && length == strcspn (other, ends) && strncmp (item, other, length) == 0;
}

static gboolean
has_content (HostelYaml *node)
{
  return hostel_yaml_get_length (node) > 0 || hostel_yaml_get_string (node) != NULL;
}

/* Keys of a user, or of the document for the image's own user, that let somebody in. */
static gboolean
lets_in (HostelYaml *node)
{
  static const char * const keys[] = {
    "passwd", "hashed_passwd", "plain_text_passwd", "password", "ssh_authorized_keys",
    "ssh_import_id", "snapuser"
  };

  for (gsize i = 0; i < G_N_ELEMENTS (keys); i++)
    {
      if (has_content (hostel_cloud_user_lookup (node, keys[i])))
        return TRUE;
    }

  return FALSE;
}

static gboolean
anybody_can_log_in (HostelYaml *root)
{
  HostelYaml *users = hostel_yaml_lookup (root, "users");
  HostelYaml *chpasswd = hostel_yaml_lookup (root, "chpasswd");

  if (lets_in (root) || has_content (hostel_yaml_lookup (chpasswd, "users")) ||
      has_content (hostel_yaml_lookup (chpasswd, "list")))
    return TRUE;

  for (guint i = 0; i < hostel_yaml_get_length (users); i++)
    {
      if (lets_in (hostel_yaml_get_child (users, i)))
        return TRUE;
    }

  return FALSE;
}

static gboolean
user_without_name (HostelCloudConfig *self)
{
  GListModel *users = hostel_cloud_config_get_users (self);

  for (guint i = 0; i < g_list_model_get_n_items (users); i++)
    {
      g_autoptr (HostelCloudUser) user = g_list_model_get_item (users, i);

      if (hostel_cloud_user_get_name (user)[0] == '\0')
        return TRUE;
    }

  return FALSE;
}

/**
 * hostel_cloud_config_dup_warnings:
 *
 * Returns: (transfer full): translated sentences, what a person should know before creating the
 *   machine; empty where all is well
 */
GStrv
hostel_cloud_config_dup_warnings (HostelCloudConfig *self)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_autoptr (HostelYaml) root = NULL;
  g_autofree char *root_hash = NULL;

  g_return_val_if_fail (HOSTEL_IS_CLOUD_CONFIG (self), NULL);

  root = hostel_cloud_config_dup_tree (self);
  g_object_get (self, "root-password-hash", &root_hash, NULL);

  if (!anybody_can_log_in (root))
    g_strv_builder_add (builder, _("Nobody will be able to log in: no user has a password or an "
                                   "SSH key."));

  if (root_hash[0] != '\0')
    g_strv_builder_add (builder, _("Root’s password needs cloud-init 22.3 or newer in the image; "
                                   "older images ignore it."));

  if (user_without_name (self))
    g_strv_builder_add (builder, _("A user without a name will not be created."));

  return g_strv_builder_end (builder);
}
