/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "hostel-host-key.h"
#include "hostel-seed.h"

G_BEGIN_DECLS

gboolean hostel_clone_seed_renew (HostelSeed     *seed,
                                  const char     *uuid,
                                  const char     *name,
                                  HostelHostKey **host_key,
                                  GError        **error);

G_END_DECLS
