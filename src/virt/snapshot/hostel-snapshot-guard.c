/* SPDX-License-Identifier: GPL-3.0-or-later */
/* libvirt directly: libvirt-glib 4.0 can make no XML of a snapshot. */
#define G_LOG_DOMAIN "hostel-snapshot"

#include "config.h"

#include <glib/gi18n.h>

#include "hostel-snapshot-choice.h"
#include "hostel-snapshot-name.h"
#include "hostel-snapshot-steps-private.h"

/**
 * hostel_snapshot_dup_xml:
 * @disks: (element-type HostelSnapshotDisk): all that the machine writes to
 * @memory: whether the memory is, too
 *
 * Every disk is named with its kind: nothing is left to a default of libvirt's, which may change.
 *
 * Returns: (transfer full): what libvirt is to make
 */
char *
hostel_snapshot_dup_xml (GPtrArray  *disks,
                         const char *name,
                         const char *note,
                         gboolean    memory)
{
  g_autoptr (xmlDoc) doc = xmlNewDoc (BAD_CAST "1.0");
  xmlNodePtr root = xmlNewNode (NULL, BAD_CAST "domainsnapshot");
  xmlNodePtr node;

  xmlDocSetRootElement (doc, root);
  xmlNewTextChild (root, NULL, BAD_CAST "name", BAD_CAST name);
  if (note != NULL && *note != '\0')
    xmlNewTextChild (root, NULL, BAD_CAST "description", BAD_CAST note);
  node = xmlNewChild (root, NULL, BAD_CAST "memory", NULL);
  xmlNewProp (node, BAD_CAST "snapshot", BAD_CAST (memory ? "internal" : "no"));
  root = xmlNewChild (root, NULL, BAD_CAST "disks", NULL);
  for (guint i = 0; i < disks->len; i++)
    {
      node = xmlNewChild (root, NULL, BAD_CAST "disk", NULL);
      xmlNewProp (node, BAD_CAST "name", BAD_CAST ((HostelSnapshotDisk *) disks->pdata[i])->target);
      xmlNewProp (node, BAD_CAST "snapshot", BAD_CAST "internal");
    }

  return hostel_xml_to_string (doc);
}

/**
 * hostel_snapshot_guard:
 * @n_disks: how many are going to be written to
 * @guard: (out) (nullable): what to go back to, %NULL where none is needed
 * @error: (out) (optional): a disk cannot be written to; nothing was changed
 *
 * libvirt goes from disk to disk, and where one fails those before it are changed already: what was on them, or the
 * snapshot in them, is lost (tried with 9.0). A snapshot of what is now shows that all can be written to, and can be
 * gone back to. It is in all disks: libvirt takes no other. QEMU has those of a machine that is on open for
 * writing as it is.
 */
gboolean
hostel_snapshot_guard (const HostelSnapshotWork  *work,
                       guint                      n_disks,
                       virDomainSnapshotPtr      *guard,
                       GError                   **error)
{
  g_autofree char *time = hostel_snapshot_name_dup_new ();
  /* Translators: the name of a snapshot that is there for a moment, without blanks; %s is a time */
  g_autofree char *name = g_strdup_printf (_("hostel-guard-%s"), time);
  g_autoptr (xmlDoc) doc = NULL;
  g_autoptr (GPtrArray) disks = NULL;
  g_autofree char *xml = NULL;

  *guard = NULL;
  if (n_disks < 2 || virDomainIsActive (work->domain) == 1)
    return TRUE;
  if ((doc = hostel_snapshot_read_machine (work, VIR_DOMAIN_XML_INACTIVE, error)) == NULL)
    return FALSE;

  disks = hostel_snapshot_disks_read (work, doc, "/domain/devices/" HOSTEL_SNAPSHOT_DISKS, error);
  if (disks == NULL || !hostel_snapshot_disks_check_own (work, disks, error))
    return FALSE;

  xml = hostel_snapshot_dup_xml (disks, name, NULL, FALSE);
  if ((*guard = virDomainSnapshotCreateXML (work->domain, xml, 0)) != NULL)
    return TRUE;

  hostel_virt_set_error (error, _("A disk of “%s” cannot be written to: nothing was changed."), work->name);

  return FALSE;
}

/* What it guarded against is over. */
void
hostel_snapshot_guard_drop (const HostelSnapshotWork *work,
                            virDomainSnapshotPtr      guard)
{
  if (guard != NULL && virDomainSnapshotDelete (guard, 0) < 0)
    g_debug ("%s: %s", work->name, virGetLastErrorMessage ());
}
