#pragma once

#include "hostel-delete-job.h"
#include "hostel-virt-handle.h"

G_BEGIN_DECLS

/* For the files of src/virt alone. Blocks: for a worker. */

GPtrArray *hostel_delete_plan_new (virConnectPtr   handle,
                                   virDomainPtr    domain,
                                   GError        **error);

G_END_DECLS
