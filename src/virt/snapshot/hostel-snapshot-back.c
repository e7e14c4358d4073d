/* SPDX-License-Identifier: GPL-3.0-or-later */
/* libvirt directly: where a snapshot is in the disks is looked at first, and the state afterwards. */
#define G_LOG_DOMAIN "hostel-snapshot"

#include "config.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include <glib/gi18n.h>

#include "hostel-disk-users.h"
#include "hostel-port-forward.h"
#include "hostel-snapshot-choice.h"
#include "hostel-snapshot-list.h"
#include "hostel-snapshot-steps-private.h"
#include "hostel-uri.h"

#define THEN "/domainsnapshot/domain/"
#define FILES_THEN THEN "devices/disk/source/@file | " THEN "os/kernel | " THEN "os/initrd"
#define SEEDS "/domain/devices/disk[readonly]/source/@file"
#define ALL_DISKS "/domain/devices/disk[source]"
/* In these versions of libvirt, going back is broken. */
#define BROKEN_FROM 11002000
#define BROKEN_UNTIL 11004000
/* Memory is read back by so much at least. */
#define MEMORY_MIB_PER_SECOND 4

/* A snapshot, and the machine as it is. */
typedef struct
{
  xmlDocPtr          then;     /* owned, as all */
  xmlDocPtr          now;      /* as it runs, else its definition */
  xmlDocPtr          stored;   /* its definition */
  HostelSnapshot    *snapshot;
  GPtrArray         *disks;    /* that the snapshot is in */
  virDomainSnapshotPtr handle;
} Back;

static void
back_clear (Back *self)
{
  g_clear_pointer (&self->then, xmlFreeDoc);
  g_clear_pointer (&self->now, xmlFreeDoc);
  g_clear_pointer (&self->stored, xmlFreeDoc);
  g_clear_pointer (&self->snapshot, hostel_snapshot_free);
  g_clear_pointer (&self->disks, g_ptr_array_unref);
  g_clear_pointer (&self->handle, virDomainSnapshotFree);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Back, back_clear)

/**
 * hostel_snapshot_find:
 * @name: of a snapshot, by whomever it was made
 * @doc: (out) (optional) (transfer full): what libvirt says of it
 */
virDomainSnapshotPtr
hostel_snapshot_find (const HostelSnapshotWork  *work,
                      const char                *name,
                      xmlDocPtr                 *doc,
                      GError                   **error)
{
  g_autoptr (virDomainSnapshot) snapshot = virDomainSnapshotLookupByName (work->domain, name, 0);
  virErrorPtr last = snapshot == NULL ? virGetLastError () : NULL;
  g_autofree char *xml = NULL;

  if (snapshot == NULL && (last == NULL || last->code == VIR_ERR_NO_DOMAIN_SNAPSHOT))
    {
      hostel_error_set (error, HOSTEL_ERROR_NOT_FOUND, _("Look at the list of them."), NULL,
                        _("“%s” has no snapshot named “%s”."), work->name, name);
      return NULL;
    }

  xml = snapshot != NULL ? virDomainSnapshotGetXMLDesc (snapshot, 0) : NULL;
  if ((*doc = hostel_xml_parse (xml)) == NULL)
    {
      hostel_virt_set_error (error, _("The snapshot “%s” of “%s” cannot be read."), name, work->name);
      return NULL;
    }

  return g_steal_pointer (&snapshot);
}

/* In the time zone of this program. */
char *
hostel_snapshot_dup_time (gint64 seconds)
{
  g_autoptr (GDateTime) time = g_date_time_new_from_unix_local (seconds);

  return time != NULL ? g_date_time_format (time, "%Y-%m-%d %H:%M:%S") : g_strdup ("?");
}

static gboolean
refuse (GError     **error,
        HostelError  code,
        const char  *remedy,
        const char  *format,
        const char  *first,
        const char  *second)
{
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
  hostel_error_set (error, code, remedy, NULL, format, first, second);
#pragma GCC diagnostic pop

  return FALSE;
}

