/* SPDX-License-Identifier: GPL-3.0-or-later */
/* libvirt directly: who uses a file is asked in a worker, of every domain and pool anew, by bare
 * handles. */
#define G_LOG_DOMAIN "hostel-disk-users"

#include "config.h"

#include <glib/gi18n.h>

#include "hostel-disk-file.h"
#include "hostel-disk-users-private.h"
#include "hostel-uri.h"
#include "hostel-visible.h"

static void
user_free (gpointer data)
{
  HostelDiskUser *user = data;

  g_free (user->uuid);
  g_free (user->name);
  g_free (user);
}

static void
disk_free (gpointer data)
{
  HostelDisk *disk = data;

  g_free (disk->path);
  g_free (disk->volume);
  g_hash_table_unref (disk->overlays);
  g_ptr_array_unref (disk->below);
  g_ptr_array_unref (disk->users);
  g_free (disk);
}

static void
unknown_free (gpointer data)
{
  HostelDiskUnknown *unknown = data;

  g_free (unknown->id);
  g_free (unknown->volume);
  g_free (unknown->uuid);
  g_free (unknown->reason);
  g_free (unknown);
}

/**
 * hostel_disk_users_dup_id:
 * @path: absolute, or what names an image on the network: "pool/image", "gluster://host/volume/x"
 *
 * The hosts have more than one name, so that they do not count.
 */
char *
hostel_disk_users_dup_id (HostelDiskUsers *self,
                          const char      *path)
{
  const char *host = strstr (path, "://");
  const char *name = host != NULL ? strchr (host + 3, '/') : NULL;

  return g_path_is_absolute (path) ? hostel_disk_file_dup_id (path, self->local)
                                   : g_strconcat ("net:", name != NULL ? name + 1 : path, NULL);
}

/**
 * hostel_disk_users_dup_name_id:
 * @path: as for hostel_disk_users_dup_id()
 *
 * Returns: (transfer full): what tells one hard link of a file from another
 */
char *
hostel_disk_users_dup_name_id (HostelDiskUsers *self,
                               const char      *path)
{
  return g_path_is_absolute (path) ? hostel_disk_file_dup_name_id (path, self->local)
                                   : hostel_disk_users_dup_id (self, path);
}

static HostelDisk *
find (HostelDiskUsers *self,
      const char      *path)
{
  g_autofree char *id = hostel_disk_users_dup_id (self, path);

  return g_hash_table_lookup (self->disks, id);
}

HostelDisk *
hostel_disk_users_get_disk (HostelDiskUsers *self,
                            const char      *path)
{
  g_autofree char *id = hostel_disk_users_dup_id (self, path);
  HostelDisk *disk = g_hash_table_lookup (self->disks, id);

  if (disk == NULL)
    {
      disk = g_new0 (HostelDisk, 1);
      disk->path = g_strdup (path);
      disk->overlays = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
      disk->below = g_ptr_array_new_with_free_func (g_free);
      disk->users = g_ptr_array_new ();
      g_hash_table_insert (self->disks, g_steal_pointer (&id), disk);
    }

  return disk;
}

void
hostel_disk_users_add_user (HostelDiskUsers *self,
                            const char      *path,
                            HostelDiskUser  *user)
{
  HostelDisk *disk = hostel_disk_users_get_disk (self, path);

  if (!g_ptr_array_find (disk->users, user, NULL))
    g_ptr_array_add (disk->users, user);
}

/* @path stands on @below. */
void
hostel_disk_users_add_below (HostelDiskUsers *self,
                             const char      *path,
                             const char      *below)
{
  g_autofree char *id = hostel_disk_users_dup_id (self, path);
  g_autofree char *below_id = hostel_disk_users_dup_id (self, below);

  if (g_str_equal (id, below_id))
    return;
  if (g_hash_table_add (hostel_disk_users_get_disk (self, below)->overlays, g_steal_pointer (&id)))
    g_ptr_array_add (hostel_disk_users_get_disk (self, path)->below, g_strdup (below));
}

