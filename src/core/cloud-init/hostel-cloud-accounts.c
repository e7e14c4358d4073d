/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "hostel-cloud-accounts"

#include "config.h"

#include <glib/gi18n.h>
#include <string.h>

#include "hostel-cloud-check-private.h"
#include "hostel-cloud-config-private.h"
#include "hostel-guest-account.h"

/* What cloud-init does with "groups" and "users", in the order in which it does it
 * (cloudinit/config/cc_users_groups.py, cloudinit/distros/__init__.py): the groups first, then each
 * user, with the groups of its own that are missing. Where useradd refuses a user, no other one is
 * made after it. */
typedef struct
{
  GPtrArray               *marks;
  const HostelCloudTarget *target;
  GHashTable              *groups; /* owned, of names: those that were made so far */
  GHashTable              *users;  /* owned, name -> node: likewise */
  GHashTable              *ids;    /* owned, number -> name of the user */
  GHashTable              *names;    /* owned: the users that the document names */
  GHashTable              *packages; /* owned: the packages that it installs */
} Accounts;

G_GNUC_PRINTF (4, 5)
static void
add (Accounts            *self,
     HostelCloudMarkKind  kind,
     HostelYaml          *at,
     const char          *format,
     ...)
{
  va_list args;

  va_start (args, format);
  hostel_cloud_add_mark (self->marks, kind, at->line, g_strdup_vprintf (format, args));
  va_end (args);
}

/* An error where the system is known, and with it what its tools do. */
static HostelCloudMarkKind
get_kind (Accounts *self)
{
  return self->target->family != HOSTEL_GUEST_UNKNOWN &&
         self->target->family != HOSTEL_GUEST_OTHER ? HOSTEL_CLOUD_MARK_ERROR
                                                    : HOSTEL_CLOUD_MARK_WARNING;
}

static gboolean
has_control (const char *text)
{
  for (; *text != '\0'; text++)
    {
      if (g_ascii_iscntrl (*text) && *text != '\t')
        return TRUE;
    }

  return FALSE;
}

static gboolean
is_true (HostelYaml *user,
         const char *key)
{
  HostelYaml *value = hostel_cloud_user_lookup (user, key);
  gboolean set = FALSE;

  return value != NULL && hostel_yaml_get_boolean (value, &set) && set;
}

static gboolean
is_false (HostelYaml *user,
          const char *key)
{
  HostelYaml *value = hostel_cloud_user_lookup (user, key);
  gboolean set = TRUE;

  return value != NULL && hostel_yaml_get_boolean (value, &set) && !set;
}

static gboolean
has_content (HostelYaml *user,
             const char *key)
{
  HostelYaml *value = hostel_cloud_user_lookup (user, key);

  return hostel_yaml_get_length (value) > 0 || hostel_yaml_get_string (value) != NULL;
}

/* The groups that a user is to be in: a list, or a text with commas. */
static GStrv
dup_groups (HostelYaml *value)
{
  const char *text = hostel_yaml_get_string (value);
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_auto (GStrv) words = text != NULL ? g_strsplit (text, ",", -1) : NULL;

  for (guint i = 0; words != NULL && words[i] != NULL; i++)
    {
      if (*g_strstrip (words[i]) != '\0')
        g_strv_builder_add (builder, words[i]);
    }

  for (guint i = 0; i < hostel_yaml_get_length (value); i++)
    {
      const char *name = hostel_yaml_is_mapping (value)
                           ? hostel_yaml_get_key (value, i)
                           : hostel_yaml_get_string (hostel_yaml_get_child (value, i));

      if (name != NULL)
        g_strv_builder_add (builder, name);
    }

  return g_strv_builder_end (builder);
}

static gboolean
has_group (Accounts   *self,
           const char *name)
{
  return hostel_guest_has_group (name) || g_hash_table_contains (self->groups, name);
}

