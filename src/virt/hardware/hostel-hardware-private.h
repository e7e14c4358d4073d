/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "hostel-hardware.h"
#include "hostel-xml.h"

G_BEGIN_DECLS

xmlNode *hostel_hardware_find_node (xmlDoc      *doc,
                                    const char  *id,
                                    char       **kind);

G_END_DECLS