/* Takes @reason. */
void
hostel_disk_users_add_unknown (HostelDiskUsers *self,
                               const char      *path,
                               char            *reason)
{
  HostelDiskUnknown *unknown = g_new0 (HostelDiskUnknown, 1);

  unknown->id = path != NULL ? hostel_disk_users_dup_id (self, path) : NULL;
  unknown->reason = reason;
  g_ptr_array_add (self->unknown, unknown);
}

/* @user names a volume of a pool that is not there, or that does not tell where it is. */
void
hostel_disk_users_add_lost (HostelDiskUsers *self,
                            HostelDiskUser  *user,
                            const char      *pool,
                            const char      *volume)
{
  HostelDiskUnknown *unknown = g_new0 (HostelDiskUnknown, 1);

  unknown->volume = g_strdup (volume);
  unknown->uuid = g_strdup (user->uuid);
  unknown->reason = g_strdup_printf (_("“%s” has a disk of that name in the storage pool “%s”, and "
                                       "where that is is not known."), user->name, pool);
  g_ptr_array_add (self->unknown, unknown);
}

static HostelDiskUsers *
read_all (virConnectPtr   handle,
          gboolean        anew,
          GError        **error)
{
  g_autoptr (HostelDiskUsers) self = g_new0 (HostelDiskUsers, 1);
  char *uri = virConnectGetURI (handle);

  self->handle = handle;
  self->uri = g_strdup (uri ? uri : "");
  free (uri);
  self->local = hostel_uri_is_local (self->uri);
  self->anew = anew;
  self->disks = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, disk_free);
  self->machines = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, user_free);
  self->unknown = g_ptr_array_new_with_free_func (unknown_free);
  self->shares = g_ptr_array_new_with_free_func ((GDestroyNotify) hostel_disk_share_free);
  self->looked = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->followed = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  hostel_disk_users_read_loops (self);
  if (!hostel_disk_users_read_pools (self, error) || !hostel_disk_users_read_domains (self, error))
    return NULL;

  self->handle = NULL;

  return g_steal_pointer (&self);
}

/**
 * hostel_disk_users_read:
 * @handle: a connection
 * @error: (out) (optional): where to put an error
 *
 * Reads what the daemon knows of machines and volumes, and this computer's files. Refreshes
 * nothing.
 *
 * Returns: (transfer full) (nullable): what was found
 */
HostelDiskUsers *
hostel_disk_users_read (virConnectPtr   handle,
                        GError        **error)
{
  return read_all (handle, FALSE, error);
}

/**
 * hostel_disk_users_read_anew:
 * @handle: a connection
 * @error: (out) (optional): where to put an error
 *
 * As hostel_disk_users_read(), but has the daemon look at its pools, and at the folders of disks
 * that are in none and that this program may not read.
 *
 * Returns: (transfer full) (nullable): what was found, and what is not known
 */
HostelDiskUsers *
hostel_disk_users_read_anew (virConnectPtr   handle,
                             GError        **error)
{
  return read_all (handle, TRUE, error);
}

void
hostel_disk_users_free (HostelDiskUsers *self)
{
  g_free (self->uri);
  g_hash_table_unref (self->disks);
  g_hash_table_unref (self->machines);
  g_ptr_array_unref (self->unknown);
  g_ptr_array_unref (self->shares);
  g_hash_table_unref (self->looked);
  g_hash_table_unref (self->followed);
  g_free (self);
}

static void
add_name (GPtrArray  *names,
          const char *name)
{
  if (!g_ptr_array_find_with_equal_func (names, name, g_str_equal, NULL))
    g_ptr_array_add (names, g_strdup (name));
}

static int
compare_names (gconstpointer a,
               gconstpointer b)
{
  return g_utf8_collate (*(const char * const *) a, *(const char * const *) b);
}

