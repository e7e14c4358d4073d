/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "hostel-host-key.h"
#include "hostel-login.h"

G_BEGIN_DECLS

typedef enum
{
  HOSTEL_VENDOR_DATA_NONE = 0,
  HOSTEL_VENDOR_DATA_CONSOLE_SIZE = 1 << 0, /* a login asks a serial console for its size */
} HostelVendorDataFlags;

/* What the host adds to a person's user-data: the reporter, what the flags ask for, the guest's SSH
 * host key, and what its users get; both may be NULL. */
GBytes *hostel_vendor_data_new (HostelVendorDataFlags  flags,
                                const HostelHostKey   *host_key,
                                const HostelLogin     *login);

/* The same for a clone of the machine that @vendor_data was made for; NULL where it is not ours. */
GBytes *hostel_vendor_data_renew (GBytes              *vendor_data,
                                  HostelHostKey      **host_key,
                                  GError             **error);

G_END_DECLS
