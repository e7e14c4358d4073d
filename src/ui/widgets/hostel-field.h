/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/* @direction: 1 or -1 */
typedef void (*HostelFieldStepFunc) (AdwEntryRow *row,
                                     int          direction,
                                     gpointer     user_data);

void        hostel_field_prepare     (AdwEntryRow         *row);
void        hostel_field_set_message (AdwEntryRow         *row,
                                      const char          *error,
                                      const char          *hint);
void        hostel_field_set_error   (AdwEntryRow         *row,
                                      const GError        *error,
                                      const char          *hint);
const char *hostel_field_get_error   (AdwEntryRow         *row);
const char *hostel_field_get_hint    (AdwEntryRow         *row);
void        hostel_field_set_text    (AdwEntryRow         *row,
                                      const char          *text);
void        hostel_field_add_stepper (AdwEntryRow         *row,
                                      const char          *decrease,
                                      const char          *increase,
                                      HostelFieldStepFunc  step,
                                      gpointer             user_data);

G_END_DECLS
