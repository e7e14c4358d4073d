/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "hostel-machine-spec.h"

G_BEGIN_DECLS

#define HOSTEL_TYPE_USER_DATA_GROUP (hostel_user_data_group_get_type ())

/* A person's own user-data file in place of the form: which, why it was refused, and the ways back: without
 * it, or with it as the form's document. Signals "changed" and, where the file was one,
 * "recipe" (HostelRecipe). */
G_DECLARE_FINAL_TYPE (HostelUserDataGroup, hostel_user_data_group, HOSTEL, USER_DATA_GROUP,
                      AdwPreferencesGroup)

void     hostel_user_data_group_set_spec (HostelUserDataGroup *self,
                                          HostelMachineSpec   *spec);
void     hostel_user_data_group_choose   (HostelUserDataGroup *self);
void     hostel_user_data_group_use_file (HostelUserDataGroup *self,
                                          GFile               *file);
gboolean hostel_user_data_group_edit     (HostelUserDataGroup *self,
                                          HostelCloudConfig   *config);
gboolean hostel_user_data_group_is_used  (HostelUserDataGroup *self);
gboolean hostel_user_data_group_has_news (HostelUserDataGroup *self);

G_END_DECLS
