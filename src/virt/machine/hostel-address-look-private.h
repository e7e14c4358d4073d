/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "hostel-address-look.h"

G_BEGIN_DECLS

guint hostel_address_look_count_timers (void);

G_END_DECLS
