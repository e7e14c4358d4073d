/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "hostel-expander-row.h"

G_BEGIN_DECLS

#define HOSTEL_TYPE_CODE_ROW (hostel_code_row_get_type ())

/* A text in a fixed-width font that unfolds, to be read and copied. */
G_DECLARE_FINAL_TYPE (HostelCodeRow, hostel_code_row, HOSTEL, CODE_ROW,
                      HostelExpanderRow)

void  hostel_code_row_set_text (HostelCodeRow *self,
                                const char    *text);
char *hostel_code_row_dup_text (HostelCodeRow *self);

G_END_DECLS
