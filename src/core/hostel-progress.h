#pragma once

#include "hostel-image.h"

G_BEGIN_DECLS

/* Takes a worker's progress and tells it on the main thread, ten times a second at most. Lives in
 * the data of its task. */
typedef struct _HostelProgress HostelProgress;

HostelProgress *hostel_progress_new  (GTask               *task,
                                      HostelImageProgress  func,
                                      gpointer             user_data);
void            hostel_progress_free (HostelProgress      *self);
void            hostel_progress_take (guint64              done,
                                      guint64              total,
                                      gpointer             self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HostelProgress, hostel_progress_free)

G_END_DECLS
