/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "hostel-os"

#include "config.h"

#include <string.h>

#include "hostel-os-private.h"

HostelInstallerFiles *
hostel_installer_files_new (const char *kernel,
                            const char *initrd)
{
  HostelInstallerFiles *self = g_new0 (HostelInstallerFiles, 1);

  self->kernel = g_strdup (kernel);
  self->initrd = g_strdup (initrd);

  return self;
}

void
hostel_installer_files_free (HostelInstallerFiles *self)
{
  g_free (self->kernel);
  g_free (self->initrd);
  g_free (self);
}

static void
add_files (GPtrArray          *all,
           const HostelOsDisc *disc)
{
  if (disc->kernel == NULL)
    return;

  for (guint i = 0; i < all->len; i++)
    {
      const HostelInstallerFiles *files = g_ptr_array_index (all, i);

      if (g_str_equal (files->kernel, disc->kernel) && g_str_equal (files->initrd, disc->initrd))
        return;
    }

  g_ptr_array_add (all, hostel_installer_files_new (disc->kernel, disc->initrd));
}

/* As far as a label of a release that libosinfo does not know can tell. */
static gboolean
is_desktop (const HostelDiscLabel *label,
            HostelOs              *os)
{
  g_autofree char *name = g_ascii_strdown (label->volume_id, -1);

  return strstr (name, "live") != NULL || strstr (name, "desktop") != NULL ||
         (g_str_equal (os->distro, "ubuntu") && strstr (name, "server") == NULL);
}

/*< private >
 * hostel_os_find_disc_files:
 * @table: (element-type HostelOs): the loaded list
 * @label: what a disc says of itself
 * @os: (nullable): its OS, as far as that is known
 *
 * Returns: (transfer full) (element-type HostelInstallerFiles): see hostel_os_list_dup_disc_files()
 */
GPtrArray *
hostel_os_find_disc_files (GPtrArray             *table,
                           const HostelDiscLabel *label,
                           HostelOs              *os)
{
  GPtrArray *all =
    g_ptr_array_new_with_free_func ((GDestroyNotify) hostel_installer_files_free);
  const HostelOsDisc *disc;

  hostel_os_guess_disc (table, label, &disc);
  if (disc != NULL)
    {
      add_files (all, disc);
      return all;
    }

  if (os == NULL || *os->distro == '\0' || is_desktop (label, os))
    return all;

  for (guint i = 0; i < table->len; i++)
    {
      HostelOs *other = g_ptr_array_index (table, i);

      for (guint j = 0; g_str_equal (other->distro, os->distro) && j < other->discs->len; j++)
        add_files (all, g_ptr_array_index (other->discs, j));
    }

  return all;
}

/**
 * hostel_installer_dup_command_line:
 * @arch: the machine's, as uname -m has it
 *
 * The last "console=" is where an installer asks its questions; the names are Linux's (its
 * Documentation/admin-guide/serial-console.rst and the drivers') for the first serial line of a
 * virtual machine. Anaconda looks for its disc itself where it is told nothing.
 *
 * Returns: (transfer full): the kernel's command line
 */
char *
hostel_installer_dup_command_line (const char *arch)
{
  static const struct { const char *arch; const char *line; } lines[] = {
    { "aarch64", "ttyAMA0" }, { "ppc64le", "hvc0" }, { "s390x", "ttysclp0" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (lines); i++)
    if (g_strcmp0 (arch, lines[i].arch) == 0)
      return g_strconcat ("console=", lines[i].line, NULL);

  return g_strdup ("console=ttyS0");
}
