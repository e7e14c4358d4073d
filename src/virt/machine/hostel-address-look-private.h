/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "hostel-address-look.h"

G_BEGIN_DECLS

/* Whether a timer runs, or an answer is awaited. */
gboolean hostel_address_look_is_on (HostelDomain *domain);

G_END_DECLS