static GStrv
take_names (GPtrArray *names)
{
  g_ptr_array_sort (names, compare_names);
  g_ptr_array_add (names, NULL);

  return (GStrv) g_ptr_array_free (names, FALSE);
}

static void
add_users (HostelDisk *disk,
           const char *except,
           GPtrArray  *names)
{
  for (guint i = 0; i < disk->users->len; i++)
    {
      HostelDiskUser *user = disk->users->pdata[i];

      if (g_strcmp0 (user->uuid, except) != 0)
        add_name (names, user->name);
    }
}

static void
add_above (HostelDiskUsers *self,
           HostelDisk      *disk,
           GHashTable      *above)
{
  GHashTableIter iter;
  gpointer id;

  g_hash_table_iter_init (&iter, disk->overlays);
  while (g_hash_table_iter_next (&iter, &id, NULL))
    if (!g_hash_table_contains (above, id))
      {
        g_hash_table_add (above, id);
        add_above (self, g_hash_table_lookup (self->disks, id), above);
      }
}

/* The ids of all that stands on @disk, however far above, borrowed. */
static GHashTable *
find_above (HostelDiskUsers *self,
            HostelDisk      *disk)
{
  GHashTable *above = g_hash_table_new (g_str_hash, g_str_equal);

  add_above (self, disk, above);

  return above;
}

/**
 * hostel_disk_users_dup:
 * @path: of a file or device of the host
 *
 * Returns: (transfer full): sorted: the machines that have it or an overlay of it, however many are
 *   between, and the overlays that no machine has
 */
GStrv
hostel_disk_users_dup (HostelDiskUsers *self,
                       const char      *path)
{
  GPtrArray *names = g_ptr_array_new ();
  HostelDisk *disk = find (self, path);
  g_autoptr (GHashTable) above = disk != NULL ? find_above (self, disk) : NULL;
  GHashTableIter iter;
  gpointer id;

  if (disk == NULL)
    return take_names (names);

  /* An installation disc is no backing file: machines have it as it is. */
  add_users (disk, NULL, names);
  g_hash_table_iter_init (&iter, above);
  while (g_hash_table_iter_next (&iter, &id, NULL))
    {
      HostelDisk *overlay = g_hash_table_lookup (self->disks, id);
      g_autofree char *name = g_path_get_basename (overlay->path);

      add_users (overlay, NULL, names);
      if (overlay->users->len == 0 && g_hash_table_size (overlay->overlays) == 0)
        add_name (names, name);
    }

  return take_names (names);
}

static gboolean
is_same_name (HostelDiskUsers *self,
              const char      *path,
              const char      *other)
{
  g_autofree char *name = g_path_get_basename (path);
  g_autofree char *other_name = g_path_get_basename (other);
  g_autofree char *dir = g_path_get_dirname (path);
  g_autofree char *other_dir = g_path_get_dirname (other);
  g_autofree char *id = hostel_disk_users_dup_id (self, dir);
  g_autofree char *other_id = hostel_disk_users_dup_id (self, other_dir);

  return g_str_equal (name, other_name) && g_str_equal (id, other_id);
}

/**
 * hostel_disk_users_get_volume:
 * @path: of a file of the host
 *
 * Returns: (transfer none) (nullable): the path that an active pool has it by, however its folder
 *   is written; not another link to the same file
 */
const char *
hostel_disk_users_get_volume (HostelDiskUsers *self,
                              const char      *path)
{
  HostelDisk *disk = find (self, path);

  return disk != NULL && disk->volume != NULL && is_same_name (self, path, disk->volume)
           ? disk->volume : NULL;
}

/**
 * hostel_disk_users_get_running:
 *
 * Returns: (transfer none) (nullable): the UUID of a running machine whose definition names @path
 */
const char *
hostel_disk_users_get_running (HostelDiskUsers *self,
                               const char      *path)
{
  HostelDisk *disk = find (self, path);

  for (guint i = 0; disk != NULL && i < disk->users->len; i++)
    {
      HostelDiskUser *user = disk->users->pdata[i];

      if (user->running)
        return user->uuid;
    }

  return NULL;
}

