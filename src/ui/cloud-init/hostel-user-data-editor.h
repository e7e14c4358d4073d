/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "hostel-cloud-target.h"

G_BEGIN_DECLS

#define HOSTEL_TYPE_USER_DATA_EDITOR (hostel_user_data_editor_get_type ())

/* User-data as text, with what is wrong beside its lines and below. Property: "editable" boolean.
 * Signals "changed": a person has changed the text, by undo too; "checked": the marks beside the
 * lines are those of the text as it is. */
G_DECLARE_FINAL_TYPE (HostelUserDataEditor, hostel_user_data_editor, HOSTEL, USER_DATA_EDITOR,
                      AdwBin)

char *hostel_user_data_editor_dup_text     (HostelUserDataEditor *self);
void  hostel_user_data_editor_set_text     (HostelUserDataEditor *self,
                                            const char           *text);
void  hostel_user_data_editor_set_editable (HostelUserDataEditor *self,
                                            gboolean              editable);
void  hostel_user_data_editor_set_target   (HostelUserDataEditor    *self,
                                            const HostelCloudTarget *target);
void  hostel_user_data_editor_check        (HostelUserDataEditor *self);

G_END_DECLS
