/* SPDX-License-Identifier: GPL-3.0-or-later */
/* libvirt directly: libvirt-glib 4.0 has no checkpoints, no saved state's XML and no inactive XML of a
 * running machine but as an object. */
#define G_LOG_DOMAIN "hostel-disk-users"

#include "config.h"

#include <string.h>

#include <glib/gi18n.h>

#include "hostel-disk-file.h"
#include "hostel-disk-users-private.h"
#include "hostel-xml.h"

/* Whatever in a definition begins as a path: disks and what they stand on, logs, what it starts
 * from, memory and variables, and elements that a later libvirt brings. What programs noted for
 * themselves does not count. */
#define PATHS                                                                                    \
  "//@*[starts-with(., '/') and not(ancestor::metadata)] | "                                     \
  "//text()[starts-with(normalize-space(.), '/') and not(ancestor::metadata)]"
/* What QEMU is told past libvirt. */
#define ARGUMENTS "//*[local-name() = 'commandline']/*[local-name() = 'arg']/@value"
#define ARGUMENT_SIGNS ",=:\"'"
/* How a comma within a value is written. */
#define COMMA ",,"
#define FOLDERS "//filesystem/source/@dir | //disk/source/@dir"
#define DISKS "//disk[source] | //mirror[source]"

/* One machine that is being read. */
typedef struct
{
  HostelDiskUsers *users;
  HostelDiskUser  *user;
} Look;

static char *
dup_volume_path (virConnectPtr  handle,
                 const char    *pool_name,
                 const char    *name)
{
  g_autoptr (virStoragePool) pool = virStoragePoolLookupByName (handle, pool_name);
  g_autoptr (virStorageVol) volume = pool ? virStorageVolLookupByName (pool, name) : NULL;
  g_autofree char *xml = NULL;
  g_autoptr (xmlDoc) doc = NULL;
  g_autofree char *folder = NULL;

  if (volume != NULL)
    return virStorageVolGetPath (volume);

  /* A pool that is not started, or that has not seen the file yet. */
  xml = pool != NULL ? virStoragePoolGetXMLDesc (pool, 0) : NULL;
  if ((doc = hostel_xml_parse (xml)) != NULL)
    folder = hostel_xml_dup_string (doc, NULL, "/pool/target/path");

  return folder != NULL ? g_build_filename (folder, name, NULL) : NULL;
}

/**
 * hostel_disk_users_dup_source:
 * @handle: a connection
 * @doc: a document of libvirt's
 * @node: an element with a source, as a disk
 *
 * Returns: (transfer full) (nullable): the path of a file or device, or the name of an image on the
 *   network
 */
char *
hostel_disk_users_dup_source (virConnectPtr handle,
                              xmlDocPtr     doc,
                              xmlNodePtr    node)
{
  g_autofree char *path = hostel_xml_dup_string (doc, node, "source/@file | source/@dev");
  g_autofree char *pool = hostel_xml_dup_string (doc, node, "source/@pool");
  g_autofree char *volume = hostel_xml_dup_string (doc, node, "source/@volume");
  g_autofree char *name = hostel_xml_dup_string (doc, node, "source[@protocol]/@name");

  if (path != NULL)
    return g_steal_pointer (&path);
  if (pool != NULL && volume != NULL)
    return dup_volume_path (handle, pool, volume);

  return name != NULL && *name != '\0' && *name != '/' ? g_steal_pointer (&name) : NULL;
}

/* As a running machine tells it: an empty backingStore is the end. */
static void
read_chain (HostelDiskUsers *self,
            xmlDocPtr        doc,
            xmlNodePtr       node,
            const char      *path)
{
  for (xmlNodePtr child = node->children; child != NULL; child = child->next)
    if (child->type == XML_ELEMENT_NODE && g_str_equal (child->name, "backingStore"))
      {
        g_autofree char *below = hostel_disk_users_dup_source (self->handle, doc, child);

        if (child->children == NULL || below != NULL)
          hostel_disk_users_get_disk (self, path)->known = TRUE;
        if (below != NULL)
          {
            hostel_disk_users_add_below (self, path, below);
            read_chain (self, doc, child, below);
          }
      }
}