static void
make_group (Accounts   *self,
            HostelYaml *at,
            const char *name)
{
  const char *reason;
  HostelVerdict verdict = hostel_guest_judge_group_name (self->target->family, name, &reason);

  if (verdict != HOSTEL_VERDICT_FINE)
    add (self, verdict == HOSTEL_VERDICT_REFUSED ? HOSTEL_CLOUD_MARK_ERROR
                                                 : HOSTEL_CLOUD_MARK_WARNING,
         at, _("“%s” cannot be the name of a group. %s"), name, reason);
  g_hash_table_add (self->groups, g_strdup (name));
}

/* The members are looked for before any user is made. */
static void
check_members (Accounts   *self,
               HostelYaml *members)
{
  g_auto (GStrv) names = dup_groups (members);

  for (guint i = 0; names[i] != NULL; i++)
    {
      if (g_hash_table_contains (self->names, names[i]))
        add (self, HOSTEL_CLOUD_MARK_WARNING, members,
             _("“%s” does not get into the group, which is made before the users. Write the group "
               "in “groups” of the user."), names[i]);
    }
}

static void
check_groups (Accounts   *self,
              HostelYaml *root)
{
  HostelYaml *groups = hostel_yaml_lookup (root, "groups");
  g_auto (GStrv) names = NULL;

  if (hostel_yaml_is_sequence (groups))
    {
      for (guint i = 0; i < hostel_yaml_get_length (groups); i++)
        {
          HostelYaml *item = hostel_yaml_get_child (groups, i);

          if (hostel_yaml_get_string (item) != NULL)
            make_group (self, item, hostel_yaml_get_string (item));
          for (guint j = 0; hostel_yaml_is_mapping (item) && j < hostel_yaml_get_length (item); j++)
            {
              make_group (self, item, hostel_yaml_get_key (item, j));
              check_members (self, hostel_yaml_get_child (item, j));
            }
        }
      return;
    }

  names = dup_groups (groups);
  for (guint i = 0; names[i] != NULL; i++)
    make_group (self, groups, names[i]);
  for (guint i = 0; hostel_yaml_is_mapping (groups) && i < hostel_yaml_get_length (groups); i++)
    check_members (self, hostel_yaml_get_child (groups, i));
}

static void
check_name (Accounts   *self,
            HostelYaml *at,
            const char *name)
{
  const char *reason;
  HostelVerdict verdict = hostel_guest_judge_user_name (self->target->family, name, &reason);
  HostelYaml *before = g_hash_table_lookup (self->users, name);

  if (verdict != HOSTEL_VERDICT_FINE)
    add (self, verdict == HOSTEL_VERDICT_REFUSED ? HOSTEL_CLOUD_MARK_ERROR
                                                 : HOSTEL_CLOUD_MARK_WARNING,
         at, _("“%s” cannot be a user name. %s"), name, reason);
  if (before != NULL)
    add (self, HOSTEL_CLOUD_MARK_WARNING, at,
         _("“%s” is in line %u already; cloud-init makes one user of both."), name, before->line);
  else
    g_hash_table_insert (self->users, g_strdup (name), at);
}

