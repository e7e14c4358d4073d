/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

#define HOSTEL_TYPE_KEY_GROUP (hostel_key_group_get_type ())

/* Public keys as a check list: those of this user, those added by paste, by file or by account.
 * Signal "changed": the chosen ones are others now. */
G_DECLARE_FINAL_TYPE (HostelKeyGroup, hostel_key_group, HOSTEL, KEY_GROUP, AdwPreferencesGroup)

void        hostel_key_group_set_chosen  (HostelKeyGroup      *self,
                                          const char * const  *keys,
                                          const char * const  *import_ids);
GStrv       hostel_key_group_dup_keys    (HostelKeyGroup      *self);
GStrv       hostel_key_group_dup_ids     (HostelKeyGroup      *self);
void        hostel_key_group_add_found   (HostelKeyGroup      *self,
                                          const char * const  *keys);
gboolean    hostel_key_group_add_text    (HostelKeyGroup      *self,
                                          const char          *text,
                                          GError             **error);
const char *hostel_key_group_get_problem (HostelKeyGroup      *self);
void        hostel_key_group_flush       (HostelKeyGroup      *self);

G_END_DECLS