static void
add_below (HostelDiskUsers *self,
           const char      *path,
           GPtrArray       *paths)
{
  HostelDisk *disk = find (self, path);

  for (guint i = 0; disk != NULL && i < disk->below->len; i++)
    if (!g_ptr_array_find_with_equal_func (paths, disk->below->pdata[i], g_str_equal, NULL))
      {
        g_ptr_array_add (paths, g_strdup (disk->below->pdata[i]));
        add_below (self, disk->below->pdata[i], paths);
      }
}

/**
 * hostel_disk_users_dup_below:
 *
 * Returns: (transfer full): what @path stands on, down to the last, from the top
 */
GStrv
hostel_disk_users_dup_below (HostelDiskUsers *self,
                             const char      *path)
{
  GPtrArray *paths = g_ptr_array_new ();

  add_below (self, path, paths);
  g_ptr_array_add (paths, NULL);

  return (GStrv) g_ptr_array_free (paths, FALSE);
}

/**
 * hostel_disk_users_get_owner:
 *
 * Returns: (transfer none) (nullable): the UUID of the machine whose definition names @path, of a
 *   running one where there are several
 */
const char *
hostel_disk_users_get_owner (HostelDiskUsers *self,
                             const char      *path)
{
  const char *running = hostel_disk_users_get_running (self, path);
  HostelDisk *disk = find (self, path);

  if (running != NULL || disk == NULL || disk->users->len == 0)
    return running;

  return ((HostelDiskUser *) disk->users->pdata[0])->uuid;
}

static char *
dup_used_by (GPtrArray *names)
{
  g_auto (GStrv) sorted = take_names (names);
  g_autofree char *list = g_strjoinv (", ", sorted);

  return *list != '\0' ? g_strdup_printf (_("Used by %s."), list) : NULL;
}

static char *
dup_overlay_reason (HostelDiskUsers *self,
                    HostelDisk      *overlay,
                    const char      *uuid)
{
  g_autofree char *file = g_path_get_basename (overlay->path);
  g_autofree char *name = hostel_visible_dup_line (file);
  g_autoptr (GHashTable) above = find_above (self, overlay);
  GPtrArray *names = g_ptr_array_new ();
  g_autofree char *used_by = NULL;
  GHashTableIter iter;
  gpointer id;

  add_users (overlay, uuid, names);
  g_hash_table_iter_init (&iter, above);
  while (g_hash_table_iter_next (&iter, &id, NULL))
    add_users (g_hash_table_lookup (self->disks, id), uuid, names);

  used_by = dup_used_by (names);
  if (g_str_has_prefix (overlay->path, HOSTEL_DISK_LOOP_PREFIX))
    return used_by == NULL
             ? g_strdup_printf (_("It is attached to this computer as “%s”."), overlay->path)
             /* Translators: %s are a device and the sentence "Used by web2." */
             : g_strdup_printf (_("It is attached to this computer as “%s”. %s"), overlay->path,
                                used_by);
  if (used_by == NULL)
    return g_strdup_printf (_("The disk “%s” is an overlay of it."), name);

  /* Translators: %s is the sentence "Used by web2." */
  return g_strdup_printf (_("The disk “%s” is an overlay of it. %s"), name, used_by);
}

/* What a machine of another connection has, or a program of no connection. A machine that runs has its
 * own disks open, so that they cannot be told apart until it is off. */
static char *
dup_open_reason (HostelDiskUsers *self,
                 const char      *path,
                 const char      *uuid)
{
  HostelDiskUser *own = uuid != NULL ? g_hash_table_lookup (self->machines, uuid) : NULL;

  if (!self->local || !g_path_is_absolute (path) || (own != NULL && own->running) ||
      !hostel_disk_file_is_open (path))
    return NULL;

  return g_strdup (_("QEMU has it open now: for a machine of another connection, or as another program started it."));
}