static void
read_disk (Look       *look,
           xmlDocPtr   doc,
           xmlNodePtr  node)
{
  g_autofree char *path = hostel_disk_users_dup_source (look->users->handle, doc, node);
  g_autofree char *format = hostel_xml_dup_string (doc, node, "driver/@type | format/@type");
  g_autofree char *device = hostel_xml_dup_string (doc, node, "@device");
  g_autofree char *pool = hostel_xml_dup_string (doc, node, "source/@pool");
  g_autofree char *volume = hostel_xml_dup_string (doc, node, "source/@volume");

  if (path == NULL && pool != NULL && volume != NULL)
    hostel_disk_users_add_lost (look->users, look->user, pool, volume);
  if (path == NULL)
    return;

  hostel_disk_users_add_user (look->users, path, look->user);
  read_chain (look->users, doc, node, path);
  /* QEMU does not look into what is called raw; what is called nothing is raw. */
  hostel_disk_users_follow (look->users, path, look->user->name,
                            format != NULL && !g_str_equal (format, "raw") &&
                            g_strcmp0 (device, "cdrom") != 0 && g_strcmp0 (device, "floppy") != 0);
}

static void
add_argument_path (Look       *look,
                   const char *path)
{
  if (!g_path_is_absolute (path))
    return;

  hostel_disk_users_add_user (look->users, path, look->user);
  hostel_disk_users_follow (look->users, path, look->user->name, FALSE);
}

/* "/x", "file:/x", "json:{…}" */
static void
add_argument_name (Look       *look,
                   const char *name)
{
  g_auto (GStrv) paths = hostel_disk_file_resolve ("/", name, look->users->local);

  for (guint i = 0; strchr (name, '/') != NULL && paths[i] != NULL; i++)
    add_argument_path (look, paths[i]);
}

/* "file=/a,,b,if=none": a comma of the name is written twice. */
static void
read_options (Look       *look,
              const char *argument)
{
  g_auto (GStrv) parts = g_strsplit (argument, COMMA, -1);
  g_autofree char *marked = g_strjoinv ("\n", parts);
  g_auto (GStrv) options = g_strsplit (marked, ",", -1);

  for (guint i = 0; options[i] != NULL; i++)
    {
      const char *value = strchr (g_strdelimit (options[i], "\n", ','), '=');

      add_argument_name (look, options[i]);
      if (value != NULL)
        add_argument_name (look, value + 1);
    }
}

/* In each way that QEMU might take it: rather one name too many than one too few. */
static void
read_arguments (Look      *look,
                xmlDocPtr  doc)
{
  g_auto (GStrv) arguments = hostel_xml_dup_strings (doc, NULL, ARGUMENTS);

  for (guint i = 0; arguments[i] != NULL; i++)
    {
      g_auto (GStrv) parts = g_strsplit_set (arguments[i], ARGUMENT_SIGNS, -1);
      g_autofree char *json = g_strconcat ("json:", arguments[i], NULL);

      add_argument_name (look, arguments[i]);
      if (*arguments[i] == '{')
        add_argument_name (look, json);
      read_options (look, arguments[i]);
      for (guint j = 0; parts[j] != NULL; j++)
        add_argument_path (look, parts[j]);
    }
}

static gboolean
read_xml (Look       *look,
          const char *xml)
{
  g_autoptr (xmlDoc) doc = hostel_xml_parse (xml);
  g_autoptr (GPtrArray) disks = NULL;
  g_auto (GStrv) paths = NULL;
  g_auto (GStrv) folders = NULL;

  if (doc == NULL)
    return FALSE;

  paths = hostel_xml_dup_strings (doc, NULL, PATHS);
  for (guint i = 0; paths[i] != NULL; i++)
    {
      /* A name may end in a space, and a text may have spaces around it. */
      if (g_path_is_absolute (paths[i]))
        hostel_disk_users_add_user (look->users, paths[i], look->user);
      hostel_disk_users_add_user (look->users, g_strstrip (paths[i]), look->user);
    }

  folders = hostel_xml_dup_strings (doc, NULL, FOLDERS);
  for (guint i = 0; folders[i] != NULL; i++)
    hostel_disk_users_add_share (look->users, folders[i], look->user);

  disks = hostel_xml_find_nodes (doc, DISKS);
  for (guint i = 0; i < disks->len; i++)
    read_disk (look, doc, disks->pdata[i]);
  read_arguments (look, doc);

  return TRUE;
}

