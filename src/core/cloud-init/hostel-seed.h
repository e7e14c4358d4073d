/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define HOSTEL_TYPE_SEED (hostel_seed_get_type ())

/* user-data + meta-data + network-config + vendor-data -> ISO 9660 bytes, label "cidata" */
G_DECLARE_FINAL_TYPE (HostelSeed, hostel_seed, HOSTEL, SEED, GObject)

HostelSeed *hostel_seed_new                (const char  *instance_id,
                                            const char  *local_hostname);
HostelSeed *hostel_seed_new_from_iso       (GBytes      *iso,
                                            GError     **error);
/* For cloud-init another machine: what is done once is done again. */
void        hostel_seed_renew              (HostelSeed  *self);
const char *hostel_seed_get_instance_id    (HostelSeed  *self);
void        hostel_seed_set_instance_id    (HostelSeed  *self,
                                            const char  *instance_id);
void        hostel_seed_set_local_hostname (HostelSeed  *self,
                                            const char  *local_hostname);
GBytes     *hostel_seed_get_user_data      (HostelSeed  *self);
void        hostel_seed_set_user_data      (HostelSeed  *self,
                                            GBytes      *user_data);
void        hostel_seed_set_network_config (HostelSeed  *self,
                                            GBytes      *network_config);
/* Of whoever may log in as the image's own user, whatever the user-data says. */
void        hostel_seed_set_public_key     (HostelSeed  *self,
                                            const char  *public_key);
GBytes     *hostel_seed_get_vendor_data    (HostelSeed  *self);
void        hostel_seed_set_vendor_data    (HostelSeed  *self,
                                            GBytes      *vendor_data);
GBytes     *hostel_seed_dup_meta_data      (HostelSeed  *self,
                                            GError     **error);
GBytes     *hostel_seed_to_iso             (HostelSeed  *self,
                                            GError     **error);

G_END_DECLS
