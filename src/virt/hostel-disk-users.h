#pragma once

#include "hostel-virt-private.h"

G_BEGIN_DECLS

/* For the files of src/virt alone: who has which file of a host. Every function blocks: for a
 * worker. */
typedef struct _HostelDiskUsers HostelDiskUsers;

HostelDiskUsers *hostel_disk_users_read        (virConnectPtr     handle,
                                                GError          **error);
void             hostel_disk_users_free        (HostelDiskUsers  *self);
/* Names of machines, and of volumes that no machine has. */
GStrv            hostel_disk_users_dup         (HostelDiskUsers  *self,
                                                const char       *path);
/* The UUID of a running machine that has it, or NULL. */
const char      *hostel_disk_users_get_running (HostelDiskUsers  *self,
                                                const char       *path);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HostelDiskUsers, hostel_disk_users_free)

G_END_DECLS