static gboolean
check_machine (const HostelSnapshotWork  *work,
               const Back                *back,
               GError                   **error)
{
  gulong version = 0;

  virConnectGetLibVersion (work->handle, &version);
  if (back->snapshot->kind == HOSTEL_SNAPSHOT_EXTERNAL)
    return refuse (error, HOSTEL_ERROR_UNSUPPORTED, _("Go back with the program that made it."),
                   _("The snapshot “%s” of “%s” is in files of another program’s, which Hostel leaves alone."),
                   back->snapshot->name, work->name);
  if (version >= BROKEN_FROM && version < BROKEN_UNTIL)
    return refuse (error, HOSTEL_ERROR_UNSUPPORTED, _("Update libvirt to 11.4 or newer."),
                   _("The libvirt of this host cannot go back to “%s” of “%s”."), back->snapshot->name, work->name);
  if (virDomainHasManagedSaveImage (work->domain, 0) == 1)
    return refuse (error, HOSTEL_ERROR_WRONG_STATE, _("Start it, then try again."),
                   _("“%s” goes on from a saved state, which would not fit to the disks of “%s”."), work->name,
                   back->snapshot->name);

  return TRUE;
}

/* Whether a machine has that file as a disk. */
static gboolean
has_disk (const HostelSnapshotWork *work,
          HostelDiskUsers          *users,
          xmlDocPtr                 doc,
          const char               *path)
{
  g_autoptr (GPtrArray) nodes = hostel_xml_find_nodes (doc, ALL_DISKS);
  g_autofree char *id = hostel_disk_users_dup_id (users, path);

  for (guint i = 0; i < nodes->len; i++)
    {
      g_autofree char *other = hostel_disk_users_dup_source (work->handle, doc, nodes->pdata[i]);
      g_autofree char *other_id = other != NULL ? hostel_disk_users_dup_id (users, other) : NULL;

      if (g_strcmp0 (id, other_id) == 0)
        return TRUE;
    }

  return FALSE;
}

/* A file that the machine has no longer may be what others stand on by now. */
static gboolean
check_still_there (const HostelSnapshotWork  *work,
                   const Back                *back,
                   GError                   **error)
{
  g_autoptr (HostelDiskUsers) users = hostel_disk_users_read (work->handle, error);

  if (users == NULL)
    return FALSE;

  for (guint i = 0; i < back->disks->len; i++)
    {
      HostelSnapshotDisk *disk = back->disks->pdata[i];

      if (!has_disk (work, users, back->stored, disk->path) && !has_disk (work, users, back->now, disk->path))
        return refuse (error, HOSTEL_ERROR_WRONG_STATE, _("Give the machine that disk again first."),
                       _("The snapshot “%s” is in a disk that “%s” no longer has."), back->snapshot->name,
                       work->name);
    }

  return TRUE;
}

static gboolean
check_tables (const HostelSnapshotWork  *work,
              const Back                *back,
              GError                   **error)
{
  const char *name = back->snapshot->name;

  if (back->disks->len == 0 || hostel_snapshot_disks_count (back->disks, name) < back->disks->len)
    return refuse (error, HOSTEL_ERROR_NOT_FOUND, _("Delete it, and go back to another one."),
                   _("The snapshot “%s” is listed, but it is not in all disks of “%s”."), name, work->name);
  if (hostel_snapshot_disks_are_twofold (back->disks, name) || hostel_snapshot_disks_have_number (back->disks, name))
    return refuse (error, HOSTEL_ERROR_UNSUPPORTED, _("Look at the disks with “qemu-img snapshot -l”."),
                   _("More than one snapshot in the disks could be meant by “%s”: “%s” is left as it is."), name,
                   work->name);

  return TRUE;
}

/* Without one of them the machine would be off afterwards, and would not start. */
static gboolean
check_files (const HostelSnapshotWork  *work,
             const Back                *back,
             GError                   **error)
{
  g_auto (GStrv) files = hostel_xml_dup_strings (back->then, NULL, FILES_THEN);
  g_autofree char *uri = virConnectGetURI (work->handle);

  for (guint i = 0; uri != NULL && hostel_uri_is_local (uri) && files[i] != NULL; i++)
    if (g_path_is_absolute (files[i]) && access (files[i], F_OK) < 0 && errno == ENOENT)
      return refuse (error, HOSTEL_ERROR_NOT_FOUND, _("Put it back where it was."),
                     _("At the snapshot “%s” the machine had the file “%s”, which is gone."), back->snapshot->name,
                     files[i]);

  return TRUE;
}

