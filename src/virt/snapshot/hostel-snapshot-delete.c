/* SPDX-License-Identifier: GPL-3.0-or-later */
/* libvirt directly: flags that libvirt-glib 4.0 lacks. */
#define G_LOG_DOMAIN "hostel-snapshot"

#include "config.h"

#include <glib/gi18n.h>

#include "hostel-snapshot-list.h"
#include "hostel-snapshot-steps-private.h"

#define SEEDS "/domainsnapshot/domain/devices/disk[readonly]/source/@file"

/* What there is to be deleted. */
typedef struct
{
  xmlDocPtr             doc;    /* owned, as all */
  virDomainSnapshotPtr  handle;
  HostelSnapshot       *snapshot;
  GPtrArray            *disks;  /* that it is in */
  gboolean              current;
} Going;

static void
going_clear (Going *self)
{
  g_clear_pointer (&self->doc, xmlFreeDoc);
  g_clear_pointer (&self->handle, virDomainSnapshotFree);
  g_clear_pointer (&self->snapshot, hostel_snapshot_free);
  g_clear_pointer (&self->disks, g_ptr_array_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Going, going_clear)

static gboolean
look (const HostelSnapshotWork  *work,
      const char                *name,
      Going                     *going,
      GError                   **error)
{
  g_autofree char *xml = NULL;

  if ((going->handle = hostel_snapshot_find (work, name, &going->doc, error)) == NULL)
    return FALSE;

  going->current = virDomainSnapshotIsCurrent (going->handle, 0) == 1;
  xml = hostel_xml_to_string (going->doc);
  going->snapshot = hostel_snapshot_new_from_xml (xml);
  if (going->snapshot == NULL || going->snapshot->kind == HOSTEL_SNAPSHOT_EXTERNAL)
    {
      hostel_error_set (error, HOSTEL_ERROR_UNSUPPORTED, _("Delete it with the program that made it."), NULL,
                        _("The snapshot “%s” of “%s” is in files of another program’s, which Hostel leaves alone."),
                        name, work->name);
      return FALSE;
    }

  going->disks = hostel_snapshot_disks_read (work, going->doc, HOSTEL_SNAPSHOT_KEPT_DISKS, error);
  if (going->disks == NULL || !hostel_snapshot_disks_check_own (work, going->disks, error))
    return FALSE;
  if (!hostel_snapshot_disks_are_twofold (going->disks, name))
    return TRUE;

  hostel_error_set (error, HOSTEL_ERROR_UNSUPPORTED, _("Look at the disks with “qemu-img snapshot -l”."), NULL,
                    _("The disks of “%s” have more than one snapshot named “%s”: none is deleted."), work->name, name);

  return FALSE;
}

/**
 * hostel_snapshot_run_look_delete:
 * @name: a snapshot
 * @error: (out) (optional): why it cannot be deleted
 *
 * Changes nothing.
 *
 * Returns: (transfer full) (nullable): sentences: what that means
 */
GStrv
hostel_snapshot_run_look_delete (const HostelSnapshotWork  *work,
                                 const char                *name,
                                 GError                   **error)
{
  g_auto (Going) going = { NULL, };
  g_autoptr (GStrvBuilder) lines = g_strv_builder_new ();
  g_autofree char *time = NULL;
  g_autofree char *line = NULL;

  if (!look (work, name, &going, error))
    return NULL;

  time = hostel_snapshot_dup_time (going.snapshot->created);
  line = g_strdup_printf (_("“%s” cannot go back to %s any more. It stays as it is now, and so do its other "
                            "snapshots."), work->name, time);
  g_strv_builder_add (lines, line);

  return g_strv_builder_end (lines);
}

/* Where one disk fails libvirt goes on, and forgets the snapshot: it is listed again, so that it can be deleted once
 * more. */
static gboolean
check_gone (const HostelSnapshotWork  *work,
            const Going               *going,
            GError                   **error)
{
  g_autoptr (GPtrArray) disks = hostel_snapshot_disks_read (work, going->doc, HOSTEL_SNAPSHOT_KEPT_DISKS, NULL);
  g_autoptr (virDomainSnapshot) again = NULL;
  g_autofree char *xml = NULL;

  if (disks == NULL || hostel_snapshot_disks_count (disks, going->snapshot->name) == 0)
    return TRUE;

  xml = hostel_xml_to_string (going->doc);
  again = virDomainSnapshotCreateXML (work->domain, xml, VIR_DOMAIN_SNAPSHOT_CREATE_REDEFINE |
                                      (going->current ? VIR_DOMAIN_SNAPSHOT_CREATE_CURRENT : 0));
  hostel_error_set (error, HOSTEL_ERROR_FAILED, _("See that its disks can be written to, and delete it again."),
                    again == NULL ? virGetLastErrorMessage () : NULL,
                    _("The snapshot “%s” could not be deleted from every disk of “%s”."), going->snapshot->name,
                    work->name);

  return FALSE;
}

/**
 * hostel_snapshot_run_delete:
 * @name: a snapshot
 * @error: (out) (optional): the cause
 *
 * Its children become those of its parent.
 *
 * Returns: (transfer full) (nullable): what was done
 */
GStrv
hostel_snapshot_run_delete (const HostelSnapshotWork  *work,
                            const char                *name,
                            GError                   **error)
{
  g_auto (Going) going = { NULL, };
  g_autoptr (GStrvBuilder) lines = g_strv_builder_new ();
  g_autofree char *line = NULL;
  g_autoptr (virDomainSnapshot) guard = NULL;
  gboolean listed_only;

  if (!look (work, name, &going, error) || g_cancellable_set_error_if_cancelled (work->cancellable, error))
    return NULL;

  listed_only = hostel_snapshot_disks_count (going.disks, name) == 0;
  if (!listed_only && !hostel_snapshot_guard (work, going.disks->len, &guard, error))
    return NULL;
  hostel_snapshot_guard_drop (work, guard);
  if (virDomainSnapshotDelete (going.handle, listed_only ? VIR_DOMAIN_SNAPSHOT_DELETE_METADATA_ONLY : 0) < 0)
    {
      hostel_virt_set_error (error, _("The snapshot “%s” of “%s” could not be deleted."), name, work->name);
      return NULL;
    }
  if (!check_gone (work, &going, error))
    return NULL;
  hostel_snapshot_delete_seeds (work, going.doc, SEEDS);

  line = g_strdup_printf (_("Deleted the snapshot “%s”."), name);
  g_strv_builder_add (lines, line);

  return g_strv_builder_end (lines);
}
