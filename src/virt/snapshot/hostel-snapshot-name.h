/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Whether a new snapshot may have this name; those of others are taken as they are. */
gboolean  hostel_snapshot_name_check   (const char  *name,
                                        GError     **error);
gboolean  hostel_snapshot_note_check   (const char  *note,
                                        GError     **error);
/* By the date and the time of day, in this computer's time zone. */
char     *hostel_snapshot_name_dup_new (void);

G_END_DECLS
