/* SPDX-License-Identifier: GPL-3.0-or-later */
/* libvirt directly: libvirt-glib 4.0 can make no XML of a snapshot. */
#define G_LOG_DOMAIN "hostel-snapshot"

#include "config.h"

#include <string.h>

#include <glib/gi18n.h>

#include "hostel-snapshot-choice.h"
#include "hostel-snapshot-list.h"
#include "hostel-snapshot-name.h"
#include "hostel-snapshot-steps-private.h"

/* Tables of clusters are copied, and their counts written anew. */
#define DISK_BYTES (16 * 1024 * 1024)
/* A slow disk, and a machine that writes meanwhile. */
#define MEMORY_MIB_PER_SECOND 4
#define NAME_TRIES 100

/* As it runs, else its definition. */
xmlDocPtr
hostel_snapshot_read_machine (const HostelSnapshotWork  *work,
                              unsigned int               flags,
                              GError                   **error)
{
  g_autofree char *xml = virDomainGetXMLDesc (work->domain, flags);
  xmlDocPtr doc = hostel_xml_parse (xml);

  if (doc == NULL)
    hostel_virt_set_error (error, _("The description of “%s” cannot be read."), work->name);

  return doc;
}

static gboolean
has_checkpoints (virDomainPtr domain)
{
  virDomainCheckpointPtr *checkpoints = NULL;
  int n = virDomainListAllCheckpoints (domain, &checkpoints, 0);

  for (int i = 0; i < n; i++)
    virDomainCheckpointFree (checkpoints[i]);
  free (checkpoints);

  return n > 0;
}

static gboolean
choose (const HostelSnapshotWork  *work,
        xmlDocPtr                  doc,
        GPtrArray                 *snapshots,
        gboolean                  *memory,
        GError                   **error)
{
  HostelSnapshotFacts facts = {
    .name = work->name,
    .hypervisor = virConnectGetType (work->handle),
    .doc = doc,
    .persistent = virDomainIsPersistent (work->domain) == 1,
    .saved = virDomainHasManagedSaveImage (work->domain, 0) == 1,
    .checkpoints = has_checkpoints (work->domain),
  };

  if (virDomainGetState (work->domain, &facts.state, NULL, 0) < 0 ||
      virConnectGetLibVersion (work->handle, &facts.version) < 0)
    {
      hostel_virt_set_error (error, _("The state of “%s” cannot be read."), work->name);
      return FALSE;
    }
  for (guint i = 0; i < snapshots->len; i++)
    facts.external |= ((HostelSnapshot *) snapshots->pdata[i])->kind == HOSTEL_SNAPSHOT_EXTERNAL;

  return hostel_snapshot_choose (&facts, memory, error);
}

static gboolean
is_taken (GPtrArray  *snapshots,
          GPtrArray  *disks,
          const char *name)
{
  for (guint i = 0; i < snapshots->len; i++)
    if (g_str_equal (((HostelSnapshot *) snapshots->pdata[i])->name, name))
      return TRUE;

  return hostel_snapshot_disks_count (disks, name) > 0 ||
         hostel_snapshot_disks_have_number (disks, name);
}

/* One that libvirt does not list may be in a disk: taken again, either would be taken for the other. */
static char *
dup_name (const HostelSnapshotWork  *work,
          GPtrArray                 *snapshots,
          GPtrArray                 *disks,
          const char                *wish,
          GError                   **error)
{
  g_autofree char *stem = wish != NULL ? g_strdup (wish) : hostel_snapshot_name_dup_new ();

  if (!is_taken (snapshots, disks, stem))
    return g_steal_pointer (&stem);

  for (guint i = 2; wish == NULL && i < NAME_TRIES; i++)
    {
      g_autofree char *name = g_strdup_printf ("%s-%u", stem, i);

      if (!is_taken (snapshots, disks, name))
        return g_steal_pointer (&name);
    }

  hostel_error_set (error, HOSTEL_ERROR_EXISTS, _("Choose another name."), NULL,
                    _("“%s” has a snapshot named “%s” already, or its disks have."), work->name, stem);

  return NULL;
}

