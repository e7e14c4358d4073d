/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Makes what a serial console says safe for a terminal that keeps its history; the .c file tells
 * what is changed. */
typedef struct _HostelConsoleFilter HostelConsoleFilter;

HostelConsoleFilter *hostel_console_filter_new        (void);
void                 hostel_console_filter_free       (HostelConsoleFilter *self);
void                 hostel_console_filter_set_replay (HostelConsoleFilter *self,
                                                       gboolean             replay);
void                 hostel_console_filter_feed       (HostelConsoleFilter *self,
                                                       const char          *data,
                                                       gsize                size,
                                                       GString             *output);
void                 hostel_console_filter_reset      (HostelConsoleFilter *self,
                                                       GString             *output);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HostelConsoleFilter, hostel_console_filter_free)

G_END_DECLS
