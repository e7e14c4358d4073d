/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* How far a piece of work has come; @total is 0 where nobody knows. */
typedef void (*HostelProgressFunc) (guint64 done, guint64 total, gpointer user_data);

/* Takes a worker's progress and tells it on the main thread, ten times a second at most. Lives in
 * the data of its task. */
typedef struct _HostelProgress HostelProgress;

HostelProgress *hostel_progress_new  (GTask              *task,
                                      HostelProgressFunc  func,
                                      gpointer            user_data);
void            hostel_progress_free (HostelProgress     *self);
void            hostel_progress_take (guint64             done,
                                      guint64             total,
                                      gpointer            self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HostelProgress, hostel_progress_free)

G_END_DECLS