/* Reads everything, and refuses what could not be undone. */
static gboolean
look (const HostelSnapshotWork  *work,
      const char                *name,
      Back                      *back,
      GError                   **error)
{
  g_autofree char *xml = NULL;

  if ((back->handle = hostel_snapshot_find (work, name, &back->then, error)) == NULL ||
      (back->now = hostel_snapshot_read_machine (work, 0, error)) == NULL ||
      (back->stored = hostel_snapshot_read_machine (work, VIR_DOMAIN_XML_INACTIVE, error)) == NULL)
    return FALSE;

  xml = hostel_xml_to_string (back->then);
  back->snapshot = hostel_snapshot_new_from_xml (xml);
  if (back->snapshot == NULL || !check_machine (work, back, error) || !check_files (work, back, error))
    return FALSE;
  back->disks = hostel_snapshot_disks_read (work, back->then, HOSTEL_SNAPSHOT_KEPT_DISKS, error);

  return back->disks != NULL && check_tables (work, back, error) && check_still_there (work, back, error) &&
         hostel_snapshot_disks_check_own (work, back->disks, error);
}

/* All within the machine's element, without white space between. */
static char *
dup_inside (xmlDocPtr   doc,
            const char *xpath)
{
  g_autofree char *whole = hostel_xml_to_string (doc);
  g_autoptr (xmlDoc) plain = xmlReadMemory (whole, strlen (whole), NULL, NULL, XML_PARSE_NOBLANKS | XML_PARSE_NONET);
  g_autoptr (GPtrArray) nodes = hostel_xml_find_nodes (plain, xpath);
  xmlBufferPtr buffer = xmlBufferCreate ();
  char *text;

  for (xmlNodePtr child = nodes->len > 0 ? ((xmlNodePtr) nodes->pdata[0])->children : NULL; child != NULL;
       child = child->next)
    xmlNodeDump (buffer, plain, child, 0, FALSE);
  text = g_strdup ((const char *) xmlBufferContent (buffer));
  xmlBufferFree (buffer);

  return text;
}

static gboolean
has_changed (const Back *back)
{
  g_autoptr (GPtrArray) inactive = hostel_xml_find_nodes (back->then, "/domainsnapshot/inactiveDomain");
  g_autofree char *then = dup_inside (back->then, inactive->len > 0 ? "/domainsnapshot/inactiveDomain"
                                                                    : "/domainsnapshot/domain");
  g_autofree char *now = dup_inside (back->stored, "/domain");

  return !g_str_equal (then, now);
}

static void
add_new_disks (GStrvBuilder             *lines,
               const HostelSnapshotWork *work,
               const Back               *back)
{
  g_autoptr (GPtrArray) nodes = hostel_xml_find_nodes (back->stored, "/domain/devices/" HOSTEL_SNAPSHOT_DISKS);

  for (guint i = 0; i < nodes->len; i++)
    {
      g_autofree char *path = hostel_disk_users_dup_source (work->handle, back->stored, nodes->pdata[i]);
      g_autofree char *line = NULL;
      gboolean known = FALSE;

      for (guint j = 0; j < back->disks->len; j++)
        known = known || g_strcmp0 (((HostelSnapshotDisk *) back->disks->pdata[j])->path, path) == 0;
      if (known || path == NULL)
        continue;
      line = g_strdup_printf (_("A disk was added since then: it leaves the machine, and its file stays: %s"), path);
      g_strv_builder_add (lines, line);
    }
}

static void
add_kept (GStrvBuilder *lines,
          const Back   *back)
{
  g_autoptr (GPtrArray) variables = hostel_xml_find_nodes (back->stored, "/domain/os[nvram or @firmware = 'efi']");
  g_autoptr (GPtrArray) tpms = hostel_xml_find_nodes (back->stored, "/domain/devices/tpm");

  if (variables->len > 0)
    g_strv_builder_add (lines, _("The variables that it starts by (UEFI) stay as they are now."));
  if (tpms->len > 0)
    g_strv_builder_add (lines, _("What its TPM keeps stays as it is now."));
}

/**
 * hostel_snapshot_run_look_back:
 * @name: a snapshot
 * @error: (out) (optional): why the machine cannot go back to it
 *
 * Changes nothing.
 *
 * Returns: (transfer full) (nullable): sentences: what will be lost, and what the machine is then
 */