/**
 * hostel_disk_users_dup_need:
 * @path: of a file or device of the host
 * @uuid: (nullable): the machine that it belongs to
 * @going: (nullable): a set of ids: what goes at the same time, so that it needs nothing any more
 *
 * Returns: (transfer full) (nullable): a sentence, where somebody else needs @path, a program that
 *   has it open included
 */
char *
hostel_disk_users_dup_need (HostelDiskUsers *self,
                            const char      *path,
                            const char      *uuid,
                            GHashTable      *going)
{
  HostelDisk *disk = find (self, path);
  GPtrArray *names;
  char *used_by;
  GHashTableIter iter;
  gpointer id;

  if (disk == NULL)
    return dup_open_reason (self, path, uuid);

  names = g_ptr_array_new ();
  add_users (disk, uuid, names);
  if ((used_by = dup_used_by (names)) != NULL)
    return used_by;

  g_hash_table_iter_init (&iter, disk->overlays);
  while (g_hash_table_iter_next (&iter, &id, NULL))
    if (going == NULL || !g_hash_table_contains (going, id))
      return dup_overlay_reason (self, g_hash_table_lookup (self->disks, id), uuid);

  return dup_open_reason (self, path, uuid);
}

static gboolean
may_be_needed (const HostelDiskUnknown *unknown,
               const char              *name,
               const char              *id,
               const char              *uuid,
               GHashTable              *going)
{
  if (unknown->volume != NULL)
    return g_str_equal (unknown->volume, name) && g_strcmp0 (unknown->uuid, uuid) != 0;

  return unknown->id == NULL || (!g_str_equal (unknown->id, id) &&
                                 (going == NULL || !g_hash_table_contains (going, unknown->id)));
}

/**
 * hostel_disk_users_dup_reason:
 * @path: of a file or device of the host
 * @uuid: (nullable): the machine that it belongs to
 * @going: (nullable): a set of ids, as for hostel_disk_users_dup_need()
 *
 * Returns: (transfer full) (nullable): a sentence, where somebody else needs @path or where that is
 *   not known
 */
char *
hostel_disk_users_dup_reason (HostelDiskUsers *self,
                              const char      *path,
                              const char      *uuid,
                              GHashTable      *going)
{
  char *need = hostel_disk_users_dup_need (self, path, uuid, going);
  g_autofree char *own_id = hostel_disk_users_dup_id (self, path);
  g_autofree char *name = g_path_get_basename (path);

  if (need != NULL)
    return need;

  for (guint i = 0; i < self->unknown->len; i++)
    {
      HostelDiskUnknown *unknown = self->unknown->pdata[i];

      if (may_be_needed (unknown, name, own_id, uuid, going))
        return g_strdup (unknown->reason);
    }

  return NULL;
}

/**
 * hostel_disk_users_check:
 * @handle: a connection
 * @path: of a file or device of the host
 * @uuid: (nullable): the machine that it belongs to
 * @error: (out) (optional): %HOSTEL_ERROR_WRONG_STATE where it has to be left alone
 *
 * Looks at everything anew.
 */
gboolean
hostel_disk_users_check (virConnectPtr   handle,
                         const char     *path,
                         const char     *uuid,
                         GError        **error)
{
  g_autoptr (HostelDiskUsers) users = hostel_disk_users_read_anew (handle, error);
  g_autofree char *reason = NULL;
  g_autofree char *name = NULL;

  if (users == NULL)
    return FALSE;
  if ((reason = hostel_disk_users_dup_reason (users, path, uuid, NULL)) == NULL)
    return TRUE;

  name = g_path_get_basename (path);
  hostel_error_set (error, HOSTEL_ERROR_WRONG_STATE,
                    _("Look first at what needs it, and do without that."), NULL,
                    _("“%s” has to stay as it is. %s"), name, reason);

  return FALSE;
}
