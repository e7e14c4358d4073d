/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "hostel-snapshot"

#include "config.h"

#include <glib/gi18n.h>

#include "hostel-snapshot-choice.h"

#define DEVICES "/domain/devices/"
#define DISKS DEVICES HOSTEL_SNAPSHOT_DISKS
#define UEFI "/domain/os[loader/@type = 'pflash' or @firmware = 'efi' or nvram]"
#define QCOW2_VARIABLES "/domain/os/nvram[@format = 'qcow2']"

/* libvirt's NEWS: snapshots within qcow2 variables, of a running machine too, and going back to them. */
#define VARIABLES_KEPT 10010000
/* In these, going back to a snapshot within the disks is broken. */
#define BROKEN_FROM 11002000
#define BROKEN_UNTIL 11004000

static const char shut_down_first[] = N_("Shut it down first; then its disks can be kept.");
static const char not_this_way[] = N_("Keep a copy instead, by an independent clone.");
static const char from_inside[] = N_("Make a back-up inside the machine instead.");

typedef enum
{
  ALWAYS,
  WHILE_IT_RUNS,
} When;

/* What a snapshot within the disks cannot hold. */
static const struct
{
  When        when;
  const char *xpath;
  const char *message; /* "%s" is the machine's name */
  const char *remedy;
} refused[] = {
  { ALWAYS, DISKS "[shareable]",
    N_("“%s” has a disk that is shared with other machines, and going back would take from them, too."),
    N_("Take that disk away from the machine first.") },
  { ALWAYS, DISKS "[transient]",
    N_("“%s” has a disk that forgets everything when it is turned off."), N_("Take that disk away first.") },
  { ALWAYS, DISKS "[not(@type = 'file' or @type = 'volume') or @device = 'lun']",
    N_("“%s” has a disk that is a device of its host or comes over the network: only files of the format qcow2 "
       "can hold a snapshot."), from_inside },
  { ALWAYS, DISKS "[not(driver/@type = 'qcow2')]",
    N_("“%s” has a disk whose format is not qcow2, and only qcow2 can hold a snapshot."), not_this_way },
  { ALWAYS, DISKS "[encryption or source/encryption or source/slices or source/reservations]",
    N_("“%s” has a disk that is encrypted, or only a part of a file."), from_inside },
  { ALWAYS, DISKS "[@snapshot and not(@snapshot = 'internal')]",
    N_("“%s” has a disk that its definition keeps out of snapshots, and the rest would not fit to it."),
    N_("Change “snapshot” in the definition of that disk (virsh edit).") },
  { ALWAYS, DEVICES "tpm",
    N_("“%s” has a TPM, and what that keeps would not go back with the disks."), from_inside },
  { ALWAYS, "/domain/*[local-name() = 'commandline' or local-name() = 'override']",
    N_("“%s” has arguments of QEMU’s own, and what they add cannot be known."), from_inside },
  { WHILE_IT_RUNS, DEVICES "hostdev | " DEVICES "interface[@type = 'hostdev']",
    N_("“%s” has a device of its host, whose state cannot be kept."), shut_down_first },
  { WHILE_IT_RUNS, DEVICES "filesystem",
    N_("“%s” shares a folder with its host, which cannot be kept while it runs."), shut_down_first },
  { WHILE_IT_RUNS, DEVICES "memory/source/path | " DEVICES "lease",
    N_("“%s” has memory in a file or a lease, which cannot be kept while it runs."), shut_down_first },
};

static gboolean
has (const HostelSnapshotFacts *facts,
     const char                *xpath)
{
  g_autoptr (GPtrArray) found = hostel_xml_find_nodes (facts->doc, xpath);

  return found->len > 0;
}

static gboolean
is_active (const HostelSnapshotFacts *facts)
{
  return facts->state != VIR_DOMAIN_SHUTOFF && facts->state != VIR_DOMAIN_CRASHED;
}

/* @format: a translated sentence for the machine's name */
static gboolean
refuse (const HostelSnapshotFacts  *facts,
        HostelError                 code,
        const char                 *remedy,
        const char                 *format,
        GError                    **error)
{
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
  hostel_error_set (error, code, remedy, NULL, format, facts->name);
#pragma GCC diagnostic pop

  return FALSE;
}

