/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

#define HOSTEL_TYPE_KEY_ROW (hostel_key_row_get_type ())

/* A public key, or an account whose keys the guest fetches ("gh:alice"), to be taken or not.
 * Property "selected" boolean. */
G_DECLARE_FINAL_TYPE (HostelKeyRow, hostel_key_row, HOSTEL, KEY_ROW, AdwActionRow)

GtkWidget  *hostel_key_row_new          (const char   *key);
const char *hostel_key_row_get_key      (HostelKeyRow *self);
gboolean    hostel_key_row_is_import_id (HostelKeyRow *self);
gboolean    hostel_key_row_get_selected (HostelKeyRow *self);
void        hostel_key_row_set_selected (HostelKeyRow *self,
                                         gboolean      selected);

gboolean    hostel_key_is_import_id     (const char   *text);

G_END_DECLS
