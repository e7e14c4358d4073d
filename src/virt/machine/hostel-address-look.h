/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "hostel-domain.h"

G_BEGIN_DECLS

void     hostel_address_look_hold    (HostelDomain  *domain);
void     hostel_address_look_release (HostelDomain  *domain);
void     hostel_address_look_move    (HostelDomain **place,
                                      HostelDomain  *domain);
gboolean hostel_address_look_is_on   (HostelDomain  *domain);

G_END_DECLS