/* After a call that failed: whether it could not have told anything. */
static gboolean
has_nothing (void)
{
  virErrorPtr last = virGetLastError ();

  return last == NULL || last->code == VIR_ERR_NO_SUPPORT || last->code == VIR_ERR_NO_DOMAIN ||
         last->code == VIR_ERR_NO_DOMAIN_SNAPSHOT || last->code == VIR_ERR_NO_DOMAIN_CHECKPOINT ||
         last->code == VIR_ERR_OPERATION_UNSUPPORTED ||
         last->code == VIR_ERR_ARGUMENT_UNSUPPORTED || last->code == VIR_ERR_CONFIG_UNSUPPORTED;
}

static void
add_failed (Look *look)
{
  if (!has_nothing ())
    hostel_disk_users_add_unknown (look->users, NULL,
                                   g_strdup_printf (_("Whether “%s” needs it is not known (%s)."),
                                                    look->user->name, virGetLastErrorMessage ()));
}

static void
read_snapshots (Look         *look,
                virDomainPtr  domain)
{
  virDomainSnapshotPtr *snapshots = NULL;
  int n = virDomainListAllSnapshots (domain, &snapshots, 0);

  if (n < 0)
    add_failed (look);
  for (int i = 0; i < n; i++)
    {
      g_autofree char *xml = virDomainSnapshotGetXMLDesc (snapshots[i], 0);

      if (!read_xml (look, xml))
        add_failed (look);
      virDomainSnapshotFree (snapshots[i]);
    }
  free (snapshots);
}

static void
read_checkpoints (Look         *look,
                  virDomainPtr  domain)
{
  virDomainCheckpointPtr *checkpoints = NULL;
  int n = virDomainListAllCheckpoints (domain, &checkpoints, 0);

  if (n < 0)
    add_failed (look);
  for (int i = 0; i < n; i++)
    {
      g_autofree char *xml = virDomainCheckpointGetXMLDesc (checkpoints[i], 0);

      if (!read_xml (look, xml))
        add_failed (look);
      virDomainCheckpointFree (checkpoints[i]);
    }
  free (checkpoints);
}

static void
read_saved (Look         *look,
            virDomainPtr  domain)
{
  g_autofree char *xml = NULL;

  if (virDomainHasManagedSaveImage (domain, 0) != 1)
    return;

  xml = virDomainManagedSaveGetXMLDesc (domain, 0);
  if (!read_xml (look, xml))
    add_failed (look);
}

static void
read_definitions (Look         *look,
                  virDomainPtr  domain)
{
  g_autofree char *live = virDomainGetXMLDesc (domain, 0);
  g_autofree char *stored = NULL;

  if (!read_xml (look, live))
    {
      add_failed (look);
      return;
    }

  /* A driver that does not know the flag has one definition alone. */
  stored = virDomainGetXMLDesc (domain, VIR_DOMAIN_XML_INACTIVE);
  if (stored != NULL)
    read_xml (look, stored);
}

static void
read_domain (HostelDiskUsers *self,
             virDomainPtr     domain)
{
  char uuid[VIR_UUID_STRING_BUFLEN] = "";
  HostelDiskUser *user;
  Look look = { self, NULL };

  virDomainGetUUIDString (domain, uuid);
  if ((user = g_hash_table_lookup (self->machines, uuid)) == NULL)
    {
      user = g_new0 (HostelDiskUser, 1);
      user->uuid = g_strdup (uuid);
      g_hash_table_insert (self->machines, user->uuid, user);
    }
  g_free (user->name);
  user->name = g_strdup (virDomainGetName (domain));
  user->running = virDomainIsActive (domain) == 1;
  look.user = user;

  read_definitions (&look, domain);
  read_snapshots (&look, domain);
  if (self->anew)
    {
      read_checkpoints (&look, domain);
      read_saved (&look, domain);
    }
}

gboolean
hostel_disk_users_read_domains (HostelDiskUsers  *self,
                                GError          **error)
{
  virDomainPtr *domains = NULL;
  int n = virConnectListAllDomains (self->handle, &domains, 0);

  if (n < 0)
    {
      hostel_virt_set_error (error, _("Who uses the disks is not known."));
      return FALSE;
    }

  for (int i = 0; i < n; i++)
    {
      read_domain (self, domains[i]);
      virDomainFree (domains[i]);
    }
  free (domains);

  return TRUE;
}

