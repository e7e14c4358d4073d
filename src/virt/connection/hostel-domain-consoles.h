/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "hostel-xml.h"

G_BEGIN_DECLS

/* For the rooms of src/virt alone: the consoles that a domain's XML tells. */
GStrv  hostel_domain_consoles_dup      (xmlDoc *doc);
char  *hostel_domain_consoles_dup_note (xmlDoc *doc);

G_END_DECLS