/* libvirt 9.0 has been seen to list one that QEMU had refused. */
static gboolean
check_made (const HostelSnapshotWork  *work,
            virDomainSnapshotPtr       snapshot,
            xmlDocPtr                  doc,
            const char                *name,
            GError                   **error)
{
  g_autoptr (GPtrArray) disks = hostel_snapshot_disks_read (work, doc, "/domain/devices/" HOSTEL_SNAPSHOT_DISKS, error);

  if (disks == NULL)
    return FALSE;
  if (hostel_snapshot_disks_count (disks, name) == disks->len &&
      !hostel_snapshot_disks_are_twofold (disks, name))
    return TRUE;

  /* In no disk at all: only the list has to forget it. */
  virDomainSnapshotDelete (snapshot, hostel_snapshot_disks_count (disks, name) > 0
                                       ? 0 : VIR_DOMAIN_SNAPSHOT_DELETE_METADATA_ONLY);
  hostel_error_set (error, HOSTEL_ERROR_FAILED, _("Shut it down first, then try again."), NULL,
                    _("The snapshot “%s” is not in the disks of “%s”, though the host said that it was taken."),
                    name, work->name);

  return FALSE;
}

static guint64
count_bytes (const HostelSnapshotWork *work,
             gboolean                  memory)
{
  virDomainInfo info;
  guint64 kib = memory && virDomainGetInfo (work->domain, &info) == 0 ? info.memory : 0;

  g_atomic_int_set (work->seconds, (gint) MIN (kib / 1024 / MEMORY_MIB_PER_SECOND, G_MAXINT / 4));

  return DISK_BYTES + kib * 1024;
}

/* What QEMU says is libvirt's "operation failed", whatever the cause. */
static void
set_take_error (const HostelSnapshotWork  *work,
                GError                   **error)
{
  g_autofree char *text = g_strdup (virGetLastErrorMessage ());

  if (text != NULL && strstr (text, "writing VM state") != NULL)
    hostel_error_set (error, HOSTEL_ERROR_NO_SPACE,
                      _("Free some space where its first disk is, or shut it down: its disks alone take little."), text,
                      _("The memory of “%s” could not be written: no snapshot was taken."), work->name);
  else if (text != NULL && (strstr (text, "migratable") != NULL || strstr (text, "migrate") != NULL))
    hostel_error_set (error, HOSTEL_ERROR_UNSUPPORTED, _("Shut it down first; then its disks can be kept."), text,
                      _("“%s” has a device whose state cannot be kept while it runs."), work->name);
  else if (text != NULL && strstr (text, "Operation not supported") != NULL)
    hostel_error_set (error, HOSTEL_ERROR_UNSUPPORTED, _("Keep a copy instead, by an independent clone."), text,
                      _("A disk of “%s” cannot hold a snapshot, as one that keeps its data in another file."),
                      work->name);
  else
    hostel_virt_set_error (error, _("The snapshot of “%s” could not be taken."), work->name);
}

static GStrv
tell (const char *name,
      gboolean    memory)
{
  g_autoptr (GStrvBuilder) told = g_strv_builder_new ();
  g_autofree char *line =
    memory ? g_strdup_printf (_("Took the snapshot “%s”: disks and memory."), name)
           : g_strdup_printf (_("Took the snapshot “%s”: disks. The machine is off in it."), name);

  g_strv_builder_add (told, line);

  return g_strv_builder_end (told);
}

/**
 * hostel_snapshot_run_take:
 * @name: (nullable): its name, %NULL for one by the time
 * @note: (nullable): its note
 * @error: (out) (optional): the cause; the machine is as before
 *
 * Returns: (transfer full) (nullable): what was done
 */
GStrv
hostel_snapshot_run_take (const HostelSnapshotWork  *work,
                          const char                *name,
                          const char                *note,
                          GError                   **error)
{
  g_autoptr (xmlDoc) doc = hostel_snapshot_read_machine (work, 0, error);
  g_autoptr (GPtrArray) snapshots = doc != NULL ? hostel_snapshot_read_all (work->domain, error) : NULL;
  g_autoptr (GPtrArray) disks = NULL;
  g_autoptr (virDomainSnapshot) snapshot = NULL;
  g_autofree char *real_name = NULL;
  g_autofree char *xml = NULL;
  gboolean memory;

  if (snapshots == NULL || !choose (work, doc, snapshots, &memory, error))
    return NULL;
  disks = hostel_snapshot_disks_read (work, doc, "/domain/devices/" HOSTEL_SNAPSHOT_DISKS, error);
  if (disks == NULL || (real_name = dup_name (work, snapshots, disks, name, error)) == NULL ||
      !hostel_snapshot_disks_check_own (work, disks, error) ||
      !hostel_snapshot_disks_check_space (work, disks, count_bytes (work, memory), error) ||
      g_cancellable_set_error_if_cancelled (work->cancellable, error))
    return NULL;

  xml = hostel_snapshot_dup_xml (disks, real_name, note, memory);
  snapshot = virDomainSnapshotCreateXML (work->domain, xml, 0);
  if (snapshot == NULL)
    {
      set_take_error (work, error);
      return NULL;
    }

  return check_made (work, snapshot, doc, real_name, error) ? tell (real_name, memory) : NULL;
}
