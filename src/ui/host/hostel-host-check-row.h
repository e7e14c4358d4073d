/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "hostel-expander-row.h"
#include "hostel-host-check.h"

G_BEGIN_DECLS

#define HOSTEL_TYPE_HOST_CHECK_ROW (hostel_host_check_row_get_type ())

/* One check: its state at sight, evidence and command unfolded. Emits "act" with its button. */
G_DECLARE_FINAL_TYPE (HostelHostCheckRow, hostel_host_check_row, HOSTEL, HOST_CHECK_ROW,
                      HostelExpanderRow)

GtkWidget       *hostel_host_check_row_new         (HostelHostCheck    *check);
HostelHostCheck *hostel_host_check_row_get_check   (HostelHostCheckRow *self);
gboolean         hostel_host_check_row_can_act     (HostelHostCheckRow *self);
void             hostel_host_check_row_set_first   (HostelHostCheckRow *self);
void             hostel_host_check_row_set_busy    (HostelHostCheckRow *self,
                                                    gboolean            busy);
void             hostel_host_check_row_set_look    (GtkImage           *image,
                                                    HostelCheckState    state);

G_END_DECLS
