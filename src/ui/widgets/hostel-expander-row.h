/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

#define HOSTEL_TYPE_EXPANDER_ROW (hostel_expander_row_get_type ())

/* An expander row that has its name, and an action that unfolds it, for assistive technology too. */
G_DECLARE_DERIVABLE_TYPE (HostelExpanderRow, hostel_expander_row, HOSTEL, EXPANDER_ROW,
                          AdwExpanderRow)

struct _HostelExpanderRowClass
{
  AdwExpanderRowClass parent_class;
};

G_END_DECLS
