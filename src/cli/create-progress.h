/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "hostel-create-job.h"

G_BEGIN_DECLS

/* One line on a terminal's stderr that tells where the job is; silent elsewhere. */
typedef struct _HostelCreateProgress HostelCreateProgress;

HostelCreateProgress *hostel_create_progress_new  (HostelCreateJob      *job);
void                  hostel_create_progress_free (HostelCreateProgress *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HostelCreateProgress, hostel_create_progress_free)

G_END_DECLS
