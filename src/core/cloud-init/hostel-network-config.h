/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define HOSTEL_TYPE_NETWORK_CONFIG (hostel_network_config_get_type ())

/* cloud-init's network-config version 2 for one interface, matched by its MAC address.
 * Properties: "mac", "address" ("192.0.2.5/24" or ""), "gateway", "search" strings; "dns" GStrv;
 * "dhcp4", "dhcp6" boolean. */
G_DECLARE_FINAL_TYPE (HostelNetworkConfig, hostel_network_config, HOSTEL, NETWORK_CONFIG, GObject)

HostelNetworkConfig *hostel_network_config_new             (const char           *mac);
HostelNetworkConfig *hostel_network_config_new_from_string (const char           *text,
                                                            GError              **error);
gboolean             hostel_network_config_validate        (HostelNetworkConfig  *self,
                                                            GError              **error);
char                *hostel_network_config_to_string       (HostelNetworkConfig  *self,
                                                            GError              **error);

G_END_DECLS
