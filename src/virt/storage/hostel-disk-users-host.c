/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "hostel-disk-users"

#include "config.h"

#include <string.h>

#include <glib/gi18n.h>

#include "hostel-disk-file.h"
#include "hostel-disk-users-private.h"

#define BLOCK_DEVICES "/sys/block"

void
hostel_disk_share_free (HostelDiskShare *share)
{
  g_free (share->id);
  g_free (share->path);
  g_free (share);
}

void
hostel_disk_users_add_share (HostelDiskUsers *self,
                             const char      *path,
                             HostelDiskUser  *user)
{
  HostelDiskShare *share = g_new0 (HostelDiskShare, 1);

  share->id = hostel_disk_users_dup_id (self, path);
  share->path = g_strdup (path);
  share->user = user;
  g_ptr_array_add (self->shares, share);
}

/* What is attached as a device is in use, whoever has that: a machine, a volume group, a mount. */
void
hostel_disk_users_read_loops (HostelDiskUsers *self)
{
  g_autoptr (GHashTable) loops = self->local ? hostel_disk_file_find_loops (BLOCK_DEVICES) : NULL;
  GHashTableIter iter;
  gpointer name;
  gpointer path;

  if (loops == NULL)
    return;

  g_hash_table_iter_init (&iter, loops);
  while (g_hash_table_iter_next (&iter, &name, &path))
    {
      g_autofree char *device = g_build_filename ("/dev", name, NULL);

      hostel_disk_users_add_below (self, device, path);
    }
}

/* Who shares a home, or all, with a machine does not do it for one disk. */
static gboolean
is_too_wide (const char *folder)
{
  g_autofree char *whole = g_canonicalize_filename (folder, "/");
  const char *home = g_get_home_dir ();
  gsize length = strlen (whole);

  return g_str_has_prefix (home, whole) &&
         (length == 1 || home[length] == '/' || home[length] == '\0');
}

static HostelDiskShare *
find_share (HostelDiskUsers *self,
            const char      *folder,
            const char      *uuid)
{
  g_autofree char *id = hostel_disk_users_dup_id (self, folder);

  for (guint i = 0; i < self->shares->len; i++)
    {
      HostelDiskShare *share = self->shares->pdata[i];

      if (g_str_equal (share->id, id) && g_strcmp0 (share->user->uuid, uuid) != 0 &&
          !is_too_wide (share->path))
        return share;
    }

  return NULL;
}

/**
 * hostel_disk_users_dup_share:
 * @path: of a file of the host
 * @uuid: (nullable): the machine that it belongs to
 *
 * Returns: (transfer full) (nullable): a sentence, where another machine sees the folder that
 *   @path is in, or one above it
 */
char *
hostel_disk_users_dup_share (HostelDiskUsers *self,
                             const char      *path,
                             const char      *uuid)
{
  g_autofree char *folder = NULL;

  if (self->shares->len == 0 || !g_path_is_absolute (path))
    return NULL;

  folder = g_path_get_dirname (path);
  while (strlen (folder) > 1)
    {
      HostelDiskShare *share = find_share (self, folder, uuid);
      char *parent = g_path_get_dirname (folder);

      g_free (folder);
      folder = parent;
      if (share != NULL)
        return g_strdup_printf (_("“%s” shares the folder “%s”, which it is in."),
                                share->user->name, share->path);
    }

  return NULL;
}