/* passwd(5): what stands between colons, in one line. */
static void
check_fields (Accounts   *self,
              HostelYaml *user)
{
  static const struct { const char *key; gboolean path; } fields[] = {
    { "gecos", FALSE }, { "homedir", TRUE }, { "shell", TRUE },
    { "passwd", FALSE }, { "hashed_passwd", FALSE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (fields); i++)
    {
      HostelYaml *value = hostel_cloud_user_lookup (user, fields[i].key);
      const char *text = hostel_yaml_get_string (value);

      if (text == NULL || *text == '\0')
        continue;

      if (strchr (text, ':') != NULL || has_control (text))
        add (self, HOSTEL_CLOUD_MARK_ERROR, value,
             _("“%s” has a colon or a line break, which no account can hold: the user is not made."),
             fields[i].key);
      else if (fields[i].path && *text != '/')
        add (self, HOSTEL_CLOUD_MARK_ERROR, value,
             _("“%s” must be a whole path that begins with “/”: the user is not made."),
             fields[i].key);
    }
}

/* crypt(5): "$" and a method, "_" and BSD's, 13 characters of DES, or none at all. */
static void
check_hash (Accounts   *self,
            HostelYaml *user)
{
  static const char * const keys[] = { "passwd", "hashed_passwd" };

  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    {
      HostelYaml *value = hostel_cloud_user_lookup (user, keys[i]);
      const char *text = hostel_yaml_get_string (value);

      if (text != NULL && *text != '\0' && strchr ("$!*_", *text) == NULL && strlen (text) != 13)
        add (self, HOSTEL_CLOUD_MARK_WARNING, value,
             _("“%s” must be the hash of a password; with this text nobody can log in."), keys[i]);
    }
}

/* A user whose shell is not there cannot log in, over SSH neither. */
static void
check_shell (Accounts   *self,
             HostelYaml *user)
{
  static const char * const always[] = {
    "sh", "bash", "nologin", "false", "true", "sync", "rbash", "dash", "ash", "git-shell", NULL
  };
  HostelYaml *shell = hostel_yaml_lookup (user, "shell");
  const char *path = hostel_yaml_get_string (shell);
  HostelGuestFamily family = self->target->family;
  g_autofree char *name = NULL;
  gboolean foreign;

  if (path == NULL || *path != '/')
    return;

  name = g_path_get_basename (path);
  foreign = (family == HOSTEL_GUEST_ALPINE || family == HOSTEL_GUEST_FREEBSD) &&
            g_str_equal (name, "bash");
  if (g_hash_table_contains (self->packages, name) ||
      (family == HOSTEL_GUEST_FREEBSD && g_str_has_suffix (name, "csh")) ||
      (!foreign && g_strv_contains (always, name)) || g_str_has_prefix (path, "/usr/local/") ||
      g_str_has_prefix (path, "/opt/") || g_str_has_prefix (path, "/home/"))
    return;

  add (self, HOSTEL_CLOUD_MARK_WARNING, shell,
       _("Few images have %s: add the package to “packages”, or the user cannot log in."), path);
}

static void
check_numbers (Accounts   *self,
               HostelYaml *user,
               const char *name)
{
  HostelYaml *uid = hostel_yaml_lookup (user, "uid");
  HostelYaml *inactive = hostel_yaml_lookup (user, "inactive");
  const char *text = hostel_yaml_get_string (uid);
  const char *days = hostel_yaml_get_string (inactive);
  guint64 number;
  const char *other;

  if (days != NULL && !g_ascii_string_to_signed (days, 10, -1, G_MAXINT, NULL, NULL))
    add (self, HOSTEL_CLOUD_MARK_ERROR, inactive,
         _("“inactive” must be a number of days: the user is not made."));

  if (text == NULL)
    return;
  if (hostel_yaml_get_value_type (uid) == HOSTEL_YAML_TYPE_INTEGER)
    number = (guint64) hostel_yaml_get_integer (uid);
  else if (!g_ascii_string_to_unsigned (text, 10, 0, G_MAXUINT32, &number, NULL))
    number = G_MAXUINT64;

  /* The last one stands for none. */
  if (number == 0 || number >= G_MAXUINT32)
    add (self, HOSTEL_CLOUD_MARK_ERROR, uid,
         number == 0 ? _("The number 0 is root’s: the user is not made.")
                     : _("“uid” must be a number from 1 to 4294967294: the user is not made."));
  else if ((other = g_hash_table_lookup (self->ids, GUINT_TO_POINTER ((guint) number))) != NULL)
    add (self, HOSTEL_CLOUD_MARK_ERROR, uid,
         _("“%s” has this number already: the user is not made."), other);
  else
    g_hash_table_insert (self->ids, GUINT_TO_POINTER ((guint) number), (char *) name);
}

/* cc_users_groups stops at these. */
static void
check_home (Accounts   *self,
            HostelYaml *user)
{
  static const char * const need[] = { "ssh_authorized_keys", "ssh_import_id", "ssh_redirect_user" };
  gboolean none = is_true (user, "no_create_home") || is_true (user, "system");

  for (guint i = 0; i < G_N_ELEMENTS (need); i++)
    {
      HostelYaml *value = hostel_cloud_user_lookup (user, need[i]);

      if (value == NULL || (i < 2 ? !has_content (user, need[i]) : is_false (user, need[i])))
        continue;

      if (none)
        add (self, HOSTEL_CLOUD_MARK_ERROR, value,
             _("A user without a home has no place for “%s”: cloud-init makes no user at all. Leave "
               "out “no_create_home” or “system”."), need[i]);
      if (i == 2 && (has_content (user, need[0]) || has_content (user, need[1])))
        add (self, HOSTEL_CLOUD_MARK_ERROR, value,
             _("“ssh_redirect_user” goes with no other SSH key: cloud-init makes no user at all."));
    }
}

/* useradd(8) makes a group for the user, and stops where there is one. SUSE's makes none, FreeBSD's
 * pw(8) takes the one that is there. */
static void
check_own_group (Accounts   *self,
                 HostelYaml *at,
                 HostelYaml *user,
                 const char *name)
{
  if (self->target->family == HOSTEL_GUEST_FREEBSD || self->target->family == HOSTEL_GUEST_SUSE ||
      has_content (user, "primary_group") ||
      is_true (user, "no_user_group") || hostel_guest_has_user (name))
    return;

  if (g_hash_table_contains (self->groups, name))
    add (self, get_kind (self), at,
         _("There is a group “%s” by then, and the user is not made. Write “primary_group: %s” "
           "beside the name."), name, name);
  else if (hostel_guest_has_group (name))
    add (self, get_kind (self), at,
         _("Most systems have a group “%s”, and the user is not made. Write “primary_group: %s” "
           "beside the name."), name, name);
}

static void
check_groups_of (Accounts   *self,
                 HostelYaml *user)
{
  HostelYaml *value = hostel_yaml_lookup (user, "groups");
  HostelYaml *primary = hostel_cloud_user_lookup (user, "primary_group");
  const char *primary_name = hostel_yaml_get_string (primary);
  g_auto (GStrv) names = dup_groups (value);
  gboolean create = !is_false (user, "create_groups");

  for (guint i = 0; names[i] != NULL; i++)
    {
      if (has_group (self, names[i]))
        continue;
      if (create)
        make_group (self, value, names[i]);
      else
        add (self, get_kind (self), value,
             _("Nothing makes the group “%s”, and without it the user is not made. Leave out "
               "“create_groups: false”, or name the group in “groups” of the document."), names[i]);
    }

  if (primary_name == NULL || has_group (self, primary_name))
    return;

  /* cloud-init makes the primary group along with the others only. */
  if (create && names[0] != NULL)
    make_group (self, primary, primary_name);
  else
    add (self, get_kind (self), primary,
         _("Nothing makes the group “%s”, and without it the user is not made. Name it in “groups” "
           "of the document."), primary_name);
}

static void
check_system_of (Accounts   *self,
                 HostelYaml *user,
                 const char *name)
{
  HostelGuestFamily family = self->target->family;
  HostelYaml *selinux = hostel_cloud_user_lookup (user, "selinux_user");
  HostelYaml *ids = hostel_cloud_user_lookup (user, "ssh_import_id");
  HostelYaml *doas = hostel_yaml_lookup (user, "doas");

  if (selinux != NULL && (family == HOSTEL_GUEST_DEBIAN || family == HOSTEL_GUEST_UBUNTU))
    add (self, HOSTEL_CLOUD_MARK_ERROR, selinux,
         _("This system has no SELinux, and useradd refuses “selinux_user”."));
  if (has_content (user, "ssh_import_id") &&
      (family == HOSTEL_GUEST_FEDORA || family == HOSTEL_GUEST_SUSE ||
       family == HOSTEL_GUEST_ARCH || family == HOSTEL_GUEST_FREEBSD))
    add (self, HOSTEL_CLOUD_MARK_WARNING, ids,
         _("This system has no ssh-import-id: no key is fetched."));

  for (guint i = 0; hostel_yaml_is_sequence (doas) && i < hostel_yaml_get_length (doas); i++)
    {
      HostelYaml *rule = hostel_yaml_get_child (doas, i);
      g_auto (GStrv) words = g_strsplit (hostel_yaml_get_string (rule) != NULL
                                           ? hostel_yaml_get_string (rule) : "", " ", -1);

      if (!g_strv_contains ((const char * const *) words, name))
        add (self, HOSTEL_CLOUD_MARK_WARNING, rule,
             _("The rule does not name “%s”: cloud-init writes none of the rules."), name);
    }
}

static void
check_user (Accounts   *self,
            HostelYaml *user)
{
  HostelYaml *at = hostel_yaml_lookup (user, "name");
  const char *name = hostel_yaml_get_string (at);
  HostelYaml *snap = hostel_yaml_lookup (user, "snapuser");
  gboolean repeated;

  if (snap != NULL && self->target->family != HOSTEL_GUEST_UBUNTU &&
      get_kind (self) == HOSTEL_CLOUD_MARK_ERROR)
    add (self, HOSTEL_CLOUD_MARK_ERROR, snap, _("This system has no snap to make the user with."));
  if (name == NULL || snap != NULL)
    return;

  repeated = g_hash_table_contains (self->users, name);
  check_name (self, at, name);
  check_fields (self, user);
  check_hash (self, user);
  check_shell (self, user);
  check_numbers (self, user, name);
  check_home (self, user);
  check_groups_of (self, user);
  if (!repeated)
    check_own_group (self, at, user, name);
  check_system_of (self, user, name);
  g_hash_table_add (self->groups, g_strdup (name));
}

static void
check_users (Accounts   *self,
             HostelYaml *root)
{
  HostelYaml *users = hostel_yaml_lookup (root, "users");

  for (guint i = 0; hostel_yaml_is_sequence (users) && i < hostel_yaml_get_length (users); i++)
    {
      HostelYaml *user = hostel_yaml_get_child (users, i);
      g_auto (GStrv) names = NULL;

      if (hostel_yaml_is_mapping (user))
        check_user (self, user);
      else
        names = dup_groups (user);
      for (guint j = 0; names != NULL && names[j] != NULL; j++)
        {
          if (g_str_equal (names[j], "default") || g_hash_table_contains (self->users, names[j]))
            continue;
          check_name (self, user, names[j]);
          check_own_group (self, user, user, names[j]);
          g_hash_table_add (self->groups, g_strdup (names[j]));
        }
    }
}

/* chpasswd(8) stops at a user who does not exist. */
static void
check_passwords (Accounts   *self,
                 HostelYaml *root)
{
  HostelYaml *users = hostel_yaml_lookup (hostel_yaml_lookup (root, "chpasswd"), "users");
  const char *own = hostel_yaml_lookup_string (root, "user");

  for (guint i = 0; hostel_yaml_is_sequence (users) && i < hostel_yaml_get_length (users); i++)
    {
      HostelYaml *at = hostel_yaml_lookup (hostel_yaml_get_child (users, i), "name");
      const char *name = hostel_yaml_get_string (at);

      if (name != NULL && !g_hash_table_contains (self->users, name) &&
          !hostel_guest_has_user (name) && !hostel_guest_makes_user (name) &&
          g_strcmp0 (own, name) != 0)
        add (self, HOSTEL_CLOUD_MARK_WARNING, at,
             _("Nothing here makes the user “%s”; where the image has none, no password is set."),
             name);
    }
}

/* What lets somebody in, of a user or of the document. */
static gboolean
lets_in (HostelYaml *node)
{
  static const char * const keys[] = {
    "passwd", "hashed_passwd", "plain_text_passwd", "password", "ssh_authorized_keys",
    "ssh_import_id", "snapuser", "ssh_redirect_user",
  };

  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    {
      if (has_content (node, keys[i]))
        return TRUE;
    }

  return FALSE;
}

/* Said of an image that is known: of another one nobody knows who is in it already. */
static void
check_logins (Accounts   *self,
              HostelYaml *root)
{
  HostelYaml *users = hostel_yaml_lookup (root, "users");
  HostelYaml *chpasswd = hostel_yaml_lookup (root, "chpasswd");
  HostelYaml *at = users;

  if (!hostel_yaml_is_sequence (users) || self->target->family == HOSTEL_GUEST_UNKNOWN ||
      lets_in (root) || has_content (chpasswd, "users") || has_content (chpasswd, "list"))
    return;

  for (guint i = 0; i < hostel_yaml_get_length (users); i++)
    {
      if (lets_in (hostel_yaml_get_child (users, i)))
        return;
    }

  for (guint i = 0; i < hostel_yaml_get_length (root); i++)
    {
      if (hostel_yaml_get_child (root, i) == users)
        at = g_ptr_array_index (root->keys, i);
    }
  add (self, HOSTEL_CLOUD_MARK_WARNING, at,
       _("Nobody will be able to log in: no user has a password or an SSH key."));
}

/* The image's own user may get another name. */
static void
check_own_user (Accounts   *self,
                HostelYaml *root)
{
  HostelYaml *user = hostel_yaml_lookup (root, "user");
  HostelYaml *at = hostel_yaml_is_mapping (user) ? hostel_yaml_lookup (user, "name") : user;
  const char *name = hostel_yaml_get_string (at);
  HostelYaml *before = name != NULL ? g_hash_table_lookup (self->users, name) : NULL;

  if (name != NULL && before == NULL)
    check_name (self, at, name);
  if (hostel_yaml_is_mapping (user))
    check_fields (self, user);
}

static void
add_names (GHashTable *names,
           HostelYaml *list)
{
  for (guint i = 0; hostel_yaml_is_sequence (list) && i < hostel_yaml_get_length (list); i++)
    {
      HostelYaml *item = hostel_yaml_get_child (list, i);
      const char *name = hostel_yaml_is_mapping (item) ? hostel_yaml_lookup_string (item, "name")
                                                       : hostel_yaml_get_string (item);

      if (name != NULL)
        g_hash_table_add (names, (char *) name);
    }
}

/*< private >
 * hostel_cloud_check_accounts:
 * @marks: (element-type HostelCloudMark): where the marks go
 * @root: a document's mapping
 * @target: the image that it is for
 *
 * What useradd(8), groupadd(8) and chpasswd(8) of the guest will refuse.
 */
void
hostel_cloud_check_accounts (GPtrArray               *marks,
                             HostelYaml              *root,
                             const HostelCloudTarget *target)
{
  g_autoptr (GHashTable) groups = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GHashTable) users = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GHashTable) ids = g_hash_table_new (NULL, NULL);
  g_autoptr (GHashTable) names = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (GHashTable) packages = g_hash_table_new (g_str_hash, g_str_equal);
  Accounts self = { marks, target, groups, users, ids, names, packages };

  add_names (names, hostel_yaml_lookup (root, "users"));
  add_names (packages, hostel_yaml_lookup (root, "packages"));
  check_groups (&self, root);
  check_users (&self, root);
  check_own_user (&self, root);
  check_passwords (&self, root);
  check_logins (&self, root);
}
