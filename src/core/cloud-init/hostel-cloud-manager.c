/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "hostel-cloud-manager"

#include "config.h"

#include <glib/gi18n.h>
#include <string.h>

#include "hostel-cloud-check-private.h"

#define DEBIAN (1u << HOSTEL_GUEST_DEBIAN)
#define UBUNTU (1u << HOSTEL_GUEST_UBUNTU)
#define FEDORA (1u << HOSTEL_GUEST_FEDORA)
#define SUSE   (1u << HOSTEL_GUEST_SUSE)
#define ARCH   (1u << HOSTEL_GUEST_ARCH)
#define ALPINE (1u << HOSTEL_GUEST_ALPINE)
#define BSD    (1u << HOSTEL_GUEST_FREEBSD)

/* The systems for which cloud-init runs a module ("distros" in cloudinit/config/cc_*.py); elsewhere
 * the key does nothing. */
static const struct
{
  const char *key;
  guint       families;
} modules[] = {
  { "apt", DEBIAN | UBUNTU },       { "apt_pipelining", DEBIAN | UBUNTU },
  { "apk_repos", ALPINE },          { "yum_repos", FEDORA },
  { "yum_repo_dir", FEDORA },       { "zypper", SUSE },
  { "snap", UBUNTU },               { "ubuntu_pro", UBUNTU },
  { "ubuntu_advantage", UBUNTU },   { "landscape", UBUNTU },
  { "drivers", UBUNTU },            { "fan", UBUNTU },
  { "autoinstall", UBUNTU },        { "lxd", UBUNTU },
  { "wireguard", UBUNTU },          { "byobu_by_default", DEBIAN | UBUNTU },
  { "grub_dpkg", DEBIAN | UBUNTU }, { "grub-dpkg", DEBIAN | UBUNTU },
  { "rh_subscription", FEDORA },    { "spacewalk", FEDORA },
};

/* Programs that only these systems have. */
static const struct
{
  const char *program;
  guint       families;
} managers[] = {
  { "apt", DEBIAN | UBUNTU },     { "apt-get", DEBIAN | UBUNTU },
  { "dpkg", DEBIAN | UBUNTU },    { "add-apt-repository", DEBIAN | UBUNTU },
  { "dnf", FEDORA },              { "yum", FEDORA },
  { "zypper", SUSE },             { "pacman", ARCH },
  { "apk", ALPINE },              { "pkg", BSD },
};

static gboolean
is_known (HostelGuestFamily family)
{
  return family != HOSTEL_GUEST_UNKNOWN && family != HOSTEL_GUEST_OTHER;
}

static void
check_modules (GPtrArray         *marks,
               HostelYaml        *root,
               HostelGuestFamily  family)
{
  for (guint i = 0; i < hostel_yaml_get_length (root); i++)
    {
      const char *key = hostel_yaml_get_key (root, i);
      HostelYaml *at = g_ptr_array_index (root->keys, i);

      for (guint j = 0; j < G_N_ELEMENTS (modules); j++)
        {
          if (strcmp (modules[j].key, key) == 0 && (modules[j].families & (1u << family)) == 0)
            hostel_cloud_add_mark (marks, HOSTEL_CLOUD_MARK_WARNING, at->line,
                                   g_strdup_printf (_("“%s” does nothing in this system."), key));
        }
    }
}

/* A snap may be installed where snapd is; a package of apt only where that is. */
static void
check_kinds (GPtrArray         *marks,
             HostelYaml        *root,
             HostelGuestFamily  family)
{
  HostelYaml *packages = hostel_yaml_lookup (root, "packages");

  for (guint i = 0; hostel_yaml_is_sequence (packages) && i < hostel_yaml_get_length (packages); i++)
    {
      HostelYaml *item = hostel_yaml_get_child (packages, i);

      if (!hostel_yaml_is_mapping (item))
        continue;

      if (hostel_yaml_lookup (item, "apt") != NULL && family != HOSTEL_GUEST_DEBIAN &&
          family != HOSTEL_GUEST_UBUNTU)
        hostel_cloud_add_mark (marks, HOSTEL_CLOUD_MARK_ERROR, item->line,
                               g_strdup (_("This system has no apt: the packages are not "
                                           "installed.")));
      if (hostel_yaml_lookup (item, "snap") != NULL && family != HOSTEL_GUEST_UBUNTU)
        hostel_cloud_add_mark (marks, HOSTEL_CLOUD_MARK_WARNING, item->line,
                               g_strdup (_("This system has no snapd of its own: the snaps may not "
                                           "be installed.")));
    }
}

/* The first program of a command; of a line for the shell, what stands behind "sudo". */
static char *
dup_program (HostelYaml *command)
{
  const char *text = hostel_yaml_is_sequence (command) && hostel_yaml_get_length (command) > 0
                       ? hostel_yaml_get_string (hostel_yaml_get_child (command, 0))
                       : hostel_yaml_get_string (command);

  if (text == NULL)
    return g_strdup ("");

  text += strspn (text, " \t");
  if (g_str_has_prefix (text, "sudo "))
    text += strlen ("sudo ");

  return g_strndup (text, strcspn (text, " \t\n;&|"));
}

static void
check_commands (GPtrArray         *marks,
                HostelYaml        *commands,
                HostelGuestFamily  family)
{
  for (guint i = 0; hostel_yaml_is_sequence (commands) && i < hostel_yaml_get_length (commands); i++)
    {
      HostelYaml *command = hostel_yaml_get_child (commands, i);
      g_autofree char *program = dup_program (command);

      for (guint j = 0; j < G_N_ELEMENTS (managers); j++)
        {
          if (strcmp (managers[j].program, program) == 0 &&
              (managers[j].families & (1u << family)) == 0)
            hostel_cloud_add_mark (marks, HOSTEL_CLOUD_MARK_WARNING, command->line,
                                   g_strdup_printf (_("This system has no %s."), program));
        }
    }
}

/*< private >
 * hostel_cloud_check_managers:
 * @marks: (element-type HostelCloudMark): where the marks go
 * @root: a document's mapping
 * @target: the image that it is for
 *
 * What is for the package manager of another system.
 */
void
hostel_cloud_check_managers (GPtrArray               *marks,
                             HostelYaml              *root,
                             const HostelCloudTarget *target)
{
  if (!is_known (target->family))
    return;

  check_modules (marks, root, target->family);
  check_kinds (marks, root, target->family);
  check_commands (marks, hostel_yaml_lookup (root, "runcmd"), target->family);
  check_commands (marks, hostel_yaml_lookup (root, "bootcmd"), target->family);
}
