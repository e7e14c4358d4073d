/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "hostel-cloud-summary"

#include "config.h"

#include <glib/gi18n.h>
#include <string.h>

#include "hostel-cloud-config-private.h"
#include "hostel-cloud-summary.h"

/* Of a longer list the rest is counted. */
#define MAX_NAMES 4

/* Keys that the form does not know, in the order of cloud-init's modules. NULL: told otherwise, or
 * nothing that happens to the machine. */
static const struct
{
  const char *key;
  const char *sentence;
} sentences[] = {
  { "disk_setup", N_("Partitions disks. What is on them is lost.") },
  { "fs_setup", N_("Makes file systems. What is in their place is lost.") },
  { "mounts", N_("Mounts file systems at each start.") },
  { "swap", N_("Sets up swap space.") },
  { "ca_certs", N_("Trusts further certificate authorities.") },
  { "ca-certs", N_("Trusts further certificate authorities.") },
  { "keyboard", N_("Sets the keyboard layout.") },
  { "ssh_keys", N_("Takes the SSH host keys that the document has.") },
  { "ntp", N_("Sets the clock from time servers.") },
  { "apt", N_("Changes where packages come from.") },
  { "yum_repos", N_("Changes where packages come from.") },
  { "zypper", N_("Changes where packages come from.") },
  { "apk_repos", N_("Changes where packages come from.") },
  { "snap", N_("Installs or sets up snaps.") },
  { "wireguard", N_("Sets up WireGuard tunnels.") },
  { "resolv_conf", N_("Sets the name servers.") },
  { "groups", N_("Creates groups.") },
};

static char *
join_names (const char * const *names,
            guint               n)
{
  g_autoptr (GString) text = g_string_new (NULL);
  guint shown = n > MAX_NAMES + 1 ? MAX_NAMES : n;

  for (guint i = 0; i < shown; i++)
    {
      if (i > 0)
        g_string_append (text, i + 1 == n ? _(" and ") : ", ");
      g_string_append (text, names[i]);
    }

  if (shown < n)
    g_string_append_printf (text, ngettext (" and %u more", " and %u more", n - shown), n - shown);

  return g_strdup (text->str);
}

/* Takes @sentence. */
static void
add (GPtrArray *summary,
     char      *sentence)
{
  g_ptr_array_add (summary, sentence);
}

static void
add_string (GPtrArray         *summary,
            HostelCloudConfig *config,
            const char        *property,
            const char        *format)
{
  g_autofree char *value = NULL;
  GString *sentence;

  g_object_get (config, property, &value, NULL);
  if (value[0] == '\0')
    return;

  sentence = g_string_new (format);
  g_string_replace (sentence, "%s", value, 1);
  add (summary, g_string_free (sentence, FALSE));
}

static void
add_boolean (GPtrArray         *summary,
             HostelCloudConfig *config,
             const char        *property,
             gboolean           told,
             const char        *sentence)
{
  gboolean value;

  g_object_get (config, property, &value, NULL);
  if (value == told)
    add (summary, g_strdup (sentence));
}

static char *
describe_ways_in (HostelCloudUser *user)
{
  const char * const *keys = hostel_cloud_user_get_ssh_keys (user);
  const char * const *ids = hostel_cloud_user_get_ssh_import_ids (user);
  guint n = (keys != NULL ? g_strv_length ((char **) keys) : 0) +
            (ids != NULL ? g_strv_length ((char **) ids) : 0);
  gboolean password = hostel_cloud_user_get_password_hash (user)[0] != '\0';

  if (password && n > 0)
    return g_strdup (_("logs in with a password or an SSH key"));
  if (password)
    return g_strdup (_("logs in with a password"));
  if (n > 0)
    return g_strdup (_("logs in with an SSH key"));

  return g_strdup (_("cannot log in"));
}

static void
add_users (GPtrArray         *summary,
           HostelCloudConfig *config)
{
  GListModel *users = hostel_cloud_config_get_users (config);

  for (guint i = 0; i < g_list_model_get_n_items (users); i++)
    {
      g_autoptr (HostelCloudUser) user = g_list_model_get_item (users, i);
      g_autofree char *way = describe_ways_in (user);

      if (hostel_cloud_user_get_name (user)[0] == '\0')
        continue;

      add (summary,
           g_strdup_printf (hostel_cloud_user_get_sudo (user)
                              ? _("Creates the user “%s”, who %s and may do everything.")
                              : _("Creates the user “%s”, who %s."),
                            hostel_cloud_user_get_name (user), way));
    }

  add_boolean (summary, config, "keep-default-user", FALSE,
               _("Leaves out the image’s own user."));
  add_string (summary, config, "root-password-hash", _("Sets root’s password."));
}

