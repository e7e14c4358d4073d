/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "hostel-domain.h"
#include "hostel-progress.h"

G_BEGIN_DECLS

/**
 * HostelCloneFlags:
 * @HOSTEL_CLONE_LINKED: both machines stand on the disks as they are now, and write beside them
 * @HOSTEL_CLONE_INDEPENDENT: the disks are copied in full
 * @HOSTEL_CLONE_EXACT: inside, the clone is the same computer: host name, keys, machine-id
 */
typedef enum
{
  HOSTEL_CLONE_LINKED = 0,
  HOSTEL_CLONE_INDEPENDENT = 1 << 0,
  HOSTEL_CLONE_EXACT = 1 << 1,
} HostelCloneFlags;

/* A machine that is off -> another one that is off, in steps with their undo. On error and on
 * cancel nothing is left of the clone, and the machine has the disks that it had. */
void          hostel_clone_job_async  (HostelDomain         *domain,
                                       const char           *name,
                                       HostelCloneFlags      flags,
                                       HostelProgressFunc    progress,
                                       gpointer              progress_data,
                                       GCancellable         *cancellable,
                                       GAsyncReadyCallback   callback,
                                       gpointer              user_data);
HostelDomain *hostel_clone_job_finish (HostelDomain         *domain,
                                       GAsyncResult         *result,
                                       GError              **error);

G_END_DECLS
