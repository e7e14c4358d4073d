/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "hostel-virt-handle.h"
#include "hostel-xml.h"

G_BEGIN_DECLS

/* For the files of src/virt alone: the one place that knows who has which file of a host, for
 * whatever deletes, resizes or takes a file for itself. Every function blocks: for a worker.
 *
 * Known are all machines (as they run, as they are defined, as they were saved, as their snapshots
 * and checkpoints have them), all volumes of the active pools, what their disks stand on, down
 * to the last, and what QEMU has open on this computer, for whomever. Files are compared by what they are, not by how they are written. */
typedef struct _HostelDiskUsers HostelDiskUsers;

/* What the daemon knows already: for a list that is shown. */
HostelDiskUsers *hostel_disk_users_read        (virConnectPtr     handle,
                                                GError          **error);
/* Looks at the pools and disks anew: for a decision. */
HostelDiskUsers *hostel_disk_users_read_anew   (virConnectPtr     handle,
                                                GError          **error);
void             hostel_disk_users_free        (HostelDiskUsers  *self);
/* Names of machines, and of volumes that no machine has. */
GStrv            hostel_disk_users_dup         (HostelDiskUsers  *self,
                                                const char       *path);
/* The UUID of a running machine that has it, or NULL. */
const char      *hostel_disk_users_get_running (HostelDiskUsers  *self,
                                                const char       *path);
/* Its path as an active pool has it, or NULL. */
const char      *hostel_disk_users_get_volume  (HostelDiskUsers  *self,
                                                const char       *path);
/* What all spellings of a file have in common. */
char            *hostel_disk_users_dup_id      (HostelDiskUsers  *self,
                                                const char       *path);
char            *hostel_disk_users_dup_name_id (HostelDiskUsers  *self,
                                                const char       *path);
/* Paths of all that it stands on. */
GStrv            hostel_disk_users_dup_below   (HostelDiskUsers  *self,
                                                const char       *path);
/* The UUID of the machine that names it, a running one first, or NULL. */
const char      *hostel_disk_users_get_owner   (HostelDiskUsers  *self,
                                                const char       *path);
/* Who else needs @path, a sentence, NULL: nobody is known to. @uuid: whose file it is, or NULL;
 * @going: ids of files that go with it, or NULL. */
char            *hostel_disk_users_dup_need    (HostelDiskUsers  *self,
                                                const char       *path,
                                                const char       *uuid,
                                                GHashTable       *going);
/* Why @path has to be left alone: as above, or because it is not known. */
char            *hostel_disk_users_dup_reason  (HostelDiskUsers  *self,
                                                const char       *path,
                                                const char       *uuid,
                                                GHashTable       *going);
/* Why @path, a disk of @uuid, is left where it is though no machine has it as a disk, or NULL. */
char            *hostel_disk_users_dup_share   (HostelDiskUsers  *self,
                                                const char       *path,
                                                const char       *uuid);
/* What a disk's element names. */
char            *hostel_disk_users_dup_source  (virConnectPtr     handle,
                                                xmlDocPtr         doc,
                                                xmlNodePtr        node);
/* Both in one, for one file: HOSTEL_ERROR_WRONG_STATE where somebody else than @uuid needs it. */
gboolean         hostel_disk_users_check       (virConnectPtr     handle,
                                                const char       *path,
                                                const char       *uuid,
                                                GError          **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HostelDiskUsers, hostel_disk_users_free)

G_END_DECLS
