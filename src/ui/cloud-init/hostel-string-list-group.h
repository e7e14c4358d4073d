/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

#define HOSTEL_TYPE_STRING_LIST_GROUP (hostel_string_list_group_get_type ())

/* A list of short texts, one entry each, with one more for the next. Properties: "item-title"
 * ("Package"), "add-title" ("Add Packages"), "field" (the name of its rule for
 * hostel_cloud_config_check_field()), "split" boolean (one text may hold several, apart by blanks
 * or commas). Signal "changed". */
G_DECLARE_FINAL_TYPE (HostelStringListGroup, hostel_string_list_group, HOSTEL, STRING_LIST_GROUP,
                      AdwPreferencesGroup)

void        hostel_string_list_group_set_strings (HostelStringListGroup *self,
                                                  const char * const    *strings);
GStrv       hostel_string_list_group_dup_strings (HostelStringListGroup *self);
const char *hostel_string_list_group_get_problem (HostelStringListGroup *self);
void        hostel_string_list_group_flush       (HostelStringListGroup *self);

G_END_DECLS