static void
add_unreadable (HostelDiskUsers *self,
                const char      *path,
                const char      *machine,
                const char      *reason)
{
  if (machine != NULL)
    hostel_disk_users_add_unknown (self, path,
                                   g_strdup_printf (_("Whether “%s” needs it is not known: its "
                                                      "disk “%s” cannot be read (%s)."),
                                                    machine, path, reason));
  else
    hostel_disk_users_add_unknown (self, path,
                                   g_strdup_printf (_("Whether the disk “%s” needs it is not "
                                                      "known: it cannot be read (%s)."),
                                                    path, reason));
}

/* A machine that was saved into a file may be in no list: it comes back from there, and needs its
 * disks then. */
static void
read_saved_file (HostelDiskUsers *self,
                 const char      *path)
{
  g_autofree char *xml = virDomainSaveImageGetXMLDesc (self->handle, path, 0);
  g_autoptr (xmlDoc) doc = hostel_xml_parse (xml);
  g_autofree char *uuid = doc != NULL ? hostel_xml_dup_string (doc, NULL, "/domain/uuid") : NULL;
  g_autofree char *name = doc != NULL ? hostel_xml_dup_string (doc, NULL, "/domain/name") : NULL;
  Look look = { self, NULL };

  if (uuid == NULL || name == NULL)
    return;

  look.user = g_hash_table_lookup (self->machines, uuid);
  if (look.user == NULL)
    {
      look.user = g_new0 (HostelDiskUser, 1);
      look.user->uuid = g_steal_pointer (&uuid);
      look.user->name = g_steal_pointer (&name);
      g_hash_table_insert (self->machines, look.user->uuid, look.user);
    }
  read_xml (&look, xml);
}

/* What this computer can see of it. */
static HostelDiskFileState
read_file (HostelDiskUsers  *self,
           HostelDisk       *disk,
           const char       *path,
           char            **reason)
{
  g_auto (GStrv) names = NULL;
  HostelDiskFileState state;

  if (!self->local || !g_path_is_absolute (path))
    {
      *reason = g_strdup (_("it is in no storage pool"));
      return HOSTEL_DISK_FILE_UNREADABLE;
    }

  state = hostel_disk_file_read (path, &names, reason);
  if (state == HOSTEL_DISK_FILE_READ && hostel_disk_file_is_saved (path))
    read_saved_file (self, path);
  disk->known = disk->known || state == HOSTEL_DISK_FILE_READ || state == HOSTEL_DISK_FILE_MISSING;
  for (guint i = 0; names != NULL && names[i] != NULL; i++)
    {
      g_auto (GStrv) below = hostel_disk_file_resolve (path, names[i], self->local);

      for (guint j = 0; below[j] != NULL; j++)
        hostel_disk_users_add_below (self, path, below[j]);
    }

  return state;
}

/* A relative name in a file's header begins at the folder of the name that the file is opened by, so
 * that each link is followed for itself. */
static gboolean
is_followed (HostelDiskUsers *self,
             const char      *path,
             gboolean         needed)
{
  g_autofree char *dir = g_path_get_dirname (path);
  g_autofree char *name = g_path_get_basename (path);
  g_autofree char *id = hostel_disk_users_dup_id (self, dir);
  g_autofree char *key = g_strconcat (id, "/", name, NULL);
  gpointer was_needed;

  if (g_hash_table_lookup_extended (self->followed, key, NULL, &was_needed) &&
      (GPOINTER_TO_INT (was_needed) || !needed))
    return TRUE;
  g_hash_table_replace (self->followed, g_steal_pointer (&key), GINT_TO_POINTER (needed));

  return FALSE;
}

/**
 * hostel_disk_users_follow:
 * @path: of a disk
 * @machine: (nullable): whose
 * @needed: whether it has to be said where it cannot be read
 *
 * Finds all that it stands on, down to the last.
 */
void
hostel_disk_users_follow (HostelDiskUsers *self,
                          const char      *path,
                          const char      *machine,
                          gboolean         needed)
{
  HostelDisk *disk = hostel_disk_users_get_disk (self, path);
  g_autofree char *reason = NULL;
  HostelDiskFileState state;

  if (is_followed (self, path, needed))
    return;

  state = read_file (self, disk, path, &reason);
  if (!disk->known && needed &&
      hostel_disk_users_look (self, path, state == HOSTEL_DISK_FILE_DETACHED))
    disk->known = TRUE;
  if (!disk->known && needed && self->anew)
    add_unreadable (self, path, machine, reason);

  for (guint i = 0; i < disk->below->len; i++)
    {
      g_autofree char *below = g_strdup (disk->below->pdata[i]);

      hostel_disk_users_follow (self, below, machine, needed);
    }
}