static void
add_packages (GPtrArray         *summary,
              HostelCloudConfig *config)
{
  const char * const *packages = hostel_cloud_config_get_packages (config);
  g_autofree char *names = NULL;

  add_boolean (summary, config, "package-upgrade", TRUE, _("Updates all packages of the image."));

  if (packages == NULL)
    return;

  names = join_names (packages, g_strv_length ((char **) packages));
  add (summary, g_strdup_printf (_("Installs %s."), names));
}

static void
add_files (GPtrArray         *summary,
           HostelCloudConfig *config)
{
  GPtrArray *files = hostel_cloud_config_get_files (config);
  g_autoptr (GPtrArray) paths = g_ptr_array_new ();
  g_autofree char *names = NULL;

  for (guint i = 0; i < files->len; i++)
    g_ptr_array_add (paths, ((HostelCloudFile *) g_ptr_array_index (files, i))->path);

  if (paths->len == 0)
    return;

  names = join_names ((const char * const *) paths->pdata, paths->len);
  add (summary, g_strdup_printf (_("Writes %s."), names));
}

/* Counted in the document: a command may be none that the form can show. */
static void
add_commands (GPtrArray  *summary,
              HostelYaml *commands,
              const char *singular,
              const char *plural)
{
  guint n = hostel_yaml_get_length (commands);
  g_autofree char *count = g_strdup_printf ("%u", n);
  GString *sentence;

  if (n == 0)
    return;

  sentence = g_string_new (ngettext (singular, plural, n));
  g_string_replace (sentence, "%u", count, 1);
  add (summary, g_string_free (sentence, FALSE));
}

static void
add_others (GPtrArray  *summary,
            HostelYaml *root)
{
  for (gsize i = 0; i < G_N_ELEMENTS (sentences); i++)
    {
      const char *sentence = _(sentences[i].sentence);

      if (!hostel_yaml_is_null (hostel_yaml_lookup (root, sentences[i].key)) &&
          !g_ptr_array_find_with_equal_func (summary, sentence, g_str_equal, NULL))
        add (summary, g_strdup (sentence));
    }
}

static void
add_end (GPtrArray         *summary,
         HostelCloudConfig *config,
         HostelYaml        *root)
{
  const char *url = hostel_yaml_lookup_string (hostel_yaml_lookup (root, "phone_home"), "url");
  HostelCloudPowerState power_state;

  if (url != NULL)
    add (summary, g_strdup_printf (_("Sends the machine’s public keys and names to %s."), url));

  g_object_get (config, "power-state", &power_state, NULL);
  if (power_state == HOSTEL_CLOUD_POWER_STATE_REBOOT)
    add (summary, g_strdup (_("Restarts when all is done.")));
  else if (power_state != HOSTEL_CLOUD_POWER_STATE_NONE)
    add (summary, g_strdup (_("Turns off when all is done.")));
}

/**
 * hostel_cloud_config_dup_summary:
 *
 * Tells what cloud-init will do with the document, in the order in which it does it. Passwords and
 * keys are not in it.
 *
 * Returns: (transfer full): translated sentences, empty where nothing will be done
 */
GStrv
hostel_cloud_config_dup_summary (HostelCloudConfig *self)
{
  g_autoptr (GPtrArray) summary = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (HostelYaml) root = NULL;
  gboolean password = FALSE;

  g_return_val_if_fail (HOSTEL_IS_CLOUD_CONFIG (self), NULL);

  root = hostel_cloud_config_dup_tree (self);

  add_commands (summary, hostel_yaml_lookup (root, "bootcmd"),
                N_("Runs a command early at each start."),
                N_("Runs %u commands early at each start."));
  add_files (summary, self);
  add_boolean (summary, self, "grow-partition", FALSE,
               _("Leaves the system’s partition as small as it is in the image."));
  add_string (summary, self, "hostname", _("Calls the machine “%s”."));
  add_string (summary, self, "fqdn", _("Gives it the full name “%s”."));
  add_users (summary, self);
  hostel_yaml_get_boolean (hostel_yaml_lookup (root, "ssh_pwauth"), &password);
  if (password)
    add (summary, g_strdup (_("Lets users log in over SSH with their password.")));
  add_boolean (summary, self, "root-login", TRUE, _("Lets root log in over SSH."));
  add_string (summary, self, "locale", _("Sets the language and formats to %s."));
  add_string (summary, self, "time-zone", _("Sets the time zone to %s."));
  add_others (summary, root);
  add_packages (summary, self);
  add_commands (summary, hostel_yaml_lookup (root, "runcmd"),
                N_("Runs a command at the end of the first start."),
                N_("Runs %u commands at the end of the first start."));
  add_end (summary, self, root);

  g_ptr_array_add (summary, NULL);
  return (GStrv) g_ptr_array_free (g_steal_pointer (&summary), FALSE);
}