GStrv
hostel_snapshot_run_look_back (const HostelSnapshotWork  *work,
                               const char                *name,
                               GError                   **error)
{
  g_auto (Back) back = { NULL, };
  g_autoptr (GStrvBuilder) lines = g_strv_builder_new ();
  g_autofree char *time = NULL;
  g_autofree char *lost = NULL;

  if (!look (work, name, &back, error))
    return NULL;

  time = hostel_snapshot_dup_time (back.snapshot->created);
  lost = g_strdup_printf (_("What “%s” has written to its disks since %s is lost."), work->name, time);
  g_strv_builder_add (lines, lost);
  if (virDomainIsActive (work->domain) == 1)
    g_strv_builder_add (lines, _("It is running, and what it does now ends at once."));
  if (has_changed (&back))
    g_strv_builder_add (lines, _("Its hardware, title and notes were changed since then, and go back, too."));
  add_new_disks (lines, work, &back);
  add_kept (lines, &back);
  g_strv_builder_add (lines, g_str_equal (back.snapshot->state, "running") ? _("Then it runs, as it did at that time.")
                             : g_str_equal (back.snapshot->state, "paused") ? _("Then it is paused, as it was at that time.")
                             : _("Then it is off."));

  return g_strv_builder_end (lines);
}

static void
add_all (GStrvBuilder *lines,
         GStrv         more)
{
  for (guint i = 0; more != NULL && more[i] != NULL; i++)
    g_strv_builder_add (lines, more[i]);
}

static gboolean
revert (const HostelSnapshotWork  *work,
        const Back                *back,
        virDomainSnapshotPtr       guard,
        GError                   **error)
{
  gboolean was_active = virDomainIsActive (work->domain) == 1;
  virDomainInfo info;
  guint64 kib = back->snapshot->memory && virDomainGetInfo (work->domain, &info) == 0 ? info.maxMem : 0;

  g_atomic_int_add (work->seconds, (gint) MIN (kib / 1024 / MEMORY_MIB_PER_SECOND, G_MAXINT / 4));
  if (virDomainRevertToSnapshot (back->handle, 0) == 0)
    return TRUE;

  hostel_virt_set_error (error, _("“%s” could not go back to “%s”."), work->name, back->snapshot->name);
  if (guard != NULL && virDomainRevertToSnapshot (guard, 0) < 0)
    g_debug ("%s: %s", work->name, virGetLastErrorMessage ());
  if (was_active && virDomainIsActive (work->domain) == 0)
    g_prefix_error (error, "%s ", _("The machine is off now."));

  return FALSE;
}

/**
 * hostel_snapshot_run_go_back:
 * @name: a snapshot
 * @keep: (nullable): the name of another one that is taken before
 * @error: (out) (optional): the cause
 *
 * Returns: (transfer full) (nullable): what was done
 */
GStrv
hostel_snapshot_run_go_back (const HostelSnapshotWork  *work,
                             const char                *name,
                             const char                *keep,
                             GError                   **error)
{
  g_auto (Back) back = { NULL, };
  g_autoptr (GStrvBuilder) lines = g_strv_builder_new ();
  g_auto (GStrv) kept = NULL;
  g_autofree char *line = NULL;
  g_autoptr (virDomainSnapshot) guard = NULL;
  gboolean done;

  if (!look (work, name, &back, error) || g_cancellable_set_error_if_cancelled (work->cancellable, error) ||
      (keep != NULL && (kept = hostel_snapshot_run_take (work, keep, NULL, error)) == NULL) ||
      g_cancellable_set_error_if_cancelled (work->cancellable, error) ||
      (keep == NULL && !hostel_snapshot_guard (work, back.disks->len, &guard, error)))
    return NULL;

  done = revert (work, &back, guard, error);
  hostel_snapshot_guard_drop (work, guard);
  if (!done)
    return NULL;
  hostel_snapshot_delete_seeds (work, back.stored, SEEDS);

  /* QEMU began anew; the window's own watch may not run. */
  if (virDomainIsActive (work->domain) == 1)
    hostel_port_forward_restore (work->domain, NULL);
  add_all (lines, kept);
  line = g_strdup_printf (virDomainIsActive (work->domain) == 1 ? _("“%s” is back at “%s”, and on.")
                                                                : _("“%s” is back at “%s”, and off."),
                          work->name, name);
  g_strv_builder_add (lines, line);

  return g_strv_builder_end (lines);
}