static gboolean
check_host (const HostelSnapshotFacts  *facts,
            GError                    **error)
{
  if (g_strcmp0 (facts->hypervisor, "QEMU") != 0)
    return refuse (facts, HOSTEL_ERROR_UNSUPPORTED, _("Use the tools of that hypervisor."),
                   _("“%s” is not a machine of QEMU: Hostel takes no snapshots of it."), error);
  if (facts->version >= BROKEN_FROM && facts->version < BROKEN_UNTIL)
    return refuse (facts, HOSTEL_ERROR_UNSUPPORTED, _("Update libvirt to 11.4 or newer."),
                   _("The libvirt of this host cannot go back to a snapshot: none is taken of “%s”."), error);

  return TRUE;
}

static gboolean
check_state (const HostelSnapshotFacts  *facts,
             GError                    **error)
{
  if (!facts->persistent)
    return refuse (facts, HOSTEL_ERROR_UNSUPPORTED, _("Define it first (virsh define)."),
                   _("“%s” is gone when it is off, and its snapshots would be gone with it."), error);
  if (facts->saved)
    return refuse (facts, HOSTEL_ERROR_WRONG_STATE, _("Start it, then try again."),
                   _("“%s” goes on from a saved state, which would not fit to the disks any more."), error);
  if (facts->state == VIR_DOMAIN_SHUTDOWN || facts->state == VIR_DOMAIN_PMSUSPENDED)
    return refuse (facts, HOSTEL_ERROR_WRONG_STATE, _("Wait until it runs or is off."),
                   _("“%s” is shutting down or asleep."), error);
  if (facts->external)
    return refuse (facts, HOSTEL_ERROR_UNSUPPORTED, _("Delete those first, with the program that made them."),
                   _("“%s” has snapshots in files of their own, made by another program. The two kinds do not "
                     "go together."), error);
  if (facts->checkpoints)
    return refuse (facts, HOSTEL_ERROR_UNSUPPORTED, _("Delete the checkpoints first (virsh checkpoint-list)."),
                   _("“%s” has checkpoints of a back-up program, which do not go together with snapshots."),
                   error);

  return TRUE;
}

/* What libvirt does with the variables that a UEFI boots by: nothing before 10.10, so that they would stay as they
 * are now while the disks go back; and it refuses a running machine. */
static gboolean
check_firmware (const HostelSnapshotFacts  *facts,
                GError                    **error)
{
  if (!has (facts, UEFI) || (facts->version >= VARIABLES_KEPT && has (facts, QCOW2_VARIABLES)))
    return TRUE;

  return refuse (facts, HOSTEL_ERROR_UNSUPPORTED, _(not_this_way),
                 _("“%s” starts by UEFI, and this host cannot keep the variables that it starts by."), error);
}

static gboolean
check_devices (const HostelSnapshotFacts  *facts,
               GError                    **error)
{
  for (guint i = 0; i < G_N_ELEMENTS (refused); i++)
    if ((refused[i].when == ALWAYS || is_active (facts)) && has (facts, refused[i].xpath))
      return refuse (facts, HOSTEL_ERROR_UNSUPPORTED, _(refused[i].remedy), _(refused[i].message), error);

  if (has (facts, DISKS))
    return TRUE;

  return refuse (facts, HOSTEL_ERROR_UNSUPPORTED, _("Give it a disk first."),
                 _("“%s” has no disk of its own that could hold a snapshot."), error);
}

/**
 * hostel_snapshot_choose:
 * @facts: what is known of machine and host
 * @memory: (out): whether its memory is kept, too
 * @error: (out) (optional): why there is no safe kind
 */
gboolean
hostel_snapshot_choose (const HostelSnapshotFacts  *facts,
                        gboolean                   *memory,
                        GError                    **error)
{
  if (!check_host (facts, error) || !check_state (facts, error) || !check_devices (facts, error) ||
      !check_firmware (facts, error))
    return FALSE;

  *memory = is_active (facts);

  return TRUE;
}
